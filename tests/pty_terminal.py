"""A real terminal for tests: a program on a pseudo-terminal, its screen kept by pyte.

with Terminal([sys.executable, "-m", "kiosk"]) as terminal:
    terminal.wait_for("Welcome")
    terminal.press("enter")

Every wait reads the terminal by `select` and ends as soon as it can; none sleeps for a fixed time. A wait
that fails shows the screen as it was.
"""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

import pyte

ROOT = Path(__file__).parents[1]

KEY_BYTES = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "space": " ",
    "backspace": "\x7f",
    "delete": "\x1b[3~",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "ctrl+left": "\x1b[1;5D",
    "ctrl+right": "\x1b[1;5C",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    **{f"f{n}": f"\x1bO{'PQRS'[n - 1]}" for n in range(1, 5)},
    **{
        f"f{n}": f"\x1b[{code}~"
        for n, code in zip(range(5, 13), (15, 17, 18, 19, 20, 21, 23, 24), strict=True)
    },
}
"""What a terminal sends for a key, by its name."""
_AFTER_ESCAPE = 0.15
"""Seconds before the next key, or a program takes ESC and the key for one."""

_SYNC_QUERY = b"\x1b[?2026$p"
_SYNC_ANSWER = b"\x1b[?2026;2$y"
_FRAME_BEGINS, _FRAME_ENDS = b"\x1b[?2026h", b"\x1b[?2026l"

_SEQUENCE = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])")
"""An escape sequence: CSI, OSC or a short one (ECMA-48, 5.4 and 8.3.89)."""

