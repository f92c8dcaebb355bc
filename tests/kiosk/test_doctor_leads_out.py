"""What the doctor says to do is done, to its end: afterwards all is well."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.vault.log_lines import Put, line_of
from kiosk.vault.page_files import PageFiles
from tests.exporting import allow
from tests.kiosk.machines import NEW, Office
from tests.kiosk.sealed import FIRST


class Walked(Office):
    """An office with three entries, of which one was picked up and one erased, and a backup."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        allow(self.home, folder.parent)  # copies write beside it
        entered = [self.entered({"good_day": f"Day {number}"}) for number in range(3)]
        self.ids: list[str] = [one["id"] for one in entered]
        self.codes: list[str] = [one["code"] for one in entered]
        self.says("note", self.codes[0], "--file", self.file("note.txt", "We spoke."))
        self.says("erase", self.codes[2], "--reason", "She asked.", "--yes")
        (folder / "stick").mkdir()
        self.backup = self.backs_up()

    def backs_up(self) -> str:
        stick = self.folder / f"stick{len(list(self.folder.glob('stick*')))}"
        stick.mkdir()
        made: str = self.tells("backup", str(stick))["folder"]
        return made

    def page(self, number: int) -> Path:
        return PageFiles(self.home.vault).path(self.ids[number], FIRST)

    def finds(self, what: str) -> str:
        """What the doctor says of one thing that is not well."""
        found = {one["what"]: one for one in json.loads(self.run("doctor", "--json").stdout)}
        assert found[what]["level"] != "OK", found[what]
        says: str = found[what]["says"]
        return says

    def starts(self) -> None:
        """The kiosk starts, and puts right what it does by itself; a dry run of the purge begins so too."""
        self.run("purge", "--dry-run")

    def is_well(self) -> None:
        found = json.loads(self.run("doctor", "--json").stdout)
        assert [one for one in found if one["level"] != "OK"] == []
        rows = {row["id"]: row["state"] for row in json.loads(self.as_jo("list", "--json").stdout)}
        assert rows == {self.ids[0]: "picked up", self.ids[1]: "waiting"}

    def moves_away(self, path: Path) -> None:
        path.rename(self.folder / f"kept-{path.name}")


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    return Walked(tmp_path_factory.mktemp("walked"))


@pytest.fixture
def office(walked: Walked, tmp_path: Path) -> Walked:
    return walked.copied(tmp_path / "office")


def lines_of(office: Walked, change: Callable[[list[bytes]], None]) -> None:
    lines = office.home.catalogue.read_bytes().splitlines(keepends=True)
    change(lines)
    office.home.catalogue.write_bytes(b"".join(lines))


LISTS: dict[str, Callable[[list[bytes]], None]] = {
    "first line": lambda lines: lines.__setitem__(0, b"x" + lines[0][1:]),
    "a line in the middle": lambda lines: lines.__setitem__(1, b"x" + lines[1][1:]),
    "a row that does not read": lambda lines: lines.append(
        line_of([Put("entries", "ab" * 16, {"v": 3, "name": 7, "saved": "x"})])
    ),
}


@pytest.mark.parametrize("change", LISTS.values(), ids=LISTS)
def test_a_damaged_list_is_made_again(office: Walked, change: Callable[[list[bytes]], None]) -> None:
    lines_of(office, change)
    said = office.finds("List of entries")
    assert f"Make a backup, move {office.home.catalogue} away" in said
    backup = office.backs_up()
    office.moves_away(office.home.catalogue)
    assert office.as_jo("restore", "--merge", backup).exit_code == 0
    office.is_well()


def test_a_file_that_is_no_list_is_told_by_restore_too_and_a_new_list_is_made(office: Walked) -> None:
    office.home.catalogue.write_bytes(b"garbage\n" * 9)
    said = office.finds("List of entries")
    assert f"{office.home.catalogue} is not the list of entries. Move it away" in said
    assert "Move it away" in office.as_jo("restore", "--merge", office.backup).stderr
    office.moves_away(office.home.catalogue)
    office.starts()
    assert office.as_jo("restore", "--merge", office.backup).exit_code == 0
    office.is_well()


