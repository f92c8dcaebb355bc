"""A tree in characters: roots, trunk and branches are always whole, and a leaf stands for each strength.

It holds nothing against anybody: with one leaf it looks well, and no place is ever shown as empty. What it
shows, words beside it say too.
"""

from collections.abc import Iterator
from itertools import zip_longest

WIDTH = 21
"""Columns of each of its lines."""
LEAF, PLAIN_LEAF = "●", "o"
"""A leaf, and what stands for one where a font has none."""
_PLAIN = str.maketrans(f"{LEAF}█▄", f"{PLAIN_LEAF}#_")
"""What stands for each sign that not every font has."""

_WOOD = (
    "                     ",
    "                     ",
    "      \\   |   /      ",
    "   \\   \\  |  /   /   ",
    "    \\___\\ | /___/    ",
    "         \\█/         ",
    "          █          ",
    "      ▄▄▄███▄▄▄      ",
)
_TIPS = ((1, 10), (1, 6), (1, 14), (2, 3), (2, 17))
"""Where the branches end, row and column: around these it comes into leaf, one after another."""
_MIDDLE, _ACROSS, _UP = (2.6, 10), 10.9, 3.3
"""Of the crown, an ellipse: its middle, and how far it reaches."""

_Place = tuple[int, int]


def tree(strengths: int) -> tuple[str, ...]:
    """Return the tree of so many strengths, line by line; once the crown is full it stays so."""
    leaves = set(_PLACES[: max(strengths, 0)])
    return tuple(
        "".join(LEAF if (row, column) in leaves else sign for column, sign in enumerate(line))
        for row, line in enumerate(_WOOD)
    )


def plain(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Return a tree's lines in signs that every font has."""
    return tuple(line.translate(_PLAIN) for line in lines)


def _crown(first: int) -> Iterator[_Place]:
    """Yield the free places of every other column, from the ends of the branches on, in turn."""
    middle, centre = _MIDDLE
    groups: dict[_Place, list[_Place]] = {tip: [] for tip in _TIPS}
    for row, line in enumerate(_WOOD):
        for column in range(first, WIDTH, 2):
            inside = ((column - centre) / _ACROSS) ** 2 + ((row - middle) / _UP) ** 2 <= 1
            if inside and line[column] == " ":
                nearest = min(_TIPS, key=lambda tip: _apart((row, column), tip))
                groups[nearest].append((row, column))
    for tip, places in groups.items():
        places.sort(key=lambda place: _apart(place, tip))
    yield from (place for turn in zip_longest(*groups.values()) for place in turn if place)


def _apart(one: _Place, other: _Place) -> int:
    """Return how far two places are from each other, squared; a row is twice as high as a column is wide."""
    return 4 * (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2


_PLACES = (*_crown(0), *_crown(1))
"""Where leaves grow, in this order: with air between them, until there is no other room."""
