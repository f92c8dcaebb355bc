"""Showing a code, and printing it: a slip with the code, and a second one with My page."""

from collections.abc import Callable
from datetime import date
from functools import partial

from msgspec import structs

from kiosk.dates import day_of
from kiosk.desk.exports.pdf import my_page_pdf
from kiosk.entry.handout import my_page_slip
from kiosk.entry.my_page import MyPageOf
from kiosk.entry.slip import Slip, code_slip
from kiosk.errors import VaultError
from kiosk.upkeep import retention
from kiosk.visit.saving import Saved
from screens.customer_words import for_customer
from screens.i18n import _
from screens.stage import COPY_IT, UNFINISHED
from screens.visit.stage import VisitStage
from screens.widgets.blocks import LABELS
from screens.widgets.choose_screen import ChooseScreen, MenuOption
from screens.widgets.code_screen import NAME, CodeResult, CodeScreen
from screens.widgets.keys import HIDE

Mine = Callable[[], MyPageOf]
"""Gives My page in the language in use."""


class PrintFlow:
    """Offers to print where there is a printer, and tells plainly where it does not work."""

    def __init__(self, stage: VisitStage) -> None:
        self._stage = stage

    @property
    def offered(self) -> bool:
        """Whether there is a printer."""
        return self._stage.tools.printer is not None

    async def show_code(
        self,
        saved: Saved,
        words: str,
        lines: tuple[str, ...],
        mine: Mine | None = None,
        *,
        named: bool = True,
        after: tuple[str, ...] = (),
        shown: int = 1,
        called: str = NAME,
    ) -> None:
        """Show a code until it is kept, print it as often as one wants, and tell what comes `after`.

        So many lines of that are `shown` beside the code, and `called` stands over the name.

        `words` stand above the code on the screen, `lines` below it on the slip. What is not saved yet has no
        name that staff could find.
        """
        name = saved.name if named else ""
        page = partial(
            CodeScreen,
            saved.handle,
            words,
            name=name,
            called=called,
            prints=self.offered,
            after=after,
            shown=shown,
        )
        while (result := await self._stage.show(page)) is not CodeResult.KEPT:
            if result is CodeResult.PRINT:
                await self.run(saved, lines, mine, named=named)
            else:
                await self._stage.tell(_("What happens next"), *after)

    async def run(
        self, saved: Saved, lines: tuple[str, ...], mine: Mine | None, *, named: bool = True
    ) -> None:
        """Print the slip with the code; then offer one with My page, where there is something on it.

        `named` is False where nothing is saved yet, and so nothing has a name, or a last day.
        """
        settings = self._stage.session.settings
        slip = code_slip(
            saved.name if named else "",
            saved.handle,
            venue=settings.venue.name,
            lines=lines,
            keep_until=self._last_day(saved) if named else None,
        )
        if await self._print(slip) and mine is not None and not mine().is_empty:
            await self._offer_my_page(saved.name, mine)

    def _last_day(self, saved: Saved) -> date | None:
        """Return the last day of an entry, as the desk has it; None where the list does not tell it now."""
        session = self._stage.session
        try:
            return day_of(retention.goes(session.vault.row(saved.id), session.settings.privacy.days))
        except VaultError as error:
            self._stage.tools.report(error)  # the code is worth printing without it
            return None

    async def _offer_my_page(self, name: str, mine: Mine) -> None:
        parts = [part for part in LABELS if getattr(mine(), part)]
        page = partial(
            ChooseScreen,
            _("Print My page too?"),
            (_("Choose what to put on the paper. You can also choose nothing."),),
            tuple(MenuOption(part, LABELS[part]) for part in parts),
            several=True,
            everywhere=(HIDE,),
        )
        chosen = await self._stage.show(page)
        if chosen:
            shown = structs.replace(mine(), **{part: () for part in LABELS if part not in chosen})
            venue, now = self._stage.session.settings.venue.name, self._stage.tools.now()
            pages = partial(my_page_pdf, name, shown, now, venue)
            await self._print(my_page_slip(name, shown, pages))

    async def _print(self, slip: Slip) -> bool:
        """Print; tell where that does not work, and whether it did."""
        error = await self._stage.print(slip)
        if error is not None:
            await self._stage.tell(UNFINISHED, for_customer(error), COPY_IT)
        return error is None
