"""What the Apps of visit and desk share: themes, the key that changes them, keys that bounce."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePath
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from kiosk.session import Session, now
from screens.lock import LockedApp
from screens.terminal import KioskDriver, SupervisedDriver
from screens.themes import THEMES
from screens.widgets.hold import PaintHold

WIDGETS = Path(__file__).parent / "widgets"

BOUNCE = 0.25
"""Seconds in which the same key again is a held or bouncing key, not a second wish."""
BOUNCING = frozenset({"enter", "f2", "f3", "f4", "f6", "f8", "f12"})
"""The keys that leave a page or turn it. Held arrows and letters repeat as anywhere."""


def _ignore(_error: BaseException) -> None:
    return


@dataclass(frozen=True)
class Tools:
    """What comes from outside the screens, so that a test can give its own."""

    clock: Callable[[], float] = time.monotonic
    """Seconds that only grow."""
    now: Callable[[], datetime] = now
    shown: Callable[[], None] = lambda: None
    """Called once, after the first paint."""
    report: Callable[[BaseException], None] = _ignore
    """Called with an error nobody foresaw."""
    driver: type[KioskDriver] = SupervisedDriver


class KioskApp(PaintHold, LockedApp[int], inherit_bindings=False):
    """What visit and desk share. Its result says what comes next: an exit code of `kiosk.supervisor`."""

    TITLE = "Strengths kiosk"
    CSS_PATH: ClassVar[list[str | PurePath]] = [WIDGETS / "page.tcss", WIDGETS / "answers.tcss"]
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

    async def on_event(self, event: events.Event) -> None:
        """Take a held or bouncing key once (EN 301 549, 5.7 and 5.8)."""
        # A key that nobody took comes a second time, forwarded.
        if isinstance(event, events.Key) and not event.is_forwarded:
            at = self.tools.clock()
            bounced = event.key == self._last_key and at - self._last_key_at < BOUNCE
            self._last_key, self._last_key_at = event.key, at
            if bounced and event.key in BOUNCING:
                return
        await super().on_event(event)

    def action_cycle_colours(self) -> None:
        """Show the next theme."""
        names = [theme.name for theme in THEMES]
        self.theme = names[(names.index(self.theme) + 1) % len(names)]
