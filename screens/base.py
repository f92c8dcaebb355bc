"""What the Apps of visit and desk share: themes, the key that changes them, keys that bounce."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePath
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.filter import LineFilter
from textual.geometry import Offset
from textual.widget import Widget
from textual.widgets import Input, TextArea

from kiosk import untrusted
from kiosk.dates import now
from kiosk.devices.mounts import Disks, disks
from kiosk.devices.printer import Printer
from kiosk.devices.speech import Speech
from kiosk.entry.handle import Handle, HandleKeys, keys
from kiosk.home import slip_beside
from kiosk.idle import seconds
from kiosk.rtl import is_rtl
from kiosk.session import Session
from screens.background import Aside, aside
from screens.console_colours import ConsoleColours, palette, slots_of
from screens.few_signs import FewSigns
from screens.guard import Guard, breaks_lines
from screens.keypad import IS_OFF, NUM_LOCK, KeypadKeys, pressed
from screens.lock import LockedApp, is_allowed
from screens.right_to_left import RightToLeft
from screens.stylesheet import ReadOnce
from screens.terminal import KioskDriver, SupervisedDriver
from screens.themes import THEMES
from screens.voice import Voice, VoiceScreen
from screens.widgets.caret import CaretFollower
from screens.widgets.fitted_screen import ROOMY, WIDEST
from screens.widgets.key_row import KeyRow
from screens.widgets.keys import AGAIN, COLOURS, FINAL, HIDE, SAVE, VOICE
from screens.widgets.page import Page
from screens.widgets.paint_hold import PaintHold
from screens.widgets.picks import Picks

SCREENS = Path(__file__).parent
STYLES = sorted(
    SCREENS.rglob("*.tcss"), key=lambda file: (file.parent.name != "widgets", file.name != "page.tcss", file)
)
"""What pages share comes first."""

BOUNCING = frozenset({"enter", *(f"f{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 11, 12))})
"""The keys that leave a page or turn it, and are taken once while they bounce or are held.

Held arrows and letters repeat as anywhere. A held key repeats every 30 to 90 ms.
"""
ESCAPE_BOUNCES = 0.12
"""Seconds; less than of other keys, for people go back at a walking pace; more than a held key leaves."""
ON = frozenset({"enter", "f2", SAVE.key, FINAL})
"""The keys that go on, or do what cannot be undone, and so past a page that nobody has seen yet."""

CROWD = 30
"""While more messages wait, other tasks get a turn after each key, so that one that hides is heard."""

ALIVE_EVERY = 5.0
"""Seconds."""


def _ignore(_error: BaseException) -> None:
    return


@dataclass(frozen=True)
class Tools:
    """What comes from outside the screens, so that a test can give its own."""

    clock: Callable[[], float] = seconds
    """Seconds that only grow, also while the machine sleeps."""
    now: Callable[[], datetime] = now
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    """Waits for so many seconds."""
    pause: Callable[[float], None] = time.sleep
    """The same, in a thread."""
    aside: Aside = aside
    """Does in a thread what may wait for a device, and holds nobody up who leaves meanwhile."""
    derive: Callable[[Handle], HandleKeys] = keys
    """Derives what the code of an entry leads to, at the desk."""
    printer: Printer | None = None
    """What prints slips; None where there is no printer."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Where systemd says which folder has the key of a store."""
    disks: Disks = disks
    """Tells which removable disks are plugged in."""
    speech: Speech | None = None
    """What speaks the pages aloud; None where there is no voice."""
    shown: Callable[[], None] = lambda: None
    """Called after the first paint, and when the screen is hidden."""
    alive: Callable[[], None] = lambda: None
    """Called every few seconds by what answers the keys."""
    crash_page: Callable[[Sequence[str]], None] = lambda _page: None
    """Called with what is to be shown should the visit crash, whenever its language changes."""
    touched: Callable[[], None] = lambda: None
    """Called when somebody touches the machine, at most once a second."""
    report: Callable[[BaseException], None] = _ignore
    """Called with an error nobody foresaw."""
    driver: type[KioskDriver] = SupervisedDriver
    few_signs: bool = False
    """Whether the terminal is the console of Linux: its font lacks circles, boxes and blocks, and it takes
    colours by number."""


