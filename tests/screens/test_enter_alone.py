"""Whoever only presses Enter comes to the end from every page of a visit."""

import pytest
from textual.widgets import Input

from screens.visit.my_page_screen import MyPageScreen
from screens.visit.welcome_screen import ClearedScreen
from screens.widgets.check_screen import CheckScreen
from screens.widgets.code_screen import CodeScreen
from screens.widgets.question_screen import QuestionScreen
from tests import packs
from tests.screens.conftest import Kiosk
from tests.screens.every_page import PAGES
from tests.visitor import CHECK, SMALL, Visitor, visit

MOST = 40
"""Presses from the first page to a cleared screen, at most, with a pack of seven questions."""
NO_WAY_ON = ("after a crash", "nothing", "a page to its end")
"""A question that goes by itself and that nobody is to answer in passing; pages that no walk rests at."""
START = "a question: mood"
ON_THE_WAY = {
    **{f"a question: {id_}": id_ for id_ in ("where", "likes", "cards", "people")},
    "My page": MyPageScreen,
    "the check page": CheckScreen,
    "the code": CodeScreen,
    "saving": CodeScreen,
    "how this was": packs.small().closing.feedback.id,
    "the end": ClearedScreen,
}
"""Those that whoever starts at the first question comes to, as they are."""
DONE: dict[str, tuple[tuple[str, ...], ...]] = {
    "mood": (("down",), ("1", "enter"), ("f2",), ("f3",)),
    "likes": (("down",), ("1", "enter")),
    "cards": (("down",), ("1", "enter"), ("f2",)),
    "day": (("1", "enter"), ("f2",)),
    CHECK: (("down",), ("1", "enter"), ("2", "enter"), ("f6",), ("f3",)),
}
"""What somebody does first, from a place on."""
CASES = {
    name: case
    for name, case in PAGES.items()
    if not name.startswith("the desk: ") and name not in {*NO_WAY_ON, *ON_THE_WAY}
}


async def only_presses_enter(visitor: Visitor, known: set[str]) -> set[object]:
    """Return the kinds of page that are passed, and which questions.

    From what is `known`, since it was painted on the way to an end before, the way is not gone once more.
    """
    seen: list[str] = []
    passed: set[object] = set()
    while not visitor.gone and (text := visitor.screen_text()) not in known:
        assert len(seen) < MOST, f"Enter alone leads nowhere from here:\n{text}"
        seen.append(text)
        passed.add(visitor.question if isinstance(visitor.page, QuestionScreen) else type(visitor.page))
        await visitor.presses("enter")
    known.update(seen)
    return passed


async def test_enter_alone_leads_from_every_page_of_a_visit_to_its_end(
    kiosk: Kiosk, subtests: pytest.Subtests
) -> None:
    known = set[str]()
    for name, case in CASES.items():
        with subtests.test(name):
            async with case.opens(kiosk, SMALL) as (_session, visitor):
                assert isinstance(visitor, Visitor)
                await visitor.let_work()
                for field in visitor.page.query(Input):
                    field.value = ""
                if case is PAGES[START]:
                    assert {*ON_THE_WAY.values()} <= await only_presses_enter(visitor, set())
                else:
                    await only_presses_enter(visitor, known)


async def test_enter_alone_leads_on_after_something_was_done(kiosk: Kiosk, subtests: pytest.Subtests) -> None:
    """What somebody did once leaves nobody in a circle; a key that does nothing is left out."""
    known = set[str]()
    for at, keys in [(at, keys) for at, ways in DONE.items() for keys in ways]:
        with subtests.test(f"{at}: {keys}"):
            async with visit(kiosk(), at=at, given={"mood": 2, "day": "Sun"}, size=SMALL) as visitor:
                await visitor.presses(*keys)
                await only_presses_enter(visitor, known)
    for typed in ("K7QX", "K7QX 4MPD 9RTW 2HNC", "x" * 30):
        with subtests.test(f"a code that is wrong: {typed}"):
            async with visit(kiosk(), at=CHECK, size=SMALL) as visitor:
                await visitor.saves()
                await visitor.presses("enter")
                await visitor.types(typed)
                await only_presses_enter(visitor, known)
