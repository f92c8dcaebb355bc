"""A typed day: in any usual way, the day before the month, and never guessed from what is none."""

from datetime import date

import pytest

from kiosk.errors import DeskError
from kiosk.typed_dates import day_in, read_day

TODAY = date(2026, 11, 29)  # a Sunday
DAY = date(2026, 11, 28)


def test_a_day_is_read_in_any_usual_way() -> None:
    for typed in (
        *("28 November", "28 november 2026", "28/11/26", "28.11.2026", "28 Nov 2026", "2026-11-28"),
        *("yesterday", " Yesterday ", "28.11.", "28. 11. 2026", "28-11-2026", "28 11", "2026/11/28"),
        *("28th November", "the 28th of November 2026", "Nov 28, 2026", "November 28th", "28-Nov-26"),
        *("28Nov", "28NOV2026", "28. November 2026", "Sat 28 Nov", "Saturday, 28 November 2026"),
        *("Saturday 28/11", "Saturday the 28th of November", "on Saturday", "last Saturday", "sat"),
        *("Friday 28 November 2026", "1 day ago", "a day ago", "28 / 11 / 2026", "28  Novem."),
        *("on the 28th of November", "on 28/11", "this Saturday", "28 Nov '26", "Nov 28, '26"),
        *("28_11_2026", "28_Nov_26", "28\\11\\2026", "28112026", "20261128", "281126", "2026 Nov 28"),
        *("2026-Nov-28th", "the 28th", "28th", "on the 28th", "Saturday 28", "Sat the 28th", "Saturday, 28"),
        *("one day ago", "28/11/2026 10:30", "28 Nov 2026, 10:30:05", "28.11.26 at 9:05 pm", "28 Nov 9am"),
        *("2026-11-28T10:00", "2026-11-28 10:00Z", "10:30 28/11/2026", "yesterday at 10:30", "the 28th 3pm"),
        *("twenty-eighth of November", "November the 28th", "November the twenty eighth, 2026"),
    ):
        assert read_day(typed, TODAY) == DAY


def test_any_dash_stands_between_the_parts_of_a_day_and_any_apostrophe_before_a_short_year() -> None:
    for dash in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d":
        for typed in ("28-11-2026", "28-11-26", "2026-11-28", "28 - 11 - 2026", "28-Nov-2026"):
            assert read_day(typed.replace("-", dash), TODAY) == DAY
    for mark in "'\u2018\u2019\u02bc\u2032`\u00b4":
        for typed in ("28 Nov '26", "28th November'26", "Sat 28 Nov, '26", "28/11/'26"):
            assert read_day(typed.replace("'", mark), TODAY) == DAY


def test_without_a_year_it_is_the_last_such_day() -> None:
    for typed, day in (
        ("4/3/2026", date(2026, 3, 4)),
        ("today", TODAY),
        ("day before yesterday", date(2026, 11, 27)),
        ("the day before yesterday", date(2026, 11, 27)),
        ("Sunday", TODAY),
        ("last Sunday", date(2026, 11, 22)),
        ("Monday", date(2026, 11, 23)),
        ("a week ago", date(2026, 11, 22)),
        ("10 days ago", date(2026, 11, 19)),
        ("one week ago", date(2026, 11, 22)),
        ("two days ago", date(2026, 11, 27)),
        ("Twelve days ago", date(2026, 11, 17)),
        ("a month ago", date(2026, 10, 29)),
        ("nine months ago", date(2026, 2, 28)),
        ("first of November", date(2026, 11, 1)),
        ("the second of November '26", date(2026, 11, 2)),
        ("the thirty-first", date(2026, 10, 31)),
        ("the 29th", TODAY),
        ("the 30th", date(2026, 10, 30)),
        ("Friday 30", date(2026, 10, 30)),
        ("20 11 2011", date(2011, 11, 20)),
        ("20112011", date(2011, 11, 20)),
        ("a fortnight ago", date(2026, 11, 15)),
        ("30 November", date(2025, 11, 30)),
        ("2 Sept", date(2026, 9, 2)),
        ("1 may", date(2026, 5, 1)),
        ("29 Feb", date(2024, 2, 29)),
        ("29.2.24", date(2024, 2, 29)),
        ("1 December 2026", date(2026, 12, 1)),
    ):
        assert read_day(typed, TODAY) == day


@pytest.mark.parametrize(
    "typed",
    [
        *("", "soon", "2026", "28", "November", "November 2026", "31.4.2026", "31 April", "0.1", "1.13"),
        *("11/28/2026", "29 February 2026", "1.1.0001", "1/1/9999", "4.3.2026 1", "٤.٣.2026", "ju 4"),
        *("28 Novembre", "999999 days ago", "28 Nov 202", "2026-11", "28 11 2026 1", "Nov '26", "10:30"),
        *("the 32nd", "Saturday 0", "0th", "123456", "31042026", "20261331", "2811202"),
    ],
)
def test_what_is_no_day_is_told_with_how_to_write_one(typed: str) -> None:
    with pytest.raises(DeskError, match=r"^We could not read that date\. Try 04/03/2026 or 4 March 2026\.$"):
        read_day(typed, TODAY)


@pytest.mark.parametrize("typed", ["last week", "Last  month", "this week", "last year", "the past week"])
def test_more_than_a_day_is_told_to_be_that(typed: str) -> None:
    with pytest.raises(DeskError, match=r"^That is more than one day\. Try 04/03/2026 or 4 March 2026\.$"):
        read_day(typed, TODAY)


def test_ahead_it_is_the_next_such_day() -> None:
    for typed, day in (
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
        ("in two weeks", date(2026, 12, 13)),
        ("by the 4th", date(2026, 12, 4)),
        ("the 29th", TODAY),
        ("by the 31st", date(2026, 12, 31)),
        ("in a week's time", date(2026, 12, 6)),
        ("in 2 weeks' time", date(2026, 12, 13)),
        ("in a fortnight", date(2026, 12, 13)),
        ("in a month", date(2026, 12, 29)),
        ("in 3 months", date(2027, 2, 28)),
        ("in 13 months", date(2027, 12, 29)),
    ):
        assert read_day(typed, TODAY, ahead=True) == day


@pytest.mark.parametrize("typed", ["tomorrow", "in 3 days", "next Friday", "the day after tomorrow"])
def test_a_day_that_is_looked_back_to_is_not_ahead(typed: str) -> None:
    with pytest.raises(DeskError):
        read_day(typed, TODAY)


def test_what_does_not_look_like_a_day_is_words() -> None:
    for typed in (
        "",
        "soon",
        "in May",
        "when Ali is back",
        "28",
        "Room 12",
        "in 2 or 3 days",
        "next week",
        "Friday 10:30",
        "123456",
        "at 3pm",
    ):
        assert day_in(typed, TODAY, ahead=True) is None


@pytest.mark.parametrize(
    "typed", ["31.4.2026", "31 April", "29 February 2027", "11/28/2026", "1/1/9999", "0.1"]
)
def test_a_day_that_the_calendar_does_not_have_is_not_taken_for_words(typed: str) -> None:
    with pytest.raises(DeskError, match="We could not read that date"):
        day_in(typed, TODAY, ahead=True)
