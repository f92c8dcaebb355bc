"""An entry as Markdown (CommonMark). What people wrote is escaped, so that it reads as they wrote it."""

import re
from collections.abc import Iterable, Iterator
from datetime import tzinfo

from kiosk.desk.exports import blocks
from kiosk.entry.my_page import MyPageOf, OwnWords, Rating, my_page_of
from kiosk.entry.opened import Opened
from kiosk.entry.pages import AnsweredSection, Reflection
from kiosk.entry.slip import Bar
from kiosk.entry.staff_pages import Plan

# What CommonMark and its common extensions act on anywhere in a line. Of a colon and a dot only those that
# make a link of a bare address.
_ANYWHERE = re.compile(r"[\\`*_\[\]<>&~|$^#!{}]|(?<=[A-Za-z]):(?=\S)|(?<=www)\.", re.IGNORECASE)
_AT_THE_START = re.compile(r"^(\d*)([-+=:.)@%])")
_BREAK = "\\\n"
_EDGES = re.compile(r"^\s|\s$")
"""A space of any width at the edge of a line, where readers drop it."""


def markdown_of(opened: Opened, zone: tzinfo | None) -> bytes:
    """Return an entry as Markdown in UTF-8. `zone` is the time zone of its days; None is the machine's."""
    return ("\n\n".join(_blocks(blocks.cleaned(opened), zone)) + "\n").encode()


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
        yield _escaped(blocks.origin(newest, zone))
    if opened.asked_to_talk:
        yield f"**{blocks.TALK}**"
    yield from map(_escaped, opened.doubts)
    if newest is not None:
        yield f"## {blocks.MY_PAGE}"
        yield from _my_page(my_page_of(newest), blocks.nothing_in(newest))
    if opened.plan is not None:
        yield f"## {blocks.PLAN}"
        yield from _plan(opened.plan, zone)
    if newest is not None:
        yield f"## {blocks.ANSWERS}"
        yield from _reflection(newest, 3)
    if opened.notes:
        yield f"## {blocks.NOTES}"
        for note in opened.notes:
            yield from (_strong(blocks.wrote(note, zone)), _quote(blocks.trimmed(note.text)))
    if became := blocks.became(opened, zone):
        yield f"## {blocks.HISTORY}"
        yield _list(became)
    if opened.earlier_plans:
        yield f"## {blocks.PLANS_BEFORE}"
    for plan in opened.earlier_plans:
        yield from _plan(plan, zone)
    if blocks.before(opened):
        yield f"## {blocks.BEFORE}"
    for page in blocks.before(opened):
        yield _heading(3, blocks.origin(page, zone))
        yield from _reflection(page, 4)


def _my_page(mine: MyPageOf, nothing: str) -> Iterator[str]:
    if mine.is_empty:
        yield nothing
    if mine.strengths:
        yield f"### {blocks.PARTS['strengths']}"
        yield _list(mine.strengths)
    if mine.ratings:
        yield f"### {blocks.PARTS['ratings']}"
        yield "\n".join(f"- {_rating(rating)}" for rating in mine.ratings)
    for part, said in (("hopes", mine.hopes), ("steps", mine.steps)):
        if said:
            yield f"### {blocks.PARTS[part]}"
            yield from _said(said)


def _rating(rating: Rating) -> str:
    label, word = (_escaped(blocks.line(text)) for text in (rating.label, rating.word))
    if not 1 <= rating.place <= rating.of:
        return f"{label}: {word}"
    filled, cells = Bar(rating.label, rating.place, rating.of, rating.word).cells
    return f"{label}: {'●' * filled}{'○' * (cells - filled)} {word}"


def _said(answers: Iterable[OwnWords]) -> Iterator[str]:
    for said in answers:
        if said.words:
            yield from (_strong(said.label), _quote("\n".join(said.words)))


def _plan(plan: Plan, zone: tzinfo | None) -> Iterator[str]:
    yield _escaped(blocks.agreed(plan, zone))
    for goal in plan.goals:
        yield _heading(3, goal.want)
        steps = []
        for step in goal.steps:
            around = blocks.around(step)
            text = blocks.line(step.text) + (f" ({around})" if around else "")
            steps.append(f"- [{'x' if step.done else ' '}] {_escaped(text)}")
        if steps:
            yield "\n".join(steps)


def _reflection(page: Reflection, level: int) -> Iterator[str]:
    for section in page.sections:
        yield _heading(level, section.title, section.id)
        yield from _answers(section)
    if page.private:
        yield f"**{blocks.KEPT_BACK}**"


def _answers(section: AnsweredSection) -> Iterator[str]:
    for answered in section.answers:
        yield _strong(blocks.asked(answered))
        text = blocks.text_of(answered)
        yield _quote(text) if text else f"*{blocks.NOT_ANSWERED}*"


def _heading(level: int, *texts: str) -> str:
    return f"{'#' * level} {_escaped(blocks.line(*texts))}"


def _strong(text: str) -> str:
    return f"**{_escaped(blocks.line(text))}**"


def _list(texts: Iterable[str]) -> str:
    return "\n".join(f"- {_escaped(blocks.line(text))}" for text in texts)


def _quote(text: str) -> str:
    return "> " + _lines(text or blocks.NOTHING).replace("\n", "\n> ")
