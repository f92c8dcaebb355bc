"""An entry as a list of blocks: what is read on it, whatever shows, prints or speaks it.

A block is data, without a sign of how it looks: each medium has one small renderer for all of them. The
sentences are written here once, and are read in the language in use.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, assert_never

import msgspec

from kiosk.dates import at_time, long_day, on_day
from kiosk.entry.my_page import MyPageOf, OwnWords, Rating, my_page_of
from kiosk.entry.opened import Opened
from kiosk.entry.pages import GONE_TITLE, Answered, AnsweredSection, AnyPage, Asked, Reflection, newest_of
from kiosk.entry.staff_pages import NewCode, Note, Plan, PlanGoal, StatusChange, Step, TakenBack, Talked
from kiosk.language import COMMA, joined
from kiosk.language import many as _n
from kiosk.language import named as language_named
from kiosk.language import words as _
from kiosk.text import is_blank, written_line
from kiosk.vault.states import State

NOTHING = "\N{EN DASH}"
"""Stands in the place of a text that is empty."""
_LONGEST = 20_000
"""Characters of anything that stands on one line."""


@dataclass(frozen=True, repr=False)
class Origin:
    """Whose words follow, and of what day."""

    text: str


@dataclass(frozen=True, repr=False)
class Heading:
    """What stands over some blocks."""

    text: str
    level: Literal[1, 2]
    """1 for a part of My page, 2 for a part of what an `Origin` stands over."""


@dataclass(frozen=True, repr=False)
class Told:
    """A sentence of the kiosk's own."""

    text: str
    strong: bool = False
    """Whether nobody should miss it."""


@dataclass(frozen=True, repr=False)
class Items:
    """A list of lines."""

    texts: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Strengths:
    """Strengths, as a tree that has a leaf for each, and as words."""

    top: tuple[str, ...]
    """Those that stand on top."""
    count: int
    """How many there are with them."""
    told: str
    """The same, and how many more there are."""


@dataclass(frozen=True, repr=False)
class Ratings:
    """Parts of life that were rated."""

    ratings: tuple[Rating, ...]


@dataclass(frozen=True, repr=False)
class Said:
    """What a person wrote or chose, under the question, or the name of who wrote it."""

    label: str
    lines: tuple[str, ...]
    listed: bool = False
    """Whether each line is a thing of its own."""
    beside: bool = False
    """Whether it is short as a rule, and may stand beside what comes before it."""
    seen: str = ""
    """The label as its customer read it, where that was in another language."""


@dataclass(frozen=True, repr=False)
class Goal:
    """One thing to work towards, with its steps."""

    want: str
    steps: tuple[Step, ...]


Block = Origin | Heading | Told | Items | Strengths | Ratings | Said | Goal
Kind = Literal["my page", "plan", "answers", "notes", "history", "earlier plans", "earlier answers"]


@dataclass(frozen=True, repr=False)
class Part:
    """Blocks under a title of their own."""

    kind: Kind
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Telling:
    """How an entry is told to who reads it."""

    states: Mapping[State, str] = field(default_factory=dict)
    """Other words for how far it has come."""
    theirs: bool = False
    """Whether it is its customer who is told what there is to know of it."""
    private: Collection[str] = ()
    """The ids of the newest sections that only the code opens, where they are open."""
    marked: str = ""
    """What stands below the titles of those."""
    on_paper: bool = False
    """Whether My page ends with all strengths, where there are more than stand on top."""
    own: bool = False
    """Whether its customer reads it: staff wrote to them, and the plan is theirs."""


PLAIN = Telling()
CUSTOMER_STATES: Mapping[State, str] = {
    "waiting": _("waiting"),
    "picked up": _("seen by staff"),
    "talked through": _("talked about together"),
    "agreed": _("plan agreed"),
    "closed": _("closed"),
}
"""How far an entry has come, as its customer reads it, on a screen and on paper."""


# -- the whole


def parts_of(pages: Sequence[AnyPage], how: Telling = PLAIN) -> tuple[Part, ...]:
    """Return what pages, oldest first, hold: each part that has something in it."""
    newest = newest_of(pages)
    answers = [page for page in pages if isinstance(page, Reflection)]
    plans = [page for page in pages if isinstance(page, Plan)]
    notes = [page for page in pages if isinstance(page, Note | TakenBack)]
    became = [page for page in pages if isinstance(page, StatusChange | Talked | Asked | NewCode)]
    before = replace(how, private=())
    mine = my_page_of(newest) if newest else None
    nothing = kept_back() if newest and newest.private else ""

    def blocks(some: Iterable[AnyPage], how: Telling = before) -> tuple[Block, ...]:
        return tuple(block for page in some for block in page_blocks(page, how))

    found = (
        Part("my page", _("My page"), tuple(my_page_blocks(mine, how, nothing)) if mine else ()),
        Part("plan", plan_title(how), blocks(plans[-1:])),
        Part("answers", _("All answers"), blocks(answers[-1:], how)),
        Part("notes", _("Notes"), blocks(notes)),
        Part("history", _("What has happened so far"), _listed(became, how)),
        Part("earlier plans", _("Earlier plans"), blocks(plans[-2::-1])),
        Part("earlier answers", _("Earlier answers"), blocks(answers[-2::-1])),
    )
    return tuple(part for part in found if part.blocks)


