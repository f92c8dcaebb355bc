"""Reading of sealed pages what can be counted, and no more.

Of a page that is which point of each scale was chosen, and which cards were picked. Free text and own words
are passed over undecoded, and what the customer kept back is not even looked at. What comes out are true
counts: they are for `kiosk.counts.disclosure`, and are never shown or kept as they are.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from itertools import groupby
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import msgspec

from kiosk import mac, seal, untrusted
from kiosk.counts.disclosure import HIGHER, LOWER, SAME, Scale, Table
from kiosk.counts.quarters import Quarter, quarter_of
from kiosk.entry.handle import id_of, rest_id_of
from kiosk.entry.pages import PAGE_VERSION, Reflection, page_to_bytes
from kiosk.errors import SealError
from kiosk.vault.pages import FIRST, Pages, Strays, name_of
from kiosk.vault.shape import MOST_BYTES

POINTS = range(2, 12)
"""How many points a scale may have."""


class Group(NamedTuple):
    """The entries that are counted together: those of one reflection in one quarter."""

    quarter: Quarter
    pack: str


class ScaleAsked(NamedTuple):
    """What pages tell of a scale: how it was asked."""

    section: str
    summary: str
    words: dict[int, str]
    """Of those of its points, from 1, that somebody chose."""
    ask: str = ""
    """The question itself."""


@dataclass
class Counted:
    """What some entries say."""

    tables: dict[Group, Table] = field(default_factory=dict)
    told: dict[tuple[str, Scale], ScaleAsked] = field(default_factory=dict)
    """By pack and scale."""
    unread: int = 0
    """Pages that do not open, or are not what they say."""
    marks: set[str] = field(default_factory=set)
    """Of the entries that are counted in it (`EntryCount.mark`)."""

    def add(self, other: "Counted") -> None:
        """Add what others say."""
        self.unread += other.unread
        self.marks |= other.marks
        for group, table in other.tables.items():
            self.tables.setdefault(group, Table()).add(table)
        for asked, told in other.told.items():
            self.tell(asked, told)

    def tell(self, asked: tuple[str, Scale], told: ScaleAsked) -> None:
        """Add how a scale of a pack was asked."""
        self.told.setdefault(asked, told).words.update(told.words)


class _Answered(msgspec.Struct, gc=False):
    """What is counted of an answer."""

    id: str
    kind: str
    value: msgspec.Raw
    scale: tuple[int, int] | None = None
    version: int = 0


class _Section(msgspec.Struct, gc=False):
    answers: list[_Answered]


class _Head(msgspec.Struct, gc=False):
    """Which page it is."""

    id: str
    counter: int


class _Page(msgspec.Struct, gc=False):
    """A page of any kind. All but reflections are passed over."""

    version: int
    made: untrusted.Moment
    kind: str = "reflection"
    reader: str = ""
    pack: str = ""
    pack_version: int = 0
    sections: list[_Section] = []

    def __post_init__(self) -> None:
        """Raise msgspec.ValidationError for a time that nobody can count with."""
        untrusted.require_years(self.made)


class _File(msgspec.Struct, gc=False):
    """What a page's file holds (`kiosk.entry.page_file`)."""

    version: Literal[1]
    head: _Head
    page: _Page


class _Opened(NamedTuple):
    """A page, and all that its file holds."""

    page: _Page
    plaintext: bytes


class _AskedAnswer(msgspec.Struct, gc=False):
    """How a scale was asked, and in which words it was answered. Other words stay as they are."""

    id: str
    ask: str
    summary: str
    words: msgspec.Raw
    scale: tuple[int, int] | None = None


class _AskedSection(msgspec.Struct, gc=False):
    title: str
    answers: list[_AskedAnswer]


class _AskedPage(msgspec.Struct, gc=False):
    sections: list[_AskedSection]


class _Asked(msgspec.Struct, gc=False):
    """What is read of the file of a page whose scales were not met before."""

    page: _AskedPage


class _Picked(msgspec.Struct, gc=False):
    """What is read of picked cards: not the own words."""

    picked: list[str]


Point = tuple[int, int]
"""Which of a scale's points was chosen, from 1, and how many there are."""


