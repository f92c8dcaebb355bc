"""Cards: a handful at a time, a tally and a tree of what is picked, own words from any handful."""

import msgspec
import pytest

from kiosk.entry.answers import Cards
from kiosk.entry.tree import LEAF
from kiosk.pack.model import MyPage, Pack
from screens.widgets.cards_box import CardsBox
from screens.widgets.caret import Body
from screens.widgets.picks import Picks
from screens.widgets.tree import Tree
from tests.screens.conftest import Kiosk
from tests.visitor import LARGE, SMALL, Visitor, visit

HOW = "Choose as many as you like. Type their numbers."


def leaves(visitor: Visitor) -> int:
    return str(visitor.page.query_one(Tree).render()).count(LEAF)


async def test_each_strength_is_counted_and_is_a_leaf_own_words_too(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="cards") as visitor:
        assert leaves(visitor) == 0
        assert not visitor.sees("You have")
        await visitor.presses("1")
        assert visitor.sees("You have 1 strength")
        assert leaves(visitor) == 1
        await visitor.presses("enter", "1")
        assert visitor.sees("You have 2 strengths")
        await visitor.presses("1")
        assert visitor.sees("You have 1 strength")
        await visitor.presses("enter")
        await visitor.types("3")
        assert visitor.sees("You have 1 strength")
        await visitor.types(" jobs at once")
        assert visitor.sees("You have 2 strengths")
        assert leaves(visitor) == 2


async def test_only_a_handful_that_was_shown_has_its_cards_and_what_was_picked_in_another_stays(
    kiosk: Kiosk,
) -> None:
    given = {"cards": Cards(("friend",))}
    async with visit(kiosk(), at="cards", given=given) as visitor:
        first, second = visitor.page.query(Picks)
        assert (len(first.children) > 0, len(second.children)) == (True, 0)
        await visitor.presses("enter")
        assert len(second.children) > 0
        assert visitor.page.query_one(CardsBox).answer() == given["cards"]


async def test_own_words_are_a_key_away_from_any_handful_and_so_is_the_way_back(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="cards") as visitor:
        for back in (("enter", "enter"), ("escape",), ("f2",)):
            await visitor.presses("f12")
            assert visitor.sees("In your own words")
            await visitor.types("A")
            await visitor.presses(*back)
            assert visitor.sees("Cards 1 of 2")
        await visitor.presses("enter", "enter", "escape")
        assert visitor.sees("Cards 2 of 2")
        await visitor.presses("enter", "enter")
        assert visitor.given == {"cards": Cards((), ("A", "A", "A"))}


@pytest.mark.parametrize("size", [LARGE, SMALL])
async def test_every_handful_fits_and_how_to_choose_is_told_with_the_first(
    kiosk: Kiosk, shipped: Pack, size: tuple[int, int]
) -> None:
    async with visit(kiosk(shipped, practice=True), at="my_strengths", size=size) as visitor:
        box = visitor.page.query_one(CardsBox)
        handful = 1
        while not box.writing:
            if size == LARGE and handful > 1:
                return  # where all of a handful fits is a smaller one
            assert visitor.sees(f"Cards {handful} of 8")
            assert visitor.sees(HOW) is (handful == 1 and size == LARGE)
            assert visitor.sees("Type their numbers") is (handful == 1)
            assert visitor.page.query_one(Body).max_scroll_y == 0, visitor.screen_text()
            assert visitor.page.query_one(Tree).region.size == ((21, 9) if size == LARGE else (9, 8))
            assert visitor.sees("Everybody has strengths.") is (handful == 1)
            await visitor.presses("8", "enter")
            handful += 1
        assert visitor.sees("You have 8 strengths")
        assert visitor.page.query_one(Body).max_scroll_y == 0, visitor.screen_text()


async def test_cards_that_are_no_strengths_are_counted_as_what_they_are(kiosk: Kiosk, shipped: Pack) -> None:
    pack = msgspec.structs.replace(shipped, my_page=MyPage(strengths=("proud",)))
    async with visit(kiosk(pack), at="my_strengths") as visitor:
        await visitor.presses("1")
        assert visitor.sees("1 chosen")
        assert not visitor.page.query(Tree)
