"""A text field of many lines: it wraps and grows, and Enter breaks a line only where that is asked for."""

from collections.abc import Callable, Sequence
from copy import copy
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.events import MouseEvent
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import EditResult, Location, Selection

from kiosk.text import has_words, is_blank, is_text, kept, written
from screens.i18n import _
from screens.right_to_left import is_mirrored, written_at
from screens.widgets.keys import UNDO
from screens.widgets.text_limit import LimitChanged, LimitedField
from screens.widgets.zero_width import as_typed, steady

SOFT_LIMIT = 4_000
"""Characters from which on it is told that this is a lot; nothing else comes of it."""


class TextField(TextArea, LimitedField, inherit_bindings=False):
    """A text field of one to many lines. What it gives back is what is kept of a text, without outer space.

    Nothing in it can be selected: what is typed next would replace it.
    """

    class Grown(Message):
        """It takes more rows, or fewer, than before."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "cursor_up"),
        Binding("down", "cursor_down"),
        Binding("left", "cursor_left"),
        Binding("right", "cursor_right"),
        Binding("ctrl+left", "cursor_word_left"),
        Binding("ctrl+right", "cursor_word_right"),
        Binding("home", "cursor_line_start"),
        Binding("end", "cursor_line_end"),
        Binding("backspace", "delete_left"),
        Binding("delete", "delete_right"),
        Binding(UNDO.key, "undo"),
    ]

    def __init__(
        self,
        text: str,
        limit: int,
        *,
        breaks: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's word
        classes: str | None = None,
    ) -> None:
        """Hold a text of at most so many characters. `breaks` says that Enter breaks a line in it."""
        super().__init__(
            steady(kept(text)),
            soft_wrap=True,
            tab_behavior="focus",
            show_line_numbers=False,
            id=id,
            classes=classes,
        )
        self._limit = limit
        self.breaks = breaks
        self.cursor_blink = False
        self.move_cursor(self.document.end)

    @property
    def text(self) -> str:
        """What is written, as it was typed."""
        return as_typed(self.document.text)

    @text.setter
    def text(self, text: str) -> None:
        self.load_text(text)

    def load_text(self, text: str) -> None:
        """Put a text in the place of all that is written."""
        super().load_text(steady(text))

    def replace(
        self, insert: str, start: Location, end: Location, *, maintain_selection_offset: bool = True
    ) -> EditResult:
        """Put a text in the place of another."""
        return super().replace(
            steady(insert), start, end, maintain_selection_offset=maintain_selection_offset
        )

    def get_target_document_location(self, event: MouseEvent) -> Location:
        """Return which letter was tapped."""
        if is_mirrored(self):
            inside = event.offset - self.gutter.top_left
            column = written_at(self.render_line(inside.y), inside.x)
            event = copy(event)
            event._x = column + self.gutter.left
        return super().get_target_document_location(event)

    def action_cursor_left(self, select: bool = False) -> None:
        """Go to the letter on the left, which is the next one where one writes to the left."""
        if is_mirrored(self):
            super().action_cursor_right(select)
        else:
            super().action_cursor_left(select)

    def action_cursor_right(self, select: bool = False) -> None:
        """Go to the letter on the right."""
        if is_mirrored(self):
            super().action_cursor_left(select)
        else:
            super().action_cursor_right(select)

    def on_resize(self) -> None:
        """Find the caret again once the text is wrapped to another size; it may be elsewhere."""
        self.call_later(self._find_caret)

    def _find_caret(self) -> None:
        self.scroll_cursor_visible()
        self.post_message(self.Grown())

    def validate_selection(self, selection: Selection) -> Selection:
        """Keep the cursor, and nothing selected."""
        return Selection.cursor(selection.end)

    @property
    def around(self) -> tuple[str, str]:
        """What is written before the cursor, and after it."""
        before = self.document.get_text_range(self.document.start, self.cursor_location)
        return as_typed(before), self.text[len(before) :]

    def put(self, before: str, after: str) -> None:
        """Hold this text, with the cursor between its two parts."""
        if before + after != self.text:
            self.load_text(before + after)
        *above, row = before.split("\n")
        self.move_cursor((len(above), len(row)))

    def begin_line(self, ends: str) -> None:
        """Take over the ends of lines inside a text that is typed in one piece, as far as there is room."""
        self.call_later(self.add, ends)

    @property
    def is_full(self) -> bool:
        """Whether it takes no letter more."""
        return len(self.text) >= self._limit

    @property
    def room(self) -> str:
        """What is to be said of how much is written; mostly nothing."""
        a_lot = _("You have written a lot. There is still room.") if len(self.text) >= SOFT_LIMIT else ""
        return super().room or a_lot

    @property
    def words(self) -> str:
        """What is written."""
        return written(self.text)

    @property
    def thing(self) -> str:
        """What is written, where it has a word: a number alone was typed to choose, or out of habit."""
        return self.words if has_words(self.words) else ""

    def on_key(self, event: events.Key) -> None:
        """Leave Enter to the page, unless it breaks lines, and take no letter more than the limit.

        Enter comes here first, so that it stays behind what was typed before it.
        """
        self.forget_left_out()
        writes = is_text(event.character)
        if event.key == "enter" and self.breaks:
            event.stop()
            event.prevent_default()
            self.add("\n")
        elif event.key == "enter" or (writes and self.is_full):
            event.prevent_default()
            self.post_message(LimitChanged())
        elif writes and not event.is_printable:  # a joiner, a new emoji: Textual takes it for no letter
            event.stop()
            event.prevent_default()
            self._replace_via_keyboard(event.character or "", *self.selection)

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        """Take whatever is kept of a text, joiners too."""
        return is_text(character)

    def on_paste(self, event: events.Paste) -> None:
        """Take as much of it as there is room for, so that nothing is pushed out of what was written."""
        event.prevent_default()
        self.add(kept(event.text))

    def add(self, text: str) -> None:
        """Put a text where the cursor is, as much of it as there is room for."""
        room = max(0, self._limit - len(self.text))
        if added := self._replace_via_keyboard(text[:room], *self.selection):
            self.move_cursor(added.end_location)
        self.leave_out(text[room:])

    @on(TextArea.Changed)
    def stop_at_the_limit(self) -> None:
        """Stop at the limit, and say so."""
        text = self.text
        if len(text) > self._limit:
            self.load_text(text[: self._limit])
            self.move_cursor(self.document.end)
            self.left_out = text[self._limit :]
        self.post_message(LimitChanged())

    def action_cursor_down(self, select: bool = False) -> None:
        """Go down a line; from the last one, to the next field."""
        if self._on_last_line():
            self.screen.focus_next("TextField, Picks")
        else:
            super().action_cursor_down(select)

    def action_cursor_up(self, select: bool = False) -> None:
        """Go up a line; from the first one, to the field before."""
        if self.wrapped_document.location_to_offset(self.cursor_location).y == 0:
            self.screen.focus_previous("TextField, Picks")
        else:
            super().action_cursor_up(select)

    def _on_last_line(self) -> bool:
        at = self.wrapped_document.location_to_offset(self.cursor_location).y
        return at >= self.wrapped_document.height - 1


class ShortLine(TextField):
    """One of several short lines: what comes in several lines goes into several fields."""

    class Lines(Message):
        """Several lines came in one piece."""

        def __init__(self, field: "ShortLine", lines: Sequence[str]) -> None:
            super().__init__()
            self.field = field
            self.lines = lines

    def __init__(self, text: str, limit: int, below: "Callable[[ShortLine], Sequence[ShortLine]]") -> None:
        """Hold one line. `below` gives the empty lines below one."""
        super().__init__(text, limit, classes="line")
        self._below = below

    def begin_line(self, ends: str) -> None:
        """Go to the line below; where none is empty, take the ends over as a space."""
        below = self._below(self)
        if below:
            self.screen.set_focus(below[0])
        else:
            super().begin_line(" ")

    def on_paste(self, event: events.Paste) -> None:
        """Take one line, or have several taken."""
        event.prevent_default()
        lines = [line for line in kept(event.text).split("\n") if not is_blank(line)]
        if len(lines) > 1:
            self.post_message(self.Lines(self, lines))
        else:
            self.add("".join(lines))
