"""Days as people type them, the day before the month as in Britain."""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, timedelta

from kiosk.errors import DeskError

_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ONE_TO_NINE = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_ORDINALS = (
    *_ONE_TO_NINE, "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth",
    "seventeenth", "eighteenth", "nineteenth", "twentieth",
    *(f"twenty {name}" for name in _ONE_TO_NINE), "thirtieth", "thirty first",
)  # fmt: skip
_COUNTS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
_NUMBERS = {name: f"{number}th" for number, name in enumerate(_ORDINALS, 1)} | {
    name: f"{number}" for number, name in enumerate(_COUNTS, 1)
}
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
        r"(?P<month>[a-z]{3,9}) ?(?:the )?(?P<day>\d{1,2})(?: (?P<year>\d{2}|\d{4}))?",
        r"(?P<year>\d{4}) (?P<month>[a-z]{3,9}) (?P<day>\d{1,2})",
        r"(?P<year>(?:19|2[0-2])\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>[0-3]\d)",
        r"(?P<day>[0-3]\d)(?P<month>0[1-9]|1[0-2])(?P<year>\d{4}|\d{2})",
    )
)
_AGO = re.compile(r"(\d{1,3}|an?) (day|week|fortnight|month)s? ago", re.ASCII)
_IN = re.compile(r"in (\d{1,3}|an?) (day|week|fortnight|month)(?:s|'s|s')?(?: time)?", re.ASCII)
_BEFORE = re.compile(r"^(?:(?:on|by) )?(?:the )?")
"""What may stand before a day."""
_ALONE = re.compile(r"(\d{1,2})(st|nd|rd|th)?", re.ASCII)
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b", re.ASCII)
_NAMED = re.compile(r"[.,/\s-]+", re.ASCII)
"""What stands between the parts of a day that names its month or its weekday."""
_NUMBER = re.compile(rf"\b(?:{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})\b")
_SHORT = re.compile(r"'(\d\d)\b", re.ASCII)
"""A year of this century, as in '26."""
_TIME = re.compile(
    r"(?:,? at |,? |(?<=\d)t|^)(?:\d{1,2}:\d\d(?::\d\d)? ?(?:[ap]m|z)?|\d{1,2} ?[ap]m)(?= |$)", re.ASCII
)
_SIGNS = str.maketrans(
    {"_": " ", "\\": "/", "\N{MINUS SIGN}": "-"} | dict.fromkeys("\u2018\u2019\u02bc\u2032`\u00b4", "'")
)
_LONGER = re.compile(r"(?:the )?(?:last|past|this|next) (?:week|weekend|fortnight|month|year)")
_TRY = "Try 04/03/2026 or 4 March 2026."
_UNREAD = f"We could not read that date. {_TRY}"


def read_day(typed: str, today: date, *, ahead: bool = False) -> date:
    """Return the day that somebody typed; without a year, or as a weekday, it is the last such day.

    `28/11/26`, `28.11.2026`, `2026-11-28`, `28 Nov`, `Sat 28th of November 2026`, `yesterday`, `last Friday`,
    `3 days ago` and the like; a time of day is left out. With `ahead` it is the next such day, `tomorrow`,
    `next Friday`, `in a week` and the like take the place of those last, and no time may follow.
    Raises DeskError for what is no day.
    """
    day = day_in(typed, today, ahead=ahead)
    if day is None:
        longer = _LONGER.fullmatch(_folded(typed))
        raise DeskError(f"That is more than one day. {_TRY}" if longer else _UNREAD)
    return day


def day_in(typed: str, today: date, *, ahead: bool = False) -> date | None:
    """Return the day that somebody typed, as `read_day` does; None for what does not look like one.

    Raises DeskError for what does, and is not in the calendar.
    """
    text = _folded(typed)
    if not ahead:  # by when something is to be done, a time of day matters: that stays words
        text = " ".join(_TIME.sub(" ", text).split())
    named = _NUMBER.sub(lambda word: _NUMBERS[word[0]], _NAMED.sub(" ", text).strip())
    named = _BEFORE.sub("", named)
    try:
        found = (
            read(one, today, ahead)
            for read in (_spoken, _weekday, _written, _alone)
            for one in dict.fromkeys((text, _ORDINAL.sub("", named), named))
        )
        return next((day for day in found if day is not None), None)
    except (ValueError, OverflowError) as error:
        raise DeskError(_UNREAD) from error


def _folded(typed: str) -> str:
    """Return what was typed in small letters, with one sign for each kind of dash, quote and space."""
    signs = ("-" if unicodedata.category(sign) == "Pd" else sign for sign in typed.casefold())
    return _SHORT.sub(r"20\1", " ".join("".join(signs).translate(_SIGNS).split()))


def _spoken(text: str, today: date, ahead: bool) -> date | None:
    spoken = _SPOKEN_AHEAD if ahead else _SPOKEN
    if text in spoken:
        return today + timedelta(days=spoken[text])
    told = (_IN if ahead else _AGO).fullmatch(text)
    if told is None:
        return None
    count = int(told[1]) if told[1].isdigit() else 1
    if told[2] == "month":
        return _months_on(today, count if ahead else -count)
    days = count * _LENGTHS[told[2]]
    return today + timedelta(days=days if ahead else -days)


def _months_on(day: date, months: int) -> date:
    """Return the same day of a later or earlier month, or the last one that this month has."""
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
        years = (_months_on(date(today.year, month, 1), 12 * away) for away in _away(ahead))
        return _nearest(day, years, today, ahead)
    number = int(year) + (2000 if len(year) == 2 else 0)
    if number not in _YEARS:
        raise ValueError(_UNREAD)
    return date(number, month, day)


def _alone(text: str, today: date, ahead: bool) -> date | None:
    """Return a day that is told by its number alone, as `28th` or after a weekday. Raises ValueError."""
    first, _, rest = text.partition(" ")
    weekday = _place(first, _WEEKDAYS) is not None
    told = _ALONE.fullmatch(rest.removeprefix("the ") if weekday else text)
    if told is None or not (weekday or told[2]):
        return None
    months = (_months_on(today.replace(day=1), away) for away in _away(ahead))
    return _nearest(int(told[1]), months, today, ahead)


def _away(ahead: bool) -> range:
    return range(_FAR) if ahead else range(0, -_FAR, -1)


def _nearest(day: int, months: Iterable[date], today: date, ahead: bool) -> date:
    """Return the first such day of some months that is today or on its side. Raises ValueError for none."""
    for month in months:
        with suppress(ValueError):
            named = month.replace(day=day)
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
