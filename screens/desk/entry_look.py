"""Looking into the entries that the list did not look into before it was shown."""

import asyncio
from collections.abc import Sequence
from itertools import count

from kiosk.desk.desk import Desk
from kiosk.desk.listing import Flags, with_found
from kiosk.vault.rows import Row
from screens.desk.list_screen import EntriesScreen

STEP = 250
"""After so many entries the list says what was found so far: about half a second."""


class EntryLook:
    """Looks for wishes to talk, and plans that are overdue or to review. Nobody waits for it.

    What it finds stays in memory alone, until the desk is locked.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._stopped = False
        self._looking = False
        self._shown: tuple[EntriesScreen, Sequence[Row], Flags] | None = None

    async def show_on(self, page: EntriesScreen, rows: Sequence[Row], flags: Flags) -> None:
        """Look, in a thread, and show on the page of the list what was found."""
        self._shown = shown = page, rows, flags
        found = not self._looking
        self._looking = True
        while found and not self._stopped:
            found, flags = await asyncio.to_thread(self._look, *shown[1:])
            if found and shown[0].is_running:
                shown[0].show_flags(flags)
            found = found or shown is not self._shown
            shown = self._shown  # it may be another one by now
        self._looking = False

    def _look(self, rows: Sequence[Row], flags: Flags) -> tuple[bool, Flags]:
        looked = count()
        found = self._desk.look_into(rows, lambda: not self._stopped and next(looked) < STEP)
        return found, with_found(flags, self._desk, rows) if found else flags

    def stop(self) -> None:
        """End it within a moment: the desk is to be locked."""
        self._stopped = True
