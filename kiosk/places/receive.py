"""Receiving: what known places sent is checked, taken in, and confirmed once all of it is durable.

Tombstones come first, so that nothing comes back that was erased, then pieces, then what staff said. Of a
consignment of which a part has not come yet, that part is taken which has; the rest is taken another time.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice

from kiosk.counts.quarters import named, quarter_of
from kiosk.dates import nanoseconds, to_second
from kiosk.errors import CarrierError, ManifestError, NotForHereError
from kiosk.places import manifest as manifests
from kiosk.places.card import Card
from kiosk.places.carrier import Carrier, Listed
from kiosk.places.ledger import (
    Ledger,
    Received,
    counting,
    gaps_in,
    is_asked_for,
    is_tombstone,
    items_of,
    tombstone_item,
)
from kiosk.places.manifest import Manifest, NewKey, Receipt
from kiosk.places.place_keys import PlaceKeys
from kiosk.vault.exchange import BATCH, Exchange, RawPiece, Taken
from kiosk.vault.log_lines import Document

MANY, LATELY = 25, timedelta(days=7)
"""A place without a desk that erased more entries in this time may be a stolen one: staff are asked first."""
DOUBTED = timedelta(days=31)
"""What was made so long ago, by its maker's clock, was hardly so long on its way: that clock is wrong."""
TOLD = 20
"""Pieces between two steps."""


@dataclass(frozen=True)
class Incoming:
    """A consignment that may be taken in, and how much it brings."""

    card: Card
    """Of who sent it."""
    number: int
    digest: str
    made: datetime
    since: int
    pieces: frozenset[str]
    """Their names."""
    tombstones: dict[str, Document] = field(hash=False)
    marks: frozenset[str]
    """The ids of entries of which staff said something."""
    figures: frozenset[str] = frozenset()
    """Statistics, by name."""


@dataclass
class Waiting:
    """What lies on a carrier."""

    incoming: list[Incoming] = field(default_factory=list)
    """What is new, or was not whole the last time."""
    again: list[Incoming] = field(default_factory=list)
    """What was taken in already, and is not confirmed there."""
    coming: list[str] = field(default_factory=list)
    """The names of places of which something is on its way, and not whole yet."""
    refused: list[str] = field(default_factory=list)
    """Why something is not taken, in plain sentences."""
    strangers: list[str] = field(default_factory=list)
    """The ids of places that sent something, and are not known, or were revoked."""
    venues: frozenset[str] = frozenset()
    """The venue keys that a place may seal to."""

    def only_from(self, places: Collection[str]) -> "Waiting":
        """Return what some places sent: others may have been revoked since somebody looked."""
        lists = ([one for one in every if one.card.place in places] for every in (self.incoming, self.again))
        incoming, again = lists
        return replace(self, incoming=incoming, again=again)


@dataclass
class ReceivedReport:
    """What was taken in."""

    taken: Taken = field(default_factory=Taken)
    consignments: int = 0
    """Those that are whole."""
    missing: dict[str, tuple[int, int]] = field(default_factory=dict)
    """The name of a place → how many pieces have not come yet, and of how many."""
    erased: int = 0
    """Entries that were here, and were erased elsewhere."""
    held: dict[str, int] = field(default_factory=dict)
    """The name of a place → how many entries it erased by age, not old by this machine's clock."""
    too_many: dict[str, int] = field(default_factory=dict)
    """A place without a desk → how many entries it erased; they stay until staff agree."""
    dropped: int = 0
    """Pages of entries that were erased here for their age, or go on under a new code."""
    gaps: dict[str, int] = field(default_factory=dict)
    """The name of a place → the number of a consignment before this one that has not come."""
    wrong_clocks: list[str] = field(default_factory=list)
    """The names of places whose clocks seem wrong."""
    new_keys: dict[str, tuple[NewKey, ...]] = field(default_factory=dict)
    """The place of a desk → the venue keys that it tells of, the newest last."""
    figures: dict[str, list[str]] = field(default_factory=dict)
    """The name of a place → the quarters whose statistics came from its desk."""
    unconfirmed: str = ""
    """Why what was taken in could not be confirmed there; empty where it was."""


def waiting(
    ledger: Ledger, carrier: Carrier, keys: PlaceKeys, cards: Sequence[Card], venue_key: str
) -> Waiting:
    """Look at what known places have sent; take nothing in. `venue_key` is one's own. Raises PlaceError."""
    venues = {venue_key, *ledger.keys_told_by([card.place for card in cards if card.desk])}
    found = Waiting(venues=frozenset(venues | {card.venue_key for card in cards if card.desk}))
    for card in cards:
        _look(ledger, carrier, keys, card, found)
    found.strangers = sorted({*carrier.senders()} - {keys.id, *(card.place for card in cards)})
    return found


