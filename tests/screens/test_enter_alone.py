"""Whoever only presses Enter comes to the end, whatever they did before.

From every page as it is when one comes to it: `test_pseudo_language`.
"""

import pytest

from screens.visit.my_page_screen import MyPageScreen
from screens.visit.welcome_screen import ClearedScreen
from screens.widgets.check_screen import CheckScreen
from screens.widgets.code_screen import CodeScreen
from screens.widgets.question_screen import QuestionScreen
from tests import packs
from tests.screens.conftest import Kiosk
from tests.visitor import CHECK, SMALL, Visitor, visit

MOST = 40
"""Presses from the first page to a cleared screen, at most, with a pack of seven questions."""
DONE: dict[str, tuple[tuple[str, ...], ...]] = {
    "mood": (("down",), ("1", "enter"), ("f2",), ("f3",)),
    "likes": (("down",), ("1", "enter")),
    "cards": (("down",), ("1", "enter")),
    "day": (("1", "enter"),),
    CHECK: (("down",), ("1", "enter"), ("f6",), ("f3",)),
}
"""What somebody does first, from a place on."""
ON_THE_WAY = {
    *("where", "likes", "cards", "people", packs.small().closing.feedback.id),
    *(MyPageScreen, CheckScreen, CodeScreen, ClearedScreen),
}
"""What whoever begins at the first question comes past."""


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


async def test_enter_alone_leads_on_after_something_was_done(kiosk: Kiosk, subtests: pytest.Subtests) -> None:
    """What somebody did once leaves nobody in a circle; a key that does nothing is left out."""
    known, passed = set[str](), set[object]()
    for at, keys in [(at, keys) for at, ways in DONE.items() for keys in ways]:
        with subtests.test(f"{at}: {keys}"):
            async with visit(kiosk(), at=at, given={"mood": 2, "day": "Sun"}, size=SMALL) as visitor:
                await visitor.presses(*keys)
                passed |= await only_presses_enter(visitor, known)
    assert passed >= ON_THE_WAY
    for typed in ("K7QX", "K7QX 4MPD 9RTW 2HNC", "x" * 30):
        with subtests.test(f"a code that is wrong: {typed}"):
            async with visit(kiosk(), at=CHECK, size=SMALL) as visitor:
                await visitor.saves()
                await visitor.presses("enter")
                await visitor.types(typed)
                await only_presses_enter(visitor, known)
