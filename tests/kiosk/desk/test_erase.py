"""Erasing on request: a receipt that says no more and no less than what was done, and nothing comes back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zlib import crc32

import pytest
from msgspec import structs

from kiosk import seal
from kiosk.desk.audit.audit_log import Audit
from kiosk.desk.desk import Desk
from kiosk.desk.erase import Receipt, erase
from kiosk.entry.names import NameWords
from kiosk.entry.opened import Opened
from kiosk.errors import NoEntryError, VaultError
from kiosk.home import Home
from kiosk.pack.model import Pack
from kiosk.settings.settings import Settings, Venue, settings_text
from kiosk.upkeep.backup import back_up
from kiosk.upkeep.restore import restore
from kiosk.vault import durable
from kiosk.vault.vault import Vault
from kiosk.visit.saving import Saved, Saver, Submission
from tests.conftest import EAST, SetZone
from tests.kiosk.desk.conftest import ANSWERS, NOON, Clock, noted
from tests.kiosk.vault.helpers import FaultyDisk

WHY = "She asked for it."
LATER = NOON + timedelta(days=2)


@pytest.fixture
def opened(desk: Desk, saved: Saved) -> Opened:
    return desk.open(str(saved.handle))


def gone(desk: Desk, opened: Opened, *, key_is_here: bool = True) -> Receipt:
    return erase(desk, opened, WHY, LATER, key_is_here=key_is_here)


def left_of(home: Home, opened: Opened) -> list[str]:
    """The page files that bear the entry's id, and the one of what it adds to statistics."""
    names = [path.name for path in home.vault.rglob(f"*{opened.row.id}*")]
    return [name for name in names if name != f"{opened.row.id}.erased"]


# -- the receipt


def test_the_receipt_says_whose_it_was_what_went_when_and_by_whom(
    desk: Desk, saver: Saver, saved: Saved, small_pack: Pack, home: Home
) -> None:
    saver.amend(Submission(small_pack, ANSWERS), saved.handle)
    opened = desk.add_note(desk.open(str(saved.handle)), "We spoke.", NOON)
    receipt = gone(replace(desk, staff="Ali"), opened)
    assert (receipt.name, receipt.by, receipt.pages, receipt.erased) == (saved.name, "Ali", 3, LATER)
    assert receipt.lines() == (
        f"{saved.name}, saved on 1 March 2026.",
        "Deleted from this kiosk on 3 March 2026 by Ali, 3 pages in all.",
        "Someone with special tools might still find parts of it.",
        "Not deleted: printed and exported copies, and earlier backups.",
        "Unsaved changes in a customer's break cannot be found. They no longer open.",
        "No copies were printed or exported here.",
    )
    assert left_of(home, opened) == []
    assert desk.rows() == ()


def test_where_no_desk_is_the_receipt_says_that_traces_are_sealed_with_a_key_from_elsewhere(
    desk: Desk, opened: Opened
) -> None:
    lines = gone(desk, opened, key_is_here=False).lines()
    assert (
        "Someone with special tools might still find parts of it, encrypted to a key that was never on this "
        "kiosk." in lines
    )
    assert "Someone with special tools might still find parts of it." not in lines


def test_days_are_those_of_the_place_where_the_kiosk_stands(
    desk: Desk, opened: Opened, set_zone: SetZone
) -> None:
    set_zone(EAST)
    first, second, *_ = gone(desk, opened).lines()
    assert first.endswith("saved on 2 March 2026.")
    assert "on 4 March 2026 by Jo, 1 page in all." in second


def test_the_receipt_names_each_copy_that_left_the_kiosk_newest_first(
    desk: Desk, opened: Opened, clock: Clock
) -> None:
    clock.now = NOON
    desk.note("exported", opened.row, "a table")
    clock.now = NOON + timedelta(days=1)
    replace(desk, staff="Ali").note("printed", opened.row, "My page")
    desk.note("printed", opened.row, "")
    lines = gone(desk, opened).lines()
    assert lines[5:] == (
        "Copies that were made:",
        "2 March 2026: printed by Jo",
        "2 March 2026: printed by Ali (My page)",
        "1 March 2026: exported by Jo (a table)",
    )


