"""What was acknowledged, and what may have happened besides: the vault is held to it after every cut."""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import msgspec

from kiosk.errors import NoEntryError, VaultError
from kiosk.vault.durable import TEMPORARY, Disk
from kiosk.vault.page_names import counter_of
from kiosk.vault.rows import Row, Source, marks_of
from kiosk.vault.vault import Vault
from tests.kiosk.sealed import FIRST
from tests.kiosk.vault.helpers import always, sign

LINES = 20
SHELVES = [digit * 2 for digit in "01234567"]
PROBE = SHELVES[0] + "f" * 30


class LostError(AssertionError):
    """The vault does not hold what it acknowledged, or holds something that is neither whole nor absent."""


class Told(msgspec.Struct, frozen=True, array_like=True):
    """One line of what was begun and what came of it."""

    verb: Literal["begin", "done", "refused", "unsure"]
    act: Literal["save", "amend", "mark", "erase", "move"]
    id: str
    text: str = ""
    """The page's text, who marked it, or the id under which it goes on."""
    source: Source = "kiosk"
    noted: bool = True
    """Whether a save that is done says that its row is written; else where it came from may be lost."""


Tell = Callable[[Told], None]


def entry_id(number: int) -> str:
    """An id of its own shelf for each number up to 7."""
    return f"{SHELVES[number % 8]}{number:030x}"


def name_of(id_: str) -> str:
    return f"Name {id_[-4:]}"


def body(text: str) -> bytes:
    """The bytes of a page: more than a block of 512, in lines, so that it can be torn in many ways."""
    return b"".join(b"page %s line %02d of it, sealed\n" % (text.encode(), line) for line in range(LINES))


def listed(root: str) -> tuple[list[str], list[str]]:
    """Return the paths of all folders below a root, each before what is in it, and those of all files."""
    folders: list[str] = [""]
    files: list[str] = []
    for folder in folders:  # which grows meanwhile
        with os.scandir(f"{root}/{folder}") as inside:
            for one in inside:
                (folders if one.is_dir() else files).append(f"{folder}/{one.name}" if folder else one.name)
    return folders[1:], files


@dataclass
class Expected:
    """One entry as it may be found. What is not certain may be there or not, whole."""

    slots: list[tuple[str, bool]] = field(default_factory=list)
    """Pages in their order, and whether each is certain."""
    sources: set[Source] = field(default_factory=lambda: {"kiosk"})
    """Where it may have come from."""
    marks: set[str] = field(default_factory=lambda: {""})
    """Who may have marked it; empty for nobody."""
    erased: bool = False
    erasing: bool = False
    moves_from: str = ""
    """The id that it has where it is not moved here: one of the two is there, and whole."""
    moved: tuple[str, ...] = ()
    """What is here then."""

    @property
    def certain(self) -> bool:
        return not self.erasing and any(sure for _, sure in self.slots)

    def fits(self, pages: Sequence[bytes]) -> bool:
        """Tell whether these pages are the certain ones in their order, with others of ours between."""
        rest = list(pages)
        for text, sure in self.slots:
            if rest and rest[0] == body(text):
                rest.pop(0)
            elif sure:
                return False
        return not rest


