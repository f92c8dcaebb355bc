"""The QR code: dark on light whatever the theme, with its quiet zone of four modules."""

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from kiosk.entry.handle import Modules
from screens.right_to_left import LeftToRight

DARK = "#000000"
LIGHT = "#ffffff"


class QrCode(LeftToRight, Widget):
    """Two modules a cell, one above the other: 29 modules take 29 by 15 cells.

    A large one has two cells for each module, and so 58 by 29: it needs no sign of the font.
    """

    def __init__(self, modules: Modules, *, large: bool) -> None:
        super().__init__()
        self._modules = modules
        self.enlarge(large=large)

    def enlarge(self, *, large: bool) -> None:
        """Be large, or as small as it can be."""
        self._large = large
        rows, columns = len(self._modules), len(self._modules[0])
        self.styles.width, self.styles.height = (2 * columns, rows) if large else (columns, (rows + 1) // 2)

    def render_line(self, y: int) -> Strip:
        """Draw one row of cells."""
        if self._large:
            cells = [Segment("  ", Style(bgcolor=DARK if dark else LIGHT)) for dark in self._modules[y]]
            return Strip(cells, 2 * len(cells))
        # The upper module is in the text's colour, the lower one in the ground's.
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
