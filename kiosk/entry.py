"""Answers and pages: what a question may be answered with, and what an entry keeps, to and from bytes.

An answer is `int` (a scale's point), `str` (text, or the option of a choice), `tuple[str, ...]` (the
options of a choice with several, or lines), `Cards` or `Goal`; no answer is None. A page carries the
questions as they were asked, so that it can be read when its pack is long gone.

An entry's pages are reflections, each a whole set of answers, the newest counting, and notes by staff.
What a customer keeps "only with my code" lies inside a reflection as an age file of its own, sealed to the
customer alone: whoever opens the page sees that it is there, and no more.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Literal, TypeVar, cast

import msgspec

from kiosk import seal
from kiosk.errors import EntryError
from kiosk.pack.model import (
    AnyQuestion,
    CardsQuestion,
    ChoiceQuestion,
    GoalQuestion,
    LinesQuestion,
    MyPage,
    Pack,
    ScaleQuestion,
    TextQuestion,
)
from kiosk.text import clean, one_line

PAGE_VERSION = 2
"""Version 1 has none of `reader`, `talk`, `my_page`, `private` and `scale`, which then say nothing."""
NOTE_VERSION = 1
TEXT_LIMIT = 20_000
"""Characters of one text answer. Nobody should meet it; it keeps a stuck key from filling the disk."""
LINE_LIMIT = 200
"""Characters of one short line."""


class Cards(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="cards"):
    """Cards picked from a deck, and strengths in the person's own words."""

    picked: tuple[str, ...] = ()
    """Card ids."""
    own: tuple[str, ...] = ()


class Goal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="goal"):
    """One thing to work towards. A part that was left out is empty."""

    want: str = ""
    first_step: str = ""
    who: str = ""
    when: str = ""


_T = TypeVar("_T")

Answer = int | str | tuple[str, ...] | Cards | Goal


class Answered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question of a page, as it was asked, with what was answered."""

    id: str
    kind: str
    ask: str
    summary: str
    value: Answer | None
    words: tuple[str, ...]
    """The answer as the customer read it, line by line; empty where it was not answered."""
    scale: tuple[int, int] | None = None
    """Of an answered scale: which of its points was chosen, from 1, and how many there are."""


class AnsweredSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A section of a page."""

    id: str
    title: str
    answers: tuple[Answered, ...]


class Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a visit, or a paper form, leaves behind."""

    version: int = PAGE_VERSION
    kind: Literal["reflection"] = "reflection"
    name: str
    """The entry's two words."""
    made: Annotated[datetime, msgspec.Meta(tz=True)]
    """When it was made, UTC."""
    source: Literal["kiosk", "paper"]
    typed_in_by: str = ""
    """The member of staff who typed in a paper form."""
    pack: str
    pack_version: int
    pack_title: str
    language: str
    reader: str = ""
    """The customer's age recipient: whatever staff add to the entry is sealed to it too."""
    talk: bool = False
    """Whether the customer asked to talk to somebody that day."""
    my_page: MyPage = MyPage()
    """Which answers My page shows."""
    sections: tuple[AnsweredSection, ...]
    private: bytes = b""
    """What staff may not read: an age file, sealed to `reader` alone; empty where nothing was kept back."""

    def answers(self) -> Iterator[Answered]:
        """Yield every question of the page in order."""
        for section in self.sections:
            yield from section.answers


