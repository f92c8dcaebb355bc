"""The stock: what the desk found in a home when it was last unlocked, so that changes can be told.

`stock` is JSON, `{"stock": {…}, "tag": …}`. It is not sealed, since all of it can be seen on the disk anyway;
its tag is under a key that comes from the venue's private key. At each unlock the desk checks what has come
since, holds everything else against the stock, says what does not fit, and takes the stock anew. Who puts
back the whole disk puts back the stock as well: that shows by who unlocked last, and when, which the desk
says.

A page whose file has the inode and change time of the last time is taken to be as it was. Because a disk that
was in another machine can be given any, each unlock reads `REREAD` pages besides: all of them in most venues,
and another part of them each time in larger ones.
"""

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from kiosk import mac, outside
from kiosk.desk import staff_files
from kiosk.desk.audit import Audit, Head
from kiosk.desk.differences import (
    Differences,
    audit_says,
    entries_say,
    set_values,
    settings_say,
    staff_says,
    with_values,
)
from kiosk.errors import EntryError, SealError, StaffError, VaultError
from kiosk.moments import to_second
from kiosk.page_file import Doubt, Keys, doubt_of, is_elsewhere, open_page
from kiosk.seal import recipient_of
from kiosk.settings import Home
from kiosk.vault import durable
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.pages import Pages, Strays
from kiosk.vault.rows import Row
from kiosk.vault.shape import MOST_BYTES

STOCK = "stock"
"""The purpose of the key of its tag (`kiosk.mac.key_from`)."""
STOCK_MOST = 1 << 30
"""Bytes of the file, which has about 110 for each page."""
REREAD = 2000


class Seen(NamedTuple):
    """A page's file, as it was."""

    hash: str
    """The first 32 hexadecimal digits of the SHA-256 of its bytes."""
    inode: int
    changed: int
    """Its change time, in nanoseconds since 1970."""


