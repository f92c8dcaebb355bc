"""A tree in characters: roots, trunk and branches are always whole, and a leaf stands for each strength.

It holds nothing against anybody: with one leaf it looks well, and no place is ever shown as empty. What it
shows, words beside it say too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest

WIDTH, SMALL_WIDTH = 21, 9
"""Columns of each of its lines, and of those of a small one."""
LEAF, PLAIN_LEAF = "●", "o"
"""A leaf, and what stands for one where a font has none."""
_PLAIN = str.maketrans(f"{LEAF}█▄", f"{PLAIN_LEAF}#_")
"""What stands for each sign that not every font has."""

_Place = tuple[int, int]
"""Row and column."""


@dataclass(frozen=True)
class _Shape:
    """A tree without leaves."""

    wood: tuple[str, ...]
    tips: tuple[_Place, ...]
    """Where the branches end: around these it comes into leaf, one after another."""
    middle: tuple[float, float]
    across: float
    up: float
    """Of the crown, an ellipse: its middle, and how far it reaches."""


_LARGE = _Shape(
    (
        "                     ",
        "                     ",
        "      \\   |   /      ",
        "   \\   \\  |  /   /   ",
        "    \\___\\ | /___/    ",
        "         \\█/         ",
        "          █          ",
        "      ▄▄▄███▄▄▄      ",
    ),
    ((1, 10), (1, 6), (1, 14), (2, 3), (2, 17)),
    (2.6, 10),
    10.9,
    3.3,
)
_SMALL = _Shape(
    (
        "         ",
        "         ",
        "  \\ | /  ",
        " \\_\\|/_/ ",
        "    █    ",
        "    █    ",
        "  ▄███▄  ",
    ),
    ((1, 4), (1, 2), (1, 6), (2, 0), (2, 8)),
    (1.6, 4),
    4.9,
    2.4,
)


def tree(strengths: int, *, small: bool = False) -> tuple[str, ...]:
    """Return the tree of so many strengths, line by line; once the crown is full it stays so.

    A small one has `SMALL_WIDTH` columns and seven lines, a large one `WIDTH` and eight.
    """
    shape = _SMALL if small else _LARGE
    leaves = set(_places(shape)[: max(strengths, 0)])
    return tuple(
        "".join(LEAF if (row, column) in leaves else sign for column, sign in enumerate(line))
        for row, line in enumerate(shape.wood)
    )


def plain(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Return a tree's lines in signs that every font has."""
    return tuple(line.translate(_PLAIN) for line in lines)


@cache
def _places(shape: _Shape) -> tuple[_Place, ...]:
    """Return where leaves grow, in this order: with air between them, until there is no other room."""
    return (*_crown(shape, 0), *_crown(shape, 1))


def _crown(shape: _Shape, first: int) -> Iterator[_Place]:
    """Yield the free places of every other column, from the ends of the branches on, in turn."""
    middle, centre = shape.middle
    groups: dict[_Place, list[_Place]] = {tip: [] for tip in shape.tips}
    for row, line in enumerate(shape.wood):
        for column in range(first, len(line), 2):
            inside = ((column - centre) / shape.across) ** 2 + ((row - middle) / shape.up) ** 2 <= 1
            if inside and line[column] == " ":
                nearest = min(shape.tips, key=lambda tip: _apart((row, column), tip))
                groups[nearest].append((row, column))
    for tip, places in groups.items():
        places.sort(key=lambda place: _apart(place, tip))
    yield from (place for turn in zip_longest(*groups.values()) for place in turn if place)


def _apart(one: _Place, other: _Place) -> int:
    """Return how far two places are from each other, squared; a row is twice as high as a column is wide."""
    return 4 * (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2