def _look(ledger: Ledger, carrier: Carrier, keys: PlaceKeys, card: Card, found: Waiting) -> None:
    """Add to what was found what one place has sent, the newest first: it says which of the others count."""
    known = counting(ledger.received(card.place))
    since, coming = 0, False
    # Not all numbers of a store, which never holds two of one number: there each is a request.
    numbers = carrier.numbers(card.place, _done_up_to(known) if carrier.keeps else 0)
    for number in sorted(numbers, reverse=True):
        if number < since:
            return
        signed = carrier.manifest(card.place, number)
        if signed is None:
            coming = True
            continue
        digest, before = manifests.digest(signed), known.get(number)
        is_done = before is not None and not before.missing and before.manifest == digest
        if is_done and before is not None and before.confirmed:
            since = max(since, before.since)
            continue
        try:
            manifest = manifests.opened(signed, keys.transport, card, number, venues=found.venues)
        except NotForHereError as error:  # it was made before this place was introduced there
            if not since:
                found.refused.append(str(error))
            since = max(since, 1)
            continue
        except ManifestError as error:
            found.refused.append(str(error))
            continue
        since = max(since, manifest.since)
        one = Incoming(
            card=card,
            number=number,
            digest=digest,
            made=manifest.made,
            since=manifest.since,
            pieces=frozenset(piece.name for piece in manifest.pieces),
            tombstones=manifest.tombstones,
            marks=frozenset(manifest.marks),
            figures=frozenset(manifest.figures),
        )
        (found.again if is_done else found.incoming).insert(0, one)
    if coming:
        found.coming.append(card.name)


def _done_up_to(known: dict[int, Received]) -> int:
    """Return the number up to which nothing of a place is to be looked for any more."""
    open_ = [one.number for one in known.values() if one.missing or not one.confirmed]
    open_ += gaps_in(known)
    return min(open_) - 1 if open_ else max(known, default=0)


def receive(
    exchange: Exchange,
    ledger: Ledger,
    carrier: Carrier,
    keys: PlaceKeys,
    found: Waiting,
    *,
    route: str,
    now: datetime,
    is_due: Callable[[str], bool],
    step: Callable[[int, int], object] = lambda _done, _of: None,
    deletions_are_right: bool = False,
) -> ReceivedReport:
    """Take in what is waiting, and confirm what is whole.

    `route` is as for `send`. `is_due` tells of an entry's id whether its time is over by this machine's own
    clock, which is believed. `step` is told how many pieces are done, and of how many; what it raises stops
    it. Raises PlaceError or VaultError; what was taken in until then stays, and the rest is taken another
    time.
    """
    return _Receiving(
        exchange, ledger, carrier, keys, found, route, now, is_due, step, deletions_are_right
    ).run()


