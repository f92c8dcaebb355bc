"""The lines of the desk's list, one for each entry."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from kiosk.dates import day_of, since
from kiosk.desk.entries import Shared
from kiosk.desk.listing import Flags
from kiosk.text import one_line, padded
from kiosk.vault.rows import Row
from screens.desk.states import SHORT_STATE_NAMES
from screens.i18n import _
from screens.spoken import Spoken, says, sentence
from screens.widgets.caret import Grows

WIDE = 63
"""So many columns hold a whole line of the list."""

Known = dict[tuple[str, tuple[str, ...]], Shared]
"""How much is shared of entries that were on the screen: by id, and how many pages there were."""


NAME = 17
"""Columns of a name: the longest one has so many."""
VENUE = 16
"""Columns of a venue's name at most, in the place of how much is shared."""
TOLD = 60
"""Characters of a venue's name that is read aloud."""
_HEADS = (_("Name"), _("Saved"), _("Status"), _("Shared"))
_POINTER = "› "  # noqa: RUF001 - a pointer, not a greater-than sign


class EntryList(ScrollView, can_focus=False, inherit_bindings=False):
    """One line an entry below a line of heads, and a cursor on one of them.

    Only what is on the screen is drawn, so it may be as long as it likes.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"entry-list--head", "entry-list--cursor", "entry-list--asks"}

    class Shown(Message):
        """Other rows are on the screen."""

    class Taken(Message):
        """The row of the cursor was clicked or touched."""

    def __init__(
        self,
        rows: Sequence[Row],
        *,
        flags: Flags,
        known: Known,
    ) -> None:
        super().__init__()
        self._flags = flags
        self._known = known
        self._rows = rows
        self._at = 0
        self.virtual_size = Size(1, len(rows) + 1)

    @property
    def rows(self) -> Sequence[Row]:
        """The rows on the screen."""
        start = self.scroll_offset.y
        return self._rows[start : start + self.page]

    @property
    def page(self) -> int:
        """How many rows there is room for."""
        return max(1, self.size.height - 1)

    @property
    def current(self) -> Row | None:
        """The row that the cursor stands on; None where there is none."""
        return self._rows[self._at] if self._rows else None

    @property
    def cursor_region(self) -> Region:
        """That row on the screen."""
        top = self.content_region.y + 1 + self._at - self.scroll_offset.y
        return Region(self.content_region.x, top, self.size.width, 1)

    def show(self, rows: Sequence[Row], at: str = "") -> None:
        """Show other rows, with the cursor on the entry of an id, or on the first one."""
        self._rows = rows
        self.virtual_size = Size(1, len(rows) + 1)
        self._at = next((place for place, row in enumerate(rows) if row.id == at), 0) if at else 0
        self.scroll_to(y=0, animate=False)
        self._follow()
        self.post_message(self.Shown())

    def show_flags(self, flags: Flags) -> None:
        """Show something else that staff should know of entries."""
        self._flags = flags
        self.refresh()

    def go(self, by: int) -> None:
        """Move the cursor by so many rows, no further than to the first one or the last one."""
        self._at = max(0, min(len(self._rows) - 1, self._at + by))
        self._follow()

    def _follow(self) -> None:
        """Scroll as little as brings the cursor into view."""
        start = self.scroll_offset.y
        top = min(start, self._at) if self._at < start + self.page else self._at - self.page + 1
        self.scroll_to(y=top, animate=False)
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on a row, and take it."""
        event.stop()
        place = event.y - 1 + self.scroll_offset.y
        if event.y and place < len(self._rows):
            self._at = place
            self.refresh()
            self.post_message(self.Taken())

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Tell that other rows are on the screen."""
        super().watch_scroll_y(old_value, new_value)
        self.post_message(self.Shown())

    def on_resize(self) -> None:
        """Keep the cursor in view, tell that other rows are on the screen, and be as high as all of them."""
        self._follow()
        if isinstance(self.screen, Grows) and self.virtual_size.height > self.size.height:
            self.screen.grow(self.virtual_size.height - self.size.height)
        self.post_message(self.Shown())

    def render_line(self, y: int) -> Strip:
        """Draw the line of heads, or that of an entry."""
        place, name = y - 1 + self.scroll_offset.y, ""
        if not y:
            text, name = self._heads(), "head"
        elif place >= len(self._rows):
            text = ""
        else:
            row, here = self._rows[place], place == self._at
            text = (_POINTER if here else "  ") + self._line(row)
            name = "asks" if row.id in self._flags.talk else "cursor" if here else ""
        style = self.get_component_rich_style(f"entry-list--{name}") if name else self.rich_style
        return Strip([Segment(text, style)]).adjust_cell_length(self.size.width, style)

    @property
    def _is_wide(self) -> bool:
        return self.size.width >= WIDE

    def _heads(self) -> str:
        name, day, state, last = self.head_words
        return f"  {name:<{NAME}} {day:<{11 if self._is_wide else 6}} {state:<9} {last}"

    @property
    def head_words(self) -> tuple[str, ...]:
        """What stands above the columns."""
        return (*_HEADS[:-1], _("Venue")) if self._flags.venues else _HEADS

    def told(self, row: Row) -> str:
        """Return what the line of a row says, whatever room there is."""
        saved = day_of(row.saved)
        day = f"{saved.day} {saved:%B} {saved:%Y}"
        last = one_line(self._flags.venues.get(row.id, ""), TOLD) or self._shared(row)
        parts = (row.name, day, SHORT_STATE_NAMES[row.state], last, self._mark(row))
        return ", ".join(filter(None, parts))

    def _line(self, row: Row) -> str:
        """Return its name, when it was saved, what became of it, and what staff should know of it."""
        saved = day_of(row.saved)
        day = f"{saved.day:>2} {saved:%b}" + (f" {saved:%Y}" if self._is_wide else "")
        mark, last = self._mark(row), self._last(row)
        text = f"{one_line(row.name, NAME):<{NAME}} {day} {SHORT_STATE_NAMES[row.state]:<9} "
        # Where there is no room for both, what is to be done is worth more.
        both = f"{padded(last, VENUE if self._flags.venues else 9)} {mark}"
        fits = self._is_wide and len(_POINTER + text + both) <= self.size.width
        return text + (both if fits else mark or last)

    def _mark(self, row: Row) -> str:
        if row.id in self._flags.talk:
            asks = _("asks to talk, {since}") if self._is_wide else _("to talk {since}")
            return asks.format(since=since(self._flags.talk[row.id], self._flags.now))
        if when := self._flags.leaving.get(row.id):
            day = day_of(when)
            return _("expires {day} {month}").format(day=day.day, month=f"{day:%b}")
        if row.id in self._flags.overdue:
            return _("overdue")
        return _("to review") if row.id in self._flags.review else ""

    def _last(self, row: Row) -> str:
        """Return which venue an entry is of, where there are several; else how much of it is shared."""
        return one_line(self._flags.venues.get(row.id, ""), VENUE) or self._shared(row)

    def _shared(self, row: Row) -> str:
        shared = self._known.get((row.id, row.pages))
        if shared is None:
            return ""
        if shared.whole:
            return _("all")
        if not shared.sections:
            return _("none")
        return _("1 part") if shared.sections == 1 else _("{count} parts").format(count=shared.sections)


@says.register
def _says(shown: EntryList, _own: bool) -> Iterable[Spoken]:
    """Say the row that the cursor stands on; there may be thousands."""
    row = shown.current
    heads = Spoken(sentence(*shown.head_words))
    return (heads, Spoken(sentence(shown.told(row)), here=True)) if row else (heads,)
