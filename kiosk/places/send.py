"""Sending: what others have not got goes into the next consignment, on whatever carries it.

A stick may be lost, so what nobody has confirmed goes along each time. In a folder or a store a consignment
stays until everybody has confirmed it, so there each thing goes once. Sending the same twice does no harm.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from msgspec import structs

from kiosk.dates import to_second
from kiosk.errors import ManifestError, PlaceError
from kiosk.places import manifest as manifests
from kiosk.places.card import Card
from kiosk.places.carrier import Carrier, Listed, Piece, Signed
from kiosk.places.ledger import (
    Ledger,
    Sent,
    figures_item,
    items_of,
    key_item,
    said_item,
    tombstone_item,
)
from kiosk.places.manifest import FIGURES, MOST, Before, Manifest, NewKey
from kiosk.places.place_keys import PlaceKeys
from kiosk.vault.exchange import Exchange
from kiosk.vault.log_lines import Document

WORDS = 20_000
"""So many tombstones, and as many words of staff, go into one consignment."""
NOBODY = "No other place is known here, so nothing was sent. Introduce one first: 'kiosk place introduce'."


@dataclass(frozen=True)
class Sender:
    """The place that sends."""

    keys: PlaceKeys
    venue_key: str
    name: str
    """What it calls itself."""
    letters: tuple[NewKey, ...] = ()
    """The venue keys that came since others may have been introduced."""
    figures: Mapping[str, bytes] = field(default_factory=dict)
    """What its desk counted, sealed, by name."""


@dataclass
class SentReport:
    """What was sent."""

    numbers: list[int] = field(default_factory=list)
    pieces: int = 0
    erased: int = 0
    """Tombstones."""
    said: int = 0
    """Words of staff on entries."""
    figures: int = 0
    """Statistics of a quarter or a year."""
    confirmed: dict[str, int] = field(default_factory=dict)
    """The name of a place → how many consignments it has confirmed now."""
    cleared: int = 0
    """Consignments that everybody has, removed."""
    receivers: tuple[str, ...] = ()
    """Their names."""
    refused: list[str] = field(default_factory=list)
    """Receipts that are none, in plain sentences."""


def send(
    exchange: Exchange,
    ledger: Ledger,
    carrier: Carrier,
    sender: Sender,
    cards: Sequence[Card],
    *,
    route: str,
    now: datetime,
    step: Callable[[int, int], object] = lambda _done, _of: None,
    everything: bool = False,
) -> SentReport:
    """Send what is not confirmed, and take in what others confirmed; nobody else sends from here meanwhile.

    `route` is the id of a folder or store, and empty for a stick. `step` is told how many pieces are done,
    and of how many; what it raises stops it. With `everything` also that goes which others have. Raises
    PlaceError or VaultError; what was sent until then counts.
    """
    if not cards:
        raise PlaceError(NOBODY)
    carrier.require_room(0)  # before all else it is told that nothing can be sent there
    sending = _Sending(exchange, ledger, carrier, sender, cards, route, now, step)
    sending.take_receipts()
    sending.look()
    sending.clear()
    sending.send(everything=everything)
    return sending.report


@dataclass
class _Sending:
    """One sending at work."""

    _exchange: Exchange
    _ledger: Ledger
    _carrier: Carrier
    _sender: Sender
    _cards: Sequence[Card]
    _route: str
    _now: datetime
    _step: Callable[[int, int], object]

    def __post_init__(self) -> None:
        self.report = SentReport(receivers=tuple(card.name for card in self._cards))

    def take_receipts(self) -> None:
        """Take in what others confirmed. A receipt for other bytes than were sent confirms nothing."""
        own, sent = self._sender.keys.id, {one.number: one for one in self._ledger.sent()}
        for card in self._cards:
            waited_for = sent.keys() - self._ledger.confirmed(card.place)
            new = []
            for number, signed in self._carrier.receipts(card.place, own, waited_for):
                try:
                    receipt = manifests.opened_receipt(signed, card, own, number)
                except ManifestError as error:
                    self.report.refused.append(str(error))
                    continue
                if receipt.manifest == sent[number].manifest:
                    new.append(number)
            if new:
                self._ledger.note_confirmed(card.place, new, self._now)
                self.report.confirmed[card.name] = len(new)

    def look(self) -> None:
        """Find out what somebody lacks, one place after the other: all that 300 know takes much memory."""
        self._here, sent = self._exchange.here(), self._ledger.sent()
        every = {
            *self._here.pieces,
            *(tombstone_item(id_, said) for id_, said in self._here.tombstones.items()),
            *(said_item(id_, said) for id_, said in self._here.said.items()),
            *map(key_item, self._sender.letters),
            *map(self._figures_item, self._sender.figures),
        }
        self._lacking, self._open = set[str](), set[int]()
        numbers = [self._ledger.begun().last, *(one.number for one in sent)]
        for card in self._cards:
            known = self._ledger.known_to(card.place, sent)
            self._lacking |= every - known
            self._open.update(one.number for one in sent if not known.issuperset(one.items))
            numbers += self._ledger.confirmed(card.place)
        self._last = max(numbers)
        own = self._sender.keys.id
        # After a restored picture of the disk there may be higher ones; what others put there does not count.
        there = self._carrier.numbers(own, 0)
        self._there = {number for number in there if number <= self._last or self._is_own(number)}
        self._last = max(self._last, *self._there, 0)

    def _figures_item(self, name: str) -> str:
        return figures_item(self._sender.keys.id, name)

    def _is_own(self, number: int) -> bool:
        signed, keys = self._carrier.manifest(self._sender.keys.id, number), self._sender.keys
        return signed is not None and manifests.is_signed_by(signed, keys, number)

    def clear(self) -> None:
        """Remove from the carrier what everybody has, and what was erased since it was sent."""
        self._clear_unfinished()
        sent = [one for one in self._ledger.sent() if one.number in self._there and one.route == self._route]
        for one in sent:
            if one.number not in self._open:
                self._clear(one, sent)
                self.report.cleared += 1
                continue
            erased = {item for item in one.objects or one.items if self._is_erased(item)}
            if erased and one.objects:
                self._remove(one, erased, sent)
            elif erased:  # what else is in the container goes along with the next one
                self._clear(one, sent)
                self._ledger.forget_sent(one.number)

    def _clear_unfinished(self) -> None:
        """Remove what a sending left that did not come to its end: what it held may be erased by now."""
        number = self._ledger.begun().numbers.get(self._route, 0)
        if not number:
            return
        own, every = self._sender.keys.id, self._ledger.sent()
        if number in self._there and number not in {one.number for one in every}:
            self._carrier.clear(own, number)
            self._there.discard(number)
        here = [one for one in every if one.number in self._there and one.route == self._route]
        if self._there == {one.number for one in here}:  # else some lie there that the ledger has forgotten
            self._carrier.sweep(own, {name for one in here for name in one.objects.values()})
        self._ledger.note_begun(self._route, 0)

    def _remove(self, one: Sent, items: Collection[str], sent: Sequence[Sent]) -> None:
        """Remove the objects of some of a consignment's items, but for those that others list as well."""
        listed = {
            name
            for other in sent
            if other.number in self._there and other.number != one.number
            for item, name in other.objects.items()
            if not self._is_erased(item)
        }
        self._carrier.remove(
            self._sender.keys.id, {one.objects[item] for item in items if item in one.objects} - listed
        )
        left = {item: name for item, name in one.objects.items() if item not in items}
        self._ledger.note_sent(structs.replace(one, objects=left))

    def _clear(self, one: Sent, sent: Sequence[Sent]) -> None:
        self._carrier.clear(self._sender.keys.id, one.number)
        self._there.discard(one.number)
        if one.objects:
            self._remove(one, one.objects.keys(), sent)

    def _is_erased(self, item: str) -> bool:
        return item.endswith((".age", ".count")) and self._exchange.is_erased(item)

    def send(self, *, everything: bool) -> None:
        """Send what is to go, in as many consignments as it takes."""
        cards = [card.place for card in self._cards]
        lies = self._ledger.lying_on(self._route, self._there, cards) if self._route else set[str]()

        def goes(item: str) -> bool:
            return everything or (item not in lies and item in self._lacking)

        here = self._here
        pieces = [name for name in here.pieces if goes(name)]
        erased = {id_: one for id_, one in here.tombstones.items() if goes(tombstone_item(id_, one))}
        said = {id_: one for id_, one in here.said.items() if goes(said_item(id_, one))}
        figures = [
            (name, one) for name, one in self._sender.figures.items() if goes(self._figures_item(name))
        ]
        news = any(goes(key_item(letter)) for letter in self._sender.letters)
        self._since = min(self._there, default=self._last + 1) if self._route else self._last + 1
        total, gone, words = len(pieces), [*erased.items()], [*said.items()]
        lengths = (len(pieces), MOST), (max(len(erased), len(said)), WORDS), (len(figures), FIGURES)
        for part in range(max(news, *(-(-length // most) for length, most in lengths))):
            each, some, few = (slice(part * most, (part + 1) * most) for _, most in lengths)
            self._send(pieces[each], dict(gone[some]), dict(words[some]), dict(figures[few]), total)
        if not self._route and self.report.numbers:
            for number in sorted(self._there - {*self.report.numbers}):  # all that is new has these as well
                self._carrier.clear(self._sender.keys.id, number)

    def _send(
        self,
        names: Sequence[str],
        tombstones: dict[str, Document],
        marks: dict[str, Document],
        figures: dict[str, bytes],
        total: int,
    ) -> None:
        sender, before, made = self._sender, self.report.pieces, list[tuple[Manifest, Signed]]()
        number = self._last = self._last + 1

        def finish(listed: Sequence[Listed]) -> Signed:
            manifest = Manifest(
                place=sender.keys.id,
                number=number,
                before=self._before(),
                since=self._since,
                venue=sender.venue_key,
                name=sender.name,
                made=to_second(self._now),
                pieces=tuple(listed),
                tombstones=tombstones,
                marks=marks,
                letters=sender.letters,
                figures=figures,
                receivers=tuple(card.place for card in self._cards),
            )
            signed = manifests.sealed(manifest, [card.transport for card in self._cards], sender.keys)
            made.append((manifest, signed))
            return signed

        self._carrier.require_room(self._exchange.size_of(names))
        pieces = (Piece(*raw) for raw in map(self._exchange.read, names) if raw)
        self._ledger.note_begun(self._route, number)
        self._carrier.send(
            sender.keys.id, number, pieces, finish, lambda done: self._step(before + done, total)
        )
        [(manifest, signed)] = made
        self._ledger.note_sent(
            Sent(
                number=number,
                made=manifest.made,
                route=self._route,
                manifest=manifests.digest(signed),
                receivers=manifest.receivers,
                items=items_of(manifest),
                objects={one.name: one.object for one in manifest.pieces if one.object},
            )
        )
        self._ledger.note_begun(self._route, 0)
        self._there.add(number)
        self.report.numbers.append(number)
        self.report.pieces += len(manifest.pieces)
        self.report.erased += len(tombstones)
        self.report.said += len(marks)
        self.report.figures += len(figures)

    def _before(self) -> Before:
        """Return on which of one's own consignments the next one builds: what it held does not go again."""
        confirmed = frozenset.intersection(*(self._ledger.confirmed(card.place) for card in self._cards))
        for one in reversed(self._ledger.sent()):
            lies = self._route and one.route == self._route and one.number in self._there
            lies = lies and all(card.place in one.receivers for card in self._cards)
            if lies or one.number in confirmed:
                return Before(number=one.number, manifest=one.manifest)
        return Before()
