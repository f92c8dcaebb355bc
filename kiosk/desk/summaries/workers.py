"""Counting many sealed pages on all cores.

Each worker is a new process, which gets the venue's key through a pipe once nobody can look into its memory,
and ends when that pipe does. What it reads of a page is the matter of `kiosk.counts.tally`.
"""

import os
import subprocess
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path
from types import MappingProxyType

from kiosk.counts.tally import Counted, Entry, Job, Reader
from kiosk.errors import DeskError
from kiosk.hardening import forbid_dumps, ignore_stray_signals
from kiosk.isolation import PYTHON, clean_environment

CHUNK = 200
"""So many entries a process is handed at a time: some 30 ms of work."""

# Never forked: a child would begin with all that the memory of this process holds.
_PYTHON = (*PYTHON, "-c")
_GONE = (EOFError, BrokenPipeError, ConnectionResetError)
"""What meets one end of a pipe when the process at the other has ended."""


class Workers:
    """Counts entries, in processes of its own where there are many. Close it."""

    def __init__(
        self,
        vault: Path,
        identity: str,
        *,
        processes: int | None = None,
        held: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Start the processes, which are ready some moments later; as many as there are cores unless you say.

        `vault` is where the pages lie, `identity` the venue's, with those of held venues behind it, and
        `held` the names of these by their recipients.
        """
        self._job = Job(vault, identity, dict(held))
        self._workers: dict[Connection, subprocess.Popen[bytes]] = {}
        workers = len(os.sched_getaffinity(0)) if processes is None else processes
        for _ in range(workers if workers > 1 else 0):
            mine, its = Pipe()
            started = subprocess.Popen(
                (*_PYTHON, f"from kiosk.desk.summaries.workers import be_worker; be_worker({its.fileno()})"),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=clean_environment(os.environ),
                pass_fds=(its.fileno(),),
            )
            its.close()  # so that each end notices when the process at the other has ended
            self._workers[mine] = started

    def count(
        self, entries: Iterable[Entry], progress: Callable[[int], object] = lambda done: None
    ) -> Counted:
        """Return what entries say, each in the quarter of its newest reflection.

        `progress` is told how many are counted. An entry that was erased meanwhile is left out. Raises
        DeskError where a process was stopped.
        """
        waiting = iter(entries)
        chunks = iter(lambda: list(islice(waiting, CHUNK)), [])
        every, done = Counted(), 0
        for size, counted in self._shared(chunks) if self._workers else self._alone(chunks):
            every.add(counted)
            done += size
            progress(done)
        return every

    def close(self) -> None:
        """End the processes, at work or not."""
        for mine, worker in self._workers.items():
            mine.close()
            worker.terminate()
            worker.wait()
        self._workers = {}

    def _alone(self, chunks: Iterator[list[Entry]]) -> Iterator[tuple[int, Counted]]:
        """Yield how many entries were counted, and what they say, chunk by chunk."""
        reader = Reader(self._job)
        yield from ((len(chunk), reader.count(chunk)) for chunk in chunks)

    def _shared(self, chunks: Iterator[list[Entry]]) -> Iterator[tuple[int, Counted]]:
        """Hand chunks out to the processes, and yield the same, as each is done."""
        busy: dict[Connection, deque[int]] = {mine: deque() for mine in self._workers}

        def hand_out(mine: Connection) -> None:
            chunk = next(chunks, None)
            if chunk is not None:
                mine.send(chunk)
                busy[mine].append(len(chunk))

        try:
            for mine in busy:
                mine.send(self._job)
            for mine in (*busy, *busy):  # two each, so that nobody waits for the next one
                hand_out(mine)
            while any(busy.values()):
                ready = wait([mine for mine, sizes in busy.items() if sizes])
                for mine in [mine for mine in busy if mine in ready]:
                    counted = mine.recv()
                    if isinstance(counted, Exception):
                        raise counted
                    hand_out(mine)
                    yield busy[mine].popleft(), counted
        except _GONE as error:
            raise DeskError("The counting was interrupted, so there are no statistics. Try again.") from error


def be_worker(descriptor: int) -> None:
    """Count what comes through a pipe until that ends: what each of several processes does."""
    ignore_stray_signals()  # Ctrl+C is for the process that started this one
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
