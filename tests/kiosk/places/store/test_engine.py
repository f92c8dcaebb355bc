"""A store that is no stub: SeaweedFS, as a single node."""

from collections.abc import Iterator

import pytest

from kiosk.errors import CarrierError, TakenError
from kiosk.places.bucket import Bucket
from kiosk.places.carrier import Piece
from kiosk.places.objects import Objects
from tests.kiosk.places.store.engine import OTHER, OWN_KEY, OWN_SECRET, PLACE, Node, node
from tests.kiosk.places.store.proxy import Proxy, proxy
from tests.kiosk.places.store.stub_store import KEY, QUICK, objects_at
from tests.kiosk.places.store.test_bucket import NAMES_KEY, finished, sends, some
from tests.kiosk.places.store.test_probe import ALL, tried


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with node(tmp_path_factory.mktemp("weed")) as started:
        yield started


def own(store: Node) -> Objects:
    """Return what may write below this place alone."""
    return objects_at(store.endpoint, OWN_KEY, OWN_SECRET)


def test_a_consignment_goes_there_and_comes_back_and_is_removed(store: Node) -> None:
    bucket = Bucket(own(store), NAMES_KEY)
    pieces = [*some(150), Piece("empty", b"", 1), Piece("large", bytes(range(256)) * 20_000, 2)]
    sent = sends(bucket, pieces)
    reader = Bucket(objects_at(store.endpoint), bytes(32))
    assert reader.numbers(PLACE, 0) == [1]
    assert reader.numbers(PLACE, 1) == reader.numbers(OTHER, 0) == []
    assert reader.manifest(PLACE, 1) == finished(sent.listed)
    assert reader.manifest(PLACE, 2) is None
    assert [data for _, data in reader.pieces(PLACE, 1, sent.listed)] == [one.data for one in pieces]
    with pytest.raises(TakenError):
        sends(bucket, pieces)
    bucket.clear(PLACE, 1)
    bucket.remove(PLACE, [one.object for one in sent.listed])
    assert objects_at(store.endpoint).names(f"v1/{PLACE}", "") == []


def test_a_key_or_a_bucket_that_is_not_right_is_told(store: Node) -> None:
    for key, secret, bucket, says in (
        ("AKIANOBODY", "x", "entries", "does not know the key"),
        (KEY, "x", "entries", "secret of the store is wrong"),
        (OWN_KEY, OWN_SECRET, "other", "no bucket of that name|does not let this machine's key"),
    ):
        wrong = Bucket(objects_at(store.endpoint, key, secret, bucket), NAMES_KEY)
        for act in (
            lambda wrong=wrong: sends(wrong, some(1)),
            lambda wrong=wrong: wrong.numbers(PLACE, 0),
            lambda wrong=wrong: wrong.manifest(PLACE, 1),
        ):
            with pytest.raises(CarrierError, match=says):
                act()
    with pytest.raises(CarrierError, match="does not let this machine's key"):
        own(store).create(f"v1/{OTHER}/below-another-place", b"")


def test_it_passes_its_check_and_a_bucket_with_versions_does_not(store: Node) -> None:
    assert {what: one.good for what, one in tried(own(store)).items()} == dict.fromkeys(ALL, True)
    assert objects_at(store.endpoint).names(f"v1/{PLACE}/trial", "") == []
    store.shell("s3.bucket.create -name versions", "s3.bucket.versioning -name versions -enable")
    assert tried(objects_at(store.endpoint, bucket="versions"))["Old versions"].good is False


@pytest.fixture
def between(store: Node) -> Iterator[Proxy]:
    with proxy(store.port) as started:
        yield started


def test_what_the_store_did_and_could_not_say_is_found(store: Node, between: Proxy) -> None:
    between.swallows = lambda request: request.startswith(b"PUT ")
    bucket = Bucket(objects_at(between.endpoint, **QUICK), NAMES_KEY, threads=4)
    sent = sends(bucket, some(8), 7)
    assert len(between.swallowed) == 9
    assert Bucket(objects_at(store.endpoint), NAMES_KEY).manifest(PLACE, 7) == finished(sent.listed)


def test_nothing_new_is_one_request(store: Node, between: Proxy) -> None:
    sends(Bucket(objects_at(store.endpoint), NAMES_KEY), some(30), 9)
    assert Bucket(objects_at(between.endpoint), NAMES_KEY).numbers(PLACE, 9) == []
    assert len(between.requests) == 1
