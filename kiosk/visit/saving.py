"""Saving: from answers to a sealed entry under a new handle; and what is said of questions, kept apart."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from kiosk import seal
from kiosk.counts.tally import sealed_count
from kiosk.counts.uncounted import sealed_nothing
from kiosk.dates import to_second
from kiosk.entry import handle
from kiosk.entry.answers import Answer
from kiosk.entry.handle import Handle, HandleKeys
from kiosk.entry.names import NameWords
from kiosk.entry.page_file import BY_CODE, EntryRead, Keys, PageHead, read_entry, seal_page
from kiosk.entry.pages import AnsweredSection, Asked, Reflection, page_of
from kiosk.errors import BusyError, DamageError, NoMemoryError, SaveError
from kiosk.mac import key_from
from kiosk.pack.model import Pack
from kiosk.vault.vault import NOT_SAVED, saving


class Saves(Protocol):
    """What saving needs of a vault."""

    def save(self, entry_id: str, name: str, sealed: bytes, *, source: Literal["kiosk", "paper"]) -> object:
        """Keep the first page of a new entry. Raises SaveError."""

    def add_page(self, entry_id: str, seal: Callable[[int], bytes]) -> object:
        """Keep a further page of an entry, made by `seal` once its counter is known.

        Raises SaveError, or NoEntryError where it has gone.
        """

    def keep_count(self, entry_id: str, quarter: str, sealed: bytes) -> None:
        """Keep what an entry's newest reflection adds to the figures of a quarter."""

    def place(self) -> str:
        """Return the id of the place that writes. Lets OSError through."""

    def named_pages(self, entry_id: str) -> tuple[tuple[str, bytes], ...]:
        """Return an entry's sealed pages with their names. Raises NoEntryError or DamageError."""


@dataclass(frozen=True)
class Saved:
    """What a customer leaves with."""

    handle: Handle
    name: str
    id: str
    asks: bool = field(default=False, compare=False)
    """Whether a wish to talk stands."""


@dataclass(frozen=True)
class Submission:
    """What a customer wants to leave, and how."""

    pack: Pack
    answers: Mapping[str, Answer]
    """By question id."""
    private: Collection[str] = ()
    """The ids of the sections that the customer's code alone is to open."""
    talk: bool | None = False
    """Whether the customer wants to talk to somebody; None leaves that as it stands."""
    earlier: Collection[AnsweredSection] = ()
    """What was said before to questions that mean something else now, or are gone."""
    top: Collection[str] = ()
    """The strengths that the customer puts on top of My page."""


