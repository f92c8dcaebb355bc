"""A look over a whole kiosk: one finding for each thing, and what to do. It needs no key and changes nothing.

Findings tell how many, and where a file lies, but no name of an entry.
"""

import fcntl
import os
import stat
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from shlex import quote

import msgspec

from kiosk import hardening, health, permissions, untrusted
from kiosk.counts.quarters import with_figures
from kiosk.desk.audit.audit_log import Audit
from kiosk.desk.keys import staff, staff_files, stock, stretching
from kiosk.desk.summaries import periods
from kiosk.devices.printer import Printer, printer_from
from kiosk.devices.spool import Spool
from kiosk.entry.names import shipped_names
from kiosk.errors import SettingsError, VaultError
from kiosk.health import Finding, Level, Looked, finding, unread
from kiosk.home import Home
from kiosk.settings.printers import PrinterSettings
from kiosk.text import counted, shown
from kiosk.upkeep import clock, disk_trial
from kiosk.upkeep.backup import catalogue_in
from kiosk.vault import durable
from kiosk.vault.age_file import seems_sealed
from kiosk.vault.catalogue import Catalogue
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.integrity import Integrity, check_integrity
from kiosk.vault.page_files import PageFiles
from kiosk.vault.rows import Row
from kiosk.vault.vault import LEFT_OVER
from kiosk.visit import comments

LOCK_TRIES, LOCK_PAUSE = 20, 0.05
"""How often to try the lock, and how many seconds to wait between: a commit is over in far less than all."""
OTHERS = stat.S_IRWXG | stat.S_IRWXO
"""What the group and everybody else may do with a file: nothing."""

_SHOWN = 3
_STARTS = "The kiosk repairs this when it starts."
_STUCK = "Delete it: the old code opens the entry as before, and staff can give it a new code again."
_LOST = (
    "Without it the entry opens with neither code, so keep it. A backup from before the new code, restored "
    "into an empty folder with --home, has the entry under the old code."
)
_RESTORE = "Run 'kiosk restore --merge' with a backup."
_NO_BACKUP = "If no backup has what is missing, the entry is deleted when it expires."


def examine(
    home: Home,
    now: datetime,
    *,
    free: Callable[[Path], int] = durable.bytes_left,
    files: Callable[[Path], int | None] = durable.free_files,
    disk: Disk = DISK,
    pause: Callable[[float], None] = time.sleep,
    printer_from: Callable[[PrinterSettings], Printer | None] = printer_from,
    spool: Spool = Spool(),  # noqa: B008 - it is a constant
) -> list[Finding]:
    """Look at everything below a home; never raises KioskError or OSError, which are findings too.

    `free` gives the free bytes of the disk that holds a path, and `files` how many can be made there, None
    for no limit; saving is tried on `disk`; `pause` waits for seconds; `printer_from` gives the printer that
    the settings name; `spool` is where CUPS keeps what it prints.
    """
    findings = [
        finding("Settings", lambda: health.settings(home)),
        finding("Staff keys", lambda: _staff(home)),
        finding("Places", lambda: health.places(home, now)),
        finding("Words", _words),
        finding("Packs", lambda: health.packs(home)),
        finding("Languages", lambda: health.languages(home)),
        finding("Comments", lambda: _comments(home)),
        finding("Folders", lambda: _folders(home)),
        finding("Disk", lambda: _disk(home, disk)),
        finding("Free space", lambda: health.room(free(home.root), files(home.root))),
        finding("Lock", lambda: _lock(home, now, pause)),
    ]
    if findings[-1].level is Level.OK:  # behind a lock that is held, each of these would wait for ever
        findings += _vault(home, now)
    findings += [
        finding("Core dumps", _dumps),
        finding("Printer", lambda: health.printer(home, printer_from, spool)),
    ]
    # Whatever names lie below the home.
    return [msgspec.structs.replace(finding, says=shown(finding.says)) for finding in findings]


