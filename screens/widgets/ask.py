"""One clear question with two ways out, on a page of its own."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from screens.widgets.keys import BACK, HIDE, Key, KeyCap
from screens.widgets.page import SCROLLING, Move, Page
from screens.widgets.plain import Plain
from screens.words import _

FINAL = "delete"
"""Does what cannot be undone. Nobody presses it to go on, and no scanner types it, as it would a digit."""


class AskScreen(Page[Move]):
    """One clear question with two ways out.

    Where one of them is final, Enter takes the other one, as Esc does: it is pressed to go on, from page to
    page, and destroys nothing. Del does it, or one tap on its line.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "enter"),
        Binding("escape", "back"),
        Binding(FINAL, "final"),
        *SCROLLING,
    ]

    def __init__(
        self,
        title: str,
        lines: tuple[str, ...],
        *,
        on: str,
        back: str,
        final: bool = False,
        everywhere: tuple[Key, ...] = (HIDE,),
    ) -> None:
        """Ask. `on` and `back` are the words of the two ways out; `final` says that `on` cannot be undone."""
        super().__init__()
        self._everywhere = everywhere
        self._heading = title
        self._lines = lines
        self._final = final
        self._on, self._back = on, back

    def body(self) -> Iterable[Widget]:
        """Yield the question and what it means."""
        yield Plain(self._heading, classes="line strong")
        for line in self._lines:
            yield Plain(line, classes="line")
        if self._final:
            yield Horizontal(KeyCap(Key(FINAL, _("Del"), self._on)), id="final")
        yield Plain("", id="problem")

    def page_keys(self) -> tuple[Key, ...]:
        """Return the two ways out."""
        if self._final:
            return (Key("enter", _("Enter"), self._back), BACK)
        return (Key("enter", _("Enter"), self._on), Key("escape", _("Esc"), self._back))

    def everywhere(self) -> tuple[Key, ...]:
        """Return the keys of the second row."""
        return self._everywhere

    def action_enter(self) -> None:
        """Do it, unless it is final."""
        self.dismiss(Move.BACK if self._final else Move.ON)

    def action_final(self) -> None:
        """Do what is final."""
        if self._final:
            self.dismiss(Move.ON)

    def action_back(self) -> None:
        """Leave it."""
        self.dismiss(Move.BACK)
