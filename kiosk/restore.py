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
from kiosk.vault import durable
from kiosk.vault.catalogue import Catalogue, Row
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.pages import Pages, Strays
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
    files = {file.path: file for file in manifest.files}
    older = _is_older(home, manifest, older_keys)
    try:
        backup, here = _side(Home(folder)), _side(home)
        plan = _plan(here, backup, files, older=older)
        if plan.newer and not merge:
            raise VaultError(
                f"{_counted(len(plan.newer), 'entry', 'entries')} here would be lost, or be as before: the "
                "backup is older. Nothing was changed. To add what is missing and keep these, use --merge."
            )
        if older and not merge:
            raise VaultError(
                "This backup is from before a change of the venue's key. Nothing was changed. To add what is "
                "missing here, and seal it anew, use --merge."
            )
        _check_room(here, backup, plan, files, reserve_bytes, disk)
        begin(older)
        _drop_left_over_keys(here, backup, disk)
        _restore_summaries(here, backup, files, disk)
        _restore_pages(here, backup, plan, files, disk)
        _restore_settings(here, backup, files, disk)
        _check_after(here, backup, plan, files)
    except OSError as error:
        raise VaultError(
            f"The restore was stopped: {error.strerror or type(error).__name__}. Nothing that was here is "
            "lost. Try again: it goes on from there."
        ) from error
    return Restored(
        entries=len(backup.pages.keys() - here.erased),
        added=len(plan.missing),
        mended=len(plan.damaged),
        kept=len(plan.newer),
        erased=len(backup.erased & here.pages.keys()),
        older=older,
    )


def _side(home: Home) -> _Side:
    with catalogue_in(home) as catalogue:
        rows = {row.id: row for row in catalogue.rows()} if catalogue else {}
        erased = catalogue.erased() if catalogue else frozenset[str]()
    pages = {id_: frozenset(numbers) for id_, numbers in Pages(home.vault).scan(Strays()) if numbers}
    return _Side(home, {id_: numbers for id_, numbers in pages.items() if id_ not in erased}, rows, erased)


def _plan(here: _Side, backup: _Side, files: dict[str, File], *, older: bool) -> _Plan:
    missing: list[Page] = []
    damaged: list[Page] = []
    newer = {id_ for id_ in here.rows if _picked_up_since(id_, here, backup)}
    newer |= here.erased & backup.pages.keys()
    newer |= {id_ for id_, numbers in here.pages.items() if numbers - backup.pages.get(id_, frozenset())}
    for entry_id, numbers in backup.pages.items():
        if entry_id in here.erased:
            continue
        for page in ((entry_id, number) for number in sorted(numbers)):
            if page[1] not in here.pages.get(entry_id, ()):
                missing.append(page)
            elif _is_here(here.path(page), _listed(backup, page, files)):
                continue
            elif seems_sealed(here.path(page)):
                if not older:  # what was sealed anew since differs in its bytes alone
                    newer.add(entry_id)
            else:
                damaged.append(page)
    return _Plan(tuple(missing), tuple(damaged), frozenset(newer - backup.erased))


def _picked_up_since(entry_id: str, here: _Side, backup: _Side) -> bool:
    other = backup.rows.get(entry_id)
    return here.rows[entry_id].picked_up not in (None, other and other.picked_up)


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


def _drop_left_over_keys(here: _Side, backup: _Side, disk: Disk) -> None:
    """Remove the staff keys of a set-up that broke off: they unlock a key that opens nothing in the backup.

    Raises SettingsError where they may be the only ones that open what is here.
    """
    if here.home.is_set_up():
        return
    known = {key.name for key in backup.home.staff.glob("*.json")}
    left_over = [key for key in here.home.staff.glob("*.json") if key.name not in known]
    if left_over and here.pages:
        raise SettingsError(
            f"There are entries in {here.home.root}, but its kiosk.toml is gone. Put that back first."
        )
    for key in left_over:
        durable.remove(key, disk=disk)


def _check_room(
    here: _Side, backup: _Side, plan: _Plan, files: dict[str, File], reserve_bytes: int, disk: Disk
) -> None:
    size = sum(_listed(backup, page, files).size for page in (*plan.missing, *plan.damaged))
    if size and durable.free_bytes(here.home.root, disk=disk) - size < reserve_bytes:
        raise NoRoomError("This machine has not the room for the backup. Make room, then try again.")


