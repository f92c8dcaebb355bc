"""Somebody who can write to the disk, knows the venue's public key and has all of this code, between two
visits of staff: what they put there is told when the desk is next unlocked, and is never shown or used as
staff's, as a customer's or as the venue's.
"""

import os
import shutil
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import msgspec
import pytest

from kiosk import seal
from kiosk.counts import visits
from kiosk.counts.quarters import Quarter
from kiosk.counts.visits import VisitSums
from kiosk.desk.audit.audit_log import START, Audit, Event, _line
from kiosk.desk.entries import signer
from kiosk.desk.keys import staff, stock, stock_pages
from kiosk.desk.keys.identities import fingerprint
from kiosk.desk.keys.stock_pages import UNCHECKED, Seen
from kiosk.desk.rekey import change_key
from kiosk.desk.restore_as_lead import restore
from kiosk.desk.summaries.periods import period_of
from kiosk.desk.summaries.summary import summarise
from kiosk.entry import handle
from kiosk.entry.page_file import Keys
from kiosk.entry.pages import AnyPage
from kiosk.entry.staff_pages import Note, PlanGoal, StatusChange
from kiosk.errors import EntryError, NoEntryError, SealError, StaffError, VaultError
from kiosk.launch import tidy
from kiosk.seal import recipient_of
from kiosk.settings.settings import keep_settings, load_settings, with_key
from kiosk.upkeep import clock
from kiosk.upkeep.backup import back_up
from kiosk.vault.catalogue import Catalogue
from kiosk.vault.log_lines import Put
from kiosk.visit import comments
from kiosk.visit.comments import BOX, keep_comment
from kiosk.visit.returning import Returning
from kiosk.visit.saving import Submission
from tests import packs
from tests.kiosk.desk.offices import (
    ALI,
    HOUR,
    JO,
    NOON,
    THIEF,
    Office,
    derive,
    office,
    reflection,
    staff_file,
)
from tests.kiosk.sealed import FIRST, SECOND
from tests.kiosk.vault.helpers import FaultyDisk

__all__ = ["office"]

# -- keys


def test_what_was_saved_while_another_key_was_named_is_told_once_a_lead_put_the_right_one_back(
    office: Office,
) -> None:
    keep_settings(office.home, with_key(load_settings(office.home.settings), recipient_of(THIEF)))
    stolen = office.saves()
    with pytest.raises(StaffError, match="names a key that is not this venue's"):
        office.enters()
    assert fingerprint(recipient_of(office.identity)) in (office.root / "sheet.txt").read_text()
    keep_settings(office.home, with_key(load_settings(office.home.settings), recipient_of(office.identity)))
    assert f"a key that this desk does not hold: {stolen.name}. What did not come from" in office.warned()


def test_who_was_removed_does_not_come_back_with_their_file(office: Office) -> None:
    file = staff_file(office, ALI)
    roster, kept = office.home.staff / "roster", file.read_bytes()
    before = roster.read_bytes()
    office.desk()
    staff.remove(office.home.staff, ALI, office.identity)
    file.write_bytes(kept)
    roster.write_bytes(before)
    with pytest.raises(StaffError, match="is an older one that someone has put back"):
        office.enters(ALI)
    staff.let_in_again(office.home.staff, office.identity, stock.roster_number(office.home, office.identity))
    with pytest.raises(StaffError, match="no longer gives you access"):
        office.enters(ALI)
    roster.write_bytes(before)
    with pytest.raises(StaffError, match="is an older one that someone has put back"):
        office.enters(ALI)


# -- pages


def test_a_page_copied_over_another_entrys_is_told_and_not_shown(office: Office) -> None:
    mine, theirs = office.saves("mine"), office.saves("theirs")
    office.desk()
    office.page(theirs).write_bytes(office.page(mine).read_bytes())
    assert f"was moved or copied there: {theirs.name}" in office.warned()
    for opening in (office.desk().open, _by_customer(office)):
        with pytest.raises((EntryError, SealError)):
            opening(str(theirs.handle))


