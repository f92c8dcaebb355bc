"""Asking to talk to somebody, or taking that back, with the code of an entry."""

from datetime import timedelta
from unittest import mock

from kiosk.entry.answers import Answer, Goal
from kiosk.errors import SaveError
from kiosk.vault.vault import Vault
from screens.visit.welcome_screen import ClearedScreen
from tests.kiosk.sealed import SECOND
from tests.screens.conftest import Kiosk, unlocked
from tests.screens.looks import is_well
from tests.screens.visit.kept import asks, desk_of, pages_of
from tests.visitor import NOW, SMALL, leaves, visit

ANSWERS: dict[str, Answer] = {"mood": 1, "day": "brindle", "goal": Goal("A garden", "Seeds", "Ann", "May")}
LATER = NOW + timedelta(days=40)
ASKED = "You asked to talk to someone."
FIRST_ON_THE_LIST = "Staff see the name of your answers first on their list, until you have talked."


async def test_somebody_who_comes_back_asks_to_talk_and_takes_it_back_without_going_through_the_answers(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS, private={session.pack.sections[0].id})
    async with visit(session, size=SMALL, back=left.code) as visitor:
        assert not visitor.sees(ASKED)
        await visitor.chooses("Talk to someone")
        assert visitor.sees("Do you want to talk to someone?", session.settings.talk.read)
        assert not visitor.sees("Once you save")
        await is_well(visitor)
        await visitor.presses("escape")
        assert len(session.vault.pages(left.id)) == 1
        await visitor.chooses("Talk to someone")
        await visitor.presses("enter")
        assert await visitor.finds("What happens next", ASKED, FIRST_ON_THE_LIST, session.settings.talk.read)
        await is_well(visitor)
        await visitor.presses("enter")
        assert visitor.sees("Your answers", ASKED)
        await is_well(visitor)
        assert asks(session) == {left.id}
        await visitor.chooses("Read my answers")
        assert await visitor.finds("brindle", "Only with my code")
        await visitor.presses("escape")
        await visitor.chooses("I do not want to talk")
        assert visitor.sees("This is taken back")
        await visitor.presses("enter")
        assert not visitor.sees(ASKED)
    assert asks(session) == set()
    kinds = [type(page).__name__ for page in pages_of(session, left.id)]
    assert kinds == ["Reflection", "Asked", "Asked"]
    async with unlocked(session, opens=left) as member:
        assert not member.sees("Answers changed")
        seen = " ".join((await member.reads()).split())
        assert "4 March 2026: asked to talk to someone" in seen
        assert "4 March 2026: no longer wants to talk" in seen
        assert "Earlier answers" not in seen


async def test_at_welcome_one_asks_to_talk_with_a_code_and_whoever_has_asked_already_is_not_asked_again(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    async with visit(session, size=SMALL) as visitor:
        assert visitor.sees("F3", "Talk to someone")
        await is_well(visitor)
        await visitor.presses("f3", "f7")
        assert visitor.sees("Talk to someone", "Type your code here, or scan it.")
        await is_well(visitor)
        await visitor.enters("7777 7777 7777 7777")
        assert visitor.sees("Talk to someone")
        await visitor.enters(left.code)
        assert visitor.sees("Do you want to talk to someone?", session.settings.talk.read)
        await visitor.presses("enter")
        assert await visitor.finds("What happens next", ASKED)
        await visitor.presses("enter")
        assert visitor.sees("Your answers", ASKED, "Read my answers")
    assert asks(session) == {left.id}
    async with visit(session, size=SMALL) as visitor:
        await visitor.presses("f3", "f7")
        await visitor.enters(left.code)
        assert visitor.sees("Your answers", ASKED, "I do not want to talk")


async def test_a_wish_that_ended_while_the_answers_were_changed_does_not_come_back(kiosk: Kiosk) -> None:
    """`test_visit` has what goes on after a pause."""
    session = kiosk()
    left = leaves(session, ANSWERS, talk=True)
    async with visit(session, back=left.code) as visitor:
        await visitor.chooses("Change or add answers")
        assert visitor.app.visit.talk
        at_the_desk = desk_of(session)
        at_the_desk.talked(at_the_desk.open(left.code), NOW)
        await visitor.presses("enter")
        assert visitor.sees("Your new answers are saved")
        await visitor.presses("enter")
        assert isinstance(visitor.page, ClearedScreen)
    assert asks(session) == set()


async def test_a_wish_of_an_earlier_day_is_kept_in_a_change_until_staff_say_that_they_talked(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS, talk=True)
    async with visit(session, now=lambda: LATER, back=left.code) as visitor:
        assert visitor.sees(ASKED)
        await visitor.chooses("Change or add answers")
        assert visitor.app.visit.talk
        await visitor.presses("enter")
        assert visitor.sees("Your new answers are saved")
        # What happens with it they were told when they asked.
        await visitor.presses("enter")
        assert isinstance(visitor.page, ClearedScreen)
    assert asks(session) == {left.id}
    at_the_desk = desk_of(session)
    at_the_desk.talked(at_the_desk.open(left.code), LATER)
    async with visit(session, now=lambda: LATER, back=left.code) as visitor:
        await visitor.presses("enter")
        assert not visitor.sees(ASKED)
        await visitor.chooses("Change or add answers")
        assert not visitor.app.visit.talk


async def test_whoever_asks_to_talk_while_changing_answers_is_told_what_happens_next(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    async with visit(session, back=left.code) as visitor:
        await visitor.chooses("Change or add answers")
        await visitor.presses("f3", "enter")
        await visitor.saves()
        assert visitor.sees("Your new answers are saved")
        await visitor.presses("enter")
        assert await visitor.finds("What happens next", FIRST_ON_THE_LIST)
    assert asks(session) == {left.id}


async def test_a_wish_that_cannot_be_saved_is_told_and_can_be_asked_for_again_where_a_part_cannot_be_read(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    leaves(session, ANSWERS | {"day": "fallow"}, amending=left)
    (session.home.vault / left.id[:2] / f"{left.id}.{SECOND}.age").write_bytes(b"junk")
    async with visit(session, back=left.code) as visitor:
        with mock.patch.object(Vault, "add_page", side_effect=SaveError("This could not be saved.")):
            await visitor.chooses("Talk to someone")
            await visitor.presses("enter")
        assert visitor.sees("This is not saved", "This could not be saved.")
        await visitor.presses("enter")
        assert not visitor.sees(ASKED)
        await visitor.chooses("Talk to someone")
        await visitor.presses("enter", "enter")
        assert visitor.sees(ASKED)
    # It takes the place of no answers.
    assert asks(session) == {left.id}
