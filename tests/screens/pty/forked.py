"""Kiosks that start at once: forked from a process that has imported everything, and so are their processes.

    python -m tests.screens.pty.forked NUMBER

To start Python and to import all that a visit shows takes half a second of a processor, for each visit anew.
Where that is the subject, or what a program gets from whoever starts it, a kiosk is started as at a venue.
Codes are stretched cheaply, as in the process that tests.
"""

import gc
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from importlib import import_module
from types import SimpleNamespace
from typing import NoReturn

from kiosk.cli import processes
from kiosk.entry import handle
from kiosk.isolation import environment_of_command
from kiosk.seal import Costs
from kiosk.supervision import children
from tests.kiosk.forking import Forked, code_of, take_stream, take_terminal
from tests.pty_terminal import ROOT, environment
from tests.screens.pty import changes

FIRST = 3
"""The first number of a file that is no standard stream."""
CHEAP = Costs(memory_kib=8, passes=1)
"""As `tests.conftest.FAST`, which costs the import of pytest."""


class Nursery:
    """The process that kiosks are forked from, as a test sees it: started when the first one is."""

    def __init__(self) -> None:
        self._control: socket.socket | None = None

    def kiosk(self, changed: str, env: Mapping[str, str], slave: int) -> Forked:
        """Start a kiosk on a terminal, changed as one of `changes` does it."""
        if self._control is None:
            self._control, theirs = socket.socketpair()
            command = [sys.executable, "-m", "tests.screens.pty.forked", str(theirs.fileno())]
            with theirs:
                self._process = subprocess.Popen(
                    command, env=environment({}), cwd=ROOT, pass_fds=[theirs.fileno()]
                )
        told, theirs = socket.socketpair()
        asked = json.dumps([changed, {**env}]).encode()
        with theirs:
            socket.send_fds(self._control, [asked], [slave, theirs.fileno()])
        return Forked(int(told.recv(64)), partial(_told, told))

    def close(self) -> None:
        """End it."""
        if self._control is not None:
            self._control.close()
            self._process.wait()


def _told(told: socket.socket) -> int:
    with told:
        return int(told.recv(64))


class _Nursing:
    """The process itself."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._selector = selectors.DefaultSelector()
        self._selector.register(control, selectors.EVENT_READ, self._starts)

    def run(self) -> None:
        """Start whatever is asked for, and tell of its end, until nobody is there to ask."""
        while self._control.fileno() >= 0:
            for key, _ in self._selector.select():
                key.data()

    def _starts(self) -> None:
        asked, given, _, _ = socket.recv_fds(self._control, 65_536, 2)
        if not asked:
            self._control.close()
            return
        changed, env = json.loads(asked)
        slave, descriptor = given
        if not (pid := os.fork()):
            take_terminal(slave)
            _becomes([], env, slave, changed)
        os.close(slave)
        told = socket.socket(fileno=descriptor)
        told.sendall(str(pid).encode())
        ended = os.pidfd_open(pid)
        self._selector.register(ended, selectors.EVENT_READ, partial(self._ended, ended, pid, told))

    def _ended(self, ended: int, pid: int, told: socket.socket) -> None:
        self._selector.unregister(ended)
        os.close(ended)
        with told:
            told.sendall(str(code_of(pid)).encode())


def _child(
    changed: str,
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    pass_fds: Sequence[int] = (),
    **_streams: int,
) -> Forked:
    """Fork what `subprocess.Popen` would start for a supervisor: a process of the kiosk, with no terminal."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    if not (pid := os.fork()):
        signal.set_wakeup_fd(-1)
        for number in signal.valid_signals():
            if callable(signal.getsignal(number)):
                signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        nothing = os.open(os.devnull, os.O_RDWR)
        _becomes(command[command.index("-m") + 2 :], env, nothing, changed, *pass_fds)
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return Forked(pid)


def _becomes(
    arguments: Sequence[str], env: Mapping[str, str], stream: int, changed: str, *kept: int
) -> NoReturn:
    """Be the `kiosk` command with these arguments and this stream, and nothing of what this process was."""
    code = 1
    try:
        take_stream(stream)
        for first, last in zip((FIRST - 1, *kept), (*kept, 1024), strict=True):
            os.closerange(first + 1, last)
        os.environ.clear()
        os.environ |= environment_of_command(env)
        os.umask(0o077)
        sys.argv = ["kiosk", *arguments]
        children.subprocess = SimpleNamespace(  # type: ignore[assignment,attr-defined]
            Popen=partial(_child, changed),
            DEVNULL=subprocess.DEVNULL,
            TimeoutExpired=subprocess.TimeoutExpired,
        )
        getattr(changes, changed)(*arguments)
        processes.run()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
    except BaseException as error:  # noqa: BLE001 - nothing of this process goes on
        sys.excepthook(type(error), error, error.__traceback__)
    finally:
        sys.stdout.flush()
        os._exit(code)


def main() -> None:
    """Import whatever a kiosk imports sooner or later, and be the process that kiosks are forked from."""
    for module in ("babel.dates", "kiosk.cli.main", "kiosk.desk.put_back", "kiosk.session", "qrcode"):
        import_module(module)
    for what in ("visit", "desk"):
        processes.screens_of(what)
    handle.Costs = lambda: CHEAP  # type: ignore[assignment,attr-defined,misc]
    gc.freeze()
    _Nursing(socket.socket(fileno=int(sys.argv[1]))).run()


if __name__ == "__main__":
    main()
