"""What a customer who came back reads: the whole entry."""

from collections.abc import Iterable

from textual.containers import Vertical
from textual.widget import Widget

from kiosk.comeback import Own
from screens.widgets.leaves import leaves
from screens.widgets.plain import Plain
from screens.widgets.then_now import EndlessScreen
from screens.words import _


class OwnEntryScreen(EndlessScreen):
    """Shows an entry to its customer, with all that staff wrote."""

    def __init__(self, own: Own) -> None:
        super().__init__(own.name, _("Your answers"))
        self._own = own

    def body(self) -> Iterable[Widget]:
        """Yield what the entry holds."""
        if self._own.unread:
            yield Plain(
                _("A part of your answers cannot be read here. Tell a member of staff."), classes="hint"
            )
        yield Vertical(*leaves(self._own.pages, private=self._own.private), classes="leaf")
