"""The cards of practice: what a customer wants, and which of it is done."""

from functools import partial

from kiosk.desk import rehearsal
from kiosk.desk.rehearsal import ShownCard
from screens.desk.flow import UnlockedFlow
from screens.i18n import _
from screens.widgets.choose_screen import MenuOption

TITLE = _("Practice cards")


class CardsFlow(UnlockedFlow):
    """Walks a member of staff through the cards."""

    async def run(self) -> None:
        """Show the list of cards, and one that is chosen, until one leaves. Raises KioskError."""
        cards = await self._at_once(partial(rehearsal.cards, self._stage.home, self._desk))
        if not cards:
            await self._tell(TITLE, _("There are no cards here."))
            return
        shown = {str(number): card for number, card in enumerate(cards)}
        options = [MenuOption(id_, _label(card)) for id_, card in shown.items()]
        lines = (_("Play them in twos: one of you is the customer. Take your time."),)
        while (chosen := await self._choose(TITLE, options, lines=lines)) is not None:
            await self._show_card(shown[chosen])

    async def _show_card(self, card: ShownCard) -> None:
        code = await self._at_once(partial(rehearsal.play, self._stage.home, card))
        self._stage.app.sub_title = code
        slip = _("The slip of {name}: {code}. The top line shows it while you play.")
        done = _("Done. Talk about it: {about}") if card.done else _("Afterwards, talk about it: {about}")
        await self._tell(
            card.title,
            card.tells,
            *((slip.format(name=card.slip.name, code=code),) if code else ()),
            done.format(about=card.afterwards),
        )


def _label(card: ShownCard) -> str:
    return _("{title}: done").format(title=card.title) if card.done else card.title
