"""How a page fits into its terminal: how high it is, how much air it has, and when it is longer than that."""

from collections.abc import Iterable
from textwrap import wrap
from typing import ClassVar, Final

from textual import events, messages, on
from textual.geometry import Size
from textual.screen import Screen, ScreenResultType
from textual.widget import Widget

from screens.right_to_left import Mirror
from screens.widgets.caret import Body
from screens.widgets.key_row import NARROW, TARGET, KeyRow

WIDEST = 68
"""Columns of a page with its sides, at most (WCAG 1.4.8)."""
TALL = 20
"""From so many rows on there is room for air between things."""
ROOMY = 30
"""From so many rows on there is room for all of it. No page is higher, unless it is longer than that."""
SIDES, FRAME, SHORT_FRAME = 6, 8, 4
"""Columns beside the body; rows above and below it, besides the banner's, on a tall page and a short one."""
TOUCHED: Final = "-touched"
"""The class of an App whose pages are touched."""
TOUCH_FRAME = 10
"""Rows above and below the body of a tall page of such an App."""

_INNER_SIZE = Widget.__dict__["virtual_size"]
"""What makes a widget ask for a layout when it is told how large it is inside."""


def rows_of(texts: Iterable[str], columns: int, air: int = 1) -> int:
    """Return how many rows texts take so wide, each with so many rows of air below it."""
    return sum(len(wrap(str(text), columns)) + air for text in texts if text)


class FittedScreen(Screen[ScreenResultType]):
    """A screen with a `#column` that holds a `Body` and a `KeyBar`, fitted into a terminal of any size."""

    TALL_FROM: ClassVar[int] = TALL

    fills = False
    """Whether it fills a small screen: a long text, a table, a field that grows. There is no air on it."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor = Mirror()
        self._fits = Size()
        """The terminal's size that it is laid out for."""
        self._asked_before = False
        """Whether what asks for a layout now did so before the first one, in which it is."""

    @on(events.Resize)
    def refit(self) -> None:
        """Fit into a terminal of another size."""
        if self.app.size != self._fits:
            self.fit()

    def _refresh_layout(self, size: Size | None = None, scroll: bool = False) -> None:
        """Lay out. The sizes that come of it ask for no other layout, as in Textual; bars to scroll may.

        Nor does what was asked for before the first one, while the page was made: that is all in it.
        """
        if self._compositor.root is None:
            self._check_all()
            self._asked_before = True
            self.call_later(self._hear_requests)
        _INNER_SIZE._layout = False
        try:
            super()._refresh_layout(size, scroll)
        finally:
            _INNER_SIZE._layout = True

    def _check_all(self) -> None:
        """Have all that is on it ask now for what it would ask for when nothing else is to do."""
        for widget in self.walk_children(Widget):
            widget._check_refresh()

    def _hear_requests(self) -> None:
        self._asked_before = False

    def on_layout(self, message: messages.Layout) -> None:
        """Lay out once more, unless that was asked for before the first time."""
        if self._asked_before:
            message.stop().prevent_default()

    def fit(self) -> None:
        """Be short or tall, or even roomy, narrow or wide, airy or close; before the first layout."""
        columns, rows = self.app.size
        tall, wide = rows >= self.TALL_FROM, columns >= NARROW
        self.set_class(tall, "-tall").set_class(not tall, "-short").set_class(rows >= ROOMY, "-roomy")
        self.set_class(wide, "-wide").set_class(not wide, "-narrow")
        touched = tall and self.app.has_class(TOUCHED)
        self.set_class(touched, "-touch").set_class(touched and rows < ROOMY, "-low")
        rows_needed, air = self.rows_needed(min(columns, WIDEST) - SIDES)
        frame = TOUCH_FRAME if touched else FRAME if tall else SHORT_FRAME
        room = min(rows - self.app.has_class("-practice"), ROOMY) - frame
        if touched:
            rows_needed, air = rows_needed + (TARGET - 1) * (air + 1), 0
        full = not tall and (self.fills or rows_needed > room)
        self.set_class(full, "-close")
        self.set_class(not full and air > 0 and rows_needed + air <= room, "-airy")
        if self.has_air:  # it is told once it is known whether it has to go without
            self.remove_class("-long")
        self.set_class(tall and rows_needed > room, "-tight")
        self.set_class(not tall and rows_needed <= room, "-whole")
        if self.app.size != self._fits:
            self._fits = self.app.size
            for column in self.query("#column"):
                column.styles.max_height = None
            for row in self.query(KeyRow):
                row.refresh(layout=True)
            self.call_after_refresh(self.make_room)

    @property
    def leads_nowhere(self) -> Iterable[str]:
        """Textual's names of the keys that do nothing now: those that move what is read, if all is seen."""
        return ("up", "down") if self.has_class("-read") and not self.has_class("-long") else ()

    def be_long(self, longer: bool) -> None:
        """Offer ways up and down, or not; what can do with less air does that first."""
        if longer and self.has_air:
            self.call_after_refresh(self.make_room)
        else:
            self.set_class(longer, "-long")
            self.offer_ways()

    def offer_ways(self) -> None:
        """Show the keys that lead somewhere."""
        for row in self.query("KeyBar KeyRow").results(KeyRow):
            row.leave_out(*self.leads_nowhere)

    def grow(self, by: int) -> None:
        """Be so many rows higher than others, as far as the terminal is: what is long is seen whole there."""
        for column in self.query("#column"):
            if by and self.app.size == self._fits:
                column.styles.max_height = min(self.app.size.height, column.outer_size.height + by)

    @property
    def has_air(self) -> bool:
        """Whether it can do with less air, where there is more on it than fits."""
        return self.has_class("-airy") or (self.has_class("-short") and not self.has_class("-close"))

    def make_room(self) -> None:
        """Be higher where it is longer than it; where the terminal is not, do with less air, or be long."""
        room = self.app.size.height - self.app.has_class("-practice")
        for body in self.query(Body):
            column = self.query_one("#column")
            with self.app.batch_update():
                while self.has_air and column.outer_size.height + body.max_scroll_y > room:
                    self.set_class(not self.has_class("-airy"), "-close", update=False)
                    self.set_class(False, "-airy", update=False)
                    self._lay_out_now()
            self.grow(body.max_scroll_y)
            if not self.has_air:
                self.be_long(body.show_vertical_scrollbar)

    def _lay_out_now(self) -> None:
        """Lay out anew at once, to know what comes of other classes before they are painted."""
        self.app.stylesheet.update(self)
        self._check_all()
        self._refresh_layout()

    def rows_needed(self, _columns: int) -> tuple[int, int]:
        """Return how many rows the body takes so wide at least, and how many more with air in its lists.

        Where that turns out to be too little, the page goes without air.
        """
        return 0, 0 if self.fills else 1
