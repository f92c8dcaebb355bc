"""The kiosk as it is, but that more time seems to pass between a crash and the next visit.

    python -m tests.screens.pty.late_kiosk

So the end of the idle time after a crash comes soon enough for a test, and three crashes may come soon too.
"""

from dataclasses import replace

from kiosk.cli.processes import run as main
from kiosk.supervision import run, turns
from kiosk.supervision.protocol import Handover, Role
from kiosk.supervision.turns import DraftKey

SECONDS = 30.0


class _Late(DraftKey):
    def given_to(self, role: Role, go: Handover) -> Handover:
        given = super().given_to(role, go)
        return given if given.crashed is None else replace(given, crashed=given.crashed + SECONDS)


if __name__ == "__main__":
    turns.LOOP_CRASHES = 4
    run.DraftKey = _Late  # type: ignore[attr-defined]
    main()
