"""One question on one page, whatever its kind."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from typing import ClassVar, cast

from textual import events, on
from textual.containers import Horizontal
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import TextArea

from kiosk.entry.answers import TEXT_LIMIT, Answer, Cards, Choice, Goal
from kiosk.entry.pages import Answered
from kiosk.pack.model import (
    AnyQuestion,
    CardsQuestion,
    ChoiceQuestion,
    Deck,
    GoalQuestion,
    LinesQuestion,
    ScaleQuestion,
    TextQuestion,
)
from kiosk.text import columns, painted
from screens.i18n import _
from screens.widgets.answer_box import AnswerBox
from screens.widgets.cards_box import OWN_ASK, OWN_WORDS, CardsBox
from screens.widgets.choice_boxes import LINE, ChoiceBox, ScaleBox
from screens.widgets.fitted_screen import SIDES, WIDEST, rows_of
from screens.widgets.key_row import KeyRow
from screens.widgets.keys import BACK, CONTINUE, MENU, MORE, SAVE, VISITING, Key
from screens.widgets.page import Page
from screens.widgets.picks import SEVERAL, TYPE, Picks
from screens.widgets.plain import Plain
from screens.widgets.text_boxes import GoalBox, LinesBox, TextBox
from screens.widgets.text_field import TextField

SKIP = Key("f2", _("I am not sure"), "skip")
ENOUGH = SKIP.called(_("Enough cards"))
"""The same, once cards are picked: it leaves the others open."""
DEEPER = MORE.called(_("Say more")).does("deeper")
FINISH = SAVE.called(_("Finish")).does("finish")
FINISH_NOW = replace(FINISH.called(_("Finish now")), brief=FINISH.label)
"""The same, once there is an answer."""
NO_WORDS = _("A number or sign alone is not kept. Write words, or press the same key again to leave it out.")
MAY_STOP = _("You can continue, or finish now with F10.")

LINE_OF_SMALLEST = 50
"""Columns."""
TALLY_GAP = 2
"""Columns at least between the ways on and how many cards are picked."""
LONG = 9
"""So many options fill a small screen."""


class QuestionExit(Enum):
    """Where a question leads."""

    ON = "on"
    BACK = "back"
    SKIP = "skip"
    FINISH = "finish"
    DEEPER = "deeper"
    PARTS = "parts"
    STOP = "stop"
    """Only where staff type a paper form in."""


@dataclass(frozen=True)
class QuestionResult:
    """What came of a question, and what was answered, whichever way the person goes."""

    go: QuestionExit
    answer: Answer | None
    written: bool
    """Whether there are written words in the answer, which must not be lost."""
    at: int = 0
    """Which page of the answer was shown, where it has several."""
    is_last: bool = True
    """Whether none of them comes after that one."""


class QuestionScreen(Page[QuestionResult]):
    """Asks one question. Enter continues, Esc goes back, F2 leaves it open."""

    # Textual would bring the whole of what takes the keys into view, and the question out of it.
    AUTO_FOCUS: ClassVar[str | None] = ""
    KEYS: ClassVar[tuple[Key, ...]] = (CONTINUE.does("on"), BACK.does("back"), SKIP)
    LEAVES_OPEN: ClassVar[str] = _("Leave open")
    """What Enter does while a question of the reflection has no answer."""

    def __init__(
        self,
        question: AnyQuestion,
        answer: Answer | None,
        *,
        title: str,
        place: str,
        progress: tuple[int, int],
        decks: dict[str, Deck],
        writing_note: str,
        intro: str = "",
        deeper: int = 0,
        commented: bool = True,
        unsure: bool = False,
        before: Answered | None = None,
        limit: int = TEXT_LIMIT,
        grows: bool = False,
        at: int = 0,
        may_finish: bool = False,
        tells_finish: bool = False,
    ) -> None:
        """Ask. `limit` is how many characters a text may have.

        `intro` says what the section is about that it opens, and `deeper` how many questions go deeper;
        `commented` says that it is one of the reflection, and `unsure` that the person left it open before;
        `before` is what they said when it was another question; `grows` says that its cards are strengths,
        and that who picks them has these; `at` is which page of the answer is shown first. `may_finish` says
        that something is answered before, and `tells_finish` that the page says in words that one may stop.
        """
        here, everywhere = (
            ((*self.KEYS, MENU.does("app.menu")), (FINISH, *VISITING)) if commented else (None, None)
        )
        super().__init__(title, place, progress, here, everywhere)
        self.question = question
        self._box = _box_for(question, answer, decks, writing_note, limit, grows=grows, at=at)
        self._writing_note = writing_note
        self._intro = intro
        way = self._box.way if isinstance(self._box, CardsBox) else None
        self._deeper = (DEEPER,) if deeper else ()
        self._own_words = (way.does("own_words"),) if way else ()
        self._ways = (*self._deeper, *self._own_words)
        self.commented = commented
        self._may_finish = may_finish
        self._tells_finish = tells_finish
        self._unsure = unsure
        self._before = before
        self._answer = answer
        self._told_of = frozenset[TextField]()
        """The lines without a word of which it was told that they are not kept."""
        long = len(getattr(question, "options", ())) >= LONG
        self.set_class(long or isinstance(question, CardsQuestion | GoalQuestion), "-full")
        self.set_class(isinstance(question, CardsQuestion), "-cards")
        self._writes = isinstance(question, TextQuestion | LinesQuestion | GoalQuestion)
        self.fills = not isinstance(question, ScaleQuestion | ChoiceQuestion)
        # On a small screen it is told beside the way on instead.
        self._beside = bool(long and self._ways and getattr(question, "several", False))
        self.set_class(self._beside, "-beside")

    @property
    def writing(self) -> bool:
        """Whether the answer is written."""
        return self._box.writing

    def body(self) -> Iterable[Widget]:
        """Yield the question, why it is asked, and what takes its answer."""
        if self._intro:
            yield Plain(self._intro, id="intro")
        if self.has_class("-cards") and (opens := opening(self._intro)):
            yield Plain(opens, id="opening")
        if self._tells_finish:
            yield Plain(MAY_STOP, id="finish")
        yield Plain(self.question.ask, id="ask")
        if self.question.why:
            yield Plain(self.question.why, id="why")
        if self._before:
            yield Plain(said_before(self._before), id="before")
        if self._unsure:
            yield Plain(_("You said: I am not sure."), id="unsure")
        if isinstance(self.question, ChoiceQuestion) and self.question.several:
            yield Plain(SEVERAL, classes="several")
        yield self._box
        if self._ways or isinstance(self._box, CardsBox):
            tally = Plain(TYPE if self._beside else "", id="tally", classes="-none")
            yield Horizontal(KeyRow(*self._ways), tally, id="ways-on")
        if self._writes:
            yield Plain(self._writing_note, id="note")
        if self.question.source:
            yield Plain(self.question.source, id="source")

    def rows_needed(self, wide: int) -> tuple[int, int]:
        """Return the rows of what takes the answer and of all that stands with it, on a short page close."""
        rows, air = self._box.rows(wide)
        if not rows:
            return 0, 0
        before = said_before(self._before).split("\n") if self._before else ()
        note = self._writing_note if self._writes else ""
        finish = MAY_STOP if self._tells_finish else ""
        texts = (
            self._intro,
            finish,
            self.question.ask,
            self.question.why,
            self.question.source,
            note,
            *before,
        )
        several = isinstance(self.question, ChoiceQuestion) and self.question.several
        apart = int(self.has_class("-tall"))
        rows += isinstance(self.question, ScaleQuestion) * (LINE if apart else 1)
        beside = (1 + apart) * (several + self._unsure + bool(self._ways))
        return rows_of(texts, wide, apart) + rows + beside, air

    @property
    def given(self) -> Answer | None:
        """What is answered so far."""
        return self._box.answer()

    @property
    def at(self) -> int:
        """Which page of the answer is shown, from 0."""
        return self._box.at

    def on_mount(self) -> None:
        """Stand ready to answer."""
        for picks in self._box.query("Picks"):
            picks.focus()
            break
        for picks in self._box.query(Picks):
            self.watch(picks, "chosen", self.tell_unsure, init=False)
            self.watch(picks, "offers", self.tell_ways, init=False)
        self.tell_ways()

    @on(TextArea.Changed)
    def tell_unsure(self) -> None:
        """Say that the question was left open, until something is answered."""
        for said in self.query("#unsure"):
            said.display = self.given == self._answer
        self.tell_ways()

    @on(CardsBox.Turned)
    def tell_ways(self) -> None:
        """Say what Enter does, so that nobody loses an answer without a word; and that one may stop."""
        # What was said when it was another question stands until it is answered.
        leaves_open = self.commented and self.given is None and self._before is None
        label = self._box.enter or (self.LEAVES_OPEN if leaves_open else CONTINUE.label)
        finishes = (FINISH_NOW,) if self._may_finish or self.given is not None else ()
        self.show_keys(CONTINUE.called(label), *finishes)

    @on(CardsBox.Turned)
    def tell_cards(self) -> None:
        """Say which cards are shown and how many are picked; what opens the question goes with the first."""
        box = self.query_one(CardsBox)
        self.set_class(not box.is_first, "-further").set_class(box.writing, "-writes")
        self.show_place(box.where or self._place)
        self.query_one("#ask", Plain).show(OWN_ASK if box.writing else self.question.ask)
        tally = self.query_one("#tally", Plain).set_class(box.answer() is None, "-none")
        tally.show(box.tally)
        self.part_tally()
        leaves = next(key for key in self._here if key.key == SKIP.key)
        self.show_keys(ENOUGH if box.answer() is not None and not box.writing else leaves)
        for row in self.query("#ways-on KeyRow").results(KeyRow):
            row.leave_out(*([OWN_WORDS.key] if box.writing else ()))

    @on(events.Resize)
    def part_tally(self) -> None:
        """Let how many cards are picked stand below the ways on, where it has no room beside them."""
        room = Size(min(self.app.size.width, WIDEST) - SIDES, 1)
        for row in self.query("#ways-on KeyRow").results(KeyRow):
            tally = self.query_one("#tally", Plain)
            told = 0 if self.has_class("-tall") and tally.has_class("-none") else columns(str(tally.visual))
            beside = row.get_content_width(room, room) + TALLY_GAP + told
            self.query_one("#ways-on").set_class(bool(told) and beside > room.width, "-apart")

    def action_on(self) -> None:
        """Go on, inside the answer first where it has more."""
        if not (self._box.writing and self._asks_for_words()) and not self._box.forward():
            self._leave(QuestionExit.ON)

    def action_back(self) -> None:
        """Go back, inside the answer first."""
        if not self._box.back():
            self._leave(QuestionExit.BACK)

    def action_finish(self) -> None:
        """Leave all that comes after it open."""
        self._leave(QuestionExit.FINISH)

    def action_deeper(self) -> None:
        """Go to what goes deeper than this question."""
        self._leave(QuestionExit.DEEPER)

    def action_parts(self) -> None:
        """Go to the parts, to choose another one."""
        self._leave(QuestionExit.PARTS)

    def keys(self) -> tuple[Key, ...]:
        """Return those too that stand below the answer: to what goes deeper, to own words."""
        ways = () if isinstance(self._box, CardsBox) and self._box.writing else self._own_words
        return (*super().keys(), *self._deeper, *ways)

    def action_own_words(self) -> None:
        """Turn from the cards to own words."""
        if isinstance(self._box, CardsBox):
            self._box.turn_to_own_words()

    def action_skip(self) -> None:
        """Leave the question open; of cards, those that are not picked, and of own words, these."""
        box = self._box
        if isinstance(box, CardsBox) and box.writing and box.back_to_cards():
            return
        picked = isinstance(box, CardsBox) and box.answer() is not None
        self._leave(QuestionExit.ON if picked else QuestionExit.SKIP)

    def _asks_for_words(self) -> bool:
        """Tell whether it had to say, once, that what is written is not kept: it has no word."""
        wordless = frozenset(line for line in self._box.things() if line.words != line.thing)
        asks = not wordless <= self._told_of
        self._told_of = wordless
        if asks:
            self.remark(NO_WORDS)
        return asks

    def _leave(self, go: QuestionExit) -> None:
        box = self._box
        if self._asks_for_words():
            return
        self.dismiss(QuestionResult(go, box.answer(), box.writing, box.at, box.is_last))


def opening(text: str) -> str:
    """Return as many sentences of a text as have room in one line of the smallest screen."""
    sentences = re.split(r"(?<=[.!?]) ", text)
    lines = (" ".join(sentences[:count]) for count in range(len(sentences), 0, -1))
    return next((line for line in lines if columns(line) <= LINE_OF_SMALLEST), "")


def said_before(answered: Answered) -> str:
    """Return what was said when a question was another one, under that one's words, in lines."""
    seen = answered.as_seen
    lines = (_("This question has changed. You said before:"), seen.ask, *seen.words)
    return "\n".join(painted(line, lines=False) for line in lines)


def _box_for(
    question: AnyQuestion,
    answer: Answer | None,
    decks: dict[str, Deck],
    writing_note: str,
    limit: int,
    *,
    grows: bool,
    at: int,
) -> AnswerBox:
    """Return what takes the answer to a question of this kind, filled with what is answered so far."""
    match question:
        case ScaleQuestion():
            return ScaleBox(question, cast("int | None", answer))
        case ChoiceQuestion():
            chosen = cast("str | tuple[str, ...] | Choice | None", answer)
            return ChoiceBox(question, chosen, writing_note)
        case CardsQuestion():
            picked = cast("Cards | None", answer) or Cards()
            return CardsBox(question, decks[question.deck], picked, writing_note, grows=grows, at=at)
        case TextQuestion():
            return TextBox(cast("str | None", answer) or "", limit)
        case LinesQuestion():
            return LinesBox(cast("tuple[str, ...] | None", answer) or (), question.most)
        case GoalQuestion():
            return GoalBox(question, cast("Goal | None", answer) or Goal())
