"""A terminal whose font has few signs: what stands on the screen there for those it has not."""

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

INSTEAD = str.maketrans(
    {"●": "o", "○": ".", "◐": "-", "✓": "+", "▄": "█", "⇧": "^", "⌫": "<"}
    | dict(zip("╭╮╰╯┏┓┗┛━┃", "┌┐└┘╔╗╚╝═║", strict=True))
    | dict(zip("▁▂▃▅▆▇", "   ███", strict=True))
)
"""What stands for a sign has one cell too, and is in each of the fonts of Debian's console-setup for Latin,
Greek and Cyrillic. They have thin and double lines and the full block: no circles, and rounded or thick
lines only in some of them.
"""
MARKS = {" ☐ ": "[ ]", " ☑ ": "[x]", "  ○  ": " ( ) ", "  ●  ": " (•) "}
"""What stands for the mark before an option or a step, with the air around it, in as many cells."""


class FewSigns(LineFilter):
    """Paints others in the place of signs that the font has not, whatever painted them."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments with those signs replaced."""
        return [Segment(_plain(text), style, control) for text, style, control in segments]


def _plain(text: str) -> str:
    for mark, instead in MARKS.items():
        text = text.replace(mark, instead)
    return text.translate(INSTEAD)
