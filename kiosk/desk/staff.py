"""Staff keys: the venue's private key, wrapped once for each member of staff under a passphrase.

Their files are those of `kiosk.desk.staff_files`.

A role is no secret and no lock: both roles hold the venue's key. It keeps people from doing by mistake what
is not theirs to do.
"""

import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from kiosk import seal
from kiosk.desk import passphrase as passphrases
from kiosk.desk import staff_files
from kiosk.desk.identities import with_older
from kiosk.desk.passphrase import Strength
from kiosk.desk.staff_files import LEAD, NAME_LIMIT, SALT_BYTES, Role, StaffKey
from kiosk.errors import DeskError, LeadNeededError, PassphraseError, SealError, StaffError
from kiosk.seal import Costs
from kiosk.text import one_line, same_name
from kiosk.vault import durable

PASSPHRASE_LEAST = 8

Note = Callable[[str], object]
"""Told a name once all is checked, and before anything is changed; what it raises stops that."""


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
    with staff_files.changing(folder):
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
    file, key = staff_files.find(folder, name)
    wrapping, identities = _open(key, passphrase)
    if not key.recipient:
        staff_files.fill_in(file, key, seal.recipient_of(wrapping))
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
    _open(staff_files.find(folder, name)[1], passphrase)
    with staff_files.changing(folder):
        file, key = staff_files.find(folder, name)
        _, identities = _open(key, passphrase)
        check_new(new, key.name, venue_name)
        changed = _wrapped(key.name, key.role, new, identities, costs or Costs(), random_bytes(SALT_BYTES))
        note(key.name)
        staff_files.write(file, changed)
    return key.name


def set_role(folder: Path, name: str, role: Role, *, note: Note = lambda _name: None) -> str:
    """Give one member of staff a role and return the name. Raises StaffError, also for the last lead."""
    staff_files.find(folder, name)
    with staff_files.changing(folder):
        file, key = staff_files.find(folder, name)
        if role != LEAD:
            _require_another_lead(folder, key)
        note(key.name)
        staff_files.write(file, msgspec.structs.replace(key, role=role))
    return key.name


def remove(folder: Path, name: str, *, note: Note = lambda _name: None) -> str:
    """Take one member of staff's key away and return the name.

    Raises StaffError where there is none of that name, or no other who could unlock, or no other lead.
    """
    staff_files.find(folder, name)
    with staff_files.changing(folder):
        file, key = staff_files.find(folder, name)
        if len(staff_files.keys(folder)) == 1:
            raise StaffError(
                f"{key.name} is the last who can unlock this desk. Add another member of staff first."
            )
        _require_another_lead(folder, key)
        note(key.name)
        durable.remove(file)
    return key.name


def names(folder: Path) -> tuple[str, ...]:
    """Return the names of those who can unlock, in alphabetical order.

    A damaged file hides one person, not the desk. Raises StaffError where files are there and none is good.
    """
    return tuple(member.name for member in members(folder))


def members(folder: Path) -> tuple[Member, ...]:
    """Return who can unlock, in alphabetical order. Raises StaffError where every file is damaged."""
    every = (Member(one_line(key.name, NAME_LIMIT), key.role) for key in staff_files.keys(folder).values())
    return tuple(sorted(every, key=lambda member: member.name.casefold()))


def role_of(folder: Path, name: str) -> Role | None:
    """Return somebody's role now; None where nobody has that name. Raises StaffError for damage alone."""
    return next((member.role for member in members(folder) if same_name(name, member.name)), None)


def is_lead(folder: Path, name: str) -> bool:
    """Tell whether somebody is a lead now. Raises StaffError where every file is damaged."""
    return role_of(folder, name) == LEAD


def kept_name(folder: Path, name: str) -> str:
    """Return a name as it is kept. Raises StaffError where nobody has it."""
    return staff_files.find(folder, name)[1].name


def require_free(folder: Path, name: str) -> str:
    """Return a new name as it would be kept. Raises StaffError where it is empty or taken."""
    kept = one_line(name, NAME_LIMIT)
    if not kept:
        raise StaffError("Enter the name of the member of staff.")
    if any(same_name(kept, key.name) for key in staff_files.keys(folder).values()):
        raise StaffError(f"{kept} can already unlock this desk. Choose another name.")
    return kept


def check_new(passphrase: str, name: str, venue_name: str = "") -> Strength:
    """Return how hard a new passphrase is to guess.

    Raises PassphraseError, with what to do, where it is too short or too easy to guess.
    """
    if len(passphrase) < PASSPHRASE_LEAST:
        raise PassphraseError(f"Choose a passphrase of at least {PASSPHRASE_LEAST} characters.")
    _composed(passphrase)
    return passphrases.require_good(passphrase, name, venue_name)


def require_lead(unlocked: Unlocked) -> None:
    """Raise LeadNeededError unless it is a lead who unlocked."""
    if unlocked.role != LEAD:
        raise LeadNeededError("Only a lead may do this. 'kiosk staff list' tells who is one.")


def _require_another_lead(folder: Path, key: StaffKey) -> None:
    if key.role == LEAD and sum(other.role == LEAD for other in staff_files.keys(folder).values()) == 1:
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
