"""What a customer can do with a code: read the entry, change it, delete it, or go on after a pause."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from msgspec import structs

from kiosk.entry import handle
from kiosk.entry.answers import Answer, fits, kind_of, words_of
from kiosk.entry.handle import Handle, HandleKeys, rest_keys
from kiosk.entry.meaning import form_in
from kiosk.entry.names import NameWords
from kiosk.entry.page_file import Keys, read_entry
from kiosk.entry.pages import (
    TOP_MOST,
    Answered,
    AnsweredSection,
    AnyPage,
    Asked,
    Reflection,
    gone_sections,
    newest_of,
    whole,
)
from kiosk.entry.staff_pages import Plan, StatusChange, TakenBack, rests_of
from kiosk.errors import (
    DamageError,
    EntryError,
    Fate,
    Gone,
    GoneError,
    NewCodeError,
    NoEntryError,
    SealError,
)
from kiosk.pack.model import AnyQuestion, CardsQuestion, ChoiceQuestion, Pack
from kiosk.vault.catalogue import NO_ENTRY
from kiosk.vault.vault import Vault
from kiosk.visit.drafts import Draft, Drafts


@dataclass(frozen=True)
class Own:
    """An entry, opened with its customer's code."""

    handle: Handle
    keys: HandleKeys
    name: str
    pages: tuple[AnyPage, ...]
    """Oldest first, with what only the code opens in its place."""
    private: frozenset[str] = frozenset()
    """The ids of the sections of the newest reflection that only the code opens."""
    unread: int = 0
    """How many of its pages do not open, or are not what they say."""
    asks_to_talk: bool = False
    """Whether a wish to talk stands."""
    moved: Gone | None = None
    """That staff gave a new code, and when: this one opens what was kept back, and no more."""

    @property
    def is_wish_alone(self) -> bool:
        """Whether its customer asked to talk to somebody, and has answered nothing."""
        return not (self.reflections or self.unread or self.moved)

    @property
    def reflections(self) -> tuple[Reflection, ...]:
        """The customer's own pages, oldest first."""
        return tuple(page for page in self.pages if isinstance(page, Reflection))

    @property
    def saved_last(self) -> Reflection | Asked | None:
        """The newest of the customer's own pages."""
        return next((page for page in reversed(self.pages) if isinstance(page, Reflection | Asked)), None)

    @property
    def news(self) -> tuple[AnyPage, ...]:
        """What staff added since then, newest first; of plans, and of states, the newest alone.

        When a customer reads is kept nowhere: it would tell others when they were here.
        """
        found = list[AnyPage]()
        for page in reversed(self.pages):
            if isinstance(page, Reflection | Asked):
                break
            once = isinstance(page, Plan | StatusChange)
            if isinstance(page, TakenBack) or (once and any(type(page) is type(one) for one in found)):
                continue
            found.append(page)
        return tuple(found)

    @property
    def plan(self) -> Plan | None:
        """The newest plan; None where there is none."""
        return next((page for page in reversed(self.pages) if isinstance(page, Plan)), None)


@dataclass(frozen=True)
class Paused:
    """A draft, opened with its code."""

    handle: Handle
    keys: HandleKeys = field(repr=False)
    draft: Draft
    """Of new answers, where the entry that it was to change is here no more."""
    gone: Gone | None = None
    """What became of that entry; None where it is here, or there was none."""
    newer: bool = False
    """Whether its customer saved answers in that entry since they began to change it."""


DELETED = "The entry that this paused visit was changing is deleted, and so the paused visit is too."


