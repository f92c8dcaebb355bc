"""The chore of the supervisor: with the first screen, then once a day, over a clock that a test turns."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from kiosk.supervision import run as running
from kiosk.supervision.protocol import READY, SHOWN, Handover, Role
from kiosk.supervision.run import DAY_SECONDS, Daily, run
from kiosk.supervision.turns import LEAVE
from tests.kiosk.supervision.test_turns import FakeChild, FakeTerminal


class Turned:
    """Seconds that only grow."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_the_chore_is_due_at_once_and_then_a_day_after_each_time() -> None:
    clock = Turned()
    daily = Daily(clock)
    assert daily.wait() is None  # what it waits for is a screen
    assert daily.take()
    assert not daily.take()
    assert daily.wait() == DAY_SECONDS
    clock.now += DAY_SECONDS - 1
    assert (daily.take(), daily.wait()) == (False, 1)
    clock.now += 5000
    assert daily.wait() is None
    assert daily.take()
    assert daily.wait() == DAY_SECONDS


def test_a_kiosk_that_was_asleep_for_days_does_its_chore_once() -> None:
    clock = Turned()
    daily = Daily(clock)
    clock.now += 5 * DAY_SECONDS
    assert [daily.take() for _ in range(3)] == [True, False, False]


class QuietTerminal(FakeTerminal):
    def take(self) -> None:
        return

    def give_back(self) -> None:
        return


class FakeChildren:
    """A children over a fake clock: waiting takes no time, and after some days staff close the kiosk."""

    days = 3.5

    def __init__(self, clock: Turned) -> None:
        self.go: Callable[[Role], Handover] | None = None
        self.chores: list[float] = []
        self.waits: list[float | None] = []
        self._clock = clock
        self._child: FakeChild | None = None
        self._said: list[tuple[FakeChild, str | int]] = []

    def __enter__(self) -> "FakeChildren":
        return self

    def __exit__(self, *_: object) -> None:
        return

    def wake_on(self, _descriptor: int) -> None:
        return

    def start(self, role: Role) -> FakeChild:
        child = FakeChild(role)
        if self._child is None:
            self._child = child
            self._said = [(child, READY), (child, SHOWN)]
        else:
            self._said.append((child, READY))
        return child

    def start_chore(self, command: Sequence[str]) -> None:
        assert list(command) == ["tidy"]
        self.chores.append(self._clock.now)

    def news(self) -> Iterator[tuple[FakeChild, str | int]]:
        # One at a time, as they come: nothing is shown before the terminal was given.
        if self._said:
            yield self._said.pop(0)

    def wait(self, seconds: float | None) -> None:
        self.waits.append(seconds)
        assert len(self.waits) < 50, "the supervisor spins"
        if self._said:
            return
        assert seconds is not None, "nobody would ever wake it"
        if self._clock.now + seconds > 1000 + self.days * DAY_SECONDS:
            assert self._child is not None
            self._said.append((self._child, LEAVE))
        else:
            self._clock.now += seconds


def test_a_kiosk_that_runs_for_days_does_its_chore_every_day(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Turned()
    children = FakeChildren(clock)
    monkeypatch.setattr(running, "Children", lambda *_: children)
    ended = run(
        lambda _: [],
        {},
        QuietTerminal(),
        lambda: Handover(Path("/nowhere")),
        lambda _: None,
        first=Role.DESK,  # it may close the kiosk
        chore=["tidy"],
        clock=clock,
    )
    assert ended == 0
    assert children.chores == [1000 + day * DAY_SECONDS for day in range(4)]
    assert len(children.waits) < 30  # once a second until the desk that says nothing hangs


def test_without_a_chore_nothing_wakes_the_supervisor_up(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Turned()
    children = FakeChildren(clock)
    monkeypatch.setattr(running, "Children", lambda *_: children)
    with pytest.raises(AssertionError, match="nobody would ever wake it"):
        run(lambda _: [], {}, QuietTerminal(), lambda: Handover(Path("/x")), lambda _: None, clock=clock)
    assert children.chores == []
