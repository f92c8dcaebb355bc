"""A lost slip: two members of staff find its entry."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from kiosk.dates import day_of, on_day
from kiosk.desk import lost_slip
from kiosk.desk.desk import Desk
from kiosk.desk.keys import staff
from kiosk.entry.opened import Opened
from kiosk.errors import DeskError, KioskError
from kiosk.text import same_name
from kiosk.vault.rows import Row
from screens.desk.flow import UnlockedFlow
from screens.desk.stage import DeskStage
from screens.desk.unlock_screen import Claim, UnlockScreen
from screens.widgets.menu import MenuOption
from screens.words import _


@dataclass
class _Known:
    """What is known of an entry whose slip is lost."""

    name: str = ""
    day: str = ""
    days: tuple[date | None, date | None] = (None, None)
    """The first and the last one that it may have been saved on."""
    words: str = ""


class LostSlipFlow(UnlockedFlow):
    """Walks two members of staff to the entry of a customer who has lost the slip."""

    def __init__(self, stage: DeskStage, desk: Desk, unlock: Callable[[Claim], Awaitable[Desk]]) -> None:
        """`unlock` checks the passphrase of the second one. Raises KioskError."""
        super().__init__(stage, desk)
        self._unlock = unlock

    async def run(self, rows: Sequence[Row], name: str = "") -> Opened | None:
        """Let a second one unlock, and find the entry; `name` is what it may be called.

        None where one leaves. Raises KioskError.
        """
        every = (one.name for one in staff.members(self._stage.home.staff, self._desk.identity))
        if all(same_name(name, self._desk.staff) for name in every):
            await self._tell(
                _("You need a second colleague"),
                _("Nobody else can unlock this desk. Add another member of staff first."),
            )
            return None
        second = await self._second()
        if second is None:
            return None
        reason = await self._line(
            _("A lost slip"),
            _("Who is asking, and why? This goes into the audit log"),
            needed=_("Enter who is asking, and why."),
        )
        if reason is None:
            return None
        search = await self._at_once(partial(lost_slip.begin, self._desk, second, reason))
        with self._holding():
            row = await self._look(search, rows, name)
        return None if row is None else await self._at_once(partial(search.open, row))

    async def _look(self, search: lost_slip.Search, rows: Sequence[Row], name: str) -> Row | None:
        """Ask what is known of the entry until one is chosen; None where one leaves."""
        known = _Known(name)
        while await self._ask(known):
            since, until = known.days
            wanted = lost_slip.Wanted(known.name, since, until, known.words)
            look = partial(search.look, rows, wanted)
            row = await self._which(await self._counting(_("Searching."), look))
            if row is not None:
                return row
        return None

    async def _ask(self, known: _Known) -> bool:
        """Ask what is known of the entry, there and back; all may stay empty. False where one leaves."""
        asks = (self._ask_name, self._ask_day, self._ask_words)
        at = 0
        while 0 <= at < len(asks):
            at += 1 if await asks[at](known) else -1
        return at > 0

    async def _ask_name(self, known: _Known) -> bool:
        name = await self._line(
            _("A lost slip"),
            _("The name of the entry, or part of it"),
            lines=(_("It has two words, such as Amber Heron. Leave it empty for all."),),
            text=known.name,
        )
        known.name = known.name if name is None else name
        return name is not None

    async def _ask_day(self, known: _Known) -> bool:
        problem = ""
        while True:
            day = await self._line(
                _("A lost slip"),
                _("The day it was saved, such as 4 March, 04/03/2026 or yesterday"),
                lines=(_("Three days before and after are included. Leave it empty for any day."),),
                text=known.day,
                problem=problem,
            )
            if day is None:
                return False
            known.day = day
            try:
                today = day_of(self._stage.now())
                known.days = lost_slip.around(day, today) if day else (None, None)
            except DeskError as error:
                problem = str(error)
            else:
                return True

    async def _ask_words(self, known: _Known) -> bool:
        words = await self._line(
            _("A lost slip"),
            _("Words that appear in the answers, as far as they are known"),
            lines=(_("Only what the customer lets staff read is searched."),),
            text=known.words,
        )
        known.words = known.words if words is None else words
        return words is not None

    async def _second(self) -> str | None:
        title, name, problem = _("A second colleague must unlock too"), "", ""
        while True:
            claim = await self._show(UnlockScreen(name, problem=problem, title=title))
            if claim is None:
                return None
            name = claim.staff
            try:
                second = (await self._unlock(claim)).staff
            except KioskError as error:
                problem = str(error)
            else:
                if not same_name(second, self._desk.staff):
                    return second
                problem = _("A second colleague must enter their own name and passphrase.")

    async def _which(self, found: lost_slip.Found) -> Row | None:
        if not found.rows:
            hint = _("Press Enter to change the search, or to leave a part empty.")
            await self._tell(_("No entries match"), *found.missed, hint)
            return None
        options = (MenuOption(row.id, f"{row.name}, {on_day(row.saved)}") for row in found.rows)
        chosen = await self._choose(_("Which entry is it?"), options)
        return next((row for row in found.rows if row.id == chosen), None)
