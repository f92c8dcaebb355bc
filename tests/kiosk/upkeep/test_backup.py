"""Backups: what is in one, that it is whole or not there, and that it fits together while others go on."""

import errno
import json
import os
import shutil
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from functools import partial
from itertools import product
from pathlib import Path

import pytest

from kiosk.desk.audit.audit_log import Audit
from kiosk.errors import SettingsError, VaultError
from kiosk.home import Home
from kiosk.places import known
from kiosk.places.place_keys import place_keys
from kiosk.upkeep import backup
from kiosk.upkeep.backup import BackedUp, back_up, catalogue_in
from kiosk.upkeep.manifest import NAME, read_backup
from kiosk.vault.durable import Disk
from kiosk.vault.page_files import PageFiles, Strays
from kiosk.visit import comments
from kiosk.visit.drafts import Drafts
from tests.kiosk.places.cards import card_of
from tests.kiosk.sealed import FIRST, id_of
from tests.kiosk.upkeep.kept import VENUE, Kept, audit_of, tree
from tests.kiosk.upkeep.workers import busy, sweep
from tests.kiosk.vault.helpers import CALLS, NOON, FaultyDisk, names_in, sign

ROOT = Path(__file__).parents[3]


def lines_of(folder: Path) -> int:
    """How many lines the audit of a backup has; they fit together."""
    copy = Home(folder).audit
    with closing(Audit(copy, VENUE, lambda: NOON, read_only=True)) as audit:
        assert audit.broken_at() is None
    return len(copy.read_bytes().splitlines()) - 1


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    made = Kept(tmp_path / "home")
    made.saves(1, 2, 3)
    made.adds(2)
    made.vault.mark(id_of(1), "Jo Smith", sign)
    (made.home.comments).mkdir(mode=0o700)
    (made.home.comments / "decisions.age").write_bytes(b"sealed")
    comments.add(made.home, [b"a comment"], NOON)
    for plain in (made.home.you_said, made.home.training):
        plain.write_text("You said")
    made.home.summaries.mkdir(mode=0o700)
    (made.home.summaries / "2025-Q4.age").write_bytes(b"sealed")
    made.pauses(4)
    audit_of(made.home).note("Jo Smith", "marked", entry="Name 1")
    made.home.log.write_text("a line of the log")
    made.home.attempts.write_text("{}")
    place_keys(made.home)
    known.introduce(made.home, card_of(), now=NOON)
    made.home.running.mkdir(mode=0o700)
    (made.home.running / "00.age").write_bytes(b"sealed")
    return made


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick"


def backed_up(kept: Kept, stick: Path, disk: Disk | None = None) -> BackedUp:
    made = back_up(kept.home, stick, VENUE, kept.now, disk=disk or Disk())
    read_backup(made.folder)
    return made


def failure(work: Callable[[], object]) -> str | None:
    """What is said where the work fails, or None."""
    try:
        work()
    except VaultError as error:
        return str(error)
    return None


def entries_of(folder: Path) -> dict[str, tuple[str, ...]]:
    """The living entries of a backup with their page numbers; they fit its catalogue."""
    home = Home(folder)
    found = {id_: tuple(numbers) for id_, numbers in PageFiles(home.vault).scan(Strays()) if numbers}
    with catalogue_in(home) as catalogue:
        assert catalogue is not None
        assert not catalogue.erased() & found.keys()
        for entry_id, numbers in catalogue.page_names().items():
            assert numbers <= set(found[entry_id]), "a row lacks its page"
        assert catalogue.damage.cut_bytes == 0
    return found


def test_a_backup_holds_what_must_not_be_lost_byte_for_byte_and_nothing_else(kept: Kept, stick: Path) -> None:
    made = backed_up(kept, stick)
    assert (made.entries, made.pages, made.unreadable) == (3, 4, 0)
    assert made.folder == stick / "kiosk-backup-2026-03-01T12-00-00Z"
    assert names_in(stick) == [made.folder.name]
    here, there = tree(kept.home.root), tree(made.folder)
    there.pop("manifest.json")
    of_this_machine = ("kiosk.log", "clock", "attempts", "last-backup", "place", "place-keys")
    stay = (*of_this_machine, "running/00.age", "vault/.ready")
    assert there.keys() == {path for path in here if path not in stay}
    assert {f"drafts/{id_of(4)}.age", "audit/log", "places/known.json"} <= there.keys()
    same = {path for path, data in there.items() if data == here[path]}
    assert same >= there.keys() - {"catalogue/log"}
    assert made.bytes == sum(map(len, there.values()))
    with catalogue_in(Home(made.folder)) as copied, catalogue_in(kept.home) as source:
        assert copied is not None
        assert source is not None
        assert copied.rows() == source.rows()


