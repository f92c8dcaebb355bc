"""A look at the files of pages, held against what they were when stock was taken."""

import os
from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

import msgspec

from kiosk import untrusted
from kiosk.desk.keys.tampering import Differences
from kiosk.entry.page_file import Doubt, Keys, doubt_in, doubt_of, is_elsewhere, open_page
from kiosk.errors import EntryError, SealError
from kiosk.seal import recipients_of
from kiosk.vault.age_file import MOST_BYTES
from kiosk.vault.page_files import PageFiles
from kiosk.vault.page_names import writer_of

CLOSED = "closed "
REREAD = 2000
"""So many pages are read whatever their files look like: another part of them each time."""


# gc=False: it holds nothing that could lead back to it, and there may be 100,000 of them.
class Seen(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """A page's file, as it was."""

    hash: str
    """The first 32 hexadecimal digits of the SHA-256 of its bytes; after `CLOSED` where no key here opens it.
    """
    inode: int
    changed: int
    """Its change time, in nanoseconds since 1970."""

    @property
    def is_closed(self) -> bool:
        """Whether it is of a venue whose key was not held: nothing of it was checked."""
        return self.hash.startswith(CLOSED)

    def closed(self) -> "Seen":
        """Return it as one that no key here opens."""
        return Seen(CLOSED + self.hash, self.inode, self.changed)


UNCHECKED = Seen("", 0, 0)
"""A page that was there when a change of the key or a restore ended, and that no desk has looked at yet."""


class Look:
    """A look at page files, held against those of the last time."""

    def __init__(
        self,
        pages: PageFiles,
        identities: str,
        keys: Keys,
        known: Mapping[str, Mapping[str, Seen]],
        differs: Differences,
        *,
        number: int,
        venues: Sequence[str],
        used: Collection[str] = (),
        place: str = "",
        elsewhere: Collection[str] = (),
        names: Mapping[str, str] = MappingProxyType({}),
        others: dict[str, str],
    ) -> None:
        """Look at `pages` with these identities and keys; `number` tells which part of them is read anew.

        It is that of the stock which is `known`. `venues` are the venue's identities of now: one, or two
        while everything is sealed anew to the first. `used` are the recipients that a page which is not known
        may have been sealed to first, if it was written at this `place`: others learn late of a change. Any
        where there are none. When it was made tells nothing of that: a clock may have been wrong, then or at
        the last unlock. Of what no key opens that is not told which places `elsewhere` wrote, since it is
        another venue's. `names` are those of other venues whose keys are held, by their recipients; `others`
        is the name of each entry's venue that is another one, empty for one whose key is not held, and is
        kept as it is found to be.
        """
        self._pages = pages
        self._identities = identities
        self._venues = frozenset(recipients_of(identities))
        self._keys = keys
        self._used = frozenset(used)
        self._place, self._elsewhere = place, elsewhere
        self._names, self._others = names, others
        self._anew = venues[0] if len(venues) > 1 else ""
        self.known = known
        self.differs = differs
        self._parts = -(-sum(map(len, self.known.values())) // REREAD) or 1
        self._part = number % self._parts
        self.there: dict[str, Collection[str]] = {}
        """Entry id → the names of its pages that are there, whatever they are."""

    def of(self, entry_id: str, names: Collection[str]) -> Mapping[str, Seen]:
        """Return an entry's pages as they are; without those that are not what they say, or just erased."""
        self.there[entry_id] = names
        known = self.known.get(entry_id, {})
        due = int(entry_id[-4:], 16) % self._parts == self._part
        if (
            not due
            and known.keys() == {*names}
            and all(self._is_as(known[one], entry_id, one) for one in known)
        ):
            return known  # and nothing is made anew: so it is with nearly all
        firsts = dict[str, str]()
        pages = ((name, self._at(entry_id, name, due, firsts)) for name in sorted(names))
        found = {name: seen for name, seen in pages if seen}
        self._settle_venue(entry_id, found, firsts)
        return found

    def _settle_venue(self, entry_id: str, pages: Mapping[str, Seen], firsts: Mapping[str, str]) -> None:
        """Keep which venue an entry is of: `firsts` are the recipients that pages were first sealed to."""
        first = next((name for name, seen in pages.items() if not seen.is_closed), None)
        if first is None and pages:
            self._others[entry_id] = ""
        elif first is not None and first in firsts:
            self._others.pop(entry_id, None)
            if venue := self._names.get(firsts[first]):
                self._others[entry_id] = venue

    def _at(self, entry_id: str, name: str, due: bool, firsts: dict[str, str]) -> Seen | None:
        """Return a page as it is; of one that was opened `firsts` gets what it was first sealed to."""
        before = self.known.get(entry_id, {}).get(name)
        if before and not due and self._is_as(before, entry_id, name):
            return before
        path = self._pages.path(entry_id, name)
        try:
            seen = see(path)
        except OSError:  # it is there, and is no file that can be read
            self.differs.doubted[entry_id] = "unreadable"
            return None
        if seen is None:
            self.there[entry_id] = {*self.there[entry_id]} - {name}
            return None
        if before and seen.hash == before.hash.removeprefix(CLOSED):
            return msgspec.structs.replace(seen, hash=before.hash)
        if before and before != UNCHECKED and not self._is_sealed_anew(path):
            self.differs.changed.add(entry_id)
        doubt = self._doubt(entry_id, name, path, firsts, new=before is None)
        if doubt == "not held" and (before is None or before == UNCHECKED or before.is_closed):
            if before is None and writer_of(name) not in self._elsewhere:
                self.differs.closed.add(entry_id)
            return seen.closed()
        if doubt:
            self.differs.doubted[entry_id] = doubt
            return None
        return seen

    def _is_as(self, before: Seen, entry_id: str, name: str) -> bool:
        try:
            # A text, not a Path: there may be 100,000 of them, and a Path costs more than the look.
            found = os.lstat(f"{self._pages.root}/{entry_id[:2]}/{entry_id}.{name}.age")
        except FileNotFoundError:
            return False
        return (found.st_ino, found.st_ctime_ns) == (before.inode, before.changed)

    def _is_sealed_anew(self, path: Path) -> bool:
        """Tell whether the change of the key that is under way put a page there: no older copy opens so."""
        if not self._anew:
            return False
        try:
            open_page(untrusted.read(path, MOST_BYTES), self._anew)
        except (SealError, EntryError, OSError):
            return False
        return True

    def _doubt(
        self, entry_id: str, name: str, path: Path, firsts: dict[str, str], *, new: bool
    ) -> Doubt | None:
        try:
            file = open_page(untrusted.read(path, MOST_BYTES), self._identities)
        except (SealError, EntryError, OSError) as error:
            return doubt_in(error)
        firsts[name] = file.head.venue
        if is_elsewhere(file, self._venues):
            self.differs.elsewhere.add(entry_id)
        elif new and file.head.writer == self._place and is_elsewhere(file, self._used):
            self.differs.outdated.add(entry_id)
        return doubt_of(file, entry_id, name, self._keys)


def see(path: Path) -> Seen | None:
    """Return a page's file as it is; None where it has gone meanwhile. Lets OSError through."""
    try:
        found = path.lstat()
        data = untrusted.read(path, MOST_BYTES)
    except FileNotFoundError:
        return None
    return Seen(sha256(data).hexdigest()[:32], found.st_ino, found.st_ctime_ns)
