"""Where the homes of tests let files go: none writes to a disk of the machine that they run on."""

from pathlib import Path

import msgspec

from kiosk.devices.mounts import Disks, Mount
from kiosk.home import Home
from kiosk.settings.settings import Export, Help, Settings, keep_settings, load_settings

HELP = Help(now="Call 111, or ask a member of staff.")


def allow(home: Home, *folders: Path, removable: bool = False) -> Settings:
    """Let files of a home that is set up go to some folders, and return its settings.

    Somebody has fitted them to the place, too: the doctor has nothing to say of them.
    """
    export = Export(removable=removable, folders=tuple(map(str, folders)))
    settings = msgspec.structs.replace(load_settings(home.settings), export=export, help=HELP)
    keep_settings(home, settings)
    return settings


def plugged_in(*folders: Path, read_only: Path | None = None) -> Disks:
    """Return what tells that some folders are removable disks; that one of them is read-only, where so."""
    disks = tuple(Mount(folder, read_only=folder == read_only) for folder in folders)
    return lambda: disks
