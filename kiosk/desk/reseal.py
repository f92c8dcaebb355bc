"""Sealing anew to another venue key whatever the older ones open, file by file.

Each file is replaced in one step and keeps its time, which retention and rebuilding go by. A file that opens
with the newest key is done; so a pass that was stopped is simply made again, and needs to know nothing of
the one before. Others may save, read and erase meanwhile.

What a page says of its reader tells to whom it is sealed besides the venue. Notes and the like say nothing of
it: theirs is the one whom the entry's reflections name, and whose hash the entry's id is. Where none does, a
page stays as it is, and opens with the older key.

What the desk vouched for with the key before it vouches for with the new one, and for nothing else: what was
forged under a public key stays forged.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from kiosk import seal, untrusted
from kiosk.desk import comment_book
from kiosk.desk.audit.audit_log import Audit
from kiosk.desk.entries import signer
from kiosk.desk.summaries import figures
from kiosk.entry.handle import id_of, rest_id_of
from kiosk.entry.page_file import Keys, doubt_of, file_in, vouched_again
from kiosk.errors import DamageError, EntryError, NoKeyError, SealError, VaultError
from kiosk.home import Home
from kiosk.progress import Progress, untold
from kiosk.vault import durable, move_journal
from kiosk.vault.age_file import MOST_BYTES, key_count
from kiosk.vault.catalogue import Catalogue
from kiosk.vault.durable import DISK, TEMPORARY, Disk
from kiosk.vault.log_lines import Document
from kiosk.vault.page_files import PageFiles, Strays
from kiosk.vault.vault import LEFT_OVER
from kiosk.visit import comments

VENUE_ALONE = ("comments", "summaries", "uncounted")
"""Folders whose files are sealed to the venue's key and to no other."""


class Resealed(msgspec.Struct, frozen=True, kw_only=True):
    """What a pass did."""

    sealed: int
    """Files that were sealed anew; the audit is one."""
    kept: int
    """Pages whose reader is not known and that stayed as they were: the older key opens them."""
    unread: tuple[Path, ...]
    """Files that open with none of the keys. They stay as they are."""


class _Page(msgspec.Struct, frozen=True):
    """What a page may say of who reads it."""

    reader: str = ""


class _Told(msgspec.Struct, frozen=True):
    """Where it says so."""

    page: _Page = _Page()


@dataclass(frozen=True)
class _Opened:
    """A file that opens."""

    path: Path
    plaintext: bytes
    is_new: bool
    """Whether the newest key opens it."""
    keys: int
    """How many keys it is sealed to."""
    modified: int
    """When it was last written, in nanoseconds since 1970."""

    @property
    def reader(self) -> str:
        """The customer's recipient, where the page tells it."""
        try:
            reader = untrusted.json(self.plaintext, _Told).page.reader
            seal.check_recipient(reader)
        except (msgspec.DecodeError, SealError):
            return ""
        return reader


def reseal(
    home: Home,
    identities: str,
    *,
    vouched_by: Sequence[str],
    now: Callable[[], datetime],
    progress: Progress = untold,
    disk: Disk = DISK,
) -> Resealed:
    """Seal anew to the first of several identities, one a line, whatever the others open.

    What one of `vouched_by`, older identities, vouches for is vouched for with the first one then. `now`
    gives the aware time. Lets `OSError` through and raises VaultError; then some of it is done, nothing is
    lost, and the same call goes on from there.
    """
    with closing(_Pass(home, identities, vouched_by, disk)) as at_work:
        entries, alone = at_work.entries(), at_work.files()
        total, done = sum(map(len, entries.values())) + len(alone), 0
        progress(done, total)
        for entry_id, names in entries.items():
            at_work.seal_entry(entry_id, names)
            done += len(names)
            progress(done, total)
        for path in alone:
            at_work.seal_file(path)
            done += 1
            progress(done, total)
        at_work.seal_comments()
        at_work.vouch_for_rows()
        at_work.seal_audit(now)
        at_work.sweep(now())
        return Resealed(sealed=at_work.sealed, kept=at_work.kept, unread=tuple(at_work.unread))


