"""How large a font must be to be read from so far away, and what of it a screen has room for."""

from dataclasses import dataclass
from math import ceil, hypot, radians
from typing import Final

LEAST_DEGREES: Final = 0.7
"""What a capital H takes of the field of view at least (EN 301 549, 5.1.4)."""
CAPITAL, ADVANCE, LINE = 1493 / 2048, 1233 / 2048, 2384 / 2048
"""The height of a capital H, and a character's width and height, for each unit of DejaVu Sans Mono's size.

They are read from the font (version 2.37). Most others for terminals differ by a few hundredths.
"""
MM_OF_INCH, POINTS_OF_INCH = 25.4, 72
COMFORTABLE, SMALLEST = (80, 24), (56, 16)
"""Columns and rows that a page is laid out for, and that it needs."""


@dataclass(frozen=True)
class ReadingSize:
    """The smallest font for a screen, and how much of it there is room for."""

    capital: float
    """Millimetres of a capital H, at least."""
    points: int
    """The size of the font that gives it, in whole points of the screen itself."""
    pixels: int
    """The same in whole pixels of the screen."""
    columns: int
    rows: int

    def fits(self, size: tuple[int, int]) -> bool:
        """Tell whether there is room for so many columns and rows."""
        return self.columns >= size[0] and self.rows >= size[1]


def capital_height(distance: float) -> float:
    """Return how high a capital H must be, in the unit of the distance that it is read from.

    From EN 301 549 V3.2.1, 5.1.4: ψ = 180 H / (π D), where ψ is the angle in degrees, H the height and D
    the distance. Its table has 7.3 mm for 600 mm.
    """
    return radians(LEAST_DEGREES) * distance


def reading_size(inches: float, distance: float, pixels: tuple[int, int]) -> ReadingSize:
    """Return the smallest font for a screen of so many inches from corner to corner, and of square pixels.

    The distance is in centimetres. Columns and rows are those of the font in whole pixels.
    """
    capital = capital_height(distance * 10)
    density = hypot(*pixels) / (inches * MM_OF_INCH)
    size = ceil(capital / CAPITAL * density)
    return ReadingSize(
        capital,
        ceil(capital / CAPITAL / MM_OF_INCH * POINTS_OF_INCH),
        size,
        int(pixels[0] / (size * ADVANCE)),
        int(pixels[1] / (size * LINE)),
    )


def window_points(inches: float, distance: float, pixels: tuple[int, int]) -> int:
    """Return the size of the font in points of a window that fills the screen, for foot.

    foot takes 96 pixels for an inch, whatever the screen. Letters are as large as the distance asks; where
    pages would then be cut off, as large as `SMALLEST` leaves room for.
    """
    readable = ceil(reading_size(inches, distance, pixels).pixels * POINTS_OF_INCH / 96)
    return next(
        points for points in range(readable, 0, -1) if points == 1 or _holds(SMALLEST, points, pixels)
    )


def _holds(size: tuple[int, int], points: int, pixels: tuple[int, int]) -> bool:
    """Tell whether a window has room for so many columns and rows, each of whole pixels."""
    font = points * 96 / POINTS_OF_INCH
    return size[0] * ceil(font * ADVANCE) <= pixels[0] and size[1] * ceil(font * LINE) <= pixels[1]
