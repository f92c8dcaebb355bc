"""Known places: introduced once, revoked for good, and vouched for by a lead where there is a desk."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from kiosk import seal
from kiosk.errors import PlaceError
from kiosk.home import Home
from kiosk.places import known
from kiosk.places.known import KnownPlace, introduce, known_places, revoke, unvouched
from kiosk.vault.place import place_id
from tests.kiosk.places.cards import card_of

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
VENUE, NEXT, STRANGER = (seal.identity_from(bytes([number]) * 32) for number in (1, 2, 3))
ELM, OAK = card_of(1), card_of(2, "Oak House", "Oak House", desk=False)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_a_place_is_known_once_it_is_introduced_until_it_is_revoked(home: Home) -> None:
    assert known_places(home) == ()
    introduce(home, OAK, now=NOW)
    introduce(home, ELM, now=NOW, by="Jo Smith")
    revoke(home, OAK, now=LATER)
    assert [(one.card, one.introduced, one.revoked, one.by) for one in known_places(home)] == [
        (ELM, NOW, None, "Jo Smith"),
        (OAK, NOW, LATER, ""),
    ]
    assert home.known_places.stat().st_mode & 0o777 == 0o600


def test_other_keys_of_a_known_place_are_refused_until_it_is_revoked(home: Home) -> None:
    introduce(home, ELM, now=NOW)
    for change in ("verify_key", "transport"):
        other = msgspec.structs.replace(ELM, **{change: getattr(card_of(2), change)})
        with pytest.raises(PlaceError, match=rf"known already, with other keys.*place revoke {ELM.place}"):
            introduce(home, other, now=NOW)
    revoke(home, ELM, now=NOW)
    introduce(home, other, now=LATER)
    assert [(one.card, one.revoked) for one in known_places(home)] == [(other, None)]


def test_the_same_keys_may_come_with_another_name_and_venue_key(home: Home) -> None:
    introduce(home, ELM, now=NOW)
    renamed = msgspec.structs.replace(ELM, name="Elm House, office", venue_key=OAK.venue_key)
    introduce(home, renamed, now=LATER)
    assert [one.card for one in known_places(home)] == [renamed]


def test_the_card_of_this_very_place_is_refused(home: Home) -> None:
    own = msgspec.structs.replace(ELM, place=place_id(home.place))
    with pytest.raises(PlaceError, match="card of this machine itself"):
        introduce(home, own, now=NOW)


def test_a_place_is_found_by_its_id_or_its_name(home: Home) -> None:
    introduce(home, ELM, now=NOW)
    introduce(home, card_of(3, "oak house"), now=NOW)
    introduce(home, OAK, now=NOW)
    assert known.find(home, " ELM house, Reception").card == ELM
    assert known.find(home, OAK.place.upper()).card == OAK
    with pytest.raises(PlaceError, match=rf"Several places.*{OAK.place}"):
        known.find(home, "Oak House")
    with pytest.raises(PlaceError, match="No place 'Ash House' is known"):
        known.find(home, "Ash House")
    with pytest.raises(PlaceError, match="is known"):
        revoke(home, card_of(9), now=NOW)


def changed(home: Home, change: dict[str, object]) -> None:
    """Let somebody who can write to the disk change the first place of the list."""
    held = json.loads(home.known_places.read_text())
    card = {name: value for name, value in change.items() if name in ELM.__struct_fields__}
    held["places"][0]["card"] |= card
    held["places"][0] |= {name: value for name, value in change.items() if name not in card}
    home.known_places.write_text(json.dumps(held))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"transport": OAK.transport}, True),
        ({"verify_key": "A" * 43 + "="}, True),
        ({"desk": False}, True),
        ({"revoked": None}, True),
        ({"by": "Ali Khan"}, True),
        ({"tag": ""}, True),
        ({"name": "Elm House, office", "venue_key": OAK.venue_key}, False),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, dict) else None,
)
def test_what_somebody_changed_in_the_list_is_told_from_what_a_place_may_say(
    home: Home, change: dict[str, object], told: bool
) -> None:
    introduce(home, ELM, now=NOW, identity=VENUE)
    revoke(home, ELM, now=NOW, by="Jo Smith", identity=VENUE)
    assert unvouched(home, VENUE) == ()
    before = known.digest(home)
    changed(home, change)
    assert (unvouched(home, VENUE) != ()) == told
    assert (known.digest(home) != before) == (told and change != {"tag": ""})


def test_a_planted_place_is_named_and_a_change_of_key_does_not_vouch_for_it(home: Home) -> None:
    introduce(home, ELM, now=NOW, identity=VENUE)
    introduce(home, OAK, now=NOW, identity=STRANGER)
    assert unvouched(home, VENUE) == ("Oak House",)
    before = known.digest(home)
    known.vouch_again(home, [VENUE], NEXT)
    assert unvouched(home, NEXT) == ("Oak House",)
    assert unvouched(home, VENUE) == ("Elm House, reception (Elm House)", "Oak House")
    assert known.digest(home) == before
    revoke(home, OAK, now=LATER, identity=NEXT)
    assert unvouched(home, NEXT) == ()


@pytest.mark.parametrize(
    "data",
    [b"", b"{}x", b'{"version":2,"places":[]}', b'{"places":[{}]}', b"\x00" * (9 << 20)],
    ids=["empty", "no JSON", "newer", "half", "huge"],
)
def test_a_list_that_does_not_read_is_no_empty_list(home: Home, data: bytes) -> None:
    introduce(home, ELM, now=NOW, identity=VENUE)
    home.known_places.write_bytes(data)
    with pytest.raises(PlaceError, match="cannot be read"):
        known_places(home)
    with pytest.raises(PlaceError, match="cannot be read"):
        introduce(home, OAK, now=NOW)
    assert known.digest(home) == ""
    known.vouch_again(home, [VENUE], NEXT)
    assert home.known_places.read_bytes() == data


@pytest.mark.parametrize("change", [{"transport": "age1"}, {"name": "\x1b[2J"}, {"venue": "a\u202eb"}])
def test_no_key_and_no_name_in_the_list_is_taken_that_is_none(home: Home, change: dict[str, object]) -> None:
    introduce(home, ELM, now=NOW)
    changed(home, change)
    with pytest.raises(PlaceError, match="cannot be read"):
        known_places(home)


def test_as_many_places_as_may_be_known_fit_into_the_list(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "字" * 80
    largest = KnownPlace(card=card_of(1, name, name), introduced=NOW, by=name, revoked=NOW, tag="f" * 64)
    assert len(msgspec.json.format(msgspec.json.encode(largest))) * known.MOST_PLACES < known.MOST_BYTES
    monkeypatch.setattr(known, "MOST_PLACES", 1)
    introduce(home, ELM, now=NOW)
    with pytest.raises(PlaceError, match="the most"):
        introduce(home, OAK, now=NOW)