def _staff(home: Home) -> Looked:
    if not home.has_desk():
        return Level.OK, "No desk is set up on this machine, so it holds no private key."
    files, good = list(home.staff.glob("*.json")), len(staff.names(home.staff))
    if good < len(files):
        known = staff_files.keys(home.staff)
        bad = [file for file in sorted(files) if file not in known]
        return Level.WRONG, (
            f"{len(files) - good} of {len(files)} cannot be read: {_shown(bad)}. Move them away and add "
            "those people again."
        )
    if not staff_files.has_roster(home.staff):
        return Level.WRONG, (
            f"{home.staff / staff_files.ROSTER}, the list of people with access, is missing, so nobody "
            "can unlock the desk. Put back the copy from the newest backup, or use the recovery sheet: "
            "'kiosk staff recover'."
        )
    if not any(member.role == staff_files.LEAD for member in staff.members(home.staff)):
        return Level.LOOK, "Nobody is a lead. Make a lead with the recovery sheet: 'kiosk staff recover'."
    if (home.staff / staff_files.CHANGE).exists():
        return Level.LOOK, "The change of the venue key is not finished. Run 'kiosk staff rekey'."
    if (home.staff / staff_files.ANEW).exists():
        return Level.LOOK, (
            "Restoring an older backup was interrupted. Run 'kiosk restore' again with the same backup. "
            "If you no longer have it, change the venue key: 'kiosk staff rekey'."
        )
    says = f"{counted(good, 'person', 'people')} can unlock the desk."
    cheapest = min(
        (key.costs for key in staff_files.keys(home.staff).values()),
        key=lambda one: (one.memory_kib, one.passes),
    )
    if less := stretching.less_than_usual(cheapest):
        says += f" {less}. On a larger or faster machine, change the passphrases."
    return Level.OK, says


def _words() -> Looked:
    shipped_names()
    return Level.OK, "The word lists for names are correct."


def _comments(home: Home) -> Looked:
    if unfit := comments.unfit(home):
        return Level.WRONG, f"No file of comments, so none can be kept: {_shown(unfit)}. Move it away."
    return Level.OK, "Comments can be kept."


def _folders(home: Home) -> Looked:
    """Look at who owns what lies below a home, and who else may touch it, or swap it for another."""
    user = os.geteuid()
    # A kiosk that root set up by mistake is to be somebody's.
    owner = permissions.owner_of(home, user) or user
    foreign, shut, changed, read, checked = Counter[int](), list[Path](), 0, 0, 0
    for path in _everything(home.root):
        try:
            there = path.stat() if path == home.root else path.lstat()
        except FileNotFoundError:
            continue  # a temporary file, or something erased in this moment
        checked += 1
        if there.st_uid != owner:
            foreign[there.st_uid] += 1
        elif owner and not permissions.is_usable(there, owner, writes=True):
            shut.append(path)
        changed += permissions.others_write(there)
        # Of a pack nothing is secret, and editors let others read what they save.
        shows = there.st_mode & (permissions.OTHERS_WRITE if path.is_relative_to(home.packs) else OTHERS)
        read += not stat.S_ISLNK(there.st_mode) and bool(shows)
    found = [
        f"{counted(count, 'file belongs', 'files belong')} to {permissions.user_name(other)}, so "
        f"{permissions.user_name(owner)}, who runs this kiosk, cannot use "
        f"{'it' if count == 1 else 'them'}. Run {permissions.give_back(home.root, owner)}."
        for other, count in foreign.items()
    ]
    who = permissions.user_name(owner)
    as_owner = (
        f"{home.root} belongs to {who}, but {permissions.user_name(user)} ran this command. Run 'sudo -u "
        f"{who} kiosk --home {quote(str(home.root))} doctor'."
    )
    if owner != user != 0:
        found.append(as_owner)
    if shut:
        found.append(
            f"{counted(len(shut), 'file or folder', 'files and folders')} cannot be read and written "
            f"because of the permissions: {_shown(shut)}. Run 'chmod -R u+rwX {quote(str(home.root))}'."
        )
    if read:
        others = f"Others can change {counted(changed, 'file', 'files')}. " if changed else ""
        others += f"Others can read {counted(read, 'file', 'files')}."
        found.append(f"{others} Run 'chmod -R go= {quote(str(home.root))}'.")
    found += permissions.above(home.root, permissions.trusted_with(home, user))
    if found:
        return Level.WRONG, " ".join(found)
    if owner != user:
        return Level.LOOK, as_owner
    return Level.OK, f"{counted(checked, 'file and folder', 'files and folders')}, open to this user only."


def _everything(root: Path) -> Iterator[Path]:
    yield root
    for folder, folders, files in os.walk(root, onerror=_raise):
        yield from (Path(folder) / name for name in (*folders, *files))


