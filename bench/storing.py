"""Sending to an object store that keeps two copies, and receiving from it, beside boto3."""

import os
import secrets
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.table import Figure, ms, times
from bench.timing import median, timed
from kiosk.places.bucket import THREADS, Bucket
from kiosk.places.carrier import Listed, Piece, Signed
from kiosk.text import counted
from tests.kiosk.places.store.engine import PLACE, cluster
from tests.kiosk.places.store.proxy import proxy
from tests.kiosk.places.store.stub_store import BUCKET, KEY, SECRET, objects_at

ROUNDS = 5
COUNT = 1_000
"""Pieces of a round."""
FIRST = 10_000
BYTES = 16 << 10
"""Of a piece: what a page has."""
SEND = "Send"
AT_LEAST = 500
"""A second."""
AT_LEAST_BOTO = 2.0
_BOTO = Path(__file__).with_name("boto.py")


def storing(folder: Path, boto: Path) -> Iterator[Figure]:
    """Yield the figures; `boto` is a Python that has boto3, which is left out where there is none."""
    (folder / "store").mkdir()
    with cluster(folder / "store") as store:
        sender = _Sender(store.endpoint)
        ours: list[tuple[float, float]] = []
        theirs: list[tuple[float, float]] = []
        for _ in range(ROUNDS + 1):  # the first is not counted: it makes the volumes
            ours.append(sender.round(COUNT))
            if boto.exists():
                theirs.append(_boto(boto, store.endpoint))
        yield from _rates(SEND, [took[0] for took in ours[1:]], [took[0] for took in theirs[1:]])
        yield from _rates("Receive", [took[1] for took in ours[1:]], [took[1] for took in theirs[1:]])
        seconds, _ = sender.round(FIRST)
        yield from _first(seconds)
        yield _nothing_new(store.port, sender.number)


def _rates(what: str, ours: Sequence[float], theirs: Sequence[float]) -> Iterator[Figure]:
    """Yield how many pieces a second; sending has a limit."""
    rate = COUNT / median(ours)
    yield Figure(
        what=f"{what} pieces of 16 KiB, two copies",
        entries=COUNT,
        value=f"{rate:,.0f} a second",
        limit=f"{AT_LEAST}/s" if what == SEND else "",
        reached=rate >= AT_LEAST if what == SEND else None,
    )
    if theirs:
        other = COUNT / median(theirs)
        yield Figure(
            what=f"… beside boto3 with as many threads, {other:,.0f} a second",
            entries=COUNT,
            value=f"{rate:,.0f} a second",
            ratio=rate / other,
            to="boto3",
            limit=times(AT_LEAST_BOTO) if what == SEND else "",
            reached=rate / other >= AT_LEAST_BOTO if what == SEND else None,
        )


def _first(seconds: float) -> Iterator[Figure]:
    yield Figure(what="A first sending", entries=FIRST, value=f"{seconds:,.0f} s")
    for more in (10, 100):
        minutes = seconds * more / 60
        yield Figure(what="… reckoned from that", entries=FIRST * more, value=f"{minutes:,.0f} minutes")


def _nothing_new(port: int, last: int) -> Figure:
    with proxy(port) as between:
        bucket = Bucket(objects_at(between.endpoint), b"")
        seconds = timed(lambda: bucket.numbers(PLACE, last))
        asked = len(between.requests)
    return Figure(
        what=f"Nothing new, {ms(seconds)}",
        entries=FIRST + (ROUNDS + 1) * COUNT,
        value=counted(asked, "request", "requests"),
        limit="1",
        reached=asked == 1,
    )


class _Sender:
    """Sends one consignment after the other, and receives each."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self.number = 0

    def round(self, count: int) -> tuple[float, float]:
        """Return the seconds that sending took, its manifest included, and receiving."""
        self.number += 1
        bucket = Bucket(objects_at(self._endpoint), secrets.token_bytes(32))
        pieces = [Piece(f"{number:032x}", os.urandom(BYTES), 0) for number in range(count)]
        listed: list[Listed] = []

        def finish(all_of_them: Sequence[Listed]) -> Signed:
            listed.extend(all_of_them)
            return Signed(bytes(200 * count), b"a\nb\nc\nd\n")

        sent = timed(lambda: bucket.send(PLACE, self.number, pieces, finish, lambda _: None))
        start = time.perf_counter()
        missing = sum(data is None for _, data in bucket.pieces(PLACE, self.number, listed))
        if missing:
            raise SystemExit(f"{missing} of {count} pieces did not come back")
        return sent, time.perf_counter() - start


def _boto(python: Path, endpoint: str) -> tuple[float, float]:
    done = subprocess.run(
        [python, _BOTO, endpoint, BUCKET, *map(str, (COUNT, BYTES, THREADS))],
        env={"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_EC2_METADATA_DISABLED": "true"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    put, get = done.stdout.split()
    return float(put), float(get)
