"""The files of the staff keys: what they give away, damage, and several who change them."""

import json
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.desk.keys import staff, staff_files
from kiosk.errors import PassphraseError, StaffError
from tests.conftest import FAST
from tests.kiosk.desk.conftest import OTHER, SECRET, Add, key_file, key_files


def damage(folder: Path, name: str, values: dict[str, object]) -> Path:
    """Change values in somebody's file."""
    file = key_file(folder, name)
    file.write_text(json.dumps(json.loads(file.read_bytes()) | values))
    return file


def test_no_file_holds_a_key_or_a_passphrase_in_clear(folder: Path, venue: str, add: Add) -> None:
    add("Jo")
    add("Ali", OTHER)
    written = b"".join(file.read_bytes() for file in folder.iterdir())
    sealed = [b64decode(json.loads(file.read_bytes())["sealed"]) for file in key_files(folder)]
    assert all(one.startswith(b"age-encryption.org/v1\n") for one in sealed)
    for secret in (venue, "AGE-SECRET-KEY", SECRET, OTHER):
        assert secret.lower().encode() not in b"".join([written, *sealed]).lower()
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700


def test_the_same_passphrase_wraps_under_another_salt_each_time(folder: Path, add: Add) -> None:
    add("Jo")
    add("Ali")
    salts = {json.loads(file.read_bytes())["salt"] for file in key_files(folder)}
    assert len(salts) == 2


@pytest.mark.parametrize(
    "values",
    [
        {"salt": ""},
        {"salt": "AAAA"},
        {"salt": "%"},
        {"sealed": 1},
        {"version": 4},
        {"version": 2},
        {"version": 1},
        {"serial": 0},
        {"own": "0"},
        {"letters": [{"sealed": ""}]},
        {"vouched": {"age1": "0"}},
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
        staff.remove(folder, "Jo", venue)
    # A stranger at the desk is told neither of the file nor that it may be Jo's.
    with pytest.raises(PassphraseError) as caught:
        staff.enter(folder, "Jo", SECRET)
    assert file.name not in str(caught.value)
    assert staff.enter(folder, "Ali", OTHER).identity == venue
    assert staff.names(folder) == ("Ali",)
    with pytest.raises(StaffError, match="the last"):
        staff.remove(folder, "Ali", venue)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"null", b'{"\xff":1}', b"[" * 100_000])
def test_a_folder_of_damaged_files_alone_says_which(
    folder: Path, venue: str, add: Add, content: bytes
) -> None:
    add("Jo")
    [file] = key_files(folder)
    file.write_bytes(content)
    finds: tuple[Callable[[], object], ...] = (
        lambda: staff.names(folder),
        lambda: staff.remove(folder, "Jo", venue),
        lambda: add("Ali"),
    )
    for find in finds:
        with pytest.raises(StaffError, match=file.name):
            find()
    with pytest.raises(PassphraseError):
        staff.enter(folder, "Jo", SECRET)


def test_a_sealed_part_that_is_damaged_opens_for_nobody(folder: Path, add: Add) -> None:
    add("Jo")
    damage(folder, "Jo", {"sealed": "AAAA"})
    with pytest.raises(PassphraseError):
        staff.enter(folder, "Jo", SECRET)


def test_while_somebody_changes_staff_keys_nobody_else_does(folder: Path, venue: str, add: Add) -> None:
    add("Jo", role="lead")
    add("Ali")
    with staff_files.changing(folder):
        changes: tuple[Callable[[], object], ...] = (
            lambda: add("Eve"),
            lambda: staff.remove(folder, "Ali", venue),
            lambda: staff.set_role(folder, "Ali", "lead", venue),
            lambda: staff.change_passphrase(folder, "Ali", SECRET, OTHER, costs=FAST),
        )
        for change in changes:
            with pytest.raises(StaffError, match="at the moment"):
                change()
        assert staff.enter(folder, "Ali", SECRET).identity
    assert staff.names(folder) == ("Ali", "Jo")
    assert staff.remove(folder, "Ali", venue) == "Ali"
