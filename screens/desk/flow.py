"""The desk as one short walk: unlock, the list, an entry, and back."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from enum import Enum
from functools import partial

from kiosk.attempts import Tried
from kiosk.desk import staff
from kiosk.desk.desk import Desk
from kiosk.desk.listing import Flags, View, flags_of
from kiosk.desk.opened import Opened
from kiosk.desk.unlocking import Standing, unlock
from kiosk.errors import (
    DeskError,
    HandleError,
    KioskError,
    NoEntryError,
    ShutOutError,
    StaffError,
    VaultError,
)
from kiosk.settings import venue_key_now
from kiosk.vault.rows import Row
from screens.desk.entries import Code, EntriesScreen, Way
from screens.desk.entry import EntryWalk
from screens.desk.entry_list import Known
from screens.desk.more import MoreWalk
from screens.desk.overdue import OverdueCount
from screens.desk.stage import Stage
from screens.desk.unlock import Claim, UnlockScreen
from screens.desk.walk import ScannedElsewhere, Walk
from screens.words import _

NAMED = 4
"""So many entries whose customer asked to talk are named above the list; each is marked in it."""


class Outcome(Enum):
    """How the desk was left."""

    LOCKED = "locked"
    CLOSED = "closed"


LEAVING = {Way.CLOSE: Outcome.CLOSED, Way.LOCK: Outcome.LOCKED}
"""What ends it, and how."""


class Desking(Walk):
    """Walks a member of staff through the desk, from a locked one to a locked one."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._session = stage.session
        self._listed: tuple[Row, ...] = ()
        self._known: Known = {}
        self._view = View()
        self._overdue: OverdueCount | None = None
        self._lasting = ""
        """What staff should know as long as they are here."""
        self._said = ""
        """What came of what was done last."""
        self._typed = ""
        """What stands in its field."""

    async def run(self) -> Outcome:
        """Unlock, then list and open until the desk is locked or the kiosk closed."""
        desk = await self._unlock()
        if desk is None:
            return Outcome.LOCKED
        self._lasting = await self._put_right()
        try:
            return await self._rounds(desk)
        finally:
            if self._overdue is not None:
                self._overdue.stop()

    async def _rounds(self, desk: Desk) -> Outcome:
        asked: Code | Way | None = None
        while True:
            try:
                desk.require("staff")
                asked = await self._does(desk, asked)
            except ScannedElsewhere as scanned:
                asked = Code(scanned.code)
            except ShutOutError as error:
                with suppress(ScannedElsewhere):
                    await self._tell(_("The desk is locked"), str(error))
                return Outcome.LOCKED
            if isinstance(asked, Way) and asked in LEAVING:
                return LEAVING[asked]

    async def _does(self, desk: Desk, asked: Code | Way | None) -> Code | Way | None:
        """Do what was asked on the list, or show the list, and return what is asked next."""
        match asked:
            case Code():
                self._said = await self._open(desk, asked.typed)
                self._typed = asked.typed if self._said else ""
            case Way.MORE:
                self._said, self._typed = await self._more(desk), ""
            case _:
                return await self._list(desk)
        return None

    async def _list(self, desk: Desk) -> Code | Way:
        rows, flags, trouble = await self._rows(desk)
        self._listed = rows
        if self._overdue is None:
            self._overdue = OverdueCount(self._session.home, desk.identity, self._stage.now())
            self._stage.app.run_worker(self._overdue.run(rows))
        attempts = self._session.attempts()
        self._view.settle(rows, flags)
        page = EntriesScreen(
            rows,
            message=self._said,
            typed=self._typed,
            flags=flags,
            view=self._view,
            notices=(*filter(None, (self._lasting, trouble)), *_notices(rows, flags.talk, attempts.read())),
            shared_of=desk.shared,
            known=self._known,
        )
        try:
            return await self._show(page)
        finally:
            attempts.seen()

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
                return await self._meanwhile(_("Opening the desk."), partial(self._desk_of, claim))
            except (DeskError, VaultError) as error:
                problem = str(error)

    def _desk_of(self, claim: Claim) -> Desk:
        """Unlock, as slowly as wrong tries before make it, and note it. Raises KioskError."""
        home, known, tools = self._stage.home, self._session.settings.venue.key, self._stage.tools
        audit, key = self._session.audit(), venue_key_now(home, known)
        unlocked = unlock(
            home,
            audit,
            claim.staff,
            claim.passphrase,
            venue_key=key,
            now=tools.now,
            pause=tools.pause,
        )
        require = Standing(home, unlocked.name, unlocked.identity, key).require
        return Desk(self._session.vault, unlocked.name, unlocked.identity, audit, tools.derive, require)

    async def _rows(self, desk: Desk) -> tuple[tuple[Row, ...], Flags, str]:
        """Return the list, what staff should know of its entries, and what is wrong with it.

        Without a list, an entry still opens by its code.
        """

        def look() -> tuple[tuple[Row, ...], Flags, str]:
            rows = desk.rows()
            return rows, flags_of(desk, rows, self._session.settings.privacy.days, self._stage.now()), ""

        try:
            return await asyncio.to_thread(look)
        except VaultError as error:
            return (), Flags(), str(error)

    async def _put_right(self) -> str:
        """Bring list and pages together; return what staff should know."""
        try:
            report = await asyncio.to_thread(self._session.vault.reconcile)
        except VaultError as error:
            return str(error)
        lost = len(report.pageless) + len(report.unreadable)
        return (
            _("Entries that cannot be read: {lost}. Tell who looks after the kiosk.").format(lost=lost)
            if lost
            else ""
        )

    async def _open(self, desk: Desk, typed: str) -> str:
        """Open an entry and show it; return what went wrong, in plain words, or nothing."""
        opened = await self._meanwhile(_("Opening the entry."), partial(_opened, desk, typed))
        if isinstance(opened, str):
            return opened
        await self._entry(desk, opened)
        return ""

    async def _more(self, desk: Desk) -> str:
        """Do what is done less often; return what went wrong, or nothing."""
        try:
            opened = await MoreWalk(self._stage, desk, self._desk_of).run(self._listed)
        except KioskError as error:
            return str(error)
        if opened is not None:
            await self._entry(desk, opened)
        return ""

    async def _entry(self, desk: Desk, opened: Opened) -> None:
        await EntryWalk(self._stage, desk).run(opened)


def _opened(desk: Desk, typed: str) -> Opened | str:
    """Return the entry of a code, or why it does not open."""
    try:
        return desk.open(typed)
    except (HandleError, NoEntryError) as error:
        return desk.explain(typed, error)
    except KioskError as error:
        return str(error)


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
