"""Keys as a page shows them: side by side, each a button too.

At its foot a page has two rows of them, always in the same places.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

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
TARGET: Final = 3
"""Rows of a key that is touched."""
IN_A_VISIT: Final = "-visit"
"""The class of the App of a visit."""
_WAYS_TO_HIDE: Final = ((True, HIDE.label), (True, _("Hide")), (False, HIDE.label), (False, _("Hide")))
"""Whether it says that Esc hides too, and what it says besides."""


def _thrice() -> str:
    return f"3×{PRINTED['escape']}"  # noqa: RUF001 - so many times


class _Laid(NamedTuple):
    """A key as it is drawn: how many columns stand before it in its line, and which line that is, from 0."""

    key: Key
    at: int
    line: int
    drawn: Content


class KeyRow(Widget):
    """Keys with their labels, in as many lines as they take. A click or a touch does what the key does.

    The key that hides stands at the right end, so that a hand finds it. In a visit Esc hides too, three times
    quickly: it says so, in fewer words where there is less room.
    """

    def __init__(self, *keys: Key, id: str | None = None, classes: str = "") -> None:  # noqa: A002 - as widgets do
        super().__init__(id=id, classes=classes)
        self._keys = keys
        self._left_out = frozenset[str]()
        self._pointed = ""
        """Textual's name of the key that the mouse points at."""
        self._laid_for: tuple[object, ...] = ()
        """What the keys were laid out for, and how: a layout asks for it several times."""
        self._keys_laid = tuple[_Laid, ...]()

    @property
    def shown(self) -> tuple[Key, ...]:
        """The keys that are drawn."""
        return tuple([key for key in self._keys if key.key not in self._left_out])

    @property
    def tells_of_escape(self) -> bool:
        """Whether it says that Esc hides too."""
        return any(_thrice() in one.drawn.plain for one in self._laid(self.size.width) if one.key == HIDE)

    def targets(self) -> list[tuple[Key, Region]]:
        """Return each key that is drawn, and where on the screen, as high as its line is."""
        x, y, width, _height = self.region
        high, mirrored = self._high, is_mirrored(self)
        return [
            (
                one.key,
                Region(
                    x + (width - one.at - one.drawn.cell_length if mirrored else one.at),
                    y + one.line * high,
                    one.drawn.cell_length,
                    high,
                ),
            )
            for one in self._laid(width)
        ]

    def key_at(self, place: Offset) -> str:
        """Return Textual's name of the key at a place on the screen; empty where none is."""
        return next((key.key for key, where in self.targets() if where.contains_point(place)), "")

    def show(self, key: Key) -> None:
        """Show another label on a key, where it is one of these."""
        keys = tuple([key if one.key == key.key else one for one in self._keys])
        if keys != self._keys:
            before, self._keys = self._taken, keys
            self.refresh(layout=self._taken != before)

    def leave_out(self, *names: str) -> None:
        """Draw all but the keys of these names."""
        if self._left_out != frozenset(names):
            before, self._left_out = self._taken, frozenset(names)
            self.refresh(layout=self._taken != before)

    @property
    def _taken(self) -> tuple[int, int]:
        """How many columns it takes where it stands, and how many lines."""
        width = self.get_content_width(self.container_size, self.container_size)
        return width, self._lines(width)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Return how wide it is: as wide as there is room, where a key stands at the right end."""
        if HIDE in self.shown:
            return container.width
        return max((one.at + one.drawn.cell_length for one in self._laid(container.width)), default=0)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how high it is: more than one line where its words are too long for that."""
        return self._high * self._lines(width)

    @property
    def lines(self) -> int:
        """In how many lines its keys stand."""
        return self._lines(self.size.width)

    def _lines(self, width: int) -> int:
        return 1 + max((one.line for one in self._laid(width)), default=0)

    def render(self) -> Content:
        """Draw the keys."""
        lines = [Content("")]
        for one in self._laid(self.size.width):
            while len(lines) <= one.line:
                lines.append(Content(""))
            drawn = one.drawn.stylize("underline") if one.key.key == self._pointed else one.drawn
            before = lines[one.line]
            lines[one.line] = Content.assemble(before, " " * (one.at - before.cell_length), drawn)
        above = "\n" * (self._high // 2)
        return Content.assemble(above, Content("\n" * self._high).join(lines))

    @property
    def _high(self) -> int:
        """How many rows of the screen a line of keys has."""
        return TARGET if self.screen.has_class("-touch") else 1

    def _laid(self, width: int) -> tuple[_Laid, ...]:
        """Return each key where it is drawn, in one line if its briefest words have room there."""
        asked = (
            width, self.shown, self._air, self.app.has_class(IN_A_VISIT), self.screen.has_class("-short"),
        )  # fmt: skip
        if self._laid_for != asked:
            self._laid_for, self._keys_laid = asked, tuple(self._lay_out(width))
        return self._keys_laid

    def _lay_out(self, width: int) -> Iterator[_Laid]:
        ways = _WAYS_TO_HIDE if self.app.has_class(IN_A_VISIT) else _WAYS_TO_HIDE[2:3]
        hiding = [self._hiding(way) for way in ways] if HIDE in self.shown else [Content("")]
        keys = [key for key in self.shown if key != HIDE]
        gap = 1 if self.screen.has_class("-short") else 2
        whole, brief = ([self._drawn(key, brief=brief) for key in keys] for brief in (False, True))
        # On a narrow screen the words give way to how to hide, on a wide one the other way round.
        least = hiding[0 if not self._air else -1].cell_length
        taken = sum(one.cell_length + gap for one in whole) + least
        at, line = 0, 0
        for key, drawn in zip(keys, whole if taken <= width else brief, strict=True):
            if at and at + drawn.cell_length > width:
                at, line = 0, line + 1
            yield _Laid(key, at, line, drawn)
            at += drawn.cell_length + gap
        if HIDE in self.shown:
            fitting = next((one for one in hiding if at + one.cell_length <= width), None)
            if fitting is None:
                at, line = 0, line + bool(at)
                fitting = next((one for one in hiding if one.cell_length <= width), hiding[-1])
            yield _Laid(HIDE, max(at, width - fitting.cell_length), line, fitting)

    def _drawn(self, key: Key, *, brief: bool) -> Content:
        """Draw a key as a key, and what it does; Enter, which goes on, as a filled button."""
        cap, label = (
            f"{self._air}{key.shown}{self._air}",
            f" {key.brief if brief and key.brief else key.label}",
        )
        if key.key == "enter":
            return Content.assemble((f"{cap}{label}{self._air}", "bold $on-leaf on $leaf"))
        return Content.assemble((f"{FIRST}{cap}{END}", CAP), label)

    def _hiding(self, way: tuple[bool, str]) -> Content:
        """Draw each way to hide as a key."""
        again, label = way
        escapes = ((f"{FIRST}{_thrice()}{END}", CAP), " ") if again else ()
        cap = f"{FIRST}{self._air}{HIDE.shown}{self._air}{END}"
        return Content.assemble((cap, CAP), " ", *escapes, str(label))

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
