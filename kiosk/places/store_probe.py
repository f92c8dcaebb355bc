"""Whether a store is one that can be used: tried with objects of its own, which are removed again."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Barrier, BrokenBarrierError
from typing import NamedTuple

from kiosk.errors import CarrierError, TakenError
from kiosk.language import duration
from kiosk.places.in_order import InOrder, Wait
from kiosk.places.objects import Objects
from kiosk.places.store_faults import DENIED

RACES = 5
"""How many times two threads try to be the first."""
CLOCK_MOST = timedelta(minutes=5)
"""How far clocks may be apart. A store takes no request that is 15 minutes off."""
_MEET = 5.0
"""Seconds that one thread waits for the other."""
_ASK = "Ask whoever runs the store"


class Tried(NamedTuple):
    """What one trial came to."""

    what: str
    good: bool | None
    """None where it can be used, and somebody should look at it."""
    says: str
    """What it is like, and what to do where it is not well."""


def try_store(objects: Objects, place: str, now: Callable[[], datetime]) -> Iterator[Tried]:
    """Yield what each trial came to; the first that fails for another reason than its own is the last.

    `place` is whose prefix is used, and `now` gives this machine's time. Only what was written by itself is
    removed.
    """
    trial = _Trial(objects, place, now)
    what = ""
    try:
        for what, act in trial.acts():
            yield Tried(what, *act())
    except CarrierError as error:
        yield Tried(what, False, str(error))
    finally:
        trial.clear()


_Came = tuple[bool | None, str]


class _Trial:
    def __init__(self, objects: Objects, place: str, now: Callable[[], datetime]) -> None:
        self._objects = objects
        self._now = now
        self._place = place
        self._below = f"v1/{place}/trial/{secrets.token_hex(8)}"
        self._made: list[str] = []

    def acts(self) -> Iterator[tuple[str, Callable[[], _Came]]]:
        yield "Connection", self._reach
        yield "Writing", self._write
        yield "Clock", self._clock
        yield "Old versions", self._versions
        yield "One writer", self._race
        yield "Listing", self._list
        yield "Other places", self._elsewhere
        yield "Deleting", self._delete

    def clear(self) -> None:
        """Remove what is left; where that fails, it was told already."""
        with suppress(CarrierError):
            self._objects.remove(self._made)

    def _path(self, name: str) -> str:
        self._made.append(f"{self._below}/{name}")
        return self._made[-1]

    def _reach(self) -> _Came:
        self._objects.names(self._below, "")
        return True, "The store answers, and knows this machine's key."

    def _write(self) -> _Came:
        data = secrets.token_bytes(16_384)
        before = self._now()
        self._version = self._objects.create(self._path("data"), data).version
        after = self._now()
        found = self._objects.look(self._made[-1], len(data))
        if found is None or found.data != data:
            return False, "What was written does not come back. Use another store."
        self._apart = before + (after - before) / 2 - found.modified
        return True, "What was written comes back."

    def _clock(self) -> _Came:
        if abs(self._apart) <= CLOCK_MOST:
            return True, "This machine and the store have the same time."
        by = duration(round(abs(self._apart).total_seconds()) // 60 * 60)
        way = "ahead of" if self._apart > timedelta(0) else "behind"
        return False, f"This machine's clock is {by} {way} the store's. Set this machine's clock."

    def _versions(self) -> _Came:
        if self._version is None:
            return True, "The bucket keeps no old versions."
        return False, (
            "The bucket keeps old versions, so what is deleted there stays. "
            f"{_ASK} to switch versions off for it and to delete the old ones, or for a new bucket."
        )

    def _race(self) -> _Came:
        for number in range(RACES):
            first = self._raced(self._path(f"race-{number}"))
            if first is None:
                return False, (
                    "The store lets two write the same object, and keeps one of them. Use another store, or "
                    "a newer version of it: it must write an object only where there is none."
                )
        return True, "Of two who write the same object, the store refuses the second."

    def _raced(self, path: str) -> bytes | None:
        """Return who of two was the first, and None where both were, or the store has it otherwise."""
        start = Barrier(2)

        def write(name: bytes, _wait: Wait) -> bool:
            try:
                start.wait(_MEET)
            except BrokenBarrierError as error:
                raise CarrierError("This machine has too much to do at the moment. Try again.") from error
            try:
                self._objects.create(path, name)
            except TakenError:
                return False
            return True

        came = InOrder[bytes, bool](write, 2, len).of([b"one", b"two"])
        first = [name for name, is_first in came if is_first]
        return first[0] if len(first) == 1 and self._objects.read(path, 9) == first[0] else None

    def _list(self) -> _Came:
        made = sorted(self._made)
        listed = self._objects.names(self._below, "")
        later = self._objects.names(self._below, made[0])
        if (listed, later) != (made, made[1:]):
            return (
                False,
                "The store does not list what is there, in order and from a name on. Use another store.",
            )
        return True, "What was written is listed."

    def _elsewhere(self) -> _Came:
        path = f"v1/{secrets.token_hex(8)}/trial/{secrets.token_hex(8)}"
        try:
            self._objects.create(path, b"")
        except CarrierError as error:
            if str(error) != DENIED.says:
                raise
            return True, "This machine's key can write for this place only."
        self._made.append(path)
        return None, (
            f"This machine's key can write for other places, too. {_ASK} for one that writes and deletes "
            f"below v1/{self._place}/ only."
        )

    def _delete(self) -> _Came:
        self._objects.remove(self._made)
        left = [path for path in self._made if self._objects.read(path, 1 << 20) is not None]
        if left:
            return False, "What is deleted is still there. Use another store."
        self._made.clear()
        return True, "What was written for this trial is deleted."
