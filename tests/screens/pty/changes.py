"""What a kiosk in a terminal may have changed, so that a test need not wait. See `forked`.

Each is called in every process of the kiosk, with the arguments that it has: none in the supervisor.
"""

import os
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

from kiosk import idle
from kiosk.supervision import run, turns
from kiosk.supervision.protocol import Handover, Role
from screens import base

TIMES = 10.0
"""How much faster the time of a fast kiosk runs in its visits."""
LATER = 30.0
"""How many seconds more seem to pass, in a late one, between a crash and the next visit."""


def as_it_is(*_arguments: str) -> None:
    """Change nothing."""


def fast(*arguments: str) -> None:
    """Let time run faster in visits and at the desk, so that the idle time is over soon; a hang shows soon.

    The supervisor's time is the real one, but it waits a quarter as long for a visit that says nothing;
    visits say five times as often that they are alive.
    """
    if arguments:
        clock = SimpleNamespace(CLOCK_BOOTTIME=0, clock_gettime=_fast)
        idle.time = clock  # type: ignore[assignment,attr-defined]
        base.ALIVE_EVERY /= 5
    else:
        turns.ALIVE_SECONDS, turns.LOOKS_SECONDS = turns.ALIVE_SECONDS / 4, turns.LOOKS_SECONDS / 4


def _fast(_clock: int) -> float:
    return TIMES * time.clock_gettime(time.CLOCK_BOOTTIME)


def late(*_arguments: str) -> None:
    """Let the idle time be over soon after a crash, and allow three crashes to come soon."""
    turns.LOOP_CRASHES = 4
    run.DraftKey = _Late  # type: ignore[attr-defined]


class _Late(turns.DraftKey):
    def given_to(self, role: Role, go: Handover) -> Handover:
        given = super().given_to(role, go)
        return given if given.crashed is None else replace(given, crashed=given.crashed + LATER)


def spoken(*arguments: str) -> None:
    """Look for espeak-ng in the folder `recorder` beside the home, too: it can write its sound down."""
    if arguments:
        os.environ["PATH"] = f"{Path(os.environ['KIOSK_HOME']).parent / 'recorder'}:{os.environ['PATH']}"
