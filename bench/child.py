"""What is measured in a process of its own: `python -m bench.child VERB HOME …`. Each prints numbers."""

import gc
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from bench.made import NAME, draw, now
from bench.rivals import sqlite_rows
from bench.timing import timed
from kiosk.errors import NoEntryError
from kiosk.vault.log import Log
from kiosk.vault.vault import Vault

NOBODY = "0" * 32


def resident() -> int:
    """Return how many bytes of this process are in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def open_rows(home: Path) -> tuple[float, ...]:
    """Return the seconds until the rows are there, the bytes they take, and the seconds of two rivals."""
    vault = Vault(home, clock=now, name_of=lambda _: NAME)

    def load() -> None:
        try:
            vault.row(NOBODY)
        except NoEntryError:
            return

    gc.collect()
    before = resident()
    took = timed(load)
    more = resident() - before
    vault.close()
    log, database = home / "catalogue" / "log", home / "wal.sqlite"
    with log.open("rb") as file:
        plain = timed(lambda: [json.loads(line[9:]) for line in file])
    return took, more, plain, timed(lambda: sqlite_rows(database)) if database.exists() else 0.0


def reconcile(home: Path) -> tuple[float, ...]:
    """Return the seconds of putting right a vault in which nothing is wrong, opening it included."""
    with Vault(home, clock=now, name_of=lambda _: NAME) as vault:
        return (timed(vault.reconcile),)


def compact(home: Path) -> tuple[float, ...]:
    """Return the seconds of reading and of writing anew a log that others append to."""
    log = Log(home / "catalogue" / "log")
    return timed(log.tables), timed(log.compact)


def first_save(home: Path, size: int) -> tuple[float, ...]:
    """Return the seconds of the first save of a process, as in a visit."""
    vault, page, id_ = Vault(home, clock=now, name_of=lambda _: NAME), os.urandom(size), draw()
    return (timed(lambda: vault.save(id_, NAME, page)),)


def main() -> None:
    """Do what was asked for, and print what it took."""
    verb, home, *rest = sys.argv[1:]
    measures: dict[str, Callable[..., tuple[float, ...]]] = {
        "open": open_rows,
        "reconcile": reconcile,
        "compact": compact,
        "first-save": first_save,
    }
    sys.stdout.write(" ".join(map(repr, measures[verb](Path(home), *map(int, rest)))) + "\n")


if __name__ == "__main__":
    main()
