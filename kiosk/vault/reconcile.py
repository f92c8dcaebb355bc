"""Bringing page files and catalogue rows together after a crash, and removing what it left."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import msgspec

from kiosk.errors import DamageError, NoEntryError
from kiosk.vault import durable, move_journal
from kiosk.vault.catalogue import Catalogue
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.log import Damage
from kiosk.vault.page_files import PageFiles, Strays
from kiosk.vault.rows import Row


class ReconcileReport(msgspec.Struct, frozen=True, kw_only=True):
    """What was found and done."""

    adopted: tuple[str, ...] = ()
    """Ids of entries whose row was missing, or lacked a page, and was rebuilt from the files."""
    pageless: tuple[Row, ...] = ()
    """Rows of which a page, or every page, is not there. They are kept, for staff to see."""
    erased: tuple[str, ...] = ()
    """Ids of erased entries of which something had been left; it is gone now."""
    unreadable: tuple[Path, ...] = ()
    """Pages and folders that cannot be read, or lie where nobody looks. They are left as they are."""
    unreadable_rows: tuple[str, ...] = ()
    """Ids of rows that do not read as one."""
    swept: int = 0
    """How many left-over temporary files were removed."""
    log: Damage = Damage()
    """What the catalogue's log was found with since this vault opened it."""


def reconcile(
    pages: PageFiles,
    catalogue: Catalogue,
    *,
    name_of: Callable[[str], str],
    left_before: datetime,
    disk: Disk = DISK,
) -> ReconcileReport:
    """Finish moving, adopt, finish erasing, and sweep temporary files last written before a time.

    Tombstones then stand in the list and beside the pages, whichever of these was lost.

    Safe while others save, add and erase: nothing that holds a page of a living entry is removed. Lets
    `OSError` through and raises DamageError for a log that is none.
    """
    catalogue.mend()
    pages.prepare()
    # Rows first, files second: a page is there before its row, so none looks lost that is being saved.
    living, gone = catalogue.page_names(), catalogue.erased()
    seen = _Seen()
    seen.compare(pages, living, gone)
    moving_on, beside = seen.strays.moving, seen.strays.erased
    stuck = move_journal.finish_all(pages, catalogue, moving_on, disk=disk)
    if len(stuck) < len(moving_on):  # what was seen is no longer so
        return reconcile(pages, catalogue, name_of=name_of, left_before=left_before, disk=disk)
    catalogue.bury({id_: pages.read_tombstone(id_) for id_ in beside - gone})
    left = (gone - beside).union(seen.erased, (gone | beside).intersection(seen.strays.counts))
    for entry_id in left - moving_on:
        catalogue.bury_beside(pages, entry_id)
    adopted = dict(_found(pages, seen.new))
    catalogue.adopt((id_, name_of(id_), times) for id_, times in adopted.items())
    unreadable = [path for id_ in adopted for path in pages.unreadable(id_)]
    home, name = pages.root.parent, f"{durable.TEMPORARY}*"
    left_over = [*seen.strays.temporary, *home.glob(name), *home.glob(f"audit/{name}")]
    report = ReconcileReport(
        adopted=tuple(adopted),
        pageless=tuple(_still_short(pages, catalogue, [*seen.short, *(living.keys() - beside)])),
        erased=tuple(seen.erased),
        unreadable=(*seen.strays.unreadable, *stuck, *unreadable),
        unreadable_rows=catalogue.unreadable(),
        swept=durable.sweep(left_over, left_before, disk=disk) + catalogue.sweep(left_before),
        log=catalogue.damage,
    )
    catalogue.compact_if_due()
    return report


@dataclass
class _Seen:
    """What page files tell that the rows do not."""

    strays: Strays = field(default_factory=Strays)
    erased: list[str] = field(default_factory=list)
    """Ids of erased entries that have pages."""
    new: list[str] = field(default_factory=list)
    """Ids of entries with a page that their row does not know."""
    short: list[str] = field(default_factory=list)
    """Ids of entries whose row knows a page that is not there."""

    def compare(self, pages: PageFiles, living: dict[str, frozenset[str]], gone: frozenset[str]) -> None:
        """Look through the shelves; `living` then has those alone of which no page is there."""
        for entry_id, there in pages.scan(self.strays):
            if entry_id in self.strays.moving:
                living.pop(entry_id, None)
            elif entry_id in gone or entry_id in self.strays.erased:
                self.erased.append(entry_id)
            else:
                known = living.pop(entry_id, frozenset())
                if known.difference(there):
                    self.short.append(entry_id)
                if not known.issuperset(there):
                    self.new.append(entry_id)


def _found(pages: PageFiles, ids: list[str]) -> Iterator[tuple[str, Mapping[str, datetime]]]:
    for entry_id in ids:
        with suppress(FileNotFoundError):
            if times := pages.times(entry_id):
                yield entry_id, times


def _still_short(pages: PageFiles, catalogue: Catalogue, ids: list[str]) -> Iterator[Row]:
    """Yield the rows with more pages than there are files, leaving out what was erased meanwhile."""
    for entry_id in ids:
        try:
            there = pages.names(entry_id)
        except OSError:
            continue  # a folder that cannot be read, which the report names
        with suppress(NoEntryError, DamageError):  # erased meanwhile; a row that the report names
            row = catalogue.row(entry_id)
            if not set(row.pages) <= set(there):
                yield row
