"""The catalogue: which entries there are, and what became of them, in one TinyDB document each.

A document is keyed by the entry's id. Its shape, version 1 (`v`); only the fields that say something are
stored:

    name, saved            from the page's file, or rebuilt from it
    source, typed_in_by    where it was not the customer at the kiosk
    more                   page number → when, for the pages after the first
    picked_up_by, picked_up
    erased                 when; then it is a tombstone, and nothing else in it counts

Times are ISO texts in UTC with six decimals, so that they sort as texts. Each writer sets only the fields
it knows, so writers that have not read what is there cannot undo one another.
"""

import re
import threading
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from tinydb import where
from tinydb.queries import QueryInstance

from kiosk.errors import DamageError, NoEntryError
from kiosk.vault.durable import DISK, TEMPORARY, Disk, sweep
from kiosk.vault.lines import Document, Fill, Merge, Operation, Put
from kiosk.vault.log import Damage
from kiosk.vault.tables import LogStorage, LogTable

SHAPE = 1
"""The version of a document's shape."""
FIRST = "0001"
"""The number of an entry's first page."""
TABLE = "entries"

NO_ENTRY = "There is no entry with that code on this machine."

Source = Literal["kiosk", "paper"]
State = Literal["waiting", "picked up"]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What the catalogue says of one entry."""

    id: str
    """32 hexadecimal digits; the entry's file name."""
    name: str
    saved: datetime
    """When the first page was saved, in UTC."""
    source: Source = "kiosk"
    typed_in_by: str = ""
    """The member of staff who typed a paper form in; else empty."""
    pages: int = 1
    last_page: datetime
    """When the last page was saved, in UTC."""
    picked_up_by: str = ""
    picked_up: datetime | None = None
    """When, in UTC; None while it waits."""

    @property
    def state(self) -> State:
        """Whether a member of staff has it yet."""
        return "waiting" if self.picked_up is None else "picked up"


_Time = Annotated[datetime, msgspec.Meta(tz=True)]


