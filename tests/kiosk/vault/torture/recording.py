"""A disk that does what it is told and writes it down, and the trees that a recording can be cut to."""

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from kiosk.vault.durable import Disk
from tests.kiosk.vault.torture.ledger import Ledger, Told, check, listed
from tests.kiosk.vault.torture.weak import Change, Cut, File, Flush, Make, Name, Step, Tree, WeakDisk, Write

Missing = Literal["", "file", "folder", "log"]


def read_tree(root: Path) -> Tree:
    """Return every file and folder below a root."""
    folders, files = listed(str(root))
    read = {path: (root / path).read_bytes() for path in files}
    return {**dict.fromkeys(folders), **read}


def write_tree(root: Path, tree: Tree) -> None:
    """Leave these files and folders below a root, and nothing else. The files are new ones."""
    root.mkdir(exist_ok=True)
    # A vault has 256 folders: over thousands of trees it pays to keep those that stay, and not to use Path.
    folders, files = listed(str(root))
    for path in files:
        os.unlink(f"{root}/{path}")  # noqa: PTH108
    there = {path for path in folders if tree.get(path, b"") is None}
    for path in reversed(folders):
        if path not in there:
            os.rmdir(f"{root}/{path}")  # noqa: PTH106
    for path in sorted(tree):
        data = tree[path]
        if data is not None:
            (root / path).write_bytes(data)
        elif path not in there:
            os.mkdir(f"{root}/{path}", 0o700)  # noqa: PTH102


class Recorder(Disk):
    """Does every call, and keeps what each changes below a root, with what was told between them.

    `leaves_out` names flushes that are skipped, as a careless program would: of files that are not the log,
    of folders, or of the log.
    """

    def __init__(self, root: Path, *, leaves_out: Missing = "") -> None:
        self.root = root
        self.base = read_tree(root)
        self.model = WeakDisk(self.base)
        self.steps: list[Step | Told] = []
        self.calls: list[tuple[str, str]] = []
        """Each call that changes the disk or flushes it: its name, and the path or paths below the root."""
        self._leaves_out = leaves_out
        self._open: dict[int, tuple[int, str]] = {}

    def tell(self, told: Told) -> None:
        self.steps.append(told)

    def open(self, path: Path, flags: int) -> int:
        new = bool(flags & os.O_CREAT) and not path.exists()
        descriptor = super().open(path, flags)
        if not self._inside(path):
            self._open.pop(descriptor, None)
            return descriptor
        if new:
            self._did(Make(self._at(path.parent), path.name, len(self.model.nodes), False))
        self._open[descriptor] = (self._at(path), self._below(path))
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            self.calls.append(("open", self._below(path)))
        return descriptor

    def write(self, descriptor: int, data: bytes | memoryview, offset: int) -> int:
        taken = super().write(descriptor, data, offset)
        node, path = self._open[descriptor]
        self.calls.append(("write", path))
        self._did(Write(node, offset, bytes(data[:taken])))
        return taken

    def fsync(self, descriptor: int) -> None:
        if descriptor not in self._open:  # a folder above the root
            super().fsync(descriptor)
            return
        node, path = self._open[descriptor]
        kind = "folder" if not isinstance(self.model.nodes[node], File) else "file"
        if kind == "file" and self._is_log(path):
            kind = "log"
        if kind == self._leaves_out:
            return
        super().fsync(descriptor)
        self.calls.append(("fsync", path))
        self._did(Flush(node))

    def flush_all(self, descriptor: int) -> None:
        super().flush_all(descriptor)
        self.calls.append(("syncfs", self._open[descriptor][1]))
        if self._leaves_out != "file":
            self._did(*(Flush(node) for node in range(len(self.model.nodes))))

    def share(self, descriptor: int) -> None:
        """Note nothing: a tree holds no modes."""
        super().share(descriptor)

    def truncate(self, descriptor: int, size: int) -> None:
        super().truncate(descriptor, size)
        node, path = self._open[descriptor]
        self.calls.append(("truncate", path))
        self._did(Cut(node, size))

    def date(self, descriptor: int, nanoseconds: int) -> None:
        """Note the call alone: a tree holds names and bytes, and no times."""
        super().date(descriptor, nanoseconds)
        self.calls.append(("date", self._open[descriptor][1]))

    def link(self, source: Path, target: Path) -> None:
        super().link(source, target)
        self.calls.append(("link", f"{self._below(source)} {self._below(target)}"))
        self._did(Name(self._at(target.parent), target.name, self._at(source)))

    def rename(self, source: Path, target: Path) -> None:
        node = self._at(source) if source.exists() else None
        super().rename(source, target)
        self.calls.append(("rename", f"{self._below(source)} {self._below(target)}"))
        self._did(
            Name(self._at(target.parent), target.name, node), Name(self._at(source.parent), source.name, None)
        )

    def unlink(self, path: Path) -> None:
        super().unlink(path)
        self.calls.append(("unlink", self._below(path)))
        self._did(Name(self._at(path.parent), path.name, None))

    def make_folder(self, path: Path) -> None:
        super().make_folder(path)
        self.calls.append(("mkdir", self._below(path)))
        self._did(Make(self._at(path.parent), path.name, len(self.model.nodes), True))

    def remove_folder(self, path: Path) -> None:
        super().remove_folder(path)
        self.calls.append(("rmdir", self._below(path)))
        self._did(Name(self._at(path.parent), path.name, None))

    def _did(self, *changes: Change) -> None:
        self.steps.append(changes)
        self.model.apply(changes)

    @staticmethod
    def _is_log(path: str) -> bool:
        return Path(path).name == "log"

    def _inside(self, path: Path) -> bool:
        return path.absolute().is_relative_to(self.root)

    def _below(self, path: Path) -> str:
        return str(path.absolute().relative_to(self.root))

    def _at(self, path: Path) -> int:
        return self.model.node_of(path.absolute().relative_to(self.root))


