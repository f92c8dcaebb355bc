"""What goes along, what is taken in, and what is confirmed, whatever becomes of the carrier in between."""

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from kiosk import seal
from kiosk.errors import CarrierError, PlaceError
from kiosk.places.carrier import Signed
from kiosk.places.manifest import NewKey
from kiosk.places.standing import standing
from tests.kiosk.places.several import MemoryCarrier, Place
from tests.kiosk.sealed import reader_of
from tests.kiosk.vault.helpers import ONE, THREE, TWO, name_of, sign

READERS = (reader_of(1), reader_of(2))
SMALLEST = 4096
"""Bytes of a block, which a page fills here: a header comes to it."""


def sealed(_counter: int = 1) -> bytes:
    return seal.seal(b"{}", READERS)


def saves(place: Place, *ids: str) -> None:
    for id_ in ids:
        place.vault.save(id_, name_of(id_), sealed())


def arrive(elm: Place, office: Place, carrier: MemoryCarrier, *ids: str) -> None:
    """Save entries at one place, and take them in at another."""
    saves(elm, *ids)
    elm.sends(carrier)
    office.receives(carrier)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Any]:
    places: list[Place] = []

    def make(name: str, **more: Any) -> Place:
        places.append(Place(tmp_path, name, **more))
        return places[-1]

    yield make
    for place in places:
        place.close()


@pytest.fixture
def elm(made: Any) -> Place:
    """A kiosk."""
    place: Place = made("Elm House")
    return place


@pytest.fixture
def office(made: Any, elm: Place) -> Place:
    """Where staff unlock; it knows the kiosk."""
    place: Place = made("Office", desk=True)
    place.knows(elm)
    return place


@pytest.fixture
def stick() -> MemoryCarrier:
    return MemoryCarrier()


def test_entries_get_to_the_office_and_are_confirmed(elm: Place, office: Place, stick: MemoryCarrier) -> None:
    saves(elm, ONE, TWO)
    elm.vault.add_page(ONE, sealed)
    assert elm.sends(stick).pieces == 3
    assert 3 * SMALLEST < stick.asked_for < 4 * SMALLEST
    [incoming] = office.sees(stick).incoming
    assert (incoming.card.name, len(incoming.pieces)) == ("Elm House", 3)
    report = office.receives(stick)
    assert (report.taken.added, report.consignments, report.missing) == (3, 1, {})
    assert office.entries == {ONE: 2, TWO: 1}
    back = elm.sends(stick)
    assert (back.confirmed, back.cleared, back.numbers) == ({"Office": 1}, 1, [])
    assert stick.sent == {}


def test_again_nothing_happens(elm: Place, office: Place, stick: MemoryCarrier) -> None:
    arrive(elm, office, stick, ONE)
    again = office.receives(stick)
    assert (again.taken.added, again.taken.known, again.consignments) == (0, 0, 0)


def test_what_was_on_a_lost_stick_goes_along_again(elm: Place, office: Place, stick: MemoryCarrier) -> None:
    saves(elm, ONE)
    elm.sends(MemoryCarrier("the one that was lost"))
    saves(elm, TWO)
    assert elm.sends(stick).numbers == [2]
    report = office.receives(stick)
    assert (office.entries, report.gaps) == ({ONE: 1, TWO: 1}, {})


def test_in_a_folder_each_thing_goes_once(elm: Place, office: Place, stick: MemoryCarrier) -> None:
    saves(elm, ONE)
    assert elm.sends(stick, route="sync").pieces == 1
    assert elm.sends(stick, route="sync").numbers == []
    saves(elm, TWO)
    assert elm.sends(stick, route="sync").pieces == 1
    assert office.receives(stick, route="sync").consignments == 2
    assert elm.sends(stick, route="sync").cleared == 2


def test_a_consignment_that_vanished_from_a_folder_goes_again(
    elm: Place, office: Place, stick: MemoryCarrier
) -> None:
    saves(elm, ONE)
    elm.sends(stick, route="sync")
    stick.sent.clear()
    assert elm.sends(stick, route="sync").pieces == 1
    office.receives(stick, route="sync")
    assert office.entries == {ONE: 1}


