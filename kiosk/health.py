"""How a kiosk is from day to day: what `kiosk doctor` and the desk's list both look at. It needs no key.

Findings tell how many, and where a file lies, but no name of an entry.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path

import msgspec

from kiosk.dates import at_time, on_day, on_short_day, zone_at
from kiosk.desk.keys.identities import fingerprint
from kiosk.devices.printer import Printer, printer_from
from kiosk.devices.spool import Spool
from kiosk.errors import KioskError, PrinterError
from kiosk.home import Home
from kiosk.os_errors import explained
from kiosk.settings.settings import PrinterSettings, Settings, load_settings
from kiosk.text import counted
from kiosk.upkeep import clock, last_backup
from kiosk.vault import durable
from kiosk.vault.durable import RESERVE_FILES
from kiosk.vault.rows import Row
from kiosk.vault.vault import RESERVE

ROOM, FILES = 4 * RESERVE, 4 * RESERVE_FILES
"""Bytes that are free, and files that can be made, below which it is time to look."""
BACKUP_EVERY = timedelta(days=14)
"""After so long without a backup it is time for one, where something was saved meanwhile."""

_MIB = 1024 * 1024
_BACK_UP = "Plug in a removable disk and run 'kiosk backup DIR', where DIR is its folder."


class Level(Enum):
    """How a thing stands."""

    OK = "OK"
    LOOK = "LOOK"
    """It works, and somebody should look at it."""
    WRONG = "WRONG"


class Finding(msgspec.Struct, frozen=True):
    """What was found about one thing."""

    what: str
    level: Level
    says: str
    """What it is like, and what to do where it is not well."""


Looked = tuple[Level, str]


def examine_daily(
    home: Home,
    rows: Sequence[Row],
    now: datetime,
    *,
    free: Callable[[Path], int] = durable.bytes_left,
    files: Callable[[Path], int | None] = durable.free_files,
    printer_from: Callable[[PrinterSettings], Printer | None] = printer_from,
    spool: Spool = Spool(),  # noqa: B008 - it is a constant
) -> tuple[Finding, ...]:
    """Look at what can change from day to day; `rows` is the list of entries, the rest as for the doctor.

    It waits for the printer for some seconds. Never raises KioskError or OSError, which are findings too.
    """
    return (
        finding("Free space", lambda: room(free(home.root), files(home.root))),
        finding("Last backup", lambda: backed_up(home, rows, now)),
        finding("Clock", lambda: clock_fits(home, rows, now)),
        finding("Printer", lambda: printer(home, printer_from, spool)),
        finding("Settings", lambda: settings(home)),
    )


def finding(what: str, look: Callable[[], Looked]) -> Finding:
    """Return what a look finds, or what kept it from looking."""
    try:
        level, says = look()
    except KioskError as error:
        level, says = Level.WRONG, " ".join(str(error).split())
    except OSError as error:
        level, says = Level.WRONG, unread(error)
    return Finding(what, level, says)


def unread(error: OSError) -> str:
    """Return a sentence on a file that cannot be read."""
    return explained(error, None, "It cannot be read.")


def settings(home: Home) -> Looked:
    """Look whether the settings read, and whether anybody fitted to the place what customers read."""
    now = load_settings(home.settings)
    says = (
        f"Entries are kept for {now.privacy.days} days. Venue key {fingerprint(now.venue.key)}: compare it "
        "with the recovery sheet."
    )
    if _for_customers(now) != _for_customers(Settings(venue=now.venue)):
        return Level.OK, f"{home.settings} is correct. {says}"
    return Level.LOOK, (
        f"In {home.settings}, the texts on privacy and help for customers are still the defaults. Enter "
        f"at least who to ask here: 'contact' under [privacy]. {says}"
    )


def _for_customers(settings: Settings) -> tuple[object, ...]:
    """Return what a venue is to fit to the place: the texts that customers read."""
    privacy = settings.privacy
    return privacy.basis, privacy.contact, privacy.complain, settings.help, settings.talk


def room(free: int, files: int | None) -> Looked:
    """Look how many bytes are left, and how many files can be made; None where that has no limit."""
    says = f"{free // _MIB} MiB free" + ("" if files is None else f", and room for {files} more files")
    if free < RESERVE:
        return Level.WRONG, f"{says}. Nothing can be saved below {RESERVE // _MIB} MiB: free some space."
    if files is not None and files < RESERVE_FILES:
        return Level.WRONG, f"{says}. Nothing can be saved below {RESERVE_FILES} files: delete some."
    soon = free < ROOM or (files is not None and files < FILES)
    return (Level.LOOK, f"{says}. Free some space soon.") if soon else (Level.OK, f"{says}.")


def backed_up(home: Home, rows: Sequence[Row], now: datetime) -> Looked:
    """Look when the last backup was made, and whether something was saved since that should be in one."""
    made = last_backup.read(home)
    if made and made > now + clock.BEHIND:
        return Level.LOOK, (
            f"The last backup is dated {on_day(made)}, which is in the future: the clock was wrong then, "
            f"or is wrong now. Set it, then make another backup. {_BACK_UP}"
        )
    new = sum(made is None or row.last_page > made for row in rows)
    since = made or min((row.saved for row in rows), default=now)
    entries = counted(new, "entry", "entries")
    if made is None:
        says = "No backup has been made on this machine yet."
        what = f"{entries} would be lost with it."
    else:
        says = f"The last backup was made on {on_day(made)}."
        what = f"{entries} saved or changed since would be lost with this machine."
    if not new or now - since < BACKUP_EVERY:
        return Level.OK, says
    return Level.LOOK, f"{says} {what} {_BACK_UP}"


def clock_fits(home: Home, rows: Sequence[Row], now: datetime) -> Looked:
    """Look whether the clock can be believed."""
    verdict, _ = clock.judge(clock.read(home.clock), now, clock.newest_of(rows))
    zone = f"The time zone is {zone_at(now)}."
    if zone_at(now) == "UTC":
        zone += " If the local time is different, run 'timedatectl set-timezone'."
    if verdict.says:
        return (Level.WRONG if verdict.behind else Level.LOOK), f"{verdict.says} {zone}"
    shows = f"It shows {on_short_day(now)}, {at_time(now)}"
    return Level.OK, f"{shows}, which agrees with the newest entry and the last time the kiosk ran. {zone}"


def printer(home: Home, printer_from: Callable[[PrinterSettings], Printer | None], spool: Spool) -> Looked:
    """Look whether what prints for customers would, without printing, and for what CUPS keeps of it."""
    settings = load_settings(home.settings).printer
    found = printer_from(settings)
    if found is None:
        return Level.OK, "Not set up."
    troubles = list(spool.troubles(settings.queue)) if settings.kind == "page" else []
    level = Level.LOOK if troubles else Level.OK
    try:
        says = found.check()
    except PrinterError as error:
        level, says = Level.WRONG, str(error)
    return level, " ".join([says, *troubles])
