"""The pages of an entry to read, for its customer and for staff."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from textual.screen import Screen
from textual.widget import Widget

from kiosk.dates import long_day, on_day
from kiosk.entry.my_page import my_page_of
from kiosk.entry.pages import AnsweredSection, AnyPage, Asked, Reflection
from kiosk.entry.staff_pages import NewCode, Note, Plan, StatusChange, TakenBack, Talked
from kiosk.vault.states import State
from screens.widgets.caret import Body
from screens.widgets.keys import Key
from screens.widgets.my_page import MyPageView
from screens.widgets.plain import Plain
from screens.words import _

STATES: dict[State, str] = {
    "waiting": _("waiting"),
    "picked up": _("seen by staff"),
    "talked through": _("talked about together"),
    "agreed": _("plan agreed"),
    "closed": _("closed"),
}
"""How far an entry has come, as its customer reads it."""

PLAN, NOTES, ANSWERS = "the-plan", "the-notes", "the-answers"
"""The ids of what each part begins with."""
NEXT_PART = Key("tab", _("Next part"))

_KEPT_BACK = _("A part is kept back. Only the code opens it.")


def leaves(
    pages: Sequence[AnyPage],
    *,
    private: Collection[str] = (),
    marked: str = _("Only with my code"),
    states: Mapping[State, str] = STATES,
) -> Iterator[Widget]:
    """Yield what an entry holds: My page first, then the plan and notes, answers, states, what was before.

    `pages` are oldest first. `private` are the ids of the newest sections that only the code opens, and
    `marked` is what stands below their titles. `states` are the words for how far it has come.
    """
    reflections = [page for page in pages if isinstance(page, Reflection)]
    plans = [page for page in pages if isinstance(page, Plan)]
    notes = [page for page in pages if isinstance(page, Note | TakenBack)]
    if reflections:
        newest = reflections[-1]
        yield MyPageView(my_page_of(newest), *([_KEPT_BACK] if newest.private else []))
    for plan in plans[-1:]:
        heading = _("The plan, recorded by {who} on {when}: {done} of {steps} steps are done")
        yield from _plan(plan, heading, PLAN)
    for place, note in enumerate(notes):
        yield from _note(note, NOTES if place == 0 else None)
    if reflections:
        yield from _reflection(reflections[-1], private, marked, ANSWERS)
    turns = [page for page in pages if isinstance(page, StatusChange | Talked | Asked | NewCode)]
    if turns:
        yield Plain(_("What has happened so far"), classes="heading")
        yield from (Plain(_turned(turn, states), classes="words") for turn in turns)
    for plan in reversed(plans[:-1]):
        yield from _plan(plan, _("An earlier plan, recorded by {who} on {when}"))
    for page in reversed(reflections[:-1]):
        yield Plain(_("Earlier answers"), classes="heading")
        yield from _reflection(page)


def to_next_part(page: Screen[Any]) -> None:
    """Bring the next part to the top of the page: the plan, the notes, the answers; then the beginning."""
    body = page.query_one(Body)
    top = body.content_region.y
    below = [part for part in page.query(f"#{PLAN}, #{NOTES}, #{ANSWERS}") if part.region.y > top]
    if below and body.scroll_y < body.max_scroll_y:
        body.scroll_relative(y=below[0].region.y - top, animate=False)
    else:
        body.scroll_home(animate=False)


def _note(note: Note | TakenBack, id_: str | None) -> Iterator[Widget]:
    wrote = isinstance(note, Note)
    heading = _("{who} wrote on {when}:") if wrote else _("{who} took a note back on {when}.")
    yield Plain(heading.format(who=note.by, when=on_day(note.made)), id=id_, classes="heading")
    if isinstance(note, Note):
        yield Plain(note.text, classes="words")


def _turned(page: StatusChange | Talked | Asked | NewCode, states: Mapping[State, str]) -> str:
    if isinstance(page, Asked):
        asked = _("{when}: asked to talk to someone") if page.talk else _("{when}: no longer wants to talk")
        return asked.format(when=on_day(page.made))
    if isinstance(page, NewCode):
        given = _("{when}: a new code, given by {who} and {second}")
        rest = _(". What was kept back before opens only with the older code.") if page.rest else ""
        return given.format(when=on_day(page.made), who=page.by, second=page.second) + rest
    if isinstance(page, Talked):
        return _("{when}: talked together ({who})").format(when=on_day(page.made), who=page.by)
    return _("{when}: {state} ({who})").format(when=on_day(page.made), state=states[page.state], who=page.by)


def _plan(plan: Plan, heading: str, id_: str | None = None) -> Iterator[Widget]:
    done, steps = plan.done
    told = heading.format(who=plan.by, when=on_day(plan.made), done=done, steps=steps)
    yield Plain(told, id=id_, classes="heading")
    if plan.review:
        again = _("We look at this plan again on {day}.")
        yield Plain(again.format(day=long_day(plan.review)), classes="words")
    for goal in plan.goals:
        yield Plain(goal.want, classes="ask")
        yield from (Plain(step.line, classes="words") for step in goal.steps)


def _reflection(
    page: Reflection, private: Collection[str] = (), marked: str = "", id_: str | None = None
) -> Iterator[Widget]:
    yield Plain(_origin(page), id=id_, classes="hint")
    for section in page.sections:
        yield Plain(section.title, classes="section")
        if section.id in private:
            yield Plain(marked, classes="hint")
        yield from _answers(section)
    if page.private:
        yield Plain(_KEPT_BACK, classes="private")


def _answers(section: AnsweredSection) -> Iterator[Widget]:
    for answer in section.answers:
        yield Plain(answer.ask, classes="ask")
        yield Plain("\n".join(answer.words) or _("Not answered"), classes="words")


def _origin(page: Reflection) -> str:
    when = on_day(page.made)
    if page.source == "kiosk":
        return _("{title}. Answered at the kiosk on {when}.").format(title=page.pack_title, when=when)
    if page.typed_in_by:
        return _("{title}. A paper form, typed in by {staff} on {when}.").format(
            title=page.pack_title, staff=page.typed_in_by, when=when
        )
    return _("{title}. A paper form, typed in on {when}.").format(title=page.pack_title, when=when)
