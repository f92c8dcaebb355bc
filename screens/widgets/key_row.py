"""Keys as a page shows them: side by side, each a button too.

At its foot a page has two rows of them, always in the same places.
"""

from collections.abc import Iterator
from typing import Final

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Offset, Region, Size
from textual.widget import Widget

from kiosk.rtl import END, FIRST
from screens.i18n import _
from screens.right_to_left import is_mirrored
from screens.widgets.keys import HIDE, PRINTED, Key

NARROW: Final = 70
"""Below so many columns a key is drawn without air around it."""
CAP: Final = "bold $ink on $key"
"""How a key is drawn: quietly, for there are many on a page."""
IN_A_VISIT: Final = "-visit"
"""The class of the App of a visit."""
_THRICE: Final = f"3×{PRINTED['escape']}"  # noqa: RUF001 - so many times
_WAYS_TO_HIDE: Final = ((_THRICE, HIDE.label), (_THRICE, _("Hide")), ("", HIDE.label))


class KeyRow(Widget):
    """Keys with their labels. A click or a touch does what the key does.

    The key that hides stands at the right end, so that a hand finds it. In a visit Esc hides too, three times
    quickly: it says so, in fewer words where there is less room.
    """

    def __init__(self, *keys: Key, id: str | None = None, classes: str = "") -> None:  # noqa: A002 - as widgets do
        super().__init__(id=id, classes=classes)
        self._keys = keys
        self._left_out = frozenset[str]()
        self._pointed = ""
        """Textual's name of the key that the mouse points at."""

    @property
    def shown(self) -> tuple[Key, ...]:
        """The keys that are drawn."""
        return tuple([key for key in self._keys if key.key not in self._left_out])

    @property
    def tells_of_escape(self) -> bool:
        """Whether it says that Esc hides too."""
        return any(_THRICE in drawn.plain for key, _at, drawn in self._laid(self.size.width) if key == HIDE)

    def targets(self) -> list[tuple[Key, Region]]:
        """Return each key that is drawn, and where on the screen, as high as the row is."""
        x, y, width, height = self.region
        laid = [(key, at, drawn.cell_length) for key, at, drawn in self._laid(width)]
        if is_mirrored(self):
            laid = [(key, width - at - wide, wide) for key, at, wide in laid]
        return [(key, Region(x + at, y, wide, height)) for key, at, wide in laid]

    def key_at(self, place: Offset) -> str:
        """Return Textual's name of the key at a place on the screen; empty where none is."""
        return next((key.key for key, where in self.targets() if where.contains_point(place)), "")

    def show(self, key: Key) -> None:
        """Show another label on a key, where it is one of these."""
        keys = tuple([key if one.key == key.key else one for one in self._keys])
        if keys != self._keys:
            self._keys = keys
            self.refresh(layout=True)

    def leave_out(self, *names: str) -> None:
        """Draw all but the keys of these names."""
        if self._left_out != frozenset(names):
            self._left_out = frozenset(names)
            self.refresh(layout=True)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Return how wide it is: as wide as there is room, where a key stands at the right end."""
        if HIDE in self.shown:
            return container.width
        return max((at + drawn.cell_length for _key, at, drawn in self._laid(container.width)), default=0)

    def render(self) -> Content:
        """Draw the keys."""
        line = Content("")
        for key, at, drawn in self._laid(self.size.width):
            drawn = drawn.stylize("underline") if key.key == self._pointed else drawn
            line = Content.assemble(line, " " * (at - line.cell_length), drawn)
        return line

    def _laid(self, width: int) -> Iterator[tuple[Key, int, Content]]:
        """Yield each key, how many columns stand before it, and how it is drawn."""
        gap, at = 1 if self.screen.has_class("-short") else 2, 0
        for key in self.shown:
            if key != HIDE:
                drawn = self._drawn(key)
                yield key, at, drawn
                at += drawn.cell_length + gap
        if HIDE in self.shown:
            ways = _WAYS_TO_HIDE if self.app.has_class(IN_A_VISIT) else _WAYS_TO_HIDE[-1:]
            fitting = (drawn for drawn in map(self._hiding, ways) if at + drawn.cell_length <= width)
            drawn = next(fitting, self._hiding(ways[-1]))
            yield HIDE, max(at, width - drawn.cell_length), drawn

    def _drawn(self, key: Key) -> Content:
        """Draw a key as a key, and what it does; Enter, which goes on, as a filled button."""
        said = key.label if self._air else key.brief or key.label
        cap, label = f"{self._air}{key.shown}{self._air}", f" {said}"
        if key.key == "enter":
            return Content.assemble((f"{cap}{label}{self._air}", "bold $on-leaf on $leaf"))
        return Content.assemble((f"{FIRST}{cap}{END}", CAP), label)

    def _hiding(self, way: tuple[str, str]) -> Content:
        """Draw each way to hide as a key."""
        again, label = way
        escapes = ((f"{FIRST}{again}{END}", CAP), " ") if again else ()
        return Content.assemble(
            (f"{FIRST}{self._air}{HIDE.shown}{self._air}{END}", CAP), " ", *escapes, label
        )

    @property
    def _air(self) -> str:
        return "" if self.app.size.width < NARROW else " "

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Show which key a click would press."""
        self._point_at(self.key_at(event.screen_offset))

    def on_leave(self) -> None:
        """Point at none."""
        self._point_at("")

    def _point_at(self, name: str) -> None:
        if self._pointed != name:
            self._pointed = name
            self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Press the key."""
        if name := self.key_at(event.screen_offset):
            event.stop()
            # Textual's own way to simulate one leaves out what it writes, and that is no key here.
            self.app.post_message(events.Key(name, " " if name == "space" else None))


class KeyBar(Vertical):
    """The foot of a page: this page's keys, and below them the keys that every page has."""

    def __init__(self, here: tuple[Key, ...], everywhere: tuple[Key, ...]) -> None:
        super().__init__()
        self._rows = tuple(row for row in (here, everywhere) if row)

    def compose(self) -> ComposeResult:
        """Lay the rows out."""
        for row in self._rows:
            kind = "-safety" if HIDE in row else "-own"
            yield KeyRow(*row, classes=kind if len(self._rows) > 1 else "")
