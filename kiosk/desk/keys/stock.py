"""The stock: what the desk found in a home when it was last unlocked, so that changes can be told.

`stock` is JSON, `{"stock": {…}, "tag": …}`. It is not sealed, since all of it can be seen on the disk anyway;
its tag is under a key that comes from the venue's private key. How it is taken and held against what is there
stands in `kiosk.desk.keys.stocktaking`. Who puts back the whole disk puts back the stock as well: that shows
by who unlocked last, and when, which the desk says.

What an unlock finds may be gone from sight once the stock is taken anew, such as that a page is missing. That
stays in the stock as `found`, and is said at each unlock until a lead acknowledges it.
"""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from types import MappingProxyType
from typing import Literal, TypeVar

import msgspec

from kiosk import mac, untrusted
from kiosk.dates import to_second
from kiosk.desk.audit.audit_log import Audit, AuditHead
from kiosk.desk.keys import staff_files
from kiosk.desk.keys.stock_pages import UNCHECKED, Seen, see
from kiosk.desk.keys.tampering import HELD, with_values
from kiosk.errors import StaffError, VaultError
from kiosk.home import Home
from kiosk.vault import durable
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.locks import alone
from kiosk.vault.page_files import PageFiles
from kiosk.vault.rows import Row

VOUCHED = mac.Vouched("stock", "stock")
"""What is in its file."""
STOCK_MOST = 1 << 30
"""Bytes of the file, which has about 110 for each page."""
FOUND_MOST = 100
"""So many of what was found are kept to be said again, the newest ones. The audit has all."""


