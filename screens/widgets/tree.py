"""The tree of somebody's strengths, wherever it stands on the screen."""

from itertools import groupby

from textual.content import Content
from textual.widgets import Static

from kiosk.entry.tree import LEAF, tree
from screens.right_to_left import LeftToRight


class Tree(LeftToRight, Static):
    """A tree with a leaf for each strength; on a narrow screen a small one. Words beside it say how many."""

    def __init__(self, strengths: int = 0, *, close: bool = False) -> None:
        """Draw a tree of so many. `close` leaves out rows at its top where nothing grows yet."""
        super().__init__(markup=False)
        self._strengths = strengths
        self._close = close

    def grow(self, strengths: int) -> None:
        """Show so many leaves."""
        self._strengths = strengths
        self.refresh()

    def render(self) -> Content:
        """Draw it, the leaves in the colour of leaves."""
        drawn = tree(self._strengths, small=self.screen.has_class("-narrow"))
        lines = [line for line in drawn if line.strip() or not self._close]
        runs = groupby("\n".join(lines), lambda sign: sign == LEAF)
        return Content.assemble(*(("".join(run), "$leaf" if green else "") for green, run in runs))