class _Stored(msgspec.Struct, frozen=True, kw_only=True):
    """A document as it is stored."""

    v: Literal[1]
    name: str
    saved: _Time
    source: Source = "kiosk"
    typed_in_by: str = ""
    more: dict[str, _Time] = {}
    picked_up_by: str = ""
    picked_up: _Time | None = None


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
        self,
        entry_id: str,
        name: str,
        saved: datetime,
        *,
        source: Source = "kiosk",
        typed_in_by: str = "",
    ) -> None:
        """Add an entry's row (blind). It is flushed where it tells more than the page's file can."""
        fields: Document = {"v": SHAPE, "name": name, "saved": to_text(saved)}
        if source != "kiosk":
            fields["source"] = source
        if typed_in_by:
            fields["typed_in_by"] = typed_in_by
        self._log.append([Merge(TABLE, entry_id, fields)], flush=len(fields) > 3)

    def note_page(self, entry_id: str, page: str, saved: datetime) -> None:
        """Add a page after the first to an entry's row (blind, not flushed)."""
        self._log.append([Merge(TABLE, entry_id, {"more": {page: to_text(saved)}})], flush=False)

    def adopt(self, found: Iterable[tuple[str, str, Mapping[str, datetime]]]) -> None:
        """Add what page files tell of entries: id, name, and page number → when.

        What a row says already stays as it is.
        """
        operations: list[Operation] = []
        for entry_id, name, pages in found:
            fields: Document = {"v": SHAPE, "name": name, "saved": to_text(pages[min(pages)])}
            more = {page: to_text(saved) for page, saved in pages.items() if page != FIRST}
            if more:
                fields["more"] = more
            operations.append(Fill(TABLE, entry_id, fields))
        for start in range(0, len(operations), 1000):
            self._log.append(operations[start : start + 1000], flush=False)

    def rows(self) -> tuple[Row, ...]:
        """Return all rows, newest first; those that do not read as one are left to `unreadable`."""
        return self._search(_LISTED)

    def search(
        self, *, name: str = "", state: State | None = None, since: datetime | None = None
    ) -> tuple[Row, ...]:
        """Return the rows that fit, newest first: part of a name in any case, a state, saved since."""
        query = _LISTED
        if name:
            query &= where("name").search(re.escape(name), re.IGNORECASE)
        if state is not None:
            picked_up = where("picked_up").exists()
            query &= picked_up if state == "picked up" else ~picked_up
        if since is not None:
            query &= where("saved") >= to_text(since)
        return self._search(query)

    def row(self, entry_id: str) -> Row:
        """Return one row. Raises NoEntryError where there is none, or only a tombstone."""
        with self._guard:
            document = self._table.documents().get(entry_id)
        if document is None or not _LISTED(document):
            raise NoEntryError(NO_ENTRY)
        row = _row(entry_id, document)
        if row is None:
            raise DamageError(
                "What the catalogue says of this entry cannot be read. Tell who looks after it."
            )
        return row

    def unreadable(self) -> tuple[str, ...]:
        """Return the ids of rows that do not read as one."""
        with self._guard:
            documents = self._table.documents().items()
            return tuple(id_ for id_, one in documents if _LISTED(one) and _row(id_, one) is None)

    def lists(self, entry_id: str) -> bool:
        """Tell whether there is a row that is no tombstone."""
        with self._guard:
            return _LISTED(self._table.documents().get(entry_id, {}))

    def knows(self, entry_id: str) -> bool:
        """Tell whether there is a row, a tombstone, or a note of a later page."""
        with self._guard:
            return entry_id in self._table.documents()

    def is_erased(self, entry_id: str) -> bool:
        """Tell whether the entry was erased here."""
        with self._guard:
            return "erased" in self._table.documents().get(entry_id, {})

    def page_numbers(self) -> dict[str, frozenset[str]]:
        """Return the page numbers that the rows know, by id; none for a row that lacks its first page."""
        with self._guard:
            return {id_: _numbers(one) for id_, one in self._table.documents().items() if "erased" not in one}

    def erased(self) -> frozenset[str]:
        """Return the ids of all entries that were erased here. They must not come back."""
        with self._guard:
            return frozenset(id_ for id_, one in self._table.documents().items() if "erased" in one)

    def pick_up(self, entry_id: str, staff: str, when: datetime) -> Row:
        """Mark an entry as picked up, flushed; the first marking stays. Raises NoEntryError."""
        marks: Document = {"picked_up_by": staff, "picked_up": to_text(when)}

        def mark(document: Any) -> None:
            if "picked_up" not in document and "erased" not in document:
                document.update(marks)

        with self._guard:
            self._table.update(mark, doc_ids=[entry_id])  # type: ignore[list-item]  # our ids are texts
            return self.row(entry_id)

    def erase(self, entry_id: str, when: datetime) -> None:
        """Put a tombstone in the place of a row (blind), flushed."""
        self._log.append([Put(TABLE, entry_id, {"v": SHAPE, "erased": to_text(when)})], flush=True)

    def sweep(self, before: datetime) -> int:
        """Remove unfinished files beside the log that were last written before a time; return how many."""
        return sweep(self._log.path.parent.glob(TEMPORARY + "*"), before, disk=self._disk)

    def mend(self) -> None:
        """Read up, and cut off what a crash left at the end of the log."""
        self._log.commit(lambda _: ())

    def close(self) -> None:
        """Let go of the log; the next call opens it again."""
        with self._guard:
            self._table.clear_cache()
            self._log.close()

    def _search(self, query: QueryInstance) -> tuple[Row, ...]:
        with self._guard:
            read = (_row(id_, one) for id_, one in self._table.documents().items() if query(one))
            rows = [row for row in read if row is not None]
        rows.reverse()  # of two saved in the same moment, the later line is the newer
        return tuple(sorted(rows, key=lambda row: row.saved, reverse=True))


_LISTED = where("saved").exists() & ~where("erased").exists()
"""A row, and not a tombstone, nor a later page's note whose first line was lost."""


_ONE_PAGE = frozenset((FIRST,))


def _numbers(document: Mapping[str, Any]) -> frozenset[str]:
    """Return the page numbers that a living row knows."""
    if "saved" not in document:
        return frozenset()
    return _ONE_PAGE.union(document["more"]) if "more" in document else _ONE_PAGE


def to_text(when: datetime) -> str:
    """Return an aware time as it is stored: `2026-03-01T09:30:00.000000Z`."""
    if when.tzinfo is None:
        raise ValueError("the vault's clock must give aware times")
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _row(entry_id: str, document: Mapping[str, Any]) -> Row | None:
    """Return a stored document as a row, or None where it does not read as one."""
    try:
        stored = msgspec.convert(document, _Stored)
    except msgspec.ValidationError:
        return None
    return Row(
        id=entry_id,
        name=stored.name,
        saved=stored.saved,
        source=stored.source,
        typed_in_by=stored.typed_in_by,
        pages=1 + len(stored.more),
        last_page=max(stored.more.values(), default=stored.saved),
        picked_up_by=stored.picked_up_by,
        picked_up=stored.picked_up,
    )
