"""A page that waits."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from textual.app import App
from textual.widget import Widget

from screens.widgets.page import Page
from screens.widgets.plain import Plain


class BusyScreen(Page[None]):
    """Says what is going on while it goes on. No key of its own does anything."""

    EVERYWHERE = ()
    PERSONAL = False

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def body(self) -> Iterable[Widget]:
        """Yield what is going on."""
        yield Plain(self._text, id="busy")


@asynccontextmanager
async def busy(app: App[Any], text: str) -> AsyncIterator[None]:
    """Say what is going on for as long as it does, unless the screen is hidden meanwhile."""
    page = BusyScreen(text)
    await app.push_screen(page)
    try:
        yield
    finally:
        await page.dismiss()