def _restore_pages(here: _Side, backup: _Side, plan: _Plan, files: dict[str, File], disk: Disk) -> None:
    """Bring rows and tombstones, then pages."""
    pages = Pages(here.home.vault, disk=disk)
    with closing(Catalogue(here.home.catalogue, disk=disk)) as catalogue:
        with catalogue_in(backup.home) as source:
            if source:
                catalogue.take_in(source.documents())
        for entry_id in backup.erased & here.pages.keys():
            pages.erase(entry_id)
        if plan.missing:
            pages.prepare()
        for page in plan.damaged:
            _put_right(backup.path(page), here.path(page), backup, files, disk)
        for page in plan.missing:  # the kiosk goes on: a page of its own is never overwritten
            _bring(backup.path(page), here.path(page), backup, files, disk)
        for entry_id in catalogue.erased() & {entry_id for entry_id, _ in plan.missing}:
            pages.erase(entry_id)  # erased by somebody meanwhile


def _restore_summaries(here: _Side, backup: _Side, files: dict[str, File], disk: Disk) -> None:
    """Bring the figures of quarters that have none here, or damaged ones, before any page.

    A quarter is counted once: a second count, of other pages, could be subtracted from the first.
    """
    for source in sorted(backup.home.summaries.glob("*.age")):
        target = here.home.summaries / source.name
        if target.exists() and not seems_sealed(target, keys=1):
            _put_right(source, target, backup, files, disk)
        else:
            _bring(source, target, backup, files, disk)


def _restore_settings(here: _Side, backup: _Side, files: dict[str, File], disk: Disk) -> None:
    """Bring the comments; and where nothing is set up, what is of one machine, and last the settings.

    Where a venue is set up its own staff keys stay as they are: who was removed must not come back, and a
    kiosk without a desk gets none. Nor does a paused visit come back there, which may have been finished or
    deleted since. The audit goes on where it is: two of them cannot become one chain.
    """
    for source in sorted(backup.home.comments.glob("*.age")):
        _bring(source, here.home.comments / source.name, backup, files, disk)
    if here.home.is_set_up():
        return
    for source in sorted(backup.home.drafts.glob("*.age")):
        _bring(source, here.home.drafts / source.name, backup, files, disk)
    if backup.home.audit.exists():
        _bring(backup.home.audit, here.home.audit, backup, files, disk)
    for source in sorted(backup.home.staff.glob("[!.]*")):
        _bring(source, here.home.staff / source.name, backup, files, disk)
    _bring(backup.home.settings, here.home.settings, backup, files, disk)


def _bring(source: Path, target: Path, backup: _Side, files: dict[str, File], disk: Disk) -> None:
    """Create a file as it is in the backup, unless it is there."""
    modified = files[source.relative_to(backup.home.root).as_posix()].modified
    with suppress(FileExistsError):
        durable.create_once(target, source.read_bytes(), modified=modified, disk=disk)


def _put_right(source: Path, target: Path, backup: _Side, files: dict[str, File], disk: Disk) -> None:
    """Put a file of the backup in the place of a damaged one."""
    modified = files[source.relative_to(backup.home.root).as_posix()].modified
    durable.replace(target, source.read_bytes(), modified=modified, disk=disk)


def _check_after(here: _Side, backup: _Side, plan: _Plan, files: dict[str, File]) -> None:
    """Read back what was brought. Raises VaultError."""
    now = _side(here.home)
    wrong = [
        page
        for page in (*plan.missing, *plan.damaged)
        if page[0] not in now.erased and not _is_here(here.path(page), _listed(backup, page, files))
    ]
    if wrong or (backup.rows.keys() - now.rows.keys() - now.erased) or (backup.erased - now.erased):
        raise VaultError("Not all of the backup can be read back from this machine's disk. Use another disk.")


def _listed(backup: _Side, page: Page, files: dict[str, File]) -> File:
    return files[backup.path(page).relative_to(backup.home.root).as_posix()]


def _is_here(path: Path, listed: File) -> bool:
    """Tell whether a file is there with the bytes of the backup's."""
    try:
        return is_as(path, listed)
    except OSError:
        return False


def _counted(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"
