"""Spans of quarters that are over, and which of them wait to be counted."""

import re
from calendar import month_name
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

from kiosk import clock, uncounted
from kiosk.desk import figures
from kiosk.desk.tally import Quarter, quarter_of
from kiosk.errors import DeskError
from kiosk.settings import Home
from kiosk.vault.rows import Row

MOST_QUARTERS = 40
"""So many are offered: ten years, where a clock or a row tells of more."""


class Period(NamedTuple):
    """A span of quarters that are over."""

    title: str
    quarters: tuple[Quarter, ...]
    """In order."""
    running: tuple[Quarter, ...] = ()
    """Those of a year that are not over yet, and so are left out."""


def period_of(texts: Sequence[str], now: datetime, zone: tzinfo | None = None) -> Period:
    """Read quarters and years, such as `2026-Q3` and `2026`, as one period.

    Raises ValueError for a text that is neither, DeskError for what is not over yet.
    """
    current, quarters, running = quarter_of(now, zone), set[Quarter](), set[Quarter]()
    for text in texts:
        found = re.fullmatch(r"([1-9]\d{3})(?:-[Qq]([1-4]))?", text, re.ASCII)
        if not found:
            raise ValueError(f"{text!r} is no quarter and no year")
        numbers = (int(found[2]),) if found[2] else (1, 2, 3, 4)
        named = {Quarter(int(found[1]), number) for number in numbers}
        over = {quarter for quarter in named if quarter < current}
        if not over:
            raise DeskError(f"{text} is not over yet. Choose {_before(current)} or an earlier one.")
        quarters |= over
        running |= named - over
    ordered = tuple(sorted(quarters))
    return Period(_title(ordered), ordered, tuple(sorted(running)))


def periods(home: Home, rows: Iterable[Row], now: datetime, zone: tzinfo | None = None) -> tuple[Period, ...]:
    """Return what can be asked for, newest first: the quarters that are over, then years of several.

    They go back to the first of the entries, `rows` and those that are deleted and wait to be counted, and of
    the figures that are kept.
    """
    quarter = quarter_of(now, zone)
    saved = (quarter_of(row.saved, zone) for row in rows)
    first = min([*saved, *uncounted.waiting(home).values(), *figures.kept(home)], default=quarter)
    quarters: list[Quarter] = []
    while quarter > first and len(quarters) < MOST_QUARTERS:
        quarter = _before(quarter)
        quarters.append(quarter)
    years = [year for year, count in Counter(one.year for one in quarters).items() if count > 1]
    return tuple(period_of([text], now, zone) for text in map(str, [*quarters, *years]))


def due(home: Home, rows: Iterable[Row], now: datetime, zone: tzinfo | None = None) -> Period | None:
    """Return the last quarter that is over for good, where entries of it may wait to be counted; else None.

    A quarter is over for good when a clock that is as far ahead as is believed would tell so too.
    """
    last = _before(quarter_of(now - clock.AHEAD, zone))
    there = {
        *(last for row in rows if quarter_of(row.saved, zone) <= last),
        *uncounted.waiting(home).values(),
    }
    wait = [quarter for quarter in there - figures.kept(home) if quarter <= last]
    return period_of([str(max(wait))], now, zone) if wait else None


def _before(quarter: Quarter) -> Quarter:
    return Quarter(quarter.year, quarter.number - 1) if quarter.number > 1 else Quarter(quarter.year - 1, 4)


def _title(quarters: Sequence[Quarter]) -> str:
    first, last = quarters[0], quarters[-1]
    if first == last:
        months = month_name[3 * first.number - 2 : 3 * first.number + 1]
        return f"{first}, {months[0]} to {months[-1]} {first.year}"
    if len(quarters) == 4 and first.year == last.year:
        return str(first.year)
    return ", ".join(map(str, quarters))
