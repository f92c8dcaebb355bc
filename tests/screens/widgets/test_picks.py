"""Lists to pick from."""

import pytest

from kiosk.entry.answers import Answer, Cards
from screens.widgets.choose_screen import ChooseScreen, MenuOption
from screens.widgets.picks import UNPOINTED, PickRow, Picks
from screens.widgets.question_screen import QuestionScreen
from tests.screens.conftest import Kiosk
from tests.screens.looks import is_well
from tests.visitor import LARGE, SMALL, Visitor, visit

LONG = "I get on with the people who live near me, and we help each other when that is needed"


async def test_the_further_lines_of_a_long_option_begin_below_its_first_word(kiosk: Kiosk) -> None:
    options = (MenuOption("long", LONG), MenuOption("short", "I do not"))
    async with visit(kiosk(), at="mood") as visitor:
        for several, size in ((False, LARGE), (True, SMALL)):
            await visitor.resizes(size)
            visitor.app.push_screen(ChooseScreen("Which?", (), options, several=several))
            await visitor.settle()
            for chosen in (False, True):
                first, *further = [line for line in visitor.screen_text().split("\n") if _words(line)]
                start = first.index("I get on")
                assert further
                assert {len(line) - len(line.lstrip(f"{UNPOINTED} ")) for line in further} == {start}
                assert " ".join(_words(line) for line in (first, *further)) == LONG
                row = visitor.page.query(PickRow).first()
                assert row.region.height == 1 + len(further)
                if not chosen:
                    await visitor.presses("1")
            await is_well(visitor)


def _words(line: str) -> str:
    """What of the long option stands on a line."""
    text = line.rpartition("  ")[2].strip()
    return text if text and text in LONG else ""


async def test_enter_with_nothing_chosen_says_which_keys_choose_where_it_can_be_seen(kiosk: Kiosk) -> None:
    options = tuple(MenuOption(str(number), f"Option {number}") for number in range(1, 10))
    async with visit(kiosk(), size=SMALL) as visitor:
        for most in (2, 9):
            visitor.app.push_screen(ChooseScreen("Which?", ("One line.", "Another one."), options[:most]))
            await visitor.settle()
            await visitor.presses("enter")
            assert visitor.sees("Choose one. Type its number, or press ↑ or ↓. Then press Enter.")
            await visitor.presses("1")
            assert not visitor.sees("Choose one.")


def pointed(visitor: Visitor) -> list[str]:
    """Return the rows that are pointed at."""
    return [line.strip() for line in visitor.screen_text().split("\n") if "›" in line]


@pytest.mark.parametrize("at", ["mood", "cards"])
async def test_no_row_is_pointed_at_before_one_moves_and_the_list_shows_that_it_has_the_keys(
    kiosk: Kiosk, at: str
) -> None:
    async with visit(kiosk(), at=at) as visitor:
        assert pointed(visitor) == []
        shown = [row for row in visitor.page.query(PickRow) if row.region]
        assert visitor.screen_text().count(f"{UNPOINTED}  ") == len(shown)
        visitor.page.set_focus(None)
        await visitor.settle()
        assert f"{UNPOINTED}  " not in visitor.screen_text()
        visitor.page.query(Picks).first().focus()
        await visitor.presses("down")
        assert len(pointed(visitor)) == 1
        assert f"{UNPOINTED}  " not in visitor.screen_text()


@pytest.mark.parametrize("at", ["mood", "where", "likes", "people", "goal"])
async def test_enter_says_that_it_leaves_a_question_open_until_it_is_answered(kiosk: Kiosk, at: str) -> None:
    async with visit(kiosk(), at=at) as visitor:
        assert enter(visitor) == "Leave open"
        await visitor.presses("1", "a")
        assert enter(visitor) == "Continue"
        assert visitor.given == {}


async def test_enter_leaves_open_again_what_one_was_not_sure_of(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="day") as visitor:
        assert enter(visitor) == "Leave open"
        for keys, says in ((("f2", "escape"), "Leave open"), (("a", "f2", "escape"), "Continue")):
            await visitor.presses(*keys)
            assert visitor.sees("You said: I am not sure.")
            assert enter(visitor) == says


def enter(visitor: Visitor) -> str:
    """Return what the foot of the page says of Enter."""
    return next(key.label for key, _place in visitor.shown_keys() if key.key == "enter")


@pytest.mark.parametrize(
    ("at", "row", "then", "answer"),
    [("likes", 2, "Continue", ("milk",)), ("cards", 1, "More cards", Cards(("kind",)))],
)
async def test_of_several_enter_chooses_what_was_pointed_at_while_nothing_is_chosen(
    kiosk: Kiosk, at: str, row: int, then: str, answer: Answer
) -> None:
    async with visit(kiosk(), at=at) as visitor:
        page = visitor.page
        assert isinstance(page, QuestionScreen)
        await visitor.presses(*["down"] * row)
        assert enter(visitor) == "Choose"
        await visitor.presses("enter")
        assert page.given == answer
        assert visitor.sees(f"› {row} ☑")
        assert enter(visitor) == then
        # From now on it goes on, wherever the pointer is.
        await visitor.presses("up", "enter", *["enter"] * (2 if at == "cards" else 0))
        assert visitor.page is not page
        assert visitor.given == {at: answer}


async def test_among_cards_enter_says_where_it_leads(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="cards") as visitor:
        said = [enter(visitor)]
        for key in ("f12", "enter", "enter", "enter", "escape", "1", "enter"):
            await visitor.presses(key)
            said.append(enter(visitor))
        assert said == [
            *("More cards", "The cards", "More cards", "Own words", "Leave open"),
            *("Own words", "Own words", "Continue"),
        ]


async def test_who_takes_a_choice_back_leaves_the_question_open_by_enter(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="likes") as visitor:
        await visitor.presses("down", "space", "space")
        assert enter(visitor) == "Leave open"
        await visitor.presses("enter")
        assert (visitor.question, visitor.given) == ("cards", {})


@pytest.mark.parametrize("at", ["mood", "where"])
async def test_of_one_an_arrow_chooses_what_it_comes_to_and_enter_goes_on(kiosk: Kiosk, at: str) -> None:
    async with visit(kiosk(), at=at) as visitor:
        await visitor.presses("down", "down")
        assert visitor.sees("› 2 ●")
        assert enter(visitor) == "Continue"
        await visitor.presses("enter")
        assert visitor.given == {at: 2 if at == "mood" else "out"}


async def test_where_several_may_be_chosen_in_a_menu_the_same_is_so(kiosk: Kiosk) -> None:
    options = (MenuOption("tea", "Tea"), MenuOption("milk", "Milk"))
    given: list[frozenset[str] | None] = []
    async with visit(kiosk()) as visitor:
        visitor.app.push_screen(ChooseScreen("Which?", (), options, several=True), given.append)
        await visitor.settle()
        assert pointed(visitor) == []
        await visitor.presses("down")
        assert enter(visitor) == "Choose"
        await visitor.presses("enter")
        assert enter(visitor) == "Continue"
        await visitor.presses("enter")
        assert given == [frozenset({"tea"})]
