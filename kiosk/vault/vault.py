"""The vault: save, add, read, list, mark and erase entries, and put right what a crash left.

A page is durable before a call returns. What a page's file can tell is rebuilt from it (`reconcile`), so
the catalogue's row of a new entry is not waited for; what only the catalogue knows is flushed first.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from msgspec import structs

from kiosk.dates import nanoseconds, on_day
from kiosk.errors import (
    BegunError,
    DamageError,
    Fate,
    Gone,
    GoneError,
    NewCodeError,
    NoEntryError,
    NoRoomError,
    SaveError,
    VaultError,
)
from kiosk.language import english
from kiosk.os_errors import FREE, FULL, LOOKED_AFTER, explained, explaining
from kiosk.vault import durable, move_journal
from kiosk.vault.catalogue import NO_ENTRY, Catalogue
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.log_lines import Document
from kiosk.vault.move_journal import Move
from kiosk.vault.page_files import PageFiles, is_id
from kiosk.vault.place import place_id
from kiosk.vault.reconcile import ReconcileReport, reconcile
from kiosk.vault.rows import Row, Sign, Source, Why, moment_in, read_tombstone, to_text
from kiosk.vault.states import State

RESERVE = 64 * 1024 * 1024
"""How many bytes saving leaves free, so that erasing still works."""
TYPICAL = 1 << 16
"""Bytes that an entry may have, where it is not known yet."""
LEFT_OVER = timedelta(hours=1)
"""A temporary file older than this belongs to nobody who still runs."""

NO_ROOM = f"There is no room left on this machine's disk. Nothing was saved. {FREE}"
NOT_SAVED = f"This could not be saved. Try again. {LOOKED_AFTER}"
CHANGED = "This entry was changed at the same moment, so nothing was done. Look at it, then try again."
NOT_MOVED = (
    "The new code is not finished. The kiosk finishes it when the desk is next unlocked. The old code may "
    "then no longer open the entry."
)
NOT_LISTED = "The list of entries could not be read."


class Vault:
    """The vault below one home folder. Opening it reads and makes nothing.

    Several processes, and several threads of each, may use one home at once. `save`, `add_page`, `pages`
    and `has` do not read the catalogue; the first call that needs its rows loads them.

    An id is 32 hexadecimal digits in lower case. What is none is no entry: a NoEntryError from what looks
    for one, a ValueError from what makes one.
    """

    def __init__(
        self,
        home: Path,
        *,
        clock: Callable[[], datetime],
        name_of: Callable[[str], str],
        reserve_bytes: int = RESERVE,
        disk: Disk = DISK,
        not_before: Callable[[], datetime | None] = lambda: None,
    ) -> None:
        self.home = home
        self._clock = clock
        """The time, aware."""
        self.name_of = name_of
        """Gives the name that belongs to an id."""
        self._reserve = reserve_bytes
        self._disk = disk
        self._not_before = not_before
        """The earliest that it can be, where that is known: pages are dated no earlier by a wrong clock."""
        self.page_files = PageFiles(home / "vault", disk=disk)
        """Where the pages lie."""
        self._catalogue = Catalogue(home / "catalogue" / "log", disk=disk)

    def save(self, entry_id: str, name: str, sealed: bytes, *, source: Source = "kiosk") -> bool:
        """Save a new entry's first page, durable when this returns.

        Returns whether the catalogue has its row too; if not, the next `reconcile` adds it. Raises
        SaveError, of which NoRoomError is one kind; then nothing was saved.
        """
        saved, modified = self._page_time()
        name.encode()  # a ValueError now, rather than a row that cannot be written later
        with saving():
            self._need_room(len(sealed))
            try:
                page = self.page_files.create_first(entry_id, self.place(), sealed, modified)
            except FileExistsError as error:
                raise SaveError("An entry with this code already exists. Try again.") from error
        return self._noted(lambda: self._catalogue.note_saved(entry_id, name, page, saved, source=source))

    def place(self) -> str:
        """Return the id of this place, which is the writer of all pages that are saved here.

        Lets OSError through.
        """
        return place_id(self.home / "place", disk=self._disk)

    def add_page(self, entry_id: str, seal: Callable[[int], bytes]) -> str:
        """Add a page to an entry, durable when this returns, and return its name.

        `seal` makes it, told its counter; again where another process took that one meanwhile. Raises
        NoEntryError, SaveError or NoRoomError; then nothing was added.
        """
        _find(entry_id)
        saved, modified = self._page_time()

        def with_room(counter: int) -> bytes:
            self._need_room(len(sealed := seal(counter)))
            return sealed

        with saving():
            try:
                page = self.page_files.create_next(entry_id, self.place(), with_room, modified)
            except FileNotFoundError as error:
                raise NoEntryError(NO_ENTRY) from error
        self._noted(lambda: self._catalogue.note_page(entry_id, page, saved))
        return page

    def keep_count(self, entry_id: str, quarter: str, sealed: bytes) -> None:
        """Keep what an entry's newest reflection adds to the figures of a quarter, such as `2026-Q3`.

        Where that fails, the entry is counted as long as its pages are there.
        """
        with suppress(OSError):
            self.page_files.set_count(entry_id, quarter, sealed)

    def try_saving(self) -> None:
        """Try whether an entry could be saved now. Raises SaveError, or NoRoomError."""
        with saving():
            self._need_room(TYPICAL)
            durable.try_writing(self.home / "vault", disk=self._disk)

    def pages(self, entry_id: str) -> tuple[bytes, ...]:
        """Return an entry's sealed pages, oldest first. Raises NoEntryError or DamageError."""
        return tuple(sealed for _, sealed in self.named_pages(entry_id))

    def named_pages(self, entry_id: str) -> tuple[tuple[str, bytes], ...]:
        """Return an entry's sealed pages with their names, in order.

        Raises NoEntryError, which is a GoneError where it is known what became of it, or DamageError.
        """
        _find(entry_id)
        with explaining(DamageError, "A page of this entry cannot be read."):
            sealed = self.page_files.read(entry_id)
        if not sealed:
            raise self._gone(entry_id)
        return sealed

    def _gone(self, entry_id: str) -> NoEntryError:
        """Return why there is no page of an entry: the file beside them tells it, the list is not read."""
        said = read_tombstone(self.page_files.read_tombstone(entry_id))
        erased = moment_in(said)
        day = f" on {english(on_day(erased))}" if erased else ""
        if said.get("why") == "new code":
            return NewCodeError(
                f"Staff gave a new code for these answers{day}. This code no longer opens them.",
                erased,
                str(said["erased"]),
                str(said.get("told")),
            )
        if said.get("why") != "time":
            return NoEntryError(NO_ENTRY)
        return GoneError(
            f"These answers were deleted{day}, because the time we keep them was over.",
            Gone(Fate.EXPIRED, erased),
        )

    def has(self, entry_id: str) -> bool:
        """Tell whether an entry has a page here. Raises DamageError where its folder cannot be read."""
        if not is_id(entry_id):
            return False
        with explaining(DamageError, "This entry cannot be read."):
            return bool(self.page_files.names(entry_id))

    def rows(self) -> tuple[Row, ...]:
        """Return what the catalogue says of all entries, newest first, by the names that their ids give.

        Raises VaultError.
        """
        with self._catalogue_or(NOT_LISTED):
            return tuple(map(self._named, self._catalogue.rows()))

    def row(self, entry_id: str) -> Row:
        """Return what the catalogue says of one entry, or its page files where its row was lost, likewise.

        Raises NoEntryError, or another VaultError where the catalogue cannot be read.
        """
        _find(entry_id)
        with self._catalogue_or(NOT_LISTED):
            return self._named(self._row(entry_id))

    def _named(self, row: Row) -> Row:
        """Return a row with the name that its id gives: anybody may have written another into the list."""
        name = self.name_of(row.id)
        return row if row.name == name else structs.replace(row, name=name)

    def mark(
        self,
        entry_id: str,
        staff: str,
        sign: Sign,
        *,
        state: State | None = None,
        least: int = 0,
        seen: Iterable[str] | None = None,
        wrote: str = "",
    ) -> Row:
        """Mark an entry as picked up, or say what became of it, flushed before this returns.

        The first marking stays; others are noted. `sign` makes the tag with which the desk vouches for it,
        and `least` is how often staff had said something of it already: what the list says of less often does
        not count. `seen` are the names of the pages that were there when they opened it, None for all that
        are listed, and `wrote` that of a page that they added since. Raises NoEntryError, or another
        VaultError where it was not marked.
        """
        _find(entry_id)
        with self._catalogue_or("The status could not be saved."):
            self._need_row(entry_id)
            row = self._catalogue.mark(
                entry_id, staff, self._now(), sign, state=state, least=least, seen=seen, wrote=wrote
            )
            return self._named(row)

    def redate(self, now: datetime, is_wrong: Callable[[datetime], bool]) -> int:
        """Let pages of wrong dates be of `now`, and return of how many entries. Raises VaultError."""
        with self._catalogue_or("The dates of entries could not be corrected."):
            pages = self._catalogue.dated(is_wrong)
            for entry_id, names in pages.items():
                self.page_files.redate(entry_id, names, now)
            self._catalogue.redate(pages, now)
            return len(pages)

    def rename_entry(self, move: Move) -> None:
        """Let an entry go on under another id, with the pages and rows that `move` has, as one step.

        Raises NoEntryError; SaveError or NoRoomError where nothing was done, so where the entry is no longer
        what `move` was made from; BegunError where it is not finished: the next `reconcile` does that.
        """
        self._settle(move.id)
        if not self.has(move.id):
            raise NoEntryError(NO_ENTRY)
        with saving():
            data = move_journal.encoded(move)
            self._need_room(2 * len(data))
            move_journal.begin(self.page_files, move, data, disk=self._disk)
        try:
            moves = move_journal.finish(self.page_files, self._catalogue, move.id, disk=self._disk)
        except (OSError, DamageError) as error:
            self._catalogue.close()
            raise BegunError(NOT_MOVED) from error
        if not moves:
            raise SaveError(CHANGED)

    def document(self, entry_id: str) -> Document:
        """Return what the list says of an entry, as it is stored; where it was lost, what its files tell.

        Raises NoEntryError, or another VaultError.
        """
        _find(entry_id)
        with self._catalogue_or(NOT_LISTED):
            self._need_row(entry_id)
            return self._catalogue.document(entry_id)

    def _settle(self, entry_id: str) -> None:
        """Finish what was begun for an entry and stopped. Raises VaultError."""
        if self.page_files.is_moving(entry_id):
            with self._catalogue_or(NOT_MOVED):
                move_journal.finish(self.page_files, self._catalogue, entry_id, disk=self._disk)

    def erase(self, entry_id: str, sign: Sign | None = None, *, why: Why = "", again: bool = False) -> None:
        """Erase an entry: its tombstone first, in the list and beside its pages, flushed, and then these.

        `sign` makes the tag with which the desk vouches for it; what the kiosk erases by itself has none. It
        may be called again after a failure. An entry that goes on under another id is there no more, except
        `again`, where somebody has put its pages back.

        Raises NoEntryError where there is nothing of it, not even a tombstone; another VaultError where it
        was not erased, or not wholly: the next `reconcile` then finishes it.
        """
        _find(entry_id)
        with suppress(DamageError):  # somebody planted it, and it goes too
            self._settle(entry_id)
        with self._catalogue_or("The entry is not deleted yet."):
            if again and self.page_files.is_erased(entry_id):
                # The list may be lost, and the file has the reason.
                self._catalogue.bury({entry_id: self.page_files.read_tombstone(entry_id)})
            elif not again and self._catalogue.document(entry_id).get("why") == "new code":
                raise NoEntryError(NO_ENTRY)
            if not self._catalogue.is_erased(entry_id):
                there = self.page_files.names(entry_id) or self.page_files.is_erased(entry_id)
                if not (there or self._catalogue.knows(entry_id)):
                    raise NoEntryError(NO_ENTRY)
                self._catalogue.erase(entry_id, self._now(), sign, why)
            self._forget_unfinished(entry_id)
            self._catalogue.bury_beside(self.page_files, entry_id)
            if self.page_files.is_moving(entry_id):
                durable.remove(self.page_files.moving(entry_id), disk=self._disk)

    def reconcile(self) -> ReconcileReport:
        """Bring rows and pages together after a crash, and remove what it left. Raises VaultError.

        Safe while others save, add and erase. Nothing that holds a page of a living entry is removed.
        """
        with self._catalogue_or("The list of entries could not be repaired."):
            return reconcile(
                self.page_files,
                self._catalogue,
                name_of=self.name_of,
                left_before=self._now() - LEFT_OVER,
                disk=self._disk,
            )

    def erased(self) -> frozenset[str]:
        """Return the ids of all entries that were erased here. Raises VaultError."""
        with self._catalogue_or(NOT_LISTED):
            return self._catalogue.erased()

    def tombstones(self, ids: Iterable[str]) -> dict[str, Document]:
        """Return the tombstones of those of some entries that have one, by id. Raises VaultError."""
        with self._catalogue_or(NOT_LISTED):
            return self._catalogue.tombstones(ids)

    def close(self) -> None:
        """Let go of the catalogue. The vault may be used again; it then opens anew."""
        self._catalogue.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _now(self) -> datetime:
        """Return the time, checked before anything is done with it."""
        now = self._clock()
        to_text(now)
        return now

    def _page_time(self) -> tuple[datetime, int | None]:
        """Return the time that a page is dated to, and as a file's where the clock shows another one."""
        now, earliest = self._now(), self._not_before()
        if earliest is None or earliest <= now:
            return now, None
        return earliest, nanoseconds(earliest)

    def _forget_unfinished(self, entry_id: str) -> None:
        folder = self.home / "unfinished"
        left = list(folder.glob(f"*{entry_id}.*"))
        for path in left:
            with suppress(FileNotFoundError):
                self._disk.unlink(path)
        if left:
            durable.flush_folder(folder, disk=self._disk)

    def _need_room(self, size: int) -> None:
        if durable.free_bytes(self.home, disk=self._disk) - size < self._reserve:
            raise NoRoomError(NO_ROOM)

    def _noted(self, note: Callable[[], None]) -> bool:
        """Write a row whose page is on the medium already; tell whether that worked."""
        try:
            note()
        except (OSError, DamageError):
            self._catalogue.close()
            return False
        return True

    def _need_row(self, entry_id: str) -> None:
        if not self._catalogue.lists(entry_id):
            row = self._row(entry_id)
            self._catalogue.adopt([(entry_id, row.name, self.page_files.times(entry_id))])

    def _row(self, entry_id: str) -> Row:
        if self._catalogue.lists(entry_id) or self._catalogue.is_erased(entry_id):
            return self._catalogue.row(entry_id)
        times = self.page_files.times(entry_id)
        if not times:
            raise NoEntryError(NO_ENTRY)
        return Row(
            id=entry_id,
            name=self.name_of(entry_id),
            saved=times[min(times)],
            pages=tuple(times),
            last_page=max(times.values()),
        )

    @contextmanager
    def _catalogue_or(self, outcome: str) -> Iterator[None]:
        """Turn an OSError into sentences, and open the catalogue anew the next time."""
        try:
            yield
        except OSError as error:
            self._catalogue.close()
            raise VaultError(explained(error, outcome=outcome)) from error


def _find(entry_id: str) -> None:
    """Refuse what cannot be an entry's id before it becomes a path."""
    if not is_id(entry_id):
        raise NoEntryError(NO_ENTRY)


@contextmanager
def saving() -> Iterator[None]:
    """Turn an OSError into what the person at the kiosk is told."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise NoRoomError(explained(error, outcome="Nothing was saved.")) from error
        raise SaveError(explained(error, outcome="Nothing was saved.")) from error