class KioskApp(PaintHold, CaretFollower, LockedApp[int], inherit_bindings=False):
    """What visit and desk share. Its result says what comes next: an exit code of `turns`."""

    TITLE = "Strengths kiosk"
    CSS_PATH: ClassVar[list[str | PurePath]] = [*STYLES]
    """Of every page, at once: Textual reads all styles anew for each page that brings its own."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(COLOURS.key, "cycle_colours"),
        Binding(VOICE.key, "voice"),
        Binding(AGAIN.key, "say_again"),
    ]

    def __init__(self, session: Session, tools: Tools) -> None:
        super().__init__(report=tools.report, driver_class=tools.driver)
        self.session = session
        self.tools = tools
        self.animation_level = "none"
        if session.practice is not None and slip_beside(session.home).exists():
            self.sub_title = untrusted.read(slip_beside(session.home), 100).decode()
        self.set_class(session.practice is not None, "-practice").set_class(session.draft, "-draft")
        self.set_class(tools.few_signs, "-plain")
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name
        self.stylesheet = ReadOnce(variables=self.get_css_variables())
        self.guard = Guard(self)
        self._keypad = KeypadKeys(session.settings.keypad)
        self._right_to_left = RightToLeft()
        self.voice = Voice(self, tools.speech, headphones=session.settings.voice.headphones)
        self._bounce = session.settings.hands.bounce
        self._last_key = ""
        self._last_key_at = float("-inf")
        self._tapped: Widget | str | None = None
        """What was tapped last: a widget, or Textual's name of a key."""
        self._tapped_at = float("-inf")
        self._tapped_cell = Offset(-1, -1)
        self._passes_tap = True
        self._opened_at = float("-inf")
        """When the page on the screen began to take keys."""

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return what changes what is painted, last."""
        filters = super().get_line_filters()
        if self.rtl:  # before what does not print goes: joiners, and what isolates
            filters = (self._right_to_left, *filters)
        if not self.tools.few_signs:
            return filters
        return (*filters, FewSigns(), ConsoleColours(lambda: self.current_theme.variables))

    def get_css_variables(self) -> dict[str, str]:
        """Return what style sheets know by name."""
        return {**super().get_css_variables(), "widest": str(WIDEST), "highest": str(ROOMY)}

    @property
    def rtl(self) -> bool:
        """Whether its screens are from right to left."""
        return is_rtl(self.language)

    @property
    def language(self) -> str:
        """The language tag of what is read aloud."""
        return "en"

    def meant(self, key: events.Key) -> str:
        """Return the key that an assistive keypad's stands for, where this is one."""
        return self._keypad.named(key) or super().meant(key)

    def hears(self, key: events.Key) -> bool:
        """Be silent when a key comes, whatever it does."""
        self.voice.cut()
        return super().hears(key)

    async def on_event(self, event: events.Event) -> None:
        """Take what people do once, where keys and taps bounce (EN 301 549, 5.7 and 5.8), and no burst."""
        if isinstance(event, events.Key):
            if event.key == NUM_LOCK and isinstance(self.screen, Page):
                self.screen.remark(IS_OFF)
            if self.message_queue_size > CROWD:
                await asyncio.sleep(0)
            # A key that nobody took comes a second time, forwarded.
            if event.is_forwarded:
                await self._pass_key(event)
            elif is_allowed(event) and await self.guard.lets(event):
                await self.take_key(event)
            return
        if isinstance(event, events.MouseDown):
            self._passes_tap = not self._bounces_tap(event)
        if isinstance(event, events.MouseDown | events.MouseUp):
            self.voice.cut()
            if not self._passes_tap:
                return
            if isinstance(event, events.MouseDown):
                self.guard.hush()
            self._say_soon()
        await super().on_event(event)

    def stands_for(self, key: events.Key) -> str:
        """Return which key of the page is meant by a sign of a keypad; empty where none is."""
        return self._keypad.meant(key.character, self.screen)

    async def take_key(self, key: events.Key) -> None:
        """Take a key that is a person's, unless it bounces."""
        if other := self.stands_for(key):
            key = pressed(key, other)
            if self.hears(key):
                return
        if not self._bounces(key):
            await self._pass_key(key)

    async def _pass_key(self, key: events.Key) -> None:
        """Pass a key on, unless the page on the screen is not there yet."""
        if not isinstance(self.screen, Page) or self.screen.ready:
            await super().on_event(key)
            self._say_soon()

    def _say_soon(self) -> None:
        """Say what has changed, once it is painted."""
        if self.voice.on or self.voice.untold:
            self.call_after_refresh(self.voice.follow)

    def take_code(self, page: Page[Any], codes: tuple[Handle, ...]) -> str:
        """Do what a page does with a code that was scanned over it, or return why it does nothing.

        `codes` are what may have been scanned, most likely one.
        """
        raise NotImplementedError

    def _bounces(self, key: events.Key) -> bool:
        at = key.time  # when it came: the program may have been busy
        since = at - self._last_key_at if key.key == self._last_key else float("inf")
        self._last_key, self._last_key_at = key.key, at
        if key.key == "escape":
            return since < ESCAPE_BOUNCES
        # A digit or Space picks, and picked again it is taken back. Inside a field, Del takes out letters.
        picks = key.is_printable and isinstance(self.focused, Picks)
        ends = key.key == FINAL and not isinstance(self.focused, Input | TextArea)
        if key.key == "enter" and breaks_lines(self.focused):
            return False
        if key.key in BOUNCING or picks or ends:
            return since < self._bounce or (key.key in ON and self._just_opened(self.tools.clock()))
        return False

    def _bounces_tap(self, tap: events.MouseDown) -> bool:
        if not self.screen.region.contains_point(tap.screen_offset):
            return True  # where the screen was larger when it was tapped, or a terminal says what is not so
        at, (widget, _region) = self.tools.clock(), self.screen.get_widget_at(*tap.screen_offset)
        tapped = (isinstance(widget, KeyRow) and widget.key_at(tap.screen_offset)) or widget
        since = at - self._tapped_at if tapped == self._tapped else float("inf")
        moved = tap.screen_offset != self._tapped_cell
        self._tapped, self._tapped_at, self._tapped_cell = tapped, at, tap.screen_offset
        hides = moved and tapped == HIDE.key  # hiding waits for nothing
        return since < self._bounce or (self._just_opened(at) and not hides)

    def _just_opened(self, at: float) -> bool:
        return at - self._opened_at < self._bounce

    def release_paint(self) -> None:
        """Paint again, and note when: a page has just opened."""
        self._opened_at = self.tools.clock()
        super().release_paint()
        self._say_soon()

    def begin(self) -> None:
        """Say that the first paint is there, and from now on every few seconds that the app still runs."""
        self._set_colours()
        self.call_after_refresh(self.tools.shown)
        self.set_interval(ALIVE_EVERY, self.tools.alive)

    def action_voice(self) -> None:
        """Start the voice; where it speaks already, ask how it is to; and there, stop it."""
        page = self.screen
        if isinstance(page, VoiceScreen):
            page.dismiss(frozenset({"stop"}))
        elif not self.voice.on:
            self.action_start_voice()
        elif isinstance(page, Page) and not page.PASSES and page.until == float("inf"):
            self.run_worker(self.voice.change(page.keys()))

    def action_start_voice(self) -> None:
        """Start the voice, on whatever page there is, unless it speaks already."""
        if isinstance(self.screen, Page) and not self.voice.on:
            self.screen.remark(self.voice.start())

    def action_say_again(self) -> None:
        """Say the page again."""
        self.voice.again()

    def action_cycle_colours(self) -> None:
        """Show the next theme."""
        names = [theme.name for theme in THEMES]
        self.theme = names[(names.index(self.theme) + 1) % len(names)]
        self._set_colours()

    def _set_colours(self) -> None:
        if self.tools.few_signs and self._driver is not None:
            self._driver.write(palette(slots_of(self.current_theme.variables)))
