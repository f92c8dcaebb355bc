"""The first screen, and the last: Welcome, and the words when all is cleared."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widget import Widget

from kiosk.handle import LENGTH
from kiosk.pack.model import Pack
from screens.widgets.burst import Burst
from screens.widgets.keys import COLOURS, Key
from screens.widgets.page import Page
from screens.widgets.plain import Plain
from screens.words import _


class Start(Enum):
    """What is wanted at Welcome."""

    VISIT = "visit"
    CODE = "code"
    DESK = "desk"


@dataclass(frozen=True)
class Scanned:
    """A code was scanned at Welcome."""

    code: str = field(repr=False)


class WelcomeScreen(Page[Start | Scanned]):
    """Greets, says how long it takes, and waits for Enter. A scanner may type a code at any time."""

    PERSONAL = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "start"),
        Binding("f5", "code"),
        Binding("f12", "desk"),
    ]
    KEYS = (Key("enter", _("Enter"), _("Start")), Key("f5", "F5", _("I have a code")))
    SCAN_SECONDS = 0.5
    """A scanner leaves less time between two characters; a person at Welcome types nothing."""

    def __init__(self, pack: Pack, venue: str, *, has_desk: bool) -> None:
        super().__init__()
        self._pack = pack
        self._venue = venue
        self._has_desk = has_desk
        self._burst = Burst(self.SCAN_SECONDS)
        self._scanned = ""
        """What Enter has just ended."""

    def body(self) -> Iterable[Widget]:
        """Yield the greeting."""
        yield Plain(self._venue, id="venue")
        yield Plain(self._pack.welcome.title, id="greeting")
        for line in self._pack.welcome.lines:
            yield Plain(line, classes="line")
        least, most = self._pack.minutes
        yield Plain(
            _("It takes {least} to {most} minutes.").format(least=least, most=most), classes="line quiet"
        )

    def everywhere(self) -> tuple[Key, ...]:
        """Offer colours, and the desk where there is one."""
        return (COLOURS, Key("f12", "F12", _("Staff"))) if self._has_desk else (COLOURS,)

    def on_key(self, event: events.Key) -> None:
        """Gather what a scanner types; Enter that comes later must not open it for the next person."""
        self._scanned = self._burst.hear(event)

    def action_start(self) -> None:
        """Begin a visit, or come back with the code that was just scanned."""
        self.dismiss(Scanned(self._scanned) if len(self._scanned) >= LENGTH else Start.VISIT)

    def action_code(self) -> None:
        """Come back with a code."""
        self.dismiss(Start.CODE)

    def action_desk(self) -> None:
        """Go to the desk, where there is one, and nothing but this key was typed."""
        if self._has_desk and self._burst.fresh:
            self.dismiss(Start.DESK)


class ClearedScreen(Page[None]):
    """Says goodbye over an empty visit. It goes by itself, or with Enter."""

    PERSONAL = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "leave")]
    KEYS = (Key("enter", _("Enter"), _("Finish")),)
    EVERYWHERE = ()
    SECONDS = 12

    def __init__(self, lines: tuple[str, ...]) -> None:
        super().__init__()
        self._lines = lines

    def body(self) -> Iterable[Widget]:
        """Yield the last words."""
        yield Plain(self._lines[0], id="greeting")
        for line in self._lines[1:]:
            yield Plain(line, classes="line")

    def on_mount(self) -> None:
        """Go after a while."""
        self.set_timer(self.SECONDS, self.action_leave)

    def action_leave(self) -> None:
        """Make room for the next person."""
        self.dismiss(None)