class _Pass:
    """One pass over a home."""

    def __init__(self, home: Home, identities: str, vouched_by: Sequence[str], disk: Disk) -> None:
        self._home = home
        self._disk = disk
        self._identities = identities
        self._vouched_by = vouched_by
        self._newest, _, self._older = identities.partition("\n")
        self._venue_key = seal.recipient_of(self._newest)
        self._pages = PageFiles(home.vault, disk=disk)
        self._catalogue = Catalogue(home.catalogue, read_only=True)
        self.sealed = 0
        self.kept = 0
        self.unread: list[Path] = []

    def entries(self) -> dict[str, list[str]]:
        """Return the names of the pages of every entry by its id."""
        with closing(Catalogue(self._home.catalogue, disk=self._disk)) as catalogue:
            move_journal.finish_all(
                self._pages, catalogue, move_journal.pending(self._pages), disk=self._disk
            )
        return dict(self._pages.scan(Strays()))

    def files(self) -> list[Path]:
        """Return what is sealed to the venue alone, besides the audit."""
        strays = Strays()
        for _ in self._pages.scan(strays):
            pass
        # Before those of deleted entries, which they may become meanwhile.
        counts = [path for paths in strays.counts.values() for path in paths]
        return counts + sorted(
            path for name in VENUE_ALONE for path in (self._home.root / name).glob("*.age")
        )

    def seal_entry(self, entry_id: str, names: Iterable[str]) -> None:
        """Seal an entry's pages anew."""
        paths = (self._pages.path(entry_id, name) for name in names)
        opened = [page for page in map(self._open, paths) if page]
        readers = (page.reader for page in opened)
        # What a customer can read is an entry, and what was kept back before a new code.
        theirs = next((one for one in readers if entry_id in (id_of(one), rest_id_of(one))), "")
        before = self.sealed
        for page in opened:
            if theirs and page.keys == 2 and self._is_good(page, entry_id):
                self._seal(page, (self._venue_key, theirs))
            elif not page.is_new:
                self.kept += 1
        if self.sealed > before and self._is_erased(entry_id):
            # Whoever erases puts the tombstone first, and may have removed the files before ours came.
            self._pages.erase(entry_id)

    def _is_good(self, page: _Opened, entry_id: str) -> bool:
        """Tell whether a page is what it says: nothing else is sealed to its entry's reader."""
        name = page.path.name.split(".")[1]
        try:
            file = file_in(page.plaintext)
        except EntryError:
            return False
        each = (self._newest, *self._vouched_by)
        return any(doubt_of(file, entry_id, name, Keys.of(desk=one)) is None for one in each)

    def seal_file(self, path: Path) -> None:
        """Seal a file anew that is sealed to the venue alone."""
        file = self._open(path)
        if file and file.keys == 1:
            self._seal(file, (self._venue_key,))
            if path.parent.parent == self._home.vault and self._is_erased(entry_id := path.name[:32]):
                self._pages.erase(entry_id)  # as above: what it adds to figures may have moved before
        elif file and not file.is_new:
            self.kept += 1

    def seal_comments(self) -> None:
        """Seal the comments anew. Those that no key opens stay as they are."""
        self.sealed += comments.change(self._home, self._sealed_again, disk=self._disk)

    def _sealed_again(self, sealed: bytes) -> bytes:
        with suppress(SealError):
            seal.open_sealed(sealed, self._newest)
            return sealed
        with suppress(SealError):
            return seal.seal(seal.open_sealed(sealed, self._older), (self._venue_key,), block=1)
        return sealed

    def vouch_for_rows(self) -> None:
        """Vouch with the newest key for what staff said of entries and erased."""
        if not self._home.catalogue.exists():
            return
        before = [signer(one) for one in self._vouched_by]

        def is_good(entry_id: str, document: Document) -> bool:
            return any(document["tag"] == sign(entry_id, document) for sign in before)

        with closing(Catalogue(self._home.catalogue, disk=self._disk)) as catalogue:
            catalogue.sign_again(is_good, signer(self._newest))

    def seal_audit(self, now: Callable[[], datetime]) -> None:
        """Seal the lines of the audit anew."""
        if self._home.audit.exists():
            audit = Audit(self._home.audit, self._venue_key, now, disk=self._disk)
            with closing(audit):
                self.sealed += audit.seal_anew(self._identities) > 0

    def sweep(self, now: datetime) -> None:
        """Remove what a pass that was killed left unfinished; of pages the vault does so itself."""
        for folder in (*(self._home.root / name for name in VENUE_ALONE), self._home.audit.parent):
            left = folder.glob(f"{TEMPORARY}*")
            durable.sweep(left, now.astimezone(UTC) - LEFT_OVER, disk=self._disk)

    def close(self) -> None:
        """Let go of the catalogue."""
        self._catalogue.close()

    def _open(self, path: Path) -> _Opened | None:
        """Open a file; None where it has gone, is another venue's, or does not open, which is noted."""
        try:
            with untrusted.opened(path, below=self._home.root) as file:
                sealed = untrusted.read_from(file, MOST_BYTES, path)
                modified = os.fstat(file.fileno()).st_mtime_ns
        except FileNotFoundError:
            return None
        except OSError:
            self.unread.append(path)
            return None
        is_others = True
        for identities in filter(None, (self._newest, self._older)):
            try:
                plaintext = seal.open_sealed(sealed, identities)
            except SealError as error:
                is_others &= isinstance(error, NoKeyError)
                continue
            return _Opened(path, plaintext, identities == self._newest, key_count(sealed), modified)
        # What another venue sent stays sealed to that venue's key.
        places = (self._home.vault, self._home.uncounted)
        if not (is_others and any(map(path.is_relative_to, places))):
            self.unread.append(path)
        return None

    def _seal(self, opened: _Opened, recipients: tuple[str, ...]) -> None:
        if opened.is_new:
            return
        plaintext = self._vouched(opened)
        sealed = seal.seal(plaintext, recipients, block=1)  # it is padded already
        if seal.open_sealed(sealed, self._newest) != plaintext:
            raise VaultError(
                "A page could not be read back after it was encrypted again. Restart the machine."
            )
        durable.replace(opened.path, sealed, modified=opened.modified, disk=self._disk)
        self.sealed += 1

    def _vouched(self, opened: _Opened) -> bytes:
        """Return what is in a file, vouched for with the newest key where the desk did so with another."""
        plaintext = opened.plaintext
        for before in self._vouched_by:
            if opened.keys == 1:
                plaintext = figures.VOUCHED.again(plaintext, before, self._newest)
                plaintext = comment_book.VOUCHED.again(plaintext, before, self._newest)
            else:
                with suppress(EntryError):
                    keys = (Keys.of(desk=one).desk for one in (before, self._newest))
                    plaintext = vouched_again(plaintext, *keys)
        return plaintext

    def _is_erased(self, entry_id: str) -> bool:
        try:
            return self._catalogue.is_erased(entry_id)
        except (FileNotFoundError, DamageError):
            return False  # there is no list, or none that reads: the next start puts it right
