"""Restoring a backup: into an empty home, or into one that is older; what is newer here is never lost.

Restoring only ever adds. What the backup's catalogue says comes first, flushed: an entry that was erased in
either place is erased in both, and every row has its right date. Then come the pages, and in an empty home
the staff keys, and the settings last of all. So a restore that was stopped leaves a home that is usable, or
one that is not set up yet; the same command again finishes it.
"""

from collections.abc import Callable, Collection
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from kiosk.backup import File, Manifest, catalogue_in, is_as, read_backup
from kiosk.errors import NoRoomError, SettingsError, VaultError
from kiosk.settings import Home, load_settings
from kiosk.text import counted
from kiosk.vault import durable
from kiosk.vault.catalogue import Catalogue
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.pages import Pages, Strays
from kiosk.vault.rows import Row
from kiosk.vault.shape import seems_sealed
from kiosk.vault.vault import RESERVE

Page = tuple[str, str]
"""An entry's id and the number of one of its pages."""


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


@dataclass(frozen=True)
class _Side:
    """What a home, or a backup, holds."""

    home: Home
    pages: dict[str, frozenset[str]]
    """The id of each living entry → the numbers of its pages."""
    rows: dict[str, Row]
    erased: frozenset[str]

    def path(self, page: Page) -> Path:
        """Return the file of a page."""
        return Pages(self.home.vault).path(*page)


@dataclass(frozen=True)
class _Plan:
    """What a restore would do."""

    missing: tuple[Page, ...]
    """What is to be added."""
    damaged: tuple[Page, ...]
    """What is here and can be opened by nobody, and is whole in the backup."""
    newer: frozenset[str]
    """Ids of entries of which something is here that the backup lacks."""

    @property
    def pages(self) -> tuple[Page, ...]:
        """What is to be brought."""
        return (*self.missing, *self.damaged)


def restore(
    home: Home,
    folder: Path,
    *,
    merge: bool = False,
    older_keys: Collection[str] = (),
    begin: Callable[[bool], object] = lambda _older: None,
    reserve_bytes: int = RESERVE,
    disk: Disk = DISK,
) -> Restored:
    """Restore a backup into a home, and check it afterwards. Reconcile the vault after it.

    Without `merge` a home in which anything is newer than the backup is refused, and left as it is.
    `older_keys` are the public halves of the keys that the venue had before. What comes from a backup of then
    is to be sealed anew (`kiosk.desk.restoring`). `begin` is called once all is checked, before anything is
    changed, and told whether the backup is such a one.

    Raises VaultError, or SettingsError where the two do not belong together.
    """
    manifest = read_backup(folder)
    older = _is_older(home, manifest, older_keys)
    try:
        restoring = _Restoring(home, folder, manifest, older=older, disk=disk)
        restoring.check(reserve_bytes, merge=merge)
        begin(older)
        return restoring.run()
    except OSError as error:
        raise VaultError(
            f"The restore was stopped: {error.strerror or type(error).__name__}. Nothing that was here is "
            "lost. Try again: it goes on from there."
        ) from error


def _side(home: Home) -> _Side:
    with catalogue_in(home) as catalogue:
        rows = {row.id: row for row in catalogue.rows()} if catalogue else {}
        erased = catalogue.erased() if catalogue else frozenset[str]()
    pages = {id_: frozenset(numbers) for id_, numbers in Pages(home.vault).scan(Strays()) if numbers}
    return _Side(home, {id_: numbers for id_, numbers in pages.items() if id_ not in erased}, rows, erased)


def _is_older(home: Home, manifest: Manifest, older_keys: Collection[str]) -> bool:
    """Tell whether a backup is of the venue's time before a change of its key.

    Raises SettingsError where home and backup are not of one venue.
    """
    if not home.is_set_up() or load_settings(home.settings).venue.key == manifest.venue_key:
        return False
    if manifest.venue_key not in older_keys:
        raise SettingsError(
            f"This backup is of another venue than the one set up in {home.root}. Nothing was changed."
        )
    return True


