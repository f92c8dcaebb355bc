"""Places that send to each other through a store, and what that asks of it."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest

from kiosk.errors import CarrierError
from kiosk.places.bucket import Bucket
from kiosk.places.ledger import Ledger
from tests.kiosk.places.several import Place
from tests.kiosk.places.store.stub_store import QUICK, StubStore
from tests.kiosk.places.test_send_and_receive import saves
from tests.kiosk.vault.helpers import ONE, THREE, TWO, sign


@pytest.fixture
def elm(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path, "Elm House")
    yield place
    place.close()


@pytest.fixture
def office(tmp_path: Path, elm: Place) -> Iterator[Place]:
    place = Place(tmp_path, "Office", desk=True)
    place.knows(elm)
    yield place
    place.close()


def asked(store: StubStore) -> Counter[tuple[str, str]]:
    """Return how often each thing was asked for since this was called last."""
    found = Counter(store.asked)
    store.asked.clear()
    return found


def test_where_nothing_is_new_one_request_is_made(elm: Place, office: Place, store: StubStore) -> None:
    there, here = Bucket(store.client(), bytes(32)), Bucket(store.client(), bytes(range(32)))
    for id_ in (ONE, TWO, THREE):
        saves(elm, id_)
        elm.sends(there, route="store")
        assert office.receives(here, route="store").consignments == 1
    assert office.entries == {ONE: 1, TWO: 1, THREE: 1}
    assert elm.sends(there, route="store").confirmed == {"Office": 1}
    assert not [name for name in store.objects if "/r/" not in name]
    asked(store)
    office.receives(here, route="store")
    assert asked(store) == {("GET", "?list"): 1}
    elm.sends(there, route="store")
    assert asked(store) == {("GET", "?list"): 1}


def test_of_many_receipts_only_those_are_read_that_are_waited_for(
    elm: Place, office: Place, store: StubStore
) -> None:
    there, here = Bucket(store.client(), bytes(32)), Bucket(store.client(), bytes(range(32)))
    for id_ in (ONE, TWO, THREE):
        saves(elm, id_)
        elm.sends(there, route="store")
        office.receives(here, route="store")
    asked(store)
    elm.sends(there, route="store")
    read = [path for method, path in asked(store) if method == "GET" and "/r/" in path]
    assert len(read) == 1


def pieces_in(store: StubStore) -> list[str]:
    return [name for name in store.objects if "/p/" in name]


def test_what_a_sending_left_that_did_not_end_goes_with_the_next(
    elm: Place, office: Place, store: StubStore
) -> None:
    there = Bucket(store.client(**QUICK), bytes(32))
    saves(elm, ONE, TWO)
    store.trouble = lambda method, path: (
        (507, "InsufficientStorage") if "/j/" in path and method == "PUT" else None
    )
    with pytest.raises(CarrierError, match="store is full"):
        elm.sends(there, route="store")
    assert len(pieces_in(store)) == 2
    elm.vault.erase(ONE, sign)
    store.trouble = lambda *_: None
    elm.sends(there, route="store")
    assert len(pieces_in(store)) == 1
    asked(store)
    elm.sends(there, route="store")
    assert ("GET", "?list") in asked(store)
    assert office.receives(Bucket(store.client(), bytes(32)), route="store").missing == {}
    assert office.entries == {TWO: 1}


def test_a_consignment_that_arrived_and_was_not_noted_goes_with_the_next(
    elm: Place, office: Place, store: StubStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, here = Bucket(store.client(), bytes(32)), Bucket(store.client(), bytes(range(32)))
    saves(elm, ONE, TWO)
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "note_sent", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            elm.sends(there, route="store")
    assert there.numbers(elm.keys.id, 0) == [1]
    elm.vault.erase(ONE, sign)
    elm.sends(there, route="store")
    assert there.numbers(elm.keys.id, 0) == [2]
    assert len(pieces_in(store)) == 1
    assert office.receives(here, route="store").missing == {}
    assert office.entries == {TWO: 1}
