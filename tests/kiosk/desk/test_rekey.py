"""Changing the venue's key: what is sealed anew, who unlocks afterwards, and what stops it."""

import errno
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from kiosk import handle, seal
from kiosk.backup import back_up
from kiosk.desk import recovery, rekey, staff, staff_files
from kiosk.desk.audit import Audit
from kiosk.desk.identities import OLDER, require_venue, with_older
from kiosk.desk.rekey import change_key, goes_on, unfinished
from kiosk.desk.reseal import reseal
from kiosk.errors import LeadNeededError, SettingsError, StaffError, VaultError
from kiosk.restore import restore
from kiosk.retention import keep_settings
from kiosk.save import Reflection, keep_comment
from kiosk.session import open_session
from kiosk.settings import Home, load_settings, venue_key_now
from kiosk.vault.durable import Disk
from kiosk.vault.pages import READY, Pages
from kiosk.vault.vault import Vault
from tests import packs
from tests.conftest import FAST
from tests.kiosk.desk.keyed import ALI, JO, NOON, PASSPHRASES, Keyed, customer_of, id_of, now, opens, page
from tests.kiosk.vault.helpers import FaultyDisk


@pytest.fixture
def keyed(tmp_path: Path) -> Keyed:
    return Keyed(tmp_path).begins()


def version_1(keyed: Keyed, name: str) -> Path:
    """Make somebody's staff file one of before there were roles."""
    file = keyed.home.staff / f"{staff_files.file_id(keyed.home.staff, name)}.json"
    key = json.loads(file.read_bytes())
    del key["role"], key["recipient"]
    file.write_text(json.dumps(key | {"version": 1}))
    return file


# -- a change


def test_everything_is_sealed_anew_and_everybody_opens_it(keyed: Keyed) -> None:
    keyed.is_whole()
    done = keyed.rekeys()
    assert (done.sealed, done.kept, done.unread) == (12, 2, ())
    keyed.is_done()
    assert seal.recipient_of(keyed.sheet()) == keyed.key
    assert load_settings(keyed.home.settings).venue.name == "Sandhill House"
    assert {member.name: member.role for member in staff.members(keyed.home.staff)} == {
        JO: "lead",
        ALI: "staff",
    }


def test_what_is_sealed_anew_is_for_its_owner_alone_and_leaves_nothing_unfinished(keyed: Keyed) -> None:
    keyed.rekeys()
    assert {(keyed.home.root / path).stat().st_mode & 0o777 for path in keyed.plain} == {0o600}
    assert not list(keyed.home.root.rglob(".tmp-*"))


def test_notes_go_to_the_customer_whom_the_reflections_name(keyed: Keyed) -> None:
    keyed.rekeys()
    [note] = [path for path in keyed.plain if path.endswith(f"{id_of(2)}.0002.age")]
    for identity in (keyed.sheet(), customer_of(2)):
        assert opens((keyed.home.root / note).read_bytes(), identity)
    assert not opens((keyed.home.root / note).read_bytes(), customer_of(1))


def test_a_page_whose_reader_nobody_knows_stays_and_opens_with_the_older_key(keyed: Keyed) -> None:
    before = {path: (keyed.home.root / path).read_bytes() for path in keyed.kept}
    assert len(before) == 2
    keyed.rekeys()
    assert {path: (keyed.home.root / path).read_bytes() for path in keyed.kept} == before


def test_an_entry_whose_pages_name_two_readers_keeps_what_names_none(keyed: Keyed) -> None:
    odd = f"vault/{id_of(1)[:2]}/{id_of(1)}"
    readers = (seal.recipient_of(keyed.old), seal.recipient_of(customer_of(1)))
    keyed.seals(f"{odd}.0002.age", page("reflection", 5), readers)
    keyed.seals(f"{odd}.0003.age", page("note", 1), readers)
    keyed.kept.add(f"{odd}.0003.age")
    assert keyed.rekeys().kept == 3
    keyed.is_done()


@pytest.mark.parametrize("place", ["vault/{}/{}.0001.age", "comments/three.age"])
def test_what_is_sealed_to_somebody_else_too_stays_as_it_is(keyed: Keyed, place: str) -> None:
    path = place.format(id_of(9)[:2], id_of(9))
    more = [seal.recipient_of(seal.new_identity()) for _ in range(2)]
    keyed.seals(path, page("reflection", 9), (seal.recipient_of(keyed.old), *more))
    keyed.kept.add(path)
    keyed.rekeys()
    keyed.is_done()


