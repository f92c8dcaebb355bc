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
from kiosk.devices.printer import TO_DO, Printer, printer_from
from kiosk.devices.spool import Spool
from kiosk.errors import KioskError, PrinterError
from kiosk.home import Home
from kiosk.language import listed, named
from kiosk.os_errors import explained, size
from kiosk.settings.offered import languages_of
from kiosk.settings.printers import PrinterSettings
from kiosk.settings.settings import Settings, library_of, load_settings
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
PLACES_NAMED = 3
"""So many places are named, of those that were not heard of."""

ASK = "Ask whoever looks after this machine to"
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
    """What it is like, and what to do where it is not well, with commands."""
    plain: str = ""
    """The same for the desk, where nobody can run a command; empty where that has no other words."""

    @property
    def at_desk(self) -> str:
        """What it is like, and what to do, at the desk."""
        return self.plain or self.says


Looked = tuple[Level, str] | tuple[Level, str, str]
"""What was found, in words; and in those for the desk, where they differ."""


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
        finding("Packs", lambda: packs(home)),
        *((finding("Places", lambda: places(home, now)),) if home.known_places.exists() else ()),
    )


def finding(what: str, look: Callable[[], Looked]) -> Finding:
    """Return what a look finds, or what kept it from looking."""
    looked: Looked
    try:
        looked = look()
    except KioskError as error:
        looked = Level.WRONG, " ".join(str(error).split())
    except OSError as error:
        looked = Level.WRONG, unread(error)
    return Finding(what, *looked)


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
        return Level.OK, f"{home.settings} is correct. {says}", f"The settings are correct. {says}"
    return (
        Level.LOOK,
        f"In {home.settings}, the texts on privacy and help for customers are still the defaults. Enter "
        f"at least who to ask here: 'contact' under [privacy]. {says}",
        f"The texts on privacy and help that customers read are still the defaults. {ASK} enter at least "
        f"who to ask here. {says}",
    )


def places(home: Home, now: datetime) -> Looked:
    """Look whether other places were heard of, and all came that they sent."""
    # A kiosk by itself, which most are, does without these.
    from kiosk.places.known import known_places
    from kiosk.places.ledger import Ledger
    from kiosk.places.standing import heard

    cards = [one.card for one in known_places(home) if one.revoked is None]
    lacks = [lack for one in heard(Ledger(home.places), cards) if (lack := one.lacks(now))]
    if not lacks:
        return Level.OK, f"{counted(len(cards), 'other place is', 'other places are')} known here."
    says = " ".join(lacks[:PLACES_NAMED])
    if len(lacks) > PLACES_NAMED:
        says += f" The same is true of {len(lacks) - PLACES_NAMED} more."
    return Level.LOOK, f"{says} 'kiosk places' shows more.", f"{says} {ASK} find out why."


def packs(home: Home) -> Looked:
    """Look whether customers get the packs that they should."""
    library = library_of(home)
    for problem in library.problems():
        what = f"the pack {problem.id}" + (f", version {problem.version}" if problem.version else "")
        instead = problem.instead
        got = f"{instead.id}, version {instead.version}," if instead else "nothing"
        says = f"Customers cannot use {what}: they get {got} instead."
        if not problem.is_damage:
            return (
                Level.LOOK,
                f"{says} {problem.why}. Run 'kiosk pack publish' for it, or 'kiosk pack offer' for others.",
                f"{says} {ASK} publish it, or take it out of the settings.",
            )
        return (
            Level.WRONG,
            f"{says} {problem.why}. Run 'kiosk restore --merge' with a backup that has its files, or choose "
            "another version: 'kiosk pack list' shows them.",
            f"{says} {ASK} bring its files back from a backup.",
        )
    offered = "; ".join(f"{pack.id}, version {pack.version}" for pack in library.offered())
    return Level.OK, f"Customers get {offered}."


