"""Page files: where each one lies, and how it is made, read, found and removed.

`root/ab/<id>.0001-3f9a22c17b0e4d58.age`: the id's first two digits, the id, and the page's name
(`kiosk.vault.page_names`). The id is 32 hexadecimal digits, and nothing but ids and names becomes a path. All
functions let `OSError` through.

`root/ab/<id>.erased` is the tombstone of an entry that was erased, which stands in the catalogue too. Its
name alone counts: nothing that bears the id is found from then on, whatever becomes of the catalogue, and
whoever puts a page back.

`root/ab/<id>.2026-Q3.count` is what the entry adds to the figures of a quarter. It goes like the pages; where
the entry's time is over it is set aside first (`kiosk.vault.entry_counts`).

`root/ab/<id>.moving` says how the entry goes on under another id (`kiosk.vault.move_journal`). While it is
there nothing is added to the entry.

An entry's pages lie side by side on one of 256 shelves that are there from the start, so a new page costs
two flushes, its own and its shelf's, and is found by a look through one shelf. No lock is taken:

- Of two writers of the same name one finds it taken, and takes the next.
- An entry is there as long as one of its pages is, and it has no tombstone. Erasing writes that first, and
  removes the pages in order; who adds a page looks for the tombstone and for the other pages afterwards, and
  removes its own where it is the only one. So a page either goes with the others or is never spoken of, and
  one that a crash leaves behind lies where nobody looks until `kiosk.vault.reconcile` removes it.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from kiosk import untrusted
from kiosk.dates import from_nanoseconds
from kiosk.os_errors import FULL
from kiosk.untrusted import UnfitFileError
from kiosk.vault import durable, entry_counts, page_names
from kiosk.vault.age_file import MOST_BYTES
from kiosk.vault.durable import DISK, TEMPORARY, Disk
from kiosk.vault.page_names import LAST, counter_of, page_name

ENTRY_MOST = 4 * MOST_BYTES
"""Bytes of all pages of an entry that are read."""
SHELVES = tuple(f"{number:02x}" for number in range(256))
"""Their names: how an entry's id begins."""
READY = ".ready"
"""Marks a root whose shelves are on the medium, so that a save need not flush what holds them."""

_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_NAME = re.compile(rf"([0-9a-f]{{32}})\.(?:({page_names.PATTERN})\.age|(erased|moving|.+\.count))", re.ASCII)
"""The name of a file of an entry: its id, and the name of a page or what else it is."""
TOMBSTONE_MOST = 4096
"""Bytes of a tombstone, which has some hundred."""


@dataclass
class Strays:
    """What a look through the shelves found besides pages."""

    unreadable: list[Path] = field(default_factory=list)
    """Shelves that cannot be read, and files that lie where nobody looks for them."""
    temporary: list[Path] = field(default_factory=list)
    """Unfinished files, of a crash or of somebody who is at work."""
    erased: set[str] = field(default_factory=set)
    """The ids of entries that have a tombstone. Those of a shelf are known with the first page of it."""
    counts: dict[str, list[Path]] = field(default_factory=dict)
    """An entry's id → what it adds to figures, in order. Those of a shelf are known likewise."""
    moving: set[str] = field(default_factory=set)
    """The ids of entries that are to go on under another one, likewise."""


