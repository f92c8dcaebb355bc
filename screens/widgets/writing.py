"""A field to write in: it wraps, it grows, and Enter never breaks a line in it."""

from textual import events
from textual.actions import SkipAction
from textual.widgets import TextArea

from kiosk.text import clean


class Writing(TextArea):
    """A text field of one to many lines. What it gives back is clean text without outer space."""

    def __init__(self, text: str, limit: int, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(
            clean(text), soft_wrap=True, tab_behavior="focus", show_line_numbers=False, id=id, classes=classes
        )
        self._limit = limit
        self.cursor_blink = False
        self.move_cursor(self.document.end)

    @property
    def words(self) -> str:
        """What is written."""
        return clean(self.text).strip()

    def on_key(self, event: events.Key) -> None:
        """Leave Enter to the page. It comes here first, so that it stays behind what was typed before it."""
        if event.key == "enter":
            event.prevent_default()

    def on_text_area_changed(self) -> None:
        """Stop at the limit."""
        if len(self.text) > self._limit:
            self.load_text(self.text[: self._limit])
            self.move_cursor(self.document.end)

    def action_cursor_down(self, select: bool = False) -> None:
        """Go down a line; from the last one, to the next field."""
        if self._on_last_line():
            self.screen.focus_next(Writing)
        else:
            super().action_cursor_down(select)

    def action_cursor_up(self, select: bool = False) -> None:
        """Go up a line; from the first one, to the field before."""
        if self.wrapped_document.location_to_offset(self.cursor_location).y == 0:
            self.screen.focus_previous(Writing)
        else:
            super().action_cursor_up(select)

    def action_cursor_page_up(self) -> None:
        """Leave it to the page: it moves what is around the field."""
        raise SkipAction

    def action_cursor_page_down(self) -> None:
        """Leave it to the page: it moves what is around the field."""
        raise SkipAction

    def _on_last_line(self) -> bool:
        at = self.wrapped_document.location_to_offset(self.cursor_location).y
        return at >= self.wrapped_document.height - 1