_GREYS = {
    "default": None,
    "black": 0,
    "red": 60,
    "green": 120,
    "brown": 120,
    "blue": 30,
    "magenta": 80,
    "cyan": 140,
    "white": 229,
    "brightblack": 127,
    "brightwhite": 255,
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One character cell. Colours are pyte's: a name, `default`, or six hexadecimal digits."""

    char: str
    fg: str
    bg: str
    bold: bool
    reverse: bool
    blink: bool


class Process(Protocol):
    """The program's process, as `subprocess` has one."""

    pid: int

    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def kill(self) -> None: ...
    def send_signal(self, sig: int, /) -> None: ...


class _Screen(pyte.Screen):
    """pyte's screen, answering queries on the terminal it belongs to."""

    def __init__(self, columns: int, rows: int, answer: Callable[[bytes], None]) -> None:
        self._answer = answer
        super().__init__(columns, rows)

    def write_process_input(self, data: str) -> None:
        self._answer(data.encode())

    def set_margins(self, *args: Any, **kwargs: Any) -> None:
        # pyte 0.8.2 takes a private sequence (`ESC[?…r`) for this one and fails on its argument.
        kwargs.pop("private", None)
        super().set_margins(*args, **kwargs)


PACE = 0.14
"""Seconds from one key to the next: what comes sooner may be a scanner's."""


class Terminal:
    """A program in a terminal of its own, as a context manager; it is killed at the end if it still runs.

    The environment is small and always the same; `env` adds to it, and takes away what it maps to None.
    `raw` holds every byte that the program has sent.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int = 80,
        rows: int = 24,
        env: Mapping[str, str | None] | None = None,
        cwd: Path = ROOT,
    ) -> None:
        self._command = list(command)
        self._cwd = cwd
        self._env = environment(env or {})
        self.columns, self.rows = columns, rows
        self.raw = bytearray()
        self._lines: list[str] = []
        self._closed = False
        self._escaped_at = self._sent_at = 0.0

    def __enter__(self) -> "Terminal":
        self._master, slave = pty.openpty()
        self._screen = _Screen(self.columns, self.rows, self._answer)
        self._stream = pyte.ByteStream(self._screen)
        self._set_size()
        self._process = self._starts(slave)
        os.close(slave)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        self.hang_up()

    # -- the program

    @property
    def pid(self) -> int:
        """The program's process id, which is also its session's."""
        return self._process.pid

    def alive(self) -> bool:
        """Whether the program has not ended."""
        return self._process.poll() is None

    def exit_code(self, timeout: float = 10.0) -> int:
        """Wait for the program's end: its exit code, or minus the number of the signal that ended it."""
        self.wait_until(lambda: not self.alive(), timeout, "the end of the program")
        while self._pump(0):
            pass
        return self._process.wait()

    def kill(self) -> None:
        """End the program now, if it runs."""
        if self.alive():
            self._process.kill()
        self._process.wait()

    def signal(self, number: int) -> None:
        """Send a signal to the program."""
        self._process.send_signal(number)

    def state(self) -> str:
        """Give the kernel's letter for what the program does: R or S, T when stopped."""
        return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0]

    def peak_memory(self) -> int:
        """Give the most memory the program ever held at once, in bytes."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024

    def hang_up(self) -> None:
        """Take the terminal away from the program, as when its window is closed."""
        if self._master >= 0:
            os.close(self._master)
        self._master, self._closed = -1, True

    # -- what is typed

    def press(self, *keys: str) -> None:
        """Press keys at a person's pace, by name: `enter`, `f2`, `ctrl+c`, `alt+x`, or the character."""
        for key in keys:
            self._rest_after_escape()
            time.sleep(max(0.0, self._sent_at + PACE - time.monotonic()))
            self.send(_bytes_of(key))
            if key == "escape":
                self._escaped_at = time.monotonic()

    def type(self, text: str) -> None:
        """Type text as fast as a scanner does."""
        self._rest_after_escape()
        self.send(text.encode())

    def click(self, column: int, row: int) -> None:
        """Press and let go the left button on a cell, counted from 0."""
        self.send(f"\x1b[<0;{column + 1};{row + 1}M\x1b[<0;{column + 1};{row + 1}m".encode())

    def send(self, data: bytes) -> None:
        """Send raw bytes, reading meanwhile so that neither side waits for the other."""
        left, self._sent_at = memoryview(data), time.monotonic()
        while left and not self._closed:
            readable, writable, _ = select.select([self._master], [self._master], [], 5)
            assert readable or writable, f"the terminal took no input for 5 s\n{self.text()}"
            if readable:
                self._pump(0)
            if writable:
                left = left[os.write(self._master, left[:4096]) :]

    def resize(self, columns: int, rows: int) -> None:
        """Make the terminal another size."""
        self.columns, self.rows = columns, rows
        self._screen.resize(rows, columns)
        self._lines = []
        self._set_size()

    # -- what is seen

    def lines(self) -> list[str]:
        """The screen, line by line, without the spaces at the end of each."""
        if not self._lines:  # it is looked at more often than it changes
            self._lines = [line.rstrip() for line in self._screen.display]
        return self._lines

    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.lines())

    def cells(self) -> list[list[Cell]]:
        """The screen as rows of cells."""
        buffer = self._screen.buffer
        return [[_cell(buffer[row][column]) for column in range(self.columns)] for row in range(self.rows)]

    def find(self, text: str) -> tuple[int, int]:
        """The column and row, from 0, where `text` starts on the screen."""
        for row, line in enumerate(self.lines()):
            if (column := line.find(text)) >= 0:
                return column, row
        raise AssertionError(f"{text!r} is not on the screen\n{self.text()}")

    def written(self, since: int = 0) -> str:
        """Everything that was written after the first `since` bytes, whatever became of it on the screen.

        Once as it came, and once without colours and movements, which may cut a word in two.
        """
        data = bytes(self.raw[since:])
        return b"\n".join((data, _SEQUENCE.sub(b"", data))).decode(errors="replace")

    def between_frames(self) -> bool:
        """Whether no frame is half painted, where the program marks its frames."""
        return self.raw.rfind(_FRAME_ENDS) >= self.raw.rfind(_FRAME_BEGINS)

    def keys_send_signals(self) -> bool:
        """Whether the terminal turns Ctrl+C and its like into signals just now."""
        return bool(termios.tcgetattr(self._master)[3] & termios.ISIG)

    def cursor(self) -> tuple[int, int]:
        """The column and row, from 0, of the terminal's own cursor, hidden or not."""
        return self._screen.cursor.x, self._screen.cursor.y

    def cursor_is_hidden(self) -> bool:
        """Whether the terminal's own cursor is off."""
        return bool(self._screen.cursor.hidden)

    def qr_pixels(self, scale: int = 4) -> memoryview:
        """The screen as grey pixels, for `zxingcpp.read_barcodes(pixels, try_invert=False)`.

        A cell is drawn as two squares of `scale` by `scale` pixels, one above the other; a half block
        colours one of them, and a cell with any other character counts as its background. The default
        colours are light grey on black, as on most terminals.

        Shape: (rows * 2 * scale, columns * scale), one byte a pixel, 0 black to 255 white.
        """
        picture = bytearray()
        for row in self.cells():
            halves = [_halves(cell) for cell in row]
            for half in (0, 1):
                line = b"".join(bytes([pair[half]]) * scale for pair in halves)
                picture += line * scale
        shape = (self.rows * 2 * scale, self.columns * scale)
        return memoryview(bytes(picture)).cast("B", shape)

    # -- waiting

    def wait_for(self, text: str, timeout: float = 10.0) -> None:
        """Read until `text` is on the screen, in one line."""
        self.wait_until(lambda: text in self.text(), timeout, f"{text!r}")

    def wait_gone(self, text: str, timeout: float = 10.0) -> None:
        """Read until `text` is nowhere on the screen."""
        self.wait_until(lambda: text not in self.text(), timeout, f"{text!r} to go")

    def wait_until(self, come: Callable[[], bool], timeout: float = 10.0, name: str = "it") -> None:
        """Read until `come()` holds. Fails after `timeout` seconds, or at once when the program is over."""
        end = time.monotonic() + timeout
        while not come():
            left = end - time.monotonic()
            if left <= 0:
                raise AssertionError(f"waited {timeout} s in vain for {name}\n{self.text()}")
            self._pump(min(left, 0.02))
            if not self.alive() and not self._pump(0) and not come():
                raise AssertionError(f"the program ended; was waiting for {name}\n{self.text()}")

    def settle(self, quiet: float = 0.3, limit: float = 5.0) -> None:
        """Read until the program has sent nothing for `quiet` seconds, or for `limit` seconds at most."""
        end = time.monotonic() + limit
        while time.monotonic() < end and self._pump(quiet):
            pass

    # -- inside

    def _starts(self, slave: int) -> Process:
        # setsid makes the pty the program's controlling terminal and becomes the program: one process id.
        return subprocess.Popen(
            ["setsid", "--ctty", *self._command],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=self._env,
            cwd=self._cwd,
        )

    def _pump(self, timeout: float) -> bool:
        """Read what has come within `timeout` seconds, one chunk. False if nothing came."""
        if self._closed:
            if timeout:
                # Nothing can come any more; what is waited for is the end of the process.
                select.select([], [], [], timeout)
            return False
        if not select.select([self._master], [], [], timeout)[0]:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:  # how Linux says that no program holds the terminal any more
            data = b""
        if not data:
            self._closed = True
            return False
        self._answer_sync(data)
        self.raw += data
        self._stream.feed(data)
        self._lines = []
        return True

    def _answer_sync(self, data: bytes) -> None:
        if _SYNC_QUERY in bytes(self.raw[-len(_SYNC_QUERY) + 1 :]) + data:
            self._answer(_SYNC_ANSWER)

    def _answer(self, data: bytes) -> None:
        os.write(self._master, data)

    def _rest_after_escape(self) -> None:
        while (left := self._escaped_at + _AFTER_ESCAPE - time.monotonic()) > 0:
            self._pump(left)

    def _set_size(self) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", self.rows, self.columns, 0, 0))


