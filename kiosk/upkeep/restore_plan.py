"""What a restore would do: what a home and a backup hold, and what of the backup is to be brought."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kiosk.home import Home
from kiosk.upkeep.backup import catalogue_in
from kiosk.vault.age_file import seems_sealed
from kiosk.vault.page_files import PageFiles, Strays
from kiosk.vault.rows import Row

PageName = tuple[str, str]
"""An entry's id and the name of one of its pages."""


@dataclass(frozen=True)
class Side:
    """What a home, or a backup, holds."""

    home: Home
    pages: dict[str, frozenset[str]]
    """The id of each living entry → the names of its pages."""
    rows: dict[str, Row]
    erased: frozenset[str]

    def path(self, page: PageName) -> Path:
        """Return the file of a page."""
        return PageFiles(self.home.vault).path(*page)


@dataclass(frozen=True)
class Plan:
    """What a restore would do."""

    missing: tuple[PageName, ...]
    """What is to be added."""
    damaged: tuple[PageName, ...]
    """What is here and can be opened by nobody, and is whole in the backup."""
    newer: frozenset[str]
    """Ids of entries of which something is here that the backup lacks."""

    @property
    def pages(self) -> tuple[PageName, ...]:
        """What is to be brought."""
        return (*self.missing, *self.damaged)


def side_of(home: Home) -> Side:
    """Return what a home, or a backup, holds now. Raises VaultError; lets OSError through."""
    with catalogue_in(home) as catalogue:
        rows = {row.id: row for row in catalogue.rows()} if catalogue else {}
        erased = catalogue.erased() if catalogue else frozenset[str]()
    strays = Strays()
    pages = {id_: frozenset(names) for id_, names in PageFiles(home.vault).scan(strays) if names}
    erased |= strays.erased
    return Side(home, {id_: names for id_, names in pages.items() if id_ not in erased}, rows, erased)


def plan_of(
    here: Side,
    backup: Side,
    *,
    older: bool,
    is_here: Callable[[PageName], bool],
    is_good: Callable[[Path], bool],
) -> Plan:
    """Return what a restore of a backup would do here; `older` is whether its venue key is one of before.

    `is_here` tells whether a page of both is the same, and `is_good` whether a file of the backup may come.
    """
    missing: list[PageName] = []
    damaged: list[PageName] = []
    newer = _newer(here, backup)
    for entry_id, names in backup.pages.items():
        if entry_id in here.erased:
            continue
        for page in ((entry_id, name) for name in sorted(names)):
            if page[1] not in here.pages.get(entry_id, ()):
                if is_good(backup.path(page)):
                    missing.append(page)
            elif is_here(page):
                continue
            elif seems_sealed(here.path(page)):
                if not older:  # what was sealed anew since differs in its bytes alone
                    newer.add(entry_id)
            elif is_good(backup.path(page)):
                damaged.append(page)
    return Plan(tuple(missing), tuple(damaged), frozenset(newer - backup.erased))


def _newer(here: Side, backup: Side) -> set[str]:
    """Return the ids of the entries that were picked up, erased or added to since the backup."""
    then = {id_: row.picked_up for id_, row in backup.rows.items()}
    newer = {id_ for id_, row in here.rows.items() if row.picked_up not in (None, then.get(id_))}
    newer |= here.erased & backup.pages.keys()
    return newer | {id_ for id_, names in here.pages.items() if names - backup.pages.get(id_, frozenset())}