def languages(home: Home) -> Looked:
    """Look whether customers get the languages that the settings name, and the venue's own texts in them."""
    settings = load_settings(home.settings)
    start = library_of(home, settings).start()
    found = languages_of(start, settings.languages)
    said = [
        f"{named(tag)} is not offered: {why}."
        for tag in settings.languages.offered
        if (why := found.told_why(tag))
    ]
    said += [
        f"In {named(tag)}, customers read these texts of yours as they stand in kiosk.toml: "
        f"{', '.join(stays)}. Write them under [texts.{tag}] too."
        for tag in found.tags[1:]
        if (stays := settings.stays(tag))
    ]
    said += [
        f"[texts.{tag}] is of no language that is offered." for tag in settings.texts if tag not in found.tags
    ]
    if said:
        return Level.LOOK, " ".join(said)
    return Level.OK, f"Customers read {listed(list(map(named, found.tags)))}."


def _for_customers(settings: Settings) -> tuple[object, ...]:
    """Return what a venue is to fit to the place: the texts that customers read."""
    privacy = settings.privacy
    return privacy.basis, privacy.contact, privacy.complain, settings.help, settings.talk


def room(free: int, files: int | None) -> Looked:
    """Look how many bytes are left, and how many files can be made; None where that has no limit."""
    few = files is not None and files < FILES
    says = f"{size(free)} free" + (f", and room for {files:,} more files" if few else "")
    why, what = "", "free some space soon"
    if free < RESERVE:
        why, what = f" Nothing can be saved below {size(RESERVE)}.", "free some space"
    elif files is not None and files < RESERVE_FILES:
        why, what = f" Nothing can be saved below {RESERVE_FILES:,} files.", "delete some"
    elif free >= ROOM and not few:
        return Level.OK, f"{says}."
    level = Level.WRONG if why else Level.LOOK
    return level, f"{says}.{why} {what.capitalize()}.", f"{says}.{why} {ASK} {what}."


def backed_up(home: Home, rows: Sequence[Row], now: datetime) -> Looked:
    """Look when the last backup was made, and whether something was saved since that should be in one."""
    made = last_backup.read(home)
    if made and made > now + clock.BEHIND:
        says = (
            f"The last backup is dated {on_day(made)}, which is in the future: the clock was wrong then, or "
            "is wrong now."
        )
        return (
            Level.LOOK,
            f"{says} Set it, then make another backup. {_BACK_UP}",
            f"{says} {ASK} set it, then make another backup.",
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
    return Level.LOOK, f"{says} {what} {_BACK_UP}", f"{says} {what} {ASK} make a backup."


def clock_fits(home: Home, rows: Sequence[Row], now: datetime) -> Looked:
    """Look whether the clock can be believed."""
    verdict, _ = clock.judge(clock.read(home.clock), now, clock.newest_of(rows))
    zone = plain = f"The time zone is {zone_at(now)}."
    if zone_at(now) == "UTC":
        zone += " If the local time is different, run 'timedatectl set-timezone'."
        plain += f" If the local time is different, {ASK.lower()} set the time zone."
    if verdict.says:
        level = Level.WRONG if verdict.behind else Level.LOOK
        return level, f"{verdict.says} {zone}", f"{verdict.plain} {plain}"
    shows = (
        f"It shows {on_short_day(now)}, {at_time(now)}, which agrees with the newest entry and the last time"
    )
    return Level.OK, f"{shows} the kiosk ran. {zone}", f"{shows} the kiosk ran. {plain}"


def printer(home: Home, printer_from: Callable[[PrinterSettings], Printer | None], spool: Spool) -> Looked:
    """Look whether what prints for customers would, without printing, and for what CUPS keeps of it."""
    settings = load_settings(home.settings).printer
    found = printer_from(settings)
    if found is None:
        return Level.OK, "Not set up."
    troubles = list(spool.troubles(settings.queue)) if settings.kind == "page" else []
    level = Level.LOOK if troubles else Level.OK
    copies = f"Copies of what is printed may stay on this machine. {ASK} look at that." if troubles else ""
    try:
        says = plain = found.check()
    except PrinterError as error:
        level, says, plain = Level.WRONG, str(error), TO_DO[error.trouble]
    told = " ".join([says, *troubles]), " ".join(filter(None, [plain, copies]))
    return (level, *told) if told[0] != told[1] else (level, told[0])
