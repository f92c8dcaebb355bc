"""Answers: checked and cleaned on the way in, and read as they were written."""

from itertools import product

import msgspec
import pytest
from hypothesis import given

from kiosk.entry.answers import LINE_LIMIT, TEXT_LIMIT, Cards, Choice, Goal, fits, read_answer, words_of
from kiosk.errors import EntryError
from kiosk.pack.model import CardsQuestion, ChoiceQuestion, Option
from kiosk.text import clean, one_line
from tests.kiosk.entry.answers import FULL, HOSTILE, HOSTILE_RAW, PACK, attempt, raw_answers, strings
from tests.packs import default_pack, question


def refused(question_id: str, raw: object) -> str:
    with pytest.raises(EntryError) as caught:
        read_answer(PACK, question(question_id), raw)
    said = str(caught.value)
    assert said.startswith(f"The answer to '{question_id}' ")
    assert said.endswith(".")
    return said


@given(raw_answers)
def test_reading_an_answer_that_was_read_changes_nothing(raw: dict[str, object]) -> None:
    for id_, value in raw.items():
        answer, _ = attempt(id_, value)
        assert read_answer(PACK, question(id_), msgspec.to_builtins(answer)) == answer


def test_a_goal_of_several_lines_is_read_line_by_line() -> None:
    assert words_of(PACK, question("goal"), Goal(want="A garden\nwith roses")) == (
        "What? A garden",
        "with roses",
    )


def test_an_answer_of_another_kind_has_no_words() -> None:
    for id_ in FULL:
        assert words_of(PACK, question(id_), None) == ()
        if id_ not in ("cards", "where"):
            assert words_of(PACK, question(id_), Cards(("kind",))) == ()


def test_a_good_answer_is_taken_and_tidied() -> None:
    for id_, raw, answer in (
        ("mood", 1, 1),
        ("where", "in", "in"),
        ("likes", ["milk", "tea", "milk"], ("tea", "milk")),
        ("cards", {"picked": ["friend", "kind", "friend"]}, Cards(("friend", "kind"))),
        ("cards", {"own": [" I sing ", " "]}, Cards((), ("I sing",))),
        ("day", "  Sun\n sea ", "Sun\n sea"),
        ("people", ["Mum\nand Dad", "", "  Ali ", " ", "Jo"], ("Mum and Dad", "Ali", "Jo")),
        ("goal", {"want": " A garden "}, Goal("A garden")),
    ):
        assert read_answer(PACK, question(id_), raw) == answer
        assert fits(PACK, question(id_), answer)


def test_nothing_and_blank_is_no_answer() -> None:
    nothing: tuple[object, ...] = (None, "", "  \n", [], {})
    for raw, id_ in product(nothing, FULL):
        assert read_answer(PACK, question(id_), raw) is None


def test_what_is_blank_once_cleaned_is_no_answer() -> None:
    for id_, raw in (
        ("likes", ()),
        ("cards", {"picked": [], "own": ["", " \u200b"]}),
        ("day", "\x1b\u202e"),
        ("people", ["", "\x00"]),
        ("goal", {"want": " ", "when": ""}),
    ):
        assert read_answer(PACK, question(id_), raw) is None


def test_a_wrong_answer_is_refused_with_what_the_question_takes() -> None:
    for id_, raw, said in (
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
        ("cards", {"picked": ["kind", "my secret"]}, "number 2 is not one"),
        ("day", 1, "a text"),
        ("day", ["Sun"], "a text"),
        ("day", "x" * (TEXT_LIMIT + 1), "20000 characters"),
        ("people", "Mum", "a list of texts"),
        ("people", [1], "a list of texts"),
        ("people", ["a", "b", "c", "d"], "at most 3 lines"),
        ("people", ["x" * (LINE_LIMIT + 1)], "200 characters"),
        ("goal", "A garden", "want, first_step, who and when"),
        ("goal", {"want": 1}, "want, first_step, who and when"),
        ("goal", {"wants": "A garden"}, "want, first_step, who and when"),
        ("goal", {"\ud800": "A garden"}, "want, first_step, who and when"),
        ("cards", {"\ud800": []}, "picked"),
        ("goal", {"who": "x" * (TEXT_LIMIT + 1)}, "20000 characters"),
    ):
        assert said in refused(id_, raw)


def test_an_option_that_means_none_of_the_others_is_taken_alone() -> None:
    pack = default_pack()
    question = next(one for _, one in pack.questions() if one.id == "together")
    assert read_answer(pack, question, ["nothing"]) == ("nothing",)
    assert read_answer(pack, question, ["eat", "move"]) == ("eat", "move")
    with pytest.raises(EntryError, match="cannot combine 'nothing' with other options"):
        read_answer(pack, question, ["eat", "nothing"])


def test_no_refusal_repeats_what_somebody_wrote() -> None:
    secret = "my own secret words"
    for id_ in FULL:
        for raw in (secret, [secret] * 9, {"picked": [secret]}, {secret: secret}, {"own": secret}):
            assert secret not in attempt(id_, raw)[1]


def test_the_longest_answers_are_taken_whole() -> None:
    text, line = "x" * TEXT_LIMIT, "y" * LINE_LIMIT
    assert read_answer(PACK, question("day"), text) == text
    assert read_answer(PACK, question("people"), [line]) == (line,)


