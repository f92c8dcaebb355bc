"""The QR code, in half blocks: dark on light whatever the theme, with its quiet zone of four modules."""

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from kiosk.entry.handle import Modules

DARK = "#000000"
LIGHT = "#ffffff"


class QrCode(Widget):
    """Two modules a cell, one above the other: 29 modules take 29 by 15 cells."""

    def __init__(self, modules: Modules) -> None:
        super().__init__()
        self._modules = modules
        self.styles.width = len(modules[0])
        self.styles.height = (len(modules) + 1) // 2

    def render_line(self, y: int) -> Strip:
        """Draw one row of cells: the upper module in the text's colour, the lower in the ground's."""
        upper = self._modules[2 * y]
        below = 2 * y + 1
        lower = self._modules[below] if below < len(self._modules) else (False,) * len(upper)
        return Strip(
            [
                Segment("▀", Style(color=DARK if top else LIGHT, bgcolor=DARK if bottom else LIGHT))
                for top, bottom in zip(upper, lower, strict=True)
            ],
            len(upper),
        )
