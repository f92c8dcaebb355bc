"""The unlocked desk: opening an entry, and what staff add to it or do with it.

What is done is noted in the audit first; where it cannot be noted, it is not done. Before that it is asked
whether whoever unlocked may still do it: somebody may have removed them meanwhile.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from msgspec import structs

from kiosk import seal
from kiosk.dates import to_second
from kiosk.desk.audit.audit_log import Audit, Did
from kiosk.desk.entries import Entries, signer
from kiosk.desk.keys.staff_files import LEAD, Role
from kiosk.desk.keys.stock import StockFinding
from kiosk.desk.unfinished_notes import Unfinished
from kiosk.entry import handle
from kiosk.entry.answers import TEXT_LIMIT
from kiosk.entry.handle import Handle, HandleKeys, rest_keys
from kiosk.entry.opened import Opened
from kiosk.entry.page_file import PageHead, seal_page
from kiosk.entry.pages import AnyPage, page_to_bytes
from kiosk.entry.staff_pages import (
    GOALS_MOST,
    STEPS_MOST,
    Note,
    Plan,
    PlanGoal,
    StatusChange,
    TakenBack,
    Talked,
    rests_of,
    standing,
)
from kiosk.errors import (
    DamageError,
    EntryError,
    HandleError,
    NewCodeError,
    NoEntryError,
    NoKeyError,
    NotMarkedError,
    PlanChangedError,
    VaultError,
)
from kiosk.text import written
from kiosk.vault.rows import Row
from kiosk.vault.states import State
from kiosk.vault.vault import saving


@dataclass(frozen=True)
class Desk(Entries):
    """What one member of staff can do once unlocked. Holds the venue's private key: never log it.

    Methods that change an entry or tell of it raise VaultError where that could not be noted or done, and as
    `require` does.
    """

    audit: Audit
    remember: Callable[..., object] = field(default=lambda **_done: None, kw_only=True)
    """Keeps what was done in the stock (`kiosk.desk.keys.stock.remember`)."""
    unfinished: Unfinished | None = field(default=None, kw_only=True)
    """What whoever unlocked was writing before; None where a command does."""
    derive: Callable[[Handle], HandleKeys] = handle.keys
    require: Callable[[Role], object] = lambda _role: None
    """Raises DeskError unless whoever unlocked may still do what this role may (`kiosk.desk.unlock`)."""

    def __post_init__(self) -> None:
        """Let the desk vouch for what it notes."""
        self.audit.vouch_with(self.identity, self.before)

    def open(self, typed: str) -> Opened:
        """Open an entry by its code, as typed or scanned.

        Raises HandleError for a text that is no code, NoEntryError where no entry has it, DamageError where
        its files cannot be read, SealError or EntryError where not one of its pages opens.
        """
        keys = self.derive(handle.read(typed))
        try:
            opened = self._opened(keys.id, keys)
        except NewCodeError as gone:
            opened = self._rest(keys, gone)
        self.note("opened", opened.row)
        return opened

    def open_without_code(self, row: Row, reason: str, second: str) -> Opened:
        """Open an entry whose code is lost (`lost_slip`); what its customer kept back stays closed.

        `second` is who unlocked too.
        """
        self.note("opened without a code", row, reason, second=second)
        return replace(self.read_without_code(row), second=second)

    def read_without_code(self, row: Row) -> Opened:
        """Open an entry without its code, likewise; whoever calls this has noted it."""
        return self._opened(row.id, None)

    def again(self, opened: Opened) -> Opened:
        """Return an entry that lies open as it is by now. Raises NoEntryError where it has gone."""
        self.require("staff")
        return replace(self._opened(opened.row.id, opened.keys), second=opened.second)

    def reveal(self, opened: Opened) -> Opened:
        """Return an entry with what its customer kept back: ask first whether they want that."""
        revealed = opened.revealed()
        self.note("showed what was kept back", opened.row)
        return revealed

    def as_picked_up(self, opened: Opened, now: datetime) -> Opened:
        """Return an entry as `pick_up` leaves it, without marking it: to be read before it is marked."""
        if opened.row.picked_up is not None:
            return opened
        became = None if opened.row.became == "waiting" else opened.row.became
        row = structs.replace(opened.row, became=became, picked_up_by=self.staff, picked_up=to_second(now))
        return replace(opened, row=row)

    def pick_up(self, opened: Opened) -> Opened:
        """Mark an entry picked up by this member of staff; the first to do so stays.

        What its customer has added since it was opened is in the entry that is returned, and is news still.
        """
        self.note("marked", opened.row)
        row = self._mark(opened)
        return self.again(opened) if row.is_news else replace(opened, row=row)

    def add_note(self, opened: Opened, text: str, now: datetime) -> Opened:
        """Add a note as a further page that the customer can read too, and return the entry with it.

        Raises EntryError for a note that is empty or too long, SaveError, or NoEntryError where the entry has
        gone meanwhile; then nothing was saved. Raises NotMarkedError where it was, and the entry could not be
        marked.
        """
        said = written(text)
        if not said:
            raise EntryError("This note is empty. Write it first.")
        if len(said) > TEXT_LIMIT:
            raise EntryError(f"This note has {len(said)} characters. A note can have at most {TEXT_LIMIT}.")
        note = Note(made=to_second(now), by=self.staff, text=said)
        added = self._added(opened, note, "added a note")
        return self._marked(added)

    def take_back(self, opened: Opened, note: str, now: datetime) -> Opened:
        """Let a note be read by nobody any longer, and return the entry without it.

        `note` is what its page is called (`Opened.notes`). A page of its own says so, which the customer
        reads too. Raises as `add_note` does.
        """
        taken = TakenBack(made=to_second(now), by=self.staff, note=opened.name_of(note))
        added = self._added(opened, taken, "took a note back")
        # An entry that was set back to waiting is picked up by nobody's taking a note back.
        return self._marked(added, "waiting" if opened.row.state == "waiting" else None)

    def agree(
        self, opened: Opened, goals: Sequence[PlanGoal], now: datetime, review: date | None = None
    ) -> Opened:
        """Add the plan that customer and staff agreed on; it counts in the place of an older one.

        It changes no state. Raises PlanChangedError where the older one is not that of `opened`, and else as
        `add_note` does.
        """
        if len(goals) > GOALS_MOST or any(len(goal.steps) > STEPS_MOST for goal in goals):
            raise EntryError(
                f"A plan can have at most {GOALS_MOST} goals, with at most {STEPS_MOST} steps each."
            )
        current = self.again(opened)
        if current.planned != opened.planned:
            raise PlanChangedError("Someone else has changed this plan. Read their changes first.")
        plan = Plan(made=to_second(now), by=self.staff, goals=tuple(goals), review=review)
        added = self._added(current, plan, "wrote the plan")
        return self._marked(replace(added, planned=added.wrote))

    def change_state(self, opened: Opened, state: State, now: datetime) -> Opened:
        """Say how far an entry has come, in a page and in the list. Raises as `add_note` does."""
        turn = StatusChange(made=to_second(now), by=self.staff, state=state)
        added = self._added(opened, turn, "changed the status", detail=state)
        return self._marked(added, state)

    def talked(self, opened: Opened, now: datetime) -> Opened:
        """Say that staff talked with the customer, who had asked for it; that ends the wish.

        Raises EntryError where nobody asks for it here, and else as `add_note` does.
        """
        if opened.wish is None:
            raise EntryError("The customer is not asking to talk to anyone now.")
        talked = Talked(made=to_second(now), by=self.staff, reflection=opened.wish.reflection)
        added = self._added(opened, talked, "talked with the customer")
        return self._marked(replace(added, wish=None))

    def erase(self, opened: Opened, reason: str) -> None:
        """Erase an entry, which takes a lead; who asked for it and why stands in the audit."""
        self.note("deleted", opened.row, reason, role=LEAD)
        sign = self.sign_of(opened.row.id)
        for rest in rests_of(opened.pages):
            with suppress(NoEntryError):  # its time was over, or whoever has the old code deleted it
                self.vault.erase(rest, sign)
                self.remember(erased=rest)
        self.vault.erase(opened.row.id, sign)
        self.remember(erased=opened.row.id)

    def acknowledge(self, found: Sequence[StockFinding]) -> None:
        """Let what was found at unlocks be said no more, which takes a lead but for new codes."""
        role: Role = "staff" if all(one.code_of for one in found) else LEAD
        self.note("acknowledged what was found", detail=f"{len(found)}", role=role)
        self.remember(acknowledged=found)

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
        typed = handle.after_name(typed)[1]
        if isinstance(error, HandleError) and error.group is None:
            try:
                group = self.wrong_group(typed)
            except DamageError:
                return str(error)  # what is damaged cannot help to tell the group
            if group is not None:
                return f"Check {handle.group_words(group)}. It is wrong."
        return str(error)

    def note(
        self, did: Did, row: Row | None = None, detail: str = "", *, role: Role = "staff", second: str = ""
    ) -> None:
        """Note what is about to be done, to an entry or not; `role` is whose it is to do.

        `detail` is in which form it is exported, and the like; `second` who unlocked too, where it takes two.
        """
        self.require(role)
        name, entry_id = (row.name, row.id) if row else ("", "")
        self.audit.note(self.staff, did, entry=name, entry_id=entry_id, detail=detail, second=second)

    def noting(self, did: Did, more: str = "", *, role: Role = "staff") -> Callable[[str], None]:
        """Return what notes something done to a member of staff, told their name; `more` follows it."""
        return lambda name: self.note(did, detail=f"{name}{more}", role=role)

    def _opened(self, entry_id: str, keys: HandleKeys | None) -> Opened:
        read = self._read(entry_id, keys)
        if not read.pages:
            if read.is_closed:
                raise NoKeyError(
                    "This entry is encrypted to a key that this desk does not hold. It is from another "
                    "venue, or its pages are damaged."
                )
            raise read.problem or EntryError(
                "None of this entry's pages can be trusted. Tell the person who looks after this machine."
            )
        stand = read.standing
        row = self._told_again(self._vouched(self.vault.row(entry_id)), read.pages)
        return Opened(
            row,
            tuple(page for _, page in stand),
            keys,
            read.aside,
            read.broken,
            read.elsewhere,
            read.newest_hash,
            read.wish,
            read.names,
            planned=read.planned,
            names=tuple(name for name, _ in stand),
            venue=self.venue_of(entry_id),
        )

    def _rest(self, keys: HandleKeys, gone: NewCodeError) -> Opened:
        """Open what a code opens still that staff gave another one for. Raises NoEntryError for nothing."""
        rest = rest_keys(keys, gone)
        said = self.vault.tombstones([keys.id]).get(keys.id, {})
        signs = map(signer, self.opens.split("\n"))  # of now and before: the file is not tagged again
        if rest is None or all(said.get("tag") != sign(keys.id, said) for sign in signs):
            raise NoEntryError(
                "This entry is gone. A file says that staff gave it a new code, and no desk of this venue "
                "wrote that."
            ) from gone
        if not self.vault.has(rest.id):
            raise gone
        return self._opened(rest.id, rest)

    def _added(self, opened: Opened, page: AnyPage, did: Did, detail: str = "") -> Opened:
        if opened.is_rest:
            raise EntryError("This is what was kept back. Open the entry with its new code to add to it.")
        tags = self.tags_of(opened.row.id)
        readers = (seal.recipient_of(self.identity_of(opened.row.id)), opened.reader)
        with saving():
            writer = self.vault.place()
        hashes = []

        def seal_next(counter: int) -> bytes:
            before, venue = opened.newest_hash, readers[0]
            head = PageHead(id=opened.row.id, counter=counter, writer=writer, before=before, venue=venue)
            sealed, hash_ = seal_page(page, head, readers, tags)
            hashes.append(hash_)
            return sealed

        page_to_bytes(page)  # what cannot be written is not noted as written
        self.note(did, opened.row, detail)
        name = self.vault.add_page(opened.row.id, seal_next)
        self._stands.pop(opened.row.id, None)
        self.remember(pages=[(opened.row.id, name)])
        stand = standing([*opened.named, (name, page)])
        pages, names = tuple(page for _, page in stand), tuple(name for name, _ in stand)
        return replace(opened, pages=pages, names=names, newest_hash=hashes[-1], wrote=name)

    def _mark(self, opened: Opened, state: State | None = None) -> Row:
        """Let the list say something of an entry, in this member of staff's name, and return its row."""
        row = self.vault.mark(
            opened.row.id,
            self.staff,
            self.sign_of(opened.row.id),
            state=state,
            least=self.turns.get(opened.row.id, 0),
            seen=opened.seen,
            wrote=opened.wrote,
        )
        self.remember(row=row)
        return row

    def _marked(self, added: Opened, state: State | None = None) -> Opened:
        try:
            return replace(added, row=self._mark(added, state))
        except NoEntryError:
            raise
        except VaultError as error:
            raise NotMarkedError(
                "This is saved, but the list of entries could not be changed and may be out of date."
            ) from error
