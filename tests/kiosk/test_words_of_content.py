"""The words of every shipped pack and deck, held to the house rules; and the rules themselves."""

from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import mean

import pytest

from kiosk.pack.load import load_pack
from kiosk.pack.model import AnyQuestion, ChoiceQuestion, GoalQuestion, Pack, ScaleQuestion
from tests.plain_words import problems, reading_grade, sentences, syllables, words

PACKS = sorted((Path(__file__).parents[2] / "data" / "packs").glob("*.toml"))


@pytest.fixture(params=PACKS, ids=lambda file: file.stem)
def pack(request: pytest.FixtureRequest) -> Pack:
    return load_pack(request.param)


def _of_question(question: AnyQuestion) -> Iterator[str]:
    """Yield a question's texts; wording that is another's, as `source` says, is fixed and left out."""
    yield from filter(None, (question.why, question.summary))
    if question.source:
        return
    yield question.ask
    match question:
        case ScaleQuestion():
            yield from (point.label for point in question.points)
        case ChoiceQuestion():
            yield from (option.label for option in question.options)
        case GoalQuestion():
            yield from (question.want, question.first_step, question.who, question.when)


def _texts(pack: Pack) -> Iterator[str]:
    yield from (pack.title, pack.made, pack.writing_note)
    yield from (pack.welcome.title, *pack.welcome.lines)
    yield from (pack.privacy.title, *pack.privacy.short, *pack.privacy.more)
    for section in pack.sections:
        yield from (section.title, section.intro)
        for question in section.questions:
            yield from _of_question(question)
    closing = pack.closing
    yield from (closing.saved, *closing.keep, *_of_question(closing.feedback))
    yield from (closing.feedback_line, *closing.cleared)
    for deck in pack.decks.values():
        yield from (deck.title, deck.made, *deck.groups.values())
        yield from (card.label for card in deck.cards)


def _prose(pack: Pack) -> list[str]:
    """Return the full sentences: labels and titles are too short to say how hard the reading is."""
    parts = (part for text in _texts(pack) for part in sentences(text))
    return [part for part in parts if part[-1] in ".?!"]


def test_every_sentence_is_plain(pack: Pack) -> None:
    found = {part: problems(part) for text in _texts(pack) for part in sentences(text)}
    assert {part: what for part, what in found.items() if what} == {}


def test_sentences_have_at_most_twelve_words_on_average(pack: Pack) -> None:
    assert mean(len(words(part)) for part in _prose(pack)) <= 12


def test_the_reading_grade_is_at_most_five(
    pack: Pack, record_property: Callable[[str, object], None]
) -> None:
    grade = reading_grade(_prose(pack))
    record_property("reading grade", round(grade, 1))
    assert grade <= 5, f"grade {grade:.1f}"


@pytest.mark.parametrize(
    ("sentence", "complaint"),
    [
        ("You can't see it.", "contraction: can't"),
        ("I\N{RIGHT SINGLE QUOTATION MARK}m not sure.", "contraction: I'm"),
        ("It's here.", "contraction: It's"),
        ("They'll read it.", "contraction: They'll"),
        ("Show the QR code.", "initials: QR"),
        ("Places, e.g. a park.", "initials: e.g"),
        ("Please choose one.", "banned word: please"),
        ("This code is not valid.", "banned word: valid"),
        ("Fill in the form.", "phrasal verb: fill in"),
        ("Somebody picked up the card.", "phrasal verb: pick up"),
        ("We are setting up the room.", "phrasal verb: set up"),
        ("You carried on.", "phrasal verb: carry on"),
        ("It was sorted out.", "phrasal verb: sort out"),
        ("She found out.", "phrasal verb: find out"),
        ("We came a long way.", "idiom: a long way"),
        ("Ask your worker.", "say staff, not worker"),
        ("One " + "word " * 20 + "more.", "22 words; at most 20"),
    ],
)
def test_a_sentence_that_breaks_a_rule_is_told_which(sentence: str, complaint: str) -> None:
    assert problems(sentence) == [complaint]


@pytest.mark.parametrize(
    "sentence",
    [
        "My sister's friend can help.",
        "I am still here.",
        "We look at what is good, after a while.",
        "They live in up to three rooms.",
        "Ask {contact} for help.",
        "Choose as many as you like. Type their numbers.",
    ],
)
def test_a_plain_sentence_has_no_problem(sentence: str) -> None:
    assert problems(sentence) == []


def test_a_text_is_cut_into_sentences_and_words() -> None:
    assert sentences("How are you? Good. Ask {contact}.") == ["How are you?", "Good.", "Ask {contact}."]
    assert words("Ask {contact}, my sister's friend.") == ["Ask", "name", "my", "sister's", "friend"]


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("I", 1), ("made", 1), ("liked", 1), ("likes", 1), ("places", 2), ("wanted", 2), ("changed", 1),
        ("little", 2), ("people", 2), ("area", 3), ("answers", 2), ("library", 3), ("deleted", 3),
        ("organisation", 5), ("responsibility", 6), ("station", 2), ("diary", 3), ("neighbours", 2),
    ],
)  # fmt: skip
def test_syllables_are_counted_by_the_spelling(word: str, count: int) -> None:
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
