"""Painting held between two pages, so that nobody sees what lies below them for a moment."""

from contextlib import ExitStack
from typing import Any

from textual.app import App
from textual.await_complete import AwaitComplete


class PaintHold(App[Any], inherit_bindings=False):
    """An App that paints nothing from the end of one page until the next one is laid out."""

    _hold: ExitStack | None = None

    def pop_screen(self) -> AwaitComplete:
        """Take the page off, and leave it painted until another is there."""
        if self._hold is None:
            self._hold = ExitStack()
            self._hold.enter_context(self.batch_update())
        return super().pop_screen()

    def release_paint(self) -> None:
        """Paint again: a page is there."""
        if self._hold is not None:
            hold, self._hold = self._hold, None
            hold.close()
