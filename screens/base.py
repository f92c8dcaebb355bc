"""What the Apps of visit and desk share: themes, the key that changes them, keys that bounce."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePath
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from kiosk.devices.printer import Printer
from kiosk.handle import Handle, HandleKeys, keys
from kiosk.mounts import Disks, disks
from kiosk.session import Session, now
from screens.lock import LockedApp
from screens.terminal import KioskDriver, SupervisedDriver
from screens.themes import THEMES
from screens.widgets.caret import CaretFollower
from screens.widgets.hold import PaintHold
from screens.widgets.page import WIDEST, Page
from screens.widgets.picks import Picks

SCREENS = Path(__file__).parent
STYLES = sorted(
    SCREENS.rglob("*.tcss"), key=lambda file: (file.parent.name != "widgets", file.name != "page.tcss", file)
)
"""What pages share comes first."""

BOUNCE = 0.25
"""Seconds in which the same key again is a held or bouncing key, not a second wish."""
BOUNCING = {"escape": 0.1} | dict.fromkeys(
    ("enter", *(f"f{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 12))), BOUNCE
)
"""The keys that leave a page or turn it, and for how long. Held arrows and letters repeat as anywhere.

A held key repeats every 30 to 90 ms. Esc is let through sooner, because three quick ones hide the screen.
"""


ALIVE_EVERY = 5.0
"""Seconds."""


def _ignore(_error: BaseException) -> None:
    return


@dataclass(frozen=True)
class Tools:
    """What comes from outside the screens, so that a test can give its own."""

    clock: Callable[[], float] = time.monotonic
    """Seconds that only grow."""
    now: Callable[[], datetime] = now
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    """Waits for so many seconds."""
    pause: Callable[[float], None] = time.sleep
    """The same, in a thread."""
    derive: Callable[[Handle], HandleKeys] = keys
    """Derives what the code of an entry leads to, at the desk."""
    printer: Printer | None = None
    """What prints slips; None where there is no printer."""
    disks: Disks = disks
    """Tells which removable disks are plugged in."""
    shown: Callable[[], None] = lambda: None
    """Called once, after the first paint."""
    alive: Callable[[], None] = lambda: None
    """Called every few seconds by what answers the keys."""
    report: Callable[[BaseException], None] = _ignore
    """Called with an error nobody foresaw."""
    driver: type[KioskDriver] = SupervisedDriver


class KioskApp(PaintHold, CaretFollower, LockedApp[int], inherit_bindings=False):
    """What visit and desk share. Its result says what comes next: an exit code of `kiosk.supervisor`."""

    TITLE = "Strengths kiosk"
    CSS_PATH: ClassVar[list[str | PurePath]] = [*STYLES]
    """Of every page, at once: Textual reads all styles anew for each page that brings its own."""
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f4", "cycle_colours", show=False)]

    def __init__(self, session: Session, tools: Tools) -> None:
        super().__init__(report=tools.report, driver_class=tools.driver)
        self.session = session
        self.tools = tools
        self.animation_level = "none"
        self.set_class(session.practice is not None, "-practice")
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name
        self._last_key = ""
        self._last_key_at = float("-inf")

    def get_css_variables(self) -> dict[str, str]:
        """Return what style sheets know by name."""
        return {**super().get_css_variables(), "widest": str(WIDEST)}

    async def on_event(self, event: events.Event) -> None:
        """Take a held or bouncing key once (EN 301 549, 5.7 and 5.8), and none before its page is there."""
        if isinstance(event, events.Key):
            # A key that nobody took comes a second time, forwarded.
            if not event.is_forwarded and self._bounces(event):
                return
            if isinstance(self.screen, Page) and not self.screen.ready:
                return
        await super().on_event(event)

    def _bounces(self, key: events.Key) -> bool:
        at = self.tools.clock()
        since = at - self._last_key_at if key.key == self._last_key else float("inf")
        self._last_key, self._last_key_at = key.key, at
        # A digit or Space picks, and picked again it is taken back.
        picks = key.is_printable and isinstance(self.focused, Picks)
        return since < (BOUNCE if picks else BOUNCING.get(key.key, 0))

    def begin(self) -> None:
        """Say that the first paint is there, and from now on every few seconds that the app still runs."""
        self.call_after_refresh(self.tools.shown)
        self.set_interval(ALIVE_EVERY, self.tools.alive)

    def action_cycle_colours(self) -> None:
        """Show the next theme."""
        names = [theme.name for theme in THEMES]
        self.theme = names[(names.index(self.theme) + 1) % len(names)]
