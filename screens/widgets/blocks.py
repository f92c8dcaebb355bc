"""The blocks of an entry as they stand on the screen, and My page as a widget of them."""

from collections.abc import Iterable, Iterator
from typing import assert_never

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget

from kiosk.dates import on_day
from kiosk.entry import blocks
from kiosk.entry.my_page import MyPageOf, Rating
from kiosk.entry.staff_pages import Step
from kiosk.text import painted
from screens.i18n import _
from screens.widgets.key_row import KeyRow
from screens.widgets.keys import Key
from screens.widgets.picks import MARKS
from screens.widgets.plain import Hung, Led, Plain
from screens.widgets.tree import Tree

LABELS = blocks.my_page_titles()
"""The heading of each part of My page."""
SEEN = "seen"
"""The class of a question in its customer's language: the voice of the desk, which has it in the desk's too,
cannot speak it."""
FRAMED = 6
"""Columns of a frame beside the words in it."""
AIRY = 6
"""Steps that have air between them; where there are more, they stand close."""


class MyPageView(Vertical):
    """Shows My page in a frame: the tree, what stands beside it, and life now and the next step below."""

    def __init__(
        self, shown: Iterable[blocks.Block], mine: MyPageOf | None, choose: Key | None = None
    ) -> None:
        """Show blocks of My page, named as `mine` is. `choose` is the key that chooses what stands on top."""
        every = list(shown)
        # Ratings take the whole width, and so does what comes after them.
        below = next((at - 1 for at, one in enumerate(every) if isinstance(one, blocks.Ratings)), len(every))
        trees = (Tree(one.count, close=True) for one in every if isinstance(one, blocks.Strengths))
        beside = list(_framed(every[:below]))
        if choose:
            beside[0] = Horizontal(beside[0], KeyRow(choose), classes="choose")
        top = Horizontal(*trees, Vertical(*beside, classes="beside"), classes="top")
        super().__init__(*([top] if below else []), *_framed(every[below:]))
        self.border_title = Content(painted(_("My page")))
        names = (blocks.named(mine), on_day(mine.made)) if mine else ()
        self._names = tuple([Content(painted(name, lines=False)) for name in names])

    def on_resize(self) -> None:
        """Say at its foot what was answered, and on what day; the day alone where both have no room."""
        room = self.outer_size.width - FRAMED
        self.border_subtitle = next((name for name in self._names if name.cell_length <= room), "")


class RatingRow(Horizontal):
    """One part of life: its name, a circle for each step of the scale, and the word."""

    def __init__(self, rating: Rating) -> None:
        super().__init__(
            Plain(rating.label, classes="name"),
            Plain(bar(rating), classes="bar"),
            Plain(rating.word, classes="word"),
        )


def drawn(shown: Iterable[blocks.Block]) -> Iterator[Widget]:
    """Yield blocks as they stand on the screen."""
    for block in shown:
        match block:
            case blocks.Origin():
                yield Plain(block.text, classes="hint")
            case blocks.Heading():
                yield Plain(block.text, classes="section")
            case blocks.Told():
                yield Plain(block.text, classes="private" if block.strong else "line")
            case blocks.Items():
                yield from (Hung("· ", text) for text in block.texts)
            case blocks.Strengths():
                yield from (Hung("· ", text) for text in block.top)
                yield Plain(block.told, classes="hint")
            case blocks.Ratings():
                yield from map(RatingRow, block.ratings)
            case blocks.Said():
                yield Plain(block.label, classes="ask")
                if block.seen:
                    yield Plain(block.seen, classes=SEEN)
                yield Plain("\n".join(map(str, block.lines)), classes="words")
            case blocks.Goal():
                yield Plain(block.want, classes="ask")
                yield from (
                    Hung(f" {MARKS[True][step.done]} ", step.told, classes="step") for step in block.steps
                )
            case _:
                assert_never(block)


def _framed(shown: Iterable[blocks.Block]) -> Iterator[Widget]:
    """Yield blocks of My page; what is in somebody's own words has its label before it, and no heading."""
    every = list(shown)
    row: list[Widget] = []
    for block, after in zip(every, (*every[1:], None), strict=False):
        if isinstance(block, blocks.Said):
            said = (" · " if block.listed else " ").join(map(str, block.lines))
            row.append(Led(f"{block.label}: ", said, classes="own"))
            if not (isinstance(after, blocks.Said) and after.beside):
                yield Horizontal(*row, classes="owns")
                row = []
        elif not (isinstance(block, blocks.Heading) and isinstance(after, blocks.Said)):
            yield from drawn([block])


def step_line(step: Step) -> str:
    """Return a step of a plan after the mark that says whether it is done."""
    return f" {MARKS[True][step.done]} {step.told}"


def bar(rating: Rating) -> str:
    """Return a rating as a row of circles, one for each step; those up to the answer are full."""
    between = " " if rating.of <= AIRY else ""
    return between.join("●" * rating.place + "○" * (rating.of - rating.place))
