"""Letters that join, on a page of a PDF.

fpdf2 can have letters joined too. But it parts words at the marks on their letters, and sets each mark at a
height of its own: whoever reads such a line (pdfium in Chromium, for one) takes it for several. So a piece is
one text here, and its marks are drawn.
"""

from typing import TYPE_CHECKING, cast

from kiosk.devices.joined_letters import FAMILY, Piece, font_file, harfbuzz_font, read_back, shaped

if TYPE_CHECKING:
    from fpdf import FPDF
    from fpdf.fonts import TTFFont

_SHAPING = ("GDEF", "GPOS", "GSUB")
_Point = tuple[float, float]
_BELOW = 0.3
"""Of an em, where letters stand below the middle of a line, as fpdf2 has it."""


def draw_joined(pdf: "FPDF", piece: Piece, x: float, middle: float) -> None:
    """Set a piece from `x` on, around the middle of a line, as large, bold and coloured as other letters."""
    from fpdf.enums import PDFResourceType

    font = _font(pdf)
    size, left = pdf.font_size_pt, x * pdf.k
    up = (pdf.h - middle - _BELOW * pdf.font_size) * pdf.k
    texts, marks, across = list[str](), list[str](), 0.0
    file = font_file(bold=pdf.font_style == "B")
    joining = harfbuzz_font(file)
    for sign in shaped(piece, file):
        if sign.wide:
            says = read_back(sign.says) if piece.leftwards else sign.says
            code, wide = _code(font, sign.number, says)
            texts.append(f"({code}) {wide - 1000 * sign.wide:.0f}")
        else:
            shape = _Shape(left + (across + sign.right) * size, up + sign.up * size, size / joining.face.upem)
            joining.draw_glyph_with_pen(sign.number, shape)
            marks.append(f"{shape.drawn}f" if shape.drawn else "")
        across += sign.wide
    colour = pdf.text_color.serialize().lower() if pdf.text_color else ""
    text = f"BT /F{font.i} {size:.2f} Tf {left:.2f} {up:.2f} Td [{' '.join(texts)}] TJ ET" if texts else ""
    pdf._out(f"q {colour} {text} {' '.join(filter(None, marks))} Q")
    pdf._resource_catalog.add(PDFResourceType.FONT, font.i, pdf.page)


def _font(pdf: "FPDF") -> "TTFFont":
    """Return the font in the style that is set, which goes into the document where it is used."""
    style = pdf.font_style
    key = FAMILY.lower() + style
    if key not in pdf.fonts:
        pdf.add_font(FAMILY, style, font_file(bold=style == "B"))
        tables = cast("TTFFont", pdf.fonts[key]).ttfont
        for table in _SHAPING:  # HarfBuzz reads them from the file; fpdf2 would, and throws them away
            del tables[table]
    return cast("TTFFont", pdf.fonts[key])


def _code(font: "TTFFont", number: int, says: str) -> tuple[str, int]:
    """Return what stands for a sign in the document, and how wide it is, in thousandths of an em."""
    name = font.ttfont.getGlyphName(number)
    wide = round(font.scale * font.ttfont["hmtx"].metrics[name][0])
    glyph = font.subset.get_glyph(number, tuple(map(ord, says)), name, wide)
    return font.escape_text(chr(font.subset.pick_glyph(glyph) or 0)), wide


class _Shape:
    """A sign as a shape: HarfBuzz tells its outline, as to a pen of fontTools."""

    def __init__(self, x: float, y: float, size: float) -> None:
        self._x, self._y, self._size = x, y, size
        self._at = 0.0, 0.0
        self.drawn = ""

    def moveTo(self, to: _Point) -> None:  # noqa: N802 - fontTools calls it so
        self._draw("m", to)

    def lineTo(self, to: _Point) -> None:  # noqa: N802
        self._draw("l", to)

    def curveTo(self, one: _Point, other: _Point, to: _Point) -> None:  # noqa: N802
        self._draw("c", one, other, to)

    def qCurveTo(self, by: _Point, to: _Point) -> None:  # noqa: N802
        """Draw a curve of one point, which a PDF has with two."""
        one, other = (tuple(end[i] + (by[i] - end[i]) * 2 / 3 for i in (0, 1)) for end in (self._at, to))
        self._draw("c", (one[0], one[1]), (other[0], other[1]), to)

    def closePath(self) -> None:  # noqa: N802
        self.drawn += "h "

    def _draw(self, how: str, *points: _Point) -> None:
        self._at = points[-1]
        places = (f"{self._x + x * self._size:.3f} {self._y + y * self._size:.3f} " for x, y in points)
        self.drawn += f"{''.join(places)}{how} "
