"""The kiosk as it is, but that half a minute more seems to pass between a crash and the next visit.

    python -m tests.screens.pty.late_kiosk

So the end of the idle time after a crash comes soon enough for a test.
"""

from dataclasses import replace

from kiosk import running
from kiosk.cli import main
from kiosk.control import Go, Role
from kiosk.supervisor import DraftKey

SECONDS = 30.0


class _Late(DraftKey):
    def given_to(self, role: Role, go: Go) -> Go:
        given = super().given_to(role, go)
        return given if given.crashed is None else replace(given, crashed=given.crashed + SECONDS)


if __name__ == "__main__":
    running.DraftKey = _Late  # type: ignore[attr-defined]
    main()
