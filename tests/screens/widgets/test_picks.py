"""Lists to pick from."""

import pytest

from screens.widgets.choose_screen import ChooseScreen, MenuOption
from screens.widgets.picks import PickRow
from tests.screens.conftest import Kiosk
from tests.screens.looks import is_well
from tests.visitor import LARGE, SMALL, visit

LONG = "I get on with the people who live near me, and we help each other when that is needed"


@pytest.mark.parametrize("size", [LARGE, SMALL])
@pytest.mark.parametrize("several", [False, True])
async def test_the_further_lines_of_a_long_option_begin_below_its_first_word(
    kiosk: Kiosk, size: tuple[int, int], *, several: bool
) -> None:
    options = (MenuOption("long", LONG), MenuOption("short", "I do not"))
    async with visit(kiosk(), size=size) as visitor:
        visitor.app.push_screen(ChooseScreen("Which?", (), options, several=several))
        await visitor.settle()
        for chosen in (False, True):
            first, *further = [line for line in visitor.screen_text().split("\n") if _words(line)]
            start = first.index("I get on")
            assert further
            assert {len(line) - len(line.lstrip()) for line in further} == {start}
            assert " ".join(_words(line) for line in (first, *further)) == LONG
            row = visitor.page.query(PickRow).first()
            assert row.region.height == 1 + len(further)
            await is_well(visitor)
            if not chosen:
                await visitor.presses("1")


def _words(line: str) -> str:
    """What of the long option stands on a line."""
    text = line.rpartition("  ")[2].strip()
    return text if text and text in LONG else ""


async def test_enter_with_nothing_chosen_says_which_keys_choose_where_it_can_be_seen(kiosk: Kiosk) -> None:
    options = tuple(MenuOption(str(number), f"Option {number}") for number in range(1, 10))
    async with visit(kiosk(), size=SMALL) as visitor:
        visitor.app.push_screen(ChooseScreen("Which?", ("One line.", "Another one."), options))
        await visitor.settle()
        await visitor.presses("enter")
        assert visitor.sees("Choose one. Type its number, or press ↑ or ↓. Then press Enter.")