def environment(changes: Mapping[str, str | None]) -> dict[str, str]:
    """Return the small environment that a program is started in, with these changes."""
    base = {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
        **changes,
    }
    return {name: value for name, value in base.items() if value is not None}


def _bytes_of(key: str) -> bytes:
    if key in KEY_BYTES:
        return KEY_BYTES[key].encode()
    modifier, _, letter = key.rpartition("+")
    if modifier == "ctrl":
        return bytes([ord(letter.upper()) & 0x1F])
    if modifier == "alt":
        return b"\x1b" + letter.encode()
    assert len(key) == 1, f"no such key: {key}"
    return key.encode()


def _cell(char: Any) -> Cell:
    return Cell(char.data, char.fg, char.bg, char.bold, char.reverse, char.blink)


def _halves(cell: Cell) -> tuple[int, int]:
    """The greys of a cell's upper and lower half."""
    ink, paper = _grey(cell.fg, 229), _grey(cell.bg, 0)
    if cell.reverse:
        ink, paper = paper, ink
    return ink if cell.char in ("▀", "█") else paper, ink if cell.char in ("▄", "█") else paper


def _grey(colour: str, default: int) -> int:
    """How light a colour is, by the weights of ITU-R BT.601."""
    if colour in _GREYS:
        grey = _GREYS[colour]
        return default if grey is None else grey
    if colour.startswith("bright"):
        return 200
    red, green, blue = (int(colour[start : start + 2], 16) for start in (0, 2, 4))
    return round(0.299 * red + 0.587 * green + 0.114 * blue)
