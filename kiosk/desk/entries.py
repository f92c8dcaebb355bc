"""What there is, as far as the holder of the venue's key may believe it: the list, and what stands in pages.

Anybody who can write to the disk can write to the list, and put pages there. What staff said counts with the
desk's tag alone, and where it is lost, what their pages say.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from heapq import nlargest
from typing import NamedTuple

from msgspec import structs

from kiosk import mac, seal
from kiosk.desk.keys.held import HeldVenue, opening
from kiosk.entry.handle import HandleKeys
from kiosk.entry.page_file import EntryRead, Keys, PageFile, Wish, is_rest, read_entry
from kiosk.entry.pages import Reflection
from kiosk.entry.staff_pages import NewCode, Plan, StatusChange
from kiosk.errors import VaultError
from kiosk.vault.page_names import writer_of
from kiosk.vault.rows import Row, Sign, marks_of, signed_parts
from kiosk.vault.states import State
from kiosk.vault.vault import Vault

ROWS = "staff's word of an entry"
"""The purpose of the key with which the desk vouches for rows and for what it erased."""
ANOTHER = "another venue"
"""What an entry is said to be of where no key is held that opens it."""
TALK_MOST = 250
"""So many entries are looked into for wishes before a list is shown: those with something new, then the
latest. That takes about half a second; for 10,000 it is 22, which `look_into` takes meanwhile."""


class _Told(NamedTuple):
    """What pages tell of what staff said of an entry."""

    state: State
    by: str
    at: datetime
    seen: tuple[str, ...]
    """The names of the pages that they had seen, with the one that says so."""


class _Standing(NamedTuple):
    """What stands in the sealed pages of an entry, as of its newest one."""

    pages: tuple[str, ...] = ()
    """The names of its pages then."""
    wish: Wish | None = None
    plan: Plan | None = None
    told: _Told | None = None
    new_codes: tuple[NewCode, ...] = ()
    """Oldest first."""


class Shared(NamedTuple):
    """How much of an entry staff may read."""

    sections: int
    whole: bool
    """Whether that is all of it: nothing is kept back."""


def signer(identity: str) -> Sign:
    """Return what makes the tags of rows and tombstones, as the holder of the venue's identity."""
    key = mac.key_from(identity, ROWS)
    return lambda entry_id, said: mac.tag(key, *signed_parts(entry_id, said))


