"""The App of the desk: it locks itself, and takes a code that is scanned over any of its pages."""

from textual import events
from textual.widget import Widget
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
from screens.widgets.plain import Plain
from screens.words import _


class DeskApp(KioskApp):
    """The desk of one member of staff. It locks itself when nobody touches it."""

    IDLE = Idle(warn=300, writing_warn=300, grace=0)

    def __init__(self, session: Session, tools: Tools) -> None:
        super().__init__(session, tools)
        self._watch = IdleWatch(self.IDLE, tools.clock)
        self._scans = ScanWatch()

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
            if code and self._take(code):
                return
        await super().on_event(event)

    def _take(self, code: str) -> bool:
        """Leave the page for a code that was scanned, and tell whether Enter has done its work by that."""
        page = self.screen
        # Before the desk is unlocked nothing opens.
        if not isinstance(page, Page) or isinstance(page, UnlockScreen | BusyScreen) or not page.ready:
            return False
        if page.unsaved:
            if self.focused:
                # Its letters may still be on their way to the field.
                self.focused.call_later(_take_out, self.focused, code)
            for problem in page.query("#problem").results(Plain):
                problem.show(_("That was a code. Finish this page first, then scan it again."))
            return True
        page.dismiss(Scan(code))
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


def _take_out(field: Widget, code: str) -> None:
    """Take a code that was just typed out of the field it came into."""
    match field:
        case TextArea():
            row, column = field.cursor_location
            start = (row, max(0, column - len(code)))
            if field.get_text_range(start, (row, column)) == code:
                field.delete(start, (row, column))
        case Input():
            before = field.value[: field.cursor_position]
            if before.endswith(code):
                field.delete(len(before) - len(code), len(before))
