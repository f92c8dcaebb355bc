"""What tests of backups run in their own process: `python -m tests.kiosk.cli.upkeep_workers VERB …`."""

import itertools
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kiosk.home import Home
from kiosk.upkeep.backup import back_up
from kiosk.upkeep.restore import restore
from kiosk.vault.durable import Disk
from tests.kiosk.upkeep.kept import VENUE, Kept, page
from tests.kiosk.vault.helpers import NOON, always

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


def sweep(step: Callable[[Path, Disk], object], start: Path, folder: Path) -> None:
    """Kill the step before every third of its calls, or each with TORTURE, each in a copy of `start`."""
    for number in itertools.count(step=1 if "TORTURE" in os.environ else 3):
        place = folder / f"{number:04d}"
        shutil.copytree(start, place)
        child = os.fork()
        if child == 0:
            step(place, KillingDisk(number))
            os._exit(0)
        if os.waitpid(child, 0)[1] == 0:
            return


def busy(root: Path) -> None:
    """Save, amend and erase until killed, telling what is done."""
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
        sys.stdout.write(f"{done} {entry_id}\n")
        sys.stdout.flush()


def main() -> None:
    match sys.argv[1:]:
        case ["busy", root]:
            busy(Path(root))
        case ["kill-backups", start, folder]:
            sweep(
                lambda place, disk: back_up(Home(place / "home"), place / "stick", VENUE, NOON, disk=disk),
                Path(start),
                Path(folder),
            )
        case ["kill-restores", start, backup, folder]:
            sweep(
                lambda place, disk: restore(Home(place / "home"), Path(backup), disk=disk),
                Path(start),
                Path(folder),
            )


if __name__ == "__main__":
    main()