def test_an_older_page_over_a_newer_one_and_pages_that_changed_places_are_told_and_not_shown(
    office: Office,
) -> None:
    saved = office.saves("first")
    office.saver.amend(Submission(packs.small(), {"day": "second"}), saved.handle)
    office.desk()
    one, two = office.page(saved).read_bytes(), office.page(saved, 2).read_bytes()
    office.page(saved, 2).write_bytes(one)
    assert "was moved or copied there" in office.warned()
    opened = office.desk().open(str(saved.handle))
    assert opened.aside == ((SECOND, "misplaced"),)
    assert "Page 2 is not shown" in opened.doubts[0]
    office.page(saved).write_bytes(two)
    assert "was moved or copied there" in office.warned()
    with pytest.raises(EntryError):
        office.desk().open(str(saved.handle))


def test_an_erased_entry_that_is_put_back_with_an_old_list_is_told_and_goes_again(office: Office) -> None:
    saved = office.saves()
    old, page = office.home.catalogue.read_bytes(), office.page(saved).read_bytes()
    desk = office.desk()
    desk.erase(desk.open(str(saved.handle)), "She asked for it")
    office.home.catalogue.write_bytes(old)
    office.page(saved).write_bytes(page)
    assert "1 deleted entry was here again, and deleted again." in office.warned()
    assert not office.page(saved).exists()
    with pytest.raises(NoEntryError):
        office.desk().open(str(saved.handle))


def test_an_erased_entry_that_is_put_back_and_that_the_kiosk_deletes_at_its_start_is_told_too(
    office: Office,
) -> None:
    saved, other = office.saves(), office.saves()
    page = office.page(saved).read_bytes()
    desk = office.desk()
    desk.erase(desk.open(str(saved.handle)), "She asked for it")
    tidy({"KIOSK_HOME": str(office.home.root)})  # which has nothing to tell
    assert office.warned() == ""
    office.page(saved).write_bytes(page)
    tidy({"KIOSK_HOME": str(office.home.root)})
    assert not office.page(saved).exists()
    assert office.page(other).exists()
    desk, greeting = office.unlocks()
    [said] = greeting.warnings
    assert said.startswith("Deleted entries were here again, and the kiosk deleted them again: ")
    assert said.endswith("Either this machine stopped suddenly, or someone put them back.")
    done = [(event.who, event.did) for event in desk.audit.read(desk.identity).events]
    assert done[:3] == [(JO, "found a change"), (JO, "unlocked"), ("the kiosk", "deleted again")]
    # It is said until a lead acknowledges it, and is no new finding then.
    assert "Found when Jo" in office.warned()
    desk.acknowledge(greeting.found)
    assert office.warned() == ""


@pytest.mark.parametrize(
    "page",
    [Note(made=NOON, by=JO, text="Forged."), StatusChange(made=NOON, by=JO, state="closed")],
    ids=["note", "state"],
)
def test_what_says_that_staff_wrote_it_and_did_not_is_told_and_not_shown(
    office: Office, page: AnyPage
) -> None:
    saved = office.saves()
    office.desk()
    thief = Keys.of(code=THIEF, desk=THIEF)
    office.plants(saved, 2, page, keys=thief)
    assert f"claims to be from staff, but is not: {saved.name}" in office.warned()
    opened = office.desk().open(str(saved.handle))
    assert (len(opened.pages), opened.row.state) == (1, "waiting")
    assert opened.aside == ((SECOND, "not staff's"),)


def test_answers_that_the_customer_did_not_write_are_told_and_not_shown_with_or_without_the_code(
    office: Office,
) -> None:
    saved = office.saves()
    office.desk()
    office.plants(saved, 2, reflection(recipient_of(THIEF)), keys=Keys.of(code=THIEF, desk=THIEF))
    assert f"was not written by its customer: {saved.name}" in office.warned()
    desk = office.desk()
    row = next(row for row in desk.rows() if row.id == saved.id)
    assert not desk.asked_to_talk([row])
    for opened in (desk.open(str(saved.handle)), desk.open_without_code(row, "lost", "Ali")):
        assert opened.aside == ((SECOND, "not the customer's"),)
        assert "forged" not in repr(opened.pages)


