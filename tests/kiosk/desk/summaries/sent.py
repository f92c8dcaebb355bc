"""Figures that other places have sent."""

from msgspec.structs import replace

from kiosk import seal
from kiosk.dates import now
from kiosk.desk.summaries.figures import Figures
from kiosk.desk.summaries.venues import VenueFigures, to_bytes
from kiosk.home import Home
from kiosk.places import known
from kiosk.places.card import Card
from kiosk.places.ledger import Ledger
from kiosk.places.place_keys import place_keys
from tests.kiosk.desk.summaries.many import key_of
from tests.kiosk.places.cards import card_of

OWN = seal.recipient_of(key_of("own"))


def figures(*quarters: str, venue: str = "Sandhill House") -> VenueFigures:
    made = (Figures(quarter=one, counted="2026-10-05", packs=()) for one in quarters)
    return VenueFigures(venue=venue, quarters=tuple(made))


def knows(home: Home, place: str, key: str, *, desk: bool = True, identity: str = "") -> Card:
    keys = place_keys(Home(home.root.parent / place))
    card = replace(
        card_of(), place=keys.id, name=place, verify_key=keys.verify_key, transport=keys.recipient,
        venue_key=seal.recipient_of(key), desk=desk,
    )  # fmt: skip
    known.introduce(home, card, now=now(), identity=identity)
    return card


def comes(home: Home, card: Card, sent: VenueFigures, *, to: str = OWN) -> None:
    """What a place's desk has counted has come, sealed."""
    for one in sent.quarters:
        alone = to_bytes(VenueFigures(venue=sent.venue, quarters=(one,))).rstrip()
        sealed = seal.seal(alone, [to])
        Ledger(home.places).note_figures(card.place, f"{one.quarter}.{'0' * 16}", sealed)
