"""A backup: a folder with a copy of all that a home must not lose, whole or not there at all.

    kiosk-backup-2026-11-23T09-12-03Z/
      manifest.json           every other file, with its size, SHA-256 and time
      kiosk.toml, stock, staff/, vault/, catalogue/log, audit/log, drafts/, comments/, you-said, summaries/,
      uncounted/, training.toml, packs/, places/known.json
                              as in a home

It is the state of one moment while the kiosk goes on: the catalogue as it was when the backup began, the
pages that were there after that, and without what was erased before it ended. It is built under another name,
flushed, read back, and put in place by a rename. `kiosk.log`, `clock`, `attempts`, `unlocks`, `place` and
`place-keys` stay behind, which are about this machine; `running/`, whose keys lie in memory alone;
`unfinished/`, which is gone in a week; and locks and half-written files.

What customers wrote is sealed in it. The names and dates of entries and the names of staff are not.
"""

import fcntl
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import datetime
from itertools import chain
from pathlib import Path

import msgspec

from kiosk import untrusted
from kiosk.dates import nanoseconds, stamp
from kiosk.errors import SettingsError, VaultError
from kiosk.home import Home
from kiosk.os_errors import explaining
from kiosk.pack.pack_files import every_file
from kiosk.upkeep import last_backup
from kiosk.upkeep.manifest import LATEST, MANIFEST, NAME, File, Manifest, read_backup
from kiosk.vault import durable, locks, move_journal
from kiosk.vault.age_file import MOST_BYTES
from kiosk.vault.catalogue import Catalogue, log_of
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.log import MOST_BYTES as LOG_MOST
from kiosk.vault.log_lines import Document
from kiosk.vault.page_files import PageFiles, Strays
from kiosk.vault.rows import is_tombstone, read_tombstone
from kiosk.visit import comments

UNFINISHED = ".kiosk-backup-unfinished-"


class BackedUp(msgspec.Struct, frozen=True, kw_only=True):
    """A backup that was made."""

    folder: Path
    entries: int
    pages: int
    bytes: int
    unreadable: int = 0
    """Files that the disk did not give back, and that the backup lacks."""
    noted: bool = True
    """Whether the home says from now on when it was made; a full disk may keep it from that."""


def back_up(
    home: Home, into: Path, venue_key: str, now: datetime, *, identity: str = "", disk: Disk = DISK
) -> BackedUp:
    """Make a backup in a folder, which must be there, and return what it holds; it is on the medium then.

    The kiosk may go on meanwhile. `identity` is the venue's, where somebody unlocked who vouches for it.
    Raises VaultError, or SettingsError for a folder that does not fit; then there is no backup.
    """
    final = into / f"{NAME}{stamp(now).replace(':', '-')}"
    _check_folder(home, into, final)
    with (
        explaining(VaultError, "No backup was made.", into),
        _unfinished(into, disk) as root,
        _nobody_moves(home, disk),
    ):
        copy = _Copy(home, Home(root), disk)
        _copy_all(copy, now)
        _finish(copy, now, venue_key, identity)
        disk.rename(root, final)
        try:
            durable.flush_folder(into, disk=disk)
        except OSError:
            shutil.rmtree(final, ignore_errors=True)
            raise
    noted = True
    try:
        last_backup.note(home, now, disk=disk)
    except OSError:
        noted = False  # it is made all the same
    return BackedUp(
        folder=final,
        entries=len(copy.pages),
        pages=sum(map(len, copy.pages.values())),
        bytes=sum(file.size for file in copy.files.values()),
        unreadable=copy.unreadable,
        noted=noted,
    )


@contextmanager
def catalogue_in(home: Home) -> Iterator[Catalogue | None]:
    """Open the catalogue of a home, or of a backup, for reading only; None where there is none yet."""
    if not home.catalogue.exists():
        yield None
        return
    catalogue = Catalogue(home.catalogue, read_only=True)
    try:
        yield catalogue
    finally:
        catalogue.close()


