"""A kill inside a write: each line of the log, and each page, stops at one byte after another."""

import copy
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.kiosk.vault.torture.recording import Recorder, opens_well, torn_writes
from tests.kiosk.vault.torture.scenes import SCENES, Actor, prepared
from tests.kiosk.vault.torture.size import SIZE, Size


@pytest.mark.parametrize("scene", SIZE.killed)
def test_a_write_that_stops_at_any_byte_costs_nothing_but_itself(
    room: Path, scene: str, size: Size, record_property: Callable[[str, object], None]
) -> None:
    root = room / "disk"
    root.mkdir()
    before = prepared(root / "home", scene)
    recorder = Recorder(root)
    actor = Actor(root / "home", recorder.tell, disk=recorder)
    SCENES[scene](actor)
    actor.vault.close()
    opened = 0
    for tree, told, byte in torn_writes(recorder.base, recorder.steps, size.tears):
        ledger = copy.deepcopy(before)
        for one in told:
            ledger.hears(one)
        what = f"torn at byte {byte} after {told[-1:]}"
        opens_well(room / "torn", tree, ledger, what, go_on=opened % size.go_on_every == 0)
        opened += 1
    assert opened > 10
    record_property("torn", opened)
