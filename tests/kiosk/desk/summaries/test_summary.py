"""Summaries: which periods there are, what is summed, and that no two of them can be subtracted."""

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock
from unittest.mock import Mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from kiosk import seal
from kiosk.counts.disclosure import Answers, Card, Table, in_bands, protect
from kiosk.counts.meanings import Meanings
from kiosk.counts.quarters import Quarter
from kiosk.counts.tally import Counted, Group, sealed_count
from kiosk.desk.keys.held import HeldVenue
from kiosk.desk.summaries import apart, figures, summary
from kiosk.desk.summaries.figures import figures_of
from kiosk.desk.summaries.periods import Period, period_of
from kiosk.desk.summaries.summary import PROTECTED, Summary, summarise, summary_of
from kiosk.desk.summaries.sums import Cell, Chart
from kiosk.desk.summaries.venues import VenueFigures
from kiosk.desk.summaries.workers import Workers
from kiosk.entry.answers import Answer, Cards
from kiosk.entry.page_file import open_page
from kiosk.entry.pages import Reflection
from kiosk.errors import DamageError, DeskError, NoRoomError, VaultError
from kiosk.pack.model import Pack, Point
from kiosk.settings.settings import load_settings, settings_text
from kiosk.upkeep import clock
from tests.conftest import EXAMPLES
from tests.kiosk.counts.test_disclosure import (
    ROOM,
    counts_of,
    in_points,
    looks,
    possible,
    quiet,
    tables,
    with_more,
)
from tests.kiosk.desk.summaries.many import NOW, SUMMER, THIRD, Many, key_of
from tests.kiosk.vault.helpers import files_below
from tests.packs import SHIPPED, asked_in, default_pack, newer, scale_in

SPRING = datetime(2026, 5, 1, 12, tzinfo=UTC)
ASKED = "How did you feel most of the time in the last week?"
QUARTERS = (Quarter(2026, 2), THIRD)
OWN = default_pack()
CARD = next(card for deck in OWN.decks.values() for card in deck.cards)


@dataclass
class Told:
    """A summary, to be asked."""

    summary: Summary
    unread: int

    def chart(self, figure: str, title: str = "") -> Chart:
        (found,) = (one for one in self.summary.charts if one.figure == figure and title in ("", one.title))
        return found

    def says(self, figure: str, title: str = "") -> dict[str, str]:
        return {cell.label: cell.says for cell in self.chart(figure, title).cells}


def told(many: Many, *texts: str, now: datetime = NOW) -> Told:
    many.now = now
    period = period_of(texts, now)
    made = summarise(many.home, many.identity, period, now)
    many.now = NOW
    return Told(made.summary, made.unread)


def crowd(many: Many, count: int, answers: dict[str, Answer], made: datetime = SUMMER) -> list[str]:
    return [many.saves(answers, made=made) for _ in range(count)]


# -- what a summary says


def test_where_no_process_can_be_started_that_is_told(many: Many, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summary, "Workers", Mock(side_effect=OSError(11, "Resource temporarily unavailable")))
    with pytest.raises(DeskError, match="Nothing was counted"):
        summarise(many.home, many.identity, period_of(["2026-Q3"], NOW), NOW)


def test_a_summary_tells_entries_ratings_strengths_and_movement(many: Many) -> None:
    for entry in crowd(many, 12, {"feeling": 2, "my_strengths": Cards((CARD.id,), ("I can sing",))}):
        many.amends(entry, {"feeling": 4, "my_strengths": Cards((CARD.id,), ("I can sing",))})
    crowd(many, 13, {"feeling": 5})
    crowd(many, 3, {"feeling": 1})
    found = told(many, "2026-Q3")
    assert found.says("entries") == {"finished entries": "about 30"}
    assert found.says("ratings", "My last week") == {
        "Very bad": "fewer than 10",
        "Bad": "fewer than 10",
        "In between": "fewer than 10",
        "Good": "about 10",
        "Very good": "about 15",
    }
    assert found.chart("ratings", "My last week").total == Cell("in all", 25, "about 25 or more")
    assert found.chart("ratings", "My last week").section == "How I am"
    for figure in ("ratings", "movement"):
        assert found.chart(figure, "My last week").asked == ASKED
    assert found.chart("strengths").asked == "Which of these are true for you?"
    assert found.says("strengths") == {CARD.label: "about 10"}
    assert found.says("movement", "My last week") == {
        "higher now": "about 10",
        "the same": "not shown",
        "lower now": "not shown",
    }
    assert found.unread == 0