def about(opened: Opened, how: Telling = PLAIN) -> Iterator[Told]:
    """Yield what stands over an entry that leaves the kiosk: where it is from, and what one should know."""
    if opened.newest is not None:
        yield Told(_origin(opened.newest, how))
        yield from in_language(opened.newest)
    if opened.is_wish_alone:
        yield Told(wish_alone(), strong=True)
    elif opened.asked_to_talk:
        yield Told(_("The customer asked to talk to someone."), strong=True)
    yield from map(Told, opened.told if how.theirs else opened.doubts)


def my_page_blocks(mine: MyPageOf, how: Telling = PLAIN, nothing: str = "") -> Iterator[Block]:
    """Yield what stands on My page; where that is nothing, a sentence that says so."""
    if mine.is_empty:
        yield Told(nothing or _("There is nothing to show here yet."))
    for part, title in my_page_titles().items():
        if shown := getattr(mine, part):
            yield Heading(title, 1)
            match part:
                case "strengths":
                    yield _strengths(mine)
                case "ratings":
                    yield Ratings(tuple(map(_rating, shown)))
                case _:
                    said = [own for own in shown if own.words]
                    yield from (_own_words(*both) for both in zip(said, (None, *said), strict=False))
    if how.on_paper and len(mine.strengths) > len(mine.top):
        yield Heading(_("All my strengths"), 1)
        yield Items(tuple(map(line, mine.strengths)))


def page_blocks(page: AnyPage, how: Telling = PLAIN) -> Iterator[Block]:
    """Yield what one page of an entry holds."""
    match page:
        case Reflection():
            yield Origin(_origin(page, how))
            yield from in_language(page)
            for section in page.sections:
                yield Heading(_title_of(section), 2)
                if section.id in how.private:
                    yield Told(how.marked)
                yield from map(_answer, (one for one in section.answers if text_of(one)))
                if left := sum(one.left_open for one in section.answers):
                    yield Told(left_open(left))
            if page.private:
                yield Told(kept_back(), strong=True)
        case Plan():
            yield _recorded(page, how)
            yield from map(Told, how_far(page, next_too=how.own))
            yield from map(_goal, page.goals)
        case Note():
            wrote = _("{who} wrote to you on {when}:") if how.own else _("{who} wrote on {when}:")
            said = wrote.format(who=line(page.by), when=on_day(page.made))
            yield Said(said, lines_of(page.text) or (NOTHING,))
        case TakenBack():
            took = _("{who} took a note back on {when}.")
            yield Told(took.format(who=line(page.by), when=on_day(page.made)))
        case _:
            yield from _listed((page,), how)


def news_blocks(news: Iterable[AnyPage], how: Telling = PLAIN) -> Iterator[Block]:
    """Yield what staff added, in the order given: of a plan how far it is and what comes next, not all."""
    for page in news:
        if isinstance(page, Plan):
            yield Heading(plan_title(how), 1)
            yield _recorded(page, how)
            yield from map(Told, how_far(page))
        elif isinstance(page, StatusChange | Talked | Asked | NewCode):
            yield Said(on_day(page.made), (_became(page, how),))
        else:
            yield from page_blocks(page, how)


# -- its sentences


def my_page_titles() -> dict[str, str]:
    """Return the heading of each part of My page, from top to bottom."""
    return {
        "strengths": _("My strengths"),
        "hopes": _("What I hope for"),
        "ratings": _("My life now"),
        "steps": _("What I want to work towards"),
    }


def named(mine: MyPageOf) -> str:
    """Return what My page was answered in, and on what day."""
    return joined(line(mine.title), on_day(mine.made), between=COMMA)


def strengths_told(count: int) -> str:
    """Return how many strengths there are: what a tree shows, in words."""
    return _n("1 strength", "{count} strengths", count)


def plan_title(how: Telling = PLAIN) -> str:
    """Return how the plan that counts is called."""
    return _("Your plan") if how.own else _("The agreed plan")


def how_far(plan: Plan, *, next_too: bool = True) -> tuple[str, ...]:
    """Return how much of a plan is done, what comes next, and when it is looked at again."""
    steps = (step for goal in plan.goals for step in goal.steps if not step.done)
    first = next(steps, None) if next_too else None
    after = _("Next: {step}.").format(step=_at_an_end(_step(first)).told) if first else ""
    return tuple(filter(None, (_done(plan), after, review(plan))))


def left_open(count: int) -> str:
    """Return how many questions of a part were not answered."""
    return _n("1 question left open.", "{count} questions left open.", count)


def kept_back() -> str:
    """Return what stands in the place of what is kept back."""
    return _("A part is kept back. Only the code opens it.")


def review(plan: Plan) -> str:
    """Return when customer and staff look at a plan again; empty where they have not said so."""
    again = _("We look at this plan again on {day}.")
    return again.format(day=long_day(plan.review)) if plan.review else ""


def wish_alone() -> str:
    """Return what stands over an entry that holds a wish to talk alone."""
    return _("The customer asked to talk and answered no questions.")


