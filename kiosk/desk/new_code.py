"""A new code for an entry whose slip is lost: two members of staff give it (docs/new-code.md).

The pages that the desk can read are sealed again under the id of the new code. What the customer kept back
stays for the old code alone, in an entry of its own, the rest; and the old id becomes a tombstone.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from msgspec import structs

from kiosk import seal
from kiosk.counts.tally import sealed_count
from kiosk.counts.uncounted import sealed_nothing
from kiosk.dates import on_day, to_second
from kiosk.desk.desk import Desk
from kiosk.desk.keys.stock import StockFinding
from kiosk.desk.lost_slip import second_of
from kiosk.entry import handle
from kiosk.entry.handle import Handle, HandleKeys, rest_id_of, told_tag
from kiosk.entry.opened import Opened
from kiosk.entry.page_file import EntryRead, Keys, PageFile, PageHead, read_entry, seal_page
from kiosk.entry.pages import AnyPage, Asked, Reflection
from kiosk.entry.staff_pages import NewCode, Talked
from kiosk.errors import BegunError, DeskError, VaultError
from kiosk.pack.model import MyPage
from kiosk.vault.log_lines import Document
from kiosk.vault.move_journal import Move, MovedCount, MovedPage
from kiosk.vault.page_names import LAST, counter_of
from kiosk.vault.rows import MARKS, SHAPE, Row, to_text, turn_of
from kiosk.vault.vault import saving
from kiosk.visit.saving import Saved

NEW_NAME = "its new name is {name}"
"""What the audit has of it."""


@dataclass(frozen=True)
class Given:
    """A new code, and what it opens."""

    saved: Saved
    row: Row
    kept_back: bool
    """Whether the customer kept something back, which opens with the old code alone."""


@dataclass(frozen=True)
class _Old:
    """An entry as it is before."""

    id: str
    read: EntryRead
    document: Document
    times: dict[str, str]
    """Page name → when it was saved, as the list has it."""
    modified: dict[str, int]
    """Page name → how its file is dated."""

    @property
    def reader(self) -> str:
        return next(file.page.reader for file in self.read.pages if isinstance(file.page, Reflection | Asked))

    @property
    def last(self) -> int:
        return counter_of(max(self.modified))


def drawn(desk: Desk) -> tuple[Handle, HandleKeys]:
    """Draw a new code, and derive what it is to lead to. Raises SealError."""
    code = handle.draw()
    return code, desk.derive(code)


def give(desk: Desk, opened: Opened, second: str, code: tuple[Handle, HandleKeys], now: datetime) -> Given:
    """Give an entry a new code, which was `drawn`; the old one then opens nothing but what was kept back.

    `second` is who unlocked too. Raises DeskError where they are one person, or the entry does not open
    wholly; NoEntryError, SaveError, or another VaultError where it was not noted, and nothing was done;
    BegunError where it goes on at the next unlock. Each unlock says that nobody may know the code, until it
    is `handed_over`.
    """
    other = second_of(desk, second)
    if opened.is_rest:
        raise DeskError("This is a part kept back for the old code. It cannot get a new code.")
    opened = desk.again(opened)
    old = _read(desk, opened)
    new, name = code[1], desk.vault.name_of(code[1].id)
    parts = [file for file in old.read.pages if isinstance(file.page, Reflection) and file.page.private]
    rest = rest_id_of(old.reader) if parts else ""
    said = NewCode(made=to_second(now), by=desk.staff, second=other, was=old.id, rest=rest)
    pages = _renewed(desk, old, name, new, said)
    rows = {new.id: _row(desk, old, opened.row, name, pages)}
    if rest:
        kept = _rest(desk, old, parts, rest)
        pages += kept
        rows[rest] = _rest_row(desk, old, [page.name for page in kept], rest, now)
    move = Move(
        id=old.id,
        to=new.id,
        names=tuple(old.modified),
        turn=turn_of(old.document),
        tombstone=_tombstone(desk, old, to_text(now)),
        rows=rows,
        pages=tuple(pages),
        count=_count(desk, old, new),
    )
    desk.note("gave a new code", opened.row, NEW_NAME.format(name=name), second=other)
    desk.remember(found=[_unconfirmed(said, opened.row.name, name, new.id)])
    try:
        desk.vault.rename_entry(move)
    except BegunError:
        raise
    except VaultError:
        handed_over(desk, new.id)  # there is no such code
        raise
    others = {one: desk.others[old.id] for one in rows if old.id in desk.others}
    desk.others.update(others)
    written = [(page.id, page.name) for page in pages]
    desk.remember(pages=written, erased=old.id, others=others)
    for entry_id in rows:
        desk.remember(row=desk.vault.row(entry_id))
    return Given(Saved(code[0], name, new.id), desk.vault.row(new.id), bool(rest))


def _unconfirmed(said: NewCode, old_name: str, name: str, entry_id: str) -> StockFinding:
    """Return what each unlock says until the code is handed over: the machine may stop at any moment."""
    says = (
        f"{said.by} and {said.second} gave {old_name} a new code on {on_day(said.made)}. The entry is now "
        f"called {name}. The slip may not have been printed: if the customer does not have the new code, "
        f"look for {name} as a lost slip and give another code."
    )
    return StockFinding(at=said.made, by=said.by, says=says, code_of=entry_id)


def handed_over(desk: Desk, entry_id: str) -> None:
    """Let no unlock say any longer that nobody may know the new code of an entry, told its id of now."""
    desk.remember(handed_over=entry_id)


def _read(desk: Desk, opened: Opened) -> _Old:
    """Read an entry, all of it. Raises DeskError where a page is not what it says."""
    entry_id, vault = opened.row.id, desk.vault
    named = vault.named_pages(entry_id)
    read = read_entry(entry_id, named, desk.opens, desk.tags, desk.venues)
    if read.aside or not any(isinstance(file.page, Reflection | Asked) for file in read.pages):
        raise DeskError(
            "A page of this entry cannot be trusted, so it gets no new code: the old one may open it. "
            "Tell the person who looks after this machine."
        )
    if counter_of(named[-1][0]) >= LAST:
        raise DeskError("This entry has too many pages to get a new code.")
    files = vault.page_files
    document = vault.document(entry_id)
    with saving():
        dates = {name: to_text(when) for name, when in files.times(entry_id).items()}
        dated = files.modified(entry_id)
    modified = {name: dated[name] for name, _ in named if name in dated}
    times = {**dates, **document.get("pages", {})}
    return _Old(entry_id, read, document, times, modified)


def _renewed(desk: Desk, old: _Old, name: str, new: HandleKeys, said: NewCode) -> list[MovedPage]:
    """Seal the pages again for the holder of the new code, and a last one that says so."""
    venue, reader = seal.recipient_of(desk.identity_of(old.id)), seal.recipient_of(new.identity)
    by_code, by_desk = Keys.of(code=new.identity).code, desk.tags_of(old.id)
    hashes: dict[str, str] = {}
    pages = []

    def add(page: AnyPage, head: PageHead, modified: int) -> str:
        tags = replace(by_desk, code=by_code if isinstance(page, Reflection | Asked) else b"")
        sealed, hash_ = seal_page(page, head, (venue, reader), tags)
        pages.append(MovedPage(id=new.id, name=head.name, sealed=sealed, modified=modified))
        return hash_

    for file in old.read.pages:
        page = file.page
        if isinstance(page, Reflection):
            page = structs.replace(page, name=name, reader=reader, private=b"")
        elif isinstance(page, Asked):
            page = structs.replace(page, reader=reader)
        elif isinstance(page, Talked):
            page = structs.replace(page, reflection=hashes.get(page.reflection, page.reflection))
        before = hashes.get(file.head.before, file.head.before)
        head = structs.replace(file.head, id=new.id, before=before)
        hashes[file.hash] = add(page, head, old.modified[head.name])
    with saving():
        writer = desk.vault.place()
    before = hashes[old.read.newest_hash]
    head = PageHead(id=new.id, counter=old.last + 1, writer=writer, before=before, venue=venue)
    add(said, head, max(old.modified.values()))
    return pages


def _tombstone(desk: Desk, old: _Old, erased: str) -> Document:
    signed: Document = {"v": SHAPE, "erased": erased, "why": "new code"}
    told = told_tag(old.reader, old.id, erased)
    return signed | {"told": told, "tag": desk.sign_of(old.id)(old.id, signed)}


def _count(desk: Desk, old: _Old, new: HandleKeys) -> MovedCount:
    reader, venue = seal.recipient_of(new.identity), seal.recipient_of(desk.identity_of(old.id))
    answers = [file.page for file in old.read.pages if isinstance(file.page, Reflection)]
    if answers:
        newest = structs.replace(answers[-1], reader=reader)
        quarter, sealed = sealed_count(newest, answers[0] if len(answers) > 1 else None, venue)
    else:
        quarter, sealed = sealed_nothing(old.read.pages[0].page.made, reader, venue)
    return MovedCount(quarter=quarter, sealed=sealed)


def _row(desk: Desk, old: _Old, row: Row, name: str, pages: list[MovedPage]) -> Document:
    """Return the row of an entry under its new id: dated as it was, and marked as staff had marked it."""
    last = pages[-1].name
    dated = {**old.times, last: max(old.times.values())}  # so that it is kept no longer
    document: Document = {"v": SHAPE, "name": name, "pages": dated}
    if "source" in old.document:
        document["source"] = old.document["source"]
    if row.turn:  # it is vouched for, or the desk would not show it
        marks = {field: old.document[field] for field in MARKS if field in old.document}
        if not row.is_news:
            marks["seen"] = " ".join(sorted(dated))
        document |= marks | {"tag": desk.sign_of(old.id)(pages[-1].id, marks)}
    return document


def _rest(desk: Desk, old: _Old, parts: list[PageFile], rest: str) -> list[MovedPage]:
    """Seal what was kept back, without the answers that were shared, for the holder of the old code."""
    readers = (seal.recipient_of(desk.identity_of(old.id)), old.reader)
    name, modified = desk.vault.name_of(rest), max(old.modified.values())
    pages, before = [], ""
    for counter, file in enumerate(parts, 1):
        page = structs.replace(file.page, name=name, talk=False, my_page=MyPage(), sections=())
        head = structs.replace(file.head, id=rest, counter=counter, before=before)
        sealed, before = seal_page(page, head, readers, desk.tags_of(old.id))
        pages.append(MovedPage(id=rest, name=head.name, sealed=sealed, modified=modified))
    return pages


def _rest_row(desk: Desk, old: _Old, names: list[str], rest: str, now: datetime) -> Document:
    """Return the row of the rest: closed, and dated so that it goes when the entry would have gone."""
    last = max(old.times.values())
    document: Document = {"v": SHAPE, "name": desk.vault.name_of(rest), "pages": dict.fromkeys(names, last)}
    marks: Document = {"picked_up_by": desk.staff, "picked_up": to_text(now), "seen": " ".join(names)}
    marks |= {"state": "closed", "turn": 1}
    return document | marks | {"tag": desk.sign_of(old.id)(rest, marks)}
