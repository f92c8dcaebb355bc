"""Asking whether anybody is there, before the screen is cleared or locked."""

from collections.abc import Callable, Iterable

from textual import events
from textual.widget import Widget

from screens.i18n import _
from screens.widgets.keys import VOICE
from screens.widgets.page import Page
from screens.widgets.plain import Plain

VOICE_TOO = "app.start_voice"
"""The App's action that starts it and does nothing else."""


class IdleScreen(Page[None]):
    """Asks whether anybody is there, over a page that it hides. Any key or touch goes on."""

    EVERYWHERE = ()
    PASSES = True

    def __init__(self, count: Callable[[], str], *lines: str, writing: bool) -> None:
        """Ask. `count` tells what comes in how many seconds, `writing` whether the page below is for that."""
        super().__init__()
        self._count = count
        self._lines = lines
        self._writing = writing

    @property
    def writing(self) -> bool:
        """Whether people write on the page that this one covers."""
        return self._writing

    def body(self) -> Iterable[Widget]:
        """Yield the question and the count."""
        yield Plain(_("Are you still here?"), classes="line strong")
        yield Plain(_("Press any key to continue. Nothing is lost."), classes="line")
        yield Plain(self._count(), classes="line", id="count")
        for line in self._lines:
            yield Plain(line, classes="line")

    def on_mount(self) -> None:
        """Count down once a second."""
        self.set_interval(1, self._show_count)

    def on_key(self, event: events.Key) -> None:
        """Go on, and with the key of the voice start that too."""
        event.stop()
        event.prevent_default()
        self.dismiss(None)
        if event.key == VOICE.key:
            self.app.call_later(self.app.run_action, VOICE_TOO)

    def on_click(self, event: events.Click) -> None:
        """Go on."""
        event.stop()
        self.dismiss(None)

    def _show_count(self) -> None:
        self.query_one("#count", Plain).show(self._count())
