"""The ways to other places: the store and the folder that kiosk.toml names, and sticks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from kiosk import mac, untrusted
from kiosk.devices.mounts import Disks
from kiosk.errors import PlaceError
from kiosk.home import Home
from kiosk.places.bucket import bucket_from
from kiosk.places.carrier import Carrier
from kiosk.places.folder import FolderCarrier, use_folder
from kiosk.places.place_keys import PlaceKeys
from kiosk.places.stick import Stick, StickCarrier, sticks
from kiosk.settings.settings import Settings
from kiosk.vault import durable
from kiosk.vault.durable import DISK, Disk

OBJECT_NAMES = "names of objects"
"""The purpose of the key under which a place's objects get their names (`kiosk.mac.key_from`)."""


@dataclass(frozen=True)
class Way:
    """A way to other places."""

    kind: Literal["stick", "folder", "store"]
    name: str
    """What people call it."""
    carrier: Callable[[], tuple[Carrier, str]]
    """Returns what carries, and its id, which is empty for a stick. Raises PlaceError or SettingsError."""
    free: int | None = None
    """Bytes that a stick has room for."""
    read_only: bool = False


class MarkedFolder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """By what this place knows its folder again."""

    version: Literal[1] = 1
    folder: str
    mark: str


def ways(
    home: Home,
    settings: Settings,
    keys: PlaceKeys,
    *,
    environment: Mapping[str, str],
    disks: Disks,
    disk: Disk = DISK,
) -> list[Way]:
    """Return the ways that there are now: the store, the folder, then sticks."""
    found = []
    if settings.store.endpoint:
        key = mac.key_from(keys.transport, OBJECT_NAMES)
        route = mac.digest("store", settings.store.endpoint, settings.store.bucket)[:16]
        found.append(
            Way("store", "the store", lambda: (bucket_from(settings.store, environment, key), route))
        )
    if settings.places.folder:
        folder = Path(settings.places.folder)
        found.append(Way("folder", str(folder), lambda: _folder(home, folder, keys.id, disk)))
    found += [_stick(stick, keys.id, disks, disk) for stick in sticks(disks, disk=disk)]
    return found


def _stick(stick: Stick, place: str, disks: Disks, disk: Disk) -> Way:
    return Way(
        "stick",
        stick.label,
        lambda: (StickCarrier(stick.folder, place, disks=disks, disk=disk), ""),
        stick.free,
        stick.read_only,
    )


def _folder(home: Home, folder: Path, place: str, disk: Disk) -> tuple[Carrier, str]:
    """Return the folder, and its mark, which is kept here when it is first used."""
    file = home.places / "folder.json"
    try:
        marked = untrusted.json(untrusted.read(file, 1 << 14), MarkedFolder)
    except (FileNotFoundError, untrusted.UnfitFileError, msgspec.DecodeError):
        marked = None
    except OSError as error:
        raise PlaceError(f"{file} cannot be read. Check its permissions.") from error
    if marked is None or marked.folder != str(folder):
        marked = MarkedFolder(folder=str(folder), mark=use_folder(folder, place, disk=disk))
        durable.replace(file, msgspec.json.encode(marked), disk=disk)
    return FolderCarrier(folder, place, marked.mark, disk=disk), marked.mark
