"""Somebody before a screen of the kiosk, under Textual's Pilot: presses, clicks, looks.

They press and click as a terminal sends it (through `KeyReader`), at moments of a clock that only they
move, and look at what is painted. Work that the screens hand to threads is done between two looks, so that
nothing here waits for time to pass.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget

from screens.base import KioskApp
from screens.guard import HOLD
from screens.key_reader import KeyReader
from screens.widgets.busy_screen import AT_ONCE
from screens.widgets.caret import Body
from screens.widgets.key_row import KeyBar, KeyRow
from screens.widgets.keys import Key
from screens.widgets.page import Page
from tests.screens.painted import Cell, cells_of, text_of

_SENT = {"enter": "\r", "escape": "\x1b", "backspace": "\x7f", "tab": "\t", "space": " "}


class Clock:
    """Seconds, and what moves them."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        return self.at


class Hands(ThreadPoolExecutor):
    """Does what is handed to threads when it is told to, in the thread of the screens."""

    def __init__(self) -> None:
        super().__init__(max_workers=1)
        self._jobs: deque[tuple[Future[Any], Callable[[], Any]]] = deque()
        self.held = False

    @property
    def due(self) -> bool:
        """Whether there is something to do, and it may be done."""
        return bool(self._jobs) and not self.held

    @property
    def waits(self) -> bool:
        """Whether there is something to do that may not be done."""
        return bool(self._jobs) and self.held

    def submit(self, job: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()  # a thread would have begun: who waits may go, the job is done
        self._jobs.append((future, partial(job, *args, **kwargs)))
        return future

    def work(self) -> None:
        """Do the first job."""
        future, job = self._jobs.popleft()
        try:
            result = job()
        except BaseException as error:  # noqa: BLE001 - goes to whoever waits for the job
            future.set_exception(error)
        else:
            future.set_result(result)


class Person:
    """Somebody before a screen: presses, clicks, looks."""

    def __init__(self, app: KioskApp, pilot: Pilot[int], clock: Clock, hands: Hands) -> None:
        self.app = app
        self.clock = clock
        self._pilot = pilot
        self._hands = hands
        self._reader = KeyReader()
        self._cells: list[list[Cell]] | None = None

    # -- looking

    @property
    def gone(self) -> bool:
        """Whether the app has ended."""
        return self.app._exit

    @property
    def outcome(self) -> int | None:
        """What the app ended with."""
        return self.app.return_value

    @property
    def page(self) -> Page[Any]:
        """The page on the screen."""
        page = self.app.screen
        assert isinstance(page, Page), f"{page} is no page of the kiosk"
        return page

    def cells(self) -> list[list[Cell]]:
        """Return the painted cells, row by row: the same until anything can have happened since."""
        if self._cells is None:
            self._cells = cells_of(self.app)
            asyncio.get_running_loop().call_soon(self._look_anew)
        return self._cells

    def _look_anew(self) -> None:
        self._cells = None

    def screen_text(self) -> str:
        """Return what is painted, as lines of text."""
        return text_of(self.cells())

    def sees(self, *texts: str) -> bool:
        """Tell whether these texts are painted, each in one line or over several."""
        flat = " ".join(self.screen_text().split())
        return all(" ".join(text.split()) in flat for text in texts)

    def shown_keys(self, *, foot: bool = False) -> list[tuple[Key, Region]]:
        """Return the keys that are drawn, and where; at the foot of the page alone, or all."""
        rows = [row for row in self.page.query(KeyRow) if row.region and (not foot or stands_below(row))]
        return [target for row in rows for target in row.targets()]

    def key_place(self, name: str) -> Region:
        """Return where the key of this name is drawn."""
        return next(place for key, place in self.shown_keys() if key.key == name)

    async def reads(self, look: Callable[[], None] = lambda: None) -> str:
        """Return all the text of the page, scrolled to its end by a key; `look` at each screenful of it."""
        seen: list[str] = []
        while self.screen_text() not in seen[-1:]:
            look()
            seen.append(self.screen_text())
            await self.presses("pagedown")
        return "\n".join(seen)

    async def finds(self, *texts: str) -> bool:
        """Tell whether these texts are on the page, and scroll no further for them than one has to."""
        missing, before = {text for text in texts if not self.sees(text)}, ""
        while missing and self.screen_text() != before:
            before = self.screen_text()
            await self.presses("pagedown")
            missing = {text for text in missing if not self.sees(text)}
        return not missing

    # -- acting

    async def presses(self, *keys: str, every: float = 1.0) -> None:
        """Press keys by Textual's names, or single characters, each so many seconds after the one before."""
        for place, key in enumerate(keys, 1):
            self.clock.at += every
            self._send(key)
            await self.settle(waits=place == len(keys) or every > HOLD)

    async def holds(self, key: str, times: int = 20) -> None:
        """Hold a key down: the same key every 30 ms."""
        self.clock.at += 1
        await self.presses(*[key] * times, every=0.03)

    async def types(self, text: str) -> None:
        """Type a text, all of it at once as a scanner does."""
        self.clock.at += 1
        for character in text:
            self._send(character)
        await self.settle()

    async def scans(self, code: str) -> None:
        """Type a code and Enter with no time between them."""
        await self.types(code + "\r")

    async def clicks(self, text: str) -> None:
        """Click in the middle of a text that is painted in one line."""
        for row, line in enumerate(self.cells()):
            starts = [cell.character for cell in line]
            found = "".join(character or "\0" for character in starts).find(text)
            if found >= 0:
                await self.clicks_at(found + len(text) // 2, row)
                return
        raise AssertionError(f"{text!r} is not painted in one line:\n{self.screen_text()}")

    async def touches(self, label: str) -> None:
        """Click on the key with this label, at the foot of the page or on it."""
        places = [place for key, place in self.shown_keys() if key.label == label]
        assert len(places) == 1, f"{label!r} is no key here:\n{self.screen_text()}"
        await self.clicks_at(*_middle(places[0]))

    async def touches_enter(self) -> None:
        """Click on Enter at the foot of the page, whatever it does there."""
        await self.clicks_at(*_middle(self.key_place("enter")))

    async def clicks_at(self, column: int, row: int) -> None:
        """Press and let go the mouse's first button on a cell, counted from 0."""
        self.clock.at += 1
        for end in "Mm":
            self._send(f"\x1b[<0;{column + 1};{row + 1}{end}")
        await self.settle()

    async def resizes(self, size: tuple[int, int]) -> None:
        """Give the screen so many columns and rows."""
        if self.app.size == size:
            return
        await self._pilot.resize_terminal(*size)
        await self.settle()

    def drifts(self) -> None:
        """Move the mouse by a cell, as one does that lies on a table that shakes."""
        self._send("\x1b[<35;10;5M")
        self._send("\x1b[<35;11;5M")

    async def clicks_on(self, widget: Widget) -> None:
        """Click in the middle of what is to be seen of a widget."""
        seen = widget.region.intersection(self.app.screen.region)
        for ancestor in widget.ancestors:
            if isinstance(ancestor, Widget):
                seen = seen.intersection(ancestor.region)
        assert seen, f"{widget} is out of sight"
        await self.clicks_at(*_middle(seen))

    async def scrolls_to(self, widget: Widget) -> None:
        """Turn the mouse's wheel over the body until all of a widget is to be seen."""
        body = self.page.query_one(Body)
        for button in [65] * 40 + [64] * 80:
            if self.page.find_widget(widget).visible_region == widget.region:
                return
            self._send(f"\x1b[<{button};{body.region.x + 1};{body.region.y + 1}M")
            await self.settle()
        raise AssertionError(f"{widget} cannot be scrolled into view")

    async def waits(self, seconds: float) -> None:
        """Let time pass without touching anything; the app looks up once a second."""
        for _ in range(round(seconds)):
            self.clock.at += 1
            if self.gone:
                return
            before = self.app.screen
            self._look_up()
            if self.app.screen is not before:
                await self.settle()

    async def settle(self, *, waits: bool = True) -> None:
        """Wait until nothing more comes of what was done, and it is painted.

        Unless it `waits`, the next key comes before one is taken for a person's that does something.
        """
        for _ in range(100):
            await self._come_to_rest()
            if waits and not self.gone and self.app.guard.holds:
                await self.app.guard.release()
                continue
            if self.gone or not self.app.screen_stack:
                return
            await self.app.animator.wait_until_complete()
            if not _waits_to_be_painted(self.app.screen):
                return
            # Textual does this by itself, up to a sixtieth of a second later.
            self.app.screen._on_timer_update()
        raise AssertionError("the screen does not come to rest")

    async def until(self, happens: Callable[[], bool]) -> None:
        """Wait, in real time, until something has happened by itself."""
        async with asyncio.timeout(10):
            while not happens():  # noqa: ASYNC110 - Textual has no event for it
                await asyncio.sleep(0.01)
        await self.settle()

    async def until_gone(self) -> None:
        """Wait, in real time, until the app has ended by itself."""
        await self.until(lambda: self.gone)

    def hold_work(self) -> None:
        """Let nothing that was handed to threads come to an end, until `let_work` is called."""
        self._hands.held = True

    async def let_work(self) -> None:
        """Let it come to an end."""
        self._hands.held = False
        await self.settle()

    async def _come_to_rest(self) -> None:
        ready: Sequence[object] = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]
        while True:
            await asyncio.sleep(0)
            if not ready:
                if self._hands.due:
                    self._hands.work()
                elif self._hands.waits and self._is_between_pages:
                    await asyncio.sleep(AT_ONCE)  # then it says that it works
                else:
                    return

    @property
    def _is_between_pages(self) -> bool:
        return not (self.gone or (isinstance(self.app.screen, Page) and self.app.screen.ready))

    def _look_up(self) -> None:
        raise NotImplementedError

    def _send(self, key: str) -> None:
        token = _SENT.get(key, key)
        known = len(token) == 1 or token.startswith("\x1b")
        messages: Sequence[Message] = list(self._reader.messages(token)) if known else [events.Key(key, None)]
        for message in messages:
            message.set_sender(self.app)
            self.app.post_message(message)


def stands_below(row: KeyRow) -> bool:
    """Tell whether keys stand at the foot of their page."""
    return row.id == "ways" or isinstance(row.parent, KeyBar)


def _middle(place: Region) -> tuple[int, int]:
    return place.x + place.width // 2, place.y + place.height // 2


def _waits_to_be_painted(screen: Screen[object]) -> bool:
    return bool(
        screen._layout_required
        or screen._scroll_required
        or screen._repaint_required
        or screen._dirty_widgets
        or screen._callbacks
    )
