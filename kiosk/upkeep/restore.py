"""Restoring a backup: into an empty home, or into one that is older; what is newer here is never lost.

Restoring only ever adds. What the backup's catalogue says comes first, flushed: an entry that was erased in
either place is erased in both, and every row has its right date. Then come the pages, and in an empty home
the staff keys, and the settings last of all. So a restore that was stopped leaves a home that is usable, or
one that is not set up yet; the same command again finishes it.
"""

from collections.abc import Callable, Collection
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec

from kiosk import untrusted
from kiosk.dates import from_nanoseconds
from kiosk.errors import NoRoomError, SettingsError, VaultError
from kiosk.home import Home
from kiosk.os_errors import explaining
from kiosk.settings.settings import SETTINGS_LOST, load_settings
from kiosk.text import counted
from kiosk.upkeep import packs
from kiosk.upkeep.backup import catalogue_in
from kiosk.upkeep.manifest import File, Manifest, is_as, read_backup
from kiosk.upkeep.restore_plan import PageName, Side, plan_of, side_of
from kiosk.vault import durable
from kiosk.vault.age_file import seems_sealed
from kiosk.vault.catalogue import Catalogue
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.log_lines import Document
from kiosk.vault.page_files import PageFiles, Strays
from kiosk.vault.rows import MARKS, read_tombstone
from kiosk.vault.vault import RESERVE
from kiosk.visit import comments

Word = Literal["good", "older", "none", "bad", "unknown"]
"""Of a backup: the venue's desk vouches for it; who had a key of before can have made it; nobody unlocked
when it was made; it was changed since, or somebody else made it; there is no desk here that could tell."""


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """What was restored."""

    entries: int
    """Entries of the backup that are here now."""
    added: int
    """Pages that were added."""
    mended: int
    """Damaged pages that were put right."""
    kept: int
    """Entries that are newer here than in the backup, and stayed so."""
    erased: int
    """Entries that were here, and that the backup says were erased."""
    older: bool
    """Whether it was made before the venue's key was changed."""
    aside: int = 0
    """Files of the backup that are not what they say, or in whose place something else is; not brought."""
    drafts: tuple[str, ...] = ()
    """Packs whose draft here is another one than in the backup, and stayed."""


class Would(msgspec.Struct, frozen=True, kw_only=True):
    """What a restore is about to do that cannot be taken back."""

    older: bool
    """Whether it was made before the venue's key was changed."""
    word: Word
    """Whether a desk of this venue vouches for it."""
    erase: int
    """Entries that are here, and that the backup says were erased."""
    overwrite: int
    """Damaged pages in whose place come the backup's."""

    @property
    def changes(self) -> int:
        """How many of both."""
        return self.erase + self.overwrite


@dataclass(frozen=True)
class Checks:
    """What a desk knows of a backup's content; without one nothing is checked before its first unlock."""

    identities: str = field(default="", repr=False)
    """The venue's, one a line."""
    is_good: Callable[[Path], bool] = lambda _file: True
    """Tells whether a page, or kept figures, are what they say."""
    is_said: Callable[[str, Document], bool] = lambda _id, _document: True
    """Tells whether staff said what the list says of an entry's id."""


def restore(
    home: Home,
    folder: Path,
    *,
    merge: bool = False,
    older_keys: Collection[str] = (),
    begin: Callable[[Would], object] = lambda _would: None,
    checks: Checks = Checks(),
    reserve_bytes: int = RESERVE,
    disk: Disk = DISK,
) -> Restored:
    """Restore a backup into a home, and check it afterwards. Reconcile the vault after it.

    Without `merge` a home in which anything is newer than the backup is refused, and left as it is.
    `older_keys` are the public halves of the keys that the venue had before. What comes from a backup of then
    is to be sealed anew (`kiosk.desk.restore_as_lead`). `begin` is called once all is checked, before
    anything is changed, and told what is about to be done: what it raises stops that.

    Raises VaultError, or SettingsError where the two do not belong together.
    """
    manifest = read_backup(folder)
    older = _is_older(home, manifest, older_keys)
    said = "The restore was interrupted. Nothing here is lost. To continue, run it again."
    with explaining(VaultError, said):
        restoring = _Restoring(home, folder, manifest, older=older, checks=checks, disk=disk)
        restoring.check(reserve_bytes, merge=merge)
        begin(restoring.would())
        return restoring.run()


