"""What tests of backups do in processes of their own, which are killed."""

import itertools
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from kiosk.vault.durable import Disk
from tests.kiosk.forking import forked
from tests.kiosk.upkeep.kept import Kept, page
from tests.kiosk.vault.helpers import always

CHANGING = ("write", "link", "rename", "unlink", "make_folder")
"""A kill between two flushes leaves what a kill before the first one leaves."""


class KillingDisk(Disk):
    """Kills its process before a call that changes the disk, by number. Shelves count once."""

    def __init__(self, number: int) -> None:
        self.left = number


def _counted(name: str) -> Callable[..., Any]:
    def call(self: KillingDisk, *args: Any) -> Any:
        if name != "make_folder" or len(args[0].name) != 2 or args[0].name == "7f":
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            self.left -= 1
        return getattr(Disk, name)(self, *args)

    return call


for _name in CHANGING:
    setattr(KillingDisk, _name, _counted(_name))


def sweep(step: Callable[[Path, Disk], object], start: Path, folder: Path) -> list[Path]:
    """Kill a step before every third of its calls, or each with TORTURE, each in a copy of `start`.

    Return the copies, of which the last is one in which it came to its end.
    """
    for number in itertools.count(step=1 if "TORTURE" in os.environ else 3):
        place = folder / f"{number:04d}"
        shutil.copytree(start, place)
        child = forked()
        if child == 0:
            step(place, KillingDisk(number))
            os._exit(0)
        if os.waitpid(child, 0)[1] == 0:
            break
    return sorted(folder.iterdir())


@contextmanager
def busy(root: Path) -> Iterator[IO[str]]:
    """Let a process save, amend and erase, and read from it what is done."""
    read, write = os.pipe()
    child = forked()
    if child == 0:
        _saves(root, write)
    os.close(write)
    try:
        with open(read, encoding="ascii") as told:  # noqa: PTH123 - a descriptor is no path
            yield told
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _saves(root: Path, write: int) -> None:
    kept = Kept(root, set_up=False)
    for number in itertools.count(100):
        entry_id = f"{number:032x}"
        kept.vault.save(entry_id, "n", page())
        done = "saved"
        if number % 3 == 1:
            kept.vault.add_page(entry_id, always(page()))
            done = "amended"
        if number % 3 == 2:
            kept.vault.erase(entry_id)
            done = "erased"
        os.write(write, f"{done} {entry_id}\n".encode())
