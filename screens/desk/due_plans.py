"""Looking for plans that are overdue or to review, while somebody works at the desk."""

import asyncio
from collections.abc import Sequence

from kiosk.desk.desk import Desk
from kiosk.desk.listing import Flags, with_plans
from kiosk.vault.rows import Row
from screens.desk.list_screen import EntriesScreen


class LatePlans:
    """Looks into the entries that the list did not look into before it was shown. Nobody waits for it.

    What it finds stays in memory alone, until the desk is locked.
    """

    def __init__(self) -> None:
        self._stopped = False
        self._looking = False
        self._shown: tuple[EntriesScreen, Sequence[Row], Flags] | None = None

    async def show_on(self, page: EntriesScreen, desk: Desk, rows: Sequence[Row], flags: Flags) -> None:
        """Look, in a thread, and show on the page of the list what was found."""
        self._shown = page, rows, flags
        if self._looking:
            return
        self._looking = True
        found = await asyncio.to_thread(desk.look_into, rows, lambda: not self._stopped)
        self._looking = False
        page, rows, flags = self._shown  # it may be another one by now
        if found and page.is_running:
            page.show_flags(with_plans(flags, desk, rows))

    def stop(self) -> None:
        """End it within a moment: the desk is to be locked."""
        self._stopped = True
