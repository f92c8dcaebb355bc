"""A look at pages and rows that changes nothing: what `reconcile` would find, and pages nobody can open."""

import os
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import msgspec

from kiosk.vault import move_journal
from kiosk.vault.age_file import seems_sealed
from kiosk.vault.catalogue import Catalogue
from kiosk.vault.durable import TEMPORARY
from kiosk.vault.page_files import PageFiles, Strays


class Integrity(msgspec.Struct, frozen=True, kw_only=True):
    """What was found."""

    entries: int
    pages: int
    unsealed: tuple[Path, ...]
    """Pages that cannot be one: without the header of an age file, of a wrong size, or unreadable."""
    unreadable: tuple[Path, ...]
    """Folders that cannot be read, and files that lie where nobody looks for them."""
    temporary: int
    """Unfinished files that nobody works at any more."""
    unlisted: int = 0
    """Entries with pages that no row names."""
    pageless: int = 0
    """Rows that lack a page."""
    half_erased: int = 0
    """Erased entries of which pages are left, or whose tombstone is in the list or beside the pages
    alone."""
    moving: int = 0
    """Entries whose move to another id is not finished."""
    stuck: tuple[Path, ...] = ()
    """The files of moves that do not read and are not begun: without them the entries are as they were."""
    lost: tuple[Path, ...] = ()
    """The files of moves that do not read, and are begun: the list already says that the entries moved."""


def check_integrity(pages: PageFiles, catalogue: Catalogue | None, left_before: datetime) -> Integrity:
    """Look through pages and rows while others go on saving and erasing.

    A temporary file is left over when it was last written before `left_before`. Lets `OSError` through and
    raises DamageError for a catalogue that is none; without one, the rows are not looked at.
    """
    listed = catalogue.page_names() if catalogue else {}
    strays = Strays()
    found = {id_: frozenset(names) for id_, names in pages.scan(strays) if names}
    paths = [pages.path(id_, name) for id_, names in found.items() for name in sorted(names)]
    entries, unlisted, pageless, half_erased = len(found), 0, 0, 0
    home, name = pages.root.parent, f"{TEMPORARY}*"
    unfinished = [*strays.temporary, *home.glob(name), *home.glob(f"audit/{name}")]
    begun = frozenset[str]()
    if catalogue:
        unfinished = [*unfinished, *catalogue.lock_path.parent.glob(f"{TEMPORARY}*")]
        # Rows before files and rows again after them: what differs in both is not just being saved or erased.
        now, listed_erased = catalogue.page_names(), catalogue.erased()
        erased, begun = listed_erased | strays.erased, listed_erased
        half = {id_ for id_ in found.keys() & erased if _lies_there(pages, id_, found[id_])}
        half |= erased.intersection(strays.counts)
        half |= strays.erased - listed_erased
        half |= {id_ for id_ in listed_erased - strays.erased if not pages.is_erased(id_)}
        half_erased = len(half - strays.moving)
        living = {id_: names for id_, names in found.items() if id_ not in erased}
        unlisted = sum(not names <= now.get(id_, frozenset()) for id_, names in living.items())
        missing = {id_ for id_, names in listed.items() if names - found.get(id_, frozenset())}
        pageless = len(missing - erased)
        entries = len(living)
    stuck = list(move_journal.stuck(pages, strays.moving))
    return Integrity(
        entries=entries,
        pages=len(paths),
        unsealed=tuple(path for path in paths if not seems_sealed(path) and os.path.lexists(path)),
        unreadable=tuple(strays.unreadable),
        temporary=_left_over(unfinished, left_before),
        unlisted=unlisted,
        pageless=pageless,
        half_erased=half_erased,
        moving=len(strays.moving) - len(stuck),
        stuck=tuple(pages.moving(id_) for id_ in stuck if id_ not in begun),
        lost=tuple(pages.moving(id_) for id_ in stuck if id_ in begun),
    )


def _lies_there(pages: PageFiles, entry_id: str, names: Iterable[str]) -> bool:
    return any(os.path.lexists(pages.path(entry_id, name)) for name in names)


def _left_over(paths: Iterable[Path], before: datetime) -> int:
    count = 0
    for path in paths:
        with suppress(FileNotFoundError):
            count += path.lstat().st_mtime < before.timestamp()
    return count
