"""The stock: what the desk found in a home when it was last unlocked, so that changes can be told.

`stock` is JSON, `{"stock": {…}, "tag": …}`. It is not sealed, since all of it can be seen on the disk anyway;
its tag is under a key that comes from the venue's private key. At each unlock the desk checks what has come
since, holds everything else against the stock, says what does not fit, and takes the stock anew. Who puts
back the whole disk puts back the stock as well: that shows by who unlocked last, and when, which the desk
says.

A page whose file has the inode and change time of the last time is taken to be as it was. Because a disk that
was in another machine can be given any, each unlock reads some pages besides
(`kiosk.desk.keys.changed_pages.REREAD`): all of them in most venues, and another part of them each time in
larger ones.

What an unlock finds may be gone from sight once the stock is taken anew, such as that a page is missing. That
stays in the stock as `found`, and is said at each unlock until a lead acknowledges it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple, TypeVar

import msgspec

from kiosk import mac, untrusted
from kiosk.dates import to_second
from kiosk.desk.audit.audit_log import Audit, AuditHead
from kiosk.desk.keys import changed_counts, staff_files
from kiosk.desk.keys.changed_pages import UNCHECKED, Look, Seen, see
from kiosk.desk.keys.tampering import (
    Differences,
    Tampering,
    audit_says,
    decisions_say,
    entries_say,
    figures_say,
    set_values,
    settings_say,
    staff_says,
    with_values,
)
from kiosk.entry.page_file import Keys, open_page
from kiosk.errors import EntryError, SealError, StaffError, VaultError
from kiosk.home import Home
from kiosk.os_errors import explained
from kiosk.seal import recipient_of
from kiosk.vault import durable
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.locks import alone
from kiosk.vault.pages import Pages, Strays
from kiosk.vault.rows import Row
from kiosk.vault.shape import MOST_BYTES

STOCK = "stock"
"""The purpose of the key of its tag (`kiosk.mac.key_from`)."""
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

    version: Literal[5] = 5
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
    settings: dict[str, str] = {}
    """What is set in `kiosk.toml`, such as `printer.device` → the digest of its value."""
    quarters: dict[str, str] = {}
    """A quarter such as `2026-Q3` → the digest of its figures."""
    decisions: str = ""
    """The digest of what was decided on comments; empty for nothing."""
    lost: bool = False
    """Whether it was begun because the one before was missing or changed: what differs cannot be told."""
    found: tuple[StockFinding, ...] = ()
    """What is said at each unlock until a lead has acknowledged it, the oldest first."""


class Stock(_All, frozen=True, kw_only=True):
    """What was found."""

    pages: Mapping[str, Mapping[str, Seen]] = {}
    """Entry id → page number → its file."""
    counts: Mapping[str, Seen] = {}
    """The name of a file that is kept to be counted → the file (`kiosk.desk.keys.changed_counts`)."""


class _Unread(_All, frozen=True, kw_only=True):
    """A stock whose pages nobody needs: to read these takes longer than all else that is done with it."""

    pages: msgspec.Raw
    counts: msgspec.Raw = msgspec.Raw(b"{}")


_T = TypeVar("_T", Stock, _Unread)


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
    not_given: Callable[[Collection[str]], set[str]]
    """Told ids of what was erased: those that have a new code, as their tombstones say and no desk does."""
    name_of: Callable[[str], str]
    """The name that belongs to an id."""
    figures: Callable[[Iterable[str]], Mapping[str, str]]
    """Told which quarters are known: those that have figures → their digests, empty where these are not the
    desk's."""
    decisions: Callable[[], str | None]
    """The digest of what was decided on comments; None for nothing, empty where that is not the desk's."""
    page_is_ours: Callable[[], bool]
    """Tells whether customers read of it what a desk published."""


def read(home: Home, *venues: str) -> Stock | None:
    """Return the stock that the holder of one of these identities vouches for; None where there is none."""
    return _read(home, venues, Stock)


