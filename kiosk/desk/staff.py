"""Staff keys: the venue's private key, wrapped once for each member of staff under a passphrase.

One file for each, `staff/<16 random hexadecimal digits>.json`, holds the name, the role, the salt, the costs
of argon2id, the venue's age identity sealed to the key that the passphrase stretches to, and the public half
of that key. A name is never a path. Who changes any of these files holds `changing`.

`staff/older.age` holds the identities that the venue had before, sealed to the one it has now, so that
whoever opens that one opens what is still sealed to them (`kiosk.desk.rekey`).

A role is no secret and no lock: both roles hold the venue's key. It keeps people from doing by mistake what
is not theirs to do.
"""

import fcntl
import os
import secrets
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec

from kiosk import seal
from kiosk.desk import passphrase as passphrases
from kiosk.errors import DeskError, LeadNeededError, PassphraseError, SealError, StaffError
from kiosk.seal import Costs
from kiosk.text import one_line
from kiosk.vault import durable
from kiosk.vault.durable import DISK, Disk

NAME_LIMIT = 60
PASSPHRASE_LEAST = 8
SALT_BYTES = 16
OLDER = "older.age"
ANEW = "anew"
"""Beside the keys while what an older key opens waits to be sealed anew: see `kiosk.desk.restoring`."""
CHANGE = "change"
"""Beside the keys while the venue's key is changed: see `kiosk.desk.rekey`."""

Note = Callable[[str], object]
"""Told a name once all is checked, and before anything is changed; what it raises stops that."""

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


@dataclass(frozen=True)
class Member:
    """One who can unlock."""

    name: str
    role: Role


@dataclass(frozen=True)
class Unlocked:
    """What a passphrase opened. Holds the venue's private key: never log it."""

    name: str
    role: Role
    identity: str = field(repr=False)
    """The venue's age identities, one a line: the one to seal with, then those that open what is older."""