def test_a_forged_reader_does_not_get_the_next_note(office: Office) -> None:
    saved = office.saves()
    office.plants(saved, 2, reflection(recipient_of(THIEF)))
    desk = office.desk()
    row = next(row for row in desk.rows() if row.id == saved.id)
    desk.add_note(desk.open_without_code(row, "lost", "Ali"), "We spoke.", NOON)
    note = office.page(saved, 3)
    assert not _opens(note, THIEF)
    assert _opens(note, derive(saved.handle).identity)


def test_somebody_who_held_the_venues_key_and_not_the_code_is_found_out_with_the_code(office: Office) -> None:
    """A former member of staff can name the right reader, and cannot make the tag that the code makes."""
    saved = office.saves()
    theirs = reflection(recipient_of(derive(saved.handle).identity))
    office.plants(saved, 2, theirs, keys=Keys.of(code=THIEF))
    assert office.desk().open(str(saved.handle)).aside == ((SECOND, "not the customer's"),)
    row = next(row for row in office.desk().rows() if row.id == saved.id)
    assert "cannot prove that it comes from" in office.desk().open_without_code(row, "lost", "Ali").doubts[-1]


def test_a_mark_in_the_list_that_staff_did_not_make_is_told_and_not_shown(office: Office) -> None:
    saved = office.saves()
    office.desk()
    catalogue = Catalogue(office.home.catalogue)
    catalogue.mark(saved.id, JO, NOON, signer(THIEF), state="closed")
    catalogue.close()
    assert f"does not show the latest status set by staff for {saved.name}" in office.warned()
    [row] = office.desk().rows()
    assert (row.state, row.picked_up_by) == ("waiting", "")


def test_a_mark_of_before_in_the_list_is_told(office: Office) -> None:
    saved = office.saves()
    desk = office.desk()
    opened = desk.pick_up(desk.open(str(saved.handle)))
    before = office.home.catalogue.read_bytes()
    desk.change_state(opened, "closed", NOON)
    desk.vault.close()
    office.home.catalogue.write_bytes(before)
    desk.vault.page_files.redate(saved.id, [SECOND], NOON)
    for _ in range(2):  # and again, until staff say something of it
        assert f"does not show the latest status set by staff for {saved.name}" in office.warned()
        [row] = office.desk().rows()
        assert row.state == "closed"  # as its page says
    desk = office.desk()
    desk.change_state(desk.open(str(saved.handle)), "closed", NOON)
    assert office.warned() == ""
    office.home.catalogue.write_bytes(b"".join(office.home.catalogue.read_bytes().splitlines(True)[:1]))
    assert f"does not show the latest status set by staff for {saved.name}" in office.warned()


# -- audit, stock, and what the desk greets with


def test_lines_of_the_audit_that_are_cut_off_or_forged_are_told(office: Office) -> None:
    desk = office.desk()
    desk.note("read the audit log")
    kept = office.home.audit.read_bytes()
    office.home.audit.write_bytes(b"".join(kept.splitlines(keepends=True)[:2]))
    assert "The audit log is not the one that was here" in office.warned()
    forging = Audit(office.home.audit, office.key, lambda: NOON)
    forging.note(JO, "deleted", entry="Amber Heron")
    forging.close()
    desk = office.desk()
    trail = desk.audit.read(desk.identity)
    assert trail.forged == 1
    assert "deleted" not in [event.did for event in trail.events]


def test_without_its_stock_the_desk_says_that_it_cannot_compare(office: Office) -> None:
    office.desk()
    for data in (b"", b"{}", office.home.stock.read_bytes().replace(b'"number":1', b'"number":9')):
        office.home.stock.write_bytes(data)
        assert "is missing or was changed" in office.warned()
    office.home.stock.unlink()
    assert "is missing or was changed" in office.warned()
    assert "Found when" in office.warned()


def test_an_older_stock_is_told(office: Office) -> None:
    office.desk()
    before = office.home.stock.read_bytes()
    for _ in range(3):
        office.desk()
    office.home.stock.write_bytes(before)
    assert "is older than the audit" in office.warned()


def test_what_staff_did_since_they_unlocked_cannot_be_taken_back_unseen(office: Office) -> None:
    saved = office.saves()
    desk = office.desk()
    rows = office.home.catalogue.read_bytes()
    desk.add_note(desk.open(str(saved.handle)), "We spoke.", NOON)
    desk.vault.close()
    office.page(saved, 2).unlink()
    office.home.catalogue.write_bytes(rows)
    said = office.warned()
    assert f"Pages are missing from 1 entry: {saved.name}" in said
    assert f"does not show the latest status set by staff for {saved.name}" in said


