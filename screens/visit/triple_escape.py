"""Esc, three times quickly, hides the screen: told from an Esc that is held, by when the presses arrived.

A held key comes once, then after the keyboard's delay (0.25 s on a console, to 0.7 s) eleven to thirty-three
times a second at an even pace. Fingers are slower or less even; where it may be either, the screen is hidden.
A scanner may put an Esc before what it reads, and behind it.
"""

from kiosk.devices.scanner import SLOWEST

TIMES = 3
WITHIN = 0.5
"""So many times Esc within so many seconds, from the first to the last, hide the screen at once.

Who hides takes 0.06 to 0.2 s a press, or, in a hurry and afraid, up to 0.35.
"""
HURRIED = 0.7
"""Within so many they hide it `TOGETHER` later, unless one comes that says that the last one is held.

People go back at 0.36 s a press or slower, and are not to lose a visit by it.
"""
AT_ONCE = 0.02
"""Seconds. What comes sooner came in one piece, over a slow line, and may have been pressed at any pace."""
LATE = 0.8
"""tmux keeps an Esc for half a second: of three quick ones two come at once, and the third in so many."""
TOGETHER = 0.15
"""Seconds. One more so soon after a late one says that it repeats, or that all came at a walking pace."""
REPEATS = 0.0998
"""Seconds between two presses of a held key, fewer than at ten a second: consoles begin at 10.9, …"""
EVEN = 0.025
"""… by which they differ from one another at most, …"""
DELAYS = (0.2, 0.8)
"""… and from its press to the first repeat; …"""
SLOWER = 2.2
"""… so many times longer than between repeats, at least."""


class TripleEscape:
    """The presses of Esc of one visit."""

    def __init__(self) -> None:
        self._presses: list[float] = []
        """That count, oldest first, no older than the longest delay."""
        self._repeats: list[float] = []
        """The least and the most seconds between the presses of a key that is held; empty where none is."""

    def hides(self, at: float) -> bool:
        """Take a press that arrived at this time, in seconds, and tell whether it hides the screen."""
        gap = at - self._presses[-1] if self._presses else float("inf")
        gaps = sorted([*self._repeats, gap])
        held = gap <= REPEATS and gaps[-1] - gaps[0] <= EVEN and (self._repeats or self._is_repeat(gap))
        if self._repeats and held:
            self._presses.pop()  # a key that is held is one press
        self._repeats = [gaps[0], gaps[-1]] if held else []
        self._presses = [*(then for then in self._presses if at - then <= DELAYS[1]), at]
        recent = [then for then in self._presses if at - then <= WITHIN]
        return len(recent) >= TIMES and not held

    @property
    def may_hide(self) -> bool:
        """Whether the last press hides the screen unless another one comes together with it."""
        first, second, last = [*[float("-inf")] * TIMES, *self._presses][-TIMES:]
        most = LATE if second - first <= AT_ONCE else HURRIED
        return not self._repeats and WITHIN < last - first <= most

    def types(self, at: float) -> None:
        """Take note of a letter: what was pressed right before it was no hand's."""
        if self._presses and at - self._presses[-1] <= SLOWEST:
            self._presses.clear()

    def _is_repeat(self, gap: float) -> bool:
        """Tell whether this press and the one before it are the first repeats of a key that is held."""
        if len(self._presses) < 2 or gap < AT_ONCE:
            return False
        delay = self._presses[-1] - self._presses[-2]
        return DELAYS[0] <= delay <= DELAYS[1] and delay >= SLOWER * gap
