"""Places that know one another, and what one sends to the other."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from nacl.signing import SigningKey

from kiosk import seal
from kiosk.places.carrier import Listed, Piece, Signed
from kiosk.places.manifest import Manifest, sealed
from kiosk.places.place_keys import PlaceKeys

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
VENUE = seal.recipient_of(seal.identity_from(bytes([9] * 32)))


class Known(NamedTuple):
    """What a card says of a place."""

    name: str
    place: str
    verify_key: bytes
    venue_key: str = VENUE


def keys_of(number: int) -> PlaceKeys:
    seed = bytes([number] * 32)
    return PlaceKeys(f"{number:016x}", bytes(SigningKey(seed)), seal.identity_from(seed))


ELM, DESK, OTHER = map(keys_of, (1, 2, 3))
CARD = Known("Elm House", ELM.id, ELM.verify_key)


def piece(number: int, size: int = 300) -> Piece:
    entry = hashlib.sha256(b"%d" % number).hexdigest()[:32]
    return Piece(f"{entry}.{number % 9 + 1:04d}-{ELM.id}.age", bytes([number % 251]) * size, 10**18 + number)


def listed(number: int, **changes: Any) -> Listed:
    """A piece as a manifest of three pieces has it, one after another in one container."""
    one = piece(number)
    fields: dict[str, Any] = {
        "name": one.name, "size": len(one.data), "sha256": hashlib.sha256(one.data).hexdigest(),
        "modified": one.modified, "part": 1, "at": number * 300,
    }  # fmt: skip
    return Listed(**(fields | changes))


def manifest(pieces: Sequence[Listed] = (), **changes: Any) -> Manifest:
    fields: dict[str, Any] = {
        "place": ELM.id, "number": 1, "venue": VENUE, "name": "Elm House", "made": NOON,
        "pieces": tuple(pieces), "receivers": (DESK.id,),
    }  # fmt: skip
    return Manifest(**(fields | changes))


def made(pieces: Sequence[Listed], number: int = 1) -> Signed:
    """What a carrier asks for once it has written the pieces."""
    return sealed(manifest(pieces, number=number), [DESK.recipient], ELM)


def pieces(count: int = 3, size: int = 300) -> Iterator[Piece]:
    return (piece(number, size) for number in range(count))
