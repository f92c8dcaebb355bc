"""Whether a disk is fit to be the home's: it takes what saving takes, or a sentence says what is missing."""

import errno
from pathlib import Path

import msgspec

from kiosk.errors import SettingsError
from kiosk.os_errors import FULL, explained
from kiosk.vault import durable
from kiosk.vault.durable import DISK, Disk, Step

_PASSING = (*FULL, errno.EROFS, errno.EIO)
"""What may be so today."""
_LACKS: dict[Step, str] = {
    "lock": "has no file locks (flock), so two programs could change the same file at once",
    "link": "has no hard links, so no entry could be saved",
    "rename": "cannot rename files, so no entry could be saved",
    "flush": "cannot confirm that files are written, so entries could be lost in a power cut",
    "remove": "cannot remove files, so nothing could be deleted",
}
_USE = "Use a disk with ext4, XFS or Btrfs. FAT, exFAT and some network shares cannot be used."


class Lack(msgspec.Struct, frozen=True):
    """What is missing."""

    says: str
    """A sentence, with what to do."""
    lasting: bool
    """Whether it stays so whatever is done to the disk: nothing can ever be saved there."""


def lack(root: Path, *, disk: Disk = DISK) -> Lack | None:
    """Try once, in a folder or above it, all that saving takes; return what is missing. It leaves nothing."""
    failed = durable.try_all(root, disk=disk)
    if failed is None:
        return None
    step, error = failed
    if error.errno in _PASSING:
        return Lack(explained(error, root, "Nothing can be saved."), lasting=False)
    if step == "write":
        return Lack(explained(error, root, "Nothing can be written there."), lasting=True)
    return Lack(f"The disk of {root} {_LACKS[step]}. {_USE}", lasting=True)


def require_fit(root: Path, *, lasting: bool = False, disk: Disk = DISK) -> None:
    """Raise SettingsError where something is missing; with `lasting`, only what no room made would mend."""
    found = lack(root, disk=disk)
    if found is not None and (found.lasting or not lasting):
        raise SettingsError(found.says)