def _raise(error: OSError) -> None:
    """Raise what stops a walk, but for a folder that has gone, or that `_folders` has named as shut."""
    if not isinstance(error, FileNotFoundError | PermissionError):
        raise error


def _disk(home: Home, disk: Disk) -> Looked:
    """Try what saving takes, where the home lies and where its pages do: that may be another disk."""
    for folder in (home.root, *filter(Path.is_dir, (home.vault,))):
        found = disk_trial.lack(folder, disk=disk)
        if found is not None:
            return Level.WRONG, found.says
    return Level.OK, "The disk can do everything that saving needs: files, hard links, renames and flushes."


def _lock(home: Home, now: datetime, pause: Callable[[float], None]) -> Looked:
    used = False
    for path in (Catalogue(home.catalogue, read_only=True).lock_path, _audit_of(home, now).lock_path):
        free = _is_free(path, pause)
        if free is False:
            return (
                Level.WRONG,
                "Another program has held it for too long, so nothing else was checked. Restart the machine.",
            )
        used = used or free is not None
    return Level.OK, "Free." if used else "Not used yet."


def _is_free(path: Path, pause: Callable[[float], None]) -> bool | None:
    """Tell whether nobody holds a lock for long; None where nobody ever did."""
    try:
        descriptor = untrusted.open_file(path)
    except FileNotFoundError:
        return None
    try:
        for _ in range(LOCK_TRIES):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                pause(LOCK_PAUSE)
            else:
                return True
        return False
    finally:
        os.close(descriptor)


def _vault(home: Home, now: datetime) -> list[Finding]:
    try:
        with catalogue_in(home) as catalogue:
            rows = catalogue.rows() if catalogue else ()
            listing = Finding("List of entries", *_log(home, catalogue))
            found = check_integrity(PageFiles(home.vault), catalogue, now - LEFT_OVER)
    except (VaultError, OSError) as error:
        rows = ()
        why = str(error) if isinstance(error, VaultError) else f"{unread(error)} {_RESTORE}"
        listing = Finding("List of entries", Level.WRONG, why)
        try:
            found = check_integrity(PageFiles(home.vault), None, now - LEFT_OVER)
        except OSError as error:
            return [listing, Finding("Pages", Level.WRONG, unread(error))]
    return [
        finding("Clock", lambda: health.clock_fits(home, rows, now)),
        finding("Last backup", lambda: health.backed_up(home, rows, now)),
        listing,
        Finding("Pages", *_pages(found)),
        Finding("Entries and files", *_rows_and_pages(found)),
        finding("Audit", lambda: _audit(home, rows, now)),
        finding("Last unlock", lambda: _last_unlock(home)),
        finding("Statistics", lambda: _summaries(home, rows, now)),
        Finding("Unfinished files", *_left_over(found.temporary)),
    ]


def _log(home: Home, catalogue: Catalogue | None) -> Looked:
    if catalogue is None:
        return Level.OK, "No entries yet."
    damage, unreadable = catalogue.damage, len(catalogue.unreadable())
    if damage.bad_lines or unreadable:
        return Level.WRONG, (
            f"{counted(damage.bad_lines + unreadable, 'line is', 'lines are')} damaged. The disk may be "
            f"failing. Make a backup, move {home.catalogue} away, and run 'kiosk restore --merge' with "
            "that backup to make the list again."
        )
    if damage.cut_bytes:
        return Level.LOOK, f"A crash cut off the last write. {_STARTS}"
    return Level.OK, "All lines are intact."


def _pages(found: Integrity) -> Looked:
    says = []
    if found.unsealed:
        files = counted(len(found.unsealed), "file", "files")
        says.append(f"{files} cannot be opened: {_shown(found.unsealed)}. {_RESTORE} {_NO_BACKUP}")
    if found.unreadable:
        files = counted(len(found.unreadable), "file or folder", "files and folders")
        says.append(
            f"{files} cannot be read, or {'does' if len(found.unreadable) == 1 else 'do'} not belong "
            f"there: {_shown(found.unreadable)}. Move {'it' if len(found.unreadable) == 1 else 'them'} "
            "away."
        )
    if says:
        return Level.WRONG, " ".join(says)
    pages, entries = counted(found.pages, "page", "pages"), counted(found.entries, "entry", "entries")
    return Level.OK, f"{pages} of {entries}, all encrypted and intact."