def test_a_tag_taken_off_a_line_of_the_audit_is_told(office: Office) -> None:
    office.desk()
    office.desk()
    head, *lines = office.home.audit.read_bytes().splitlines()
    values = [msgspec.json.decode(line[9:]) for line in lines]
    del values[0][0][3]["tag"]
    raw = [msgspec.json.encode(value) for value in values]
    again = [b"%08x %b" % (zlib.crc32(line), line) for line in raw]
    office.home.audit.write_bytes(b"\n".join([head, *again]) + b"\n")
    assert "lines are missing or were changed" in office.warned()


def test_what_was_changed_in_the_settings_is_named(office: Office) -> None:
    """A printer that somebody else reads from would tell them each code."""
    office.desk()
    text = office.home.settings.read_text()
    office.home.settings.write_text(text.replace("warn = 90", "warn = 900"))
    assert "kiosk.toml was changed since the last unlock: idle.warn." in office.warned()
    desk, greeting = office.unlocks()
    desk.acknowledge(greeting.found)
    assert office.warned() == ""


def test_what_was_saved_while_another_key_was_named_is_told_though_the_right_one_was_put_back(
    office: Office,
) -> None:
    """Whoever read it can seal it again to the venue, and put the settings back."""
    right = load_settings(office.home.settings)
    office.desk()
    keep_settings(office.home, with_key(right, recipient_of(THIEF)))
    saved = office.saves()
    opened = seal.open_sealed(office.page(saved).read_bytes(), THIEF)
    reader = recipient_of(derive(saved.handle).identity)
    office.page(saved).write_bytes(seal.seal(opened, (right.venue.key, reader), block=1))
    keep_settings(office.home, right)
    assert f"someone else may have read it: {saved.name}" in office.warned()
    assert "someone else may have read it" in office.desk().open(str(saved.handle)).doubts[0]


@pytest.mark.parametrize("clock", [HOUR, -HOUR, timedelta()], ids=["on", "back", "still"])
def test_what_was_saved_while_an_older_key_was_named_is_told_though_the_new_one_was_put_back(
    office: Office, clock: timedelta
) -> None:
    """Whoever copied the older key away reads it, whatever the clock showed."""
    office.desk()
    older = load_settings(office.home.settings)
    change_key(office.home, office.enters(), office.root / "new.txt", now=lambda: NOON)
    office.opens(office.enters())
    right = load_settings(office.home.settings)
    keep_settings(office.home, older)
    saved = office.saves(at=NOON + clock)
    keep_settings(office.home, right)
    told = office.warned()
    assert f"anyone who copied that key may have read it: {saved.name}." in told
    assert told.count("no longer uses") == 1


def test_a_change_of_the_key_outdates_no_entry(office: Office) -> None:
    office.desk()
    saved = office.saves(at=NOON + HOUR)
    change_key(office.home, office.enters(), office.root / "new.txt", now=lambda: NOON)
    office.saves(at=NOON + HOUR)
    identity = office.enters().identity

    def known() -> Seen:
        taken = stock.read(office.home, *identity.split("\n"))
        assert taken is not None
        return taken.pages[saved.id][FIRST]

    # It is known to be there, and is still to be looked at.
    assert known() == UNCHECKED
    assert office.warned() == ""
    assert known() != UNCHECKED