def test_where_all_answered_the_total_is_the_number_of_entries(many: Many) -> None:
    for place in range(1, 6):
        crowd(many, 13, {"feeling": place})
    found = told(many, "2026-Q3")
    assert set(found.says("ratings", "My last week").values()) == {"about 15"}
    assert found.chart("ratings", "My last week").total == Cell("in all", 65, "about 65")
    assert found.says("entries") == {"finished entries": "about 65"}


def test_no_total_is_over_the_number_of_entries(many: Many) -> None:
    for place in range(1, 5):
        crowd(many, 13, {"feeling": place})
    found = told(many, "2026-Q3")
    assert sorted(found.says("ratings", "My last week").values()) == [*["about 15"] * 4, "fewer than 10"]
    assert found.says("entries") == {"finished entries": "about 55"}
    assert found.chart("ratings", "My last week").total == Cell("in all", 55, "about 50 to 55")


def test_where_all_answered_the_total_does_not_say_that_some_did_not(many: Many) -> None:
    for place in range(1, 6):
        crowd(many, 12, {"feeling": place})
    found = told(many, "2026-Q3")
    assert found.says("entries") == {"finished entries": "about 60"}
    assert found.chart("ratings", "My last week").total == Cell("in all", 50, "about 50 to 60")


@pytest.mark.usefixtures("packs_in_memory")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tables, st.booleans())
def test_no_total_is_wrong_or_over_the_entries(true: Table, by_bands: bool) -> None:
    quarter = figures_of(
        THIRD, Counted({Group(THIRD, "other"): true}), SHIPPED, "2026-10-05", by_bands=by_bands
    )
    shown = summary_of(Period("", (THIRD,)), [VenueFigures(venue="Sandhill House", quarters=(quarter,))])
    totals = [one.total for one in shown.charts if one.pack == "other" and one.total]
    wide = in_bands(true) if by_bands else true
    scales = [(pack, one.scale) for pack in quarter.packs if pack.id == "other" for one in pack.scales]
    for (pack, scale), total in zip(scales, totals, strict=True):
        numbers = [int(word.replace(",", "")) for word in re.findall(r"[0-9,]+", total.says)]
        answered = sum(wide.scales[scale].points)
        assert all(number <= pack.entries for number in numbers)
        match numbers:
            case [low, high]:
                assert low <= answered <= high + 2
            case [about] if "or more" not in total.says:
                assert abs(answered - about) <= 4


def test_of_fewer_than_10_entries_nothing_else_is_told(many: Many) -> None:
    crowd(many, 9, {"feeling": 2})
    found = told(many, "2026-Q3")
    assert [chart.figure for chart in found.summary.charts] == ["entries"]
    assert found.says("entries") == {"finished entries": "fewer than 10"}
    assert "There are fewer than 10 entries, so nothing more is shown." in found.summary.notes
    assert any("whole years instead" in note for note in found.summary.notes)
    assert PROTECTED in found.summary.notes
    assert told(many, "2026-Q2").summary.charts == found.summary.charts


def test_strengths_are_in_the_order_of_what_is_shown_and_then_of_their_labels(many: Many) -> None:
    first, second, third, few = (card.id for card in OWN.decks["strengths"].cards[:4])
    crowd(many, 10, {"my_strengths": Cards((first, second, third))})
    crowd(many, 2, {"my_strengths": Cards((second,))})
    crowd(many, 9, {"my_strengths": Cards((third, few))})
    cells = told(many, "2026-Q3").chart("strengths").cells
    labels = {card.id: card.label for card in OWN.decks["strengths"].cards}
    assert cells[0] == Cell(labels[third], 20, "about 20")
    assert [cell.label for cell in cells[1:]] == sorted([labels[first], labels[second]], key=str.casefold)


