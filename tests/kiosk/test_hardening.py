"""What a process does to itself before it meets a customer."""

import ctypes
import resource
import signal
import subprocess
import sys
from unittest.mock import Mock

import pytest

from kiosk.hardening import CRASHED, HUNG_UP, TERMINATED, forbid_dumps

INSIDE = """
import resource, signal, ctypes
from kiosk.hardening import forbid_dumps, ignore_stray_signals
print(forbid_dumps())
ignore_stray_signals()
print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP, signal.SIGTTIN, signal.SIGUSR1, signal.SIGALRM):
    signal.raise_signal(number)
print("still here")
"""


def test_no_dump_can_be_made_and_signals_that_stray_are_ignored() -> None:
    done = subprocess.run(
        [sys.executable, "-c", INSIDE], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout.splitlines() == ["[]", "(0, 0) 0", "still here"]


def test_a_system_without_prctl_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    class Library:
        pass

    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: Library())
    [sentence] = forbid_dumps()
    assert "prctl" in sentence


def test_what_the_system_refuses_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    class Library:
        @staticmethod
        def prctl(*_: int) -> int:
            ctypes.set_errno(1)
            return -1

    monkeypatch.setattr(
        resource, "setrlimit", Mock(side_effect=ValueError("not allowed to raise maximum limit"))
    )
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: Library())
    undone = forbid_dumps()
    assert len(undone) == 2
    assert "core dumps" in undone[0]
    assert "protect the memory" in undone[1]


def test_the_exit_codes_differ() -> None:
    assert len({0, 1, 2, CRASHED, HUNG_UP, TERMINATED, 128 + signal.SIGINT}) == 7
