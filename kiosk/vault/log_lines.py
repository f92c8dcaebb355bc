"""The lines of a log: what one holds, how it is checked, and what it does to the tables.

A log is a text file. Each line is the CRC-32 of what follows as eight hex digits, a space, JSON, and a
newline. The first line is the header, `{"format": "strengths-kiosk-log", "version": 1}`; each further
line is one commit, a list of operations that took effect together.

In memory a document stays the JSON it is in the log, and is read when somebody asks for it: a million of
them are then a million short runs of bytes, which neither take long to make nor bother the garbage
collector.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar
from zlib import crc32

import msgspec

from kiosk import untrusted
from kiosk.errors import DamageError

Document = dict[str, Any]
_D = TypeVar("_D", covariant=True)

FORMAT = "strengths-kiosk-log"
VERSION = 1

NEWER = "The list of entries was written by a newer version of the kiosk. Update this one."


class Documents(Mapping[str, Document]):
    """The documents of one table by id, oldest first. Each look gives a dictionary of the caller's own.

    Raises DamageError for one that does not read as a document.
    """

    __slots__ = ("raw",)

    def __init__(self) -> None:
        self.raw: dict[str, bytes] = {}
        """Each document as its JSON."""

    def __getitem__(self, id_: str) -> Document:
        return _document(self.raw[id_])

    def __contains__(self, id_: object) -> bool:
        return id_ in self.raw

    def __iter__(self) -> Iterator[str]:
        return iter(self.raw)

    def __len__(self) -> int:
        return len(self.raw)


Tables = dict[str, Documents]
"""Table name → its documents."""


class _Operation(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What every operation has: the table it is about."""

    table: str


class Put(_Operation, Generic[_D], frozen=True, tag="put"):
    """Set a whole document, whatever was there."""

    id: str
    document: _D


class Merge(_Operation, Generic[_D], frozen=True, tag="merge"):
    """Set the fields that are given and keep the others; a field that is a mapping is merged likewise.

    It needs no look at what is there, so it can be written without reading the log.
    """

    id: str
    fields: _D


class Fill(_Operation, Generic[_D], frozen=True, tag="fill"):
    """Like `Merge`, and a field that is there already stays as it is."""

    id: str
    fields: _D


class Remove(_Operation, frozen=True, tag="remove"):
    """Take a document away."""

    id: str


class Clear(_Operation, frozen=True, tag="clear"):
    """Leave a table empty, and make it where it is missing."""


class Drop(_Operation, frozen=True, tag="drop"):
    """Take a whole table away."""


Operation = Put[Document] | Merge[Document] | Fill[Document] | Remove | Clear | Drop
"""As it is made."""
Raw = msgspec.Raw
Read = Put[Raw] | Merge[Raw] | Fill[Raw] | Remove | Clear | Drop
"""As it is read: a document is not looked into."""


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """The first line of a log."""

    format: str = FORMAT
    version: int = VERSION


_read_commit: Callable[[bytes], list[Read]] = untrusted.reader(list[Read], dated=False)
_read_document: Callable[[bytes | Raw], Document] = untrusted.reader(Document, dated=False)
_read_header: Callable[[bytes], Header] = untrusted.reader(Header, dated=False)


def line_of(content: Sequence[Operation] | Sequence[Read] | Header) -> bytes:
    """Return the line for a commit or for the header, newline included.

    Raises TypeError or ValueError for a document that JSON cannot hold.
    """
    body = msgspec.json.encode(content)
    return b"%08x %b\n" % (crc32(body), body)


def commit_in(line: bytes) -> list[Read] | None:
    """Return the operations of a line (without its newline), or None where the line is damaged.

    Raises DamageError for a whole line with operations unknown here: that is no damage to cut off.
    """
    body = line[9:]  # as in `_body`, but a replay comes here for every line
    if line[:9] != b"%08x " % crc32(body):
        return None
    try:
        return _read_commit(body)
    except msgspec.MsgspecError as error:
        raise DamageError(NEWER) from error


def header_in(start: bytes) -> int:
    """Return the length of the header, newline included, that these bytes of a log begin with.

    It is 0 where the first line is damaged. Raises DamageError for a whole one that is no header known here.
    """
    first, newline, _ = start.partition(b"\n")
    body = _body(first)
    if body is None or not newline or body.startswith(b"["):  # a commit: the header before it is gone
        return 0
    try:
        header = _read_header(body)
    except msgspec.MsgspecError:
        header = Header(format="")
    if header.format != FORMAT or header.version > VERSION:
        raise DamageError(NEWER)
    return len(first) + 1


def good_part(block: bytes) -> tuple[int, int]:
    """Return the length of a block of lines up to its last good one, and how many lines follow that."""
    *whole, rest = block.split(b"\n")
    dropped = 1 if rest else 0
    while whole and _body(whole[-1]) is None:
        whole.pop()
        dropped += 1
    return sum(len(line) + 1 for line in whole), dropped


def apply(tables: Tables, operation: Read) -> None:
    """Carry out one operation on tables in memory. Raises DamageError for a document that is none."""
    # Not by `match`, and the usual first: a replay comes here for every line.
    documents = tables.get(operation.table)
    if documents is None:
        documents = tables[operation.table] = Documents()
    raw = documents.raw
    if isinstance(operation, Merge):
        there = raw.get(operation.id)
        raw[operation.id] = bytes(operation.fields) if there is None else _merged(there, operation.fields)
    elif isinstance(operation, Put):
        raw[operation.id] = bytes(operation.document)
    elif isinstance(operation, Fill):
        there = raw.get(operation.id)
        raw[operation.id] = bytes(operation.fields) if there is None else _merged(operation.fields, there)
    elif isinstance(operation, Remove):
        raw.pop(operation.id, None)
    elif isinstance(operation, Clear):
        tables[operation.table] = Documents()
    else:
        del tables[operation.table]


def changes(name: str, before: Mapping[str, Document], after: Mapping[str, Document]) -> list[Operation]:
    """Return the operations that lead from one state of a table's documents to another."""
    gone: list[Operation] = [Remove(name, id_) for id_ in before if id_ not in after]
    return gone + [
        Put(name, id_, document)
        for id_, document in after.items()
        if id_ not in before or differ(before[id_], document)
    ]


def differ(one: Document, other: Document) -> bool:
    """Tell whether two documents are stored differently; Python's `==` takes 1, 1.0 and True for one."""
    return one is not other and msgspec.json.encode(one) != msgspec.json.encode(other)


def _body(line: bytes) -> bytes | None:
    body = line[9:]
    return body if line[:9] == b"%08x " % crc32(body) else None


def _document(raw: bytes | Raw) -> Document:
    try:
        return _read_document(raw)
    except msgspec.MsgspecError as error:
        raise DamageError(NEWER) from error


def _merged(under: bytes | Raw, over: bytes | Raw) -> bytes:
    """Return the JSON of a document with the fields of both; `over` wins, mappings are merged likewise."""
    try:
        return msgspec.json.encode(_united(_document(under), _document(over)))
    except RecursionError as error:
        raise DamageError(NEWER) from error


def _united(under: Document, over: Document) -> Document:
    result = {**under, **over}
    for field, value in over.items():
        lower = under.get(field)
        if isinstance(value, dict) and isinstance(lower, dict):
            result[field] = _united(lower, value)
    return result