OTHERS = seal.seal(b"{}", (seal.recipient_of(seal.new_identity()),))


@pytest.mark.parametrize("data", [b"", b"junk", OTHERS], ids=["empty", "junk", "another venue's"])
def test_a_file_that_no_key_opens_is_named_and_the_rest_goes_on(keyed: Keyed, data: bytes) -> None:
    page_file = keyed.home.vault / id_of(1)[:2] / f"{id_of(1)}.0002.age"
    comment = keyed.home.comments / "odd.age"
    for file in (page_file, comment):
        file.write_bytes(data)
    assert set(keyed.rekeys().unread) == {page_file, comment}
    assert page_file.read_bytes() == comment.read_bytes() == data
    keyed.is_done()


def test_how_far_it_is_is_told(keyed: Keyed) -> None:
    told: list[tuple[int, int]] = []
    keyed.rekeys(progress=lambda done, total: told.append((done, total)))
    assert told[0] == (0, 13)
    assert told[-1] == (13, 13)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_a_key_is_changed_again_and_again_and_no_older_one_leads_to_a_newer_one(keyed: Keyed) -> None:
    older = [keyed.old]
    for number in range(3):
        keyed.rekeys(f"new-{number}.txt")
        keyed.is_whole()
        newest = keyed.sheet(f"new-{number}.txt")
        assert keyed.enters().identity.split("\n") == [newest, *reversed(older)]
        for one in older:
            assert with_older(keyed.home.staff, one) == one
            assert keyed.opened_by(one) <= keyed.kept
        older.append(newest)


def test_staff_of_afterwards_open_what_is_sealed_to_an_older_key(keyed: Keyed) -> None:
    keyed.rekeys()
    identity = require_venue(keyed.enters().identity, keyed.key)
    staff.add(keyed.home.staff, "Eve", PASSPHRASES[JO], identity, costs=FAST)
    assert keyed.opened_by(staff.unlock(keyed.home.staff, "Eve", PASSPHRASES[JO])) == set(keyed.plain)


def test_debians_age_opens_a_page_with_the_new_sheet_and_not_with_the_old(keyed: Keyed, age: Path) -> None:
    keyed.rekeys()
    [path] = [path for path in keyed.plain if path.endswith(f"{id_of(1)}.0001.age")]
    command: list[str | Path] = [age, "-d", "-i", keyed.root / "new.txt", keyed.home.root / path]
    assert subprocess.run(command, capture_output=True, check=True).stdout == keyed.plain[path]
    old: list[str | Path] = [age, "-d", "-i", keyed.root / "sheet.txt", keyed.home.root / path]
    assert subprocess.run(old, capture_output=True, check=False).returncode == 1


def test_debians_age_opens_what_stayed_with_the_new_sheet_and_the_older_keys(keyed: Keyed, age: Path) -> None:
    keyed.rekeys()
    older = keyed.root / "older.keys"
    command: list[str | Path] = [
        age,
        "-d",
        "-i",
        keyed.root / "new.txt",
        "-o",
        older,
        keyed.home.staff / OLDER,
    ]
    subprocess.run(command, capture_output=True, check=True)
    for path in keyed.kept:
        done = subprocess.run(
            [age, "-d", "-i", older, keyed.home.root / path], capture_output=True, check=True
        )
        assert done.stdout == keyed.plain[path]


# -- who may, and for whom


def test_only_a_lead_may(keyed: Keyed) -> None:
    with pytest.raises(LeadNeededError):
        change_key(keyed.home, keyed.enters(ALI), keyed.root / "new.txt", now=now)
    assert not (keyed.root / "new.txt").exists()


def test_who_never_unlocked_since_roles_came_is_named_and_nothing_is_begun(keyed: Keyed) -> None:
    version_1(keyed, ALI)
    with pytest.raises(StaffError, match=f"unlock once first: {ALI}"):
        keyed.rekeys()
    assert not (keyed.root / "new.txt").exists()
    assert unfinished(keyed.home.staff) is None
    keyed.enters(ALI)
    keyed.rekeys()
    keyed.is_done()


