"""Bytes to a printer and back, by a device file or a network, and no wait without an end."""

import errno
import fcntl
import os
import select
import socket
import stat
import struct
import termios
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from kiosk.errors import PrinterError, PrinterTrouble
from kiosk.os_errors import explained
from kiosk.settings.printers import Address, address_of

_PIECE = 4096
_PAUSE = 0.02
_LOOK = 0.25
"""How often to look again: not every driver wakes who waits for room."""
_GONE = select.POLLERR | select.POLLHUP | select.POLLNVAL
_HINTS = {
    errno.EACCES: "Put the kiosk's user in the group 'lp'.",
    errno.EBUSY: "Another program is using it.",
}
_ON = "Check that it is on and plugged in."


@dataclass(frozen=True)
class Patience:
    """How long a printer is waited for, in seconds."""

    connect: float = 3
    answer: float = 0.8
    """For one answer. Printers give it at once, or never."""
    still: float = 4
    """While it takes nothing."""
    most: float = 20
    """For everything: a slow printer takes a line in some 80 ms."""


class Wire:
    """An open printer. Every method raises PrinterError where it has gone or takes nothing for too long."""

    def __init__(
        self, descriptor: int, where: str, patience: Patience, stopped: Callable[[], bool] = lambda: False
    ) -> None:
        """Begin. Once `stopped` says so, every wait ends in a PrinterError."""
        self._stopped = stopped
        self.where = where
        self.patience = patience
        self._descriptor = descriptor
        self._ends = time.monotonic() + patience.most
        self._begun = False
        self._talks = False

    def send(self, data: bytes) -> None:
        """Hand what is to be printed over to the system, as fast as the printer takes it."""
        for _ in self._push(data):
            self._begun = True

    def finish(self) -> None:
        """Wait until the printer, or its end of the network, has taken all."""
        self._wait(select.POLLOUT, self._soon())  # a driver drops what it still holds when it is closed
        left, until = self._queued(), self._soon()
        while left:
            time.sleep(_PAUSE)
            self._wait(select.POLLOUT | select.POLLIN, until)
            before, left = left, self._queued()
            if left < before:
                until = self._soon()
            elif time.monotonic() > until:
                raise self._stuck()

    def ask(self, question: bytes, is_answer: Callable[[int], bool]) -> int | None:
        """Send a question and return the first byte that answers it; None where none comes in time."""
        for _ in self._push(question):
            pass
        until = min(time.monotonic() + self.patience.answer, self._ends)
        while (left := until - time.monotonic()) > 0:
            if not self._poll(select.POLLIN, left):
                return None
            try:
                answers = os.read(self._descriptor, _PIECE)
            except BlockingIOError:
                continue
            except OSError as error:
                raise self._trouble(error) from error
            if not answers and self._talks:
                raise self._trouble()
            if not answers:  # a device that only prints
                return None
            for answer in filter(is_answer, answers):
                self._talks = True
                return answer
        return None

    def stay(self) -> None:
        """Stay for a moment with a printer that tells nothing: it may break off what it took."""
        self._poll(select.POLLIN, self.patience.answer)

    def drop(self, last: bytes) -> None:
        """Take back what was not printed: it must not come out later, when somebody else stands there.

        `last` goes to a printer that still listens.
        """
        with suppress(OSError, termios.error):
            if not self._queued():
                os.write(self._descriptor, last)
            elif os.isatty(self._descriptor):
                termios.tcflush(self._descriptor, termios.TCOFLUSH)
            else:
                with socket.socket(fileno=os.dup(self._descriptor)) as connection:
                    # Closed with a time to linger of 0, it forgets what it holds.
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def _push(self, data: bytes) -> Iterator[int]:
        """Write data, yielding each time that some was taken."""
        rest = memoryview(data)
        until = self._soon()
        while rest:
            self._wait(select.POLLOUT, until)
            try:
                taken = os.write(self._descriptor, rest[:_PIECE])
            except BlockingIOError:
                time.sleep(_PAUSE)  # some drivers say too soon that there is room
                if time.monotonic() > until:
                    raise self._stuck() from None
                continue
            except OSError as error:
                raise self._trouble(error) from error
            rest = rest[taken:]
            until = self._soon()
            yield taken

    def _soon(self) -> float:
        return min(time.monotonic() + self.patience.still, self._ends)

    def _poll(self, events: int, seconds: float) -> int:
        """Return which events came within a time. Raises PrinterError where the printer has gone."""
        if self._stopped():
            raise PrinterError(PrinterTrouble.STOPPED, f"{self.where} was told to stop.")
        waiting = select.poll()
        waiting.register(self._descriptor, events)
        came = waiting.poll(max(seconds, 0) * 1000)
        found = came[0][1] if came else 0
        if found & _GONE:
            raise self._trouble()
        return found

    def _wait(self, events: int, until: float) -> None:
        """Wait for an event. Raises PrinterError where it does not come in time, or the printer has gone."""
        while not self._poll(events, min(until - time.monotonic(), _LOOK)):
            if time.monotonic() >= until:
                raise self._stuck()

    def _queued(self) -> int:
        """Return how many bytes the system still holds back, as far as it tells: sockets and ttys do."""
        try:
            told = fcntl.ioctl(self._descriptor, termios.TIOCOUTQ, bytes(4))
        except OSError:
            return 0
        return int(struct.unpack("i", told)[0])

    def _stuck(self) -> PrinterError:
        return PrinterError(
            PrinterTrouble.STOPPED if self._begun else PrinterTrouble.NO_ANSWER,
            f"{self.where} does not accept any more data.",
        )

    def _trouble(self, error: OSError | None = None) -> PrinterError:
        # So the drivers of Linux say that the paper is out.
        if error is not None and error.errno == errno.ENOSPC:
            return PrinterError(PrinterTrouble.NO_PAPER, f"{self.where} is out of paper.")
        # A write and a poll meet the same unplugged cable, and whichever is first tells it.
        why = f"{self.where} has gone: it was unplugged, was turned off, or is broken. {_ON}"
        return PrinterError(PrinterTrouble.STOPPED if self._begun else PrinterTrouble.NO_ANSWER, why)


@contextmanager
def opened(
    device: str, patience: Patience, last: bytes, stopped: Callable[[], bool] = lambda: False
) -> Iterator[Wire]:
    """Open what the settings name. Where something goes wrong then, `last` is sent to what still listens."""
    address = address_of(device)
    descriptor = _connected(address, patience.connect) if address else _opened(device)
    try:
        wire = Wire(descriptor, device, patience, stopped)
        try:
            yield wire
        except PrinterError:
            wire.drop(last)
            raise
    finally:
        os.close(descriptor)


def _connected(address: Address, seconds: float) -> int:
    try:
        connection = socket.create_connection(address, seconds)
    except OSError as error:
        where = f"the printer at {address.host}, port {address.port},"
        raise PrinterError(
            PrinterTrouble.NO_ANSWER, explained(error, where, "It could not be reached.")
        ) from error
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * _PIECE)  # else a whole job lies there
    connection.setblocking(False)
    return connection.detach()


def _opened(path: str) -> int:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError as error:
        hint = _HINTS.get(error.errno or 0, _ON)
        raise PrinterError(PrinterTrouble.NO_ANSWER, f"{path} could not be opened. {hint}") from error
    if not stat.S_ISCHR(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise PrinterError(
            PrinterTrouble.NOT_READY, f"{path} is not a device."
        )  # and a slip in a file could be read there
    if os.isatty(descriptor):
        with suppress(termios.error):
            tty.setraw(descriptor, termios.TCSANOW)
    return descriptor