def test_only_the_cards_that_a_question_shows_are_taken() -> None:
    cards = question("cards")
    assert isinstance(cards, CardsQuestion)
    others = msgspec.structs.replace(cards, groups=("others",))
    every = msgspec.structs.replace(cards, groups=())
    picked = {"picked": ["kind"]}
    with pytest.raises(EntryError, match="number 1 is not one"):
        read_answer(PACK, others, picked)
    assert read_answer(PACK, every, picked) == Cards(("kind",))


def test_own_words_are_refused_where_a_question_asks_for_none() -> None:
    bare = msgspec.structs.replace(question("cards"), own_words=False)
    with pytest.raises(EntryError, match="without own words"):
        read_answer(PACK, bare, {"picked": ["kind"], "own": ["I sing"]})
    assert read_answer(PACK, bare, {"picked": ["kind"], "own": []}) == Cards(("kind",))


def test_hostile_text_is_cleaned_on_its_way_in() -> None:
    for id_ in HOSTILE_RAW:
        answer = read_answer(PACK, question(id_), HOSTILE_RAW[id_])
        kept = one_line(HOSTILE, 200) if id_ in ("cards", "people") else clean(HOSTILE).strip()
        texts = strings(msgspec.to_builtins(answer))
        assert kept in texts
        assert "[red]D[/]" in kept
        assert all(character not in kept for character in "\x1b\x9b\u202e\ud800\x00\x07\x7f\r\u2028")


# -- whether another version of a question takes an answer


@given(raw_answers)
def test_whatever_was_taken_fits_and_only_that(raw: dict[str, object]) -> None:
    for id_, value in raw.items():
        answer, _ = attempt(id_, value)
        assert answer is None or fits(PACK, question(id_), answer)


def test_an_answer_does_not_fit_where_the_question_would_not_take_all_of_it() -> None:
    for id_, answer in (
        ("mood", 3),
        ("mood", "2"),
        ("where", "up"),
        ("where", ("in",)),
        ("likes", ("tea", "gin")),
        ("cards", Cards(("clever",))),
        ("cards", ("kind",)),
        ("day", ("Sun",)),
        ("day", "x" * (TEXT_LIMIT + 1)),
        ("people", ("a", "b", "c", "d")),
        ("goal", "A garden"),
    ):
        assert not fits(PACK, question(id_), answer)


def test_an_answer_of_several_options_fits_in_whatever_order_they_stand_now() -> None:
    likes = question("likes")
    assert isinstance(likes, ChoiceQuestion)
    turned = msgspec.structs.replace(likes, options=likes.options[::-1])
    assert fits(PACK, turned, ("tea", "milk"))


def with_own_words(*, several: bool = False) -> ChoiceQuestion:
    """Return a choice of which one option takes own words."""
    options = (
        Option(id="tea", label="Tea"),
        Option(id="milk", label="Milk"),
        Option(id="other", label="Something else", own_words=True),
    )
    return ChoiceQuestion(id="drink", ask="What?", summary="Drink", options=options, several=several)


def test_something_else_is_answered_in_own_words() -> None:
    for several, raw, answer in (
        (False, "other", "other"),
        (False, {"chosen": ["other"], "own": " Cocoa "}, Choice(("other",), "Cocoa")),
        (False, {"kind": "choice", "chosen": ["other"], "own": "Cocoa"}, Choice(("other",), "Cocoa")),
        (False, {"chosen": ["tea"], "own": ""}, "tea"),
        (False, {"chosen": [], "own": " "}, None),
        (True, {"chosen": ["other", "tea"], "own": "Cocoa"}, Choice(("tea", "other"), "Cocoa")),
        (True, {"chosen": ["milk"]}, ("milk",)),
        (True, {}, None),
    ):
        assert read_answer(PACK, with_own_words(several=several), raw) == answer
        if answer is not None:
            assert fits(PACK, with_own_words(several=several), answer)


@pytest.mark.parametrize(
    ("several", "raw", "takes"),
    [
        (False, {"chosen": ["tea"], "own": "Cocoa"}, "can have own words only with other"),
        (True, {"chosen": [], "own": "Cocoa"}, "can have own words only with other"),
        (False, {"chosen": ["tea", "other"], "own": "Cocoa"}, "must be one of tea, milk, other"),
        (False, {"chosen": [], "own": "Cocoa"}, "must be one of tea, milk, other"),
        (True, {"chosen": ["gin", "other"], "own": "Cocoa"}, "must be a list of some of tea, milk, other"),
        (
            False,
            {"chosen": ["other"], "own": "x" * (LINE_LIMIT + 1)},
            "must be lines of at most 200 characters",
        ),
        (False, {"chosen": ["other"], "own": 3}, "must have chosen, a list of option ids, and own, a text"),
        (
            False,
            {"chosen": ["other"], "mine": "Cocoa"},
            ("must have chosen, a list of option ids, and own, a text"),
        ),
    ],
)
def test_own_words_are_taken_for_the_option_that_is_open_alone(
    several: bool, raw: object, takes: str
) -> None:
    with pytest.raises(EntryError, match=f"^The answer to 'drink' {takes}.$"):
        read_answer(PACK, with_own_words(several=several), raw)


def test_a_choice_without_an_open_option_takes_no_own_words() -> None:
    with pytest.raises(EntryError, match="must be options only, without own words"):
        read_answer(PACK, question("likes"), {"chosen": ["tea"], "own": "Cocoa"})


def test_own_words_are_read_beside_their_option() -> None:
    several = with_own_words(several=True)
    assert words_of(PACK, several, Choice(("tea", "other"), "Cocoa")) == ("Tea", "Something else: Cocoa")
    assert words_of(PACK, with_own_words(), "other") == ("Something else",)
