"""The check page: part by part, each with its answers on a page of its own."""

import msgspec

from kiosk.entry.answers import Answer, Goal
from kiosk.entry.pages import Answered, AnsweredSection
from screens.visit.my_page_screen import MyPageScreen
from screens.widgets.check_screen import ChangeAnswer, CheckScreen, OpenPart, TakeOut
from screens.widgets.page import PageResult
from screens.widgets.sharing_screen import SharingScreen
from tests.packs import newer, small
from tests.screens.conftest import Kiosk
from tests.screens.looks import is_well
from tests.visitor import CHECK, LARGE, SMALL, visit

GIVEN: dict[str, Answer] = {"mood": 2, "where": "in", "likes": ("tea",), "day": "brindle"}


async def test_it_shows_each_part_in_one_row_with_what_is_answered_and_saves_by_enter(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at=CHECK, given=GIVEN) as visitor:
        assert visitor.stands_on() is PageResult.ON
        for size in (LARGE, SMALL):
            await visitor.resizes(size)
            assert visitor.sees("1 First 3 answers 2 Second 1 answer, 3 left open")
            assert visitor.sees("3 Staff may read all parts")
            assert not visitor.sees("brindle")
        await visitor.presses("enter")
        assert not isinstance(visitor.page, CheckScreen)


async def test_a_part_opens_by_its_number_and_esc_comes_back_to_its_row(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at=CHECK, given=GIVEN) as visitor:
        await visitor.presses("2", "enter")
        for size in (LARGE, SMALL):
            await visitor.resizes(size)
            assert visitor.sees("Second", "2 A good day (Change)", "brindle", "Not answered")
            assert not visitor.sees("How I feel")
            rows = visitor.screen_text().split("\n")
            summary, said = (next(row for row in rows if it in row) for it in ("A good day", "brindle"))
            assert said.index("brindle") == summary.index("A good day")
        await visitor.presses("0", "2")
        assert visitor.stands_on() == ChangeAnswer("day")
        await visitor.presses("escape")
        assert visitor.stands_on() == OpenPart("second")
        await visitor.presses("escape")
        assert isinstance(visitor.page, MyPageScreen)


async def test_what_goes_deeper_and_was_not_met_is_one_row_that_leads_there(kiosk: Kiosk) -> None:
    pack = newer(newer(small(), "where", depth=True), "likes", depth=True)
    async with visit(kiosk(pack), at=CHECK, given={"mood": 2}, size=SMALL) as visitor:
        assert visitor.sees("1 First 1 answer 2 Second Not answered")
        await visitor.presses("1", "enter")
        assert visitor.sees("2 Say more (2 questions)")
        assert not visitor.sees("Not answered")
        await visitor.presses("2", "enter")
        await visitor.answers("in")
        await visitor.goes_on()
        assert visitor.stands_on() == ChangeAnswer("likes")
        assert visitor.sees("Indoors", "3 Say more (1 question)")
        await visitor.presses("enter")
        assert visitor.question == "likes"


async def test_enter_leads_from_a_changed_answer_to_the_next_row_and_after_the_last_to_saving(
    kiosk: Kiosk,
) -> None:
    async with visit(kiosk(), at=CHECK, given=GIVEN) as visitor:
        await visitor.presses("1", "enter", "2")
        for row in ("where", "likes"):
            assert visitor.stands_on() == ChangeAnswer(row)
            await visitor.goes_on()
            assert visitor.question == row
            await visitor.goes_on()
        assert visitor.sees("Check your answers")
        assert visitor.stands_on() is PageResult.ON


async def test_esc_stays_on_the_row_of_an_answer_and_finishing_leaves_its_part(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at=CHECK, given=GIVEN) as visitor:
        await visitor.changes("day")
        for leaves, stands_on, again in (
            ("escape", ChangeAnswer("day"), ("enter",)),
            ("enter", ChangeAnswer("people"), ("up", "enter")),
            ("f2", ChangeAnswer("people"), ("up", "enter")),
            ("f10", PageResult.ON, ()),
        ):
            assert visitor.question == "day"
            await visitor.presses(leaves)
            assert visitor.stands_on() == stands_on
            await visitor.presses(*again)


async def test_enter_leads_past_what_is_kept_of_questions_that_are_no_longer_asked(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at=CHECK, given=GIVEN) as visitor:
        said = Answered("pet", "text", "Your pet?", "Pet", "Rex", ("Rex",))
        answers = (said, msgspec.structs.replace(said, id="car"))
        visitor.app.visit.earlier = (AnsweredSection("gone", "Gone", answers),)
        await visitor.presses("3", "enter", "escape")
        await visitor.presses("3", "enter")
        for row in ("pet", "car"):
            assert visitor.stands_on() == TakeOut(row)
            await visitor.presses("enter")
            assert visitor.sees("Take this answer out?")
            await visitor.presses("enter")
        assert visitor.stands_on() is PageResult.ON


async def test_who_may_read_it_is_a_page_of_its_own_that_says_what_it_means(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at=CHECK, given=GIVEN, size=SMALL) as visitor:
        await visitor.presses("3", "enter")
        for size in (SMALL, LARGE):
            await visitor.resizes(size)
            assert visitor.sees("Who may read this?", "1 Staff may read First 2 Staff may read Second")
            assert visitor.sees("Then only your code opens this part.")
        await visitor.presses("2")
        assert visitor.sees("1 Staff may read First › 2 Only with my code Second")
        assert visitor.app.visit.private == {"second"}
        await visitor.presses("enter")
        for size in (LARGE, SMALL):
            await visitor.resizes(size)
            assert visitor.sees("Second 1 answer, 3 left open Only with my code", "1 part only with my code")
            await is_well(visitor)
        # Who only presses Enter comes on to saving.
        assert visitor.stands_on() is PageResult.ON
        await visitor.presses("3", "enter")
        assert isinstance(visitor.page, SharingScreen)
        await visitor.presses("1", "escape")
        assert visitor.sees("2 parts only with my code")


async def test_a_long_title_leaves_its_answers_a_line_of_their_own(kiosk: Kiosk) -> None:
    first, second = small().sections
    title = "All that I want to tell to somebody"
    pack = msgspec.structs.replace(small(), sections=(first, msgspec.structs.replace(second, title=title)))
    async with visit(kiosk(pack), at=CHECK, given={"goal": Goal("a heron")}, size=SMALL) as visitor:
        lines = [line.strip() for line in visitor.screen_text().splitlines()]
        place = lines.index(f"2  {title}")
        assert lines[place + 1] == "1 answer, 3 left open"
