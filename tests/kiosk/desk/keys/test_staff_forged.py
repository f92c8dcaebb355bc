"""Staff keys and their roster, changed by somebody who can write to the disk and has the venue's public key.

Whatever they put there lets nobody in, and is named to those who come in.
"""

import json
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk import mac, seal
from kiosk.desk.keys import staff, staff_files
from kiosk.desk.keys.staff_files import ROSTER, STAFF_LETTER, StaffKey
from kiosk.errors import DeskError, PassphraseError, SealError, StaffError
from kiosk.seal import Costs
from tests.conftest import FAST
from tests.kiosk.desk.conftest import OTHER, SECRET, Add, key_file, key_files

THIEF = seal.new_identity()
THEIRS = "kettle biplane walnut sextant"
"""A passphrase of the thief's own."""

Key = dict[str, Any]


def changed(folder: Path, name: str, change: Callable[[Key], Key]) -> None:
    """Change somebody's file as whoever can write to the disk."""
    file = key_file(folder, name)
    file.write_text(json.dumps(change(json.loads(file.read_bytes()))))


def b64(data: bytes) -> str:
    return b64encode(data).decode()


def sealed_to(key: Key, identity: str) -> str:
    """Return an identity sealed to somebody's key, as anybody can: it stands in their file."""
    return b64(seal.seal(identity.encode(), (key["recipient"],)))


def vouched_by_thief(file: Path) -> None:
    """Let the thief's key vouch for a file too, in the roster as well."""
    key = msgspec.json.decode(file.read_bytes(), type=StaffKey)
    staff_files.write(file, key, THIEF)
    staff_files.write_roster(file.parent, {file.stem: key.serial}, 9, THIEF)


def is_set_aside(folder: Path, venue: str, *names: str) -> None:
    assert staff_files.set_aside(folder, venue) == names
    left = {"Jo", "Ali"} - set(names)
    assert {one.name for one in staff.members(folder, venue)} == left
    for name in names:
        assert staff.role_of(folder, name, venue) is None


