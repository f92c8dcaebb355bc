"""The place: drawn once for a home, and the same for all who write there."""

import errno
import os
import re
import stat
from pathlib import Path, PosixPath

import pytest

from kiosk.vault.durable import Disk
from kiosk.vault.place import place_id
from tests.kiosk.vault.helpers import FaultyDisk, names_in


def test_a_place_is_drawn_at_first_use_and_stays(tmp_path: Path) -> None:
    file = tmp_path / "home" / "place"
    drawn = place_id(file)
    assert re.fullmatch("[0-9a-f]{16}", drawn)
    assert file.read_text() == drawn
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    disk = FaultyDisk()
    assert place_id(file, disk=disk) == drawn
    assert disk.calls == []


def test_two_homes_are_two_places(tmp_path: Path) -> None:
    assert len({place_id(tmp_path / name / "place") for name in "abcde"}) == 5


@pytest.mark.parametrize(
    "text", ["", "0123456789abcde", "0123456789abcdef0", "0123456789abcdef\n", "0123456789ABCDEF", "é" * 8]
)
def test_a_file_that_holds_no_place_counts_as_missing(tmp_path: Path, text: str) -> None:
    file = tmp_path / "place"
    file.write_text(text, encoding="utf-8")
    drawn = place_id(file)
    assert re.fullmatch("[0-9a-f]{16}", drawn)
    assert (place_id(file), file.read_text()) == (drawn, drawn)


def test_what_is_no_plain_file_counts_as_missing_and_where_it_leads_stays(tmp_path: Path) -> None:
    precious, file = tmp_path / "precious", tmp_path / "place"
    precious.write_text("0123456789abcdef")
    file.symlink_to(precious)
    drawn = place_id(file)
    assert drawn != "0123456789abcdef"
    file.unlink()
    os.mkfifo(file)
    assert re.fullmatch("[0-9a-f]{16}", place_id(file))
    assert precious.read_text() == "0123456789abcdef"


def test_two_that_draw_at_once_are_one_place(tmp_path: Path) -> None:
    """The other one comes between a look at the file and its making, or just before it has its name."""
    file, others = tmp_path / "place", list[str]()

    class Racing(Disk):
        def open(self, path: Path, flags: int) -> int:
            others.append(place_id(file))
            return super().open(path, flags)

        def link(self, source: Path, target: Path) -> None:
            others.append(place_id(file))
            super().link(source, target)

    assert {place_id(file, disk=Racing())} == {*others}
    assert file.read_text() == others[0]
    assert names_in(tmp_path) == ["place"]


def test_a_place_that_was_drawn_since_one_looked_is_not_drawn_again(tmp_path: Path) -> None:
    others = list[str]()

    class Racing(PosixPath):
        def unlink(self, missing_ok: bool = False) -> None:
            others.append(place_id(Path(self)))
            super().unlink(missing_ok)

    mine = place_id(Racing(tmp_path / "place"))
    assert {mine, place_id(tmp_path / "place"), *others} == {mine}


@pytest.mark.parametrize("call", ["open", "write", "fsync"])
def test_a_disk_that_takes_nothing_is_told_and_the_next_use_draws(tmp_path: Path, call: str) -> None:
    disk = FaultyDisk()
    disk.fails(call, number=errno.ENOSPC)
    with pytest.raises(OSError, match="No space"):
        place_id(tmp_path / "place", disk=disk)
    disk.is_well()
    drawn = place_id(tmp_path / "place", disk=disk)
    assert (drawn, names_in(tmp_path)) == (place_id(tmp_path / "place"), ["place"])


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "place").mkdir()
    with pytest.raises(OSError, match="place"):
        place_id(tmp_path / "place")
