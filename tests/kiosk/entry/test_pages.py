"""Pages: there and back through bytes, sealed to their readers, of every version and kind."""

import json
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import seal
from kiosk.entry.answers import Answer, read_answer
from kiosk.entry.pages import PAGE_VERSION, Reflection, newest_of, page_from_bytes, page_of, page_to_bytes
from kiosk.entry.staff_pages import Note
from kiosk.errors import EntryError
from kiosk.pack.model import AnyQuestion, Pack, ScaleQuestion
from kiosk.text import kept
from tests.kiosk.entry.answers import (
    FULL,
    HOSTILE_RAW,
    PACK,
    anything,
    attempt,
    raw_answers,
    reflection,
    strings,
)
from tests.kiosk.sealed import page_in, sealed_page
from tests.packs import question, small

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def with_question(changed: AnyQuestion) -> Pack:
    """The small pack with another version of one of its questions."""
    sections = tuple(
        msgspec.structs.replace(
            section, questions=tuple(changed if one.id == changed.id else one for one in section.questions)
        )
        for section in PACK.sections
    )
    return msgspec.structs.replace(PACK, sections=sections)


def page(answers: dict[str, Answer]) -> Reflection:
    return page_of(PACK, answers, name="Amber Heron", made=NOON)


@given(raw_answers)
def test_whatever_is_typed_is_refused_in_words_or_seals_and_comes_back(raw: dict[str, object]) -> None:
    answers: dict[str, Answer] = {}
    for id_, value in raw.items():
        answer, refusal = attempt(id_, value)
        assert not refusal or id_ in refusal
        if answer is not None:
            answers[id_] = answer
    made = page(answers)
    assert page_from_bytes(seal.pad(page_to_bytes(made))) == made
    assert {one.id: one.value for one in made.answers() if one.value is not None} == answers
    for text in strings(msgspec.to_builtins(made)):
        assert kept(text) == text


def test_a_page_holds_every_question_as_it_was_asked_and_answered() -> None:
    made = page(FULL)
    assert [section.title for section in made.sections] == ["First", "Second"]
    asked = {one.id: one for one in made.answers()}
    assert list(asked) == [one.id for _, one in PACK.questions()]
    assert {one.id: one.value for one in asked.values()} == FULL
    assert {one.id: one.words for one in asked.values()} == {
        "mood": ("Good",),
        "where": ("Outdoors",),
        "likes": ("Tea", "Milk"),
        "cards": ("I am kind", "I can sing"),
        "day": ("Sun.", "", "Sea."),
        "people": ("Mum", "Ali"),
        "goal": ("What? A garden", "How? Ask Jo", "When? In May"),
    }
    assert (asked["mood"].ask, asked["mood"].kind) == ("How do you feel?", "scale")
    assert [one.id for one in made.answers() if one.scale] == ["mood"]
    assert (made.pack, made.pack_version, made.language) == ("small", 1, "en")


def test_a_page_is_dated_in_utc_to_the_second() -> None:
    local = datetime(2026, 3, 1, 13, 0, 5, 999_999, timezone(timedelta(hours=1)))
    made = page_of(PACK, {}, name="Amber Heron", made=local)
    assert made.made == NOON + timedelta(seconds=5)
    assert b'"2026-03-01T12:00:05Z"' in page_to_bytes(made)


def test_a_paper_form_says_so_and_a_question_that_was_not_answered_has_no_words() -> None:
    made = page_of(PACK, {}, name="Amber Heron", made=NOON, source="paper", typed_in_by="Jo")
    read = reflection(page_from_bytes(page_to_bytes(made)))
    assert (read.source, read.typed_in_by) == ("paper", "Jo")
    assert {(one.value, one.words, one.scale) for one in read.answers()} == {(None, (), None)}


def test_what_is_left_of_hostile_text_seals_and_comes_back() -> None:
    for id_ in HOSTILE_RAW:
        answer = read_answer(PACK, question(id_), HOSTILE_RAW[id_])
        assert answer is not None
        venue = seal.new_identity()
        made = page({id_: answer})
        assert page_in(sealed_page(made, (seal.recipient_of(venue),)), venue) == made


