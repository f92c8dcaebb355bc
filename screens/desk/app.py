"""The App of the desk: it locks itself."""

from textual import events

from kiosk.session import Session
from kiosk.settings import Idle
from kiosk.supervisor import ENDED, LEAVE
from kiosk.visit import IdleWatch, Presence
from screens.base import KioskApp, Tools
from screens.desk.flow import Desking, Outcome


class DeskApp(KioskApp):
    """The desk of one member of staff. It locks itself when nobody touches it."""

    IDLE = Idle(warn=300, writing_warn=300, grace=0)

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

    def watch_presence(self) -> None:
        """Lock when nobody is there."""
        if self._watch.presence(writing=False) is Presence.GONE:
            self.exit(ENDED)

    async def _walk(self) -> None:
        outcome = await Desking(self, self.session, self.tools.now, pause=self.tools.pause).run()
        self.exit(LEAVE if outcome is Outcome.CLOSED else ENDED)
