"""What the vault is measured against: the least that a durable save can cost, and other ways to keep one."""

import base64
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from tinydb import TinyDB
from tinydb.storages import JSONStorage

from bench.made import NAME, Made, saved_at

SMALL_FROM = 100_000
"""From so many entries on, what SQLite holds already has no pages: five gigabytes would tell no more."""


class Raw:
    """Write, flush, rename, flush the folder: the same bytes on the same shelves, and no row."""

    def __init__(self, made: Made, page: bytes) -> None:
        self._root = made.home / "vault"
        self._page = page
        self._written: list[str] = []

    def save(self, id_: str) -> None:
        """Save one page."""
        shelf = f"{self._root}/{id_[:2]}"
        temporary, path = f"{shelf}/.tmp-raw-{id_}", f"{shelf}/{id_}.raw"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.write(descriptor, self._page)
        os.fsync(descriptor)
        os.close(descriptor)
        os.rename(temporary, path)  # noqa: PTH104 - with no object between it and the call
        descriptor = os.open(shelf, os.O_RDONLY | os.O_DIRECTORY)
        os.fsync(descriptor)
        os.close(descriptor)
        self._written.append(path)

    def close(self) -> None:
        """Leave the shelves as they were."""
        for path in self._written:
            Path(path).unlink()


class Sqlite:
    """A table of rows with their pages, one commit for each save."""

    def __init__(self, made: Made, page: bytes, journal: Literal["wal", "delete"]) -> None:
        self._page = page
        file = made.home / f"{journal}.sqlite"
        new = not file.exists()
        self._connection = sqlite3.connect(file, isolation_level=None)
        self._connection.execute(f"PRAGMA journal_mode={journal}")
        if new:
            self._fill(made)
        self._connection.execute("PRAGMA synchronous=FULL")

    def save(self, id_: str) -> None:
        """Insert a row with its page, and commit."""
        self._connection.execute(
            "INSERT INTO entries VALUES (?, ?, ?, '', ?)", (id_, NAME, saved_at(0), self._page)
        )

    def page(self, id_: str) -> None:
        """Read one page."""
        self._connection.execute("SELECT page FROM entries WHERE id = ?", (id_,)).fetchone()

    def mark(self, id_: str) -> None:
        """Change the state of a row, and commit."""
        self._connection.execute("UPDATE entries SET state = 'picked up' WHERE id = ?", (id_,))

    def rows(self) -> None:
        """Read all rows, newest first."""
        self._connection.execute("SELECT id, name, saved, state FROM entries ORDER BY saved DESC").fetchall()

    def search(self, name: str) -> None:
        """Read the rows whose name holds a text."""
        self._connection.execute(
            "SELECT id, name, saved, state FROM entries WHERE name LIKE ? ORDER BY saved DESC", (f"%{name}%",)
        ).fetchall()

    def close(self) -> None:
        """Close it."""
        self._connection.close()

    def _fill(self, made: Made) -> None:
        run = self._connection.execute
        run("PRAGMA synchronous=OFF")
        run("CREATE TABLE entries (id TEXT PRIMARY KEY, name TEXT, saved TEXT, state TEXT, page BLOB)")
        there = self._page if made.entries < SMALL_FROM else b""
        run("BEGIN")
        self._connection.executemany(
            "INSERT INTO entries VALUES (?, ?, ?, '', ?)",
            ((id_, f"{NAME} {n % 997}", saved_at(n), there) for n, id_ in enumerate(made.ids)),
        )
        run("COMMIT")
        os.sync()


def sqlite_rows(file: Path) -> None:
    """Open a database and read its rows."""
    connection = sqlite3.connect(file)
    connection.execute("SELECT id, name, saved, state FROM entries").fetchall()
    connection.close()


class Tiny:
    """Stock TinyDB: one JSON file, written anew in place at each save, and never flushed."""

    def __init__(self, made: Made, page: bytes) -> None:
        self._page = base64.b64encode(page).decode()
        self._database = TinyDB(made.home / "tiny.json", storage=JSONStorage)
        self._database.insert_multiple(self._document(id_) for id_ in made.ids)

    def save(self, id_: str) -> None:
        """Insert a document that holds the page."""
        self._database.insert(self._document(id_))

    def close(self) -> None:
        """Close it."""
        self._database.close()

    def _document(self, id_: str) -> dict[str, str]:
        return {"id": id_, "name": NAME, "saved": saved_at(0), "page": self._page}


Prepare = Callable[[], Callable[[], object]]


def saving(save: Callable[[str], object], draw: Callable[[], str]) -> Prepare:
    """Return what prepares a save under a fresh id."""

    def prepare() -> Callable[[], object]:
        id_ = draw()
        return lambda: save(id_)

    return prepare
