"""The desk as one short walk: unlock, the list, an entry, and back."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, tzinfo
from enum import Enum

from textual.app import App

from kiosk.attempts import Tried
from kiosk.desk import staff
from kiosk.desk.desk import Desk, Opened
from kiosk.errors import DeskError, HandleError, KioskError, NoEntryError, StaffError, VaultError
from kiosk.retention import leaving
from kiosk.session import Session
from kiosk.vault.catalogue import Row
from screens.desk.entries import EntriesScreen, Way
from screens.desk.note import NoteScreen
from screens.desk.reading import EntryScreen, Then
from screens.desk.unlock import Claim, UnlockScreen
from screens.widgets.ask import AskScreen
from screens.widgets.busy import busy
from screens.widgets.keys import COLOURS
from screens.widgets.page import Move
from screens.words import _

NAMED = 4
"""So many entries whose customer asked to talk are named above the list; each is marked in it."""


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
        attempts = self._session.attempts()
        while True:
            rows, talk, trouble = await self._rows(desk)
            message = message or trouble
            asked = await self._show(
                EntriesScreen(
                    rows,
                    zone=self._zone,
                    message=message,
                    typed=typed,
                    leaving=leaving(rows, self._session.settings.privacy.days, self._now()),
                    talk=talk,
                    notices=_notices(rows, talk, attempts.read()),
                )
            )
            attempts.seen()
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

    async def _rows(self, desk: Desk) -> tuple[tuple[Row, ...], Collection[str], str]:
        """Return the list, the ids of whose customer wants to talk, and what is wrong with it.

        Without a list, an entry still opens by its code.
        """

        def look() -> tuple[tuple[Row, ...], Collection[str], str]:
            rows = desk.rows()
            return rows, desk.asked_to_talk(rows, self._now()), ""

        try:
            return await asyncio.to_thread(look)
        except VaultError as error:
            return (), (), str(error)

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
        while True:
            then = await self._show(EntryScreen(opened, zone=self._zone, problem=problem))
            if then is Then.BACK:
                return ""
            problem = ""
            try:
                opened = await self._does(then, desk, opened)
            except KioskError as error:
                problem = str(error)

    async def _does(self, then: Then, desk: Desk, opened: Opened) -> Opened:
        """Do something with an opened entry, and return it as it is then. Raises KioskError."""
        if then is Then.PICK_UP:
            return replace(opened, row=await asyncio.to_thread(desk.pick_up, opened.row.id))
        if then is Then.NOTE:
            return await self._add_note(desk, opened)
        asked = AskScreen(
            _("Show what the customer kept back?"),
            (
                _("It opens with the customer's code alone."),
                _("Is the customer here with you, and do they want you to see it?"),
            ),
            on=_("Yes, show it"),
            back=_("No, leave it closed"),
            everywhere=(COLOURS,),
        )
        return opened.revealed() if await self._show(asked) is Move.ON else opened

    async def _add_note(self, desk: Desk, opened: Opened) -> Opened:
        text, problem = "", ""
        while True:
            text = await self._show(NoteScreen(opened.row.name, text, problem))
            if not text:
                return opened
            try:
                return await asyncio.to_thread(desk.add_note, opened, text, self._now())
            except VaultError as error:
                problem = str(error)


def _notices(rows: tuple[Row, ...], talk: Collection[str], tried: Tried) -> tuple[str, ...]:
    """Return what staff should know: who wants to talk, by name, and wrong codes since they last looked."""
    names = [row.name for row in rows if row.id in talk]
    more = _(" and {count} more").format(count=len(names) - NAMED) if len(names) > NAMED else ""
    found = []
    if names:
        wants = _("Asked to talk to someone: {names}.")
        found.append(wants.format(names=", ".join(names[:NAMED]) + more))
    if tried.wrong:
        found.append(_("Codes tried at the kiosk that open nothing: {count}.").format(count=tried.wrong))
    return tuple(found)
