"""Unlocking while a change of the venue's key, or a restore of an older backup, is not finished."""

import errno
import os
import shutil
from pathlib import Path

import pytest

from kiosk.desk import rekey, restore_as_lead
from kiosk.desk.audit.audit_log import TABLE
from kiosk.desk.keys import staff, stocktaking
from kiosk.desk.keys.staff_files import ANEW
from kiosk.desk.rekey import change_key
from kiosk.entry.staff_pages import PlanGoal
from kiosk.errors import VaultError
from kiosk.upkeep.backup import back_up
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.log import Log
from kiosk.vault.log_lines import Remove
from tests.kiosk.desk.keyed import ALI, JO
from tests.kiosk.desk.offices import NOON, THIEF, Office
from tests.kiosk.vault.helpers import StoppingDisk

UNDER_WAY = "The venue key is being changed, and that is not finished."


class Changing(Office):
    """An office whose entries staff have added to, and whose audit has lines of every kind."""

    def fills(self) -> "Changing":
        desk = self.desk()
        for text in ("one", "two", "three"):
            saved = self.saves(text)
            opened = desk.add_note(desk.open(str(saved.handle)), f"We spoke of {text}.", NOON)
            opened = desk.agree(opened, (PlanGoal(want="A garden"),), NOON)
            desk.change_state(opened, "agreed", NOON)
        desk.erase(desk.open(str(self.saves("four").handle)), "She asked for it.")
        self._audit().note("unknown name", "could not unlock")
        self.desk()
        self.last = saved
        return self

    def changes(self, disk: Disk) -> None:
        change_key(self.home, self.enters(), self.root / "new.txt", now=lambda: NOON, disk=disk)


def no_room(*_given: object, **_more: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Changing:
    return Changing(tmp_path_factory.mktemp("office") / "it").fills()


def test_wherever_a_change_of_the_key_stopped_an_unlock_says_that_and_nothing_else(
    filled: Changing, tmp_path: Path
) -> None:
    said = dict[tuple[str, ...], int]()
    for number in range(2, 1_000, 15):
        office, disk = filled.copied(tmp_path / str(number)), StoppingDisk()
        disk.fails("fsync", after=number)
        try:
            office.changes(disk)
        except VaultError:
            stopped = True
        else:
            stopped = False
        for name in (JO, ALI):
            desk, greeting = office.unlocks(name)
            said[greeting.warnings] = said.get(greeting.warnings, 0) + 1
            assert len(greeting.warnings) <= 1, (number, greeting.warnings)
            assert all(UNDER_WAY in one for one in greeting.warnings), (number, greeting.warnings)
            assert len(desk.open(str(office.last.handle)).pages) == 4
        shutil.rmtree(office.root)
        if not stopped:
            break
    assert greeting.warnings == ()
    assert sum(count for warnings, count in said.items() if warnings) > 4


def test_what_somebody_does_to_the_audit_while_a_change_is_stopped_is_told(
    filled: Changing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = filled.copied(tmp_path / "it")

    with monkeypatch.context() as patched:
        patched.setattr(stocktaking, "follow", no_room)
        with pytest.raises(VaultError, match="Nothing is lost"):
            office.changes(DISK)
    assert office.home.audit.read_bytes() != filled.home.audit.read_bytes()
    for number, forged in enumerate((None, THIEF)):
        other = office.copied(tmp_path / str(number))
        log = Log(other.home.audit)
        log.commit(lambda tables: [Remove(TABLE, max(tables[TABLE]))])
        log.close()
        if forged:
            audit = other._audit()
            audit.vouch_with(forged)
            audit.note(JO, "exported")
        assert "The audit log is not the one that was here" in other.warned()
    assert office.warned().startswith(UNDER_WAY)
    assert "audit" not in office.warned()


def restores_and_stops(office: Changing, monkeypatch: pytest.MonkeyPatch) -> None:
    """Change the key after a backup, lose an entry, and stop its restore before it is sealed anew."""
    (office.root / "stick").mkdir()
    lead = office.enters()
    backup = back_up(office.home, office.root / "stick", office.key, NOON, identity=lead.identity).folder
    office.changes(DISK)
    for page in office.home.vault.rglob(f"{office.last.id}*.age"):
        page.unlink()
    desk, greeting = office.unlocks()
    assert "Pages are missing" in "".join(greeting.warnings)
    desk.acknowledge(greeting.found)
    with monkeypatch.context() as patched:
        patched.setattr(restore_as_lead, "reseal", no_room)
        with pytest.raises(VaultError, match="To continue"):
            restore_as_lead.restore(office.home, office.enters(), backup, merge=True, now=lambda: NOON)


def is_all_there(office: Changing, *warnings: str) -> None:
    """Check that an unlock says just this, and that all of the restored entry is shown."""
    desk, greeting = office.unlocks()
    assert len(greeting.warnings) == len(warnings), greeting.warnings
    assert all(said.startswith(one) for said, one in zip(greeting.warnings, warnings, strict=True))
    opened = desk.open(str(office.last.handle))
    assert (len(opened.pages), opened.doubts) == (4, ())
    [row] = [row for row in desk.rows() if row.id == office.last.id]
    assert (row.became, row.picked_up_by) == ("agreed", JO)


RESTORING = "Restoring an older backup was interrupted."


def test_until_a_stopped_restore_goes_on_the_desk_opens_what_it_brought_and_says_so(
    filled: Changing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = filled.copied(tmp_path / "it")
    restores_and_stops(office, monkeypatch)
    is_all_there(office, RESTORING)
    staff.set_role(office.home.staff, ALI, "lead", office.enters().identity)
    is_all_there(office, RESTORING)


def test_a_change_of_the_key_ends_a_stopped_restore_though_it_is_stopped_itself(
    filled: Changing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = filled.copied(tmp_path / "it")
    restores_and_stops(office, monkeypatch)
    sheet = office.root / "newer.txt"
    with monkeypatch.context() as patched:
        patched.setattr(rekey, "reseal", no_room)
        with pytest.raises(VaultError, match="To continue"):
            change_key(office.home, office.enters(), sheet, now=lambda: NOON)
    is_all_there(office, UNDER_WAY, RESTORING)
    change_key(office.home, office.enters(), None, now=lambda: NOON)
    is_all_there(office)


def test_nobody_else_makes_an_older_key_count_by_saying_that_a_restore_was_stopped(
    filled: Changing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = filled.copied(tmp_path / "it")
    restores_and_stops(office, monkeypatch)
    told = (office.home.staff / ANEW).read_bytes()
    change_key(office.home, office.enters(), office.root / "newer.txt", now=lambda: NOON)
    for again in (told, b"", b"\xff", told[:64] * 9):
        (office.home.staff / ANEW).write_bytes(again)
        is_all_there(office)
