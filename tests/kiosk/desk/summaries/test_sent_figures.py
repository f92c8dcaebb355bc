"""Figures on their way between desks: to whom they are sealed, and what of them is added."""

from pathlib import Path

import pytest

from kiosk import seal
from kiosk.dates import now
from kiosk.desk.summaries.sent_figures import came, offer
from kiosk.errors import SealError
from kiosk.home import Home
from kiosk.places import known
from kiosk.places.ledger import Ledger
from kiosk.places.place_keys import place_keys
from tests.kiosk.desk.summaries.many import key_of
from tests.kiosk.desk.summaries.sent import comes, figures, knows

OWN, ELM, OAK = map(key_of, ("own", "elm", "oak"))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.root.mkdir()
    return home


def offered(home: Home) -> dict[str, bytes]:
    return Ledger(home.places).figures(place_keys(home).id)


def test_only_the_desks_of_other_venues_can_open_what_is_offered(home: Home) -> None:
    knows(home, "a kiosk of this venue", OWN)
    offer(home, OWN, figures("2026-Q3"))
    knows(home, "elm without a desk", OAK, desk=False)
    offer(home, OWN, figures("2026-Q3"))
    assert offered(home) == {}
    knows(home, "elm", ELM)
    offer(home, OWN, figures("2026-Q2", "2026-Q3"))
    before = offered(home)
    assert [name.split(".")[0] for name in before] == ["2026-Q2", "2026-Q3"]
    for sealed in before.values():
        assert b"figures of a venue" not in sealed
        assert b"figures of a venue" in seal.open_sealed(sealed, ELM)
        for key in (OWN, OAK, place_keys(home).transport):
            with pytest.raises(SealError):
                seal.open_sealed(sealed, key)


def test_what_is_offered_stays_until_another_venue_is_known(home: Home) -> None:
    knows(home, "elm", ELM)
    offer(home, OWN, figures("2026-Q3"))
    before = offered(home)
    offer(home, OWN, figures("2026-Q3"))
    assert offered(home) == before
    knows(home, "oak", OAK)
    offer(home, OWN, figures("2026-Q3"))
    after = offered(home)
    assert (len(after), after.keys() & before.keys()) == (1, set())
    for sealed in after.values():
        assert seal.open_sealed(sealed, OAK)


def test_nothing_is_offered_where_no_place_is_known(home: Home) -> None:
    offer(home, OWN, figures("2026-Q3"))
    assert not home.places.exists()


def test_each_venue_counts_once_however_many_desks_it_has(home: Home) -> None:
    first, second = (knows(home, f"elm {number}", ELM) for number in (1, 2))
    comes(home, first, figures("2026-Q3", venue="Elm House"))
    comes(home, second, figures("2026-Q2", "2026-Q3", venue="Elm"))
    comes(home, knows(home, "oak", OAK), figures("2025", venue="Oak House"))
    assert came(home, OWN) == (
        figures("2026-Q2", "2026-Q3", venue="Elm House"),
        figures("2025", venue="Oak House"),
    )


def test_what_is_counted_here_revoked_or_does_not_open_is_left_out(home: Home) -> None:
    elm, oak = knows(home, "elm", ELM), knows(home, "oak", OAK)
    comes(home, elm, figures("2026-Q3", venue="Elm House"))
    comes(home, oak, figures("2026-Q3", venue="Oak House"))
    comes(home, oak, figures("2026-Q2", venue="Oak House"), to=seal.recipient_of(ELM))
    Ledger(home.places).note_figures(oak.place, "2026-Q1.0123456789abcdef", b"torn")
    assert [one.venue for one in came(home, f"{OWN}\n{ELM}")] == ["Oak House"]
    assert [one.missing(one.quarters[0].parts()) for one in came(home, OWN)] == [[], []]
    known.revoke(home, oak, now=now())
    assert [one.venue for one in came(home, OWN)] == ["Elm House"]
