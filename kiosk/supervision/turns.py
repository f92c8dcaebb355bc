"""A process for each visit, the next one warm, and what to do when one dies.

`Turns` decides whose turn the terminal is; `kiosk.supervision.children` holds the processes;
`kiosk.supervision.run` brings them together until a member of staff closes the kiosk.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from kiosk.hardening import CRASHED
from kiosk.language import words as _
from kiosk.supervision.protocol import (
    ALIVE,
    CRASH_PAGE,
    READY,
    SHOWN,
    TOUCHED,
    VISITED,
    WENT_ON,
    Handover,
    Role,
    page_in,
)

ENDED = 0
"""The process is done; the next visit begins."""
LEAVE = 20
"""A member of staff unlocked and closed the kiosk."""
DESK = 21
"""Staff asked for the desk."""
# Every other exit code, and every signal, is a crash.
_NO_PROCESS = 71
"""Stands for the exit code of a process that could not be started (EX_OSERR of sysexits.h)."""

PAGE_SECONDS = 2.0
"""How long the page after a crash is held at least, so that it can be read."""
LOOP_CRASHES, LOOP_SECONDS = 3, 30.0
"""So many crashes within so many seconds are not chance."""
RETRY_SECONDS = 10.0
"""How long to wait then before each further try."""
START_SECONDS = 60.0
"""A process that is not ready after so long hangs; so does one that has the terminal and has shown nothing.

