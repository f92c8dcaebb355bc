"""Entering a code: to come back with it, or to try it once."""

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from kiosk.entry.handle import groups_of
from screens.widgets.code_field import CodeField, Scanned
from screens.widgets.keys import BACK, COLOURS, HIDE, Key
from screens.widgets.page import Page
from screens.widgets.plain import Plain


class EnterCodeScreen(Page[str | Scanned | None]):
    """Takes a code, typed or scanned, and shows it in its groups meanwhile. None where one went back."""

    EVERYWHERE = (COLOURS, HIDE)
    TAKES_BURSTS = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "give"),
        Binding("escape", "back"),
    ]

    def __init__(
        self,
        title: str,
        lines: tuple[str, ...],
        *,
        on: Key,
        back: Key = BACK,
        typed: str = "",
        problem: str = "",
    ) -> None:
        super().__init__(title)
        self._lines = lines
        self._on = on
        self._back = back
        self._typed = typed
        self._problem = problem

    @property
    def writing(self) -> bool:
        """People write here."""
        return True

    def body(self) -> Iterable[Widget]:
        """Yield what it is for, the field, how it reads so far, and what was wrong."""
        for line in self._lines:
            yield Plain(line, classes="line")
        yield CodeField(self._typed)
        yield Plain(_spaced(self._typed), id="groups")
        yield Plain(self._problem, id="problem")

    def page_keys(self) -> tuple[Key, ...]:
        """Return the ways on and back."""
        return (self._on, self._back)

    def on_mount(self) -> None:
        """Stand ready for the scanner."""
        field = self.query_one(Input)
        field.cursor_blink = False
        field.focus()

    @on(Input.Changed)
    def show_groups(self, event: Input.Changed) -> None:
        """Show how the code reads so far."""
        self.query_one("#groups", Plain).show(_spaced(event.value))

    @on(Input.Submitted)
    def action_give(self) -> None:
        """Give back what was typed."""
        self.dismiss(self.query_one(Input).value)

    def action_back(self) -> None:
        """Go back."""
        self.dismiss(None)


def _spaced(typed: str) -> str:
    return "  ".join(groups_of(typed))
