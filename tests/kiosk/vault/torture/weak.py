"""A file system as weak as POSIX allows, and every state a power cut may leave it in.

What was not flushed may be missing, in part or in any order: of a file, each write by itself, torn, zeroed
or garbage, with the length already set; of a folder, each name by itself. A flushed file has its bytes, a
flushed folder its names, and neither says anything about the other. A name that is moved over another is
changed in one step on the medium, and so is any other name by itself.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod
from pathlib import Path
from typing import TypeVar

_T = TypeVar("_T")

BLOCK = 512
ROOT = 0

Tree = dict[str, bytes | None]
"""Path below the root → bytes, or None for a folder."""


@dataclass(frozen=True)
class Make:
    """A new file or folder, and its name."""

    folder: int
    name: str
    node: int
    is_folder: bool


@dataclass(frozen=True)
class Write:
    node: int
    offset: int
    data: bytes


@dataclass(frozen=True)
class Cut:
    node: int
    size: int


@dataclass(frozen=True)
class Flush:
    node: int


@dataclass(frozen=True)
class Name:
    """A name that stands for another node from now on, or for none."""

    folder: int
    name: str
    node: int | None


Change = Make | Write | Cut | Flush | Name
Step = tuple[Change, ...]
"""What one call changes."""


@dataclass(frozen=True)
class Option:
    """One thing a file or a name may have become; `kind` says how it came to that."""

    kind: str
    value: bytes | int | None


@dataclass
class File:
    safe: bytes = b""
    pending: list[Write | Cut] = field(default_factory=list)

    @property
    def live(self) -> bytes:
        return _after(self.safe, self.pending)


@dataclass
class Folder:
    live: dict[str, int] = field(default_factory=dict)
    safe: dict[str, int] = field(default_factory=dict)
    pending: dict[str, list[int | None]] = field(default_factory=dict)
    """Name → what it stood for since the last flush, one after another."""

    def set(self, name: str, node: int | None) -> None:
        self.pending.setdefault(name, []).append(node)
        if node is None:
            self.live.pop(name, None)
        else:
            self.live[name] = node

    def options(self, name: str) -> list[Option]:
        """What a name may stand for, from what is safe to what is live."""
        safe = self.safe.get(name)
        found: dict[int | None, Option] = {node: Option("name late", node) for node in self.pending[name]}
        if None in found:
            found[None] = Option("name gone", None)
        live = self.pending[name][-1]
        found.pop(safe, None)
        first = Option("name missing" if safe is None else "name still old", safe)
        last = [] if live == safe else [found.pop(live)]
        return [first, *found.values(), *last]


class WeakDisk:
    """The files below a root, as a running system sees them and as the medium may hold them."""

    def __init__(self, tree: Tree) -> None:
        self.nodes: dict[int, File | Folder] = {ROOT: Folder()}
        for path in sorted(tree):
            data, node = tree[path], len(self.nodes)
            self.nodes[node] = Folder() if data is None else File(data)
            *above, name = Path(path).parts
            folder = self.folder(self.node_of(Path(*above)))
            folder.live[name] = folder.safe[name] = node

    def node_of(self, path: Path) -> int:
        """Return the node a path leads to. Raises KeyError where it leads nowhere."""
        node = ROOT
        for part in path.parts:
            node = self.folder(node).live[part]
        return node

    def folder(self, node: int) -> Folder:
        found = self.nodes[node]
        assert isinstance(found, Folder)
        return found

    def file(self, node: int) -> File:
        found = self.nodes[node]
        assert isinstance(found, File)
        return found

    def apply(self, step: Step) -> None:
        for change in step:
            match change:
                case Make(folder, name, node, is_folder):
                    self.nodes[node] = Folder() if is_folder else File()
                    self.folder(folder).set(name, node)
                case Write(node) | Cut(node):
                    self.file(node).pending.append(change)
                case Name(folder, name, target):
                    self.folder(folder).set(name, target)
                case Flush(node):
                    self._flush(self.nodes[node])

    @staticmethod
    def _flush(node: File | Folder) -> None:
        if isinstance(node, File):
            node.safe, node.pending = node.live, []
        else:
            node.safe, node.pending = dict(node.live), {}

    def live(self) -> Tree:
        """Return what a running system sees, and so does one whose program alone was killed."""
        return self._tree({})

    def states(self, most: int, chance: random.Random) -> Iterator[tuple[Tree, frozenset[str]]]:
        """Yield trees a power cut may leave now, each with the kinds of loss in it.

        All of them where they are no more than `most`; else nothing lost, all lost, and as many others:
        half of them with one thing lost or one thing kept, half of them at random.
        """
        places = self._places(chance)
        keys, options = list(places), list(places.values())
        for picked in _picked(options, most, chance):
            kinds = frozenset(option.kind for option in picked)
            yield self._tree(dict(zip(keys, picked, strict=True))), kinds

    def _places(self, chance: random.Random) -> dict[tuple[int, str], list[Option]]:
        """Return what is open: (folder, name), or (file, ""), and what it may be."""
        places = {}
        named: set[int | None] = set()
        for node, found in self.nodes.items():
            if isinstance(found, Folder):
                places.update({(node, name): found.options(name) for name in found.pending})
                named.update(found.live.values(), found.safe.values(), *found.pending.values())
        for number in sorted(one for one in named if one is not None):
            file = self.nodes[number]
            if isinstance(file, File) and file.pending:
                places[number, ""] = _contents(file, chance)
        return places

    def _tree(self, chosen: dict[tuple[int, str], Option]) -> Tree:
        tree: Tree = {}
        waiting = [("", ROOT)]
        while waiting:
            path, node = waiting.pop()
            found = self.nodes[node]
            if isinstance(found, File):
                option = chosen.get((node, ""))
                data = found.live if option is None else option.value
                assert isinstance(data, bytes)
                tree[path] = data
                continue
            if path:
                tree[path] = None
            names: dict[str, int | None] = dict(found.live)
            for name in found.pending:
                if (node, name) in chosen:
                    value = chosen[node, name].value
                    assert not isinstance(value, bytes)
                    names[name] = value
            below = f"{path}/" if path else ""
            waiting += [(below + name, inner) for name, inner in names.items() if inner is not None]
        return tree


def _after(data: bytes, changes: Sequence[Write | Cut]) -> bytes:
    for change in changes:
        match change:
            case Write(_, offset, new):
                data = data[:offset].ljust(offset, b"\0") + new + data[offset + len(new) :]
            case Cut(_, size):
                data = data[:size].ljust(size, b"\0")
    return data


def tears(data: bytes) -> list[int]:
    """Where a write may stop: at blocks, around the ends of lines, at both ends and in the middle."""
    ends = [place + 1 for place, byte in enumerate(data) if byte == 10]
    lines = [cut for end in {*ends[:2], *ends[-2:]} for cut in (end - 1, end)]
    blocks = range(BLOCK, len(data), BLOCK)
    inside = [1, 8, 9, len(data) // 3, len(data) // 2, len(data) - 2, len(data) - 1]
    return sorted({cut for cut in (*lines, *blocks, *inside) if 0 < cut < len(data)})


def _contents(file: File, chance: random.Random) -> list[Option]:
    """Return what a file may hold, from what is safe to what is live, each content once."""
    if len(file.pending) == 1:
        rows = [[one] for one in _versions(file.pending[0], chance)]
    else:
        versions = [_versions(change, chance) for change in file.pending]
        rows = [list(picked) for picked in _picked(versions, 60, chance)]
    found: dict[bytes, Option] = {}
    for row in rows:
        kinds = [kind for kind, _ in row if kind not in ("", "data missing")]
        kind = kinds[0] if kinds else ("data missing" if any(kind for kind, _ in row) else "")
        done = [change for _, change in row if change is not None]
        data = _after(file.safe, done)
        found.setdefault(data, Option(kind, data))
    live = found.pop(file.live)
    return [*found.values(), live]


def _versions(change: Write | Cut, chance: random.Random) -> list[tuple[str, Write | Cut | None]]:
    """Return how one change may have reached the medium: not at all first, whole last."""
    if isinstance(change, Cut):
        return [("data missing", None), ("", change)]
    data, length = change.data, len(change.data)
    made: list[tuple[str, bytes]] = [("zeros", bytes(length)), ("garbage", chance.randbytes(length))]
    for cut in tears(data):
        made.append(("torn", data[:cut]))
        made.append(("torn, then zeros", data[:cut].ljust(length, b"\0")))
        made.append(("torn, then garbage", data[:cut] + chance.randbytes(length - cut)))
        made.append(("end before start", data[cut:].rjust(length, b"\0")))
    spoilt = [(kind, Write(change.node, change.offset, new)) for kind, new in made]
    return [("data missing", None), *spoilt, ("", change)]


def _picked(options: Sequence[Sequence[_T]], most: int, chance: random.Random) -> Iterator[tuple[_T, ...]]:
    """Yield one option for each place; see `WeakDisk.states` for which."""
    if prod(map(len, options)) <= most:
        yield from product(*options)
        return
    yield (live := tuple(one[-1] for one in options))
    yield (safe := tuple(one[0] for one in options))
    single = [
        (base, place, pick) for base in (live, safe) for place, one in enumerate(options) for pick in one
    ]
    wanted = max(most - 2, 0)
    for base, place, pick in chance.sample(single, min(len(single), wanted // 2)):
        yield (*base[:place], pick, *base[place + 1 :])
        wanted -= 1
    for _ in range(wanted):
        yield tuple(chance.choice(one) for one in options)
