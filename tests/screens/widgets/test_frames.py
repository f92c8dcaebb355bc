"""Fields have a frame, in any number of colours; pages keep to the middle of a large terminal."""

import pytest
from rich.color import Color, ColorSystem
from textual.theme import Theme

from kiosk.pack.model import Pack
from screens.themes import THEMES
from screens.widgets.caret import Body
from screens.widgets.text_field import TextField
from tests.screens.conftest import Kiosk
from tests.visitor import LARGE, SMALL, visit

HUGE = (200, 60)
DRAWN = set("█┃┏┗┓┛━│╭╰╮╯─")


@pytest.mark.parametrize("theme", THEMES, ids=[theme.name for theme in THEMES])
@pytest.mark.parametrize("colours", [ColorSystem.EIGHT_BIT, ColorSystem.STANDARD])
def test_a_frame_is_told_from_the_page_in_few_colours_too(theme: Theme, colours: ColorSystem) -> None:
    number = {
        name: Color.parse(theme.variables[name]).downgrade(colours).number for name in THEMES[0].variables
    }
    for line in ("edge", "leaf", "ink", "quiet"):
        assert number[line] not in (number["ground"], number["field"])
    assert number["ink"] != number["key"]
    assert number["on-leaf"] != number["leaf"]


@pytest.mark.parametrize("at", ["day", "goal"])
async def test_fields_have_lines_at_their_ends_and_short_ones_a_frame_together(kiosk: Kiosk, at: str) -> None:
    async with visit(kiosk(), at=at, size=SMALL) as visitor:
        for size in (SMALL, LARGE):
            await visitor.resizes(size)
            cells = visitor.cells()
            assert visitor.page.query_one(Body).max_scroll_y == 0, visitor.screen_text()
            for field in visitor.page.query(TextField):
                row, place = cells[field.region.bottom - 1], field.region
                assert row[place.x].character in DRAWN
                assert {row[place.right - 1].character, row[place.right].character} & DRAWN
            for frame in visitor.page.query(".frame"):
                place = frame.region
                assert {cells[row][place.x + 1].character for row in (place.y, place.bottom - 1)} <= DRAWN


async def test_fields_and_their_labels_stand_apart_where_there_is_room(kiosk: Kiosk, shipped: Pack) -> None:
    async with visit(kiosk(shipped), at="my_goal", size=HUGE) as visitor:
        for size, apart in ((HUGE, 4), (LARGE, 2), (SMALL, 2)):
            await visitor.resizes(size)
            first, second = [field.region.y for field in visitor.page.query(TextField)][:2]
            assert second - first == apart
            assert visitor.page.query_one(Body).max_scroll_y == 0, visitor.screen_text()


async def test_on_a_large_terminal_a_page_stands_in_the_middle_and_is_no_higher_than_one_looks(
    kiosk: Kiosk,
) -> None:
    async with visit(kiosk(), at="day", size=HUGE) as visitor:
        column = visitor.page.query_one("#column").region
        assert (column.width, column.height) == (68, 30)
        assert (column.x, column.y) == (66, 15)


async def test_a_page_that_is_longer_than_others_is_as_high_as_it_is_long(
    kiosk: Kiosk, shipped: Pack
) -> None:
    async with visit(kiosk(shipped, practice=True), at="more_of", size=HUGE) as visitor:
        frames = visitor.watches()
        await visitor.presses("1", "enter")
        above = {frame.split("One thing")[0] for frame in frames if "One thing" in frame}
        assert len(above) == 1  # nobody sees it grow
        for _ in range(2):
            column = visitor.page.query_one("#column").region
            assert column.height > 30
            assert abs(column.y - 1 - (60 - column.bottom)) <= 1
            assert visitor.page.query_one(Body).max_scroll_y == 0, visitor.screen_text()
            await visitor.resizes(LARGE)
            await visitor.resizes(HUGE)
