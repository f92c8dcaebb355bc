"""What visit and desk share of who is there: what counts as a person, and that nobody paints for no one."""

from typing import Any

from rich.console import RenderableType
from textual import events
from textual.screen import Screen

from kiosk.idle import IdleWatch, Presence
from kiosk.session import Session
from kiosk.settings.settings import IdleSettings
from screens.base import KioskApp, Tools
from screens.widgets.idle_screen import IdleScreen
from screens.widgets.page import Page

LOOKS_UP = 0.25
"""Seconds between two looks at the clock, so that little is to be seen after a machine wakes."""
STILL = 2.0
"""So many seconds after the last key what is written is kept."""
RUNNING_ON = 15.0
"""Of whoever goes on and on it is kept so often."""
TELLS = 1.0
"""The supervisor is told of touches no more often than every so many seconds."""


class WatchedApp(KioskApp):
    """An App that knows when a person was there last. A mouse that drifts is none, nor is a stuck key.

    Where the time has run out when something comes in or is to be painted, as after a sleep, nothing of the
    page is painted and nothing comes of the key: `watch_presence` comes first. So it is with a page that
    goes by itself.
    """

    def __init__(self, session: Session, tools: Tools, idle: IdleSettings) -> None:
        super().__init__(session, tools)
        self._watch = IdleWatch(idle, tools.clock, self._tell_touch)
        self._told = float("-inf")
        self._unkept_since: float | None = None
        """When something came in first after what was written was kept."""
        self._came = 0.0

    @property
    def watches(self) -> bool:
        """Whether there is something to clear, or to lock, on the screen."""
        return bool(self.screen_stack)

    @property
    def writing(self) -> bool:
        """Whether people write on the page that is on the screen, and so are given longer."""
        return False

    def presence(self) -> Presence:
        """Return whether somebody is there. HERE where nothing on the screen depends on it."""
        return self._watch.presence(writing=self.writing) if self.watches else Presence.HERE

    def watch_presence(self) -> None:
        """Let a page go whose time is over, or do what is due by whether somebody is there."""
        page = self.screen
        if isinstance(page, Page) and self._is_over(page):
            page.expire()
        else:
            self.take_presence()

    def take_presence(self) -> None:
        """Warn when nobody seems to be there; clear or lock when nobody is."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Begin, and look at the clock from now on."""
        self.run_worker(self._walk())
        self.begin()
        self.set_interval(LOOKS_UP, self.watch_presence)

    async def _walk(self) -> None:
        raise NotImplementedError

    async def on_event(self, event: events.Event) -> None:
        """Notice whether somebody is there."""
        if self.notices(event):
            await super().on_event(event)

    def notices(self, event: events.Event) -> bool:
        """Notice whether somebody is there. False where nothing else is to come of the event."""
        if not isinstance(event, events.InputEvent | events.Paste):
            return True
        if self._is_late():
            self.watch_presence()
            return False
        self._came = self.tools.clock()
        self._unkept_since = self._came if self._unkept_since is None else self._unkept_since
        # What is stuck goes on doing what it does, but is no answer to whether somebody is there.
        return self._touches(event) or not (
            isinstance(event, events.Key) and isinstance(self.screen, IdleScreen)
        )

    def _is_still(self) -> bool:
        """Tell once after each burst of keys that no more come, and of a long one now and then."""
        now, since = self.tools.clock(), self._unkept_since
        if since is None or self.guard.judges or (now - self._came < STILL and now - since < RUNNING_ON):
            return False
        self._unkept_since = None
        return True

    def _touches(self, event: events.Event) -> bool:
        if isinstance(event, events.MouseMove):
            return False
        if isinstance(event, events.Key):
            # A key that nobody took comes a second time, forwarded.
            return event.is_forwarded or self._watch.press(event.key)
        self._watch.touch()
        return True

    def _is_over(self, page: Page[Any]) -> bool:
        return page.until <= self.tools.clock()

    def _is_late(self) -> bool:
        """Tell whether the page on the screen is one that should have gone already."""
        page = self.screen if self.screen_stack else None
        over = isinstance(page, Page) and self._is_over(page)
        return over or (self.watches and self._watch.overslept(writing=self.writing))

    def _tell_touch(self) -> None:
        at = self.tools.clock()
        if at - self._told >= TELLS:
            self._told = at
            self.tools.touched()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if self._is_late():
            self.call_later(self.watch_presence)
        else:
            super()._display(screen, renderable)
