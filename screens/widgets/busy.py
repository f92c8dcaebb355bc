"""A page that waits."""

from collections.abc import Iterable

from textual.widget import Widget

from screens.widgets.page import Page
from screens.widgets.plain import Plain


class BusyScreen(Page[None]):
    """Says what is going on while it goes on. No key of its own does anything."""

    EVERYWHERE = ()

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def body(self) -> Iterable[Widget]:
        """Yield what is going on."""
        yield Plain(self._text, id="busy")
