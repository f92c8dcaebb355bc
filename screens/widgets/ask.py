"""One clear question with two ways out, on a page of its own."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from screens.widgets.keys import HIDE, Key
from screens.widgets.page import SCROLLING, Move, Page
from screens.widgets.plain import Plain
from screens.words import _


class AskScreen(Page[Move]):
    """One clear question with two ways out."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "on"),
        Binding("escape", "back"),
        *SCROLLING,
    ]

    def __init__(
        self,
        title: str,
        lines: tuple[str, ...],
        *,
        on: str,
        back: str,
        everywhere: tuple[Key, ...] = (HIDE,),
    ) -> None:
        super().__init__()
        self._everywhere = everywhere
        self._heading = title
        self._lines = lines
        self._on = Key("enter", _("Enter"), on)
        self._back = Key("escape", _("Esc"), back)

    def body(self) -> Iterable[Widget]:
        """Yield the question and what it means."""
        yield Plain(self._heading, classes="line strong")
        for line in self._lines:
            yield Plain(line, classes="line")
        yield Plain("", id="problem")

    def page_keys(self) -> tuple[Key, ...]:
        """Return the two ways out."""
        return (self._on, self._back)

    def everywhere(self) -> tuple[Key, ...]:
        """Return the keys of the second row."""
        return self._everywhere

    def action_on(self) -> None:
        """Do it."""
        self.dismiss(Move.ON)

    def action_back(self) -> None:
        """Leave it."""
        self.dismiss(Move.BACK)