CHANGES: dict[str, Callable[[Key], Key]] = {
    "a lead's role": lambda key: key | {"role": "lead"},
    "another version of the file": lambda key: key | {"serial": 2},
    "a version far ahead": lambda key: key | {"serial": 9},
    "another salt": lambda key: key | {"salt": b64(bytes(16))},
    "other costs": lambda key: key | {"costs": key["costs"] | {"passes": key["costs"]["passes"] + 1}},
    "another recipient": lambda key: key | {"recipient": seal.recipient_of(THIEF)},
    "another venue's key, sealed to them": lambda key: key | {"sealed": sealed_to(key, THIEF)},
    "what does not open": lambda key: key | {"sealed": b64(b"junk")},
    "no own tag": lambda key: key | {"own": ""},
    "another own tag": lambda key: key | {"own": "0" * 64},
    "a letter without a tag": lambda key: key | {"letters": [{"sealed": sealed_to(key, THIEF), "tag": ""}]},
    "a letter with a tag of the thief's": lambda key: (
        key
        | {
            "letters": [
                {
                    "sealed": sealed_to(key, THIEF),
                    "tag": mac.tag(mac.key_from(THIEF, STAFF_LETTER), sealed_to(key, THIEF)),
                }
            ]
        }
    ),
    "vouched for by nobody": lambda key: key | {"vouched": {}},
    "vouched for by somebody else": lambda key: key | {"vouched": {seal.recipient_of(THIEF): "0" * 64}},
    "vouched for with an empty tag": lambda key: key | {"vouched": dict.fromkeys(key["vouched"], "")},
    "vouched for with another tag": lambda key: key | {"vouched": dict.fromkeys(key["vouched"], "0" * 64)},
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_file_that_was_changed_in_any_field_lets_nobody_in_and_is_named(
    staffed: Path, venue: str, what: str
) -> None:
    before = key_file(staffed, "Ali").read_bytes()
    changed(staffed, "Ali", CHANGES[what])
    with pytest.raises((StaffError, PassphraseError)):
        staff.enter(staffed, "Ali", OTHER)
    is_set_aside(staffed, venue, "Ali")
    assert staff.enter(staffed, "Jo", SECRET).role == "lead"
    key_file(staffed, "Ali").write_bytes(before)
    is_set_aside(staffed, venue)
    assert staff.enter(staffed, "Ali", OTHER).identity == venue


def test_another_name_on_a_file_lets_nobody_in_under_either(staffed: Path, venue: str) -> None:
    changed(staffed, "Ali", lambda key: key | {"name": "Eve"})
    for name in ("Ali", "Eve"):
        with pytest.raises((StaffError, PassphraseError)):
            staff.enter(staffed, name, OTHER)
    assert staff_files.set_aside(staffed, venue) == ("Eve",)
    assert [one.name for one in staff.members(staffed, venue)] == ["Jo"]


@pytest.fixture(scope="module")
def jo_alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("staff")
    staff.add(folder, "Jo", SECRET, THIEF, costs=FAST)
    return folder


@given(st.integers(0, 10_000), st.integers(32, 126))
@settings(max_examples=60)
def test_whatever_byte_of_a_file_is_another_nobody_is_let_in_as_somebody_else(
    jo_alone: Path, place: int, byte: int
) -> None:
    folder = jo_alone
    [file] = key_files(folder)
    before, whole = staff.enter(folder, "Jo", SECRET), file.read_bytes()
    place %= len(whole)
    file.write_bytes(whole[:place] + bytes([byte]) + whole[place + 1 :])
    try:
        assert staff.enter(folder, "Jo", SECRET) == before
    except DeskError:
        assert file.read_bytes() != whole
    file.write_bytes(whole)
    assert staff.enter(folder, "Jo", SECRET) == before


def test_two_files_that_changed_places_let_neither_in(staffed: Path, venue: str) -> None:
    jo, ali = key_file(staffed, "Jo"), key_file(staffed, "Ali")
    theirs = jo.read_bytes(), ali.read_bytes()
    ali.write_bytes(theirs[0])
    jo.write_bytes(theirs[1])
    for name, passphrase in (("Jo", SECRET), ("Ali", OTHER)):
        with pytest.raises(PassphraseError):
            staff.enter(staffed, name, passphrase)
    assert sorted(staff_files.set_aside(staffed, venue)) == ["Ali", "Jo"]
    assert staff.members(staffed, venue) == ()


def test_what_is_sealed_for_one_opens_for_no_other(staffed: Path, venue: str) -> None:
    """Whoever knows their own passphrase makes all of their own file anew, but for the tag of the venue."""
    jo = json.loads(key_file(staffed, "Jo").read_bytes())
    changed(staffed, "Ali", lambda key: jo | {"name": "Ali"})
    with pytest.raises(PassphraseError):
        staff.enter(staffed, "Ali", SECRET)
    assert staff_files.set_aside(staffed, venue) == ("Ali",)


Step = Callable[[Path, str], object]
LATER: dict[str, tuple[Step, str]] = {
    "another passphrase": (
        lambda folder, _: staff.change_passphrase(folder, "Ali", OTHER, THEIRS, costs=FAST),
        THEIRS,
    ),
    "another role": (lambda folder, venue: staff.set_role(folder, "Ali", "staff", venue), OTHER),
    "removal": (lambda folder, venue: staff.remove(folder, "Ali", venue), ""),
}


@pytest.mark.parametrize("what", LATER)
def test_an_older_version_of_a_file_that_is_put_back_lets_nobody_in_and_is_named(
    staffed: Path, venue: str, what: str
) -> None:
    later, passphrase = LATER[what]
    staff.set_role(staffed, "Ali", "lead", venue)
    file = key_file(staffed, "Ali")
    before = file.read_bytes()
    later(staffed, venue)
    now = file.read_bytes() if file.exists() else b""
    file.write_bytes(before)
    with pytest.raises(StaffError, match="changed outside the desk"):
        staff.enter(staffed, "Ali", OTHER)
    is_set_aside(staffed, venue, "Ali")
    if now:
        file.write_bytes(now)
        assert staff.enter(staffed, "Ali", passphrase).identity == venue
        is_set_aside(staffed, venue)


def test_a_copy_of_a_file_under_another_name_of_file_lets_nobody_in(staffed: Path, venue: str) -> None:
    ali = key_file(staffed, "Ali")
    copy = staffed / f"{'0' * 16}.json"
    copy.write_bytes(ali.read_bytes())
    assert staff_files.set_aside(staffed, venue) == ("Ali",)
    assert staff.enter(staffed, "Ali", OTHER).identity == venue
    ali.unlink()
    with pytest.raises(PassphraseError):
        staff.enter(staffed, "Ali", OTHER)


def planted(folder: Path, elsewhere: Path, name: str, byte: int = 0, **more: Any) -> Path:
    """Put a file there that somebody made for themselves, over an own venue's key."""
    staff.add(
        elsewhere, name, THEIRS, THIEF, costs=FAST, random_bytes=lambda count: bytes([byte]) * count, **more
    )
    [made] = key_files(elsewhere)
    made.rename(folder / made.name)
    return folder / made.name


@pytest.mark.parametrize("byte", [0, 255])
def test_a_planted_file_with_the_same_name_lets_nobody_in_keeps_nobody_out_and_is_named(
    staffed: Path, tmp_path: Path, venue: str, byte: int
) -> None:
    planted(staffed, tmp_path / "elsewhere", "Jo", byte, role="lead")
    with pytest.raises(StaffError):
        staff.enter(staffed, "Jo", THEIRS)
    assert staff.enter(staffed, "Jo", SECRET).identity == venue
    assert staff_files.set_aside(staffed, venue) == ("Jo",)
    assert [one.name for one in staff.members(staffed, venue)] == ["Ali", "Jo"]


def test_a_planted_file_that_takes_more_memory_than_there_is_keeps_nobody_out_and_gives_no_more_tries(
    staffed: Path, tmp_path: Path, venue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A try for which there was not enough memory does not count as wrong, and nobody may have it so."""
    whole = seal.stretch

    def stretch(secret: str, salt: bytes, length: int, costs: Costs) -> bytes:
        if costs.memory_kib > FAST.memory_kib:
            raise SealError("This machine is short of memory.")
        return whole(secret, salt, length, costs)

    file = planted(staffed, tmp_path / "elsewhere", "Jo")
    costs = {"memory_kib": 1024 * 1024, "passes": 1, "lanes": 1}
    file.write_text(json.dumps(json.loads(file.read_bytes()) | {"costs": costs}))
    monkeypatch.setattr(seal, "stretch", stretch)
    assert staff.enter(staffed, "Jo", SECRET).identity == venue
    with pytest.raises(PassphraseError):
        staff.enter(staffed, "Jo", OTHER)


def test_a_planted_file_and_a_planted_roster_open_no_desk_of_this_venue(
    staffed: Path, tmp_path: Path, venue: str
) -> None:
    """They let their maker into a desk of an own key, which opens nothing here; all others are told."""
    ours = (staffed / ROSTER).read_bytes()
    vouched_by_thief(planted(staffed, tmp_path / "elsewhere", "Eve"))
    assert staff.enter(staffed, "Eve", THEIRS).identity == THIEF
    with pytest.raises(StaffError, match="recovery sheet"):
        staff.enter(staffed, "Jo", SECRET)
    (staffed / ROSTER).write_bytes(ours)
    assert staff.enter(staffed, "Jo", SECRET).identity == venue
    assert staff_files.set_aside(staffed, venue) == ("Eve",)


def test_a_file_that_cannot_be_read_is_named_by_its_own_name(staffed: Path, venue: str) -> None:
    (staffed / "strange\u202e.json").write_bytes(b"junk")
    assert staff_files.set_aside(staffed, venue) == ("strange.json",)


def test_whoever_is_set_aside_is_removed_and_can_be_added_again(
    staffed: Path, tmp_path: Path, venue: str, add: Add
) -> None:
    planted(staffed, tmp_path / "elsewhere", "Eve", role="lead")
    changed(staffed, "Ali", CHANGES["a lead's role"])
    assert staff_files.set_aside(staffed, venue) == ("Eve", "Ali")
    for name in ("EVE", "Ali"):
        staff.remove(staffed, name, venue)
    assert staff_files.set_aside(staffed, venue) == ()
    add("Ali", OTHER)
    assert staff.enter(staffed, "Ali", OTHER).role == "staff"


# -- the roster


def roster(folder: Path, change: Callable[[Key], Key]) -> bytes:
    return json.dumps(change(json.loads((folder / ROSTER).read_bytes()))).encode()


ROSTERS: dict[str, Callable[[Path], bytes]] = {
    "junk": lambda _: b"junk",
    "no text": lambda _: b'{"members":{"\xff":1}}',
    "deep": lambda _: b'{"members":' + b"[" * 100_000,
    "empty": lambda _: b"",
    "another version": lambda folder: roster(folder, lambda told: told | {"version": 2}),
    "another number": lambda folder: roster(folder, lambda told: told | {"number": 99}),
    "somebody more": lambda folder: roster(
        folder, lambda told: told | {"members": told["members"] | {"0" * 16: 1}}
    ),
    "somebody less": lambda folder: roster(
        folder, lambda told: told | {"members": dict(list(told["members"].items())[1:])}
    ),
    "other versions": lambda folder: roster(
        folder, lambda told: told | {"members": dict.fromkeys(told["members"], 0)}
    ),
    "no tag": lambda folder: roster(folder, lambda told: told | {"vouched": {}}),
    "an empty tag": lambda folder: roster(
        folder, lambda told: told | {"vouched": dict.fromkeys(told["vouched"], "")}
    ),
    "another tag": lambda folder: roster(
        folder, lambda told: told | {"vouched": dict.fromkeys(told["vouched"], "0" * 64)}
    ),
    "a tag more": lambda folder: roster(
        folder, lambda told: told | {"vouched": told["vouched"] | {seal.recipient_of(THIEF): "0" * 64}}
    ),
    "the tag of somebody else": lambda folder: roster(
        folder, lambda told: told | {"vouched": {seal.recipient_of(THIEF): "0" * 64}}
    ),
}


def nobody_is_let_in(folder: Path, venue: str) -> None:
    looks: tuple[Callable[[], object], ...] = (
        lambda: staff.enter(folder, "Jo", SECRET),
        lambda: staff.enter(folder, "Ali", OTHER),
        lambda: staff.members(folder, venue),
        lambda: staff.role_of(folder, "Jo", venue),
        lambda: staff_files.set_aside(folder, venue),
        lambda: staff.remove(folder, "Ali", venue),
        lambda: staff.set_role(folder, "Ali", "lead", venue),
        lambda: staff.change_passphrase(folder, "Jo", SECRET, THEIRS, costs=FAST),
    )
    for look in looks:
        with pytest.raises(StaffError, match="recovery sheet"):
            look()


@pytest.mark.parametrize("what", ROSTERS)
def test_where_the_roster_was_changed_nobody_is_let_in_and_that_is_said(
    staffed: Path, venue: str, what: str
) -> None:
    file = staffed / ROSTER
    before = file.read_bytes()
    file.write_bytes(ROSTERS[what](staffed))
    nobody_is_let_in(staffed, venue)
    file.write_bytes(before)
    assert staff.enter(staffed, "Jo", SECRET).identity == venue


def test_where_the_roster_is_gone_nobody_is_let_in_or_added(staffed: Path, venue: str, add: Add) -> None:
    (staffed / ROSTER).unlink()
    nobody_is_let_in(staffed, venue)
    with pytest.raises(StaffError, match="recovery sheet"):
        add("Eve")


def test_another_venues_roster_lets_nobody_in(staffed: Path, tmp_path: Path, venue: str) -> None:
    other = tmp_path / "other"
    staff.add(other, "Jo", SECRET, THIEF, costs=FAST)
    (staffed / ROSTER).write_bytes((other / ROSTER).read_bytes())
    nobody_is_let_in(staffed, venue)


def test_an_older_roster_does_not_list_who_came_or_changed_since(staffed: Path, venue: str, add: Add) -> None:
    """That it is older is told by the stock that the desk takes."""
    before = (staffed / ROSTER).read_bytes()
    add("Eve", THEIRS)
    staff.set_role(staffed, "Ali", "lead", venue)
    staff.set_role(staffed, "Ali", "staff", venue)
    (staffed / ROSTER).write_bytes(before)
    for name, passphrase in (("Eve", THEIRS), ("Ali", OTHER)):
        with pytest.raises(StaffError, match="changed outside the desk"):
            staff.enter(staffed, name, passphrase)
    assert sorted(staff_files.set_aside(staffed, venue)) == ["Ali", "Eve"]


def test_with_the_recovery_sheet_a_roster_begins_again_with_nobody_and_a_higher_number(
    staffed: Path, venue: str, add: Add
) -> None:
    (staffed / ROSTER).write_bytes(b"junk")
    staff.let_in_again(staffed, venue, 41)
    assert staff.members(staffed, venue) == ()
    assert staff_files.roster_of(staffed, venue).number == 42
    assert sorted(staff_files.set_aside(staffed, venue)) == ["Ali", "Jo"]
    add("Kim", THEIRS, role="lead")
    assert staff.enter(staffed, "Kim", THEIRS).identity == venue
    for name in ("Jo", "Ali"):
        staff.remove(staffed, name, venue)
    assert staff.names(staffed) == ("Kim",)


def test_with_the_recovery_sheet_a_good_roster_stays_and_an_older_one_does_not(
    staffed: Path, venue: str
) -> None:
    before = (staffed / ROSTER).read_bytes()
    number = staff_files.roster_of(staffed, venue).number
    staff.let_in_again(staffed, venue, number)
    assert (staffed / ROSTER).read_bytes() == before
    staff.let_in_again(staffed, venue, number + 1)
    assert staff.members(staffed, venue) == ()
    assert staff_files.roster_of(staffed, venue).number == number + 2
