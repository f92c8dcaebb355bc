"""Staff keys: who can unlock the desk, and what their files give away."""

import json
import unicodedata
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import seal
from kiosk.desk import staff
from kiosk.errors import DeskError, KioskError, PassphraseError, StaffError
from kiosk.seal import Costs
from tests.conftest import FAST

SECRET = "four words of mine"
OTHER = "another four good words"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "staff"


@pytest.fixture
def add(folder: Path, venue: str) -> Callable[..., str]:
    """Add a member of staff at little cost."""

    def add(name: str, passphrase: str = SECRET) -> str:
        return staff.add(folder, name, passphrase, venue, costs=FAST)

    return add


Add = Callable[..., str]


def damage(folder: Path, name: str, values: dict[str, object]) -> Path:
    """Change values in somebody's file."""
    for file in folder.iterdir():
        key = json.loads(file.read_bytes())
        if key["name"] == name:
            file.write_text(json.dumps(key | values))
            return file
    raise LookupError(name)


def test_each_member_of_staff_unlocks_with_their_own_passphrase(folder: Path, venue: str, add: Add) -> None:
    assert add("Jo Smith") == "Jo Smith"
    assert add("Ali Khan", OTHER) == "Ali Khan"
    assert staff.names(folder) == ("Ali Khan", "Jo Smith")
    assert staff.unlock(folder, "Jo Smith", SECRET) == venue
    assert staff.unlock(folder, "Ali Khan", OTHER) == venue


def test_the_shipped_costs_are_those_of_the_design(folder: Path, venue: str) -> None:
    staff.add(folder, "Jo", SECRET, venue)
    [file] = folder.iterdir()
    assert json.loads(file.read_bytes())["costs"] == {"memory_kib": 65536, "passes": 3, "lanes": 1}
    assert staff.unlock(folder, "Jo", SECRET) == venue


@pytest.mark.parametrize(
    "wrong", ["", OTHER, SECRET.upper(), SECRET + " ", SECRET[:-1], "\x00", "\udcff" * 9, "é" * 10_000]
)
def test_a_wrong_passphrase_does_not_unlock(folder: Path, add: Add, wrong: str) -> None:
    add("Jo")
    with pytest.raises(PassphraseError) as caught:
        staff.unlock(folder, "Jo", wrong)
    assert not wrong.strip() or wrong not in str(caught.value)


def test_one_persons_passphrase_does_not_unlock_for_another(folder: Path, add: Add) -> None:
    add("Jo")
    add("Ali", OTHER)
    with pytest.raises(PassphraseError):
        staff.unlock(folder, "Ali", SECRET)


def test_a_passphrase_is_the_same_however_its_accents_are_typed(folder: Path, venue: str, add: Add) -> None:
    composed = unicodedata.normalize("NFC", "café crème brûlée")
    apart = unicodedata.normalize("NFD", composed)
    assert composed != apart
    add("Jo", composed)
    add("Ali", apart)
    for name in ("Jo", "Ali"):
        assert staff.unlock(folder, name, composed) == staff.unlock(folder, name, apart) == venue


@given(st.text(min_size=8, max_size=30))
def test_any_passphrase_that_is_text_unlocks(
    tmp_path_factory: pytest.TempPathFactory, passphrase: str
) -> None:
    folder, identity = tmp_path_factory.mktemp("staff"), seal.new_identity()
    staff.add(folder, "Jo", passphrase, identity, costs=FAST)
    assert staff.unlock(folder, "Jo", passphrase) == identity


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
    assert staff.unlock(folder, taken, SECRET)


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
    assert sorted(tmp_path.rglob("*")) == [folder, *sorted(folder.iterdir())]
    [file] = folder.iterdir()
    assert len(file.stem) == 16
    assert bytes.fromhex(file.stem)
    assert staff.unlock(folder, name, SECRET) == staff.unlock(folder, kept, SECRET) == venue


@given(st.text(st.characters(), min_size=1, max_size=90))
def test_whoever_is_added_is_found_by_the_name_that_was_typed_and_by_the_one_in_the_list(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    folder = tmp_path_factory.mktemp("staff")
    try:
        kept = staff.add(folder, name, SECRET, "the key", costs=FAST)
    except StaffError:
        return
    assert staff.names(folder) == (kept,)
    assert kept.isprintable()
    assert len(kept) <= staff.NAME_LIMIT
    assert staff.unlock(folder, name, SECRET) == staff.unlock(folder, kept, SECRET) == "the key"


def test_a_long_name_that_is_cut_at_a_space_still_unlocks(folder: Path, venue: str, add: Add) -> None:
    kept = add("x" * 59 + " Smith")
    assert staff.unlock(folder, kept, SECRET) == venue


def test_somebody_who_is_removed_unlocks_no_more(folder: Path, venue: str, add: Add) -> None:
    add("Jo")
    add("Ali", OTHER)
    assert staff.remove(folder, "ALI") == "Ali"
    assert staff.names(folder) == ("Jo",)
    with pytest.raises(StaffError, match="Nobody of that name"):
        staff.unlock(folder, "Ali", OTHER)
    assert staff.unlock(folder, "Jo", SECRET) == venue
    add("Ali", "quite new words")
    assert staff.unlock(folder, "Ali", "quite new words") == venue


def test_the_last_who_can_unlock_cannot_be_removed(folder: Path, venue: str, add: Add) -> None:
    add("Jo")
    with pytest.raises(StaffError, match="Jo is the last"):
        staff.remove(folder, "jo")
    assert staff.unlock(folder, "Jo", SECRET) == venue


def test_nobody_is_found_where_there_is_nobody(folder: Path) -> None:
    assert staff.names(folder) == ()
    with pytest.raises(StaffError, match="Nobody of that name"):
        staff.unlock(folder, "Jo", SECRET)
    with pytest.raises(StaffError, match="Nobody of that name"):
        staff.remove(folder, "Jo")


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
        {"version": 2},
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


def test_a_machine_short_of_memory_says_so_and_blames_no_passphrase(folder: Path, venue: str) -> None:
    starved = Costs(memory_kib=2**32 - 1, passes=1, lanes=1)
    with pytest.raises(DeskError, match="short of memory") as caught:
        staff.add(folder, "Jo", SECRET, venue, costs=starved)
    assert not isinstance(caught.value, PassphraseError)
    assert isinstance(caught.value, KioskError)


def test_a_dropped_file_is_gone(folder: Path, add: Add) -> None:
    add("Jo")
    [file] = folder.iterdir()
    staff.drop(file)
    assert list(folder.iterdir()) == []