def test_a_gap_in_a_folder_is_told(elm: Place, office: Place, stick: MemoryCarrier) -> None:
    saves(elm, ONE)
    elm.sends(stick, route="sync")
    saves(elm, TWO)
    elm.sends(stick, route="sync")
    del stick.sent[elm.keys.id, 1]
    report = office.receives(stick, route="sync")
    assert (report.gaps, office.entries) == ({"Elm House": 1}, {TWO: 1})
    assert elm.sends(stick, route="sync").pieces == 1
    office.receives(stick, route="sync")
    assert office.entries == {ONE: 1, TWO: 1}


def test_a_part_is_taken_and_the_rest_another_time(elm: Place, office: Place, stick: MemoryCarrier) -> None:
    saves(elm, ONE, TWO, THREE)
    elm.sends(stick)
    stick.lost = {listed.name for listed, _ in stick.sent[elm.keys.id, 1][0][1:]}
    report = office.receives(stick)
    assert (report.missing, report.consignments, len(office.entries)) == ({"Elm House": (2, 3)}, 0, 1)
    assert elm.sends(stick).confirmed == {}
    stick.lost.clear()
    report = office.receives(stick)
    # The later one has all that the first one had, which is no longer waited for.
    assert (report.missing, report.consignments, len(office.entries)) == ({}, 1, 3)
    assert elm.sends(stick).confirmed == {"Office": 1}


def test_a_manifest_that_has_not_come_is_on_its_way(elm: Place, office: Place, stick: MemoryCarrier) -> None:
    saves(elm, ONE)
    elm.sends(stick)
    stick.lost = {"manifest"}
    found = office.sees(stick)
    assert (found.coming, found.incoming, found.refused) == (["Elm House"], [], [])


def test_a_stranger_is_refused(made: Any, office: Place, stick: MemoryCarrier) -> None:
    stranger = made("Elsewhere")
    stranger.cards.append(office.card)
    saves(stranger, ONE)
    stranger.sends(stick)
    assert office.sees(stick).incoming == []
    office.receives(stick)
    assert office.entries == {}


def test_what_was_changed_on_the_way_is_refused(elm: Place, office: Place, stick: MemoryCarrier) -> None:
    saves(elm, ONE)
    elm.sends(stick)
    pieces, (data, signature) = stick.sent[elm.keys.id, 1]
    stick.sent[elm.keys.id, 1] = pieces, type(stick.sent[elm.keys.id, 1][1])(data[:-1] + b"x", signature)
    found = office.sees(stick)
    assert (found.incoming, len(found.refused)) == ([], 1)
    assert found.refused[0].startswith("What Elm House sent (number 1) was not taken.")


def test_what_somebody_asked_to_erase_is_erased_everywhere(
    elm: Place, office: Place, made: Any, stick: MemoryCarrier
) -> None:
    oak = made("Oak House")
    oak.knows(elm, office)
    arrive(elm, office, stick, ONE, TWO)
    oak.receives(stick)
    office.vault.erase(ONE, sign)
    late = MemoryCarrier("an older stick")
    elm.sends(late)
    office.sends(stick)
    assert elm.receives(stick).erased == oak.receives(stick).erased == 1
    office.receives(late)
    for place in (elm, oak, office):
        assert place.entries == {TWO: 1}


@pytest.mark.parametrize("single", [True, False], ids=["store", "folder"])
def test_what_was_erased_does_not_stay_where_it_was_sent(
    elm: Place, office: Place, stick: MemoryCarrier, single: bool
) -> None:
    stick.single = single
    saves(elm, ONE, TWO)
    elm.sends(stick, route="kept")
    elm.vault.erase(ONE)
    elm.sends(stick, route="kept")
    left = {
        one.name[:32] for pieces, _ in stick.sent.values() for one, _ in pieces if one.name not in stick.lost
    }
    assert left == {TWO}
    report = office.receives(stick, route="kept")
    assert (office.entries, report.missing) == ({TWO: 1}, {})
    elm.sends(stick, route="kept")
    assert stick.sent == {}


