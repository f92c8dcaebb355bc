"""A terminal whose font has few signs: what stands on the screen there for those it has not."""

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

INSTEAD = str.maketrans({"●": "o", "○": ".", "◐": "-", "✓": "+"})
"""A console's fonts have blocks and lines, and no circles. What stands for a sign has one cell too."""


class FewSigns(LineFilter):
    """Paints others in the place of signs that the font has not, whatever painted them."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments with those signs replaced."""
        return [Segment(text.translate(INSTEAD), style, control) for text, style, control in segments]