def asked_since(since: datetime) -> str:
    """Return since when a customer has wanted to talk."""
    asked = _("The customer asked to talk to someone at {time} on {day}.")
    return asked.format(time=at_time(since), day=on_day(since))


def line(text: str, *instead: str) -> str:
    """Return a text as one line; where it is empty, the first of `instead` that is not, else a dash."""
    lines = (written_line(one, _LONGEST) for one in (text, *instead))
    return next(filter(None, lines), NOTHING)


def lines_of(text: str) -> tuple[str, ...]:
    """Return the lines of a text without empty ones around it; none where nothing is written."""
    return () if is_blank(text) else tuple(text.strip("\n").split("\n"))


def text_of(answered: Answered) -> str:
    """Return an answer as a text, a line for each of its words; empty where it was not answered."""
    return "\n".join(lines_of("\n".join(answered.words)))


def asked(answered: Answered) -> str:
    """Return a question as it was asked."""
    return line(answered.ask, answered.summary)


def asked_as_seen(answered: Answered) -> str:
    """Return a question as its customer read it; empty where that was in the language of its pack."""
    return "" if answered.seen is None else asked(answered.as_seen)


def _strengths(mine: MyPageOf) -> Strengths:
    count, more = len(mine.strengths), len(mine.strengths) - len(mine.top)
    told = strengths_told(count)
    if more:
        told = _("and {more} more, {strengths} in all").format(more=more, strengths=told)
    return Strengths(tuple(map(line, mine.top)), count, told)


def _own_words(own: OwnWords, before: OwnWords | None) -> Said:
    parts = {"first_step": _("First step"), "who": _("Who helps"), "when": _("When")}
    who = before is not None and before.part == "who"
    label = parts.get(own.part) or line(own.label)
    return Said(label, tuple(map(line, own.words)), own.listed, beside=own.part == "when" and who)


def _rating(rating: Rating) -> Rating:
    return msgspec.structs.replace(rating, label=line(rating.label), word=line(rating.word))


def _title_of(section: AnsweredSection) -> str:
    return GONE_TITLE if section.title == GONE_TITLE else line(section.title, section.id)


def _answer(answered: Answered) -> Said:
    lines = lines_of("\n".join(answered.words))
    listed = answered.kind in ("cards", "choice", "lines")
    return Said(asked(answered), lines, listed=listed, seen=asked_as_seen(answered))


def _goal(goal: PlanGoal) -> Goal:
    return Goal(line(goal.want), tuple(map(_step, goal.steps)))


def _step(step: Step) -> Step:
    who, by_when = (written_line(text, _LONGEST) for text in (step.who, step.by_when))
    return msgspec.structs.replace(step, text=line(step.text), who=who, by_when=by_when)


def _at_an_end(step: Step) -> Step:
    """Return a step as it stands before a full stop."""
    return step if step.around else msgspec.structs.replace(step, text=step.text.rstrip("."))


def _origin(page: Reflection, how: Telling) -> str:
    if page.source == "kiosk":
        said = _("{title}. Answered at the kiosk on {when}.")
    elif is_blank(page.typed_in_by):
        said = _("{title}. A paper form, typed in on {when}.")
    else:
        said = _("{title}. A paper form, typed in by {staff} on {when}.")
    title, staff = line(page.pack_title, page.pack), line(page.typed_in_by)
    return said.format(title=title, staff=staff, when=on_day(page.made))


def in_language(page: Reflection) -> Iterator[Told]:
    """Yield in which language it was answered, where that was not its pack's own."""
    if page.seen_title:
        yield Told(_("Answered in {language}.").format(language=language_named(line(page.language))))


def _recorded(plan: Plan, how: Telling) -> Origin:
    own, theirs = _("{who} wrote this plan down on {when}."), _("Plan recorded by {who} on {when}.")
    said = own if how.own else theirs
    return Origin(said.format(who=line(plan.by), when=on_day(plan.made)))


def _done(plan: Plan) -> str:
    done, steps = plan.done
    if not steps:
        return ""
    return _n("{done} of {count} step is done.", "{done} of {count} steps are done.", steps, done=done)


def _listed(pages: Iterable[StatusChange | Talked | Asked | NewCode], how: Telling) -> tuple[Block, ...]:
    """Return each change of an entry's state, wishes to talk, talks and new codes, oldest first."""
    events = tuple(joined(on_day(page.made), _became(page, how), between=": ") for page in pages)
    return (Items(events),) if events else ()


def _became(page: StatusChange | Talked | Asked | NewCode, how: Telling) -> str:
    match page:
        case StatusChange():
            return joined(how.states.get(page.state, page.state), f"({line(page.by)})")
        case Talked():
            return _("talked together ({who})").format(who=line(page.by))
        case Asked():
            return _("asked to talk to someone") if page.talk else _("no longer wants to talk")
        case NewCode():
            given = _("a new code, given by {who} and {second}.")
            rest = _("Only the old code opens what was kept back before.") if page.rest else ""
            return joined(given.format(who=line(page.by), second=line(page.second)), rest)
        case _:
            assert_never(page)
