"""The App of the desk: it locks itself, and takes a code that is scanned over any of its pages."""

from typing import Any

from textual import events

from kiosk.handle import Handle
from kiosk.session import Session
from kiosk.settings import Idle
from kiosk.supervisor import ENDED, LEAVE
from kiosk.visit import IdleWatch, Presence
from screens.base import KioskApp, Tools
from screens.desk.flow import Desking, Outcome
from screens.desk.stage import Stage
from screens.desk.unlock import UnlockScreen
from screens.widgets.busy import BusyScreen
from screens.widgets.code_field import Scanned
from screens.widgets.idle import IdleScreen
from screens.widgets.page import Page
from screens.words import _


class LockWarning(IdleScreen):
    """Says that the desk is about to lock."""


class DeskApp(KioskApp):
    """The desk of one member of staff. It locks itself when nobody touches it."""

    IDLE = Idle(warn=270, writing_warn=270, grace=30)

    def __init__(self, session: Session, tools: Tools) -> None:
        super().__init__(session, tools)
        self._watch = IdleWatch(self.IDLE, tools.clock)

    def on_mount(self) -> None:
        """Begin with unlocking."""
        self.run_worker(self._walk())
        self.set_interval(1, self.watch_presence)
        self.begin()

    async def on_event(self, event: events.Event) -> None:
        """Notice that somebody is there."""
        if isinstance(event, events.InputEvent):
            self._watch.touch()
        await super().on_event(event)

    def take_code(self, page: Page[Any], codes: tuple[Handle, ...]) -> str:
        """Leave a page for the entry of a code, unless something on it would be lost by that."""
        if isinstance(page, UnlockScreen):
            return _("That was a customer's code. Enter a name and a passphrase.")
        if page.unsaved or page.held:
            return _("That was a code. Finish this page first, then scan it again.")
        page.dismiss(Scanned(codes))
        return ""

    def watch_presence(self) -> None:
        """Warn when nobody seems to be there; lock when nobody is."""
        page = self.screen
        match self._watch.presence(writing=False):
            case Presence.WARNED if not isinstance(page, LockWarning | UnlockScreen | BusyScreen):
                self.push_screen(LockWarning(self._until_locked, writing=False))
            case Presence.GONE:
                self.exit(ENDED)
            case Presence.HERE if isinstance(page, LockWarning):
                page.dismiss()

    def _until_locked(self) -> str:
        seconds = self._watch.seconds_left(writing=False)
        left = _("Seconds until the desk locks: {seconds}. What is not saved is lost then.")
        return left.format(seconds=seconds)

    async def _walk(self) -> None:
        outcome = await Desking(Stage(self, self.session, self.tools)).run()
        self.exit(LEAVE if outcome is Outcome.CLOSED else ENDED)
