"""Stocktaking: each unlock holds a home against its stock, says what does not fit, and takes it anew.

A page whose file has the inode and change time of the last time is taken to be as it was. Because a disk that
was in another machine can be given any, each unlock reads some pages besides
(`kiosk.desk.keys.stock_pages.REREAD`): all of them in most venues, and another part of them each time in
larger ones.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from kiosk import untrusted
from kiosk.dates import to_second
from kiosk.desk.audit.audit_log import Audit, AuditHead
from kiosk.desk.keys import staff_files, stock_counts
from kiosk.desk.keys.held import HeldVenue, opening
from kiosk.desk.keys.stock import FOUND_MOST, Stock, StockFinding, read, vouching, write
from kiosk.desk.keys.stock_pages import UNCHECKED, Look, Seen, see
from kiosk.desk.keys.tampering import (
    HELD,
    Differences,
    Tampering,
    audit_says,
    comments_say,
    decisions_say,
    entries_say,
    figures_say,
    held_says,
    packs_say,
    places_say,
    put_back_says,
    set_values,
    settings_say,
    staff_says,
    with_values,
)
from kiosk.entry.page_file import Keys, open_page
from kiosk.errors import EntryError, SealError, VaultError
from kiosk.home import Home
from kiosk.os_errors import explaining
from kiosk.seal import recipient_of
from kiosk.upkeep import clock
from kiosk.vault.age_file import MOST_BYTES
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.locks import alone
from kiosk.vault.page_files import PageFiles, Strays
from kiosk.vault.rows import Row
from kiosk.visit import comments


class Shelf(NamedTuple):
    """What taking stock needs of a vault."""

    pages: PageFiles
    place: Callable[[], str]
    """The id of this place."""
    elsewhere: Collection[str]
    """Those of known places of other venues."""
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


def take(
    home: Home,
    shelf: Shelf,
    audit: Audit,
    *,
    identities: str,
    held: Sequence[HeldVenue] = (),
    others: dict[str, str],
    keys: Keys,
    is_said: Callable[[Row], bool],
    by: str,
    now: datetime,
    disk: Disk = DISK,
) -> tuple[Stock | None, Stock, tuple[Tampering, ...]]:
    """Hold a home against its stock, take it anew, and return the one before, this one, and what differs.

    `identities` are the venue's, one a line, the one of now first, and `keys` what pages are checked with;
    `is_said` tells whether staff said what a row says of them. `held` are other venues whose keys are held,
    and `others` gets which entries are of another venue, before `is_said` is asked. An erased entry that was
    put back is erased again. What the next unlock would not find again is kept. Raises VaultError where the
    stock cannot be taken.
    """
    with explaining(VaultError, f"{home.stock} could not be written.", home.stock), alone(home.root):
        at_work = _Taking(home, shelf, audit, identities, now, opening(identities, held))
        others.update(at_work.known.others)
        look = at_work.look(keys, held, others)
        stock = _pages_taken(shelf, at_work.known, look, is_said, at_work.strays)
        counts = stock_counts.look(home, at_work.strays.counts, at_work.known.counts)
        told = tuple(at_work.says(look.differs, stock, counts))
        stock = msgspec.structs.replace(at_work.taken(stock, counts, told, by), others=others)
        write(home, at_work.venues[-1], stock, disk=disk)
    return at_work.before, stock, told


class _Taking:
    """A home that is being held against its stock."""

    def __init__(
        self, home: Home, shelf: Shelf, audit: Audit, identities: str, now: datetime, opens: str
    ) -> None:
        self._home, self._shelf, self._audit, self._identities, self._now = (
            home,
            shelf,
            audit,
            identities,
            now,
        )
        self._opens = opens
        """The identities that open pages: the venue's, and those of held venues."""
        self.venues, self._values = vouching(home, identities), set_values(home)
        before = read(home, *self.venues)
        self.before = before if before and not before.lost else None
        self.known = self.before or Stock(number=0, by="", at=to_second(now), roster=1, audit=AuditHead())
        self._quarters, self._decided = shelf.figures(self.known.quarters), shelf.decisions()
        self._comments = comments.number(home)
        self.strays = Strays()
        """What lies among the pages, once these were looked at."""

    def look(self, keys: Keys, held: Sequence[HeldVenue], others: dict[str, str]) -> Look:
        """Return the look at the pages, which is to be taken."""
        restored = staff_files.restored(self._home.staff, self._identities) if self.before else ()
        names = {recipient: one.name for one in held for recipient in one.recipients}
        return Look(
            self._shelf.pages,
            self._opens,
            keys,
            self.known.pages,
            Differences(),
            number=self.known.number,
            venues=self.venues,
            # What comes now is sealed to these, as far as nobody changed the settings.
            used=[*map(recipient_of, (*self.venues, *restored)), *names] if self.before else (),
            place=self._shelf.place(),
            elsewhere=self._shelf.elsewhere,
            names=names,
            others=others,
        )

    def says(self, differs: Differences, stock: Stock, counts: stock_counts.Counts) -> Iterator[Tampering]:
        """Say what differs; `stock` and `counts` are what is there."""
        home, shelf, known, before, now = self._home, self._shelf, self.known, self.before, self._now
        yield from audit_says(self._audit, before.audit if before else None)
        yield from staff_says(home, *self.venues)
        settings = before.settings if before else {}
        yield from settings_say(settings, self._values)
        yield from held_says(settings, self._values)
        yield from packs_say(home, self.venues, settings, self._values)
        yield from places_say(home, self.venues, settings, self._values)
        if before is None:
            yield Tampering(
                f"{home.stock}, the record of the last unlock, is missing or was changed. So changes since "
                "then cannot be shown."
            )
        else:
            yield from put_back_says(self._audit.deleted_again(known.audit, self._identities))
        yield from figures_say(known.quarters, self._quarters)
        yield from decisions_say(known.decisions, self._decided, page_is_ours=shelf.page_is_ours())
        yield from comments_say(home, known.comments, self._comments, since=known.at, now=now)
        yield from stock_counts.visits_say(home, self._opens)
        yield from stock_counts.coming_say(home, max(now, known.at, clock.newest_of(shelf.rows()) or now))
        yield from entries_say(differs, shelf.name_of)
        if before and len(self.venues) == 1:  # a change of the key seals them anew
            yield from stock_counts.says(
                home,
                shelf.pages,
                before.counts,
                counts,
                erased=len(frozenset(stock.erased) - frozenset(before.erased)),
                as_before=lambda id_: before.pages.get(id_, {}).keys() == stock.pages.get(id_, {}).keys(),
            )

    def taken(self, stock: Stock, counts: stock_counts.Counts, told: Iterable[Tampering], by: str) -> Stock:
        """Return the stock of what is there, taken by somebody who was told what differs."""
        moment, known = to_second(self._now), self.known
        new = [StockFinding(at=moment, by=by, says=one.says) for one in told if one.once and one.kept]
        # Of a code that was never given, or whose entry has gone since, there is nothing to say.
        found = [one for one in known.found if _is_here(one, stock, self.strays)]
        there = self._comments
        return msgspec.structs.replace(
            stock,
            by=by,
            at=moment,
            roster=staff_files.roster_of(self._home.staff, self.venues[0]).number,
            audit=self._audit.head(),
            settings=self._values or known.settings,
            quarters={quarter: digest for quarter, digest in self._quarters.items() if digest},
            decisions=self._decided or "",
            comments=known.comments if there is None else min(known.comments, there),
            found=(*found, *new)[-FOUND_MOST:],
            counts={**counts.beside, **counts.waiting},
        )


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
    before, or to one of the `older` ones of an unfinished restore, and of the pages, by id and name, that a
    restore `brought`, it is kept that they were there: what is of an older key and comes later is odd. Lets
    OSError through.
    """
    with alone(home.root):
        stock = read(home, before, now)  # somebody may have taken stock while the change was stopped
        if stock is None:
            return
        pages = PageFiles(home.vault)
        seen = {
            id_: {name: seen for name, one in names.items() if (seen := _seen_again(pages, id_, name, one))}
            for id_, names in stock.pages.items()
        }
        firsts = frozenset(map(recipient_of, (before, *older)))
        for id_, names in pages.scan(Strays()):
            for name in frozenset(names) - seen.get(id_, {}).keys():
                if (id_, name) in brought or _first_sealed_to(firsts, pages.path(id_, name), now):
                    seen.setdefault(id_, {})[name] = UNCHECKED
        roster = staff_files.roster_of(home.staff, now).number
        with closing(Audit(home.audit, "", lambda: stock.at, read_only=True)) as audit:
            head = audit.head(stock.audit.lines)
        counts = stock_counts.again(home, pages, stock.counts)
        values = with_values(home, stock.settings, [HELD])
        followed = msgspec.structs.replace(
            stock, pages=seen, counts=counts, roster=roster, audit=head, settings=values
        )
        write(home, now, followed, disk=disk)


def _pages_taken(
    shelf: Shelf, before: Stock, look: Look, is_said: Callable[[Row], bool], strays: Strays
) -> Stock:
    """Return a stock of what a vault holds, and let `look` find out what differs."""
    differs = look.differs
    once_erased = frozenset(before.erased)
    erased = shelf.erased()
    pages = dict[str, Mapping[str, Seen]]()
    for id_, names in shelf.pages.scan(strays):
        if id_ in once_erased:
            differs.back.add(id_)
            shelf.erase(id_)
        elif id_ not in erased and id_ not in strays.erased:
            pages[id_] = look.of(id_, names)
    for id_ in once_erased - erased - differs.back:
        shelf.erase(id_)
    erased = shelf.erased() | once_erased  # customers go on, and may have deleted meanwhile
    never_read = {id_ for id_, names in before.pages.items() if _is_closed(names)}
    differs.not_given = shelf.not_given(erased - once_erased) - never_read
    differs.gone = {
        id_
        for id_, names in before.pages.items()
        if id_ not in erased and not names.keys() <= {*look.there.get(id_, ())}
    }
    rows = [row for row in shelf.rows() if row.id in before.turns or not _is_closed(pages.get(row.id, {}))]
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


def _is_closed(pages: Mapping[str, Seen]) -> bool:
    """Tell whether no key here opens any of an entry's pages, and so nobody can tell who marked it."""
    return bool(pages) and all(one.is_closed for one in pages.values())


def _is_here(one: StockFinding, stock: Stock, strays: Strays) -> bool:
    """Tell whether the entry is here that something was found of, or may still get its new id."""
    return not one.code_of or one.code_of in stock.pages or bool(strays.moving)


def _seen_again(pages: PageFiles, entry_id: str, name: str, before: Seen) -> Seen | None:
    """Return a page's file as it is, where a desk looked at it before; None where it cannot be read."""
    with suppress(OSError):
        seen = see(pages.path(entry_id, name))
        if seen and before.is_closed:
            return seen.closed()
        return UNCHECKED if seen and before == UNCHECKED else seen
    return None


def _first_sealed_to(recipients: Collection[str], path: Path, identity: str) -> bool:
    """Tell whether a page that an identity opens says that it was sealed to one of these first."""
    try:
        return open_page(untrusted.read(path, MOST_BYTES), identity).head.venue in recipients
    except (OSError, SealError, EntryError):
        return False  # that is told when somebody unlocks
