"""The unlocked desk: the list of entries, opening one by its code, marking it picked up."""

from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk import handle
from kiosk.entry import Page, open_page
from kiosk.errors import DamageError, EntryError, HandleError, NoEntryError, SealError
from kiosk.handle import Handle, HandleKeys
from kiosk.vault.catalogue import Row
from kiosk.vault.vault import Vault


@dataclass(frozen=True)
class Opened:
    """An entry, opened."""

    row: Row
    pages: tuple[Page, ...]
    """Oldest first."""
    unread: int = 0
    """How many of its pages do not open, or do not read as one."""


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
        return Opened(self.vault.row(keys.id), tuple(pages), len(sealed_pages) - len(pages))

    def pick_up(self, entry_id: str) -> Row:
        """Mark an entry picked up by this member of staff; the first to do so stays."""
        return self.vault.mark_picked_up(entry_id, self.staff)

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
