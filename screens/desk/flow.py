"""The desk as one short walk: unlock, the list, an entry, and back."""

import asyncio
from datetime import tzinfo
from enum import Enum

from textual.app import App

from kiosk.desk import staff
from kiosk.desk.desk import Desk, Opened
from kiosk.errors import DeskError, HandleError, KioskError, NoEntryError
from kiosk.session import Session
from screens.desk.entries import EntriesScreen, Way
from screens.desk.reading import EntryScreen, Then
from screens.desk.unlock import Claim, UnlockScreen
from screens.widgets.busy import BusyScreen
from screens.words import _


class Outcome(Enum):
    """How the desk was left."""

    LOCKED = "locked"
    CLOSED = "closed"


class Desking:
    """Walks a member of staff through the desk. `zone` is the time zone shown; None for the machine's."""

    def __init__(self, app: App[int], session: Session, zone: tzinfo | None = None) -> None:
        self._app = app
        self._show = app.push_screen_wait
        self._session = session
        self._zone = zone

    async def run(self) -> Outcome:
        """Unlock, then list and open until the desk is locked or the kiosk closed."""
        desk = await self._unlock()
        if desk is None:
            return Outcome.LOCKED
        message = await self._put_right()
        typed = ""
        while True:
            rows = await asyncio.to_thread(desk.rows)
            asked = await self._show(
                EntriesScreen(rows, staff=desk.staff, zone=self._zone, message=message, typed=typed)
            )
            if isinstance(asked, Way):
                return Outcome.CLOSED if asked is Way.CLOSE else Outcome.LOCKED
            message = await self._open(desk, asked.typed)
            typed = asked.typed if message else ""

    async def _unlock(self) -> Desk | None:
        folder = self._session.home.staff
        names = staff.names(folder)
        claim, problem = Claim("", ""), ""
        while True:
            asked = await self._show(UnlockScreen(names, self._session.practice, claim.staff, problem))
            if asked is None:
                return None
            claim = asked
            await self._app.push_screen(BusyScreen(_("Opening the desk.")))
            try:
                identity = await asyncio.to_thread(staff.unlock, folder, claim.staff, claim.passphrase)
            except DeskError as error:
                problem = str(error)
            else:
                return Desk(self._session.vault, claim.staff, identity)
            finally:
                await self._app.pop_screen()

    async def _put_right(self) -> str:
        """Bring list and pages together; return what staff should know."""
        report = await asyncio.to_thread(self._session.vault.reconcile)
        lost = len(report.pageless) + len(report.unreadable)
        return (
            _("{lost} entries here cannot be read. Tell who looks after the kiosk.").format(lost=lost)
            if lost
            else ""
        )

    async def _open(self, desk: Desk, typed: str) -> str:
        """Open an entry and show it; return what went wrong, in plain words, or nothing."""
        await self._app.push_screen(BusyScreen(_("Opening the entry.")))
        try:
            opened = await asyncio.to_thread(desk.open, typed)
        except (HandleError, NoEntryError) as error:
            return await asyncio.to_thread(desk.explain, typed, error)
        except KioskError as error:
            return str(error)
        finally:
            await self._app.pop_screen()
        while await self._show(EntryScreen(opened, zone=self._zone)) is Then.PICK_UP:
            row = await asyncio.to_thread(desk.pick_up, opened.row.id)
            opened = Opened(row, opened.pages)
        return ""