def test_who_is_left_out_unlocks_no_more_and_the_others_do(keyed: Keyed) -> None:
    version_1(keyed, ALI)
    keyed.rekeys(without=["ALI KHAN"])
    assert staff.names(keyed.home.staff) == (JO,)
    assert keyed.opened_by(keyed.enters().identity) == set(keyed.plain)


@pytest.mark.parametrize(("name", "told"), [("Nobody", "Nobody of that name"), (JO, "yourself")])
def test_only_others_who_are_there_are_left_out(keyed: Keyed, name: str, told: str) -> None:
    with pytest.raises(StaffError, match=told):
        keyed.rekeys(without=[name])
    assert unfinished(keyed.home.staff) is None


def test_a_key_of_before_another_change_is_not_enough(keyed: Keyed) -> None:
    before = keyed.enters()
    keyed.rekeys()
    with pytest.raises(StaffError, match="Unlock again"):
        change_key(keyed.home, before, keyed.root / "more.txt", now=now)


def test_a_sheet_goes_to_a_new_file_outside_and_nothing_is_begun_without_one(keyed: Keyed) -> None:
    (keyed.root / "taken.txt").write_text("keep me")
    for sheet in ("taken.txt", "usb/new.txt", "home/new.txt", "home/staff/new.pdf"):
        with pytest.raises(SettingsError):
            keyed.rekeys(sheet)
    with pytest.raises(SettingsError, match="Name a file"):
        change_key(keyed.home, keyed.enters(), None, now=now)
    assert unfinished(keyed.home.staff) is None
    assert keyed.key == seal.recipient_of(keyed.old)
    keyed.is_whole()


def test_what_is_noted_comes_first_and_can_stop_it(keyed: Keyed) -> None:
    def refuse() -> None:
        raise VaultError("This could not be noted.")

    with pytest.raises(VaultError, match="noted"):
        keyed.rekeys(note=refuse)
    assert not (keyed.root / "new.txt").exists()
    keyed.is_whole()


# -- stopped, and gone on with


