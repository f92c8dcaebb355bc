"""Nobody touches the machine: warned, then cleared; whoever is there is never hurried."""

import pytest

from kiosk.supervisor import ENDED
from screens.visit.code import CodeScreen
from screens.visit.question import QuestionScreen
from screens.visit.welcome import ClearedScreen, WelcomeScreen
from screens.widgets.idle import IdleScreen
from tests.screens import looks
from tests.screens.conftest import Kiosk
from tests.visitor import CHECK, LARGE, SMALL, visit

WARN, WRITING_WARN, GRACE = 90, 180, 60


async def test_nothing_happens_at_welcome_for_hours(kiosk: Kiosk) -> None:
    async with visit(kiosk()) as visitor:
        await visitor.waits(3 * 3600)
        assert isinstance(visitor.page, WelcomeScreen)
        await visitor.presses("enter")
        assert visitor.sees("What we keep")


async def test_how_long_one_may_wait_is_told_before_the_first_question(kiosk: Kiosk) -> None:
    async with visit(kiosk()) as visitor:
        told = []
        while not isinstance(visitor.page, QuestionScreen):
            told.append(" ".join(visitor.screen_text().split()))
            await visitor.presses("enter")
        assert any(
            f"after {WARN} seconds" in page and f"after {WRITING_WARN} seconds" in page for page in told
        )


@pytest.mark.parametrize(("question_id", "seconds"), [("mood", WARN), ("day", WRITING_WARN)])
@pytest.mark.parametrize("size", [LARGE, SMALL])
async def test_the_warning_hides_the_answers_and_says_how_long_they_stay(
    kiosk: Kiosk, question_id: str, seconds: int, size: tuple[int, int]
) -> None:
    async with visit(kiosk(), size=size, at=question_id) as visitor:
        await visitor.answers("brindle" if question_id == "day" else 2)
        page = visitor.page
        before = visitor.screen_text()
        await visitor.waits(seconds - 1)
        assert visitor.page is page
        await visitor.waits(1)
        assert isinstance(visitor.page, IdleScreen)
        assert visitor.sees("Are you still here?", "Press any key", f"in {GRACE} seconds")
        assert not visitor.sees("brindle")
        assert not visitor.sees("Good")
        assert looks.problems(visitor) == []
        await visitor.waits(GRACE - 1)
        await visitor.presses("x")
        assert visitor.page is page
        assert visitor.screen_text() == before


async def test_any_key_goes_on_and_does_nothing_else(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="mood", given={"mood": 2}) as visitor:
        before = visitor.screen_text(), visitor.cells()
        for key in ("enter", "escape", "space", "1", "x", "f2", "f3", "f4", "f8", "up", "tab"):
            await visitor.waits(WARN)
            assert isinstance(visitor.page, IdleScreen)
            await visitor.presses(key)
            assert (visitor.screen_text(), visitor.cells()) == before, key


async def test_a_click_anywhere_goes_on(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="mood") as visitor:
        for column, row in ((0, 0), (79, 23), (40, 12), (40, 22)):
            before = visitor.screen_text()
            await visitor.waits(WARN)
            assert isinstance(visitor.page, IdleScreen)
            await visitor.clicks_at(column, row)
            assert visitor.screen_text() == before


async def test_several_keys_at_once_go_on_just_as_one(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="mood") as visitor:
        page = visitor.page
        await visitor.waits(WARN)
        await visitor.types("are")
        assert visitor.page is page
        await visitor.walks_to_check()


async def test_one_may_go_on_as_often_as_one_likes(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="mood") as visitor:
        await visitor.answers(2)
        before = visitor.screen_text()
        for _ in range(11):
            await visitor.waits(WARN + GRACE - 1)
            assert isinstance(visitor.page, IdleScreen)
            await visitor.presses("x")
            assert visitor.screen_text() == before


@pytest.mark.parametrize("question_id", ["mood", "people"])
async def test_whoever_has_gone_leaves_nothing_behind(kiosk: Kiosk, question_id: str) -> None:
    session = kiosk()
    async with visit(session, at=question_id) as visitor:
        await visitor.answers(2 if question_id == "mood" else ("brindle",))
        await visitor.presses("x")
        await visitor.waits(WRITING_WARN if visitor.page.writing else WARN)
        assert isinstance(visitor.page, IdleScreen)
        frames = visitor.watches()
        await visitor.waits(GRACE)
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
        assert visitor.given == {}
        assert not any("brindle" in frame for frame in frames)
    assert session.vault.rows() == ()


async def test_the_warning_comes_on_every_page_of_somebody_s_visit(kiosk: Kiosk) -> None:
    async with visit(kiosk()) as visitor:
        await visitor.presses("enter")
        warned = 0
        while not isinstance(visitor.page, ClearedScreen):
            before = visitor.screen_text()
            await visitor.waits(WARN + 1)
            if not isinstance(visitor.page, IdleScreen):
                assert visitor.page.writing
                await visitor.waits(WRITING_WARN - WARN)
            assert isinstance(visitor.page, IdleScreen)
            warned += 1
            await visitor.presses("x")
            assert visitor.screen_text() == before
            await visitor.presses("enter")
        assert warned >= 15
        await visitor.waits(3600)
        assert isinstance(visitor.page, ClearedScreen)


async def test_a_code_that_nobody_looks_at_any_more_is_cleared(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at=CHECK) as visitor:
        await visitor.saves()
        code = visitor.code
        await visitor.waits(WARN)
        assert not visitor.sees(code.split()[0])
        await visitor.presses("enter")
        assert isinstance(visitor.page, CodeScreen)
        await visitor.waits(WARN + GRACE)
        assert (visitor.gone, visitor.outcome) == (True, ENDED)


async def test_half_an_hour_of_slow_typing_changes_nothing(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="day") as visitor:
        page = visitor.page
        for letter in "thirty letters, one each minut":
            await visitor.waits(60)
            await visitor.presses("space" if letter == " " else letter)
            assert visitor.page is page
        assert visitor.sees("thirty letters, one each minut")


async def test_moving_the_mouse_counts_as_being_there(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="mood") as visitor:
        for _ in range(5):
            await visitor.waits(WARN - 10)
            await visitor.moves_mouse()
        assert visitor.question == "mood"
        await visitor.waits(WARN)
        assert isinstance(visitor.page, IdleScreen)
        await visitor.moves_mouse()
        await visitor.waits(1)
        assert visitor.question == "mood"


async def test_goodbye_goes_by_itself(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ClearedScreen, "SECONDS", 0.01)
    async with visit(kiosk(), at=CHECK) as visitor:
        await visitor.saves()
        await visitor.keeps_code()
        await visitor.presses("enter", "enter", "enter")
        await visitor.until_gone()
        assert visitor.outcome == ENDED
