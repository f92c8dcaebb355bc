"""A new code for an entry whose slip is lost: asked about, given, shown and printed as a first one is."""

from dataclasses import replace
from functools import partial

from kiosk.dates import day_of, long_day
from kiosk.desk import new_code
from kiosk.desk.new_code import Given
from kiosk.entry.opened import Opened
from kiosk.entry.slip import Slip, code_slip
from kiosk.errors import BegunError, PackError
from kiosk.language import Language, language_or_english, speaking
from kiosk.pack.fill import fill
from kiosk.upkeep import retention
from kiosk.visit.saving import Saved
from screens.desk.flow import UnlockedFlow
from screens.i18n import _
from screens.stage import COPY_IT, UNFINISHED
from screens.widgets.code_screen import CodeResult, CodeScreen
from screens.widgets.enter_code_screen import CodeTrial, try_code

NEW = _("This is the new code for these answers.")


class NewCodeFlow(UnlockedFlow):
    """Walks a member of staff, and the customer beside them, to a new code."""

    async def run(self, opened: Opened) -> Opened | None:
        """Ask, give the code, show it until it is kept. None where nothing is done. Raises KioskError."""
        with self._holding():
            kept_back = (_("The customer kept a part back. Only the old code opens it; the new one cannot."),)
            if not await self._asks(
                _("Give {name} a new code?").format(name=opened.row.name),
                _("The old code will no longer open these answers, and their name changes."),
                *(kept_back if opened.keeps_back else ()),
                _(
                    "Make sure that only the customer can see the screen. F9 hides the code and locks the "
                    "desk."
                ),
                on=_("Give a new code"),
                back=_("Leave it as it is"),
                final=True,
                long=True,
            ):
                return None
            theirs = language_or_english(opened.language or self._stage.session.pack.language)
            keep = self._keep_in(theirs)  # before there is a code that must be shown
            given = await self._give(opened)
            await self._hand_over(given, theirs, keep)
        # It was noted as given, and is read to go on with.
        return replace(self._desk.read_without_code(given.row), second=opened.second)

    async def _give(self, opened: Opened) -> Given:
        doing, desk = _("Giving a new code."), self._desk
        code = await self._stage.meanwhile(doing, partial(new_code.drawn, desk))
        give = partial(new_code.give, desk, opened, opened.second, code, self._stage.now())
        try:
            return await self._stage.meanwhile(doing, give)
        except BegunError as error:  # it will be finished, and nothing else ever shows this code
            await self._keep(Saved(code[0], desk.vault.name_of(code[1].id), code[1].id), str(error), None)
            raise

    def _keep_in(self, theirs: Language) -> tuple[str, ...]:
        """Return what the pack says of keeping a code, in a language, as far as it has that."""
        session = self._stage.session
        try:
            with speaking(theirs):
                return session.told(session.pack).closing.keep
        except PackError:
            return fill(session.pack, session.settings.words()).closing.keep

    async def _hand_over(self, given: Given, theirs: Language, keep: tuple[str, ...]) -> None:
        """Show the code until it is kept, print a slip in its customer's language, say what else there is."""
        session, saved = self._stage.session, given.saved
        last_day = day_of(retention.goes(given.row, session.settings.privacy.days))
        venue = self._desk.venue_of(given.row.id) or session.settings.venue.name
        with speaking(theirs):
            slip = code_slip(saved.name, saved.handle, venue=venue, lines=keep, keep_until=last_day)
        await self._keep(saved, NEW, slip)
        if given.kept_back:
            await self._tell(
                _("What was kept back"),
                _("It is still here until {day}. Only the old code opens it.").format(day=long_day(last_day)),
                _("If you find the old slip, keep it. It opens nothing else."),
            )

    async def _keep(self, saved: Saved, words: str, slip: Slip | None) -> None:
        """Show a code, and print its slip as often as one wants, until a part of it was typed from a copy."""
        prints = slip is not None and self._stage.printer is not None
        page = partial(CodeScreen, saved.handle, words, name=saved.name, prints=prints)
        title = _("Has the customer got the code?")
        lines = (
            _("Type the first group from the slip, the photo or the copy. Or scan the code."),
            _("After that, nobody can see the code here again."),
        )
        needed = _("Type the first group, or press Esc to see the code again.")
        while True:
            while await self._show(page()) is CodeResult.PRINT and slip is not None:
                error = await self._stage.print(slip)
                if error is not None:
                    await self._tell(UNFINISHED, str(error), COPY_IT)
            trial = await try_code(lambda make: self._show(make()), saved.handle, title, lines, needed=needed)
            if trial is CodeTrial.RIGHT:
                break
        await self._at_once(partial(new_code.handed_over, self._desk, saved.id))
