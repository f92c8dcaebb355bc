"""Lines of a page that can be acted on: by the keys that stand on one, or by touch."""

from collections.abc import Iterable, Sequence
from typing import Any

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import Static


class ActRow(Static, can_focus=True):
    """A line that Enter, or a touch, acts on. What comes of that, its page knows by the row's `outcome`."""

    class Taken(Message):
        """The row was clicked or touched."""

        def __init__(self, row: "ActRow") -> None:
            super().__init__()
            self.row = row

    def __init__(self, content: Content, outcome: Any, *, classes: str = "") -> None:
        super().__init__(content, classes=classes)
        self.outcome = outcome

    def on_click(self, event: events.Click) -> None:
        """Act on it."""
        event.stop()
        self.post_message(self.Taken(self))


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
