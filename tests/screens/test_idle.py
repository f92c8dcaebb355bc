"""Nobody touches the machine: warned, then cleared; whoever is there is never hurried."""

from dataclasses import replace
from typing import cast

import pytest
from msgspec import structs

from kiosk.entry.answers import Answer
from kiosk.language import duration
from kiosk.session import Session
from kiosk.settings.settings import IdleSettings
from kiosk.supervision.turns import ENDED
from screens.visit.welcome_screen import ClearedScreen, WelcomeScreen
from screens.widgets.code_screen import CodeScreen
from screens.widgets.idle_screen import IdleScreen
from screens.widgets.question_screen import QuestionScreen
from tests.screens import looks
from tests.screens.conftest import Kiosk
from tests.visitor import CHECK, SMALL, Visitor, visit

WARN, WRITING_WARN, GRACE = 90, 180, 60


async def test_nothing_happens_at_welcome_for_hours(kiosk: Kiosk) -> None:
    async with visit(kiosk()) as visitor:
        await visitor.waits(3 * 3600)
        assert isinstance(visitor.page, WelcomeScreen)
        await visitor.presses("enter")
        assert visitor.sees("What we keep")


@pytest.mark.parametrize(("question_id", "seconds"), [("mood", WARN), ("day", WRITING_WARN)])
async def test_the_warning_hides_the_answers_and_says_how_long_they_stay(
    kiosk: Kiosk, question_id: str, seconds: int
) -> None:
    async with visit(kiosk(), size=SMALL, at=question_id) as visitor:
        await visitor.answers("brindle" if question_id == "day" else 2)
        page = visitor.page
        before = visitor.screen_text()
        await visitor.waits(seconds - 1)
        assert visitor.page is page
        await visitor.waits(1)
        assert isinstance(visitor.page, IdleScreen)
        assert visitor.sees("Are you still here?", "Press any key", f"in {duration(GRACE)}")
        assert not visitor.sees("brindle")
        assert not visitor.sees("Good")
        assert looks.problems(visitor) == []
        await visitor.waits(GRACE - 1)
        await visitor.presses("x")
        assert visitor.page is page
        assert visitor.screen_text() == before


async def test_any_key_or_several_at_once_and_a_click_anywhere_go_on_and_do_nothing_else(
    kiosk: Kiosk,
) -> None:
    async with visit(kiosk(), at="mood", given={"mood": 2}) as visitor:
        before = visitor.screen_text(), visitor.cells()
        for key in ("enter", "escape", "space", "1", "x", "f2", "f3", "f4", "f8", "up", "tab"):
            await visitor.waits(WARN)
            assert isinstance(visitor.page, IdleScreen)
            await visitor.presses(key)
            assert (visitor.screen_text(), visitor.cells()) == before, key
        for column, row in ((0, 0), (79, 23), (40, 22)):
            await visitor.waits(WARN)
            assert isinstance(visitor.page, IdleScreen)
            await visitor.clicks_at(column, row)
            assert (visitor.screen_text(), visitor.cells()) == before, (column, row)
        await visitor.waits(WARN)
        await visitor.types("are")
        assert (visitor.screen_text(), visitor.cells()) == before
        await visitor.goes_on()
        assert visitor.question == "where"


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
    async def is_warned(visitor: Visitor) -> None:
        before = visitor.screen_text()
        await visitor.waits(WARN + 1)
        if not isinstance(visitor.page, IdleScreen):
            assert visitor.page.writing
            await visitor.waits(WRITING_WARN - WARN)
        assert isinstance(visitor.page, IdleScreen)
        await visitor.presses("x")
        assert visitor.screen_text() == before
        await visitor.presses("enter")

    async with visit(kiosk()) as visitor:
        await visitor.presses("enter")
        while not isinstance(visitor.page, QuestionScreen):
            await is_warned(visitor)
        await is_warned(visitor)
    async with visit(kiosk(), at="goal") as visitor:
        while not isinstance(visitor.page, ClearedScreen):
            await is_warned(visitor)
        await visitor.waits(3600)
        assert isinstance(visitor.page, ClearedScreen)
        assert visitor.sees("This page closes by itself.")


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


async def test_a_mouse_that_drifts_is_nobody(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="mood") as visitor:
        for _ in range(WARN):
            visitor.drifts()
            await visitor.waits(1)
        assert isinstance(visitor.page, IdleScreen)
        for _ in range(GRACE):
            visitor.drifts()
            await visitor.settle()
            await visitor.waits(1)
        assert (visitor.gone, visitor.outcome) == (True, ENDED)


