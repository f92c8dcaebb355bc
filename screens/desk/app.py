"""The App of the desk: it locks itself, and takes a code that is scanned over any of its pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from textual import events
from textual.widgets import Input, TextArea

from kiosk.session import Session
from kiosk.settings import Idle
from kiosk.supervisor import ENDED, LEAVE
from kiosk.visit import IdleWatch, Presence
from screens.base import KioskApp, Tools
from screens.desk.flow import Desking, Outcome
from screens.desk.scanning import ScanWatch
from screens.desk.unlock import UnlockScreen
from screens.desk.walk import Scan
from screens.widgets.busy import BusyScreen
from screens.widgets.page import Page
from screens.widgets.picks import Picks
from screens.widgets.plain import Plain
from screens.words import _


@dataclass(frozen=True)
class _Before:
    """How a page stood before the burst of keys that runs now."""

    written: int = 0
    """Characters in the field that has the focus."""
    chosen: Mapping[Picks, frozenset[str]] = field(default_factory=dict)
    """What is chosen in each list."""


class DeskApp(KioskApp):
    """The desk of one member of staff. It locks itself when nobody touches it."""

    IDLE = Idle(warn=300, writing_warn=300, grace=0)

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
                chosen = {picks: picks.chosen for picks in self.screen.query(Picks)}
                self._before = _Before(len(_text_of(self.focused)), chosen)
            if code and self._take(code):
                return
        await super().on_event(event)

    def _take(self, code: str) -> bool:
        """Leave the page for a code that was scanned, and tell whether Enter has done its work by that."""
        page = self.screen
        if not isinstance(page, Page) or isinstance(page, BusyScreen) or not page.ready:
            return False
        if isinstance(self.focused, Input | TextArea):
            # Its letters may still be on their way to the field.
            self.focused.call_later(_leave, page, self.focused, code, self._before)
        else:
            self.call_later(_leave, page, None, code, self._before)
        return True

    def watch_presence(self) -> None:
        """Lock when nobody is there."""
        if self._watch.presence(writing=False) is Presence.GONE:
            self.exit(ENDED)

    async def _walk(self) -> None:
        tools = self.tools
        walk = Desking(self, self.session, tools.now, pause=tools.pause, printer=tools.printer)
        outcome = await walk.run()
        self.exit(LEAVE if outcome is Outcome.CLOSED else ENDED)


def _leave(page: Page[Any], field: Input | TextArea | None, code: str, before: _Before) -> None:
    """Leave a page for the entry of a code, unless something on it would be lost by that."""
    if field is not None:
        _take_out(field, code, len(_text_of(field)) - before.written)
    for picks, chosen in before.chosen.items():
        picks.chosen = chosen  # its digits chose, too
    if isinstance(page, UnlockScreen):
        said = _("That was a code, and no passphrase.")
    elif page.unsaved or page.held:
        said = _("That was a code. Finish this page first, then scan it again.")
    else:
        page.dismiss(Scan(code))
        return
    for problem in page.query("#problem").results(Plain):
        problem.show(said)


def _text_of(focused: object) -> str:
    match focused:
        case Input():
            return focused.value
        case TextArea():
            return focused.text
    return ""


def _take_out(field: Input | TextArea, code: str, came: int) -> None:
    """Take a code that was just typed out of its field: so many characters, where it had room for no more."""
    if isinstance(field, Input):
        at = field.cursor_position
        if field.value[:at].endswith(code[:came]):
            field.delete(at - came, at)
    else:
        row, column = field.cursor_location
        if field.document.get_line(row)[:column].endswith(code[:came]):
            field.delete((row, column - came), (row, column))
