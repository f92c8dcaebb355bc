"""The kiosk as it is, but that in its visits and its desk time runs ten times as fast, and a hang shows soon.

    python -m tests.screens.pty.fast_kiosk

So the idle time is over soon enough for a test. The supervisor's time is the real one, but it waits a quarter
as long for a visit that says nothing; visits say five times as often that they are alive.
"""

import sys
import time

from kiosk import idle

TIMES = 10.0


def _fast() -> float:
    return TIMES * time.clock_gettime(time.CLOCK_BOOTTIME)


if __name__ == "__main__":
    from kiosk import launch
    from kiosk.cli.processes import run as main
    from kiosk.isolation import PYTHON
    from kiosk.supervision import turns

    launch._KIOSK = (*PYTHON, "-m", "tests.screens.pty.fast_kiosk")
    turns.ALIVE_SECONDS, turns.LOOKS_SECONDS = turns.ALIVE_SECONDS / 4, turns.LOOKS_SECONDS / 4
    if sys.argv[1:] and sys.argv[1].endswith("-process"):
        idle.seconds = _fast
        from screens import base

        base.ALIVE_EVERY /= 5
    main()
