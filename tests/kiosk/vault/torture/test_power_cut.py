"""The power goes between any two calls, on a file system that keeps no more than it must."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.kiosk.vault.torture.ledger import LostError
from tests.kiosk.vault.torture.recording import Counts, Missing, Recorder, cut_everywhere, read_tree
from tests.kiosk.vault.torture.scenes import SCENES, Actor, prepared
from tests.kiosk.vault.torture.size import Size

Record = Callable[[str, object], None]


def sweep(room: Path, scene: str, size: Size, *, leaves_out: Missing = "") -> Counts:
    root = room / "disk"
    root.mkdir()
    before = prepared(root / "home", scene)
    recorder = Recorder(root, leaves_out=leaves_out)
    actor = Actor(root / "home", recorder.tell, disk=recorder)
    SCENES[scene](actor)
    actor.vault.close()
    assert recorder.model.live() == read_tree(root)  # the recording leads to what is there
    return cut_everywhere(
        recorder.base,
        recorder.steps,
        before,
        room / "cut",
        most=size.states,
        every_folder=size.folders_between_cuts,
        go_on_every=size.go_on_every,
    )


@pytest.mark.parametrize("scene", SCENES)
def test_a_power_cut_at_any_moment_loses_nothing_acknowledged(
    room: Path, scene: str, size: Size, record_property: Record
) -> None:
    counts = sweep(room, scene, size)
    assert counts.cuts >= 2
    record_property("cuts", counts.cuts)
    record_property("states", counts.states)
    if scene == "everything":
        assert counts.kinds >= {
            "", "data missing", "torn", "torn, then zeros", "torn, then garbage", "end before start", "zeros",
            "garbage", "name missing", "name late", "name still old", "name gone",
        }  # fmt: skip


# What must be caught: each scene that needs the flush loses something without it. Erasing no longer needs
# that of the log, since its tombstone lies beside the pages too.
@pytest.mark.parametrize(
    ("leaves_out", "scene"),
    [
        ("file", "first_save"),
        ("file", "save"),
        ("file", "amend"),
        ("file", "compact"),
        ("folder", "first_save"),
        ("folder", "save"),
        ("folder", "amend"),
        ("folder", "purge"),
        ("file", "move"),
        ("folder", "move"),
        ("file", "take_in"),
        ("folder", "take_in"),
        ("log", "save"),
        ("log", "mark"),
    ],
)
def test_a_program_without_one_of_the_flushes_is_caught(
    room: Path, leaves_out: Missing, scene: str, size: Size, record_property: Record
) -> None:
    with pytest.raises(LostError):
        sweep(room, scene, size, leaves_out=leaves_out)
    record_property("caught", 1)
