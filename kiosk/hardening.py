"""What every process of the kiosk does to itself before it meets a customer, and its exit codes."""

import ctypes
import resource
import signal
from typing import Final

CRASHED: Final = 70
"""The exit code after an unexpected error (EX_SOFTWARE of sysexits.h)."""
HUNG_UP: Final = 128 + signal.SIGHUP
"""The exit code when the terminal went away."""
TERMINATED: Final = 128 + signal.SIGTERM
"""The exit code when something asked the process to end."""

_PR_SET_DUMPABLE = 4  # linux/prctl.h


def forbid_dumps() -> list[str]:
    """Keep this process's memory off the disk and away from other processes of the same user.

    Core dumps are set to a size of nothing, and the process is marked as not dumpable, which also stops a
    debugger from attaching. The second is forgotten on exec: call this in every new program.

    Returns one plain sentence for each thing that could not be done: an empty list if all is well.
    """
    undone: list[str] = []
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError):
        undone.append("This system refused to turn core dumps off.")
    try:
        prctl = ctypes.CDLL(None, use_errno=True).prctl
    except (OSError, AttributeError):
        return [*undone, "This system has no prctl: another process of the same user can read the memory."]
    if prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        undone.append("This system refused to protect the memory of the program.")
    return undone


def ignore_keyboard_signals() -> None:
    r"""Ignore what Ctrl+C, Ctrl+Z and Ctrl+\ send, from the first moment on (main thread only).

    The screens turn the keys themselves off when they take the terminal; this is for the time before and
    after. It is inherited by the programs that this process starts.
    """
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP):
        signal.signal(number, signal.SIG_IGN)
