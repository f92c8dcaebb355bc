"""Pages: what an entry keeps, to and from bytes, and who opens which part.

An entry's pages are reflections, each a whole set of answers, the newest counting, and what staff add
(`kiosk.entry.staff_pages`). A reflection carries the questions as they were asked, so that it can be read
when its pack is long gone. What a customer keeps "only with my code" lies inside a reflection as an age file
of its own, sealed to the customer alone: whoever opens the page sees that it is there, and which sections are
not, and nothing of what is in them.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Final, Literal, get_args

import msgspec

from kiosk import seal, untrusted
from kiosk.dates import to_second
from kiosk.entry.answers import Answer, kind_of, words_of
from kiosk.entry.meaning import Form, words_of_form
from kiosk.entry.staff_pages import NewCode, Note, Plan, StatusChange, TakenBack, Talked
from kiosk.errors import EntryError
from kiosk.language import english
from kiosk.language import words as _
from kiosk.pack.model import Answerable, AnyQuestion, MyPage, Pack, ScaleQuestion, Section

PAGE_BLOCK = 4 * seal.BLOCK
"""Bytes that a page is padded to. What most people write fits into one block, with a part kept back or not,
and so does a note: the size of a file then tells neither."""
PAGE_VERSION: Final = 8

NEWER = "This entry was made by a newer version of the kiosk. Update this one to read it."
NO_ENTRY = "This opens, but it does not read as an entry."

GONE, GONE_PRIVATE = "gone", "gone-private"
"""What sections of gone questions are called, with a number. An id of a pack has no dash."""
GONE_TITLE = _("Questions we do not ask now")
"""What is kept as their title is English."""
SECTIONS_MOST, QUESTIONS_MOST = 100, 100
"""A page has no more sections, and a section no more questions. What a pack may have is less than that."""
WORDS_MOST = 100_000
"""Lines of the words of an answer: the four parts of a goal may each be nothing but line breaks."""
VERSION_MOST = 9999
TOP_MOST = 3
"""So many of their strengths a customer puts on top of My page."""
POINTS_MOST = 100
"""Points of a scale; what a pack may have is less than that too."""
_Place = Annotated[int, msgspec.Meta(ge=1, le=POINTS_MOST)]


Top = Annotated[tuple[untrusted.Text, ...], msgspec.Meta(max_length=TOP_MOST)]


class Seen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question and its answer as the customer read them, where that was in another language."""

    ask: untrusted.Line
    summary: untrusted.Line
    words: Annotated[tuple[untrusted.Text, ...], msgspec.Meta(max_length=WORDS_MOST)] = ()
    """Empty where these are the customer's own, which are the same in every language."""


class Answered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question of a page, as it was asked, with what was answered, in the language of its pack."""

    id: untrusted.Name
    kind: untrusted.Name
    ask: untrusted.Line
    summary: untrusted.Line
    value: Answer | None
    words: Annotated[tuple[untrusted.Text, ...], msgspec.Meta(max_length=WORDS_MOST)]
    """The answer, line by line; empty where it was not answered."""
    scale: tuple[_Place, _Place] | None = None
    """Of an answered scale: which of its points was chosen, from 1, and how many there are."""
    labels: Annotated[tuple[untrusted.Line, ...], msgspec.Meta(max_length=POINTS_MOST)] = ()
    """Of a scale: the words of all its points, in order."""
    values: Annotated[tuple[int, ...], msgspec.Meta(max_length=POINTS_MOST)] = ()
    """Of a scale: their numbers."""
    version: Annotated[int, msgspec.Meta(ge=0, le=VERSION_MOST)] = 0
    """The version of the page's pack that asked it so; 0 where another pack did."""
    since: Annotated[int, msgspec.Meta(ge=0, le=VERSION_MOST)] = 0
    """As the pack said then (`kiosk.pack.model.Question`)."""
    top: Top = ()
    """Of strengths: those of its words that the customer put on top of My page."""
    depth: bool = False
    """Whether only those were asked who wanted to say more."""
    seen: Seen | None = None
    """The same in the language that the customer read, where that was another one."""

    @property
    def as_seen(self) -> "Answered":
        """The same as the customer read it."""
        if self.seen is None:
            return self
        ask, summary, words = self.seen.ask, self.seen.summary, self.seen.words or self.words
        top = tuple(seen for word, seen in zip(self.words, words, strict=False) if word in self.top)
        return msgspec.structs.replace(self, ask=ask, summary=summary, words=words, top=top, seen=None)

    @property
    def left_open(self) -> bool:
        """Whether it has no answer, though it is asked of everybody."""
        return self.value is None and not self.depth

    @property
    def form(self) -> Form:
        """How it was asked."""
        words = words_of_form(self.ask, self.labels)
        return Form(self.kind, words, self.values, self.since, self.version)

    def means_as(self, then: "Answered", *, same_pack: bool) -> bool:
        """Tell whether an earlier answer was given to the same question, and may stand beside this one."""
        return self.form.takes(then.form if same_pack else then.form._replace(version=0))


class AnsweredSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A section of a page."""

    id: untrusted.Name
    title: untrusted.Line
    answers: Annotated[tuple[Answered, ...], msgspec.Meta(max_length=QUESTIONS_MOST)]
    seen: untrusted.Line = ""
    """Its title as the customer read it, where that was in another language."""

    @property
    def as_seen(self) -> "AnsweredSection":
        """The same as the customer read it."""
        title, answers = self.seen or self.title, tuple(one.as_seen for one in self.answers)
        return AnsweredSection(self.id, title, answers)


_Sections = Annotated[tuple[AnsweredSection, ...], msgspec.Meta(max_length=SECTIONS_MOST)]


class Reflection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a visit, or a paper form, leaves behind."""

    version: Literal[8] = PAGE_VERSION
    kind: Literal["reflection"] = "reflection"
    name: untrusted.Line
    """The entry's two words."""
    made: untrusted.Moment
    """When it was made, UTC."""
    source: Literal["kiosk", "paper"]
    typed_in_by: untrusted.Name = ""
    """The member of staff who typed in a paper form."""
    pack: untrusted.Name
    pack_version: untrusted.Version
    pack_title: untrusted.Line
    pack_hash: untrusted.Name = ""
    """Of all files of that version (`kiosk.pack.pack_files.hash_of`)."""
    pack_state: Answerable = "live"
    """Whether that version was being tried out when it was answered."""
    language: untrusted.Name
    """The language that the customer read and answered in."""
    seen_title: untrusted.Line = ""
    """The pack's title in it, where the pack was written in another one."""
    reader: untrusted.Name = ""
    """The customer's age recipient: whatever staff add to the entry is sealed to it too."""
    talk: bool | None = False
    """Whether the customer asked to talk to somebody; None where they left that as it stood."""
    my_page: MyPage = MyPage()
    """Which answers My page shows."""
    sections: _Sections
    private: bytes = b""
    """What staff may not read: an age file, sealed to `reader` alone; empty where nothing was kept back."""

    @property
    def as_seen(self) -> "Reflection":
        """The same as the customer read it."""
        if not self.seen_title:
            return self
        sections = tuple(section.as_seen for section in self.sections)
        return msgspec.structs.replace(self, pack_title=self.seen_title, seen_title="", sections=sections)

    def answers(self) -> Iterator[Answered]:
        """Yield every question of the page in order."""
        for section in self.sections:
            yield from section.answers


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Says that the customer asked to talk to somebody, or took that back; it holds no answers."""

    version: Literal[1] = 1
    kind: Literal["asked"] = "asked"
    made: untrusted.Moment
    """UTC."""
    reader: untrusted.Name
    """The customer's recipient, as in a reflection."""
    talk: bool


AnyPage = Reflection | Asked | Note | TakenBack | Plan | StatusChange | Talked | NewCode
_MODELS: dict[str, tuple[type[AnyPage], int]] = {
    told["kind"]: (model, told["version"])
    for model in get_args(AnyPage)
    for told in [{field.name: field.default for field in msgspec.structs.fields(model)}]
}
"""By kind, with the version that is read here."""
_NONE = (Reflection, 0)
"""A kind that is not known here comes from a newer kiosk, whatever its version."""


