"""What a customer who came back reads: the whole entry."""

from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget

from kiosk.entry.pages import as_seen
from kiosk.visit.returning import Own
from screens.i18n import _
from screens.widgets.entry_parts import FOR_CUSTOMER, NEXT_PART, entry_parts, to_next_part
from screens.widgets.plain import Plain
from screens.widgets.then_now_screen import EndlessScreen


class OwnEntryScreen(EndlessScreen):
    """Shows an entry to its customer, with all that staff wrote."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding(NEXT_PART.key, "next_part")]
    KEYS = (*EndlessScreen.KEYS, NEXT_PART)

    def __init__(self, own: Own) -> None:
        super().__init__(own.name, _("Your answers"))
        self._own = own

    def body(self) -> Iterable[Widget]:
        """Yield what the entry holds."""
        if self._own.unread:
            yield Plain(
                _("A part of your answers cannot be read here. Tell a member of staff."), classes="hint"
            )
        how = replace(FOR_CUSTOMER, private=self._own.private)
        yield Vertical(*entry_parts([as_seen(page) for page in self._own.pages], how), classes="leaf")

    def action_next_part(self) -> None:
        """Go to the plan, the notes, the answers, and to the top again."""
        to_next_part(self)
