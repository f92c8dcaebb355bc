"""A customer and a member of staff at the kiosk's screens, under Textual's Pilot.

They press and click as a terminal sends it (through `KeyReader`), at moments of a clock that only they
move, and look at what is painted. Work that the screens hand to threads is done between two looks, so that
nothing here waits for time to pass.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any, Self
from unittest import mock

from textual import events
from textual.app import ScreenStackError
from textual.message import Message
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input

from kiosk import handle
from kiosk.desk.desk import Desk
from kiosk.entry import Answer, Cards, Goal
from kiosk.handle import Handle, HandleKeys
from kiosk.save import Saver
from kiosk.session import Session
from screens.base import KioskApp, Tools
from screens.desk import flow
from screens.desk.app import DeskApp
from screens.terminal import KeyReader
from screens.visit.app import VisitApp
from screens.visit.check import Change, CheckRow, CheckScreen
from screens.visit.code import CodeScreen
from screens.visit.question import QuestionScreen
from screens.widgets.page import Body, Page
from screens.widgets.picks import PickRow, Picks
from screens.widgets.writing import Writing
from tests.conftest import FAST
from tests.screens.painted import Cell, cells_of, text_of

LARGE, SMALL = (80, 24), (56, 16)
"""Columns and rows of the two screens that every page must fit."""

NOW = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)
"""The time at the kiosk."""

_SENT = {"enter": "\r", "escape": "\x1b", "backspace": "\x7f", "tab": "\t", "space": " "}


class Clock:
    """Seconds, and what moves them."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        return self.at


