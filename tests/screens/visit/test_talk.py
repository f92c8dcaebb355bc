"""Asking at Welcome to talk to somebody, without a code and without an answer."""

from collections.abc import Sequence
from dataclasses import replace
from unittest import mock

import pytest
from msgspec import structs

from kiosk.entry.slip import text_of
from kiosk.errors import SaveError
from kiosk.session import Session
from kiosk.vault.vault import Vault
from screens.customer_words import for_customer
from screens.visit.before_screen import BeforeScreen
from screens.visit.my_page_screen import MyPageScreen
from screens.visit.parts_screen import PartsScreen
from screens.visit.talk_screen import TalkScreen
from screens.visit.welcome_screen import ClearedScreen, WelcomeScreen
from screens.widgets.choose_screen import ChooseScreen
from screens.widgets.code_screen import CodeScreen
from tests.fake_printer import FakePrinter
from tests.screens.conftest import Kiosk, unlocked
from tests.screens.every_page import GIVEN
from tests.screens.looks import is_well
from tests.screens.visit.kept import after_crash, asks, pages_of, running, running_files
from tests.visitor import CHECK, LARGE, MY_PAGE, SMALL, Left, Visitor, saver_of, visit

ASKED = "You asked to talk to someone."
ALONE = "The customer asked to talk and answered no questions."
FIRST = "This name stands first on the staff list, until you have talked."


def asks_alone(session: Session) -> Left:
    """Ask to talk as one does at Welcome."""
    saver = saver_of(session)
    saved = saver.save_wish(saver.new_code())
    return Left(saved.handle, saved.name, saved.id)


async def test_at_welcome_three_keys_ask_to_talk_without_a_code_and_without_a_question(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, size=SMALL) as visitor:
        await visitor.presses("f3")
        assert isinstance(visitor.page, TalkScreen)
        for size in (SMALL, LARGE):
            await visitor.resizes(size)
            assert visitor.sees("You do not have to answer any questions.", session.settings.talk.read)
            assert visitor.sees("90 days", "We do not ask who you are.", "For help now:")
            await is_well(visitor)
        assert session.vault.rows() == ()
        await visitor.presses("enter")
        [row] = session.vault.rows()
        for size in (LARGE, SMALL):
            await visitor.resizes(size)
            assert visitor.sees("You asked to talk", row.name, "Staff call you")
            assert visitor.code[:4] in visitor.screen_text().replace(" ", "")
            assert not visitor.sees("answers are saved")
            await is_well(visitor)
        await visitor.presses("enter")
        assert isinstance(visitor.page, ClearedScreen)
        assert not visitor.sees("what you wrote")
        assert not visitor.app.visit.talk
    assert asks(session) == {row.id}


async def test_who_goes_back_or_hides_before_the_code_is_there_leaves_nothing(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session) as visitor:
        await visitor.presses("f3", "escape")
        assert isinstance(visitor.page, WelcomeScreen)
        assert session.vault.rows() == ()
        await visitor.presses("f3")
        visitor.hold_work()
        await visitor.presses("enter", "f9")
        await visitor.let_work()
        visitor.app.clear_away(0)
    assert asks(session) == set()


async def test_who_hides_the_code_has_asked_all_the_same(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session) as visitor:
        await visitor.presses("f3", "enter", "f9")
        assert visitor.gone
        visitor.app.clear_away(0)
    assert len(asks(session)) == 1


async def test_what_happens_next_stands_behind_one_key_and_a_slip_speaks_of_no_answers_to_show(
    kiosk: Kiosk,
) -> None:
    printer = FakePrinter()
    async with visit(kiosk(), printer=printer) as visitor:
        await visitor.presses("f3", "enter", "f6")
        assert await visitor.finds("What happens next", FIRST, "You can take this back with your code.")
        await visitor.presses("enter")
        assert isinstance(visitor.page, CodeScreen)
        await visitor.presses("f5")
        assert isinstance(visitor.page, CodeScreen)
        await visitor.presses("enter", "enter")
        assert visitor.gone
        # It is no visit that statistics count.
        assert visitor.app.told == b""
    [slip] = printer.slips
    said = "\n".join(text_of(slip, 100))
    assert "Use this code to come back" in said
    assert "show your code to staff" not in said


async def test_what_cannot_be_saved_is_told_and_can_be_tried_again(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session) as visitor:
        await visitor.presses("f3")
        with mock.patch.object(Vault, "save", side_effect=SaveError("The disk is asleep.")):
            await visitor.presses("enter")
        assert visitor.sees("This is not saved yet", for_customer(SaveError()), "go to a member of staff")
        await is_well(visitor)
        await visitor.presses("enter")
        assert isinstance(visitor.page, CodeScreen)
    assert len(asks(session)) == 1


async def test_who_gives_up_then_leaves_a_clear_screen(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session) as visitor:
        await visitor.presses("f3")
        with mock.patch.object(Vault, "save", side_effect=SaveError("The disk is asleep.")):
            await visitor.presses("enter")
        await visitor.presses("escape")
        assert isinstance(visitor.page, ClearedScreen)
    assert session.vault.rows() == ()


# -- from every page of a visit


@pytest.mark.parametrize(
    ("at", "ways"),
    [
        (CHECK, [((), ()), (("1", "enter"), ()), (("escape", "3", "enter"), ("escape",))]),
        (MY_PAGE, [(("f6",), ("enter",))]),
    ],
)
async def test_the_same_key_asks_to_talk_and_takes_it_back_on_every_page(
    kiosk: Kiosk, at: str, ways: list[tuple[tuple[str, ...], tuple[str, ...]]]
) -> None:
    """`test_parts` has the menu of a question."""
    async with visit(kiosk(), at=at, given=GIVEN) as visitor:
        for keys, keeps in ways:
            await visitor.presses(*keys)
            await _asks_and_takes_it_back(visitor, keeps)


