"""What a vault gives to other places, and takes from them: pieces, tombstones, and what staff said.

A piece is a file of an entry: a page, or what the entry adds to figures. Taking in is a union, by names that
every place agrees on: a page that is here stays as it is, a tombstone beats every page for ever, and of what
staff said the later word counts. So it tells nothing in which order, how often or by which way something
comes, and no clock decides anything.
"""

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import msgspec

from kiosk import untrusted
from kiosk.dates import from_nanoseconds
from kiosk.errors import NoRoomError, VaultError
from kiosk.os_errors import FULL, explained
from kiosk.vault import durable, entry_counts, page_names
from kiosk.vault.age_file import HEADER_MOST, MOST_BYTES, is_sealed, seems_sealed
from kiosk.vault.catalogue import Catalogue
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.log_lines import Document
from kiosk.vault.page_files import PageFiles, Strays, name_of
from kiosk.vault.rows import MARKS, Why, is_tombstone, read_tombstone
from kiosk.vault.vault import NO_ROOM, RESERVE

BATCH = 500
"""So many pieces are flushed together, some 8 MB."""
MISSING_MOST = 100
"""So many pages of an entry may be missing below one that comes. As a rule none is: who writes a page knows
those below it. One with the last counter would let nobody add to the entry any more."""

_PIECE = re.compile(
    rf"([0-9a-f]{{32}})\.(?:({page_names.PATTERN})\.age|([1-9][0-9]{{3}}-Q[1-4])\.count)", re.ASCII
)
_PART = "Part of it has come in, and stays. Run it again for the rest."
_SAID = ("source", *MARKS)
"""The fields of a row that no page tells."""

RawPiece = tuple[str, bytes, int]
"""The name of a piece, its bytes, and when it was written, in nanoseconds since 1970."""


class Here(NamedTuple):
    """What a vault has to give."""

    pieces: list[str]
    """Their names, an entry's in order."""
    tombstones: dict[str, Document]
    """By the ids of entries that were erased."""
    said: dict[str, Document]
    """What staff said of entries, by their ids."""


@dataclass
class Taken:
    """What became of what was taken in."""

    added: int = 0
    mended: int = 0
    """Damaged pages that were put right."""
    known: int = 0
    """Pieces that are here already, or whose entry was erased."""
    refused: int = 0
    """Pieces that are none: nothing of that name, not sealed, or with too many pages missing below."""