def test_a_text_from_a_screen_that_was_cleaned_seals_though_a_lone_surrogate_was_typed() -> None:
    with pytest.raises(UnicodeEncodeError):
        page_to_bytes(page({"day": "\ud83d"}))
    assert page_to_bytes(page({"day": kept("\ud83d")}))


def changed(**values: object) -> bytes:
    return json.dumps(json.loads(page_to_bytes(page(FULL))) | values).encode()


def test_a_page_of_a_later_version_or_of_a_kind_unknown_here_says_to_update() -> None:
    note = b'{"version":2,"kind":"note","made":"2026-03-01T12:00:00Z","by":"Jo","text":"Hello","mood":1}'
    for later in (
        changed(version=PAGE_VERSION + 1),
        changed(kind="poster"),
        changed(kind="poster", version=1),
        note,
        b'{"version": 9, "everything": "else"}',
    ):
        with pytest.raises(EntryError, match=r"newer version of the kiosk\. Update this one"):
            page_from_bytes(later)


@pytest.mark.parametrize(
    "bytes_",
    [
        b"",
        b"\xff",
        b"null",
        b"{}",
        b'{"version": 1}',
        b'{"version": "1"}',
        changed(version=0),
        changed(version=-1),
        changed(version=PAGE_VERSION - 1),
        changed(extra=1),
        changed(made="2026-03-01T12:00:00"),
        changed(made=[]),
        changed(name="\ud800"),
        changed(source="radio"),
        changed(sections=[{}]),
        changed(kind=1),
        changed(kind="note", version=1),
        changed(private="no base64"),
        b'{"version":1,"kind":"note","made":"2026-03-01T12:00:00Z","by":"Jo"}',
        page_to_bytes(page(FULL))[:-1],
        page_to_bytes(page(FULL)) + b"x",
        b'{"version":1,"name":"\xed\xa0\x80"}',
        b'{"\xff":1}',
        b'{"version":1,"sections":' + b"[" * 100_000,
        b'{"version":1,"made":' + b"9" * 5000 + b"}",
    ],
)
def test_bytes_that_are_no_page_are_refused_in_words(bytes_: bytes) -> None:
    with pytest.raises(EntryError, match="does not read as an entry"):
        page_from_bytes(bytes_)


@given(st.binary(max_size=200) | anything.map(lambda value: json.dumps(value).encode()))
def test_junk_raises_an_entry_error_and_nothing_else(junk: bytes) -> None:
    with pytest.raises(EntryError):
        page_from_bytes(junk)


# -- what pages of several kinds have in common


def test_the_newest_of_an_entrys_pages_is_the_last_reflection_and_no_note() -> None:
    first, second = page(FULL), page({"mood": 1})
    note = Note(made=NOON, by="Jo", text="Hello")
    assert newest_of((first, second, note, note)) == second
    assert newest_of((first, note)) == first
    assert newest_of((note,)) is None
    assert newest_of(()) is None


def test_an_answered_scale_tells_its_place_among_the_points() -> None:
    mood = question("mood")
    assert isinstance(mood, ScaleQuestion)
    points = tuple(
        msgspec.structs.replace(mood.points[0], value=value, label=f"Point {value}")
        for value in (-10, 0, 5, 40)
    )
    uneven = with_question(msgspec.structs.replace(mood, points=points))
    for place, point in enumerate(points, start=1):
        made = page_of(uneven, {"mood": point.value}, name="Amber Heron", made=NOON)
        (answered,) = (one for one in made.answers() if one.id == "mood")
        assert (answered.scale, answered.words) == ((place, 4), (f"Point {point.value}",))
        assert page_from_bytes(page_to_bytes(made)) == made


def test_a_page_keeps_the_version_its_hash_and_whether_it_was_being_tried_out() -> None:
    tried = msgspec.structs.replace(small(), version=3, hash="f" * 64, state="pilot")
    kept = page_from_bytes(page_to_bytes(page_of(tried, FULL, name="Amber Heron", made=NOON)))
    assert isinstance(kept, Reflection)
    assert (kept.pack_version, kept.pack_hash, kept.pack_state) == (3, "f" * 64, "pilot")
