"""Restoring: what comes back, what is refused, and that nothing here is lost, whatever stops it."""

import errno
import itertools
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import seal
from kiosk.desk.audit.audit_log import Did
from kiosk.entry.handle import HandleKeys
from kiosk.errors import NoRoomError, SettingsError, VaultError
from kiosk.home import Home
from kiosk.places import known
from kiosk.upkeep.backup import back_up
from kiosk.upkeep.restore import Restored, restore
from kiosk.vault import vault
from kiosk.vault.durable import TEMPORARY, Disk
from kiosk.vault.page_files import PageFiles
from kiosk.vault.page_names import page_name
from kiosk.vault.rows import Row
from kiosk.vault.states import State
from kiosk.vault.vault import Vault
from kiosk.visit import comments
from kiosk.visit.drafts import Drafts
from tests.kiosk.places.cards import card_of
from tests.kiosk.sealed import FIRST, SECOND, customer_of, id_of
from tests.kiosk.upkeep.kept import VENUE, Kept, audit_of, few_shelves, page, tree
from tests.kiosk.upkeep.workers import sweep
from tests.kiosk.vault.helpers import NOON, FaultyDisk, StoppingDisk, names_in, sign


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    made = Kept(tmp_path / "home")
    made.saves(1, 2, 3)
    made.adds(2)
    made.vault.mark(id_of(1), "Jo Smith", sign)
    made.saves(9)
    made.vault.erase(id_of(9))
    made.home.comments.mkdir(mode=0o700)
    (made.home.comments / "decisions.age").write_bytes(b"sealed")
    comments.add(made.home, [b"a comment"], NOON)
    made.home.summaries.mkdir(mode=0o700)
    (made.home.summaries / "2025-Q4.age").write_bytes(b"sealed")
    made.pauses(7, days_ago=3)
    notes(made.home, "opened")
    return made


def notes(home: Home, did: Did) -> None:
    with closing(audit_of(home)) as audit:
        audit.note("Jo Smith", did)


