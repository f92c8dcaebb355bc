"""A command of the kiosk on a real terminal, forked from the tests: nothing is loaded again."""

import fcntl
import os
import pty
import signal
import sys
import termios
import traceback
from pathlib import Path
from typing import Self

import pyte

from kiosk.cli.main import main
from tests.kiosk.forking import forked
from tests.pty_terminal import Terminal, _Screen


class _Forked:
    """What is used of `subprocess.Popen`."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._code: int | None = None

    def poll(self) -> int | None:
        return self._code if self._code is not None else self._ended(os.WNOHANG)

    def wait(self) -> int:
        while self._code is None:
            self._ended(0)
        return self._code

    def _ended(self, options: int) -> int | None:
        pid, status = os.waitpid(self.pid, options)
        if pid:
            self._code = os.waitstatus_to_exitcode(status)
        return self._code

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)


class CommandTerminal(Terminal):
    """A terminal in which `kiosk` runs with some arguments, past its start, on a home."""

    _process: _Forked  # type: ignore[assignment]

    def __init__(self, home: Path, *arguments: str, columns: int = 200) -> None:
        super().__init__(arguments, columns=columns, env={"KIOSK_HOME": str(home)})

    def __enter__(self) -> Self:
        self._master, slave = pty.openpty()
        self._screen = _Screen(self.columns, self.rows, self._answer)
        self._stream = pyte.ByteStream(self._screen)
        self._set_size()
        if (child := forked()) == 0:
            os._exit(self._runs(slave))
        os.close(slave)
        self._process = _Forked(child)
        return self

    def _runs(self, slave: int) -> int:
        """Be the command, and return its exit code."""
        try:
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            for descriptor in range(3):
                os.dup2(slave, descriptor)
            sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115
            os.environ.clear()
            os.environ.update(self._env)
            main(self._command, prog_name="kiosk")
        except SystemExit as end:
            sys.stdout.flush()
            return end.code if isinstance(end.code, int) else end.code is not None
        except BaseException:  # noqa: BLE001 - the test sees it on the screen
            traceback.print_exc()
            sys.stderr.flush()
        return 1
