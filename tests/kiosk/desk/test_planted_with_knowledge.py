"""What somebody who can write to the disk does once they know how the desk finds out."""

from pathlib import Path
from unittest.mock import Mock

import pytest

from kiosk.desk import rekey, restore_as_lead
from kiosk.desk.keys import recovery_sheet, staff, staff_files, stock
from kiosk.desk.keys.staff_files import ANEW, ROSTER
from kiosk.desk.rekey import change_key
from kiosk.errors import DeskError, StaffError, VaultError
from kiosk.upkeep.backup import back_up
from kiosk.upkeep.restore import Would
from tests.conftest import FAST
from tests.kiosk.desk.offices import ALI, JO, NOON, Office, office, staff_file

__all__ = ["office"]


def recovers(office: Office) -> None:
    """Begin again as `kiosk staff recover` does where there is no stock."""
    staff.let_in_again(office.home.staff, office.identity, None)
    staff.add(
        office.home.staff, "Max", "velvet plover tundra saucer", office.identity, role="lead", costs=FAST
    )
    stock.begin(office.home, office.identity, NOON, lost=True)


def enters_as_max(office: Office) -> tuple[str, ...]:
    unlocked = staff.enter(office.home.staff, "Max", "velvet plover tundra saucer")
    return office.opens(unlocked)[1].lines()


def test_after_a_recovery_without_a_stock_the_first_unlock_says_that_nothing_can_be_compared(
    office: Office,
) -> None:
    office.desk()
    for file in (office.home.stock, office.home.audit, office.home.staff / ROSTER):
        file.unlink()
    recovers(office)
    said = enters_as_max(office)
    assert "is missing or was changed. So changes since then cannot be shown." in " ".join(said)
    assert "This desk has not been unlocked" not in " ".join(said)
    assert "is missing or was changed" in " ".join(enters_as_max(office))  # until it is acknowledged
    assert "older than the audit" not in " ".join(said)


def test_after_a_recovery_without_a_stock_no_roster_of_before_lets_anybody_in(office: Office) -> None:
    roster, file = office.home.staff / ROSTER, staff_file(office, ALI)
    older, kept = roster.read_bytes(), file.read_bytes()
    for role in ("lead", "staff"):
        staff.set_role(office.home.staff, ALI, role, office.identity)
    newer, newest = roster.read_bytes(), file.read_bytes()
    roster.write_bytes(older)
    file.write_bytes(kept)
    office.home.stock.unlink()
    recovers(office)
    for roster_before, file_before in ((None, kept), (older, kept), (newer, newest)):
        if roster_before:
            roster.write_bytes(roster_before)
        file.write_bytes(file_before)
        with pytest.raises(DeskError):
            office.enters(ALI)


def test_a_stock_that_is_one_unlock_older_is_told(office: Office) -> None:
    saved = office.saves()
    before = office.home.stock.read_bytes()
    office.desk()
    older = office.home.stock.read_bytes()
    assert before != older
    office.desk()
    office.home.stock.write_bytes(older)
    office.page(saved).unlink()
    assert "is older than the audit" in office.warned()


def test_settings_that_do_not_read_at_an_unlock_are_told_and_those_of_before_stay_known(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.desk()
    monkeypatch.setattr(Office, "key", office.key)
    good, lead = office.home.settings.read_text(), office.enters()
    office.home.settings.write_text("garbage = [")
    known = stock.read(office.home, office.identity)
    assert known is not None
    _, greeting = office.opens(lead)
    assert greeting.warnings == ("kiosk.toml cannot be read, so changes in it cannot be shown.",)
    taken = stock.read(office.home, office.identity)
    assert taken is not None
    assert taken.number == known.number + 1
    assert taken.settings == known.settings != {}
    office.home.settings.write_text(good.replace("warn = 90", "warn = 900"))
    assert "kiosk.toml was changed since the last unlock: idle.warn." in office.warned()


def test_a_staff_file_that_is_exchanged_while_a_change_of_the_key_begins_is_not_given_the_new_key(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = staff_file(office, ALI)
    older = file.read_bytes()
    staff.set_role(office.home.staff, ALI, "lead", office.identity)
    newer = file.read_bytes()
    write = recovery_sheet.write

    def exchanges(*arguments: object) -> None:
        file.write_bytes(older)
        write(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(recovery_sheet, "write", exchanges)
    change_key(office.home, office.enters(), office.root / "new.txt", now=lambda: NOON)
    assert newer != older
    assert not file.exists()  # as that of anybody whom nobody vouches for


def test_while_a_change_of_the_key_is_stopped_nobody_is_sent_to_put_the_old_one_right(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = staff_file(office, ALI).read_bytes()

    with monkeypatch.context() as patched:
        patched.setattr(rekey, "reseal", Mock(side_effect=OSError(28, "No space left on device")))
        with pytest.raises(VaultError):
            change_key(office.home, office.enters(), office.root / "new.txt", now=lambda: NOON)
    staff_file(office, ALI).write_bytes(kept)
    with pytest.raises(StaffError, match="being changed, and your staff key does not have the new one"):
        office.enters(ALI)
    ali = staff.enter(office.home.staff, ALI, "quarry window saddle plum")
    with pytest.raises(StaffError, match="Ask the lead who started it"):
        staff_files.require_newest(office.home.staff, ali.identity)
    staff_files.require_newest(office.home.staff, office.enters(JO).identity)


def test_that_an_older_backup_was_restored_cannot_be_said_again(office: Office, tmp_path: Path) -> None:
    office.saves()
    office.desk()
    (tmp_path / "stick").mkdir()
    backup = back_up(
        office.home, tmp_path / "stick", office.key, NOON, identity=office.enters().identity
    ).folder
    change_key(office.home, office.enters(), office.root / "new.txt", now=lambda: NOON)
    told, asked = list[bytes](), list[Would]()

    def looks() -> None:
        told.append((office.home.staff / ANEW).read_bytes())

    lead = office.enters()
    restore_as_lead.restore(
        office.home, lead, backup, merge=True, now=lambda: NOON, allow=asked.append, reconcile=looks
    )
    assert [one.word for one in asked] == ["older"]  # who had that key can have made it
    assert not (office.home.staff / ANEW).exists()
    (office.home.staff / ANEW).write_bytes(told[0])
    assert staff_files.restored(office.home.staff, lead.identity) == ()
    assert office.warned() == ""
