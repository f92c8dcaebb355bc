"""The journal of a move: an entry goes on under another id, as one step that anybody can finish.

All that is to be written lies in one file first, `root/ab/<id>.moving`: pages, rows, and the tombstone of the
old id. Once it has its name the rest can be done over and over, without a key: see docs/new-code.md. The
list says it first, in one line, and only where the old entry is as it was when the file was made; else the
file is removed, and nothing was done.
"""

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from kiosk import untrusted
from kiosk.errors import DamageError
from kiosk.vault import durable, locks, page_names
from kiosk.vault.age_file import MOST_BYTES
from kiosk.vault.catalogue import Catalogue
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.log_lines import Document
from kiosk.vault.page_files import PageFiles, is_id
from kiosk.vault.rows import turn_of

MOVE_MOST = 8 * MOST_BYTES
"""Bytes of the file: an entry as large as is read, in base 64, and as much again."""

_WHAT = "It says how an entry gets a new code. Run 'kiosk doctor': it says what to do with this file."
_Id = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}$")]
_Name = Annotated[str, msgspec.Meta(pattern=rf"^{page_names.PATTERN}$")]


class MovedPage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A page as it is to be."""

    id: _Id
    name: _Name
    sealed: bytes
    modified: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
    """When it is to say that it was written, in nanoseconds since 1970."""


class MovedCount(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an entry adds to the figures of a quarter (`kiosk.counts.uncounted`), as it is to be."""

    quarter: Annotated[str, msgspec.Meta(pattern=r"^[1-9][0-9]{3}-Q[1-4]$")]
    sealed: bytes


class Move(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How an entry goes on under another id."""

    version: Literal[2] = 2
    id: _Id
    """The old one."""
    to: _Id
    names: tuple[_Name, ...]
    """The pages that it was made from."""
    turn: int
    """How often staff had said something of the entry then."""
    tombstone: Document
    rows: dict[_Id, Document]
    pages: tuple[MovedPage, ...]
    count: MovedCount | None = None


@contextmanager
def alone(root: Path, *, shared: bool = False) -> Iterator[None]:
    """Let nobody else move an entry meanwhile; with `shared` others may look on as well."""
    with ExitStack() as held:
        with suppress(FileNotFoundError):  # there is none yet
            held.enter_context(locks.alone(root, shared=shared))
        yield


def begin(pages: PageFiles, move: Move, data: bytes, *, disk: Disk = DISK) -> None:
    """Keep how an entry goes on, flushed: `finish` does it then. Lets OSError through."""
    pages.prepare()
    with alone(pages.root):
        durable.create_once(pages.moving(move.id), data, make_folders=False, disk=disk)


def encoded(move: Move) -> bytes:
    """Return what the file holds. Raises OSError where nobody would read so much."""
    data = msgspec.json.encode(move)
    if len(data) > MOVE_MOST:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    return data


def pending(pages: PageFiles) -> set[str]:
    """Return the ids of the entries that are about to go on under another one."""
    return {path.stem for path in pages.root.glob("[0-9a-f][0-9a-f]/*.moving") if is_id(path.stem)}


def stuck(pages: PageFiles, ids: Iterable[str]) -> Iterator[str]:
    """Yield those ids whose files do not read, so that nothing can be finished. Lets OSError through."""
    for entry_id in sorted(ids):
        try:
            _read(pages, entry_id)
        except DamageError:
            yield entry_id


def finish(pages: PageFiles, catalogue: Catalogue, entry_id: str, *, disk: Disk = DISK) -> bool:
    """Do what is begun for an entry, and tell whether it goes on under another id now.

    It does not where it was changed before this was in the list: then it is as it was. Lets OSError through
    and raises DamageError for a file that does not read.
    """
    with alone(pages.root):
        move = _read(pages, entry_id)
        if move is None:  # somebody else was quicker
            return not pages.names(entry_id)
        moves = catalogue.rename_entry(
            entry_id, move.tombstone, move.rows, lambda mine: _is_as(pages, move, mine)
        )
        if moves:
            if move.count and not pages.names(move.to):
                pages.set_count(move.to, move.count.quarter, move.count.sealed)
            # The last one first: what somebody adds meanwhile comes after all of them, and takes no name.
            for page in sorted(move.pages, key=lambda page: page.name, reverse=True):
                pages.put(page.id, page.name, page.sealed, page.modified)
            _take_along(pages.root.parent / "unfinished", entry_id, move.to, disk)
            catalogue.bury_beside(pages, entry_id)
        durable.remove(pages.moving(entry_id), disk=disk)
        return moves


def finish_all(
    pages: PageFiles, catalogue: Catalogue, ids: Iterable[str], *, disk: Disk = DISK
) -> tuple[Path, ...]:
    """Do what is begun for some entries; return the files that do not read, which are left as they are."""
    unreadable = []
    for entry_id in sorted(ids):
        try:
            finish(pages, catalogue, entry_id, disk=disk)
        except DamageError:
            unreadable.append(pages.moving(entry_id))
    return tuple(unreadable)


def _read(pages: PageFiles, entry_id: str) -> Move | None:
    path = pages.moving(entry_id)
    try:
        move = untrusted.json(untrusted.read(path, MOVE_MOST, below=pages.root.parent), Move)
    except FileNotFoundError:
        return None
    except (untrusted.UnfitFileError, msgspec.DecodeError) as error:
        raise DamageError(f"{path} cannot be read. {_WHAT}") from error
    named = {move.to, *move.rows, *(page.id for page in move.pages)}
    if move.id != entry_id or entry_id in named:
        raise DamageError(f"{path} belongs to another entry. {_WHAT}")
    return move


def _is_as(pages: PageFiles, move: Move, row: Document) -> bool:
    """Tell whether an entry is as it was when a move was made, or the move is begun already."""
    if pages.names(move.to):
        return True
    return set(pages.names(move.id)) <= set(move.names) and (not row or turn_of(row) == move.turn)


def _take_along(folder: Path, entry_id: str, to: str, disk: Disk) -> None:
    """Let what staff were writing on an entry (`kiosk.desk.unfinished_notes`) be of its new id."""
    left = list(folder.glob(f"{entry_id}.*"))
    for path in left:
        disk.rename(path, path.with_name(path.name.replace(entry_id, to, 1)))
    if left:
        durable.flush_folder(folder, disk=disk)
