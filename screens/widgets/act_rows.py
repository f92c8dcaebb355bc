"""Lines of a page that can be acted on: by the keys that stand on one, or by touch."""

from collections.abc import Iterable, Sequence
from typing import Any

from textual import events
from textual.content import Content
from textual.message import Message
from textual.screen import ScreenResultType
from textual.widgets import Static

from screens.widgets.page import Page
from screens.widgets.plain import Hanging
from screens.widgets.typed_number import TypedNumber


class ActRow(Static, can_focus=True):
    """A line that Enter, or a touch, acts on. What comes of that, its page knows by the row's `outcome`."""

    class Taken(Message):
        """The row was clicked or touched."""

        def __init__(self, row: "ActRow") -> None:
            super().__init__()
            self.row = row

    def __init__(self, content: Content | Hanging, outcome: Any, *, classes: str = "") -> None:
        super().__init__(content, classes=classes)
        self.outcome = outcome

    def on_click(self, event: events.Click) -> None:
        """Act on it."""
        event.stop()
        self.post_message(self.Taken(self))


class NumberedPage(Page[ScreenResultType]):
    """A page of rows with numbers. A number leads to its row; Enter acts on the row in focus."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.numbered: dict[int, ActRow] = {}
        """The rows by their numbers, to be filled as they are made."""
        self._typed = TypedNumber(self.numbered)

    def on_key(self, event: events.Key) -> None:
        """Go to the row whose number is typed."""
        row = self._typed.hear(event)
        if row is not None:
            self.come_to(row)

    def come_to(self, row: ActRow) -> None:
        """Do what comes of a row's number."""
        row.focus()

    def forget_digits(self) -> None:
        """Let the next digit begin a number."""
        self._typed.end()

    def on_act_row_taken(self, event: ActRow.Taken) -> None:
        """Act on the row that was touched."""
        self.dismiss(event.row.outcome)

    def action_take(self) -> None:
        """Act on the row that stands out."""
        if isinstance(self.focused, ActRow):
            self.dismiss(self.focused.outcome)


def stand_on(rows: Iterable[ActRow], outcome: Any) -> None:
    """Put the keys on the row that leads there, or on the first one."""
    every = list(rows)
    if every:
        next((row for row in every if row.outcome == outcome), every[0]).focus()


def jump(rows: Iterable[ActRow], by: int) -> None:
    """Put the keys so many rows further on, or on the last one."""
    every: Sequence[ActRow] = list(rows)
    at = next((place for place, row in enumerate(every) if row.has_focus), 0)
    if every:
        every[max(0, min(len(every) - 1, at + by))].focus()
