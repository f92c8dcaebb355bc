"""TinyDB over a log: an update appends the documents that changed, and nothing else."""

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import Any, cast

from tinydb.queries import QueryLike
from tinydb.storages import Storage
from tinydb.table import Document as Found
from tinydb.table import Table

from kiosk.vault import log_lines
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.log import Log
from kiosk.vault.log_lines import Document, Documents, Operation, Tables


class LogStorage(Storage):
    """A log as TinyDB storage. Every commit made through TinyDB is flushed.

    `read` and `write` serve what TinyDB does to whole databases (listing tables, dropping them); documents
    go through `LogTable`.
    """

    def __init__(self, path: Path | str, *, read_only: bool = False, disk: Disk = DISK) -> None:
        self.log = Log(Path(path), read_only=read_only, disk=disk)

    def read(self) -> dict[str, dict[str, Document]] | None:
        """Return all tables, in dictionaries of the caller's own; None where there are none."""
        return {name: dict(documents) for name, documents in self.log.tables().items()} or None

    def write(self, data: Mapping[str, Mapping[Any, Document]]) -> None:
        """Append what leads from the log's tables to these."""

        def difference(tables: Tables) -> list[Operation]:
            operations: list[Operation] = [log_lines.Drop(name) for name in tables if name not in data]
            for name, documents in data.items():
                if name not in tables:
                    operations.append(log_lines.Clear(name))
                stored = {str(id_): document for id_, document in documents.items()}
                operations += log_lines.changes(name, tables.get(name, {}), stored)
            return operations

        self.log.commit(difference)

    def close(self) -> None:
        """Close the log."""
        self.log.close()


class LogTable(Table):
    """A TinyDB table over a log, its documents keyed by texts.

    A document is inserted as a `tinydb.table.Document` with its id.
    """

    document_id_class: Any = str

    _storage: LogStorage
    _seen = -1
    """The log's generation that the query cache was filled from."""

    def documents(self) -> Documents:
        """Return the documents as they are stored now; do not change them."""
        return self._storage.log.tables().get(self.name) or Documents()

    def search(self, cond: QueryLike) -> list[Found]:
        """Return the documents that match, what other processes committed included."""
        self._forget_stale()
        return super().search(cond)

    def _forget_stale(self) -> None:
        self._storage.log.tables()
        if self._seen != self._storage.log.generation:
            self._seen = self._storage.log.generation
            self._next_id = None
            self.clear_cache()

    def _get_next_id(self) -> Any:
        if self.document_id_class is str:
            raise ValueError("give the document its id: tinydb.table.Document(fields, doc_id=…)")
        self._forget_stale()
        return super()._get_next_id()  # type: ignore[no-untyped-call]  # TinyDB leaves it untyped

    def _read_table(self) -> dict[str, Mapping[Any, Any]]:
        return cast("dict[str, Mapping[Any, Any]]", self._storage.log.tables().get(self.name, {}))

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        def work(tables: Tables) -> list[Operation]:
            draft = ChangedTable(tables.get(self.name), self.document_id_class)
            updater(draft)
            return draft.operations(self.name)

        self._storage.log.commit(work)
        self.clear_cache()
        self._seen = self._storage.log.generation


class ChangedTable(MutableMapping[Any, Document]):
    """A table under change: a document is kept once it was looked at, so only those can have changed.

    Its keys are of the table's id class; what is stored is keyed by text.
    """

    def __init__(self, stored: Documents | None, id_class: Callable[[str], Any]) -> None:
        self._stored = stored if stored is not None else Documents()
        self._id_class = id_class
        self._emptied = stored is None
        self._touched: dict[str, Document | None] = {}
        """Documents that were read, set, or taken away (None)."""

    def __getitem__(self, key: Any) -> Document:
        id_ = str(key)
        if id_ not in self._touched:
            self._touched[id_] = self._stored[id_]
        document = self._touched[id_]
        if document is None:
            raise KeyError(key)
        return document

    def __setitem__(self, key: Any, document: Document) -> None:
        self._touched[str(key)] = document

    def __delitem__(self, key: Any) -> None:
        if key not in self:
            raise KeyError(key)
        self._touched[str(key)] = None

    def __contains__(self, key: object) -> bool:
        id_ = str(key)
        if id_ in self._touched:
            return self._touched[id_] is not None
        return id_ in self._stored

    def __iter__(self) -> Iterator[Any]:
        for id_ in self._stored:
            if id_ in self:
                yield self._id_class(id_)
        for id_, document in self._touched.items():
            if document is not None and id_ not in self._stored:
                yield self._id_class(id_)

    def __len__(self) -> int:
        there = sum((document is not None) - (id_ in self._stored) for id_, document in self._touched.items())
        return len(self._stored) + there

    def clear(self) -> None:
        """Leave nothing, in one operation whatever the size."""
        self._emptied = self._emptied or bool(self._stored)
        self._stored = Documents()
        self._touched = {}

    def operations(self, name: str) -> list[Operation]:
        """Return what changes the stored table into this one."""
        before = {id_: self._stored[id_] for id_ in self._touched if id_ in self._stored}
        after = {id_: document for id_, document in self._touched.items() if document is not None}
        cleared: list[Operation] = [log_lines.Clear(name)] if self._emptied else []
        return cleared + log_lines.changes(name, before, after)