class _Hands(ThreadPoolExecutor):
    """Does what is handed to threads when it is told to, in the thread of the screens."""

    def __init__(self) -> None:
        super().__init__(max_workers=1)
        self._jobs: deque[tuple[Future[Any], Callable[[], Any]]] = deque()
        self.held = False

    @property
    def due(self) -> bool:
        """Whether there is something to do, and it may be done."""
        return bool(self._jobs) and not self.held

    def submit(self, job: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self._jobs.append((future, partial(job, *args, **kwargs)))
        return future

    def work(self) -> None:
        """Do the first job."""
        future, job = self._jobs.popleft()
        if not future.set_running_or_notify_cancel():
            return
        try:
            result = job()
        except BaseException as error:  # noqa: BLE001 - goes to whoever waits for the job
            future.set_exception(error)
        else:
            future.set_result(result)


class Person:
    """Somebody before a screen: presses, clicks, looks."""

    def __init__(self, app: KioskApp, pilot: Pilot[int], clock: Clock, hands: _Hands) -> None:
        self.app = app
        self.clock = clock
        self._pilot = pilot
        self._hands = hands
        self._reader = KeyReader()

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
        """Return the painted cells, row by row."""
        return cells_of(self.app)

    def screen_text(self) -> str:
        """Return what is painted, as lines of text."""
        return text_of(self.cells())

    def sees(self, *texts: str) -> bool:
        """Tell whether these texts are painted, each in one line or over several."""
        flat = " ".join(self.screen_text().split())
        return all(" ".join(text.split()) in flat for text in texts)

    async def reads(self, look: Callable[[], None] = lambda: None) -> str:
        """Return all the text of the page, scrolled to its end by a key; `look` at each screenful of it."""
        seen: list[str] = []
        while self.screen_text() not in seen[-1:]:
            look()
            seen.append(self.screen_text())
            await self.presses("pagedown")
        return "\n".join(seen)

    async def finds(self, *texts: str) -> bool:
        """Tell whether these texts are on the page, however far one has to scroll for them."""
        found: set[str] = set()
        await self.reads(lambda: found.update(text for text in texts if self.sees(text)))
        return found == set(texts)

    # -- acting

    async def presses(self, *keys: str, every: float = 1.0) -> None:
        """Press keys by Textual's names, or single characters, each so many seconds after the one before."""
        for key in keys:
            self.clock.at += every
            self._send(key)
            await self.settle()

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

    async def clicks_at(self, column: int, row: int) -> None:
        """Press and let go the mouse's first button on a cell, counted from 0."""
        self.clock.at += 1
        for end in "Mm":
            self._send(f"\x1b[<0;{column + 1};{row + 1}{end}")
        await self.settle()

    async def clicks_on(self, widget: Widget) -> None:
        """Click in the middle of what is to be seen of a widget."""
        seen = widget.region.intersection(self.app.screen.region)
        for ancestor in widget.ancestors:
            if isinstance(ancestor, Widget):
                seen = seen.intersection(ancestor.region)
        assert seen, f"{widget} is out of sight"
        await self.clicks_at(seen.x + seen.width // 2, seen.y + seen.height // 2)

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

    async def settle(self) -> None:
        """Wait until nothing more comes of what was done, and it is painted."""
        for _ in range(2):
            await self._come_to_rest()
            if self.gone:
                return
            try:
                await self._pilot.pause(0)
            except ScreenStackError:
                return  # the app has ended meanwhile, and has no screen any more
        await self._come_to_rest()

    async def until_gone(self) -> None:
        """Wait, in real time, until the app has ended by itself."""
        async with asyncio.timeout(10):
            while not self.gone:  # noqa: ASYNC110 - Textual has no event for it
                await asyncio.sleep(0.01)

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
                if not self._hands.due:
                    return
                self._hands.work()

    def _look_up(self) -> None:
        raise NotImplementedError

    def _send(self, key: str) -> None:
        token = _SENT.get(key, key)
        known = len(token) == 1 or token.startswith("\x1b")
        messages: Sequence[Message] = list(self._reader.messages(token)) if known else [events.Key(key, None)]
        for message in messages:
            message.set_sender(self.app)
            self.app.post_message(message)


class _WatchedVisit(VisitApp):
    """A visit that remembers what it has painted, where it is asked to."""

    frames: list[str] | None = None

    def post_display_hook(self) -> None:
        super().post_display_hook()
        if self.frames is not None:
            self.frames.append(text_of(cells_of(self)))


class Visitor(Person):
    """A customer."""

    app: _WatchedVisit

    @property
    def question(self) -> str:
        """The id of the question on the screen."""
        assert isinstance(self.page, QuestionScreen), f"no question, but:\n{self.screen_text()}"
        return self.page.question.id

    @property
    def given(self) -> dict[str, Answer]:
        """What the visit holds."""
        return self.app.visit.answers

    @property
    def code(self) -> str:
        """The code on the screen."""
        assert isinstance(self.page, CodeScreen)
        return str(self.page._saved.handle)

    def watches(self) -> list[str]:
        """Remember every painting from now on; they come into the list that is returned."""
        frames: list[str] = []
        self.app.frames = frames
        return frames

    async def starts(self) -> Self:
        """Go from Welcome to the first question."""
        while not isinstance(self.app.screen, QuestionScreen):
            await self.presses("enter")
        return self

    async def answers(self, value: Answer) -> Self:
        """Answer the question on the screen by setting its widgets."""
        match value:
            case str() if not self.page.query(Picks):
                await self._writes((value,))
            case int() | str():
                self._picks({str(value)})
            case Goal():
                await self._writes((value.want, value.first_step, value.who, value.when))
            case Cards():
                self._picks(set(value.picked))
                await self._writes(value.own)
            case tuple() if self.page.query(Picks):
                self._picks(set(value))
            case tuple():
                await self._writes(value)
        await self.settle()
        return self

    async def goes_on(self) -> Self:
        """Press Enter until the page is another one."""
        return await self._leaves_by("enter")

    async def goes_back(self) -> Self:
        """Press Esc until the page is another one."""
        return await self._leaves_by("escape")

    async def skips(self) -> Self:
        """Leave the question open."""
        return await self._leaves_by("f2")

    async def walks_to(self, question_id: str) -> Self:
        """Go on, with no answers, to a question."""
        await self.starts()
        for _ in range(200):
            if isinstance(self.page, QuestionScreen) and self.question == question_id:
                return self
            await self.presses("enter")
        raise AssertionError(f"the question {question_id!r} did not come")

    async def walks_to_check(self) -> Self:
        """Go on, with no more answers, to the check page."""
        for _ in range(200):
            if isinstance(self.page, CheckScreen):
                return self
            await self.presses("enter")
        raise AssertionError("the check page did not come")

    async def changes(self, question_id: str) -> Self:
        """Choose an answer to change on the check page."""
        self._row(Change(question_id)).focus()
        return await self._leaves_by("enter")

    async def saves(self) -> Self:
        """Choose Save on the check page."""
        assert isinstance(self.page, CheckScreen)
        await self.presses("home", "enter")
        return self

    def stands_on(self) -> object:
        """Return what the row that stands out on the check page leads to."""
        row = self.app.focused
        assert isinstance(row, CheckRow)
        return row.outcome

    def _row(self, outcome: object) -> CheckRow:
        assert isinstance(self.page, CheckScreen)
        return next(row for row in self.page.query(CheckRow) if row.outcome == outcome)

    def _picks(self, ids: set[str]) -> None:
        for picks in self.page.query(Picks):
            picks.chosen = frozenset(ids & {row.pick.id for row in picks.query(PickRow)})

    async def _writes(self, texts: Sequence[str]) -> None:
        for field, text in zip(self.page.query(Writing), texts, strict=False):
            field.load_text(text)

    async def _leaves_by(self, key: str) -> Self:
        before = self.page
        for _ in range(20):
            await self.presses(key, every=2.0)
            if self.gone or self.app.screen is not before:
                return self
        raise AssertionError(f"{key} does not leave:\n{self.screen_text()}")

    def _look_up(self) -> None:
        self.app.watch_presence()


class StaffMember(Person):
    """Somebody who works here, at the desk."""

    app: DeskApp

    async def unlocks(self, passphrase: str) -> Self:
        """Enter a passphrase."""
        self.page.query_one(Input).value = passphrase
        self.page.query_one(Input).focus()
        await self.presses("enter")
        return self

    async def opens(self, typed: str) -> Self:
        """Type a code."""
        self.page.query_one(Input).value = ""
        await self.types(typed)
        await self.presses("enter")
        return self

    def _look_up(self) -> None:
        self.app.watch_presence()


def derive(drawn: Handle) -> HandleKeys:
    """Derive a handle's keys, cheaply."""
    return handle.keys(drawn, FAST)


def saver_of(session: Session, **changes: Any) -> Saver:
    """Return a saver whose keys are cheap."""
    given = {
        "vault": session.vault,
        "venue_key": session.settings.venue.key,
        "names": session.names,
        "clock": lambda: NOW,
        "derive": derive,
    }
    return Saver(**(given | changes))


@asynccontextmanager
async def visit(
    session: Session, *, size: tuple[int, int] = LARGE, saver: Saver | None = None, **tools: Any
) -> AsyncIterator[Visitor]:
    """Put a visitor before the Welcome of a kiosk. `tools` go to `Tools`."""
    clock = Clock()
    app = _WatchedVisit(session, Tools(clock=clock, now=lambda: NOW, **tools), saver or saver_of(session))
    hands = _hands()
    async with app.run_test(size=size) as pilot:
        visitor = Visitor(app, pilot, clock, hands)
        await visitor.settle()
        yield visitor


@asynccontextmanager
async def desk(
    session: Session, *, size: tuple[int, int] = LARGE, **tools: Any
) -> AsyncIterator[StaffMember]:
    """Put a member of staff before the locked desk of a kiosk. `tools` go to `Tools`."""
    clock = Clock()
    hands = _hands()
    with mock.patch.object(flow, "Desk", partial(Desk, derive=derive)):
        app = DeskApp(session, Tools(clock=clock, now=lambda: NOW, **tools))
        async with app.run_test(size=size) as pilot:
            member = StaffMember(app, pilot, clock, hands)
            await member.settle()
            yield member


def _hands() -> _Hands:
    hands = _Hands()
    asyncio.get_running_loop().set_default_executor(hands)
    return hands
