"""Counting the quarter that is over, while somebody works at the desk."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from kiosk.desk.keys.held import HeldVenue
from kiosk.desk.summaries.periods import due
from kiosk.desk.summaries.summary import summarise
from kiosk.errors import KioskError
from kiosk.home import Home
from kiosk.vault.rows import Row


class OverdueCount:
    """Counts it once, in a thread. Nobody waits for it, and `kiosk doctor` says where it is not done."""

    def __init__(self, home: Home, identity: str, now: datetime, held: Sequence[HeldVenue] = ()) -> None:
        self._home = home
        self._identity, self._held = identity, held
        self._now = now
        self._stopped = False

    async def run(self, rows: Sequence[Row]) -> None:
        """Count, unless nothing waits to be counted."""
        await asyncio.to_thread(self._count, rows)

    def stop(self) -> None:
        """End it within a moment, whatever is done: the desk is to be locked."""
        self._stopped = True

    def _count(self, rows: Sequence[Row]) -> None:
        with suppress(KioskError, OSError):
            period = due(self._home, rows, self._now)
            if period is not None:
                summarise(
                    self._home,
                    self._identity,
                    period,
                    self._now,
                    held=self._held,
                    progress=self._go_on,
                    for_good=True,
                )

    def _go_on(self, _done: int, _total: int) -> None:
        if self._stopped:
            raise _StoppedError


class _StoppedError(KioskError):
    """The desk has been locked meanwhile."""
