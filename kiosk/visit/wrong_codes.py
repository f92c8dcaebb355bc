"""Codes that were tried at the kiosk and open nothing: each makes the next look slower, and staff are told.

A code cannot be guessed in any case (75 bits). So the delay is only there to bother a machine that types: the
next customer waits a few seconds at most. The count lets people notice. What a person mistypes is caught by
the check symbol and does not come here.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import msgspec

from kiosk import untrusted
from kiosk.count_file import MOST, Count, CountFile
from kiosk.dates import to_second

DELAYS = (0.0, 0.0, 1.0, 2.0, 3.0)
"""Seconds a look at a code takes after so many wrong ones in a row; the last from then on."""
LAPSE = timedelta(minutes=15)
"""After so long without a wrong code a new row begins."""


class CodesTried(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the file says."""

    version: Literal[1] = 1
    running: Count = 0
    """Wrong codes in a row."""
    wrong: Count = 0
    """Wrong codes since staff last looked."""
    last: untrusted.Moment | None = None
    """When the last of them was tried, UTC."""


class Attempts:
    """The wrong codes of one kiosk, kept over a restart.

    A try counts as wrong until it is known to be right: pulling the plug in between does not help.
    """

    def __init__(self, file: Path) -> None:
        self._file = CountFile(file, CodesTried())
        self._before = CodesTried()

    def read(self) -> CodesTried:
        """Return what was tried so far; nothing where the file is missing or does not read as one."""
        return self._file.read()

    def begin(self, now: datetime) -> float:
        """Count a code that is looked at now, and return how many seconds the look takes."""
        before = self.read()
        if before.last is None or now - before.last > LAPSE:
            before = msgspec.structs.replace(before, running=0)
        self._before = before
        self._file.keep(
            CodesTried(
                running=min(before.running + 1, MOST), wrong=min(before.wrong + 1, MOST), last=to_second(now)
            )
        )
        return DELAYS[min(before.running, len(DELAYS) - 1)]

    def was_right(self) -> None:
        """Take back that the last one counts, and begin a new row: it opened something."""
        self._file.keep(msgspec.structs.replace(self._before, running=0))

    def seen(self) -> None:
        """Note that staff have looked, and begin a new row. Where there was nothing to see, write nothing."""
        if self.read().wrong:
            self._file.keep(CodesTried())