class Stopping(FaultyDisk):
    """Fails each call from the n-th on."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after

    def _note(self, call: str) -> None:
        super()._note(call)
        if len(self.calls) > self.after:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def stopped(keyed: Keyed, when: Callable[[Keyed], bool]) -> None:
    """Stop a change as soon as something is so, or a few calls of the disk later."""
    after = 0
    while True:
        shutil.copytree(keyed.home.root, keyed.root / "copy", copy_function=shutil.copy2)
        with pytest.raises(VaultError, match=r"Nothing is lost\. Run it again"):
            keyed.rekeys(disk=Stopping(after))
        if when(keyed):
            shutil.rmtree(keyed.root / "copy")
            return
        shutil.rmtree(keyed.home.root)
        (keyed.root / "copy").rename(keyed.home.root)
        (keyed.root / "new.txt").unlink()
        after += 1 if when is begun else 5


def begun(keyed: Keyed) -> bool:
    return unfinished(keyed.home.staff) is not None


def jo_has_it(keyed: Keyed) -> bool:
    return len(keyed.enters(JO).identity.split("\n")) == 2 and begun(keyed)


def switched(keyed: Keyed) -> bool:
    return keyed.key != seal.recipient_of(keyed.old)


def half_way(keyed: Keyed) -> bool:
    return switched(keyed) and len(keyed.opened_by(keyed.old)) < 9


@pytest.mark.parametrize("when", [switched, half_way])
def test_a_change_that_was_stopped_goes_on_with_the_same_key(
    keyed: Keyed, when: Callable[[Keyed], bool]
) -> None:
    stopped(keyed, when)
    key = keyed.key
    keyed.is_whole()
    assert goes_on(keyed.home, keyed.enters())
    change_key(keyed.home, keyed.enters(), None, now=now)
    assert keyed.key == key == seal.recipient_of(keyed.sheet())
    keyed.is_done()


def test_a_change_that_goes_on_writes_its_sheet_once_more_where_that_is_wanted(keyed: Keyed) -> None:
    stopped(keyed, half_way)
    keyed.rekeys("again.pdf")
    assert (keyed.root / "again.pdf").read_bytes().startswith(b"%PDF")
    keyed.is_done()


def test_the_same_command_again_leaves_its_sheet_alone(keyed: Keyed) -> None:
    stopped(keyed, half_way)
    before = (keyed.root / "new.txt").read_bytes()
    keyed.rekeys()
    assert (keyed.root / "new.txt").read_bytes() == before
    keyed.is_done()


def test_who_does_not_hold_the_new_key_yet_begins_again_with_another(keyed: Keyed) -> None:
    stopped(keyed, begun)
    assert not goes_on(keyed.home, keyed.enters())
    keyed.is_whole()
    with pytest.raises(SettingsError):
        change_key(keyed.home, keyed.enters(), None, now=now)
    keyed.rekeys("second.txt")
    assert keyed.key == seal.recipient_of(keyed.sheet("second.txt"))
    keyed.is_done()


def test_each_lead_may_go_on_with_it(keyed: Keyed) -> None:
    staff.set_role(keyed.home.staff, ALI, "lead")
    stopped(keyed, half_way)
    change_key(keyed.home, keyed.enters(ALI), None, now=now)
    keyed.is_done()


def test_who_is_left_out_stays_so_when_it_goes_on(keyed: Keyed) -> None:
    file = version_1(keyed, ALI)
    disk = Stopping(60)
    with pytest.raises(VaultError):
        keyed.rekeys(disk=disk, without=[ALI])
    assert begun(keyed)
    change_key(keyed.home, keyed.enters(), None, now=now)
    assert not file.exists()
    assert keyed.opened_by(keyed.enters().identity) == set(keyed.plain)


@pytest.mark.parametrize("when", [jo_has_it, switched, half_way])
def test_in_the_middle_of_it_staff_come_and_go(keyed: Keyed, when: Callable[[Keyed], bool]) -> None:
    stopped(keyed, when)
    folder = keyed.home.staff
    identity = require_venue(keyed.enters().identity, keyed.key)
    staff.add(folder, "Eve", PASSPHRASES[JO], identity, role="lead", costs=FAST)
    staff.change_passphrase(folder, ALI, PASSPHRASES[ALI], "another four good words", costs=FAST)
    for name, passphrase in (("Eve", PASSPHRASES[JO]), (ALI, "another four good words")):
        assert keyed.opened_by(staff.unlock(folder, name, passphrase)) == set(keyed.plain)
    keyed.rekeys()
    for name, passphrase in (("Eve", PASSPHRASES[JO]), (ALI, "another four good words")):
        unlocked = staff.enter(folder, name, passphrase)
        assert require_venue(unlocked.identity, keyed.key) == unlocked.identity.split("\n")[0]
        assert keyed.opened_by(unlocked.identity) == set(keyed.plain)


@pytest.mark.parametrize(
    ("when", "sheet"), [(jo_has_it, "sheet.txt"), (switched, "new.txt"), (half_way, "new.txt")]
)
def test_in_the_middle_of_it_a_sheet_makes_a_lead_who_ends_it(
    keyed: Keyed, when: Callable[[Keyed], bool], sheet: str
) -> None:
    stopped(keyed, when)
    identity = keyed.sheet(sheet)
    recovery.require_current(identity, keyed.key)
    for file in keyed.home.staff.glob("*.json"):
        file.unlink()  # nobody can unlock any more
    staff.add(keyed.home.staff, "Eve", PASSPHRASES[JO], identity, role="lead", costs=FAST)
    eve = staff.enter(keyed.home.staff, "Eve", PASSPHRASES[JO])
    assert keyed.opened_by(eve.identity) == set(keyed.plain)
    change_key(keyed.home, eve, keyed.root / "eve.txt", now=now)
    eve = staff.enter(keyed.home.staff, "Eve", PASSPHRASES[JO])
    assert keyed.opened_by(eve.identity) == set(keyed.plain)
    assert keyed.opened_by(eve.identity.split("\n")[0]) == set(keyed.plain) - keyed.kept
    assert keyed.opened_by(keyed.old) == keyed.kept


def test_a_damaged_note_of_the_change_is_told(keyed: Keyed) -> None:
    stopped(keyed, half_way)
    file = keyed.home.staff / staff_files.CHANGE
    file.write_bytes(b"junk")
    for look in (lambda: unfinished(keyed.home.staff), keyed.rekeys):
        with pytest.raises(StaffError, match="Move it away"):
            look()
    file.unlink()
    keyed.rekeys("second.txt")
    keyed.is_done()


def test_older_keys_that_do_not_open_are_not_overwritten(keyed: Keyed) -> None:
    keyed.rekeys()
    older = keyed.home.staff / OLDER
    kept = older.read_bytes()
    older.write_bytes(b"junk")
    with pytest.raises(StaffError, match="does not open"):
        keyed.rekeys("second.txt")
    assert older.read_bytes() == b"junk"
    older.write_bytes(kept)
    keyed.rekeys("second.txt")
    keyed.is_whole()


# -- others at work meanwhile


def test_nobody_else_changes_staff_keys_meanwhile(keyed: Keyed) -> None:
    def add(_done: int, _total: int) -> None:
        with pytest.raises(StaffError, match="at this moment"):
            staff.add(keyed.home.staff, "Eve", PASSPHRASES[JO], keyed.old, costs=FAST)
        with pytest.raises(StaffError, match="at this moment"):
            change_key(keyed.home, keyed.enters(), keyed.root / "other.txt", now=now)
        keyed.enters(ALI)

    keyed.rekeys(progress=add)
    keyed.is_done()


def test_an_entry_that_is_erased_meanwhile_does_not_come_back(
    keyed: Keyed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes between the look at its page and the moment in which the page is replaced."""
    vault = Vault(keyed.home.root, clock=now, name_of=str)

    class Erasing(Disk):
        def rename(self, source: Path, target: Path) -> None:
            if id_of(2) in target.name and vault.has(id_of(2)):
                left = source.read_bytes()
                vault.erase(id_of(2))
                source.write_bytes(left)  # as if the eraser had not come to the unfinished file
            super().rename(source, target)

    keyed.rekeys(disk=Erasing())
    assert not vault.has(id_of(2))
    assert not list(keyed.home.vault.rglob(f"*{id_of(2)}*"))
    vault.close()


