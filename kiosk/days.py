"""Days as people type them, the day before the month as in Britain."""

import re
from calendar import monthrange
from contextlib import suppress
from datetime import date, timedelta

from kiosk.errors import DeskError

_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SPOKEN = {"today": 0, "yesterday": -1, "day before yesterday": -2}
_SPOKEN_AHEAD = {"today": 0, "tomorrow": 1, "day after tomorrow": 2}
_LENGTHS = {"day": 1, "week": 7, "fortnight": 14}
"""Days of each."""
_YEARS = range(1970, 2300)
_FAR = 9
"""Within so many years there is each day of the year: a 29 February may be eight years away."""

_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        r"(?P<day>\d{1,2})(?P<between>[./ -])(?P<month>\d{1,2})(?:(?P=between)(?P<year>\d{2}|\d{4}))?\.?",
        r"(?P<year>\d{4})(?P<between>[./ -])(?P<month>\d{1,2})(?P=between)(?P<day>\d{1,2})",
        r"(?P<day>\d{1,2}) ?(?:of )?(?P<month>[a-z]{3,9})(?: ?(?P<year>\d{2}|\d{4}))?",
        r"(?P<month>[a-z]{3,9}) ?(?P<day>\d{1,2})(?: (?P<year>\d{2}|\d{4}))?",
    )
)
_AGO = re.compile(r"(\d{1,3}|an?) (day|week|fortnight)s? ago", re.ASCII)
_IN = re.compile(r"in (\d{1,3}|an?) (day|week|fortnight|month)(?:s|'s|s')?(?: time)?", re.ASCII)
_BEFORE = re.compile(r"^(?:(?:on|by) )?(?:the )?")
"""What may stand before a day."""
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b", re.ASCII)
_NAMED = re.compile(r"[.,/\s-]+", re.ASCII)
"""What stands between the parts of a day that names its month or its weekday."""
_UNREAD = "We could not read that date. Try 04/03/2026 or 4 March 2026."


def read_day(typed: str, today: date, *, ahead: bool = False) -> date:
    """Return the day that somebody typed; without a year, or as a weekday, it is the last such day.

    `28/11/26`, `28.11.2026`, `2026-11-28`, `28 Nov`, `Sat 28th of November 2026`, `yesterday`, `last Friday`,
    `3 days ago` and the like. With `ahead` it is the next such day, and `tomorrow`, `next Friday`,
    `in a week` and the like take the place of those last. Raises DeskError for what is no day.
    """
    day = day_in(typed, today, ahead=ahead)
    if day is None:
        raise DeskError(_UNREAD)
    return day


def day_in(typed: str, today: date, *, ahead: bool = False) -> date | None:
    """Return the day that somebody typed, as `read_day` does; None for what does not look like one.

    Raises DeskError for what does, and is not in the calendar.
    """
    text = " ".join(typed.casefold().split()).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    spoken = _BEFORE.sub("", _ORDINAL.sub("", _NAMED.sub(" ", text).strip()))
    try:
        found = (
            read(one, today, ahead)
            for read in (_spoken, _weekday, _written)
            for one in dict.fromkeys((text, spoken))
        )
        return next((day for day in found if day is not None), None)
    except (ValueError, OverflowError) as error:
        raise DeskError(_UNREAD) from error


def _spoken(text: str, today: date, ahead: bool) -> date | None:
    """Return a day that is told by how far away it is."""
    spoken = _SPOKEN_AHEAD if ahead else _SPOKEN
    if text in spoken:
        return today + timedelta(days=spoken[text])
    told = (_IN if ahead else _AGO).fullmatch(text)
    if told is None:
        return None
    count = int(told[1]) if told[1].isdigit() else 1
    if told[2] == "month":
        return _months_on(today, count)
    days = count * _LENGTHS[told[2]]
    return today + timedelta(days=days if ahead else -days)


def _months_on(day: date, months: int) -> date:
    """Return the same day of a later month, or the last one that this month has."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


def _weekday(text: str, today: date, ahead: bool) -> date | None:
    """Return the nearest day of a weekday: today's is today, and with `last` or `next` a week away."""
    away = "next " if ahead else "last "
    place = _place(text.removeprefix(away).removeprefix("this "), _WEEKDAYS)
    if place is None:
        return None
    days = (place - today.weekday() if ahead else today.weekday() - place) % 7
    days = days or (7 if text.startswith(away) else 0)
    return today + timedelta(days=days if ahead else -days)


def _written(text: str, today: date, ahead: bool) -> date | None:
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
        return _nearest(day, month, today, ahead)
    number = int(year) + (2000 if len(year) == 2 else 0)
    if number not in _YEARS:
        raise ValueError(_UNREAD)
    return date(number, month, day)


def _nearest(day: int, month: int, today: date, ahead: bool) -> date:
    """Return the last such day of a year, today's among them, or the next. Raises ValueError for none."""
    for away in range(_FAR):
        with suppress(ValueError):
            named = date(today.year + (away if ahead else -away), month, day)
            if named == today or (named > today) is ahead:
                return named
    raise ValueError(_UNREAD)


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
