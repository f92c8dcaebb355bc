"""How much of each sweep is done: `make torture` does the long form, every other run the short one."""

import os
from dataclasses import dataclass

from tests.kiosk.vault.torture.scenes import SCENES


@dataclass(frozen=True)
class Size:
    states: int
    """Disk states opened for each point at which the power is cut."""
    every_folder: int
    """Of the 256 folders of a new vault, every how manyth is one at which something happens."""
    folders_between_cuts: int
    """The same for power cuts, which may leave any of those folders and so are many for each."""
    go_on_every: int
    """Of the states opened, every how manyth has to go on too."""
    every_byte: int
    """How many bytes lie between two places at which a line is torn."""
    every_call: bool
    """Kill before calls that change nothing too."""
    killed: tuple[str, ...]
    """The scenes in which a program is killed or watched."""
    runs: int
    """Runs of the state machine."""
    rounds: int
    """What each of eight processes does at once, how many times."""


SHORT = Size(
    states=7,
    every_folder=100,
    folders_between_cuts=100,
    go_on_every=4,
    every_byte=37,
    every_call=False,
    killed=("first_save", "adopt", "everything"),
    runs=15,
    rounds=12,
)
LONG = Size(
    states=300,
    every_folder=1,
    folders_between_cuts=16,
    go_on_every=1,
    every_byte=1,
    every_call=True,
    killed=tuple(SCENES),
    runs=1000,
    rounds=150,
)
SIZE = LONG if os.environ.get("TORTURE") else SHORT