class Note(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a member of staff wrote. Its customer can read it, as every page of the entry."""

    version: int = NOTE_VERSION
    kind: Literal["note"] = "note"
    made: Annotated[datetime, msgspec.Meta(tz=True)]
    """UTC."""
    by: str
    text: str


AnyPage = Page | Note
_VERSIONS: dict[str, tuple[type[AnyPage], int]] = {
    "reflection": (Page, PAGE_VERSION),
    "note": (Note, NOTE_VERSION),
}
_NONE = (Page, 0)
"""A kind that is not known here comes from a newer kiosk, whatever its version."""


class Private(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The part of a page that is sealed to its customer alone."""

    version: Literal[1] = 1
    order: tuple[str, ...]
    """The ids of all sections of the page, in the order they were asked."""
    sections: tuple[AnsweredSection, ...]


def page_of(
    pack: Pack,
    answers: Mapping[str, Answer],
    *,
    name: str,
    made: datetime,
    source: Literal["kiosk", "paper"] = "kiosk",
    typed_in_by: str = "",
    talk: bool = False,
) -> Page:
    """Return the page that a pack's answers, by question id, make."""
    sections = tuple(
        AnsweredSection(
            section.id,
            section.title,
            tuple(_answered(pack, question, answers.get(question.id)) for question in section.questions),
        )
        for section in pack.sections
    )
    return Page(
        name=name,
        made=made.astimezone(UTC).replace(microsecond=0),
        source=source,
        typed_in_by=typed_in_by,
        pack=pack.id,
        pack_version=pack.version,
        pack_title=pack.title,
        language=pack.language,
        talk=talk,
        my_page=pack.my_page,
        sections=sections,
    )


def keep_back(page: Page, section_ids: Collection[str], reader: str) -> Page:
    """Return the page with these sections sealed to its customer alone, and `reader` as who that is."""
    private = Private(
        order=tuple(section.id for section in page.sections),
        sections=tuple(section for section in page.sections if section.id in section_ids),
    )
    return msgspec.structs.replace(
        page,
        reader=reader,
        sections=tuple(section for section in page.sections if section.id not in section_ids),
        private=seal.seal(msgspec.json.encode(private), (reader,)) if private.sections else b"",
    )


def whole(page: Page, identity: str) -> Page:
    """Return the page with what was kept back in its place, opened with its customer's identity.

    Raises SealError or EntryError.
    """
    if not page.private:
        return page
    try:
        private = msgspec.json.decode(seal.open_sealed(page.private, identity), type=Private)
    except _UNREADABLE as error:
        raise EntryError(_NO_ENTRY) from error
    every = {section.id: section for section in (*page.sections, *private.sections)}
    sections = tuple(every[id_] for id_ in private.order if id_ in every)
    return msgspec.structs.replace(page, sections=sections, private=b"")


def page_to_bytes(page: AnyPage) -> bytes:
    """Return a page as JSON in UTF-8, unpadded: sealing pads."""
    return msgspec.json.encode(page)


def page_from_bytes(plaintext: bytes) -> AnyPage:
    """Return the page in opened bytes. Raises EntryError if they are none, or of a later version."""
    try:
        told = msgspec.json.decode(plaintext, type=_Told)
        model, newest = _VERSIONS.get(told.kind, _NONE)
        if told.version > newest:
            raise EntryError(
                "This entry was made by a newer version of the kiosk. Update this one to read it."
            )
        return msgspec.json.decode(plaintext, type=model)
    except _UNREADABLE as error:
        raise EntryError(_NO_ENTRY) from error


def seal_page(page: AnyPage, recipients: tuple[str, ...]) -> bytes:
    """Return a page sealed to its readers."""
    return seal.seal(page_to_bytes(page), recipients)


def open_page(sealed: bytes, identity: str) -> AnyPage:
    """Open a sealed page. Raises SealError or EntryError."""
    return page_from_bytes(seal.open_sealed(sealed, identity))


def newest_of(pages: Collection[AnyPage]) -> Page | None:
    """Return the newest reflection among an entry's pages, oldest first; None where there is none."""
    return next((page for page in reversed([*pages]) if isinstance(page, Page)), None)


def read_answer(pack: Pack, question: AnyQuestion, raw: object) -> Answer | None:
    """Return a plain JSON value as a checked answer to a question; None, empty or blank is no answer.

    Raises EntryError, which names the question and says what it takes.
    """
    if raw is None or raw in ([], {}) or (isinstance(raw, str) and not raw.strip()):
        return None
    match question:
        case ScaleQuestion():
            return _point(question, raw)
        case ChoiceQuestion():
            return _options(question, raw)
        case CardsQuestion():
            return _cards(pack, question, raw)
        case TextQuestion():
            return _text(question, _as(str, question, raw, "a text")) or None
        case LinesQuestion():
            return (
                _lines(question, _as(tuple[str, ...], question, raw, "a list of texts"), question.most)
                or None
            )
        case GoalQuestion():
            goal = _as(Goal, question, raw, "want, first_step, who and when, each a text")
            parts = [_text(question, part) for part in msgspec.structs.astuple(goal)]
            return Goal(*parts) if any(parts) else None


def fits(pack: Pack, question: AnyQuestion, answer: Answer) -> bool:
    """Tell whether a question takes all of an answer: another version of its pack may not.

    Its kind is the caller's to compare: an option's id, say, would pass for a text.
    """
    try:
        return read_answer(pack, question, msgspec.to_builtins(answer)) is not None
    except EntryError:
        return False


def kind_of(question: AnyQuestion) -> str:
    """Return a question's kind, as it stands in packs and pages."""
    return str(question.__struct_config__.tag)


def words_of(pack: Pack, question: AnyQuestion, answer: Answer | None) -> tuple[str, ...]:
    """Return an answer line by line, as the customer read it on the screen."""
    match question, answer:
        case ScaleQuestion(), int():
            return tuple(point.label for point in question.points if point.value == answer)
        case ChoiceQuestion(), str() | tuple():
            chosen = (answer,) if isinstance(answer, str) else answer
            return tuple(option.label for option in question.options if option.id in chosen)
        case CardsQuestion(), Cards():
            deck = pack.decks[question.deck]
            return (*(card.label for card in deck.cards if card.id in answer.picked), *answer.own)
        case GoalQuestion(), Goal():
            parts = msgspec.structs.asdict(answer).items()
            said = (f"{getattr(question, part)} {text}" for part, text in parts if text)
            return tuple(line for words in said for line in words.split("\n"))
        case LinesQuestion(), tuple():
            return answer
        case TextQuestion(), str():
            return tuple(answer.split("\n"))
    return ()


_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_NO_ENTRY = "This opens, but it does not read as an entry."


class _Told(msgspec.Struct):
    """What every page tells of itself first."""

    version: Annotated[int, msgspec.Meta(ge=1)]
    kind: str = "reflection"


def _answered(pack: Pack, question: AnyQuestion, answer: Answer | None) -> Answered:
    return Answered(
        id=question.id,
        kind=kind_of(question),
        ask=question.ask,
        summary=question.summary,
        value=answer,
        words=words_of(pack, question, answer),
        scale=_place_on(question, answer),
    )


def _place_on(question: AnyQuestion, answer: Answer | None) -> tuple[int, int] | None:
    if not isinstance(question, ScaleQuestion) or answer is None:
        return None
    values = [point.value for point in question.points]
    return values.index(cast("int", answer)) + 1, len(values)


def _wrong(question: AnyQuestion, takes: str) -> EntryError:
    return EntryError(f"The answer to '{question.id}' takes {takes}.")


def _as(kind: type[_T], question: AnyQuestion, raw: object, takes: str) -> _T:
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        raise _wrong(question, takes) from error


def _text(question: AnyQuestion, text: str) -> str:
    cleaned = clean(text).strip()
    if len(cleaned) > TEXT_LIMIT:
        raise _wrong(question, f"at most {TEXT_LIMIT} characters")
    return cleaned


def _lines(question: AnyQuestion, lines: tuple[str, ...], most: int | None) -> tuple[str, ...]:
    # One character more than the limit is kept, so that a line which is too long shows.
    kept = tuple(line for line in (one_line(line, LINE_LIMIT + 1) for line in lines) if line)
    if any(len(line) > LINE_LIMIT for line in kept):
        raise _wrong(question, f"lines of at most {LINE_LIMIT} characters")
    if most is not None and len(kept) > most:
        raise _wrong(question, f"at most {most} lines")
    return kept


def _point(question: ScaleQuestion, raw: object) -> int:
    values = {point.value for point in question.points}
    if not isinstance(raw, int) or isinstance(raw, bool) or raw not in values:
        raise _wrong(
            question, "one of " + ", ".join(f"{point.value} ({point.label})" for point in question.points)
        )
    return raw


def _options(question: ChoiceQuestion, raw: object) -> Answer | None:
    known = [option.id for option in question.options]
    names = ", ".join(known)
    if not question.several:
        if raw not in known:
            raise _wrong(question, f"one of {names}")
        return str(raw)
    chosen = _as(tuple[str, ...], question, raw, f"a list of some of {names}")
    if not set(chosen) <= set(known):
        raise _wrong(question, f"a list of some of {names}")
    return tuple(option for option in known if option in chosen) or None


def _cards(pack: Pack, question: CardsQuestion, raw: object) -> Cards | None:
    cards = _as(Cards, question, raw, "picked, a list of card ids, and own, a list of texts")
    deck = pack.decks[question.deck]
    shown = question.groups or tuple(deck.groups)
    known = {card.id for card in deck.cards if card.group in shown}
    strange = next((place for place, card in enumerate(cards.picked, 1) if card not in known), None)
    if strange is not None:
        # By its place: what stands there may be somebody's own words.
        raise _wrong(
            question, f"ids of its cards, of the deck '{question.deck}', and number {strange} is none"
        )
    if cards.own and not question.own_words:
        raise _wrong(question, "cards alone, and no own words")
    own = _lines(question, cards.own, None)
    return Cards(tuple(dict.fromkeys(cards.picked)), own) if cards.picked or own else None