def add(
    folder: Path,
    name: str,
    passphrase: str,
    venue_identity: str,
    *,
    role: Role = "staff",
    venue_name: str = "",
    note: Note = lambda _name: None,
    costs: Costs | None = None,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> str:
    """Wrap the venue key for one more member of staff and return the name as it is kept.

    `venue_identity` is one, as `require_venue` gives it. Raises StaffError for an empty or taken name,
    PassphraseError for a passphrase that is too short or too easy to guess.
    """
    kept = require_free(folder, name)
    check_new(passphrase, kept, venue_name)
    key = _wrapped(kept, role, passphrase, venue_identity, costs or Costs(), random_bytes(SALT_BYTES))
    durable.make_folders(folder)
    with changing(folder):
        require_free(folder, kept)
        note(kept)
        durable.create_once(folder / f"{random_bytes(8).hex()}.json", msgspec.json.encode(key))
    return kept


def unlock(folder: Path, name: str, passphrase: str) -> str:
    """Return the venue's age identities, one a line; nearly always there is one. Raises as `enter` does."""
    return enter(folder, name, passphrase).identity


def enter(folder: Path, name: str, passphrase: str) -> Unlocked:
    """Return who unlocks with a passphrase, and the venue's identities.

    Raises StaffError where nobody has that name or their file is damaged, PassphraseError where the
    passphrase is wrong, DeskError where the machine is short of memory.
    """
    file, key = _find(folder, name)
    wrapping, identities = _open(key, passphrase)
    if not key.recipient:
        _fill_in(file, key, seal.recipient_of(wrapping))
    return Unlocked(key.name, key.role, with_older(folder, identities))


def change_passphrase(
    folder: Path,
    name: str,
    passphrase: str,
    new: str,
    *,
    venue_name: str = "",
    note: Note = lambda _name: None,
    costs: Costs | None = None,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> str:
    """Wrap somebody's copy of the venue key under another passphrase, and return their name.

    Raises as `enter` does, and PassphraseError where the new one is too short or too easy to guess.
    """
    _open(_find(folder, name)[1], passphrase)
    with changing(folder):
        file, key = _find(folder, name)
        _, identities = _open(key, passphrase)
        check_new(new, key.name, venue_name)
        changed = _wrapped(key.name, key.role, new, identities, costs or Costs(), random_bytes(SALT_BYTES))
        note(key.name)
        write(file, changed)
    return key.name


def set_role(folder: Path, name: str, role: Role, *, note: Note = lambda _name: None) -> str:
    """Give one member of staff a role and return the name. Raises StaffError, also for the last lead."""
    _find(folder, name)
    with changing(folder):
        file, key = _find(folder, name)
        if role != LEAD:
            _require_another_lead(folder, key)
        note(key.name)
        write(file, msgspec.structs.replace(key, role=role))
    return key.name


def remove(folder: Path, name: str, *, note: Note = lambda _name: None) -> str:
    """Take one member of staff's key away and return the name.

    Raises StaffError where there is none of that name, or no other who could unlock, or no other lead.
    """
    _find(folder, name)
    with changing(folder):
        file, key = _find(folder, name)
        if len(keys(folder)) == 1:
            raise StaffError(
                f"{key.name} is the last who can unlock this desk. Add another member of staff first."
            )
        _require_another_lead(folder, key)
        note(key.name)
        drop(file)
    return key.name


def drop(file: Path, *, disk: Disk = DISK) -> None:
    """Remove a staff file for good: not even a power cut brings it back."""
    disk.unlink(file)
    durable.flush_folder(file.parent, disk=disk)


def names(folder: Path) -> tuple[str, ...]:
    """Return the names of those who can unlock, in alphabetical order.

    A damaged file hides one person, not the desk. Raises StaffError where files are there and none is good.
    """
    return tuple(member.name for member in members(folder))


def members(folder: Path) -> tuple[Member, ...]:
    """Return who can unlock, in alphabetical order. Raises StaffError where every file is damaged."""
    every = (Member(one_line(key.name, NAME_LIMIT), key.role) for key in keys(folder).values())
    return tuple(sorted(every, key=lambda member: member.name.casefold()))


def is_lead(folder: Path, name: str) -> bool:
    """Tell whether somebody is a lead now. Raises StaffError where every file is damaged."""
    return any(member.role == LEAD and same(name, member.name) for member in members(folder))


def require_lead_now(folder: Path, name: str) -> None:
    """Raise LeadNeededError unless somebody is still a lead: it may have changed since they unlocked."""
    if not is_lead(folder, name):
        raise LeadNeededError("Only a lead may do this, and you are no longer one.")


def kept_name(folder: Path, name: str) -> str:
    """Return a name as it is kept. Raises StaffError where nobody has it."""
    return _find(folder, name)[1].name


def file_id(folder: Path, name: str) -> str:
    """Return what tells one member of staff's file from others for good; empty where nobody has that name."""
    wanted = one_line(name, NAME_LIMIT)
    return next((file.stem for file, key in _read(folder)[0].items() if same(wanted, key.name)), "")


def require_free(folder: Path, name: str) -> str:
    """Return a new name as it would be kept. Raises StaffError where it is empty or taken."""
    kept = one_line(name, NAME_LIMIT)
    if not kept:
        raise StaffError("Enter the name of the member of staff.")
    if any(same(kept, key.name) for key in keys(folder).values()):
        raise StaffError(f"{kept} can already unlock this desk. Choose another name.")
    return kept


def check_new(passphrase: str, name: str, venue_name: str = "") -> None:
    """Raise PassphraseError, with what to do, where a new passphrase is too short or too easy to guess."""
    if len(passphrase) < PASSPHRASE_LEAST:
        raise PassphraseError(f"Choose a passphrase of at least {PASSPHRASE_LEAST} characters.")
    _composed(passphrase)
    passphrases.require_good(passphrase, name, venue_name)


def require_venue(identity: str, venue_key: str) -> str:
    """Return that of the unlocked identities which is the private half of the venue's key in the settings.

    Raises StaffError where none is.
    """
    found = identity_for(venue_key, identity)
    if found is None:
        raise StaffError("This passphrase opens another venue's key. Put back the kiosk.toml of this venue.")
    return found


def identity_for(recipient: str, identities: str) -> str | None:
    """Return that of several identities, one a line, whose public half is given; None where none is."""
    return next((one for one in identities.split("\n") if seal.recipient_of(one) == recipient), None)


def require_lead(unlocked: Unlocked) -> None:
    """Raise LeadNeededError unless it is a lead who unlocked."""
    if unlocked.role != LEAD:
        raise LeadNeededError("Only a lead may do this. 'kiosk staff list' tells who is one.")


def with_older(folder: Path, identities: str) -> str:
    """Return identities, one a line, with those that the venue had before, as far as they open."""
    try:
        older = seal.open_sealed((folder / OLDER).read_bytes(), identities).decode().split()
    except (OSError, SealError, UnicodeDecodeError):
        return identities
    return "\n".join(dict.fromkeys([*identities.split("\n"), *older]))


def keys(folder: Path) -> dict[Path, StaffKey]:
    """Return the keys that read as one, by file. Raises StaffError where there are files and none does."""
    found, damage = _read(folder)
    if damage and not found:
        raise damage[0]
    return found


def write(file: Path, key: StaffKey, *, disk: Disk = DISK) -> None:
    """Put a staff key in the place of the one that a file holds, in one step. Hold `changing`."""
    durable.replace(file, msgspec.json.encode(key), disk=disk)


@contextmanager
def changing(folder: Path) -> Iterator[None]:
    """Change staff keys, and let nobody else change them meanwhile. Raises StaffError where somebody does."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StaffError("The staff keys are being changed at this moment. Try again later.") from error
        yield
    finally:
        os.close(descriptor)


def same(one: str, other: str) -> bool:
    """Tell whether two names are one."""
    return one.casefold() == other.casefold()


def _require_another_lead(folder: Path, key: StaffKey) -> None:
    if key.role == LEAD and sum(other.role == LEAD for other in keys(folder).values()) == 1:
        raise StaffError(f"{key.name} is the last lead. Make somebody else a lead first.")


def _wrapped(name: str, role: Role, passphrase: str, identities: str, costs: Costs, salt: bytes) -> StaffKey:
    recipient = seal.recipient_of(_wrapping_identity(passphrase, salt, costs))
    return StaffKey(
        name=name,
        role=role,
        salt=salt,
        costs=costs,
        recipient=recipient,
        sealed=seal.seal(identities.encode(), (recipient,)),
    )


def _open(key: StaffKey, passphrase: str) -> tuple[str, str]:
    """Return what a passphrase stretches to, and the venue's identities that it opens."""
    wrapping = _wrapping_identity(passphrase, key.salt, key.costs)
    try:
        return wrapping, seal.open_sealed(key.sealed, wrapping).decode().strip()
    except SealError as error:
        raise PassphraseError("This passphrase does not open the desk. Enter it again.") from error


def _fill_in(file: Path, key: StaffKey, recipient: str) -> None:
    """Complete a file that was of version 1. The next unlock tries again where that does not work now."""
    with suppress(OSError, StaffError), changing(file.parent):
        if _decoded(file.read_bytes()) == key:
            write(file, msgspec.structs.replace(key, recipient=recipient))


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


def _find(folder: Path, name: str) -> tuple[Path, StaffKey]:
    wanted = one_line(name, NAME_LIMIT)
    found, damage = _read(folder)
    for file, key in found.items():
        if same(wanted, key.name):
            return file, key
    if damage:
        raise damage[0]  # it may be theirs
    raise StaffError("Nobody of that name can unlock this desk. Choose a name from the list.")


def _composed(passphrase: str) -> str:
    """Return a passphrase as it is stretched. Raises PassphraseError where it is no text."""
    # NFC, so that one passphrase typed on two keyboards is the same bytes.
    secret = unicodedata.normalize("NFC", passphrase)
    try:
        secret.encode()
    except UnicodeEncodeError as error:
        raise PassphraseError("This passphrase did not arrive as text. Enter it again.") from error
    return secret


def _wrapping_identity(passphrase: str, salt: bytes, costs: Costs) -> str:
    try:
        return seal.identity_from(seal.stretch(_composed(passphrase), salt, seal.KEY_BYTES, costs))
    except SealError as error:
        raise DeskError(str(error)) from error
