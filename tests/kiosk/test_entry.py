"""Answers and pages: checked on the way in, there and back through bytes, read as they were written."""

import json
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import entry, seal
from kiosk.entry import (
    Answer,
    Cards,
    Goal,
    Note,
    Page,
    fits,
    newest_of,
    open_page,
    page_from_bytes,
    page_of,
    page_to_bytes,
    read_answer,
    seal_page,
    words_of,
)
from kiosk.errors import EntryError, SealError
from kiosk.pack.model import (
    AnyQuestion,
    CardsQuestion,
    ChoiceQuestion,
    LinesQuestion,
    MyPage,
    Pack,
    ScaleQuestion,
)
from kiosk.text import clean, one_line
from tests.packs import question, small

PACK = small()
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOSTILE = "\x1b[2J\x9b1mA\u202eB\ud800C\x00[red]D[/]\r\n\u2028{x}\x07\x7f"
FULL: dict[str, Answer] = {
    "mood": 2,
    "where": "out",
    "likes": ("tea", "milk"),
    "cards": Cards(("kind",), ("I can sing",)),
    "day": "Sun.\n\nSea.",
    "people": ("Mum", "Ali"),
    "goal": Goal("A garden", "Ask Jo", "", "In May"),
}

raw_text = st.text(st.characters(), max_size=40)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | raw_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(raw_text, inner, max_size=4),
    max_leaves=8,
)
likely = {
    "mood": st.integers(0, 3),
    "where": st.sampled_from(["in", "out", "up"]),
    "likes": st.lists(st.sampled_from(["tea", "milk", "gin"]), max_size=3),
    "cards": st.fixed_dictionaries(
        {}, optional={"picked": st.lists(st.sampled_from(["kind", "friend"])), "own": st.lists(raw_text)}
    ),
    "day": raw_text,
    "people": st.lists(raw_text, max_size=4),
    "goal": st.fixed_dictionaries(
        {}, optional=dict.fromkeys(["want", "first_step", "who", "when"], raw_text)
    ),
}
raw_answers = st.fixed_dictionaries({id_: anything | likely[id_] for id_ in likely})


def with_question(changed: AnyQuestion) -> Pack:
    """The small pack with another version of one of its questions."""
    sections = tuple(
        msgspec.structs.replace(
            section,
            questions=tuple(changed if one.id == changed.id else one for one in section.questions),
        )
        for section in PACK.sections
    )
    return msgspec.structs.replace(PACK, sections=sections)


def page(answers: dict[str, Answer]) -> Page:
    return page_of(PACK, answers, name="Amber Heron", made=NOON)


def refused(question_id: str, raw: object) -> str:
    with pytest.raises(EntryError) as caught:
        read_answer(PACK, question(question_id), raw)
    said = str(caught.value)
    assert said.startswith(f"The answer to '{question_id}' takes ")
    assert said.endswith(".")
    return said


def attempt(question_id: str, raw: object) -> tuple[Answer | None, str]:
    """Return the answer and nothing, or None and what was said of it."""
    try:
        return read_answer(PACK, question(question_id), raw), ""
    except EntryError as error:
        return None, str(error)


def strings(value: object) -> list[str]:
    match value:
        case str():
            return [value]
        case list() | tuple():
            return [text for item in value for text in strings(item)]
        case dict():
            return [text for item in value.items() for text in strings(list(item))]
    return []


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
        assert clean(text) == text


@given(raw_answers)
def test_reading_an_answer_that_was_read_changes_nothing(raw: dict[str, object]) -> None:
    for id_, value in raw.items():
        answer, _ = attempt(id_, value)
        assert read_answer(PACK, question(id_), msgspec.to_builtins(answer)) == answer


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
    assert (made.pack, made.pack_version, made.language) == ("small", 1, "en")


def test_a_question_that_was_not_answered_is_kept_without_words() -> None:
    assert {(one.value, one.words) for one in page({}).answers()} == {(None, ())}


def test_a_page_is_dated_in_utc_to_the_second() -> None:
    local = datetime(2026, 3, 1, 13, 0, 5, 999_999, timezone(timedelta(hours=1)))
    made = page_of(PACK, {}, name="Amber Heron", made=local)
    assert made.made == NOON + timedelta(seconds=5)
    assert b'"2026-03-01T12:00:05Z"' in page_to_bytes(made)