def _read(home: Home, venues: Iterable[str], shape: type[_T]) -> _T | None:
    try:
        file = untrusted.json(untrusted.read(home.stock, STOCK_MOST), _File)
        if not any(mac.fits(file.tag, mac.key_from(one, STOCK), bytes(file.stock)) for one in venues):
            return None
        return untrusted.json(bytes(file.stock), shape)
    except (OSError, msgspec.DecodeError):
        return None


def write(home: Home, venue: str, stock: Stock | _Unread, *, disk: Disk = DISK) -> None:
    """Put a stock in the place of the one before, vouched for. Lets OSError through."""
    raw = msgspec.json.encode(stock)
    file = _File(msgspec.Raw(raw), mac.tag(mac.key_from(venue, STOCK), raw))
    durable.replace(home.stock, msgspec.json.encode(file), disk=disk)


def roster_number(home: Home, *venues: str) -> int:
    """Return the number of the roster of staff when the stock was taken; 0 where there is no stock."""
    before = _read(home, venues, _Unread)
    return before.roster if before else 0


def require_roster(home: Home, identities: str) -> None:
    """Raise StaffError where the list of who may unlock is older than when the stock was taken."""
    venues = _vouching(home, identities)
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
    pages: Collection[tuple[str, int]] = (),
    row: Row | None = None,
    erased: str = "",
    settings: Iterable[str] = (),
    quarters: Mapping[str, str] | None = None,
    decisions: str | None = None,
    acknowledged: Iterable[StockFinding] = (),
    found: Iterable[StockFinding] = (),
    handed_over: str = "",
) -> None:
    """Keep what the desk has just done, so that nobody can take it back unseen before the next unlock.

    `pages` are ids and numbers of pages that it wrote, `row` says what staff said of an entry, `erased` is
    the id of one, `settings` names what it set, `quarters` are those it counted, with their digests,
    `decisions` is the digest of what was decided on comments, and `acknowledged` is what is said no more,
    `found` what is to be said, and `handed_over` the id of an entry whose customer has the new code. Where
    the disk takes nothing, the next unlock says what differs.
    """
    with suppress(OSError, StaffError, VaultError), alone(home.root):
        venues = _vouching(home, identities)
        stock = read(home, *venues) if pages or erased else _read(home, venues, _Unread)
        if stock is None:
            return
        turns = {**stock.turns, **({row.id: row.turn} if row else {})}
        turns.pop(erased, None)
        now = msgspec.structs.replace(
            stock,
            roster=staff_files.roster_of(home.staff, venues[0]).number,
            audit=audit.head() if audit else stock.audit,
            turns=turns,
            settings=with_values(home, stock.settings, settings),
            quarters={**(quarters or {}), **stock.quarters},
            decisions=stock.decisions if decisions is None else decisions,
            found=(*_without(stock.found, frozenset(acknowledged), handed_over), *found)[-FOUND_MOST:],
        )
        if isinstance(now, Stock):
            now = _with_pages(now, Pages(home.vault), pages, erased)
        if now != stock:
            write(home, venues[-1], now)


def _without(
    found: Iterable[StockFinding], acknowledged: Collection[StockFinding], handed_over: str
) -> Iterator[StockFinding]:
    for one in found:
        if one not in acknowledged and not (handed_over and one.code_of == handed_over):
            yield one


