"""A process that plays a scene, and may be killed at any call or have any call refused.

`python -m tests.kiosk.vault.torture.victim` reads a `Task` a line and forks for each, so that Python is
loaded once. The new process says `ready PID`, waits for a line, plays, and tells each step as a line of
JSON. Once it has ended, `ended CODE` is said: the exit code, or minus the signal.
"""

import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from kiosk.vault import page_files
from kiosk.vault.durable import DISK
from tests.kiosk.vault.torture.ledger import Told
from tests.kiosk.vault.torture.recording import Recorder
from tests.kiosk.vault.torture.scenes import SCENES, Actor
from tests.kiosk.vault.torture.size import SIZE

CHECKOUT = Path(__file__).parents[4]
FAILED = 1


class Task(msgspec.Struct, frozen=True):
    """A scene and where it is played."""

    scene: str
    root: str
    """The folder that holds the home."""
    refusals: bool = False
    """Whether a VaultError is part of the scene."""
    record: str = ""
    """A file for the calls that a recording disk saw; empty for the machine's own disk."""


class Ended(msgspec.Struct, frozen=True):
    """What came of a task."""

    told: list[Told]
    code: int
    """The exit code, or minus the signal."""
    said: str = ""
    """The traceback of an error that nobody foresaw."""


class Victims:
    """The test's side: plays tasks one after another, each in a process of its own.

    `module` is what is run, and calls `serve`.
    """

    def __init__(self, module: str = __name__) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def plays(self, task: Task, *strace: str) -> Ended:
        """Play a task to its end, from its first call on under strace where that is given options."""
        self._sends(msgspec.json.encode(task).decode())
        word, pid = self._line().split()
        assert word == "ready"
        with _traced(int(pid), strace):
            self._sends("go")
            told, said = [], ""
            while not (line := self._line()).startswith("ended "):
                if line.startswith("["):
                    told.append(msgspec.json.decode(line, type=Told))
                else:
                    said = msgspec.json.decode(line, type=str)
        return Ended(told, int(line.split()[1]), said)

    def _sends(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line.endswith("\n"), f"the process that starts the others is gone: {line!r}"
        return line.rstrip("\n")


@contextmanager
def _traced(pid: int, options: Sequence[str]) -> Iterator[None]:
    if not options:
        yield
        return
    command = ["strace", "-f", "-p", str(pid), *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
        assert strace.stderr is not None
        said = strace.stderr.readline()
        assert "attached" in said, said
        yield
        strace.stderr.read()


def _play(task: Task) -> None:
    page_files.SHELVES = SIZE.shelves
    root = Path(task.root)
    recorder = Recorder(root) if task.record else None
    wait_for_go()
    actor = Actor(root / "home", _tell, disk=recorder or DISK, refusals=task.refusals)
    SCENES[task.scene](actor)
    actor.vault.close()
    if recorder:
        Path(task.record).write_bytes(msgspec.json.encode(recorder.calls))


def _tell(told: Told) -> None:
    os.write(1, msgspec.json.encode(told) + b"\n")


def wait_for_go() -> None:
    """Say that the scene begins, and wait until strace is there."""
    sys.stdout.write(f"ready {os.getpid()}\n")
    sys.stdout.flush()
    sys.stdin.readline()


def serve(play: Callable[[Task], None]) -> None:
    """Play one task after another, each in a process of its own; `play` calls `wait_for_go`."""
    while line := sys.stdin.readline():
        if line == "go\n":
            continue  # for one that was killed before it had read it
        task = msgspec.json.decode(line, type=Task)
        pid = os.fork()
        if pid == 0:
            try:
                play(task)
            except BaseException:  # noqa: BLE001  # told to the test, which fails on it
                os.write(1, msgspec.json.encode(traceback.format_exc()) + b"\n")
                os._exit(FAILED)
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        sys.stdout.write(f"ended {os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve(_play)
