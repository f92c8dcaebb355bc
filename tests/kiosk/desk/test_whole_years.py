"""A year that a venue counts as a whole: when it is counted, and that its quarters are then never shown."""

import itertools
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from msgspec import structs

from kiosk.counts.disclosure import Table, protect
from kiosk.counts.quarters import Quarter, with_figures
from kiosk.counts.tally import Counted, Group
from kiosk.desk.summaries import figures
from kiosk.desk.summaries.figures import figures_of
from kiosk.desk.summaries.periods import Period, due, period_of, periods
from kiosk.desk.summaries.summary import Summary, summarise, summary_of
from kiosk.desk.summaries.venues import VenueFigures, from_bytes, to_bytes
from kiosk.doctor import examine
from kiosk.entry.answers import Answer
from kiosk.errors import DeskError
from kiosk.pack.library import Library
from kiosk.settings.settings import load_settings, settings_text
from kiosk.upkeep import clock, retention
from tests.conftest import EXAMPLES
from tests.kiosk.counts.test_disclosure import ROOM, counts_of, looks, possible, quiet, tables, with_more
from tests.kiosk.desk.summaries.many import Many
from tests.packs import SHIPPED

YEAR = Quarter(2026, 0)
NEXT = datetime(2027, 1, 9, 12, tzinfo=UTC)
ENDS = [datetime(2026, month, 9, 12, tzinfo=UTC) for month in (4, 7, 10)] + [NEXT]


def middle(quarter: int, year: int = 2026) -> datetime:
    return datetime(year, 3 * quarter - 1, 5, 12, tzinfo=UTC)


@pytest.fixture
def many(tmp_path: Path) -> Many:
    return by_year(Many(tmp_path / "home"))


def by_year(many: Many, span: str = "year") -> Many:
    now = load_settings(many.home.settings)
    changed = structs.replace(now, summaries=structs.replace(now.summaries, span=span))
    many.home.settings.write_text(settings_text(changed), encoding="utf-8")
    return many


def asks(many: Many, text: str, now: datetime = NEXT) -> Summary:
    clock.write(many.home.clock, clock.Known(trusted=now))
    period = period_of([text], now)
    return summarise(many.home, many.identity, period, now, processes=1).summary


def four_quarters(many: Many, count: int = 8) -> Many:
    """So many people in each quarter, who all feel good: too few for a quarter."""
    for quarter in (1, 2, 3, 4):
        for _ in range(count):
            many.saves({"feeling": 4}, made=middle(quarter))
    return many


def test_a_year_shows_what_each_of_its_quarters_would_hide(many: Many) -> None:
    made = asks(four_quarters(many), "2026")
    assert [cell.says for cell in made.charts[0].cells] == ["about 30"]
    assert {cell.label: cell.says for cell in made.charts[1].cells}["Good"] == "about 30"
    assert "Counted: 2026 on 9 Jan 2027." in made.notes[-1]
    assert with_figures(many.home) == {YEAR}
    assert not any("a quarter" in cell.says for chart in made.charts for cell in chart.cells)


@pytest.mark.parametrize("text", ["2026-Q1", "2026-Q4"])
def test_of_a_year_that_is_counted_as_a_whole_no_quarter_can_be_had(many: Many, text: str) -> None:
    four_quarters(many)
    for _ in range(2):  # before it is counted, and then
        with pytest.raises(
            DeskError, match=r"2026 is counted as a whole here\. Choose 2026, once it is over\."
        ):
            asks(many, text)
        asks(many, "2026")


def test_where_whole_years_are_counted_nobody_is_told_to_count_them(many: Many) -> None:
    many.saves({"feeling": 4}, made=middle(2))
    notes = asks(many, "2026").notes
    assert any("fewer than 10" in note for note in notes)
    assert not any("whole years" in note for note in notes)


def test_before_its_end_nothing_of_such_a_year_can_be_had(many: Many) -> None:
    four_quarters(many)
    with pytest.raises(DeskError, match="Choose 2026, once it is over"):
        asks(many, "2026", ENDS[2])
    assert not with_figures(many.home)


