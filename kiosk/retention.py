"""How long entries are kept: what goes when, and erasing what is due.

The period is `privacy.days` of the settings, counted from an entry's last page, and from when a visit was
paused. It is told to customers before the first question. Erasing needs no key.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from kiosk import clock
from kiosk.draft import Drafts
from kiosk.errors import NoEntryError, VaultError
from kiosk.settings import Home
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.rows import Row, Sign
from kiosk.vault.vault import Vault

SOON = timedelta(days=14)
"""What goes within this time is shown to staff."""
NEVER = datetime.max.replace(tzinfo=UTC)


class Going(msgspec.Struct, frozen=True):
    """What goes, each the one that goes first before the others."""

    due: tuple[Row, ...]
    """What goes at once."""
    soon: tuple[Row, ...]
    """What goes within `SOON`."""


class Purged(msgspec.Struct, frozen=True):
    """What a purge did."""

    erased: tuple[Row, ...] = ()
    failed: tuple[Row, ...] = ()
    """What was due and could not be erased. The next purge tries again."""
    drafts: int = 0
    """How many paused visits were erased."""
    drafts_failed: bool = False
    """Whether one that was due could not be. The next purge tries again."""
    refused: str = ""
    """Why nothing was erased, in plain words: the clock is not believed. Else empty."""


def goes(row: Row, days: int) -> datetime:
    """Return when an entry is due."""
    try:
        return row.last_page + timedelta(days=days)
    except OverflowError:
        return NEVER


def going(rows: Iterable[Row], days: int, now: datetime) -> Going:
    """Return what goes at once and what goes soon."""
    ordered = sorted(((goes(row, days), row) for row in rows), key=lambda pair: pair[0])
    return Going(
        due=tuple(row for when, row in ordered if when <= now),
        soon=tuple(row for when, row in ordered if now < when <= now + SOON),
    )


def leaving(rows: Iterable[Row], days: int, now: datetime) -> Mapping[str, datetime]:
    """Return id → when it goes, of what goes soon; what is due already goes now."""
    there = going(rows, days, now)
    return {row.id: max(now, goes(row, days)) for row in (*there.due, *there.soon)}


def look(home: Home, vault: Vault, days: int, now: datetime) -> tuple[clock.Verdict, Going]:
    """Return whether a purge would go ahead, and what it would erase; change nothing. Raises VaultError."""
    rows = vault.rows()
    verdict, _ = clock.judge(_known(home), now, clock.newest_of(rows))
    return verdict, going(rows, days, now)


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

    With `clock_is_right`, what is dated later than now is dated to now: else it would be kept for longer.
    `note` is told each entry before it is erased; one for which it raises VaultError stays. `sign` makes the
    tag with which a desk vouches for it; what the kiosk erases by itself has none. Reconcile the
    vault first: a page whose row was lost in a power cut makes its entry younger.
    """
    rows = vault.rows()
    newest = clock.newest_of(rows)
    verdict, known = (
        (clock.Verdict(), clock.confirmed(now, newest))
        if clock_is_right
        else clock.judge(_known(home), now, newest)
    )
    try:
        clock.write(home.clock, known, disk=disk)
    except OSError as error:
        raise VaultError(f"{home.clock} cannot be written, so nothing was erased. Try again.") from error
    if not verdict.right:
        return Purged(refused=verdict.says)
    if clock_is_right:
        vault.redate(now)
        rows = vault.rows()
    done = _erase(vault, going(rows, days, now).due, days, now, note, sign)
    try:
        if clock_is_right:
            Drafts(home.drafts, disk=disk).redate(now)
        return msgspec.structs.replace(done, drafts=_erase_drafts(home, days, now, disk))
    except OSError:
        return msgspec.structs.replace(done, drafts_failed=True)


def _erase_drafts(home: Home, days: int, now: datetime, disk: Disk) -> int:
    try:
        return Drafts(home.drafts, disk=disk).sweep(now - timedelta(days=days))
    except OverflowError:
        return 0


def _known(home: Home) -> clock.Known:
    try:
        return clock.read(home.clock)
    except OSError as error:
        raise VaultError(f"{home.clock} cannot be read. Check who may read it.") from error


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
            vault.erase(row.id, sign)
        except NoEntryError:
            continue  # erased by somebody else meanwhile
        except VaultError:
            failed.append(row)
        else:
            erased.append(row)
    return Purged(erased=tuple(erased), failed=tuple(failed))
