"""The unlocked desk: the list of entries, opening one, and what staff add to it or do with it.

What is done is noted in the audit first; where it cannot be noted, it is not done. Before that it is asked
whether whoever unlocked may still do it: somebody may have removed them meanwhile.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from kiosk import handle, seal
from kiosk.added import Note, Plan, PlanGoal, Turn
from kiosk.answer import TEXT_LIMIT
from kiosk.desk.audit import Audit, Did
from kiosk.desk.opened import Opened
from kiosk.desk.staff_files import LEAD, Role
from kiosk.entry import AnyPage, Page, open_page, seal_page
from kiosk.errors import (
    DamageError,
    EntryError,
    HandleError,
    NoEntryError,
    NotMarkedError,
    PlanChangedError,
    SealError,
    VaultError,
)
from kiosk.handle import Handle, HandleKeys
from kiosk.moments import to_second
from kiosk.states import State
from kiosk.text import clean
from kiosk.vault.rows import Row
from kiosk.vault.vault import Vault

TALK = timedelta(days=7)
"""For so long an entry whose customer asked to talk to somebody is named to staff."""
TALK_MOST = 500
"""So many entries are looked into for that, the newest ones."""


class Shared(NamedTuple):
    """How much of an entry staff may read."""

    sections: int
    whole: bool
    """Whether that is all of it: nothing is kept back."""


@dataclass(frozen=True)
class Desk:
    """What one member of staff can do once unlocked. Holds the venue's private key: never log it.

    Methods that change an entry or tell of it raise VaultError where that could not be noted or done, and as
    `require` does.
    """

    vault: Vault
    staff: str
    identity: str = field(repr=False)
    audit: Audit
    derive: Callable[[Handle], HandleKeys] = handle.keys
    require: Callable[[Role], object] = lambda _role: None
    """Raises DeskError unless whoever unlocked may still do what this role may (`kiosk.desk.unlocking`)."""

    def rows(self) -> tuple[Row, ...]:
        """Return what there is, newest first."""
        return self.vault.rows()

    def asked_to_talk(self, rows: Iterable[Row], now: datetime) -> frozenset[str]:
        """Return the ids of entries whose customer asked to talk to somebody, and that nobody marked since.

        The wish stands in the sealed page alone, so the newest pages of a few days are opened. One that does
        not open says nothing; the one before it does.
        """
        news = [row for row in rows if row.is_news and now - row.last_page <= TALK]
        news.sort(key=lambda row: row.last_page, reverse=True)
        return frozenset(row.id for row in news[:TALK_MOST] if self._asks_to_talk(row))

    def shared(self, row: Row) -> Shared | None:
        """Tell how much of the newest answers staff may read; None where they do not open."""
        page = self.newest(row)
        return Shared(len(page.sections), not page.private) if page else None

    def newest(self, row: Row) -> Page | None:
        """Return the newest answers; None where they do not open, or may not be the newest."""
        return next(self._reflections(row), None)

    def open(self, typed: str) -> Opened:
        """Open an entry by its code, as typed or scanned.

        Raises HandleError for a text that is no code, NoEntryError where no entry has it, DamageError where
        its files cannot be read, SealError or EntryError where not one of its pages opens.
        """
        keys = self.derive(handle.read(typed))
        opened = self._opened(keys.id, keys)
        self.note("opened", opened.row)
        return opened

    def open_without_code(self, row: Row, reason: str) -> Opened:
        """Open an entry whose code is lost (`kiosk.desk.lost`); what its customer kept back stays closed."""
        self.note("opened without a code", row, reason)
        return self._opened(row.id, None)

    def again(self, opened: Opened) -> Opened:
        """Return an entry that lies open as it is by now. Raises NoEntryError where it has gone."""
        self.require("staff")
        return self._opened(opened.row.id, opened.keys)

    def reveal(self, opened: Opened) -> Opened:
        """Return an entry with what its customer kept back: ask first whether they want that."""
        revealed = opened.revealed()
        self.note("showed what was kept back", opened.row)
        return revealed

    def pick_up(self, opened: Opened) -> Opened:
        """Mark an entry picked up by this member of staff; the first to do so stays."""
        self.note("marked", opened.row)
        return replace(opened, row=self.vault.mark_picked_up(opened.row.id, self.staff))

    def add_note(self, opened: Opened, text: str, now: datetime) -> Opened:
        """Add a note as a further page that the customer can read too, and return the entry with it.

        Raises EntryError for a note that is empty or too long, SaveError, or NoEntryError where the entry has
        gone meanwhile; then nothing was saved. Raises NotMarkedError where it was, and the entry could not be
        marked.
        """
        written = clean(text).strip()
        if not written:
            raise EntryError("This note is empty. Write it first.")
        if len(written) > TEXT_LIMIT:
            raise EntryError(f"A note has {TEXT_LIMIT} characters at most, and this one {len(written)}.")
        note = Note(made=to_second(now), by=self.staff, text=written)
        added = self._added(opened, note, "added a note")
        return self._marked(added, partial(self.vault.mark_picked_up, opened.row.id, self.staff))

    def agree(self, opened: Opened, goals: Sequence[PlanGoal], now: datetime) -> Opened:
        """Add the plan that customer and staff agreed on; it counts in the place of an older one.

        Raises PlanChangedError where that is not the one of `opened`, and else as `add_note` does.
        """
        current = self.again(opened)
        if current.plan != opened.plan:
            raise PlanChangedError("Somebody has changed the plan meanwhile. Look at theirs first.")
        plan = Plan(made=to_second(now), by=self.staff, goals=tuple(goals))
        added = self._added(current, plan, "wrote the plan")
        return self._marked(added, partial(self.vault.set_state, opened.row.id, "agreed", self.staff))

    def change_state(self, opened: Opened, state: State, now: datetime) -> Opened:
        """Say how far an entry has come, in a page and in the list. Raises as `add_note` does."""
        turn = Turn(made=to_second(now), by=self.staff, state=state)
        added = self._added(opened, turn, "changed the state", detail=state)
        return self._marked(added, partial(self.vault.set_state, opened.row.id, state, self.staff))

    def note_export(self, opened: Opened, what: str) -> None:
        """Note that an entry is about to leave the kiosk, in which form: call it before it does."""
        self.note("exported", opened.row, what)

    def note_print(self, opened: Opened, what: str) -> None:
        """Note that something of an entry is about to be printed: call it before it is."""
        self.note("printed", opened.row, what)

    def erase(self, opened: Opened, reason: str) -> None:
        """Erase an entry, which takes a lead; who asked for it and why stands in the audit."""
        self.note("erased", opened.row, reason, role=LEAD)
        self.vault.erase(opened.row.id)

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
                return f"Check {handle.group_words(group)}. It is not right."
        return str(error)

    def note(self, did: Did, row: Row | None = None, detail: str = "", *, role: Role = "staff") -> None:
        """Note what is about to be done, to an entry or not; `role` is whose it is to do."""
        self.require(role)
        name, entry_id = (row.name, row.id) if row else ("", "")
        self.audit.note(self.staff, did, entry=name, entry_id=entry_id, detail=detail)

    def noting(self, did: Did, more: str = "", *, role: Role = "staff") -> Callable[[str], None]:
        """Return what notes something done to a member of staff, told their name; `more` follows it."""
        return lambda name: self.note(did, detail=f"{name}{more}", role=role)

    def _opened(self, entry_id: str, keys: HandleKeys | None) -> Opened:
        sealed_pages = self.vault.pages(entry_id)
        pages: list[AnyPage] = []
        for sealed in sealed_pages:
            try:
                pages.append(open_page(sealed, self.identity))
            except (SealError, EntryError) as error:
                problem = error
        if not pages:
            raise problem
        row = self._told_again(self.vault.row(entry_id), pages)
        return Opened(row, tuple(pages), keys, len(sealed_pages) - len(pages))

    def _told_again(self, row: Row, pages: Sequence[AnyPage]) -> Row:
        """Return a row with the state that pages tell, where its own was lost; the list has it then too."""
        told = next((page for page in reversed(pages) if isinstance(page, Plan | Turn)), None)
        if told is None or row.became is not None:
            return row
        try:
            return self.vault.set_state(row.id, told.state, told.by)
        except VaultError:
            return row  # a disk that takes nothing must keep nobody from reading

    def _added(self, opened: Opened, page: AnyPage, did: Did, detail: str = "") -> Opened:
        """Add a page that the customer can read too, and return the entry with it."""
        sealed = seal_page(page, (seal.recipient_of(self.identity), opened.reader))
        self.note(did, opened.row, detail)
        self.vault.add_page(opened.row.id, sealed)
        return replace(opened, pages=(*opened.pages, page))

    def _marked(self, added: Opened, mark: Callable[[], Row]) -> Opened:
        """Return an entry that a page was added to with what the list says of it then."""
        try:
            return replace(added, row=mark())
        except NoEntryError:
            raise
        except VaultError as error:
            raise NotMarkedError(
                "This is saved. The list of entries could not be changed, and may say something else."
            ) from error

    def _asks_to_talk(self, row: Row) -> bool:
        page = next(filter(None, self._reflections(row)), None)
        return page is not None and page.talk

    def _reflections(self, row: Row) -> Iterator[Page | None]:
        """Yield an entry's answers, the newest first; None for a page that does not open, and may be one."""
        try:
            sealed_pages = self.vault.pages(row.id)
        except VaultError:
            return
        for sealed in reversed(sealed_pages):
            try:
                page = open_page(sealed, self.identity)
            except (SealError, EntryError):
                yield None
            else:
                if isinstance(page, Page):
                    yield page