def test_what_was_counted_first_stands_whatever_the_settings_say_then(many: Many) -> None:
    four_quarters(many)
    many.saves({"feeling": 4}, made=middle(1, 2027))
    by_year(many, "quarter")
    asks(many, "2026-Q1", ENDS[0])
    by_year(many)
    year = asks(many, "2026")
    assert year.charts[0].cells[0].says == "fewer than 10 a quarter"
    assert with_figures(many.home) == {Quarter(2026, number) for number in (1, 2, 3, 4)}
    later = datetime(2028, 1, 9, 12, tzinfo=UTC)
    asks(many, "2027", later)
    by_year(many, "quarter")
    assert Quarter(2027, 0) in with_figures(many.home)
    with pytest.raises(DeskError, match="2027 is counted as a whole"):
        asks(many, "2027-Q1", later)


@pytest.mark.parametrize(
    "spans", [all_ for all_ in itertools.product(("quarter", "year"), repeat=4) if all_.count("year") % 2]
)
def test_whenever_the_settings_change_no_entry_is_in_two_sums(many: Many, spans: tuple[str, ...]) -> None:
    four_quarters(many, 1)
    seen = frozenset[Quarter]()
    for now, span in zip(ENDS, spans, strict=True):
        by_year(many, span)
        waiting = due(many.home, many.vault.rows(), now)
        for text in (*([waiting.name()] if waiting else []), "2026-Q1", "2026-Q2", "2026", "2026-Q4"):
            with suppress(DeskError):
                asks(many, text, now)
        kept = with_figures(many.home)
        parts = [part for one in kept for part in one.parts()]
        assert len(parts) == len({*parts})
        assert seen <= kept
        seen = kept
    assert sorted(parts) == [Quarter(2026, number) for number in (1, 2, 3, 4)]


def test_what_is_counted_elsewhere_meanwhile_is_not_counted_in_another_form(many: Many) -> None:
    for first, second in ((YEAR, Quarter(2026, 2)), (Quarter(2027, 2), Quarter(2027, 0))):
        kept = figures_of(first, Counted(), SHIPPED, "2027-01-09")
        figures.keep(many.home, many.identity, kept)
        with pytest.raises(DeskError, match="counted in another form"):
            figures.keep(many.home, many.identity, structs.replace(kept, quarter=str(second)))


# -- when


def test_a_whole_year_is_offered_and_due_once_it_is_over(many: Many) -> None:
    four_quarters(many, 1)
    many.saves({"feeling": 4}, made=middle(4, 2025))

    def waits(now: datetime) -> Period | None:
        return due(many.home, many.vault.rows(), now)

    def offered(now: datetime) -> list[str]:
        return [one.name() for one in periods(many.home, many.vault.rows(), now)]

    assert offered(ENDS[2]) == ["2025"]
    before = waits(ENDS[2])
    assert before == period_of(["2025"], NEXT)
    asks(many, "2025", ENDS[2])
    assert waits(ENDS[2]) is waits(datetime(2027, 1, 7, 12, tzinfo=UTC)) is None
    assert waits(NEXT) == period_of(["2026"], NEXT)
    assert offered(NEXT) == ["2026", "2025"]
    clock.write(many.home.clock, clock.Known(trusted=NEXT))
    many.home.staff.mkdir()
    (many.home.staff / "one.json").touch()
    [said] = [one.says for one in examine(many.home, NEXT, pause=lambda _: None) if one.what == "Statistics"]
    assert "'kiosk summary 2026'" in said


def test_a_quarter_of_the_year_before_is_due_though_this_year_is_counted_as_a_whole(many: Many) -> None:
    for quarter in (2, 4):
        many.saves({"feeling": 4}, made=middle(quarter, 2025))
    by_year(many, "quarter")
    asks(many, "2025-Q2", datetime(2025, 7, 9, 12, tzinfo=UTC))
    by_year(many)
    many.saves({"feeling": 4}, made=middle(1))
    waiting = due(many.home, many.vault.rows(), ENDS[1])
    assert waiting == period_of(["2025-Q4"], NEXT)