def test_a_paper_form_says_so() -> None:
    made = page_of(PACK, FULL, name="Amber Heron", made=NOON, source="paper", typed_in_by="Jo")
    read = page_from_bytes(page_to_bytes(made))
    assert (read.source, read.typed_in_by) == ("paper", "Jo")


def test_a_goal_of_several_lines_is_read_line_by_line() -> None:
    assert words_of(PACK, question("goal"), Goal(want="A garden\nwith roses")) == (
        "What? A garden",
        "with roses",
    )


@pytest.mark.parametrize("id_", FULL)
def test_an_answer_of_another_kind_has_no_words(id_: str) -> None:
    assert words_of(PACK, question(id_), None) == ()
    if id_ not in ("cards", "where"):
        assert words_of(PACK, question(id_), Cards(("kind",))) == ()


@pytest.mark.parametrize(
    ("id_", "raw", "answer"),
    [
        ("mood", 1, 1),
        ("where", "in", "in"),
        ("likes", ["milk", "tea", "milk"], ("tea", "milk")),
        ("cards", {"picked": ["friend", "kind", "friend"]}, Cards(("friend", "kind"))),
        ("cards", {"own": [" I sing ", " "]}, Cards((), ("I sing",))),
        ("day", "  Sun\n sea ", "Sun\n sea"),
        ("people", ["Mum\nand Dad", "", "  Ali "], ("Mum and Dad", "Ali")),
        ("goal", {"want": " A garden "}, Goal("A garden")),
    ],
)
def test_a_good_answer_is_taken_and_tidied(id_: str, raw: object, answer: Answer) -> None:
    assert read_answer(PACK, question(id_), raw) == answer


@pytest.mark.parametrize("id_", FULL)
@pytest.mark.parametrize("raw", [None, "", "  \n", [], {}])
def test_nothing_and_blank_is_no_answer(id_: str, raw: object) -> None:
    assert read_answer(PACK, question(id_), raw) is None


@pytest.mark.parametrize(
    ("id_", "raw"),
    [
        ("likes", ()),
        ("cards", {"picked": [], "own": ["", " \u200b"]}),
        ("day", "\x1b\u202e"),
        ("people", ["", "\x00"]),
        ("goal", {"want": " ", "when": ""}),
    ],
)
def test_what_is_blank_once_cleaned_is_no_answer(id_: str, raw: object) -> None:
    assert read_answer(PACK, question(id_), raw) is None


@pytest.mark.parametrize(
    ("id_", "raw", "said"),
    [
        ("mood", 3, "1 (Bad), 2 (Good)"),
        ("mood", "1", "1 (Bad), 2 (Good)"),
        ("mood", True, "1 (Bad), 2 (Good)"),
        ("mood", 1.0, "1 (Bad), 2 (Good)"),
        ("mood", [1], "1 (Bad), 2 (Good)"),
        ("mood", {"value": 1}, "1 (Bad), 2 (Good)"),
        ("where", "Outdoors", "in, out"),
        ("where", ["in"], "in, out"),
        ("where", 1, "in, out"),
        ("likes", "tea", "list of some of tea, milk"),
        ("likes", ["gin"], "list of some of tea, milk"),
        ("likes", [1], "list of some of tea, milk"),
        ("cards", ["kind"], "picked"),
        ("cards", {"picked": "kind"}, "picked"),
        ("cards", {"cards": ["kind"]}, "picked"),
        ("cards", {"kind": "goal"}, "picked"),
        ("cards", {"picked": ["kind", "my secret"]}, "number 2 is none"),
        ("day", 1, "a text"),
        ("day", ["Sun"], "a text"),
        ("day", "x" * (entry.TEXT_LIMIT + 1), "20000 characters"),
        ("people", "Mum", "a list of texts"),
        ("people", [1], "a list of texts"),
        ("people", ["a", "b", "c", "d"], "at most 3 lines"),
        ("people", ["x" * (entry.LINE_LIMIT + 1)], "200 characters"),
        ("goal", "A garden", "want, first_step, who and when"),
        ("goal", {"want": 1}, "want, first_step, who and when"),
        ("goal", {"wants": "A garden"}, "want, first_step, who and when"),
        ("goal", {"who": "x" * (entry.TEXT_LIMIT + 1)}, "20000 characters"),
    ],
)
def test_a_wrong_answer_is_refused_with_what_the_question_takes(id_: str, raw: object, said: str) -> None:
    assert said in refused(id_, raw)


