"""The App of one visit: keys that work on all its pages, idle time, hiding."""

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from kiosk.save import Saver
from kiosk.session import Session
from kiosk.supervisor import DESK, ENDED
from kiosk.visit import IdleWatch, Presence, Visit
from screens.base import KioskApp, Tools
from screens.visit.asking import BlankScreen, IdleScreen
from screens.visit.flow import Visiting
from screens.visit.question import QuestionScreen
from screens.visit.welcome import Start
from screens.widgets.page import Page

ESCAPES = 3
ESCAPES_WITHIN = 1.5
"""So many times Esc within so many seconds hide the screen."""


class VisitApp(KioskApp):
    """One customer's visit."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "comment", show=False),
        Binding("f8", "clear_and_leave", show=False),
        Binding("f9", "hide", show=False, priority=True),
    ]

    def __init__(self, session: Session, tools: Tools, saver: Saver) -> None:
        super().__init__(session, tools)
        self.visit = Visit(session.pack)
        self._visiting = Visiting(self, session, self.visit, saver, tools.now)
        self._watch = IdleWatch(session.settings.idle, tools.clock)
        self._escapes: list[float] = []

    def on_mount(self) -> None:
        """Begin at Welcome."""
        self.run_worker(self._walk())
        self.set_interval(1, self.watch_presence)
        self.call_after_refresh(self.tools.shown)

    async def on_event(self, event: events.Event) -> None:
        """Notice that somebody is there, and Esc pressed three times."""
        if isinstance(event, events.InputEvent):
            self._watch.touch()
        is_escape = isinstance(event, events.Key) and event.key == "escape" and not event.is_forwarded
        if is_escape and self._is_third_escape():
            self.action_hide()
            return
        await super().on_event(event)

    def watch_presence(self) -> None:
        """Warn when nobody seems to be there; clear when nobody is."""
        page = self.screen
        if not isinstance(page, Page) or not page.PERSONAL:
            return
        match self._watch.presence(writing=page.writing):
            case Presence.WARNED if not isinstance(page, IdleScreen):
                writing = page.writing
                self.push_screen(
                    IdleScreen(lambda: self._watch.seconds_left(writing=writing), writing=writing)
                )
            case Presence.GONE:
                self.action_hide()

    def action_comment(self) -> None:
        """Take a comment on the question on the screen."""
        if isinstance(self.screen, QuestionScreen) and self.screen.commented:
            self.run_worker(self._visiting.comment())

    def action_clear_and_leave(self) -> None:
        """Ask, where there is something to lose, and leave."""
        if isinstance(self.screen, Page) and self.screen.PERSONAL:
            self.run_worker(self._leave())

    def action_hide(self) -> None:
        """Blank the screen at once, then end the visit; what was not saved is gone."""
        self.visit.clear()
        self.push_screen(BlankScreen())
        self.call_after_refresh(self.exit, ENDED)

    async def _walk(self) -> None:
        start = await self._visiting.run()
        self.exit(DESK if start is Start.DESK else ENDED)

    async def _leave(self) -> None:
        if await self._visiting.may_leave():
            self.action_hide()

    def _is_third_escape(self) -> bool:
        at = self.tools.clock()
        self._escapes = [*(then for then in self._escapes if at - then <= ESCAPES_WITHIN), at]
        return len(self._escapes) >= ESCAPES
