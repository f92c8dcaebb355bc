"""The keys of a place: what it signs with, and what opens what others seal to it. Neither opens an entry.

They are no part of a backup, and belong to the place id beside them: a restored machine has another id, other
keys, and is introduced again.
"""

import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Annotated, Literal

import msgspec

from kiosk import seal, untrusted
from kiosk.errors import PlaceError, SealError
from kiosk.home import Home
from kiosk.vault import durable
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.place import place_id

SEED_BYTES = 32
MOST_BYTES = 4096
"""Of the file, which has some 200."""
PlaceId = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{16}\Z")]


@dataclass(frozen=True)
class PlaceKeys:
    """The keys of this place."""

    id: str
    """The place's id: 16 hexadecimal digits."""
    seed: bytes = field(repr=False)
    """The 32 bytes of its Ed25519 key, which signs."""
    transport: str = field(repr=False)
    """The age identity that opens what others send."""

    @property
    def verify_key(self) -> bytes:
        """The 32 bytes that others verify with."""
        from nacl.signing import SigningKey  # 4 ms, which a desk that only looks at known places does without

        return bytes(SigningKey(self.seed).verify_key)

    @property
    def recipient(self) -> str:
        """What others seal to, `age1…`."""
        return seal.recipient_of(self.transport)

    @property
    def key_id(self) -> bytes:
        """The 8 bytes by which a signature says whose it is."""
        return bytes.fromhex(self.id)


class StoredKeys(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The same as the file has it."""

    version: Literal[1] = 1
    place: PlaceId
    seed: Annotated[bytes, msgspec.Meta(min_length=SEED_BYTES, max_length=SEED_BYTES)]
    transport: untrusted.Name


def place_keys(home: Home, *, disk: Disk = DISK) -> PlaceKeys:
    """Return the keys of the place whose home this is, drawn at first need.

    Those of another place are replaced. Raises PlaceError where they are damaged: the others know this place
    by them. Lets OSError through.
    """
    place = place_id(home.place, disk=disk)
    found = _read(home)
    if found is None or found.place != place:
        if found is not None:
            home.place_keys.unlink(missing_ok=True)
        drawn = StoredKeys(place=place, seed=secrets.token_bytes(SEED_BYTES), transport=seal.new_identity())
        with suppress(FileExistsError):  # somebody else drew them meanwhile
            durable.create_once(home.place_keys, msgspec.json.encode(drawn), disk=disk)
        found = _read(home)
    if found is None or found.place != place:
        raise PlaceError(f"{home.place_keys} was changed meanwhile. Try again.")
    return PlaceKeys(found.place, found.seed, found.transport)


def _read(home: Home) -> StoredKeys | None:
    """Return what the file holds; None where there is none. Raises PlaceError."""
    try:
        found = untrusted.json(untrusted.read(home.place_keys, MOST_BYTES), StoredKeys)
        seal.recipient_of(found.transport)
    except FileNotFoundError:
        return None
    except (untrusted.UnfitFileError, msgspec.DecodeError, SealError) as error:
        raise PlaceError(
            f"{home.place_keys} cannot be read. Others know this machine by what it held. If no copy is "
            f"left, delete it and {home.place}, and introduce this machine again with 'kiosk place show'."
        ) from error
    return found
