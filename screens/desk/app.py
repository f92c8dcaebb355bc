"""The App of the desk: it locks itself, and takes a code that is scanned over any of its pages."""

from typing import Any

from textual import events

from kiosk.entry.handle import Handle
from kiosk.idle import Presence
from kiosk.language import duration
from kiosk.session import Session
from kiosk.settings.settings import IdleSettings
from kiosk.supervision.turns import ENDED, LEAVE
from screens.base import Tools
from screens.desk.desk_flow import DeskFlow, DeskResult
from screens.desk.stage import DeskStage
from screens.desk.unlock_screen import UnlockScreen
from screens.desk.work_screen import WorkScreen
from screens.i18n import _
from screens.idle_watch import WatchedApp
from screens.widgets.busy_screen import BusyScreen
from screens.widgets.code_field import Scanned
from screens.widgets.code_screen import CodeScreen
from screens.widgets.enter_code_screen import EnterCodeScreen
from screens.widgets.idle_screen import IdleScreen
from screens.widgets.keys import HIDE
from screens.widgets.page import Page

GRACE = 30
"""Seconds for which the desk says that it is about to lock."""
LOCKED = 300
"""Seconds after which a desk that nobody unlocks gives the machine back to customers."""


class LockWarning(IdleScreen):
    """Says that the desk is about to lock."""


class DeskApp(WatchedApp):
    """The desk of one member of staff. It locks itself when nobody touches it."""

    def __init__(self, session: Session, tools: Tools) -> None:
        open_for = session.settings.idle.desk - GRACE
        locked_for = min(open_for, LOCKED - GRACE)
        super().__init__(session, tools, IdleSettings(warn=locked_for, writing_warn=open_for, grace=GRACE))
        self._stage = DeskStage(self, session, tools)

    def notices(self, event: events.Event) -> bool:
        """Notice whether somebody is there, and lock where they must not see the code on the screen."""
        noticed = super().notices(event)
        is_f9 = isinstance(event, events.Key) and event.key == HIDE.key
        if noticed and is_f9 and isinstance(self.screen, CodeScreen | EnterCodeScreen):
            self.exit(ENDED)  # nothing of it stays on the screen
            return False
        return noticed

    def take_code(self, page: Page[Any], codes: tuple[Handle, ...]) -> str:
        """Leave a page for the entry of a code, unless something on it would be lost by that."""
        if isinstance(page, UnlockScreen):
            return _("That was a customer's code. Enter a name and a passphrase.")
        if (page.unsaved or page.held) and not isinstance(page, EnterCodeScreen):
            return _("That was a code. Finish this page first, then scan it again.")
        page.dismiss(Scanned(codes))
        return ""

    @property
    def writing(self) -> bool:
        """Whether the desk is unlocked: people write and talk there. A code is not left lying so long."""
        brief = UnlockScreen | CodeScreen | EnterCodeScreen
        return not any(isinstance(page, brief) for page in self.screen_stack[1:])

    def take_presence(self) -> None:
        """Warn when nobody seems to be there; lock when nobody is."""
        page = self.screen
        if self._is_still():
            self._stage.keep_writing()
        works = isinstance(page, BusyScreen) and not page.rests
        presence = self.presence()
        if isinstance(page, WorkScreen) and works and presence is not Presence.GONE:
            self._watch.wait()  # it may take hours, and is not cut off for want of a key
        match presence:
            case Presence.WARNED if not (works or isinstance(page, LockWarning | UnlockScreen)):
                self.push_screen(LockWarning(self._until_locked, writing=self.writing))
            case Presence.GONE:
                self._stage.keep_writing()
                self.exit(ENDED)
            case Presence.HERE if isinstance(page, LockWarning):
                page.dismiss()

    def _until_locked(self) -> str:
        seconds = self._watch.seconds_left(writing=self.writing)
        left = _("The desk locks in {time}. Press a key to stay. What you write is kept for you.")
        return left.format(time=duration(seconds))

    async def _walk(self) -> None:
        outcome = await DeskFlow(self._stage).run()
        self.exit(LEAVE if outcome is DeskResult.CLOSED else ENDED)