class Stock(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was found."""

    version: Literal[1] = 1
    number: int = 1
    """Counts the stocks that were taken."""
    by: str
    """Who unlocked."""
    at: outside.Moment
    """When, UTC, by the machine's clock."""
    roster: int
    """The number of the roster of staff."""
    audit: Head
    pages: dict[str, dict[str, Seen]] = {}
    """Entry id → page number → its file."""
    turns: dict[str, int] = {}
    """Entry id → how often staff had said something of it."""
    erased: tuple[str, ...] = ()
    settings: dict[str, str] = {}
    """What is set in `kiosk.toml`, such as `printer.device` → the digest of its value."""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    stock: msgspec.Raw
    tag: str


class Shelf(NamedTuple):
    """What taking stock needs of a vault."""

    pages: Pages
    rows: Callable[[], tuple[Row, ...]]
    """What the catalogue says, as it is."""
    erased: Callable[[], frozenset[str]]
    erase: Callable[[str], object]
    """Erases an entry again that was put back."""
    name_of: Callable[[str], str]
    """The name that belongs to an id."""


def read(home: Home, *venues: str) -> Stock | None:
    """Return the stock that the holder of one of these identities vouches for; None where there is none."""
    try:
        file = outside.json(outside.read(home.stock, STOCK_MOST), _File)
        if not any(mac.fits(file.tag, mac.key_from(one, STOCK), bytes(file.stock)) for one in venues):
            return None
        return outside.json(bytes(file.stock), Stock)
    except (OSError, msgspec.DecodeError):
        return None


def write(home: Home, venue: str, stock: Stock, *, disk: Disk = DISK) -> None:
    """Put a stock in the place of the one before, vouched for. Lets OSError through."""
    raw = msgspec.json.encode(stock)
    file = _File(msgspec.Raw(raw), mac.tag(mac.key_from(venue, STOCK), raw))
    durable.replace(home.stock, msgspec.json.encode(file), disk=disk)


def roster_number(home: Home, *venues: str) -> int:
    """Return the number of the roster of staff when the stock was taken; 0 where there is no stock."""
    before = read(home, *venues)
    return before.roster if before else 0


def require_roster(home: Home, identities: str) -> None:
    """Raise StaffError where the list of who may unlock is older than when the stock was taken."""
    venues = _vouching(home, identities)
    if staff_files.roster_of(home.staff, venues[0]).number < roster_number(home, *venues):
        raise StaffError(
            "The list of who may unlock is an older one, which somebody has put back. Restore the newest "
            "backup, or use the recovery sheet: 'kiosk staff recover'."
        )


def begin(home: Home, venue: str, now: datetime, *, disk: Disk = DISK) -> None:
    """Take the first stock of a home in which nothing is yet. Lets OSError through."""
    roster = staff_files.roster_of(home.staff, venue).number
    write(home, venue, Stock(number=0, by="", at=to_second(now), roster=roster, audit=Head()), disk=disk)


def remember(
    home: Home,
    identities: str,
    *,
    audit: Audit | None = None,
    pages: Iterable[tuple[str, int]] = (),
    row: Row | None = None,
    erased: str = "",
    settings: Iterable[str] = (),
) -> None:
    """Keep what the desk has just done, so that nobody can take it back unseen before the next unlock.

    `pages` are ids and numbers of pages that it wrote, `row` says what staff said of an entry, `erased` is
    the id of one, and `settings` names what it set. Where the disk takes nothing, the next unlock says what
    differs.
    """
    with suppress(OSError, StaffError, VaultError), _alone(home):
        venues = _vouching(home, identities)
        stock = read(home, *venues)
        if stock is None:
            return
        files = Pages(home.vault)
        seen = dict(stock.pages)
        for id_, name in ((id_, f"{number:04d}") for id_, number in pages):
            one = _see(files.path(id_, name))
            seen[id_] = {**seen.get(id_, {}), **({name: one} if one else {})}
        seen.pop(erased, None)
        turns = {**stock.turns, **({row.id: row.turn} if row else {})}
        turns.pop(erased, None)
        now = msgspec.structs.replace(
            stock,
            roster=staff_files.roster_of(home.staff, venues[0]).number,
            audit=audit.head() if audit else stock.audit,
            pages=seen,
            turns=turns,
            erased=(*stock.erased, erased) if erased else stock.erased,
            settings=with_values(home, stock.settings, settings),
        )
        if now != stock:
            write(home, venues[-1], now)


def take(
    home: Home,
    shelf: Shelf,
    audit: Audit,
    *,
    identities: str,
    keys: Keys,
    is_said: Callable[[Row], bool],
    by: str,
    now: datetime,
    disk: Disk = DISK,
) -> tuple[Stock | None, Stock, tuple[str, ...]]:
    """Hold a home against its stock, take it anew, and return the one before, this one, and what differs.

    `identities` are the venue's, one a line, the one of now first, and `keys` what pages are checked with;
    `is_said` tells whether staff said what a row says of them. An erased entry that was put back is erased
    again. Raises VaultError where the stock cannot be taken.
    """
    try:
        with _alone(home):
            venues = _vouching(home, identities)
            before = read(home, *venues)
            said = [
                *audit_says(audit, before.audit if before else None),
                *staff_says(home, *venues),
                *settings_say(before.settings if before else {}, set_values(home)),
            ]
            if before is None:
                said.append(
                    f"What the desk last found here, {home.stock}, is missing or was changed. So it cannot "
                    "tell what has changed since."
                )
            differs = Differences()
            anew = venues[0] if len(venues) > 1 else ""
            look = _Look(shelf.pages, identities, keys, before, differs, anew)
            stock = _taken(home, shelf, before, look, is_said, by=by, now=now)
            said += entries_say(differs, shelf.name_of)
            stock = msgspec.structs.replace(stock, audit=audit.head(), settings=set_values(home))
            write(home, venues[-1], stock, disk=disk)
    except OSError as error:
        raise VaultError(f"{home.stock} could not be written: {error.strerror}. Try again.") from error
    return before, stock, tuple(said)


def follow(home: Home, before: str, now: str, *, disk: Disk = DISK) -> None:
    """Vouch for the stock with another identity of the venue, after this desk sealed its pages anew.

    What was not in stock stays out of it, to be checked at the next unlock. Lets OSError through.
    """
    with _alone(home):
        stock = read(home, before, now)  # somebody may have taken stock while the change was stopped
        if stock is None:
            return
        pages = Pages(home.vault)
        seen = {
            id_: {number: seen for number in numbers if (seen := _see_if_any(pages.path(id_, number)))}
            for id_, numbers in stock.pages.items()
        }
        roster = staff_files.roster_of(home.staff, now).number
        with closing(Audit(home.audit, "", lambda: stock.at, read_only=True)) as audit:
            head = audit.head(stock.audit.lines)
        followed = msgspec.structs.replace(stock, pages=seen, roster=roster, audit=head)
        write(home, now, followed, disk=disk)


def _taken(
    home: Home,
    shelf: Shelf,
    before: Stock | None,
    look: "_Look",
    is_said: Callable[[Row], bool],
    *,
    by: str,
    now: datetime,
) -> Stock:
    known, differs = look.known, look.differs
    once_erased = frozenset(before.erased) if before else frozenset[str]()
    erased = shelf.erased()
    pages = dict[str, dict[str, Seen]]()
    for id_, numbers in shelf.pages.scan(Strays()):
        if id_ in once_erased:
            differs.back.add(id_)
            shelf.erase(id_)
        elif id_ not in erased:
            pages[id_] = {number: seen for number in numbers if (seen := look.at(id_, number))}
    for id_ in once_erased - erased - differs.back:
        shelf.erase(id_)
    erased = shelf.erased() | once_erased  # customers go on, and may have deleted meanwhile
    differs.gone = {
        id_
        for id_, numbers in known.items()
        if id_ not in erased and numbers.keys() - look.there.get(id_, frozenset())
    }
    rows = shelf.rows()
    known_turns = {id_: turn for id_, turn in (before.turns if before else {}).items() if id_ not in erased}
    differs.unsaid = {row.id for row in rows if row.turn < known_turns.get(row.id, 0) or not is_said(row)}
    differs.unsaid |= known_turns.keys() - {row.id for row in rows}
    turns = {row.id: row.turn for row in rows if row.turn and row.id not in differs.unsaid}
    return Stock(
        number=(before.number if before else 0) + 1,
        by=by,
        at=to_second(now),
        roster=look.roster(home),
        audit=Head(),
        pages=pages,
        turns={**known_turns, **turns},
        erased=tuple(sorted(erased)),
    )


class _Look:
    """A look at page files, held against those of the last time."""

    def __init__(
        self,
        pages: Pages,
        identities: str,
        keys: Keys,
        before: Stock | None,
        differs: Differences,
        anew: str,
    ) -> None:
        """Begin. `anew` is the venue's identity of now while everything is sealed anew to it; else empty."""
        self._pages = pages
        self._identities = identities
        self._venues = frozenset(map(recipient_of, identities.split("\n")))
        self._keys = keys
        self._anew = anew
        self.known: Mapping[str, Mapping[str, Seen]] = before.pages if before else {}
        self.differs = differs
        self._parts = -(-sum(map(len, self.known.values())) // REREAD) or 1
        self._part = (before.number if before else 0) % self._parts
        self.there: dict[str, set[str]] = {}

    def roster(self, home: Home) -> int:
        """Return the number of the roster of staff."""
        return staff_files.roster_of(home.staff, self._identities.split("\n", 1)[0]).number

    def at(self, entry_id: str, number: str) -> Seen | None:
        """Return a page's file as it is; None for one that is not what it says, or was erased meanwhile."""
        self.there.setdefault(entry_id, set()).add(number)
        before = self.known.get(entry_id, {}).get(number)
        if before and not self._is_due(entry_id) and self._is_as(before, entry_id, number):
            return before
        path = self._pages.path(entry_id, number)
        try:
            seen = _see(path)
        except OSError:  # it is there, and is no file that can be read
            self.differs.doubted[entry_id] = "unreadable"
            return None
        if seen is None:
            self.there[entry_id].discard(number)
            return None
        if before and seen.hash == before.hash:
            return seen
        if before and not self._is_sealed_anew(path):
            self.differs.changed.add(entry_id)
        doubt = self._doubt(entry_id, number, path)
        if doubt:
            self.differs.doubted[entry_id] = doubt
            return None
        return seen

    def _is_as(self, before: Seen, entry_id: str, number: str) -> bool:
        """Tell whether a page's file has the inode and change time that it had."""
        try:
            # A text, not a Path: there may be 100,000 of them, and a Path costs more than the look.
            found = os.lstat(f"{self._pages.root}/{entry_id[:2]}/{entry_id}.{number}.age")
        except FileNotFoundError:
            return False
        return (found.st_ino, found.st_ctime_ns) == (before.inode, before.changed)

    def _is_sealed_anew(self, path: Path) -> bool:
        """Tell whether the change of the key that is under way put a page there: no older copy opens so."""
        if not self._anew:
            return False
        try:
            open_page(outside.read(path, MOST_BYTES), self._anew)
        except (SealError, EntryError, OSError):
            return False
        return True

    def _is_due(self, entry_id: str) -> bool:
        return int(entry_id[-4:], 16) % self._parts == self._part

    def _doubt(self, entry_id: str, number: str, path: Path) -> Doubt | None:
        try:
            file = open_page(outside.read(path, MOST_BYTES), self._identities)
        except (SealError, EntryError, OSError):
            return "unreadable"
        if is_elsewhere(file, self._venues):
            self.differs.elsewhere.add(entry_id)
        return doubt_of(file, entry_id, int(number), self._keys)


def _see(path: Path) -> Seen | None:
    """Return a page's file as it is; None where it has gone meanwhile. Lets OSError through."""
    try:
        found = path.lstat()
        data = outside.read(path, MOST_BYTES)
    except FileNotFoundError:
        return None
    return Seen(sha256(data).hexdigest()[:32], found.st_ino, found.st_ctime_ns)


def _see_if_any(path: Path) -> Seen | None:
    """Return a page's file as it is; None where there is none that can be read."""
    with suppress(OSError):
        return _see(path)
    return None


def _vouching(home: Home, identities: str) -> list[str]:
    """Return the venue's identity of now and, while its key is changed, the one before.

    The last of them vouches for a stock: whoever can unlock holds it, also while colleagues have the new key
    already. Raises StaffError where the roster is not vouched for.
    """
    return [identities.split("\n", 1)[0], *filter(None, [staff_files.before(home.staff, identities)])]


@contextmanager
def _alone(home: Home) -> Iterator[None]:
    """Let no other desk take stock meanwhile."""
    descriptor = os.open(home.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