def test_an_entry_that_is_erased_before_its_turn_is_passed_over(keyed: Keyed) -> None:
    vault = Vault(keyed.home.root, clock=now, name_of=str)

    def erase(done: int, _total: int) -> None:
        if done == 0:
            vault.erase(id_of(2))

    done = keyed.rekeys(progress=erase)
    assert done.unread == ()
    assert not list(keyed.home.vault.rglob(f"*{id_of(2)}*"))
    vault.close()


def test_what_is_saved_with_the_old_key_afterwards_opens_and_the_next_change_seals_it_anew(
    keyed: Keyed,
) -> None:
    """A visit, or somebody at the desk, may have read the old key before."""
    keyed.rekeys()
    late = f"vault/{id_of(7)[:2]}/{id_of(7)}.0001.age"
    keyed.seals(
        late, page("reflection", 7), (seal.recipient_of(keyed.old), seal.recipient_of(customer_of(7)))
    )
    assert late in keyed.opened_by(keyed.enters().identity)
    keyed.rekeys("second.txt")
    assert keyed.opened_by(keyed.sheet("second.txt")) == set(keyed.plain) - keyed.kept
    assert late not in keyed.opened_by(keyed.old)


def test_a_visit_that_waited_saves_to_the_new_key(keyed: Keyed) -> None:
    known = seal.recipient_of(keyed.old)
    keyed.rekeys()
    assert venue_key_now(keyed.home, known) == keyed.key
    keep_comment(keyed.home, known, packs.small(), now=NOON, text="Good")
    [comment] = [file for file in keyed.home.comments.glob("*.age") if len(file.stem) == 32]
    assert opens(comment.read_bytes(), keyed.sheet())
    keyed.home.settings.write_text("junk")
    assert venue_key_now(keyed.home, known) == known


def test_an_entry_that_is_saved_by_a_visit_of_before_is_sealed_to_the_new_key(keyed: Keyed) -> None:
    session = open_session(keyed.home)
    (keyed.home.vault / READY).unlink()  # there are the shelves of some entries alone
    saver = replace(session.saver(), derive=lambda drawn: handle.keys(drawn, FAST))
    keyed.rekeys()
    with session.vault as vault:
        saved = saver.save(Reflection(session.pack, {}))
        [sealed] = vault.pages(saved.id)
    assert opens(sealed, keyed.sheet())
    assert not opens(sealed, keyed.old)


def test_settings_that_were_put_back_to_the_old_key_lose_nothing(keyed: Keyed) -> None:
    before = load_settings(keyed.home.settings)
    keyed.rekeys()
    keep_settings(keyed.home, before)
    for name in (JO, ALI):
        unlocked = keyed.enters(name)
        require_venue(unlocked.identity, keyed.key)
        assert keyed.opened_by(unlocked.identity) == set(keyed.plain)
    keyed.rekeys("second.txt")
    assert keyed.opened_by(keyed.sheet("second.txt")) == set(keyed.plain) - keyed.kept


