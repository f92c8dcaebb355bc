"""A deck of cards, shown a handful at a time, with room for own words at its end."""

from textual.app import ComposeResult
from textual.containers import Vertical

from kiosk.entry.answers import Answer, Cards
from kiosk.pack.model import CardsQuestion, Deck
from screens.i18n import _
from screens.widgets.answer_box import AnswerBox
from screens.widgets.picks import SEVERAL, Pick, Picks
from screens.widgets.plain import Plain
from screens.widgets.text_boxes import LinesBox

OWN_LINES = 5


class CardsBox(AnswerBox):
    """The handfuls of a deck, one group each; Enter goes to the next handful, Esc to the one before."""

    def __init__(self, question: CardsQuestion, deck: Deck, answer: Cards, writing_note: str) -> None:
        super().__init__()
        self._deck = deck
        self._groups = question.groups or tuple(deck.groups)
        self._own_words = question.own_words
        self._start = answer
        self._writing_note = writing_note
        self._at = 0

    @property
    def writing(self) -> bool:
        """Whether the page of own words is shown."""
        return self._own_words and self._at == len(self._groups)

    def compose(self) -> ComposeResult:
        """Yield every handful; one is shown."""
        picked = frozenset(self._start.picked)
        total = len(self._groups)
        for number, group in enumerate(self._groups, 1):
            cards = self._deck.in_group(group)
            with Vertical(classes="handful"):
                where = _("Cards {number} of {total}").format(number=number, total=total)
                yield Plain(SEVERAL, classes="several")
                yield Plain(f"{self._deck.groups[group]}  ·  {where}", classes="label")
                yield Picks(
                    tuple(Pick(card.id, place, card.label) for place, card in enumerate(cards, 1)),
                    picked & {card.id for card in cards},
                    several=True,
                )
        if self._own_words:
            with Vertical(classes="handful"):
                yield Plain(_("In your own words: what else is strong about you?"), classes="label")
                yield LinesBox(self._start.own, max(OWN_LINES, len(self._start.own)))
                yield Plain(self._writing_note, classes="label")

    def on_mount(self) -> None:
        """Show the first handful."""
        self._show()

    def answer(self) -> Answer | None:
        """Return what is picked over all handfuls, and the own words."""
        chosen = frozenset[str]().union(*(picks.chosen for picks in self.query(Picks)))
        picked = tuple(card.id for card in self._deck.cards if card.id in chosen)
        own = self.query_one(LinesBox).lines() if self._own_words else ()
        return Cards(picked, own) if picked or own else None

    def forward(self) -> bool:
        """Go to the next handful, or on within the own words."""
        if self.writing and self.query_one(LinesBox).forward():
            return True
        return self._turn(1)

    def pass_over(self) -> bool:
        """Go to the next handful, whatever is picked in this one. False at the end."""
        return self._turn(1)

    def back(self) -> bool:
        """Go to the handful before."""
        return self._turn(-1)

    def _turn(self, by: int) -> bool:
        to = self._at + by
        if not 0 <= to < len(self.query(".handful")):
            return False
        self._at = to
        self._show()
        return True

    def _show(self) -> None:
        for place, handful in enumerate(self.query(".handful")):
            handful.display = place == self._at
            if handful.display:
                handful.query(Picks).focus()
                for own in handful.query(LinesBox):
                    own.stand()
