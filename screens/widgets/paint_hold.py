"""Painting held between two pages, so that nobody sees what lies below them for a moment."""

from typing import Any

from textual.app import App
from textual.await_complete import AwaitComplete


class PaintHold(App[Any], inherit_bindings=False):
    """An App that paints nothing from the end of one page until the next one is laid out."""

    _held = False

    def pop_screen(self) -> AwaitComplete:
        """Take the page off, and leave it painted until another is there."""
        if not self._held:
            self._held = True
            self._begin_batch()
        return super().pop_screen()

    def release_paint(self) -> None:
        """Paint again: a page is there."""
        if self._held:
            self._held = False
            self._end_batch()
