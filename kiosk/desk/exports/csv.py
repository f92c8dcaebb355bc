"""Entries as CSV, a row for each answer: for a spreadsheet, which must not run what somebody typed.

RFC 4180, every cell in quotation marks, in UTF-8 with the mark that tells spreadsheets so.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from kiosk.dates import stamp
from kiosk.desk.exports.cleaned import cleaned
from kiosk.entry import blocks
from kiosk.entry.opened import Opened
from kiosk.entry.pages import Answered, AnsweredSection
from kiosk.entry.staff_pages import Plan

COLUMNS = (
    "name", "made", "pack", "version", "section", "question id", "question", "points", "kind", "value",
    "words", "language", "question as read",
)  # fmt: skip
_KEPT_BACK, _DOUBT, _STEP, _REVIEW, _NONE = "kept back", "doubt", "step", "review", "no answers"
"""The kinds of the rows that say so."""

# Signs of full width, of small forms and the true minus too. A spreadsheet that takes another sign than the
# comma for the separator begins a cell after each one, and after a line's end, and drops quotation marks.
_BEFORE = r'(?:[^\S\n]|["\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff])*'
"""What may stand before such a sign and not be seen."""
_FORMULA = re.compile(rf"(?:^|(?<=[;|\n\r]))(?={_BEFORE}[=+\-@\t\r＝＋－＠﹦﹢﹣﹫−])")  # noqa: RUF001


def csv_of(entries: Iterable[Opened]) -> bytes:
    """Return the newest answers and plans of entries as one table: a row for each doubt, question, step."""
    return written([COLUMNS, *(_wide(row) for opened in entries for row in _rows(cleaned(opened)))])


def written(rows: Iterable[Iterable[str]]) -> bytes:
    """Return rows, of which the first is the head, as a file of CSV."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows(map(neutral, row) for row in rows)
    return text.getvalue().encode("utf-8-sig")


def neutral(cell: str) -> str:
    """Return a cell with an apostrophe before what a spreadsheet would take for a formula."""
    return _FORMULA.sub("'", cell)


def _wide(row: tuple[str, ...]) -> tuple[str, ...]:
    """Return a row with a cell in each column."""
    return (*row, *[""] * (len(COLUMNS) - len(row)))


def _rows(opened: Opened) -> Iterator[tuple[str, ...]]:
    page, name = opened.newest, opened.row.name
    head = (name, stamp(page.made), page.pack) if page else (name, "", "")
    none = ("",) * 5
    for doubt in opened.doubts:
        yield (*head, *none, _DOUBT, "", doubt)
    if opened.is_wish_alone:
        yield (*head, *none, _NONE, "", blocks.wish_alone())
    if page is not None:
        for section in page.sections:
            for answered in section.answers:
                seen = blocks.asked_as_seen(answered)
                yield (*head, *_cells(section, answered), page.language, seen)
        if page.private:
            yield (*head, *none, _KEPT_BACK, "", blocks.kept_back())
    if opened.plan is not None:
        yield from _plan(name, opened.plan)


def _plan(name: str, plan: Plan) -> Iterator[tuple[str, ...]]:
    """Yield a row for each step, and one for the day on which the plan is looked at again."""
    head = (name, stamp(plan.made), "", "", blocks.plan_title(), "")
    for goal in plan.goals:
        for step in goal.steps:
            yield (*head, blocks.line(goal.want), "", _STEP, _day(step.due), blocks.line(step.line))
    if plan.review:
        yield (*head, "", "", _REVIEW, _day(plan.review), blocks.review(plan))


def _day(day: date | None) -> str:
    return str(day or "")  # as ISO 8601 has it


def _cells(section: AnsweredSection, answered: Answered) -> tuple[str, ...]:
    asked = (section.title, answered.id, blocks.asked(answered), points(answered), answered.kind)
    return (str(answered.version or ""), *asked, _value(answered), blocks.text_of(answered))


def points(answered: Answered) -> str:
    """Return the words of a scale's points, as it was asked; empty for other questions."""
    return " / ".join(map(blocks.line, answered.labels))


def _value(answered: Answered) -> str:
    """Return a number or a text as it is, all else as JSON."""
    match answered.value:
        case None:
            return ""
        case int() | str():
            return str(answered.value)
    return msgspec.json.encode(answered.value).decode()