class Exchange:
    """The vault below one home folder, for giving and taking. Close it afterwards.

    Methods raise VaultError, NoRoomError where the disk is full; what was taken in until then stays, and the
    same may be given again.
    """

    def __init__(
        self,
        home: Path,
        *,
        name_of: Callable[[str], str],
        reserve_bytes: int = RESERVE,
        disk: Disk = DISK,
    ) -> None:
        self._home = home
        self._name_of = name_of
        """Gives the name that belongs to an entry's id."""
        self._reserve = reserve_bytes
        self._disk = disk
        self._files = PageFiles(home / "vault", disk=disk)
        self._catalogue = Catalogue(home / "catalogue" / "log", disk=disk)

    def close(self) -> None:
        """Let go of the catalogue."""
        self._catalogue.close()

    def here(self) -> Here:
        """Return what there is to give. Entries that are about to get a new code are left out."""
        try:
            strays, pieces = Strays(), list[str]()
            found = list(self._files.scan(strays))
            documents = self._catalogue.documents()
        except OSError as error:
            raise VaultError(explained(error, outcome="The entries cannot be read.")) from error
        tombstones = {id_: one for id_, one in documents.items() if is_tombstone(one)}
        for id_ in strays.erased - tombstones.keys():
            tombstones[id_] = read_tombstone(self._files.read_tombstone(id_))
        for id_, pages in found:
            if id_ not in tombstones and id_ not in strays.moving:
                pieces += (name_of(id_, page) for page in pages)
                pieces += (path.name for path in strays.counts.get(id_, [])[-1:])
        said = {
            id_: fields for id_, one in documents.items() if id_ not in tombstones and (fields := _said(one))
        }
        return Here(pieces, tombstones, said)

    def count_here(self, ids: Iterable[str]) -> int:
        """Return how many of some entries are here."""
        with _taking():
            return sum(bool(self._files.names(id_)) for id_ in ids)

    def is_erased(self, piece: str) -> bool:
        """Tell whether the entry of a piece was erased."""
        return self._files.is_erased(piece[:32])

    def why_erased(self, piece: str) -> Why | None:
        """Return why the entry of a piece was erased, as its tombstone says; None where it was not."""
        if not self.is_erased(piece):
            return None
        why = read_tombstone(self._files.read_tombstone(piece[:32])).get("why")
        return why if why in ("time", "new code") else ""

    def has(self, piece: str) -> bool:
        """Tell whether a piece need not be fetched: it is here, and whole as far as no key tells, or erased.

        Of what an entry adds to figures the last quarter counts.
        """
        found = _PIECE.fullmatch(piece)
        if not found:
            return False
        id_, _, quarter = found.groups()
        path = self._files.root / id_[:2] / piece
        return self._files.is_erased(id_) or (self._has_later(path, id_) if quarter else seems_sealed(path))

    def size_of(self, pieces: Iterable[str]) -> int:
        """Return how many bytes some pieces have."""
        size = 0
        for piece in pieces:
            with suppress(OSError):  # it has gone, or reading it says what is wrong
                size += os.lstat(f"{self._files.root}/{piece[:2]}/{piece}").st_size
        return size

    def read(self, piece: str) -> RawPiece | None:
        """Return a piece; None where it has gone meanwhile."""
        path = self._files.root / piece[:2] / piece
        try:
            with untrusted.opened(path, below=self._home) as file:
                return piece, file.read(MOST_BYTES + 1)[:MOST_BYTES], os.fstat(file.fileno()).st_mtime_ns
        except FileNotFoundError:
            return None
        except OSError as error:
            raise VaultError(explained(error, path, "A page cannot be read, so nothing was sent.")) from error

    def bury(self, tombstones: Mapping[str, Document]) -> int:
        """Erase what was erased elsewhere, flushed; return how many entries of those were here."""
        new = {id_: read_tombstone(msgspec.json.encode(one)) for id_, one in tombstones.items()}
        with _taking():
            here = {id_ for id_ in new if self._files.names(id_)}
            self._files.prepare()
            self._catalogue.take_in(new)
            for id_ in new:
                if id_ in here or not self._files.is_erased(id_):
                    self._catalogue.bury_beside(self._files, id_)
        return len(here)

    def take(self, pieces: Iterable[RawPiece], taken: Taken) -> None:
        """Take in pieces, flushed together, and add to `taken` what became of them."""
        new: dict[str, tuple[Path, Path]] = {}
        """Piece → its file under a temporary name, and under its own."""
        rows: dict[str, dict[str, int]] = {}
        with _taking():
            self._files.prepare()
            try:
                for name, data, modified in pieces:
                    if path := self._wanted(name, data, new.keys(), taken):
                        self._need_room(len(data))
                        new[name] = durable.write_unflushed(path, data, modified, disk=self._disk), path
                if new:
                    self._flush()
                for name, (temporary, path) in new.items():
                    with suppress(FileExistsError):  # somebody else takes in the same
                        self._disk.link(temporary, path)
                        taken.added += 1
                    id_, part = name.split(".")[:2]
                    dates = rows.setdefault(id_, {})
                    if page_names.is_page_name(part):
                        dates[part] = path.lstat().st_mtime_ns
                        continue
                    for other in entry_counts.of_entry(path.parent, id_)[:-1]:  # the last quarter counts
                        self._disk.unlink(other)
            finally:
                for temporary, _ in new.values():
                    with suppress(OSError):  # it is swept later
                        self._disk.unlink(temporary)
            for shelf in {path.parent for _, path in new.values()}:
                durable.flush_folder(shelf, disk=self._disk)
            self._list(rows)

    def say(self, said: Mapping[str, Document]) -> None:
        """Take in what staff said of entries elsewhere, flushed; the later word counts."""
        with _taking():
            self._catalogue.take_in({id_: _said(one) for id_, one in said.items()})

    def settle(self) -> None:
        """Wait until all that was taken in is on the medium, by whomever: from then on it can be confirmed.

        A page that is known may come from somebody who was stopped before flushing it.
        """
        with _taking():
            self._files.prepare()
            self._flush()

    def _flush(self) -> None:
        with self._disk.opened(self._files.root, os.O_RDONLY | os.O_DIRECTORY) as root:
            self._disk.flush_all(root)

    def _has_later(self, count: Path, entry_id: str) -> bool:
        """Tell whether there is what an entry adds to the figures of the same quarter, or of a later one."""
        beside = entry_counts.of_entry(count.parent, entry_id)
        return bool(beside) and beside[-1].name >= count.name

    def _wanted(self, name: str, data: bytes, before: Collection[str], taken: Taken) -> Path | None:
        """Return where a piece belongs; None where it is not wanted, which is counted.

        `before` are those that are being taken in already.
        """
        found = _PIECE.fullmatch(name)
        if not found or not is_sealed(data[:HEADER_MOST], len(data), keys=2 if found[2] else 1):
            taken.refused += 1
            return None
        id_, page, quarter = found.groups()
        path = self._files.root / id_[:2] / name
        if self._files.is_erased(id_):
            taken.known += 1
            return None
        if quarter:
            return None if self._has_later(path, id_) else path
        if os.path.lexists(path):
            if seems_sealed(path):
                taken.known += 1
            else:
                durable.replace(path, data, disk=self._disk)
                taken.mended += 1
            return None
        if self._is_far(id_, page_names.counter_of(page), before):
            taken.refused += 1
            return None
        return path

    def _is_far(self, entry_id: str, counter: int, before: Collection[str]) -> bool:
        """Tell whether a page is too far above those of its entry that there are."""
        if counter <= MISSING_MOST:
            return False  # as a rule, without a look through the shelf
        there = len(self._files.names(entry_id)) + sum(name.startswith(entry_id) for name in before)
        return counter > there + MISSING_MOST

    def _list(self, rows: Mapping[str, Mapping[str, int]]) -> None:
        """List pages that are here now; what was erased meanwhile goes again."""
        dated = {
            id_: {page: from_nanoseconds(at) for page, at in pages.items()} for id_, pages in rows.items()
        }
        self._catalogue.adopt((id_, self._name_of(id_), pages) for id_, pages in dated.items())
        for id_ in rows:
            if self._files.is_erased(id_):
                self._files.erase(id_)

    def _need_room(self, size: int) -> None:
        if durable.free_bytes(self._home, disk=self._disk) - size < self._reserve:
            raise NoRoomError(NO_ROOM)


def _said(document: Document) -> Document:
    """Return what staff said of an entry, of a document."""
    return {name: value for name in _SAID if (value := document.get(name)) is not None}


@contextmanager
def _taking() -> Iterator[None]:
    """Turn an OSError into what to do about it."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise NoRoomError(explained(error, outcome=_PART)) from error
        raise VaultError(explained(error, outcome=_PART)) from error
