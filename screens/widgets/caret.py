"""Where the keys are: the terminal's own cursor stands there, and it stays in view.

Braille displays and screen readers follow that cursor, hidden or not.
"""

from typing import Any, Protocol, runtime_checkable

from rich.console import RenderableType
from rich.segment import Segment, Segments
from rich.style import Style
from textual.app import App
from textual.containers import VerticalScroll
from textual.geometry import Offset, Region
from textual.screen import Screen
from textual.scrollbar import ScrollBarRender
from textual.widget import Widget
from textual.widgets import Input, TextArea

from screens.right_to_left import is_mirrored, painted_at

LABEL = 1
"""Rows above a field that say what it is for."""


@runtime_checkable
class HasCurrent(Protocol):
    """A widget of several rows, of which the keys stand on one."""

    @property
    def current_row(self) -> Widget | None:
        """That row; the first one where they stand on none yet."""


@runtime_checkable
class HasRowCursor(Protocol):
    """A page with a cursor on a row that it draws itself, while what is typed goes to a field."""

    @property
    def cursor_region(self) -> Region:
        """That row on the screen; empty where the keys are in the field."""


@runtime_checkable
class Grows(Protocol):
    """A page that knows how long it is, and can be higher, on a large terminal, or do with less air."""

    def be_long(self, longer: bool) -> None:
        """Be longer than the screen, or not."""

    def grow(self, by: int) -> None:
        """Be so many rows higher."""

    def make_room(self) -> None:
        """Be higher, or do with less air, where it is longer than it is high."""


class ClearBar(ScrollBarRender):
    """A scroll bar whose first column stays clear, so that no text touches it; a touch there counts too."""

    @classmethod
    def render_bar(cls, *args: Any, **given: Any) -> Segments:
        """Draw the bar in the columns that are left."""
        drawn = super().render_bar(*args, **given | {"thickness": given["thickness"] - 1})
        ground = Style(bgcolor=given["back_color"])
        cells = (
            (Segment(" ", ground + Style(meta=part.style.meta if part.style else None)), part, Segment.line())
            for part in drawn.segments
        )
        return Segments([cell for row in cells for cell in row])


class Body(VerticalScroll, can_focus=False, inherit_bindings=False):
    """The part of a page that scrolls. Its page decides what the arrow keys do."""

    def on_mount(self) -> None:
        """Have its own bar."""
        bar: Any = self.vertical_scrollbar
        bar.renderer = ClearBar

    def watch_show_vertical_scrollbar(self, shown: bool) -> None:
        """Let the page offer ways up and down where it is longer than the screen."""
        if isinstance(self.screen, Grows):
            self.screen.be_long(shown)

    def on_resize(self) -> None:
        """Follow the keys where a line above the keys has taken some of the room; be higher if that helps."""
        if isinstance(self.screen, Grows):
            self.screen.make_room()
        self.call_after_refresh(keep_in_view, self.screen)

    def show(self, seen: Region) -> None:
        """Scroll as little as brings a region of the screen into view."""
        room = self.scrollable_content_region
        if room and seen:
            self.scroll_to_region(
                seen.translate(self.scroll_offset - room.offset), animate=False, immediate=True, force=True
            )


class CaretFollower(App[Any], inherit_bindings=False):
    """An App that leaves the terminal's cursor where the keys are, whenever it has painted."""

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        self.cursor_position = place_of_keys(screen)
        super()._display(screen, renderable)


def place_of_keys(screen: Screen[Any]) -> Offset:
    """Return the cell where the keys are: the caret, the row that stands out, or what is to be read."""
    focused = screen.focused
    body = _body_around(focused) if focused else next(iter(screen.query(Body)), None)
    start = body.scrollable_content_region.offset if body else screen.region.offset
    if focused is None:
        return start
    place = caret_of(focused).offset
    return place if body is None or body.scrollable_content_region.contains_point(place) else start


def _body_around(focused: Widget) -> Body | None:
    """Return what scrolls around a widget. It is asked for at each key, and a query looks at all widgets."""
    return next((one for one in focused.ancestors if isinstance(one, Body)), None)


def caret_of(focused: Widget) -> Region:
    """Return where the keys are in what has the focus, in cells of the screen."""
    page = focused.screen
    if isinstance(page, HasRowCursor) and page.cursor_region:
        return page.cursor_region
    match focused:
        case Input():
            # At its end Textual counts a column more than it paints the caret at.
            at = focused.cursor_screen_offset - (int(focused.cursor_at_end), 0)
            return Region.from_offset(at, (1, 1))
        case TextArea():
            at = focused.cursor_screen_offset
            if is_mirrored(focused):
                origin = focused.content_region.offset
                x, y = at - origin
                at = origin + Offset(painted_at(focused.render_line(y), x), y)
            return Region.from_offset(at, (1, 1))
        case HasCurrent(current_row=Widget() as row):
            return row.region
    return focused.content_region


def keep_in_view(screen: Screen[Any]) -> None:
    """Scroll the body to where the keys are; of a field, to its beginning and what it is for, if they fit."""
    focused = screen.focused
    if focused is None or not focused.region:
        return
    at, body = caret_of(focused), _body_around(focused)
    if body is None:
        return
    if isinstance(focused, TextArea | Input):
        room = body.scrollable_content_region.height
        bottom = focused.region.bottom if focused.region.height <= room else at.bottom
        top = max(focused.region.y - LABEL, bottom - room)
        body.show(Region(at.x, top, 1, bottom - top))
    else:
        body.show(at)