def test_a_kiosk_that_erases_all_at_once_may_be_a_stolen_one(
    elm: Place, office: Place, stick: MemoryCarrier
) -> None:
    ids = [f"{number:032x}" for number in range(30)]
    arrive(elm, office, stick, *ids)
    for id_ in ids:
        elm.vault.erase(id_)
    elm.sends(stick)
    for _ in range(2):
        report = office.receives(stick)
        assert (report.too_many, report.erased, len(office.entries)) == ({"Elm House": 30}, 0, 30)
    assert office.receives(stick, deletions_are_right=True).erased == 30
    assert (office.entries, office.receives(stick).too_many) == ({}, {})
    saves(office, *(f"{number:032x}" for number in range(40, 70)))
    office.sends(stick)
    elm.receives(stick)
    for number in range(40, 70):
        office.vault.erase(f"{number:032x}")
    office.sends(stick)
    assert elm.receives(stick).erased == 30  # a desk may


def test_one_wrong_clock_erases_nothing_elsewhere(elm: Place, office: Place, stick: MemoryCarrier) -> None:
    arrive(elm, office, stick, ONE, TWO)
    office.vault.erase(ONE, why="time")
    office.vault.erase(TWO, why="time")
    office.sends(stick)
    report = elm.receives(stick, is_due=lambda id_: id_ == TWO)
    assert (report.erased, report.held, elm.entries) == (1, {"Office": 1}, {ONE: 1})


@pytest.mark.parametrize("days", [-40, -3, 0, 2])
def test_a_wrong_clock_elsewhere_dates_nothing_too_early_or_ahead(
    elm: Place, office: Place, stick: MemoryCarrier, days: int
) -> None:
    """An entry of today that seems to be of three years ago would be erased tomorrow."""
    elm.clock.passes(days=days)
    saves(elm, ONE)
    file = elm.vault.page_files.path(ONE, elm.vault.row(ONE).pages[0])
    os.utime(file, (elm.clock.now.timestamp(),) * 2)
    elm.sends(stick)
    report = office.receives(stick)
    [row] = office.vault.rows()
    assert row.saved == (elm.clock.now if days == -3 else office.clock.now)
    assert bool(report.wrong_clocks) == (days not in (-3, 0))


def test_what_staff_said_gets_back_to_the_kiosk(elm: Place, office: Place, stick: MemoryCarrier) -> None:
    arrive(elm, office, stick, ONE)
    office.vault.mark(ONE, "Jo", sign, state="agreed")
    office.vault.add_page(ONE, sealed)
    sent = office.sends(stick)
    assert (sent.pieces, sent.said) == (1, 1)
    elm.receives(stick)
    [row] = elm.vault.rows()
    assert (row.became, row.picked_up_by, len(row.pages)) == ("agreed", "Jo", 2)
    assert office.sends(stick).numbers == []


def test_an_office_hands_on_what_came_by_another_way(
    elm: Place, office: Place, made: Any, stick: MemoryCarrier
) -> None:
    """A customer comes back at another place."""
    oak, store = made("Oak House"), MemoryCarrier("the store")
    oak.knows(office)
    arrive(elm, office, stick, ONE)
    office.sends(store, route="store")
    oak.receives(store, route="store")
    oak.vault.add_page(ONE, sealed)
    elm.vault.add_page(ONE, sealed)
    oak.sends(store, route="store")
    office.receives(store, route="store")
    office.sends(stick)
    elm.receives(stick)
    elm.sends(stick)
    office.receives(stick)
    assert elm.entries == office.entries == {ONE: 3}
    counters = [name[:4] for name in elm.vault.row(ONE).pages]
    assert counters == ["0001", "0002", "0002"]


def test_nothing_is_sent_where_nobody_is_known(elm: Place, stick: MemoryCarrier) -> None:
    saves(elm, ONE)
    with pytest.raises(PlaceError, match="kiosk place introduce"):
        elm.sends(stick)


def test_a_carrier_that_fails_is_tried_again(elm: Place, office: Place, stick: MemoryCarrier) -> None:
    saves(elm, ONE, TWO)

    def failing(where: str, what: str) -> None:
        if what == where:
            raise CarrierError("The stick has gone.")

    works: list[Callable[[MemoryCarrier], object]] = [elm.sends, office.receives]
    for where, work in zip(("send", "pieces"), works, strict=True):
        stick.fails = partial(failing, where)
        with pytest.raises(CarrierError):
            work(stick)
        stick.fails = lambda _what: None
        work(stick)
    assert office.entries == {ONE: 1, TWO: 1}


