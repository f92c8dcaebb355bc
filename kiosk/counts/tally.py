"""Reading of sealed pages what can be counted, and no more.

Of a page that is which point of each scale was chosen, which cards were picked, and which questions were left
open. Free text and own words are passed over undecoded, and what the customer kept back is not even looked
at. What comes out are true counts: they are for `kiosk.counts.disclosure`, and are never shown or kept as
they are. Each is told with the form in which its question was asked (`kiosk.entry.meaning`), and a card by
its words, so that nothing is counted in words that its customer did not choose.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby, repeat
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import msgspec

from kiosk import mac, seal, untrusted
from kiosk.counts.disclosure import HIGHER, LOWER, SAME, Asked, Card, Scale, Table
from kiosk.counts.quarters import Quarter, quarter_of
from kiosk.counts.visits import Visits
from kiosk.entry.counts import PageCount, asked_in, count_of, digest_of, places_in
from kiosk.entry.handle import id_of, rest_id_of
from kiosk.entry.meaning import Form
from kiosk.entry.page_file import file_in
from kiosk.entry.pages import NO_ENTRY, PAGE_VERSION, AnyPage, Reflection
from kiosk.errors import EntryError, SealError
from kiosk.pack.model import Answerable
from kiosk.vault.age_file import MOST_BYTES
from kiosk.vault.page_files import PageFiles, Strays, name_of
from kiosk.vault.page_names import page_name

NO_PACK = ""
"""The pack of an entry that has no reflection."""
COUNT_BLOCK = 2 * seal.BLOCK
"""Bytes that what is counted of an entry is padded to: a pack of fifty questions and many cards fits."""


class Group(NamedTuple):
    """The entries that are counted together: those of one reflection in one quarter.

    Those that were made while it was being tried out are a group of their own.
    """

    quarter: Quarter
    pack: str
    state: Answerable = "live"
    held: str = ""
    """The name of the venue whose key is held that they are of; empty for the venue itself."""


class Told(NamedTuple):
    """What pages tell of a question: how it was asked."""

    section: str
    summary: str
    ask: str = ""
    """The question itself."""
    labels: tuple[str, ...] = ()
    """Of a scale: the words of its points."""


@dataclass
class Counted:
    """What some entries say."""

    tables: dict[Group, Table] = field(default_factory=dict)
    told: dict[tuple[str, Asked], Told] = field(default_factory=dict)
    """By pack and question, of whatever version."""
    unread: int = 0
    """Pages that do not open, or are not what they say."""
    visits: dict[Group, Visits] = field(default_factory=dict)
    """How visits went."""
    marks: set[str] = field(default_factory=set)
    """Of the entries that are counted in it (`EntryCount.mark`)."""

    def add(self, other: "Counted") -> None:
        """Add what others say."""
        self.unread += other.unread
        self.marks |= other.marks
        for group, table in other.tables.items():
            self.tables.setdefault(group, Table()).add(table)
        self.told = other.told | self.told


class _Page(msgspec.Struct, gc=False):
    """A page of any kind. All but reflections are passed over."""

    version: int
    made: untrusted.Moment
    kind: str = "reflection"
    reader: str = ""
    pack: str = ""
    pack_state: Answerable = "live"

    def __post_init__(self) -> None:
        """Raise msgspec.ValidationError for a time that nobody can count with."""
        untrusted.require_years(self.made)


class _Head(msgspec.Struct, gc=False):
    """Which page it is."""

    id: str
    counter: int
    writer: str
    venue: str = ""


class _File(msgspec.Struct, gc=False):
    """What a page's file holds (`kiosk.entry.page_file`)."""

    version: Literal[2]
    head: _Head
    page: _Page
    count: PageCount | None = None


class _Opened(NamedTuple):
    """A reflection, what is counted of it, and all that its file holds."""

    venue: str
    """The venue's recipient that it was first sealed to."""
    page: _Page
    said: PageCount
    plaintext: bytes


class _Shape(NamedTuple):
    """What pages were asked whose counts have one digest."""

    asked: Mapping[str, Form]
    places: frozenset[tuple[str, int]]
    """Which points can be chosen."""
    told: Mapping[Asked, Told]


