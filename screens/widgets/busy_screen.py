"""A page that waits."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from textual.app import App
from textual.widget import Widget

from screens.i18n import _
from screens.widgets.keys import Key
from screens.widgets.page import Page
from screens.widgets.plain import Plain


class BusyScreen(Page[None]):
    """Says what is going on while it goes on. It has no keys, unless it is given some."""

    EVERYWHERE = ()
    PERSONAL = False
    PASSES = True
    BAR = 40
    """Columns."""

    rests = False
    """Whether what goes on waits for somebody, who may have gone."""

    def __init__(self, text: str, here: tuple[Key, ...] = ()) -> None:
        super().__init__(here=here)
        self._text = text
        self._bar = ""

    def body(self) -> Iterable[Widget]:
        """Yield what is going on."""
        yield Plain(self._text, id="busy")

    def say(self, text: str) -> None:
        """Say something else is going on."""
        self._text = text
        self._draw()

    def tell(self, done: int, total: int) -> None:
        """Show how far it has come."""
        filled = round(self.BAR * done / max(total, 1))
        bar = "━" * filled + "─" * (self.BAR - filled)
        count = _("{done:,} of {total:,}").format(done=done, total=total)
        self._bar = f"\n\n{bar}\n\n{count}"
        self._draw()

    def _draw(self) -> None:
        for shown in self.query("#busy").results(Plain):
            shown.show(f"{self._text}{self._bar}")


@asynccontextmanager
async def busy(app: App[Any], text: str) -> AsyncIterator[BusyScreen]:
    """Say what is going on for as long as it does, unless the screen is hidden meanwhile."""
    page = BusyScreen(text)
    await app.push_screen(page)
    try:
        yield page
    finally:
        # Not awaited: the App does, and would end with whoever is cancelled while they both wait.
        page.dismiss()