def test_a_draft_in_a_backup_opens_with_its_code_and_keeps_its_time(kept: Kept, stick: Path) -> None:
    keys = kept.pauses(5, days_ago=3)
    (kept.home.drafts / f".tmp-{id_of(6)}.age.0123456789abcdef").write_bytes(b"half")
    made = backed_up(kept, stick)
    assert names_in(made.folder / "drafts") == sorted(f"{id_of(number)}.age" for number in (4, 5))
    assert Drafts(Home(made.folder).drafts).read(keys).answers == {"day": "A paused day"}
    manifest = read_backup(made.folder)
    (file,) = (one for one in manifest.files if one.path == f"drafts/{keys.id}.age")
    assert file.modified == (kept.now - timedelta(days=3)).timestamp() * 1e9


def test_a_backup_is_for_its_owner_alone(kept: Kept, stick: Path) -> None:
    made = backed_up(kept, stick)
    for path in (made.folder, *made.folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_the_manifest_tells_the_venue_the_time_and_each_file(kept: Kept, stick: Path) -> None:
    made = backed_up(kept, stick)
    manifest = json.loads((made.folder / "manifest.json").read_text())
    assert (manifest["format"], manifest["version"]) == ("strengths-kiosk-backup", 2)
    assert (manifest["made"], manifest["venue_key"]) == ("2026-03-01T12:00:00Z", VENUE)
    (file,) = (one for one in manifest["files"] if one["path"] == "kiosk.toml")
    assert set(file) == {"path", "size", "sha256", "modified"}


@pytest.mark.parametrize("lost", ["", "the list", "the tombstone beside the pages"])
def test_what_is_erased_stays_out_of_a_backup_and_its_tombstone_goes_in(
    kept: Kept, stick: Path, lost: str
) -> None:
    kept.vault.erase(id_of(2))
    tombstone = PageFiles(kept.home.vault).tombstone(id_of(2))
    held = tombstone.read_bytes()
    if lost == "the list":  # and an older copy of its page is put back
        kept.vault.close()
        kept.home.catalogue.unlink()
        PageFiles(kept.home.vault).path(id_of(2), FIRST).write_bytes(b"put back")
    elif lost:
        tombstone.unlink()
    made = backed_up(kept, stick)
    assert PageFiles(Home(made.folder).vault).tombstone(id_of(2)).read_bytes() == held
    assert entries_of(made.folder).keys() == {id_of(1), id_of(3)}
    with catalogue_in(Home(made.folder)) as catalogue:
        assert catalogue is not None
        assert catalogue.erased() == {id_of(2)}


@pytest.mark.parametrize("moment", ["before its pages are copied", "after"])
def test_what_is_erased_while_the_backup_is_made_stays_out_and_is_in_its_audit(
    kept: Kept, stick: Path, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_pages = backup._copy_pages

    def copied(copy: backup._Copy) -> None:
        if moment == "after":
            copy_pages(copy)
        audit_of(kept.home).note("Jo Smith", "deleted", entry="Name 2")
        kept.vault.erase(id_of(2))
        kept.saves(4)
        if moment != "after":
            copy_pages(copy)

    monkeypatch.setattr(backup, "_copy_pages", copied)
    made = backed_up(kept, stick)
    found = entries_of(made.folder)
    assert {id_of(1), id_of(3)} <= found.keys() <= {id_of(1), id_of(3), id_of(4)}
    assert (made.entries, lines_of(made.folder)) == (len(found), 2)
    with catalogue_in(Home(made.folder)) as catalogue:
        assert catalogue is not None
        assert id_of(2) in catalogue.erased()


def test_an_audit_that_a_crash_cut_is_backed_up_as_it_is_and_goes_on(kept: Kept, stick: Path) -> None:
    with kept.home.audit.open("ab") as log:
        log.write(b"12345678 [[")
    folder = backed_up(kept, stick).folder
    assert Home(folder).audit.read_bytes() == kept.home.audit.read_bytes()
    audit_of(Home(folder)).note("Jo Smith", "opened")
    assert lines_of(folder) == 2


def test_a_kiosk_where_nothing_was_saved_or_noted_yet_is_backed_up_without_an_audit(
    tmp_path: Path, stick: Path
) -> None:
    made = backed_up(Kept(tmp_path / "new"), stick)
    assert (made.entries, made.pages, made.unreadable) == (0, 0, 0)
    assert not Home(made.folder).audit.parent.exists()
    assert "kiosk.toml" in tree(made.folder)


def test_an_audit_that_cannot_be_read_is_counted_and_all_else_is_backed_up(kept: Kept, stick: Path) -> None:
    kept.home.audit.unlink()
    kept.home.audit.mkdir()
    made = backed_up(kept, stick)
    assert (made.entries, made.unreadable) == (3, 1)


def test_backups_fit_together_while_another_process_saves_and_erases(kept: Kept, stick: Path) -> None:
    acknowledged: dict[str, str] = {}
    with busy(kept.home.root) as told:
        for number in range(6):
            for _ in range(20):
                verb, entry_id = told.readline().split()
                acknowledged[entry_id] = verb
            kept.clock.passes(seconds=number + 1)
            found = entries_of(backed_up(kept, stick).folder)
            for entry_id, verb in acknowledged.items():
                pages = {"erased": 0, "saved": 1, "amended": 2}[verb]
                assert len(found.get(entry_id, ())) == pages


@pytest.mark.parametrize("where", ["home", "home/vault", "home/../home/staff"])
def test_a_backup_never_goes_into_the_home(kept: Kept, tmp_path: Path, where: str) -> None:
    before = tree(kept.home.root)
    with pytest.raises(SettingsError, match="outside"):
        back_up(kept.home, tmp_path / where, VENUE, kept.now)
    (tmp_path / "link").symlink_to(kept.home.root)
    with pytest.raises(SettingsError, match="outside"):
        back_up(kept.home, tmp_path / "link", VENUE, kept.now)
    assert tree(kept.home.root) == before


def test_a_folder_that_is_not_there_is_a_stick_that_is_not_plugged_in(kept: Kept, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="Plug in the USB stick"):
        back_up(kept.home, tmp_path / "none", VENUE, kept.now)
    assert not (tmp_path / "none").exists()


def test_two_backups_in_one_second_do_not_mix(kept: Kept, stick: Path) -> None:
    first = backed_up(kept, stick)
    with pytest.raises(SettingsError, match="already exists"):
        back_up(kept.home, stick, VENUE, kept.now)
    read_backup(first.folder)


def test_a_page_that_cannot_be_read_is_counted_and_all_else_is_backed_up(kept: Kept, stick: Path) -> None:
    path = PageFiles(kept.home.vault).path(id_of(3), FIRST)
    path.unlink()
    path.mkdir()
    made = backed_up(kept, stick)
    assert (made.entries, made.pages, made.unreadable) == (2, 3, 1)


@pytest.mark.parametrize(
    "call",
    [
        call
        for call in (*CALLS, "write")
        if call not in ("date", "link", "truncate", "unlink", "remove_folder")
    ],
)
def test_where_the_stick_fails_there_is_no_backup_and_the_home_is_as_it_was(
    kept: Kept, stick: Path, call: str
) -> None:
    kept.vault.erase(id_of(2))
    kept.vault.close()
    before = tree(kept.home.root)
    for after in range(200):
        disk = FaultyDisk()
        disk.fails(call, number=errno.ENOSPC, after=after)
        told = failure(partial(back_up, kept.home, stick, VENUE, kept.now, disk=disk))
        if told is None:
            break
        assert "No backup was made. Free some space, then try again." in told
        assert names_in(stick) == []
        assert tree(kept.home.root) == before
    assert after > 0
    (name,) = names_in(stick)
    read_backup(stick / name)


class NoFolderFlushed(FaultyDisk):
    """A stick whose file system flushes no folder."""

    def fsync(self, descriptor: int) -> None:
        super().fsync(descriptor)
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))


