"""The kiosk as it is, but that half a minute more seems to pass between a crash and the next visit.

    python -m tests.screens.pty.late_kiosk

So the end of the idle time after a crash comes soon enough for a test.
"""

from dataclasses import replace

from kiosk import supervisor
from kiosk.cli import main
from kiosk.control import Go, Role

SECONDS = 30.0


class _Late(supervisor.DraftKey):
    def given_to(self, role: Role, go: Go) -> Go:
        given = super().given_to(role, go)
        return given if given.crashed is None else replace(given, crashed=given.crashed + SECONDS)


if __name__ == "__main__":
    supervisor.DraftKey = _Late  # type: ignore[misc]
    main()
