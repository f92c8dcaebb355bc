"""What the shipped pack, its decks and the names promise, beyond loading."""

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from kiosk.pack.load import load_pack
from kiosk.pack.model import (
    CardsQuestion,
    ChoiceQuestion,
    GoalQuestion,
    LinesQuestion,
    Pack,
    ScaleQuestion,
    TextQuestion,
)

DATA = Path(__file__).parents[3] / "data"
BARRED = {
    "Pig", "Cow", "Rat", "Slug", "Bat", "Snake", "Fat", "Old", "Slow", "Dim", "Ape", "Dog", "Crow", "Owl",
    "Black", "White", "Brown", "Yellow", "Red", "Blue", "Orange", "Pink", "Rainbow", "Grey",
    "Cross", "Star", "Dove", "Lamb", "Lotus", "Angel", "Holy", "Poppy", "Moon", "Crescent",
    "Big", "Small", "Tiny", "Wide", "Round", "Hairy", "Bare", "Naked", "Hot", "Wet", "Soft", "Hard", "Stiff",
    "Beaver", "Palm", "Calf", "Bush", "Melon", "Peach", "Cherry", "Seed", "Nut", "Wood", "Root", "Beech",
    "Papaya",
    "Wolf", "Shark", "Spider", "Lion", "Tiger", "Storm", "Fire", "Flood", "Ash", "Grave", "Ghost", "Bomb",
    "Weed", "Grass", "Coke", "Crystal", "Snow", "Rock", "Canary", "Mole", "Toad", "Frog", "Monkey", "Camel",
}  # fmt: skip


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(DATA / "packs" / "strengths.toml")


@pytest.fixture(scope="module")
def names() -> dict[str, list[str]]:
    return tomllib.loads((DATA / "names" / "en.toml").read_text(encoding="utf-8"))


def test_the_reflection_has_eighteen_to_twenty_six_questions_of_every_kind(pack: Pack) -> None:
    kinds = Counter(type(question) for _, question in pack.questions())
    assert 18 <= kinds.total() <= 26
    every = {ScaleQuestion, ChoiceQuestion, CardsQuestion, TextQuestion, LinesQuestion, GoalQuestion}
    assert set(kinds) == every
    assert {question.several for _, question in pack.questions() if isinstance(question, ChoiceQuestion)} == {
        True,
        False,
    }


def test_the_sections_cover_what_the_reflection_is_for(pack: Pack) -> None:
    assert [section.id for section in pack.sections] == [
        "strengths",
        "wellbeing",
        "home",
        "community",
        "hopes",
        "goal",
    ]


def test_nothing_is_asked_twice(pack: Pack) -> None:
    questions = [question for _, question in pack.questions()]
    assert len({question.ask for question in questions}) == len(questions)
    assert len({question.summary for question in questions}) == len(questions)


def test_being_happy_with_a_place_is_followed_by_what_would_make_it_better(pack: Pack) -> None:
    order = [question.id for _, question in pack.questions()]
    assert order.index("home_better") == order.index("home_happy") + 1
    assert order.index("area_better") == order.index("belong") + 1


def test_what_is_kept_is_told_in_three_lines_with_words_that_lead_and_the_rest_names_the_settings(
    pack: Pack,
) -> None:
    assert len(pack.privacy.short) == 3
    assert all(": " in line for line in pack.privacy.short)
    told = " ".join(pack.privacy.short + pack.privacy.more)
    assert all(f"{{{name}}}" in told for name in ("organisation", "contact", "basis", "complain"))
    assert "one calendar month" in told
    assert "I agree" not in told


@pytest.mark.parametrize("name", ["strengths", "short"])
def test_that_a_part_can_be_kept_from_staff_is_told_before_the_first_answer(name: str) -> None:
    short = load_pack(DATA / "packs" / f"{name}.toml").privacy.short
    assert any("keep a part from staff" in line for line in short)


def test_the_deck_has_eight_groups_of_eight_cards_that_all_differ(pack: Pack) -> None:
    deck = pack.decks["strengths"]
    assert [len(deck.in_group(group)) for group in deck.groups] == [8] * 8
    assert all(re.search(r"\b(?:I|me|my|My)\b", card.label) for card in deck.cards)


@pytest.mark.parametrize("part", ["first", "second"])
def test_a_list_of_names_has_256_short_plain_words(names: dict[str, list[str]], part: str) -> None:
    assert len(set(names[part])) == len(names[part]) == 256
    assert [word for word in names[part] if not re.fullmatch(r"[A-Z][a-z]{2,7}", word)] == []


def test_no_name_says_the_same_word_twice(names: dict[str, list[str]]) -> None:
    assert set(names) == {"first", "second"}
    assert set(names["first"]) & set(names["second"]) == set()


def test_no_name_can_hurt_or_frighten(names: dict[str, list[str]]) -> None:
    assert set(names["first"] + names["second"]) & BARRED == set()