def test_what_was_sent_and_not_noted_goes_again(
    elm: Place, office: Place, stick: MemoryCarrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine stops right after a consignment is whole."""
    saves(elm, ONE)
    with monkeypatch.context() as patch:
        patch.setattr(elm.ledger, "note_sent", Mock(side_effect=PlaceError("It stops.")))
        with pytest.raises(PlaceError, match="It stops"):
            elm.sends(stick, route="kept")
    assert elm.sends(stick, route="kept").numbers == [2]
    report = office.receives(stick, route="kept")
    assert (report.consignments, report.taken.added, report.taken.known) == (1, 1, 0)
    assert elm.sends(stick, route="kept").confirmed == {"Office": 1}


def test_where_a_receipt_cannot_be_written_it_is_taken_in_and_confirmed_later(
    elm: Place, office: Place, stick: MemoryCarrier
) -> None:
    saves(elm, ONE)
    elm.sends(stick)

    def fail(what: str) -> None:
        if what == "put_receipt":
            raise CarrierError("The stick takes nothing.")

    stick.fails = fail
    report = office.receives(stick)
    assert (report.unconfirmed, office.entries) == ("The stick takes nothing.", {ONE: 1})
    stick.fails = lambda _what: None
    assert office.receives(stick).unconfirmed == ""
    assert elm.sends(stick).confirmed == {"Office": 1}


def test_a_receipt_of_another_consignment_confirms_nothing(
    elm: Place, office: Place, stick: MemoryCarrier
) -> None:
    """A machine was put back to an earlier state, and uses a number again."""
    arrive(elm, office, stick, ONE)
    elm.ledger.forget_sent(1)
    stick.sent.clear()
    saves(elm, TWO)
    elm.sends(stick)
    assert elm.sends(stick).confirmed == {}
    office.receives(stick)
    elm.sends(stick)
    assert office.entries == {ONE: 1, TWO: 1}


def test_only_a_desk_tells_of_a_new_venue_key(elm: Place, office: Place, stick: MemoryCarrier) -> None:
    key = NewKey(key=reader_of(5), since=elm.clock.now)
    for place in (elm, office):
        place.venue, place.letters = reader_of(5), (key,)
        saves(place, TWO)
    elm.sends(stick)
    office.sends(stick)
    assert office.receives(stick).new_keys == {}
    assert elm.receives(stick).new_keys == {office.keys.id: (key,)}


def test_everything_goes_again_when_asked(elm: Place, office: Place, stick: MemoryCarrier) -> None:
    arrive(elm, office, stick, ONE)
    elm.sends(stick)
    assert elm.sends(stick, everything=True).pieces == 1
    assert office.receives(stick).taken.known == 1


# -- what a review found


def test_a_number_is_never_used_twice(elm: Place, office: Place, made: Any, stick: MemoryCarrier) -> None:
    """What was cleared after an erasure was confirmed by somebody, who would pass for having the next."""
    oak = made("Oak House")
    oak.knows(elm)
    saves(elm, ONE, TWO)
    assert elm.sends(stick, route="kept").numbers == [1]
    office.receives(stick, route="kept")
    elm.vault.erase(ONE)
    assert elm.sends(stick, route="kept").numbers == [2]
    for place in (office, oak):
        place.receives(stick, route="kept")
        assert place.entries == {TWO: 1}


@pytest.mark.parametrize("again", [False, True], ids=["new", "revoked before"])
def test_who_is_introduced_later_gets_what_lies_there_sealed_to_others(
    elm: Place, office: Place, made: Any, stick: MemoryCarrier, again: bool
) -> None:
    oak = made("Oak House")
    if again:
        oak.knows(elm)
        del elm.cards[-1]
    saves(elm, ONE)
    elm.sends(stick, route="kept")
    if again:
        elm.cards.append(oak.card)
    else:
        oak.knows(elm)
    elm.sends(stick, route="kept")
    oak.receives(stick, route="kept")
    assert oak.entries == {ONE: 1}


def test_a_star_on_one_store_hands_everything_on(office: Place, elm: Place, made: Any) -> None:
    oak, store = made("Oak House"), MemoryCarrier("the store", keeps=True, single=True)
    oak.knows(office)
    saves(elm, ONE, TWO)
    elm.sends(store, route="store")
    office.receives(store, route="store")
    office.sends(store, route="store")
    oak.receives(store, route="store")
    assert oak.entries == {ONE: 1, TWO: 1}
    elm.vault.erase(ONE)
    for _ in range(2):
        for place in (elm, office, oak):
            place.sends(store, route="store")
            place.receives(store, route="store")
    assert oak.entries == office.entries == elm.entries == {TWO: 1}


def test_what_was_asked_for_counts_after_what_was_old(
    elm: Place, office: Place, stick: MemoryCarrier
) -> None:
    arrive(elm, office, stick, ONE)
    office.vault.erase(ONE, why="time")
    office.sends(stick)
    assert elm.receives(stick).held == {"Office": 1}
    office.exchange.bury({ONE: {"erased": "2026-03-01T12:00:00.000000Z", "tag": "the desk's"}})
    office.sends(stick)
    assert (elm.receives(stick).erased, elm.entries) == (1, {})


def test_what_was_old_and_is_not_here_is_no_clock_that_is_wrong(
    elm: Place, office: Place, stick: MemoryCarrier
) -> None:
    saves(elm, ONE)
    elm.vault.erase(ONE, why="time")
    saves(elm, TWO)
    elm.sends(stick)
    assert office.receives(stick).held == {}


def test_a_damaged_page_is_not_confirmed_and_comes_whole_another_time(
    elm: Place, office: Place, stick: MemoryCarrier
) -> None:
    saves(elm, ONE, TWO)
    file = elm.vault.page_files.path(ONE, elm.vault.row(ONE).pages[0])
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    elm.sends(stick)
    report = office.receives(stick)
    assert (report.taken.refused, report.missing, report.consignments) == (1, {"Elm House": (1, 2)}, 0)
    file.write_bytes(whole)
    elm.sends(stick)
    office.receives(stick)
    assert (office.entries, elm.sends(stick).confirmed) == ({ONE: 1, TWO: 1}, {"Office": 1})


def test_what_is_here_is_not_fetched(elm: Place, office: Place, stick: MemoryCarrier) -> None:
    arrive(elm, office, stick, ONE)
    saves(elm, TWO)
    elm.sends(stick, everything=True)
    stick.lost = set(office.exchange.here().pieces)
    report = office.receives(stick)
    assert (report.missing, report.taken.known, office.entries) == ({}, 1, {ONE: 1, TWO: 1})


def test_a_gap_ends_once_what_it_held_came_otherwise(elm: Place, office: Place, stick: MemoryCarrier) -> None:
    saves(elm, ONE)
    elm.sends(stick, route="kept")
    saves(elm, TWO)
    elm.sends(stick, route="kept")
    del stick.sent[elm.keys.id, 1]
    assert office.receives(stick, route="kept").gaps == {"Elm House": 1}
    saves(elm, THREE)
    elm.sends(stick, route="kept")
    office.receives(stick, route="kept")
    [standing_] = standing(office.ledger, office.cards)
    assert (standing_.gap, standing_.missing, len(office.entries)) == (0, 0, 3)


def test_numbers_that_others_made_up_do_not_count(elm: Place, office: Place, stick: MemoryCarrier) -> None:
    """One empty folder on a stick would end a place's sending for ever."""
    stick.sent[elm.keys.id, 9_999_999_998] = [], Signed(b"", b"")
    saves(elm, ONE)
    assert elm.sends(stick).numbers == [1]
    office.receives(stick)
    assert office.entries == {ONE: 1}


def test_few_deletions_at_a_time_are_counted_together(
    elm: Place, office: Place, stick: MemoryCarrier
) -> None:
    ids = [f"{number:032x}" for number in range(60)]
    arrive(elm, office, stick, *ids)
    for start in range(0, 60, 20):
        for id_ in ids[start : start + 20]:
            elm.vault.erase(id_)
        elm.sends(stick)
        report = office.receives(stick)
    assert (len(office.entries), report.too_many) == (40, {"Elm House": 40})
    office.clock.passes(days=8)
    elm.clock.passes(days=8)
    assert office.receives(stick, deletions_are_right=True).erased == 40


def test_deletions_of_what_has_not_come_are_counted_too(
    elm: Place, office: Place, made: Any, stick: MemoryCarrier
) -> None:
    for number in range(30):
        elm.exchange.bury({f"{number:032x}": {"erased": "2026-03-01T12:00:00.000000Z"}})
    elm.sends(stick)
    assert office.receives(stick).too_many == {"Elm House": 30}
    assert office.exchange.here().tombstones == {}


def test_an_entry_of_many_pages_that_staff_saw_goes_along(
    elm: Place, office: Place, stick: MemoryCarrier
) -> None:
    saves(office, ONE)
    for _ in range(30):
        office.vault.add_page(ONE, sealed)
    office.vault.mark(ONE, "Jo", sign)
    office.sends(stick)
    elm.receives(stick)
    [row] = elm.vault.rows()
    assert (len(row.pages), row.is_news) == (31, False)


def test_what_cannot_be_taken_anywhere_is_not_sent(elm: Place, office: Place, stick: MemoryCarrier) -> None:
    saves(elm, ONE)
    elm.name = "x" * 201
    with pytest.raises(PlaceError, match="nothing was sent"):
        elm.sends(stick)


def test_a_page_that_was_dropped_for_its_age_is_told(elm: Place, office: Place, stick: MemoryCarrier) -> None:
    arrive(elm, office, stick, ONE)
    office.vault.erase(ONE, why="time")
    elm.vault.add_page(ONE, sealed)
    elm.sends(stick)
    assert office.receives(stick).dropped == 1


def test_who_was_revoked_meanwhile_sends_nothing(elm: Place, office: Place, stick: MemoryCarrier) -> None:
    saves(elm, ONE)
    elm.sends(stick)
    found = office.sees(stick)
    assert found.only_from([elm.keys.id]).incoming == found.incoming
    assert found.only_from([]).incoming == []


# -- figures


SUMMER, AUTUMN = "1999-Q3.0123456789abcdef", "1999-Q4.0123456789abcdef"


def test_figures_of_desks_go_to_one_another_once(made: Any, office: Place, stick: MemoryCarrier) -> None:
    oak: Place = made("Oak House", desk=True)
    oak.knows(office)
    oak.figures, office.figures = {SUMMER: b"of oak"}, {SUMMER: b"of the office", AUTUMN: b"too"}
    assert oak.sends(stick).figures == 1
    assert office.receives(stick).figures == {"Oak House": ["1999-Q3"]}
    assert office.ledger.figures(oak.keys.id) == {SUMMER: b"of oak"}
    assert office.sends(stick).figures == 2
    oak.receives(stick)
    assert oak.ledger.figures(office.keys.id) == office.figures
    assert (oak.sends(stick).numbers, standing(oak.ledger, oak.cards)[0].unconfirmed) == ([], 0)

    newer = SUMMER.replace("0", "f")  # another venue is known by now
    oak.figures = {newer: b"for more"}
    assert oak.sends(stick).figures == 1
    office.receives(stick)
    assert office.ledger.figures(oak.keys.id) == {newer: b"for more"}


def test_of_many_figures_some_go_into_each_consignment(
    made: Any, office: Place, stick: MemoryCarrier
) -> None:
    oak: Place = made("Oak House", desk=True)
    oak.knows(office)
    oak.figures = {f"{year}-Q1.0123456789abcdef": b"sealed" for year in range(1979, 2000)}
    report = oak.sends(stick)
    assert (len(report.numbers), report.figures) == (2, 21)
    office.receives(stick)
    assert office.ledger.figures(oak.keys.id) == oak.figures


def test_no_figures_are_taken_of_a_kiosk_without_a_desk_or_of_days_to_come(
    made: Any, elm: Place, office: Place, stick: MemoryCarrier
) -> None:
    oak: Place = made("Oak House", desk=True)
    oak.knows(office)
    elm.figures = {SUMMER: b"made up"}
    oak.figures = {"9999.0123456789abcdef": b"not over"}
    elm.sends(stick)
    oak.sends(stick)
    assert office.receives(stick).figures == {}
    assert office.ledger.figures(elm.keys.id) == office.ledger.figures(oak.keys.id) == {}


def test_figures_that_could_not_be_kept_come_the_next_time(
    made: Any, office: Place, stick: MemoryCarrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    oak: Place = made("Oak House", desk=True)
    oak.knows(office)
    oak.figures = {SUMMER: b"of oak"}
    oak.sends(stick)
    with monkeypatch.context() as patched:
        patched.setattr(office.ledger, "note_figures", Mock(side_effect=PlaceError("the disk is full")))
        with pytest.raises(PlaceError):
            office.receives(stick)
    office.receives(stick)
    assert office.ledger.figures(oak.keys.id) == oak.figures
