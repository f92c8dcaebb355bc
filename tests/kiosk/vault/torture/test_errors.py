"""One call after another fails, once or from then on, in the ways a disk fails."""

import copy
import errno
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from kiosk.vault.durable import DISK, Disk
from tests.kiosk.vault.torture.ledger import Ledger, check
from tests.kiosk.vault.torture.recording import read_tree, write_tree
from tests.kiosk.vault.torture.scenes import SCENES, Actor, adopt, prepared
from tests.kiosk.vault.torture.size import SIZE, Size

ERRORS = (errno.EIO, errno.ENOSPC, errno.EROFS)
Record = Callable[[str, object], None]


class FailingDisk(Disk):
    """Counts its calls; fails the n-th of them, or all from the n-th on."""

    def __init__(self) -> None:
        self.count = 0
        self.which = -1
        self.number = errno.EIO
        self.lasting = False

    def write(self, descriptor: int, data: bytes | memoryview, offset: int) -> int:
        """A write that fails leaves half of its bytes behind."""
        try:
            self.counts()
        except OSError:
            super().write(descriptor, data[: len(data) // 2], offset)
            raise
        return super().write(descriptor, data, offset)

    def counts(self) -> None:
        self.count += 1
        if self.count == self.which or (self.lasting and self.count > self.which):
            raise OSError(self.number, os.strerror(self.number))


def _counted(name: str) -> Callable[..., Any]:
    def call(self: FailingDisk, *arguments: Any) -> Any:
        self.counts()
        return getattr(Disk, name)(self, *arguments)

    return call


for _name in vars(Disk):
    if not _name.startswith("_") and _name != "write":
        setattr(FailingDisk, _name, _counted(_name))


class FailingReads:
    """Counts what is read past the disk: a part of a file, a folder, or what a name stands for."""

    CALLS = ("pread", "scandir", "stat", "lstat")

    def __init__(self) -> None:
        self.count = dict.fromkeys(self.CALLS, 0)
        self.which = ("", 0)
        self.number = errno.EIO

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Fail the n-th call of one of them."""
        with ExitStack() as patched:
            for name in self.CALLS:
                patched.enter_context(mock.patch.object(os, name, self._counted(name)))
            yield

    def _counted(self, name: str) -> Callable[..., Any]:
        reads = getattr(os, name)

        def call(*arguments: Any, **named: Any) -> Any:
            self.count[name] += 1
            if self.which == (name, self.count[name]):
                raise OSError(self.number, os.strerror(self.number))
            return reads(*arguments, **named)

        return call


class Stage:
    """A home that is put back to where a scene starts, and what was judged of it."""

    def __init__(self, room: Path, scene: str, size: Size) -> None:
        self.root = room / "disk"
        self.root.mkdir()
        self._scene, self._size = SCENES[scene], size
        self._before = prepared(self.root / "home", scene)
        self._base = read_tree(self.root)
        self._sound = set[int]()
        self.failed = self.refused = 0

    def plays(
        self, disk: Disk = DISK, *, lasting: bool = False, reads: AbstractContextManager[None] | None = None
    ) -> tuple[Ledger, Actor]:
        write_tree(self.root, self._base)
        ledger = copy.deepcopy(self._before)
        with reads or nullcontext():
            actor = Actor(self.root / "home", ledger.hears, disk=disk, refusals=True, lasting=lasting)
            self._scene(actor)
        self.refused += actor.refused
        return ledger, actor

    def holds(self, ledger: Ledger, what: str) -> None:
        """Check the home; one that is as another was found sound is sound as well. Raises LostError."""
        self.failed += 1
        state = hash((repr(ledger.entries), frozenset(read_tree(self.root).items())))
        if state not in self._sound:
            go_on = len(self._sound) % self._size.go_on_every == 0
            self._sound.add(state)
            check(self.root / "home", ledger, what, go_on=go_on)


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("scene", [scene for scene in SIZE.killed if scene != adopt.__name__])
def test_a_call_that_fails_is_told_and_costs_nothing_else(
    room: Path, scene: str, lasting: bool, size: Size, record_property: Record
) -> None:
    """In the short form each call fails in one way once, and in another from then on.

    Where rows are brought back nothing is acknowledged, and so nothing is refused.
    """
    stage, counting = Stage(room, scene, size), FailingDisk()
    stage.plays(counting)
    for which in range(1, counting.count + 1):
        for number in ERRORS if size.every_call else [ERRORS[(which + lasting) % 3]]:
            disk = FailingDisk()
            disk.which, disk.number, disk.lasting = which, number, lasting
            with _named(what := f"{errno.errorcode[number]} from call {which} of {counting.count}"):
                ledger, actor = stage.plays(disk, lasting=lasting)
                disk.which, disk.lasting = -1, False
                _is_well_again(actor)
            stage.holds(ledger, what)
    assert stage.refused > 3
    record_property("errors", stage.failed)


def test_a_read_that_fails_is_told_and_costs_nothing_else(
    room: Path, size: Size, record_property: Record
) -> None:
    """The short form fails each read of a part and of a folder in one way, and one of eight of the rest."""
    stage, counting = Stage(room, "everything", size), FailingReads()
    stage.plays(reads=counting.counting())
    for name, count in counting.count.items():
        few = name in ("stat", "lstat") and not size.every_call
        for which in range(1, count + 1, 8 if few else 1):
            for number in ERRORS if size.every_call else [ERRORS[which % 3]]:
                reads = FailingReads()
                reads.which, reads.number = (name, which), number
                with _named(what := f"{errno.errorcode[number]} from {name} {which} of {count}"):
                    ledger, actor = stage.plays(reads=reads.counting())
                    _is_well_again(actor)
                stage.holds(ledger, what)
    assert stage.refused > 3
    record_property("errors", stage.failed)


@contextmanager
def _named(what: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        error.add_note(what)
        raise


def _is_well_again(actor: Actor) -> None:
    """Once the disk is well, the same vault goes on: nothing of this may be refused."""
    before = actor.refused
    actor.save(21, "afterwards", source="paper")
    actor.amend(21, "and more")
    actor.mark(21, "Eve")
    actor.erase(21)
    assert actor.refused == before