def _with_pages(stock: Stock, files: Pages, pages: Iterable[tuple[str, int]], erased: str) -> Stock:
    """Return a stock that knows these pages, and that an entry was erased, where there is one."""
    seen = dict(stock.pages)
    for id_, name in ((id_, f"{number:04d}") for id_, number in pages):
        one = see(files.path(id_, name))
        seen[id_] = {**seen.get(id_, {}), **({name: one} if one else {})}
    seen.pop(erased, None)
    known = (*stock.erased, erased) if erased else stock.erased
    return msgspec.structs.replace(stock, pages=seen, erased=known)


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
) -> tuple[Stock | None, Stock, tuple[Tampering, ...]]:
    """Hold a home against its stock, take it anew, and return the one before, this one, and what differs.

    `identities` are the venue's, one a line, the one of now first, and `keys` what pages are checked with;
    `is_said` tells whether staff said what a row says of them. An erased entry that was put back is erased
    again. What the next unlock would not find again is kept. Raises VaultError where the stock cannot be
    taken.
    """
    try:
        with alone(home.root):
            venues, values = _vouching(home, identities), set_values(home)
            before = read(home, *venues)
            if before and before.lost:
                before = None
            known = before or Stock(number=0, by="", at=to_second(now), roster=1, audit=AuditHead())
            quarters, decided, strays = shelf.figures(known.quarters), shelf.decisions(), Strays()
            look = Look(
                shelf.pages,
                identities,
                keys,
                known.pages,
                Differences(),
                number=known.number,
                venues=venues,
                used=_used(home, venues, identities) if before else (),
            )
            stock = _pages_taken(shelf, known, look, is_said, strays)
            counts = changed_counts.look(home, strays.counts, known.counts)
            told = [
                *_home_says(home, audit, venues, before, values),
                *figures_say(known.quarters, quarters),
                *decisions_say(known.decisions, decided, page_is_ours=shelf.page_is_ours()),
                *entries_say(look.differs, shelf.name_of),
            ]
            if before and len(venues) == 1:  # a change of the key seals them anew
                told += _counts_say(home, shelf, before, stock, counts)
            moment = to_second(now)
            new = [StockFinding(at=moment, by=by, says=one.says) for one in told if one.once]
            # Of a code that was never given, or whose entry has gone since, there is nothing to say.
            found = [one for one in known.found if _is_here(one, stock, strays)]
            stock = msgspec.structs.replace(
                stock,
                by=by,
                at=moment,
                roster=staff_files.roster_of(home.staff, venues[0]).number,
                audit=audit.head(),
                settings=values or known.settings,
                quarters={quarter: digest for quarter, digest in quarters.items() if digest},
                decisions=decided or "",
                found=(*found, *new)[-FOUND_MOST:],
                counts={**counts.beside, **counts.waiting},
            )
            write(home, venues[-1], stock, disk=disk)
    except OSError as error:
        raise VaultError(explained(error, home.stock, f"{home.stock} could not be written.")) from error
    return before, stock, tuple(told)


def _home_says(
    home: Home, audit: Audit, venues: list[str], before: Stock | None, values: Mapping[str, str]
) -> Iterator[Tampering]:
    """Say what differs besides entries and figures; `values` are those of the settings."""
    yield from audit_says(audit, before.audit if before else None)
    yield from staff_says(home, *venues)
    yield from settings_say(before.settings if before else {}, values)
    if before is None:
        yield Tampering(
            f"{home.stock}, the record of the last unlock, is missing or was changed. So changes since then "
            "cannot be shown."
        )


def _counts_say(
    home: Home, shelf: Shelf, known: Stock, now: Stock, counts: changed_counts.Counts
) -> Iterator[Tampering]:
    return changed_counts.says(
        home,
        shelf.pages,
        known.counts,
        counts,
        erased=len(frozenset(now.erased) - frozenset(known.erased)),
        as_before=lambda id_: known.pages.get(id_, {}).keys() == now.pages.get(id_, {}).keys(),
    )


def to_acknowledge(home: Home) -> int:
    """Return how many changes no lead has acknowledged yet, going by the file: nobody vouches for that."""
    try:
        file = untrusted.json(untrusted.read(home.stock, STOCK_MOST), _File)
        return sum(not one.code_of for one in untrusted.json(bytes(file.stock), _Unread).found)
    except (OSError, msgspec.DecodeError):
        return 0


