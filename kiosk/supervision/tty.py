"""The terminal without Textual: take it, clean it between two processes, show a plain page, give it back."""

import os
import select
import termios
import textwrap
import tty
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from kiosk.rtl import painted

_CLEAN = (
    "\x18\x1b\\"  # end a sequence or a string that a killed process left open
    "\x1b[?2026l"  # a frame that was never finished
    "\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1016l"  # mouse
    "\x1b[?1004l\x1b[?2004l\x1b[?2048l"  # focus, paste, sizes in band
    "\x1b[<u"  # Kitty's keyboard protocol
    "\x1b[?1l\x1b>\x1b[4l"  # cursor keys, keypad, insert mode
    "\x1b(B\x0f\x1b[?6l\x1b[r\x1b[?7h\x1b[0m"  # letters, origin, margins, wrapping, colours
)
_EMPTY = "\x1b[2J\x1b[3J\x1b[H"
_ENTER = "\x1b[?1049h\x1b[?25l"
_LEAVE = "\x1b[?1049l\x1b[H\x1b[2J\x1b[?25h"
_USUAL_COLOURS = "\x1b]R"
"""Of the console of Linux; another terminal would wait for the end of it."""

_WIDEST = 60
"""Columns of a plain page: short lines are easier to read."""


class TerminalGoneError(OSError):
    """The terminal was closed, so nobody is looking any more."""


def wipe(target: int) -> None:
    """Undo what a program left on a terminal, and leave nothing to be read, without a Tty to do it."""
    with suppress(OSError):  # a terminal that is gone shows nothing
        os.write(target, (_CLEAN + _EMPTY).encode())


@contextmanager
def typed_raw(source: int) -> Iterator[Callable[[float], bytes]]:
    """Give what reads a terminal key by key, unseen: what comes within so many seconds, or nothing."""

    def read(seconds: float) -> bytes:
        return os.read(source, 4096) if select.select([source], [], [], seconds)[0] else b""

    found = termios.tcgetattr(source)
    try:
        tty.setraw(source)
        yield read
    finally:
        termios.tcsetattr(source, termios.TCSAFLUSH, found)


class Tty:
    """A real terminal, by the file descriptors to read from and to write to.

    Every method but `give_back` raises TerminalGoneError once the terminal is closed.
    """

    def __init__(self, source: int, target: int) -> None:
        self.source = source
        self.target = target
        self._found: list[int | list[bytes | int]] | None = None
        self._page: tuple[str, ...] = ()

    def take(self) -> None:
        """Make the terminal quiet and empty: no echo, no keys that stop or kill, a hidden cursor.

        The shell's own screen is emptied too, since it shows for a moment between two processes.
        """
        try:
            self._found = termios.tcgetattr(self.source)
        except termios.error as error:
            raise TerminalGoneError(*error.args) from error
        self._quiet()
        self._write(_EMPTY + _CLEAN + _ENTER + _EMPTY)

    def clear(self) -> None:
        """Undo what the last process left, show nothing, and forget what was typed."""
        self._page = ()
        self._quiet()
        self._write(_CLEAN + _ENTER + _EMPTY)

    def forget_typed(self) -> None:
        """Drop what was typed and not yet read."""
        try:
            termios.tcflush(self.source, termios.TCIFLUSH)
        except termios.error as error:
            raise TerminalGoneError(*error.args) from error

    def show(self, page: Sequence[str]) -> None:
        """Show a plain page, a paragraph for each text, in the middle of the screen."""
        self._page = tuple(page)
        self.redraw()

    def redraw(self) -> None:
        """Show the page again, as after a change of size; nothing where none is shown."""
        if self._page:
            self._write("\x1b[0m" + _EMPTY + centred(self._page, *self.size()))

    def size(self) -> tuple[int, int]:
        """Return columns and rows; 80 and 24 where the terminal does not tell."""
        try:
            columns, rows = os.get_terminal_size(self.target)
        except OSError as error:
            raise TerminalGoneError(*error.args) from error
        return columns or 80, rows or 24

    def give_back(self) -> None:
        """Leave the terminal as it was found; nothing where it was never taken or has gone."""
        if self._found is None:
            return
        try:
            colours = _USUAL_COLOURS if os.environ.get("TERM") == "linux" else ""
            self._write(colours + _CLEAN + _EMPTY + _LEAVE)
            termios.tcsetattr(self.source, termios.TCSAFLUSH, self._found)
        except (TerminalGoneError, termios.error):
            return  # there is nothing left to give back
        finally:
            self._found = None

    def _quiet(self) -> None:
        try:
            mode = termios.tcgetattr(self.source)
            mode[0] &= ~termios.IXON  # Ctrl+S would hold up everything that is shown
            mode[1] |= termios.OPOST
            mode[3] &= ~(termios.ISIG | termios.ECHO | termios.ICANON | termios.IEXTEN)
            termios.tcsetattr(self.source, termios.TCSAFLUSH, mode)
            termios.tcflow(self.target, termios.TCOON)
        except termios.error as error:
            raise TerminalGoneError(*error.args) from error

    def _write(self, text: str) -> None:
        rest = text.encode()
        try:
            # A process that shared the terminal may have left it unable to wait.
            os.set_blocking(self.target, True)
            while rest:
                rest = rest[os.write(self.target, rest) :]
        except OSError as error:
            raise TerminalGoneError(*error.args) from error


def centred(page: Sequence[str], columns: int, rows: int) -> str:
    """Return what puts a page's paragraphs in the middle of an empty screen.

    Where there are too few rows for all, the first are kept.
    """
    width = max(1, min(_WIDEST, columns - 2))
    lines: list[str] = []
    for paragraph in page:
        lines += ["", *textwrap.wrap(paragraph, width)] if lines else textwrap.wrap(paragraph, width)
    lines = lines[:rows]
    top = (rows - len(lines)) // 2 + 1
    return "".join(
        f"\x1b[{row};{(columns - len(line)) // 2 + 1}H{line}"
        for row, line in enumerate(map(painted, lines), top)
        if line
    )
