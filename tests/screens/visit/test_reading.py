"""Pages to read: more and less, ways up and down, and room between columns and beside the bar."""

import pytest

from kiosk.entry.my_page import MyPageOf, Rating
from kiosk.pack.model import Pack
from screens.visit.my_page_screen import MyPageScreen
from screens.widgets.caret import Body
from screens.widgets.reading_screen import ReadingScreen
from tests.person import Person
from tests.screens import looks
from tests.screens.conftest import Kiosk
from tests.visitor import LARGE, NOW, SMALL, visit

SIZES = pytest.mark.parametrize("size", [LARGE, SMALL], ids=["large", "small"])
MORE, LESS = "F6  Tell me more", "F6  Show less"


def _sees_key(person: Person, key: str) -> bool:
    """Tell whether a key is shown, with or without air around it."""
    return person.sees(key) or person.sees(key.replace("  ", " "))


async def test_f6_shows_more_and_says_that_it_shows_less_then_and_enter_goes_on_from_both(
    kiosk: Kiosk, shipped: Pack
) -> None:
    async with visit(kiosk(shipped), size=SMALL) as visitor:
        await visitor.presses("enter")
        short = visitor.screen_text()
        assert visitor.sees("90 days")
        for back in ("f6", "escape"):
            assert _sees_key(visitor, MORE)
            await visitor.presses("f6")
            assert _sees_key(visitor, LESS)
            assert not _sees_key(visitor, MORE)
            assert looks.problems(visitor) == []
            assert await visitor.finds("privacy notice")
            await visitor.presses(back)
            assert visitor.screen_text() == short
        await visitor.touches("Tell me more")
        await visitor.touches("Back")
        assert visitor.screen_text() == short
        await visitor.presses("f6", "enter")
        assert visitor.sees("Choose a part")


async def test_such_a_page_is_read_to_its_end_and_back_by_keys_and_by_touch(
    kiosk: Kiosk, shipped: Pack
) -> None:
    async with visit(kiosk(shipped), size=SMALL) as visitor:
        await visitor.presses("enter", "f6")
        body, page = visitor.page.query_one(Body), visitor.page
        assert isinstance(page, ReadingScreen)
        assert body.max_scroll_y > 0
        for act, down, up in (
            (visitor.presses, "pagedown", "pageup"),
            (visitor.touches, "Down", "Up"),
        ):
            for way, end in ((down, body.max_scroll_y), (up, 0)):
                for _ in range(9):
                    await act(way)
                assert body.scroll_offset.y == end


async def test_the_columns_of_my_page_never_run_into_each_other(kiosk: Kiosk) -> None:
    wide = "W" * 28
    async with visit(kiosk(), size=SMALL) as visitor:
        for of in (2, 11):
            mine = MyPageOf(
                title="A small pack",
                made=NOW,
                strengths=(wide, wide, wide),
                top=(wide, wide, wide),
                ratings=(Rating("N" * 24, "V" * 12, of, of), Rating("N" * 40, "V" * 40, 1, of)),
                hopes=(),
                steps=(),
            )
            visitor.app.push_screen(MyPageScreen(mine, talk=False))
            await visitor.settle()
            shown = await visitor.reads()
            assert "N" * 22 in shown
            for line in shown.split("\n"):
                assert not any(pair in line for pair in ("WW·", "N●", "N○", "●V", "○V"))
            assert looks.problems(visitor) == []
