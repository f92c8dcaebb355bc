"""How much of each sweep is done: `make torture` does the long form, every other run the short one."""

import os
from dataclasses import dataclass

from kiosk.vault import page_files
from tests.kiosk.vault.torture.ledger import SHELVES
from tests.kiosk.vault.torture.scenes import SCENES


@dataclass(frozen=True)
class Size:
    states: int
    """Disk states opened for each point at which the power is cut."""
    shelves: tuple[str, ...]
    """The folders that a new vault makes."""
    folders_between_cuts: int
    """After every how manyth of them the power is cut, which may leave any of those before it."""
    go_on_every: int
    """Of the states opened, every how manyth has to go on too."""
    tears: int
    """At how many places a line or a page is torn, at most."""
    every_call: bool
    """Kill before calls that change nothing too."""
    killed: tuple[str, ...]
    """The scenes in which a program is killed, watched, torn in a write or refused a call."""
    runs: int
    """Runs of the state machine."""
    rounds: int
    """What each of eight processes does at once, how many times."""


SHORT = Size(
    states=5,
    shelves=tuple(SHELVES),
    folders_between_cuts=1,
    go_on_every=6,
    tears=5,
    every_call=False,
    killed=("first_save", "take_in", "everything"),
    runs=15,
    rounds=12,
)
LONG = Size(
    states=300,
    shelves=page_files.SHELVES,
    folders_between_cuts=16,
    go_on_every=1,
    tears=10_000,
    every_call=True,
    killed=tuple(SCENES),
    runs=1000,
    rounds=150,
)
SIZE = LONG if os.environ.get("TORTURE") else SHORT
