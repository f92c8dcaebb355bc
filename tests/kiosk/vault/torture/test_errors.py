"""One call after another fails, once or from then on, in the ways a disk fails."""

import copy
import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiosk.vault.durable import Disk
from tests.kiosk.vault.torture.ledger import check
from tests.kiosk.vault.torture.recording import read_tree, write_tree
from tests.kiosk.vault.torture.scenes import SCENES, Actor, prepared
from tests.kiosk.vault.torture.size import Size

ERRORS = (errno.EIO, errno.ENOSPC, errno.EROFS)


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


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("scene", ["first_save", "everything", "purge", "move", "take_in"])
def test_a_call_that_fails_is_told_and_costs_nothing_else(
    room: Path, scene: str, lasting: bool, size: Size, record_property: Callable[[str, object], None]
) -> None:
    """In the short form each call fails in one way once, and in another from then on."""
    root = room / "disk"
    root.mkdir()
    before = prepared(root / "home", scene)
    base = read_tree(root)
    counting, failed, refused = FailingDisk(), 0, 0
    SCENES[scene](Actor(root / "home", before.hears, disk=counting))
    before = prepared(room / "again", scene)
    for which in _calls(counting.count, scene, size):
        for number in ERRORS if size.every_call else [ERRORS[(which + lasting) % 3]]:
            write_tree(root, base)
            disk, ledger = FailingDisk(), copy.deepcopy(before)
            disk.which, disk.number, disk.lasting = which, number, lasting
            actor = Actor(root / "home", ledger.hears, disk=disk, refusals=True, lasting=lasting)
            what = f"{errno.errorcode[number]} from call {which} of {counting.count}"
            try:
                SCENES[scene](actor)
                refused += actor.refused
                disk.which, disk.lasting = -1, False
                _is_well_again(actor)
            except Exception as error:
                error.add_note(what)
                raise
            check(root / "home", ledger, what, go_on=failed % size.go_on_every == 0)
            failed += 1
    assert refused > 3
    record_property("errors", failed)


def _is_well_again(actor: Actor) -> None:
    """Once the disk is well, the same vault goes on: nothing of this may be refused."""
    before = actor.refused
    actor.save(21, "afterwards", source="paper")
    actor.amend(21, "and more")
    actor.mark(21, "Eve")
    actor.erase(21)
    assert actor.refused == before


def _calls(count: int, scene: str, size: Size) -> list[int]:
    """Return which calls fail: of the 256 that a first save makes alike, every n-th."""
    edge = 16
    alike = range(edge, count - edge) if scene == "first_save" else range(0)
    return [which for which in range(1, count + 1) if which not in alike or which % size.every_folder == 0]
