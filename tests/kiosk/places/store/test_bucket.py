"""A store as a carrier, beside one in this process that fails as tests want it (`stub_store`)."""

import hashlib
import re
import socket
import ssl
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from kiosk.errors import CarrierError, TakenError
from kiosk.places.bucket import RECEIPT_MOST, Bucket
from kiosk.places.carrier import Carrier, Listed, Piece, Signed
from kiosk.places.objects import LISTED_MOST, Objects
from tests.kiosk.places.store.stub_store import (
    BUCKET,
    KEY,
    LOST,
    QUICK,
    SECRET,
    SILENT,
    StubStore,
    objects_at,
)

PLACE, OTHER = "00112233445566aa", "ffeeddccbbaa9988"
NAMES_KEY = bytes(range(32))


def bucket_at(store: StubStore, **more: Any) -> Bucket:
    return Bucket(store.client(**QUICK), NAMES_KEY, **more)


def some(count: int, size: int = 100) -> list[Piece]:
    return [Piece(f"{n:032x}.0001-{PLACE}.age", bytes([n % 251]) * size + b"%d" % n, n) for n in range(count)]


def finished(listed: Sequence[Listed]) -> Signed:
    said = hashlib.sha256(repr(listed).encode()).hexdigest()
    return Signed(f"sealed\n{said}\n\n".encode(), b"untrusted comment: x\nAAAA\ntrusted comment: y\nBBBB\n")


class Sent:
    """What one sending listed."""

    def __init__(self) -> None:
        self.listed: Sequence[Listed] = ()
        self.steps: list[int] = []

    def finish(self, listed: Sequence[Listed]) -> Signed:
        self.listed = [*listed]
        return finished(listed)


def sends(bucket: Carrier, pieces: Sequence[Piece], number: int = 1) -> Sent:
    sent = Sent()
    bucket.send(PLACE, number, pieces, sent.finish, sent.steps.append)
    return sent


def said_of(act: Callable[[], object]) -> str:
    """Return what staff are told; nothing there or in a traceback holds where the store is, or its key."""
    with pytest.raises(CarrierError) as caught:
        act()
    error: BaseException | None = caught.value
    told = "".join(traceback.format_exception(caught.value))
    while error is not None:
        told += str(error) + repr(error)
        error = error.__cause__ or error.__context__
    for secret in (KEY, SECRET, "127.0.0.1", f"/{BUCKET}/", PLACE, "<Code>"):
        assert secret not in told
    return str(caught.value)


# -- there and back


def test_a_consignment_comes_back_as_it_was_sent(store: StubStore) -> None:
    pieces = some(100)
    sent = sends(bucket_at(store), pieces)
    reader = bucket_at(store)
    assert sent.steps == list(range(1, 101))
    assert [(one.name, one.modified) for one in sent.listed] == [(one.name, one.modified) for one in pieces]
    assert reader.numbers(PLACE, 0) == [1]
    assert reader.manifest(PLACE, 1) == finished(sent.listed)
    assert [data for _, data in reader.pieces(PLACE, 1, sent.listed)] == [one.data for one in pieces]


def test_an_object_is_named_by_place_and_number_and_by_nothing_that_a_piece_tells(store: StubStore) -> None:
    (piece,) = some(1)
    (one,) = sends(bucket_at(store), [piece], 12).listed
    assert [*store.objects] == [f"v1/{PLACE}/p/{one.object[:2]}/{one.object}", f"v1/{PLACE}/j/0000000012"]
    again = Piece(piece.name, b"sealed again", 0)
    (other,) = sends(bucket_at(store), [again], 13).listed
    (elsewhere,) = sends(Bucket(store.client(), bytes(32)), [piece], 14).listed
    assert len({one.object, other.object, elsewhere.object, one.sha256}) == 4


def test_manifest_and_signature_are_one_object_that_head_and_tail_take_apart(store: StubStore) -> None:
    signed = finished(sends(bucket_at(store), []).listed)
    assert store.objects[f"v1/{PLACE}/j/0000000001"] == signed.signature + signed.data


def test_what_was_left_of_a_sending_is_met_again(store: StubStore) -> None:
    def full(method: str, path: str) -> tuple[int, str] | None:
        return (507, "InsufficientStorage") if method == "PUT" and len(store.objects) > 40 else None

    store.trouble = full
    assert "store is full" in said_of(lambda: sends(bucket_at(store), some(100)))
    assert bucket_at(store).numbers(PLACE, 0) == []
    store.trouble = lambda *_: None
    sent = sends(bucket_at(store), some(100))
    assert bucket_at(store).manifest(PLACE, 1) == finished(sent.listed)
    assert len(store.objects) == 101


