"""The real supervisor on the terminal it is started in, over processes that are fake.

Started as `python fake_supervisor.py FOLDER [once] [hasty]`; FOLDER/notes gets the supervisor's notes. A
hasty one waits a second for a sign of life.
"""

import os
import sys
import time
from contextlib import suppress
from pathlib import Path

from kiosk.errors import SettingsError
from kiosk.supervision import turns
from kiosk.supervision.protocol import Handover, Role
from kiosk.supervision.run import run
from kiosk.supervision.service_manager import ServiceManager
from kiosk.supervision.tty import Tty

CHILD = Path(__file__).with_name("fake_process.py")


def main() -> int:
    folder = Path(sys.argv[1])
    once = "once" in sys.argv
    if "hasty" in sys.argv:
        turns.ALIVE_SECONDS, turns.LOOKS_SECONDS = 1.0, 0.1

    def note(event: str) -> None:
        with (folder / "notes").open("a") as notes:
            notes.write(event + "\n")

    def prepare() -> Handover:
        if "wrong" in sys.argv:
            raise SettingsError("The settings are wrong.")
        return Handover(folder / "home", ("Sam Practice", "four little words here"))

    environment = dict(os.environ) | {
        "FAKE_LOG": str(folder / "log"),
        "FAKE_BROKEN": str(folder / "broken"),
        "FAKE_HUNG": str(folder / "hung"),
        "PYTHONPATH": str(CHILD.parents[3]),
    }
    try:
        return run(
            lambda role: [sys.executable, str(CHILD), role.value, "--control"],
            environment,
            Tty(0, 1),
            prepare,
            note,
            first=Role.DESK if once else Role.VISIT,
            once=once,
            chore=() if once else ("touch", str(folder / "chore")),
            service=ServiceManager(os.environ, time.monotonic),
        )
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1


if __name__ == "__main__":
    code = main()
    with suppress(OSError):  # the terminal may have gone
        os.write(1, f"ended with {code}".encode())
    sys.exit(code)
