"""My page: what it shows of a page's answers, and that it says nothing that the customer did not."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import seal
from kiosk.entry.answers import Answer, Cards, Goal
from kiosk.entry.handout import handout
from kiosk.entry.my_page import LONGEST, MyPageOf, OwnWords, Rating, my_page_of, strengths_of
from kiosk.entry.pages import Reflection, keep_back, page_of, whole
from kiosk.pack.model import MyPage
from tests.kiosk.desk.exports.entries import hostile
from tests.kiosk.sealed import page_in, sealed_page
from tests.packs import small

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
CUSTOMER = seal.identity_from(bytes(range(32)))
READER = seal.recipient_of(CUSTOMER)
FULL: dict[str, Answer] = {
    "mood": 2,
    "where": "out",
    "likes": ("tea", "milk"),
    "cards": Cards(("kind",), ("I can sing",)),
    "day": "Sun.\n\n  \nSea.",
    "people": ("Mum", "Ali"),
    "goal": Goal("A garden", "Ask Jo", "", "In May"),
}
EVERYTHING = MyPage(
    strengths=("people", "cards", "likes", "day"), ratings=("mood",), hopes=("day", "where"), steps=("goal",)
)

long_text = st.text(st.characters(codec="utf-8", exclude_categories=["C"]) | st.just(" "), max_size=500)
any_answers = st.fixed_dictionaries(
    {},
    optional={
        "mood": st.sampled_from([1, 2]),
        "where": st.sampled_from(["in", "out"]),
        "likes": st.sampled_from([("tea",), ("tea", "milk")]),
        "cards": st.builds(
            Cards,
            st.sampled_from([(), ("kind",), ("kind", "friend")]),
            st.lists(long_text, max_size=2).map(tuple),
        ),
        "day": long_text | st.lists(long_text, max_size=4).map("\n".join),
        "people": st.lists(long_text, max_size=3).map(tuple),
        "goal": st.builds(Goal, long_text, long_text, long_text, long_text),
    },
)


GOAL = (
    OwnWords("My goal", ("A garden",)),
    OwnWords("My goal", ("Ask Jo",), part="first_step"),
    OwnWords("My goal", ("In May",), part="when"),
)


def page(
    answers: dict[str, Answer], my_page: MyPage | None = None, *, top: tuple[str, ...] = ()
) -> Reflection:
    pack = msgspec.structs.replace(small(), my_page=my_page or MyPage())
    return page_of(pack, answers, name="Amber Heron", made=NOON, top=top)


def shown(made: MyPageOf) -> list[str]:
    """Every text of an answer that it shows."""
    said = [line for one in (*made.hopes, *made.steps) for line in one.words]
    return [*made.strengths, *(rating.word for rating in made.ratings), *said]


def labels(made: MyPageOf) -> set[str]:
    return {one.label for one in made.ratings} | {one.label for one in (*made.hopes, *made.steps)}


def test_what_a_pack_names_is_shown_in_the_packs_order() -> None:
    assert my_page_of(page(FULL, EVERYTHING)) == MyPageOf(
        title="A small pack",
        made=NOON,
        strengths=("Mum", "Ali", "I am kind", "I can sing", "Tea", "Milk", "Sun.", "Sea."),
        top=("Mum", "Ali", "I am kind"),
        ratings=(Rating("How I feel", "Good", 2, 2),),
        hopes=(OwnWords("A good day", ("Sun.", "Sea.")), OwnWords("Where", ("Outdoors",), listed=True)),
        steps=GOAL,
    )


def test_where_a_pack_names_nothing_the_kinds_of_answers_tell() -> None:
    assert my_page_of(page(FULL)) == MyPageOf(
        title="A small pack",
        made=NOON,
        strengths=("I am kind", "I can sing"),
        top=("I am kind", "I can sing"),
        ratings=(Rating("How I feel", "Good", 2, 2),),
        hopes=(),
        steps=GOAL,
    )


def test_a_part_that_is_named_shows_no_others_of_its_kind() -> None:
    assert my_page_of(page(FULL, MyPage(strengths=("people",)))).strengths == ("Mum", "Ali")


def test_the_customer_s_three_strengths_stand_on_top_in_the_page_s_order() -> None:
    made = page(FULL, EVERYTHING, top=("Sea.", "Ali", "Milk"))
    assert my_page_of(made).top == ("Ali", "Milk", "Sea.")
    read = page_in(sealed_page(keep_back(made, (), READER), (READER,)), CUSTOMER)
    assert isinstance(read, Reflection)
    assert my_page_of(read).top == ("Ali", "Milk", "Sea.")
    assert my_page_of(page(FULL, EVERYTHING, top=("Tea",))).top == ("Tea",)


def test_a_strength_on_top_that_is_no_longer_said_makes_room_for_the_first_ones() -> None:
    assert my_page_of(page(FULL, top=("I can dance",))).top == ("I am kind", "I can sing")
    assert my_page_of(page({"mood": 1}, top=("I can dance",))).top == ()


def test_no_other_answer_is_marked_and_never_more_than_three() -> None:
    said = page({"people": ("Tea",) * 5, "likes": ("tea",)}, MyPage(strengths=("people",)), top=("Tea",))
    assert {one.id: one.top for one in said.answers() if one.top} == {"people": ("Tea",)}
    every = ("Mum", "Ali", "I am kind", "I can sing", "Tea")
    assert my_page_of(page(FULL, EVERYTHING, top=every)).top == ("Mum", "Ali", "I am kind")


def test_of_what_was_kept_back_nothing_says_what_was_put_on_top() -> None:
    made = keep_back(page(FULL, EVERYTHING, top=("Ali", "Tea")), {"second"}, READER)
    assert [one.top for one in made.answers() if one.top] == [("Tea",)]
    assert my_page_of(made).top == ("Tea",)
    assert my_page_of(whole(made, CUSTOMER)).top == ("Ali", "Tea")


def test_a_long_strength_on_top_is_cut_as_the_others_are_and_is_found_by_all_of_it() -> None:
    long = "I sing " * 25
    said = page({"cards": Cards(("kind",), (long, "I can sing"))}, top=(long,))
    assert strengths_of(said) == ("I am kind", long, "I can sing")
    assert my_page_of(said).top == (my_page_of(said).strengths[1],)
    assert my_page_of(said).top[0].endswith("…")


def test_a_goal_is_told_part_by_part() -> None:
    want, who = my_page_of(page({"goal": Goal("A garden,\n \nwith peas", "", "Ann", "")})).steps
    assert (want.part, want.words) == ("want", ("A garden,", "with peas"))
    assert (who.part, who.words) == ("who", ("Ann",))


def test_strengths_and_a_hope_or_a_goal_are_enough() -> None:
    cards, goal = Cards(("kind",)), Goal("A garden")
    assert not my_page_of(page({"mood": 1, "cards": cards}, MyPage())).is_enough
    assert not my_page_of(page({"mood": 1, "goal": goal}, MyPage())).is_enough
    assert my_page_of(page({"cards": cards, "goal": goal}, MyPage())).is_enough


@pytest.mark.parametrize("my_page", [MyPage(), EVERYTHING])
def test_what_was_left_open_is_left_out(my_page: MyPage) -> None:
    assert my_page_of(page({}, my_page)).is_empty
    made = my_page_of(page({"mood": 1}, my_page))
    assert made.ratings == (Rating("How I feel", "Bad", 1, 2),)
    assert not made.is_empty
    assert shown(made) == ["Bad"]


@pytest.mark.parametrize("my_page", [MyPage(), EVERYTHING])
def test_what_was_kept_back_is_left_out_until_the_code_opens_it(my_page: MyPage) -> None:
    made = page(FULL, my_page)
    read = page_in(sealed_page(keep_back(made, {"second"}, READER), (READER,)), CUSTOMER)
    assert isinstance(read, Reflection)
    assert set(shown(my_page_of(read))) <= {"Good", "Tea", "Milk", "Outdoors"}
    assert my_page_of(read).steps == ()
    assert my_page_of(whole(read, CUSTOMER)) == my_page_of(made)


def test_a_rating_beyond_its_scale_is_left_out_and_the_rest_is_printed() -> None:
    entry = hostile("x")
    assert entry.newest is not None
    assert [(one.place, one.of) for one in my_page_of(entry.newest).ratings] == [(4, 5)]
    assert handout(entry, bytes) is not None


def test_a_long_answer_is_cut_at_a_word() -> None:
    text = "one two three " * 40
    (said,) = my_page_of(page({"day": text.strip()}, MyPage(hopes=("day",)))).hopes
    (line,) = said.words
    assert len(line) <= LONGEST
    assert line.endswith("…")
    assert line.removesuffix("…").split() == text.split()[: len(line.split())]
    assert len(line) > LONGEST - 10


def test_an_answer_is_cut_where_it_is_longer_than_there_is_room_for_and_not_before() -> None:
    for length in (LONGEST, LONGEST + 1):
        (said,) = my_page_of(page({"day": "x" * length}, MyPage(hopes=("day",)))).hopes
        assert said.words == ("x" * length if length == LONGEST else "x" * (LONGEST - 1) + "…",)


def test_a_long_word_after_an_indent_is_cut_inside_the_word() -> None:
    (said,) = my_page_of(page({"day": "Sun.\n  " + "x" * 300}, MyPage(hopes=("day",)))).hopes
    assert said.words == ("Sun.", "x" * (LONGEST - 1) + "…")


@given(any_answers)
def test_every_word_shown_is_one_that_the_customer_wrote_or_picked(answers: dict[str, Answer]) -> None:
    made = page(answers, EVERYTHING)
    answered = [one for one in made.answers() if one.words]
    goal = answers.get("goal")
    parts = msgspec.structs.astuple(goal) if isinstance(goal, Goal) else ()
    every = (*(line for one in answered for line in one.words), *"\n".join(parts).split("\n"))
    read = [line.strip() for line in every]
    for text in shown(my_page_of(made)):
        assert text
        assert len(text) <= LONGEST
        assert text in read or any(line.startswith(text.removesuffix("…")) for line in read)
    assert labels(my_page_of(made)) <= {one.summary for one in answered}


def test_an_answer_of_many_lines_shows_its_first_ones() -> None:
    (said,) = my_page_of(page({"day": "a\nb\nc\nd"}, MyPage(hopes=("day",)))).hopes
    assert said.words == ("a", "b", "c", "d")
    (said,) = my_page_of(page({"day": "a\nb\nc\nd\ne"}, MyPage(hopes=("day",)))).hopes
    assert said.words == ("a", "b", "c", "…")
