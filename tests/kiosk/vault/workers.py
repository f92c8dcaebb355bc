"""What the tests run in processes of its own: `python -m tests.kiosk.vault.workers VERB FOLDER …`.

Each prints a line for what it was told is done, and the tests hold it to that.
"""

import itertools
import os
import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path

from kiosk.vault.log import Log
from kiosk.vault.log_lines import Merge, Operation, Put, Tables
from kiosk.vault.vault import Vault
from tests.kiosk.vault.helpers import always, sign


def tell(verb: str, entry_id: str) -> None:
    sys.stdout.write(f"{verb} {entry_id}\n")
    sys.stdout.flush()


def vault_in(home: Path) -> Vault:
    return Vault(home, clock=lambda: datetime.now(UTC), name_of=lambda id_: id_[:4])


def saves(home: Path) -> None:
    """For each line that comes, let a process save until it is killed: say which, and when it is gone."""
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            save_until_killed(home)
        tell("killed", str(os.waitpid(child, 0)[0]))


def save_until_killed(home: Path) -> None:
    """Save, amend, pick up and erase, telling each step once it has returned."""
    tell("process", str(os.getpid()))
    vault = vault_in(home)
    for number in itertools.count():
        entry_id = secrets.token_hex(16)
        tell("saving", entry_id)
        vault.save(entry_id, "n", entry_id.encode())
        tell("saved", entry_id)
        if number % 3 == 1:
            vault.add_page(entry_id, always(b"more"))
            tell("amended", entry_id)
            vault.mark(entry_id, "Ada", sign)
            tell("picked", entry_id)
        if number % 3 == 2:
            tell("erasing", entry_id)
            vault.erase(entry_id)
            tell("erased", entry_id)


def count_together(path: Path, who: str, times: int) -> None:
    """Count one shared number up, add documents of one's own, and compact now and then."""
    log = Log(path)
    for number in range(times):

        def step(tables: Tables, number: int = number) -> list[Operation]:
            table = tables.get("t")
            count = table["shared"]["n"] if table and "shared" in table else 0
            return [Put("t", "shared", {"n": count + 1}), Put("t", f"{who} {number}", {})]

        log.commit(step, flush=number % 10 == 0)
        log.append([Merge("t", "blind", {f"{who} {number}": 1})], flush=False)
        if number % 25 == 24:
            log.compact()
    log.close()


def all_count(path: Path, times: int, names: list[str]) -> int:
    """Let a process for each name count; return how many failed."""
    children = []
    for who in names:
        if (child := os.fork()) == 0:
            count_together(path, who, times)
            return 0
        children.append(child)
    return sum(os.waitpid(child, 0)[1] != 0 for child in children)


def main() -> int:
    match sys.argv[1:]:
        case ["save", home]:
            saves(Path(home))
        case ["count", path, times, *names]:
            return all_count(Path(path), int(times), names)
    return 0


if __name__ == "__main__":
    sys.exit(main())
