"""The unlocked desk: the list of entries, opening one by its code, marking it, adding a note."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from kiosk import handle, seal
from kiosk.entry import AnyPage, Note, Page, newest_of, open_page, seal_page, whole
from kiosk.errors import DamageError, EntryError, HandleError, NoEntryError, SealError, VaultError
from kiosk.handle import Handle, HandleKeys
from kiosk.text import clean
from kiosk.vault.catalogue import Row
from kiosk.vault.vault import Vault

TALK = timedelta(days=7)
"""For so long an entry whose customer asked to talk to somebody is named to staff."""
TALK_MOST = 500
"""So many entries are looked into for that, the newest ones."""


@dataclass(frozen=True)
class Opened:
    """An entry, opened with its code."""

    row: Row
    pages: tuple[AnyPage, ...]
    """Oldest first."""
    keys: HandleKeys = field(repr=False)
    """What the code leads to. It opens what the customer kept back: only with the customer's word."""
    unread: int = 0
    """How many of its pages do not open, or do not read as one."""

    @property
    def keeps_back(self) -> bool:
        """Whether the customer kept something back that is not shown."""
        return any(isinstance(page, Page) and page.private for page in self.pages)

    @property
    def asks_to_talk(self) -> bool:
        """Whether the customer asked to talk to somebody on the day of the newest answers."""
        newest = newest_of(self.pages)
        return newest is not None and newest.talk

    def revealed(self) -> "Opened":
        """Return it with what the customer kept back. Raises SealError or EntryError."""
        pages = (whole(page, self.keys.identity) if isinstance(page, Page) else page for page in self.pages)
        return replace(self, pages=tuple(pages))


@dataclass(frozen=True)
class Desk:
    """What one member of staff can do once unlocked. Holds the venue's private key: never log it."""

    vault: Vault
    staff: str
    identity: str = field(repr=False)
    derive: Callable[[Handle], HandleKeys] = handle.keys

    def rows(self) -> tuple[Row, ...]:
        """Return what there is, newest first."""
        return self.vault.rows()

    def asked_to_talk(self, rows: Iterable[Row], now: datetime) -> frozenset[str]:
        """Return the ids of entries whose customer asked to talk to somebody, and that nobody marked since.

        The wish stands in the sealed page alone, so the newest pages of a few days are opened. One that does
        not open says nothing.
        """
        news = [row for row in rows if row.is_news and now - row.last_page <= TALK]
        news.sort(key=lambda row: row.last_page, reverse=True)
        return frozenset(row.id for row in news[:TALK_MOST] if self._asks_to_talk(row))

    def _asks_to_talk(self, row: Row) -> bool:
        try:
            for sealed in reversed(self.vault.pages(row.id)):
                page = open_page(sealed, self.identity)
                if isinstance(page, Page):
                    return page.talk
        except (VaultError, SealError, EntryError):
            return False
        return False

    def open(self, typed: str) -> Opened:
        """Open an entry by its code, as typed or scanned.

        Raises HandleError for a text that is no code, NoEntryError where no entry has it, DamageError where
        its files cannot be read, SealError or EntryError where not one of its pages opens.
        """
        keys = self.derive(handle.read(typed))
        sealed_pages = self.vault.pages(keys.id)
        pages = []
        for sealed in sealed_pages:
            try:
                pages.append(open_page(sealed, self.identity))
            except (SealError, EntryError) as error:
                problem = error
        if not pages:
            raise problem
        return Opened(self.vault.row(keys.id), tuple(pages), keys, len(sealed_pages) - len(pages))

    def pick_up(self, entry_id: str) -> Row:
        """Mark an entry picked up by this member of staff; the first to do so stays."""
        return self.vault.mark_picked_up(entry_id, self.staff)

    def add_note(self, opened: Opened, text: str, now: datetime) -> Opened:
        """Add a note as a further page that the customer can read too, and return the entry with it.

        Raises SaveError, or NoEntryError where the entry has gone meanwhile; then nothing was saved. Raises
        another VaultError where the note was saved and the entry could not be marked.
        """
        made = now.astimezone(UTC).replace(microsecond=0)
        note = Note(made=made, by=self.staff, text=clean(text).strip())
        readers = (seal.recipient_of(self.identity), seal.recipient_of(opened.keys.identity))
        self.vault.add_page(opened.row.id, seal_page(note, readers))
        return replace(opened, row=self.pick_up(opened.row.id), pages=(*opened.pages, note))

    def wrong_group(self, typed: str) -> int | None:
        """Tell which group, 1 to 4, of a mistyped code differs from that of an entry here.

        Every code one symbol or one swap away is looked for: about 17 slow hashes, some seconds. Only the
        desk may ask, since the answer tells that the entry exists.
        """
        for group, candidate in handle.repairs(typed):
            if self.vault.has(self.derive(candidate).id):
                return group
        return None

    def explain(self, typed: str, error: HandleError | NoEntryError) -> str:
        """Return the plainest words for a code that did not open, with its group where that can be told."""
        if isinstance(error, HandleError) and error.group is None:
            try:
                group = self.wrong_group(typed)
            except DamageError:
                return str(error)  # what is damaged cannot help to tell the group
            if group is not None:
                words = ("first", "second", "third", "fourth")[group - 1]
                return f"Check the {words} group. It is not right."
        return str(error)
