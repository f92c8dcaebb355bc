"""The keys of the venues that other places are of, as far as this place knows them."""

from kiosk.errors import PlaceError
from kiosk.home import Home
from kiosk.places.known import known_places
from kiosk.places.ledger import Ledger


def venue_key_of(home: Home, before: str, own: str) -> str:
    """Return the newest key of the venue that had the key `before`; where none is known, one's `own`.

    A customer who comes back at another venue's place changes an entry of the first one, whose staff are to
    read it. A key that no known place has named is nobody's: whoever made a page could have written it there.
    """
    try:
        ledger = Ledger(home.places)
        for one in known_places(home):
            keys = (one.card.venue_key, *ledger.keys_of(one.card.place, desk=one.card.desk))
            if one.revoked is None and before in keys:
                return keys[-1]
    except PlaceError:  # the next unlock says what is wrong with them
        return own
    return own