def test_an_entry_that_was_erased_since_the_backup_does_not_come_back_on_the_way(office: Walked) -> None:
    office.says("erase", office.codes[1], "--reason", "She asked.", "--yes")
    office.home.catalogue.write_bytes(b"garbage\n")
    office.moves_away(office.home.catalogue)
    office.starts()
    assert office.as_jo("restore", "--merge", office.backup).exit_code == 0
    assert office.as_jo("open", office.codes[1]).exit_code == 1
    rows = [row["id"] for row in json.loads(office.as_jo("list", "--json").stdout)]
    assert rows == [office.ids[0]]


@pytest.mark.parametrize("spoilt", [b"", None])
def test_a_page_that_is_damaged_or_gone_comes_from_a_backup(office: Walked, spoilt: bytes | None) -> None:
    office.page(1).unlink()
    if spoilt is not None:
        office.page(1).write_bytes(spoilt)
        office.page(1).chmod(0o600)
    said = office.finds("Entries and files" if spoilt is None else "Pages")
    assert "'kiosk restore --merge' with a backup" in said
    number = ("--yes", "1") if spoilt is not None else ()
    assert office.as_jo("restore", "--merge", office.backup, *number).exit_code == 0
    office.as_jo("audit", "--acknowledge")
    office.is_well()


def test_a_file_that_nobody_looks_for_is_moved_away(office: Walked) -> None:
    stray = office.home.vault / "00" / "what"
    stray.touch(mode=0o600)
    assert f"{stray}. Move it away." in office.finds("Pages")
    office.moves_away(stray)
    office.is_well()


@pytest.mark.parametrize("damage", ["gone", "garbage", "a line changed"])
def test_an_audit_that_was_damaged_begins_anew_and_a_lead_deals_with_that(
    office: Walked, damage: str
) -> None:
    audit = office.home.audit
    match damage:
        case "gone":
            audit.unlink()
        case "garbage":
            audit.write_bytes(b"garbage\n")
        case _:
            lines = audit.read_bytes().splitlines(keepends=True)
            audit.write_bytes(b"".join([*lines[:2], *lines[3:]]))
    said = office.finds("Audit")
    if damage == "gone":
        assert "unlock the desk to start a new audit log" in said
    else:
        assert f"{audit} away and keep it" in said
        office.moves_away(audit)
    assert office.as_jo("list").exit_code == 0
    assert "'kiosk audit --acknowledge'" in office.finds("Last unlock")
    assert office.as_jo("audit", "--acknowledge").exit_code == 0
    office.is_well()


@pytest.mark.parametrize("way", ["the backup's", "the recovery sheet"])
def test_a_list_of_staff_that_is_gone_is_put_back(office: Walked, way: str) -> None:
    roster = office.home.staff / "roster"
    roster.unlink()
    assert "Put back the copy from the newest backup, or use the recovery sheet" in office.finds("Staff keys")
    if way == "the backup's":
        shutil.copy(Path(office.backup) / "staff" / "roster", roster)
        office.is_well()
        return
    recovered = office.run(
        *("staff", "recover", "--recovery-file", str(office.sheet)),
        *("--name", "Cy", "--new-passphrase-file", office.file("cys", f"{NEW}\n")),
    )
    assert recovered.exit_code == 0, recovered.output
    found = {one["what"]: one["level"] for one in json.loads(office.run("doctor", "--json").stdout)}
    assert found["Staff keys"] == "OK"


def test_a_staff_key_that_does_not_read_is_named_and_moved_away(office: Walked) -> None:
    bad = office.home.staff / "bad.json"
    bad.write_bytes(b"{")
    bad.chmod(0o600)
    assert f"1 of 3 cannot be read: {bad}." in office.finds("Staff keys")
    office.moves_away(bad)
    office.is_well()
