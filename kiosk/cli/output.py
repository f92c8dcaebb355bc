"""What a command prints: on its way before the command goes on, and in letters that the other end takes."""

import errno
import io
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO

from kiosk.errors import OutputError

_WIDE = ("utf-8", "utf-16", "utf-32")


class Output(io.TextIOWrapper):
    """A standard stream that says so where it takes nothing, and fails on no letter.

    Letters that it does not have are spelled with those it has. What was flushed into a file is on the disk,
    with the file's name. With `quiet` it raises nothing: it is where errors are told, so nobody could be.
    """

    def __init__(self, stream: TextIO | None, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self.lost = False
        """Whether something could not be written."""
        name = (stream.encoding if stream else None) or "utf-8"
        self._known = "" if name.lower().startswith(_WIDE) else name
        # Not ASCII by that name: click would then write in UTF-8 all the same. No other letter comes here.
        encoding = "latin-1" if self._known.lower() in ("ascii", "us-ascii", "ansi_x3.4-1968") else name
        buffer = stream.buffer if stream else io.BufferedWriter(_Closed())
        super().__init__(buffer, encoding, errors="backslashreplace", newline="\n", line_buffering=True)

    def write(self, text: str) -> int:
        """Write text. Raises OutputError."""
        with self._telling():
            super().write(self._spelled(text))
        return len(text)

    def flush(self) -> None:
        """Wait until all that was written is with the other end, or on the disk. Raises OutputError."""
        with self._telling():
            super().flush()
            if not self.lost:
                self._sync()

    def let_go(self) -> None:
        """Leave the stream to whoever had it before."""
        with suppress(OSError, OutputError):
            self.detach()

    def _sync(self) -> None:
        try:
            there = os.fstat(self.fileno()).st_mode
        except (OSError, io.UnsupportedOperation):
            return  # no file of the system's
        if stat.S_ISREG(there):
            from kiosk.vault.durable import DISK

            DISK.fsync(self.fileno())
            DISK.flush_all(self.fileno())  # its name too, in whatever folder that is

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.lost = True
            self._drop()
            if not self._quiet:
                from kiosk.os_errors import explained

                says = explained(error, "the output", "What this command says could not be printed.")
                raise OutputError(says, gone=error.errno == errno.EPIPE) from error

    def _drop(self) -> None:
        """Let what is left go nowhere: it would be tried again when the program ends."""
        with suppress(OSError, io.UnsupportedOperation):
            nowhere = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)

    def _spelled(self, text: str) -> str:
        if not self._known or text.isascii():
            return text
        from kiosk.devices.transliteration import spelled

        return spelled(text, self._has)

    def _has(self, letter: str) -> bool:
        try:
            letter.encode(self._known)
        except UnicodeEncodeError:
            return False
        return True


class _Closed(io.RawIOBase):
    """What stands for a stream that was closed before the program began; like one dropped it says so once."""

    def __init__(self) -> None:
        self._told = False

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        if self._told:
            return len(data)
        self._told = True
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


@contextmanager
def delivered() -> Iterator[None]:
    """Let standard output and standard error be an `Output`."""
    before = sys.stdout, sys.stderr
    out, err = Output(sys.stdout), Output(sys.stderr, quiet=True)
    sys.stdout, sys.stderr = out, err
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
        out.let_go()
        err.let_go()


def require_told() -> None:
    """Raise OutputError where something that was said on standard error could not be written."""
    if isinstance(sys.stderr, Output) and sys.stderr.lost:
        raise OutputError("What this command says could not be printed: the text on standard error was lost.")
