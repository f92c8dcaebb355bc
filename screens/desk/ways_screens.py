"""By which way something goes to other places: pages that see when a stick is plugged in or taken out."""

from collections.abc import Sequence
from typing import Any, ClassVar

from kiosk.devices.mounts import Disks, Mount
from kiosk.os_errors import size
from kiosk.places.ways import Way
from screens.desk.flow import MOST
from screens.i18n import _
from screens.widgets.ask_screen import AskScreen
from screens.widgets.choose_screen import ChooseScreen, MenuOption
from screens.widgets.keys import COLOURS
from screens.widgets.page import Page, PageResult

EVERY = 1.0
"""Seconds between two looks at what is plugged in."""
AGAIN = "again"
"""What is chosen, by itself, once something else is plugged in."""


class _SeesSticks(Page[Any]):
    """Goes by itself once other disks are plugged in than there were."""

    CHANGED: ClassVar[object]
    """What it gives back then."""
    disks: Disks
    there: tuple[Mount, ...]
    """Those that there were."""

    def on_mount(self) -> None:
        """Look now and then."""
        self.set_interval(EVERY, self._look)

    def _look(self) -> None:
        if tuple(self.disks()) != self.there:
            self.dismiss(self.CHANGED)


class WaysScreen(ChooseScreen, _SeesSticks):
    """Asks by which way; gives its number back, or `AGAIN`."""

    CHANGED = frozenset({AGAIN})

    def __init__(
        self, title: str, lines: tuple[str, ...], ways: Sequence[Way], disks: Disks, there: tuple[Mount, ...]
    ) -> None:
        options = tuple(MenuOption(str(at), _label(way)) for at, way in enumerate(ways[:MOST]))
        only = ("0",) if len(options) == 1 else ()
        super().__init__(title, lines, options, chosen=only, everywhere=(COLOURS,))
        self.disks, self.there = disks, there


class NoWayScreen(AskScreen, _SeesSticks):
    """Waits for a stick, and goes on once one is plugged in, or somebody says so."""

    CHANGED = PageResult.ON

    def __init__(self, lines: tuple[str, ...], disks: Disks, there: tuple[Mount, ...]) -> None:
        super().__init__(
            _("Plug in a stick"), lines, on=_("Look again"), back=_("Back"), everywhere=(COLOURS,)
        )
        self.disks, self.there = disks, there


def _label(way: Way) -> str:
    if way.kind == "stick" and way.read_only:
        return _("{name}, read-only").format(name=way.name)
    if way.free is not None:
        return _("{name}, {room} free").format(name=way.name, room=size(way.free))
    return _("The store") if way.kind == "store" else _("The folder {name}").format(name=way.name)
