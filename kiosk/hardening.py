"""What every process of the kiosk does to itself before it meets a customer, and its exit codes."""

import ctypes
import resource
import signal
from typing import Final

CRASHED: Final = 70
"""The exit code after an unexpected error (EX_SOFTWARE of sysexits.h)."""
MISTAKEN: Final = 78
"""The exit code where kiosk.toml has a mistake (EX_CONFIG of sysexits.h)."""
HUNG_UP: Final = 128 + signal.SIGHUP
"""The exit code when the terminal went away."""
TERMINATED: Final = 128 + signal.SIGTERM
"""The exit code when something asked the process to end."""

_ENDING = frozenset({signal.SIGTERM, signal.SIGHUP, signal.SIGKILL, signal.SIGSTOP})
"""How a kiosk is asked to end, as by systemd; how its terminal goes; and what nobody can ignore."""
_FAULTS = frozenset(
    signal.Signals[f"SIG{name}"] for name in ("ABRT", "BUS", "FPE", "ILL", "SEGV", "SYS", "TRAP", "XCPU")
)
_WAITED_FOR = frozenset({signal.SIGCHLD, signal.SIGCONT, signal.SIGWINCH})
STRAY_SIGNALS: Final = signal.valid_signals() - _ENDING - _FAULTS - _WAITED_FOR
"""All others: those of keys and of job control, and those that end a program which does not expect them."""

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


def ignore_stray_signals() -> None:
    """Ignore every signal that no kiosk waits for, from the first moment on (main thread only).

    The screens turn the keys off that send one when they take the terminal; this is for the time before and
    after, for job control, and for what comes by mistake. Programs that this process starts inherit it.
    """
    for number in STRAY_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
