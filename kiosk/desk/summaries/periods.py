"""Spans of quarters that are over, and which wait to be counted, each by itself or a year as a whole."""

import re
from calendar import month_name
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from kiosk.counts import uncounted
from kiosk.counts.quarters import Quarter, quarter_of, with_figures
from kiosk.errors import DeskError
from kiosk.home import Home
from kiosk.settings.settings import load_settings
from kiosk.upkeep import clock
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

    def name(self) -> str:
        """Return how a quarter or a year is asked for."""
        return str(self.quarters[0] if len(self.quarters) == 1 else self.quarters[0].whole())


def period_of(texts: Sequence[str], now: datetime) -> Period:
    """Read quarters and years, such as `2026-Q3` and `2026`, as one period.

    Raises ValueError for a text that is neither, DeskError for what is not over yet.
    """
    current, quarters, running = quarter_of(now), set[Quarter](), set[Quarter]()
    for text in texts:
        found = re.fullmatch(r"([1-9]\d{3})(?:-[Qq]([1-4]))?", text, re.ASCII)
        if not found:
            raise ValueError(f"{text!r} is not a quarter or a year")
        numbers = (int(found[2]),) if found[2] else (1, 2, 3, 4)
        named = {Quarter(int(found[1]), number) for number in numbers}
        over = {quarter for quarter in named if quarter < current}
        if not over:
            raise DeskError(f"{text} is not over yet. Choose {_before(current)} or an earlier one.")
        quarters |= over
        running |= named - over
    ordered = tuple(sorted(quarters))
    return Period(_title(ordered), ordered, tuple(sorted(running)))


def is_whole(home: Home) -> Callable[[int], bool]:
    """Return what tells of a year whether it is counted as a whole. Raises SettingsError.

    What was counted of it first decides; before that the settings, and no count has a part in it.
    """
    is_set = load_settings(home.settings).summaries.span == "year"
    kept = with_figures(home)

    def tells(year: int) -> bool:
        numbers = {one.number for one in kept if one.year == year}
        return 0 in numbers or (is_set and not numbers)

    return tells


def units_of(home: Home, period: Period) -> tuple[Quarter, ...]:
    """Return the quarters and whole years of which a period has figures.

    Raises DeskError where it has only a part of a year that is counted as a whole, and SettingsError.
    """
    whole = is_whole(home)
    units = dict.fromkeys(one.whole() if whole(one.year) else one for one in period.quarters)
    for unit in units:
        if not {*period.quarters}.issuperset(unit.parts()):
            raise DeskError(f"{unit} is counted as a whole here. Choose {unit}, once it is over.")
    return tuple(units)


def periods(home: Home, rows: Iterable[Row], now: datetime) -> tuple[Period, ...]:
    """Return what can be asked for, newest first: the quarters that are over, then years of several.

    Of a year that is counted as a whole there is nothing before its end, and none of its quarters then.

    They go back to the first of the entries, `rows` and those that are deleted and wait to be counted, and of
    the figures that are kept.
    """
    quarter = quarter_of(now)
    saved = (quarter_of(row.saved) for row in rows)
    kept = (part for one in with_figures(home) for part in one.parts())
    first = min([*saved, *uncounted.waiting(home).values(), *kept], default=quarter)
    quarters: list[Quarter] = []
    while quarter > first and len(quarters) < MOST_QUARTERS:
        quarter = _before(quarter)
        quarters.append(quarter)
    whole, ends = is_whole(home), Counter(one.year for one in quarters)
    years = [
        year
        for year, count in ends.items()
        if (quarters[0].year > year or quarters[0].number == 4 if whole(year) else count > 1)
    ]
    offered = [*(one for one in quarters if not whole(one.year)), *years]
    return tuple(period_of([text], now) for text in map(str, offered))


def due(home: Home, rows: Iterable[Row], now: datetime) -> Period | None:
    """Return the last quarter that is over for good, where entries of it may wait to be counted; else None.

    Or the year, where that is counted as a whole. It is over for good when a clock that is as far ahead as is
    believed would tell so too. Raises SettingsError.
    """
    whole, last = is_whole(home), _before(quarter_of(now - clock.AHEAD))
    if last.number < 4 and whole(last.year):
        last = Quarter(last.year - 1, 4)
    there = {
        *(last for row in rows if quarter_of(row.saved) <= last),
        *(quarter for quarter in uncounted.waiting(home).values() if quarter <= last),
    }
    wait = {one.whole() if whole(one.year) else one for one in there} - with_figures(home)
    return period_of([str(max(wait))], now) if wait else None


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
