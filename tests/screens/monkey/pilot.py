"""A monkey at the screens under Textual's Pilot, where time passes if nothing else is to be done."""

import asyncio
import errno
import os
import selectors
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any
from unittest import mock

from textual import _time, events
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Size
from textual.widgets import Input

from kiosk import dates
from kiosk.desk.put_back import reconcile
from kiosk.doctor import examine
from kiosk.errors import KioskError, PrinterError, PrinterTrouble
from kiosk.hardening import CRASHED
from kiosk.health import Level
from kiosk.logbook import describe
from kiosk.session import Crashed, Session
from kiosk.supervision.turns import DESK, ENDED, LEAVE
from kiosk.vault.durable import TEMPORARY, Disk
from kiosk.vault.vault import Vault
from kiosk.visit import comments
from kiosk.visit.drafts import RunningDraft, sweep_running
from screens.base import KioskApp, Tools
from screens.desk.app import DeskApp
from screens.desk.unlock_screen import UnlockScreen
from screens.key_reader import KeyReader
from screens.visit.app import VisitApp
from screens.widgets.code_screen import CodeScreen
from screens.widgets.page import Page
from tests.exporting import plugged_in
from tests.fake_printer import FakePrinter
from tests.kiosk.sealed import page_in
from tests.person import Clock
from tests.screens.conftest import PASSPHRASE, STAFF, venue_of
from tests.screens.monkey.steps import LAST, MARKS, Dice, Step, in_words
from tests.visitor import derive, saver_of

STAFF_COME = 0.15
"""How likely the desk is opened between two visits, besides by F12; it is always unlocked at first."""
SELDOM = 0.05
"""How likely a look is at a page that was looked at before: it takes as long as two steps."""
NOT_OF_STEPS = ("Clock", "Core dumps", "Free space", "Last backup", "Printer", "Statistics")
"""What the doctor says of the machine, or of days that have passed."""
_CALLS = ("open", "write", "fsync", "link", "rename", "unlink", "truncate", "make_folder")


class Selector(selectors.SelectSelector):
    """Waits by moving a clock."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> Any:
        found = super().select(0)
        if not found and timeout is None:
            raise AssertionError("nothing will ever happen any more")
        if not found and timeout:
            self._clock.at += timeout
        return found


class Loop(asyncio.SelectorEventLoop):
    """A loop by that clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        super().__init__(Selector(clock))

    def time(self) -> float:
        return self._clock.at


