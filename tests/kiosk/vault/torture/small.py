"""A vault on a file system of its own that is small, full, or for reading only.

`python -m tests.kiosk.vault.torture.small FOLDER` mounts a small tmpfs for each of `VERBS`, plays, checks and
says what it counted as JSON. It is run in a mount namespace of its own (`unshare --map-root-user --mount`),
so it needs no rights and the mounts go with it.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from kiosk.errors import NoEntryError, NoRoomError, SaveError, VaultError
from kiosk.vault.durable import DISK
from kiosk.vault.vault import Vault
from tests.kiosk.vault.helpers import Clock, always, sign
from tests.kiosk.vault.torture.ledger import LostError, NoReserve, check, entry_id, name_of, opened
from tests.kiosk.vault.torture.scenes import Actor, everything, prepared

RESERVE = 256 * 1024
LAST = 60_000
WIDE = 800
"""Characters of a line with which a page has 16 KiB, as those of a kiosk have. A tombstone takes a block."""


class NeverAsked(NoReserve):
    """Says that there is room, so that the writing itself meets the end of it."""

    def free(self, path: Path) -> int:
        return 1 << 40


def mounted(root: Path, options: str) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "small", str(root)], check=True)


def fill(path: Path) -> None:
    """Write until nothing more fits."""
    with path.open("wb", buffering=0) as file:
        for step in (65536, 512, 1):
            try:
                while file.write(bytes(step)):
                    pass
            except OSError:
                continue


def until_refused(actor: Actor, start: int, width: int = 1) -> int:
    """Save until a save is refused; return how many were not. Each page has 20 lines of a width."""
    for number in range(start, LAST):
        before = actor.refused
        actor.save(number, f"{number}".ljust(width, "."), source="paper" if number % 2 else "kiosk")
        if actor.refused > before:
            return number - start
    raise LostError("a small disk never became full")


def full(root: Path) -> dict[str, int]:
    """Fill it by saving, without a reserve: then every call meets a full disk, at whatever point it comes."""
    ledger = prepared(root / "home", everything.__name__)
    actor = Actor(root / "home", ledger.hears, disk=NeverAsked(), refusals=True)
    # A folder that lies beside takes what there is, and gives a little more back at every turn.
    ballast = root / "ballast"
    ballast.mkdir()
    for piece in range(100):
        (ballast / f"{piece}").write_bytes(bytes(4096))
    fill(root / "filler")
    saved = 0
    for piece in range(100):
        (ballast / f"{piece}").unlink()
        saved += until_refused(actor, 100 + piece * 50)
        _everything_else(actor, 20 + piece % 50)
    refused = actor.refused
    (root / "filler").unlink()
    actor.save(11, "room again")
    if actor.refused > refused:
        raise LostError("a save is refused though there is room again")
    actor.vault.close()
    check(root / "home", ledger)
    return {"saved": saved, "refused": refused}


def _everything_else(actor: Actor, number: int) -> None:
    actor.amend(1, f"more {number}")
    actor.mark(2, "Ada")
    actor.erase(3)
    actor.compact()


def no_inode(root: Path) -> dict[str, int]:
    """Let it run out of files before it runs out of bytes."""
    ledger = prepared(root / "home", everything.__name__, NeverAsked())
    actor = Actor(root / "home", ledger.hears, disk=NeverAsked(), refusals=True)
    for page in range(8):
        actor.amend(3, f"page {page}")
    saved = until_refused(actor, 100)
    _everything_else(actor, 1)
    actor.erase(100)
    actor.erase(3)  # a tombstone takes the place of one file, so this makes room
    actor.save(11, "in the place of the erased one")
    actor.vault.close()
    check(root / "home", ledger)
    return {"saved": saved, "refused": actor.refused}


def reserve(root: Path) -> dict[str, int]:
    """Save until the reserve is reached: then marking and erasing still work, and so make room."""
    ledger = prepared(root / "home", everything.__name__)
    actor = Actor(root / "home", ledger.hears, refusals=True)
    actor.vault = Vault(root / "home", clock=Clock(), name_of=name_of, reserve_bytes=RESERVE)
    saved = until_refused(actor, 100, WIDE)
    if actor.refused != 1 or DISK.free(root) < RESERVE - 65536:
        raise LostError(f"the reserve is not kept: {DISK.free(root)} bytes are left")
    actor.mark(1, "Ada")
    for number in range(100, 100 + saved // 2):
        actor.erase(number)
    actor.save(11, "in the place of the erased ones")
    if actor.refused != 1:
        raise LostError("marking or erasing is refused at the reserve")
    actor.vault.close()
    check(root / "home", ledger)
    return {"saved": saved, "erased": saved // 2}


def read_only(root: Path) -> dict[str, int]:
    """Mount it anew for reading: pages still read, and all that would change something is refused."""
    ledger = prepared(root / "home", everything.__name__)
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    subprocess.run(["mount", "-o", "remount,ro", str(root)], check=True)
    refused = 0
    with opened(root / "home") as vault:
        for id_, entry in ledger.entries.items():
            if not (vault.has(id_) and entry.fits(vault.pages(id_))):
                raise LostError(f"{id_} does not read from a disk that is for reading only")
        refused += _refuses(SaveError, lambda: vault.save(entry_id(11), "n", b"x"))
        refused += _refuses(SaveError, lambda: vault.add_page(entry_id(1), always(b"x")))
        refused += _refuses(NoEntryError, lambda: vault.pages(entry_id(11)))
        refused += _refuses(VaultError, lambda: vault.mark(entry_id(1), "Ada", sign))
        refused += _refuses(VaultError, lambda: vault.erase(entry_id(1)))
        refused += _refuses(VaultError, vault.reconcile)
        _foreseen(vault.rows)
        _foreseen(lambda: vault.row(entry_id(1)))
    if before != {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}:
        raise LostError("something changed on a disk that is for reading only")
    subprocess.run(["mount", "-o", "remount,rw", str(root)], check=True)
    check(root / "home", ledger)
    return {"refused": refused}


def _refuses(kind: type[VaultError], work: Callable[[], object]) -> int:
    try:
        work()
    except kind as error:
        if isinstance(error, NoRoomError):
            raise LostError("a disk for reading only is not a full one") from error
        return 1
    raise LostError("something was done on a disk that is for reading only")


def _foreseen(work: Callable[[], object]) -> None:
    """Do what may be refused, but only with a sentence."""
    try:
        work()
    except VaultError as error:
        sys.stderr.write(f"{error}\n")


VERBS: dict[str, tuple[str, Callable[[Path], dict[str, int]]]] = {
    "full": ("size=4m", full),
    "no_inode": ("size=16m,nr_inodes=420", no_inode),
    "reserve": ("size=4m", reserve),
    "read_only": ("size=4m", read_only),
}
"""Verb → how the tmpfs is mounted, and what is played on it."""


def main() -> None:
    counts = {}
    for verb, (options, play) in VERBS.items():
        root = Path(sys.argv[1]) / verb
        root.mkdir()
        mounted(root, options)
        counts[verb] = play(root)
    sys.stdout.write(msgspec.json.encode(counts).decode())


if __name__ == "__main__":
    main()