class StockFinding(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something that was not as the desk had left it, and that the stock of now does not show."""

    at: untrusted.Moment
    by: str
    """Who unlocked then."""
    says: str
    """A plain sentence."""
    code_of: str = ""
    """The id of an entry, where it is that nobody has confirmed that its customer has the new code."""


class _All(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was found, besides pages."""

    version: Literal[7] = 7
    number: int = 1
    """Counts the stocks that were taken."""
    by: str
    """Who unlocked."""
    at: untrusted.Moment
    """When, UTC, by the machine's clock."""
    roster: int
    """The number of the roster of staff."""
    audit: AuditHead
    turns: dict[str, int] = {}
    """Entry id → how often staff had said something of it."""
    erased: tuple[str, ...] = ()
    others: dict[str, str] = {}
    """The id of an entry that is of another venue → its name, empty for one whose key is not held."""
    settings: dict[str, str] = {}
    """What is set in `kiosk.toml`, such as `printer.device` → the digest of its value.

    Likewise `pack strengths` → the digest of what was published of that pack.
    """
    quarters: dict[str, str] = {}
    """A quarter such as `2026-Q3` → the digest of its figures."""
    decisions: str = ""
    """The digest of what was decided on comments; empty for nothing."""
    comments: untrusted.Count = 0
    """How many comments were here once those were deleted whose time was over."""
    lost: bool = False
    """Whether it was begun because the one before was missing or changed: what differs cannot be told."""
    found: tuple[StockFinding, ...] = ()
    """What is said at each unlock until a lead has acknowledged it, the oldest first."""


class Stock(_All, frozen=True, kw_only=True):
    """What was found."""

    pages: Mapping[str, Mapping[str, Seen]] = {}
    """Entry id → page name → its file."""
    counts: Mapping[str, Seen] = {}
    """The name of a file that is kept to be counted → the file (`kiosk.desk.keys.stock_counts`)."""


class _Unread(_All, frozen=True, kw_only=True):
    """A stock whose pages nobody needs: to read these takes longer than all else that is done with it."""

    pages: msgspec.Raw
    counts: msgspec.Raw = msgspec.Raw(b"{}")


_T = TypeVar("_T", Stock, _Unread)


def read(home: Home, *venues: str) -> Stock | None:
    """Return the stock that the holder of one of these identities vouches for; None where there is none."""
    return _read(home, venues, Stock)


def _read(home: Home, venues: Iterable[str], shape: type[_T]) -> _T | None:
    try:
        raw = VOUCHED.value(untrusted.read(home.stock, STOCK_MOST), venues)
        return None if raw is None else untrusted.json(raw, shape)
    except (OSError, msgspec.DecodeError):
        return None


def write(home: Home, venue: str, stock: Stock | _Unread, *, disk: Disk = DISK) -> None:
    """Put a stock in the place of the one before, vouched for. Lets OSError through."""
    durable.replace(home.stock, VOUCHED.encoded(msgspec.json.encode(stock), venue), disk=disk)


def roster_number(home: Home, *venues: str) -> int:
    """Return the number of the roster of staff when the stock was taken; 0 where there is no stock."""
    before = _read(home, venues, _Unread)
    return before.roster if before else 0


def require_roster(home: Home, identities: str) -> None:
    """Raise StaffError where the list of who may unlock is older than when the stock was taken."""
    venues = vouching(home, identities)
    if staff_files.roster_of(home.staff, venues[0]).number < roster_number(home, *venues):
        raise StaffError(
            "The list of people with access is an older one that someone has put back. Restore the "
            "newest backup, or use the recovery sheet: 'kiosk staff recover'."
        )


def begin(home: Home, venue: str, now: datetime, *, lost: bool = False, disk: Disk = DISK) -> None:
    """Take the first stock of a home in which nothing is yet, or of one that `lost` its stock.

    The next unlock says that it was lost. Lets OSError through.
    """
    roster = staff_files.roster_of(home.staff, venue).number
    first = Stock(number=0, by="", at=to_second(now), roster=roster, audit=AuditHead(), lost=lost)
    write(home, venue, first, disk=disk)


def remember(
    home: Home,
    identities: str,
    *,
    audit: Audit | None = None,
    pages: Collection[tuple[str, str]] = (),
    row: Row | None = None,
    erased: str = "",
    settings: Iterable[str] = (),
    quarters: Mapping[str, str] | None = None,
    decisions: str | None = None,
    comments: int | None = None,
    acknowledged: Iterable[StockFinding] = (),
    found: Iterable[StockFinding] = (),
    handed_over: str = "",
    others: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Keep what the desk has just done, so that nobody can take it back unseen before the next unlock.

    `pages` are ids and names of pages that it wrote, `row` says what staff said of an entry, `erased` is the
    id of one, `settings` names what it set, `quarters` are those it counted, with their digests, `decisions`
    is the digest of what was decided on comments, `comments` how many it left of them, `acknowledged` is what
    is said no more, `found` what is to be said, `handed_over` the id of an entry whose customer has the new
    code, and `others` are entries of other venues. Where the disk takes nothing, the next unlock says what
    differs.
    """
    with suppress(OSError, StaffError, VaultError), alone(home.root):
        venues = vouching(home, identities)
        stock = read(home, *venues) if pages or erased else _read(home, venues, _Unread)
        if stock is None:
            return
        done = frozenset(acknowledged)
        kept = [one for one in stock.found if one not in done and (one.code_of or None) != handed_over]
        turns = {**stock.turns, **({row.id: row.turn} if row else {})}
        turns.pop(erased, None)
        now = msgspec.structs.replace(
            stock,
            roster=staff_files.roster_of(home.staff, venues[0]).number,
            audit=audit.head() if audit else stock.audit,
            turns=turns,
            others={id_: name for id_, name in {**stock.others, **others}.items() if id_ != erased},
            settings=with_values(home, stock.settings, settings),
            quarters={**(quarters or {}), **stock.quarters},
            decisions=stock.decisions if decisions is None else decisions,
            comments=stock.comments if comments is None else comments,
            found=(*kept, *found)[-FOUND_MOST:],
        )
        if isinstance(now, Stock):
            now = _with_pages(now, PageFiles(home.vault), pages, erased)
        if now != stock:
            write(home, venues[-1], now)


def follow_held(home: Home, identities: str, *, released: str = "") -> None:
    """Keep that other venues' keys are held than before, or one `released`, told by its name.

    Pages that no key opened are looked at anew, and what is of that venue counts as closed. Where the disk
    takes nothing, the next unlock says what differs.
    """
    with suppress(OSError, StaffError, VaultError), alone(home.root):
        venues = vouching(home, identities)
        stock = read(home, *venues)
        if stock is None:
            return
        gone = {id_ for id_, name in stock.others.items() if released and name == released}
        now = msgspec.structs.replace(
            stock,
            pages={id_: _as_held(seen, is_held=id_ not in gone) for id_, seen in stock.pages.items()},
            turns={id_: turn for id_, turn in stock.turns.items() if id_ not in gone},
            quarters=_without(stock.quarters, released),
            others={**stock.others, **dict.fromkeys(gone, "")},
            settings=with_values(home, stock.settings, [HELD]),
        )
        write(home, venues[-1], now)


def _without(quarters: Mapping[str, str], released: str) -> dict[str, str]:
    """Return the digests of figures without those of a venue whose keys were released."""
    return {
        name: one for name, one in quarters.items() if not (released and name.endswith(f" of {released}"))
    }


def _as_held(pages: Mapping[str, Seen], *, is_held: bool) -> Mapping[str, Seen]:
    if is_held:
        return {name: UNCHECKED if seen.is_closed else seen for name, seen in pages.items()}
    return {name: seen if seen.is_closed else seen.closed() for name, seen in pages.items()}


def _with_pages(stock: Stock, files: PageFiles, pages: Iterable[tuple[str, str]], erased: str) -> Stock:
    """Return a stock that knows these pages, and that an entry was erased, where there is one."""
    seen = dict(stock.pages)
    for id_, name in pages:
        one = see(files.path(id_, name))
        seen[id_] = {**seen.get(id_, {}), **({name: one} if one else {})}
    seen.pop(erased, None)
    known = (*stock.erased, erased) if erased else stock.erased
    return msgspec.structs.replace(stock, pages=seen, erased=known)


def to_acknowledge(home: Home) -> int:
    """Return how many changes no lead has acknowledged yet, going by the file: nobody vouches for that."""
    try:
        raw, _ = VOUCHED.unchecked(untrusted.read(home.stock, STOCK_MOST))
        return sum(not one.code_of for one in untrusted.json(raw, _Unread).found)
    except (OSError, msgspec.DecodeError):
        return 0


def vouching(home: Home, identities: str) -> list[str]:
    """Return the venue's identity of now and, while its key is changed, the one before.

    The last of them vouches for a stock: whoever can unlock holds it, also while colleagues have the new key
    already. Raises StaffError where the roster is not vouched for.
    """
    return [identities.split("\n", 1)[0], *filter(None, [staff_files.before(home.staff, identities)])]