class PageFiles:
    """The page files below one root folder."""

    def __init__(self, root: Path, *, disk: Disk = DISK) -> None:
        self.root = root
        self._disk = disk
        self._prepared = False

    def prepare(self) -> None:
        """Make the root and its 256 shelves, durably; once in the life of a vault, and quick afterwards."""
        if not (self.root / READY).exists():
            durable.make_folders(self.root, disk=self._disk)
            for shelf in SHELVES:
                with suppress(FileExistsError):
                    self._disk.make_folder(self.root / shelf)
            durable.flush_folder(self.root, disk=self._disk)
            # Another process may have made the root a moment ago, and not have come to its own flush yet.
            durable.flush_folder(self.root.parent, disk=self._disk)
            with suppress(FileExistsError):
                durable.create_once(self.root / READY, b"", disk=self._disk)
        self._prepared = True

    def path(self, entry_id: str, page: str) -> Path:
        """Return the file of a page. Raises ValueError for what is no id, or no name of a page."""
        if not page_names.is_page_name(page):
            raise ValueError("a page's name is its counter and the place that wrote it")
        return self.beside(entry_id, f"{page}.age")

    def beside(self, entry_id: str, rest: str) -> Path:
        """Return a file among those of an entry, by what follows its id. Raises ValueError for no id."""
        if not is_id(entry_id):
            raise ValueError("an entry's id is 32 hexadecimal digits in lower case")
        return self.root.joinpath(entry_id[:2], f"{entry_id}.{rest}")

    def create_first(self, entry_id: str, writer: str, sealed: bytes, modified: int | None = None) -> str:
        """Create an entry's first page, dated as `create_once` does, and return its name.

        Raises FileExistsError where there is a page of it already, or it was erased.
        """
        page = page_name(1, writer)
        path = self.path(entry_id, page)
        if self.is_erased(entry_id) or self.names(entry_id):
            raise FileExistsError(path)
        if not self._prepared:
            self.prepare()
        durable.create_once(path, sealed, make_folders=False, modified=modified, disk=self._disk)
        return page

    def create_next(
        self, entry_id: str, writer: str, seal: Callable[[int], bytes], modified: int | None = None
    ) -> str:
        """Create an entry's next page and return its name; `seal` is told its counter to make it.

        It is dated as `create_once` does. Raises FileNotFoundError where the entry has no page, or is erased
        meanwhile.
        """
        while True:
            there = self.names(entry_id)
            if not there or self.is_moving(entry_id):
                raise FileNotFoundError(self.root / entry_id[:2] / entry_id)
            counter = counter_of(there[-1]) + 1
            if counter > LAST:
                raise OSError(f"{entry_id} has no page number left")
            page = page_name(counter, writer)
            path = self.path(entry_id, page)
            try:
                sealed = seal(counter)
                durable.create_once(path, sealed, make_folders=False, modified=modified, disk=self._disk)
            except FileExistsError:
                continue  # another writer took the name in this moment
            if not self._stands(entry_id, path):
                raise FileNotFoundError(path)
            return page

    def put(self, entry_id: str, page: str, sealed: bytes, modified: int) -> None:
        """Create a page that has its name already; where it is there, or its entry erased, it stays so."""
        path = self.path(entry_id, page)
        if self.is_erased(entry_id):
            return
        try:
            durable.create_once(path, sealed, make_folders=False, modified=modified, disk=self._disk)
        except FileExistsError:
            # Whoever made it may not have come to the flush.
            durable.flush_folder(path.parent, disk=self._disk)

    def _stands(self, entry_id: str, page: Path) -> bool:
        """Tell whether an entry is there still; where it is not, or that is unclear, take its page back."""
        there = False
        try:
            gone = self.is_erased(entry_id) or self.is_moving(entry_id)
            there = not gone and any(self.path(entry_id, one) != page for one in self.names(entry_id))
        finally:
            if not there:
                with suppress(FileNotFoundError):
                    self._disk.unlink(page)
                durable.flush_folder(page.parent, disk=self._disk)
        return there

    def names(self, entry_id: str) -> tuple[str, ...]:
        """Return the names of an entry's pages in order; empty where it has none."""
        try:
            with self.shelf(entry_id) as shelf:
                there = self._on(shelf, entry_id)
                return () if self.is_erased(entry_id) else there  # in this order: whoever erases may be at it
        except FileNotFoundError:
            return ()

    def _on(self, shelf: int, entry_id: str) -> tuple[str, ...]:
        """Return the names of an entry's pages on an open shelf, in order."""
        with os.scandir(shelf) as inside:
            found = [_NAME.fullmatch(one.name) for one in inside if one.name.startswith(entry_id)]
        return tuple(sorted(one[2] for one in found if one and one[2]))

    def read(self, entry_id: str) -> tuple[tuple[str, bytes], ...]:
        """Return an entry's sealed pages in order, each with its name; empty where it has none.

        Where something else has the name of a page, it is given as empty, which no key opens, so that the
        others are read; with none to read, that is the UnfitFileError. So it is with what would make an entry
        too large to read at once.
        """
        room, unfit = ENTRY_MOST, None
        sealed: dict[str, bytes] = {}
        try:
            with self.shelf(entry_id) as shelf:
                there = self._on(shelf, entry_id)
                for page in there:
                    try:
                        sealed[page] = untrusted.read_in(
                            shelf, name_of(entry_id, page), min(MOST_BYTES, room)
                        )
                    except FileNotFoundError:
                        continue  # its writer took it back in this moment, or the entry is erased
                    except UnfitFileError as error:
                        unfit, sealed[page] = error, b""
                    room -= len(sealed[page])
                # Some pages must not pass for all of them. Who erases writes the tombstone before they
                # go, and where the disk is full removes the first one first.
                for first in there[:1]:
                    os.lstat(name_of(entry_id, first), dir_fd=shelf)
                if self.is_erased(entry_id):
                    return ()
                if unfit and not any(sealed.values()):
                    raise unfit
        except FileNotFoundError:
            return ()
        return tuple(sealed.items())

    def shelf(self, entry_id: str) -> AbstractContextManager[int]:
        """Open the folder of an entry, and of all whose ids have the same first two digits.

        Pages in it are read by `kiosk.untrusted.read_in`. Lets OSError through.
        """
        return untrusted.folder(self.root / entry_id[:2], below=self.root.parent)

    def times(self, entry_id: str) -> dict[str, datetime]:
        """Return page name → when the file was written, in UTC."""
        return {page: from_nanoseconds(at) for page, at in self.modified(entry_id).items()}

    def modified(self, entry_id: str) -> dict[str, int]:
        """Return page name → when the file was written, in nanoseconds since 1970."""
        found = {}
        for page in self.names(entry_id):
            with suppress(FileNotFoundError):
                found[page] = self.path(entry_id, page).lstat().st_mtime_ns
        return found

    def redate(self, entry_id: str, pages: Iterable[str], now: datetime) -> None:
        """Let some of an entry's pages have been written `now`. Those that are not there are passed over."""
        for page in pages:
            with suppress(FileNotFoundError):
                durable.say_written(self.path(entry_id, page), now, disk=self._disk)

    def unreadable(self, entry_id: str) -> list[Path]:
        """Return those of an entry's pages that are empty or that the disk does not give back."""
        paths = [self.path(entry_id, page) for page in self.names(entry_id)]
        return [path for path in paths if not _readable(path)]

    def tombstone(self, entry_id: str) -> Path:
        """Return the file that says that an entry was erased. Raises ValueError for what is no id."""
        return self.beside(entry_id, "erased")

    def is_erased(self, entry_id: str) -> bool:
        """Tell whether an entry has a tombstone."""
        return os.path.lexists(self.tombstone(entry_id))

    def moving(self, entry_id: str) -> Path:
        """Return the file that says how an entry goes on under another id. Raises ValueError for no id."""
        return self.beside(entry_id, "moving")

    def is_moving(self, entry_id: str) -> bool:
        """Tell whether an entry is about to go on under another id."""
        return os.path.lexists(self.moving(entry_id))

    def read_tombstone(self, entry_id: str) -> bytes:
        """Return what a tombstone holds, and nothing where that cannot be read."""
        try:
            return untrusted.read(self.tombstone(entry_id), TOMBSTONE_MOST, below=self.root.parent)
        except OSError:
            return b""

    def set_count(self, entry_id: str, quarter: str, sealed: bytes) -> None:
        """Keep what an entry adds to the figures of a quarter (`2026-Q3`), in the place of any other."""
        path = self.beside(entry_id, f"{quarter}.count")
        durable.replace(path, sealed, disk=self._disk)
        for other in entry_counts.of_entry(path.parent, entry_id):
            if other != path or self.is_erased(entry_id):
                durable.remove(other, disk=self._disk)

    def bury(self, entry_id: str, tombstone: bytes, erased: int | None, *, is_due: bool = False) -> None:
        """Give an entry its tombstone, and remove its pages; flushed, one after the other.

        `erased` is when that was, in nanoseconds since 1970; None where it is not known. With `is_due` it was
        because its time was over. The list must say it already: on a disk that is full the pages go first,
        and make room.
        """

        def set_aside() -> None:
            if is_due:
                entry_counts.set_aside(self.tombstone(entry_id).parent, entry_id, disk=self._disk)
            self._set_tombstone(entry_id, tombstone, erased)

        try:
            set_aside()
        except OSError as error:
            if error.errno not in FULL:
                raise
            self.erase(entry_id, counts=not is_due)
            set_aside()
        self.erase(entry_id)

    def _set_tombstone(self, entry_id: str, held: bytes, erased: int | None) -> None:
        path = self.tombstone(entry_id)
        durable.make_folders(path.parent, disk=self._disk)
        is_whole = self.read_tombstone(entry_id) == held
        if not is_whole and (untrusted.is_file(path) or not self.is_erased(entry_id)):
            # Not by another name first: its name alone counts, and a file system may know no links.
            with self._disk.opened(path, os.O_WRONLY | os.O_CREAT) as descriptor:
                try:
                    durable.write_all(descriptor, held, 0, disk=self._disk)
                    self._disk.truncate(descriptor, len(held))
                except OSError as error:
                    if error.errno not in FULL:
                        raise
                finally:
                    if erased is not None:
                        self._disk.date(descriptor, erased)
                    self._disk.fsync(descriptor)
        # Even where it is there: whoever made it may not have come to the flush.
        durable.flush_folder(path.parent, disk=self._disk)

    def erase(self, entry_id: str, *, counts: bool = True) -> None:
        """Remove what bears an entry's id, finished or not, flushed; it may be nothing.

        Its tombstone stays, and what says how it goes on; without `counts` what it adds to figures, too.
        """
        shelf = self.tombstone(entry_id).parent
        stay = {self.tombstone(entry_id).name, self.moving(entry_id).name}
        try:
            with os.scandir(shelf) as inside:
                names = sorted(one.name for one in inside if entry_id in one.name)
        except FileNotFoundError:
            return  # there is no such shelf
        stay |= {name for name in names if not counts and entry_counts.NAME.fullmatch(name)}
        for name in names:
            if name not in stay:
                with suppress(FileNotFoundError):
                    self._disk.unlink(shelf / name)
        # Even where nothing was left: whoever removed it may not have come to the flush.
        durable.flush_folder(shelf, disk=self._disk)

    def scan(self, strays: Strays) -> Iterator[tuple[str, list[str]]]:
        """Yield each entry's id and page names in order, and add what else lies there to `strays`."""
        for shelf in _names_in(self.root, strays):
            if shelf.startswith(TEMPORARY):
                strays.temporary.append(self.root / shelf)
            elif len(shelf) == 2:
                yield from self._scan_shelf(self.root / shelf, strays).items()

    def _scan_shelf(self, shelf: Path, strays: Strays) -> dict[str, list[str]]:
        entries: dict[str, list[str]] = {}
        for name in _names_in(shelf, strays):
            found = _NAME.fullmatch(name) if name.startswith(shelf.name) else None
            entry_id, page, other = found.groups() if found else ("", None, None)
            if page:
                entries.setdefault(entry_id, []).append(page)
            elif other == "erased":
                strays.erased.add(entry_id)
            elif other == "moving":
                strays.moving.add(entry_id)
            elif other and entry_counts.NAME.fullmatch(name):
                strays.counts.setdefault(entry_id, []).append(shelf / name)
            elif name.startswith(TEMPORARY):
                strays.temporary.append(shelf / name)
            else:
                strays.unreadable.append(shelf / name)  # nobody will look for it here
        return entries


def name_of(entry_id: str, page: str) -> str:
    """Return the name of a page's file."""
    return f"{entry_id}.{page}.age"


def is_id(text: str) -> bool:
    """Tell whether a text is an entry's id, and so may become a path."""
    return _ID.fullmatch(text) is not None


def _names_in(folder: Path, strays: Strays) -> list[str]:
    """Return the names in a folder in order; none where it is none, has just gone, or cannot be read."""
    try:
        with untrusted.folder(folder) as descriptor, os.scandir(descriptor) as inside:
            return sorted(one.name for one in inside)
    except FileNotFoundError:
        return []
    except OSError:
        if untrusted.is_file(folder):
            return []
        strays.unreadable.append(folder)
        return []


def _readable(path: Path) -> bool:
    try:
        with untrusted.opened(path) as file:
            return bool(file.read(1))
    except OSError:
        return False
