"""A page that waits for work which may take long, and can be paused and stopped."""

import asyncio
from threading import Event

from screens.i18n import _
from screens.widgets.busy_screen import BusyScreen
from screens.widgets.keys import BACK, Key

HOLD = Key("f7", _("Pause"), "hold")
GO_ON = HOLD.called(_("Continue"))
STOP = BACK.called(_("Stop")).does("stop")


class Stopped(Exception):  # noqa: N818 - it is no error
    """Somebody stopped the work."""


class WorkScreen(BusyScreen):
    """Says what is going on, and how far it has come; it is paused and stopped between two steps."""

    def __init__(self, text: str, *, pauses: bool = True) -> None:
        super().__init__(text, here=(STOP, HOLD) if pauses else (STOP,))
        self.stopped = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._says = text
        self._at = (0, 0)
        self._will_tell = False
        self._goes = Event()
        self._goes.set()
        self._stops = False

    def step(self, done: int, total: int) -> None:
        """Take note of how far it has come, in the thread of the work; wait there while it is paused.

        Raises Stopped.
        """
        self._at = done, total
        if not self._will_tell:  # what comes faster than it is shown is left out
            self._will_tell = True
            self._loop.call_soon_threadsafe(self._tell)
        if not self._goes.is_set():
            self._loop.call_soon_threadsafe(self._rest)
            self._goes.wait()
        if self._stops:
            raise Stopped

    def end(self) -> None:
        """Let the work stop at its next step, whoever shows this page has gone."""
        self._stops = True
        self._goes.set()

    def action_hold(self) -> None:
        """Pause at the next step, or go on."""
        if self._stops:
            return
        self.rests = False
        if self._goes.is_set():
            self._goes.clear()
            self.say(_("Pausing."))
            self.show_keys(GO_ON)
        else:
            self.say(self._says)
            self.show_keys(HOLD)
            self._goes.set()

    def action_stop(self) -> None:
        """Stop at the next step."""
        self.rests = False
        self.say(_("Stopping. This may take a moment."))
        self.end()
        self.stopped.set()

    def _tell(self) -> None:
        self._will_tell = False
        self.tell(*self._at)

    def _rest(self) -> None:
        """Say that the work waits: from now on whoever began it may have gone."""
        if not self._goes.is_set():
            self.rests = True
            self.say(_("Paused. Nothing is lost. F7 goes on, Esc stops."))
