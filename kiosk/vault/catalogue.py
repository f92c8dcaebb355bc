"""The catalogue: which entries there are, and what became of them, in one TinyDB document each.

A document is keyed by the entry's id; `kiosk.vault.rows` tells its shape. Each writer sets only the fields it
knows, so writers that have not read what is there cannot undo one another.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path

import msgspec
from msgspec import UNSET

from kiosk.dates import nanoseconds
from kiosk.errors import DamageError, NoEntryError
from kiosk.vault import row_changes
from kiosk.vault.durable import DISK, TEMPORARY, Disk, sweep
from kiosk.vault.log import Damage
from kiosk.vault.log_lines import Document, Documents, Fill, Header, Merge, Operation, Put, Tables, line_of
from kiosk.vault.page_files import PageFiles, is_id
from kiosk.vault.rows import (
    SHAPE,
    TABLE,
    Row,
    Sign,
    Source,
    Why,
    is_listed,
    is_tombstone,
    kept_in,
    moment_in,
    pages_in,
    read_row,
    read_stored,
    read_tombstone,
    to_text,
)
from kiosk.vault.states import State
from kiosk.vault.tables import LogStorage, LogTable

NO_ENTRY = "There is no entry with that code on this machine."


class Catalogue:
    """The rows of one vault. Nothing is opened or read before a method needs it.

    The methods that read let `OSError` through and raise DamageError for a log that is none, or a row that
    does not read as one; those marked blind do not read the rows.
    """

    def __init__(self, path: Path, *, read_only: bool = False, disk: Disk = DISK) -> None:
        storage = LogStorage(path, read_only=read_only, disk=disk)
        self._log = storage.log
        self._disk = disk
        self._table = LogTable(storage, TABLE)
        self._guard = threading.RLock()

    @property
    def damage(self) -> Damage:
        """What the log was found with."""
        return self._log.damage

    def note_saved(
        self, entry_id: str, name: str, page: str, saved: datetime, *, source: Source = "kiosk"
    ) -> None:
        """Add an entry's row (blind). It is flushed where it tells more than the page's file can."""
        fields: Document = {"v": SHAPE, "name": name, "pages": {page: to_text(saved)}}
        if source != "kiosk":
            fields["source"] = source
        self._log.append([Merge(TABLE, entry_id, fields)], flush=len(fields) > 3)

    def note_page(self, entry_id: str, page: str, saved: datetime) -> None:
        """Add a page after the first to an entry's row (blind, not flushed)."""
        self._log.append([Merge(TABLE, entry_id, {"pages": {page: to_text(saved)}})], flush=False)

    def adopt(self, found: Iterable[tuple[str, str, Mapping[str, datetime]]]) -> None:
        """Add what page files tell of entries: id, name, and page name → when.

        What a row says already stays as it is.
        """
        operations: list[Operation] = []
        for entry_id, name, pages in found:
            saved = {page: to_text(when) for page, when in pages.items()}
            fields: Document = {"v": SHAPE, "name": name, "pages": saved}
            operations.append(Fill(TABLE, entry_id, fields))
        for start in range(0, len(operations), 1000):
            self._log.append(operations[start : start + 1000], flush=False)

    def dated(self, is_wrong: Callable[[datetime], bool]) -> dict[str, list[str]]:
        """Return the names of the pages that have a wrong date, by id."""
        found = {}
        for id_, raw in self._every():
            with suppress(msgspec.ValidationError):  # left to `unreadable`
                stored = read_stored(raw)
                if stored.name is UNSET or stored.erased is not UNSET or not is_id(id_):
                    continue
                if wrong := [page for page, at in stored.pages.items() if is_wrong(at)]:
                    found[id_] = wrong
        return found

    def redate(self, pages: Mapping[str, Iterable[str]], now: datetime) -> None:
        """Let pages, by id and name, have been saved `now`, flushed (blind)."""
        operations: list[Operation] = [
            Merge(TABLE, id_, {"pages": dict.fromkeys(names, to_text(now))}) for id_, names in pages.items()
        ]
        if operations:
            self._log.append(operations, flush=True)

    def rows(self) -> tuple[Row, ...]:
        """Return all rows, newest first; those that do not read as one are left to `unreadable`."""
        rows = []
        for id_, raw in self._every():
            with suppress(DamageError):
                if row := read_row(id_, raw):
                    rows.append(row)
        rows.reverse()  # of two saved in the same moment, the later line is the newer
        rows.sort(key=lambda row: row.saved, reverse=True)
        return tuple(rows)

    def row(self, entry_id: str) -> Row:
        """Return one row. Raises NoEntryError where there is none, or only a tombstone."""
        raw = self._one(entry_id)
        row = read_row(entry_id, raw) if raw is not None else None
        if row is None:
            raise NoEntryError(NO_ENTRY)
        return row

    def unreadable(self) -> tuple[str, ...]:
        """Return the ids of rows that do not read as one."""
        found = []
        for id_, raw in self._every():
            try:
                read_row(id_, raw)
            except DamageError:
                found.append(id_)
        return tuple(found)

    def lists(self, entry_id: str) -> bool:
        """Tell whether there is a row that is no tombstone."""
        raw = self._one(entry_id)
        return raw is not None and is_listed(raw)

    def knows(self, entry_id: str) -> bool:
        """Tell whether there is a row, a tombstone, or a note of a later page."""
        return self._one(entry_id) is not None

    def is_erased(self, entry_id: str) -> bool:
        """Tell whether the entry was erased here."""
        raw = self._one(entry_id)
        return raw is not None and kept_in(raw).erased is not UNSET

    def page_names(self) -> dict[str, frozenset[str]]:
        """Return the names of the pages that the rows know, by id; none where a row's first line was lost."""
        kept = ((id_, kept_in(raw)) for id_, raw in self._every() if is_id(id_))
        return {id_: pages_in(one) for id_, one in kept if one.erased is UNSET}

    def erased(self) -> frozenset[str]:
        """Return the ids of all entries that were erased here. They must not come back."""
        every = ((id_, kept_in(raw)) for id_, raw in self._every() if is_id(id_))
        return frozenset(id_ for id_, one in every if one.erased is not UNSET)

    def mark(
        self,
        entry_id: str,
        staff: str,
        when: datetime,
        sign: Sign,
        *,
        state: State | None = None,
        least: int = 0,
        seen: Iterable[str] | None = None,
        wrote: str = "",
    ) -> Row:
        """Mark an entry as picked up, or say what became of it, flushed; the first marking stays.

        Where it is waiting again, nobody has picked it up or seen any of it: the next marking is a first.
        It is vouched for with all that staff said so far; what nobody vouches for does not count. `seen` are
        the names of the pages that staff had seen, None for all that the row knows, and `wrote` that of the
        page that they have just added. Raises NoEntryError.
        """
        change = partial(
            row_changes.mark, entry_id, staff, when, sign, state=state, least=least, seen=seen, wrote=wrote
        )
        with self._guard:
            self._table.update(change, doc_ids=[entry_id])  # type: ignore[list-item]  # our ids are texts
            return self.row(entry_id)

    def sign_again(self, is_good: Callable[[str, Document], bool], sign: Sign) -> None:
        """Vouch anew for what staff said of entries and what they erased, where somebody vouches for it now.

        `is_good` tells that of an id and its document, and `sign` makes the new tag.
        """

        def again(tables: Tables) -> list[Operation]:
            documents = tables.get(TABLE, Documents())
            return [
                Merge(TABLE, id_, {"tag": sign(id_, document)})
                for id_, document in documents.items()
                if "tag" in document and is_good(id_, document)
            ]

        self._log.commit(again)

    def erase(self, entry_id: str, when: datetime, sign: Sign | None = None, why: Why = "") -> None:
        """Put a tombstone in the place of a row (blind), flushed. `sign` makes the desk's tag."""
        document: Document = {"v": SHAPE, "erased": to_text(when)}
        if why:
            document["why"] = why
        if sign:
            document["tag"] = sign(entry_id, document)
        self._log.append([Put(TABLE, entry_id, document)], flush=True)

    def rename_entry(
        self,
        entry_id: str,
        tombstone: Document,
        rows: Mapping[str, Document],
        is_good: Callable[[Document], bool],
    ) -> bool:
        """Put a tombstone in the place of an entry's row, and other rows beside it, in one line, flushed.

        Returns whether that is so. `is_good` is told what the row says now; where it is not, or the entry was
        erased otherwise, nothing is done.
        """
        moved = False

        def work(tables: Tables) -> list[Operation]:
            nonlocal moved
            mine = tables.get(TABLE, Documents()).get(entry_id, {})
            if is_tombstone(mine):  # without its tag: another key of the venue may vouch for it by now
                moved = all(mine.get(field) == tombstone.get(field) for field in ("erased", "why", "told"))
                return []
            moved = is_good(mine)
            every = {entry_id: tombstone, **rows}
            return [Put(TABLE, id_, document) for id_, document in every.items()] if moved else []

        self._log.commit(work)
        return moved

    def document(self, entry_id: str) -> Document:
        """Return what is stored of an entry; nothing where it is not known."""
        with self._guard:
            return dict(self._table.documents().get(entry_id, {}))

    def bury_beside(self, pages: PageFiles, entry_id: str) -> None:
        """Put an entry's tombstone beside its pages, and remove these. Raises KeyError where it has none."""
        raw = self._one(entry_id)
        if raw is None:
            raise KeyError(entry_id)
        said = read_tombstone(raw)
        erased = moment_in(said)
        pages.bury(entry_id, raw, nanoseconds(erased) if erased else None, is_due=said.get("why") == "time")

    def tombstones(self, ids: Iterable[str]) -> dict[str, Document]:
        """Return the tombstones of those of some entries that have one, by id."""
        with self._guard:
            here = self._table.documents()
            found = {id_: here[id_] for id_ in ids if id_ in here}
        return {id_: document for id_, document in found.items() if is_tombstone(document)}

    def bury(self, tombstones: Mapping[str, bytes]) -> None:
        """Put tombstones that lie beside the pages in the place of rows, flushed.

        Of one that does not read it counts that it is there.
        """
        self.take_in({id_: read_tombstone(raw) for id_, raw in tombstones.items()})

    def sweep(self, before: datetime) -> int:
        """Remove unfinished files beside the log that were last written before a time; return how many."""
        return sweep(self._log.path.parent.glob(TEMPORARY + "*"), before, disk=self._disk)

    def mend(self) -> None:
        """Read up, and cut off what a crash left at the end of the log."""
        self._log.commit(lambda _: ())

    def compact_if_due(self) -> None:
        """Write the log anew where most of it is of no use any more; others go on meanwhile."""
        self._log.compact_if_due()

    def close(self) -> None:
        """Let go of the log; the next call opens it again."""
        with self._guard:
            self._table.clear_cache()
            self._log.close()

    @property
    def lock_path(self) -> Path:
        """The file that a commit locks."""
        return self._log.path.with_name(self._log.path.name + ".lock")

    def documents(self) -> dict[str, Document]:
        """Return what is stored of each entry now, by id, oldest first, tombstones included."""
        with self._guard:
            return dict(self._table.documents())

    def take_in(
        self,
        documents: Mapping[str, Document],
        is_said: Callable[[str, Document], bool] = lambda _id, _document: True,
    ) -> None:
        """Add what another catalogue knows, flushed. Erased in either is erased; else this one wins.

        But of what staff said of an entry that counts which was said after more turns. `is_said` tells, of an
        id and a document, whether staff said it: what they did not say here counts as nothing.
        """
        every = list(documents.items())
        for start in range(0, len(every), 1000):
            self._log.commit(partial(row_changes.taking_in, every[start : start + 1000], is_said))

    def _one(self, entry_id: str) -> bytes | None:
        """Return a document as JSON; None where there is none."""
        with self._guard:
            return self._table.documents().raw.get(entry_id)

    def _every(self) -> list[tuple[str, bytes]]:
        """Return the documents as JSON, by id."""
        with self._guard:
            return [*self._table.documents().raw.items()]


def log_of(documents: Mapping[str, Document]) -> Iterator[bytes]:
    """Yield the lines of a new log that holds these documents."""
    yield line_of(Header())
    for id_, document in documents.items():
        yield line_of([Put(TABLE, id_, document)])
