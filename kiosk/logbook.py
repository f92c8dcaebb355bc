"""kiosk.log: what went wrong and when; never what anybody wrote.

An event is a line, `2026-03-01T09:30:00Z  a visit crashed (exit code 70)`; an error's type and places
follow it, indented.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from kiosk import outside
from kiosk.faults import describe
from kiosk.text import shown

LARGEST = 1_000_000
"""Bytes. A longer log becomes `kiosk.log.1`, in the place of the one before."""


def append(
    file: Path,
    event: str,
    fault: BaseException | None = None,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> bool:
    """Add an event, and an error's type and places, and tell whether that worked.

    Nobody could be told that it did not, and the kiosk goes on without: it never raises OSError. It makes
    no folder, so nothing is logged where no kiosk is; nor does root, in a folder of another user, who could
    not write in that log again.
    """
    moment = clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = [f"{moment}  {shown(event)}", *(describe(fault).splitlines() if fault else ())]
    text = "\n    ".join(lines) + "\n"
    try:
        if os.geteuid() == 0 != file.parent.stat().st_uid:
            return False
        _make_room(file)
        descriptor = outside.open_file(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            os.write(descriptor, text.encode(errors="replace"))  # one call, so that two writers never mix
        finally:
            os.close(descriptor)
    except OSError:
        return False
    return True


def _make_room(file: Path) -> None:
    with suppress(FileNotFoundError):
        if file.lstat().st_size > LARGEST:
            file.replace(file.with_name(f"{file.name}.1"))
