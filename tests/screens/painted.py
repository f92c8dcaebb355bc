"""What is painted: the cells of a screen, and how far their colours lie apart."""

from functools import cache, lru_cache
from typing import NamedTuple

from rich.cells import split_graphemes
from rich.color import Color
from rich.style import Style
from textual.app import App

Colour = tuple[int, int, int]
"""Red, green, blue, each 0 to 255."""


class Cell(NamedTuple):
    """One cell of the screen, in the colours it is seen in."""

    character: str
    """One grapheme; empty for the right half of a wide one."""
    ink: Colour
    ground: Colour
    bold: bool
    underline: bool
    blink: bool

    @property
    def is_blank(self) -> bool:
        """Whether nothing but the ground is seen."""
        return not self.character.strip()

    @property
    def is_drawing(self) -> bool:
        """Whether it is a line or a block, which is no text."""
        return "\u2500" <= self.character[:1] <= "\u259f"

    @property
    def contrast(self) -> float:
        """How far ink and ground lie apart."""
        return contrast(self.ink, self.ground)


def cells_of(app: App[int]) -> list[list[Cell]]:
    """Return the cells of the screen as it is painted now, after everything that filters what goes out."""
    strips = app.screen._compositor.render_strips()
    return [
        [
            cell
            for segment in strip
            for cell in _cells(segment.text, segment.style or Style.null())
        ]
        for strip in strips
    ]  # fmt: skip


def text_of(cells: list[list[Cell]]) -> str:
    """Return cells as lines of text without space at their ends."""
    return "\n".join("".join(cell.character for cell in row).rstrip() for row in cells)


@cache
def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two colours, 1 to 21: (L1 + 0.05) / (L2 + 0.05), WCAG 2.2."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: Colour) -> float:
    """Return the relative luminance of an sRGB colour, 0 to 1, as WCAG 2.2 defines it."""
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


@lru_cache(10_000)
def _cells(text: str, style: Style) -> tuple[Cell, ...]:
    ground = _rgb(style.bgcolor)
    ink = ground if style.color is None and not text.strip() else _rgb(style.color)
    if style.reverse:
        ink, ground = ground, ink
    spans, _ = split_graphemes(text)
    return tuple(
        Cell(
            text[start:end] if half == 0 else "",
            ink,
            ground,
            bold=bool(style.bold),
            underline=bool(style.underline),
            blink=bool(style.blink or style.blink2),
        )
        for start, end, width in spans
        for half in range(width)
    )


def _rgb(colour: Color | None) -> Colour:
    """Return a colour that does not hang on the terminal. Fails for one that does."""
    assert colour is not None, "a cell is painted in the terminal's own colour"
    triplet = colour.triplet
    assert triplet is not None, f"a cell is painted in the terminal's own {colour.name}"
    return (triplet.red, triplet.green, triplet.blue)


def pixels_of(cells: list[list[Cell]], scale: int = 4) -> memoryview:
    """Return cells as grey pixels for `zxingcpp`, which no QR code but one of half blocks can be read from.

    A cell is two squares of `scale` by `scale` pixels, one above the other. Shape: (rows * 2 * scale,
    columns * scale), one byte a pixel, 0 black to 255 white.
    """
    picture = bytearray()
    for row in cells:
        for upper in (True, False):
            greys = (cell.ink if upper and cell.character == "▀" else cell.ground for cell in row)
            line = b"".join(bytes([round(255 * luminance(grey))]) * scale for grey in greys)
            picture += line * scale
    return memoryview(bytes(picture)).cast("B", (len(cells) * 2 * scale, len(cells[0]) * scale))
