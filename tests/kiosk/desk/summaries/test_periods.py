"""Spans of quarters that are over: how they are read, which are offered, and which waits to be counted."""

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.counts.quarters import Quarter, with_figures
from kiosk.desk.summaries.periods import MOST_QUARTERS, Period, due, period_of, periods
from kiosk.desk.summaries.summary import summarise
from kiosk.errors import DeskError
from kiosk.upkeep import clock
from tests.conftest import LONDON, SetZone
from tests.kiosk.desk.summaries.many import NOW, THIRD, Many


def test_a_period_is_made_of_quarters_and_years() -> None:
    for texts, title, quarters in (
        (["2026-Q3"], "2026-Q3, July to September 2026", [(2026, 3)]),
        (["2026-q1"], "2026-Q1, January to March 2026", [(2026, 1)]),
        (["2025"], "2025", [(2025, 1), (2025, 2), (2025, 3), (2025, 4)]),
        (["2026-Q2", "2025-Q4", "2026-Q2"], "2025-Q4, 2026-Q2", [(2025, 4), (2026, 2)]),
        (["2026"], "2026-Q1, 2026-Q2, 2026-Q3", [(2026, 1), (2026, 2), (2026, 3)]),
    ):
        period = period_of(texts, NOW)
        assert (period.title, list(period.quarters)) == (title, quarters)
        assert period.running == ((Quarter(2026, 4),) if texts == ["2026"] else ())


@pytest.mark.parametrize(
    "text", ["", "2026-Q0", "2026-Q5", "26", "02026", "2026Q1", "2026-Q1\n", "٢٠٢٦", "../2026"]
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a quarter"):
        period_of([text], NOW)


@pytest.mark.parametrize("texts", [["2026-Q4"], ["2027"], ["2026-Q3", "2026-Q4"], ["9999"]])
def test_what_is_not_over_yet_is_refused_with_what_can_be_had(texts: list[str]) -> None:
    with pytest.raises(DeskError, match="Choose 2026-Q3 or an earlier one"):
        period_of(texts, NOW)


def test_a_quarter_is_over_when_its_last_day_is_over_at_the_venue(set_zone: SetZone) -> None:
    moment = datetime(2026, 9, 30, 23, 30, tzinfo=UTC)
    with pytest.raises(DeskError, match="Choose 2026-Q2"):
        period_of(["2026-Q3"], moment)
    with pytest.raises(DeskError, match="Choose 2025-Q4"):
        period_of(["2026"], datetime(2026, 2, 1, tzinfo=UTC))
    set_zone(LONDON)
    assert period_of(["2026-Q3"], moment).quarters == (THIRD,)


def offered(many: Many) -> list[str]:
    return [period.title for period in periods(many.home, many.vault.rows(), NOW)]


def test_what_is_offered_goes_back_to_the_first_entry_newest_first(many: Many) -> None:
    assert offered(many) == []
    many.saves({}, made=NOW)
    assert offered(many) == []
    many.saves({}, made=datetime(2026, 2, 1, tzinfo=UTC))
    third, second, first, year = offered(many)
    assert third == "2026-Q3, July to September 2026"
    assert (second[:7], first[:7], year) == ("2026-Q2", "2026-Q1", "2026-Q1, 2026-Q2, 2026-Q3")
    many.saves({}, made=datetime(1970, 1, 1, tzinfo=UTC))
    assert len([title for title in offered(many) if "-Q" in title[:7]]) == MOST_QUARTERS + 1


def test_what_is_kept_is_offered_when_its_entries_are_gone(many: Many) -> None:
    entry = many.saves({"feeling": 4})
    summarise(many.home, many.identity, period_of(["2026-Q3"], NOW), NOW, processes=1)
    many.vault.erase(entry)
    (many.home.summaries / "notes.age").write_bytes(b"")
    assert offered(many) == ["2026-Q3, July to September 2026"]


def test_a_quarter_is_due_when_it_is_over_until_it_is_counted(many: Many) -> None:
    def waits() -> Period | None:
        return due(many.home, many.vault.rows(), NOW)

    assert waits() is None
    many.saves({}, made=NOW)
    assert waits() is None
    many.saves({}, made=datetime(2026, 2, 1, tzinfo=UTC))
    waiting = waits()
    assert waiting == period_of(["2026-Q3"], NOW)
    # That one look counts what is older, too.
    summarise(many.home, many.identity, waiting, NOW, processes=1)
    assert waits() is None
    assert with_figures(many.home) == {Quarter(2026, 1), THIRD}


def test_an_entry_that_staff_added_to_since_is_due_all_the_same(many: Many) -> None:
    entry = many.saves({"feeling": 4})
    many.notes(entry)
    waiting = due(many.home, many.vault.rows(), NOW)
    assert waiting is not None
    assert waiting.quarters == (THIRD,)


def test_nothing_is_due_while_a_clock_that_is_ahead_might_tell_so(many: Many) -> None:
    many.saves({"feeling": 4})
    many.saves({"feeling": 4}, made=datetime(2026, 5, 1, tzinfo=UTC))
    end = datetime(2026, 10, 1, tzinfo=UTC)
    for now, quarter in ((end, 2), (end + clock.AHEAD - timedelta(seconds=1), 2), (end + clock.AHEAD, 3)):
        waiting = due(many.home, many.vault.rows(), now)
        assert waiting is not None
        assert waiting.quarters == (Quarter(2026, quarter),)
    # Nor does a count that nobody asked for take in what might still run.
    clock.write(many.home.clock, clock.Known(trusted=end))
    period = period_of(["2026-Q2"], end)
    summarise(many.home, many.identity, period, end, processes=1, for_good=True)
    assert with_figures(many.home) == {Quarter(2026, 2)}
