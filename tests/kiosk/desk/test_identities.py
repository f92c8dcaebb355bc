"""The identities that a venue had before, and which one is its own."""

from pathlib import Path

import pytest

from kiosk import seal
from kiosk.desk import staff
from kiosk.desk.identities import OLDER, require_venue, with_older
from kiosk.errors import StaffError
from tests.kiosk.desk.conftest import SECRET, Add


def test_older_keys_come_with_the_one_in_use_and_not_without_it(folder: Path, venue: str, add: Add) -> None:
    add("Jo")
    older = [seal.new_identity(), seal.new_identity()]
    text = "\n".join([*older, venue]).encode()
    (folder / OLDER).write_bytes(seal.seal(text, (seal.recipient_of(venue),)))
    identities = staff.unlock(folder, "Jo", SECRET)
    assert identities.split("\n") == [venue, *older]
    assert require_venue(identities, seal.recipient_of(older[1])) == older[1]
    assert with_older(folder, older[0]) == older[0]
    assert seal.recipient_of(identities) == seal.recipient_of(venue)
    for identity in older:
        assert seal.open_sealed(seal.seal(b"{}", (seal.recipient_of(identity),)), identities)


@pytest.mark.parametrize("damage", [b"", b"junk", b"age-encryption.org/v1\n"])
def test_damaged_older_keys_keep_nobody_out(folder: Path, venue: str, add: Add, damage: bytes) -> None:
    add("Jo")
    (folder / OLDER).write_bytes(damage)
    assert staff.unlock(folder, "Jo", SECRET) == venue


def test_another_venues_key_is_told(venue: str) -> None:
    with pytest.raises(StaffError, match="another venue"):
        require_venue(venue, seal.recipient_of(seal.new_identity()))
