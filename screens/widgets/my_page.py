"""My page, drawn: strengths, the parts of life as bars and words, hopes, and the first step."""

from collections.abc import Iterable, Iterator

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from kiosk.entry.my_page import MyPageOf, OwnWords, Rating
from screens.widgets.plain import Plain
from screens.words import _

LABELS = {
    "strengths": _("My strengths"),
    "ratings": _("My life now"),
    "hopes": _("What I hope for"),
    "steps": _("What I want to work towards"),
}
"""The heading of each part."""
SHORT = 28
"""Strengths of so many characters stand two in a row where there is room."""
AIRY = 6
"""Steps that have air between them; where there are more, they stand close."""


class MyPageView(Vertical):
    """Shows My page; a part without answers is left out. Each value is told as a word too."""

    def __init__(self, mine: MyPageOf, nothing: str = _("There is nothing to show here yet.")) -> None:
        """`nothing` is what to say where no part has an answer."""
        super().__init__()
        self._mine = mine
        self._nothing = nothing

    def compose(self) -> ComposeResult:
        """Yield each part that has something in it."""
        mine = self._mine
        if mine.is_empty:
            yield Plain(self._nothing, classes="line")
        if mine.strengths:
            yield Plain(LABELS["strengths"], classes="section")
            yield from _strengths(mine.strengths)
        if mine.ratings:
            yield Plain(LABELS["ratings"], classes="section")
            yield from (RatingRow(rating) for rating in mine.ratings)
        if mine.hopes:
            yield Plain(LABELS["hopes"], classes="section")
            yield from _said(mine.hopes)
        if mine.steps:
            yield Plain(LABELS["steps"], classes="section")
            yield from _said(mine.steps)


class RatingRow(Horizontal):
    """One part of life: its name, a circle for each step of the scale, and the word."""

    def __init__(self, rating: Rating) -> None:
        super().__init__()
        self._rating = rating

    def compose(self) -> ComposeResult:
        """Yield name, bar and word."""
        yield Plain(self._rating.label, classes="name")
        yield Plain(bar(self._rating), classes="bar")
        yield Plain(self._rating.word, classes="word")


def bar(rating: Rating) -> str:
    """Return a rating as a row of circles, one for each step; those up to the answer are full."""
    between = " " if rating.of <= AIRY else ""
    return between.join("●" * rating.place + "○" * (rating.of - rating.place))


def _strengths(strengths: tuple[str, ...]) -> Iterator[Widget]:
    short = [strength for strength in strengths if len(strength) <= SHORT]
    for start in range(0, len(short), 2):
        yield Horizontal(*(Plain(f"· {strength}") for strength in short[start : start + 2]), classes="pair")
    for strength in strengths:
        if len(strength) > SHORT:
            yield Plain(f"· {strength}")


def _said(answers: Iterable[OwnWords]) -> Iterator[Widget]:
    for said in answers:
        yield Plain(said.label, classes="label")
        yield Plain("\n".join(said.words), classes="words")