class _Copy:
    """A backup that is being written."""

    def __init__(self, source: Home, target: Home, disk: Disk) -> None:
        self.source = source
        self.target = target
        self.disk = disk
        self.files: dict[str, File] = {}
        """What was copied so far, by path."""
        self.pages: dict[str, list[str]] = {}
        """An entry's id → the paths of its pages."""
        self.counts: dict[str, list[str]] = {}
        """Likewise, of what it adds to figures."""
        self.tombstones: set[str] = set()
        """The ids of entries that have one beside the pages."""
        self.unreadable = 0
        self._folders: set[Path] = set()

    def add(self, original: Path, most: int = MOST_BYTES) -> str | None:
        """Copy a file and return its path in the backup; None where it has gone or cannot be read."""
        try:
            original.name.encode()
            with untrusted.opened(original, below=self.source.root) as file:
                data, modified = (
                    untrusted.read_from(file, most, original),
                    os.fstat(file.fileno()).st_mtime_ns,
                )
        except FileNotFoundError:
            return None
        except (OSError, UnicodeEncodeError):  # a name that is no text is none that the kiosk gave
            self.unreadable += 1
            return None
        return self.write(original, data, modified)

    def write(self, original: Path, data: bytes, modified: int) -> str:
        """Write what stands for a file of the home, flushed later, and return its path in the backup."""
        path = original.relative_to(self.source.root).as_posix()
        target = self.target.root / path
        self._make(target.parent)
        with self.disk.opened(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL) as descriptor:
            durable.write_all(descriptor, data, 0, disk=self.disk)
        digest = hashlib.sha256(data).hexdigest()
        self.files[path] = File(
            path=path, size=len(data), sha256=digest, modified=min(max(modified, 0), LATEST)
        )
        return path

    def leave_out(self, erased: dict[str, Document]) -> None:
        """Take the pages of erased entries out again.

        What one whose time was over adds to figures stays: it may not have come to where it waits yet.
        """
        for entry_id, tombstone in erased.items():
            counts = self.counts.pop(entry_id, []) if tombstone.get("why") != "time" else []
            for path in (*self.pages.pop(entry_id, ()), *counts):
                del self.files[path]
                self.disk.unlink(self.target.root / path)

    def folders(self) -> list[Path]:
        """Return the backup's folders, the inner ones first."""
        return [*sorted(self._folders, reverse=True), self.target.root]

    def _make(self, folder: Path) -> None:
        if folder != self.target.root and folder not in self._folders:
            self._make(folder.parent)
            self.disk.make_folder(folder)
            self._folders.add(folder)


@contextmanager
def _nobody_moves(home: Home, disk: Disk) -> Iterator[None]:
    """Let no entry go on under another id meanwhile: the copy might have neither of both."""
    pages = PageFiles(home.vault, disk=disk)
    if begun := move_journal.pending(pages):
        with closing(Catalogue(home.catalogue, disk=disk)) as catalogue:
            move_journal.finish_all(pages, catalogue, begun, disk=disk)
    with move_journal.alone(home.vault, shared=True):
        yield


def _copy_all(copy: _Copy, now: datetime) -> None:
    source = copy.source
    copy.add(source.settings)
    copy.add(source.stock)
    sealed = (folder.glob("*.age") for folder in (source.drafts, source.comments))
    for path in sorted(chain(source.staff.glob("[!.]*"), *sealed)):
        copy.add(path)
    for name in (comments.BOX, comments.OLDER):
        copy.add(source.comments / name, comments.MOST_BYTES)
    for path in (source.you_said, source.training, source.known_places):
        copy.add(path)
    for path in every_file(source.packs):
        copy.add(path)
    with catalogue_in(source) as catalogue:
        # Before the pages: a page is there before its row, so no row of the copy lacks its page.
        documents = catalogue.documents() if catalogue else {}
        _copy_pages(copy)
        erased = (
            {id_: one for id_, one in catalogue.documents().items() if is_tombstone(one)} if catalogue else {}
        )
        erased = _with_tombstones(copy, erased, now)
        if catalogue or erased:
            copy.write(source.catalogue, b"".join(log_of(documents | erased)), nanoseconds(now))
    # After the list, which says first what was erased; and figures are kept before what they hold is removed.
    for path in sorted([*source.uncounted.glob("*.age"), *source.summaries.rglob("*.age")]):
        copy.add(path)
    # Last: nothing is done before it is noted, so it is never behind what was copied.
    copy.add(source.audit, LOG_MOST)


