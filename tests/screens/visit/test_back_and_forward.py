"""Going back and forward, changing and skipping: what was answered stays answered."""

from kiosk.entry.answers import Answer, Cards, Goal
from kiosk.pack.model import Pack
from screens.visit.my_page_screen import MyPageScreen
from screens.visit.parts_screen import PartsScreen
from screens.widgets.code_screen import CodeScreen
from screens.widgets.picks import Picks
from screens.widgets.text_field import TextField
from tests.screens import looks
from tests.screens.conftest import Kiosk
from tests.visitor import CHECK, SMALL, visit

ANSWERS: dict[str, Answer] = {
    "mood": 2,
    "where": "out",
    "likes": ("tea", "milk"),
    "cards": Cards(("kind", "friend"), ("I sing", "I wait")),
    "day": "Sun\nand tea",
    "people": ("Ann", "Bo"),
    "goal": Goal("A garden", "Ask Ann", "Ann", "In May"),
}
"""An answer to every question of the small pack."""


async def test_what_was_answered_is_there_after_going_back_and_forward(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="goal") as visitor:
        # Going back keeps it too, and not going on alone.
        for question_id, answer in reversed(ANSWERS.items()):
            await visitor.walks_to(question_id)
            await visitor.answers(answer)
            await visitor.goes_back()
        assert isinstance(visitor.page, PartsScreen)
        assert visitor.given == ANSWERS
        await visitor.opens("mood")
        for question_id in ("mood", "where", "likes"):
            assert visitor.question == question_id
            await visitor.goes_on()
        # All of the other part is behind already.
        assert isinstance(visitor.page, MyPageScreen)
        await visitor.goes_on()
        assert visitor.given == ANSWERS
        shown = " ".join((await visitor.reads_parts()).split())
        for words in ("Good", "Outdoors", "Tea Milk", "I am a friend", "I wait", "and tea", "Bo", "In May"):
            assert words in shown


async def test_what_is_typed_stays_in_its_field_while_one_goes_back_and_forward(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="goal") as visitor:
        await visitor.types("A garden")
        await visitor.presses("enter")
        await visitor.types("Ask")
        await visitor.goes_back()
        assert visitor.question == "people"
        await visitor.goes_on()
        assert [field.text for field in visitor.page.query(TextField)] == ["A garden", "Ask", "", ""]
        # The cursor stands behind what was typed, ready to go on.
        await visitor.presses("up")
        await visitor.types(" Ann")
        await visitor.presses("f10")
        assert visitor.given == {"goal": Goal("A garden", "Ask Ann")}


async def test_a_part_of_a_goal_can_stay_empty_and_enter_still_comes_to_the_next(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="goal") as visitor:
        await visitor.types("A garden")
        await visitor.presses("enter", "enter", "enter")
        await visitor.types("In May")
        await visitor.goes_on()
        assert visitor.given == {"goal": Goal("A garden", when="In May")}


async def test_what_is_skipped_is_not_answered(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="mood", given={"mood": 2, "people": ("Ann",)}) as visitor:
        await visitor.skips()
        assert visitor.given == {"people": ("Ann",)}
        # Whoever comes back finds what they said, and nothing lit that they took back.
        await visitor.goes_back()
        assert visitor.sees("You said: I am not sure.", "○ Good")
        await visitor.presses("2")
        assert not visitor.sees("You said")
    async with visit(kiosk(), at="day", given={"day": "Sun"}) as visitor:
        await visitor.clicks("I am not sure")
        assert visitor.given == {}


async def test_who_is_not_sure_is_told_so_on_the_way_back_until_they_choose(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="where", size=SMALL) as visitor:
        await visitor.answers("in")
        await visitor.skips()
        for leaves in (visitor.goes_on, visitor.skips):
            await visitor.goes_back()
            assert visitor.sees("You said: I am not sure.")
            assert not visitor.page.query_one(Picks).chosen
            assert looks.problems(visitor) == []
            await leaves()
            assert visitor.given == {}
        await visitor.goes_back()
        await visitor.presses("2")
        assert not visitor.sees("You said")
        await visitor.goes_on()
        await visitor.goes_back()
        assert not visitor.sees("You said")
        assert visitor.given == {"where": "out"}


