"""An entry with a new code, and what comes after: unlocks, backups, another venue key, thieves."""

import shutil
from datetime import timedelta
from pathlib import Path
from unittest import mock

import msgspec
import pytest

from kiosk.counts import uncounted
from kiosk.counts.tally import EntryCount
from kiosk.desk import new_code
from kiosk.desk.desk import Desk
from kiosk.desk.erase import receipt_of
from kiosk.desk.keys import stock
from kiosk.desk.keys.stock import StockFinding
from kiosk.desk.new_code import Given
from kiosk.desk.rekey import change_key
from kiosk.desk.restore_as_lead import restore
from kiosk.entry.handle import Handle, rest_id_of
from kiosk.errors import LeadNeededError, NewCodeError, NoEntryError, SaveError
from kiosk.home import Home
from kiosk.seal import open_sealed
from kiosk.upkeep.backup import back_up
from kiosk.upkeep.restore import restore as restore_into
from kiosk.upkeep.retention import purge
from kiosk.vault.move_journal import Move, begin, encoded
from kiosk.vault.page_files import PageFiles
from kiosk.vault.vault import Vault
from kiosk.visit.returning import Own, Returning
from kiosk.visit.saving import Saved, Submission
from tests import packs
from tests.kiosk.desk.offices import ALI, JO, NOON, Office, derive, office
from tests.kiosk.sealed import FIRST, SECOND

__all__ = ["office"]


def saves(office: Office) -> Saved:
    reflection = Submission(packs.small(), {"mood": 1, "day": "brindle"}, private={"second"})
    return office.saver.save(reflection)


def gives(desk: Desk, saved: Saved, *, handed_over: bool = True) -> Given:
    opened = desk.open_without_code(desk.vault.row(saved.id), "lost", ALI)
    given = new_code.give(desk, opened, ALI, new_code.drawn(desk), NOON)
    if handed_over:
        new_code.handed_over(desk, given.saved.id)
    return given