def _rows_and_pages(found: Integrity) -> Looked:
    for files, do in ((found.lost, _LOST), (found.stuck, _STUCK)):
        if files:
            return Level.WRONG, f"{_shown(files)} cannot be read. It says how an entry gets a new code. {do}"
    if found.pageless:
        return (
            Level.WRONG,
            f"{counted(found.pageless, 'entry lacks', 'entries lack')} a page. {_RESTORE} {_NO_BACKUP}",
        )
    says = []
    if found.unlisted:
        says.append(f"{counted(found.unlisted, 'entry is', 'entries are')} not listed yet")
    if found.half_erased:
        says.append(f"{counted(found.half_erased, 'entry is', 'entries are')} only partly deleted")
    says = [f"{', and '.join(says)}. {_STARTS}"] if says else []
    if found.moving == 1:
        says.append("A new code for an entry is not finished. Unlock the desk to finish it.")
    elif found.moving:
        says.append(f"New codes for {found.moving} entries are not finished. Unlock the desk to finish them.")
    if says:
        return Level.LOOK, " ".join(says)
    return Level.OK, "All entries match their files."


def _audit(home: Home, rows: Sequence[Row], now: datetime) -> Looked:
    if home.has_desk() and not home.audit.exists() and any(row.picked_up for row in rows):
        return Level.WRONG, (
            f"{home.audit} is missing, although staff have picked entries up. Tell your manager. Put "
            "back the copy from a backup, or unlock the desk to start a new audit log."
        )
    with closing(_audit_of(home, now)) as audit:
        try:
            broken = audit.broken_at()
        except VaultError:
            return Level.WRONG, (
                f"It cannot be read, so the desk cannot be used. Move {home.audit} away and keep it. "
                "Then put back the copy from a backup, or unlock the desk to start a new audit log."
            )
    if broken is not None:
        return Level.WRONG, (
            f"Line {broken} does not match the lines before it: the audit log was changed, or the disk "
            f"is failing. Tell your manager. Once that is dealt with, move {home.audit} away and keep "
            "it: the next unlock starts a new audit log, and says so."
        )
    return Level.OK, "All lines are linked and unchanged."


def _audit_of(home: Home, now: datetime) -> Audit:
    return Audit(home.audit, "", lambda: now, read_only=True)  # no key is needed to look whether lines fit


def _last_unlock(home: Home) -> Looked:
    """Look whether the desk found what no lead has acknowledged."""
    count = stock.to_acknowledge(home)
    if count:
        return Level.LOOK, (
            f"The desk found {counted(count, 'change', 'changes')} that nobody here may have made. "
            "Unlock the desk to read more; once it is dealt with, a lead confirms there, or with 'kiosk "
            "audit --acknowledge'."
        )
    return Level.OK, "Nothing was found that still needs a lead."


def _summaries(home: Home, rows: Sequence[Row], now: datetime) -> Looked:
    every = sorted([*home.summaries.rglob("*.age"), *home.uncounted.glob("*.age")])
    bad = [file for file in every if not seems_sealed(file, keys=1)]
    if bad:
        return Level.WRONG, (
            f"{counted(len(bad), 'file', 'files')} cannot be opened: {_shown(bad)}. {_RESTORE} Do not "
            "delete any: counted again, a quarter could reveal single people."
        )
    verdict, _ = clock.judge(clock.read(home.clock), now, clock.newest_of(rows))
    waiting = None
    with suppress(SettingsError):  # that is told of the settings
        waiting = periods.due(home, rows, now) if verdict.right and home.has_desk() else None
    if waiting:
        return Level.LOOK, (
            f"{waiting.title} is not counted yet. It is counted when someone unlocks the desk, or with "
            f"'kiosk summary {waiting.name()}'. Entries deleted by hand before that are not counted."
        )
    quarters = {part for one in with_figures(home) for part in one.parts()}
    return Level.OK, f"Counted: {counted(len(quarters), 'quarter', 'quarters')}."


def _left_over(count: int) -> Looked:
    if count:
        return Level.LOOK, (
            f"{counted(count, 'unfinished file', 'unfinished files')} left by a crash. {_STARTS}"
        )
    return Level.OK, "None."


def _dumps() -> Looked:
    undone = hardening.forbid_dumps()
    return (Level.WRONG, " ".join(undone)) if undone else (Level.OK, "Off.")


def _shown(paths: Sequence[Path]) -> str:
    return ", ".join(map(str, paths[:_SHOWN])) + (", …" if len(paths) > _SHOWN else "")
