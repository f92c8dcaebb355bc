"""Quarters of a year, and which of them have their figures."""

import re
from datetime import datetime
from typing import NamedTuple

from kiosk.dates import day_of
from kiosk.home import Home


class Quarter(NamedTuple):
    """A quarter of a year; or a whole year, where its quarters have no figures of their own."""

    year: int
    number: int
    """1 to 4; 0 for the whole year."""

    def __str__(self) -> str:
        return f"{self.year:04}-Q{self.number}" if self.number else f"{self.year:04}"

    def parts(self) -> tuple["Quarter", ...]:
        """Return the quarters in it."""
        return (self,) if self.number else tuple(Quarter(self.year, number) for number in (1, 2, 3, 4))

    def whole(self) -> "Quarter":
        """Return the year it is in."""
        return Quarter(self.year, 0)


def quarter_of(moment: datetime) -> Quarter:
    """Return the quarter of a time, by the days of this machine."""
    day = day_of(moment)
    return Quarter(day.year, (day.month + 2) // 3)


_NAME = re.compile(r"([1-9]\d{3})(?:-Q([1-4]))?", re.ASCII)


def named(text: str) -> Quarter:
    """Return the quarter, or year, of a name such as `2026-Q3`. Raises ValueError where it is none."""
    found = _NAME.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is not a quarter or a year")
    return Quarter(int(found[1]), int(found[2] or 0))


def with_figures(home: Home) -> frozenset[Quarter]:
    """Return the quarters, and whole years, whose figures are kept, going by the names of the files."""
    names = (file.stem for file in home.summaries.glob("*.age"))
    return frozenset(named(name) for name in names if _NAME.fullmatch(name))