class Later(ThreadPoolExecutor):
    """Does what is handed to threads a while later, in the loop."""

    def __init__(self, random: Random) -> None:
        super().__init__(max_workers=1)
        self._random = random

    def submit(self, job: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()

        def work() -> None:
            try:
                future.set_result(job(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001 - goes to whoever waits for the job
                future.set_exception(error)

        asyncio.get_running_loop().call_later(self._random.choice((0.0, 0.02, 0.2, 1.0)), work)
        return future


@dataclass
class Faults:
    """How likely a call to the disk fails now."""

    random: Random
    likely: float = 0.0

    @contextmanager
    def apply(self) -> Iterator[None]:
        """Let calls to the disk fail, and wait for no medium."""
        with ExitStack() as patches:
            for name in _CALLS:
                patches.enter_context(mock.patch.object(Disk, name, self._failing(name)))
            yield

    def _failing(self, name: str) -> Callable[..., Any]:
        does = getattr(Disk, name)

        def call(disk: Disk, *args: Any) -> Any:
            if self.likely and self.random.random() < self.likely:
                number = self.random.choice((errno.EIO, errno.ENOSPC, errno.EROFS))
                raise OSError(number, os.strerror(number))
            return None if name == "fsync" else does(disk, *args)

        return call


class Monkey:
    """Does `most` steps of a seed on a home, visit after visit as the supervisor has them."""

    def __init__(self, session: Session, seed: int, most: int) -> None:
        self._session = session
        self.clock = Clock()
        self._began = dates.now()
        self._seed = seed
        self._dice = Dice(seed)
        self._random = Random(seed + 1)
        self._faults = Faults(self._random)
        self._printer = FakePrinter()
        self.left = most
        self.visits = self.pages = 0
        self.last: deque[Step] = deque(maxlen=LAST)
        self._size = (80, 24)
        self._entries: dict[str, set[str]] = {}
        """Whose words a code opens."""
        self._allowed: set[str] = set()
        """Whose words may be on the screen."""
        self._looked_at: Page[Any] | None = None
        self._unforeseen = ""
        """An error that was reported and is none of the kiosk's own."""
        self._crashed: tuple[RunningDraft, set[str]] | None = None

    def run(self) -> None:
        """Do them all. Raises AssertionError for what must not be, with the last steps."""
        try:
            with (
                self._faults.apply(),
                mock.patch.object(_time, "get_time", self.clock),
                asyncio.Runner(loop_factory=lambda: Loop(self.clock)) as runner,
            ):
                runner.run(self._all())
            self._starts_again()
        except Exception as error:
            found = self._unforeseen or repr(error)
            raise AssertionError(f"{found}\nMONKEY_SEED={self._seed}\n{in_words(list(self.last))}") from error

    def _starts_again(self) -> None:
        """See, two days later, that all that was saved opens, and what faults have left is put right."""
        home, now = self._session.home, max(self._now(), dates.now()) + timedelta(days=2)
        vault = Vault(home.root, clock=lambda: now, name_of=self._session.names.name_of)
        with vault:
            found = reconcile(home, vault, self._session.settings.venue.key, now)
        sweep_running(home.running, now)
        comments.level(home, now)
        lacks = found.pageless or found.unreadable or found.unreadable_rows
        assert not lacks, f"the vault is damaged: {found}"
        identity = venue_of(self._session)
        pages = [page_in(sealed, identity) for row in vault.rows() for sealed in vault.pages(row.id)]
        self.pages = len(pages)
        wrong = [one for one in examine(home, now) if one.level is not Level.OK]
        wrong = [one for one in wrong if one.what not in NOT_OF_STEPS]
        assert not wrong, f"the doctor finds {wrong}"
        partial = list(home.root.rglob(f"{TEMPORARY}*"))
        assert not partial, f"files that were never finished: {partial}"

    def _now(self) -> datetime:
        return self._began + timedelta(seconds=self.clock.at)

    async def _all(self) -> None:
        asyncio.get_running_loop().set_default_executor(Later(self._random))
        code = ENDED
        while self.left > 0:
            self.visits += 1
            if code == DESK or self._random.random() < STAFF_COME:
                code = await self._desk()
            else:
                code = await self._visit()
            assert code in (ENDED, DESK, LEAVE), f"it ended with {code}"

    def _new_session(self) -> Session:
        home = self._session.home
        vault = Vault(home.root, clock=self._now, name_of=self._session.names.name_of)
        key = self._random.randbytes(32)
        running, crashed = RunningDraft(home.running, key), None
        if self._crashed is not None:
            running, marks = self._crashed
            self._allowed |= marks
            draft = running.read()
            crashed = Crashed(draft, 2.0) if draft is not None else None
            self._crashed = None
        return replace(self._session, vault=vault, running=running, crashed=crashed)

    def _tools(self) -> Tools:
        async def aside(job: Callable[[], Any]) -> Any:
            await asyncio.sleep(self._random.choice((0.0, 0.1, 1.0)))
            return job()

        return Tools(
            clock=self.clock,
            now=self._now,
            pause=lambda _seconds: None,
            aside=aside,
            derive=derive,
            printer=self._printer,
            disks=plugged_in(),
            report=self._report,
        )

    def _report(self, error: BaseException) -> None:
        if not isinstance(error, KioskError | OSError):  # those it can go on with; from no other does it
            self._unforeseen = f"{error!r}\n{describe(error)}"

    async def _visit(self) -> int:
        self._allowed = {self._dice.new_mark()}
        session = self._new_session()
        with session.vault:
            app = VisitApp(session, self._tools(), saver_of(session, clock=self._now, vault=session.vault))
            died = await self._lives(app)
            if died:
                assert session.running is not None
                self._crashed = session.running, self._allowed
                return ENDED
            code = app.ended_as(_code_of(app))
            app.clear_away(code)
            return code

    async def _desk(self) -> int:
        self._allowed = {self._dice.new_mark()}
        session = self._new_session()
        with session.vault:
            app = DeskApp(session, self._tools())
            await self._lives(app)
            return _code_of(app)

    async def _lives(self, app: KioskApp) -> bool:
        """Do steps until it ends, or the last one; return whether it was killed."""
        self._reader, step = KeyReader(), Step("unlocks" if isinstance(app, DeskApp) else "begins")
        async with app.run_test(size=self._size):
            await asyncio.sleep(0.5)
            await self._does(app, step)
            while not app._exit and step.does != "dies":
                step = self._dice.draw() if self.left > 0 else Step("dies")
                self.last.append(step)
                await self._does(app, step)
                assert not self._unforeseen, self._unforeseen
                if not app._exit:
                    self._looks(app)
            if not app._exit:
                app.exit(ENDED)
            await asyncio.sleep(0.5)  # what waits is done before Textual takes the pages away
        return step.does == "dies" and isinstance(app, VisitApp)

    async def _does(self, app: KioskApp, step: Step) -> None:
        match step.does:
            case "resizes":
                self.left -= 1
                self._size = step.size
                assert isinstance(app._driver, HeadlessDriver), "there is no terminal here"
                app._driver._size = Size(*step.size)
                app.post_message(events.Resize(Size(*step.size), Size(*step.size)))
            case "waits":
                self.left -= 1
                await asyncio.sleep(step.much)
            case "sleeps":
                self.left -= 1
                self.clock.at += step.much
            case "sets the clock":
                self._began += timedelta(days=step.much)
            case "goes away":
                await self._goes_away(app)
            case "disk":
                self._faults.likely = step.much
            case "printer":
                self._printer.trouble = (
                    None if self._printer.trouble else PrinterError(PrinterTrouble.NO_PAPER, "no paper")
                )
            case "unlocks":
                await self._unlocks(app)
            case "dies":
                return
            case _:
                self._sends(app, step.what)
        await asyncio.sleep(step.then)

    def _sends(self, app: KioskApp, text: str) -> None:
        for code, marks in self._entries.items():
            if code in text:
                self._allowed |= marks
                marks |= self._allowed  # they may be added to what the code opens
        now = self.clock.at
        tokens = [*self._reader.split(text, now), *self._reader.expire(now + 1)]
        self.left -= len(tokens)
        for token in tokens:
            for message in self._reader.messages(token):
                message.set_sender(app)
                message.time = now
                app.post_message(message)

    async def _goes_away(self, app: KioskApp) -> None:
        """Leave it alone for as long as it may take: then it is at Welcome."""
        self._faults.likely = 0.0
        idle = self._session.settings.idle
        for _ in range(8):
            self.clock.at += max(idle.writing_warn, idle.warn, idle.desk) / 2
            await asyncio.sleep(2)
        assert app._exit or not self._is_somebody_s(app), f"after the idle time it stands at {app.screen}"

    def _is_somebody_s(self, app: KioskApp) -> bool:
        return isinstance(app, DeskApp) or not isinstance(app.screen, Page) or app.screen.PERSONAL

    async def _unlocks(self, app: KioskApp) -> None:
        if isinstance(app.screen, UnlockScreen):
            app.screen.query_one("#name", Input).value = STAFF
            app.screen.query_one("#passphrase", Input).value = PASSPHRASE
            app.screen.query_one("#passphrase", Input).focus()
            await asyncio.sleep(0.5)
            self._sends(app, "\r")

    def _looks(self, app: KioskApp) -> None:
        page = app.screen
        if not isinstance(page, Page):
            return  # between two pages; nothing of it is painted
        if isinstance(page, CodeScreen):
            code = str(page._code).replace(" ", "")
            if code not in self._entries:
                self._dice.codes.append(code)
            self._entries.setdefault(code, set()).update(self._allowed)
        if isinstance(app, DeskApp) and not isinstance(page, UnlockScreen):
            return
        if page is not self._looked_at or self._random.random() < SELDOM:
            self._looked_at = page
            text = "\n".join(strip.text for strip in page._compositor.render_strips())
            foreign = set(MARKS.findall(text)) - self._allowed
            assert not foreign, f"{foreign} on {page}\n{text}"
            assert "Traceback" not in text


def _code_of(app: KioskApp) -> int:
    """Return the exit code of a process whose App has ended, as `screens.app` does."""
    return app.return_code or (CRASHED if app.return_value is None else app.return_value)
