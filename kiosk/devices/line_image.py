"""A line of text as an image, for a receipt printer that lacks one of its letters.

It is set in Open Sans, as a PDF is, and as large as the printer's own letters are at 203 dots an inch.
"""

from functools import cache
from typing import TYPE_CHECKING

from kiosk.devices.pdf_page import font_file
from kiosk.devices.transliteration import spelled

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

SIZE = 24
"""Dots of an em: capitals are 17 dots high and letters 12 wide on average, as those of most printers are."""
_NONE = "\U0010ffff"
"""What no font has: it shows what stands in the place of a letter that is lacking."""
_PAPER = 160
"""From so light on, of 255, a dot stays white."""


def has(character: str) -> bool:
    """Tell whether a character can be drawn."""
    return character.isprintable() and _shape(character) != _shape(_NONE)


def draws(character: str) -> bool:
    """Tell whether it is a letter that can be drawn; a sign is not worth an image."""
    return character.isalpha() and has(character)


def line_image(text: str, width: int, *, bold: bool = False, tall: bool = False) -> "Image":
    """Return a line of text, black on white, no wider than `width` dots; `tall` is twice as high.

    What cannot be drawn is spelled with what can.
    """
    from PIL import Image, ImageDraw

    text, size = spelled(text, has), SIZE
    font = _font(bold=bold)
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
    if tall:
        drawn = drawn.resize((wide, 2 * drawn.height))
    return drawn.point(lambda light: 255 if light >= _PAPER else 0).convert("1")


@cache
def _font(*, bold: bool = False) -> "FreeTypeFont":
    from PIL import ImageFont

    return ImageFont.truetype(font_file(bold=bold), SIZE, layout_engine=ImageFont.Layout.BASIC)


@cache
def _shape(character: str) -> bytes:
    return bytes(_font().getmask(character))
