"""Changing the venue's key: what is sealed anew, who unlocks afterwards, and who is at work meanwhile."""

import subprocess
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import pytest

from kiosk import seal
from kiosk.desk.audit.audit_log import Audit
from kiosk.desk.entries import signer
from kiosk.desk.keys import staff
from kiosk.desk.keys.identities import OLDER, identity_for, with_older
from kiosk.desk.keys.staff_files import CHANGE
from kiosk.desk.rekey import change_key
from kiosk.entry import handle
from kiosk.entry.page_file import Keys, open_page
from kiosk.errors import LeadNeededError, SettingsError, StaffError, VaultError
from kiosk.session import open_session
from kiosk.settings.settings import keep_settings, load_settings, venue_key_now
from kiosk.vault.catalogue import Catalogue
from kiosk.vault.durable import Disk
from kiosk.vault.page_files import READY
from kiosk.vault.rows import marks_of
from kiosk.vault.vault import Vault
from kiosk.visit.comments import BOX, add, keep_comment, sealed_in
from kiosk.visit.saving import Submission
from tests import packs
from tests.conftest import FAST
from tests.kiosk.desk.keyed import ALI, JO, NOON, PASSPHRASES, Keyed, now, opens, page, without_tags
from tests.kiosk.sealed import FIRST, SECOND, customer_of, id_of


def test_everything_is_sealed_anew_and_everybody_opens_it(keyed: Keyed) -> None:
    keyed.is_whole()
    done = keyed.rekeys()
    assert (done.sealed, done.kept, done.unread) == (11, 3, ())
    keyed.is_done()
    assert {(keyed.home.root / path).stat().st_mode & 0o777 for path in keyed.plain} == {0o600}
    assert not list(keyed.home.root.rglob(".tmp-*"))
    assert seal.recipient_of(keyed.sheet()) == keyed.key
    assert load_settings(keyed.home.settings).venue.name == "Sandhill House"
    assert {member.name: member.role for member in staff.members(keyed.home.staff, keyed.sheet())} == {
        JO: "lead",
        ALI: "staff",
    }


def test_a_page_that_names_another_reader_than_the_entrys_own_does_not_go_to_that_one(keyed: Keyed) -> None:
    """Somebody who knows the venue's public key can write such a page."""
    odd = f"vault/{id_of(1)[:2]}/{id_of(1)}.{SECOND}.age"
    readers = (seal.recipient_of(keyed.old), seal.recipient_of(customer_of(1)))
    keyed.seals(odd, page("stranger's", 1, keyed.old, 2)[0], readers)
    keyed.kept.add(odd)
    assert keyed.rekeys().kept == 4
    keyed.is_done()


def test_what_was_forged_with_the_public_key_is_not_vouched_for_afterwards(keyed: Keyed) -> None:
    """A note, a mark and a line of the audit that say that Jo made them."""
    stranger = seal.new_identity()
    path = f"vault/{id_of(1)[:2]}/{id_of(1)}.{SECOND}.age"
    readers = (keyed.key, seal.recipient_of(customer_of(1)))
    keyed.seals(path, page("note", 1, stranger, 2)[0], readers)
    catalogue = Catalogue(keyed.home.catalogue)
    catalogue.mark(id_of(1), JO, NOON, signer(stranger), state="closed")
    catalogue.close()
    audit = Audit(keyed.home.audit, keyed.key, now)
    audit.vouch_with(stranger)
    audit._venue_key = keyed.key
    audit.note(JO, "deleted", entry="Amber Heron")
    audit.close()
    keyed.rekeys()
    sheet = keyed.sheet()
    found = open_page((keyed.home.root / path).read_bytes(), keyed.old)
    assert not found.is_by_desk(Keys.of(desk=sheet))
    catalogue = Catalogue(keyed.home.catalogue, read_only=True)
    row = catalogue.row(id_of(1))
    assert row.tag != signer(sheet)(row.id, marks_of(row))
    catalogue.close()
    trail = Audit(keyed.home.audit, keyed.key, now, read_only=True).read(sheet)
    assert (len(trail.events), trail.forged) == (2, 1)


