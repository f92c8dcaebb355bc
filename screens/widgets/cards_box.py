"""A deck of cards, shown a handful at a time, beside what grows of them, and a way to own words."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import TextArea

from kiosk.entry.answers import Answer, Cards
from kiosk.pack.model import CardsQuestion, Deck
from kiosk.text import columns
from screens.i18n import _, _n
from screens.widgets.answer_box import AnswerBox
from screens.widgets.keys import Key
from screens.widgets.picks import SEVERAL, TYPE, Pick, Picks
from screens.widgets.plain import Plain
from screens.widgets.text_boxes import LinesBox
from screens.widgets.tree import Tree

OWN_LINES = 5
BESIDE_TREE = 31
"""Columns of a card's words that have room beside the tree on the narrowest screen."""
OWN_WORDS = Key("f12", _("My own words"))
OWN_ASK = _("In your own words: what else is strong about you?")
OWN, THE_CARDS = _("Own words"), _("The cards")


class CardsBox(AnswerBox):
    """The handfuls of a deck, one group each; Enter goes to the next handful, Esc to the one before.

    One key leads from each of them to own words. Where it `grows` they are strengths, each a leaf.
    """

    class Turned(Message):
        """Another handful is shown, or more or fewer are picked: `where`, `tally` and `way` say so."""

    def __init__(
        self, question: CardsQuestion, deck: Deck, answer: Cards, writing_note: str, *, grows: bool, at: int
    ) -> None:
        """Lay the handfuls out; the one at that place is shown first."""
        super().__init__()
        self._deck = deck
        self._groups = question.groups or tuple(deck.groups)
        self._own_words = question.own_words
        self._start = answer
        self._writing_note = writing_note
        self._grows = grows
        self._at = at
        self._came_from: int | None = None
        """The handful from which a key led to own words; None where the handfuls did."""

    @property
    def way(self) -> Key | None:
        """What leads from the cards to own words."""
        if not self._own_words:
            return None
        return OWN_WORDS if self._grows else OWN_WORDS.called(OWN)

    @property
    def is_first(self) -> bool:
        """Whether the first handful is shown."""
        return self._at == 0

    @property
    def at(self) -> int:
        """Which handful is shown, or was before a key led to own words."""
        return self._at if self._came_from is None else self._came_from

    @property
    def turned(self) -> tuple[int, int | None]:
        """Which handful is shown, or own words, and which one a key led from."""
        return self._at, self._came_from

    def turn_to(self, at: int, came_from: int | None) -> None:
        """Show a handful, or own words, as they once were."""
        self._turn(at)
        self._came_from = came_from

    @property
    def is_last(self) -> bool:
        """Whether no handful and no own words come after it."""
        return self.at == len(self._groups) - (not self._own_words)

    @property
    def where(self) -> str:
        """Which handful is shown; empty where own words are written."""
        if self.writing:
            return ""
        return _("Cards {number} of {total}").format(number=self._at + 1, total=len(self._groups))

    @property
    def tally(self) -> str:
        """How many there are; how to choose them before there is one."""
        number = self._number
        if not number:
            return TYPE if self.is_first else ""
        if not self._grows:
            return _n("{count} chosen", "{count} chosen", number)
        return _n("You have 1 strength", "You have {count} strengths", number)

    @property
    def _number(self) -> int:
        given = self.answer()
        return len(given.picked) + len(given.own) if isinstance(given, Cards) else 0

    @property
    def writing(self) -> bool:
        """Whether the page of own words is shown."""
        return self._own_words and self._at == len(self._groups)

    @property
    def enter(self) -> str:
        """Where Enter leads among the handfuls, unless it chooses."""
        if self._came_from is not None:
            return THE_CARDS
        if self._at + 1 < len(self._groups):
            further: str = _("More cards")
        else:
            further = OWN if self._own_words and not self.writing else ""
        return next((picks.enter for picks in self._in_hand() if picks.enter), further)

    def compose(self) -> ComposeResult:
        """Yield every handful; one is shown, and what another has in it comes when that is."""
        picked = frozenset(self._start.picked)
        yield Plain(SEVERAL, classes="several")
        with Horizontal(id="table"):
            with Vertical():
                for at, group in enumerate(self._groups):
                    cards = self._deck.in_group(group)
                    with Vertical(classes="handful"):
                        yield Plain(self._deck.groups[group], classes="group")
                        yield Picks(
                            tuple(Pick(card.id, place, card.label) for place, card in enumerate(cards, 1)),
                            picked & {card.id for card in cards},
                            several=True,
                            later=at != self._at,
                        )
                if self._own_words:
                    with Vertical(classes="handful"):
                        yield LinesBox(self._start.own, max(OWN_LINES, len(self._start.own)))
            if self._grows:
                labels = (card.label for group in self._groups for card in self._deck.in_group(group))
                yield Tree().set_class(max(map(columns, labels), default=0) > BESIDE_TREE, "-crowded")
        yield Plain(self._writing_note, id="cards-note", classes="label")

    def on_mount(self) -> None:
        """Show the first handful, and whatever is picked from now on."""
        self._grow()
        self._show()
        for picks in self.query(Picks):
            self.watch(picks, "chosen", self.count, init=False)

    @on(TextArea.Changed)
    def count(self) -> None:
        """Say how many there are, and let the tree grow."""
        self._grow()
        self.post_message(self.Turned())

    def _grow(self) -> None:
        for grown in self.query(Tree):
            grown.grow(self._number)

    def answer(self) -> Answer | None:
        """Return what is picked over all handfuls, and the own words."""
        chosen = frozenset[str]().union(*(picks.chosen for picks in self.query(Picks)))
        picked = tuple(card.id for card in self._deck.cards if card.id in chosen)
        own = self.query_one(LinesBox).lines() if self._own_words else ()
        return Cards(picked, own) if picked or own else None

    def forward(self) -> bool:
        """Choose what was pointed at; else go on within own words, to the next handful, or back to one."""
        if any(picks.choose_offered() for picks in self._in_hand()):
            return True
        if self.writing and self.query_one(LinesBox).forward():
            return True
        return self.back_to_cards() or self._turn(self._at + 1)

    def back_to_cards(self) -> bool:
        """Go back to the handful that a key led from. False where none did."""
        return self._came_from is not None and self.back()

    def back(self) -> bool:
        """Go to the handful before, or the one that a key led from."""
        return self._turn(self._at - 1 if self._came_from is None else self._came_from)

    def turn_to_own_words(self) -> None:
        """Go to own words, to come back to the cards that are shown."""
        came_from = self._at
        self._turn(len(self._groups))
        self._came_from = came_from

    def _in_hand(self) -> list[Picks]:
        return [picks for place, picks in enumerate(self.query(Picks)) if place == self._at]

    def _turn(self, to: int) -> bool:
        if not 0 <= to < len(self.query(".handful")):
            return False
        self._at, self._came_from = to, None
        self._show()
        return True

    def _show(self) -> None:
        for place, handful in enumerate(self.query(".handful")):
            handful.display = place == self._at
            if handful.display:
                for picks in handful.query(Picks):
                    picks.lay_out()
                    picks.focus()
                for own in handful.query(LinesBox):
                    own.stand()
        self.query_one("#cards-note").display = self.writing
        self.post_message(self.Turned())