class _Restoring:
    """A restore at work."""

    def __init__(self, home: Home, folder: Path, manifest: Manifest, *, older: bool, disk: Disk) -> None:
        self._files = {file.path: file for file in manifest.files}
        self._older = older
        self._disk = disk
        self._backup = _side(Home(folder))
        self._here = _side(home)
        self._plan = self._planned()

    def check(self, reserve_bytes: int, *, merge: bool) -> None:
        """Raise VaultError where that would lose something, or there is not the room; nothing is changed."""
        newer = len(self._plan.newer)
        if newer and not merge:
            raise VaultError(
                f"{counted(newer, 'entry', 'entries')} here would be lost, or be as before: the "
                "backup is older. Nothing was changed. To add what is missing and keep these, use --merge."
            )
        if self._older and not merge:
            raise VaultError(
                "This backup is from before a change of the venue's key. Nothing was changed. To add what is "
                "missing here, and seal it anew, use --merge."
            )
        size = sum(self._listed(self._backup.path(page)).size for page in self._plan.pages)
        if size and durable.free_bytes(self._here.home.root, disk=self._disk) - size < reserve_bytes:
            raise NoRoomError("This machine has not the room for the backup. Make room, then try again.")

    def run(self) -> Restored:
        """Bring it all, and read it back. Raises VaultError or SettingsError."""
        self._drop_left_over_keys()
        self._bring_summaries()
        self._bring_pages()
        self._bring_settings()
        self._check_after()
        here, backup, plan = self._here, self._backup, self._plan
        return Restored(
            entries=len(backup.pages.keys() - here.erased),
            added=len(plan.missing),
            mended=len(plan.damaged),
            kept=len(plan.newer),
            erased=len(backup.erased & here.pages.keys()),
            older=self._older,
        )

    def _planned(self) -> _Plan:
        missing: list[Page] = []
        damaged: list[Page] = []
        newer = self._newer()
        for entry_id, numbers in self._backup.pages.items():
            if entry_id in self._here.erased:
                continue
            for page in ((entry_id, number) for number in sorted(numbers)):
                if page[1] not in self._here.pages.get(entry_id, ()):
                    missing.append(page)
                elif self._is_here(page):
                    continue
                elif seems_sealed(self._here.path(page)):
                    if not self._older:  # what was sealed anew since differs in its bytes alone
                        newer.add(entry_id)
                else:
                    damaged.append(page)
        return _Plan(tuple(missing), tuple(damaged), frozenset(newer - self._backup.erased))

    def _newer(self) -> set[str]:
        """Return the ids of the entries that were picked up, erased or added to since the backup."""
        here, backup = self._here, self._backup
        newer = {id_ for id_ in here.rows if self._picked_up_since(id_)}
        newer |= here.erased & backup.pages.keys()
        return newer | {
            id_ for id_, numbers in here.pages.items() if numbers - backup.pages.get(id_, frozenset())
        }

    def _picked_up_since(self, entry_id: str) -> bool:
        other = self._backup.rows.get(entry_id)
        return self._here.rows[entry_id].picked_up not in (None, other and other.picked_up)

    def _drop_left_over_keys(self) -> None:
        """Remove the staff keys of a set-up that broke off: what they unlock opens nothing in the backup.

        Raises SettingsError where they may be the only ones that open what is here.
        """
        here = self._here.home
        if here.is_set_up():
            return
        known = {key.name for key in self._backup.home.staff.glob("*.json")}
        left_over = [key for key in here.staff.glob("*.json") if key.name not in known]
        if left_over and self._here.pages:
            raise SettingsError(
                f"There are entries in {here.root}, but its kiosk.toml is gone. Put that back first."
            )
        for key in left_over:
            durable.remove(key, disk=self._disk)

    def _bring_summaries(self) -> None:
        """Bring the figures of quarters that have none here, or damaged ones, before any page.

        A quarter is counted once: a second count, of other pages, could be subtracted from the first.
        """
        for source in sorted(self._backup.home.summaries.glob("*.age")):
            target = self._target(source)
            if target.exists() and not seems_sealed(target, keys=1):
                self._put_right(source)
            else:
                self._bring(source)

    def _bring_pages(self) -> None:
        """Bring rows and tombstones, then pages."""
        here, backup, plan = self._here, self._backup, self._plan
        pages = Pages(here.home.vault, disk=self._disk)
        with closing(Catalogue(here.home.catalogue, disk=self._disk)) as catalogue:
            with catalogue_in(backup.home) as source:
                if source:
                    catalogue.take_in(source.documents())
            for entry_id in backup.erased & here.pages.keys():
                pages.erase(entry_id)
            if plan.missing:
                pages.prepare()
            for page in plan.damaged:
                self._put_right(backup.path(page))
            for page in plan.missing:  # the kiosk goes on: a page of its own is never overwritten
                self._bring(backup.path(page))
            for entry_id in catalogue.erased() & {entry_id for entry_id, _ in plan.missing}:
                pages.erase(entry_id)  # erased by somebody meanwhile

    def _bring_settings(self) -> None:
        """Bring the comments; and where nothing is set up, what is of one machine, and last the settings.

        Where a venue is set up its own staff keys stay as they are: who was removed must not come back, and
        a kiosk without a desk gets none. Nor does a paused visit come back there, which may have been
        finished or deleted since. The audit goes on where it is: two of them cannot become one chain.
        """
        backup = self._backup.home
        sources = sorted(backup.comments.glob("*.age"))
        if not self._here.home.is_set_up():
            sources += sorted(backup.drafts.glob("*.age"))
            if backup.audit.exists():
                sources.append(backup.audit)
            sources += sorted(backup.staff.glob("[!.]*"))
            sources.append(backup.settings)
        for source in sources:
            self._bring(source)

    def _bring(self, source: Path) -> None:
        """Create a file as it is in the backup, unless it is there."""
        modified = self._listed(source).modified
        with suppress(FileExistsError):
            durable.create_once(self._target(source), source.read_bytes(), modified=modified, disk=self._disk)

    def _put_right(self, source: Path) -> None:
        """Put a file of the backup in the place of a damaged one."""
        modified = self._listed(source).modified
        durable.replace(self._target(source), source.read_bytes(), modified=modified, disk=self._disk)

    def _check_after(self) -> None:
        """Read back what was brought. Raises VaultError."""
        now, backup = _side(self._here.home), self._backup
        wrong = [page for page in self._plan.pages if page[0] not in now.erased and not self._is_here(page)]
        if wrong or (backup.rows.keys() - now.rows.keys() - now.erased) or (backup.erased - now.erased):
            raise VaultError(
                "Not all of the backup can be read back from this machine's disk. Use another disk."
            )

    def _is_here(self, page: Page) -> bool:
        """Tell whether a page is here with the bytes of the backup's."""
        try:
            return is_as(self._here.path(page), self._listed(self._backup.path(page)))
        except OSError:
            return False

    def _target(self, source: Path) -> Path:
        """Return where a file of the backup lies here."""
        return self._here.home.root / source.relative_to(self._backup.home.root)

    def _listed(self, source: Path) -> File:
        """Return what the manifest says of a file of the backup."""
        return self._files[source.relative_to(self._backup.home.root).as_posix()]
