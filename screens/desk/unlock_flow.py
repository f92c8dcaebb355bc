"""Unlocking the desk, and what is found then."""

import asyncio
from collections.abc import Callable
from functools import partial

from kiosk.desk import rehearsal
from kiosk.desk.desk import Desk
from kiosk.desk.keys.lockout import Throttle
from kiosk.desk.keys.staff_files import LEAD
from kiosk.desk.keys.stock import StockFinding
from kiosk.desk.unlock import Greeting, unlock_desk
from kiosk.errors import DeskError, LeadNeededError, VaultError
from kiosk.language import duration
from screens.desk import cards_flow
from screens.desk.flow import Flow
from screens.desk.stage import DeskStage
from screens.desk.unlock_screen import Claim
from screens.i18n import _
from screens.widgets.busy_screen import BusyScreen, meanwhile
from screens.widgets.choose_screen import MenuOption

TOLD = 2.0
"""A delay of so many seconds and more is announced."""
_KEEP, _DONE = "keep", "done"


class UnlockFlow(Flow):
    """Asks for a name and a passphrase, and tells whoever unlocks what the desk found."""

    def __init__(self, stage: DeskStage) -> None:
        super().__init__(stage)
        self._session = stage.session
        self._tries = Throttle(stage.home.unlocks, "screen")
        self._found: tuple[StockFinding, ...] = ()
        self._first: tuple[str, ...] = ()
        self._says = ""
        self._wrong: list[str] = []
        self.lasting = ""
        """What staff should know as long as they are here."""

    async def run(self) -> Desk | None:
        """Unlock; None where one went back."""
        practice = self._session.practice
        name = practice.staff if practice else ""
        entered = await self._unlock_until(self._enter, name=name, practice=practice)
        if entered is None:
            return None
        desk, greeting = entered
        self.take(greeting)
        if practice and not rehearsal.is_prepared(self._stage.home):
            await self._prepare_practice(desk)
        return desk

    def take(self, greeting: Greeting) -> None:
        """Remember what the desk found when it was unlocked."""
        self._found, self._first, self._says = greeting.found, greeting.first, greeting.says()
        self._wrong, self.lasting = [greeting.wrong], greeting.trouble

    def told_once(self) -> tuple[str, list[str]]:
        """Return who unlocked last, and how often a passphrase was wrong, and nothing from then on."""
        told = self._says, [*filter(None, self._wrong)]
        self._says, self._wrong = "", []
        return told

    async def _prepare_practice(self, desk: Desk) -> None:
        """Save the made-up entries, and say where the cards are."""
        home, names, now = self._stage.home, self._session.names, self._stage.now()
        await self._counting(
            _("Making up entries to practise with."), partial(rehearsal.prepare, home, desk, names, now)
        )
        await self._tell(
            cards_flow.TITLE,
            _("These entries are made up. Nothing here is real, and all of it is gone when practice ends."),
            _("The cards come next: they tell what a customer wants. F12 in the list shows them again."),
        )

    async def also_unlocks(self, claim: Claim) -> Desk:
        """Check the passphrase of a second one, or one's own again. Nobody is greeted. Raises KioskError."""
        desk, greeting = await self._enter(claim)
        if greeting.wrong:  # it is told now, or never
            self._wrong.append(f"{desk.staff}: {greeting.wrong}")
        return desk

    async def _enter(self, claim: Claim) -> tuple[Desk, Greeting]:
        """Unlock, and where wrong passphrases of before make that slow, say so. Raises KioskError."""
        loop = asyncio.get_running_loop()
        page = BusyScreen(_("Opening the desk."))

        def pause(seconds: float) -> None:
            if seconds >= TOLD:
                says = _("Because of earlier wrong passphrases, this takes {time}.")
                loop.call_soon_threadsafe(page.say, says.format(time=duration(round(seconds))))
            self._stage.tools.pause(seconds)

        return await meanwhile(self._stage.app, page, self.opened_desk, claim, pause)

    def opened_desk(self, claim: Claim, pause: Callable[[float], None]) -> tuple[Desk, Greeting]:
        """Unlock, as slowly as wrong tries before make it, and note it. Raises KioskError."""
        tools = self._stage.tools
        _unlocked, desk, greeting = unlock_desk(
            self._stage.home,
            self._session.vault,
            self._tries,
            claim.staff,
            claim.passphrase,
            known_key=self._session.settings.venue.key,
            now=tools.now,
            pause=pause,
            derive=tools.derive,
        )
        return desk, greeting

    async def greet(self, desk: Desk) -> None:
        """Say, before anything else, what is not as the desk left it.

        A lead is asked whether that is dealt with: nobody is told again then.
        """
        if self._first:
            with self._holding():
                await self._tell(_("Look at this first"), *self._first)
                await self._acknowledge(desk, self._found)

    async def _acknowledge(self, desk: Desk, found: tuple[StockFinding, ...]) -> None:
        """Ask whether what was found may be said no longer: a lead of all, others of new codes."""
        try:
            desk.require(LEAD)
        except LeadNeededError:
            found = tuple(one for one in found if one.code_of)
        except DeskError:
            return
        if not found:
            return
        chosen = await self._choose(
            _("Has this been dealt with?"),
            (
                MenuOption(_KEEP, _("No, show it again next time")),
                MenuOption(_DONE, _("Yes, stop showing it")),
            ),
            lines=(_("It is shown to everyone who unlocks the desk. The audit log keeps it."),),
            chosen=(_KEEP,),
        )
        if chosen == _DONE:
            try:
                desk.acknowledge(found)
            except (DeskError, VaultError) as error:
                await self._tell(_("It is shown again next time"), str(error))
