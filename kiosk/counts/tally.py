"""Reading of sealed pages what can be counted, and no more.

Of a page that is which point of each scale was chosen, which cards were picked, and which questions were left
open. Free text and own words are passed over undecoded, and what the customer kept back is not even looked
at. What comes out are true counts: they are for `kiosk.counts.disclosure`, and are never shown or kept as
they are. Each is told with the form in which its question was asked (`kiosk.entry.meaning`), and a card by
its words, so that nothing is counted in words that its customer did not choose.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import msgspec

from kiosk import mac, seal, untrusted
from kiosk.counts.disclosure import HIGHER, LOWER, SAME, Asked, Card, Scale, Table
from kiosk.counts.quarters import Quarter, quarter_of
from kiosk.counts.visits import Visits
from kiosk.entry.handle import id_of, rest_id_of
from kiosk.entry.meaning import Form, words_of_form
from kiosk.entry.pages import PAGE_VERSION, Reflection, page_to_bytes
from kiosk.errors import SealError
from kiosk.pack.model import Answerable
from kiosk.vault.age_file import MOST_BYTES
from kiosk.vault.page_files import FIRST, PageFiles, Strays, name_of

POINTS = range(2, 12)
"""How many points a scale may have."""
COUNT_BLOCK = 2 * seal.BLOCK
"""Bytes that what is counted of an entry is padded to: a pack of fifty questions and many cards fits."""


class Group(NamedTuple):
    """The entries that are counted together: those of one reflection in one quarter.

    Those that were made while it was being tried out are a group of their own.
    """

    quarter: Quarter
    pack: str
    state: Answerable = "live"


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


class _Answered(msgspec.Struct, gc=False):
    """What is counted of an answer."""

    id: str
    kind: str
    ask: msgspec.Raw
    value: msgspec.Raw
    words: msgspec.Raw
    scale: tuple[int, int] | None = None
    labels: msgspec.Raw = msgspec.Raw(b"[]")
    values: msgspec.Raw = msgspec.Raw(b"[]")
    version: int = 0
    since: int = 0


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
    pack_state: Answerable = "live"
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
    """How a question was asked. Words of answers stay as they are."""

    id: str
    ask: str
    summary: str
    labels: tuple[str, ...] = ()


class _AskedSection(msgspec.Struct, gc=False):
    title: str
    answers: list[_AskedAnswer]


class _AskedPage(msgspec.Struct, gc=False):
    sections: list[_AskedSection]


class _Asked(msgspec.Struct, gc=False):
    """What is read of the file of a page whose questions were not met before."""

    page: _AskedPage


class _Picked(msgspec.Struct, gc=False):
    """What is read of picked cards: of own words, only how many there are."""

    picked: list[str]
    own: list[msgspec.Raw]


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
    cards: dict[untrusted.Name, set[untrusted.Name]]
    """By question, the words of the cards that were picked."""
    left_open: set[untrusted.Name]

    @property
    def is_possible(self) -> bool:
        """Whether somebody can have answered that."""
        asked, answered = self.asked, self.chosen.keys() | self.cards.keys()
        return (
            all(one in asked and _is_place(place, asked[one]) for one, place in self.chosen.items())
            and self.moved.keys() <= self.chosen.keys()
            and asked.keys() >= self.cards.keys() | self.left_open
            and self.left_open.isdisjoint(answered)
        )


@dataclass
class _Sums:
    """What some entries of one group say, in the shape that is quickest to add to."""

    entries: int = 0
    chosen: Counter[tuple[str, Form, int]] = field(default_factory=Counter)
    moved: Counter[tuple[str, Form, int]] = field(default_factory=Counter)
    """By question and direction."""
    cards: Counter[tuple[str, Form, str]] = field(default_factory=Counter)
    left_open: Counter[tuple[str, Form]] = field(default_factory=Counter)

    def add(self, said: EntryCount) -> None:
        """Count one entry."""
        asked = said.asked
        self.entries += 1
        self.chosen.update([(question, asked[question], place) for question, place in said.chosen.items()])
        self.moved.update([(question, asked[question], way) for question, way in said.moved.items()])
        self.left_open.update([(question, asked[question]) for question in said.left_open])
        for question, labels in said.cards.items():
            self.cards.update([(question, asked[question], label) for label in labels])

    def table(self) -> Table:
        """Return them as a table."""
        table = Table(self.entries)
        for (question, form, place), number in self.chosen.items():
            table.answers(_scale(question, form)).points[place - 1] = number
        for (question, form, direction), number in self.moved.items():
            table.answers(_scale(question, form)).moves[direction] = number
        for (question, form, label), number in self.cards.items():
            table.cards[Card(Asked(question, form), label)] = number
        for (question, form), number in self.left_open.items():
            table.left_open[Asked(question, form)] = number
        return table


def _scale(question: str, form: Form) -> Scale:
    return Scale(question, len(form.values), 0, form)


_file = msgspec.json.Decoder(_File).decode
_page = msgspec.json.Decoder(_Page).decode
_picked = msgspec.json.Decoder(_Picked).decode
_asked = msgspec.json.Decoder(_Asked).decode
_words = msgspec.json.Decoder(list[msgspec.Raw]).decode
_text = msgspec.json.Decoder(str).decode
_texts = msgspec.json.Decoder(tuple[str, ...]).decode
_values = msgspec.json.Decoder(tuple[int, ...]).decode
_UNREADABLE = (SealError, msgspec.DecodeError, UnicodeDecodeError, RecursionError, OSError)

Entry = tuple[str, Sequence[str]]
"""An id, and the numbers of its pages in order."""


def entries_in(vault: Path, erased: Collection[str], strays: Strays) -> Iterator[Entry]:
    """Yield the entries whose pages lie below `vault`, and add what else lies there to `strays`.

    They are found by their files, so that one whose row was lost is there too. `erased` are the ids of those
    that were erased here, and of which something may be left.
    """
    for entry_id, numbers in PageFiles(vault).scan(strays):
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
        self._pages = PageFiles(job.vault)
        self._identity = job.identity
        self._zone = job.zone
        self._met: defaultdict[str, set[tuple[str, Form]]] = defaultdict(set)
        """By pack, which questions were met before, and how they were asked."""

    def count(self, entries: Sequence[Entry]) -> Counted:
        """Return what these entries say. How a question was asked is told once in the life of a reader."""
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
        if not self._met[said.pack].issuperset(said.asked.items()):
            self._tell(counted, newest, said)
        sums[Group(said.quarter, said.pack, said.state)].add(said)
        counted.marks.add(said.mark)

    def _tell(self, counted: Counted, opened: _Opened, said: EntryCount) -> None:
        """Add how the questions were asked that a page shares."""
        self._met[said.pack].update(said.asked.items())
        for section in _asked(opened.plaintext).page.sections:
            for one in section.answers:
                if one.id in said.asked:
                    told = Told(section.title, one.summary, one.ask, one.labels)
                    counted.told.setdefault((said.pack, Asked(one.id, said.asked[one.id])), told)


def sealed_count(newest: Reflection, first: Reflection | None, venue: str) -> tuple[str, bytes]:
    """Return an entry's quarter, such as `2026-Q3`, and what it adds to its figures, sealed to the venue.

    `newest` is the entry's newest reflection, `first` its first where that is another one, and `venue` the
    venue's recipient. What was kept back is in neither.
    """
    before = _page(page_to_bytes(first)) if first else None
    said = _said_by(_page(page_to_bytes(newest)), before, None)
    return str(said.quarter), seal.seal(msgspec.json.encode(said), (venue,), block=COUNT_BLOCK)


class _Said(NamedTuple):
    """What is counted of a page, by question, so that each counts once."""

    asked: dict[str, Form]
    chosen: dict[str, int]
    cards: dict[str, set[str]]
    left_open: set[str]


def _said_by(page: _Page, first: _Page | None, zone: tzinfo | None) -> EntryCount:
    now = _said(page)
    then = _said(first) if first and first.pack == page.pack else _Said({}, {}, {}, set())
    moved = {
        question: _direction(then.chosen[question], place)
        for question, place in now.chosen.items()
        if question in then.chosen and now.asked[question].takes(then.asked[question])
    }
    return EntryCount(
        mark=mac.digest("counted once", page.reader)[:32],
        quarter=quarter_of(page.made, zone),
        pack=page.pack,
        state=page.pack_state,
        asked=now.asked,
        chosen=now.chosen,
        moved=moved,
        cards=now.cards,
        left_open=now.left_open,
    )


def table_of(entries: Iterable[EntryCount]) -> dict[Group, Table]:
    """Return what entries say, each counted once."""
    sums: defaultdict[Group, _Sums] = defaultdict(_Sums)
    for said in entries:
        sums[Group(said.quarter, said.pack, said.state)].add(said)
    return {group: found.table() for group, found in sums.items()}


def _said(page: _Page) -> _Said:
    said = _Said({}, {}, {}, set())
    for section in page.sections:
        for answer in section.answers:
            if answer.version != page.pack_version or answer.id in said.asked:
                continue  # it was said to an earlier question, and was counted then
            ask, labels, values = bytes(answer.ask), b"[]", b"[]"
            if answer.kind == "scale":
                labels, values = bytes(answer.labels), bytes(answer.values)
            form = _form(answer.kind, ask, labels, values, answer.since, answer.version)
            said.asked[answer.id] = form
            if bytes(answer.value) == b"null":
                said.left_open.add(answer.id)
            elif answer.scale:
                place, points = answer.scale
                if points == len(form.values) and _is_place(place, form):
                    said.chosen[answer.id] = place
            elif answer.kind == "cards":
                said.cards[answer.id] = _labels(answer)
    return said


@lru_cache(maxsize=4096)
def _form(kind: str, ask: bytes, labels: bytes, values: bytes, since: int, version: int) -> Form:
    return Form(kind, words_of_form(_text(ask), _texts(labels)), _values(values), since, version)


def _labels(answer: _Answered) -> set[str]:
    """Return the words of the cards that were picked, which stand before own words."""
    cards, words = _picked(answer.value), _words(answer.words)
    labels = words[: max(0, len(words) - len(cards.own))]
    return {*map(_text, labels)} if len(labels) == len({*cards.picked}) else set()


def _is_place(place: int, form: Form) -> bool:
    return len(form.values) in POINTS and 1 <= place <= len(form.values)


def _direction(then: int, now: int) -> int:
    return HIGHER if now > then else LOWER if now < then else SAME
