"""Quick hide, clearing and leaving, and keys that are held or bounce."""

import asyncio
from collections.abc import Callable
from functools import partial

import pytest
from textual.await_complete import AwaitComplete

from kiosk.hardening import CRASHED, TERMINATED
from kiosk.supervision.turns import DESK, ENDED
from screens.visit.app import VisitApp
from screens.visit.comment_screen import BlankScreen
from screens.visit.welcome_screen import WelcomeScreen
from screens.widgets.ask_screen import AskScreen
from screens.widgets.busy_screen import BusyScreen
from screens.widgets.picks import Picks
from screens.widgets.question_screen import QuestionResult, QuestionScreen
from tests.screens.conftest import Kiosk
from tests.visitor import CHECK, LARGE, SMALL, visit


@pytest.mark.parametrize(
    ("at", "presses"),
    [("", 0), ("", 1), ("", 2), ("cards", 1), (CHECK, 1), (CHECK, 3)],
)
async def test_f9_hides_on_every_page(kiosk: Kiosk, at: str, presses: int) -> None:
    async with visit(kiosk(), at=at) as visitor:
        await visitor.presses(*["enter"] * presses, "f9")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)


async def test_who_hides_before_the_first_painting_was_told_has_seen_a_page_all_the_same(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(VisitApp, "begin", lambda _app: None)  # it would tell of the first painting
    async with visit(kiosk(), shown=partial(told.append, "shown")) as visitor:
        await visitor.presses("f9")
        assert (visitor.gone, visitor.outcome, told) == (True, ENDED, ["shown"])


async def test_f9_hides_over_a_comment_a_question_and_a_warning(kiosk: Kiosk) -> None:
    for keys, wait in ((["f3", "1", "enter", "x"], 0), (["f8"], 0), ([], 90)):
        async with visit(kiosk(), at="mood") as visitor:
            await visitor.presses(*keys)
            await visitor.waits(wait)
            frames = visitor.watches()
            await visitor.presses("f9")
            assert (visitor.gone, visitor.outcome) == (True, ENDED)
            assert not any(frame.strip() for frame in frames)


ESC = ("escape", "escape", "escape")


@pytest.mark.parametrize(
    ("at", "text", "keys", "every"),
    [
        ("day", "a garden and all that grows in it " * 60, ("f9",), 0.1),
        ("day", "a garden and all that grows in it " * 60, ("shift+f9",), 0.1),
        ("day", "a garden and all that grows in it " * 60, ESC, 0.1),
        ("where", "", (*ESC, "x", "1", "x", "enter"), 0.01),
    ],
)
async def test_hiding_waits_for_nothing_that_came_before_it_and_nothing_is_said_over_it(
    kiosk: Kiosk, at: str, text: str, keys: tuple[str, ...], every: float
) -> None:
    async with visit(kiosk(), at=at) as visitor:
        visitor.clock.at += 1
        for sign in text:
            visitor._send(sign)
        for key in keys:
            visitor.clock.at += every
            visitor._send(key)
        assert isinstance(visitor.app.screen, BlankScreen)
        frames = visitor.watches()
        visitor.app.push_screen(BusyScreen("brindle"))  # whatever else was on its way
        await visitor.settle()
        assert not any(frame.strip() for frame in frames)
        assert (visitor.gone, visitor.outcome) == (True, ENDED)


async def test_hidden_in_the_moment_a_page_that_waits_goes_the_visit_ends_as_hidden(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with visit(kiosk(), at=CHECK, given={"day": "brindle"}) as visitor:
        goes = BusyScreen.dismiss

        def hides(page: BusyScreen) -> AwaitComplete:
            going = goes(page)
            asyncio.get_running_loop().call_soon(visitor.app.action_hide)
            return going

        monkeypatch.setattr(BusyScreen, "dismiss", hides)
        visitor.hold_work()
        await visitor.presses("f10", "enter")
        await visitor.let_work()
        assert (visitor.gone, visitor.outcome) == (True, ENDED)


async def test_hidden_in_any_moment_while_a_page_turns_the_visit_ends_as_hidden(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes = QuestionScreen.dismiss
    for turns in range(1, 15, 2):
        async with visit(kiosk(), at="people") as visitor:

            def hides(
                page: QuestionScreen,
                result: QuestionResult | None = None,
                app: VisitApp = visitor.app,
                turns: int = turns,
            ) -> AwaitComplete:
                going = goes(page, result)
                later(turns, app.action_hide)
                return going

            monkeypatch.setattr(QuestionScreen, "dismiss", hides)
            await visitor.presses("escape")
            assert (visitor.gone, visitor.outcome) == (True, ENDED), turns
            monkeypatch.setattr(QuestionScreen, "dismiss", goes)


def later(turns: int, then: Callable[[], None]) -> None:
    """Do something so many turns of the loop from now on."""
    loop = asyncio.get_running_loop()
    loop.call_soon(partial(later, turns - 1, then) if turns else then)


async def test_an_app_that_ends_without_a_result_while_it_hides_has_hidden(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    cleared: list[bool] = []
    monkeypatch.setattr("screens.visit.app.clear_terminal", lambda: cleared.append(True))
    async with visit(kiosk(), at="day") as visitor:
        assert visitor.app.ended_as(CRASHED) == CRASHED
        monkeypatch.setattr(visitor.app, "_end_hidden", lambda: None)  # its loop is gone by then
        await visitor.presses("f9")
        assert visitor.app.ended_as(CRASHED) == ENDED
        assert visitor.app.ended_as(TERMINATED) == TERMINATED
        assert cleared == [True]
        visitor.app.panic()
        assert visitor.app.ended_as(CRASHED) == CRASHED


async def test_three_quick_escs_hide_as_tmux_passes_them_on(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="goal") as visitor:
        visitor.clock.at += 1
        await visitor.presses("escape", "escape", every=0)
        assert not visitor.gone
        await visitor.presses("escape", every=0.6)
        await visitor.until_gone()
        assert visitor.outcome == ENDED


async def test_slow_escs_only_go_back(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="likes") as visitor:
        await visitor.presses("escape", "escape", "escape", every=0.8)
        assert visitor.sees("Choose a part")


async def test_two_quick_escs_and_other_keys_between_do_not_hide(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="goal") as visitor:
        await visitor.presses("escape", "escape", every=0.3)
        await visitor.presses("enter", every=2)
        await visitor.presses("escape", "escape", every=0.3)
        assert not visitor.gone


async def test_a_held_esc_does_not_hide_and_goes_back_by_its_press_and_its_first_repeat(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="goal") as visitor:
        await visitor.presses("escape")
        assert visitor.question == "people"
        visitor.clock.at += 0.22  # the keyboard's delay
        await visitor.presses(*["escape"] * 60, every=0.03)
        assert visitor.question == "day"


async def test_clearing_is_asked_for_first_where_there_is_something_to_lose(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, at="mood") as visitor:
        await visitor.presses("f8")
        assert visitor.sees("Clear this screen?", "You have not answered any question.")
        await visitor.presses("escape")
        await visitor.answers(2)
        await visitor.presses("f8")
        assert visitor.sees("Clear this screen?", "not saved", "Back to my answers")
        assert not visitor.sees("You have not answered")
        assert not visitor.sees("Good")
        await visitor.presses("escape")
        assert visitor.sees("● Good")
        await visitor.clicks("Clear screen")
        await visitor.presses("f8", "f8")
        assert isinstance(visitor.page, AskScreen)
        await visitor.presses("escape")
        assert visitor.question == "mood"
        await visitor.presses("f8", "delete")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
        assert visitor.given == {}
    assert session.vault.rows() == ()


async def test_a_question_that_has_just_opened_takes_no_del(kiosk: Kiosk) -> None:
    """Del is beside Enter and F8 beside F7: who trembles presses both."""
    async with visit(kiosk(), at="mood") as visitor:
        await visitor.answers(2)
        for soon in (0.1, 0.35):
            await visitor.presses("f8")
            await visitor.presses("delete", every=soon)
            assert isinstance(visitor.page, AskScreen)
            await visitor.presses("enter")
            assert visitor.sees("● Good")


async def test_nothing_is_asked_where_there_is_nothing_to_lose(kiosk: Kiosk) -> None:
    async with visit(kiosk()) as visitor:
        await visitor.presses("f8")
        assert isinstance(visitor.page, WelcomeScreen)
        await visitor.presses("enter", "f8")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)


async def test_a_held_enter_turns_one_page(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="mood") as visitor:
        await visitor.holds("enter", times=60)
        assert visitor.question == "where"
        await visitor.holds("f2")
        assert visitor.question == "likes"


async def test_a_held_digit_picks_once(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="likes") as visitor:
        await visitor.presses("down", "down")
        picks = visitor.page.query_one(Picks)
        for key in ("2", "space"):
            for times in (8, 9):
                picks.chosen = frozenset()
                await visitor.holds(key, times)
                assert picks.chosen == {"milk"}


async def test_a_held_letter_repeats_where_one_writes(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="day") as visitor:
        await visitor.holds("1", times=5)
        assert visitor.sees("11111")


async def test_two_keys_at_once_do_not_leave_two_pages(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="mood") as visitor:
        await visitor.presses("2")
        await visitor.types("\r\x1b\r")
        assert visitor.question == "mood"
        await visitor.presses("enter")
        assert (visitor.question, visitor.given) == ("where", {"mood": 2})


async def test_staff_reach_the_desk_from_welcome_alone(kiosk: Kiosk) -> None:
    async with visit(kiosk()) as visitor:
        assert visitor.sees("F12", "Staff")
        await visitor.presses("enter", "f12", "escape")
        assert isinstance(visitor.page, WelcomeScreen)
        await visitor.presses("f12")
        assert (visitor.gone, visitor.outcome) == (True, DESK)


async def test_no_desk_is_offered_where_there_is_none(kiosk: Kiosk) -> None:
    session = kiosk()
    for file in session.home.staff.glob("*"):
        file.unlink()
    async with visit(session) as visitor:
        assert not visitor.sees("Staff")
        await visitor.presses("f12")
        assert isinstance(visitor.page, WelcomeScreen)


@pytest.mark.parametrize("at", ["day", CHECK])
async def test_the_key_that_hides_says_that_esc_does_so_too(kiosk: Kiosk, at: str) -> None:
    async with visit(kiosk(), at=at) as visitor:
        await visitor.presses("1")  # something is answered, and more is said
        for size in (LARGE, SMALL):
            await visitor.resizes(size)
            assert visitor.sees("F9 3×Esc Hide")
        await visitor.presses("escape" if at == CHECK else "f3")
        for size in (SMALL, LARGE):
            await visitor.resizes(size)
            assert visitor.sees("F9 3×Esc Hide now")
