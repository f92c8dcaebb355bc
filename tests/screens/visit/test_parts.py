"""The parts, in any order; what goes deeper; the ways to finish and to others; and how short it all is."""

import re

import pytest

from kiosk.entry.answers import Cards, Goal
from kiosk.pack.model import Pack
from screens.visit.my_page_screen import MyPageScreen
from screens.visit.parts_screen import PartsScreen, Tile
from screens.visit.welcome_screen import WelcomeScreen
from screens.widgets.caret import Body
from screens.widgets.check_screen import CheckScreen
from screens.widgets.code_screen import CodeScreen
from screens.widgets.question_screen import QuestionScreen
from tests.packs import newer, small
from tests.screens.conftest import Kiosk, saved_pages
from tests.screens.looks import is_well
from tests.visitor import CHECK, LARGE, SMALL, Visitor, visit

KEYS_MOST, WORDS_MOST, PAGES = 12, 190, 3
"""The shortest useful visit, and what there is to read before the first question, Welcome too."""
IN_ORDER_MOST = 26
"""Keys, for whoever goes through the parts in order to three strengths and a hope."""


def marks(visitor: Visitor) -> list[str]:
    """Return the marks of the parts, and of the way to finish where that is there."""
    return [str(tile.render()).split()[1] for tile in visitor.page.query(Tile)]


@pytest.mark.parametrize(
    ("size", "ways"),
    [
        (LARGE, ["0 9 4 community", "down right enter community", "down down up left enter wellbeing"]),
        (SMALL, ["down down enter home", "end up enter hopes"]),
    ],
)
async def test_a_part_opens_by_its_digit_and_by_the_arrow_keys(
    kiosk: Kiosk, shipped: Pack, size: tuple[int, int], ways: list[str]
) -> None:
    async with visit(kiosk(shipped), at="feeling", size=size) as visitor:
        for way in ways:
            *keys, opens = way.split()
            await visitor.presses("escape", "home", *keys)
            assert visitor.app.visit.section.id == opens


async def test_parts_are_marked_and_by_touch_they_open_in_any_order(kiosk: Kiosk) -> None:
    async with visit(kiosk()) as visitor:
        await visitor.presses("enter", "enter")
        assert marks(visitor) == ["○", "○"]
        await visitor.clicks("Second")
        await visitor.presses("1", "escape")
        assert visitor.given == {"cards": Cards(("kind",))}
        assert marks(visitor) == ["○", "◐", "✓"]
        assert visitor.sees("0 of 2 parts", "not begun", "1 of 4 answered", "See your page")
        # Whoever now just presses Enter comes through all that is left, in its order, and then to My page.
        met = []
        while not isinstance(visitor.page, MyPageScreen):
            await visitor.goes_on()
            met += [visitor.question] if isinstance(visitor.page, QuestionScreen) else []
        assert met == ["mood", "where", "likes", "cards", "day", "people", "goal"]
        await visitor.goes_back()
        # They were looked at, and left open: nobody would call that done. Enter does not ask it all again.
        assert marks(visitor) == ["◐", "◐", "✓"]
        assert visitor.sees("0 of 2 parts", "0 of 3 answered", "1 of 4 answered")
        await visitor.goes_on()
        assert isinstance(visitor.page, MyPageScreen)
        await visitor.goes_back()
        await visitor.clicks("See your page")
        assert isinstance(visitor.page, MyPageScreen)


async def test_a_part_is_done_once_all_of_it_is_answered_or_left_open_on_purpose(kiosk: Kiosk) -> None:
    async with visit(kiosk(practice=True), at="mood") as visitor:
        await visitor.presses("2", "enter", "1", "enter", "f2", "escape")
        for size in (LARGE, SMALL):
            await visitor.resizes(size)
            assert marks(visitor) == ["●", "○", "✓"]
            assert visitor.sees("1 of 2 parts", "done, 1 left open", "not begun")
            await is_well(visitor)
        await visitor.presses("1", "enter", "enter", "1", "enter", "escape")
        assert visitor.sees("1 of 2 parts", "not begun")
        assert not visitor.sees("left open")


STOP = "You can continue, or finish now with F10."
NOW = {LARGE: "Finish now", SMALL: "F10 Finish"}
"""On the smallest screen the words give way to how to hide."""


