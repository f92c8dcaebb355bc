"""Who is there, and how much time has passed: what counts as a person, by a clock that runs on in sleep."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from kiosk.settings.settings import IdleSettings

HELD = 0.6
"""Seconds. A key that comes again sooner may be held down: the slowest keyboards repeat it twice a second."""

LATE = 1.0
"""Seconds after the end of the time in which somebody who runs has looked at the clock."""


def seconds() -> float:
    """Return seconds that only grow, also while the machine sleeps (CLOCK_BOOTTIME)."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Presence(Enum):
    """Whether somebody is still there."""

    HERE = "here"
    WARNED = "warned"
    GONE = "gone"


@dataclass
class IdleWatch:
    """Tells from the time since the last touch whether somebody is still there.

    `clock` gives seconds that only grow, and that pass in sleep too. There is no limit to how often a touch
    starts the time anew (WCAG 2.2.1).
    """

    times: IdleSettings
    clock: Callable[[], float]
    touched: Callable[[], object] = lambda: None
    """Called at each touch."""

    def __post_init__(self) -> None:
        self._touched = self.clock()
        self._key = ""
        self._key_at = float("-inf")

    def touch(self) -> None:
        """Somebody pressed or turned something."""
        self._touched = self.clock()
        self.touched()

    def wait(self) -> None:
        """Let the time begin anew, though nobody touched anything: something is read to them."""
        self._touched = self.clock()

    def press(self, key: str) -> bool:
        """Take note of a key, and tell whether a person pressed it.

        One that comes again and again may be stuck, or have something lying on it.
        """
        at = self.clock()
        held = key == self._key and at - self._key_at < HELD
        self._key, self._key_at = key, at
        if not held:
            self.touch()
        return not held

    def presence(self, *, writing: bool) -> Presence:
        """Return whether the person is here, is to be warned, or has gone."""
        over = self._over(writing)
        if over < 0:
            return Presence.HERE
        return Presence.WARNED if over < self.times.grace else Presence.GONE

    def overslept(self, *, writing: bool) -> bool:
        """Tell whether the person has been gone for a while already, and nobody looked: the machine slept."""
        return self._over(writing) >= self.times.grace + LATE

    def seconds_left(self, *, writing: bool) -> int:
        """Return how many whole seconds are left until the person counts as gone."""
        return max(0, round(self.times.grace - self._over(writing)))

    def _over(self, writing: bool) -> float:
        limit = self.times.writing_warn if writing else self.times.warn
        return self.clock() - self._touched - limit
