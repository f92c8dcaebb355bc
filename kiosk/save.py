"""Saving: from answers to a sealed entry under a new handle; and what is said of questions, kept apart."""

import secrets
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Literal, Protocol

import msgspec

from kiosk import handle, seal
from kiosk.answer import Answer
from kiosk.desk.tally import said_by
from kiosk.entry import Asked, Page, keep_back, page_of, page_to_bytes
from kiosk.errors import DamageError, NoRoomError, SaveError, SealError
from kiosk.handle import Handle, HandleKeys
from kiosk.mac import key_from
from kiosk.moments import day_of, nanoseconds, to_second
from kiosk.names import NameWords
from kiosk.pack.model import Pack
from kiosk.page_file import BY_CODE, EntryRead, Head, Keys, read_entry, seal_page
from kiosk.settings import Home, venue_key_now
from kiosk.text import written
from kiosk.vault import durable
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.vault import NOT_SAVED, RESERVE, saving


class Saves(Protocol):
    """What saving needs of a vault."""

    def save(self, entry_id: str, name: str, sealed: bytes, *, source: Literal["kiosk", "paper"]) -> object:
        """Keep the first page of a new entry. Raises SaveError."""

    def add_page(self, entry_id: str, seal: Callable[[int], bytes]) -> object:
        """Keep a further page of an entry, made by `seal` once its number is known.

        Raises SaveError, or NoEntryError where it has gone.
        """

    def keep_count(self, entry_id: str, quarter: str, sealed: bytes) -> None:
        """Keep what an entry's newest reflection adds to the figures of a quarter."""

    def numbered_pages(self, entry_id: str) -> tuple[tuple[int, bytes], ...]:
        """Return an entry's sealed pages with their numbers. Raises NoEntryError or DamageError."""


@dataclass(frozen=True)
class Saved:
    """What a customer leaves with."""

    handle: Handle
    name: str
    id: str
    asks: bool = field(default=False, compare=False)
    """Whether a wish to talk stands."""


@dataclass(frozen=True)
class Reflection:
    """What a customer wants to leave, and how."""

    pack: Pack
    answers: Mapping[str, Answer]
    """By question id."""
    private: Collection[str] = ()
    """The ids of the sections that the customer's code alone is to open."""
    talk: bool | None = False
    """Whether the customer wants to talk to somebody; None leaves that as it stands."""


