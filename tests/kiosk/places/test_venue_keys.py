"""To whom a further page is sealed: to the venue of its entry, where a known place is of that venue."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from kiosk.dates import now
from kiosk.home import Home
from kiosk.places import known
from kiosk.places.ledger import Ledger, Received, key_item
from kiosk.places.manifest import NewKey
from kiosk.places.venue_keys import venue_key_of
from tests.kiosk.places.cards import card_of
from tests.kiosk.sealed import reader_of

OWN, THEIRS, NEWER, STRANGE = map(reader_of, (1, 2, 3, 4))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    known.introduce(home, replace(card_of(), venue_key=THEIRS, desk=True), now=now())
    return home


def test_a_known_venue_keeps_its_entries_and_a_strange_key_gets_none(home: Home) -> None:
    assert venue_key_of(home, THEIRS, OWN) == THEIRS
    assert venue_key_of(home, STRANGE, OWN) == OWN


def test_of_a_venue_whose_desk_told_of_a_new_key_that_counts(home: Home) -> None:
    letter = NewKey(key=NEWER, since=now())
    received = Received(
        place=card_of().place, number=3, at=now(), made=now(), route="", before=0, manifest="", items=()
    )
    ledger = Ledger(home.places)
    ledger.note_received(replace(received, items=(key_item(letter),)))
    ledger.note_received(replace(received, number=4))
    assert venue_key_of(home, THEIRS, OWN) == venue_key_of(home, NEWER, OWN) == NEWER


def test_a_revoked_place_and_a_list_that_does_not_read_count_for_nothing(home: Home) -> None:
    known.revoke(home, card_of(), now=now())
    assert venue_key_of(home, THEIRS, OWN) == OWN
    home.known_places.write_text("damaged")
    assert venue_key_of(home, THEIRS, OWN) == OWN
