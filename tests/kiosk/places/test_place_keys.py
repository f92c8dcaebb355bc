"""A place has keys of its own: drawn once, for its owner alone, and made anew where the place is another."""

import re
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from nacl.signing import SigningKey

from kiosk import seal
from kiosk.errors import PlaceError
from kiosk.home import Home
from kiosk.places.place_keys import PlaceKeys, place_keys
from kiosk.vault.place import place_id


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_keys_are_drawn_once_and_are_for_their_owner_alone(home: Home) -> None:
    keys = place_keys(home)
    assert keys.id == place_id(home.place)
    assert place_keys(home) == keys
    assert stat.S_IMODE(home.place_keys.stat().st_mode) == 0o600
    assert place_keys(Home(home.root / "another")).seed != keys.seed


def test_what_others_may_know_comes_from_what_they_may_not(home: Home) -> None:
    keys = place_keys(home)
    assert keys.verify_key == bytes(SigningKey(keys.seed).verify_key)
    assert keys.recipient == seal.recipient_of(keys.transport)
    assert keys.key_id.hex() == keys.id
    assert keys.transport not in repr(keys)
    assert "seed" not in repr(keys)


def test_several_that_need_keys_at_once_get_the_same(home: Home) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert len({keys.seed for keys in pool.map(lambda _: place_keys(home), range(4))}) == 1


def test_another_place_gets_other_keys(home: Home) -> None:
    """As after a restore: neither file is in a backup, and one that somebody copied is another place's."""
    before = place_keys(home)
    home.place.write_text("fedcba9876543210")
    after = place_keys(home)
    assert after.id == "fedcba9876543210"
    assert after.seed != before.seed
    assert after.transport != before.transport
    assert place_keys(home) == after


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:40],
        lambda data: re.sub(rb'"seed":"[^"]+"', b'"seed":"AAAA"', data),
        lambda data: re.sub(rb'"transport":"[^"]+"', b'"transport":"AGE-SECRET-KEY-1"', data),
        lambda data: data.replace(b'"version":1', b'"version":2'),
        lambda _data: b"",
        lambda _data: bytes(1 << 20),
    ],
)
def test_damaged_keys_are_no_reason_to_become_a_stranger_to_all_others(home: Home, damage: object) -> None:
    place_keys(home)
    home.place_keys.write_bytes(damage(home.place_keys.read_bytes()))  # type: ignore[operator]
    with pytest.raises(PlaceError, match="cannot be read") as raised:
        place_keys(home)
    assert str(home.place_keys) in str(raised.value)
    assert "AGE-SECRET" not in str(raised.value)


def test_the_file_says_its_version(home: Home) -> None:
    keys = place_keys(home)
    held = msgspec.json.decode(home.place_keys.read_bytes())
    assert held == {
        "version": 1,
        "place": keys.id,
        "seed": held["seed"],
        "transport": keys.transport,
    }
    assert isinstance(keys, PlaceKeys)
