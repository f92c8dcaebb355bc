"""The place: which installation wrote a page. It is no secret, and stays with the machine's home."""

import re
import secrets
from contextlib import suppress
from pathlib import Path

from kiosk import untrusted
from kiosk.untrusted import UnfitFileError
from kiosk.vault import durable
from kiosk.vault.durable import DISK, Disk

MOST_BYTES = 16
_ID = re.compile(rb"[0-9a-f]{16}", re.ASCII)


def place_id(file: Path, *, disk: Disk = DISK) -> str:
    """Return the id of the place whose home has this file: 16 hexadecimal digits, drawn at first use.

    A file that holds none counts as missing. Lets OSError through.
    """
    found = _read(file)
    if not found:
        if found is not None:  # what was drawn by somebody else since then stays
            file.unlink(missing_ok=True)
        with suppress(FileExistsError):
            durable.create_once(file, secrets.token_hex(8).encode(), disk=disk)
        found = _read(file)
    if not found:
        raise OSError(f"{file} holds no place id")
    return found


def _read(file: Path) -> str | None:
    """Return the id in a file; None where there is no file, empty where it holds none."""
    try:
        data = untrusted.read(file, MOST_BYTES)
    except FileNotFoundError:
        return None
    except UnfitFileError:
        return ""
    return data.decode() if _ID.fullmatch(data) else ""