A slow machine may need much of it, for what it reads and draws.
"""
ALIVE_SECONDS = 20.0
"""One that has shown something hangs when it does not say for so long that it is alive."""
LOOKS_SECONDS = 1.0
"""While something is due, the supervisor looks at the clock so often, to know how long it stood still."""
KEY_BYTES = 32
AGAIN_PAGE = (
    _("This machine is starting again."),
    _("Were you using it just now? Wait here. It will ask what happens to your answers."),
)
"""Of a visit; in English until the visit has said it in its language."""
DESK_PAGE = ("The desk is opening.",)


class Child(Protocol):
    """What deciding needs of a process."""

    role: Role

    def give(self) -> None:
        """Let it have the terminal."""

    def kill(self) -> None:
        """End it at once; its end is told like any other."""


class Terminal(Protocol):
    """What the supervisor needs of a terminal; `kiosk.supervision.tty.Tty` is the real one."""

    source: int
    target: int

    def take(self) -> None:
        """Make it quiet and empty."""

    def clear(self) -> None:
        """Undo what the last process left, show nothing, forget what was typed."""

    def forget_typed(self) -> None:
        """Drop what was typed."""

    def show(self, page: Sequence[str]) -> None:
        """Show a plain page."""

    def redraw(self) -> None:
        """Show it again in a new size."""

    def give_back(self) -> None:
        """Leave it as it was found."""


@dataclass
class _Seat:
    """A process and what it has said."""

    child: Child
    due: float
    """By when it must have said the next thing."""
    ready: bool = False
    shown: bool = False
    hangs: bool = False
    """Whether it was silent for too long and is being ended."""


class Turns:
    """Whose turn it is: at most one process has the terminal, and one of each role waits for it.

    `start` starts a process, or returns None where it cannot; `note` keeps a line in the log; `clock` gives
    seconds that only grow, in sleep too; `drafts` is told how each visit ended, and `visited` how it went.
    With `once`, the first process to end its turn ends everything.
    """

    def __init__(
        self,
        start: Callable[[Role], Child | None],
        terminal: Terminal,
        note: Callable[[str], object],
        clock: Callable[[], float],
        *,
        first: Role = Role.VISIT,
        once: bool = False,
        drafts: "DraftKey | None" = None,
        visited: Callable[[str], object] = lambda how: None,
    ) -> None:
        self._visited = visited
        self._drafts = drafts or DraftKey(clock)
        self._start = start
        self._terminal = terminal
        self._note = note
        self._clock = clock
        self._once = once
        self._wanted = first
        self._on: _Seat | None = None
        self._waiting: dict[Role, _Seat] = {}
        self._crashes: list[float] = []
        self._shown_at = float("-inf")
        self._start_after = 0.0
        self._give_after = 0.0
        self._crash_page: Sequence[str] = AGAIN_PAGE
        self._fault = 0
        self._asked = False
        self.call = ""
        """Who staff call where the kiosk does not open: a name, a number."""
        self._wakes_by = float("inf")
        """When the next `tick` is to come at the latest."""
        self.exit_code: int | None = None
        """What the kiosk ends with, once it ends."""

    @property
    def settled(self) -> bool:
        """Whether somebody can see a screen of the kiosk."""
        return self._on is not None and self._on.shown

    @property
    def up(self) -> bool:
        """Whether the kiosk has started: there is a screen, or the page that says that it does not open."""
        return self.settled or self._asked

    @property
    def lives(self) -> bool:
        """Whether what answers the keys does, or will soon.

        A process that hangs is ended and followed by another; only one that cannot be ended is beyond that.
        """
        seat = self._on or self._waiting.get(self._wanted)
        return seat is None or not seat.hangs

    def first(self) -> None:
        """Start the first process, before anything else is known."""
        self._begin(self._wanted)

    def tick(self) -> None:
        """Do what is due by now; nothing once everything has ended."""
        if self.exit_code is not None:
            return
        now = self._clock()
        stood = max(0.0, now - self._wakes_by)  # asleep, or stopped: who could not be heard is not silent
        for seat in self._seats():
            seat.due += stood
            if now >= seat.due:
                self._note(f"a {seat.child.role.value} process hangs and is ended")
                seat.due, seat.hangs = float("inf"), True
                seat.child.kill()
        if self._on is None:
            successor = self._waiting.get(self._wanted)
            if successor is None:
                self._begin(self._wanted)
            elif successor.ready and now >= self._give_after:
                self._give(successor)
        elif self._on.shown and not self._once and Role.VISIT not in self._waiting:
            self._begin(Role.VISIT)

    def wait(self) -> float | None:
        """Return how many seconds to wait for news before the next `tick`; None where nothing is due."""
        now = self._clock()
        due = [seat.due for seat in self._seats() if seat.due != float("inf")]
        due += [moment for moment in (self._start_after, self._give_after) if moment > now]
        self._wakes_by = max(now, min(*due, now + LOOKS_SECONDS)) if due else float("inf")
        return self._wakes_by - now if due else None

    def heard(self, child: Child, message: str) -> None:
        """Take note of what a process says."""
        for seat in (one for one in self._seats() if one.child is child):
            if message == READY:
                seat.ready, seat.due = True, float("inf")
            elif message == SHOWN:
                seat.shown, self._shown_at = True, self._clock()
                seat.due = self._shown_at + ALIVE_SECONDS
            elif message == WENT_ON:
                self._drafts.went_on()
            elif message == TOUCHED:
                self._drafts.touched()
            elif message.startswith(CRASH_PAGE):
                self._crash_page = page_in(message)
            elif message.startswith(VISITED):
                self._visited(message.removeprefix(VISITED))
            elif message == ALIVE:
                seat.due = self._clock() + ALIVE_SECONDS

    def ended(self, child: Child, code: int) -> None:
        """Take note of how a process ended: its exit code, or minus the number of a signal."""
        if self._on is not None and self._on.child is child:
            seat, self._on = self._on, None
            self._terminal.clear()
            self._turn_over(seat, code)
            return
        self._waiting = {role: seat for role, seat in self._waiting.items() if seat.child is not child}
        self._note(f"a waiting {child.role.value} process ended ({_how(code)})")
        self._crashed(child.role, code)

    def _seats(self) -> list[_Seat]:
        return [*self._waiting.values(), *([self._on] if self._on else [])]

    def _begin(self, role: Role) -> None:
        now = self._clock()
        if now < self._start_after:
            return
        child = self._start(role)
        if child is None:
            self._crashed(role, _NO_PROCESS)
        else:
            self._waiting[role] = _Seat(child, now + START_SECONDS)

    def _give(self, seat: _Seat) -> None:
        self._on = self._waiting.pop(seat.child.role)
        seat.due = self._clock() + START_SECONDS
        self._terminal.forget_typed()
        seat.child.give()

    def _turn_over(self, seat: _Seat, code: int) -> None:
        role = seat.child.role
        self._wanted = Role.VISIT
        if role is Role.VISIT:
            as_it_should = code in (LEAVE, DESK) or (code == ENDED and seat.shown)
            self._drafts.visit_ended(crashed=not as_it_should)
            if as_it_should:
                self._crash_page = AGAIN_PAGE
        if code == LEAVE:
            self.exit_code = ENDED
        elif code == DESK and role is Role.VISIT:
            self._wanted = Role.DESK
            self._terminal.show(DESK_PAGE)
        elif code == ENDED and seat.shown:
            if self._once:
                self.exit_code = ENDED
            elif not self._waiting and self._clock() < self._start_after:
                self._ask_staff()
        else:
            self._note(f"a {role.value} crashed ({_how(code)})")
            self._crashed(Role.VISIT, code)

    def _crashed(self, role: Role, code: int) -> None:
        """Count a crash; show a calm page where nobody has the terminal, and slow down where it goes on."""
        if self._once:
            self.exit_code = CRASHED
            return
        now, self._fault = self._clock(), code if code >= 0 else 128 - code
        since = min(now - LOOP_SECONDS, self._shown_at)  # a start that hangs takes longer than that
        self._crashes = [moment for moment in self._crashes if moment > since] + [now]
        loop = len(self._crashes) >= LOOP_CRASHES
        if loop:
            self._start_after = now + RETRY_SECONDS
        if self._on is None and role is self._wanted:
            self._wanted = Role.VISIT  # a desk that does not open must not keep customers out
            self._give_after = now + (RETRY_SECONDS if loop else PAGE_SECONDS)
            if loop:
                self._ask_staff()
            else:
                self._terminal.show(self._crash_page)

    def _ask_staff(self) -> None:
        self._asked = True
        self._terminal.show(staff_page(self._fault, self.call))


def staff_page(fault: int, call: str = "") -> tuple[str, ...]:
    """Return the page of a kiosk that does not open, with a number that says why.

    `fault` is how the last process ended, as a shell numbers that, and `call` who looks after the machine.
    """
    return (
        "This machine needs a member of staff.",
        "It keeps trying to start again.",
        f"For staff: call {call}. Fault {fault}." if call else f"For staff: fault {fault}.",
    )


class DraftKey:
    """The key of the draft of the visit that runs: in memory alone, and a new one for each visit.

    After a crash the next visit is given the same key, and how long ago the one before was last touched.
    `clock` gives seconds that only grow, in sleep too.
    """

    def __init__(
        self, clock: Callable[[], float], draw: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        self._clock = clock
        self._draw = draw
        self._key = draw(KEY_BYTES)
        self._crashed = False
        self._touched_at: float | None = None
        """When the visit was last touched that runs now, or whose crash is not over."""

    def visit_ended(self, *, crashed: bool) -> None:
        """Keep the key after a crash; forget it after any other end."""
        self._crashed = crashed
        if not crashed:
            self._key, self._touched_at = self._draw(KEY_BYTES), None
        elif self._touched_at is None:
            self._touched_at = self._clock()

    def touched(self) -> None:
        """Note that somebody is there. Whoever answers after a crash may be somebody else."""
        if not self._crashed:
            self._touched_at = self._clock()

    def went_on(self) -> None:
        """Note that the crash is over, and that somebody is there."""
        self._crashed = False
        self._touched_at = self._clock()

    def given_to(self, role: Role, go: Handover) -> Handover:
        """Return what a process is told: a visit gets the key, a desk does not."""
        if role is not Role.VISIT:
            return go
        crashed = self._clock() - self._touched_at if self._crashed and self._touched_at is not None else None
        return replace(go, draft_key=self._key, crashed=crashed)


def _how(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"signal {-code}"
