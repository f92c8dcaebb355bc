"""Unlocking the desk: a name and its passphrase. Both are typed: a stranger may be looking."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from kiosk.desk.keys.staff_files import NAME_LIMIT
from kiosk.session import Practice
from screens.i18n import _
from screens.widgets.keys import BACK, COLOURS, Key
from screens.widgets.line_field import LineField
from screens.widgets.page import Page
from screens.widgets.plain import Plain


@dataclass(frozen=True)
class Claim:
    """Who wants to unlock, and with what."""

    staff: str
    passphrase: str = field(repr=False)


class UnlockScreen(Page[Claim | None]):
    """Asks for name and passphrase. Gives None back where nobody wants to unlock after all."""

    TAKES_BURSTS = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "stand('name')"),
        Binding("down", "stand('passphrase')"),
    ]
    KEYS = (Key("enter", _("Unlock"), "unlock"), BACK.gives(None))
    EVERYWHERE = (Key("tab", _("Next field")), COLOURS)

    def __init__(
        self,
        name: str = "",
        *,
        practice: Practice | None = None,
        problem: str = "",
        title: str = _("Staff: unlock the desk"),
    ) -> None:
        """Ask. `name` stands there already; `practice` has a passphrase that may be shown."""
        super().__init__(title)
        self._staff = name
        self._practice = practice
        self._problem = problem

    def body(self) -> Iterable[Widget]:
        """Yield name and passphrase, and what was wrong the last time."""
        yield Plain(_("Name"), classes="label")
        # Nothing is selected: what a scanner types is taken out again, and the name stays.
        yield LineField(self._staff, id="name", max_length=NAME_LIMIT, select_on_focus=False)
        yield Plain(_("Passphrase"), classes="label")
        yield LineField(password=True, id="passphrase")
        yield Plain(self._problem, id="problem")
        if self._practice:
            words = _("In practice the passphrase is: {passphrase}").format(
                passphrase=self._practice.passphrase
            )
            yield Plain(words, classes="hint")

    def on_mount(self) -> None:
        """Stand where something is missing."""
        for line in self.query(Input):
            line.action_end()
        self.action_stand("passphrase" if self._staff else "name")

    def action_unlock(self) -> None:
        """Give the claim back; from the name, go to the passphrase first."""
        name, passphrase = (self.query_one(f"#{id_}", Input) for id_ in ("name", "passphrase"))
        if not name.value.strip():
            self._lacks(name, _("Enter the name."))
        elif not passphrase.value:
            self._lacks(passphrase, _("Enter the passphrase."))
        else:
            self.dismiss(Claim(name.value, passphrase.value))

    def _lacks(self, line: Input, says: str) -> None:
        """Stand in an empty field, and where one stands there already, say what it is for."""
        if line.has_focus:
            self.query_one("#problem", Plain).show(says)
        line.focus()

    def action_stand(self, id_: str) -> None:
        """Stand in a field."""
        self.query_one(f"#{id_}", Input).focus()