async def _says_at_both_sizes(visitor: Visitor, said: dict[tuple[int, int], bool]) -> None:
    """See what is told of finishing now at each size."""
    for size, in_words in said.items():
        await visitor.resizes(size)
        assert visitor.sees(NOW[size])
        assert visitor.sees(STOP) is in_words


async def test_after_the_first_answers_the_page_says_that_one_may_stop(kiosk: Kiosk, shipped: Pack) -> None:
    async with visit(kiosk(shipped, practice=True), at="my_strengths") as visitor:
        assert not visitor.sees("Finish now")
        await visitor.presses("1")
        await _says_at_both_sizes(visitor, {LARGE: False, SMALL: False})
        await is_well(visitor)
    given = {"my_strengths": Cards((shipped.decks["strengths"].cards[0].id,))}
    async with visit(kiosk(shipped, practice=True), at="feeling", given=given) as visitor:
        await _says_at_both_sizes(visitor, {LARGE: True, SMALL: True})
        await is_well(visitor)
        await visitor.goes_on()
        assert visitor.sees(NOW[SMALL])
        assert not visitor.sees(STOP)
        await visitor.presses("escape", "escape")
        for size in (SMALL, LARGE):
            await visitor.resizes(size)
            assert visitor.sees("Choose a part, or finish now with F10.")
            if size == SMALL:
                await is_well(visitor)
        await visitor.presses("5", "1", "enter")
        # There is no room for the words on the smallest screen.
        await _says_at_both_sizes(visitor, {LARGE: True, SMALL: False})
        await visitor.goes_on()
        assert visitor.question == "ready"
        assert visitor.sees(STOP)


async def test_that_one_may_stop_fits_the_first_page_of_each_part(kiosk: Kiosk, shipped: Pack) -> None:
    for section in shipped.sections[1:]:
        at = section.questions[0].id
        async with visit(kiosk(shipped, practice=True), at=at, given={"say": 2}) as visitor:
            assert visitor.sees(STOP)
            assert visitor.page.query_one(Body).max_scroll_y == 0, visitor.screen_text()


async def test_f6_in_the_middle_of_cards_comes_back_to_them_and_the_others_still_come(kiosk: Kiosk) -> None:
    pack = newer(newer(small(), "day", depth=True), "people", depth=True)
    async with visit(kiosk(pack), at="cards") as visitor:
        await visitor.presses("1", "enter")
        for keys in (["escape"], ["f2", "f2"]):
            assert visitor.sees("Cards 2 of 2", "You have 1 strength")
            await visitor.presses("f6")
            assert visitor.question == "day"
            await visitor.presses(*keys)
        assert visitor.sees("Cards 2 of 2", "You have 1 strength")
        await visitor.presses("enter", "enter")
        assert visitor.question == "goal"


async def test_esc_from_what_comes_after_cards_leads_to_the_last_of_them(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="cards") as visitor:
        await visitor.presses("enter", "enter", "enter")
        assert visitor.question == "day"
        await visitor.presses("escape")
        assert visitor.sees("In your own words")
        await visitor.presses("escape")
        assert visitor.sees("Cards 2 of 2")
        await visitor.presses("escape", "escape")
        assert isinstance(visitor.page, PartsScreen)
        await visitor.presses("2")
        assert visitor.sees("Cards 1 of 2")


@pytest.mark.parametrize("question_id", ["mood", "cards", "people"])
async def test_f10_finishes_from_any_question_and_the_parts_and_loses_no_answer(
    kiosk: Kiosk, question_id: str
) -> None:
    async with visit(kiosk(), at=question_id) as visitor:
        await visitor.presses("1", "a", "f10")
        assert isinstance(visitor.page, MyPageScreen)
        assert [*visitor.given] == [question_id]
        if question_id == "mood":
            await visitor.presses("escape", "f10")
            assert isinstance(visitor.page, MyPageScreen)