def test_a_stick_that_cannot_flush_a_folder_is_flushed_whole(kept: Kept, stick: Path) -> None:
    disk = NoFolderFlushed()
    made = back_up(kept.home, stick, VENUE, kept.now, disk=disk)
    assert disk.calls[-3:] == ["open", "fsync", "flush_all"]
    read_backup(made.folder)
    disk.fails("flush_all")
    later = kept.now + timedelta(days=1)
    assert ("No backup was made.") in (
        failure(partial(back_up, kept.home, stick, VENUE, later, disk=disk)) or ""
    )
    assert names_in(stick) == [made.folder.name]


def test_a_backup_that_does_not_read_back_is_none(
    kept: Kept, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flush = backup._flush

    def spoil(path: Path, disk: Disk) -> None:
        flush(path, disk)
        if path.name == f"{id_of(3)}.{FIRST}.age":
            *others, last = path.read_bytes()
            path.write_bytes(bytes([*others, last ^ 1]))

    monkeypatch.setattr(backup, "_flush", spoil)
    with pytest.raises(VaultError, match=rf"{FIRST}\.age was changed"):
        back_up(kept.home, stick, VENUE, kept.now)
    assert names_in(stick) == []


def test_a_backup_that_is_killed_anywhere_leaves_no_backup_and_no_mess(
    kept: Kept, stick: Path, tmp_path: Path
) -> None:
    (tmp_path / "start").mkdir()
    kept.vault.close()
    kept.home.root.rename(tmp_path / "start" / "home")
    stick.rename(tmp_path / "start" / "stick")
    before = tree(tmp_path / "start" / "home")
    (tmp_path / "places").mkdir()

    def step(place: Path, disk: Disk) -> None:
        back_up(Home(place / "home"), place / "stick", VENUE, kept.now, disk=disk)

    swept = sweep(step, tmp_path / "start", tmp_path / "places")
    assert len(swept) > 4
    for place in swept:
        after = tree(place / "home")
        assert {path: data for path, data in after.items() if "last-backup" not in path} == before
        home = Home(place / "home")
        for name in names_in(place / "stick"):
            if name.startswith(NAME):
                read_backup(place / "stick" / name)
                (place / "stick" / name).rename(place / "done")
        again = back_up(home, place / "stick", VENUE, kept.now)
        assert names_in(place / "stick") == [again.folder.name]
        assert len(entries_of(again.folder)) == 3


def test_a_backup_that_another_process_is_making_is_left_alone(kept: Kept, stick: Path) -> None:
    with backup._unfinished(stick, Disk()) as theirs:
        made = backed_up(kept, stick)
        assert names_in(stick) == sorted([theirs.name, made.folder.name])


# -- reading one


Spoil = Callable[[Path], object]


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda folder: (folder / "kiosk.toml").unlink(), r"damaged: kiosk\.toml is missing\. "),
        (lambda folder: (folder / "kiosk.toml").write_text("x"), r"damaged: kiosk\.toml was changed\. "),
        (lambda folder: (folder / "vault" / "extra").write_text("x"), "vault/extra does not belong to it"),
        (
            lambda folder: (folder / "vault" / "e\x1b[2J").write_text("x"),
            r"vault/e\S*\[2J does not belong to it",
        ),
        (
            lambda folder: (folder / "vault" / "DS_Store").symlink_to("/"),
            ("vault/DS_Store does not belong to it"),
        ),
        (lambda folder: shutil.rmtree(folder / "staff"), "staff/5+.json is missing, staff/roster is missing"),
        (lambda folder: shutil.rmtree(folder / "vault"), ", and [0-9]+ more"),
        (lambda folder: (folder / "manifest.json").unlink(), "is not a backup"),
        (lambda folder: (folder / "manifest.json").write_bytes(b"\xff{"), "is damaged"),
        (lambda folder: (folder / "manifest.json").write_text('{"format": "x"}'), "is damaged"),
    ],
)
def test_a_backup_that_was_changed_is_not_read(kept: Kept, stick: Path, spoil: Spoil, told: str) -> None:
    folder = backed_up(kept, stick).folder
    spoil(folder)
    with pytest.raises(VaultError, match=told):
        read_backup(folder)


