"""Unlocking the desk: who, and the passphrase."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from kiosk.session import Practice
from screens.widgets.keys import BACK, COLOURS, Key
from screens.widgets.page import Page
from screens.widgets.picks import Pick, Picks
from screens.widgets.plain import Plain
from screens.words import _


@dataclass(frozen=True)
class Claim:
    """Who wants to unlock, and with what."""

    staff: str
    passphrase: str = field(repr=False)


class UnlockScreen(Page[Claim | None]):
    """Asks for name and passphrase. Gives None back where nobody wants to unlock after all."""

    CSS_PATH = "desk.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "unlock"),
        Binding("escape", "back"),
    ]
    KEYS = (Key("enter", _("Enter"), _("Unlock")), BACK)
    EVERYWHERE = (COLOURS,)

    def __init__(
        self,
        names: tuple[str, ...],
        practice: Practice | None,
        claimed: str,
        problem: str,
        *,
        title: str = _("Staff: unlock the desk"),
        asks: str = _("Your passphrase"),
    ) -> None:
        super().__init__(title)
        self._names = names
        self._practice = practice
        self._claimed = names[0] if len(names) == 1 else claimed
        self._problem = problem
        self._asks = asks

    def body(self) -> Iterable[Widget]:
        """Yield the names, the passphrase, and what was wrong the last time."""
        if len(self._names) == 1:
            yield Plain(self._names[0], classes="strong")
        else:
            yield Plain(_("Your name"), classes="label")
            yield Picks(
                tuple(Pick(name, number, name) for number, name in enumerate(self._names, 1)),
                frozenset({self._claimed} if self._claimed else ()),
                several=False,
            )
        yield Plain(self._asks, classes="label")
        yield Input(password=True)
        yield Plain(self._problem, id="problem")
        if self._practice:
            words = _("In practice the passphrase is: {passphrase}").format(
                passphrase=self._practice.passphrase
            )
            yield Plain(words, classes="hint")

    def on_mount(self) -> None:
        """Stand where something is missing."""
        self.query_one(Input).cursor_blink = False
        self.query_one(Picks if not self._claimed else Input).focus()

    @on(Input.Submitted)
    def action_unlock(self) -> None:
        """Give the claim back; from the names, go to the passphrase first."""
        passphrase = self.query_one(Input)
        for picks in self.query(Picks):
            self._claimed = next(iter(picks.chosen), "")
        if not self._claimed:
            self.query_one("#problem", Plain).show(_("Choose your name."))
        elif not passphrase.value:
            if passphrase.has_focus:
                self.query_one("#problem", Plain).show(_("Enter your passphrase."))
            passphrase.focus()
        else:
            self.dismiss(Claim(self._claimed, passphrase.value))

    def action_back(self) -> None:
        """Leave the desk locked."""
        self.dismiss(None)
