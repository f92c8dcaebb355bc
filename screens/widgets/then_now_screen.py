"""Pages that are read to their end, and one of them: then beside now."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from kiosk.dates import on_day
from kiosk.entry.blocks import my_page_titles, strengths_told
from kiosk.entry.my_page import MyPageOf, Rating, my_page_of
from kiosk.entry.pages import Answered, Reflection
from kiosk.text import columns
from screens.i18n import _, joined
from screens.widgets.blocks import bar
from screens.widgets.keys import DOWN, EITHER_BACK, UP, Key
from screens.widgets.page import Page
from screens.widgets.plain import Hung, Plain
from screens.widgets.tree import Tree

BESIDE = 17
"""Columns that have room beside as many on the smallest screen."""
LABELS = (_("Then"), _("Now"))


class EndlessScreen(Page[None]):
    """A page that is read to its end. Enter and Esc both lead back."""

    own = True
    fills = True
    KEYS: ClassVar[tuple[Key, ...]] = (EITHER_BACK.gives(None), UP, DOWN)


class ThenNowScreen(EndlessScreen):
    """Shows the first answers beside the newest: every rating, and whatever else has changed."""

    def __init__(
        self, then: Reflection, now: Reflection, *, everywhere: tuple[Key, ...] | None = None
    ) -> None:
        super().__init__(_("Then and now"), everywhere=everywhere)
        self._then = then
        self._now = now

    def body(self) -> Iterable[Widget]:
        """Yield the two days, and a row for each answer to look at."""
        yield Pair(on_day(self._then.made), on_day(self._now.made), "when")
        rows = [*self._trees(), *self._rows()]
        yield from rows
        if not rows:
            yield Plain(_("The answers are the same."), classes="line")

    def _trees(self) -> Iterator[Widget]:
        """Yield both trees, each with its words, where there are strengths."""
        both = [my_page_of(page) for page in (self._then, self._now)]
        if any(mine.strengths for mine in both):
            yield Plain(my_page_titles()["strengths"], classes="summary")
            yield Horizontal(
                *(Vertical(*_grown(*side)) for side in zip(LABELS, both, strict=True)), classes="grown"
            )

    def _rows(self) -> Iterator[Widget]:
        before = {answer.id: answer for answer in self._then.answers()}
        for answer in self._now.answers():
            earlier = before.get(answer.id)
            if earlier is None or not (earlier.words or answer.words):
                continue
            if answer.means_as(earlier, same_pack=self._then.pack == self._now.pack):
                if answer.scale or earlier.scale or answer.words != earlier.words:
                    yield Plain(answer.summary, classes="summary")
                    yield Pair(_shown(earlier), _shown(answer))
            elif answer.words and earlier.words:
                yield Plain(_("This question has changed"), classes="summary")
                yield Pair(*("\n".join((one.ask, *one.words)) for one in (earlier, answer)))


def _grown(label: str, mine: MyPageOf) -> Iterator[Widget]:
    """Yield a tree under its words, and what stood on top."""
    told = strengths_told(len(mine.strengths)) if mine.strengths else _("Not answered")
    yield Plain(joined(label, told, between=": "))
    if mine.strengths:
        yield Tree(len(mine.strengths), close=True)
        yield from (Hung("· ", strength) for strength in mine.top)


class Pair(Horizontal):
    """Then on the left, now on the right; on a small screen one below the other, if they are long."""

    def __init__(self, then: str, now: str, classes: str = "") -> None:
        super().__init__(classes=classes)
        self._both = (then, now)
        lines = (line for text in self._both for line in text.split("\n"))
        self.set_class(any(columns(line) > BESIDE for line in lines), "-long")

    def compose(self) -> ComposeResult:
        """Yield both sides, each with its word."""
        for label, text in zip(LABELS, self._both, strict=True):
            yield Hung(f"{label}: ", text)


def _shown(answer: Answered) -> str:
    words = "\n".join(answer.words) or str(_("Not answered"))
    if answer.scale is None:
        return words
    return f"{words}\n{bar(Rating(answer.summary, words, *answer.scale))}"