def test_the_copies_of_another_entry_of_the_same_name_are_not_told(
    desk: Desk, saver: Saver, small_pack: Pack, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = opened.row.name
    monkeypatch.setattr(NameWords, "name_of", lambda *_: name)
    monkeypatch.setattr(Vault, "_named", lambda _, row: structs.replace(row, name=name))
    twin = desk.open(str(saver.save(Submission(small_pack, ANSWERS)).handle))
    assert (twin.row.name, twin.row.id == opened.row.id) == (opened.row.name, False)
    desk.note("printed", twin.row, "My page")
    desk.note("exported", opened.row, "a table")
    assert [event.did for event in gone(desk, opened).outside] == ["exported"]
    assert [event.did for event in gone(desk, twin).outside] == ["printed"]


@pytest.mark.parametrize("copies", [0, 1])
def test_where_the_audit_does_not_read_the_receipt_does_not_say_that_there_is_no_copy(
    desk: Desk, opened: Opened, home: Home, copies: int
) -> None:
    other = Audit(home.audit, seal.recipient_of(seal.new_identity()), lambda: NOON, disk=FaultyDisk())
    other.note("Jo", "printed", entry=opened.row.name, entry_id=opened.row.id)
    for _ in range(copies):
        desk.note("exported", opened.row, "a table")
    receipt = gone(desk, opened)
    assert (receipt.unread, len(receipt.outside)) == (1, copies)
    lines = receipt.lines()
    assert lines[-1] == "Part of the audit log cannot be read, so there may be copies not listed here."
    assert "No copies were printed or exported here." not in lines
    assert ("Copies that were made:" in lines) == bool(copies)


def test_a_line_that_no_desk_wrote_is_no_copy_and_the_receipt_does_not_say_that_there_is_none(
    desk: Desk, opened: Opened, home: Home
) -> None:
    """It may have been the desk's own, before somebody changed it."""
    forging = Audit(home.audit, seal.recipient_of(desk.identity), lambda: NOON, disk=FaultyDisk())
    forging.note("Ali", "printed", entry=opened.row.name, entry_id=opened.row.id, detail="forged")
    receipt = gone(desk, opened)
    assert (receipt.unread, receipt.outside) == (1, ())
    assert receipt.lines()[-1].startswith("Part of the audit log cannot be read")


@pytest.mark.parametrize("copies", [0, 1])
def test_where_a_line_of_the_audit_was_taken_out_the_receipt_says_that_it_is_broken(
    desk: Desk, opened: Opened, home: Home, copies: int
) -> None:
    desk.note("exported", opened.row, "pdf")
    desk.note("read the audit log")
    for _ in range(copies):
        desk.note("exported", opened.row, "a table")
    desk.audit.close()
    lines = home.audit.read_bytes().splitlines(keepends=True)
    home.audit.write_bytes(b"".join([*lines[:2], *lines[3:]]))
    receipt = gone(desk, opened)
    assert (receipt.unread, receipt.broken, len(receipt.outside)) == (0, True, copies)
    said = receipt.lines()
    assert said[-1] == ("The audit log was changed or damaged, so there may be copies not listed here.")
    assert "No copies were printed or exported here." not in said
    assert receipt.value()["broken"] is True


def test_the_receipt_names_the_entry_by_its_own_name_whatever_the_list_says(
    desk: Desk, opened: Opened, home: Home
) -> None:
    catalogue = home.catalogue.read_bytes().splitlines(keepends=True)
    said = opened.row.name.encode()
    changed = [line if said not in line else _renamed(line, said) for line in catalogue]
    assert changed != catalogue
    desk.vault.close()
    home.catalogue.write_bytes(b"".join(changed))
    listed = replace(opened, row=desk.vault.row(opened.row.id))
    assert gone(desk, listed).name == opened.row.name


def _renamed(line: bytes, said: bytes) -> bytes:
    """Return a line of the catalogue with another name in it, and a right check sum."""
    body = line[9:-1].replace(said, b"Wrong Name")
    return b"%08x %b\n" % (crc32(body), body)


def test_a_page_that_came_after_it_was_opened_is_deleted_and_counted_too(
    desk: Desk, saver: Saver, saved: Saved, small_pack: Pack, opened: Opened, home: Home
) -> None:
    saver.amend(Submission(small_pack, ANSWERS), saved.handle)
    assert gone(desk, opened).pages == 2
    assert left_of(home, opened) == []


# -- what is noted, and what fails


def test_an_audit_that_cannot_be_read_deletes_nothing(desk: Desk, opened: Opened, home: Home) -> None:
    desk.audit.close()
    home.audit.write_bytes(b"no log\n")
    with pytest.raises(VaultError, match="audit log cannot be read"):
        gone(desk, opened)
    assert len(left_of(home, opened)) == 2


@pytest.mark.parametrize(("call", "after"), [("fsync", 0), ("unlink", 1)])
def test_after_a_failure_half_way_it_can_be_tried_again_and_the_receipt_is_the_same(
    desk: Desk,
    saver: Saver,
    saved: Saved,
    small_pack: Pack,
    home: Home,
    disk: FaultyDisk,
    call: str,
    after: int,
) -> None:
    saver.amend(Submission(small_pack, ANSWERS), saved.handle)
    opened = desk.open(str(saved.handle))
    desk.note("printed", opened.row, "My page")
    disk.fails(call, after=after)
    with pytest.raises(VaultError, match=r"The entry is not deleted yet\."):
        gone(desk, opened)
    disk.is_well()
    receipt = gone(desk, opened)
    assert (receipt.name, receipt.pages, receipt.saved) == (saved.name, 2, opened.row.saved)
    assert [event.detail for event in receipt.outside] == ["My page"]
    assert left_of(home, opened) == []
    assert [event.did for event in noted(desk)][-2:] == ["deleted", "deleted"]
    assert desk.vault.reconcile().erased == ()


def test_what_is_half_erased_opens_for_nobody_and_goes_by_itself(
    desk: Desk, saved: Saved, opened: Opened, home: Home, disk: FaultyDisk
) -> None:
    disk.fails("unlink")
    with pytest.raises(VaultError):
        gone(desk, opened)
    disk.is_well()
    assert len(left_of(home, opened)) == 2
    with pytest.raises(NoEntryError):
        desk.open(str(saved.handle))
    assert desk.vault.reconcile().erased == (saved.id,)
    assert left_of(home, opened) == []


def test_who_erases_what_somebody_else_erased_gets_a_receipt_too(desk: Desk, opened: Opened) -> None:
    first = gone(replace(desk, staff="Ali"), opened)
    assert gone(desk, opened) == replace(first, by="Jo")


# -- nothing of it comes back


def set_up(home: Home, venue_key: str) -> None:
    settings = Settings(venue=Venue(name="Sandhill House", key=venue_key))
    durable.replace(home.settings, settings_text(settings).encode())


@pytest.fixture
def backed_up(desk: Desk, opened: Opened, home: Home, tmp_path: Path) -> Callable[[datetime], Path]:
    """Make a backup at a time, and return its folder."""
    venue_key = seal.recipient_of(desk.identity)
    set_up(home, venue_key)
    (tmp_path / "stick").mkdir()
    return lambda now: back_up(home, tmp_path / "stick", venue_key, now, disk=FaultyDisk()).folder


def test_nothing_of_it_comes_back_from_a_backup_that_was_made_before(
    desk: Desk, saved: Saved, opened: Opened, home: Home, backed_up: Callable[[datetime], Path]
) -> None:
    before = backed_up(NOON)
    gone(desk, opened)
    with pytest.raises(VaultError, match="--merge"):
        restore(home, before)
    restore(home, before, merge=True, disk=FaultyDisk())
    desk.vault.reconcile()
    assert (desk.rows(), left_of(home, opened)) == ((), [])
    with pytest.raises(NoEntryError):
        desk.open(str(saved.handle))


def test_nothing_of_it_is_in_a_backup_that_is_made_after_and_that_one_deletes_it_elsewhere_too(
    desk: Desk,
    opened: Opened,
    home: Home,
    names: NameWords,
    tmp_path: Path,
    backed_up: Callable[[datetime], Path],
) -> None:
    elsewhere = Home(tmp_path / "elsewhere")
    restore(elsewhere, backed_up(NOON), disk=FaultyDisk())
    assert len(left_of(elsewhere, opened)) == 2
    gone(desk, opened)
    after = backed_up(LATER)
    assert left_of(Home(after), opened) == []
    restore(elsewhere, after, disk=FaultyDisk())
    assert left_of(elsewhere, opened) == []
    with Vault(elsewhere.root, clock=lambda: LATER, name_of=names.name_of) as vault:
        vault.reconcile()
        assert vault.rows() == ()


def test_the_audit_that_tells_of_it_comes_to_a_new_machine_with_the_backup(
    desk: Desk, opened: Opened, tmp_path: Path, backed_up: Callable[[datetime], Path]
) -> None:
    desk.note("printed", opened.row, "My page")
    gone(desk, opened)
    new = Home(tmp_path / "new")
    restore(new, backed_up(LATER), disk=FaultyDisk())
    audit = Audit(new.audit, seal.recipient_of(desk.identity), lambda: LATER, read_only=True)
    assert audit.read(desk.identity).events == desk.audit.read(desk.identity).events
    assert audit.broken_at() is None
    audit.close()
