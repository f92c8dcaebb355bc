"""Rows and entries as plain text and as JSON, for the command line."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any

import msgspec

from kiosk.added import Note, Plan, Turn
from kiosk.desk.opened import Opened
from kiosk.entry import AnyPage
from kiosk.moments import short_day
from kiosk.text import clean, one_line
from kiosk.vault.catalogue import Row

NOT_ANSWERED = "–"  # noqa: RUF001 - the dash of an empty place
_NAME_LIMIT = 200


def row_value(row: Row) -> dict[str, Any]:
    """Return a row as plain JSON values; times are ISO texts in UTC."""
    values: dict[str, Any] = msgspec.to_builtins(row)
    keys = ("id", "name", "saved", "source", "typed_in_by", "pages")
    return {key: values[key] for key in keys} | {
        "state": row.state,
        "picked_up_by": row.picked_up_by,
        "picked_up": values["picked_up"],
    }


def opened_value(opened: Opened) -> dict[str, Any]:
    """Return an opened entry as plain JSON values."""
    return row_value(opened.row) | {"pages": [msgspec.to_builtins(page) for page in opened.pages]}


def rows_text(rows: Sequence[Row], zone: tzinfo | None = None) -> str:
    """Return rows as lines of name, day and state. Days are local where no zone is given."""
    if not rows:
        return "There are no entries yet."
    names = [one_line(row.name, _NAME_LIMIT) for row in rows]
    width = max(map(len, names))
    return "\n".join(
        f"{name:<{width}}  {_day(row.saved, zone)}  {_state(row, zone)}"
        for name, row in zip(names, rows, strict=True)
    )


def opened_text(opened: Opened, zone: tzinfo | None = None) -> str:
    """Return an opened entry as a person reads it, safe for a terminal."""
    row = opened.row
    head = [
        one_line(row.name, _NAME_LIMIT),
        f"Saved {_day(row.saved, zone)}{_source(row)}; {_state(row, zone)}.",
    ]
    return clean("\n\n".join(["\n".join(head), *(_page(page, zone) for page in opened.pages)]))


def _page(page: AnyPage, zone: tzinfo | None) -> str:
    day = _day(page.made, zone)
    match page:
        case Note():
            return f"NOTE BY {one_line(page.by, _NAME_LIMIT)}, {day}\n\n{page.text}"
        case Plan():
            return _plan(page, day)
        case Turn():
            return f"{page.state.upper()}, SAYS {one_line(page.by, _NAME_LIMIT)}, {day}"
    blocks = [f"{page.pack_title}, {day}"]
    for section in page.sections:
        blocks.append(section.title.upper())
        for answered in section.answers:
            lines = [f"  {line}" for line in answered.words or (NOT_ANSWERED,)]
            blocks.append("\n".join([answered.ask, *lines]))
    if page.private:
        blocks.append("The customer kept a part of this back. It opens with the code alone.")
    return "\n\n".join(blocks)


def _plan(plan: Plan, day: str) -> str:
    lines = [f"PLAN, AGREED WITH {one_line(plan.by, _NAME_LIMIT)}, {day}"]
    for goal in plan.goals:
        lines += ["", goal.want]
        lines += [f"  {step.line}" for step in goal.steps]
    return "\n".join(lines)


def _source(row: Row) -> str:
    if row.source != "paper":
        return ""
    return f", typed in from paper by {row.typed_in_by}" if row.typed_in_by else ", typed in from paper"


def _state(row: Row, zone: tzinfo | None) -> str:
    if row.picked_up is None:
        return "waiting"
    picked_up = f"picked up {_day(row.picked_up, zone)} by {one_line(row.picked_up_by, _NAME_LIMIT)}"
    return picked_up if row.became in (None, "picked up") else f"{row.became}, {picked_up}"


def _day(moment: datetime, zone: tzinfo | None) -> str:
    return short_day(moment.astimezone(zone))
