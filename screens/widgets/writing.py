"""A field to write in: it wraps, it grows, and Enter never breaks a line in it."""

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from kiosk.text import clean
from screens.words import _

SOFT_LIMIT = 4_000
"""Characters from which on it is told that this is a lot; nothing else comes of it."""


class Writing(TextArea, inherit_bindings=False):
    """A text field of one to many lines. What it gives back is clean text without outer space.

    Nothing in it can be selected: what is typed next would replace it.
    """

    class Grown(Message):
        """It takes more rows, or fewer, than before."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "cursor_up", show=False),
        Binding("down", "cursor_down", show=False),
        Binding("left", "cursor_left", show=False),
        Binding("right", "cursor_right", show=False),
        Binding("ctrl+left", "cursor_word_left", show=False),
        Binding("ctrl+right", "cursor_word_right", show=False),
        Binding("home", "cursor_line_start", show=False),
        Binding("end", "cursor_line_end", show=False),
        Binding("backspace", "delete_left", show=False),
        Binding("delete", "delete_right", show=False),
        Binding("f5", "undo", show=False),
    ]

    def __init__(self, text: str, limit: int, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(
            clean(text), soft_wrap=True, tab_behavior="focus", show_line_numbers=False, id=id, classes=classes
        )
        self._limit = limit
        self.cursor_blink = False
        self.move_cursor(self.document.end)

    def validate_selection(self, selection: Selection) -> Selection:
        """Keep the cursor, and nothing selected."""
        return Selection.cursor(selection.end)

    @property
    def is_full(self) -> bool:
        """Whether it takes no letter more."""
        return len(self.text) >= self._limit

    @property
    def room(self) -> str:
        """What is to be said of how much is written; mostly nothing."""
        if self.is_full:
            return _("This field is full. Make your text shorter if you want to add more.")
        return _("You have written a lot. There is still room.") if len(self.text) >= SOFT_LIMIT else ""

    @property
    def words(self) -> str:
        """What is written."""
        return clean(self.text).strip()

    def on_key(self, event: events.Key) -> None:
        """Leave Enter to the page, and take no letter more than the limit.

        Enter comes here first, so that it stays behind what was typed before it.
        """
        if event.key == "enter" or (event.is_printable and self.is_full):
            event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """Take as much of it as there is room for, so that nothing is pushed out of what was written."""
        event.text = clean(event.text)[: max(0, self._limit - len(self.text))]

    def on_resize(self) -> None:
        """Find the caret again once the text is wrapped to another size; it may be elsewhere."""
        self.call_later(self._find_caret)

    def _find_caret(self) -> None:
        self.scroll_cursor_visible()
        self.post_message(self.Grown())

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

    def _on_last_line(self) -> bool:
        at = self.wrapped_document.location_to_offset(self.cursor_location).y
        return at >= self.wrapped_document.height - 1
