"""An audit in a file, and its lines as somebody sees them who can write to the disk."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from zlib import crc32

from kiosk import seal
from kiosk.desk.audit.audit_log import Audit
from kiosk.vault.durable import DISK, Disk

START = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


def ticking() -> Callable[[], datetime]:
    minutes = count()
    return lambda: START + timedelta(minutes=next(minutes))


def desk_at(path: Path, venue: str, disk: Disk = DISK) -> Audit:
    """The audit as an unlocked desk notes in it."""
    audit = Audit(path, seal.recipient_of(venue), ticking(), disk=disk)
    audit.vouch_with(venue)
    return audit


def lines(path: Path) -> list[bytes]:
    """Return the lines of the log after its header."""
    return path.read_bytes().splitlines(keepends=True)[1:]


def rewritten(path: Path, kept: list[bytes]) -> None:
    """Leave these lines in the log, as somebody would who can write to the disk."""
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0] + b"".join(kept))


def changed(line: bytes, **fields: object) -> bytes:
    """Return a line with other fields and a right check sum."""
    operations = json.loads(line[9:])
    operations[0][3].update(fields)
    body = json.dumps(operations).encode()
    return b"%08x %b\n" % (crc32(body), body)
