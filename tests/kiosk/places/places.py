"""Places that know one another, and what one sends to the other."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from nacl.signing import SigningKey

from kiosk import seal
from kiosk.devices.mounts import Mount
from kiosk.errors import CarrierError
from kiosk.places.card import Card
from kiosk.places.carrier import Carrier, Listed, Piece, Signed
from kiosk.places.folder import FolderCarrier, use_folder
from kiosk.places.manifest import Manifest, opened, sealed
from kiosk.places.place_keys import PlaceKeys
from kiosk.places.stick import StickCarrier
from kiosk.vault.durable import DISK, Disk

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
VENUE = seal.recipient_of(seal.identity_from(bytes([9] * 32)))


def keys_of(number: int) -> PlaceKeys:
    seed = bytes([number] * 32)
    return PlaceKeys(f"{number:016x}", bytes(SigningKey(seed)), seal.identity_from(seed))


ELM, DESK, OTHER = map(keys_of, (1, 2, 3))


def introduced(keys: PlaceKeys, name: str, *, desk: bool = False) -> Card:
    return Card(
        place=keys.id, name=name, venue=name, verify_key=keys.verify_key, transport=keys.recipient,
        venue_key=VENUE, desk=desk,
    )  # fmt: skip


CARD = introduced(ELM, "Elm House")


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


FIRST = f"kiosk-{ELM.id}-0000000001"
"""The folder of Elm House's first consignment."""
Uses = Callable[..., FolderCarrier]


def of_folder(folder: Path, place: PlaceKeys = ELM, disk: Disk = DISK) -> FolderCarrier:
    return FolderCarrier(folder, place.id, use_folder(folder, place.id), disk=disk)


def of_stick(folder: Path, place: PlaceKeys = ELM, disk: Disk = DISK) -> FolderCarrier:
    return StickCarrier(folder, place.id, disks=lambda: [Mount(folder)] if folder.exists() else [], disk=disk)


def nothing(_: int) -> None:
    pass


def send(carrier: Carrier, number: int = 1, sent: Iterator[Piece] | None = None) -> None:
    carrier.send(
        ELM.id, number, pieces() if sent is None else sent, lambda listed: made(listed, number), nothing
    )


def received(carrier: Carrier, number: int = 1) -> list[Piece | None] | None:
    """What a desk reads; None where it has not come yet, and in it for each piece."""
    signed = carrier.manifest(ELM.id, number)
    if signed is None:
        return None
    found = carrier.pieces(ELM.id, number, opened(signed, DESK.transport, CARD, number).pieces)
    return [None if data is None else Piece(one.name, data, one.modified) for one, data in found]


def refused(work: Callable[[], object], *, says: str) -> None:
    with pytest.raises(CarrierError) as error:
        work()
    assert says in str(error.value)
