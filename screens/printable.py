"""What is painted: printable characters alone, as `kiosk.text.clean` has them."""

import re

from rich.cells import get_character_cell_size, split_graphemes
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from kiosk.text import LACKING, is_unknown

_UNSTEADY = re.compile("[\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0100-\U000e01ef]")
"""Printable, but terminals disagree on the width they leave: variation selectors and skin tones."""


class PrintableFilter(LineFilter):
    """Paint printable characters alone, whatever path the text took to the screen.

    Every segment keeps the width that the layout has reckoned with: what is dropped leaves as many spaces as
    it was wide. Hyperlinks are taken off too, because terminals open them by themselves.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Give back the segments cleaned, or the very same list where there is nothing to clean."""
        if all(map(_is_clean, segments)):
            return segments
        return [_cleaned(segment) for segment in segments if not segment.control]


def _is_clean(segment: Segment) -> bool:
    text, style, control = segment
    if control or not text.isprintable() or (style is not None and style.link):
        return False
    return text.isascii() or _UNSTEADY.search(text) is None


def _cleaned(segment: Segment) -> Segment:
    text, style, _ = segment
    spans, _width = split_graphemes(text)
    shown = "".join(_fitted(text[start:end], width) for start, end, width in spans)
    if style is not None and style.link:
        style = style.update_link(None)
    return Segment(shown, style)


def _fitted(grapheme: str, width: int) -> str:
    """Keep a grapheme's letter and its marks, in exactly `width` cells."""
    shown, used = "", 0
    for sign in grapheme:
        character = LACKING if is_unknown(sign) else sign
        if not character.isprintable() or _UNSTEADY.match(character):
            continue
        cells = get_character_cell_size(character)
        # A mark has no cells of its own; it needs a letter to stand on.
        if (0 < cells <= width - used) or (cells == 0 and used > 0):
            shown, used = shown + character, used + cells
    return shown + " " * (width - used)