async def test_a_button_and_the_wheel_of_a_mouse_are_somebody(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="mood") as visitor:
        for button in (0, 2, 64, 65):
            await visitor.waits(WARN - 1)
            visitor._send(f"\x1b[<{button};1;1M")
            await visitor.settle()
        assert visitor.question == "mood"


def _in_a_hurry(session: Session) -> Session:
    """Let times be short: a key that is stuck is pressed twice a second meanwhile."""
    idle = IdleSettings(warn=10, writing_warn=15, grace=8)
    return replace(session, settings=structs.replace(session.settings, idle=idle))


@pytest.mark.parametrize(
    ("question_id", "key", "every"), [("day", "l", 0.5), ("mood", "f11", 0.5), ("mood", "5", 0.3)]
)
async def test_a_stuck_key_does_what_it_does_and_time_runs(
    kiosk: Kiosk, question_id: str, key: str, every: float
) -> None:
    async with visit(_in_a_hurry(kiosk()), at=question_id) as visitor:
        page = visitor.page
        limit = 15 if page.writing else 10
        began = visitor.clock.at
        while visitor.page is page:
            await visitor.presses(key, every=every)
            visitor.app.watch_presence()
            await visitor.settle()
        assert isinstance(visitor.page, IdleScreen)
        assert visitor.clock.at - began == pytest.approx(limit, abs=2)
        if key == "l":
            assert set(str(cast("QuestionScreen", page).given)) == {"l"}
        while not visitor.gone:
            await visitor.presses(key, every=every)
            visitor.app.watch_presence()
            await visitor.settle()
        assert visitor.clock.at - began == pytest.approx(limit + 8, abs=2)
        assert visitor.given == {}


async def test_another_key_than_the_stuck_one_goes_on(kiosk: Kiosk) -> None:
    async with visit(_in_a_hurry(kiosk()), at="mood") as visitor:
        page = visitor.page
        while visitor.page is page:
            await visitor.presses("f11", every=0.5)
            visitor.app.watch_presence()
            await visitor.settle()
        await visitor.presses("f11", "f11", every=0.5)
        assert isinstance(visitor.page, IdleScreen)
        await visitor.presses("x", every=0.2)
        assert visitor.page is page


@pytest.mark.parametrize(
    ("question_id", "wakes_by", "warned"),
    [
        ("mood", "enter", False),
        ("day", "mouse", False),
        ("mood", "refresh", False),
        ("day", "look", False),
        ("day", "escape", True),
        ("mood", "refresh", True),
    ],
)
async def test_after_a_sleep_nothing_of_the_visit_is_painted_and_no_key_does_anything(
    kiosk: Kiosk, question_id: str, wakes_by: str, warned: bool
) -> None:
    session = kiosk()
    given: dict[str, Answer] = {"day": "brindle", "mood": 2}
    async with visit(session, at=question_id, given=given) as visitor:
        if warned:
            await visitor.waits(WRITING_WARN if visitor.page.writing else WARN)
            assert isinstance(visitor.page, IdleScreen)
        frames = visitor.watches()
        visitor.clock.at += 8 * 3600
        match wakes_by:
            case "mouse":
                visitor.drifts()
                await visitor.settle()
            case "refresh":
                visitor.page.refresh(layout=True)
            case "look":
                visitor.app.watch_presence()
            case key:
                await visitor.presses(key)
        await visitor.until_gone()
        assert visitor.outcome == ENDED
        assert visitor.given == {}
        assert not any(frame.strip() for frame in frames)
    assert session.vault.rows() == ()


async def test_a_short_sleep_is_a_pause_like_any_other(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="mood") as visitor:
        page = visitor.page
        visitor.clock.at += WARN - 10
        await visitor.presses("x")
        assert visitor.page is page
        visitor.clock.at += WARN + 10
        await visitor.waits(1)
        assert isinstance(visitor.page, IdleScreen)


async def test_the_supervisor_is_told_of_touches_once_a_second_and_of_none_that_is_no_person(
    kiosk: Kiosk,
) -> None:
    told: list[str] = []
    async with visit(kiosk(), at="mood", touched=lambda: told.append("touched")) as visitor:
        told.clear()
        for key in "abcdefghijkl":
            await visitor.presses(key, every=0.25)
        assert len(told) == 3
        told.clear()
        for _ in range(20):
            visitor.drifts()
            await visitor.presses("l", every=0.5)
        assert told == []


async def test_goodbye_goes_by_itself(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ClearedScreen, "SECONDS", 0.01)
    async with visit(kiosk(), at=CHECK) as visitor:
        await visitor.saves()
        await visitor.keeps_code()
        await visitor.presses("enter", "enter", "enter")
        await visitor.until_gone()
        assert visitor.outcome == ENDED
