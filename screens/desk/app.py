"""The App of the desk: it locks itself, and takes a code that is scanned over any of its pages."""

from dataclasses import dataclass
from typing import Any

from textual import events
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, TextArea

from kiosk.session import Session
from kiosk.settings import Idle
from kiosk.supervisor import ENDED, LEAVE
from kiosk.visit import IdleWatch, Presence
from screens.base import KioskApp, Tools
from screens.desk.flow import Desking, Outcome
from screens.desk.scanning import SECONDS, ScanWatch
from screens.desk.stage import Stage
from screens.desk.unlock import UnlockScreen
from screens.desk.walk import Scan
from screens.widgets.busy import BusyScreen
from screens.widgets.idle import IdleScreen
from screens.widgets.page import Page
from screens.widgets.picks import Picks
from screens.widgets.plain import Plain
from screens.words import _


@dataclass(frozen=True)
class _Before:
    """How what has the focus stood before the burst of keys that runs now."""

    written: int = 0
    """Characters in a field."""
    chosen: frozenset[str] = frozenset()
    """What is chosen in a list."""


class LockWarning(IdleScreen):
    """Says that the desk is about to lock. A scan ends it, and types nothing into the page below."""

    _end: Timer | None = None

    def on_key(self, event: events.Key) -> None:
        """Go on, once no more keys come in one burst."""
        event.stop()
        event.prevent_default()
        if self._end is not None:
            self._end.stop()
        self._end = self.set_timer(2 * SECONDS, self._go_on)

    def go_on(self) -> None:
        """Go on at once, where no key says that a burst may be under way."""
        if self._end is None:
            self._go_on()

    def _go_on(self) -> None:
        self.dismiss(None)


class DeskApp(KioskApp):
    """The desk of one member of staff. It locks itself when nobody touches it."""

    IDLE = Idle(warn=270, writing_warn=270, grace=30)

    def __init__(self, session: Session, tools: Tools) -> None:
        super().__init__(session, tools)
        self._watch = IdleWatch(self.IDLE, tools.clock)
        self._scans = ScanWatch()
        self._before = _Before()

    def on_mount(self) -> None:
        """Begin with unlocking."""
        self.run_worker(self._walk())
        self.set_interval(1, self.watch_presence)
        self.begin()

    async def on_event(self, event: events.Event) -> None:
        """Notice that somebody is there, and what they scan."""
        if isinstance(event, events.InputEvent):
            self._watch.touch()
        # A key that nobody took comes a second time, forwarded.
        if isinstance(event, events.Key) and not event.is_forwarded:
            code = self._scans.hear(event)
            if self._scans.fresh:
                self._before = _before_of(self.focused)
            if code and self._take(code):
                return
        await super().on_event(event)

    def _take(self, code: str) -> bool:
        """Leave the page for a code that was scanned, and tell whether Enter has done its work by that."""
        page = self.screen
        if isinstance(page, LockWarning):
            return True  # it says that somebody is there, and no more
        if not isinstance(page, Page) or isinstance(page, BusyScreen) or not page.ready:
            return False
        # What it typed may still be on its way to what has the focus.
        focused = self.focused
        (self if focused is None else focused).call_later(_leave, page, focused, code, self._before)
        return True

    def watch_presence(self) -> None:
        """Warn when nobody seems to be there; lock when nobody is."""
        page = self.screen
        match self._watch.presence(writing=False):
            case Presence.WARNED if not isinstance(page, LockWarning | UnlockScreen | BusyScreen):
                self.push_screen(LockWarning(self._until_locked, writing=False))
            case Presence.GONE:
                self.exit(ENDED)
            case Presence.HERE if isinstance(page, LockWarning):
                page.go_on()

    def _until_locked(self) -> str:
        seconds = self._watch.seconds_left(writing=False)
        left = _("Seconds until the desk locks: {seconds}. What is not saved is lost then.")
        return left.format(seconds=seconds)

    async def _walk(self) -> None:
        outcome = await Desking(Stage(self, self.session, self.tools)).run()
        self.exit(LEAVE if outcome is Outcome.CLOSED else ENDED)


def _leave(page: Page[Any], focused: Widget | None, code: str, before: _Before) -> None:
    """Leave a page for the entry of a code, unless something on it would be lost by that."""
    _take_out(focused, code, before)
    if isinstance(page, UnlockScreen):
        said = _("That was a code, and no passphrase.")
    elif page.unsaved or page.held:
        said = _("That was a code. Finish this page first, then scan it again.")
    else:
        page.dismiss(Scan(code))
        return
    for problem in page.query("#problem").results(Plain):
        problem.show(said)


def _before_of(focused: Widget | None) -> _Before:
    match focused:
        case Input():
            return _Before(written=len(focused.value))
        case TextArea():
            return _Before(written=len(focused.text))
        case Picks():
            return _Before(chosen=focused.chosen)
    return _Before()


def _take_out(focused: Widget | None, code: str, before: _Before) -> None:
    """Take back what a code has just typed or chosen; a field may have had no room for all of it."""
    match focused:
        case Input():
            at, came = focused.cursor_position, len(focused.value) - before.written
            if focused.value[:at].endswith(code[:came]):
                focused.delete(at - came, at)
        case TextArea():
            (row, column), came = focused.cursor_location, len(focused.text) - before.written
            if focused.document.get_line(row)[:column].endswith(code[:came]):
                focused.delete((row, column - came), (row, column))
        case Picks():
            focused.chosen = before.chosen
