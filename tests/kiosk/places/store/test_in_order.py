"""The threads of a sending: they end when it is stopped, and hold little."""

import threading
import time
from collections.abc import Iterator, Sequence

import pytest

from kiosk.places.bucket import Bucket
from kiosk.places.carrier import Piece
from tests.kiosk.places.store.engine import PLACE
from tests.kiosk.places.store.stub_store import StubStore
from tests.kiosk.places.store.test_bucket import NAMES_KEY, bucket_at, finished, some


class StoppedError(Exception):
    pass


@pytest.mark.parametrize("stop", [KeyboardInterrupt, StoppedError])
def test_a_step_that_raises_ends_all_threads_at_once(store: StubStore, stop: type[BaseException]) -> None:
    before = threading.active_count()

    def step(done: int) -> None:
        if done == 5:
            raise stop

    with pytest.raises(stop):
        bucket_at(store, threads=4).send(PLACE, 1, some(1_000), finished, step)
    assert threading.active_count() <= before + len(store_threads())
    assert len(store.objects) < 40


def store_threads() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if "process_request_thread" in one.name]


def test_a_sending_is_stopped_while_the_store_does_not_answer(store: StubStore) -> None:
    release = threading.Event()

    def hangs(method: str, _path: str) -> None:
        if method == "PUT":
            release.wait(5)

    store.trouble = hangs
    bucket = Bucket(store.client(), NAMES_KEY, threads=2)
    begun = time.monotonic()

    def step(_done: int) -> None:
        if time.monotonic() - begun > 0.2:
            raise StoppedError

    with pytest.raises(StoppedError):
        bucket.send(PLACE, 1, some(10), finished, step)
    release.set()
    assert time.monotonic() - begun < 3


def test_a_wait_before_the_next_try_is_cut_short(store: StubStore) -> None:
    store.trouble = lambda method, _path: (503, "SlowDown") if method == "PUT" else None
    bucket = Bucket(store.client(delays=(60.0,)), NAMES_KEY, threads=2)
    begun = time.monotonic()

    def step(_done: int) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        bucket.send(PLACE, 1, some(10), finished, step)
    assert time.monotonic() - begun < 1


def test_no_more_is_held_than_a_few_pieces_for_each_thread(store: StubStore) -> None:
    assert most_ahead(bucket_at(store, threads=3), some(200, 10)) == 12


def test_large_pieces_go_a_few_at_a_time(store: StubStore) -> None:
    large = [Piece(f"{n}", bytes(12 << 20), 0) for n in range(4)]
    assert most_ahead(bucket_at(store), large) == 2


def most_ahead(bucket: Bucket, pieces: Sequence[Piece]) -> int:
    """Return how many pieces were taken at most while they were not done."""
    taken: list[str] = []
    ahead: list[int] = []

    def read() -> Iterator[Piece]:
        for piece in pieces:
            taken.append(piece.name)
            yield piece

    bucket.send(PLACE, 1, read(), finished, lambda done: ahead.append(len(taken) - done))
    return max(ahead)
