"""Places that send to each other through a store, and what that asks of it."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.places.bucket import Bucket
from tests.kiosk.places.several import Place
from tests.kiosk.places.store.stub_store import StubStore
from tests.kiosk.places.test_send_and_receive import saves
from tests.kiosk.vault.helpers import ONE, THREE, TWO


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
