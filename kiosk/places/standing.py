"""How far the exchange with each known place has come."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kiosk.dates import day_of
from kiosk.places.card import Card
from kiosk.places.ledger import Ledger, Received, counting, erased_items, gaps_in, is_said, is_tombstone
from kiosk.text import counted

_PUT_OFF = "{count} for you: see 'kiosk receive'."
LONG = timedelta(days=7)
"""After so long without a word from a place somebody should look."""


@dataclass(frozen=True)
class Standing:
    """How far it has come with one place."""

    card: Card
    heard: datetime | None
    """When something of it was taken in last, by this machine's clock; None for never."""
    missing: int
    """Pieces of what it sent that have not come yet."""
    gap: int
    """The number of a consignment that it sent, and that did not come; 0 for none."""
    put_off: int = 0
    """Entries that it deleted, and that stay until staff agree."""
    unconfirmed: int = 0
    """Files that were sent, and that it has not confirmed."""

    def says(self, now: datetime) -> str:
        """Return it in plain sentences."""
        said = [self._heard(now)]
        if self.missing:
            said.append(f"{counted(self.missing, 'page has', 'pages have')} not come yet.")
        if self.gap:
            said.append(f"Its number {self.gap} did not come: run 'kiosk send --everything' there.")
        if self.put_off:
            said.append(_PUT_OFF.format(count=counted(self.put_off, "deletion waits", "deletions wait")))
        if self.unconfirmed:
            said.append(f"{counted(self.unconfirmed, 'file is', 'files are')} not confirmed yet.")
        return " ".join(said)

    def _heard(self, now: datetime) -> str:
        if self.heard is None:
            return "Nothing has come from it yet."
        days = (day_of(now) - day_of(self.heard)).days
        if days < 1:
            return "Heard of today."
        return f"Last heard of {counted(days, 'day', 'days')} ago."

    def lacks(self, now: datetime) -> str:
        """Return in a sentence why somebody should look; empty where all is well."""
        if self.gap:
            return f"Something that {self.card.title} sent has not come."
        if self.put_off:
            waits = counted(self.put_off, "deletion waits", "deletions wait")
            return f"{self.card.title}: {_PUT_OFF.format(count=waits)}"
        if self.heard and now - self.heard > LONG:
            return f"Nothing from {self.card.title} for {(now - self.heard).days} days."
        return ""


def heard(ledger: Ledger, cards: Sequence[Card]) -> list[Standing]:
    """Return what came from each place; of what it has confirmed nothing is looked up. Raises PlaceError."""
    came = defaultdict[str, list[Received]](list)
    for one in ledger.received():
        came[one.place].append(one)
    return [_heard_of(card, came[card.place], ledger.confirmed_at(card.place)) for card in cards]


def _heard_of(card: Card, received: Sequence[Received], confirmed: datetime | None) -> Standing:
    count = counting(received)
    missing = [item for one in count.values() for item in one.missing]
    deletions = sum(map(is_tombstone, missing))
    times = [*(one.at for one in received), *([confirmed] if confirmed else ())]
    return Standing(
        card, max(times, default=None), len(missing) - deletions, max(gaps_in(count), default=0), deletions
    )


def standing(ledger: Ledger, cards: Sequence[Card]) -> list[Standing]:
    """Return how far it has come with each place. Raises PlaceError."""
    sent = ledger.sent()

    def unconfirmed(place: str) -> int:
        known = ledger.known_to(place, sent)
        return len({item for one in sent for item in one.items if _lacks(known, item)})

    return [replace(one, unconfirmed=unconfirmed(one.card.place)) for one in heard(ledger, cards)]


def _lacks(known: Collection[str], item: str) -> bool:
    """Tell whether a place lacks an item; an older word of staff, or what is erased, it may."""
    return item not in known and not is_said(item) and erased_items(item[:32]).isdisjoint(known)