@dataclass(frozen=True)
class Returning:
    """Opens what a customer's code opens. It holds no key of the venue, and reads no list of entries."""

    vault: Vault
    drafts: Drafts
    names: NameWords
    derive: Callable[[Handle], HandleKeys] = handle.keys

    def open(self, code: Handle) -> Own | Paused:
        """Return the entry or the draft of a code.

        Raises NoEntryError where there is none, a GoneError where it is known why; DamageError, SealError or
        EntryError where it is there and does not open; SealError too where the machine is short of memory.
        """
        keys = self.derive(code)
        try:
            draft = self.drafts.read(keys)
        except NoEntryError:
            return self._own(code, keys)
        except (DamageError, SealError, EntryError) as error:
            # Whatever lies there, it must not keep anybody from an entry.
            try:
                return self._own(code, keys)
            except NoEntryError:
                raise error from None
        return self._paused(code, keys, draft)

    def _paused(self, code: Handle, keys: HandleKeys, draft: Draft) -> Paused:
        """Return a draft as it can go on now.

        What its customer or staff deleted since is not to live on in a change of it: that goes too, and a
        GoneError says so. Nobody could find it before, for its own code alone opens it.
        """
        there = Paused(code, keys, draft)
        if not draft.amends:
            return there
        other = Handle(draft.amends)
        entry = self.derive(other)
        try:
            self.vault.named_pages(entry.id)
            now = len(self._own(other, entry).reflections)
        except (DamageError, SealError, EntryError):
            return there
        except NoEntryError as gone:
            if not isinstance(gone, GoneError) and self.vault.page_files.is_erased(entry.id):
                with suppress(OSError):  # it does not open the next time either
                    self.drafts.drop(keys.id)
                raise GoneError(DELETED, Gone(Fate.DELETED)) from gone
            became = gone.gone if isinstance(gone, GoneError) else Gone(Fate.UNKNOWN)
            return Paused(code, keys, structs.replace(draft, amends="", asked=False), became)
        return Paused(code, keys, draft, newer=now > draft.reflections)

    def _own(self, code: Handle, keys: HandleKeys) -> Own:
        moved = None
        try:
            named = self.vault.named_pages(keys.id)
        except NewCodeError as gone:
            rest = rest_keys(keys, gone)
            if rest is None:
                raise NoEntryError(NO_ENTRY) from gone
            if not self.vault.has(rest.id):
                raise
            keys, moved, named = rest, gone.gone, self.vault.named_pages(rest.id)
        read = read_entry(keys.id, named, keys.identity, Keys.of(code=keys.identity))
        pages: list[AnyPage] = []
        private, unread = frozenset[str](), len(read.aside)
        problem = read.problem or EntryError("No answers here were saved with this code.")
        for _, page in read.standing:
            try:
                if isinstance(page, Reflection):
                    shared = {section.id for section in page.sections}
                    every = whole(page, keys.identity)
                    private = frozenset(section.id for section in every.sections) - shared
                    page = every
                pages.append(page)
            except (SealError, EntryError) as error:
                problem = error
                unread += 1
        if not pages:
            raise problem
        name = self.names.name_of(keys.id)
        return Own(code, keys, name, tuple(pages), private, unread, read.wish is not None, moved)

    def delete(self, own: Own) -> None:
        """Erase an entry, and what of it an older code opens.

        Raises NoEntryError, or another VaultError where it is not wholly erased.
        """
        for rest in rests_of(own.pages):
            with suppress(NoEntryError):  # its time was over, or it was deleted with the older code
                self.vault.erase(rest)
        self.vault.erase(own.keys.id)


@dataclass(frozen=True)
class Carried:
    """What of an entry's newest answers stands under a pack as it is now."""

    answers: dict[str, Answer]
    """By question id: those that were given to the same question, and read the same."""
    earlier: tuple[AnsweredSection, ...]
    """The others, as they were asked: their questions mean something else now, or are gone."""
    private: frozenset[str]
    """The ids of the sections, the pack's and those of `earlier`, that only the code may open."""
    top: tuple[str, ...] = ()
    """The strengths that the customer put on top of My page."""
    reflections: int = 0
    """How many the entry holds."""


def carried(pack: Pack, own: Own) -> Carried:
    """Return what of an entry stands under a pack, which may be another version, or another pack."""
    newest, pack = newest_of(own.pages), pack.as_written  # whatever language each was read in
    if newest is None:
        return Carried({}, (), frozenset())
    questions = {question.id: question for _, question in pack.questions()}
    answers: dict[str, Answer] = {}
    earlier: list[AnsweredSection] = []
    gone: dict[bool, list[Answered]] = {False: [], True: []}
    kept_back = set[str]()
    for section in newest.sections:
        private = section.id in own.private
        left = list[Answered]()
        for answered in section.answers:
            told = answered if newest.pack == pack.id else structs.replace(answered, version=0)
            if private:
                kept_back.add(answered.id)
            if answered.value is None:
                continue
            if answered.id not in questions:
                gone[private].append(told)
            elif _stands(pack, questions[answered.id], told):
                answers[answered.id] = answered.value
            else:
                left.append(told)
        if left:
            earlier.append(structs.replace(section, answers=tuple(left)))
    secret = gone_sections(gone[True], private=True)
    kept = {
        section.id
        for section in pack.sections
        if section.id in own.private or any(question.id in kept_back for question in section.questions)
    }
    return Carried(
        answers,
        (*earlier, *gone_sections(gone[False], private=False), *secret),
        frozenset(kept.union(section.id for section in secret)),
        tuple(word for answered in newest.answers() for word in answered.top)[:TOP_MOST],
        len(own.reflections),
    )


def _stands(pack: Pack, question: AnyQuestion, told: Answered) -> bool:
    """Tell whether an answer may be shown as one to a question of now: in its words, or in declared ones."""
    value = told.value
    if value is None or kind_of(question) != told.kind or not fits(pack, question, value):
        return False
    if question.since and 0 < told.version < pack.version:
        return form_in(pack, question).takes(told.form)
    words, said = words_of(pack, question, value), told.words
    if isinstance(question, ChoiceQuestion | CardsQuestion):  # in the order of the pack, which says nothing
        return (question.ask, sorted(words)) == (told.ask, sorted(said))
    return (question.ask, words) == (told.ask, said)