def test_a_longer_period_is_the_sum_of_what_its_quarters_show(many: Many) -> None:
    crowd(many, 13, {"feeling": 2}, SPRING)
    crowd(many, 9, {"feeling": 4}, SPRING)
    crowd(many, 12, {"feeling": 2})
    crowd(many, 18, {"feeling": 4})
    assert told(many, "2026-Q2").says("entries") == {"finished entries": "about 20"}
    assert told(many, "2026-Q3").says("entries") == {"finished entries": "about 30"}
    both = told(many, "2026-Q2", "2026-Q3")
    assert both.says("entries") == {"finished entries": "about 50"}
    assert both.says("ratings", "My last week") == {
        "Very bad": "fewer than 10 a quarter",
        "Bad": "about 25",
        "In between": "fewer than 10 a quarter",
        "Good": "about 20 or more",
        "Very good": "fewer than 10 a quarter",
    }
    year = told(many, "2026")
    assert year.says("entries") == {"finished entries": "about 50 or more"}
    assert any("2026-Q4" in note for note in year.summary.notes)


def test_a_damaged_page_is_told_and_stops_nothing(many: Many) -> None:
    entries = crowd(many, 11, {"feeling": 2})
    many.file(entries[0]).write_bytes(b"junk")
    found = told(many, "2026-Q3")
    assert (found.unread, found.says("entries")) == (1, {"finished entries": "about 10"})
    assert told(many, "2026-Q3").unread == 0


def test_an_entry_whose_row_was_lost_is_counted(many: Many) -> None:
    crowd(many, 10, {"feeling": 2})
    many.vault.close()
    many.home.catalogue.unlink()
    assert told(many, "2026-Q3").says("entries") == {"finished entries": "about 10"}


def test_an_entry_that_was_erased_and_came_back_is_not_counted(many: Many) -> None:
    entries = crowd(many, 11, {"feeling": 2})
    for entry in entries[:2]:
        sealed = many.file(entry).read_bytes()
        many.vault.erase(entry)
        many.file(entry).write_bytes(sealed)
    assert told(many, "2026-Q3").says("entries") == {"finished entries": "fewer than 10"}


def test_a_list_of_entries_that_cannot_be_read_is_told(many: Many) -> None:
    many.vault.close()
    many.home.catalogue.parent.mkdir(exist_ok=True)
    many.home.catalogue.write_text("no list of entries\n")
    with pytest.raises(VaultError):
        told(many, "2026-Q3")
    many.home.catalogue.unlink()
    many.home.catalogue.mkdir()
    with pytest.raises(VaultError, match="list of entries"):
        told(many, "2026-Q3")