def backup_of(kept: Kept, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    kept.clock.passes(seconds=1)
    return back_up(kept.home, folder, VENUE, kept.now).folder


@pytest.fixture
def backup(kept: Kept, tmp_path: Path) -> Path:
    return backup_of(kept, tmp_path / "stick")


def restored(home: Home, backup: Path, *, merge: bool = False, disk: Disk | None = None) -> Restored:
    """Restore; the home's vault then has nothing left to put right."""
    done = restore(home, backup, merge=merge, disk=disk or Disk())
    with Kept(home.root, set_up=False).vault as vault:
        report = vault.reconcile()
    assert (report.adopted, report.pageless, report.erased, report.unreadable) == ((), (), (), ())
    return done


def rows_of(home: Home) -> list[Row]:
    with Kept(home.root, set_up=False).vault as vault:
        return list(vault.rows())


def files_of(home: Home) -> dict[str, tuple[bytes, int]]:
    """All that a backup holds, with its times, but for the log, which may say the same in other lines."""
    found = tree(home.root)
    return {
        path: (data, (home.root / path).stat().st_mtime_ns)
        for path, data in found.items()
        if path not in ("catalogue/log", "clock", "last-backup", "manifest.json", "vault/.ready")
    }


# -- into an empty home


def test_an_empty_home_becomes_what_was_backed_up_and_goes_on(kept: Kept, tmp_path: Path) -> None:
    new = Home(tmp_path / "deep" / "new")
    known.introduce(kept.home, card_of(), now=NOON)
    done = restored(new, backup_of(kept, tmp_path / "stick"))
    kept.home.place.unlink()  # a restored machine is another place
    assert (done.entries, done.added, done.mended, done.kept) == (3, 4, 0, 0)
    assert files_of(new) == files_of(kept.home)
    assert rows_of(new) == rows_of(kept.home)

    notes(new, "marked")
    assert new.audit.read_bytes().startswith(kept.home.audit.read_bytes())
    assert audit_of(new).broken_at() is None

    drafts = Drafts(new.drafts)
    assert drafts.read(HandleKeys(id_of(7), customer_of(7))).answers == {"day": "A paused day"}
    assert drafts.sweep(kept.now - timedelta(days=4)) == 0
    assert drafts.sweep(kept.now - timedelta(days=2)) == 1

    put_back = PageFiles(new.vault).path(id_of(9), FIRST)
    put_back.write_bytes(page(9))
    with Kept(new.root, set_up=False).vault as vault:
        assert not vault.has(id_of(9))
        assert vault.reconcile().erased == (id_of(9),)
    assert not put_back.exists()


def test_pages_of_one_number_by_two_places_are_two_pages(
    kept: Kept, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A restored machine is another place: what both wrote since comes together, in one order."""
    new = Home(tmp_path / "new")
    restored(new, backup)
    kept.adds(3)
    monkeypatch.setattr(vault, "place_id", lambda _file, **_disk: "e2" * 8)
    with Kept(new.root, set_up=False).vault as other:
        other.add_page(id_of(3), lambda counter: page(3, counter))
    later = backup_of(kept, tmp_path / "another stick")
    assert restored(new, later, merge=True).added == 1
    pages = [row.pages for row in rows_of(new) if row.id == id_of(3)]
    assert pages == [(FIRST, page_name(2, "e2" * 8), SECOND)]


def test_comments_of_a_backup_come_to_those_that_are_here_and_to_no_other_date(
    kept: Kept, backup: Path
) -> None:
    box = kept.home.comments / comments.BOX
    dated = box.stat().st_mtime_ns
    box.unlink()
    comments.add(kept.home, [b"made here"], kept.now + timedelta(days=20))
    for _ in range(2):
        restored(kept.home, backup, merge=True)
        assert comments.sealed_in(box) == [b"a comment", b"made here"]
    assert box.stat().st_mtime_ns != dated


@pytest.mark.parametrize("name", [comments.BOX, comments.OLDER])
def test_a_folder_in_the_place_of_comments_keeps_nothing_else_from_coming_back(
    kept: Kept, backup: Path, name: str
) -> None:
    page = next(file for file in files_of(kept.home) if file.endswith(f".{FIRST}.age"))
    (kept.home.root / page).unlink()
    for file in kept.home.comments.iterdir():
        file.unlink()
    (kept.home.comments / name).mkdir()
    done = restored(kept.home, backup, merge=True)
    assert (done.added, done.aside) == (1, 1)
    assert page in files_of(kept.home)
    (kept.home.comments / name).rmdir()
    assert restored(kept.home, backup, merge=True).aside == 0
    assert comments.sealed_in(kept.home.comments / comments.BOX) == [b"a comment"]


def test_the_figures_of_a_quarter_come_back_and_those_that_are_here_stay(
    kept: Kept, backup: Path, tmp_path: Path
) -> None:
    first, second = (kept.home.summaries / f"2025-Q{quarter}.age" for quarter in (4, 3))
    first.unlink()
    second.write_bytes(b"made here")
    restored(kept.home, backup)
    assert (first.read_bytes(), second.read_bytes()) == (b"sealed", b"made here")
    again = seal.seal(b"made again", (VENUE,))
    first.write_bytes(again)
    restored(kept.home, backup)
    assert first.read_bytes() == again
    # But what nobody can open is put right.
    first.write_bytes(b"spoilt")
    restored(kept.home, backup)
    assert first.read_bytes() == b"sealed"
    # Of a year that is counted as a whole here no quarter comes, nor a year of which quarters are here.
    year = kept.home.summaries / "2025.age"
    year.write_bytes(seal.seal(b"a year", (VENUE,)))
    first.unlink()
    second.unlink()
    restored(kept.home, backup)
    assert not first.exists()
    assert not second.exists()
    whole = backup_of(kept, tmp_path / "whole")
    year.unlink()
    first.write_bytes(again)
    restored(kept.home, whole)
    assert not year.exists()


def test_a_paused_visit_does_not_come_back_on_a_machine_that_is_set_up(kept: Kept, backup: Path) -> None:
    Drafts(kept.home.drafts).drop(id_of(7))  # it was finished, or deleted, since
    newer_one = kept.pauses(8)
    for merge in (True, False):
        restored(kept.home, backup, merge=merge)
        assert kept.paused() == {newer_one.id}


def test_a_backup_without_paused_visits_and_without_an_audit_is_restored(kept: Kept, tmp_path: Path) -> None:
    Drafts(kept.home.drafts).drop(id_of(7))
    kept.home.drafts.rmdir()
    kept.home.audit.unlink()
    new = Home(tmp_path / "new")
    assert restored(new, backup_of(kept, tmp_path / "stick")).entries == 3
    assert not new.drafts.exists()
    assert not new.audit.exists()


def test_staff_keys_of_a_set_up_that_broke_off_do_not_stay(backup: Path, tmp_path: Path) -> None:
    new = Home(tmp_path / "new")
    new.staff.mkdir(parents=True)
    (new.staff / "old.json").write_text("{}")
    (new.staff / "roster").write_text('{"members": {"old": 1}}')
    disk = FaultyDisk()
    restored(new, backup, disk=disk)
    assert disk.calls[:3] == ["unlink", "open", "fsync"]  # not even a power cut brings them back
    assert tree(new.staff) == tree(Home(backup).staff)
    assert names_in(new.staff) == [f"{'5' * 16}.json", "roster"]


def test_a_home_whose_settings_are_gone_is_refused_where_its_keys_are_of_another_venue(
    backup: Path, tmp_path: Path
) -> None:
    other = Kept(tmp_path / "other")
    other.saves(30)
    other.home.settings.unlink()
    (other.home.staff / "mine.json").write_text("{}")
    before = tree(other.home.root)
    for merge in (True, False):
        with pytest.raises((SettingsError, VaultError)):
            restore(other.home, backup, merge=merge)
    assert tree(other.home.root) == before


def test_a_backup_that_somebody_opened_on_another_system_is_restored_without_what_that_left(
    kept: Kept, backup: Path, tmp_path: Path
) -> None:
    for file in [path for path in backup.rglob("*") if path.is_file()]:
        file.with_name(f"._{file.name}").write_bytes(b"resources")
    for folder in [backup, *(path for path in backup.rglob("*") if path.is_dir())]:
        for name in (".DS_Store", "desktop.ini", "Thumbs.db"):
            (folder / name).write_bytes(b"a view")
    new = Home(tmp_path / "new")
    assert restored(new, backup).entries == 3
    assert files_of(new) == files_of(kept.home)


@pytest.mark.parametrize("lost", ["here", "there", "in both"])
def test_what_was_erased_stays_so_though_its_list_is_lost(
    kept: Kept, backup: Path, tmp_path: Path, lost: str
) -> None:
    """The tombstones beside the pages are backed up, and come to the new home."""
    if lost != "there":
        kept.vault.close()
        kept.home.catalogue.unlink()
    new = Kept(tmp_path / "new", set_up=False)
    restore(new.home, backup_of(kept, tmp_path / "stick"))
    if lost != "here":
        new.home.catalogue.unlink()
    PageFiles(new.home.vault).path(id_of(9), FIRST).write_bytes(page(9))
    assert not new.vault.has(id_of(9))
    new.vault.reconcile()
    assert id_of(9) not in new.holds()
    assert new.vault.erased() == {id_of(9)}


def test_an_entry_that_was_erased_since_a_backup_does_not_come_back_though_the_list_is_lost(
    kept: Kept, backup: Path
) -> None:
    kept.vault.erase(id_of(1))
    kept.vault.close()
    kept.home.catalogue.unlink()
    with pytest.raises(VaultError, match="1 entry here"):
        restore(kept.home, backup)
    done = restored(kept.home, backup, merge=True)
    assert done.kept == 1
    assert not kept.vault.has(id_of(1))
    assert kept.holds().keys() == {id_of(2), id_of(3)}
    assert kept.vault.erased() == {id_of(1), id_of(9)}


def test_what_a_backup_says_was_erased_has_its_tombstone_beside_the_pages_here(
    kept: Kept, backup: Path, tmp_path: Path
) -> None:
    older = Kept(tmp_path / "older", set_up=False)
    restored(older.home, backup)
    kept.vault.erase(id_of(1))
    restored(older.home, backup_of(kept, tmp_path / "stick"))
    older.home.catalogue.unlink()
    restored(older.home, backup, merge=True)
    assert not older.vault.has(id_of(1))
    assert id_of(1) not in older.holds()


# -- into the same home


def test_a_home_as_it_was_backed_up_is_left_as_it_is(kept: Kept, backup: Path) -> None:
    before, rows = files_of(kept.home), rows_of(kept.home)
    done = restored(kept.home, backup)
    assert (done.added, done.mended, done.kept) == (0, 0, 0)
    assert (files_of(kept.home), rows_of(kept.home)) == (before, rows)


def test_an_older_home_is_brought_up_to_date(kept: Kept, backup: Path, tmp_path: Path) -> None:
    older = Home(tmp_path / "older")
    restored(older, backup)
    kept.vault.erase(id_of(1))
    kept.saves(4)
    kept.adds(3)
    kept.vault.mark(id_of(2), "Ali Khan", sign)
    done = restored(older, backup_of(kept, tmp_path / "stick"))
    assert done.added == 2
    assert rows_of(older) == rows_of(kept.home)
    assert files_of(older) == files_of(kept.home)


@pytest.mark.parametrize("since", ["noted more", "lost it"])
def test_the_audit_of_a_kiosk_that_is_set_up_stays_as_it_is(kept: Kept, backup: Path, since: str) -> None:
    if since == "lost it":
        kept.home.audit.unlink()
    notes(kept.home, "marked")
    before = kept.home.audit.read_bytes()
    for merge in (False, True):
        restored(kept.home, backup, merge=merge)
        assert kept.home.audit.read_bytes() == before


def test_what_staff_said_became_of_an_entry_is_brought_up_to_date(
    kept: Kept, backup: Path, tmp_path: Path
) -> None:
    """In the older home two were marked or said something of before, and one was not."""
    for number in (1, 2):
        kept.clock.passes(hours=1)
        kept.vault.mark(id_of(number), "Jo Smith", sign, state="talked through")
    older = Home(tmp_path / "older")
    restored(older, backup_of(kept, tmp_path / "stick"))
    later: dict[int, State] = {1: "closed", 3: "agreed"}
    for number, state in later.items():
        kept.clock.passes(hours=1)
        kept.vault.mark(id_of(number), "Ali Khan", sign, state=state)
    kept.clock.passes(hours=1)
    kept.vault.mark(id_of(2), "Ali Khan", sign)
    restored(older, backup_of(kept, tmp_path / "stick"))
    assert rows_of(older) == rows_of(kept.home)
    assert {row.state for row in Kept(older.root, set_up=False).vault.rows()} == {
        "closed",
        "talked through",
        "agreed",
    }


def test_what_staff_said_here_since_the_backup_stays(kept: Kept, tmp_path: Path) -> None:
    kept.clock.passes(hours=1)
    kept.vault.mark(id_of(1), "Jo Smith", sign, state="talked through")
    older = backup_of(kept, tmp_path / "stick")
    kept.clock.passes(hours=1)
    kept.vault.mark(id_of(1), "Ali Khan", sign, state="closed")
    rows = rows_of(kept.home)
    for merge in (False, True):
        restored(kept.home, older, merge=merge)
        assert rows_of(kept.home) == rows


def test_pages_and_a_catalogue_that_were_lost_come_back(kept: Kept, backup: Path) -> None:
    rows = rows_of(kept.home)
    PageFiles(kept.home.vault).path(id_of(2), SECOND).unlink()
    kept.vault.close()
    kept.home.catalogue.unlink()
    assert restored(kept.home, backup).added == 1
    assert rows_of(kept.home) == rows


def test_a_page_that_nobody_can_open_is_put_right(kept: Kept, backup: Path) -> None:
    before = files_of(kept.home)
    path = PageFiles(kept.home.vault).path(id_of(3), FIRST)
    for damaged in (b"", b"garbage" * 900, path.read_bytes()[:-1]):
        path.write_bytes(damaged)
        assert restored(kept.home, backup).mended == 1
        assert files_of(kept.home) == before


def test_the_settings_and_staff_keys_of_a_kiosk_that_is_set_up_stay(kept: Kept, backup: Path) -> None:
    kept.home.settings.write_text(kept.home.settings.read_text().replace("days = 90", "days = 30"))
    (kept.home.staff / "new.json").write_text("{}")
    (kept.home.staff / f"{'5' * 16}.json").unlink()
    before = files_of(kept.home)
    restored(kept.home, backup)
    assert files_of(kept.home) == before


def newer(kept: Kept, what: str) -> None:
    match what:
        case "an entry":
            kept.saves(4)
        case "a page":
            kept.adds(1)
        case "an erasing":
            kept.vault.erase(id_of(1))
        case "a pick-up":
            kept.vault.mark(id_of(2), "Ali Khan", sign)
        case "another page of that number":
            path = PageFiles(kept.home.vault).path(id_of(1), FIRST)
            path.write_bytes(page(1))


NEWER = ["an entry", "a page", "an erasing", "a pick-up", "another page of that number"]


@pytest.mark.parametrize("what", NEWER)
def test_a_newer_home_is_refused_and_merging_adds_what_is_missing_alone(
    kept: Kept, backup: Path, what: str
) -> None:
    newer(kept, what)
    before = tree(kept.home.root)
    with pytest.raises(VaultError, match="1 entry here is newer than the backup") as told:
        restore(kept.home, backup)
    assert "--merge" in str(told.value)
    assert tree(kept.home.root) == before
    files, rows = files_of(kept.home), rows_of(kept.home)
    PageFiles(kept.home.vault).path(id_of(3), FIRST).unlink()
    done = restored(kept.home, backup, merge=True)
    assert (done.added, done.kept) == (1, 1)
    assert (files_of(kept.home), rows_of(kept.home)) == (files, rows)


def test_how_many_entries_are_newer_is_told(kept: Kept, backup: Path) -> None:
    for what in NEWER[:4]:
        newer(kept, what)
    with pytest.raises(VaultError, match="3 entries here"):
        restore(kept.home, backup)


def test_a_backup_of_another_venue_is_refused(backup: Path, tmp_path: Path) -> None:
    other = Kept(tmp_path / "other", venue=seal.recipient_of(seal.new_identity()))
    before = tree(other.home.root)
    for merge in (True, False):
        with pytest.raises(SettingsError, match="a different venue"):
            restore(other.home, backup, merge=merge)
    assert tree(other.home.root) == before


def test_nothing_is_written_where_there_is_no_room_or_the_backup_is_damaged(
    backup: Path, tmp_path: Path
) -> None:
    disk = FaultyDisk()
    disk.room = 10_000
    with pytest.raises(NoRoomError):
        restore(Home(tmp_path / "new"), backup, disk=disk)
    path = PageFiles(Home(backup).vault).path(id_of(1), FIRST)
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(VaultError, match="damaged"):
        restore(Home(tmp_path / "new"), backup)
    assert not (tmp_path / "new").exists()


def test_an_entry_that_is_erased_while_it_is_restored_stays_erased(backup: Path, tmp_path: Path) -> None:
    new = Kept(tmp_path / "new", set_up=False)

    class ErasedMeanwhile(Disk):
        def link(self, source: Path, target: Path) -> None:
            super().link(source, target)
            if target.name == f"{id_of(1)}.{FIRST}.age":
                new.vault.erase(id_of(1))

    restored(new.home, backup, disk=ErasedMeanwhile())
    assert not PageFiles(new.home.vault).names(id_of(1))
    assert {row.id for row in new.vault.rows()} == {id_of(2), id_of(3)}


# -- stopped half-way


@pytest.mark.parametrize(
    ("call", "empty"),
    [(call, True) for call in ("open", "write", "fsync", "link", "make_folder")]
    + [(call, False) for call in ("open", "write", "fsync", "link", "rename")],
)
def test_a_restore_that_fails_says_so_and_goes_on_the_next_time(
    kept: Kept, backup: Path, tmp_path: Path, call: str, empty: bool
) -> None:
    failures = 0
    for after in (0, 2, 8):
        home = Home(tmp_path / f"{after}")
        if call != "make_folder":
            few_shelves(home)
        if not empty:
            older_home(home, backup)
        disk = FaultyDisk()
        disk.fails(call, number=errno.EIO, after=after)
        try:
            restore(home, backup, disk=disk)
        except VaultError as error:
            failures += 1
            told = str(error)
        else:
            continue
        assert "Nothing here is lost" in told
        assert empty == (not home.is_set_up())
        restored(home, backup)
        assert rows_of(home) == rows_of(kept.home)
        assert files_of(home) == files_of(kept.home)
    assert failures > 0


def older_home(home: Home, backup: Path) -> None:
    """A home that lacks an entry and a page of the backup, and has one damaged."""
    restore(home, backup)
    pages = PageFiles(home.vault)
    pages.path(id_of(1), FIRST).unlink()
    pages.path(id_of(2), SECOND).unlink()
    pages.path(id_of(3), FIRST).write_bytes(b"damaged")


@pytest.mark.parametrize("call", ["fsync", "link"])
@pytest.mark.parametrize("empty", [True, False])
def test_stopped_at_any_flush_or_name_and_finished_everything_has_the_date_of_the_backup(
    kept: Kept, backup: Path, tmp_path: Path, call: str, empty: bool
) -> None:
    wanted = files_of(kept.home)
    for after in itertools.count(step=2):
        home = Home(tmp_path / f"{after}")
        few_shelves(home)
        if not empty:
            older_home(home, backup)
        disk = StoppingDisk()
        disk.fails(call, after=after)
        with suppress(VaultError):
            restore(home, backup, disk=disk)
        if not disk.stopped:
            break
        restored(home, backup)
        assert whole(home) == wanted
    assert after > 2
    assert whole(home) == wanted


def whole(home: Home) -> dict[str, tuple[bytes, int]]:
    """As `files_of`, without what a stop left unfinished."""
    return {path: file for path, file in files_of(home).items() if TEMPORARY not in path}


def test_a_paused_visit_that_comes_back_in_two_goes_is_as_old_as_it_was(kept: Kept, tmp_path: Path) -> None:
    kept.pauses(7, days_ago=80)
    backup, new = backup_of(kept, tmp_path / "stick"), Kept(tmp_path / "new", set_up=False)

    class Stopping(StoppingDisk):
        def link(self, source: Path, target: Path) -> None:
            super().link(source, target)
            self.stopped = self.stopped or target.parent == new.home.drafts

    with pytest.raises(VaultError):
        restore(new.home, backup, disk=Stopping())
    assert f"{id_of(7)}.age" in names_in(new.home.drafts)
    restored(new.home, backup)
    drafts = Drafts(new.home.drafts)
    assert drafts.sweep(kept.now - timedelta(days=81)) == 0
    assert drafts.sweep(kept.now - timedelta(days=79)) == 1


@pytest.mark.parametrize("empty", [True, False])
def test_a_restore_that_is_killed_anywhere_is_finished_by_the_next(
    kept: Kept, backup: Path, tmp_path: Path, empty: bool
) -> None:
    start, places = tmp_path / "start", tmp_path / "places"
    start.mkdir()
    places.mkdir()
    few_shelves(Home(start / "home"))
    if not empty:
        older_home(Home(start / "home"), backup)
    swept = sweep(lambda place, disk: restore(Home(place / "home"), backup, disk=disk), start, places)
    assert len(swept) > 4
    wanted, rows = files_of(kept.home), rows_of(kept.home)
    for place in swept[:-1]:
        home = Home(place / "home")
        with Kept(home.root, set_up=False).vault as vault:
            usable(vault)
        restore(home, backup)
        assert rows_of(home) == rows
        assert whole(home) == wanted


def usable(vault: Vault) -> None:
    """What is listed and there reads; what is missing is named, and what nobody knew is not there."""
    report = vault.reconcile()
    assert report.unreadable in ((), (vault.home / "vault" / id_of(3)[:2] / f"{id_of(3)}.{FIRST}.age",))
    missing = {row.id for row in report.pageless}
    for row in vault.rows():
        assert row.id in missing or len(vault.pages(row.id)) == len(row.pages)
