"""A row of the list: which entry it is, and that its code opens it."""

from collections.abc import Iterable

from textual.widget import Widget

from kiosk.dates import on_day
from kiosk.vault.rows import Row
from screens.desk.states import STATE_NAMES
from screens.i18n import _
from screens.widgets.keys import BACK, COLOURS, MENU
from screens.widgets.page import Page
from screens.widgets.plain import Plain


class RowScreen(Page[bool]):
    """Says which entry a row is. Gives True back where its slip is lost."""

    KEYS = (BACK.gives(False), MENU.called(_("Slip lost")).gives(True))
    EVERYWHERE = (COLOURS,)

    def __init__(self, row: Row) -> None:
        super().__init__(row.name, STATE_NAMES[row.state])
        self._row = row

    def body(self) -> Iterable[Widget]:
        """Yield when it was saved, and what opens it."""
        yield Plain(_("Saved {day}").format(day=on_day(self._row.saved)), classes="line")
        yield Plain(_("You need the customer's code to open an entry. Slip lost? Press F3."), classes="line")