async def test_what_was_written_is_there_again_for_who_was_not_sure(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="people") as visitor:
        await visitor.answers(("Sun",))
        await visitor.skips()
        await visitor.goes_back()
        assert visitor.sees("You said: I am not sure.", "Sun")
        await visitor.goes_back()  # to look at the one before changes nothing
        assert visitor.given == {}
        await visitor.walks_to("people")
        assert visitor.sees("You said: I am not sure.", "Sun")
        await visitor.types("Zoe")
        assert not visitor.sees("You said")
        await visitor.goes_on()
        assert visitor.given == {"people": ("Sun", "Zoe")}


async def test_f2_leads_from_any_handful_to_the_next_question_and_keeps_what_was_picked(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="cards", size=SMALL) as visitor:
        assert visitor.sees("F2 I am not sure")
        await visitor.presses("f2")
        assert visitor.question == "day"
        await visitor.presses("escape")
        assert visitor.sees("Cards 1 of 2", "You said: I am not sure.")
        await visitor.presses("1")
        assert visitor.sees("F2 Enough cards")
        await visitor.presses("f2")
        assert visitor.question == "day"
        assert visitor.given == {"cards": Cards(("kind",))}
        await visitor.presses("escape")
        assert visitor.sees("Cards 1 of 2", "F2 Enough cards")


async def test_a_number_chooses_and_another_one_chooses_that_instead(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="mood") as visitor:
        await visitor.presses("2")
        assert visitor.sees("● Good", "○ Bad")
        await visitor.presses("1", "7", "9", "0")
        assert visitor.sees("○ Good", "● Bad")
        await visitor.presses("down")
        assert visitor.sees("● Good", "○ Bad")


async def test_of_several_a_number_chosen_again_is_taken_back(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="likes") as visitor:
        await visitor.presses("1", "2")
        assert visitor.sees("☑ Tea", "☑ Milk")
        await visitor.presses("1", "3")
        assert visitor.sees("☐ Tea", "☑ Milk")
        await visitor.presses("up", "space")
        assert visitor.sees("☑ Tea", "☑ Milk")


async def test_an_option_that_means_none_of_the_others_stands_alone(kiosk: Kiosk, shipped: Pack) -> None:
    async with visit(kiosk(shipped), at="together") as visitor:
        await visitor.presses("1", "3")
        assert visitor.sees("☑ Cook", "☑ Music")
        await visitor.presses("9")
        assert visitor.sees("☐ Cook", "☐ Music", "☑ Nothing for now")
        await visitor.presses("9")
        assert visitor.sees("☐ Nothing for now")
        await visitor.presses("9", "2")
        assert visitor.sees("☑ Sport", "☐ Nothing for now")
        await visitor.presses("9", "down", "space")
        assert visitor.sees("☐ Nothing for now")


async def test_back_leads_from_the_parts_to_where_one_came_from(kiosk: Kiosk) -> None:
    async with visit(kiosk()) as visitor:
        await visitor.presses("enter", "enter")
        assert visitor.sees("Choose a part", "Back")
        await visitor.presses("escape")
        assert visitor.sees("What we keep")
        assert not visitor.sees("Back")  # behind Welcome somebody else could find the answers
        await visitor.presses("escape", "enter")
        assert visitor.sees("Choose a part")
        await visitor.presses("enter", "2", "enter", "escape", "escape", "escape")
        assert visitor.sees("What we keep")
        # What was answered is still there.
        await visitor.presses("enter", "enter")
        assert visitor.sees("● Good")


async def test_back_works_on_how_this_was_too(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at=CHECK) as visitor:
        await visitor.saves()
        await visitor.keeps_code()
        assert visitor.sees("How was this?", "1 of 2", "Back")
        await visitor.presses("2", "enter")
        await visitor.types("More pictures")
        await visitor.presses("escape")
        assert visitor.sees("1 of 2", "● Good")
        await visitor.presses("escape")
        assert isinstance(visitor.page, CodeScreen)
        await visitor.presses("enter")
        assert visitor.sees("1 of 2", "● Good")
        await visitor.presses("enter")
        assert visitor.sees("2 of 2", "More pictures")


async def test_enter_never_breaks_a_line(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="day") as visitor:
        await visitor.types("one")
        await visitor.presses("left", "enter")
        assert visitor.given == {"day": "one"}
        assert visitor.question == "people"
        # As somebody types who is faster than the screen.
        visitor.clock.at += 1
        await visitor.presses(*"two", "enter", *"three", every=0.08)
        assert [field.text for field in visitor.page.query(TextField)] == ["two", "three", ""]
