"""Opening, reconciling, finding one entry, changing its state, listing and searching."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import cycle
from pathlib import Path

from bench.made import PAGE, Made
from bench.rivals import Prepare, Sqlite
from bench.table import Figure, beside, ms
from bench.timing import interleaved, median, timed
from kiosk import seal
from kiosk.desk.entries import signer
from kiosk.desk.find import NameIndex
from kiosk.vault.rows import Row

PROCESSES = 5
OPEN_SECONDS = {100_000: 0.5, 1_000_000: 5.0}
MEMORY_AT, MEMORY_BYTES = 100_000, 60_000_000
LOOKUP_SECONDS = 5e-3
"""A shelf of 4,000 names is looked through, which is a part of what the flush of a save takes."""
LOOKUP_AT = 1_000_000
LISTS = 3


def opening(many: list[Made], empty: Path) -> Iterator[Figure]:
    """Yield how long the rows take to load in a fresh process, in how much memory, and with reconciling."""
    runs = range(PROCESSES)
    base = median([child("open", empty)[1] for _ in runs])
    taken = {made.entries: [child("open", made.home) for _ in runs] for made in many}
    for made in many:
        took, more, plain, sqlite = (median(column) for column in zip(*taken[made.entries], strict=True))
        yield _opened(made.entries, took, plain)
        yield beside("Open: SQLite, all rows read", made.entries, sqlite, plain, "json.loads of each line")
        yield _memory(made, more - base)
        reconciled = median([child("reconcile", made.home)[0] for _ in runs[:LISTS]])
        yield beside("Open and reconcile", made.entries, reconciled, took, "open")


def _opened(entries: int, took: float, plain: float) -> Figure:
    limit = OPEN_SECONDS.get(entries)
    return Figure(
        what="Open, all rows read",
        entries=entries,
        value=ms(took),
        ratio=took / plain,
        to="json.loads of each line",
        limit=f"{limit:g} s" if limit else "",
        reached=took <= limit if limit else None,
    )


def _memory(made: Made, more: float) -> Figure:
    limited = made.entries == MEMORY_AT
    return Figure(
        what="Memory over an empty vault",
        entries=made.entries,
        value=f"{more / 1e6:.3g} MB",
        ratio=more / made.log.stat().st_size,
        to="the log's size",
        limit=f"{MEMORY_BYTES / 1e6:g} MB" if limited else "",
        reached=more <= MEMORY_BYTES if limited else None,
    )


def looking(many: list[Made], page: bytes) -> Iterator[Figure]:
    """Yield how long it takes to find one entry, to change its state, to list and to search."""
    sign = signer(seal.new_identity())
    for made in many:
        with made.open() as vault, closing(Sqlite(made, page, "delete")) as sqlite:
            yield from _one(made, vault.pages, sqlite.page)
            yield from _state(made, lambda id_: vault.mark(id_, "Ada", sign), sqlite.mark)
            lists: dict[str, Callable[[], object]] = {"": vault.rows, "SQLite": sqlite.rows}
            yield from _lists("List, newest first", made.entries, lists)
            yield from _searches(made.entries, vault.rows(), sqlite.search)


def _one(made: Made, pages: Callable[[str], object], select: Callable[[str], object]) -> Iterator[Figure]:
    ids = _ids(made)
    contenders = {
        "": _for_each(pages, ids),
        "raw": _for_each(lambda id_: _read(f"{made.home}/vault/{id_[:2]}/{id_}.{PAGE}.age"), ids),
        "SQLite": _for_each(select, ids),
    }
    took = {name: median(seconds) for name, seconds in interleaved(contenders, rounds=20, block=50).items()}
    limited = made.entries == LOOKUP_AT
    yield Figure(
        what="Look up by handle, after the slow hash",
        entries=made.entries,
        value=ms(took[""]),
        ratio=took[""] / took["raw"],
        to="open, read, close",
        limit=f"{LOOKUP_SECONDS * 1e3:g} ms" if limited else "",
        reached=took[""] <= LOOKUP_SECONDS if limited else None,
    )
    yield beside("Look up: SQLite", made.entries, took["SQLite"], took["raw"], "open, read, close")


def _state(made: Made, mark: Callable[[str], object], update: Callable[[str], object]) -> Iterator[Figure]:
    path = made.home / "line"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT)

    def append(_: str) -> None:
        os.pwrite(descriptor, b"x" * 199 + b"\n", os.fstat(descriptor).st_size)
        os.fsync(descriptor)

    ids, state, rival = _ids(made), "Change a state", "Change a state: SQLite, DELETE, FULL"
    contenders = {"": _for_each(append, ids), state: _for_each(mark, ids), rival: _for_each(update, ids)}
    took = {name: median(seconds) for name, seconds in interleaved(contenders, rounds=10).items()}
    os.close(descriptor)
    path.unlink()
    for what in (state, rival):
        yield beside(what, made.entries, took[what], took[""], "a line flushed")


def _searches(entries: int, rows: tuple[Row, ...], select: Callable[[str], object]) -> Iterator[Figure]:
    # The desk makes an index with the list, and looks into it at each key.
    names = [row.name for row in rows]
    typed, index = "heron 77", NameIndex(names)

    def look(index: NameIndex) -> list[Row]:
        return [rows[place] for place in index.places(typed)]

    def rival() -> object:
        return select(typed)

    first: dict[str, Callable[[], object]] = {"": lambda: look(NameIndex(names)), "SQLite": rival}
    further: dict[str, Callable[[], object]] = {"": lambda: look(index), "SQLite": rival}
    yield from _lists("Search by part of a name", entries, first)
    yield from _lists("… at each further key", entries, further)


def _lists(what: str, entries: int, reads: dict[str, Callable[[], object]]) -> Iterator[Figure]:
    took = {name: median([timed(read) for _ in range(LISTS)]) for name, read in reads.items()}
    yield beside(what, entries, took[""], took["SQLite"], "SQLite")


def child(verb: str, home: Path, *rest: int) -> tuple[float, ...]:
    """Measure in a process of its own."""
    command = [sys.executable, "-m", "bench.child", verb, str(home), *map(str, rest)]
    return tuple(map(float, subprocess.check_output(command, text=True).split()))


def _ids(made: Made) -> Callable[[], str]:
    """Return what gives the ids of a vault, from all over it, one after the other."""
    step = max(made.entries // 2_000, 1)
    return cycle(made.ids[::step]).__next__


def _for_each(do: Callable[[str], object], ids: Callable[[], str]) -> Prepare:
    def prepare() -> Callable[[], object]:
        id_ = ids()
        return lambda: do(id_)

    return prepare


def _read(path: str) -> bytes:
    descriptor = os.open(path, os.O_RDONLY)
    data = os.read(descriptor, 1 << 20)
    os.close(descriptor)
    return data