@pytest.mark.parametrize("place", ["vault/{}/{}." + FIRST + ".age", "comments/three.age"])
def test_what_is_sealed_to_somebody_else_too_stays_as_it_is(keyed: Keyed, place: str) -> None:
    path = place.format(id_of(9)[:2], id_of(9))
    more = [seal.recipient_of(seal.new_identity()) for _ in range(2)]
    keyed.seals(path, page("reflection", 9, keyed.old)[0], (seal.recipient_of(keyed.old), *more))
    keyed.kept.add(path)
    keyed.rekeys()
    keyed.is_done()


OTHERS = seal.seal(b"{}", (seal.recipient_of(seal.new_identity()),))


@pytest.mark.parametrize("data", [b"", b"junk", OTHERS], ids=["empty", "junk", "another venue's"])
def test_a_file_that_no_key_opens_is_named_and_the_rest_goes_on(keyed: Keyed, data: bytes) -> None:
    page_file = keyed.home.vault / id_of(1)[:2] / f"{id_of(1)}.{SECOND}.age"
    comment = keyed.home.comments / "odd.age"
    for file in (page_file, comment):
        file.write_bytes(data)
    # A page of another venue stays that venue's.
    assert set(keyed.rekeys().unread) == {page_file, comment} - ({page_file} if data == OTHERS else set())
    assert page_file.read_bytes() == comment.read_bytes() == data
    keyed.is_done()


def test_comments_are_sealed_anew_and_tell_no_more_of_when_they_came(keyed: Keyed) -> None:
    box = keyed.home.comments / BOX
    for text in ("Good", "Bad"):
        keep_comment(keyed.home, keyed.key, packs.small(), now=NOON, text=text)
    add(keyed.home, [OTHERS], NOON)
    dated, before = box.stat().st_mtime_ns, sealed_in(box)
    keyed.rekeys()
    after = sealed_in(box)
    assert (len(after), box.stat().st_mtime_ns) == (3, dated)
    assert {*before} & {*after} == {OTHERS}
    assert sum(opens(one, keyed.sheet()) for one in after) == 2
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
        assert with_older(keyed.home.staff, newest).split("\n") == [newest, *reversed(older)]
        for one in older:
            with pytest.raises(StaffError, match="changed outside the desk"):
                with_older(keyed.home.staff, one)
            assert keyed.opened_by(one) <= keyed.kept
        older.append(newest)


def test_staff_of_afterwards_open_what_is_sealed_to_an_older_key(keyed: Keyed) -> None:
    keyed.rekeys()
    staff.add(keyed.home.staff, "Eve", PASSPHRASES[JO], keyed.enters().identity, costs=FAST)
    assert keyed.opened_by(staff.enter(keyed.home.staff, "Eve", PASSPHRASES[JO]).identity) == set(keyed.plain)


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
        assert without_tags(done.stdout) == keyed.plain[path]


# -- who may, and for whom


def test_only_a_lead_may(keyed: Keyed) -> None:
    with pytest.raises(LeadNeededError):
        change_key(keyed.home, keyed.enters(ALI), keyed.root / "new.txt", now=now)
    assert not (keyed.root / "new.txt").exists()


def test_who_is_left_out_unlocks_no_more_and_the_others_do(keyed: Keyed) -> None:
    keyed.rekeys(without=["ALI KHAN"])
    assert staff.names(keyed.home.staff) == (JO,)
    assert [one.name for one in staff.members(keyed.home.staff, keyed.sheet())] == [JO]
    assert keyed.opened_by(keyed.enters().identity) == set(keyed.plain)


@pytest.mark.parametrize(("name", "told"), [("Nobody", "Nobody with that name"), (JO, "your")])
def test_only_others_who_are_there_are_left_out(keyed: Keyed, name: str, told: str) -> None:
    with pytest.raises(StaffError, match=told):
        keyed.rekeys(without=[name])
    assert not (keyed.home.staff / CHANGE).exists()


def test_a_key_of_before_another_change_is_not_enough(keyed: Keyed) -> None:
    before = keyed.enters()
    keyed.rekeys()
    with pytest.raises(StaffError, match="names a key that is not the venue's"):
        change_key(keyed.home, before, keyed.root / "more.txt", now=now)