@pytest.mark.parametrize(("bytes_", "processes"), [(0, [1]), (100_000, [None])])
def test_many_entries_are_worth_more_than_one_process(
    many: Many, bytes_: int, processes: list[int | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(many, 11, {"feeling": 2})
    asked: list[int | None] = []

    class Alone(Workers):
        def __init__(self, vault: Path, identity: str, *, processes: int | None, **more: Any) -> None:
            asked.append(processes)
            super().__init__(vault, identity, processes=1, **more)

    monkeypatch.setattr(summary, "Workers", Alone)
    monkeypatch.setattr(summary, "MANY_BYTES", many.home.catalogue.stat().st_size - bool(bytes_))
    assert told(many, "2026-Q3").says("entries") == {"finished entries": "about 10"}
    assert asked == processes


def test_a_venue_whose_key_is_held_is_counted_apart(many: Many) -> None:
    own, elm = many.identity, HeldVenue("Elm House", key_of("elm"))
    crowd(many, 12, {"feeling": 2})
    many.identity = key_of("a venue that is not held")
    crowd(many, 25, {"feeling": 4})
    many.identity = elm.identity
    *_, gone = crowd(many, 23, {"feeling": 4})
    page = open_page(many.file(gone).read_bytes(), elm.identity).page
    assert isinstance(page, Reflection)
    many.vault.keep_count(gone, *sealed_count(page, None, elm.recipients[0]))
    many.vault.erase(gone, why="time")  # and counts all the same: 22 would be about 20
    many.identity = own
    period = period_of(["2026-Q3"], NOW)
    made = summarise(many.home, own, period, NOW, held=[elm])
    assert made.summary.venue == "Sandhill House, Elm House"
    entries = {one.venue: one.quarters[0].packs[0].entries for one in made.venues()}
    assert entries == {"Sandhill House": 10, "Elm House": 25}
    assert [one.venue for one in made.venues("elm house")] == ["Elm House"]
    assert made.unread == 25
    with pytest.raises(DeskError, match="No venue of that name"):
        made.venues("Mill Street")

    # Each is sealed to its own venue's key and kept, and no other can stand for it.
    file = many.home.summaries / elm.id / "2026-Q3.age"
    assert seal.open_sealed(file.read_bytes(), elm.identity)
    again = summarise(many.home, own, period, NOW, held=[elm])
    assert (again.held, again.unread) == (made.held, 0)
    assert set(apart.digests(many.home, own, [elm], ())) == {"2026-Q3", "2026-Q3 of Elm House"}
    file.write_bytes((many.home.summaries / "2026-Q3.age").read_bytes())
    assert apart.digests(many.home, own, [elm], ())["2026-Q3 of Elm House"] == ""
    with pytest.raises(DamageError):
        summarise(many.home, own, period, NOW, held=[elm])


# -- figures are made once


def test_what_was_shown_stays_whatever_is_erased_changed_or_added(many: Many) -> None:
    entries = crowd(many, 24, {"feeling": 2})
    before = told(many, "2026-Q3")
    many.vault.erase(entries[0])
    many.amends(entries[1], {"feeling": 5}, made=SUMMER)
    many.amends(entries[2], {"feeling": 5}, made=NOW)
    crowd(many, 20, {"feeling": 3})
    assert told(many, "2026-Q3") == before
    assert told(many, "2026-Q3", now=NOW + timedelta(days=400)) == before


def test_an_entry_with_a_newer_reflection_counts_in_that_ones_quarter_too(many: Many) -> None:
    entries = crowd(many, 12, {"feeling": 2})
    told(many, "2026-Q3")
    for entry in entries:
        many.amends(entry, {"feeling": 4}, made=NOW)
    clock.write(many.home.clock, clock.Known(trusted=NOW + timedelta(days=60)))
    later = told(many, "2026-Q4", now=NOW + timedelta(days=60))
    assert later.says("movement", "My last week")["higher now"] == "about 10 or more"


def test_one_look_makes_the_figures_of_all_quarters_that_are_over(many: Many) -> None:
    spring = crowd(many, 10, {"feeling": 2}, SPRING)
    crowd(many, 10, {"feeling": 4})
    crowd(many, 10, {"feeling": 5}, NOW)
    told(many, "2026-Q3")
    assert files_below(many.home.root / "summaries") == {"2026-Q2.age", "2026-Q3.age"}
    for entry in spring:
        many.vault.erase(entry)
    assert told(many, "2026-Q2").says("entries") == {"finished entries": "about 10"}


def test_a_quarter_that_was_empty_when_it_was_asked_for_stays_so(many: Many) -> None:
    told(many, "2026-Q2")
    crowd(many, 30, {"feeling": 2}, SPRING)
    assert told(many, "2026-Q2").says("entries") == {"finished entries": "fewer than 10"}


def test_once_figures_are_kept_no_page_is_opened(many: Many) -> None:
    entries = crowd(many, 11, {"feeling": 2})
    before = told(many, "2026-Q3")
    for entry in entries:
        many.file(entry).write_bytes(b"junk")
    assert told(many, "2026-Q3") == before


def test_how_far_the_counting_has_come_is_told(many: Many) -> None:
    crowd(many, 3, {})
    steps: list[tuple[int, int]] = []
    period = period_of(["2026-Q3"], NOW)
    for _ in range(2):
        summarise(many.home, many.identity, period, NOW, progress=lambda *step: steps.append(step))
    assert steps == [(3, 3)]


def test_damaged_figures_are_not_made_anew(many: Many) -> None:
    crowd(many, 11, {"feeling": 2})
    told(many, "2026-Q3")
    file = figures.file_of(many.home, THIRD)
    file.write_bytes(b"junk")
    with pytest.raises(DamageError):
        told(many, "2026-Q3")
    assert file.read_bytes() == b"junk"


def test_where_there_is_no_room_nothing_is_shown(many: Many, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "RESERVE", 1 << 62)
    with pytest.raises(NoRoomError):
        told(many, "2026-Q3")


# -- a question that came to mean something else


def turned() -> Pack:
    """The next version of the pack, in which a scale is turned round."""
    points = (Point(value=value, label=label) for value, label in enumerate(GOOD_TO_BAD, 1))
    return newer(OWN, "feeling", points=tuple(points))


GOOD_TO_BAD = ("Very good", "Good", "In between", "Bad", "Very bad")


def test_two_meanings_of_a_question_are_two_charts_each_with_its_words(many: Many) -> None:
    crowd(many, 12, {"feeling": 2}, SPRING)
    told(many, "2026-Q2", now=datetime(2026, 7, 9, 12, tzinfo=UTC))
    crowd(many, 12, {"feeling": 2})
    for _ in range(15):
        many.saves({"feeling": 2}, pack=turned())
    both = told(many, "2026-Q2", "2026-Q3")
    was, now = (one for one in both.summary.charts if one.figure == "ratings" and one.title == "My last week")
    assert {cell.label: cell.about for cell in was.cells if cell.about} == {"Bad": 20}
    assert {cell.label: cell.about for cell in now.cells if cell.about} == {"Good": 15}
    assert [cell.label for cell in now.cells] == [*GOOD_TO_BAD]
    assert was.when == "Asked like this since 2026-Q2."  # the pack that is installed here asks so
    assert now.when == "Asked like this until 2026-Q3."
    assert now.asked == ASKED


def figured(pack: Pack, quarter: Quarter, count: int) -> figures.Figures:
    """Figures made where a version of a pack was installed."""
    scale, cards = scale_in(pack, "feeling"), asked_in(pack, "my_strengths")
    table = Table(count, {scale: Answers([0, count, 0, 0, 0])}, Counter({Card(cards, "I am kind"): count}))
    with mock.patch.object(figures, "_installed", return_value=(pack, Meanings([pack]))):
        return figures_of(quarter, Counted({Group(quarter, OWN.id): table}), SHIPPED, "2026-10-05")


@pytest.mark.parametrize(
    ("pack", "told"),
    [
        (
            turned(),
            [
                ("Asked like this since 2026-Q3.", {"Good": 20}),
                ("Asked like this until 2026-Q2.", {"Bad": 10}),
            ],
        ),
        (newer(OWN, "feeling", ask="How were you?", since=1), [("", {"Bad": 30})]),
        (newer(OWN, "feeling", why="To know it."), [("", {"Bad": 30})]),
    ],
    ids=["turned round", "declared the same", "in the same words"],
)  # fmt: skip
def test_quarters_are_added_up_where_a_question_means_the_same_in_both(
    pack: Pack, told: list[tuple[str, dict[str, int]]]
) -> None:
    kept = figured(OWN, QUARTERS[0], 10), figured(pack, THIRD, 20)
    made = summary_of(Period("", QUARTERS), [VenueFigures(venue="Oak House", quarters=kept)])
    assert [
        (one.when, {cell.label: cell.about for cell in one.cells if cell.about})
        for one in made.charts
        if one.figure == "ratings" and one.section == "How I am"
    ] == told
    assert [[cell.about for cell in one.cells] for one in made.charts if one.figure == "strengths"] == [[30]]


def test_what_another_venue_declares_of_its_versions_says_nothing_of_ours() -> None:
    theirs = newer(OWN, "feeling", ask="How were you?", since=1)
    venues = [
        VenueFigures(venue="Oak House", quarters=(figured(turned(), THIRD, 10),)),
        VenueFigures(venue="Mill Street", quarters=(figured(theirs, THIRD, 20),)),
    ]
    made = summary_of(Period("", (THIRD,)), venues)
    rated = [one for one in made.charts if one.figure == "ratings" and one.section == "How I am"]
    assert [sum(cell.about for cell in one.cells) for one in rated] == [10, 20]


# -- in bands


def sets(many: Many, **said: str) -> None:
    """Whoever looks after the kiosk changes how summaries are made."""
    now = load_settings(many.home.settings)
    changed = structs.replace(now, summaries=structs.replace(now.summaries, **said))
    many.home.settings.write_text(settings_text(changed), encoding="utf-8")


def test_bands_are_for_what_is_counted_from_then_on_and_are_not_added_to_points(many: Many) -> None:
    for made in (SPRING, SUMMER):
        for place in range(1, 6):
            crowd(many, 8, {"feeling": place}, made)
    crowd(many, 10, {"feeling": 3}, SPRING)
    told(many, "2026-Q2", now=datetime(2026, 7, 9, 12, tzinfo=UTC))
    sets(many, scales="bands")
    assert told(many, "2026-Q3").says("ratings", "My last week, in bands") == {
        "Very bad / Bad": "about 15",
        "In between": "fewer than 10",
        "Good / Very good": "about 15",
    }
    sets(many, scales="points")
    both = told(many, "2026-Q2", "2026-Q3")
    assert both.says("entries") == {"finished entries": "about 90"}
    assert both.says("ratings", "My last week")["In between"] == "about 20 or more"
    assert both.chart("ratings", "My last week").total == Cell("in all", 20, "about 20 or more")
    assert both.says("ratings", "My last week, in bands")["Good / Very good"] == "about 15 or more"
    assert any("2026-Q3 in three bands" in note for note in both.summary.notes)


def test_who_moved_is_added_up_whether_points_are_counted_or_bands(many: Many) -> None:
    for made in (SPRING, SUMMER):
        for entry in crowd(many, 12, {"feeling": 2}, made):
            many.amends(entry, {"feeling": 5}, made=made)
        told(many, "2026-Q2", now=datetime(2026, 7, 9, 12, tzinfo=UTC))
        sets(many, scales="bands")
    both = told(many, "2026-Q2", "2026-Q3")
    assert both.says("movement")["higher now"] == "about 20 or more"


# -- the clock


def test_a_clock_that_jumped_ahead_makes_no_figures_of_a_quarter_that_may_still_run(many: Many) -> None:
    crowd(many, 12, {"feeling": 2})
    crowd(many, 12, {"feeling": 2}, NOW)
    ahead = NOW + timedelta(days=100)
    with pytest.raises(DeskError, match="100 days after the kiosk last ran"):
        told(many, "2026-Q4", now=ahead)
    assert told(many, "2026-Q3", now=ahead).says("entries") == {"finished entries": "about 10"}
    assert files_below(many.home.root / "summaries") == {"2026-Q3.age"}
    clock.write(many.home.clock, clock.Known(trusted=ahead))
    assert told(many, "2026-Q4", now=ahead).says("entries") == {"finished entries": "about 10"}


def test_where_nothing_is_known_of_the_clock_the_newest_entry_tells(many: Many) -> None:
    many.home.clock.unlink()
    crowd(many, 12, {"feeling": 2})
    with pytest.raises(DeskError, match="the kiosk last ran"):
        told(many, "2026-Q3")
    crowd(many, 1, {"feeling": 2}, NOW)
    assert told(many, "2026-Q3").says("entries") == {"finished entries": "about 10"}


# -- no two of them can be subtracted

SPANS = [list(span) for size in (1, 2) for span in itertools.combinations(range(2), size)]


def every_summary(true: Sequence[Table], by_bands: bool) -> list[Summary]:
    """All summaries there are of two quarters, as if the pack had just these scales and cards.

    The second may be in bands.
    """
    kept = [
        figures_of(
            quarter,
            Counted({Group(quarter, "other"): table}),
            SHIPPED,
            "2026-10-05",
            by_bands=by_bands and quarter == THIRD,
        )
        for quarter, table in zip(QUARTERS, true, strict=True)
    ]
    return [
        summary_of(
            Period("", tuple(QUARTERS[one] for one in span)),
            [VenueFigures(venue="Sandhill House", quarters=tuple(kept[one] for one in span))],
        )
        for span in SPANS
    ]


@pytest.mark.usefixtures("packs_in_memory")
@settings(max_examples=EXAMPLES // 6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.tuples(tables, tables), st.booleans())
def test_whatever_all_summaries_show_each_count_can_be_three_and_a_hidden_one_0_1_or_2(
    true: tuple[Table, Table], by_bands: bool
) -> None:
    """The same as of one table in test_protection, of all quarters and all periods at once."""
    shown = every_summary(true, by_bands)
    for place, table in enumerate(true if not by_bands else (true[0], in_bands(true[1]))):
        still = quiet(protect(table))
        for count in counts_of(table):
            values = set()
            for more in range(ROOM + 1):
                other, value = with_more(still, count, more)
                assert possible(other)
                assert looks(other) == looks(table)
                others = [in_points(other) if one == place else kept for one, kept in enumerate(true)]
                assert every_summary(others, by_bands) == shown
                values.add(value)
            assert len(values) == 3