class Ledger:
    """What has been told so far, added up."""

    def __init__(self, told: Iterable[Told] = ()) -> None:
        self.entries: dict[str, Expected] = {}
        for one in told:
            self.hears(one)

    def hears(self, told: Told) -> None:
        entry = self.entries.setdefault(told.id, Expected())
        match told.act:
            case "save" | "amend":
                self._page(entry, told)
            case "mark":
                if told.verb == "done":
                    entry.marks = {told.text}
                elif "" in entry.marks:
                    entry.marks.add(told.text)
            case "erase":
                entry.erasing = True
                entry.erased = entry.erased or told.verb == "done"
            case "move":
                self._move(entry, told)

    def _move(self, entry: Expected, told: Told) -> None:
        if told.verb == "begin":
            moved = tuple(text for text, _ in entry.slots)
            slots, sources, marks = [(text, False) for text in moved], {*entry.sources}, {*entry.marks}
            there = Expected(slots, sources, marks, moves_from=told.id, moved=moved)
            self.entries[told.text] = there
            entry.erasing = True
        elif told.verb == "done":
            entry.erased = True
            there = self.entries[told.text]
            there.slots, there.moves_from = [(text, True) for text, _ in there.slots], ""
        elif told.verb == "refused":
            entry.erasing = False
            del self.entries[told.text]

    def settle(self, vault: Vault) -> None:
        """Take for certain what a sound vault shows, of all that might have been."""
        rows = {row.id: row for row in vault.rows()}
        for id_, entry in list(self.entries.items()):
            if id_ in rows:
                there = set(vault.pages(id_))
                entry.slots = [(text, True) for text, _ in entry.slots if body(text) in there]
                entry.marks, entry.sources = {rows[id_].picked_up_by}, {rows[id_].source}
                entry.erasing = False
            elif entry.erasing:
                entry.erased = True
            else:
                del self.entries[id_]

    @staticmethod
    def _page(entry: Expected, told: Told) -> None:
        if told.verb == "begin":
            entry.slots.append((told.text, False))
            if told.act == "save":
                entry.sources = {told.source, "kiosk"}
        elif told.verb in ("done", "refused"):
            entry.slots.remove((told.text, False))
            if told.verb == "done":
                entry.slots.append((told.text, True))
                if told.act == "save" and told.noted:
                    entry.sources = {told.source}


class NoReserve(Disk):
    """Has as many files as it can make, none of them kept for later."""

    def free_files(self, path: Path) -> int | None:
        return None


def opened(home: Path) -> Vault:
    """A fresh vault, hours later, so that what was left over belongs to nobody."""
    later = datetime.now(UTC) + timedelta(hours=3)
    return Vault(home, clock=lambda: later, name_of=name_of, reserve_bytes=0, disk=NoReserve())


def check(home: Path, ledger: Ledger, what: str = "", *, go_on: bool = True) -> None:
    """Open a home afresh and raise LostError unless it holds what it must, and nothing that it must not.

    First as a visit meets it, without reconciling; then reconciled; with `go_on` it then has to save, mark,
    add to and erase a further entry, and to know what was erased when its list is gone and pages were put
    back. A vault that refuses any of it has lost too. `what` was done to it.
    """
    try:
        with opened(home) as vault:
            there = _check_open(home, vault, ledger)
            if go_on:
                _goes_on(vault)
        if go_on:
            with opened(home) as vault:
                _demand({row.id for row in vault.rows()} == set(there), "rows changed when opened again")
                _demand(not vault.has(PROBE), "an erased entry came back")
                again = vault.reconcile()
                found = (again.adopted, again.erased, again.swept, again.pageless, again.unreadable)
                _demand(not any(found), f"a second reconcile still finds something: {again}")
            _forgets_its_list(home, {*there}, [id_ for id_, one in ledger.entries.items() if one.erased])
    except (LostError, VaultError, OSError) as error:
        raise LostError(f"{what}: {error}") from error


def _check_open(home: Path, vault: Vault, ledger: Ledger) -> dict[str, tuple[bytes, ...]]:
    _before_reconciling(vault, ledger)
    report = vault.reconcile()
    for found in (report.pageless, report.unreadable, report.unreadable_rows):
        _demand(not found, f"reconcile names {found}")
    there = agrees(vault, ledger)
    _no_leftovers(home, sum(map(len, there.values())))
    return there


def _forgets_its_list(home: Path, there: set[str], erased: Iterable[str]) -> None:
    """Take the list away and put the first page of each erased entry back, as an older copy of it does."""
    (home / "catalogue" / "log").unlink()
    with opened(home) as vault:
        for id_ in (*erased, PROBE):
            vault.page_files.path(id_, FIRST).write_bytes(b"put back")
            _demand(not vault.has(id_), f"{id_} was erased, and opens where it was put back")
        vault.reconcile()
        _demand({row.id for row in vault.rows()} == there, "a list that is made again lists something else")


def _demand(holds: bool, otherwise: str) -> None:
    if not holds:
        raise LostError(otherwise)


