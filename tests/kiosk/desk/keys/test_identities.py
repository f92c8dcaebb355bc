"""The identities that a venue had before: what opens what, and who vouches for them."""

import re
from pathlib import Path

import pytest

from kiosk import seal
from kiosk.desk.keys.identities import OLDER, fingerprint, identity_for, with_older, write_older
from kiosk.errors import StaffError

THIEF = seal.new_identity()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "staff"
    folder.mkdir()
    return folder


@pytest.fixture
def older() -> list[str]:
    return [seal.new_identity(), seal.new_identity()]


def planted(folder: Path, text: str, *readers: str) -> None:
    """Put older keys there as anybody can who knows a public key."""
    (folder / OLDER).write_bytes(
        seal.seal(text.encode(), [seal.recipient_of(one) for one in readers], block=1)
    )


def test_older_keys_come_with_the_one_in_use(folder: Path, venue: str, older: list[str]) -> None:
    assert with_older(folder, venue) == venue
    write_older(folder, older, venue)
    identities = with_older(folder, venue)
    assert identities.split("\n") == [venue, *older]
    for identity in older:
        assert seal.open_sealed(seal.seal(b"{}", (seal.recipient_of(identity),)), identities)


def test_no_key_is_there_in_clear_and_the_age_tool_takes_them(
    folder: Path, venue: str, older: list[str]
) -> None:
    write_older(folder, older, venue)
    data = (folder / OLDER).read_bytes()
    assert b"AGE-SECRET-KEY" not in data
    lines = seal.open_sealed(data, venue).decode().splitlines()
    assert [line for line in lines if not line.startswith("#")] == older


def test_while_the_key_is_changed_both_keys_have_them(folder: Path, venue: str, older: list[str]) -> None:
    now = seal.new_identity()
    write_older(folder, [venue, *older], now, venue)
    assert with_older(folder, now).split("\n") == [now, venue, *older]
    assert with_older(folder, venue).split("\n") == [venue, *older]


def test_a_key_that_was_had_before_does_not_bring_those_after_it(
    folder: Path, venue: str, older: list[str]
) -> None:
    write_older(folder, older, venue)
    with pytest.raises(StaffError, match="it is not used"):
        with_older(folder, older[0])


@pytest.mark.parametrize("damage", [b"", b"junk", b"age-encryption.org/v1\n"])
def test_damaged_older_keys_are_told_with_what_to_do(folder: Path, venue: str, damage: bytes) -> None:
    (folder / OLDER).write_bytes(damage)
    with pytest.raises(StaffError, match="Put back the copy from a backup, or move it away") as told:
        with_older(folder, venue)
    assert str(folder / OLDER) in str(told.value)


def test_planted_older_keys_are_refused(folder: Path, venue: str, older: list[str]) -> None:
    write_older(folder, older, venue)
    ours = seal.open_sealed((folder / OLDER).read_bytes(), venue).decode()
    tag = ours.split("\n", 1)[0]
    write_older(folder, older, THIEF)
    theirs = seal.open_sealed((folder / OLDER).read_bytes(), THIEF).decode()
    for text in (
        "",
        f"{THIEF}\n",
        f"{tag}\n{THIEF}\n",
        f"{ours}{THIEF}\n",
        ours.replace(f"{older[0]}\n", ""),
        ours.replace(older[0], THIEF),
        f"{tag}\n{older[1]}\n{older[0]}\n",
        theirs,
        theirs.replace(seal.recipient_of(THIEF), seal.recipient_of(venue)),
        "\udcff",
    ):
        (folder / OLDER).write_bytes(
            seal.seal(text.encode(errors="surrogateescape"), (seal.recipient_of(venue),), block=1)
        )
        with pytest.raises(StaffError, match="it is not used"):
            with_older(folder, venue)
    planted(folder, ours, venue)
    assert with_older(folder, venue).split("\n") == [venue, *older]


def test_the_identity_of_a_recipient_is_found_among_several_and_that_of_another_is_not(
    venue: str, older: list[str]
) -> None:
    identities = "\n".join([venue, *older])
    for identity in (venue, *older):
        assert identity_for(seal.recipient_of(identity), identities) == identity
    assert identity_for(seal.recipient_of(THIEF), identities) is None


def test_a_fingerprint_is_short_the_same_each_time_and_another_for_another_key(venue: str) -> None:
    key = seal.recipient_of(venue)
    assert re.fullmatch(r"(?:[0-9A-F]{4} ){4}[0-9A-F]{4}", fingerprint(key))
    assert fingerprint(key) == fingerprint(key)
    assert fingerprint(key) != fingerprint(seal.recipient_of(THIEF))