async def test_f6_says_more_where_the_pack_has_more_and_esc_comes_back(kiosk: Kiosk) -> None:
    pack = newer(newer(small(), "where", depth=True), "day", depth=True)
    async with visit(kiosk(pack), at="mood") as visitor:
        await visitor.presses("2", "f6")
        assert visitor.question == "where"
        assert not visitor.sees("Say more")
        await visitor.presses("1", "escape")
        assert visitor.question == "mood"
        assert visitor.sees("● Good")
        assert not visitor.sees("Say more")
        await visitor.goes_on()
        assert visitor.question == "where"
        await visitor.walks_to("cards")
        await visitor.touches("Say more")
        assert visitor.question == "day"
        assert visitor.given == {"mood": 2, "where": "in"}


async def test_the_menu_of_a_question_leads_to_another_part_and_keeps_the_answer(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="day") as visitor:
        await visitor.types("Sun")
        await visitor.presses("f3", "escape")
        assert visitor.question == "day"
        await visitor.touches("Menu")
        await visitor.chooses("Go to another part")
        assert isinstance(visitor.page, PartsScreen)
        assert visitor.given == {"day": "Sun"}


async def test_from_the_menu_and_the_parts_one_asks_to_talk_and_takes_it_back(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, at="mood") as visitor:
        await visitor.presses("2", "f3", "2", "enter")
        assert visitor.sees("Do you want to talk to someone?", session.settings.talk.read)
        await visitor.presses("enter")
        assert visitor.question == "mood"
        assert visitor.sees("● Good")
        await visitor.presses("f3")
        assert visitor.sees("You asked to talk to someone.", "I do not want to talk")
        await visitor.presses("escape", "escape")
        assert visitor.sees("You asked to talk to someone.")
        await visitor.presses("f3")
        assert not visitor.app.visit.talk
        assert visitor.sees("This is taken back")
        await visitor.presses("enter", "f3", "enter")
        assert visitor.app.visit.reflection().talk


async def test_who_changes_one_answer_is_offered_no_other_part(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at=CHECK) as visitor:
        await visitor.changes("day")
        await visitor.presses("f3")
        assert visitor.sees("Comment on this question")
        assert not visitor.sees("Go to another part")
        await visitor.presses("3", "enter", "escape", "f10")
        assert isinstance(visitor.page, CheckScreen)


async def test_a_strength_a_hope_and_a_first_step_are_saved_by_twelve_keys(
    kiosk: Kiosk, shipped: Pack
) -> None:
    """Letters of own words are not counted."""
    session = kiosk(shipped)
    ways = (
        ["enter", "enter", "enter", "1", "escape", "5", "1", "enter"],
        ["enter"],
        ["f10", "enter", "enter"],
    )
    async with visit(session) as visitor:
        assert isinstance(visitor.page, WelcomeScreen)
        for keys, words in zip(ways, ("To read", "Ask Ann", ""), strict=True):
            await visitor.presses(*keys)
            await visitor.types(words)
        assert isinstance(visitor.page, CodeScreen)
    (page,) = saved_pages(session)
    given = {answer.id: answer.value for answer in page.answers() if answer.value is not None}
    assert [*given] == ["my_strengths", "more_of", "my_goal"]
    assert given["my_goal"] == Goal("To read", "Ask Ann")
    assert sum(map(len, ways)) <= KEYS_MOST


async def test_after_little_to_read_enter_alone_leads_to_strengths_a_hope_and_the_word_that_one_may_stop(
    kiosk: Kiosk, shipped: Pack
) -> None:
    async with visit(kiosk(shipped)) as visitor:
        keys = ["enter", "enter", "enter", "1", "2", "3"]
        pages = []
        while not isinstance(visitor.page, QuestionScreen):
            pages.append(re.findall(r"[A-Za-z]{2,}", visitor.screen_text()))
            await visitor.presses("enter")
        assert len(pages) == PAGES
        assert sum(map(len, pages)) <= WORDS_MOST, [len(page) for page in pages]
        await visitor.presses(*keys[PAGES:])
        met = dict.fromkeys([visitor.question])
        while visitor.question != "more_of":
            keys.append("enter")
            await visitor.presses("enter")
            met[visitor.question] = None
        asked = [question.id for _, question in shipped.questions() if not question.depth]
        assert [*met] == asked[: asked.index("more_of") + 1]
        for key in ("1", "enter", "f10", "enter", "enter"):
            assert key != "f10" or visitor.sees(STOP)
            keys.append(key)
            await visitor.presses(key)
        assert isinstance(visitor.page, CodeScreen)
        assert len(keys) <= IN_ORDER_MOST