class Private(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The part of a page that is sealed to its customer alone."""

    version: Literal[1] = 1
    order: Annotated[tuple[untrusted.Name, ...], msgspec.Meta(max_length=SECTIONS_MOST)]
    """The ids of all sections of the page, in the order they were asked."""
    sections: _Sections


def page_of(
    pack: Pack,
    answers: Mapping[str, Answer],
    *,
    name: str,
    made: datetime,
    source: Literal["kiosk", "paper"] = "kiosk",
    typed_in_by: str = "",
    talk: bool | None = False,
    private: Collection[str] = (),
    reader: str = "",
    earlier: Collection[AnsweredSection] = (),
    top: Collection[str] = (),
) -> Reflection:
    """Return the page that a pack's answers, by question id, make.

    `reader` is the customer's recipient, for whom `keep_back` seals the `private` sections. `earlier` is what
    was answered to questions that mean something else now, or are gone: it stays as it was asked, unless it
    is answered anew. `top` are the strengths that the customer puts on top of My page, word for word, in the
    pack's own language. What a translated pack says stands beside that, as it was seen.
    """
    read, pack = pack, pack.as_written
    sections = tuple(
        AnsweredSection(
            section.id,
            section.title,
            tuple(_answered(pack, question, answers.get(question.id)) for question in section.questions),
        )
        for section in pack.sections
    )
    if read.language != pack.language:
        sections = tuple(_seen(*both, read) for both in zip(sections, read.sections, strict=True))
    page = Reflection(
        name=name,
        made=to_second(made),
        source=source,
        typed_in_by=typed_in_by,
        pack=pack.id,
        pack_version=pack.version,
        pack_title=pack.title,
        pack_hash=pack.hash,
        pack_state=pack.state,
        language=read.language,
        seen_title=read.title if read.language != pack.language else "",
        talk=talk,
        my_page=pack.my_page,
        sections=tuple(_on_top(section, pack.my_page, top) for section in _with_earlier(sections, earlier)),
    )
    return keep_back(page, private, reader) if reader else page


def keep_back(page: Reflection, section_ids: Collection[str], reader: str) -> Reflection:
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


def whole(page: Reflection, identity: str) -> Reflection:
    """Return the page with what was kept back in its place, opened with its customer's identity.

    Raises SealError or EntryError.
    """
    if not page.private:
        return page
    try:
        private = untrusted.json(seal.open_sealed(page.private, identity), Private)
    except msgspec.DecodeError as error:
        raise EntryError(NO_ENTRY) from error
    every = {section.id: section for section in (*page.sections, *private.sections)}
    sections = tuple(every[id_] for id_ in private.order if id_ in every)
    return msgspec.structs.replace(page, sections=sections, private=b"")


def page_to_bytes(page: AnyPage) -> bytes:
    """Return a page as JSON in UTF-8, unpadded: sealing pads."""
    return msgspec.json.encode(page)


def page_from_bytes(plaintext: bytes) -> AnyPage:
    """Return the page in opened bytes. Raises EntryError if they are none, or of a later version."""
    try:
        told = untrusted.json(plaintext, _Told)
        model, version = _MODELS.get(told.kind, _NONE)
        if told.version > version:
            raise EntryError(NEWER)
        return untrusted.json(plaintext, model)
    except msgspec.DecodeError as error:
        raise EntryError(NO_ENTRY) from error


def as_seen(page: AnyPage) -> AnyPage:
    """Return a page as its customer read it, in their language."""
    return page.as_seen if isinstance(page, Reflection) else page


def newest_of(pages: Collection[AnyPage]) -> Reflection | None:
    """Return the newest reflection among an entry's pages, oldest first; None where there is none."""
    return next((page for page in reversed([*pages]) if isinstance(page, Reflection)), None)


class _Told(msgspec.Struct):
    """What every page tells of itself first."""

    version: Annotated[int, msgspec.Meta(ge=1)]
    kind: str = "reflection"


def _with_earlier(
    sections: tuple[AnsweredSection, ...], earlier: Collection[AnsweredSection]
) -> tuple[AnsweredSection, ...]:
    """Put earlier answers where nothing is answered now, and those whose question is gone at the end."""
    said = {answered.id: answered for section in earlier for answered in section.answers}
    asked = {answered.id for section in sections for answered in section.answers}
    merged = tuple(
        msgspec.structs.replace(
            section,
            answers=tuple(one if one.value is not None else said.get(one.id, one) for one in section.answers),
        )
        for section in sections
    )
    gone = tuple(
        msgspec.structs.replace(left, answers=tuple(one for one in left.answers if one.id not in asked))
        for left in earlier
    )
    return (*merged, *(left for left in gone if left.answers))


def _on_top(section: AnsweredSection, shown: MyPage, top: Collection[str]) -> AnsweredSection:
    """Return a section whose answers say which of their strengths are on top."""
    return msgspec.structs.replace(
        section,
        answers=tuple(
            msgspec.structs.replace(
                one,
                top=tuple(dict.fromkeys(word for word in one.words if word in top))[:TOP_MOST]
                if (one.id in shown.strengths if shown.strengths else one.kind == "cards")
                else (),
            )
            for one in section.answers
        ),
    )


def gone_sections(said: Sequence[Answered], *, private: bool) -> tuple[AnsweredSection, ...]:
    """Return answers whose questions are gone in sections that no section of a pack decides over.

    What was kept back is not among the others. A section holds so many that a page of them can be read.
    """
    name = GONE_PRIVATE if private else GONE
    starts = range(0, len(said), QUESTIONS_MOST)
    return tuple(
        AnsweredSection(f"{name}-{number}", english(GONE_TITLE), tuple(said[start : start + QUESTIONS_MOST]))
        for number, start in enumerate(starts, 1)
    )


def _seen(section: AnsweredSection, asked: Section, read: Pack) -> AnsweredSection:
    """Return a section with what the customer read of it in another language."""
    answered = tuple(
        _seen_as(one, question, words_of(read, question, one.value)) if one.value is not None else one
        for one, question in zip(section.answers, asked.questions, strict=True)
    )
    return msgspec.structs.replace(section, answers=answered, seen=asked.title)


def _seen_as(answered: Answered, question: AnyQuestion, words: tuple[str, ...]) -> Answered:
    """Return an answer with what the customer read, no word of it twice: a page is padded to a size."""
    seen = Seen(question.ask, question.summary, words if words != answered.words else ())
    return msgspec.structs.replace(answered, seen=seen)


def _answered(pack: Pack, question: AnyQuestion, answer: Answer | None) -> Answered:
    points = question.points if isinstance(question, ScaleQuestion) else ()
    values = tuple(point.value for point in points)
    return Answered(
        id=question.id,
        kind=kind_of(question),
        ask=question.ask,
        summary=question.summary,
        value=answer,
        words=words_of(pack, question, answer),
        scale=(values.index(answer) + 1, len(values)) if values and isinstance(answer, int) else None,
        labels=tuple(point.label for point in points),
        values=values,
        version=pack.version,
        since=question.since,
        depth=question.depth,
    )