@dataclass(frozen=True)
class Saver:
    """Seals entries to one venue and keeps them in its vault."""

    vault: Saves
    venue_key: str
    """The venue's age recipient."""
    names: NameWords
    clock: Callable[[], datetime]
    """The time, aware."""
    place: Callable[[], str] = field(kw_only=True)
    """The id of the place that writes (`kiosk.place`)."""
    draw: Callable[[], Handle] = handle.draw
    derive: Callable[[Handle], HandleKeys] = handle.keys
    key_now: Callable[[], str] | None = None
    """Gives the venue's recipient at the time of saving, which staff may have changed since `venue_key`."""
    desk_key: bytes = field(default=b"", repr=False)
    """What the desk vouches with for who typed a paper form in (`kiosk.page_file.Keys`)."""

    def new_code(self) -> tuple[Handle, HandleKeys]:
        """Draw the code of a new entry, and derive what it leads to. Raises SaveError."""
        drawn = self.draw()
        return drawn, self._keys(drawn)

    def save(
        self,
        reflection: Reflection,
        *,
        source: Literal["kiosk", "paper"] = "kiosk",
        typed_in_by: str = "",
        code: tuple[Handle, HandleKeys] | None = None,
    ) -> Saved:
        """Seal the answers as a new entry, durable when this returns.

        `code` is a `new_code`; without it one is drawn here. Raises SaveError, or NoRoomError, where nothing
        was saved; the answers are untouched, and trying again takes a new code.
        """
        drawn, keys = code or self.new_code()
        name = self.names.name_of(keys.id)
        page = self._page(reflection, name, source, typed_in_by)
        with saving():
            head = Head(id=keys.id, counter=1, writer=self.place(), venue=self._venue())
        page = self._kept_back(page, reflection.private, keys)
        self.vault.save(keys.id, name, self._sealed(page, head, keys), source=source)
        self._keep_count(keys.id, page, None, head.venue)
        return Saved(drawn, name, keys.id, bool(reflection.talk))

    def amend(self, reflection: Reflection, code: Handle) -> Saved:
        """Seal the answers as a further page of the entry with this code, durable when this returns.

        Raises SaveError, or NoEntryError where the entry has gone meanwhile; then nothing was saved.
        """
        keys = self._keys(code)
        name = self.names.name_of(keys.id)
        page = self._kept_back(self._page(reflection, name), reflection.private, keys)
        known, venue = self._add(page, keys)
        first = next((file.page for file in known.pages if isinstance(file.page, Page)), None)
        self._keep_count(keys.id, page, first, venue)
        asks = known.wish is not None if reflection.talk is None else reflection.talk
        return Saved(code, name, keys.id, asks)

    def ask_to_talk(self, keys: HandleKeys, *, talk: bool) -> Asked:
        """Add to an entry that its customer asks to talk, or takes that back. Raises as `amend` does."""
        reader = seal.recipient_of(keys.identity)
        page = Asked(made=to_second(self.clock()), reader=reader, talk=talk)
        self._add(page, keys)
        return page

    def _add(self, page: Page | Asked, keys: HandleKeys) -> tuple[EntryRead, str]:
        """Seal a further page of an entry; return what was there, and the venue's recipient.

        Raises as `amend` does.
        """
        try:
            there = self.vault.numbered_pages(keys.id)
        except DamageError as error:
            raise SaveError(NOT_SAVED) from error
        known = read_entry(keys.id, there, keys.identity, Keys.of(code=keys.identity))
        with saving():
            writer, venue = self.place(), self._venue()

        def seal_next(number: int) -> bytes:
            before = known.newest_hash
            head = Head(id=keys.id, counter=number, writer=writer, before=before, venue=venue)
            return self._sealed(page, head, keys)

        self.vault.add_page(keys.id, seal_next)
        return known, venue

    def _venue(self) -> str:
        """Return the venue's recipient of now."""
        return self.key_now() if self.key_now else self.venue_key

    def _keys(self, code: Handle) -> HandleKeys:
        try:
            return self.derive(code)
        except SealError as error:
            raise SaveError(NOT_SAVED) from error

    def _page(
        self,
        reflection: Reflection,
        name: str,
        source: Literal["kiosk", "paper"] = "kiosk",
        typed_in_by: str = "",
    ) -> Page:
        return page_of(
            reflection.pack,
            reflection.answers,
            name=name,
            made=self.clock(),
            source=source,
            typed_in_by=typed_in_by,
            talk=reflection.talk,
        )

    def _kept_back(self, page: Page, private: Collection[str], keys: HandleKeys) -> Page:
        return keep_back(page, private, seal.recipient_of(keys.identity))

    def _sealed(self, page: Page | Asked, head: Head, keys: HandleKeys) -> bytes:
        tags = Keys(code=key_from(keys.identity, BY_CODE), desk=self.desk_key)
        return seal_page(page, head, (head.venue, page.reader), tags)[0]

    def _keep_count(self, entry_id: str, page: Page, first: Page | None, venue: str) -> None:
        """Keep what the entry adds to figures, which may be made when it is erased already."""
        said = said_by(page_to_bytes(page), page_to_bytes(first) if first else None)
        self.vault.keep_count(entry_id, str(said.quarter), seal.seal(msgspec.json.encode(said), (venue,)))


class Comment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What somebody said of a question, or of the whole reflection. It names no entry."""

    version: int = 1
    pack: str
    pack_version: int
    question: str
    """The question's id; empty for the reflection as a whole."""
    week: str
    """The ISO week, `2026-W48`: no closer, so that it does not lead to an entry saved that day."""
    text: str
    rating: int | None = None
    """The point of the closing scale, where this is about the whole."""


def keep_comment(
    home: Home,
    venue_key: str,
    pack: Pack,
    *,
    now: datetime,
    question: str = "",
    text: str = "",
    rating: int | None = None,
    disk: Disk = DISK,
) -> None:
    """Seal a comment to the venue alone, under a random name and dated to the start of its week.

    `venue_key` is the venue's recipient as it was when the settings were read; that of now counts.
    Raises SaveError where it was not kept.
    """
    year, week, _ = day_of(now).isocalendar()
    comment = Comment(
        pack=pack.id,
        pack_version=pack.version,
        question=question,
        week=f"{year}-W{week:02}",
        text=written(text),
        rating=rating,
    )
    file = home.comments / f"{secrets.token_hex(16)}.age"
    monday = date.fromisocalendar(year, week, 1)
    modified = nanoseconds(datetime.combine(monday, time(), UTC))
    try:
        if durable.free_bytes(home.root, disk=disk) < RESERVE:
            raise NoRoomError(
                "There is no room left here, so your comment is not kept. Tell a member of staff."
            )
        sealed = seal.seal(msgspec.json.encode(comment), (venue_key_now(home, venue_key),))
        durable.create_once(file, sealed, modified=modified, disk=disk)
    except OSError as error:
        raise SaveError("Your comment could not be kept. Tell a member of staff.") from error
    with suppress(OSError):  # it is kept; the next one dates the folder
        durable.flush_folder(home.comments, modified=modified, disk=disk)