class EntryCount(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """All that is counted of an entry, which is kept for when the entry is deleted."""

    version: Literal[1] = 1
    mark: untrusted.Name
    """Tells the same entry again, and nothing to whoever does not know its customer's public key."""
    quarter: Quarter
    """That of the newest reflection."""
    pack: untrusted.Name
    chosen: dict[untrusted.Name, Point]
    """By question."""
    moved: dict[untrusted.Name, Annotated[int, msgspec.Meta(ge=HIGHER, le=LOWER)]]
    """The direction since the first reflection, of those questions that it answers too."""
    cards: set[untrusted.Name]

    def __post_init__(self) -> None:
        """Raise ValueError for what nobody can have answered."""
        if not (
            all(_is_place(*place) for place in self.chosen.values())
            and self.moved.keys() <= self.chosen.keys()
        ):
            raise ValueError("nobody can have answered that")


@dataclass
class _Sums:
    """What some entries of one group say, in the shape that is quickest to add to."""

    entries: int = 0
    chosen: Counter[tuple[str, Point]] = field(default_factory=Counter)
    moved: Counter[tuple[str, int, int]] = field(default_factory=Counter)
    """By question, points and direction."""
    cards: Counter[str] = field(default_factory=Counter)

    def add(self, said: EntryCount) -> None:
        """Count one entry."""
        self.entries += 1
        self.chosen.update(said.chosen.items())
        self.cards.update(said.cards)
        for question, direction in said.moved.items():
            self.moved[question, said.chosen[question][1], direction] += 1

    def table(self) -> Table:
        """Return them as a table."""
        table = Table(self.entries, cards=self.cards)
        for (question, (place, points)), number in self.chosen.items():
            table.answers(Scale(question, points)).points[place - 1] = number
        for (question, points, direction), number in self.moved.items():
            table.answers(Scale(question, points)).moves[direction] = number
        return table


_file = msgspec.json.Decoder(_File).decode
_page = msgspec.json.Decoder(_Page).decode
_picked = msgspec.json.Decoder(_Picked | None).decode
_asked = msgspec.json.Decoder(_Asked).decode
_words = msgspec.json.Decoder(list[str]).decode
_UNREADABLE = (SealError, msgspec.DecodeError, UnicodeDecodeError, RecursionError, OSError)

Entry = tuple[str, Sequence[str]]
"""An id, and the numbers of its pages in order."""


def entries_in(vault: Path, erased: Collection[str], strays: Strays) -> Iterator[Entry]:
    """Yield the entries whose pages lie below `vault`, and add what else lies there to `strays`.

    They are found by their files, so that one whose row was lost is there too. `erased` are the ids of those
    that were erased here, and of which something may be left.
    """
    for entry_id, numbers in Pages(vault).scan(strays):
        if numbers[0] == FIRST and entry_id not in erased:
            yield entry_id, numbers


class Job(NamedTuple):
    """What a worker is told first."""

    vault: Path
    identity: str
    zone: tzinfo | None


class Reader:
    """Opens pages and counts them."""

    def __init__(self, job: Job) -> None:
        self._pages = Pages(job.vault)
        self._identity = job.identity
        self._zone = job.zone
        self._met: defaultdict[str, set[tuple[str, Point]]] = defaultdict(set)
        """By pack, which points were chosen before."""

    def count(self, entries: Sequence[Entry]) -> Counted:
        """Return what these entries say. How a scale was asked is told once in the life of a reader."""
        counted = Counted()
        sums: defaultdict[Group, _Sums] = defaultdict(_Sums)
        for _, together in groupby(entries, lambda entry: entry[0][:2]):
            self._count_shelf([*together], counted, sums)
        counted.tables = {group: found.table() for group, found in sums.items()}
        return counted

    def _count_shelf(
        self, entries: Sequence[Entry], counted: Counted, sums: defaultdict[Group, _Sums]
    ) -> None:
        """Count entries whose pages lie in one folder: to open that takes as long as to read a page."""
        try:
            with self._pages.shelf(entries[0][0]) as shelf:
                for entry_id, numbers in entries:
                    try:
                        newest, first = self._reflections(shelf, entry_id, numbers, counted)
                        if newest:
                            self._add(counted, sums, newest, first)
                    except _UNREADABLE:
                        counted.unread += 1
        except FileNotFoundError:
            return  # all of them were erased meanwhile
        except OSError:
            counted.unread += sum(len(numbers) for _, numbers in entries)

    def _reflections(
        self, shelf: int, entry_id: str, numbers: Sequence[str], counted: Counted
    ) -> tuple[_Opened | None, _Opened | None]:
        """Return an entry's newest reflection, and its first where that is another one."""
        for place in reversed(range(len(numbers))):
            newest = self._reflection(shelf, entry_id, numbers[place], counted)
            if newest:
                older = (self._reflection(shelf, entry_id, number, counted) for number in numbers[:place])
                return newest, next(filter(None, older), None)
        return None, None

    def _reflection(self, shelf: int, entry_id: str, number: str, counted: Counted) -> _Opened | None:
        """Return a page; None where it is no reflection, does not read as one, or was erased meanwhile."""
        try:
            sealed = untrusted.read_in(shelf, name_of(entry_id, number), MOST_BYTES)
            plaintext = seal.unpad(seal.open_sealed(sealed, self._identity))
            file = _file(plaintext)
            page = file.page
        except FileNotFoundError:
            return None
        except _UNREADABLE:
            counted.unread += 1
            return None
        if page.kind != "reflection":
            return None
        is_theirs = id_of(page.reader) == entry_id == file.head.id and file.head.counter == int(number)
        if not (is_theirs and page.version == PAGE_VERSION):
            # What was kept back before a new code counts nowhere: its entry does.
            counted.unread += rest_id_of(page.reader) != entry_id
            return None
        return _Opened(page, plaintext)

    def _add(
        self, counted: Counted, sums: defaultdict[Group, _Sums], newest: _Opened, first: _Opened | None
    ) -> None:
        """Count one entry, or nothing of it where its page does not read."""
        said = _said_by(newest.page, first.page if first else None, self._zone)
        if not self._met[said.pack].issuperset(said.chosen.items()):
            self._tell(counted, newest)
        sums[Group(said.quarter, said.pack)].add(said)
        counted.marks.add(said.mark)

    def _tell(self, counted: Counted, opened: _Opened) -> None:
        """Add how the scales were asked that a page answers."""
        pack = opened.page.pack
        for section in _asked(opened.plaintext).page.sections:
            for answer in section.answers:
                if answer.scale and _is_place(*answer.scale):
                    place, points = answer.scale
                    words = {place: " ".join(_words(answer.words))}
                    told = ScaleAsked(section.title, answer.summary, words, answer.ask)
                    counted.tell((pack, Scale(answer.id, points)), told)
                    self._met[pack].add((answer.id, answer.scale))


def sealed_count(newest: Reflection, first: Reflection | None, venue: str) -> tuple[str, bytes]:
    """Return an entry's quarter, such as `2026-Q3`, and what it adds to its figures, sealed to the venue.

    `newest` is the entry's newest reflection, `first` its first where that is another one, and `venue` the
    venue's recipient. What was kept back is in neither.
    """
    before = _page(page_to_bytes(first)) if first else None
    said = _said_by(_page(page_to_bytes(newest)), before, None)
    return str(said.quarter), seal.seal(msgspec.json.encode(said), (venue,))


def _said_by(page: _Page, first: _Page | None, zone: tzinfo | None) -> EntryCount:
    chosen, cards = _said(page)
    # Another version may ask something else under the same id.
    same = first and (first.pack, first.pack_version) == (page.pack, page.pack_version)
    before, _ = _said(first) if first and same else ({}, set())
    moved = {
        question: _direction(before[question][0], place)
        for question, (place, points) in chosen.items()
        if question in before and before[question][1] == points
    }
    return EntryCount(
        mark=mac.digest("counted once", page.reader)[:32],
        quarter=quarter_of(page.made, zone),
        pack=page.pack,
        chosen=chosen,
        moved=moved,
        cards=cards,
    )


def table_of(entries: Iterable[EntryCount]) -> dict[Group, Table]:
    """Return what entries say, each counted once."""
    sums: defaultdict[Group, _Sums] = defaultdict(_Sums)
    for said in entries:
        sums[Group(said.quarter, said.pack)].add(said)
    return {group: found.table() for group, found in sums.items()}


def _said(page: _Page) -> tuple[dict[str, Point], set[str]]:
    """Return what was chosen, by question, so that each counts once; and the cards that were picked."""
    chosen, cards = {}, set[str]()
    for section in page.sections:
        for answer in section.answers:
            if answer.version != page.pack_version:
                continue  # it was said to an earlier question, and was counted then
            if answer.scale:
                if _is_place(*answer.scale):
                    chosen[answer.id] = answer.scale
            elif answer.kind == "cards":
                picked = _picked(answer.value)
                if picked:
                    cards.update(picked.picked)
    return chosen, cards


def _is_place(place: int, points: int) -> bool:
    return 1 <= place <= points in POINTS


def _direction(then: int, now: int) -> int:
    return HIGHER if now > then else LOWER if now < then else SAME
