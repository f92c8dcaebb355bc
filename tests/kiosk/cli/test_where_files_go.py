"""A backup and a recovery sheet go where files may go, and elsewhere only where whoever runs it says so."""

import sys
from pathlib import Path

import pytest

from kiosk.desk.exports.destinations import Places
from kiosk.desk.keys import recovery_sheet
from kiosk.devices import mounts
from kiosk.errors import DeskError
from kiosk.settings.settings import Export
from tests.exporting import allow, plugged_in
from tests.kiosk.machines import Office
from tests.pty_terminal import Terminal

RULE = "To allow a folder, add it to folders under [export]"
REKEY = ("staff", "rekey", "--yes", "--recovery-file")


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office of which another folder than the one of its home is allowed."""
    office = Office(tmp_path)
    for name in ("allowed", "stick", "other"):
        (tmp_path / name).mkdir()
    allow(office.home, tmp_path / "allowed", removable=True)
    monkeypatch.setattr(mounts, "disks", plugged_in(tmp_path / "stick"))
    return office


def backups(folder: Path) -> list[Path]:
    return [*folder.glob("kiosk-backup-*")]


@pytest.mark.parametrize("place", ["allowed", "stick", "stick/inside"])
def test_a_backup_goes_to_a_removable_disk_or_a_folder_that_is_allowed(office: Office, place: str) -> None:
    folder = office.folder / place
    folder.mkdir(exist_ok=True)
    assert office.run("backup", str(folder)).exit_code == 0
    assert len(backups(folder)) == 1


@pytest.mark.parametrize("place", ["other", "stick/../other", "stick/link", "stick/.hidden", "stick/link/in"])
def test_a_backup_goes_nowhere_else_by_itself_and_what_is_allowed_is_told(office: Office, place: str) -> None:
    (office.folder / "stick" / ".hidden").mkdir()
    (office.folder / "other" / "in").mkdir()
    (office.folder / "stick" / "link").symlink_to(office.folder / "other")
    line = office.refuses("backup", str(office.folder / place))
    assert "or give --same-disk" in line
    assert (RULE in line) == (place == "other")
    assert backups(office.folder / "other") == []


def test_a_backup_wants_a_whole_path(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(office.folder / "stick")
    assert "whole path" in office.refuses("backup", ".")


def test_a_backup_goes_elsewhere_where_that_is_said_but_never_into_the_home(office: Office) -> None:
    assert office.run("backup", "--same-disk", str(office.folder / "other")).exit_code == 0
    assert len(backups(office.folder / "other")) == 1
    for folder in (office.home.root, office.home.staff):
        assert "outside" in office.refuses("backup", "--same-disk", str(folder))


@pytest.mark.parametrize(("answer", "code"), [("n", 1), ("y", 0)])
def test_at_a_terminal_it_is_asked_whether_a_backup_may_go_elsewhere(
    tmp_path: Path, answer: str, code: int
) -> None:
    office, folder = Office(tmp_path), tmp_path / "other"
    folder.mkdir()
    allow(office.home)
    command = [sys.executable, "-m", "kiosk", "backup", str(folder)]
    with Terminal(command, columns=200, env={"KIOSK_HOME": str(office.home.root)}) as terminal:
        terminal.wait_for("Make the backup there anyway? [y/N]:")
        terminal.type(f"{answer}\r")
        terminal.wait_for("No backup was made." if code else "The backup was read back without errors.")
        assert terminal.exit_code() == code
    assert len(backups(folder)) == 1 - code


@pytest.mark.parametrize(("place", "taken"), [("stick", True), ("allowed", True), ("other", False)])
def test_a_sheet_on_another_disk_follows_the_same_rule(
    office: Office, monkeypatch: pytest.MonkeyPatch, place: str, taken: bool
) -> None:
    monkeypatch.setattr(recovery_sheet, "require_elsewhere", lambda _home, _file: None)
    sheet = office.folder / place / "sheet.txt"
    before = office.home.settings.read_bytes()
    result = office.as_jo(*REKEY, str(sheet))
    assert (result.exit_code == 0, sheet.exists()) == (taken, taken)
    assert (office.home.settings.read_bytes() != before) == taken
    if not taken:
        assert RULE in result.stderr
        assert "or give --same-disk" in result.stderr
        assert office.as_jo(*REKEY, str(sheet), "--same-disk").exit_code == 0


def test_a_sheet_in_an_allowed_folder_of_the_kiosks_own_disk_is_asked_about_all_the_same(
    office: Office,
) -> None:
    assert "is on the same disk as the kiosk" in office.denies(
        *REKEY, str(office.folder / "allowed" / "sheet.txt")
    )


def test_a_stick_that_is_read_only_or_gone_is_no_place_for_a_backup(office: Office) -> None:
    stick = office.folder / "stick"
    for disks in (plugged_in(), plugged_in(stick, read_only=stick)):
        places = Places(office.home, Export(), disks)
        with pytest.raises(DeskError, match="none is plugged in"):
            places.require_folder(stick)
