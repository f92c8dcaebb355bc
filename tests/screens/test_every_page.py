"""Every page of the program: where its keys are, its ways up and down, and room beside its bar."""

import pytest

from screens.widgets.caret import Body
from screens.widgets.keys import KeyHint
from screens.widgets.plain import Plain
from tests.person import Person
from tests.screens.conftest import Kiosk
from tests.screens.every_page import PAGES, Case
from tests.visitor import LARGE, SMALL

BAR = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", " "}


@pytest.mark.parametrize("size", [LARGE, SMALL], ids=["large", "small"])
@pytest.mark.parametrize("case", PAGES.values(), ids=PAGES)
async def test_every_page_shows_where_one_is_and_how_to_move_on_it(
    kiosk: Kiosk, size: tuple[int, int], case: Case
) -> None:
    async with case.opens(kiosk, size) as (_session, person):
        names_keys_that_move_it_where_it_is_long(person)
        for _ in range(4):
            cursor_stands_within_what_has_the_keys(person)
            await person.presses("tab")
            if person.gone:
                return
        await no_text_touches_the_bar(person)


def names_keys_that_move_it_where_it_is_long(person: Person) -> None:
    for body in person.page.query(Body):
        shown = {hint._key.key for hint in person.page.query(KeyHint) if hint.region}
        longer = body.max_scroll_y > 0
        reads = not person.page.focus_chain
        if longer and reads:
            assert shown & {"down", "pagedown"}
        assert ({"pageup", "pagedown"} <= shown) is (longer and reads and "down" not in shown)


def cursor_stands_within_what_has_the_keys(person: Person) -> None:
    at, focused = person.app.cursor_position, person.app.focused
    for body in person.page.query(Body):
        room = body.scrollable_content_region
        assert room.contains_point(at) if focused is not None else at == room.offset
    if focused is not None:
        assert focused.region.contains_point(at)


async def no_text_touches_the_bar(person: Person) -> None:
    """See that there is no room for that, whatever the texts say."""
    for text in person.page.query(Plain):
        text.show(f"{text.render()} {'x ' * 200}")
    await person.settle()
    for body in person.page.query(Body):
        if body.max_scroll_y == 0:
            continue
        for row in person.cells()[body.region.y : body.region.bottom]:
            beside, bar = row[body.region.right - 2 : body.region.right]
            assert beside.is_blank, person.screen_text()
            assert bar.character in BAR
