"""A slip: what a customer takes away on paper, as values that know no printer.

Text is cleaned as it comes onto a slip, so that nothing in it can be a command to a printer. What no font has
to have leaves a sign in its place.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from kiosk.dates import long_day
from kiosk.entry import tree
from kiosk.entry.handle import Handle
from kiosk.language import words as _
from kiosk.text import clean, wrapped

MOST_CELLS = 12
"""Of a bar. A scale of no more points has one cell for each."""


@dataclass(frozen=True)
class _Words:
    """A block of text, in the language in use as it is made. It stays out of `repr`, and so of every log."""

    text: str = field(repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", clean(self.text))


@dataclass(frozen=True)
class Title(_Words):
    """What the slip, or a part of it, is about."""


@dataclass(frozen=True)
class Line(_Words):
    """Ordinary text; it wraps."""


@dataclass(frozen=True)
class Strong(_Words):
    """Text that matters."""


@dataclass(frozen=True)
class Quiet(_Words):
    """A label over what follows."""


@dataclass(frozen=True)
class Bullet(_Words):
    """One of a list."""


@dataclass(frozen=True)
class Code:
    """A code, as a QR code and as letters in four groups."""

    handle: Handle


@dataclass(frozen=True)
class Bar:
    """A rating, drawn and told: `place` of `of` points, counted from 1, and the word for that point."""

    label: str = field(repr=False)
    place: int = field(repr=False)
    of: int
    word: str = field(repr=False)

    def __post_init__(self) -> None:
        if not 0 <= self.place <= self.of or self.of < 1:
            raise ValueError("a bar shows a place from 0 to the last of at least one point")
        object.__setattr__(self, "label", clean(self.label))
        object.__setattr__(self, "word", clean(self.word))

    @property
    def cells(self) -> tuple[int, int]:
        """How many cells of the bar are filled, and how many there are."""
        cells = min(self.of, MOST_CELLS)
        return max(round(cells * self.place / self.of), min(self.place, 1)), cells

    @property
    def drawn(self) -> str:
        """The bar in characters that every printer has."""
        filled, cells = self.cells
        return f"[{'#' * filled}{'-' * (cells - filled)}]"


@dataclass(frozen=True)
class Tree:
    """A tree with a leaf for each of so many strengths. The words beside it say how many."""

    count: int = field(repr=False)
    is_plain: bool = False
    """Whether it stands in signs that every printer has."""

    @property
    def lines(self) -> tuple[str, ...]:
        """The tree in characters."""
        drawn = tree.tree(self.count)
        return tree.plain(drawn) if self.is_plain else drawn


@dataclass(frozen=True)
class Rule:
    """A line across."""


@dataclass(frozen=True)
class Gap:
    """An empty line."""


SlipBlock = Title | Line | Strong | Quiet | Bullet | Code | Bar | Tree | Rule | Gap


@dataclass(frozen=True)
class Slip:
    """What is printed, from top to bottom."""

    blocks: tuple[SlipBlock, ...]
    pages: Callable[[], bytes] | None = field(default=None, repr=False, compare=False)
    """Returns the same as a PDF of A4, which a printer of such pages prints in its place; None for none."""


def code_slip(
    saved_name: str, handle: Handle, *, venue: str, lines: tuple[str, ...], keep_until: date | None
) -> Slip:
    """Return the slip that a customer leaves with: how their answers are called, and the code.

    `lines` tell what happens next; `keep_until` is the last day that the answers are kept, where it is known;
    `saved_name` is empty where nothing is saved yet.
    """
    called = (Quiet(_("The name of your answers")), Strong(saved_name), Gap()) if saved_name else ()
    until = _("We keep your answers until {day}.")
    kept = (Line(until.format(day=long_day(keep_until))),) if keep_until else ()
    return Slip(
        (
            Title(venue),
            Gap(),
            *called,
            Quiet(_("Your code")),
            Code(handle),
            Gap(),
            *(Line(line) for line in lines),
            *kept,
        )
    )


def text_of(slip: Slip, columns: int) -> list[str]:
    """Return a slip as lines of plain text, none wider than `columns`."""
    return [row for block in slip.blocks for row in rows(block, columns)]


def rows(block: SlipBlock, columns: int) -> list[str]:
    """Return a block as lines of text, none wider than `columns`, which are at least 4.

    Of a code it gives the letters alone.
    """
    match block:
        case Gap():
            return [""]
        case Rule():
            return ["-" * columns]
        case Tree():
            left = (columns - tree.WIDTH) // 2  # where there is no room for it, the words say the same
            return (
                ["".rjust(left) + line.rstrip() for line in block.lines if line.strip()] if left >= 0 else []
            )
        case Code(handle):
            return _wrapped(str(handle), columns)
        case Bar():
            drawn = f"{block.drawn} {block.word}"
            return [*_wrapped(block.label, columns), *_wrapped(drawn, columns)]
        case Bullet(text):
            return _wrapped(text, columns, "- ")
        case _:
            return _wrapped(block.text, columns)


def _wrapped(text: str, width: int, before: str = "") -> list[str]:
    """Return text wrapped at words, with `before` before its first line and as much space before others."""
    found = [row for line in text.split("\n") for row in wrapped(line, width - len(before)) or [""]]
    return [(" " * len(before) if place else before) + row for place, row in enumerate(found)]
