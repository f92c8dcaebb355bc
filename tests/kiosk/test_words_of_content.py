"""The words of every shipped pack and deck, held to the house rules; and the rules themselves."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from statistics import mean

import pytest

from kiosk.pack.advice import advise, plain_words
from kiosk.pack.load import load_pack
from kiosk.pack.model import GoalQuestion, LinesQuestion, TextQuestion
from kiosk.pack.plain_words import own_texts
from kiosk.pack.reading import reading_grade, sentences, syllables, words
from tests.plain_words import problems

PACKS = sorted((Path(__file__).parents[2] / "data" / "packs").glob("*.toml"))
LONG = "One " + "word " * 20 + "more."


@pytest.fixture(params=PACKS, ids=lambda file: file.stem)
def file(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


def _texts(file: Path) -> list[str]:
    return [text for _, text in own_texts(tomllib.loads(file.read_text(encoding="utf-8")))]


def test_every_sentence_is_plain(file: Path) -> None:
    assert advise(file, plain_words()).remarks == []


def test_what_opens_a_part_says_choose_or_write_as_the_page_it_stands_on_takes_it(file: Path) -> None:
    for section in load_pack(file).sections:
        first = section.questions[0]
        is_written = isinstance(first, TextQuestion | LinesQuestion | GoalQuestion)
        assert not re.search("choose" if is_written else "write|type", section.intro, re.IGNORECASE)


def test_sentences_have_at_most_twelve_words_on_average(file: Path) -> None:
    parts = [part for text in _texts(file) for part in sentences(text) if part[-1] in ".?!"]
    assert mean(len(words(part)) for part in parts) <= 12


def test_the_reading_grade_is_at_most_five(
    file: Path, record_property: Callable[[str, object], None]
) -> None:
    grade = advise(file, plain_words()).grade
    record_property("reading grade", grade)
    assert grade is not None
    assert grade <= 5, f"grade {grade:.1f}"


def test_a_sentence_that_breaks_a_rule_is_told_which() -> None:
    for sentence, kind, about in (
        ("You can't see it.", "contraction", "can't"),
        ("I\N{RIGHT SINGLE QUOTATION MARK}m not sure.", "contraction", "I'm"),
        ("It's here.", "contraction", "It's"),
        ("They'll read it.", "contraction", "They'll"),
        ("Show the QR code.", "initials", "QR"),
        ("Places, e.g. a park.", "initials", "e.g"),
        ("Please choose one.", "words", "please"),
        ("This code is not valid.", "words", "valid"),
        ("Fill in the form.", "verb", "fill in"),
        ("Somebody picked up the card.", "verb", "pick up"),
        ("We are setting up the room.", "verb", "set up"),
        ("You carried on.", "verb", "carry on"),
        ("It was sorted out.", "verb", "sort out"),
        ("She found out.", "verb", "find out"),
        ("We came a long way.", "idiom", "a long way"),
        ("Ask your worker.", "words", "worker"),
        (LONG, "length", LONG),
    ):
        assert [(one.kind, one.words) for one in problems(sentence)] == [(kind, about)]


def test_a_plain_sentence_has_no_problem() -> None:
    for sentence in (
        "My sister's friend can help.",
        "I am still here.",
        "We look at what is good, after a while.",
        "They live in up to three rooms.",
        "Ask {contact} for help.",
        "Choose as many as you like. Type their numbers.",
    ):
        assert problems(sentence) == []


def test_a_text_is_cut_into_sentences_and_words() -> None:
    assert sentences("How are you? Good. Ask {contact}.") == ["How are you?", "Good.", "Ask {contact}."]
    assert words("Ask {contact}, my sister's friend.") == ["Ask", "name", "my", "sister's", "friend"]


def test_syllables_are_counted_by_the_spelling() -> None:
    for word, count in (
        ("I", 1), ("made", 1), ("liked", 1), ("likes", 1), ("places", 2), ("wanted", 2), ("changed", 1),
        ("little", 2), ("people", 2), ("area", 3), ("answers", 2), ("library", 3), ("deleted", 3),
        ("organisation", 5), ("responsibility", 6), ("station", 2), ("diary", 3), ("neighbours", 2),
    ):  # fmt: skip
        assert syllables(word) == count


def test_the_reading_grade_follows_its_formula() -> None:
    # Six words in one sentence, six syllables: 0.39 x 6 + 11.8 x 1 - 15.59.
    assert reading_grade(["The cat sat on the mat."]) == pytest.approx(-1.45)


def test_a_hard_text_is_graded_harder_than_a_plain_one() -> None:
    hard = (
        "Organisational responsibilities necessitate comprehensive documentation of individual circumstances."
    )
    assert reading_grade([hard]) > 12 > 5 > reading_grade(["You can read your answers with your code."])


def test_no_words_have_no_grade() -> None:
    with pytest.raises(ValueError, match="no words"):
        reading_grade(["...", ""])
