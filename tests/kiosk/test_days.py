"""A typed day: in any usual way, the day before the month, and never guessed from what is none."""

from datetime import date

import pytest

from kiosk.days import day_in, read_day
from kiosk.errors import DeskError

TODAY = date(2026, 11, 29)  # a Sunday
DAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    "typed",
    [
        *("28 November", "28 november 2026", "28/11/26", "28.11.2026", "28 Nov 2026", "2026-11-28"),
        *("yesterday", " Yesterday ", "28.11.", "28. 11. 2026", "28-11-2026", "28 11", "2026/11/28"),
        *("28th November", "the 28th of November 2026", "Nov 28, 2026", "November 28th", "28-Nov-26"),
        *("28Nov", "28NOV2026", "28. November 2026", "Sat 28 Nov", "Saturday, 28 November 2026"),
        *("Saturday 28/11", "Saturday the 28th of November", "on Saturday", "last Saturday", "sat"),
        *("Friday 28 November 2026", "1 day ago", "a day ago", "28 / 11 / 2026", "28  Novem."),
        *("on the 28th of November", "on 28/11", "this Saturday"),
    ],
)
def test_a_day_is_read_in_any_usual_way(typed: str) -> None:
    assert read_day(typed, TODAY) == DAY


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("4/3/2026", date(2026, 3, 4)),
        ("today", TODAY),
        ("day before yesterday", date(2026, 11, 27)),
        ("the day before yesterday", date(2026, 11, 27)),
        ("Sunday", TODAY),
        ("last Sunday", date(2026, 11, 22)),
        ("Monday", date(2026, 11, 23)),
        ("a week ago", date(2026, 11, 22)),
        ("10 days ago", date(2026, 11, 19)),
        ("a fortnight ago", date(2026, 11, 15)),
        ("30 November", date(2025, 11, 30)),
        ("2 Sept", date(2026, 9, 2)),
        ("1 may", date(2026, 5, 1)),
        ("29 Feb", date(2024, 2, 29)),
        ("29.2.24", date(2024, 2, 29)),
        ("1 December 2026", date(2026, 12, 1)),
    ],
)
def test_without_a_year_it_is_the_last_such_day(typed: str, day: date) -> None:
    assert read_day(typed, TODAY) == day


@pytest.mark.parametrize(
    "typed",
    [
        *("", "soon", "2026", "28", "November", "November 2026", "31.4.2026", "31 April", "0.1", "1.13"),
        *("11/28/2026", "29 February 2026", "1.1.0001", "1/1/9999", "4.3.2026 1", "٤.٣.2026", "ju 4"),
        *("28 Novembre", "999999 days ago", "2026-11-28T10:00", "28 Nov 202", "2026-11", "28 11 2026 1"),
    ],
)
def test_what_is_no_day_is_told_with_how_to_write_one(typed: str) -> None:
    with pytest.raises(DeskError, match=r"^We could not read that date\. Try 04/03/2026 or 4 March 2026\.$"):
        read_day(typed, TODAY)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("today", TODAY),
        ("Tomorrow", date(2026, 11, 30)),
        ("the day after tomorrow", date(2026, 12, 1)),
        ("28 November", date(2027, 11, 28)),
        ("29 November", TODAY),
        ("by 4 December", date(2026, 12, 4)),
        ("by the 4th of Dec.", date(2026, 12, 4)),
        ("28/11/26", DAY),
        ("2026-12-04", date(2026, 12, 4)),
        ("29 Feb", date(2028, 2, 29)),
        ("Sunday", TODAY),
        ("next Sunday", date(2026, 12, 6)),
        ("by Friday", date(2026, 12, 4)),
        ("next friday", date(2026, 12, 4)),
        ("this Friday", date(2026, 12, 4)),
        ("Fri 4 Dec", date(2026, 12, 4)),
        ("in 3 days", date(2026, 12, 2)),
        ("in a week", date(2026, 12, 6)),
        ("in a week's time", date(2026, 12, 6)),
        ("in 2 weeks' time", date(2026, 12, 13)),
        ("in a fortnight", date(2026, 12, 13)),
        ("in a month", date(2026, 12, 29)),
        ("in 3 months", date(2027, 2, 28)),
        ("in 13 months", date(2027, 12, 29)),
    ],
)
def test_ahead_it_is_the_next_such_day(typed: str, day: date) -> None:
    assert read_day(typed, TODAY, ahead=True) == day


@pytest.mark.parametrize("typed", ["tomorrow", "in 3 days", "next Friday", "the day after tomorrow"])
def test_a_day_that_is_looked_back_to_is_not_ahead(typed: str) -> None:
    with pytest.raises(DeskError):
        read_day(typed, TODAY)


@pytest.mark.parametrize(
    "typed", ["", "soon", "in May", "when Ali is back", "28", "Room 12", "in 2 or 3 days"]
)
def test_what_does_not_look_like_a_day_is_words(typed: str) -> None:
    assert day_in(typed, TODAY, ahead=True) is None


@pytest.mark.parametrize(
    "typed", ["31.4.2026", "31 April", "29 February 2027", "11/28/2026", "1/1/9999", "0.1"]
)
def test_a_day_that_the_calendar_does_not_have_is_not_taken_for_words(typed: str) -> None:
    with pytest.raises(DeskError, match="We could not read that date"):
        day_in(typed, TODAY, ahead=True)
