"""How long entries are kept: what goes when, and erasing what is due.

The period is `privacy.days` of the settings, counted from an entry's last page, and from when a visit was
paused. It is told to customers before the first question. Erasing needs no key.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import msgspec

from kiosk.counts import uncounted
from kiosk.errors import NoEntryError, VaultError
from kiosk.home import Home
from kiosk.upkeep import clock
from kiosk.vault import durable
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.rows import Row, Sign
from kiosk.vault.vault import Vault
from kiosk.visit import comments
from kiosk.visit.drafts import Drafts

SOON = timedelta(days=14)
"""What goes within this time is shown to staff."""
NEVER = datetime.max.replace(tzinfo=UTC)


class Going(msgspec.Struct, frozen=True):
    """What goes, each the one that goes first before the others."""

    due: tuple[Row, ...]
    """What goes at once."""
    soon: tuple[Row, ...]
    """What goes within `SOON`."""
    redated: int = 0
    """How many of all entries a wrong clock had dated, and that would count from today."""


class Purged(msgspec.Struct, frozen=True):
    """What a purge did."""

    erased: tuple[Row, ...] = ()
    failed: tuple[Row, ...] = ()
    """What was due and could not be erased. The next purge tries again."""
    drafts: int = 0
    """How many paused visits were erased."""
    comments: int = 0
    """How many comments (`kiosk.visit.comments.expire`)."""
    apart_failed: bool = False
    """Whether a paused visit or a comment that was due could not be. The next purge tries again."""
    refused: str = ""
    """Why nothing was erased, in plain words: the clock is not believed. Else empty."""
    redated: int = 0
    """How many entries a wrong clock had dated, and that count from today now."""
    drafts_redated: int = 0
    """How many paused visits, likewise."""


def goes(row: Row, days: int) -> datetime:
    """Return when an entry is due."""
    try:
        return row.last_page + timedelta(days=days)
    except OverflowError:
        return NEVER


def going(rows: Iterable[Row], days: int, now: datetime) -> Going:
    """Return what goes at once and what expires soon."""
    ordered = sorted(((goes(row, days), row) for row in rows), key=lambda pair: pair[0])
    return Going(
        due=tuple(row for when, row in ordered if when <= now),
        soon=tuple(row for when, row in ordered if now < when <= now + SOON),
    )


def leaving(rows: Iterable[Row], days: int, now: datetime) -> Mapping[str, datetime]:
    """Return id → when it goes, of what expires soon; what is due already goes now."""
    there = going(rows, days, now)
    return {row.id: max(now, goes(row, days)) for row in (*there.due, *there.soon)}


def look(
    home: Home, vault: Vault, days: int, now: datetime, *, clock_is_right: bool = False
) -> tuple[clock.Verdict, Going]:
    """Return whether a purge would go ahead, and what it would do; change nothing. Raises VaultError."""
    rows, known = vault.rows(), _known(home)
    is_wrong = clock.wrongly_dated(known, now, confirmed=clock_is_right)
    dated = [msgspec.structs.replace(row, last_page=now) if is_wrong(row.last_page) else row for row in rows]
    redated = sum(row is not other for row, other in zip(rows, dated, strict=True))
    verdict, _ = _judged(known, now, rows, clock_is_right)
    return verdict, msgspec.structs.replace(going(dated, days, now), redated=redated)


def _judged(
    known: clock.Known, now: datetime, rows: Iterable[Row], clock_is_right: bool
) -> tuple[clock.Verdict, clock.Known]:
    return clock.confirmed(now) if clock_is_right else clock.judge(known, now, clock.newest_of(rows))


def purge(
    home: Home,
    vault: Vault,
    days: int,
    now: datetime,
    *,
    clock_is_right: bool = False,
    note: Callable[[Row], object] = lambda _row: None,
    sign: Sign | None = None,
    disk: Disk = DISK,
) -> Purged:
    """Erase what is due, unless the clock is not believed. Raises VaultError.

    What a wrong clock dated counts from `now` on (`kiosk.upkeep.clock.wrongly_dated`); with `clock_is_right`
    that is also what is dated later than now, which would be kept for longer. `note` is told each entry
    before it is erased; one for which it raises VaultError stays. `sign` makes the tag with which a desk
    vouches for it; what the kiosk erases by itself has none. Reconcile the vault first: a page whose row was
    lost in a power cut makes its entry younger.
    """
    before = _known(home)
    verdict, known = _judged(before, now, vault.rows(), clock_is_right)
    drafts = Drafts(home.drafts, disk=disk)
    with suppress(OSError):  # the next purge tries again
        uncounted.drop_counted(home, disk=disk)
    redated = moved = 0
    try:
        if not verdict.says:  # before that is written down by which it is known
            is_wrong = clock.wrongly_dated(before, now, confirmed=clock_is_right)
            redated, moved = vault.redate(now, is_wrong), drafts.redate(now, is_wrong)
            for folder in (home.unfinished, home.comments):
                durable.redate(folder.glob("[!.]*"), now, is_wrong, disk=disk)
        if verdict.right or not clock_is_right:
            clock.write(home.clock, known, disk=disk)
    except OSError as error:
        raise VaultError(f"{home.clock} cannot be written, so nothing was deleted. Try again.") from error
    if not verdict.right:
        return Purged(refused=verdict.says)
    done = _erase(vault, going(vault.rows(), days, now).due, days, now, note, sign)
    done = msgspec.structs.replace(done, redated=redated, drafts_redated=moved)
    try:
        done = msgspec.structs.replace(done, drafts=_erase_drafts(drafts, days, now))
        return msgspec.structs.replace(done, comments=comments.expire(home, days, now, disk=disk))
    except OSError:
        return msgspec.structs.replace(done, apart_failed=True)


def _erase_drafts(drafts: Drafts, days: int, now: datetime) -> int:
    try:
        return drafts.sweep(now - timedelta(days=days))
    except OverflowError:
        return 0


def _known(home: Home) -> clock.Known:
    try:
        return clock.read(home.clock)
    except OSError as error:
        raise VaultError(f"{home.clock} cannot be read. Check its permissions.") from error


def _erase(
    vault: Vault,
    rows: Sequence[Row],
    days: int,
    now: datetime,
    note: Callable[[Row], object],
    sign: Sign | None,
) -> Purged:
    erased, failed = [], []
    for row in rows:
        try:
            # Its customer may have added a page since the rows were read.
            if goes(vault.row(row.id), days) > now:
                continue
            note(row)
            vault.erase(row.id, sign, why="time")
        except NoEntryError:
            continue  # erased by somebody else meanwhile
        except VaultError:
            failed.append(row)
        else:
            erased.append(row)
    return Purged(erased=tuple(erased), failed=tuple(failed))
