"""The sticks that are plugged in are found, with their names and the room on them."""

import os
from pathlib import Path

from kiosk.devices.mounts import Mount
from kiosk.places.stick import Stick, sticks
from tests.kiosk.vault.helpers import FaultyDisk


class Pulling(FaultyDisk):
    """One of the sticks is pulled out before it is asked for its room."""

    def free(self, path: Path) -> int:
        if path.name == "PULLED":
            raise FileNotFoundError
        return 14_300_000_000


def test_sticks_are_found_by_name_with_their_room() -> None:
    mounted = [Mount(Path("/media/jo") / name, read_only=name == "OLD") for name in ("OAK", "PULLED", "OLD")]
    assert sticks(lambda: mounted, disk=Pulling()) == [
        Stick(Path("/media/jo/OAK"), "OAK", 14_300_000_000, read_only=False),
        Stick(Path("/media/jo/OLD"), "OLD", 14_300_000_000, read_only=True),
    ]


def test_a_name_that_no_terminal_may_get_is_cleaned() -> None:
    name = os.fsdecode(b"caf\xe9\x1b[2J\n")
    assert sticks(lambda: [Mount(Path("/media") / name)], disk=Pulling())[0].label.isprintable()
