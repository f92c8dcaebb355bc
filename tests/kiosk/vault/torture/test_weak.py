"""The weak file system itself: what it may lose, and what it may not."""

import random

import pytest

from kiosk.vault.durable import Disk
from tests.kiosk.vault.torture.recording import Recorder
from tests.kiosk.vault.torture.weak import Change, Cut, Flush, Make, Name, Tree, WeakDisk, Write

FILE, FOLDER = 1, 2


def trees(base: Tree, *changes: Change) -> list[Tree]:
    disk = WeakDisk(base)
    for change in changes:
        disk.apply((change,))
    return [tree for tree, _ in disk.states(10_000, random.Random(1))]


def contents(*changes: Change) -> set[bytes | None]:
    return {tree["a"] for tree in trees({"a": b"old"}, *changes)}


def test_a_write_that_is_not_flushed_may_be_missing_torn_or_another() -> None:
    found = contents(Write(FILE, 3, b"new\n"))
    assert {b"old", b"oldn", b"oldne", b"oldnew", b"oldnew\n", b"old\0\0\0\0", b"old\0\0\0\n"} <= found
    assert all(one is not None and one.startswith(b"old") and len(one) <= 7 for one in found)


def test_of_two_writes_the_later_may_be_there_alone() -> None:
    assert b"old\0new" in contents(Write(FILE, 3, b"-"), Write(FILE, 4, b"new"))


def test_a_file_that_is_flushed_has_its_bytes() -> None:
    assert contents(Write(FILE, 3, b"new"), Cut(FILE, 5), Flush(FILE)) == {b"oldne"}


def test_a_cut_that_is_not_flushed_may_be_missing() -> None:
    assert contents(Cut(FILE, 1)) == {b"old", b"o"}


def test_names_that_are_not_flushed_come_and_go_each_by_itself() -> None:
    step = (Name(0, "b", FILE), Name(0, "a", None))
    assert {frozenset(tree) for tree in trees({"a": b"old"}, *step)} == {
        frozenset(names) for names in ("a", "b", "ab", "")
    }


def test_a_name_that_is_moved_over_another_leaves_one_of_the_two() -> None:
    moved = trees({"a": b"new", "b": b"old"}, Name(0, "b", FILE), Name(0, "a", None))
    assert {tree.get("b") for tree in moved} == {b"old", b"new"}


@pytest.mark.parametrize("flushed", [0, FOLDER])
def test_a_flush_keeps_the_names_of_its_own_folder_alone(flushed: int) -> None:
    made = trees({"a": b""}, Make(0, "f", FOLDER, True), Make(FOLDER, "x", 3, False), Flush(flushed))
    found = {frozenset(tree) for tree in made}
    whole = frozenset({"a", "f", "f/x"})
    assert found == {whole, frozenset({"a", "f"}) if flushed == 0 else frozenset({"a"})}


def test_the_recording_disk_knows_every_call_of_a_disk() -> None:
    harmless = {"opened", "free", "free_files", "flush_all", "lock"}  # `opened` goes by `open`
    changing = {name for name in vars(Disk) if not name.startswith("_")} - harmless
    assert changing <= vars(Recorder).keys()
