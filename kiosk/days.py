"""Days as people type them, the day before the month as in Britain."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta

from kiosk.errors import DeskError

_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SPOKEN = {"today": 0, "yesterday": 1, "day before yesterday": 2}
_YEARS = range(1970, 2300)
_BACK = 9
"""So many years back there is each day of the year: a 29 February may be eight years ago."""

_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        r"(?P<day>\d{1,2})(?P<between>[./ -])(?P<month>\d{1,2})(?:(?P=between)(?P<year>\d{2}|\d{4}))?\.?",
        r"(?P<year>\d{4})(?P<between>[./ -])(?P<month>\d{1,2})(?P=between)(?P<day>\d{1,2})",
        r"(?P<day>\d{1,2}) ?(?:of )?(?P<month>[a-z]{3,9})(?: ?(?P<year>\d{2}|\d{4}))?",
        r"(?P<month>[a-z]{3,9}) ?(?P<day>\d{1,2})(?: (?P<year>\d{2}|\d{4}))?",
    )
)
_AGO = re.compile(r"(\d{1,3}|an?) (day|week)s? ago", re.ASCII)
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b", re.ASCII)
_NAMED = re.compile(r"[.,/\s-]+", re.ASCII)
"""What stands between the parts of a day that names its month or its weekday."""


def read_day(typed: str, today: date) -> date:
    """Return the day that somebody typed; without a year, or as a weekday, it is the last such day.

    `28/11/26`, `28.11.2026`, `2026-11-28`, `28 Nov`, `Sat 28th of November 2026`, `yesterday`, `last Friday`,
    `3 days ago` and the like. Raises DeskError for what is no day.
    """
    text = " ".join(typed.casefold().split())
    spoken = _ORDINAL.sub("", _NAMED.sub(" ", text).strip()).removeprefix("the ").removeprefix("on ")
    with suppress(ValueError, OverflowError, StopIteration):
        return next(
            day
            for read in (_since, _weekday, _written)
            for one in dict.fromkeys((text, spoken))
            if (day := read(one, today)) is not None
        )
    raise DeskError("We could not read that date. Try 04/03/2026 or 4 March 2026.")


def _since(text: str, today: date) -> date | None:
    """Return a day that is told by how long ago it was."""
    if text in _SPOKEN:
        return today - timedelta(days=_SPOKEN[text])
    ago = _AGO.fullmatch(text)
    if ago is None:
        return None
    count = int(ago[1]) if ago[1].isdigit() else 1
    return today - timedelta(days=count * (7 if ago[2] == "week" else 1))


def _weekday(text: str, today: date) -> date | None:
    """Return the last day of a weekday: today's is today, and with `last` a week ago."""
    last = text.startswith("last ")
    place = _place(text.removeprefix("last "), _WEEKDAYS)
    if place is None:
        return None
    back = (today.weekday() - place) % 7
    return today - timedelta(days=back or (7 if last else 0))


def _written(text: str, today: date) -> date | None:
    """Return a day that is told by its number and its month. Raises ValueError for no such day."""
    first, _, rest = text.partition(" ")
    if _place(first, _WEEKDAYS) is not None:  # which weekday it was is no help, and may be a mistake
        text = rest.removeprefix("the ")
    found = next(filter(None, (form.fullmatch(text) for form in _FORMS)), None)
    if found is None:
        return None
    day, month, year = int(found["day"]), _month(found["month"]), found["year"]
    if month is None:
        return None
    if year is None:
        return next(_that_were(day, month, today), None)
    number = int(year) + (2000 if len(year) == 2 else 0)
    return date(number, month, day) if number in _YEARS else None


def _that_were(day: int, month: int, today: date) -> Iterator[date]:
    """Yield a day of the year as it was in this year and those before, newest first."""
    for year in range(today.year, today.year - _BACK, -1):
        with suppress(ValueError):
            if (named := date(year, month, day)) <= today:
                yield named


def _month(typed: str) -> int | None:
    if typed.isdigit():
        return int(typed)
    place = _place(typed, _MONTHS)
    return None if place is None else place + 1


def _place(typed: str, names: tuple[str, ...]) -> int | None:
    """Return which of these names is typed, or begun with three letters or more; None for none."""
    if len(typed) < 3:
        return None
    return next((place for place, name in enumerate(names) if name.startswith(typed)), None)
