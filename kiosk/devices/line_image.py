"""A line of text as an image, for a receipt printer that lacks one of its letters.

It is set in the letters of a PDF, and as large as the printer's own letters are at 203 dots an inch.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

from kiosk.devices import joined_letters
from kiosk.devices.joined_letters import Piece, Sign
from kiosk.devices.pdf_page import font_file
from kiosk.devices.transliteration import spelled
from kiosk.rtl import Direction

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

SIZE = 24
"""Dots of an em: capitals are 17 dots high and letters 12 wide on average, as those of most printers are."""
_NONE = "\U0010ffff"
"""What no font has: it shows what stands in the place of a letter that is lacking."""
HIGH, LOW = 1.8, 0.625
"""Of a line whose letters join, in em; and how much of that is below the line they stand on."""
_TALL = 1.6
_OVER = 1
"""Dots at each end: a letter may reach a little over its place."""
_PAPER = 160
"""From so light on, of 255, a dot stays white."""


def has(character: str) -> bool:
    """Tell whether a character can be drawn."""
    if joined_letters.has(character):
        return True
    return character.isprintable() and _shape(character) != _shape(_NONE)


def draws(character: str) -> bool:
    """Tell whether it is a letter that can be drawn; a sign is not worth an image."""
    return joined_letters.has(character) or (character.isalpha() and has(character))


def line_image(
    text: str, width: int, *, bold: bool = False, tall: bool = False, base: Direction = "L"
) -> "Image":
    """Return a line of text, black on white, no wider than `width` dots; `tall` is twice as high.

    What cannot be drawn is spelled with what can. `base` is the direction of what it is a line of.
    """
    text = spelled(text, has)
    if base == "R" or joined_letters.is_set_in_pieces(text):
        drawn = _in_pieces(joined_letters.pieces(text, base), width, bold=bold, tall=tall)
    else:
        drawn = _in_one(text, width, _font(bold=bold), tall=tall)
    return drawn.point(lambda light: 255 if light >= _PAPER else 0).convert("1")


def _in_one(text: str, width: int, font: "FreeTypeFont", *, tall: bool) -> "Image":
    from PIL import Image, ImageDraw

    size = SIZE
    ascent, descent = font.getmetrics()  # as high as any line, however small its letters become
    while True:
        left, _top, right, _bottom = font.getbbox(text, anchor="ls")  # an accent may be wider than its letter
        start, wide = max(0, -int(left)), int(right) + max(0, -int(left))
        if wide <= width or size == 1:
            break
        size = min(size - 1, size * width // wide)
        font = font.font_variant(size=size)
    drawn = Image.new("L", (wide, ascent + descent), 255)
    ImageDraw.Draw(drawn).text((start, ascent), text, font=font, fill=0, anchor="ls")
    return drawn.resize((wide, 2 * drawn.height)) if tall else drawn


def _in_pieces(pieces: list[Piece], width: int, *, bold: bool, tall: bool) -> "Image":
    """Return pieces beside each other: HarfBuzz joins their letters, and draws them.

    A printer fills what it gets up to whole bytes, on the right: here that is done on the left, so that lines
    that end there end below each other. Where the others are stretched, these are larger.
    """
    import uharfbuzz
    from PIL import Image, ImageChops

    signs, across = list[tuple[Any, Sign, float]](), 0.0
    for piece in pieces:
        file = joined_letters.font_file(bold=bold) if piece.joins else font_file(bold=bold)
        font = joined_letters.harfbuzz_font(file)
        for sign in joined_letters.shaped(piece, file):
            signs.append((font, sign, across + sign.right))
            across += sign.wide
    most = SIZE * _TALL if tall else SIZE
    size = min(most, (width - 2 * _OVER) / across) if across else most
    wide = min(width, -(-int(across * size + 2 * _OVER) // 8) * 8)
    high = int(HIGH * most)
    drawing = uharfbuzz.RasterDraw()
    for font, sign, x in signs:
        scale = size / font.face.upem
        drawing.transform = (
            scale,
            0,
            0,
            scale,
            wide - _OVER + (x - across) * size,
            LOW * most + sign.up * size,
        )
        drawing.draw_glyph(font, sign.number)
    drawing.extents = uharfbuzz.RasterExtents(0, 0, wide, high, 0)
    drawn = drawing.render()
    if drawn is None:  # spaces
        return Image.new("L", (wide, high), 255)
    extents = drawn.extents
    dark = Image.frombytes("L", (wide, high), drawn.buffer, "raw", "L", extents.stride, -1)
    return ImageChops.invert(dark)


@cache
def _font(*, bold: bool = False) -> "FreeTypeFont":
    from PIL import ImageFont

    return ImageFont.truetype(font_file(bold=bold), SIZE, layout_engine=ImageFont.Layout.BASIC)


@cache
def _shape(character: str) -> bytes:
    return bytes(_font().getmask(character))
