"""The files of the staff keys: what they hold, and how they are read and changed.

One file for each member of staff, `staff/<16 random hexadecimal digits>.json`, holds the name, the role, the
salt, the costs of argon2id, the venue's age identity sealed to the key that the passphrase stretches to, and
the public half of that key. A name is never a path. Who changes any of these files holds `changing`.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec

from kiosk.errors import StaffError
from kiosk.seal import Costs
from kiosk.text import one_line, same_name
from kiosk.vault import durable
from kiosk.vault.durable import DISK, Disk

NAME_LIMIT = 60
SALT_BYTES = 16
ANEW = "anew"
"""Beside the keys while what an older key opens waits to be sealed anew: see `kiosk.desk.restoring`."""
CHANGE = "change"
"""Beside the keys while the venue's key is changed: see `kiosk.desk.rekey`."""

Role = Literal["staff", "lead"]
LEAD: Final = "lead"
"""Who may also manage staff, settings and erasing."""

_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_Salt = Annotated[bytes, msgspec.Meta(min_length=SALT_BYTES)]


class StaffKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One member of staff's wrapped copy of the venue key."""

    version: Literal[2] = 2
    name: str
    role: Role
    salt: _Salt
    costs: Costs
    recipient: str
    """The public half of what the passphrase stretches to: a new venue key is sealed to it. It is empty in a
    file that was of version 1, until its owner unlocks."""
    sealed: bytes
    """The venue's age identity, an age file; while the key is changed two, one a line."""


class _Version1(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The shape before there were roles."""

    version: Literal[1] = 1
    name: str
    salt: _Salt
    costs: Costs
    sealed: bytes


class _Versioned(msgspec.Struct, frozen=True):
    version: int = 1


def keys(folder: Path) -> dict[Path, StaffKey]:
    """Return the keys that read as one, by file. Raises StaffError where there are files and none does."""
    found, damage = _read(folder)
    if damage and not found:
        raise damage[0]
    return found


def find(folder: Path, name: str) -> tuple[Path, StaffKey]:
    """Return somebody's file and key. Raises StaffError where nobody has that name, or a file is damaged."""
    wanted = one_line(name, NAME_LIMIT)
    found, damage = _read(folder)
    for file, key in found.items():
        if same_name(wanted, key.name):
            return file, key
    if damage:
        raise damage[0]  # it may be theirs
    raise StaffError("Nobody of that name can unlock this desk. Choose a name from the list.")


def file_id(folder: Path, name: str) -> str:
    """Return what tells one member of staff's file from others for good; empty where nobody has that name."""
    wanted = one_line(name, NAME_LIMIT)
    return next((file.stem for file, key in _read(folder)[0].items() if same_name(wanted, key.name)), "")


def write(file: Path, key: StaffKey, *, disk: Disk = DISK) -> None:
    """Put a staff key in the place of the one that a file holds, in one step. Hold `changing`."""
    durable.replace(file, msgspec.json.encode(key), disk=disk)


def fill_in(file: Path, key: StaffKey, recipient: str) -> None:
    """Complete a file that was of version 1. The next unlock tries again where that does not work now."""
    with suppress(OSError, StaffError), changing(file.parent):
        if _decoded(file.read_bytes()) == key:
            write(file, msgspec.structs.replace(key, recipient=recipient))


@contextmanager
def changing(folder: Path) -> Iterator[None]:
    """Change staff keys, and let nobody else change them meanwhile.

    Raises StaffError where somebody does, or the disk fails.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StaffError("The staff keys are being changed at this moment. Try again later.") from error
        yield
    except OSError as error:
        raise StaffError(
            f"The staff keys could not be changed: {error.strerror or type(error).__name__}. "
            "Look who can unlock, and try again."
        ) from error
    finally:
        os.close(descriptor)


def _read(folder: Path) -> tuple[dict[Path, StaffKey], list[StaffError]]:
    """Return the keys that read as one, and what to say of each file that does not."""
    found: dict[Path, StaffKey] = {}
    damage = []
    for file in sorted(folder.glob("*.json")):
        try:
            found[file] = _decoded(file.read_bytes())
        except (*_UNREADABLE, OSError) as error:
            unreadable = StaffError(
                f"The staff key {file} cannot be read. Move it away and add the person again."
            )
            unreadable.__cause__ = error
            damage.append(unreadable)
    return found, damage


def _decoded(data: bytes) -> StaffKey:
    if msgspec.json.decode(data, type=_Versioned).version == 1:
        return _from_version_1(msgspec.json.decode(data, type=_Version1))
    return msgspec.json.decode(data, type=StaffKey)


def _from_version_1(key: _Version1) -> StaffKey:
    """Return a key of version 1 as one of version 2: whoever could unlock could do everything."""
    return StaffKey(name=key.name, role=LEAD, salt=key.salt, costs=key.costs, recipient="", sealed=key.sealed)