FOREIGN = [
    ".DS_Store",
    "._kiosk.toml",
    "desktop.ini",
    "Desktop.ini",
    "Thumbs.db",
    "THUMBS.DB",
    ".directory",
    "System Volume Information/IndexerVolumeGuid",
    "$RECYCLE.BIN/S-1-5-21/desktop.ini",
    ".Trashes/501/x",
    ".fseventsd/fseventsd-uuid",
    ".Spotlight-V100/Store-V2/x",
    ".Trash-1000/info/x",
    "__MACOSX/._x",
    ".Trash-1001/files/x",
    ".trash-0/x",
    "System Volume Information/WPSettings.dat",
    "WPSettings.dat",
    "IndexerVolumeGuid",
    "~$x.docx",
    "kiosk.toml~",
    ".kiosk.toml.swp",
    ".kiosk.toml.swo",
    ".~lock.kiosk.toml#",
    ".fuse_hidden0000001200000003",
    ".nfs00000000004a1b2c00000001",
    ".goutputstream-A1B2C3",
]


def test_what_another_system_left_in_a_backup_is_passed_over(kept: Kept, stick: Path) -> None:
    folder = backed_up(kept, stick).folder
    before = read_backup(folder)
    places = (".", "vault", f"vault/{id_of(1)[:2]}", "staff", "drafts", "comments", "summaries")
    for path in (folder / below / name for below, name in product(places, FOREIGN)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"whatever")
    assert read_backup(folder) == before


def test_a_file_or_a_place_without_a_backup_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for name in ("none", "file", "."):
        with pytest.raises(VaultError, match="is not a backup"):
            read_backup(tmp_path / name)


def test_a_backup_is_written_without_hard_links(kept: Kept, stick: Path) -> None:
    disk = FaultyDisk()  # FAT, which most sticks have, knows none
    disk.fails("link", number=errno.EPERM)
    assert backed_up(kept, stick, disk).entries == 3