class EntryCount(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """All that is counted of an entry, which is kept for when the entry is deleted."""

    version: Literal[2] = 2
    mark: untrusted.Name
    """Tells the same entry again, and nothing to whoever does not know its customer's public key."""
    quarter: Quarter
    """That of the newest reflection."""
    pack: untrusted.Name
    state: Answerable
    """That of the pack's version when it was answered."""
    asked: dict[untrusted.Name, Form]
    """Each question that the customer shared, answered or not, and how it was asked."""
    chosen: dict[untrusted.Name, int]
    """By question, which of its points was chosen, from 1."""
    moved: dict[untrusted.Name, Annotated[int, msgspec.Meta(ge=HIGHER, le=LOWER)]]
    """The direction since the first reflection, of those questions that it answers too."""
    cards: dict[untrusted.Name, frozenset[untrusted.Name]]
    """By question, the words of the cards that were picked."""
    left_open: frozenset[untrusted.Name]

    @property
    def is_possible(self) -> bool:
        """Whether somebody can have answered that."""
        return self.moved.keys() <= self.chosen.keys() and _is_possible(
            self, self.asked, places_in(self.asked)
        )


@dataclass
class _Sums:
    """What some entries of one group say that were asked the same, in a shape that is quick to add to."""

    asked: Mapping[str, Form]
    entries: int = 0
    chosen: list[tuple[str, int]] = field(default_factory=list)
    """By question and place; …"""
    moved: list[tuple[str, int]] = field(default_factory=list)
    """… direction; …"""
    cards: list[tuple[str, str]] = field(default_factory=list)
    """… and words: one for each entry that said so."""
    left_open: list[str] = field(default_factory=list)

    def add(self, said: PageCount | EntryCount, moved: Mapping[str, int]) -> None:
        """Count one entry."""
        self.entries += 1
        self.chosen.extend(said.chosen.items())
        self.moved.extend(moved.items())
        self.left_open.extend(said.left_open)
        for question, labels in said.cards.items():
            self.cards.extend(zip(repeat(question), labels))

    def add_to(self, table: Table) -> None:
        """Add them to a table."""
        asked = self.asked
        table.entries += self.entries
        for (question, place), number in Counter(self.chosen).items():
            table.answers(_scale(question, asked[question])).points[place - 1] += number
        for (question, direction), number in Counter(self.moved).items():
            table.answers(_scale(question, asked[question])).moves[direction] += number
        for (question, label), number in Counter(self.cards).items():
            table.cards[Card(Asked(question, asked[question]), label)] += number
        for question, number in Counter(self.left_open).items():
            table.left_open[Asked(question, asked[question])] += number


def _scale(question: str, form: Form) -> Scale:
    return Scale(question, len(form.values), 0, form)


_file = msgspec.json.Decoder(_File).decode
_UNREADABLE = (SealError, EntryError, msgspec.DecodeError, UnicodeDecodeError, RecursionError, OSError)

_ByGroup = dict[tuple[Group, str], _Sums]
"""By group and digest of what was asked."""
Entry = tuple[str, Sequence[str]]
"""An id, and the names of its pages in order."""


def entries_in(vault: Path, erased: Collection[str], strays: Strays) -> Iterator[Entry]:
    """Yield the entries whose pages lie below `vault`, and add what else lies there to `strays`.

    They are found by their files, so that one whose row was lost is there too. `erased` are the ids of those
    that were erased here, and of which something may be left.
    """
    for entry_id, names in PageFiles(vault).scan(strays):
        if names and entry_id not in erased:
            yield entry_id, names


class Job(NamedTuple):
    """What a worker is told first."""

    vault: Path
    identity: str
    """Several, one a line, where other venues' keys are held."""
    held: Mapping[str, str] = {}
    """The recipient of a held venue → its name."""


class Reader:
    """Opens pages and counts them."""

    def __init__(self, job: Job) -> None:
        self._pages = PageFiles(job.vault)
        self._identity, self._held = job.identity, job.held
        self._shapes: dict[tuple[str, str], _Shape] = {}
        """By pack and digest, what was met before."""
        self._told: set[tuple[str, str]] = set()
        """Which of these were told."""

    @cached_property
    def _open(self) -> Callable[[bytes], bytes]:
        """What opens a page. Raises SealError, as for a page, where the identity is none."""
        return seal.opener(self._identity)

    def count(self, entries: Sequence[Entry]) -> Counted:
        """Return what these entries say. How a question was asked is told once in the life of a reader."""
        counted = Counted()
        sums: _ByGroup = {}
        for _, together in groupby(entries, lambda entry: entry[0][:2]):
            self._count_shelf([*together], counted, sums)
        for (group, _), found in sums.items():
            found.add_to(counted.tables.setdefault(group, Table()))
        return counted

    def _count_shelf(self, entries: Sequence[Entry], counted: Counted, sums: _ByGroup) -> None:
        """Count entries whose pages lie in one folder: to open that takes as long as to read a page."""
        try:
            with self._pages.shelf(entries[0][0]) as shelf:
                for entry_id, names in entries:
                    try:
                        newest, first = self._reflections(shelf, entry_id, names, counted)
                        if newest:
                            self._add(counted, sums, newest, first)
                    except _UNREADABLE:
                        counted.unread += 1
        except FileNotFoundError:
            return  # all of them were erased meanwhile
        except OSError:
            counted.unread += sum(len(names) for _, names in entries)

    def _reflections(
        self, shelf: int, entry_id: str, names: Sequence[str], counted: Counted
    ) -> tuple[_Opened | None, _Opened | None]:
        """Return an entry's newest reflection, and its first where that is another one."""
        for place in reversed(range(len(names))):
            newest = self._reflection(shelf, entry_id, names[place], counted)
            if newest:
                older = (self._reflection(shelf, entry_id, name, counted) for name in names[:place])
                return newest, next(filter(None, older), None)
        return None, None

    def _reflection(self, shelf: int, entry_id: str, name: str, counted: Counted) -> _Opened | None:
        """Return a page; None where it is no reflection, does not read as one, or was erased meanwhile."""
        try:
            sealed = untrusted.read_in(shelf, name_of(entry_id, name), MOST_BYTES)
            plaintext = seal.unpad(self._open(sealed))
            file = _file(plaintext)
            page = file.page
        except FileNotFoundError:
            return None
        except _UNREADABLE:
            counted.unread += 1
            return None
        if page.kind != "reflection":
            return None
        head = file.head
        is_theirs = id_of(page.reader) == entry_id == head.id and page_name(head.counter, head.writer) == name
        if not (is_theirs and page.version == PAGE_VERSION and file.count):
            # What was kept back before a new code counts nowhere: its entry does.
            counted.unread += rest_id_of(page.reader) != entry_id
            return None
        return _Opened(head.venue, page, file.count, plaintext)

    def _add(self, counted: Counted, sums: _ByGroup, newest: _Opened, first: _Opened | None) -> None:
        """Count one entry, or nothing of it where its page does not read."""
        page, said = newest.page, newest.said
        shape = self._shape(newest)
        moved: dict[str, int] = {}
        if first and first.page.pack == page.pack:
            moved = _moved(first.said, self._shape(first).asked, said, shape.asked)
        held = self._held.get(newest.venue, "")
        which = Group(quarter_of(page.made), page.pack, page.pack_state, held), said.asked
        if which not in sums:
            sums[which] = _Sums(shape.asked)
        sums[which].add(said, moved)
        counted.marks.add(mark_of(page.reader))
        if (page.pack, said.asked) not in self._told:
            self._told.add((page.pack, said.asked))
            for asked, told in shape.told.items():
                counted.told.setdefault((page.pack, asked), told)

    def _shape(self, opened: _Opened) -> _Shape:
        """Return what a page was asked. Raises EntryError where what is counted of it does not fit."""
        which = opened.page.pack, opened.said.asked
        shape = self._shapes.get(which)
        if shape is None:
            shape = _shape_of(file_in(opened.plaintext).page, opened.said.asked)
        if not _is_possible(opened.said, shape.asked, shape.places):
            raise EntryError(NO_ENTRY)
        return self._shapes.setdefault(which, shape)


def _shape_of(page: AnyPage, digest: str) -> _Shape:
    asked = asked_in(page) if isinstance(page, Reflection) else {}
    if not isinstance(page, Reflection) or digest_of(asked) != digest:
        raise EntryError(NO_ENTRY)  # others would count under words that they were not asked
    told = {
        Asked(one.id, asked[one.id]): Told(section.title, one.summary, one.ask, one.labels)
        for section in page.sections
        for one in section.answers
        if asked.get(one.id) == one.form
    }
    return _Shape(asked, places_in(asked), told)


def sealed_count(newest: Reflection, first: Reflection | None, venue: str) -> tuple[str, bytes]:
    """Return an entry's quarter, such as `2026-Q3`, and what it adds to its figures, sealed to the venue.

    `newest` is the entry's newest reflection, `first` its first where that is another one, and `venue` the
    venue's recipient. What was kept back is in neither.
    """
    said, asked = count_of(newest), asked_in(newest)
    is_same = first is not None and first.pack == newest.pack
    entry = EntryCount(
        mark=mark_of(newest.reader),
        quarter=quarter_of(newest.made),
        pack=newest.pack,
        state=newest.pack_state,
        asked=asked,
        chosen=said.chosen,
        moved=_moved(count_of(first), asked_in(first), said, asked) if first and is_same else {},
        cards=said.cards,
        left_open=said.left_open,
    )
    return str(entry.quarter), seal.seal(msgspec.json.encode(entry), (venue,), block=COUNT_BLOCK)


def table_of(entries: Iterable[EntryCount], held: str = "") -> dict[Group, Table]:
    """Return what entries of one venue say, each counted once; those without a reflection say nothing."""
    tables: dict[Group, Table] = {}
    for said in entries:
        if said.pack == NO_PACK:
            continue
        one = _Sums(said.asked)
        one.add(said, said.moved)
        one.add_to(tables.setdefault(Group(said.quarter, said.pack, said.state, held), Table()))
    return tables


def mark_of(reader: str) -> str:
    """Return what tells an entry again, from its customer's recipient (`EntryCount.mark`)."""
    return mac.digest("counted once", reader)[:32]


def _moved(
    then: PageCount, then_asked: Mapping[str, Form], now: PageCount, asked: Mapping[str, Form]
) -> dict[str, int]:
    """Return by question which way a customer went, where it means the same."""
    return {
        question: _direction(then.chosen[question], place)
        for question, place in now.chosen.items()
        if question in then.chosen and asked[question].takes(then_asked[question])
    }


def _is_possible(
    said: PageCount | EntryCount, asked: Mapping[str, Form], places: frozenset[tuple[str, int]]
) -> bool:
    """Tell whether somebody can have answered that."""
    return (
        places.issuperset(said.chosen.items())
        and asked.keys() >= said.cards.keys() | said.left_open
        and said.left_open.isdisjoint(said.chosen)
        and said.left_open.isdisjoint(said.cards)
    )


def _direction(then: int, now: int) -> int:
    return HIGHER if now > then else LOWER if now < then else SAME