def _pages(vault: Vault, id_: str) -> tuple[bytes, ...]:
    try:
        return vault.pages(id_)
    except NoEntryError:
        return ()


def _before_reconciling(vault: Vault, ledger: Ledger) -> None:
    for id_, entry in ledger.entries.items():
        if entry.erased:
            _demand(not vault.has(id_) and not _pages(vault, id_), f"{id_} was erased and came back")
            _demand(
                vault.page_files.is_erased(id_), f"{id_} was erased and has no tombstone beside its pages"
            )
        elif not entry.erasing:
            pages = _pages(vault, id_)
            _demand(entry.fits(pages), f"{id_} lacks a page, or has a wrong one: {_short(pages)}")


def agrees(vault: Vault, ledger: Ledger) -> dict[str, tuple[bytes, ...]]:
    """Raise LostError unless pages and rows are what they may be; return the pages of what lives."""
    rows = {row.id: row for row in vault.rows()}
    there = {}
    for id_, entry in ledger.entries.items():
        pages = _pages(vault, id_)
        if entry.erased or (entry.erasing and not pages):
            _demand(not pages and not vault.has(id_) and id_ not in rows, f"{id_} was erased and came back")
            continue
        _demand(entry.fits(pages), f"{id_} lacks a page, or has a wrong one: {_short(pages)}")
        _demand(bool(pages) == (id_ in rows), f"{id_} has {len(pages)} pages and a row: {id_ in rows}")
        if pages:
            there[id_] = pages
            if entry.moved:
                count = vault.page_files.beside(id_, "2026-Q1.count")
                _demand(count.read_bytes() == b"count", f"{id_} lacks what it adds to figures")
            if entry.moves_from:
                whole = {*map(body, entry.moved)} <= {*pages}
                _demand(whole, f"{id_} has but a part of what moved")
                _demand(not vault.has(entry.moves_from), f"{id_} is there twice")
            _row_fits(rows[id_], entry, len(pages))
            _demand(vault.row(id_) == rows[id_], f"{id_} is listed otherwise than it is found")
    for id_, entry in ledger.entries.items():
        if entry.moves_from and not there.get(id_):
            _demand(entry.moves_from in there, f"{id_} is lost on its way from {entry.moves_from}")
    _demand(set(rows) == set(there), f"there are rows of nothing that was saved: {set(rows) - set(there)}")
    return there


def _row_fits(row: Row, entry: Expected, pages: int) -> None:
    _demand(row.name == name_of(row.id), f"{row.id} has the name {row.name}")
    _demand(len(row.pages) == pages, f"the row of {row.id} tells of {row.pages}, there are {pages} pages")
    _demand(row.picked_up_by in entry.marks, f"{row.id} is marked by {row.picked_up_by!r}: {entry.marks}")
    _demand((row.picked_up is None) == (not row.picked_up_by), f"{row.id} is half marked")
    _demand(
        row.tag == (sign(row.id, marks_of(row)) if row.turn else ""),
        f"the tag of {row.id} is none of its marks'",
    )
    _demand(row.source in entry.sources, f"{row.id} came by {row.source}")


def _no_leftovers(home: Path, pages: int) -> None:
    names = [path.rpartition("/")[2] for path in listed(str(home))[1]]
    left = [name for name in names if name.startswith(TEMPORARY)]
    _demand(not left, f"unfinished files stay: {left}")
    _demand(not any(name.endswith(".moving") for name in names), "a move is not finished")
    found = sum(name.endswith(".age") for name in names)
    _demand(found == pages, f"{found} page files lie there, of which {pages} belong to an entry")


def _goes_on(vault: Vault) -> None:
    _demand(vault.save(PROBE, name_of(PROBE), b"one", source="paper"), "a row is not written")
    _demand(counter_of(vault.add_page(PROBE, always(b"two"))) == 2, "a second page is not the second")
    _demand(vault.pages(PROBE) == (b"one", b"two"), "a further entry does not read back")
    _demand(vault.mark(PROBE, "Cy", sign).source == "paper", "a further entry is not listed")
    vault.erase(PROBE)


def _short(pages: Sequence[bytes]) -> list[bytes]:
    return [page[:24] for page in pages]