async def _asks_and_takes_it_back(visitor: Visitor, keeps: Sequence[str]) -> None:
    """Ask; keep the wish by these keys, where there are any; and take it back."""
    page = visitor.page
    await visitor.presses("f3")
    assert visitor.sees("Do you want to talk to someone?", "If you leave without saving, staff do not")
    await visitor.presses("enter")
    assert visitor.app.screen is page
    assert visitor.app.visit.talk
    for keys in (keeps, ("2", "enter")):
        assert page.ready
        assert visitor.sees(ASKED)
        if keys:
            await visitor.presses("f3")
            assert visitor.sees(ASKED, "1 ● Yes, I want to talk 2 ○ I do not want to talk")
            await visitor.presses(*keys)
    assert visitor.sees("This is taken back", "Staff do not see that you want to talk.")
    await visitor.presses("enter")
    assert visitor.app.screen is page
    assert page.ready
    assert not visitor.app.visit.talk
    assert not visitor.sees(ASKED)


async def test_a_wish_that_was_made_on_the_check_page_is_saved(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, at=CHECK, given=GIVEN) as visitor:
        await visitor.presses("f3", "enter", "f10")
        assert isinstance(visitor.page, CodeScreen)
    assert len(asks(session)) == 1


# -- after a crash


async def test_after_a_crash_over_the_code_it_is_shown_again(kiosk: Kiosk) -> None:
    session = running(kiosk())
    async with visit(session) as visitor:
        await visitor.presses("f3", "enter")
        code = visitor.code
    async with visit(after_crash(session)) as visitor:
        await visitor.presses("2", "enter")
        assert visitor.code == code
        assert visitor.sees(ASKED, "Staff call you")
        await visitor.presses("enter")
        assert isinstance(visitor.page, ClearedScreen)
        await visitor.presses("enter")
    assert len(asks(session)) == 1
    assert running_files(session) == []


async def test_after_a_crash_before_it_was_saved_it_is_saved_once(kiosk: Kiosk) -> None:
    session = running(kiosk())
    async with visit(session) as visitor:
        await visitor.presses("f3")
        with mock.patch.object(Vault, "save", side_effect=SaveError("The disk is asleep.")):
            await visitor.presses("enter")
    async with visit(after_crash(session)) as visitor:
        await visitor.presses("2", "enter")
        assert visitor.sees(ASKED, "Staff call you")
    assert len(asks(session)) == 1


# -- coming back with its code


async def test_its_code_shows_that_one_asked_and_takes_it_back(kiosk: Kiosk) -> None:
    session = kiosk()
    left = asks_alone(session)
    async with visit(session, size=SMALL, back=left.code) as visitor:
        assert visitor.sees(ASKED, "Answer the questions", left.name)
        assert not visitor.sees("Read my answers")
        await is_well(visitor)
        await visitor.chooses("Read what staff wrote")
        assert await visitor.finds("asked to talk to someone")
        await visitor.presses("escape")
        await visitor.chooses("I do not want to talk")
        await visitor.presses("enter")
        assert not visitor.sees(ASKED)
    assert asks(session) == set()


async def test_the_questions_can_be_answered_in_that_entry(kiosk: Kiosk) -> None:
    session = kiosk()
    left = asks_alone(session)
    async with visit(session, back=left.code) as visitor:
        await visitor.chooses("Answer the questions")
        assert isinstance(visitor.page, BeforeScreen)
        await visitor.presses("escape")
        assert visitor.sees("Your answers", ASKED)
        await visitor.chooses("Answer the questions")
        await visitor.presses("enter")
        assert isinstance(visitor.page, PartsScreen)
        await visitor.presses("enter")
        await visitor.answers(2)
        await visitor.presses("f10")
        assert isinstance(visitor.page, MyPageScreen)
        assert visitor.sees(ASKED)
        await visitor.walks_to_check()
        await visitor.saves()
        assert await visitor.finds("Your new answers are saved", "Your code stays the same.")
    assert asks(session) == {left.id}
    kinds = [type(page).__name__ for page in pages_of(session, left.id)]
    assert kinds == ["Asked", "Reflection"]


async def test_where_there_are_several_packs_one_is_chosen_for_that_entry(kiosk: Kiosk) -> None:
    session = kiosk()
    left = asks_alone(session)
    short = structs.replace(session.pack, id="short", title="My strengths in five minutes")
    async with visit(replace(session, others=(short,))) as visitor:
        await visitor.comes_back(left.code)
        await visitor.chooses("Answer the questions")
        assert isinstance(visitor.page, ChooseScreen)
        await visitor.presses("escape")
        assert visitor.sees("Your answers", ASKED)
        await visitor.chooses("Answer the questions")
        await visitor.presses("2", "enter", "enter")
        assert visitor.app.visit.pack.id == "short"
        assert str(visitor.app.visit.amends) == left.code


# -- at the desk


async def test_staff_see_it_first_on_the_list_and_read_that_it_holds_a_wish_alone(kiosk: Kiosk) -> None:
    session = kiosk()
    left = asks_alone(session)
    async with unlocked(session, size=SMALL) as member:
        assert member.sees(left.name, "to talk")
        await member.opens(left.code)
        assert member.sees(ALONE, "The customer asked to talk to someone at")
        assert not member.sees("My page")
        await is_well(member)
        await member.presses("f8", "enter")
        assert member.sees("You have talked", ALONE)
    assert asks(session) == set()