def begins(desk: Desk, saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the machine stop once the step is decided."""

    def stops(vault: Vault, move: Move) -> None:
        begin(vault.page_files, move, encoded(move))
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Vault, "rename_entry", stops)
        with pytest.raises(KeyboardInterrupt):
            gives(desk, saved)


def unconfirmed(old: str, new: str) -> str:
    """What is said of a new code that nobody has confirmed."""
    return (
        f"{JO} and {ALI} gave {old} a new code on 1 March 2026. The entry is now called {new}. The slip may "
        f"not have been printed: if the customer does not have the new code, look for {new} as a lost slip "
        "and give another code."
    )


def opens(office: Office, home: Home, code: Handle) -> Own:
    vault = Vault(home.root, clock=lambda: NOON, name_of=office.session.names.name_of)
    with vault:
        opened = Returning(vault, office.session.drafts(), office.session.names, derive).open(code)
    assert isinstance(opened, Own)
    return opened


def is_given(office: Office, home: Home, saved: Saved, given: Given) -> None:
    """Check that the new code opens what was shared, and the old one what was kept back, and no more."""
    new, old = opens(office, home, given.saved.handle), opens(office, home, saved.handle)
    assert [section.id for section in new.reflections[-1].sections] == ["first"]
    assert [section.id for section in old.reflections[-1].sections] == ["second"]
    assert (new.unread, old.unread, new.moved, bool(old.moved)) == (0, 0, None, True)
    assert not list(home.vault.glob(f"*/{saved.id}.*.age"))


def test_the_next_unlock_finds_nothing_odd(office: Office) -> None:
    saved = saves(office)
    given = gives(office.desk(), saved)
    assert office.warned(ALI) == ""
    is_given(office, office.home, saved, given)
    desk = office.desk()
    receipt = receipt_of(desk, desk.open(str(given.saved.handle)), "asked", NOON, key_is_here=True)
    assert receipt.pages == 3  # what was kept back has one too
    page = office.home.vault / given.saved.id[:2] / f"{given.saved.id}.{SECOND}.age"
    page.unlink()
    assert "Pages are missing from 1 entry" in office.warned()


def test_what_was_kept_back_does_not_wait_as_a_new_entry_where_the_list_is_lost(office: Office) -> None:
    saved = saves(office)
    desk = office.desk()
    given = gives(desk, saved)
    desk.change_state(desk.open(str(given.saved.handle)), "agreed", NOON)
    desk.vault.close()
    office.home.catalogue.unlink()
    desk, _ = office.unlocks(ALI)
    rest = rest_id_of(opens(office, office.home, saved.handle).reflections[-1].reader)
    assert {row.id: (row.state, row.is_news) for row in desk.rows()} == {
        given.saved.id: ("agreed", False),
        rest: ("closed", False),
    }


def test_a_step_that_stopped_is_finished_and_nothing_odd_is_found(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = saves(office)
    begins(office.desk(), saved, monkeypatch)
    desk, greeting = office.unlocks(ALI)
    [row] = [row for row in desk.rows() if row.state == "waiting"]
    assert greeting.warnings == (unconfirmed(saved.name, row.name),)
    assert office.warned() == unconfirmed(saved.name, row.name)
    found = desk.open_without_code(row, "lost again", JO)
    assert found.new_codes[-1].was == saved.id
    assert found.doubts == office.desk().open_without_code(row, "lost again", JO).doubts


def test_each_unlock_names_an_entry_whose_new_code_nobody_confirmed(office: Office) -> None:
    saved = saves(office)
    given = gives(office.desk(), saved, handed_over=False)
    for _ in range(2):
        assert office.warned(ALI) == unconfirmed(saved.name, given.saved.name)
    # Doctor speaks of changes that nobody here may have made, and this is none.
    assert stock.to_acknowledge(office.home) == 0
    # Another code comes in its place; that one reaches its customer.
    gives(office.desk(), given.saved)
    assert office.warned(ALI) == ""


def test_of_a_new_code_that_was_not_given_no_unlock_speaks(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = saves(office)
    for error in (SaveError("full"), KeyboardInterrupt()):
        with monkeypatch.context() as patch:
            patch.setattr(Vault, "rename_entry", mock.Mock(side_effect=error))
            with pytest.raises(type(error)):
                gives(office.desk(), saved)
        assert office.warned(ALI) == ""
    assert opens(office, office.home, saved.handle).pages


def test_of_an_entry_that_was_deleted_since_no_unlock_speaks(office: Office) -> None:
    desk = office.desk()
    given = gives(desk, saves(office), handed_over=False)
    desk.erase(desk.open(str(given.saved.handle)), "she asked")
    assert office.warned(ALI) == ""


def test_whoever_unlocks_may_say_that_the_customer_has_the_new_code(office: Office) -> None:
    gives(office.desk(), saves(office), handed_over=False)
    desk, greeting = office.unlocks(ALI)
    desk.acknowledge(greeting.found)
    assert office.warned(ALI) == ""
    with pytest.raises(LeadNeededError):
        desk.acknowledge([StockFinding(at=NOON, by=JO, says="A page is missing.")])


def test_pages_of_the_old_id_that_come_back_are_deleted_again(office: Office, tmp_path: Path) -> None:
    saved = saves(office)
    office.desk()
    shutil.copytree(office.home.vault, tmp_path / "copy")
    gives(office.desk(), saved)
    page = f"{saved.id[:2]}/{saved.id}.{FIRST}.age"
    shutil.copy(tmp_path / "copy" / page, office.home.vault / page)
    assert "here again, and deleted again" in office.warned()
    assert not (office.home.vault / page).exists()
    with pytest.raises(NewCodeError):
        office.session.vault.pages(saved.id)


def test_an_older_backup_does_not_bring_the_old_entry_back_and_a_newer_one_moves_it_elsewhere(
    office: Office, tmp_path: Path
) -> None:
    saved = saves(office)
    desk = office.desk()
    older = back_up(office.home, tmp_path, office.key, NOON, identity=desk.identity)
    given = gives(desk, saved)
    done, _ = restore(office.home, office.enters(), older.folder, merge=True, now=lambda: NOON)
    assert (done.added, done.aside) == (0, 0)
    is_given(office, office.home, saved, given)
    newer = back_up(office.home, tmp_path, office.key, NOON + timedelta(hours=1), identity=desk.identity)
    other = Home(tmp_path / "other")
    restore_into(other, older.folder)
    assert restore_into(other, newer.folder).erased == 1
    is_given(office, other, saved, given)
    empty = Home(tmp_path / "empty")
    restore_into(empty, newer.folder)
    is_given(office, empty, saved, given)


def test_a_backup_finishes_a_step_that_stopped(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = saves(office)
    begins(office.desk(), saved, monkeypatch)
    made = back_up(office.home, tmp_path, office.key, NOON)
    assert (made.entries, made.unreadable) == (2, 0)
    assert not [path for path in made.folder.rglob("*") if path.name.endswith(".moving")]


@pytest.mark.parametrize("stopped", [False, True])
def test_another_venue_key_opens_and_vouches_for_all_of_it(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped: bool
) -> None:
    saved, other = saves(office), saves(office)
    given = gives(office.desk(), saved)
    if stopped:
        begins(office.desk(), other, monkeypatch)
    done = change_key(office.home, office.enters(), tmp_path / "new.txt", now=lambda: NOON)
    assert (done.kept, done.unread) == (0, ())
    desk = office.desk()
    assert office.warned().startswith(f"{JO} and {ALI} gave {other.name} a new code" if stopped else "")
    is_given(office, office.home, saved, given)
    assert desk.open(str(given.saved.handle)).doubts == ()
    assert desk.open(str(saved.handle)).is_rest
    for row in desk.rows():
        assert not desk.read_without_code(row).aside
        assert desk.is_said(row)
    newest = desk.identity.split("\n")[0]
    for page in office.home.vault.rglob("*.age"):
        assert open_sealed(page.read_bytes(), newest)


def test_the_old_code_is_told_after_another_key_and_a_lost_list_too(office: Office, tmp_path: Path) -> None:
    saved = saves(office)
    given = gives(office.desk(), saved)
    change_key(office.home, office.enters(), tmp_path / "new.txt", now=lambda: NOON)
    office.home.catalogue.unlink()
    desk = office.desk()
    desk.vault.reconcile()
    is_given(office, office.home, saved, given)
    assert desk.open(str(saved.handle)).is_rest


def test_the_rest_and_the_entry_go_on_the_same_day_and_the_old_code_is_told_still(office: Office) -> None:
    saved = saves(office)
    desk = office.desk()
    given = gives(desk, saved)
    for days, there in ((89, 2), (91, 0)):
        done = purge(office.home, desk.vault, 90, NOON + timedelta(days=days), clock_is_right=True)
        assert (len(done.erased), len(desk.rows())) == (2 - there, there)
    with pytest.raises(NewCodeError):
        opens(office, office.home, saved.handle)
    with pytest.raises(NoEntryError, match="time we keep them was over"):
        opens(office, office.home, given.saved.handle)


def test_an_entry_that_goes_later_counts_once(office: Office) -> None:
    saved = saves(office)
    desk = office.desk()
    before = uncounted.read(next(office.home.vault.rglob("*.count")), desk.identity)
    given = gives(desk, saved)
    [count] = office.home.vault.rglob("*.count")
    assert count.name.startswith(given.saved.id)
    after = uncounted.read(count, desk.identity)
    assert isinstance(before, EntryCount)
    assert isinstance(after, EntryCount)
    assert msgspec.structs.replace(after, mark=before.mark) == before
    assert after.mark != before.mark
    assert office.warned() == ""
    purge(office.home, desk.vault, 90, NOON + timedelta(days=91), clock_is_right=True)
    [waiting] = uncounted.waiting(office.home)
    assert uncounted.read(waiting, desk.identity) == after
    assert "counted in statistics" not in office.warned()


def test_a_planted_word_of_a_new_code_is_told_at_the_next_unlock(office: Office) -> None:
    saved = saves(office)
    office.desk()
    stone = PageFiles(office.home.vault).tombstone(saved.id)
    told = "0" * 64
    stone.write_text(f'{{"v":4,"erased":"2026-03-01T12:00:00.000000Z","why":"new code","told":"{told}"}}')
    office.session.vault.reconcile()
    warned = office.warned()
    assert "1 entry was deleted by a file that no desk of this venue wrote" in warned
    assert saved.name in warned
    with pytest.raises(NoEntryError) as error:
        opens(office, office.home, saved.handle)
    assert not isinstance(error.value, NewCodeError)


def test_a_planted_step_makes_staff_believe_nothing(office: Office) -> None:
    saved, theirs = saves(office), saves(office)
    office.desk()
    row = office.session.vault.document(saved.id)
    stone = {"v": 4, "erased": "2026-03-01T12:00:00.000000Z", "why": "new code", "told": "0" * 64}
    move = Move(
        id=saved.id,
        to="ab" * 16,
        names=(FIRST,),
        turn=0,
        tombstone=stone,
        rows={
            "ab" * 16: row
            | {"picked_up_by": "Jo", "picked_up": row["pages"][FIRST], "turn": 1, "tag": "0" * 64}
        },
        pages=(),
    )
    begin(office.session.vault.page_files, move, encoded(move))
    office.session.vault.reconcile()
    warned = office.warned()
    assert "no desk of this venue wrote" in warned
    assert "The list does not show the latest status set by staff" in warned
    assert opens(office, office.home, theirs.handle).pages
