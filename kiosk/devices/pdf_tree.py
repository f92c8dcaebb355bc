"""The tree of strengths as shapes on a page: no letter of the font is one of its signs."""

from typing import TYPE_CHECKING

from kiosk.entry.tree import LEAF, WIDTH, tree

if TYPE_CHECKING:
    from fpdf import FPDF

Colour = tuple[int, int, int]


def draw_tree(
    pdf: "FPDF", count: int, left: float, top: float, wide: float, *, wood: Colour, leaves: Colour
) -> float:
    """Draw a tree with a leaf for each of so many strengths, in mm; return where it ends."""
    cell = wide / WIDTH
    lines = [line for line in tree(count) if line.strip()]
    pdf.set_draw_color(*wood)
    pdf.set_line_width(cell / 4)
    for row, line in enumerate(lines):
        for column, sign in enumerate(line):
            pdf.set_fill_color(*(leaves if sign == LEAF else wood))
            inward = cell if column < WIDTH // 2 else -cell
            _draw_sign(pdf, sign, left + column * cell, top + row * 2 * cell, inward)
    return top + len(lines) * 2 * cell


def _draw_sign(pdf: "FPDF", sign: str, x: float, y: float, inward: float) -> None:
    """Draw one sign. `inward` is how wide its place is, half its height; below 0 right of the trunk."""
    cell, low = abs(inward), y + 2 * abs(inward)
    match sign:
        case "●":
            pdf.ellipse(x - cell * 0.1, y + cell * 0.4, cell * 1.2, cell * 1.2, style="F")
        case "█" | "▄":
            half = cell if sign == "▄" else 0
            pdf.rect(x, y + half, cell, 2 * cell - half, style="F")
        case "/":
            pdf.line(x, low, x + cell, y)
        case "\\":
            pdf.line(x, y, x + cell, low)
        case "|":
            pdf.line(x + cell / 2, y, x + cell / 2, low)
        case "_":  # on to the branch that it grows from
            pdf.line(min(x, x + inward), low, max(x, x + inward) + cell, low)