def _is_older(home: Home, manifest: Manifest, older_keys: Collection[str]) -> bool:
    """Tell whether a backup is of the venue's time before a change of its key.

    Raises SettingsError where home and backup are not of one venue.
    """
    if not home.is_set_up() or load_settings(home.settings).venue.key == manifest.venue_key:
        return False
    if manifest.venue_key not in older_keys:
        raise SettingsError(
            f"This backup is from a different venue than the one in {home.root}. Nothing was changed."
        )
    return True


class _Restoring:
    """A restore at work."""

    def __init__(
        self, home: Home, folder: Path, manifest: Manifest, *, older: bool, checks: Checks, disk: Disk
    ) -> None:
        self._manifest = manifest
        self._checks = checks
        self._aside = 0
        self._files = {file.path: file for file in manifest.files}
        self._older = older
        self._disk = disk
        self._backup = side_of(Home(folder))
        self._here = side_of(home)
        self._plan = plan_of(
            self._here, self._backup, older=older, is_here=self._is_here, is_good=self._is_good
        )

    def check(self, reserve_bytes: int, *, merge: bool) -> None:
        """Raise VaultError where that would lose something, or there is not the room; nothing is changed."""
        newer = len(self._plan.newer)
        if newer and not merge:
            raise VaultError(
                f"{counted(newer, 'entry here is', 'entries here are')} newer than the backup. Nothing "
                f"was changed. To add what is missing and keep {'it' if newer == 1 else 'these'}, use "
                "--merge."
            )
        if self._older and not merge:
            raise VaultError(
                "This backup is from before the venue key was changed. Nothing was changed. To add what "
                "is missing here, encrypted again with the present venue key, use --merge."
            )
        size = sum(self._listed(self._backup.path(page)).size for page in self._plan.pages)
        root, disk, count = self._here.home.root, self._disk, len(self._plan.pages)
        files = durable.free_files(root, disk=disk)
        few = files is not None and files - count < durable.RESERVE_FILES
        if size and (few or durable.free_bytes(root, disk=disk) - size < reserve_bytes):
            raise NoRoomError(
                "This machine does not have room for the backup. Free some space, then try again."
            )

    def would(self) -> Would:
        """Return what is about to be done."""
        return Would(
            older=self._older,
            word=self._word(),
            erase=len(self._to_erase()),
            overwrite=len(self._plan.damaged),
        )

    def _word(self) -> Word:
        if not self._checks.identities:
            return "unknown"
        if not self._manifest.tag:
            return "none"
        if not self._manifest.is_vouched(self._checks.identities):
            return "bad"
        return "older" if self._older else "good"

    def run(self) -> Restored:
        """Bring it all, and read it back. Raises VaultError or SettingsError."""
        self._drop_left_over_keys()
        self._bring_summaries()
        self._bring_pages()
        self._bring_settings()
        now, plan = self._check_after(), self._plan
        return Restored(
            entries=len(self._backup.pages.keys() & now.pages.keys()),
            added=len(plan.missing),
            mended=len(plan.damaged),
            kept=len(plan.newer),
            erased=len(self._to_erase()),
            older=self._older,
            aside=self._aside,
            drafts=packs.drafts_kept(self._here.home, self._backup.home, self._listed_files()),
        )

    def _to_erase(self) -> frozenset[str]:
        """Return the ids of what was here, if only in the list, and is erased as the backup says."""
        return self._backup.erased & (self._here.pages.keys() | self._here.rows.keys())

    def _is_good(self, source: Path) -> bool:
        """Tell whether a file may come; what may not is counted."""
        good = self._checks.is_good(source)
        self._aside += not good
        return good

    def _drop_left_over_keys(self) -> None:
        """Remove the staff keys of a set-up that broke off: what they unlock opens nothing in the backup.

        So goes its roster, which lets in nobody of the backup. Raises SettingsError where they may be the
        only ones that open what is here.
        """
        here = self._here.home
        if here.is_set_up():
            return
        if self._here.pages:
            known = {key.name for key in self._in(self._backup.home.staff, "*.json")}
            if any(key.name not in known for key in here.staff.glob("*.json")):
                raise SettingsError(SETTINGS_LOST.format(root=here.root))
            return
        for file in here.staff.glob("[!.]*"):
            listed = self._files.get(f"{here.staff.name}/{file.name}")
            if listed is None or not self._is_as(file, listed):
                durable.remove(file, disk=self._disk)

    def _bring_summaries(self) -> None:
        """Bring the figures of quarters that have none here, or damaged ones, before any page.

        A quarter is counted once, and so is a whole year: a second count, of other pages, could be subtracted
        from the first.
        """
        kept = self._backup.home.summaries
        for source in sorted(
            one for one in self._listed_files() if one.match("*.age") and kept in one.parents
        ):
            target = self._target(source)
            year, _, part = source.stem.partition("-")
            others = target.parent.glob(f"{year}.age" if part else f"{year}-Q*.age")
            if not self._is_good(source) or any(others):
                continue
            if target.exists() and not seems_sealed(target, keys=1):
                self._put_right(source)
            else:
                self._bring(source)

    def _bring_pages(self) -> None:
        here, backup, plan = self._here, self._backup, self._plan
        pages = PageFiles(here.home.vault, disk=self._disk)
        with closing(Catalogue(here.home.catalogue, disk=self._disk)) as catalogue:
            catalogue.bury({id_: pages.read_tombstone(id_) for id_ in here.erased - catalogue.erased()})
            with catalogue_in(backup.home) as source:
                if source:
                    catalogue.take_in(
                        {id_: self._said(id_, document) for id_, document in source.documents().items()},
                        self._checks.is_said,
                    )
            self._bring_counts()
            self._bury(pages, catalogue)
            if plan.missing:
                pages.prepare()
            for page in plan.damaged:
                self._put_right(backup.path(page))
            for page in plan.missing:  # the kiosk goes on: a page of its own is never overwritten
                self._bring(backup.path(page))
            for entry_id in catalogue.erased() & {entry_id for entry_id, _ in plan.missing}:
                pages.erase(entry_id)  # erased by somebody meanwhile

    def _bring_counts(self) -> None:
        """Bring what entries add to figures, unless they do so here, or were erased here.

        What the backup says was erased lets it wait for its quarter then (`PageFiles.bury`).
        """
        here, theirs = Strays(), Strays()
        for side, strays in ((self._here, here), (self._backup, theirs)):
            for _ in PageFiles(side.home.vault).scan(strays):
                pass
        for entry_id in theirs.counts.keys() - here.counts.keys() - self._here.erased:
            for source in theirs.counts[entry_id][-1:]:
                if self._is_good(source):
                    self._bring(source)
        for source in self._in(self._backup.home.uncounted):
            if self._is_good(source):
                self._bring(source)

    def _bury(self, pages: PageFiles, catalogue: Catalogue) -> None:
        theirs = PageFiles(self._backup.home.vault)
        erased = self._backup.erased
        lost = {id_: read_tombstone(theirs.read_tombstone(id_)) for id_ in erased - catalogue.erased()}
        catalogue.take_in({id_: self._said(id_, document) for id_, document in lost.items()})
        for entry_id in erased:
            catalogue.bury_beside(pages, entry_id)

    def _said(self, entry_id: str, document: Document) -> Document:
        """Return what the backup says of an entry, without marks of staff that they did not make."""
        if self._checks.is_said(entry_id, document):
            return document
        return {name: value for name, value in document.items() if name not in MARKS}

    def _bring_settings(self) -> None:
        """Bring the comments, and what was decided on them.

        Where nothing is set up, then also what is of one machine, and last the settings.

        Where a venue is set up its own staff keys stay as they are: who was removed must not come back, and
        a kiosk without a desk gets none. Nor does a paused visit come back there, which may have been
        finished or deleted since. The audit goes on where it is: two of them cannot become one chain.
        """
        backup = self._backup.home
        self._bring_comments()
        identities = self._checks.identities.split("\n") if self._checks.identities else ()
        self._aside += packs.bring(self._here.home, backup, self._listed_files(), identities, disk=self._disk)
        sources = [file for file in self._in(backup.comments) if self._is_good(file)]
        if not self._here.home.is_set_up():
            sources += self._in(backup.drafts)
            if backup.audit.exists():
                sources.append(backup.audit)
            sources += self._in(backup.staff, "[!.]*")
            plain = (backup.you_said, backup.training, backup.known_places, backup.stock, backup.settings)
            sources += [file for file in plain if file.exists()]
        for source in sources:
            self._bring(source)

    def _bring_comments(self) -> None:
        """Put the comments of the backup among those that are here."""
        for source in self._in(self._backup.home.comments, "[!.]*"):
            if source.name in (comments.BOX, comments.OLDER):
                dated = from_nanoseconds(self._listed(source).modified)
                if comments.unfit(self._here.home):
                    self._aside += 1  # the doctor and the next unlock say what stands there
                    continue
                comments.add(self._here.home, comments.sealed_in(source), dated, disk=self._disk)

    def _bring(self, source: Path) -> None:
        """Create a file as it is in the backup, unless it is there."""
        data, modified = self._read(source)
        with suppress(FileExistsError):
            durable.create_once(self._target(source), data, modified=modified, disk=self._disk)

    def _put_right(self, source: Path) -> None:
        data, modified = self._read(source)
        durable.replace(self._target(source), data, modified=modified, disk=self._disk)

    def _read(self, source: Path) -> tuple[bytes, int]:
        listed = self._listed(source)
        return untrusted.read(source, listed.size, below=self._backup.home.root), listed.modified

    def _check_after(self) -> Side:
        """Read back what was brought, and return what is here now. Raises VaultError."""
        now, backup = side_of(self._here.home), self._backup
        wrong = [page for page in self._plan.pages if page[0] not in now.erased and not self._is_here(page)]
        if wrong or (backup.rows.keys() - now.rows.keys() - now.erased) or (backup.erased - now.erased):
            raise VaultError(
                "The backup could not be read back in full from this machine's disk. Use another disk."
            )
        return now

    def _is_here(self, page: PageName) -> bool:
        """Tell whether a page is here with the bytes of the backup's."""
        return self._is_as(self._here.path(page), self._listed(self._backup.path(page)))

    def _is_as(self, path: Path, listed: File) -> bool:
        """Tell whether a file of the home has the bytes of one of the backup."""
        try:
            return is_as(path, listed, self._here.home.root)
        except OSError:
            return False

    def _in(self, folder: Path, pattern: str = "*.age") -> list[Path]:
        """Return files that the backup lists in one of its folders: a file manager may have left others."""
        listed = (self._backup.home.root / name for name in self._files)
        return sorted(path for path in listed if path.parent == folder and path.match(pattern))

    def _listed_files(self) -> frozenset[Path]:
        return frozenset(self._backup.home.root / name for name in self._files)

    def _target(self, source: Path) -> Path:
        return self._here.home.root / source.relative_to(self._backup.home.root)

    def _listed(self, source: Path) -> File:
        return self._files[source.relative_to(self._backup.home.root).as_posix()]
