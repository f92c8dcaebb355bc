"""What the kiosk's screens are measured against: Apps of Textual with next to nothing in them.

`python bench/blank.py line`, `input` or `pages`.
"""

import sys
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.screen import Screen
from textual.widgets import Input, Static

LINE, FIRST, SECOND = "One line", "First page", "Second page"


class Line(App[None]):
    """Shows one line."""

    def compose(self) -> ComposeResult:
        """Return the line."""
        yield Static(LINE)


class Typing(App[None]):
    """Takes what is typed."""

    def compose(self) -> ComposeResult:
        """Return the field."""
        field = Input(placeholder=LINE)
        field.cursor_blink = False  # or it would be painted without a key
        yield field


class Blank(Screen[None]):
    """A page with one line."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        """Return the line."""
        yield Static(self._text)


class Pages(App[None]):
    """Shows a first page; F2 leads to the second, F3 back."""

    BINDINGS: ClassVar[list[BindingType]] = [("f2", "turn"), ("f3", "back")]

    def on_mount(self) -> None:
        """Show the first."""
        self.push_screen(Blank(FIRST))

    def action_turn(self) -> None:
        """Show the second in its place."""
        self.switch_screen(Blank(SECOND))

    def action_back(self) -> None:
        """Show the first again."""
        self.switch_screen(Blank(FIRST))


if __name__ == "__main__":
    {"line": Line, "input": Typing, "pages": Pages}[sys.argv[1]]().run()
