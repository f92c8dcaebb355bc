"""A lost slip: two members of staff find its entry."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from functools import partial
from typing import Any, Literal, get_args

from kiosk.dates import on_day
from kiosk.desk import lost_slip
from kiosk.desk.desk import Desk
from kiosk.desk.keys import staff
from kiosk.entry.opened import Opened
from kiosk.errors import DeskError
from kiosk.text import same_name
from kiosk.vault.rows import Row
from screens.desk.flow import UnlockedFlow
from screens.desk.line_screen import LineScreen
from screens.desk.stage import DeskStage
from screens.desk.unlock_screen import Claim
from screens.i18n import _
from screens.widgets.choose_screen import MenuOption

_Part = Literal["reason", "name", "day", "words"]
"""What is asked for."""


class LostSlipFlow(UnlockedFlow):
    """Walks two members of staff to the entry of a customer who has lost the slip."""

    def __init__(
        self,
        stage: DeskStage,
        desk: Desk,
        unlock: Callable[[Claim], Awaitable[Desk]],
        show: Callable[[Opened], Awaitable[Opened | None]],
    ) -> None:
        """`unlock` checks the passphrase of the second one; `show` walks through an entry (`EntryFlow.run`).

        Raises KioskError.
        """
        super().__init__(stage, desk)
        self._unlock = unlock
        self._walk = show
        self._typed: dict[_Part, str] = dict.fromkeys(get_args(_Part), "")
        self._days: tuple[date | None, date | None] = (None, None)
        """The first and the last one that the entry may have been saved on."""
        self._search: lost_slip.Search | None = None
        self._begun_for = ""
        """The reason that the search was begun with."""

    async def run(self, rows: Sequence[Row], name: str = "") -> None:
        """Let a second one unlock, find the entry and show it; `name` is what it may be called.

        Raises KioskError.
        """
        every = (one.name for one in staff.members(self._stage.home.staff, self._desk.identity))
        if all(same_name(name, self._desk.staff) for name in every):
            await self._tell(
                _("You need a second colleague"),
                _("Nobody else can unlock this desk. Add another member of staff first."),
            )
            return
        second = await self._second()
        if second is None:
            return
        self._typed["name"] = name
        with self._holding():
            while (search := await self._begin(second)) is not None and not await self._look(search, rows):
                pass

    async def _begin(self, second: str) -> lost_slip.Search | None:
        """Ask for the reason and begin, unless that is done; None where one leaves. Raises KioskError."""
        while not await self._part(
            "reason",
            _("Who is asking, and why? This goes into the audit log"),
            needed=_("Enter who is asking, and why."),
        ):
            if await self._asks(
                _("Leave the search?"),
                _("{second} would have to unlock again.").format(second=second),
                on=_("Leave the search"),
                back=_("Back to the search"),
                final=True,
            ):
                return None
        reason = self._typed["reason"]
        if self._search is None or reason != self._begun_for:
            begin = partial(lost_slip.begin, self._desk, second, reason)
            self._search, self._begun_for = await self._at_once(begin), reason
        return self._search

    async def _look(self, search: lost_slip.Search, rows: Sequence[Row]) -> bool:
        """Ask what is known of the entry until it is found; False where one goes back to the reason."""
        asks = (self._ask_name, self._ask_day, self._ask_words)
        at = 0
        while True:
            while 0 <= at < len(asks):
                at += 1 if await asks[at]() else -1
            if at < 0:
                return False
            wanted = lost_slip.Wanted(self._typed["name"], *self._days, self._typed["words"])
            found = await self._counting(_("Searching."), partial(search.look, rows, wanted))
            while (row := await self._which(found)) is not None:
                if await self._is_it(await self._at_once(partial(search.open, row))):
                    return True
            at = len(asks) - 1 if found.rows else 0

    async def _is_it(self, opened: Opened) -> bool:
        """Show an entry, and ask whether it is the right one where nothing was done with it."""
        if await self._walk(opened) != opened:
            return True
        return await self._asks(
            _("Was this the right entry?"),
            _("If not, go back to the search. What you typed is still there."),
            on=_("Yes, end the search"),
            back=_("No, back to the search"),
        )

    async def _part(self, part: _Part, label: str, *lines: str, **more: Any) -> bool:
        """Ask for a part, and keep what is typed, whichever way one leaves. False where one goes back."""
        page = LineScreen(_("A lost slip"), label, lines=lines, text=self._typed[part], **more)
        written = await self._show(page)
        self._typed[part] = written.value
        return written.saved

    async def _ask_name(self) -> bool:
        return await self._part(
            "name",
            _("The name of the entry, or part of it"),
            _("It has two words, such as Amber Heron. Leave it empty for all."),
        )

    async def _ask_day(self) -> bool:
        problem, today = "", self._today()
        while await self._part(
            "day",
            _("The day it was saved, such as 4 March, 04/03/2026 or yesterday"),
            _("Three days before and after are included. Leave it empty for any day."),
            problem=problem,
            reads=self._reading_day(today),
        ):
            day = self._typed["day"]
            try:
                self._days = lost_slip.around(day, today) if day else (None, None)
            except DeskError as error:
                problem = str(error)
            else:
                return True
        return False

    async def _ask_words(self) -> bool:
        return await self._part(
            "words",
            _("Words that appear in the answers, as far as they are known"),
            _("Only what the customer lets staff read is searched."),
        )

    async def _second(self) -> str | None:
        async def other(claim: Claim) -> str:
            second = (await self._unlock(claim)).staff
            if same_name(second, self._desk.staff):
                raise DeskError(_("A second colleague must enter their own name and passphrase."))
            return second

        return await self._unlock_until(other, title=_("A second colleague must unlock too"))

    async def _which(self, found: lost_slip.Found) -> Row | None:
        if not found.rows:
            hint = _("Press Enter to change the search, or to leave a part empty.")
            await self._tell(_("No entries match"), *found.missed, hint)
            return None
        options = (MenuOption(row.id, f"{row.name}, {on_day(row.saved)}") for row in found.rows)
        chosen = await self._choose(_("Which entry is it?"), options, lines=found.renamed)
        return next((row for row in found.rows if row.id == chosen), None)
