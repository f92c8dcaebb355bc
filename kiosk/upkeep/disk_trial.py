"""Whether a disk is fit to be the home's: it takes what saving takes, or a sentence says what is missing."""

import errno
from pathlib import Path

import msgspec

from kiosk.errors import SettingsError
from kiosk.vault import durable
from kiosk.vault.durable import DISK, Disk, Step

_PASSING = {
    errno.ENOSPC: "is full, or can hold no more files. Free some space.",
    errno.EDQUOT: "is full for this user: the quota is used up. Free some space, or ask for a larger quota.",
    errno.EROFS: "is read-only. Mount it for writing; if it became read-only by itself, it may be failing.",
    errno.EIO: "reports input or output errors, so it is failing. Make a backup, and replace it.",
}
"""What may be so today, by its error: the end of a sentence on a disk."""
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
        return Lack(f"The disk of {root} {_PASSING[error.errno]}", lasting=False)
    if step == "write":
        return Lack(f"Nothing can be written in {root}: {error.strerror}.", lasting=True)
    return Lack(f"The disk of {root} {_LACKS[step]} ({error.strerror}). {_USE}", lasting=True)


def require_fit(root: Path, *, lasting: bool = False, disk: Disk = DISK) -> None:
    """Raise SettingsError where something is missing; with `lasting`, only what no room made would mend."""
    found = lack(root, disk=disk)
    if found is not None and (found.lasting or not lasting):
        raise SettingsError(found.says)
