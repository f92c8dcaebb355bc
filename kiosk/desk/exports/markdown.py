"""An entry as Markdown (CommonMark). What people wrote is escaped, so that it reads as they wrote it."""

import re
from collections.abc import Iterable, Iterator
from datetime import tzinfo

from kiosk.added import Plan
from kiosk.desk.exports import reading
from kiosk.desk.opened import Opened
from kiosk.entry import AnsweredSection, Page
from kiosk.my_page import MyPageOf, Rating, Said, my_page_of
from kiosk.slip import Bar

# What CommonMark and its common extensions act on anywhere in a line. Of a colon and a dot only those that
# make a link of a bare address.
_ANYWHERE = re.compile(r"[\\`*_\[\]<>&~|$^#!{}]|(?<=[A-Za-z]):(?=\S)|(?<=www)\.", re.IGNORECASE)
_AT_THE_START = re.compile(r"^(\d*)([-+=:.)@%])")
_BREAK = "\\\n"
_EDGES = re.compile(r"^\s|\s$")
"""A space of any width at the edge of a line, where readers drop it."""


def markdown_of(opened: Opened, zone: tzinfo | None) -> bytes:
    """Return an entry as Markdown in UTF-8. `zone` is the time zone of its days; None is the machine's."""
    return ("\n\n".join(_blocks(reading.cleaned(opened), zone)) + "\n").encode()


def _lines(text: str) -> str:
    """Return a text of several lines as Markdown that reads as the text."""
    return _BREAK.join(map(_escaped, text.split("\n")))


def _escaped(text: str) -> str:
    """Return a text of one line as Markdown that reads as the text."""
    text = _AT_THE_START.sub(r"\1\\\2", _ANYWHERE.sub(r"\\\g<0>", text))
    return _EDGES.sub(lambda space: f"&#{ord(space[0])};", text)


def _blocks(opened: Opened, zone: tzinfo | None) -> Iterator[str]:
    newest = opened.newest
    yield _heading(1, opened.row.name)
    if newest is not None:
        yield _escaped(reading.origin(newest, zone))
    if opened.asked_to_talk:
        yield f"**{reading.TALK}**"
    yield from map(_escaped, opened.doubts)
    if newest is not None:
        yield f"## {reading.MY_PAGE}"
        yield from _my_page(my_page_of(newest), reading.nothing_in(newest))
    if opened.plan is not None:
        yield f"## {reading.PLAN}"
        yield from _plan(opened.plan, zone)
    if newest is not None:
        yield f"## {reading.ANSWERS}"
        yield from _reflection(newest, 3)
    if opened.notes:
        yield f"## {reading.NOTES}"
        for note in opened.notes:
            yield from (_strong(reading.wrote(note, zone)), _quote(reading.trimmed(note.text)))
    if became := reading.became(opened, zone):
        yield f"## {reading.HISTORY}"
        yield _list(became)
    if opened.earlier_plans:
        yield f"## {reading.PLANS_BEFORE}"
    for plan in opened.earlier_plans:
        yield from _plan(plan, zone)
    if reading.before(opened):
        yield f"## {reading.BEFORE}"
    for page in reading.before(opened):
        yield _heading(3, reading.origin(page, zone))
        yield from _reflection(page, 4)


def _my_page(mine: MyPageOf, nothing: str) -> Iterator[str]:
    if mine.is_empty:
        yield nothing
    if mine.strengths:
        yield f"### {reading.PARTS['strengths']}"
        yield _list(mine.strengths)
    if mine.ratings:
        yield f"### {reading.PARTS['ratings']}"
        yield "\n".join(f"- {_rating(rating)}" for rating in mine.ratings)
    for part, said in (("hopes", mine.hopes), ("steps", mine.steps)):
        if said:
            yield f"### {reading.PARTS[part]}"
            yield from _said(said)


def _rating(rating: Rating) -> str:
    label, word = (_escaped(reading.line(text)) for text in (rating.label, rating.word))
    if not 1 <= rating.place <= rating.of:
        return f"{label}: {word}"
    filled, cells = Bar(rating.label, rating.place, rating.of, rating.word).cells
    return f"{label}: {'●' * filled}{'○' * (cells - filled)} {word}"


def _said(answers: Iterable[Said]) -> Iterator[str]:
    for said in answers:
        if said.words:
            yield from (_strong(said.label), _quote("\n".join(said.words)))


def _plan(plan: Plan, zone: tzinfo | None) -> Iterator[str]:
    yield _escaped(reading.agreed(plan, zone))
    for goal in plan.goals:
        yield _heading(3, goal.want)
        steps = []
        for step in goal.steps:
            around = reading.around(step)
            text = reading.line(step.text) + (f" ({around})" if around else "")
            steps.append(f"- [{'x' if step.done else ' '}] {_escaped(text)}")
        if steps:
            yield "\n".join(steps)


def _reflection(page: Page, level: int) -> Iterator[str]:
    for section in page.sections:
        yield _heading(level, section.title, section.id)
        yield from _answers(section)
    if page.private:
        yield f"**{reading.KEPT_BACK}**"


def _answers(section: AnsweredSection) -> Iterator[str]:
    for answered in section.answers:
        yield _strong(reading.asked(answered))
        text = reading.text_of(answered)
        yield _quote(text) if text else f"*{reading.NOT_ANSWERED}*"


def _heading(level: int, *texts: str) -> str:
    return f"{'#' * level} {_escaped(reading.line(*texts))}"


def _strong(text: str) -> str:
    return f"**{_escaped(reading.line(text))}**"


def _list(texts: Iterable[str]) -> str:
    return "\n".join(f"- {_escaped(reading.line(text))}" for text in texts)


def _quote(text: str) -> str:
    return "> " + _lines(text or reading.NOTHING).replace("\n", "\n> ")
