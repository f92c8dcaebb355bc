"""Page files: where each one lies, and how it is made, read, found and removed.

`root/ab/<id>/0001.age`: the id's first two digits, the id, the page. The id is 32 hexadecimal digits
and nothing else ever becomes a path. All functions let `OSError` through.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from kiosk.vault import durable
from kiosk.vault.catalogue import FIRST
from kiosk.vault.durable import DISK, TEMPORARY, Disk

LAST = 9999
READY = ".ready"
"""Marks a root whose 256 folders are on the medium, so that a save need not flush what holds them."""
ERASED = ".erased-"
"""How the name of an entry's folder starts while its pages are being removed."""

_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_PAGE = re.compile(r"([0-9]{4})\.age", re.ASCII)


@dataclass
class Strays:
    """What a look through the folders found besides pages."""

    unreadable: list[Path] = field(default_factory=list)
    """Folders that cannot be read, and entries that lie where nobody looks for them."""
    half_erased: list[Path] = field(default_factory=list)
    """Folders of entries whose erasing was stopped half-way."""
    temporary: list[Path] = field(default_factory=list)
    """Unfinished files, of a crash or of somebody who is at work."""


class Pages:
    """The page files below one root folder."""

    def __init__(self, root: Path, *, disk: Disk = DISK) -> None:
        self.root = root
        self._disk = disk

    def prepare(self) -> None:
        """Make the root and its 256 folders, durably; once in the life of a vault, and quick afterwards."""
        if (self.root / READY).exists():
            return
        durable.make_folders(self.root, disk=self._disk)
        for number in range(256):
            with suppress(FileExistsError):
                self._disk.make_folder(self.root / f"{number:02x}")
        durable.flush_folder(self.root, disk=self._disk)
        with suppress(FileExistsError):
            durable.create_once(self.root / READY, b"", flush_above=1, disk=self._disk)

    def create_first(self, entry_id: str, sealed: bytes) -> None:
        """Create an entry's first page. Raises FileExistsError where it is there."""
        self.prepare()
        path = self._folder(entry_id) / f"{FIRST}.age"
        durable.create_once(path, sealed, flush_above=1, disk=self._disk)

    def create_next(self, entry_id: str, sealed: bytes) -> str:
        """Create an entry's next page and return its number.

        Raises FileNotFoundError where the entry has no page, or is erased meanwhile.
        """
        folder = self._folder(entry_id)
        while True:
            there = self.numbers(entry_id)
            if not there:
                raise FileNotFoundError(folder)
            if there[-1] == str(LAST):
                raise OSError(f"{folder} has no page number left")
            number = f"{int(there[-1]) + 1:04d}"
            try:
                path = folder / f"{number}.age"
                durable.create_once(path, sealed, make_folders=False, disk=self._disk)
            except FileExistsError:
                continue  # another writer took the number in this moment
            return number

    def numbers(self, entry_id: str) -> tuple[str, ...]:
        """Return the numbers of an entry's pages in order, `0001` first; empty where it has none."""
        try:
            return _numbers_of(self._folder(entry_id).iterdir())
        except FileNotFoundError:
            return ()

    def read(self, entry_id: str) -> tuple[bytes, ...]:
        """Return an entry's sealed pages in order; empty where it has none."""
        folder = self._folder(entry_id)
        try:
            return tuple(path_of(folder, number).read_bytes() for number in self.numbers(entry_id))
        except FileNotFoundError:
            return ()  # erased between the look and the reading

    def times(self, entry_id: str) -> dict[str, datetime]:
        """Return page number → when the file was written, in UTC."""
        folder = self._folder(entry_id)
        return {
            number: datetime.fromtimestamp(path_of(folder, number).stat().st_mtime, UTC)
            for number in self.numbers(entry_id)
        }

    def unreadable(self, entry_id: str) -> list[Path]:
        """Return those of an entry's pages that are empty or that the disk does not give back."""
        folder = self._folder(entry_id)
        paths = [path_of(folder, number) for number in self.numbers(entry_id)]
        return [path for path in paths if not _readable(path)]

    def erase(self, entry_id: str) -> None:
        """Remove an entry's pages and folder, flushed. Where there is nothing, nothing happens.

        The folder is moved aside first, in one step: a page that is being added at this moment either goes
        with it or finds no folder.
        """
        folder = self._folder(entry_id)
        aside = folder.with_name(ERASED + entry_id)
        self._remove(aside)
        with suppress(FileNotFoundError):
            self._disk.rename(folder, aside)
            self._remove(aside)

    def scan(self, strays: Strays) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield each entry's id and page numbers (none for an empty folder), and add what else lies there."""
        for shelf in _inside(self.root, strays):
            if shelf.name.startswith(TEMPORARY):
                strays.temporary.append(shelf)
            elif len(shelf.name) == 2 and shelf.is_dir():
                yield from self._scan_shelf(shelf, strays)

    def finish_erasing(self, folder: Path) -> str:
        """Remove a half-erased entry's folder and return its id."""
        self._remove(folder)
        return folder.name.removeprefix(ERASED)

    def remove_empty(self, entry_id: str, before: datetime) -> None:
        """Remove the empty folder of a save that was stopped, unless it was touched since a time."""
        folder = self._folder(entry_id)
        with suppress(OSError):  # not empty any more, or gone
            if folder.stat().st_mtime < before.timestamp():
                self._disk.remove_folder(folder)

    def sweep(self, temporary: Iterable[Path], before: datetime) -> int:
        """Remove those unfinished files that were last written before a time; return how many."""
        return durable.sweep(temporary, before, disk=self._disk)

    def _scan_shelf(self, shelf: Path, strays: Strays) -> Iterator[tuple[str, tuple[str, ...]]]:
        for folder in _inside(shelf, strays):
            if folder.name.startswith(ERASED):
                strays.half_erased.append(folder)
            elif not is_id(folder.name):
                continue
            elif not folder.name.startswith(shelf.name):
                strays.unreadable.append(folder)  # nobody will look for it here
            else:
                try:
                    inside = list(folder.iterdir())
                except FileNotFoundError:
                    continue  # erased in this moment
                except OSError:
                    strays.unreadable.append(folder)
                    continue
                strays.temporary += [path for path in inside if path.name.startswith(TEMPORARY)]
                yield folder.name, _numbers_of(inside)

    def _folder(self, entry_id: str) -> Path:
        if not is_id(entry_id):
            raise ValueError("an entry's id is 32 hexadecimal digits in lower case")
        return self.root / entry_id[:2] / entry_id

    def _remove(self, folder: Path) -> None:
        """Remove a folder with all its files, and flush that it is gone."""
        try:
            inside = list(folder.iterdir())
        except FileNotFoundError:
            return
        for path in inside:
            with suppress(FileNotFoundError):
                self._disk.unlink(path)
        durable.flush_folder(folder, disk=self._disk)
        with suppress(FileNotFoundError):
            self._disk.remove_folder(folder)
        durable.flush_folder(folder.parent, disk=self._disk)


def is_id(text: str) -> bool:
    """Tell whether a text is an entry's id, and so may become a path."""
    return _ID.fullmatch(text) is not None


def path_of(folder: Path, number: str) -> Path:
    """Return the file of a page in an entry's folder."""
    return folder / f"{number}.age"


def _numbers_of(inside: Iterable[Path]) -> tuple[str, ...]:
    matches = (_PAGE.fullmatch(path.name) for path in inside)
    return tuple(sorted(match[1] for match in matches if match))


def _inside(folder: Path, strays: Strays) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError:
        return []
    except OSError:
        strays.unreadable.append(folder)
        return []


def _readable(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return bool(file.read(1))
    except OSError:
        return False
