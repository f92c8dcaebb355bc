"""The App of the desk: it locks itself, and takes a code that is scanned over any of its pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from textual import events
from textual.dom import DOMNode
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, TextArea

from kiosk.session import Session
from kiosk.settings import Idle
from kiosk.supervisor import ENDED, LEAVE
from kiosk.visit import IdleWatch, Presence
from screens.base import KioskApp, Tools
from screens.desk.entries import EntriesScreen
from screens.desk.flow import Desking, Outcome
from screens.desk.scanning import SECONDS, ScanWatch
from screens.desk.stage import Stage
from screens.desk.unlock import UnlockScreen
from screens.desk.walk import Scan
from screens.widgets.ask import FINAL
from screens.widgets.busy import BusyScreen
from screens.widgets.idle import IdleScreen
from screens.widgets.page import Page
from screens.widgets.picks import Picks
from screens.widgets.plain import Plain
from screens.words import _

ACTS = frozenset({"enter", "escape", FINAL, *(f"f{number}" for number in range(2, 13))})
"""The keys that do something with a page, besides what is written or chosen on it."""
WRITTEN = 8
"""So many keys in one burst are a scanner's where one writes: nobody writes a whole word so fast."""
CHOSEN = 2
"""No more than so many are a person's where one chooses by number."""


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
        self._began_on: Screen[Any] | None = None
        """The page that the burst began on."""

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
                self._before, self._began_on = _before_of(self.focused), self.screen
            if code and self._take(code):
                return
            if not isinstance(self.screen, LockWarning):
                if self._is_a_scanners(event):
                    return
                if event.key in ACTS:
                    # Behind what waits already: it may be the first of a whole burst.
                    self.call_later(self._act, event, self._scans.number)
                    return
        await super().on_event(event)

    async def _act(self, event: events.Key, burst: int) -> None:
        """Let a key do something with the page, unless more came with it, as from a scanner."""
        alone = self._scans.number > burst or self._scans.keys == 1
        if alone or (event.key == "enter" and self._writes):
            await super().on_event(event)

    @property
    def _writes(self) -> bool:
        return isinstance(self.focused, Input | TextArea)

    def _is_a_scanners(self, key: events.Key) -> bool:
        """Tell whether a key is to be passed over: it came in a burst, and no person types so.

        A scanner that reads anything but a code may neither choose nor do anything, wherever it comes.
        """
        if self._scans.fresh:
            return False
        if self.screen is not self._began_on:
            return True
        if key.key != "enter":
            chooses = isinstance(self.focused, Picks) and self._scans.keys > CHOSEN
            if chooses:
                self._choose_as_before()
            return chooses or key.key in ACTS
        if self._writes:
            typed = isinstance(self.screen, EntriesScreen | UnlockScreen)
            if typed or self._scans.keys <= WRITTEN:
                return False
            _say(self.screen, _("That came all at once, as from a scanner. Read it again, then press Enter."))
        else:
            self._choose_as_before()
            _say(self.screen, _("Those keys came all at once, as from a scanner. They were not taken."))
        return True

    def _choose_as_before(self) -> None:
        """Take back what a burst chose in a list; it may still be on its way there, or back from there."""
        if isinstance(self.focused, Picks):
            _behind(self.focused.ancestors_with_self, partial(_choose, self.focused, self._before.chosen))

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


def _behind(way: Sequence[DOMNode], then: Callable[[], None]) -> None:
    """Do something when all has been done that is on its way through these, one after the other."""
    if way:
        way[0].call_later(_behind, way[1:], then)
    else:
        then()


def _choose(picks: Picks, chosen: frozenset[str]) -> None:
    picks.chosen = chosen


def _leave(page: Page[Any], focused: Widget | None, code: str, before: _Before) -> None:
    """Leave a page for the entry of a code, unless something on it would be lost by that."""
    _take_out(focused, code, before)
    if isinstance(page, UnlockScreen):
        said = _("That was a customer's code. Enter a name and a passphrase.")
    elif page.unsaved or page.held:
        said = _("That was a code. Finish this page first, then scan it again.")
    else:
        page.dismiss(Scan(code))
        return
    _say(page, said)


def _say(page: Screen[Any], said: str) -> None:
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
