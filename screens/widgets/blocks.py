"""The blocks of an entry as they stand on the screen, and My page as a widget of them."""

from collections.abc import Iterable, Iterator
from typing import assert_never

from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from kiosk.entry import blocks
from kiosk.entry.my_page import Rating
from screens.i18n import _
from screens.widgets.plain import Plain

TELLING = blocks.Telling(say=_)
"""How an entry is told on the screen."""
LABELS = blocks.my_page_titles(_)
"""The heading of each part of My page."""
SHORT = 28
"""Items of so many characters stand two in a row where there is room."""
AIRY = 6
"""Steps that have air between them; where there are more, they stand close."""


class MyPageView(Vertical):
    """Shows My page."""

    def __init__(self, shown: Iterable[blocks.Block]) -> None:
        super().__init__(*drawn(shown))


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
                short = [] if block.in_order else [text for text in block.texts if len(text) <= SHORT]
                for start in range(0, len(short), 2):
                    pair = (Plain(f"· {text}") for text in short[start : start + 2])
                    yield Horizontal(*pair, classes="pair")
                yield from (Plain(f"· {text}") for text in block.texts if text not in short)
            case blocks.Ratings():
                yield from map(RatingRow, block.ratings)
            case blocks.Words():
                yield Plain(block.label, classes="ask")
                yield Plain("\n".join(block.lines), classes="words")
            case blocks.Goal():
                yield Plain(block.want, classes="ask")
                yield from (Plain(step.line, classes="words") for step in block.steps)
            case _:
                assert_never(block)


def bar(rating: Rating) -> str:
    """Return a rating as a row of circles, one for each step; those up to the answer are full."""
    between = " " if rating.of <= AIRY else ""
    return between.join("●" * rating.place + "○" * (rating.of - rating.place))
