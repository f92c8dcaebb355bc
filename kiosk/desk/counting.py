"""Counting many sealed pages on all cores.

Each worker is a new process, which gets the venue's key through a pipe once nobody can look into its memory,
and ends when that pipe does. What it reads of a page is the matter of `kiosk.desk.tally`.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import tzinfo
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path

from kiosk.desk.tally import Counted, Entry, Job, Reader
from kiosk.errors import DeskError
from kiosk.process import clean_environment, forbid_dumps, ignore_keyboard_signals
from kiosk.vault.catalogue import Row

CHUNK = 400
"""So many entries a worker is handed at a time: some 60 ms of work. Fewer are counted without workers."""
Progress = Callable[[int, int], None]
"""Told how many entries are counted, and how many there are."""

# Never forked: a child would begin with all that the memory of this process holds. -P: a file in the folder
# the command was started from must not pass for one of its modules.
_PYTHON = (sys.executable, "-P", "-c")
_GONE = (EOFError, BrokenPipeError, ConnectionResetError)
"""What meets one end of a pipe when the process at the other has ended."""


class Crew:
    """Counts entries, in processes of its own where there are many. Close it."""

    def __init__(
        self,
        vault: Path,
        identity: str,
        expected: int,
        *,
        zone: tzinfo | None = None,
        processes: int | None = None,
    ) -> None:
        """Start the processes, which are ready some moments later.

        `vault` is where the pages lie, `identity` the venue's, `expected` about how many entries there are,
        and `zone` whose days count, this machine's where none is given.
        """
        self._job = Job(vault, identity, zone)
        self._workers: dict[Connection, subprocess.Popen[bytes]] = {}
        workers = min(processes or len(os.sched_getaffinity(0)), -(-expected // CHUNK))
        for _ in range(workers if workers > 1 else 0):
            mine, its = Pipe()
            started = subprocess.Popen(
                (*_PYTHON, f"from kiosk.desk.counting import be_worker; be_worker({its.fileno()})"),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=clean_environment(os.environ),
                pass_fds=(its.fileno(),),
            )
            its.close()  # so that each end notices when the process at the other has ended
            self._workers[mine] = started

    def count(self, rows: Sequence[Row], progress: Progress = lambda done, total: None) -> Counted:
        """Return what the entries of these rows say, each in the quarter of its newest reflection.

        An entry that was erased meanwhile is left out. Raises DeskError where a process was stopped.
        """
        entries = [(row.id, row.pages > 1) for row in rows]
        chunks = [entries[start : start + CHUNK] for start in range(0, len(entries), CHUNK)]
        every, done = Counted(), 0
        for size, counted in self._shared(chunks) if self._workers else self._alone(chunks):
            every.add(counted)
            done += size
            progress(done, len(entries))
        return every

    def close(self) -> None:
        """End the processes, at work or not."""
        for mine, worker in self._workers.items():
            mine.close()
            worker.terminate()
            worker.wait()
        self._workers = {}

    def _alone(self, chunks: Iterable[Sequence[Entry]]) -> Iterator[tuple[int, Counted]]:
        """Yield how many entries were counted, and what they say, chunk by chunk."""
        reader = Reader(self._job)
        yield from ((len(chunk), reader.count(chunk)) for chunk in chunks)

    def _shared(self, chunks: Iterable[Sequence[Entry]]) -> Iterator[tuple[int, Counted]]:
        """Hand chunks out to the processes, and yield the same, as each is done."""
        waiting = iter(chunks)
        busy: dict[Connection, int] = {}

        def hand_out(idle: Connection) -> None:
            chunk = next(waiting, None)
            if chunk is not None:
                idle.send(chunk)
                busy[idle] = len(chunk)

        try:
            for idle in self._workers:
                idle.send(self._job)
                hand_out(idle)
            while busy:
                done = wait(list(busy))
                for one in [mine for mine in busy if mine in done]:
                    counted, size = one.recv(), busy.pop(one)
                    if isinstance(counted, Exception):
                        raise counted
                    hand_out(one)
                    yield size, counted
        except _GONE as error:
            raise DeskError(
                "The counting was stopped before its end, so there is no summary. Try again."
            ) from error


def be_worker(descriptor: int) -> None:
    """Count what comes through a pipe until that ends: what a process of a crew does."""
    ignore_keyboard_signals()  # Ctrl+C is for the process that started this one
    forbid_dumps()
    with suppress(*_GONE), Connection(descriptor) as parent:
        while True:
            message = parent.recv()
            if isinstance(message, Job):
                reader = Reader(message)
                continue
            try:
                answer: Counted | Exception = reader.count(message)
            except Exception as error:  # noqa: BLE001 - the parent raises it: it would be printed here
                answer = error
            parent.send(answer)
