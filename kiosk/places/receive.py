"""Receiving: what known places sent is checked, taken in, and confirmed once all of it is durable.

Tombstones come first, so that nothing comes back that was erased, then pieces, then what staff said. Of a
consignment of which a part has not come yet, that part is taken which has; the rest is taken another time.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from kiosk.dates import nanoseconds, to_second
from kiosk.errors import CarrierError, ManifestError
from kiosk.places import manifest as manifests
from kiosk.places.card import Card
from kiosk.places.carrier import Carrier
from kiosk.places.ledger import Ledger, Received, items_of, tombstone_item
from kiosk.places.manifest import Manifest, NewKey, Receipt
from kiosk.places.place_keys import PlaceKeys
from kiosk.vault.exchange import BATCH, Exchange, RawPiece, Taken
from kiosk.vault.log_lines import Document

MANY = 25
"""A place without a desk that erased more entries at once may be a stolen one: staff are asked first."""
DOUBTED = timedelta(days=31)
"""What was made so long ago, by its maker's clock, was hardly so long on its way: that clock is wrong."""
TOLD = 20
"""Pieces between two steps."""


@dataclass(frozen=True)
class Incoming:
    """A consignment that may be taken in."""

    card: Card
    """Of who sent it."""
    number: int
    digest: str
    manifest: Manifest


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
    """A place without a desk → how many entries it erased at once; they stay until staff agree."""
    gaps: dict[str, int] = field(default_factory=dict)
    """The name of a place → the number of a consignment before this one that has not come."""
    wrong_clocks: list[str] = field(default_factory=list)
    """The names of places whose clocks seem wrong."""
    new_keys: dict[str, tuple[NewKey, ...]] = field(default_factory=dict)
    """The place of a desk → the venue keys that it tells of, the newest last."""
    unconfirmed: str = ""
    """Why what was taken in could not be confirmed there; empty where it was."""


def waiting(
    ledger: Ledger, carrier: Carrier, keys: PlaceKeys, cards: Sequence[Card], venue_key: str
) -> Waiting:
    """Look at what known places have sent; take nothing in. `venue_key` is one's own. Raises PlaceError."""
    found = Waiting()
    venues = {venue_key, *ledger.keys_told_by([card.place for card in cards if card.desk])}
    venues |= {card.venue_key for card in cards if card.desk}
    for card in cards:
        known = {one.number: one for one in ledger.received(card.place)}
        for number in carrier.numbers(card.place, _done_up_to(known)):
            signed = carrier.manifest(card.place, number)
            if signed is None:
                found.coming.append(card.name)
                continue
            digest = manifests.digest(signed)
            before = known.get(number)
            is_done = before is not None and not before.missing and before.manifest == digest
            if is_done and before is not None and before.confirmed:
                continue
            try:
                manifest = manifests.opened(signed, keys.transport, card, number, venues=venues)
            except ManifestError as error:
                found.refused.append(str(error))
                continue
            one = Incoming(card, number, digest, manifest)
            (found.again if is_done else found.incoming).append(one)
    return found


def _done_up_to(known: dict[int, Received]) -> int:
    """Return the number up to which nothing of a place is to be looked for any more."""
    open_ = [one.number for one in known.values() if one.missing or not one.confirmed]
    open_ += [one.before for one in known.values() if one.before and one.before not in known]
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