@dataclass
class Counts:
    """What a sweep over a recording came to."""

    cuts: int = 0
    """Points between two calls, the ends included."""
    states: int = 0
    """Different states opened, a state being a tree and what it is held to."""
    kinds: set[str] = field(default_factory=set)


def cut_everywhere(
    base: Tree,
    steps: list[Step | Told],
    ledger: Ledger,
    scratch: Path,
    *,
    most: int,
    every_folder: int = 1,
    go_on_every: int = 1,
    seed: int = 1,
) -> Counts:
    """Cut the power after every call; open up to `most` states of each cut. Raises LostError with the state.

    `ledger` is what the home held before, and is added to. Where folders are made one after another, the cut
    comes after each n-th of them. After each n-th state the vault has to go on, too: see `check`.
    """
    chance, counts, seen = random.Random(seed), Counts(), set[int]()
    disk, told = WeakDisk(base), 0
    for number in range(len(steps) + 1):
        skipped = number % every_folder and all(map(_makes_folder, steps[max(number - 1, 0) : number + 1]))
        if not skipped and (number == 0 or not isinstance(steps[number - 1], Told)):
            counts.cuts += 1
        for tree, kinds in () if skipped else disk.states(most, chance):
            key = hash((told, frozenset(tree.items())))
            if key in seen:
                continue
            seen.add(key)
            what = f"cut after step {number} of {len(steps)}, {sorted(kinds)}"
            opens_well(scratch, tree, ledger, what, go_on=counts.states % go_on_every == 0)
            counts.states += 1
            counts.kinds |= kinds
        if number < len(steps):
            step = steps[number]
            if isinstance(step, Told):
                ledger.hears(step)
                told += 1
            else:
                disk.apply(step)
    return counts


def _makes_folder(step: Step | Told) -> bool:
    return not isinstance(step, Told) and isinstance(step[0], Make) and step[0].is_folder


def torn_writes(base: Tree, steps: list[Step | Told], most: int) -> Iterator[tuple[Tree, list[Told], int]]:
    """Yield what a killed program leaves: each write stopped at up to so many bytes, all before it done.

    With each tree come what was told before, and the byte.
    """
    disk, told = WeakDisk(base), list[Told]()
    for step in steps:
        if isinstance(step, Told):
            told.append(step)
            continue
        for change in step:
            if isinstance(change, Write):
                before = disk.file(change.node)
                pending = list(before.pending)
                for byte in range(1, len(change.data), -(-len(change.data) // most)):
                    before.pending = [*pending, Write(change.node, change.offset, change.data[:byte])]
                    yield disk.live(), told, byte
                before.pending = pending
        disk.apply(step)


def opens_well(scratch: Path, tree: Tree, ledger: Ledger, what: str, *, go_on: bool = True) -> None:
    """Write a tree and check it: see `check`."""
    write_tree(scratch, tree)
    check(scratch / "home", ledger, what, go_on=go_on)