def test_a_sheet_goes_to_a_new_file_outside_and_nothing_is_begun_without_one(keyed: Keyed) -> None:
    (keyed.root / "taken.txt").write_text("keep me")
    for sheet in ("taken.txt", "usb/new.txt", "home/new.txt", "home/staff/new.pdf"):
        with pytest.raises(SettingsError):
            keyed.rekeys(sheet)
    with pytest.raises(SettingsError, match="Choose a file"):
        change_key(keyed.home, keyed.enters(), None, now=now)
    assert not (keyed.home.staff / CHANGE).exists()
    assert keyed.key == seal.recipient_of(keyed.old)
    keyed.is_whole()


def test_what_is_noted_comes_first_and_can_stop_it(keyed: Keyed) -> None:
    with pytest.raises(VaultError, match="noted"):
        keyed.rekeys(note=Mock(side_effect=VaultError("This could not be noted.")))
    assert not (keyed.root / "new.txt").exists()
    keyed.is_whole()


# -- others at work meanwhile


def test_nobody_else_changes_staff_keys_meanwhile(keyed: Keyed) -> None:
    def add(_done: int, _total: int) -> None:
        with pytest.raises(StaffError, match="at the moment"):
            staff.add(keyed.home.staff, "Eve", PASSPHRASES[JO], keyed.old, costs=FAST)
        with pytest.raises(StaffError, match="at the moment"):
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
    assert not list(keyed.home.vault.rglob(f"*{id_of(2)}*.age*"))
    vault.close()


def test_an_entry_that_is_erased_before_its_turn_is_passed_over(keyed: Keyed) -> None:
    vault = Vault(keyed.home.root, clock=now, name_of=str)

    def erase(done: int, _total: int) -> None:
        if done == 0:
            vault.erase(id_of(2))

    done = keyed.rekeys(progress=erase)
    assert done.unread == ()
    assert not list(keyed.home.vault.rglob(f"*{id_of(2)}*.age*"))
    vault.close()


def test_what_is_saved_with_the_old_key_afterwards_opens_and_the_next_change_seals_it_anew(
    keyed: Keyed,
) -> None:
    """A visit, or somebody at the desk, may have read the old key before."""
    keyed.rekeys()
    late = f"vault/{id_of(7)[:2]}/{id_of(7)}.{FIRST}.age"
    readers = (seal.recipient_of(keyed.old), seal.recipient_of(customer_of(7)))
    keyed.seals(late, page("reflection", 7, keyed.old)[0], readers)
    assert late in keyed.opened_by(keyed.enters().identity)
    keyed.rekeys("second.txt")
    assert keyed.opened_by(keyed.sheet("second.txt")) == set(keyed.plain) - keyed.kept
    assert late not in keyed.opened_by(keyed.old)


def test_a_visit_that_waited_saves_to_the_new_key(keyed: Keyed) -> None:
    known = seal.recipient_of(keyed.old)
    keyed.rekeys()
    assert venue_key_now(keyed.home, known) == keyed.key
    keep_comment(keyed.home, known, packs.small(), now=NOON, text="Good")
    [comment] = sealed_in(keyed.home.comments / BOX)
    assert opens(comment, keyed.sheet())
    keyed.home.settings.write_text("junk")
    assert venue_key_now(keyed.home, known) == known


def test_an_entry_that_is_saved_by_a_visit_of_before_is_sealed_to_the_new_key(keyed: Keyed) -> None:
    session = open_session(keyed.home)
    (keyed.home.vault / READY).unlink()  # there are the shelves of some entries alone
    saver = replace(session.saver(), derive=lambda drawn: handle.keys(drawn, FAST))
    keyed.rekeys()
    with session.vault as vault:
        saved = saver.save(Submission(session.pack, {}))
        [sealed] = vault.pages(saved.id)
    assert opens(sealed, keyed.sheet())
    assert not opens(sealed, keyed.old)


def test_settings_that_were_put_back_to_the_old_key_lose_nothing(keyed: Keyed) -> None:
    before = load_settings(keyed.home.settings)
    keyed.rekeys()
    keep_settings(keyed.home, before)
    for name in (JO, ALI):
        unlocked = keyed.enters(name)
        assert identity_for(keyed.key, unlocked.identity)
        assert keyed.opened_by(unlocked.identity) == set(keyed.plain)
    keyed.rekeys("second.txt")
    assert keyed.opened_by(keyed.sheet("second.txt")) == set(keyed.plain) - keyed.kept
