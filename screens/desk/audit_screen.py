"""What staff did, in columns, a page a screen."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from kiosk.desk.audit import audit_table
from kiosk.desk.audit.audit_log import Event
from screens.i18n import _
from screens.widgets.caret import Body
from screens.widgets.keys import COLOURS, EITHER_BACK, MORE, Key
from screens.widgets.page import Page, PageResult
from screens.widgets.plain import Plain

LEAST = 40
"""Columns of the table, at least."""
SHORT = 2
"""Lines of an event, unless all of it is wanted."""


class AuditScreen(Page[PageResult]):
    """Shows as many lines as fit, newest first, and turns to the others."""

    fills = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "turn_body(1)"),
        Binding("up", "turn_body(-1)"),
        Binding("home", "first"),
    ]
    KEYS = (
        EITHER_BACK.gives(PageResult.BACK),
        Key("f2", _("Show only"), result=PageResult.ON),
    )
    EVERYWHERE = (
        COLOURS,
        MORE.called(_("Whole text")).does("show_whole"),
        Key("down", _("Older")),
        Key("up", _("Newer")),
    )

    def __init__(self, events: Sequence[Event], notices: tuple[str, ...] = ()) -> None:
        """Show them; `notices` stand above."""
        super().__init__(_("Audit log"), _("{count} lines").format(count=len(events)))
        self._events = events
        self._notices = notices
        self._width = 0
        self._whole = False
        """Whether all of each event is shown, and not only as much as fits into `SHORT` lines."""
        self._starts = [0]
        """The first lines of the pages up to the one that is shown."""
        self._next = 0
        """The first line of the one after it."""
        self._lines: tuple[tuple[str, ...], ...] = ()

    def body(self) -> Iterable[Widget]:
        """Yield what should be known first, and the table."""
        for notice in self._notices:
            yield Plain(notice, classes="notice")
        yield Static("", id="table", markup=False)

    def on_resize(self) -> None:
        """Fill the room there is."""
        self.call_after_refresh(self._fill)

    def action_turn_body(self, pages: int) -> None:
        """Turn to what is older, or newer."""
        if pages > 0 and self._next < len(self._events):
            self._starts.append(self._next)
        elif pages < 0 and len(self._starts) > 1:
            self._starts.pop()
        self._fill()

    def action_first(self) -> None:
        """Turn to the newest."""
        self._starts = [0]
        self._fill()

    def action_show_whole(self) -> None:
        """Show all of each event, or only its beginning again."""
        self._whole, self._width = not self._whole, 0
        self._fill()
        self.remark(_("All of each line is shown.") if self._whole else _("Long lines are shortened."))

    @property
    def leads_nowhere(self) -> Iterable[str]:
        """Up at the newest event, down at the oldest."""
        leads = {"down": self._next < len(self._lines) - 1, "up": len(self._starts) > 1}
        return [name for name, leads_on in leads.items() if not leads_on]

    def _fill(self) -> None:
        body = self.query_one(Body)
        width = max(LEAST, body.scrollable_content_region.width)
        if width != self._width:
            # What stood first still does where it is shown whole.
            self._starts = [0, *filter(None, self._starts[-1:])] if self._width == 0 else [0]
            self._width = width
            self._lines = audit_table.table(self._events, width, most=None if self._whole else SHORT)
        head, *rows = self._lines
        room = body.size.height - len(self._notices) - len(head)
        shown: list[str] = []
        self._next = start = self._starts[-1]
        for row in rows[start:]:
            if shown and len(shown) + len(row) > room:
                break
            shown += row
            self._next += 1
        missing = sum(map(len, rows[self._next :]))
        if missing and self.query_one("#column").region.bottom < self.app.size.height:
            self.grow(missing)
            self.call_after_refresh(self._fill)
        text = "\n".join(shown) if rows else _("No lines match.")
        heads = Content.styled("".join(f"{line}\n" for line in head), "bold")
        self.query_one("#table", Static).update(heads + Content(text))
        place = _("{first} to {last} of {count}").format(
            first=start + 1 if rows else 0, last=self._next, count=len(rows)
        )
        self.show_place(place)
        self.offer_ways()