def follow(
    home: Home,
    before: str,
    now: str,
    *,
    older: Iterable[str] = (),
    brought: Collection[tuple[str, str]] = (),
    disk: Disk = DISK,
) -> None:
    """Vouch for the stock with another identity of the venue, after this desk sealed its pages anew.

    What was not in stock is to be checked at the next unlock. Of what was sealed first to the identity
    before, or to one of the `older` ones of an unfinished restore, and of the pages, by id and number, that a
    restore `brought`, it is kept that they were there: what is of an older key and comes later is odd. Lets
    OSError through.
    """
    with alone(home.root):
        stock = read(home, before, now)  # somebody may have taken stock while the change was stopped
        if stock is None:
            return
        pages = Pages(home.vault)
        seen = {
            id_: {
                number: seen
                for number, one in numbers.items()
                if (seen := _seen_again(pages, id_, number, one))
            }
            for id_, numbers in stock.pages.items()
        }
        firsts = frozenset(map(recipient_of, (before, *older)))
        for id_, numbers in pages.scan(Strays()):
            for number in frozenset(numbers) - seen.get(id_, {}).keys():
                if (id_, number) in brought or _first_sealed_to(firsts, pages.path(id_, number), now):
                    seen.setdefault(id_, {})[number] = UNCHECKED
        roster = staff_files.roster_of(home.staff, now).number
        with closing(Audit(home.audit, "", lambda: stock.at, read_only=True)) as audit:
            head = audit.head(stock.audit.lines)
        counts = changed_counts.again(home, pages, stock.counts)
        followed = msgspec.structs.replace(stock, pages=seen, counts=counts, roster=roster, audit=head)
        write(home, now, followed, disk=disk)


def _pages_taken(
    shelf: Shelf, before: Stock, look: Look, is_said: Callable[[Row], bool], strays: Strays
) -> Stock:
    """Return a stock of what a vault holds, and let `look` find out what differs."""
    differs = look.differs
    once_erased = frozenset(before.erased)
    erased = shelf.erased()
    pages = dict[str, Mapping[str, Seen]]()
    for id_, numbers in shelf.pages.scan(strays):
        if id_ in once_erased:
            differs.back.add(id_)
            shelf.erase(id_)
        elif id_ not in erased and id_ not in strays.erased:
            pages[id_] = look.of(id_, numbers)
    for id_ in once_erased - erased - differs.back:
        shelf.erase(id_)
    erased = shelf.erased() | once_erased  # customers go on, and may have deleted meanwhile
    differs.not_given = shelf.not_given(erased - once_erased)
    differs.gone = {
        id_
        for id_, numbers in before.pages.items()
        if id_ not in erased and not numbers.keys() <= {*look.there.get(id_, ())}
    }
    rows = shelf.rows()
    known_turns = {id_: turn for id_, turn in before.turns.items() if id_ not in erased}
    differs.unsaid = {row.id for row in rows if row.turn < known_turns.get(row.id, 0) or not is_said(row)}
    differs.unsaid |= known_turns.keys() - {row.id for row in rows}
    turns = {row.id: row.turn for row in rows if row.turn and row.id not in differs.unsaid}
    return msgspec.structs.replace(
        before,
        number=before.number + 1,
        pages=pages,
        turns={**known_turns, **turns},
        erased=tuple(sorted(erased)),
    )


def _is_here(one: StockFinding, stock: Stock, strays: Strays) -> bool:
    """Tell whether the entry is here that something was found of, or may still get its new id."""
    return not one.code_of or one.code_of in stock.pages or bool(strays.moving)


def _seen_again(pages: Pages, entry_id: str, number: str, before: Seen) -> Seen | None:
    """Return a page's file as it is, where a desk looked at it before; None where it cannot be read."""
    with suppress(OSError):
        seen = see(pages.path(entry_id, number))
        return UNCHECKED if seen and before == UNCHECKED else seen
    return None


def _first_sealed_to(recipients: Collection[str], path: Path, identity: str) -> bool:
    """Tell whether a page that an identity opens says that it was sealed to one of these first."""
    try:
        return open_page(untrusted.read(path, MOST_BYTES), identity).head.venue in recipients
    except (OSError, SealError, EntryError):
        return False  # that is told when somebody unlocks


def _used(home: Home, venues: Iterable[str], identities: str) -> list[str]:
    """Return the recipients that what comes now is sealed to, as far as nobody changed the settings."""
    return [recipient_of(one) for one in (*venues, *staff_files.restored(home.staff, identities))]


def _vouching(home: Home, identities: str) -> list[str]:
    """Return the venue's identity of now and, while its key is changed, the one before.

    The last of them vouches for a stock: whoever can unlock holds it, also while colleagues have the new key
    already. Raises StaffError where the roster is not vouched for.
    """
    return [identities.split("\n", 1)[0], *filter(None, [staff_files.before(home.staff, identities)])]
