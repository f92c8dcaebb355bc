"""The lines of a log: what one holds, how it is checked, and what it does to the tables.

A log is a text file. Each line is the CRC-32 of what follows as eight hex digits, a space, JSON, and a
newline. The first line is the header, `{"format": "strengths-kiosk-log", "version": 1}`; each further
line is one commit, a list of operations that took effect together.
"""

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from kiosk.errors import DamageError

Document = dict[str, Any]
Tables = dict[str, dict[str, Document]]
"""Table name → document id → document."""

FORMAT = "strengths-kiosk-log"
VERSION = 1

NEWER = "The catalogue was written by a newer version of the kiosk. Update this one."


class _Operation(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What every operation has: the table it is about."""

    table: str


class Put(_Operation, frozen=True, tag="put"):
    """Set a whole document, whatever was there."""

    id: str
    document: Document


class Merge(_Operation, frozen=True, tag="merge"):
    """Set the fields that are given and keep the others; a field that is a mapping is merged likewise.

    It needs no look at what is there, so it can be written without reading the log.
    """

    id: str
    fields: Document


class Fill(_Operation, frozen=True, tag="fill"):
    """Like `Merge`, and a field that is there already stays as it is."""

    id: str
    fields: Document


class Remove(_Operation, frozen=True, tag="remove"):
    """Take a document away."""

    id: str


class Clear(_Operation, frozen=True, tag="clear"):
    """Leave a table empty, and make it where it is missing."""


class Drop(_Operation, frozen=True, tag="drop"):
    """Take a whole table away."""


Operation = Put | Merge | Fill | Remove | Clear | Drop


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """The first line of a log."""

    format: str = FORMAT
    version: int = VERSION


_read_commit = msgspec.json.Decoder(list[Operation]).decode
_read_header = msgspec.json.Decoder(Header).decode


def line_of(content: Sequence[Operation] | Header) -> bytes:
    """Return the line for a commit or for the header, newline included.

    Raises TypeError or ValueError for a document that JSON cannot hold.
    """
    body = msgspec.json.encode(content)
    return b"%08x %b\n" % (zlib.crc32(body), body)


def commit_in(line: bytes) -> list[Operation] | None:
    """Return the operations of a line (without its newline), or None where the line is damaged.

    Raises DamageError for a whole line with operations unknown here: that is no damage to cut off.
    """
    body = _body(line)
    if body is None:
        return None
    try:
        return _read_commit(body)
    except msgspec.MsgspecError as error:
        raise DamageError(NEWER) from error


def header_in(line: bytes) -> Header | None:
    """Return the header in a log's first line (without its newline), or None where it is none."""
    body = _body(line)
    if body is None:
        return None
    try:
        header = _read_header(body)
    except msgspec.MsgspecError:
        return None
    return header if header.format == FORMAT else None


def is_whole(line: bytes) -> bool:
    """Tell whether a line (without its newline) has the check sum of its content."""
    return _body(line) is not None


def apply(tables: Tables, operation: Operation) -> None:
    """Carry out one operation on tables in memory."""
    match operation:
        case Put(table, id_, document):
            tables.setdefault(table, {})[id_] = document
        case Merge(table, id_, fields):
            documents = tables.setdefault(table, {})
            there = documents.get(id_)
            documents[id_] = fields if there is None else _merged(there, fields)
        case Fill(table, id_, fields):
            documents = tables.setdefault(table, {})
            documents[id_] = _merged(fields, documents.get(id_, {}))
        case Remove(table, id_):
            tables.get(table, {}).pop(id_, None)
        case Clear(table):
            tables[table] = {}
        case Drop(table):
            tables.pop(table, None)


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
    return body if line[:9] == b"%08x " % zlib.crc32(body) else None


def _merged(under: Document, over: Document) -> Document:
    """Return a new document with the fields of both; `over` wins, mappings are merged field by field.

    Neither is changed: a reader may still hold them.
    """
    result = {**under, **over}
    for field, value in over.items():
        lower = under.get(field)
        if isinstance(value, dict) and isinstance(lower, dict):
            result[field] = _merged(lower, value)
    return result
