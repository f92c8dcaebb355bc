"""The screens: first paint, a key, another page and memory, each beside a blank App of Textual in one run."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.blank import FIRST, LINE, MANY, SECOND
from bench.table import Figure, beside
from bench.timing import median, quantile
from kiosk.isolation import PYTHON, clean_environment
from screens.guard import HOLD

STARTS = 9
KEYS = 100
ROUNDS = 2
TURNS = 15
PACE = 0.13
"""Seconds between two keys, as a hand presses them: quicker ones are taken for a scanner's."""
READS = 0.7
"""Seconds before a key on a new page, which takes none at once, nor the same one twice from one hand."""
QUIET = 0.08
"""Seconds without a byte after which a page is taken to be painted."""
BLANK = Path(__file__).with_name("blank.py")
_MB = 1e6
_LETTER = "W"
"""One that no escape sequence of Textual has."""
_ASKED, _ANSWER = b"\x1b[6n", b"\x1b[1;2R"
"""Where is the cursor, and where it is after a letter that the kiosk tries."""


class Seen:
    """A program in a terminal of 80 by 24, and when its bytes came."""

    def __init__(self, command: Sequence[str], home: Path) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        terminal = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            env=clean_environment(os.environ) | terminal | {"KIOSK_HOME": str(home)},
        )
        os.close(slave)
        self._shown = b""

    def until(self, text: str, seconds: float = 60.0) -> float:
        """Read until a text is painted, and return when it came. Raises TimeoutError."""
        end = time.perf_counter() + seconds
        while text.encode() not in self._shown:
            if not self._read(end - time.perf_counter()):
                raise TimeoutError(f"{text} is not painted")
        return self._at

    def press(self, key: str) -> float:
        """Press a key, and return when that was."""
        self.rest(PACE)
        self._shown = b""
        at = time.perf_counter()
        os.write(self._master, key.encode())
        return at

    def rest(self, seconds: float) -> None:
        """Read for so many seconds."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self._read(left)

    def settled(self) -> float:
        """Read until nothing comes any more, and return when the last byte came."""
        while self._read(QUIET):
            pass
        return self._at

    def _read(self, seconds: float) -> bool:
        if not select.select([self._master], [], [], max(0.0, seconds))[0]:
            return False
        data = os.read(self._master, 65_536)
        self._at = time.perf_counter()
        self._shown += data
        if _ASKED in data:
            os.write(self._master, _ANSWER)
        return True

    def resident(self) -> int:
        """Return how many bytes are in memory of the process that paints."""
        return int((self._painter / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def busy(self) -> float:
        """Return how many seconds that process has run on a processor: other work does not change it much."""
        return int((self._painter / "schedstat").read_text().split()[0]) / 1e9

    @property
    def _painter(self) -> Path:
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return Path("/proc") / (children[0] if children else str(pid))

    def close(self) -> None:
        """End the program."""
        self.process.terminate()
        self.process.wait()
        os.close(self._master)


@contextmanager
def seen(home: Path, blank: str = "") -> Iterator[Seen]:
    """Yield the kiosk of a home, or a blank App, in a terminal."""
    one = Seen([*PYTHON, str(BLANK), blank] if blank else [*PYTHON, "-m", "kiosk"], home)
    try:
        yield one
    finally:
        one.close()


def painting(home: Path) -> Iterator[Figure]:
    """Yield all figures of this part, with a kiosk that is set up in a home."""
    settings = home / "kiosk.toml"
    settings.write_text(settings.read_text().replace("bounce = 0.4", "bounce = 0.1"))  # no hand trembles
    yield from _starts(home)
    yield from _keys(home)
    yield from _turns(home)


def _starts(home: Path) -> Iterator[Figure]:
    took: dict[str, list[tuple[float, float, int]]] = {"line": [], "": []}
    for _ in range(STARTS):
        for blank, figures in took.items():
            with seen(home, blank) as one:
                seconds, busy = one.until(LINE if blank else "Welcome") - one.began, one.busy()
                one.settled()
                figures.append((seconds, busy, one.resident()))
    line, kiosk = ([median(figure) for figure in zip(*took[name], strict=True)] for name in took)
    yield beside("From the command to Welcome", 0, kiosk[0], line[0], "a blank App", most=1.25)
    yield beside("… processor time of the process that paints", 0, kiosk[1], line[1], "a blank App's")
    more = kiosk[2] - line[2]
    yield Figure(
        what="Memory at Welcome, over a blank App's",
        entries=0,
        value=f"{more / _MB:.3g} MB",
        limit="30 MB",
        reached=more <= 30 * _MB,
    )


def _keys(home: Path) -> Iterator[Figure]:
    took: dict[str, list[float]] = {"input": [], "area": [], "": []}
    busy: dict[str, list[float]] = {name: [] for name in took}
    for _ in range(ROUNDS):
        for blank, seconds in took.items():
            with seen(home, blank) as one:
                one.until(LINE[1:]) if blank else _to_writing(one)
                one.press("a")  # the first letter changes what Enter does, and the last one taken back
                before = one.busy()
                seconds += _typed(one)
                busy[blank].append((one.busy() - before) / KEYS / 2)
    for what, share, most in (("median", 0.5, None), ("99th percentile", 0.99, 1.3)):
        field, kiosk = (quantile(took[name], share) for name in ("input", ""))
        yield beside(f"From a key to its paint, {what}", 0, kiosk, field, "a blank Input", most=most)
    field, area, kiosk = (median(busy[name]) for name in busy)
    yield beside("Processor time for a key", 0, kiosk, field, "a blank Input's")
    yield beside("… the same", 0, kiosk, area, "a blank TextArea's")


def _typed(one: Seen) -> list[float]:
    seconds: list[float] = []
    for number in range(KEYS):
        at = one.press(_LETTER)
        took = one.until(_LETTER) - at
        if number >= KEYS // 10:
            seconds.append(took)
        one.press("\x7f")
    return seconds


def _turns(home: Path) -> Iterator[Figure]:
    took: dict[str, list[float]] = {"pages": [], "many": [], "": []}
    busy: dict[str, list[float]] = {name: [] for name in took}
    for _ in range(ROUNDS):
        for blank, seconds in took.items():
            with seen(home, blank) as one:
                one.until(FIRST) if blank else _to_writing(one)
                before = one.busy()
                seconds += _turned_blank(one) if blank else _turned(one)
                busy[blank].append((one.busy() - before) / TURNS / 2)
    two, many, kiosk = (median(took[name]) for name in took)
    yield beside("To another page, by a key", 0, kiosk, two, "two blank pages")
    waits = f"… without the {HOLD * 1e3:.0f} ms of telling a scanner from a hand"
    yield beside(waits, 0, kiosk - HOLD, two, "two blank pages", most=1.5)
    yield beside("… the same", 0, kiosk - HOLD, many, f"two pages of {MANY} widgets")
    two, many, kiosk = (median(busy[name]) for name in busy)
    yield beside("Processor time for another page", 0, kiosk, two, "two blank pages")
    yield beside("… the same", 0, kiosk, many, f"two pages of {MANY} widgets")


def _turned_blank(one: Seen) -> list[float]:
    return list(_each(one, ("\x1bOQ", SECOND), ("\x1bOR", FIRST)))


def _turned(one: Seen) -> list[float]:
    # From one question to the next and back, by keys that leave it open and go back.
    return list(_each(one, ("\x1bOQ", "Question 3 of"), ("\x1b", "Question 2 of")))


def _each(one: Seen, there: tuple[str, str], back: tuple[str, str]) -> Iterator[float]:
    for number in range(TURNS):
        one.rest(READS)
        at = one.press(there[0])
        one.until(there[1])
        took = one.settled() - at
        if number >= TURNS // 10:
            yield took
        one.rest(READS)
        one.press(back[0])
        one.until(back[1])
        one.settled()


def _to_writing(one: Seen) -> None:
    one.until("Welcome")
    for key, text in (("\r", "What we keep"), ("\r", "Choose a part"), ("2", "How did you feel")):
        one.rest(READS)
        one.press(key)
        one.until(text)
    one.rest(READS)
    one.press("2")
    one.rest(READS)
    one.press("\x1b[17~")
    one.rest(READS)
    one.until("Question 2 of")
    one.settled()
