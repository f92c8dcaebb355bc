"""A field that a code is typed into, and a code that was scanned."""

from dataclasses import dataclass

from kiosk.entry.handle import Handle
from screens.right_to_left import LeftToRight
from screens.widgets.line_field import LineField


@dataclass(frozen=True)
class Scanned:
    """A code was scanned."""

    codes: tuple[Handle, ...]
    """What it may have been, most likely one (`kiosk.entry.handle.scanned`)."""


class CodeField(LeftToRight, LineField):
    """A code, from left to right on every screen.

    What is typed or scanned takes the place of an earlier one, unless that `goes_on`; Backspace corrects it.
    """

    MOST = 60
    """Characters: a code with whatever stands between its groups, and no more."""

    def __init__(self, typed: str, *, goes_on: bool = False) -> None:
        super().__init__(typed, max_length=self.MOST, select_on_focus=not goes_on, id="typed")

    def action_delete_left(self) -> None:
        """Take one character off, where all of them are selected too."""
        if not self.selection.is_empty:
            self.cursor_position = len(self.value)
        super().action_delete_left()