@dataclass(frozen=True)
class Saver:
    """Seals entries to one venue and keeps them in its vault."""

    vault: Saves
    venue_key: str
    """The venue's age recipient."""
    names: NameWords
    clock: Callable[[], datetime]
    """The time, aware."""
    draw: Callable[[], Handle] = handle.draw
    derive: Callable[[Handle], HandleKeys] = handle.keys
    key_of: Callable[[str, str], str] = lambda _before, own: own
    """Told the recipient that an entry's first page was sealed to, and that of this venue now, gives that to
    which a further page is sealed: entries of other venues stay theirs."""
    key_now: Callable[[], str] | None = None
    """Gives the venue's recipient at the time of saving, which staff may have changed since `venue_key`."""
    desk_key: bytes = field(default=b"", repr=False)
    """What the desk vouches with for who typed a paper form in (`kiosk.entry.page_file.Keys`)."""

    def new_code(self) -> tuple[Handle, HandleKeys]:
        """Draw the code of a new entry, and derive what it leads to. Raises SaveError."""
        drawn = self.draw()
        return drawn, self._keys(drawn)

    def save(
        self,
        reflection: Submission,
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
        page = self._page(reflection, keys, source, typed_in_by)
        venue, seal_next = self._sealing(page, keys)
        self.vault.save(keys.id, page.name, seal_next(1), source=source)
        self.vault.keep_count(keys.id, *sealed_count(page, None, venue))
        return Saved(drawn, page.name, keys.id, bool(reflection.talk))

    def amend(self, reflection: Submission, code: Handle) -> Saved:
        """Seal the answers as a further page of the entry with this code, durable when this returns.

        Raises SaveError, or NoEntryError where the entry has gone meanwhile; then nothing was saved.
        """
        keys = self._keys(code)
        page = self._page(reflection, keys)
        known, venue = self._add(page, keys)
        first = next((file.page for file in known.pages if isinstance(file.page, Reflection)), None)
        self.vault.keep_count(keys.id, *sealed_count(page, first, venue))
        asks = known.wish is not None if reflection.talk is None else reflection.talk
        return Saved(code, page.name, keys.id, asks)

    def save_wish(self, code: tuple[Handle, HandleKeys]) -> Saved:
        """Seal the wish to talk alone as a new entry, durable when this returns. `code` is a `new_code`.

        It holds no answers; `amend` may add them. Raises as `save` does.
        """
        drawn, keys = code
        name = self.names.name_of(keys.id)
        page = self._asked(keys, talk=True)
        venue, seal_next = self._sealing(page, keys)
        self.vault.save(keys.id, name, seal_next(1), source="kiosk")
        self.vault.keep_count(keys.id, *sealed_nothing(page.made, page.reader, venue))
        return Saved(drawn, name, keys.id, asks=True)

    def ask_to_talk(self, keys: HandleKeys, *, talk: bool) -> Asked:
        """Add to an entry that its customer asks to talk, or takes that back. Raises as `amend` does."""
        page = self._asked(keys, talk=talk)
        self._add(page, keys)
        return page

    def _asked(self, keys: HandleKeys, *, talk: bool) -> Asked:
        return Asked(made=to_second(self.clock()), reader=seal.recipient_of(keys.identity), talk=talk)

    def _add(self, page: Reflection | Asked, keys: HandleKeys) -> tuple[EntryRead, str]:
        """Seal a further page of an entry; return what was there, and the venue's recipient.

        Raises as `amend` does.
        """
        try:
            there = self.vault.named_pages(keys.id)
        except DamageError as error:
            raise SaveError(NOT_SAVED) from error
        known = read_entry(keys.id, there, keys.identity, Keys.of(code=keys.identity))
        venue, seal_next = self._sealing(page, keys, known.newest_hash, known.venue)
        self.vault.add_page(keys.id, seal_next)
        return known, venue

    def _sealing(
        self, page: Reflection | Asked, keys: HandleKeys, before: str = "", sealed_to: str = ""
    ) -> tuple[str, Callable[[int], bytes]]:
        """Return the venue's recipient of now, and what seals a page to it, told its counter.

        `before` is the hash of the newest page before it, and `sealed_to` the venue's recipient there.
        """
        with saving():
            writer, venue = self.vault.place(), self.key_now() if self.key_now else self.venue_key
            if sealed_to:
                venue = self.key_of(sealed_to, venue)
        tags = Keys(code=key_from(keys.identity, BY_CODE), desk=self.desk_key)

        def seal_as(counter: int) -> bytes:
            head = PageHead(id=keys.id, counter=counter, writer=writer, before=before, venue=venue)
            return seal_page(page, head, (venue, page.reader), tags)[0]

        return venue, seal_as

    def _keys(self, code: Handle) -> HandleKeys:
        try:
            return self.derive(code)
        except NoMemoryError as error:
            raise BusyError(NOT_SAVED) from error

    def _page(
        self,
        reflection: Submission,
        keys: HandleKeys,
        source: Literal["kiosk", "paper"] = "kiosk",
        typed_in_by: str = "",
    ) -> Reflection:
        return page_of(
            reflection.pack,
            reflection.answers,
            name=self.names.name_of(keys.id),
            made=self.clock(),
            source=source,
            typed_in_by=typed_in_by,
            talk=reflection.talk,
            private=reflection.private,
            earlier=reflection.earlier,
            top=reflection.top,
            reader=seal.recipient_of(keys.identity),
        )
