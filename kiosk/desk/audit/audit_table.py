"""The audit as people read it: what of it is asked for, and in columns."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from kiosk.dates import at_time, day_of, on_short_day
from kiosk.desk.audit.audit_log import Event, Trail
from kiosk.text import columns, compared, padded, wrapped

HEADS = ("When", "Who", "What", "Entry and detail")
BETWEEN = "  "
ROOMY = 64
"""So many columns hold a table whose columns are wide enough to be read."""

Cells = tuple[str, str, str, str]


class AuditFilter(NamedTuple):
    """Which lines of the audit are asked for: all, where nothing is."""

    person: str = ""
    """Words of a name, or their beginnings: whoever did it, or unlocked too."""
    entry: str = ""
    """The same of the name of an entry, or its id."""
    day: date | None = None

    def of(self, events: Iterable[Event]) -> tuple[Event, ...]:
        """Return those of some events, in their order."""
        return tuple(event for event in events if self._fits(event))

    def _fits(self, event: Event) -> bool:
        return (
            (_begins(self.person, event.who) or _begins(self.person, event.second))
            and self._is_about(event)
            and self.day in (None, day_of(event.when))
        )

    def _is_about(self, event: Event) -> bool:
        if event.entry:
            return _begins(self.entry, event.entry) or self.entry == event.entry_id
        # A search, and what the kiosk erased by itself, have names in the detail.
        return compared(self.entry) in compared(event.detail)


def doubts(trail: Trail) -> tuple[str, ...]:
    """Return what is wrong with an audit that was read, in sentences."""
    broken = f"Line {trail.broken} does not match the lines before it: the audit log was changed or damaged."
    found = (
        (broken, trail.broken is not None),
        (f"Lines that cannot be read: {trail.unread}.", trail.unread),
        (f"Lines that no desk of this venue wrote, left out here: {trail.forged}.", trail.forged),
    )
    return tuple(doubt for doubt, is_so in found if is_so)


def table(
    events: Sequence[Event], width: int | None = None, *, most: int | None = None
) -> tuple[tuple[str, ...], ...]:
    """Return the lines of a table with a head: for the head, and for each event, one or more.

    They take at most `width` columns, 40 or more; None lets each event have a single line. In less room than
    `ROOMY` there is no head, and an event has one line with when and who, and below it what was done; so has
    one with a word that is longer than its column. `most` is how many lines an event has, 2 or more, unless
    those who did it need one of their own; what has more ends in an ellipsis then. No word is split that fits
    on a line.
    """
    rows = [_cells(event) for event in events]
    widths = [max(map(columns, column)) for column in zip(HEADS, *rows, strict=True)]
    if width is not None:
        if width < ROOMY:
            return (), *(_stacked(row, width, most) for row in rows)
        left = width - widths[0] - 3 * len(BETWEEN)
        _, who, did, rest = widths
        who = min(who, max(left // 4, left - did - rest))
        did = min(did, max(left // 3, left - who - rest))
        widths[1:] = [who, did, left - who - did]
    blocks = [
        _beside(row, widths, most) if width is None or _fits(row, widths) else _stacked(row, width, most)
        for row in rows
    ]
    return _beside(HEADS, widths, None), *blocks


def _cells(event: Event) -> Cells:
    when = f"{on_short_day(event.when):>11} {at_time(event.when)}"
    return when, event.people, event.did, ": ".join(filter(None, (event.entry, event.detail)))


def _fits(cells: Cells, widths: Sequence[int]) -> bool:
    return all(
        columns(word) <= width for text, width in zip(cells, widths, strict=True) for word in text.split()
    )


def _stacked(cells: Cells, width: int, most: int | None) -> tuple[str, ...]:
    """Return an event in lines, of which the first says when and who."""
    when, who, did, rest = cells
    when, inner = when.strip(), width - len(BETWEEN)
    first = f"{when}{BETWEEN}{who}"
    people = list[str]()
    if columns(first) > width:
        first, people = when, wrapped(who, inner)
    room = None if most is None else most - 1
    done = wrapped(": ".join(filter(None, (did, rest))), inner)
    below = (*_at_most(people, room, inner), *_at_most(done, room, inner))
    return first, *(BETWEEN + line for line in below)


def _beside(cells: Cells, widths: Sequence[int], most: int | None) -> tuple[str, ...]:
    when, *others = cells
    parts = [
        [when],
        *(
            _at_most(wrapped(text, max(2, width)), most, width)
            for text, width in zip(others, widths[1:], strict=True)
        ),
    ]
    height = max(map(len, parts))
    return tuple(
        BETWEEN.join(
            padded(part[line] if line < len(part) else "", width)
            for part, width in zip(parts, widths, strict=True)
        ).rstrip()
        for line in range(height)
    )


def _at_most(lines: list[str], most: int | None, width: int) -> list[str]:
    """Return so many lines, the last of which says whether there are more."""
    if most is None or len(lines) <= most:
        return lines
    last = lines[most - 1]
    while columns(f"{last} …") > width:
        last = last.rpartition(" ")[0] or last[:-1]
    return [*lines[: most - 1], f"{last} …"]


def _begins(typed: str, name: str) -> bool:
    words = compared(name).split()
    return all(any(word.startswith(one) for word in words) for one in compared(typed).split())
