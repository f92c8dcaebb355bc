"""Staff keys: the venue's private key, wrapped once for each member of staff under a passphrase.

One file for each, `staff/<16 random hexadecimal digits>.json`, holds the name, the salt, the costs of
argon2id and the venue's age identity sealed to the key that the passphrase stretches to. A name is never
a path.
"""

import secrets
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from kiosk import seal
from kiosk.errors import DeskError, PassphraseError, SealError, StaffError
from kiosk.seal import Costs
from kiosk.text import one_line
from kiosk.vault import durable

NAME_LIMIT = 60
PASSPHRASE_LEAST = 8
SALT_BYTES = 16


class StaffKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One member of staff's wrapped copy of the venue key."""

    version: Literal[1] = 1
    name: str
    salt: Annotated[bytes, msgspec.Meta(min_length=SALT_BYTES)]
    costs: Costs
    sealed: bytes
    """The venue's age identity, an age file."""


def add(
    folder: Path,
    name: str,
    passphrase: str,
    venue_identity: str,
    *,
    costs: Costs | None = None,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> str:
    """Wrap the venue key for one more member of staff and return the name as it is kept.

    Raises StaffError for an empty or taken name, PassphraseError for a passphrase that is too short.
    """
    kept = one_line(name, NAME_LIMIT)
    if not kept:
        raise StaffError("Enter the name of the member of staff.")
    if any(_same(kept, key.name) for key in _keys(folder).values()):
        raise StaffError(f"{kept} can already unlock this desk. Choose another name.")
    if len(passphrase) < PASSPHRASE_LEAST:
        raise PassphraseError(f"Choose a passphrase of at least {PASSPHRASE_LEAST} characters.")
    costs = costs or Costs()
    salt = random_bytes(SALT_BYTES)
    wrapping = seal.recipient_of(_wrapping_identity(passphrase, salt, costs))
    key = StaffKey(name=kept, salt=salt, costs=costs, sealed=seal.seal(venue_identity.encode(), (wrapping,)))
    durable.create_once(folder / f"{random_bytes(8).hex()}.json", msgspec.json.encode(key))
    return kept


def unlock(folder: Path, name: str, passphrase: str) -> str:
    """Return the venue's age identity.

    Raises StaffError where nobody has that name or their file is damaged, PassphraseError where the
    passphrase is wrong, DeskError where the machine is short of memory.
    """
    _, key = _find(folder, name)
    wrapping = _wrapping_identity(passphrase, key.salt, key.costs)
    try:
        opened = seal.open_sealed(key.sealed, wrapping)
    except SealError as error:
        raise PassphraseError("This passphrase does not open the desk. Enter it again.") from error
    return opened.decode().strip()


def require_venue(identity: str, venue_key: str) -> None:
    """Raise StaffError unless an unlocked identity is the private half of the venue's key in the settings."""
    if seal.recipient_of(identity) != venue_key:
        raise StaffError("This passphrase opens another venue's key. Put back the kiosk.toml of this venue.")


def remove(folder: Path, name: str) -> str:
    """Take one member of staff's key away and return the name.

    Raises StaffError where there is none of that name, or no other who could unlock.
    """
    file, key = _find(folder, name)
    if len(_keys(folder)) == 1:
        raise StaffError(
            f"{key.name} is the last who can unlock this desk. Add another member of staff first."
        )
    drop(file)
    return key.name


def drop(file: Path) -> None:
    """Remove a staff file for good: not even a power cut brings it back."""
    file.unlink()
    durable.flush_folder(file.parent)


def names(folder: Path) -> tuple[str, ...]:
    """Return the names of those who can unlock, in alphabetical order.

    A damaged file hides one person, not the desk. Raises StaffError where files are there and none is good.
    """
    return tuple(sorted((key.name for key in _keys(folder).values()), key=str.casefold))


def _keys(folder: Path) -> dict[Path, StaffKey]:
    """Return the keys that read as one. Raises StaffError where there are files and none does."""
    keys, damage = _read(folder)
    if damage and not keys:
        raise damage[0]
    return keys


def _read(folder: Path) -> tuple[dict[Path, StaffKey], list[StaffError]]:
    """Return the keys that read as one, and what to say of each file that does not."""
    keys: dict[Path, StaffKey] = {}
    damage = []
    for file in sorted(folder.glob("*.json")):
        try:
            keys[file] = msgspec.json.decode(file.read_bytes(), type=StaffKey)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OSError) as error:
            unreadable = StaffError(
                f"The staff key {file} cannot be read. Move it away and add the person again."
            )
            unreadable.__cause__ = error
            damage.append(unreadable)
    return keys, damage


def _find(folder: Path, name: str) -> tuple[Path, StaffKey]:
    wanted = one_line(name, NAME_LIMIT)
    keys, damage = _read(folder)
    for file, key in keys.items():
        if _same(wanted, key.name):
            return file, key
    if damage:
        raise damage[0]  # it may be theirs
    raise StaffError("Nobody of that name can unlock this desk. Choose a name from the list.")


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _wrapping_identity(passphrase: str, salt: bytes, costs: Costs) -> str:
    # NFC, so that one passphrase typed on two keyboards is the same bytes.
    secret = unicodedata.normalize("NFC", passphrase)
    try:
        return seal.identity_from(seal.stretch(secret, salt, seal.KEY_BYTES, costs))
    except UnicodeEncodeError as error:
        raise PassphraseError("This passphrase did not arrive as text. Enter it again.") from error
    except SealError as error:
        raise DeskError(str(error)) from error
