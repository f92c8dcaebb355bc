"""The figures of venues, on their way between desks: sealed here, sent and received with all else.

What this desk has counted lies with what goes to other places (`kiosk.places.ledger`), a figures file for
each quarter, sealed to the keys of the venues that known places with a desk are of. What came from there is
opened with this venue's key, and added up with one's own.
"""

from collections.abc import Iterator
from contextlib import suppress

from kiosk import mac, seal
from kiosk.desk.summaries.figures import Figures
from kiosk.desk.summaries.venues import VenueFigures, from_bytes, to_bytes
from kiosk.errors import DeskError, SealError
from kiosk.home import Home
from kiosk.places.known import known_places
from kiosk.places.ledger import Ledger
from kiosk.places.place_keys import place_keys
from kiosk.vault.durable import DISK, Disk


def offer(home: Home, identities: str, own: VenueFigures, *, disk: Disk = DISK) -> None:
    """Let one's own figures go to the desks of other venues with the next sending. Raises PlaceError.

    `identities` are the venue's. What goes already stays as it is, unless another venue is known by now.
    """
    if not home.known_places.exists():
        return
    ledger, mine = Ledger(home.places, disk=disk), {*seal.recipients_of(identities)}
    others = sorted({key for key, _ in _desks(home, ledger)} - mine)
    if not others:
        return
    place = place_keys(home, disk=disk).id
    known, digest = ledger.figures(place), mac.digest("receivers of figures", *others)[:16]
    for one in own.quarters:
        name = f"{one.quarter}.{digest}"
        if name not in known:
            alone = VenueFigures(venue=own.venue, quarters=(one,))
            ledger.note_figures(place, name, seal.seal(to_bytes(alone).rstrip(), others))


def came(home: Home, identities: str) -> tuple[VenueFigures, ...]:
    """Return what came from the desks of other venues, each venue once. Raises PlaceError.

    `identities` are all that this desk holds: it counts the entries of these venues by itself. What does not
    open is left out: it was sealed before this venue was known there.
    """
    ledger, here = Ledger(home.places), {*seal.recipients_of(identities)}
    venues = dict[str, VenueFigures]()
    for key, place in _desks(home, ledger):
        if key in here:
            continue
        for one in _opened(ledger, place, identities):
            before = venues.setdefault(key, VenueFigures(venue=one.venue, quarters=()))
            there = {part for figures in before.quarters for part in figures.parts()}
            # A second desk of the venue has counted the same entries.
            new = (figures for figures in one.quarters if there.isdisjoint(figures.parts()))
            quarters = tuple(sorted((*before.quarters, *new), key=Figures.parts))
            venues[key] = VenueFigures(venue=before.venue, quarters=quarters)
    return tuple(venues.values())


def _opened(ledger: Ledger, place: str, identities: str) -> Iterator[VenueFigures]:
    for name, sealed in ledger.figures(place).items():
        with suppress(SealError, DeskError):
            yield from_bytes(seal.unpad(seal.open_sealed(sealed, identities)), name)


def _desks(home: Home, ledger: Ledger) -> Iterator[tuple[str, str]]:
    """Yield of each known place with a desk the newest key of its venue, and its id."""
    for card in (one.card for one in known_places(home) if one.revoked is None and one.card.desk):
        yield (card.venue_key, *ledger.keys_of(card.place, desk=True))[-1], card.place
