"""Who is there: what counts as a touch, and how much time has passed since the last one."""

import time

import pytest

from kiosk import idle
from kiosk.idle import HELD, IdleWatch, Presence
from kiosk.settings.settings import IdleSettings


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watch(clock: Clock) -> IdleWatch:
    return IdleWatch(IdleSettings(warn=90, writing_warn=180, grace=60), clock)


@pytest.mark.parametrize(
    ("writing", "seconds", "presence", "left"),
    [
        (False, 0, Presence.HERE, 150),
        (False, 89.9, Presence.HERE, 60),
        (False, 90, Presence.WARNED, 60),
        (False, 140, Presence.WARNED, 10),
        (False, 149.9, Presence.WARNED, 0),
        (False, 150, Presence.GONE, 0),
        (False, 9999, Presence.GONE, 0),
        (True, 179.9, Presence.HERE, 60),
        (True, 180, Presence.WARNED, 60),
        (True, 239.9, Presence.WARNED, 0),
        (True, 240, Presence.GONE, 0),
    ],
)
def test_who_touches_nothing_is_warned_and_then_gone(
    clock: Clock, watch: IdleWatch, writing: bool, seconds: float, presence: Presence, left: int
) -> None:
    clock.now += seconds
    assert watch.presence(writing=writing) is presence
    assert watch.seconds_left(writing=writing) == left


def test_every_touch_starts_the_time_anew_however_often(clock: Clock, watch: IdleWatch) -> None:
    for _ in range(11):
        clock.now += 149
        assert watch.presence(writing=False) is Presence.WARNED
        watch.touch()
        assert watch.presence(writing=False) is Presence.HERE
        assert watch.seconds_left(writing=False) == 150
    clock.now += 150
    assert watch.presence(writing=False) is Presence.GONE


def test_looking_is_no_touch(clock: Clock, watch: IdleWatch) -> None:
    for _ in range(150):
        clock.now += 1
        watch.presence(writing=False)
        watch.seconds_left(writing=False)
    assert watch.presence(writing=False) is Presence.GONE


@pytest.mark.parametrize(("key", "every"), [("l", 0.011), ("enter", 0.5), ("f11", 0.09)])
def test_one_key_that_is_held_counts_once(clock: Clock, watch: IdleWatch, key: str, every: float) -> None:
    assert watch.press(key)
    began = clock.now
    while watch.presence(writing=False) is not Presence.GONE:
        clock.now += every
        assert not watch.press(key)
    assert clock.now - began == pytest.approx(150, abs=every)


def test_the_wait_before_a_held_key_repeats_makes_it_no_person(clock: Clock, watch: IdleWatch) -> None:
    watch.press("l")
    clock.now += 1.0
    watch.press("l")  # the longest wait that a console can be set to
    for _ in range(1600):
        clock.now += 0.1
        assert not watch.press("l")
    assert watch.presence(writing=False) is Presence.GONE


def test_another_key_and_the_same_one_pressed_anew_are_a_person(clock: Clock, watch: IdleWatch) -> None:
    for key in ("l", "x", "l", "shift+tab"):
        clock.now += 0.05
        assert watch.press(key)
    for _ in range(200):
        clock.now += HELD + 0.01
        assert watch.press("down")
    assert watch.presence(writing=False) is Presence.HERE


def test_each_touch_is_told_and_a_held_key_is_none(clock: Clock) -> None:
    told: list[float] = []
    watch = IdleWatch(IdleSettings(), clock, lambda: told.append(clock.now))
    watch.touch()
    for _ in range(5):
        clock.now += 0.03
        watch.press("l")
    assert told == [1000.0, 1000.03]


def test_the_kiosk_s_seconds_run_on_in_sleep() -> None:
    before = time.clock_gettime(time.CLOCK_BOOTTIME)
    assert before <= idle.seconds() <= time.clock_gettime(time.CLOCK_BOOTTIME)
