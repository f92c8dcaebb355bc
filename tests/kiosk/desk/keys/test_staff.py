"""Staff keys: who can unlock the desk, and what their files give away."""

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import seal
from kiosk.desk.keys import staff, staff_files
from kiosk.desk.keys.passphrase import judge
from kiosk.desk.keys.staff import Member
from kiosk.errors import DeskError, KioskError, LeadNeededError, PassphraseError, StaffError, VaultError
from kiosk.seal import Costs
from tests.conftest import FAST
from tests.kiosk.desk.conftest import OTHER, SECRET, Add, key_file, key_files


def test_each_member_of_staff_unlocks_with_their_own_passphrase(folder: Path, venue: str, add: Add) -> None:
    assert add("Jo Smith") == "Jo Smith"
    assert add("Ali Khan", OTHER) == "Ali Khan"
    assert staff.names(folder) == ("Ali Khan", "Jo Smith")
    assert staff.enter(folder, "Jo Smith", SECRET).identity == venue
    assert staff.enter(folder, "Ali Khan", OTHER).identity == venue


@pytest.mark.parametrize(
    "wrong", ["", OTHER, SECRET.upper(), SECRET + " ", SECRET[:-1], "\x00", "\udcff" * 9, "é" * 10_000]
)
def test_a_wrong_passphrase_does_not_unlock(folder: Path, add: Add, wrong: str) -> None:
    add("Jo")
    with pytest.raises(PassphraseError) as caught:
        staff.enter(folder, "Jo", wrong)
    assert not wrong.strip() or wrong not in str(caught.value)


def test_one_persons_passphrase_does_not_unlock_for_another(folder: Path, add: Add) -> None:
    add("Jo")
    add("Ali", OTHER)
    with pytest.raises(PassphraseError):
        staff.enter(folder, "Ali", SECRET)


def test_a_passphrase_is_the_same_however_its_accents_are_typed(folder: Path, venue: str, add: Add) -> None:
    composed = unicodedata.normalize("NFC", "café crème brûlée noisette")
    apart = unicodedata.normalize("NFD", composed)
    assert composed != apart
    add("Jo", composed)
    add("Ali", apart)
    for name in ("Jo", "Ali"):
        for typed in (composed, apart):
            assert staff.enter(folder, name, typed).identity == venue


@given(st.text(min_size=8, max_size=30))
def test_any_passphrase_that_is_text_and_hard_to_guess_unlocks(
    tmp_path_factory: pytest.TempPathFactory, passphrase: str
) -> None:
    folder, identity = tmp_path_factory.mktemp("staff"), seal.new_identity()
    try:
        staff.add(folder, "Jo", passphrase, identity, costs=FAST)
    except PassphraseError:
        assert not judge(passphrase, "Jo").good_enough
        return
    assert staff.enter(folder, "Jo", passphrase).identity == identity


@pytest.mark.parametrize("short", ["", "1234567", "é" * 7])
def test_a_short_passphrase_is_refused(folder: Path, add: Add, short: str) -> None:
    with pytest.raises(PassphraseError, match="at least 8"):
        add("Jo", short)
    assert not folder.exists()


def test_a_passphrase_that_is_no_text_is_refused(folder: Path, add: Add) -> None:
    with pytest.raises(PassphraseError, match="Enter it again"):
        add("Jo", "good words \udcff")
    assert not folder.exists()


@pytest.mark.parametrize("taken", ["Zoë Smith", "ZOË SMITH", " zoë smith ", "Zoe\u0308 Smith", "Zoë\tSmith"])
def test_a_name_is_taken_once_in_whatever_case(folder: Path, add: Add, taken: str) -> None:
    add("Zoë Smith")
    with pytest.raises(StaffError, match="can already unlock"):
        add(taken, OTHER)
    assert staff.names(folder) == ("Zoë Smith",)
    assert staff.enter(folder, taken, SECRET).identity


@pytest.mark.parametrize("empty", ["", "  ", "\x00", "\u202e", "\ud800"])
def test_an_empty_name_is_refused(folder: Path, add: Add, empty: str) -> None:
    with pytest.raises(StaffError, match="Enter the name"):
        add(empty)
    assert not folder.exists()


@pytest.mark.parametrize(
    "name", ["../../x", "/etc/passwd", "a\x00b", "..", ".", "~", "con", "x.json", "*", "a/b\\c", "-rf"]
)
def test_a_name_is_never_a_path(tmp_path: Path, folder: Path, venue: str, add: Add, name: str) -> None:
    kept = add(name)
    [file] = key_files(folder)
    assert sorted(tmp_path.rglob("*")) == sorted([folder, file, folder / staff_files.ROSTER])
    assert len(file.stem) == 16
    assert bytes.fromhex(file.stem)
    assert staff.enter(folder, name, SECRET).identity == staff.enter(folder, kept, SECRET).identity == venue


