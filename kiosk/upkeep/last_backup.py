"""When the last backup was made: a small file in the home. No backup holds it, so no restore brings it."""

from datetime import datetime
from typing import Literal

import msgspec

from kiosk import untrusted
from kiosk.dates import to_second
from kiosk.home import Home
from kiosk.vault import durable
from kiosk.vault.durable import DISK, Disk

MOST_BYTES = 1000
"""Of the file, which has about fifty."""


class LastBackup(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the file says."""

    version: Literal[1] = 1
    made: untrusted.Moment
    """When it began, UTC, by the machine's clock."""


def note(home: Home, made: datetime, *, disk: Disk = DISK) -> None:
    """Write down that a backup was made, flushed. Lets OSError through."""
    durable.replace(home.last_backup, msgspec.json.encode(LastBackup(made=to_second(made))), disk=disk)


def read(home: Home) -> datetime | None:
    """Return when the last one was made, UTC; None where nothing tells. Lets OSError through."""
    try:
        return untrusted.json(untrusted.read(home.last_backup, MOST_BYTES), LastBackup).made
    except (FileNotFoundError, msgspec.DecodeError):
        return None
