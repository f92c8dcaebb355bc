"""Running the kiosk: its processes, its terminal, signals and a daily chore, until staff close it.

Whose turn it is, `kiosk.supervision.turns` decides; what carries that out is here.
"""

import os
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from types import FrameType
from typing import Protocol, Self

from kiosk.hardening import STRAY_SIGNALS
from kiosk.idle import seconds
from kiosk.supervision.children import Children
from kiosk.supervision.protocol import Handover, Role
from kiosk.supervision.service_manager import ServiceManager
from kiosk.supervision.tty import TerminalGoneError
from kiosk.supervision.turns import ENDED, DraftKey, Terminal, Turns

DAY_SECONDS = 24 * 3600.0
"""How often the chore is done, by a clock that only grows: nobody can set it."""
HOUR_SECONDS = 3600.0
"""How often it is looked whether enough visits have told how they went."""


class VisitLog(Protocol):
    """What adds up how visits went; `kiosk.launch` has the real one."""

    def hear(self, told: str) -> None:
        """Add what a visit told at its end."""

    def keep(self) -> None:
        """Keep what enough visits come to."""


class Daily:
    """When the chore is due: with the first screen, and once a day from then on; or every so many seconds."""

    def __init__(self, clock: Callable[[], float], every: float = DAY_SECONDS) -> None:
        self._clock = clock
        self._every = every
        self._due = clock()

    def take(self) -> bool:
        """Tell whether it is due, and if so take it as begun."""
        now = self._clock()
        if now < self._due:
            return False
        self._due = now + self._every
        return True

    def wait(self) -> float | None:
        """Return for how many seconds it is not due; None where it only waits for a screen."""
        seconds = self._due - self._clock()
        return seconds if seconds > 0 else None


class _Signals:
    """Signals as events: TERM and HUP ask to stop, CHLD and WINCH wake up, those that stray do nothing."""

    def __init__(self) -> None:
        self.stopped = False
        self.resized = False
        self.descriptor, self._write_end = os.pipe()

    def __enter__(self) -> Self:
        for end in (self.descriptor, self._write_end):
            os.set_blocking(end, False)
        self._old_wakeup = signal.set_wakeup_fd(self._write_end, warn_on_full_buffer=False)
        handlers: dict[int, signal.Handlers | Callable[[int, FrameType | None], None]] = {
            # What is ignored stays ignored in the processes that are started.
            **dict.fromkeys(STRAY_SIGNALS, signal.SIG_IGN),
            signal.SIGTERM: self._stop,
            signal.SIGHUP: self._stop,
            signal.SIGCHLD: self._wake,
            signal.SIGWINCH: self._resize,
        }
        self._old = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._old.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._old_wakeup)
        os.close(self.descriptor)
        os.close(self._write_end)

    def drain(self) -> None:
        """Forget the wake-ups so far."""
        with suppress(BlockingIOError):
            while os.read(self.descriptor, 512):
                pass

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopped = True

    def _wake(self, _number: int, _frame: FrameType | None) -> None:
        return

    def _resize(self, _number: int, _frame: FrameType | None) -> None:
        self.resized = True


def run(
    command: Callable[[Role], Sequence[str]],
    environment: Mapping[str, str],
    terminal: Terminal,
    prepare: Callable[[], Handover],
    note: Callable[[str], object],
    *,
    first: Role = Role.VISIT,
    once: bool = False,
    chore: Sequence[str] = (),
    clock: Callable[[], float] = seconds,
    visits: VisitLog | None = None,
    service: ServiceManager | None = None,
    call: Callable[[], str] = lambda: "",
) -> int:
    """Run the kiosk until staff close it or a signal ends it, and return its exit code.

    `command` gives what starts a process of a role; the number of its control is added. `prepare` checks
    what must be right before the terminal is taken, while the first process starts; what it raises comes
    out, with the terminal untouched. `chore` is started when the first screen is there, and daily. `visits`
    is told how each visit went, and asked once an hour and at the end to keep what there is. `service` is
    told that the kiosk is up and lives, and `call`, asked after `prepare`, says who staff call where it does
    not open.
    """
    service = service or ServiceManager({}, clock)
    with ExitStack() as stack:
        signals = stack.enter_context(_Signals())
        stack.callback(terminal.give_back)
        children = stack.enter_context(
            Children(command, environment, (terminal.source, terminal.target), note)
        )
        children.wake_on(signals.descriptor)
        drafts = DraftKey(clock)
        turns = Turns(
            children.start,
            terminal,
            note,
            clock,
            first=first,
            once=once,
            drafts=drafts,
            visited=visits.hear if visits else lambda how: None,
        )
        turns.first()
        go = prepare()
        children.go = lambda role: drafts.given_to(role, go)
        turns.call = call()
        stack.callback(service.ends)
        try:
            terminal.take()
            return _keep_going(turns, children, terminal, signals, chore, clock, visits, service)
        except TerminalGoneError:
            note("the terminal was closed")
            return ENDED
        finally:
            if visits:
                visits.keep()


def _keep_going(
    turns: Turns,
    children: Children,
    terminal: Terminal,
    signals: _Signals,
    chore: Sequence[str],
    clock: Callable[[], float],
    visits: VisitLog | None,
    service: ServiceManager,
) -> int:
    daily, hourly = Daily(clock), Daily(clock, HOUR_SECONDS)
    while turns.exit_code is None and not signals.stopped:
        signals.drain()
        for child, news in children.news():
            if isinstance(news, int):
                turns.ended(child, news)
            else:
                turns.heard(child, news)
        if signals.resized:
            signals.resized = False
            terminal.redraw()
        turns.tick()
        service.tell(up=turns.up, lives=turns.lives)
        if chore and turns.settled and daily.take():
            children.start_chore(chore)
        if visits and hourly.take():
            visits.keep()
        if turns.exit_code is None and not signals.stopped:
            waits = (
                turns.wait(),
                service.wait(),
                daily.wait() if chore else None,
                hourly.wait() if visits else None,
            )
            children.wait(min((seconds for seconds in waits if seconds is not None), default=None))
    return turns.exit_code or ENDED