def test_a_restore_outdates_no_entry_whether_it_was_stopped_or_ended_by_a_change_of_the_key(
    tmp_path: Path,
) -> None:
    (tmp_path / "0" / "stick").mkdir(parents=True)
    office = Office(tmp_path / "0")
    office.desk()
    saved = office.saves(at=NOON + HOUR)
    folder = back_up(office.home, office.root / "stick", office.key, NOON).folder.relative_to(office.root)
    office.page(saved).unlink()
    change_key(office.home, office.enters(), office.root / "new.txt", now=lambda: NOON)
    brought = 0
    for number in range(1, 100, 2):
        stopped, disk = office.copied(tmp_path / f"{number}"), FaultyDisk()
        disk.fails("fsync", after=number)
        restores = partial(restore, merge=True, now=lambda: NOON)
        try:
            restores(stopped.home, stopped.enters(), stopped.root / folder, disk=disk)
        except VaultError:
            if not stopped.page(saved).exists():
                continue
            brought += 1
            changed = stopped.copied(tmp_path / f"{number}-changed")
            change_key(changed.home, changed.enters(), changed.root / "third.txt", now=lambda: NOON)
            assert "no longer uses" not in changed.warned()
            again = stopped.copied(tmp_path / f"{number}-again")
            restores(again.home, again.enters(), again.root / folder)
            assert "no longer uses" not in again.warned()
            assert "no longer uses" not in stopped.warned()
        else:
            break
    assert brought
    assert stopped.page(saved).exists()
    assert "no longer uses" not in stopped.warned()


def test_a_note_copied_to_another_entry_is_not_sealed_to_its_customer_when_the_key_is_changed(
    office: Office,
) -> None:
    mine, theirs = office.saves("mine"), office.saves("theirs")
    desk = office.desk()
    desk.add_note(desk.open(str(theirs.handle)), "Of theirs alone.", NOON)
    office.page(mine, 2).write_bytes(office.page(theirs, 2).read_bytes())
    change_key(office.home, office.enters(), office.root / "new.txt", now=lambda: NOON)
    assert not _opens(office.page(mine, 2), derive(mine.handle).identity)
    assert _opens(office.page(theirs, 2), derive(theirs.handle).identity)


def test_who_was_removed_gets_no_new_key_though_their_file_is_put_back(office: Office) -> None:
    file = staff_file(office, ALI)
    kept = file.read_bytes()
    staff.remove(office.home.staff, ALI, office.identity)
    file.write_bytes(kept)
    change_key(office.home, office.enters(), office.root / "new.txt", now=lambda: NOON)
    assert not file.exists()


def test_what_is_no_file_in_the_place_of_a_page_is_told_each_time(office: Office) -> None:
    saved = office.saves()
    office.desk()
    for remove, make in ((Path.unlink, Path.mkdir), (Path.rmdir, os.mkfifo)):
        remove(office.page(saved))
        make(office.page(saved))
        for _ in range(2):
            assert f"cannot be read: {saved.name}" in office.warned()


def test_somebody_can_unlock_though_the_list_was_lost_that_says_what_was_erased(office: Office) -> None:
    saved = office.saves()
    desk = office.desk()
    desk.erase(desk.open(str(saved.handle)), "She asked for it")
    desk.vault.close()
    office.home.catalogue.unlink()
    assert office.desk().rows() == ()


def test_a_line_of_the_audit_that_the_kiosk_noted_tells_of_nothing_else(office: Office) -> None:
    forging = Audit(office.home.audit, office.key, lambda: NOON)
    who = "nobody\n2026-03-01 13:00  Jo Smith: erased"
    event = Event(when=NOON, who=who, did="could not unlock", entry="Amber Heron", detail="She asked")
    sealed = seal.seal(msgspec.json.encode(event), (office.key,))
    forging._log.commit(lambda _: [Put("audit", "0000000001", _line("0000000001", START, sealed, b""))])
    forging.close()
    desk = office.desk()
    [*_, told] = desk.audit.read(desk.identity).events
    assert (told.entry, told.detail, "\n" in told.who) == ("", "", False)


def test_the_desk_greets_with_who_unlocked_last_and_when_so_that_a_disk_put_back_is_seen(
    office: Office,
) -> None:
    first = office.unlocks()[1]
    assert "This desk has not been unlocked before" in first.says()
    shutil.copytree(office.home.root, office.root / "copy")
    assert f"Last unlocked by {JO}, 1 March 2026, 12:00." in office.unlocks(ALI)[1].says()
    assert f"Last unlocked by {ALI}, 1 March 2026, 12:00." in office.unlocks()[1].says()
    shutil.rmtree(office.home.root)
    (office.root / "copy").rename(office.home.root)
    assert f"Last unlocked by {JO}" in office.unlocks()[1].says()