def test_a_number_is_sent_once(store: StubStore) -> None:
    sends(bucket_at(store), some(2))
    before = dict(store.objects)
    with pytest.raises(TakenError, match="Consignment 1 of this place is in the store already"):
        sends(bucket_at(store), some(4))
    assert store.objects == before


def test_of_two_who_send_the_same_number_at_once_one_is_told(store: StubStore) -> None:
    def taken_meanwhile(listed: Sequence[Listed]) -> Signed:
        store.objects[f"v1/{PLACE}/j/0000000001"] = b"another's"
        return finished(listed)

    with pytest.raises(TakenError, match="another machine uses this one's"):
        bucket_at(store).send(PLACE, 1, some(2), taken_meanwhile, lambda _: None)
    assert store.objects[f"v1/{PLACE}/j/0000000001"] == b"another's"


def test_a_manifest_that_does_not_come_back_is_not_sent(store: StubStore) -> None:
    def forgets(method: str, path: str) -> tuple[int, str] | None:
        if method == "GET" and "/j/" in path:
            store.objects.pop(path, None)
        return None

    store.trouble = forgets
    assert "does not give it back" in said_of(lambda: sends(bucket_at(store), some(1)))


def test_nothing_new_is_one_request_whatever_is_stored(store: StubStore) -> None:
    store.objects.update({f"v1/{PLACE}/p/aa/{n:064x}": b"" for n in range(5_000)})
    store.objects.update({f"v1/{PLACE}/j/{n:010}": b"" for n in range(1, 3_001)})
    assert bucket_at(store).numbers(PLACE, 3_000) == []
    assert store.asked == [("GET", "?list")]


def test_numbers_are_those_of_consignments_and_not_without_end(store: StubStore) -> None:
    store.objects.update({f"v1/{PLACE}/j/{n:010}": b"" for n in range(5, LISTED_MOST + 500)})
    store.objects.update(
        dict.fromkeys((f"v1/{PLACE}/j/0000000010.part", f"v1/{PLACE}/j/x", f"v1/{OTHER}/j/7"), b"")
    )
    found = bucket_at(store).numbers(PLACE, 9)
    assert found[:3] == [10, 11, 12]
    assert len(found) >= LISTED_MOST - 2
    assert len(store.asked) <= LISTED_MOST // 1000


def test_a_piece_that_is_not_there_as_listed_has_not_come(store: StubStore) -> None:
    listed = sends(bucket_at(store), some(5)).listed
    paths = [f"v1/{PLACE}/p/{one.object[:2]}/{one.object}" for one in listed]
    del store.objects[paths[0]]
    store.objects[paths[1]] = store.objects[paths[1]][:-1] + b"?"
    store.objects[paths[2]] += b"more"
    store.objects[paths[3]] = b""
    unnamed = Listed(name="x", size=1, sha256=listed[0].sha256, modified=0)
    came = [data is not None for _, data in bucket_at(store).pieces(PLACE, 1, [*listed, unnamed])]
    assert came == [False, False, False, False, True, False]


def test_what_stands_in_the_place_of_a_manifest_is_handed_over_to_be_checked(store: StubStore) -> None:
    for junk in (b"", b"\n\n", b"x" * 10):
        store.objects[f"v1/{PLACE}/j/0000000001"] = junk
        found = bucket_at(store).manifest(PLACE, 1)
        assert found is not None
        assert found.signature.count(b"\n") < 4
    assert bucket_at(store).manifest(PLACE, 2) is None


