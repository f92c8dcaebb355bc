"""What every part of a visit works with, and the few things that all of them do."""

from dataclasses import dataclass

from kiosk.errors import KioskError
from kiosk.pack.model import Pack
from kiosk.visit.returning import Returning
from kiosk.visit.saving import Saver
from kiosk.visit.visit import Visit
from screens.customer_words import for_customer
from screens.i18n import _
from screens.stage import Stage
from screens.widgets.ask_screen import AskScreen
from screens.widgets.busy_screen import busy
from screens.widgets.keys import HIDE
from screens.widgets.page import PageResult
from screens.widgets.reading_screen import ReadingScreen


@dataclass
class VisitStage(Stage):
    """One customer's visit."""

    visit: Visit
    saver: Saver

    @property
    def pack(self) -> Pack:
        """The pack of this visit, with what the settings say now where it is offered still."""
        begun, session = self.visit.pack, self.session
        offered = session.packs
        return next((one for one in offered if (one.id, one.version) == (begun.id, begun.version)), begun)

    @property
    def returning(self) -> Returning:
        """What opens what a customer's code opens."""
        session = self.session
        return Returning(session.vault, session.drafts(), session.names, self.saver.derive)

    async def wait(self, text: str, seconds: float) -> None:
        """Say what is going on while so many seconds pass."""
        async with busy(self.app, text):
            await self.tools.sleep(seconds)

    async def tell(self, title: str, *lines: str) -> None:
        """Show a notice."""
        await self.show(ReadingScreen(title, lines, back=None, everywhere=(HIDE,)))

    async def asks(self, title: str, *lines: str, on: str, back: str, final: bool = False) -> bool:
        """Ask one clear question; tell whether it is to be done. `final` says that it cannot be undone."""
        return await self.show(AskScreen(title, lines, on=on, back=back, final=final)) is PageResult.ON

    async def tries_again(self, title: str, error: KioskError) -> bool:
        """Say that the answers are not kept, and why, and offer to try again. False to go back to them."""
        self.tools.report(error)
        return await self.asks(
            title,
            for_customer(error),
            _("Your answers are still here. You can try again as often as you like."),
            on=_("Try again"),
            back=_("Back to my answers"),
        )