def test_a_page_whose_inode_and_times_were_kept_is_read_again_all_the_same(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that was in another machine may have been given any: some pages are read at each unlock."""
    mine, theirs = office.saves("mine"), office.saves("theirs")
    office.desk()
    office.page(theirs).write_bytes(office.page(mine).read_bytes())
    told = stock.read(office.home, office.identity)
    assert told is not None
    found = office.page(theirs).lstat()
    seen = stock_pages.Seen(told.pages[theirs.id][FIRST].hash, found.st_ino, found.st_ctime_ns)
    stock.write(
        office.home,
        office.identity,
        msgspec.structs.replace(told, pages={**told.pages, theirs.id: {FIRST: seen}}),
    )
    monkeypatch.setattr(stock_pages, "REREAD", 1)
    assert "was moved or copied there" in "\n".join(office.warned() for _ in range(2))


def test_nothing_is_told_where_nobody_was_at_the_disk(office: Office) -> None:
    for text in ("one", "two"):
        saved = office.saves(text)
        desk, greeting = office.unlocks()
        assert greeting.warnings == ()
        opened = desk.add_note(desk.open(str(saved.handle)), "We spoke.", NOON)
        desk.agree(opened, (PlanGoal(want="A garden"),), NOON)
        office.saver.amend(Submission(packs.small(), {"day": "later"}), saved.handle)
        Catalogue(office.home.catalogue).close()
    desk, greeting = office.unlocks(ALI)
    assert greeting.warnings == ()
    assert {len(desk.open(str(saved.handle)).pages)} == {4}
    lead = office.enters()
    change_key(office.home, lead, office.root / "new.txt", now=lambda: NOON)
    for name in (JO, ALI):
        assert office.warned(name) == ""


def _opens(file: Path, identity: str) -> bool:
    try:
        seal.open_sealed(file.read_bytes(), identity)
    except SealError:
        return False
    return True


def _by_customer(office: Office) -> Callable[[str], object]:
    returning = replace(
        Returning(office.session.vault, office.session.drafts(), office.session.names), derive=derive
    )
    return lambda code: returning.open(handle.read(code))


# -- what is kept to be counted


def beside(office: Office) -> list[Path]:
    return sorted(office.home.vault.glob("*/*.count"))


def waits(office: Office, id_: str) -> Path:
    """An entry's time is over: what there is to count of it waits."""
    before = {*office.home.uncounted.glob("*")}
    office.session.vault.erase(id_, why="time")
    [new] = {*office.home.uncounted.glob("*")} - before
    return new


def test_what_expires_or_is_deleted_or_written_anew_says_nothing_of_counts(office: Office) -> None:
    first, second, third = (office.saves() for _ in range(3))
    office.unlocks()
    waits(office, first.id)
    office.session.vault.erase(second.id)
    office.saver.amend(Submission(packs.small(), {"day": "other"}), third.handle)
    fourth = office.saves()
    waits(office, fourth.id)
    assert office.warned() == ""
    waits(office, third.id)
    assert office.warned() == ""


def test_what_was_to_be_counted_and_is_gone_is_told_once_and_stays_told(office: Office) -> None:
    first, second = office.saves(), office.saves()
    waiting = waits(office, first.id)
    office.unlocks()
    waiting.unlink()
    beside(office)[0].unlink()
    said = "What statistics would have counted of 2 entries was removed."
    assert said in office.warned()
    assert said in office.warned()  # until a lead acknowledges it
    assert office.session.vault.pages(second.id)


def test_what_was_to_be_counted_and_says_something_else_is_told(office: Office) -> None:
    first, _ = office.saves(), office.saves()
    waiting = waits(office, first.id)
    office.unlocks()
    for file in (waiting, *beside(office)):
        file.write_bytes(seal.seal(b"{}", (office.key,)))
    assert "What statistics count of 2 entries was replaced." in office.warned()


def test_more_that_waits_than_entries_expired_is_told(office: Office) -> None:
    saved = office.saves()
    waiting = waits(office, saved.id)
    shutil.copy(waiting, waiting.with_name(f"2026-Q1.{'0' * 32}.age"))  # which counts for nothing
    assert office.warned() == ""
    for number in "12":
        waiting.with_name(f"2026-Q1.{number * 32}.age").write_bytes(seal.seal(b"{}", (office.key,)))
    assert "2 more entries wait to be counted in statistics than have been deleted" in office.warned()


@pytest.mark.parametrize("ending", [".age", ".visits.age"])
def test_what_is_of_a_quarter_to_come_is_told_until_it_is_moved_away(office: Office, ending: str) -> None:
    waits(office, office.saves().id)
    planted = office.home.uncounted / f"2099-Q2.{'0' * 32}{ending}"
    planted.write_bytes(seal.seal(b"{}", (office.key,)))
    said = f"1 file in 'uncounted' is of a quarter that has not begun: {planted.name}."
    for _ in range(2):
        assert said in office.warned()
    planted.unlink()
    assert said not in office.warned()


def test_a_clock_that_went_back_makes_no_quarter_one_to_come(office: Office) -> None:
    waits(office, office.saves().id)
    assert office.warned() == ""
    office.now = NOON - timedelta(days=300)
    assert "has not begun" not in office.warned()


def test_how_visits_went_is_no_entry_that_waits_to_be_counted(office: Office) -> None:
    office.unlocks()
    sums = VisitSums(
        mark="0" * 32,
        quarter=Quarter(2026, 1),
        pack="small",
        state="live",
        times=(10, 0, 0),
        went_back=(),
        stopped=(),
    )
    visits.keep(office.home, office.key, sums)
    assert office.warned() == ""
    visits.keep(office.home, office.key, msgspec.structs.replace(sums, times=(9_999_999, 0, 0)))
    for _ in range(2):
        assert "1 file in 'uncounted' on how visits went cannot be read, cannot be true" in office.warned()


def test_what_was_counted_may_go(office: Office) -> None:
    waits(office, office.saves().id)
    office.unlocks()
    later = datetime(2026, 4, 9, 12, tzinfo=UTC)
    clock.write(office.home.clock, clock.Known(trusted=later))
    quarter = period_of(["2026-Q1"], later)
    summarise(office.home, office.identity, quarter, later, processes=1)
    assert not [*office.home.uncounted.glob("*")]
    office.home.clock.unlink()
    assert office.warned() == ""


# -- comments


def comments_on(office: Office, *texts: str) -> Path:
    """Customers comment, as somebody then unlocks; and return where that is kept."""
    for text in texts:
        keep_comment(office.home, office.key, packs.small(), now=NOON, text=text)
    assert office.warned() == ""
    return office.home.comments / BOX


@pytest.mark.parametrize(
    "remove",
    [
        Path.unlink,
        lambda box: shutil.rmtree(box.parent),
        lambda box: box.write_bytes(b""),
        lambda box: box.write_bytes(box.read_bytes().splitlines(keepends=True)[0] * 3),
    ],
    ids=["file", "folder", "lines", "copies"],
)
def test_comments_that_somebody_removed_are_told_though_the_desk_and_welcome_make_a_box_again(
    office: Office, remove: Callable[[Path], object]
) -> None:
    remove(box := comments_on(office, "one", "two", "three"))
    comments.level(office.home, NOON)
    more = 2 if box.read_bytes() else 3
    said = f"{more} comments that were here at the last unlock are missing."
    assert said in office.warned()
    assert box.exists()
    assert office.warned().count(said) == 1  # until a lead acknowledges it, and is not found again


def test_comments_that_come_or_whose_time_is_over_are_not_missed(office: Office) -> None:
    comments_on(office, "one", "two")
    days = load_settings(office.home.settings).privacy.days
    comments_on(office, "three")
    for later in (days // 2, days):
        comments.expire(office.home, days, NOON + timedelta(days=later))
    office.now = NOON + timedelta(days=days)
    assert "missing" not in office.warned()


def test_a_comment_that_a_desk_deleted_is_not_missed(office: Office) -> None:
    keep_comment(office.home, office.key, packs.small(), now=NOON - timedelta(days=1000), text="old")
    comments_on(office, "new")
    assert office.warned() == ""


def test_what_stands_in_the_place_of_comments_hides_no_removal(office: Office) -> None:
    box = comments_on(office, "one")
    box.unlink()
    box.mkdir()
    assert "missing" not in office.warned()  # for it says that it cannot look
    box.rmdir()
    assert "1 comment that was here at the last unlock is missing." in office.warned()
