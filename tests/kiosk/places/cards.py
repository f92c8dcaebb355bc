"""Cards of made-up places."""

from hashlib import sha256

from kiosk import seal
from kiosk.places.card import Card


def card_of(
    number: int = 1, name: str = "Elm House, reception", venue: str = "Elm House", *, desk: bool = True
) -> Card:
    """The card of one of many places."""
    transport, venue_key = (
        seal.recipient_of(seal.identity_from(sha256(f"{kind} {number}".encode()).digest()))
        for kind in ("transport", "venue")
    )
    return Card(
        place=f"{number:016x}",
        name=name,
        venue=venue,
        verify_key=bytes([number]) * 32,
        transport=transport,
        venue_key=venue_key,
        desk=desk,
    )
