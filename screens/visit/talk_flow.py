"""Asking to talk to somebody, and no more: from Welcome to a code, without a question."""

from functools import partial

from kiosk.errors import SaveError
from kiosk.visit.saving import Saved
from screens.customer_words import for_customer
from screens.i18n import _
from screens.visit.pause_flow import PauseFlow
from screens.visit.print_flow import PrintFlow
from screens.visit.stage import VisitStage
from screens.visit.talk_screen import TalkResult, TalkScreen
from screens.visit.talk_wish import ASKED, help_now, what_happens

FIRST = _("This name stands first on the staff list, until you have talked.")


class TalkFlow:
    """Walks somebody who wants to talk, and no more, from Welcome to a code."""

    def __init__(self, stage: VisitStage, pausing: PauseFlow) -> None:
        self._stage = stage
        self._pausing = pausing
        self._printing = PrintFlow(stage)

    async def choose(self) -> TalkResult:
        """Say what happens, and ask whether that is wanted."""
        settings = self._stage.session.settings
        lines = (
            _("Do you want to talk to a member of staff? You do not have to answer any questions."),
            _("If you ask, staff see it first on their list. {read}").format(read=settings.told("read")),
            _("We do not ask who you are. You get a name of two words, and staff call that name."),
            _("We keep this for {days} days. You get a code to take it back.").format(
                days=settings.privacy.days
            ),
            help_now(self._stage),
        )
        return await self._stage.show(lambda: TalkScreen(lines))

    async def save(self) -> Saved | None:
        """Save the wish alone, and offer to try again as often as it fails. None where that is given up."""
        stage = self._stage
        stage.visit.wish()
        while True:
            try:
                save = partial(self._pausing.save, stage.saver.save_wish)
                return await stage.meanwhile(_("Saving it."), save)
            except SaveError as error:
                stage.tools.report(error)
                self._pausing.is_not_saved()
                again = await stage.asks(
                    _("This is not saved yet"),
                    for_customer(error),
                    _("You can also go to a member of staff and ask them."),
                    help_now(stage),
                    on=_("Try again"),
                    back=_("Stop"),
                )
                if not again:
                    return None

    async def show_code(self, saved: Saved) -> None:
        """Show the code of a wish alone, with the name that staff call."""
        after = what_happens(self._stage, FIRST)[1:]
        keep = (_("Use this code to come back: to take this back, or to answer the questions."),)
        await self._printing.show_code(saved, ASKED, keep, after=(*after, *keep), called=_("Staff call you"))
