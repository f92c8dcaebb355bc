"""One sending, or one receiving, put together from a home: what commands and the desk start."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime

from kiosk.devices.mounts import Disks
from kiosk.entry.names import NameWords
from kiosk.errors import PlaceError
from kiosk.home import Home
from kiosk.os_errors import explaining
from kiosk.places.card import Card, own_card
from kiosk.places.known import known_places
from kiosk.places.ledger import Ledger
from kiosk.places.manifest import NewKey
from kiosk.places.place_keys import PlaceKeys, place_keys
from kiosk.places.receive import ReceivedReport, Waiting, receive, waiting
from kiosk.places.send import Sender, SentReport, send
from kiosk.places.ways import Way, ways
from kiosk.settings.settings import keep_settings, load_settings, with_key
from kiosk.upkeep import retention
from kiosk.upkeep.clock import not_before
from kiosk.vault import durable
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.exchange import Exchange
from kiosk.vault.locks import alone
from kiosk.vault.vault import Vault

Progress = Callable[[int, int], object]
"""Is told how many pieces are done, and of how many."""
_BUSY = (
    "Something is being sent or received on this machine already. Wait until that is done, then try again."
)


@dataclass(frozen=True)
class Exchanging:
    """What one home exchanges with other places.

    All methods raise PlaceError, VaultError or SettingsError.
    """

    home: Home
    vault: Vault
    names: NameWords
    now: Callable[[], datetime]
    environment: Mapping[str, str]
    disks: Disks
    disk: Disk = DISK

    @property
    def keys(self) -> PlaceKeys:
        """The keys of this place."""
        return place_keys(self.home, disk=self.disk)

    @property
    def ledger(self) -> Ledger:
        """What this place has sent and received."""
        return Ledger(self.home.places, disk=self.disk)

    def cards(self) -> list[Card]:
        """Return those of the known places, by name."""
        return [one.card for one in known_places(self.home) if one.revoked is None]

    def ways(self) -> list[Way]:
        """Return the ways to other places that there are now."""
        with _explained():
            return ways(
                self.home,
                load_settings(self.home.settings),
                self.keys,
                environment=self.environment,
                disks=self.disks,
                disk=self.disk,
            )

    def send(self, way: Way, progress: Progress, *, everything: bool = False) -> SentReport:
        """Send by a way what others have not got; with `everything`, all there is."""
        with _explained(), self._alone(), closing(self._exchange()) as exchange:
            carrier, route = way.carrier()
            own, key, now = own_card(self.home), load_settings(self.home.settings).venue.key, self.now()
            letters = self.ledger.venue_keys(key, now)
            sender = Sender(self.keys, key, own.name, letters, self.ledger.figures(self.keys.id))
            return send(
                exchange,
                self.ledger,
                carrier,
                sender,
                self.cards(),
                route=route,
                now=now,
                step=progress,
                everything=everything,
            )

    def look(self, way: Way) -> Waiting:
        """Look at what others have sent by a way. Nothing is taken in."""
        with _explained():
            carrier, _ = way.carrier()
            key = load_settings(self.home.settings).venue.key
            return waiting(self.ledger, carrier, self.keys, self.cards(), key)

    def receive(
        self, way: Way, found: Waiting, progress: Progress, *, deletions_are_right: bool = False
    ) -> ReceivedReport:
        """Take in what was found by a way, and follow a new venue key where this kiosk has no desk."""
        with _explained(), self._alone(), closing(self._exchange()) as exchange:
            carrier, route = way.carrier()
            now, earliest = self.now(), not_before(self.home.clock)()
            return receive(
                exchange,
                self.ledger,
                carrier,
                self.keys,
                found.only_from([card.place for card in self.cards()]),
                route=route,
                # A clock that went back dates nothing: what is dated too early is erased too soon.
                now=max(now, earliest or now),
                is_due=self._is_due(),
                step=progress,
                deletions_are_right=deletions_are_right,
            )

    def follow_key(self, report: ReceivedReport) -> NewKey | None:
        """Let new entries be sealed to a new venue key that its desk told of; return it where that is new.

        A machine with a desk follows by its own staff keys alone.
        """
        settings = load_settings(self.home.settings)
        for card in self.cards():
            letters = report.new_keys.get(card.place, ())
            before = [card.venue_key, *(letter.key for letter in letters[:-1])]
            is_new = bool(letters) and letters[-1].key != settings.venue.key
            if is_new and settings.venue.key in before and not self.home.has_desk():
                keep_settings(self.home, with_key(settings, letters[-1].key))
                return letters[-1]
        return None

    def _is_due(self) -> Callable[[str], bool]:
        """Return what tells whether an entry's time is over, where this machine's clock is believed."""
        due: frozenset[str] | None = None

        def is_due(entry_id: str) -> bool:
            nonlocal due
            if due is None:
                days = load_settings(self.home.settings).privacy.days
                verdict, going = retention.look(self.home, self.vault, days, self.now())
                due = frozenset(row.id for row in going.due) if verdict.right else frozenset()
            return entry_id in due

        return is_due

    def _exchange(self) -> Exchange:
        return Exchange(self.home.root, name_of=self.names.name_of, disk=self.disk)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let nobody else of this home send or receive meanwhile."""
        folder = (
            self.home.places / "sent"
        )  # not that of the list of known places, which others change meanwhile
        durable.make_folders(folder, disk=self.disk)
        try:
            with alone(folder, wait=False):
                yield
        except BlockingIOError as error:
            raise PlaceError(_BUSY) from error


def _explained() -> AbstractContextManager[None]:
    """Say what is wrong with this machine's own disk."""
    return explaining(PlaceError, "It was not finished.")