def test_no_refusal_repeats_what_somebody_wrote() -> None:
    secret = "my own secret words"
    for id_ in FULL:
        for raw in (secret, [secret] * 9, {"picked": [secret]}, {secret: secret}, {"own": secret}):
            assert secret not in attempt(id_, raw)[1]


def test_the_longest_answers_are_taken_whole() -> None:
    text, line = "x" * entry.TEXT_LIMIT, "y" * entry.LINE_LIMIT
    assert read_answer(PACK, question("day"), text) == text
    assert read_answer(PACK, question("people"), [line]) == (line,)


def test_only_the_cards_that_a_question_shows_are_taken() -> None:
    cards = question("cards")
    assert isinstance(cards, CardsQuestion)
    others = msgspec.structs.replace(cards, groups=("others",))
    every = msgspec.structs.replace(cards, groups=())
    picked = {"picked": ["kind"]}
    with pytest.raises(EntryError, match="number 1 is none"):
        read_answer(PACK, others, picked)
    assert read_answer(PACK, every, picked) == Cards(("kind",))


def test_own_words_are_refused_where_a_question_asks_for_none() -> None:
    bare = msgspec.structs.replace(question("cards"), own_words=False)
    with pytest.raises(EntryError, match="no own words"):
        read_answer(PACK, bare, {"picked": ["kind"], "own": ["I sing"]})
    assert read_answer(PACK, bare, {"picked": ["kind"], "own": []}) == Cards(("kind",))


@pytest.mark.parametrize("id_", ["cards", "day", "people", "goal"])
def test_hostile_text_is_cleaned_on_its_way_in(id_: str) -> None:
    raw: dict[str, object] = {
        "cards": {"own": [HOSTILE]},
        "day": HOSTILE,
        "people": [HOSTILE],
        "goal": dict.fromkeys(["want", "first_step", "who", "when"], HOSTILE),
    }
    answer = read_answer(PACK, question(id_), raw[id_])
    kept = one_line(HOSTILE, 200) if id_ in ("cards", "people") else clean(HOSTILE).strip()
    texts = strings(msgspec.to_builtins(answer))
    assert kept in texts
    assert "[red]D[/]" in kept
    assert all(character not in kept for character in "\x1b\x9b\u202e\ud800\x00\x07\x7f\r\u2028")
    venue = seal.new_identity()
    made = page({id_: answer} if answer is not None else {})
    assert open_page(seal_page(made, (seal.recipient_of(venue),)), venue) == made


def test_a_text_from_a_screen_that_was_cleaned_seals_though_a_lone_surrogate_was_typed() -> None:
    with pytest.raises(UnicodeEncodeError):
        page_to_bytes(page({"day": "\ud83d"}))
    assert page_to_bytes(page({"day": clean("\ud83d")}))


def test_a_sealed_page_opens_for_its_readers_alone() -> None:
    readers = [seal.new_identity() for _ in range(2)]
    sealed = seal_page(page(FULL), tuple(map(seal.recipient_of, readers)))
    assert [open_page(sealed, reader) for reader in readers] == [page(FULL)] * 2
    with pytest.raises(SealError):
        open_page(sealed, seal.new_identity())


def changed(**values: object) -> bytes:
    return json.dumps(json.loads(page_to_bytes(page(FULL))) | values).encode()


