"""A group of a code in letters three or six rows high, to be read from a few steps away or photographed."""

from collections.abc import Iterator

from textual.content import Content
from textual.widgets import Static

from kiosk.entry.handle import ALPHABET
from screens.right_to_left import LeftToRight

ROWS, WIDE = 3, 5
"""Of one letter, in cells."""
_IN_A_ROW = 8
_DRAWN = (
    "▄▀▀█▄  ▄█   ▀▀▀▀▄ ▀▀▀▀▄ █  █  █▀▀▀▀ ▄▀▀▀  ▀▀▀▀█",
    "█▄▀ █   █   ▄▀▀▀   ▀▀▀▄ ▀▀▀█▀ ▀▀▀▀▄ █▀▀▀▄   ▄▀",
    " ▀▀▀   ▀▀▀  ▀▀▀▀▀ ▀▀▀▀     ▀  ▀▀▀▀   ▀▀▀    ▀",
    "▄▀▀▀▄ ▄▀▀▀▄ ▄▀▀▀▄ █▀▀▀▄ ▄▀▀▀▀ █▀▀▀▄ █▀▀▀▀ █▀▀▀▀",
    "▄▀▀▀▄  ▀▀▀█ █▀▀▀█ █▀▀▀▄ █     █   █ █▀▀▀  █▀▀▀",
    " ▀▀▀   ▀▀▀  ▀   ▀ ▀▀▀▀   ▀▀▀▀ ▀▀▀▀  ▀▀▀▀▀ ▀",
    "▄▀▀▀▀ █   █   ▀█▀ █  ▄▀ █▄ ▄█ █▄  █ █▀▀▀▄ ▄▀▀▀▄",
    "█  ▀█ █▀▀▀█ ▄  █  █▀▀▄  █ ▀ █ █ ▀▄█ █▀▀▀  █  ▄▀",
    " ▀▀▀▀ ▀   ▀  ▀▀   ▀   ▀ ▀   ▀ ▀   ▀ ▀      ▀▀ ▀",
    "█▀▀▀▄ ▄▀▀▀▀ ▀▀█▀▀ █   █ █   █ ▀▄ ▄▀ ▀▄ ▄▀ ▀▀▀█▀",
    "█▀▀█   ▀▀▀▄   █   ▀▄ ▄▀ █▄▀▄█  ▄▀▄    █    ▄▀",
    "▀   ▀ ▀▀▀▀    ▀     ▀   ▀   ▀ ▀   ▀   ▀   ▀▀▀▀▀",
)
"""The letters of `ALPHABET`, eight in a row, each in its own cells and one that keeps it from the next."""


class LargeLetters(LeftToRight, Static):
    """Shows a few letters of a code as a picture; the same letters stand elsewhere to be read."""

    def __init__(self, letters: str, *, larger: bool = False) -> None:
        super().__init__(markup=False)
        self._letters = letters
        self.enlarge(larger=larger)

    def enlarge(self, *, larger: bool) -> None:
        """Be six rows high, in blocks that every font has, or three."""
        rows = _large(self._letters)
        self.update(Content("\n".join(_doubled(rows) if larger else rows)))


def _doubled(rows: list[str]) -> Iterator[str]:
    """Yield rows of half blocks as twice as many of whole ones, twice as wide."""
    for row in rows:
        for half in "▀▄":
            yield "".join("██" if sign in (half, "█") else "  " for sign in row)


def _large(letters: str) -> list[str]:
    drawn = []
    for row in range(ROWS):
        places = (divmod(ALPHABET.index(letter), _IN_A_ROW) for letter in letters)
        cells = (
            _DRAWN[ROWS * block + row][(WIDE + 1) * place :][:WIDE].ljust(WIDE) for block, place in places
        )
        drawn.append(" ".join(cells))
    return drawn
