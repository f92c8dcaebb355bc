"""Rows and entries as plain text and as JSON, for the command line."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, assert_never

import msgspec

from kiosk.dates import at_time, day_of, on_short_day
from kiosk.desk.entries import Shared
from kiosk.desk.listing import Flags
from kiosk.entry import blocks
from kiosk.entry.opened import Opened
from kiosk.entry.staff_pages import Note
from kiosk.text import clean, columns, counted, one_line, padded
from kiosk.vault.rows import Row

NONE = Flags()
"""Nothing that staff should know."""
_NAME_LIMIT = 200


def row_value(row: Row) -> dict[str, Any]:
    """Return a row as plain JSON values; times are ISO texts in UTC."""
    values: dict[str, Any] = msgspec.to_builtins(row)
    return {key: values[key] for key in ("id", "name", "saved", "source")} | {
        "pages": len(row.pages),
        "state": row.state,
        "picked_up_by": row.picked_up_by,
        "picked_up": values["picked_up"],
    }


def opened_value(opened: Opened) -> dict[str, Any]:
    """Return an opened entry as plain JSON values."""
    pages = [msgspec.to_builtins(page) for page in opened.pages]
    told = {
        "venue": opened.venue,
        "unread": opened.unread,
        "doubts": list(opened.doubts),
        "pages": pages,
    }
    return row_value(opened.row) | told


def rows_value(
    rows: Sequence[Row], flags: Flags, parts: Sequence[Shared | None] | None = None
) -> list[dict[str, Any]]:
    """Return rows as plain JSON values, with what staff should know of them.

    `parts` is how much of each is shared, None for one that does not open; left out, nothing is told of it.
    """
    values = [
        row_value(row)
        | {
            "asks_to_talk": row.id in flags.talk,
            "asks_since": msgspec.to_builtins(flags.talk.get(row.id)),
            "goes_soon": msgspec.to_builtins(flags.leaving.get(row.id)),
            "overdue": flags.overdue.get(row.id, 0),
            "to_review": msgspec.to_builtins(flags.review.get(row.id)),
            "venue": flags.venues.get(row.id, ""),
        }
        for row in rows
    ]
    if parts is None:
        return values
    return [
        value | {"shared": part._asdict() if part else None}
        for value, part in zip(values, parts, strict=True)
    ]


def rows_text(
    rows: Sequence[Row],
    flags: Flags = NONE,
    parts: Sequence[Shared | None] | None = None,
) -> str:
    """Return rows as lines of name, day, venue where there are several, state, and what staff should know."""
    if not rows:
        return "There are no entries yet."
    names = [one_line(row.name, _NAME_LIMIT) for row in rows]
    width = max(map(columns, names))
    venues = [one_line(flags.venues.get(row.id, ""), _NAME_LIMIT) for row in rows]
    widest = max(map(columns, venues))
    return "\n".join(
        f"{padded(name, width)}  {on_short_day(row.saved)}  {padded(venue, widest + 2) if widest else ''}"
        + "; ".join(filter(None, (_state(row), *_known(row, flags), _shared(part))))
        for name, row, venue, part in zip(names, rows, venues, parts or [None] * len(rows), strict=True)
    )


def opened_text(opened: Opened, now: datetime) -> str:
    """Return an opened entry as a person reads it, safe for a terminal."""
    row, how = opened.row, blocks.Telling()
    head = [
        one_line(row.name, _NAME_LIMIT),
        f"Saved {on_short_day(row.saved)}{_at(opened.venue)}; {_state(row)}.",
        *([blocks.asked_since(opened.wish.since)] if opened.wish else ()),
        *([blocks.wish_alone()] if opened.is_wish_alone else ()),
        *opened.late(day_of(now)),
        *opened.doubts,
    ]
    said = ["\n".join(head)]
    labels = opened.labels
    for name, page in opened.named:
        first, *others = map(rendered, blocks.page_blocks(page, how))
        said += [f"NOTE {labels[name]}. {first}" if isinstance(page, Note) else first, *others]
    return clean("\n\n".join(said))


def rendered(block: blocks.Block) -> str:
    """Return a block as lines of text."""
    match block:
        case blocks.Origin() | blocks.Told():
            return block.text
        case blocks.Heading():
            return block.text.upper()
        case blocks.Items():
            return "\n".join(block.texts)
        case blocks.Strengths():
            return "\n".join((*block.top, block.told))
        case blocks.Ratings():
            return "\n".join(f"{rating.label}: {rating.word}" for rating in block.ratings)
        case blocks.Said():
            return "\n  ".join((block.label, *block.lines))
        case blocks.Goal():
            return "\n  ".join((block.want, *(step.line for step in block.steps)))
        case _:
            assert_never(block)


def _at(venue: str) -> str:
    return f" at {one_line(venue, _NAME_LIMIT)}" if venue else ""


def _known(row: Row, flags: Flags) -> Iterator[str]:
    if row.id in flags.talk:
        asked = flags.talk[row.id]
        yield f"asks to talk since {on_short_day(asked)}, {at_time(asked)}"
    if row.id in flags.leaving:
        yield f"expires {on_short_day(flags.leaving[row.id])}"
    if row.id in flags.overdue:
        yield "overdue"
    if row.id in flags.review:
        yield "to review"


def _shared(part: Shared | None) -> str:
    if part is None:
        return ""
    if part.whole:
        return "all parts"
    return counted(part.sections, "part", "parts") if part.sections else "no parts"


def _state(row: Row) -> str:
    if row.picked_up is None:
        return "waiting"
    picked_up = f"picked up {on_short_day(row.picked_up)} by {one_line(row.picked_up_by, _NAME_LIMIT)}"
    return picked_up if row.became in (None, "picked up") else f"{row.became}, {picked_up}"
