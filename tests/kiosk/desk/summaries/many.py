"""A venue with many entries, saved as quickly as a test can."""

import hashlib
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from kiosk import seal
from kiosk.counts.disclosure import Table
from kiosk.counts.quarters import Quarter
from kiosk.counts.tally import Counted, Entry, Group, Job, Reader, entries_in
from kiosk.entry.answers import Answer
from kiosk.entry.handle import id_of
from kiosk.entry.pages import AnyPage, Reflection, keep_back, page_of
from kiosk.entry.staff_pages import Note
from kiosk.home import Home
from kiosk.pack.model import Pack
from kiosk.settings.settings import Settings, Venue, settings_text
from kiosk.upkeep import clock
from kiosk.vault.page_files import Strays
from kiosk.vault.page_names import page_name
from kiosk.vault.vault import Vault
from tests.kiosk.sealed import PLACE, sealed_page
from tests.kiosk.upkeep.kept import few_shelves
from tests.kiosk.vault.helpers import FaultyDisk
from tests.packs import default_pack

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SUMMER = datetime(2026, 8, 14, 12, tzinfo=UTC)
"""In the third quarter, which is over."""
THIRD = Quarter(2026, 3)


@cache
def key_of(who: str) -> str:
    """An age identity that is the same each time."""
    return seal.identity_from(hashlib.sha256(who.encode()).digest())


class Many:
    """A home, and what saves entries there as if at a time."""

    def __init__(self, root: Path, pack: Pack | None = None) -> None:
        self.home = Home(root)
        self.identity = key_of("venue")
        self.pack = pack or default_pack()
        self.now = NOW
        self.disk = FaultyDisk()
        self.vault = Vault(root, clock=lambda: self.now, name_of=lambda _: "Amber Heron", disk=self.disk)
        self._readers: dict[str, str] = {}
        """Entry id → its customer's recipient."""
        few_shelves(self.home)
        venue = Venue(name="Sandhill House", key=seal.recipient_of(self.identity))
        self.home.settings.write_text(settings_text(Settings(venue=venue)), encoding="utf-8")
        clock.write(self.home.clock, clock.Known(trusted=NOW), disk=self.disk)

    def saves(
        self,
        answers: Mapping[str, Answer],
        *,
        made: datetime = SUMMER,
        kept_back: Collection[str] = (),
        pack: Pack | None = None,
    ) -> str:
        """Save an entry with one reflection, and return its id."""
        reader = seal.recipient_of(key_of(f"customer {len(self._readers)}"))
        entry_id = id_of(reader)
        self._readers[entry_id] = reader
        self.file(entry_id).parent.mkdir(mode=0o700, exist_ok=True)
        self.now = made
        page = self._page(entry_id, answers, made, kept_back, pack)
        self.vault.save(entry_id, "Amber Heron", self.sealed(page, entry_id))
        self.now = NOW
        return entry_id

    def amends(
        self,
        entry_id: str,
        answers: Mapping[str, Answer],
        *,
        made: datetime = SUMMER,
        kept_back: Collection[str] = (),
        pack: Pack | None = None,
    ) -> None:
        """Add a further reflection."""
        self.adds(entry_id, self._page(entry_id, answers, made, kept_back, pack), made)

    def notes(self, entry_id: str, made: datetime = NOW) -> None:
        """Add a note by staff."""
        self.adds(entry_id, Note(made=made, by="Jo", text="We spoke."), made)

    def adds(self, entry_id: str, page: AnyPage, made: datetime = NOW) -> None:
        """Add any page."""
        self.now = made
        self.vault.add_page(entry_id, lambda number: self.sealed(page, entry_id, number))
        self.now = NOW

    def sealed(self, page: AnyPage, entry_id: str, number: int = 1) -> bytes:
        """A page's file, for the venue and the entry's customer."""
        readers = (seal.recipient_of(self.identity), self._readers[entry_id])
        return sealed_page(page, readers, entry_id, counter=number, venue=readers[0])

    def reader_of(self, entry_id: str) -> str:
        """The recipient of an entry's customer."""
        return self._readers[entry_id]

    def file(self, entry_id: str, number: int = 1) -> Path:
        return self.home.vault / entry_id[:2] / f"{entry_id}.{page_name(number, PLACE)}.age"

    def counted(self) -> Counted:
        """What all entries say, by the days of UTC."""
        return Reader(Job(self.home.vault, self.identity)).count(self.entries())

    def entries(self) -> list[Entry]:
        """The entries as their files tell."""
        return list(entries_in(self.home.vault, (), Strays()))

    def table(self, quarter: Quarter = THIRD) -> Table:
        """What the entries of its pack in one quarter say."""
        found = self.counted().tables
        return next((one for group, one in found.items() if group == Group(quarter, self.pack.id)), Table())

    def _page(
        self,
        entry_id: str,
        answers: Mapping[str, Answer],
        made: datetime,
        kept_back: Collection[str],
        pack: Pack | None,
    ) -> Reflection:
        page = page_of(pack or self.pack, answers, name="Amber Heron", made=made)
        return keep_back(page, kept_back, self._readers[entry_id])
