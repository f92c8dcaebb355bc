"""A home with sealed entries in it, for the tests of what looks after them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from kiosk import seal
from kiosk.desk.audit.audit_log import Audit
from kiosk.entry.handle import HandleKeys
from kiosk.entry.pages import keep_back, page_of
from kiosk.home import Home
from kiosk.settings.settings import PrivacySettings, Settings, Venue, settings_text, venue_key_now
from kiosk.vault import durable
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.vault import Vault
from kiosk.visit.drafts import Draft, Drafts
from tests.kiosk.sealed import customer_of, id_of, reader_of, sealed_page
from tests.kiosk.vault.helpers import NOON, Clock, FaultyDisk, shelves
from tests.packs import small

VENUE = seal.recipient_of(seal.new_identity())


def page(number: int = 1, counter: int = 1, *, venue: str = VENUE) -> bytes:
    """A page of a customer's entry."""
    made = page_of(small(), {"day": "A day"}, name=f"Name {number}", made=NOON)
    readers = (venue, reader_of(number))
    return sealed_page(keep_back(made, (), readers[1]), readers, counter=counter)


def audit_of(home: Home) -> Audit:
    return Audit(home.audit, VENUE, lambda: NOON, disk=FaultyDisk())


class Kept:
    """A home, its vault, and a clock that stands still."""

    def __init__(
        self,
        root: Path,
        *,
        disk: Disk = DISK,
        set_up: bool = True,
        venue: str = VENUE,
        name_of: Callable[[str], str] = lambda id_: f"Name {id_[:4]}",
    ) -> None:
        self.home = Home(root)
        self.venue = venue
        self.clock = Clock()
        self.vault = Vault(root, clock=self.clock, name_of=name_of, disk=disk)
        if set_up:
            few_shelves(self.home)
            settings = Settings(
                venue=settings_venue(venue), privacy=PrivacySettings(contact="Ann at the desk")
            )
            durable.replace(self.home.settings, settings_text(settings).encode())
            durable.replace(self.home.staff / f"{'5' * 16}.json", b"{}")
            durable.replace(self.home.staff / "roster", b"{}")
            durable.replace(self.home.stock, b"{}")

    @property
    def now(self) -> datetime:
        return self.clock.now

    def saves(self, *numbers: int) -> list[str]:
        for number in numbers:
            name = self.vault.name_of(id_of(number))
            self.vault.save(id_of(number), name, page(number, venue=self._venue()))
        return [id_of(number) for number in numbers]

    def adds(self, number: int) -> None:
        """Add a page to an entry."""
        self.vault.add_page(id_of(number), partial(page, number, venue=self._venue()))

    def saved_days_ago(self, days: float, number: int) -> str:
        """Save an entry as if so long ago."""
        self.clock.now -= timedelta(days=days)
        (entry_id,) = self.saves(number)
        self.clock.now += timedelta(days=days)
        return entry_id

    def pauses(self, number: int, *, days_ago: float = 0) -> HandleKeys:
        """Pause a visit as if so long ago, and return what opens it again."""
        keys = HandleKeys(id_of(number), customer_of(number))
        paused = self.now - timedelta(days=days_ago)
        draft = Draft(made=paused, pack=small(), answers={"day": "A paused day"})
        Drafts(self.home.drafts, clock=lambda: paused).keep(keys, draft)
        return keys

    def paused(self) -> set[str]:
        """The ids of the visits that are paused."""
        return {path.name.removesuffix(".age") for path in self.home.drafts.glob("*")}

    def _venue(self) -> str:
        return venue_key_now(self.home, self.venue)

    def holds(self) -> dict[str, tuple[bytes, ...]]:
        """Every entry that is listed, with its pages."""
        self.vault.close()
        return {row.id: self.vault.pages(row.id) for row in self.vault.rows()}


def few_shelves(home: Home) -> None:
    """Make the shelves of the entries that most of these tests have."""
    shelves(home.vault, {"00", *(id_of(number)[:2] for number in range(10))})


def settings_venue(key: str) -> Venue:
    return Venue(name="Sandhill House", key=key)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, without lock files."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".lock"
    }
