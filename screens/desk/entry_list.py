"""The lines of the desk's list, one for each entry."""

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from kiosk.desk.desk import Shared
from kiosk.desk.listing import Flags
from kiosk.moments import day_of, since
from kiosk.text import one_line
from kiosk.vault.rows import Row
from screens.desk.states import SHORT_STATES
from screens.words import _

WIDE = 63
"""So many columns hold a whole line of the list."""

Known = dict[tuple[str, int], Shared]
"""How much is shared of entries that were on the screen: by id, and how many pages there were."""


class EntryList(ScrollView, can_focus=False, inherit_bindings=False):
    """One line an entry. Only what is on the screen is drawn, so it may be as long as it likes."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"entry-list--asks"}

    class Shown(Message):
        """Other rows are on the screen."""

    def __init__(
        self,
        rows: Sequence[Row],
        *,
        flags: Flags,
        known: Known,
    ) -> None:
        super().__init__()
        self._rows = rows
        self._flags = flags
        self._known = known
        self.virtual_size = Size(1, len(rows))

    @property
    def rows(self) -> Sequence[Row]:
        """The rows on the screen."""
        start = self.scroll_offset.y
        return self._rows[start : start + self.size.height]

    def show(self, rows: Sequence[Row]) -> None:
        """Show other rows, from their beginning."""
        self._rows = rows
        self.virtual_size = Size(1, len(rows))
        self.scroll_to(y=0, animate=False)
        self.refresh()
        self.post_message(self.Shown())

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Tell that other rows are on the screen."""
        super().watch_scroll_y(old_value, new_value)
        self.post_message(self.Shown())

    def on_resize(self) -> None:
        """Tell that other rows are on the screen."""
        self.post_message(self.Shown())

    def render_line(self, y: int) -> Strip:
        """Draw one line: name, when it was saved, what became of it, and what staff should know of it."""
        place = y + self.scroll_offset.y
        style = self.rich_style
        if place >= len(self._rows):
            return Strip.blank(self.size.width, style)
        row = self._rows[place]
        wide = self.size.width >= WIDE
        saved = day_of(row.saved)
        day = f"{saved.day:>2} {saved:%b}" + (f" {saved:%Y}" if wide else "")
        mark, shared = self._mark(row), self._shared(row)
        text = f"{one_line(row.name, 18):<18} {day} {SHORT_STATES[row.state]:<9} "
        # Where there is no room for both, what is to be done is worth more.
        both = f"{shared:<9} {mark}"
        text += both if wide and len(text + both) <= self.size.width else mark or shared
        if row.id in self._flags.talk:
            style = self.get_component_rich_style("entry-list--asks")
        return Strip([Segment(text, style)]).adjust_cell_length(self.size.width, style)

    def _mark(self, row: Row) -> str:
        if row.id in self._flags.talk:
            asks = _("asks to talk, {since}") if self.size.width >= WIDE else _("to talk, {since}")
            return asks.format(since=since(self._flags.talk[row.id], self._flags.now))
        when = self._flags.leaving.get(row.id)
        if when is None:
            return ""
        day = day_of(when)
        return _("goes {day} {month}").format(day=day.day, month=f"{day:%b}")

    def _shared(self, row: Row) -> str:
        shared = self._known.get((row.id, row.pages))
        if shared is None:
            return ""
        if shared.whole:
            return _("all parts")
        if not shared.sections:
            return _("no part")
        return _("1 part") if shared.sections == 1 else _("{count} parts").format(count=shared.sections)