# -- several venues, and several years

OTHER = Library(Path("nowhere"), "other")


def venue(name: str, *spans: Quarter, count: int = 12) -> VenueFigures:
    """One where so many entries are in each span."""
    every = (Counted({Group(span.parts()[0], "other"): Table(count)}) for span in spans)
    made = (figures_of(span, one, OTHER, "2027-01-09") for span, one in zip(spans, every, strict=True))
    return VenueFigures(venue=name, quarters=tuple(made))


def test_a_venue_that_counts_years_is_added_to_one_that_counts_quarters() -> None:
    period = period_of(["2026"], NEXT)
    quarters = [Quarter(2026, number) for number in (1, 2, 3, 4)]
    both = [venue("Oak House", YEAR), venue("Mill Street", *quarters)]
    assert summary_of(period, both).charts[0].cells[0].says == "about 50"
    years = period_of(["2025", "2026"], NEXT)
    hidden = summary_of(years, [venue("Oak House", Quarter(2025, 0), YEAR, count=9)])
    assert hidden.charts[0].cells[0].says == "fewer than 10 a year"
    with pytest.raises(DeskError, match="figures file of Oak House does not have 2026-Q3"):
        summary_of(period_of(["2026-Q3"], NEXT), both)


@pytest.mark.parametrize("spans", [(YEAR, Quarter(2026, 3)), (YEAR, YEAR)])
def test_a_file_with_a_year_and_a_quarter_of_it_is_refused(spans: tuple[Quarter, ...]) -> None:
    assert from_bytes(to_bytes(venue("Oak House", YEAR)), "oak.json")
    with pytest.raises(DeskError, match="is not a figures file"):
        from_bytes(to_bytes(venue("Oak House", *spans)), "oak.json")


# -- what expires before the year is over


def test_what_expires_waits_until_the_year_is_counted(many: Many) -> None:
    answers: dict[str, Answer] = {"feeling": 4}
    for _ in range(12):
        entry = many.saves(answers, made=middle(1))
        many.vault.keep_count(entry, "2026-Q1", b"sealed")
    clock.write(many.home.clock, clock.Known(trusted=ENDS[2]))
    retention.purge(many.home, many.vault, 30, ENDS[2])
    assert len([*many.home.uncounted.glob("2026-Q1.*")]) == 12
    retention.purge(many.home, many.vault, 30, ENDS[2])
    assert len([*many.home.uncounted.glob("2026-Q1.*")]) == 12
    asks(many, "2026")  # these do not open, so they are told and not counted
    assert not [*many.home.uncounted.glob("*")]
    late = many.saves(answers, made=middle(4))
    many.vault.keep_count(late, "2026-Q4", b"sealed")
    many.vault.erase(late, why="time")
    assert not [*many.home.uncounted.glob("*")]


# -- nothing can be worked out


@pytest.mark.usefixtures("packs_in_memory")
@settings(max_examples=EXAMPLES // 8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tables, tables)
def test_of_a_whole_year_and_each_of_its_quarters_no_more_can_be_told_than_of_a_quarter(
    first: Table, second: Table
) -> None:
    """All that is shown of such a year is its sum, which may be of one of its quarters alone."""

    def shown(*quarters: Table) -> Summary:
        true = {Group(Quarter(2026, number), "other"): table for number, table in enumerate(quarters, 1)}
        made = figures_of(YEAR, Counted(true), SHIPPED, "2027-01-09")
        return summary_of(period_of(["2026"], NEXT), [VenueFigures(venue="Oak House", quarters=(made,))])

    both = Table()
    both.add(first)
    both.add(second)
    seen, still = shown(first, second), quiet(protect(both))
    for count in counts_of(both):
        values = []
        for more in range(ROOM + 1):
            other, value = with_more(still, count, more)
            assert possible(other)
            assert looks(other) == looks(both)
            assert shown(other, Table()) == shown(Table(), other) == seen
            values.append(value)
        assert len({*values}) == 3
