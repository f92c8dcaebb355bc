"""The desk as one short walk: unlock, the list, an entry, and back."""

import asyncio
from collections.abc import Callable
from datetime import datetime, tzinfo
from enum import Enum

from textual.app import App

from kiosk.desk import staff
from kiosk.desk.desk import Desk, Opened
from kiosk.errors import DeskError, HandleError, KioskError, NoEntryError, StaffError, VaultError
from kiosk.retention import leaving
from kiosk.session import Session
from kiosk.vault.catalogue import Row
from screens.desk.entries import EntriesScreen, Way
from screens.desk.reading import EntryScreen, Then
from screens.desk.unlock import Claim, UnlockScreen
from screens.widgets.busy import busy
from screens.words import _


class Outcome(Enum):
    """How the desk was left."""

    LOCKED = "locked"
    CLOSED = "closed"


class Desking:
    """Walks a member of staff through the desk. `zone` is the time zone shown; None for the machine's."""

    def __init__(
        self, app: App[int], session: Session, now: Callable[[], datetime], zone: tzinfo | None = None
    ) -> None:
        self._app = app
        self._show = app.push_screen_wait
        self._session = session
        self._now = now
        self._zone = zone

    async def run(self) -> Outcome:
        """Unlock, then list and open until the desk is locked or the kiosk closed."""
        desk = await self._unlock()
        if desk is None:
            return Outcome.LOCKED
        message, typed = await self._put_right(), ""
        while True:
            rows, trouble = await self._rows(desk)
            message = message or trouble
            asked = await self._show(
                EntriesScreen(
                    rows,
                    zone=self._zone,
                    message=message,
                    typed=typed,
                    leaving=leaving(rows, self._session.settings.privacy.days, self._now()),
                )
            )
            if isinstance(asked, Way):
                return Outcome.CLOSED if asked is Way.CLOSE else Outcome.LOCKED
            message = await self._open(desk, asked.typed)
            typed = asked.typed if message else ""

    async def _unlock(self) -> Desk | None:
        folder = self._session.home.staff
        claim, problem = Claim("", ""), ""
        try:
            names = staff.names(folder)
        except StaffError as error:
            names, problem = (), str(error)
        while True:
            asked = await self._show(UnlockScreen(names, self._session.practice, claim.staff, problem))
            if asked is None:
                return None
            claim = asked
            try:
                async with busy(self._app, _("Opening the desk.")):
                    identity = await asyncio.to_thread(staff.unlock, folder, claim.staff, claim.passphrase)
                staff.require_venue(identity, self._session.settings.venue.key)
            except DeskError as error:
                problem = str(error)
            else:
                return Desk(self._session.vault, claim.staff, identity)

    async def _rows(self, desk: Desk) -> tuple[tuple[Row, ...], str]:
        """Return the list, and what is wrong with it. Without a list, an entry still opens by its code."""
        try:
            return await asyncio.to_thread(desk.rows), ""
        except VaultError as error:
            return (), str(error)

    async def _put_right(self) -> str:
        """Bring list and pages together; return what staff should know."""
        try:
            report = await asyncio.to_thread(self._session.vault.reconcile)
        except VaultError as error:
            return str(error)
        lost = len(report.pageless) + len(report.unreadable)
        return (
            _("{lost} entries here cannot be read. Tell who looks after the kiosk.").format(lost=lost)
            if lost
            else ""
        )

    async def _open(self, desk: Desk, typed: str) -> str:
        """Open an entry and show it; return what went wrong, in plain words, or nothing."""
        async with busy(self._app, _("Opening the entry.")):
            try:
                opened = await asyncio.to_thread(desk.open, typed)
            except (HandleError, NoEntryError) as error:
                return await asyncio.to_thread(desk.explain, typed, error)
            except KioskError as error:
                return str(error)
        problem = ""
        while await self._show(EntryScreen(opened, zone=self._zone, problem=problem)) is Then.PICK_UP:
            try:
                row = await asyncio.to_thread(desk.pick_up, opened.row.id)
            except VaultError as error:
                problem = str(error)
            else:
                opened, problem = Opened(row, opened.pages, opened.unread), ""
        return ""