@dataclass
class _Receiving:
    """A receiving at work."""

    _exchange: Exchange
    _ledger: Ledger
    _carrier: Carrier
    _keys: PlaceKeys
    _found: Waiting
    _route: str
    _now: datetime
    _is_due: Callable[[str], bool]
    _step: Callable[[int, int], object]
    _deletions_are_right: bool

    def __post_init__(self) -> None:
        self._total = sum(len(one.pieces) for one in self._found.incoming)
        self._done = 0
        self._whole: list[Incoming] = []
        self._put_off: set[str] = set()
        """The ids of places whose deletions wait for staff to agree."""
        self.report = ReceivedReport()

    def run(self) -> ReceivedReport:
        """Take it all in."""
        for place in dict.fromkeys(one.card.place for one in self._found.incoming):
            self._bury([one for one in self._found.incoming if one.card.place == place])
        for one in self._found.incoming:
            self._take(one)
        self._confirm([*self._found.again, *self._whole])
        return self.report

    def _bury(self, every: Sequence[Incoming]) -> None:
        """Erase what a place erased: if it was for its age, only what is old here too."""
        card = every[0].card
        tombstones = {id_: said for one in every for id_, said in one.tombstones.items()}
        held = {
            id_ for id_, said in tombstones.items() if said.get("why") == "time" and not self._is_due(id_)
        }
        if count := self._exchange.count_here(held):
            self.report.held[card.name] = count
        asked = {id_: said for id_, said in tombstones.items() if id_ not in held}
        new = [id_ for id_ in asked if not self._exchange.is_erased(id_)]
        if not (card.desk or self._deletions_are_right) and len(new) + self._erased_lately(card) > MANY:
            self.report.too_many[card.name] = len(new)
            self._put_off.add(card.place)
        elif asked:
            self.report.erased += self._exchange.bury(asked)

    def _erased_lately(self, card: Card) -> int:
        """Return how many deletions came from a place in the last days."""
        lately = (one for one in self._ledger.received(card.place) if self._now - one.at < LATELY)
        return sum(is_asked_for(item) for one in lately for item in {*one.items}.difference(one.missing))

    def _take(self, one: Incoming) -> None:
        signed = self._carrier.manifest(one.card.place, one.number)
        if signed is None or manifests.digest(signed) != one.digest:
            return  # it went meanwhile, and is looked at another time
        manifest = manifests.opened(
            signed, self._keys.transport, one.card, one.number, venues=self._found.venues
        )
        wanted = [piece for piece in manifest.pieces if not self._exchange.has(piece.name)]
        here = len(manifest.pieces) - len(wanted)
        self.report.taken.known += here
        self._done += here
        self._say_dropped(manifest)
        missing = self._fetch(one, manifest, wanted)
        self._exchange.say(manifest.marks)
        if one.card.place in self._put_off:  # they come again until then, and are not confirmed
            missing += [tombstone_item(id_, said) for id_, said in manifest.tombstones.items()]
        if one.card.desk:
            self._keep_figures(one.card, manifest)
        self._note(one, manifest, missing)
        if not missing:
            self._whole.append(one)
        elif pieces := sum(name in one.pieces for name in missing):
            self.report.missing[one.card.name] = pieces, len(one.pieces)
        if one.card.desk and manifest.letters:
            self.report.new_keys[one.card.place] = manifest.letters

    def _fetch(self, one: Incoming, manifest: Manifest, wanted: Sequence[Listed]) -> list[str]:
        """Take in pieces, and return the names of those that have not come as they must be."""
        missing: list[str] = []
        dated = self._dating(one, manifest)
        latest = str(quarter_of(self._now))

        def come() -> Iterator[RawPiece]:
            for listed, data in self._carrier.pieces(one.card.place, one.number, wanted):
                self._done += 1
                if not self._done % TOLD:  # whoever stops it is heard, though a batch takes its time
                    self._step(self._done, self._total)
                if data is None:
                    missing.append(listed.name)
                elif not listed.name.endswith(".count") or listed.name.split(".")[1] <= latest:
                    yield listed.name, data, dated(listed.modified)

        pieces, taken = come(), self.report.taken
        while batch := list(islice(pieces, BATCH)):
            refused = taken.refused
            self._exchange.take(batch, taken)
            if taken.refused > refused:  # they count as not come: the next ones may be whole
                missing += [name for name, _, _ in batch if not self._exchange.has(name)]
            self._step(self._done, self._total)
        gone = self._gone(one.card)
        return [name for name in missing if name[:32] not in gone and not self._exchange.is_erased(name)]

    def _gone(self, card: Card) -> set[str]:
        """Return the ids of entries that a place has erased by now: nobody brings what was of them."""
        gone = {id_ for one in self._found.incoming if one.card.place == card.place for id_ in one.tombstones}
        items = (item for one in self._ledger.received(card.place) for item in one.items)
        return gone | {item[:32] for item in items if is_tombstone(item)}

    def _say_dropped(self, manifest: Manifest) -> None:
        """Count the pages of entries that were erased here for their age, or go on under a new code."""
        known = {item for one in self._ledger.received(manifest.place) for item in one.items}
        self.report.dropped += sum(
            piece.name.endswith(".age") and self._exchange.why_erased(piece.name) in ("time", "new code")
            for piece in manifest.pieces
            if piece.name not in known
        )

    def _keep_figures(self, card: Card, manifest: Manifest) -> None:
        """Keep what a place's desk counted, for the desk here to add; a quarter to come was not counted."""
        for name, sealed in manifest.figures.items():
            quarter = name.split(".")[0]
            if named(quarter).parts()[-1] < quarter_of(self._now):
                self._ledger.note_figures(card.place, name, sealed)
                self.report.figures.setdefault(card.title, []).append(quarter)

    def _dating(self, one: Incoming, manifest: Manifest) -> Callable[[int], int]:
        """Return what dates pieces, in nanoseconds since 1970, whatever clock their maker had.

        What is dated too early would be erased too soon, and what is dated ahead tells the days of now.
        """
        now, late = nanoseconds(self._now), self._now - manifest.made
        if late > DOUBTED or late < -timedelta(days=1):
            self.report.wrong_clocks.append(one.card.name)
        shift = nanoseconds(self._now) - nanoseconds(manifest.made) if late > DOUBTED else 0
        return lambda modified: min(modified + shift, now)

    def _note(self, one: Incoming, manifest: Manifest, missing: Sequence[str]) -> None:
        noted = Received(
            place=one.card.place,
            number=one.number,
            at=to_second(self._now),
            made=manifest.made,
            route=self._route,
            before=manifest.before.number,
            since=manifest.since,
            receivers=manifest.receivers,
            manifest=one.digest,
            items=items_of(manifest),
            missing=tuple(missing),
        )
        self._ledger.note_received(noted)
        counted = counting(self._ledger.received(one.card.place))
        coming = {other.number for other in self._found.incoming if other.card.place == one.card.place}
        if gaps := {*gaps_in(counted)} - coming:
            self.report.gaps[one.card.name] = max(gaps)

    def _confirm(self, whole: Sequence[Incoming]) -> None:
        """Confirm what is durable here; where that cannot be written, it is taken in all the same."""
        self.report.consignments = len(self._whole)
        if whole:
            self._exchange.settle()
        try:
            for one in whole:
                receipt = Receipt(
                    receiver=self._keys.id, place=one.card.place, number=one.number, manifest=one.digest
                )
                signed = manifests.signed_receipt(receipt, self._keys)
                self._carrier.put_receipt(self._keys.id, one.card.place, one.number, signed)
                self._ledger.note_receipt(one.card.place, one.number)
        except CarrierError as error:
            self.report.unconfirmed = str(error)
