"""A process that is split off: what this one has loaded it has too."""

import fcntl
import os
import select
import signal
import subprocess
import sys
import termios
import warnings
from collections.abc import Callable
from functools import partial


class Forked:
    """A process, as `subprocess` has one. `reap` waits for its end and returns its exit code."""

    def __init__(self, pid: int, reap: Callable[[], int] | None = None) -> None:
        """Hold a child of this process, or with `reap` one of another."""
        self.pid = pid
        self._reap = reap or partial(code_of, pid)
        self._descriptor = os.pidfd_open(pid)
        self._code: int | None = None

    def poll(self) -> int | None:
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout: float | None = None) -> int:
        if self._code is None:
            if not select.select([self._descriptor], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("kiosk", timeout or 0)
            self._code = self._reap()
            os.close(self._descriptor)
        return self._code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            signal.pidfd_send_signal(self._descriptor, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


def forked() -> int:
    """Fork, and return the child's process id; 0 in the child, which must end with `os._exit`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of a fork beside threads
        return os.fork()


def code_of(pid: int) -> int:
    """Wait for the end of a child, and return its exit code."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def take_terminal(slave: int) -> None:
    """Have this terminal and no other one."""
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)


def take_stream(descriptor: int) -> None:
    """Read from it, and write to it whatever is said."""
    for standard, (name, mode) in enumerate(zip(("stdin", "stdout", "stderr"), "rww", strict=True)):
        os.dup2(descriptor, standard)
        opened = os.fdopen(standard, mode, closefd=False)
        sys.__dict__.update({name: opened, f"__{name}__": opened})