def _with_tombstones(copy: _Copy, erased: dict[str, Document], now: datetime) -> dict[str, Document]:
    """Copy the tombstones beside the pages, take out what was erased, and return all of what was."""
    pages = PageFiles(copy.source.vault)
    lost = {id_: read_tombstone(pages.read_tombstone(id_)) for id_ in copy.tombstones - erased.keys()}
    every = erased | lost
    copy.leave_out(every)
    for id_, document in every.items():
        path = pages.tombstone(id_)
        if copy.add(path) is None:  # a crash has left it to the list, or it cannot be read
            copy.write(path, msgspec.json.encode(document), nanoseconds(now))
    return every


def _copy_pages(copy: _Copy) -> None:
    pages, strays = PageFiles(copy.source.vault), Strays()
    for entry_id, names in pages.scan(strays):
        copied = [copy.add(pages.path(entry_id, name)) for name in names]
        if any(copied):
            copy.pages[entry_id] = [path for path in copied if path]
    for entry_id, counts in strays.counts.items():
        copy.counts[entry_id] = [path for path in map(copy.add, counts) if path]
    copy.unreadable += len(strays.unreadable)
    copy.tombstones = strays.erased


def _finish(copy: _Copy, now: datetime, venue_key: str, identity: str) -> None:
    root = copy.target.root
    for path in copy.files:
        _flush(root / path, copy.disk)
    manifest = Manifest(made=now, venue_key=venue_key, files=tuple(copy.files.values()))
    if identity:
        manifest = manifest.vouched(identity)
    durable.replace(root / MANIFEST, msgspec.json.encode(manifest), disk=copy.disk)
    for folder in copy.folders():
        durable.flush_folder(folder, disk=copy.disk)
    read_backup(root)
    with catalogue_in(copy.target) as catalogue:
        if catalogue and (catalogue.erased() & copy.pages.keys() or catalogue.damage.cut_bytes):
            raise VaultError(
                "The list of entries in the backup could not be read back, so no backup was made. Try again."
            )


def _flush(path: Path, disk: Disk) -> None:
    with disk.opened(path, os.O_RDONLY) as descriptor:
        disk.fsync(descriptor)
        # So that it is read back from the medium, and not from this machine's memory.
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


def _check_folder(home: Home, into: Path, final: Path) -> None:
    if not into.is_dir():
        raise SettingsError(f"{into} is not a folder. Plug in the USB stick, or create the folder first.")
    if Path(os.path.realpath(into)).is_relative_to(os.path.realpath(home.root)):
        raise SettingsError(f"Choose a folder outside {home.root}: anyone who takes that must not get both.")
    if final.exists():
        raise SettingsError(f"{final} already exists. Wait a second, then try again.")


@contextmanager
def _unfinished(into: Path, disk: Disk) -> Iterator[Path]:
    """Make a folder to build a backup in, and remove it unless it was renamed; first those of killed ones."""
    for left in into.glob(f"{UNFINISHED}*"):
        _remove_unless_in_use(left)
    root = into / f"{UNFINISHED}{secrets.token_hex(4)}"
    disk.make_folder(root)
    try:
        with ExitStack() as held:
            with suppress(OSError):  # a medium without locks: its left-overs are left to people
                held.enter_context(locks.alone(root, wait=False))
            yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _remove_unless_in_use(folder: Path) -> None:
    with suppress(OSError):  # somebody else's, in use, or gone meanwhile
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(descriptor)