@pytest.mark.parametrize("when", [jo_has_it, switched, half_way])
def test_a_backup_of_the_middle_opens_on_another_machine_and_the_change_ends_there(
    keyed: Keyed, when: Callable[[Keyed], bool]
) -> None:
    stopped(keyed, when)
    stick = keyed.root / "stick"
    stick.mkdir()
    made = back_up(keyed.home, stick, keyed.key, NOON)
    keyed.home.root.rename(keyed.root / "lost")
    restore(keyed.home, made.folder)
    keyed.home.root.joinpath("summaries").mkdir(exist_ok=True)
    for path in keyed.plain:
        if path.startswith("summaries"):  # not all that is kept is in a backup
            shutil.copy2(keyed.root / "lost" / path, keyed.home.root / path)
    keyed.is_whole()
    keyed.rekeys()
    keyed.is_done()


# -- a pass by itself


def test_a_pass_over_what_is_done_changes_nothing(keyed: Keyed) -> None:
    keyed.rekeys()
    before = {file: file.stat().st_ino for file in keyed.home.vault.rglob("*.age")}
    done = reseal(keyed.home, keyed.enters().identity, now=now)
    assert (done.sealed, done.kept) == (0, 2)
    assert {file: file.stat().st_ino for file in keyed.home.vault.rglob("*.age")} == before


def test_a_home_with_nothing_in_it_is_passed_over(tmp_path: Path) -> None:
    done = reseal(Home(tmp_path / "none"), seal.new_identity(), now=now)
    assert (done.sealed, done.kept, done.unread) == (0, 0, ())
    assert not (tmp_path / "none").exists()


def test_a_page_keeps_its_place_in_the_list_and_its_time(keyed: Keyed) -> None:
    pages = Pages(keyed.home.vault)
    before = {id_of(number): pages.times(id_of(number)) for number in range(1, 5)}
    keyed.rekeys()
    with Vault(keyed.home.root, clock=now, name_of=str) as vault:
        rows = {row.id: row.saved for row in vault.rows()}
    assert {id_of(number): pages.times(id_of(number)) for number in range(1, 5)} == before
    assert set(rows) == set(before)


def test_an_audit_that_was_tampered_with_goes_on_to_show_it(keyed: Keyed) -> None:
    log = keyed.home.audit
    head, _, second = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(head + second)
    keyed.rekeys()
    assert Audit(log, keyed.key, now, read_only=True).broken_at() == 1
    assert log.read_bytes() == head + second


def test_the_audit_is_chained_anew_and_goes_on(keyed: Keyed) -> None:
    keyed.rekeys()
    audit = Audit(keyed.home.audit, keyed.key, now)
    audit.note(JO, "unlocked")
    assert audit.broken_at() is None
    assert [event.did for event in audit.read(keyed.sheet()).events] == [
        "unlocked",
        "added a note",
        "unlocked",
    ]
    assert len(audit.read(keyed.old).events) == 0
    assert audit.seal_anew(keyed.enters().identity) == 0
    audit.close()


def test_whatever_the_disk_does_is_told_in_a_sentence(keyed: Keyed) -> None:
    counting = FaultyDisk()
    shutil.copytree(keyed.home.root, keyed.root / "counted" / "home")
    Keyed(keyed.root / "counted", old=keyed.old, plain=keyed.plain).rekeys(disk=counting)
    for after in range(0, len(counting.calls), 7):
        copy = Keyed(keyed.root / f"copy-{after}", old=keyed.old, plain=keyed.plain)
        shutil.copytree(keyed.home.root, copy.home.root)
        with pytest.raises(VaultError) as caught:
            copy.rekeys(disk=Stopping(after))
        assert str(caught.value).endswith(".")


def test_the_shape_of_a_change_is_told(keyed: Keyed) -> None:
    stopped(keyed, begun)
    told = json.loads((keyed.home.staff / staff_files.CHANGE).read_bytes())
    assert told == {"version": 1, "key": told["key"], "begun": "2026-03-01T12:00:00Z", "without": []}
    assert msgspec.convert(told, rekey.Change) == unfinished(keyed.home.staff)
