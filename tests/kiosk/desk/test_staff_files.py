"""The files of the staff keys: what they give away, damage, older shapes, and several who change them."""

import json
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.desk import staff, staff_files
from kiosk.desk.staff import Member, Unlocked
from kiosk.errors import PassphraseError, StaffError
from tests.conftest import FAST
from tests.kiosk.desk.conftest import OTHER, SECRET, Add


def damage(folder: Path, name: str, values: dict[str, object]) -> Path:
    """Change values in somebody's file."""
    for file in folder.iterdir():
        key = json.loads(file.read_bytes())
        if key["name"] == name:
            file.write_text(json.dumps(key | values))
            return file
    raise LookupError(name)


def test_no_file_holds_a_key_or_a_passphrase_in_clear(folder: Path, venue: str, add: Add) -> None:
    add("Jo")
    add("Ali", OTHER)
    written = b"".join(file.read_bytes() for file in folder.iterdir())
    sealed = [b64decode(json.loads(file.read_bytes())["sealed"]) for file in folder.iterdir()]
    assert all(one.startswith(b"age-encryption.org/v1\n") for one in sealed)
    for secret in (venue, "AGE-SECRET-KEY", SECRET, OTHER):
        assert secret.lower().encode() not in b"".join([written, *sealed]).lower()
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700


def test_the_same_passphrase_wraps_under_another_salt_each_time(folder: Path, add: Add) -> None:
    add("Jo")
    add("Ali")
    salts = {json.loads(file.read_bytes())["salt"] for file in folder.iterdir()}
    assert len(salts) == 2


@pytest.mark.parametrize(
    "values",
    [
        {"salt": ""},
        {"salt": "AAAA"},
        {"salt": "%"},
        {"sealed": 1},
        {"version": 3},
        {"version": 1},
        {"role": "manager"},
        {"recipient": None},
        {"extra": 1},
        {"name": None},
        {"costs": {"memory_kib": 0}},
        {"costs": {"memory_kib": -1}},
        {"costs": {"memory_kib": 1 << 40}},
        {"costs": {"passes": 1 << 31}},
    ],
)
def test_a_damaged_file_is_named_and_the_others_unlock_still(
    folder: Path, venue: str, add: Add, values: dict[str, object]
) -> None:
    add("Jo")
    add("Ali", OTHER)
    file = damage(folder, "Jo", values)
    with pytest.raises(StaffError, match=file.name):
        staff.unlock(folder, "Jo", SECRET)
    assert staff.unlock(folder, "Ali", OTHER) == venue
    assert staff.names(folder) == ("Ali",)
    with pytest.raises(StaffError, match="the last"):
        staff.remove(folder, "Ali")


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"null", b'{"\xff":1}', b"[" * 100_000])
def test_a_folder_of_damaged_files_alone_says_which(folder: Path, add: Add, content: bytes) -> None:
    add("Jo")
    [file] = folder.iterdir()
    file.write_bytes(content)
    finds: tuple[Callable[[], object], ...] = (
        lambda: staff.names(folder),
        lambda: staff.unlock(folder, "Jo", SECRET),
        lambda: staff.remove(folder, "Jo"),
        lambda: add("Ali"),
    )
    for find in finds:
        with pytest.raises(StaffError, match=file.name):
            find()


def test_a_sealed_part_that_is_damaged_opens_for_nobody(folder: Path, add: Add) -> None:
    add("Jo")
    damage(folder, "Jo", {"sealed": "AAAA"})
    with pytest.raises(PassphraseError):
        staff.unlock(folder, "Jo", SECRET)


def test_a_file_is_told_from_others_and_from_nobodys(folder: Path, add: Add) -> None:
    assert staff_files.file_id(folder, "Jo") == ""
    add("Jo")
    [file] = folder.iterdir()
    assert staff_files.file_id(folder, " JO ") == file.stem
    assert staff_files.file_id(folder, "Ali") == ""


def test_while_somebody_changes_staff_keys_nobody_else_does(folder: Path, add: Add) -> None:
    add("Jo", role="lead")
    add("Ali")
    with staff_files.changing(folder):
        changes: tuple[Callable[[], object], ...] = (
            lambda: add("Eve"),
            lambda: staff.remove(folder, "Ali"),
            lambda: staff.set_role(folder, "Ali", "lead"),
            lambda: staff.change_passphrase(folder, "Ali", SECRET, OTHER, costs=FAST),
        )
        for change in changes:
            with pytest.raises(StaffError, match="at this moment"):
                change()
        assert staff.unlock(folder, "Ali", SECRET)
    assert staff.names(folder) == ("Ali", "Jo")
    assert staff.remove(folder, "Ali") == "Ali"


# -- files of before there were roles


@pytest.fixture
def version_1(folder: Path, add: Add) -> Path:
    """Jo's file as it was."""
    add("Jo")
    [file] = folder.iterdir()
    key = json.loads(file.read_bytes())
    del key["role"], key["recipient"]
    file.write_text(json.dumps(key | {"version": 1}))
    return file


def test_who_could_unlock_before_there_were_roles_is_a_lead(
    folder: Path, venue: str, version_1: Path
) -> None:
    assert staff.members(folder) == (Member("Jo", "lead"),)
    assert staff.enter(folder, "Jo", SECRET) == Unlocked("Jo", "lead", venue)


def test_a_file_of_before_is_completed_at_the_next_unlock_and_not_by_a_wrong_one(
    folder: Path, venue: str, version_1: Path
) -> None:
    before = version_1.read_bytes()
    with pytest.raises(PassphraseError):
        staff.unlock(folder, "Jo", OTHER)
    assert version_1.read_bytes() == before
    staff.unlock(folder, "Jo", SECRET)
    key = json.loads(version_1.read_bytes())
    assert (key["version"], key["role"]) == (2, "lead")
    assert key["recipient"].startswith("age1")
    assert list(folder.iterdir()) == [version_1]
    again = version_1.read_bytes()
    assert staff.unlock(folder, "Jo", SECRET) == venue
    assert version_1.read_bytes() == again


def test_a_file_of_before_unlocks_where_it_cannot_be_completed(
    folder: Path, venue: str, version_1: Path
) -> None:
    before = version_1.read_bytes()
    with staff_files.changing(folder):
        assert staff.unlock(folder, "Jo", SECRET) == venue
    assert version_1.read_bytes() == before


def test_a_file_of_before_takes_a_role_and_a_passphrase(folder: Path, venue: str, version_1: Path) -> None:
    staff.set_role(folder, "Jo", "lead")
    assert json.loads(version_1.read_bytes())["recipient"] == ""
    staff.change_passphrase(folder, "Jo", SECRET, OTHER, costs=FAST)
    assert json.loads(version_1.read_bytes())["recipient"].startswith("age1")
    assert staff.unlock(folder, "Jo", OTHER) == venue
