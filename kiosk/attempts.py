"""Codes that were tried at the kiosk and open nothing: each makes the next look slower, and staff are told.

A code cannot be guessed in any case (75 bits); the delay keeps a machine that types from trying, and the
count lets people notice. What a person mistypes is caught by the check symbol and does not come here.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from kiosk.moments import to_second
from kiosk.vault import durable

DELAYS = (0.0, 0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 40.0)
"""Seconds a look at a code takes after so many wrong ones in a row; the last from then on."""

_Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
LAPSE = timedelta(hours=1)
"""After so long without a wrong code a new row begins: the next customer is not to wait for it."""


class Tried(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the file says."""

    version: Literal[1] = 1
    running: _Count = 0
    """Wrong codes in a row."""
    wrong: _Count = 0
    """Wrong codes since staff last looked."""
    last: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    """When the last of them was tried, UTC."""


class Attempts:
    """The wrong codes of one kiosk, kept over a restart.

    A try counts as wrong until it is known to be right: pulling the plug in between does not help. Where
    the disk takes nothing, it counts in memory.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._unkept: Tried | None = None
        """What the disk did not take."""
        self._before = Tried()

    def read(self) -> Tried:
        """Return what was tried so far; nothing where the file is missing or does not read as one."""
        if self._unkept is not None:
            return self._unkept
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=Tried)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            return Tried()

    def begin(self, now: datetime) -> float:
        """Count a code that is looked at now, and return how many seconds the look takes."""
        before = self.read()
        if before.last is not None and now - before.last > LAPSE:
            before = msgspec.structs.replace(before, running=0)
        self._before = before
        self._keep(
            Tried(
                running=before.running + 1,
                wrong=before.wrong + 1,
                last=to_second(now),
            )
        )
        return DELAYS[min(before.running, len(DELAYS) - 1)]

    def was_right(self) -> None:
        """Take back that the last one counts, and begin a new row: it opened something."""
        self._keep(msgspec.structs.replace(self._before, running=0))

    def seen(self) -> None:
        """Note that staff have looked. Where there was nothing to see, nothing is written."""
        if not self.read().wrong:
            return
        self._keep(msgspec.structs.replace(self.read(), wrong=0, last=None))

    def _keep(self, tried: Tried) -> None:
        try:
            durable.replace(self._file, msgspec.json.encode(tried))
        except OSError:
            self._unkept = tried  # a customer must be able to read what is theirs
        else:
            self._unkept = None
