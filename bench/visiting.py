"""A visit's process: from its start to Welcome, and its save, at none and at as many entries as there are."""

import fcntl
import os
import pty
import socket
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.made import Made
from bench.reading import child
from bench.table import Figure, beside, ms, times
from bench.timing import median
from kiosk.isolation import PYTHON, clean_environment
from kiosk.supervision.protocol import CHUNK, READY, SHOWN, Handover

STARTS = 7
SAVES = 15
NO_MORE = 1.2
"""What no entries cost must do for any number; more than one, since a busy machine wavers by as much."""


def welcome(none: Path, made: Made) -> Iterator[Figure]:
    """Yield the time from the start of a process to Welcome, and what it read until then."""
    took: dict[Path, list[float]] = {none: [], made.home: []}
    read: dict[Path, list[float]] = {none: [], made.home: []}
    with _terminal() as descriptor:
        for _ in range(STARTS):
            for home in took:
                seconds, size = _start(home, descriptor)
                took[home].append(seconds)
                read[home].append(size)
    before, after = median(took[none]), median(took[made.home])
    yield Figure(what="From spawn to Welcome", entries=0, value=ms(before))
    yield beside("From spawn to Welcome", made.entries, after, before, "at none", most=NO_MORE)
    bytes_before, bytes_after = median(read[none]), median(read[made.home])
    yield Figure(
        what="… bytes read until then",
        entries=made.entries,
        value=f"{bytes_after / 1e6:.3g} MB, beside a log of {made.log.stat().st_size / 1e6:.3g} MB",
        ratio=bytes_after / bytes_before,
        to="at none",
        limit=times(1),
        reached=bytes_after <= bytes_before * 1.01,
    )


def first_saves(none: Path, made: Made, size: int) -> Iterator[Figure]:
    """Yield the time of the first save of a process."""
    took: dict[Path, list[float]] = {none: [], made.home: []}
    for _ in range(SAVES):
        for home in took:
            took[home] += child("first-save", home, size)
    before, after = median(took[none]), median(took[made.home])
    yield Figure(what="First save of a process", entries=0, value=ms(before))
    yield beside("First save of a process", made.entries, after, before, "at none", most=NO_MORE)


@contextmanager
def _terminal() -> Iterator[int]:
    """Yield a terminal of 80 by 24, whatever is written to which is read and dropped."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

    def drop() -> None:
        with suppress(OSError):  # the terminal was closed
            while os.read(master, CHUNK):
                pass

    threading.Thread(target=drop, daemon=True).start()
    try:
        yield slave
    finally:
        os.close(slave)


def _start(home: Path, terminal: int) -> tuple[float, float]:
    """Start a visit as the supervisor does; return its seconds to Welcome, and the bytes it read."""
    ours, theirs = socket.socketpair()
    command = [*PYTHON, "-m", "kiosk", "visit-process", "--control", str(theirs.fileno())]
    environment = clean_environment(os.environ) | {"KIOSK_HOME": str(home)}
    start = time.perf_counter()
    with (
        ours,
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(),),
            env=environment,
        ) as process,
    ):
        theirs.close()
        try:
            _wait_for(ours, READY)
            socket.send_fds(ours, [Handover(home).to_line()], [terminal, terminal])
            _wait_for(ours, SHOWN)
            return time.perf_counter() - start, _bytes_read(process.pid)
        finally:
            process.kill()


def _wait_for(control: socket.socket, word: str) -> None:
    said = b""
    while not said.endswith(f"{word}\n".encode()):
        more = control.recv(CHUNK)
        if not more:
            raise RuntimeError(f"the process ended before it said {word}")
        said += more


def _bytes_read(pid: int) -> float:
    text = Path(f"/proc/{pid}/io").read_text()
    return float(dict(line.split(": ") for line in text.splitlines())["rchar"])
