"""What a monkey does next, drawn from a seed: the same steps for the same seed, whatever comes of them."""

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from tests.pty_terminal import KEY_BYTES
from tests.screens.pty.ways_out import ANSWERS, BROKEN, CONTROL_KEYS, MOUSE, PASTES
from tests.screens.test_hostile_text import HOSTILE

SIZES = ((80, 24), (56, 16), (80, 24), (120, 40), (40, 10), (200, 60), (56, 30), (81, 24))
LETTERS = "bcdfghjklmnpqrstvwxz"
MARK_LENGTH = 8
FIRST = "Zq"
"""How a mark begins: no word of any page does."""
MARKS = re.compile(rf"{FIRST}[{LETTERS}]{{{MARK_LENGTH}}}")
SEED = 17
"""Of every run but the long one."""
LAST = 60
"""How many of the last steps a find tells."""

_PACES = (0.15, 0.15, 0.2, 0.3, 0.5, 1.0, 0.0, 0.03)
"""Seconds to the next step: mostly those of a hand."""
_KEYS = {
    "enter": 30, "escape": 4, "tab": 4, "shift+tab": 1, "backspace": 3, "delete": 1.5, "up": 3, "down": 4,
    "left": 2, "right": 2, "home": 1, "end": 1, "pageup": 1, "pagedown": 2, "f1": 0.4, "f2": 4, "f3": 3,
    "f4": 1, "f5": 2, "f6": 4, "f7": 2, "f8": 1, "f9": 0.4, "f10": 8, "f11": 1, "f12": 1.5,
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One thing that happens."""

    does: str
    what: str = ""
    """What is sent."""
    then: float = 0.0
    """Seconds until the next."""
    much: float = 0.0
    """For how many seconds, by how many days, or how likely a call to the disk fails from now on."""
    size: tuple[int, int] = (0, 0)
    """Columns and rows."""


class Dice:
    """Draws steps. `mark` is what words of this visit hold, `codes` those that were on a screen so far."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self.mark = ""
        self.codes: list[str] = []
        self._drawn: dict[Callable[[], Step], float] = {
            self._key: 70,
            self._digit: 18,
            self._letters: 4,
            self._words: 12,
            self._click: 6,
            self._mouse: 2,
            self._paste: 2,
            self._code: 3,
            self._bytes: 2,
            self._held: 1,
            self._hides: 0.3,
            self._size: 1.5,
            self._waits: 3,
            self._sleeps: 0.5,
            self._goes_away: 0.2,
            self._sets_clock: 0.3,
            self._fault: 1.5,
            self._unlocks: 0.5,
            self._dies: 0.1,
        }

    def new_mark(self) -> str:
        """Draw what the words of the next visit hold."""
        self.mark = FIRST + "".join(self._random.choices(LETTERS, k=MARK_LENGTH))
        return self.mark

    def draw(self) -> Step:
        """Draw the next step."""
        [step] = self._random.choices(list(self._drawn), list(self._drawn.values()))
        return step()

    def _typed(self, text: str, does: str = "types") -> Step:
        return Step(does, text, self._random.choice(_PACES))

    def _key(self) -> Step:
        [key] = self._random.choices(list(_KEYS), list(_KEYS.values()))
        return self._typed(KEY_BYTES[key])

    def _digit(self) -> Step:
        return self._typed(self._random.choice("123456789012345 "))

    def _letters(self) -> Step:
        return self._typed("".join(self._random.choices("aehZ .-+*/,'", k=self._random.randint(1, 4))))

    def _words(self) -> Step:
        return self._typed(f"{self._random.choice(('', 'my ', 'x'))}{self.mark} ")

    def _click(self) -> Step:
        column, row = self._random.randint(1, 80), self._random.choice((*range(1, 25), 21, 22, 23, 24))
        return self._typed(f"\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m")

    def _mouse(self) -> Step:
        button, column, row = (
            self._random.choice((64, 65, 0, 32, 35)),
            *self._random.choices(range(1, 30), k=2),
        )
        return self._typed(f"\x1b[<{button};{column};{row}M" * self._random.randint(1, 5))

    def _paste(self) -> Step:
        text = self._random.choice(
            (*HOSTILE, f"{self.mark}\n" * 3, f"{self.mark} " * 300, "\r\n\r\n", "\t\t\r")
        )
        return self._typed(text, "pastes")

    def _code(self) -> Step:
        code = (
            self._random.choice(self.codes)
            if self.codes and self._random.random() < 0.7
            else "K7QX4MPD9RTW2HNC"
        )
        return self._typed(code + self._random.choice(("\r", "\n", "\t", "")), "scans")

    def _bytes(self) -> Step:
        way = self._random.choice((*CONTROL_KEYS, *ANSWERS, *BROKEN, *MOUSE, *PASTES))
        return self._typed(way.decode(errors="replace"), "sends")

    def _held(self) -> Step:
        return self._typed(self._random.choice(("\r", "\x1b[A", "\x1b[B", "1", "x", "\x7f")) * 25, "holds")

    def _hides(self) -> Step:
        return self._typed("\x1b\x1b\x1b")

    def _size(self) -> Step:
        return Step("resizes", then=0.1, size=self._random.choice(SIZES))

    def _waits(self) -> Step:
        return Step("waits", much=self._random.choice((1.0, 2.0, 2.0, 5.0, 30.0)))

    def _sleeps(self) -> Step:
        return Step("sleeps", much=self._random.choice((60.0, 100.0, 200.0, 400.0, 3600.0)))

    def _goes_away(self) -> Step:
        return Step("goes away")

    def _sets_clock(self) -> Step:
        return Step("sets the clock", much=self._random.choice((-400.0, -1.0, -0.01, 0.01, 1.0, 400.0)))

    def _fault(self) -> Step:
        if self._random.random() < 0.2:
            return Step("printer")
        return Step("disk", much=self._random.choice((0.0, 0.0, 0.0, 0.1, 1.0)))

    def _unlocks(self) -> Step:
        return Step("unlocks", then=1.0)

    def _dies(self) -> Step:
        return Step("dies")


def in_words(steps: Sequence[Step]) -> str:
    """Return steps as lines."""
    return "\n".join(
        f"  {step.does} {step.what[:60]!r} {step.much or step.size}, then {step.then} s" for step in steps
    )


def seeds(most: int) -> Sequence[int]:
    """Return the seed that is to be replayed; else so many in the long form, and one in every other run."""
    if replayed := os.environ.get("MONKEY_SEED"):
        return (int(replayed),)
    return range(1, most + 1) if os.environ.get("TORTURE") else (SEED,)
