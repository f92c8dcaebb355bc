"""SeaweedFS as a cluster that flushes two copies of each object: servers die while a kiosk sends.

A short form runs always, a long one with `make torture`.
"""

import os
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from kiosk.errors import CarrierError
from kiosk.places.bucket import Bucket
from kiosk.places.carrier import Carrier, Piece
from tests.kiosk.places.store.engine import PLACE, Cluster, cluster
from tests.kiosk.places.store.racer import assert_one_wins
from tests.kiosk.places.store.stub_store import objects_at
from tests.kiosk.places.store.test_bucket import NAMES_KEY, Sent, finished


class Size(NamedTuple):
    races: int
    pieces: int


SIZE = Size(500, 6_000) if "TORTURE" in os.environ else Size(40, 60)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("cluster")) as started:
        yield started


def bucket_at(store: Cluster) -> Bucket:
    return Bucket(objects_at(store.endpoint), NAMES_KEY)


def sends(bucket: Carrier, number: int, midway: Callable[[], None] = lambda: None) -> Sent:
    """Send a consignment; `midway` happens once a third of it is there."""
    sent = Sent()

    def step(done: int) -> None:
        sent.steps.append(done)
        if done == SIZE.pieces // 3:
            midway()

    pieces = (Piece(f"{n:032x}.0001-{PLACE}.age", os.urandom(16_384), n) for n in range(SIZE.pieces))
    bucket.send(PLACE, number, pieces, sent.finish, step)
    return sent


def assert_all_there(store: Cluster, number: int, sent: Sent) -> None:
    reader = bucket_at(store)
    assert reader.manifest(PLACE, number) == finished(sent.listed)
    read = [one for one, data in reader.pieces(PLACE, number, sent.listed) if data is not None]
    assert len(read) == SIZE.pieces


def test_of_two_writers_of_each_number_one_wins(store: Cluster) -> None:
    assert_one_wins(store.endpoint, SIZE.races)


def test_a_gateway_that_dies_is_told_and_a_later_sending_completes(store: Cluster) -> None:
    bucket = Bucket(objects_at(store.endpoint, delays=(0.01,)), NAMES_KEY)
    with pytest.raises(CarrierError, match=r"store refuses the connection\. Nothing is lost\."):
        sends(bucket, 1, midway=store.gateway.kill)
    store.gateway.start()
    store.wait()
    assert bucket.numbers(PLACE, 0) == []
    assert_all_there(store, 1, sends(bucket, 1))


def test_a_server_that_dies_with_its_copies_costs_nothing(store: Cluster) -> None:
    sent = sends(bucket_at(store), 2, midway=store.volumes[0].kill)
    assert_all_there(store, 2, sent)