class _Receiving:
    """A receiving at work."""

    def __init__(
        self,
        exchange: Exchange,
        ledger: Ledger,
        carrier: Carrier,
        keys: PlaceKeys,
        found: Waiting,
        route: str,
        now: datetime,
        is_due: Callable[[str], bool],
        step: Callable[[int, int], object],
        deletions_are_right: bool,
    ) -> None:
        self._exchange, self._ledger, self._carrier, self._keys = exchange, ledger, carrier, keys
        self._found, self._route, self._now, self._is_due, self._step = found, route, now, is_due, step
        self._total = sum(len(one.manifest.pieces) for one in found.incoming)
        self._done = 0
        self._whole: list[Incoming] = []
        self._put_off: set[str] = set()
        """The digests of manifests whose deletions wait for staff to agree."""
        self._deletions_are_right = deletions_are_right
        self.report = ReceivedReport()

    def run(self) -> ReceivedReport:
        """Take it all in."""
        for one in self._found.incoming:
            self._bury(one)
        for one in self._found.incoming:
            self._take(one)
        self._confirm([*self._found.again, *self._whole])
        return self.report

    def _bury(self, one: Incoming) -> None:
        """Erase what was erased there: if it was for its age, only what is old here too."""
        asked = {id_: said for id_, said in one.manifest.tombstones.items() if not self._is_held(id_, said)}
        held = len(one.manifest.tombstones) - len(asked)
        if held:
            self.report.held[one.card.name] = self.report.held.get(one.card.name, 0) + held
        here = self._exchange.count_here(asked)
        if here > MANY and not (one.card.desk or self._deletions_are_right):
            self.report.too_many[one.card.name] = here
            self._put_off.add(one.digest)
        elif asked:
            self.report.erased += self._exchange.bury(asked)

    def _is_held(self, entry_id: str, tombstone: Document) -> bool:
        return tombstone.get("why") == "time" and not self._is_due(entry_id)

    def _take(self, one: Incoming) -> None:
        missing: list[str] = []
        dated = self._dating(one)

        def come() -> Iterator[RawPiece]:
            for listed, data in self._carrier.pieces(one.card.place, one.number, one.manifest.pieces):
                self._done += 1
                if not self._done % TOLD:  # whoever stops it is heard, though a batch takes its time
                    self._step(self._done, self._total)
                if data is None:
                    missing.append(listed.name)
                else:
                    yield listed.name, data, dated(listed.modified)

        pieces = come()
        while batch := list(islice(pieces, BATCH)):
            self._exchange.take(batch, self.report.taken)
            self._step(self._done, self._total)
        self._exchange.say(one.manifest.marks)
        if one.digest in self._put_off:  # it comes again until then, and is not confirmed
            missing += map(tombstone_item, one.manifest.tombstones)
        missing = [name for name in missing if not self._exchange.is_erased(name)]  # nobody brings these
        self._note(one, missing)
        if one.digest in self._put_off:
            return
        if missing:
            self.report.missing[one.card.name] = len(missing), len(one.manifest.pieces)
        else:
            self._whole.append(one)
        if one.card.desk and one.manifest.letters:
            self.report.new_keys[one.card.place] = one.manifest.letters

    def _dating(self, one: Incoming) -> Callable[[int], int]:
        """Return what dates pieces, in nanoseconds since 1970, whatever clock their maker had.

        What is dated too early would be erased too soon, and what is dated ahead tells the days of now.
        """
        now, late = nanoseconds(self._now), self._now - one.manifest.made
        if late > DOUBTED or late < -timedelta(days=1):
            self.report.wrong_clocks.append(one.card.name)
        shift = nanoseconds(self._now) - nanoseconds(one.manifest.made) if late > DOUBTED else 0
        return lambda modified: min(modified + shift, now)

    def _note(self, one: Incoming, missing: Sequence[str], *, confirmed: bool = False) -> None:
        before = one.manifest.before.number
        if before and all(known.number != before for known in self._ledger.received(one.card.place)):
            self.report.gaps[one.card.name] = before
        self._ledger.note_received(
            Received(
                place=one.card.place,
                number=one.number,
                at=to_second(self._now),
                made=one.manifest.made,
                route=self._route,
                before=before,
                manifest=one.digest,
                items=items_of(one.manifest),
                missing=tuple(missing),
                confirmed=confirmed,
            )
        )

    def _confirm(self, whole: Sequence[Incoming]) -> None:
        """Confirm what is durable here; where that cannot be written, it is taken in all the same."""
        self.report.consignments = len(self._whole)
        try:
            for one in whole:
                receipt = Receipt(
                    receiver=self._keys.id, place=one.card.place, number=one.number, manifest=one.digest
                )
                signed = manifests.signed_receipt(receipt, self._keys)
                self._carrier.put_receipt(self._keys.id, one.card.place, one.number, signed)
                self._note(one, (), confirmed=True)
        except CarrierError as error:
            self.report.unconfirmed = str(error)