@dataclass(frozen=True)
class Entries:
    """The entries of a vault, for a holder of the venue's private key: never log it."""

    vault: Vault
    staff: str
    identity: str = field(repr=False)
    turns: Mapping[str, int] = field(default_factory=dict, kw_only=True)
    """Entry id → how often staff had said something of it when the desk was unlocked: less is of before."""
    before: str = field(default="", repr=False, kw_only=True)
    """The identity of before, while the venue's key is changed: what it vouched for counts still."""
    restored: tuple[str, ...] = field(default=(), repr=False, kw_only=True)
    """Older identities, while a restore of a backup of their time is not finished: so do theirs."""
    held: tuple[HeldVenue, ...] = field(default=(), kw_only=True)
    """Other venues whose keys are held: their entries are read and written here too."""
    elsewhere: frozenset[str] = field(default=frozenset(), kw_only=True)
    """The ids of known places that are of other venues."""
    others: dict[str, str] = field(default_factory=dict, kw_only=True)
    """The entries that are of another venue, as far as that is known: id → its name, empty for one whose key
    is not held."""
    own_name: str = field(default="", kw_only=True)
    """The venue's name."""

    _stands: dict[str, _Standing] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What stands in entries, by their ids."""

    @cached_property
    def tags(self) -> Keys:
        """What pages are checked with, and what the desk vouches with for those of its own venue."""
        held = (identity for one in self.held for identity in one.identities.split("\n"))
        return Keys.of(desk=self.identity, before=(*self._older, *held))

    @cached_property
    def venues(self) -> frozenset[str]:
        """The recipients that the venue, and those whose keys are held, have and had."""
        return frozenset(seal.recipients_of(self.opens))

    @cached_property
    def opens(self) -> str:
        """All identities that open pages, one a line."""
        return opening(self.identity, self.held)

    @cached_property
    def _by_recipient(self) -> dict[str, str]:
        own = dict.fromkeys(seal.recipients_of(self.identity), self.own_name)
        return {recipient: one.name for one in self.held for recipient in one.recipients} | own

    @cached_property
    def _by_name(self) -> dict[str, HeldVenue]:
        return {one.name: one for one in self.held}

    def venue_of(self, entry_id: str) -> str:
        """Return the name of an entry's venue, where there are entries of several; else nothing."""
        if not (self.held or self.others):
            return ""
        return self.others.get(entry_id, self.own_name) or ANOTHER

    def identity_of(self, entry_id: str) -> str:
        """Return the identity of an entry's venue: what is written into it is for whoever holds that."""
        held = self._by_name.get(self.others.get(entry_id, ""))
        return held.identity if held else self.identity

    def tags_of(self, entry_id: str) -> Keys:
        """Return what its venue's desk vouches with for the pages that are added to an entry."""
        return Keys.of(desk=self.identity_of(entry_id))

    def sign_of(self, entry_id: str) -> Sign:
        """Return what makes the tag with which its venue's desk vouches for what staff said of an entry.

        So it vouches for erasing it, too.
        """
        return self._signers[self.identity_of(entry_id)]

    @cached_property
    def _signers(self) -> dict[str, Sign]:
        """What makes the tags that count, by identity: the venue's own, then those of held venues."""
        held = (identity for one in self.held for identity in one.identities.split("\n"))
        return {one: signer(one) for one in (self.identity, *self._older, *held)}

    @property
    def _older(self) -> tuple[str, ...]:
        """The identities besides that of now whose word of entries counts."""
        return tuple(filter(None, dict.fromkeys([self.before, *self.restored])))

    def rows(self) -> tuple[Row, ...]:
        """Return what there is, newest first. What staff did not say of an entry is left out.

        So are entries that no key here opens and that began at another venue: they lie here for customers who
        come back. What began at this venue and does not open was saved to a wrong key, and is listed.

        Where what they had said is lost, the entry is looked into for the state that its pages tell: so many
        at once, since that takes two milliseconds each.
        """
        every, said = map(self._vouched, self.vault.rows()), self.turns
        rows = tuple(row for row in every if self.others.get(row.id) != "" or not self._is_foreign(row))
        lost = [row for row in rows if row.turn < said.get(row.id, 0)]
        for row in [row for row in lost if not self._knows(row)][:TALK_MOST]:
            self._standing(row)
        told = {row.id: self._as_told(row) for row in lost}
        return tuple(told.get(row.id, row) for row in rows)

    def _is_foreign(self, row: Row) -> bool:
        return writer_of(row.pages[0]) in self.elsewhere

    def asked_to_talk(self, rows: Iterable[Row]) -> dict[str, datetime]:
        """Return since when customers ask to talk and staff have not said that they did, by entry id.

        The wish stands in the sealed pages alone, so they are opened, each time that an entry has a further
        one. A page that does not open says nothing; the one before it does. Of those that are `unread`
        nothing is known.
        """
        rows = tuple(rows)
        for row in nlargest(TALK_MOST, rows, key=lambda row: (row.is_news, row.last_page)):
            self._standing(row)
        wishes = ((row.id, self._stands[row.id].wish) for row in rows if self._knows(row))
        return {entry_id: wish.since for entry_id, wish in wishes if wish}

    def unread(self, rows: Iterable[Row]) -> list[Row]:
        """Return the entries that were not looked into yet, those with something new first."""
        unread = (row for row in rows if not self._knows(row))
        return sorted(unread, key=lambda row: (row.is_news, row.last_page), reverse=True)

    def plans(self, rows: Iterable[Row]) -> dict[str, Plan]:
        """Return the plans of entries that are not closed, by entry id, of those that were looked into."""
        stands = ((row, self._stands.get(row.id, _Standing())) for row in rows if row.state != "closed")
        return {row.id: one.plan for row, one in stands if one.plan and one.pages == row.pages}

    def look_into(self, rows: Iterable[Row], go_on: Callable[[], bool] = lambda: True) -> bool:
        """Look into each entry for wishes and plans, unless that was done, for as long as `go_on` says so.

        It takes two milliseconds an entry. Returns whether there was anything to look into.
        """
        unread = self.unread(rows)
        for row in unread:
            if not go_on():
                break
            self._standing(row)
        return bool(unread)

    def new_codes(self, row: Row) -> tuple[NewCode, ...]:
        """Return when staff gave an entry a new code, oldest first; nothing where it does not open."""
        return self._standing(row).new_codes if len(row.pages) > 1 else ()

    def shared(self, row: Row) -> Shared | None:
        """Tell how much of the newest answers staff may read; None where they do not open."""
        page = self.newest(row)
        return Shared(len(page.sections), not page.private) if page else None

    def newest(self, row: Row) -> Reflection | None:
        """Return the newest answers; None where they do not open, or may not be the newest."""
        return next((page for _, page in self._reflections(row)), None)

    def _read(self, entry_id: str, keys: HandleKeys | None = None) -> EntryRead:
        """Open an entry's pages and check them. Raises NoEntryError or DamageError."""
        tags = replace(self.tags, code=Keys.of(code=keys.identity).code) if keys else self.tags
        read = read_entry(entry_id, self.vault.named_pages(entry_id), self.opens, tags, self.venues)
        self._settle_venue(entry_id, read)
        return read

    def _settle_venue(self, entry_id: str, read: EntryRead) -> None:
        """Keep which venue an entry is of, as its pages say."""
        name = self._by_recipient.get(read.venue, self.own_name)
        if read.is_closed:
            name = ""
        elif name == self.own_name:
            self.others.pop(entry_id, None)
            return
        self.others[entry_id] = name

    def is_said(self, row: Row) -> bool:
        """Tell whether staff said what a row says of them."""
        said = row.turn or row.picked_up or row.seen or row.became or row.picked_up_by
        if not said:
            return True
        if row.turn < self.turns.get(row.id, 0):
            return False
        marks = marks_of(row)
        if row.tag == self.sign_of(row.id)(row.id, marks):  # so it is with nearly all
            return True
        return any(row.tag == sign(row.id, marks) for sign in self._signers.values())

    def _vouched(self, row: Row) -> Row:
        """Return a row with what staff said of it alone."""
        if self.is_said(row):
            return row
        return structs.replace(row, picked_up_by="", picked_up=None, seen="", became=None, turn=0, tag="")

    def _told_again(self, row: Row, pages: Sequence[PageFile]) -> Row:
        """Return a row with the state that pages tell, where its own was lost; the list has it then too."""
        told = self._told(row, pages)
        if told is None or row.became is not None:
            return row
        least = self.turns.get(row.id, 0)
        try:
            return self.vault.mark(
                row.id, told.by, self.sign_of(row.id), state=told.state, least=least, seen=told.seen
            )
        except VaultError:
            return row  # a disk that takes nothing must keep nobody from reading

    def _as_told(self, row: Row) -> Row:
        """Return a row with the state that pages tell, likewise; the list stays as it is.

        So whoever unlocks is told that it was changed, until staff say something of the entry.
        """
        told = self._stands.get(row.id, _Standing()).told
        if told is None or told.state == "waiting" or row.became is not None:
            return row
        return structs.replace(
            row, became=told.state, picked_up_by=told.by, picked_up=told.at, seen=" ".join(told.seen)
        )

    def _told(self, row: Row, pages: Sequence[PageFile]) -> _Told | None:
        """Return what pages tell of what staff said.

        Who said so had seen the page that theirs names as the one before it, and those before that; what came
        since is news, and what another place wrote at the same time.
        What was kept back before a new code has no page that says so: it is closed from the first.
        """
        by_hash = {file.hash: file for file in pages}
        for file in reversed(pages):
            if isinstance(file.page, StatusChange):
                seen, one = [file.head.name], by_hash.get(file.head.before)
                while one and one.head.name < seen[0]:
                    seen, one = [one.head.name, *seen], by_hash.get(one.head.before)
                return _Told(file.page.state, file.page.by, file.page.made, tuple(seen))
            if isinstance(file.page, Reflection) and is_rest(row.id, file.page):
                return _Told("closed", self.staff, row.last_page, row.pages)
        return None

    def _standing(self, row: Row) -> _Standing:
        if not self._knows(row):
            try:
                read = self._read(row.id)
            except VaultError:  # that is told elsewhere; to read it again would bring no more
                self._stands[row.id] = _Standing(row.pages)
            else:
                told = self._told(row, read.pages)
                codes = tuple(file.page for file in read.pages if isinstance(file.page, NewCode))
                self._stands[row.id] = _Standing(row.pages, read.wish, read.plan, told, codes)
        return self._stands[row.id]

    def _knows(self, row: Row) -> bool:
        return self._stands.get(row.id, _Standing()).pages == row.pages

    def _reflections(self, row: Row) -> Iterator[tuple[str, Reflection | None]]:
        """Yield an entry's answers with the names of their pages, the newest first.

        Of a page that does not open, and may be one, the page is None.
        """
        try:
            read = self._read(row.id)
        except VaultError:
            return
        newest = [(file.head.name, file.page) for file in read.pages if isinstance(file.page, Reflection)]
        unread = [(name, None) for name, doubt in read.aside if doubt in ("unreadable", "not held")]
        yield from sorted([*newest, *unread], key=lambda one: one[0], reverse=True)
