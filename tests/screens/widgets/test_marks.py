"""What tells chosen from not chosen, where the keys stand first, and the air between options."""

import pytest

from kiosk.entry.answers import Answer, Cards
from kiosk.pack.model import Pack
from screens.app import has_few_signs
from screens.few_signs import INSTEAD, MARKS
from screens.widgets.caret import Body
from screens.widgets.picks import PickRow
from tests.screens.conftest import Kiosk
from tests.screens.looks import IN_EVERY_FONT
from tests.visitor import LARGE, MY_PAGE, SMALL, visit

HUGE = (200, 60)


@pytest.mark.parametrize(
    ("few_signs", "at", "before", "after"),
    [
        (False, "mood", "│ 1 ○ Bad", "› 1 ● Bad"),
        (False, "likes", "│ 1 ☐ Tea", "› 1 ☑ Tea"),
        (True, "mood", "│ 1 ( ) Bad", "› 1 (•) Bad"),
        (True, "likes", "│ 1 [ ] Tea", "› 1 [x] Tea"),
    ],
)
async def test_what_is_chosen_has_another_mark_and_is_pointed_at(
    kiosk: Kiosk, at: str, before: str, after: str, *, few_signs: bool
) -> None:
    async with visit(kiosk(), at=at, few_signs=few_signs) as visitor:
        assert visitor.sees(before)
        await visitor.presses("down", "space")
        assert visitor.sees(after)


async def test_my_page_and_the_parts_have_no_sign_that_a_console_lacks(kiosk: Kiosk) -> None:
    given: dict[str, Answer] = {"mood": 2, "cards": Cards(("kind", "friend"))}
    async with visit(kiosk(), at=MY_PAGE, given=given, few_signs=True) as visitor:
        assert visitor.sees("2 strengths", "o o Good", "┌─ My page ─")
        await visitor.presses("escape")
        assert visitor.sees("1 - First", "2 - Second", "3 + Finish")
        assert not set(INSTEAD) & {ord(sign) for sign in visitor.screen_text()}
    async with visit(kiosk(), at="mood", few_signs=True) as visitor:
        await visitor.presses("2")
        assert visitor.sees(".────────o")


def test_what_stands_for_a_sign_is_in_every_font_and_as_wide() -> None:
    for sign, instead in ({chr(sign): str(instead) for sign, instead in INSTEAD.items()} | MARKS).items():
        assert len(instead) == len(sign)
        assert all(other.isascii() or other in {*IN_EVERY_FONT, "•"} for other in instead)


def test_the_console_of_linux_has_few_signs() -> None:
    assert has_few_signs({"TERM": "linux"})
    assert not has_few_signs({"TERM": "xterm-256color"})
    assert not has_few_signs({})


async def test_a_scale_is_a_line_of_circles_with_its_word_below_the_chosen_one(
    kiosk: Kiosk, shipped: Pack
) -> None:
    async with visit(kiosk(shipped), at="feeling") as visitor:
        assert visitor.sees("○────────○────────○────────○────────○")
        await visitor.presses("3")
        lines = visitor.screen_text().split("\n")
        at = next(place for place, line in enumerate(lines) if "────────●────────" in line)
        word = lines[at + 1]
        assert word.strip() == "In between"
        assert abs(lines[at].index("●") - word.index("In between") - len("In between") // 2) <= 1
        await visitor.presses("5")
        assert visitor.sees("○────────○────────○────────○────────● Very good")


@pytest.mark.parametrize("at", ["feeling", "more_of"])
async def test_air_stands_between_options_where_all_of_it_fits(kiosk: Kiosk, shipped: Pack, at: str) -> None:
    async with visit(kiosk(shipped, practice=True), at=at, size=SMALL) as visitor:
        for size, apart in ((SMALL, 1), (LARGE, 1), (HUGE, 2)):
            await visitor.resizes(size)
            first, second = [row.region.y for row in visitor.page.query(PickRow)][:2]
            assert second - first == (apart if at == "feeling" else 1)
            assert visitor.page.query_one(Body).max_scroll_y == 0, visitor.screen_text()
            assert visitor.sees("Say more")


async def test_few_options_have_air_on_a_small_terminal_too(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="likes") as visitor:
        for size in (LARGE, SMALL):
            await visitor.resizes(size)
            tea, milk = [row.region.y for row in visitor.page.query(PickRow)]
            assert milk - tea == 2
