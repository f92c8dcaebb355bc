"""A removable disk that somebody carries from one place to another. What lies on it is as in a folder.

It may be FAT32, exFAT or a file system of Linux. A stick that is plugged in and mounted is found by itself,
and is used as long as it is mounted there: the mount point of one that was pulled out is none.

When `send` returns, each file was flushed, with the folder that it is in, and read back past this machine's
memory. That is what "You may take the stick out now" rests on: a drive that says it has flushed, and has not,
deceives anybody. Nothing is unmounted; a stick that is only pulled out keeps what was flushed.
"""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from kiosk.devices import mounts
from kiosk.devices.mounts import Disks
from kiosk.errors import CarrierError
from kiosk.places.carrier import Finish, Piece, Step
from kiosk.places.folder import FolderCarrier, mark_of, use_folder
from kiosk.text import shown
from kiosk.vault.durable import DISK, Disk


class Stick(NamedTuple):
    """A removable disk that is mounted."""

    folder: Path
    label: str
    """What people call it: its own name."""
    free: int
    """Bytes that it has room for."""
    read_only: bool


def sticks(disks: Disks = mounts.disks, *, disk: Disk = DISK) -> list[Stick]:
    """Return the removable disks that are there, the oldest first."""
    found = []
    for mount in disks():
        with suppress(OSError):  # pulled out this moment
            found.append(
                Stick(mount.folder, shown(mount.folder.name), disk.free(mount.folder), mount.read_only)
            )
    return found


class StickCarrier(FolderCarrier):
    """A stick, from when it is chosen: a `kiosk.places.carrier.Carrier`."""

    def __init__(self, folder: Path, place: str, *, disks: Disks = mounts.disks, disk: Disk = DISK) -> None:
        super().__init__(folder, place, "", name=shown(folder.name), disk=disk)
        self._disks = disks

    def send(self, place: str, number: int, pieces: Iterable[Piece], finish: Finish, step: Step) -> None:
        """Write a consignment, as into a folder; the stick is marked first where this place never used it."""
        self._look("Nothing was sent.")
        use_folder(self.folder, self.place, disk=self.disk)
        super().send(place, number, pieces, finish, step)

    def _look(self, outcome: str) -> tuple[int, str]:
        with self._explaining(outcome):
            if all(mount.folder != self.folder for mount in self._disks()):
                raise CarrierError(
                    f"The stick {self.name} is not plugged in. {outcome} Plug it in and try again."
                )
            return self.folder.stat().st_dev, mark_of(self.folder, self.place)

    def _another(self, outcome: str) -> str:
        return f"The stick {self.name} was exchanged for another one. {outcome} Try again with one stick."
