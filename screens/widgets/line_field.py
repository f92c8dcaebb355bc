"""A field of one line: a code, a name, a reason."""

from sys import maxsize

from rich.cells import cell_len
from rich.text import Text
from textual import events, on
from textual.geometry import Region
from textual.reactive import reactive
from textual.widgets import Input

from kiosk.text import is_text, kept
from screens.widgets.text_limit import LimitChanged, LimitedField
from screens.widgets.zero_width import steady


class LineField(Input, LimitedField):
    """Takes one line, all of what is pasted on it, and says where it is full."""

    cursor_blink = reactive(False)

    @property
    def _most(self) -> int:
        return self.max_length or maxsize  # Textual has 0 for no limit

    @property
    def is_full(self) -> bool:
        """Whether it takes no letter more."""
        return len(self.value) >= self._most

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Take whatever is kept of a text, joiners too."""
        return is_text(character)

    def on_key(self, event: events.Key) -> None:
        """Take a letter that Textual takes for no letter: a joiner, a new emoji."""
        self.forget_left_out()
        if is_text(event.character) and not event.is_printable:
            event.stop()
            event.prevent_default()
            self.insert_text_at_cursor(event.character or "")

    def on_paste(self, event: events.Paste) -> None:
        """Take as much of it as there is room for, as one line."""
        event.stop()
        event.prevent_default()
        self.add(kept(event.text, lines=False).strip())

    def add(self, text: str) -> None:
        """Put a text in the place of what is selected, as much of it as there is room for."""
        start, end = sorted(self.selection)
        room = max(0, self._most - len(self.value) + end - start)
        self.replace(text[:room], start, end)
        self.leave_out(text[room:])

    @property
    def words(self) -> str:
        """What is written."""
        return self.value

    @property
    def around(self) -> tuple[str, str]:
        """What is written before the cursor, and after it."""
        return self.value[: self.cursor_position], self.value[self.cursor_position :]

    def put(self, before: str, after: str) -> None:
        """Hold this text, with the cursor between its two parts."""
        self.value = before + after
        self.cursor_position = len(before)

    @property
    def _value(self) -> Text:
        value = super()._value
        value.plain = steady(value.plain)
        return value

    def _position_to_cell(self, position: int) -> int:
        return cell_len(steady(self.value[:position]))

    def restricted(self) -> None:
        """Say that it is full."""
        self.leave_out("")

    @on(events.Resize)
    def keep_cursor_in_view(self) -> None:
        """Bring the cursor into view where there is less room now: Textual does so only when it moves."""
        if self.has_focus:
            cursor = Region(self._cursor_offset, 0, 1, 1)
            self.call_after_refresh(self.scroll_to_region, cursor, force=True, animate=False)

    @on(Input.Changed)
    def tell_room(self) -> None:
        """Tell that there is more or less room."""
        self.post_message(LimitChanged())
