"""Cards of made-up places."""

from kiosk import seal
from kiosk.places.card import Card


def card_of(
    number: int = 1, name: str = "Elm House, reception", venue: str = "Elm House", *, desk: bool = True
) -> Card:
    """The card of one of many places; its keys are drawn."""
    return Card(
        place=f"{number:016x}",
        name=name,
        venue=venue,
        verify_key=bytes([number]) * 32,
        transport=seal.recipient_of(seal.new_identity()),
        venue_key=seal.recipient_of(seal.new_identity()),
        desk=desk,
    )