@given(st.text(st.characters(), min_size=1, max_size=90))
def test_whoever_is_added_is_found_by_the_name_that_was_typed_and_by_the_one_in_the_list(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    folder, identity = tmp_path_factory.mktemp("staff"), seal.new_identity()
    try:
        kept = staff.add(folder, name, SECRET, identity, costs=FAST)
    except StaffError:
        return
    assert staff.names(folder) == (kept,)
    assert kept.isprintable()
    assert len(kept) <= staff_files.NAME_LIMIT
    assert {staff.enter(folder, one, SECRET).identity for one in (name, kept)} == {identity}


def test_a_long_name_that_is_cut_at_a_space_still_unlocks(folder: Path, venue: str, add: Add) -> None:
    kept = add("x" * 59 + " Smith")
    assert staff.enter(folder, kept, SECRET).identity == venue


def test_somebody_who_is_removed_unlocks_no_more(folder: Path, venue: str, add: Add) -> None:
    add("Jo")
    add("Ali", OTHER)
    assert staff.remove(folder, "ALI", venue) == "Ali"
    assert staff.names(folder) == ("Jo",)
    with pytest.raises(PassphraseError):
        staff.enter(folder, "Ali", OTHER)
    assert staff.enter(folder, "Jo", SECRET).identity == venue
    add("Ali", "teapot glacier trombone nettle")
    assert staff.enter(folder, "Ali", "teapot glacier trombone nettle").identity == venue


def test_the_last_who_can_unlock_cannot_be_removed(folder: Path, venue: str, add: Add) -> None:
    add("Jo")
    with pytest.raises(StaffError, match="Jo is the last"):
        staff.remove(folder, "jo", venue)
    assert staff.enter(folder, "Jo", SECRET).identity == venue


def test_nobody_is_found_where_there_is_nobody(folder: Path, venue: str) -> None:
    assert staff.names(folder) == ()
    with pytest.raises(PassphraseError):
        staff.enter(folder, "Jo", SECRET)
    with pytest.raises(StaffError, match="Nobody with that name"):
        staff.remove(folder, "Jo", venue)


@pytest.mark.usefixtures("short_of_memory")
def test_a_machine_short_of_memory_says_so_and_blames_no_passphrase(folder: Path, venue: str) -> None:
    starved = Costs(memory_kib=256 * 1024, passes=1)
    with pytest.raises(DeskError, match="short of memory") as caught:
        staff.add(folder, "Jo", SECRET, venue, costs=starved)
    assert not isinstance(caught.value, PassphraseError)
    assert isinstance(caught.value, KioskError)


def test_a_passphrase_that_is_easy_to_guess_is_refused_with_what_to_do(folder: Path, venue: str) -> None:
    for easy in ("password1", "jo smith jo", "sandhill house", "qwertyuiop"):
        with pytest.raises(PassphraseError, match="easy to guess") as caught:
            staff.add(folder, "Jo Smith", easy, venue, venue_name="Sandhill House", costs=FAST)
        assert "random words" in str(caught.value)
        assert easy not in str(caught.value)
    assert not folder.exists()


# -- roles


def test_each_has_a_role_and_nobody_is_a_lead_by_chance(folder: Path, venue: str, add: Add) -> None:
    add("jo", role="lead")
    add("Ali")
    assert staff.members(folder) == (Member("Ali", "staff"), Member("jo", "lead"))
    assert staff.members(folder, venue) == staff.members(folder)
    jo = staff.enter(folder, "JO", SECRET)
    assert (jo.name, jo.role, jo.identity, jo.file) == ("jo", "lead", venue, key_file(folder, "jo"))
    assert staff.enter(folder, "Ali", SECRET).role == "staff"
    assert venue not in repr(jo)
    assert repr(jo.own) not in repr(jo)


def test_a_lead_may_and_a_member_of_staff_may_not(folder: Path, add: Add) -> None:
    add("Jo", role="lead")
    add("Ali")
    staff.require_lead(staff.enter(folder, "Jo", SECRET))
    with pytest.raises(LeadNeededError, match="Only a lead"):
        staff.require_lead(staff.enter(folder, "Ali", SECRET))


def test_the_role_that_somebody_has_now_is_told(folder: Path, venue: str, add: Add) -> None:
    add("Jo Smith", role="lead")
    add("Ali Khan")
    told = [staff.role_of(folder, name, venue) for name in ("jo smith", "Ali Khan", "Nobody")]
    assert told == ["lead", "staff", None]
    staff.set_role(folder, "Ali Khan", "lead", venue)
    assert staff.role_of(folder, "Ali Khan", venue) == "lead"


def test_a_role_is_changed_and_the_passphrase_stays(folder: Path, venue: str, add: Add) -> None:
    add("Jo", role="lead")
    add("Ali", OTHER)
    assert staff.set_role(folder, "ALI", "lead", venue) == "Ali"
    assert staff.set_role(folder, "Jo", "staff", venue) == "Jo"
    assert staff.members(folder) == (Member("Ali", "lead"), Member("Jo", "staff"))
    assert staff.enter(folder, "Ali", OTHER).identity == staff.enter(folder, "Jo", SECRET).identity == venue


def test_the_last_lead_stays_one_and_stays(folder: Path, venue: str, add: Add) -> None:
    add("Jo", role="lead")
    add("Ali")
    undone: tuple[Callable[[], object], ...] = (
        lambda: staff.remove(folder, "Jo", venue),
        lambda: staff.set_role(folder, "Jo", "staff", venue),
    )
    for undo in undone:
        with pytest.raises(StaffError, match="Jo is the last lead"):
            undo()
    assert staff.set_role(folder, "Jo", "lead", venue) == "Jo"
    assert staff.remove(folder, "Ali", venue) == "Ali"
    add("Al", role="lead")
    assert staff.remove(folder, "Jo", venue) == "Jo"
    assert staff.members(folder) == (Member("Al", "lead"),)


def test_a_role_is_for_somebody_who_is_there(folder: Path, venue: str, add: Add) -> None:
    with pytest.raises(StaffError, match="Nobody with that name"):
        staff.set_role(folder, "Ali", "lead", venue)
    assert not folder.exists()
    add("Jo", role="lead")
    with pytest.raises(StaffError, match="Nobody with that name"):
        staff.set_role(folder, "Ali", "lead", venue)


def test_what_is_noted_of_a_change_comes_before_it_and_can_stop_it(
    folder: Path, venue: str, add: Add
) -> None:
    add("Jo", role="lead")
    add("Ali")
    before = {file: file.read_bytes() for file in folder.iterdir()}
    noted = []

    def refuse(name: str) -> None:
        noted.append(name)
        raise VaultError("no")

    changes: tuple[Callable[[], object], ...] = (
        lambda: add("Eve", note=refuse),
        lambda: staff.remove(folder, "ALI", venue, note=refuse),
        lambda: staff.set_role(folder, "ALI", "lead", venue, note=refuse),
        lambda: staff.change_passphrase(folder, "ALI", SECRET, OTHER, costs=FAST, note=refuse),
    )
    for change in changes:
        with pytest.raises(VaultError):
            change()
    assert noted == ["Eve", "Ali", "Ali", "Ali"]
    assert {file: file.read_bytes() for file in folder.iterdir()} == before


def test_a_refused_change_is_not_noted(folder: Path, venue: str, add: Add) -> None:
    add("Jo", role="lead")
    noted: list[str] = []
    changes: tuple[Callable[[], object], ...] = (
        lambda: add("JO", note=noted.append),
        lambda: staff.remove(folder, "Jo", venue, note=noted.append),
        lambda: staff.set_role(folder, "Jo", "staff", venue, note=noted.append),
        lambda: staff.change_passphrase(folder, "Jo", SECRET, "password1", note=noted.append),
        lambda: staff.change_passphrase(folder, "Jo", OTHER, SECRET, note=noted.append),
    )
    for change in changes:
        with pytest.raises(DeskError):
            change()
    assert noted == []


# -- another passphrase


def test_a_passphrase_is_changed_and_the_old_one_unlocks_no_more(folder: Path, venue: str, add: Add) -> None:
    add("Jo", role="lead")
    [file] = key_files(folder)
    before = json.loads(file.read_bytes())
    assert staff.change_passphrase(folder, "jo", SECRET, OTHER, costs=FAST) == "Jo"
    jo = staff.enter(folder, "Jo", OTHER)
    assert (jo.name, jo.role, jo.identity) == ("Jo", "lead", venue)
    with pytest.raises(PassphraseError):
        staff.enter(folder, "Jo", SECRET)
    after = json.loads(file.read_bytes())
    assert [one for one in before if before[one] != after[one]] == [
        *("serial", "salt", "recipient", "sealed", "own", "vouched")
    ]
    assert key_files(folder) == [file]


def test_a_wrong_passphrase_changes_none(folder: Path, add: Add) -> None:
    add("Jo")
    with pytest.raises(PassphraseError, match="is wrong"):
        staff.change_passphrase(folder, "Jo", OTHER, SECRET, costs=FAST)
    assert staff.enter(folder, "Jo", SECRET).identity
