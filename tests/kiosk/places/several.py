"""Several places with a home each, and a carrier in memory that loses what a test says."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from kiosk.home import Home
from kiosk.places.card import Card
from kiosk.places.carrier import Finish, Listed, Piece, Signed, Step
from kiosk.places.ledger import Ledger
from kiosk.places.place_keys import PlaceKeys, place_keys
from kiosk.places.receive import ReceivedReport, Waiting, receive, waiting
from kiosk.places.send import Sender, SentReport, send
from kiosk.vault.exchange import Exchange
from kiosk.vault.vault import Vault
from tests.kiosk.sealed import reader_of
from tests.kiosk.vault.helpers import Clock, FaultyDisk, name_of

VENUE = reader_of(1)


class PlacedVault(Vault):
    """A vault whose place is that of its own home, as in a process of its own."""

    def place(self) -> str:
        return place_keys(Home(self.home)).id


@dataclass
class MemoryCarrier:
    """A carrier in memory: a stick, or a folder."""

    name: str = "the stick"
    sent: dict[tuple[str, int], tuple[list[tuple[Listed, bytes]], Signed]] = field(default_factory=dict)
    confirmed: dict[tuple[str, str, int], Signed] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    """Pieces that have not come yet."""
    keeps: bool = False
    asked_for: int = 0
    """Bytes that are to have room."""
    single: bool = False
    """Whether pieces lie by themselves, as in a store."""
    fails: Callable[[str], object] = lambda _what: None

    def require_room(self, size: int) -> None:
        self.asked_for = size

    def send(self, place: str, number: int, pieces: Iterable[Piece], finish: Finish, step: Step) -> None:
        assert (place, number) not in self.sent, "a number is written once"
        written, size = list[tuple[Listed, bytes]](), 0
        for at, piece in enumerate(pieces):
            self.fails("send")
            digest = sha256(piece.data).hexdigest()
            where: dict[str, Any] = {"object": digest} if self.single else {"part": 1, "at": size}
            size += len(piece.data)
            listed = Listed(
                name=piece.name, size=len(piece.data), sha256=digest, modified=piece.modified, **where
            )
            written.append((listed, piece.data))
            step(at + 1)
        self.sent[place, number] = written, finish([listed for listed, _ in written])

    def senders(self) -> set[str]:
        return {place for place, _ in self.sent}

    def numbers(self, place: str, after: int) -> Sequence[int]:
        return sorted(number for one, number in self.sent if one == place and number > after)

    def manifest(self, place: str, number: int) -> Signed | None:
        found = self.sent.get((place, number))
        return found[1] if found and "manifest" not in self.lost else None

    def pieces(
        self, place: str, number: int, listed: Sequence[Listed]
    ) -> Iterator[tuple[Listed, bytes | None]]:
        there = {one.name: data for one, data in self.sent[place, number][0]}
        for one in listed:
            self.fails("pieces")
            yield one, None if one.name in self.lost else there[one.name]

    def put_receipt(self, receiver: str, place: str, number: int, receipt: Signed) -> None:
        self.fails("put_receipt")
        self.confirmed[receiver, place, number] = receipt

    def receipts(self, receiver: str, place: str, numbers: Collection[int]) -> Iterator[tuple[int, Signed]]:
        for (one, other, number), signed in sorted(self.confirmed.items()):
            if (one, other) == (receiver, place) and number in numbers:
                yield number, signed

    def clear(self, place: str, number: int) -> None:
        del self.sent[place, number]

    def remove(self, place: str, objects: Iterable[str]) -> None:
        self.lost |= {one.name for sent, _ in self.sent.values() for one, _ in sent if one.object in objects}

    def sweep(self, place: str, kept: Collection[str]) -> None:
        """Nothing is left of a sending that failed."""


class Place:
    """A place with a home of its own."""

    def __init__(self, root: Path, name: str, *, desk: bool = False, venue: str = VENUE) -> None:
        self.home = Home(root / name)
        self.home.root.mkdir(parents=True)
        self.name, self.desk, self.venue, self.clock = name, desk, venue, Clock()
        self.keys: PlaceKeys = place_keys(self.home)
        self.vault = PlacedVault(self.home.root, clock=self.clock, name_of=name_of, disk=FaultyDisk())
        self.exchange = Exchange(self.home.root, name_of=name_of, disk=FaultyDisk())
        self.ledger = Ledger(self.home.places, disk=FaultyDisk())
        self.cards: list[Card] = []
        self.letters: tuple[Any, ...] = ()
        self.figures: dict[str, bytes] = {}

    @property
    def card(self) -> Card:
        return Card(
            place=self.keys.id,
            name=self.name,
            venue=self.name,
            verify_key=self.keys.verify_key,
            transport=self.keys.recipient,
            venue_key=VENUE,
            desk=self.desk,
        )

    def knows(self, *others: "Place") -> None:
        for other in others:
            self.cards.append(other.card)
            other.cards.append(self.card)

    def sends(self, carrier: Any, **more: Any) -> SentReport:
        sender = Sender(self.keys, self.venue, self.name, self.letters, self.figures)
        more = {"route": "", "now": self.clock.now, **more}
        return send(self.exchange, self.ledger, carrier, sender, self.cards, **more)

    def sees(self, carrier: Any) -> Waiting:
        return waiting(self.ledger, carrier, self.keys, self.cards, self.venue)

    def receives(self, carrier: Any, **more: Any) -> ReceivedReport:
        more = {"route": "", "now": self.clock.now, "is_due": _never, **more}
        return receive(self.exchange, self.ledger, carrier, self.keys, self.sees(carrier), **more)

    @property
    def entries(self) -> dict[str, int]:
        """Id → how many pages."""
        return {row.id: len(row.pages) for row in self.vault.rows()}

    def close(self) -> None:
        self.vault.close()
        self.exchange.close()


def _never(_entry_id: str) -> bool:
    return False
