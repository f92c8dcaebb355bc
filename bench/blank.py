"""What the kiosk's screens are measured against: Apps of Textual with next to nothing in them.

`python bench/blank.py line`, `input`, `area`, `pages` or `many`.
"""

import sys
from collections.abc import Callable
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.screen import Screen
from textual.widgets import Input, Static, TextArea

LINE, FIRST, SECOND = "One line", "First page", "Second page"
MANY = 27
"""Widgets on a page with a question, its own included."""


class Line(App[None]):
    """Shows one line."""

    def compose(self) -> ComposeResult:
        """Return the line."""
        yield Static(LINE)


class Typing(App[None]):
    """Takes what is typed, in one line or in several."""

    def __init__(self, field: Input | TextArea) -> None:
        super().__init__()
        self._field = field

    def compose(self) -> ComposeResult:
        """Return the field."""
        self._field.cursor_blink = False  # or it would be painted without a key
        yield self._field


class Blank(Screen[None]):
    """A page with some lines, all the same."""

    def __init__(self, text: str, lines: int) -> None:
        super().__init__()
        self._says, self._count = text, lines

    def compose(self) -> ComposeResult:
        """Return the lines."""
        yield from (Static(self._says) for _ in range(self._count))


class Pages(App[None]):
    """Shows a first page; F2 leads to the second, F3 back."""

    BINDINGS: ClassVar[list[BindingType]] = [("f2", "to_second"), ("f3", "to_first")]

    def __init__(self, lines: int = 1) -> None:
        super().__init__()
        self._count = lines

    def on_mount(self) -> None:
        """Show the first."""
        self.push_screen(Blank(FIRST, self._count))

    def action_to_second(self) -> None:
        """Show the second in its place."""
        self.switch_screen(Blank(SECOND, self._count))

    def action_to_first(self) -> None:
        """Show the first again."""
        self.switch_screen(Blank(FIRST, self._count))


if __name__ == "__main__":
    made: dict[str, Callable[[], App[None]]] = {
        "line": Line,
        "input": lambda: Typing(Input(placeholder=LINE)),
        "area": lambda: Typing(TextArea(placeholder=LINE)),
        "pages": Pages,
        "many": lambda: Pages(MANY - 1),
    }
    made[sys.argv[1]]().run()