def test_a_page_of_a_later_version_or_of_a_kind_unknown_here_says_to_update() -> None:
    note = b'{"version":2,"kind":"note","made":"2026-03-01T12:00:00Z","by":"Jo","text":"Hello","mood":1}'
    for later in (
        changed(version=3),
        changed(kind="plan"),
        changed(kind="plan", version=1),
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


def test_lines_may_be_as_many_as_the_question_has_room_for() -> None:
    lines = question("people")
    assert isinstance(lines, LinesQuestion)
    three = ["a", "", "b", " ", "c"]
    assert read_answer(PACK, lines, three) == ("a", "b", "c")


# -- what pages of several versions and kinds have in common

FIRST_VERSION = b"""
{"version":1,"kind":"reflection","name":"Amber Heron","made":"2026-03-01T12:00:00Z","source":"paper",
"typed_in_by":"Jo","pack":"small","pack_version":1,"pack_title":"A small pack","language":"en","sections":
[{"id":"first","title":"First","answers":[{"id":"mood","kind":"scale","ask":"How do you feel?","summary":
"How I feel","value":2,"words":["Good"]},{"id":"where","kind":"choice","ask":"Where are you best?",
"summary":"Where","value":null,"words":[]}]},{"id":"second","title":"Second","answers":[{"id":"cards","kind":
"cards","ask":"Which of these are true?","summary":"My cards","value":{"kind":"cards","picked":["kind"],"own":
["I can sing"]},"words":["I am kind","I can sing"]},{"id":"goal","kind":"goal","ask":"What do you hope for?",
"summary":"My goal","value":{"kind":"goal","want":"A garden","first_step":"Ask Jo","who":"","when":"In May"},
"words":["What? A garden","How? Ask Jo","When? In May"]}]}]}
"""
"""A page as the kiosk wrote it before pages had a version 2."""


def test_a_page_of_version_1_reads_and_says_nothing_of_what_came_later() -> None:
    old = page_from_bytes(FIRST_VERSION)
    assert isinstance(old, Page)
    assert (old.version, old.name, old.source, old.typed_in_by) == (1, "Amber Heron", "paper", "Jo")
    assert {one.id: one.value for one in old.answers()} == {
        "mood": 2,
        "where": None,
        "cards": Cards(("kind",), ("I can sing",)),
        "goal": Goal("A garden", "Ask Jo", "", "In May"),
    }
    assert (old.reader, old.talk, old.my_page, old.private) == ("", False, MyPage(), b"")
    assert {one.scale for one in old.answers()} == {None}
    assert page_from_bytes(page_to_bytes(old)) == old


def test_a_note_seals_and_comes_back_for_each_of_its_readers() -> None:
    note = Note(made=NOON, by="Jo Smith", text="We spoke.\n\nMore on Monday.")
    readers = [seal.new_identity() for _ in range(2)]
    sealed = seal_page(note, tuple(map(seal.recipient_of, readers)))
    assert [open_page(sealed, reader) for reader in readers] == [note] * 2
    assert page_from_bytes(page_to_bytes(note)) == note


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


def test_what_is_no_scale_or_is_not_answered_has_no_place() -> None:
    assert {one.scale for one in page({}).answers()} == {None}
    assert {one.id for one in page(FULL).answers() if one.scale} == {"mood"}


# -- whether another version of a question takes an answer


@pytest.mark.parametrize("id_", FULL)
def test_an_answer_fits_the_question_that_it_was_given_to(id_: str) -> None:
    assert fits(PACK, question(id_), FULL[id_])


@given(raw_answers)
def test_whatever_was_taken_fits_and_only_that(raw: dict[str, object]) -> None:
    for id_, value in raw.items():
        answer, _ = attempt(id_, value)
        assert answer is None or fits(PACK, question(id_), answer)


@pytest.mark.parametrize(
    ("id_", "answer"),
    [
        ("mood", 3),
        ("mood", "2"),
        ("where", "up"),
        ("where", ("in",)),
        ("likes", ("tea", "gin")),
        ("cards", Cards(("clever",))),
        ("cards", ("kind",)),
        ("day", ("Sun",)),
        ("day", "x" * (entry.TEXT_LIMIT + 1)),
        ("people", ("a", "b", "c", "d")),
        ("goal", "A garden"),
    ],
)
def test_an_answer_does_not_fit_where_the_question_would_not_take_all_of_it(id_: str, answer: Answer) -> None:
    assert not fits(PACK, question(id_), answer)


def test_an_answer_of_several_options_fits_in_whatever_order_they_stand_now() -> None:
    likes = question("likes")
    assert isinstance(likes, ChoiceQuestion)
    turned = msgspec.structs.replace(likes, options=likes.options[::-1])
    assert fits(PACK, turned, ("tea", "milk"))
