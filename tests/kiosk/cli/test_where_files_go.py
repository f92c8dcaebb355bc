"""A backup and a recovery sheet go where files may go, and elsewhere only where whoever runs it says so."""

from pathlib import Path

import pytest

from kiosk.desk.exports.destinations import Places
from kiosk.desk.keys import recovery_sheet
from kiosk.devices import mounts
from kiosk.errors import DeskError
from kiosk.settings.settings import Export
from tests.exporting import allow, plugged_in
from tests.kiosk.command_terminal import CommandTerminal
from tests.kiosk.machines import Office

RULE = "To allow a folder, add it to folders under [export]"
REKEY = ("staff", "rekey", "--yes", "--recovery-file")


@pytest.fixture
def office(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office of which another folder than the one of its home is allowed."""
    for name in ("allowed", "stick", "other"):
        (office.folder / name).mkdir()
    allow(office.home, office.folder / "allowed", removable=True)
    monkeypatch.setattr(mounts, "disks", plugged_in(office.folder / "stick"))
    return office


def backups(folder: Path) -> list[Path]:
    return [*folder.glob("kiosk-backup-*")]


def test_a_backup_goes_to_a_removable_disk_or_a_folder_that_is_allowed(office: Office) -> None:
    for place in ("allowed", "stick", "stick/inside"):
        folder = office.folder / place
        folder.mkdir(exist_ok=True)
        assert office.run("backup", str(folder)).exit_code == 0, place
        assert len(backups(folder)) == 1


def test_a_backup_goes_nowhere_else_by_itself_and_what_is_allowed_is_told(office: Office) -> None:
    (office.folder / "stick" / ".hidden").mkdir()
    (office.folder / "other" / "in").mkdir()
    (office.folder / "stick" / "link").symlink_to(office.folder / "other")
    for place in ("other", "stick/../other", "stick/link", "stick/.hidden", "stick/link/in"):
        line = office.refuses("backup", str(office.folder / place))
        assert "or give --same-disk" in line, place
        assert (RULE in line) == (place == "other"), place
    assert backups(office.folder / "other") == []


def test_a_backup_wants_a_whole_path(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(office.folder / "stick")
    assert "whole path" in office.refuses("backup", ".")


def test_a_backup_goes_elsewhere_where_that_is_said_but_never_into_the_home(office: Office) -> None:
    assert office.run("backup", "--same-disk", str(office.folder / "other")).exit_code == 0
    assert len(backups(office.folder / "other")) == 1
    for folder in (office.home.root, office.home.staff):
        assert "outside" in office.refuses("backup", "--same-disk", str(folder))


def test_at_a_terminal_it_is_asked_whether_a_backup_may_go_elsewhere(office: Office) -> None:
    folder = office.folder / "other"
    for answer, says, code in (
        ("n", "No backup was made.", 1),
        ("y", "The backup was read back without errors.", 0),
    ):
        with CommandTerminal(office.home.root, "backup", str(folder)) as terminal:
            terminal.wait_for("Make the backup there anyway? [y/N]:")
            terminal.type(f"{answer}\r")
            terminal.wait_for(says)
            assert terminal.exit_code() == code
        assert len(backups(folder)) == 1 - code


def test_a_sheet_on_another_disk_follows_the_same_rule(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery_sheet, "require_elsewhere", lambda _home, _file: None)
    for place, taken in (("stick", True), ("allowed", True), ("other", False)):
        sheet = office.folder / place / "sheet.txt"
        before = office.home.settings.read_bytes()
        result = office.as_jo(*REKEY, str(sheet))
        assert (result.exit_code == 0, sheet.exists()) == (taken, taken), place
        assert (office.home.settings.read_bytes() != before) == taken, place
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