def test_what_is_larger_than_anything_that_a_kiosk_puts_there_has_not_come(
    store: StubStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever may write there must not stop others from sending and receiving."""
    bucket, receipt = bucket_at(store), Signed(b"receipt", b"a\nb\nc\nd\n")
    bucket.put_receipt(OTHER, PLACE, 2, receipt)
    store.objects[f"v1/{OTHER}/r/{PLACE}/0000000001"] = bytes(RECEIPT_MOST + 1)
    assert [*bucket.receipts(OTHER, PLACE, {1, 2})] == [(2, receipt)]
    monkeypatch.setattr("kiosk.places.bucket.MANIFEST_MOST", 1000)
    store.objects[f"v1/{PLACE}/j/0000000001"] = bytes(1001)
    assert bucket.manifest(PLACE, 1) is None
    with pytest.raises(TakenError):
        sends(bucket, some(1))
    sends(bucket, some(1), 2)


def test_receipts_are_kept_by_receiver_and_read_in_order(store: StubStore) -> None:
    bucket = bucket_at(store)
    receipts = {n: Signed(b"receipt %d" % n, b"a\nb\nc\nd\n") for n in (3, 1, 2)}
    for n, receipt in receipts.items():
        bucket.put_receipt(OTHER, PLACE, n, receipt)
    bucket.put_receipt(OTHER, PLACE, 1, receipts[1])
    with pytest.raises(TakenError):
        bucket.put_receipt(OTHER, PLACE, 1, receipts[2])
    assert [*bucket.receipts(OTHER, PLACE, {2, 3, 4})] == [(2, receipts[2]), (3, receipts[3])]
    assert f"v1/{OTHER}/r/{PLACE}/0000000003" in store.objects


def test_ones_own_is_removed_by_consignment_and_by_piece(store: StubStore) -> None:
    bucket = bucket_at(store)
    listed = sends(bucket, some(3)).listed
    bucket.clear(PLACE, 1)
    bucket.clear(PLACE, 1)
    assert bucket.numbers(PLACE, 0) == []
    bucket.remove(PLACE, [one.object for one in listed[:2]])
    assert [*store.objects] == [f"v1/{PLACE}/p/{listed[2].object[:2]}/{listed[2].object}"]


# -- what goes wrong on the way


@pytest.mark.parametrize("answer", [LOST, SILENT], ids=["the connection ends", "it takes too long"])
def test_what_was_done_and_not_answered_is_read_and_found(store: StubStore, answer: tuple[int, str]) -> None:
    unanswered: set[str] = set()

    def once(method: str, path: str) -> tuple[int, str] | None:
        if method == "PUT" and path not in unanswered:
            unanswered.add(path)
            return answer
        return None

    store.trouble = once
    sent = sends(bucket_at(store), some(20))
    assert bucket_at(store).manifest(PLACE, 1) == finished(sent.listed)
    assert len(unanswered) == 21


def test_what_is_said_to_be_there_and_is_not_is_tried_again(store: StubStore) -> None:
    refused: set[str] = set()

    def once(method: str, path: str) -> tuple[int, str] | None:
        if method == "PUT" and path not in refused:
            refused.add(path)
            return (409, "ConditionalRequestConflict")
        return None

    store.trouble = once
    sends(bucket_at(store), some(3))
    assert len(store.objects) == 4


def test_another_object_in_the_place_of_a_piece_is_never_written_over(store: StubStore) -> None:
    bucket = bucket_at(store)
    (piece,) = some(1)
    path = f"v1/{PLACE}/p/{{0:.2}}/{{0}}".format(
        bucket.object_of(piece.name, hashlib.sha256(piece.data).hexdigest())
    )
    for junk in (b"", b"x", piece.data + b"more"):
        store.objects[path] = junk
        assert "nothing is ever written over" in said_of(lambda: sends(bucket, [piece]))
        assert store.objects == {path: junk}


def test_each_refusal_is_told_with_what_to_do(store: StubStore) -> None:
    bucket = bucket_at(store)
    acts: list[Callable[[], object]] = [
        lambda: sends(bucket, some(1)),
        lambda: bucket.numbers(PLACE, 0),
        lambda: bucket.manifest(PLACE, 1),
        lambda: [*bucket.pieces(PLACE, 1, [LISTED])],
        lambda: bucket.clear(PLACE, 1),
    ]
    for answer, says in (
        ((403, "InvalidAccessKeyId"), "does not know the key"),
        ((403, "SignatureDoesNotMatch"), "secret of the store is wrong"),
        ((403, "AccessDenied"), "does not let this machine's key do that"),
        ((401, "X"), "does not let this machine's key do that"),
        ((403, "RequestTimeTooSkewed"), "Set this machine's clock"),
        ((404, "NoSuchBucket"), r"Correct \[store\] bucket"),
        ((404, "X"), "no object store"),
        ((301, "PermanentRedirect"), r"Correct \[store\] region"),
        ((400, "AuthorizationHeaderMalformed"), r"Correct \[store\] region"),
        ((507, "InsufficientStorage"), "store is full"),
        ((403, "QuotaExceeded"), "store is full"),
        ((503, "SlowDown"), "too much to do"),
        ((429, "X"), "too much to do"),
        ((500, "InternalError"), "an error of its own"),
        ((502, "X"), "an error of its own"),
        ((501, "NotImplemented"), "cannot do what is needed"),
        ((418, "<b>X"), "a way that this kiosk does not know"),
    ):
        store.trouble = lambda *_, answer=answer: answer
        [told] = {said_of(act) for act in acts}
        assert re.search(says, told), answer


LISTED = Listed(name="x", size=1, sha256="0" * 64, modified=0, object="0" * 64)


def test_what_may_not_be_removed_is_told(store: StubStore) -> None:
    store.keeps = True
    assert "does not let this machine's key do that" in said_of(lambda: bucket_at(store).clear(PLACE, 1))


def test_what_passes_is_tried_again(store: StubStore) -> None:
    left = [(503, "SlowDown"), (500, "InternalError"), (429, "X")]
    store.trouble = lambda *_: left.pop() if left else None
    bucket = Bucket(store.client(delays=(0.01,) * 3), NAMES_KEY)
    sends(bucket, some(3))
    assert len(store.objects) == 4


@pytest.mark.parametrize(
    ("endpoint", "says"),
    [
        ("http://127.0.0.1:1", "refuses the connection"),
        ("https://store.invalid", "name of the store is not known"),
        ("https://127.0.0.1:1", "refuses the connection"),
    ],
)
def test_a_store_that_is_not_reached_is_told_with_what_to_do(endpoint: str, says: str) -> None:
    bucket = Bucket(objects_at(endpoint, **QUICK), NAMES_KEY)
    assert says in said_of(lambda: sends(bucket, some(1)))
    assert "Nothing is lost" in said_of(lambda: bucket.numbers(PLACE, 0))


def test_a_port_without_tls_and_a_store_that_is_silent_are_told(store: StubStore) -> None:
    no_tls = Bucket(objects_at(store.endpoint.replace("http:", "https:"), **QUICK), NAMES_KEY)
    assert "does not speak TLS" in said_of(lambda: no_tls.numbers(PLACE, 0))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        bucket = Bucket(objects_at(f"http://127.0.0.1:{port}", **QUICK), NAMES_KEY)
        assert "does not answer" in said_of(lambda: bucket.numbers(PLACE, 0))


def test_a_certificate_counts_where_it_is_among_those_of_the_system(store: StubStore, tmp_path: Path) -> None:
    own = Path(__file__).with_name("own_certificate.pem")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(own)
    store.socket = tls.wrap_socket(store.socket, server_side=True)
    endpoint = f"https://127.0.0.1:{store.server_port}"
    other = Bucket(objects_at(endpoint, trusted=tmp_path / "none", **QUICK), NAMES_KEY)
    assert "no certificate that this machine trusts" in said_of(lambda: other.numbers(PLACE, 0))
    assert Bucket(objects_at(endpoint, trusted=own, **QUICK), NAMES_KEY).numbers(PLACE, 0) == []


def test_nothing_of_the_environment_is_believed(store: StubStore, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1",
        "AWS_ENDPOINT": "http://127.0.0.1:1",
        "AWS_SKIP_SIGNATURE": "true",
        "AWS_SESSION_TOKEN": "x",
        "HTTP_PROXY": "http://127.0.0.1:1",
        "ALL_PROXY": "http://127.0.0.1:1",
    }.items():
        monkeypatch.setenv(name, value)
    sends(bucket_at(store), some(1))
    assert len(store.objects) == 2


def test_what_leads_elsewhere_is_not_followed(store: StubStore) -> None:
    store.trouble = lambda *_: (307, f"http://localhost:{store.server_port}/elsewhere")
    assert "refuses the connection" in said_of(lambda: bucket_at(store).manifest(PLACE, 1))
    assert {path for _, path in store.asked} == {f"v1/{PLACE}/j/0000000001"}


def test_objects_and_a_bucket_do_not_show_whose_they_are(store: StubStore) -> None:
    objects = store.client()
    assert isinstance(objects, Objects)
    for shown in (repr(objects), repr(bucket_at(store)), repr(vars(bucket_at(store)))):
        assert SECRET not in shown
        assert "127.0.0.1" not in shown
