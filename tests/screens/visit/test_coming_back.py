"""Coming back with a code: read, change, then and now, print, delete; and codes that open nothing."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NoReturn
from unittest import mock

import msgspec
import pytest
from textual import events
from textual.widgets import Input

from kiosk.desk.desk import Desk
from kiosk.desk.keys import staff
from kiosk.entry import handle
from kiosk.entry.answers import Answer, Cards, Goal
from kiosk.entry.handle import ALPHABET
from kiosk.entry.pages import AnyPage, Reflection
from kiosk.entry.slip import text_of
from kiosk.errors import SaveError, VaultError
from kiosk.pack.model import Point
from kiosk.session import Session
from kiosk.supervision.turns import ENDED
from kiosk.upkeep.retention import goes
from kiosk.vault import durable
from kiosk.vault.vault import Vault
from screens.customer_words import for_customer
from screens.visit.my_page_screen import MyPageScreen
from screens.visit.news_screen import NewsScreen
from screens.visit.own_entry_screen import OwnEntryScreen
from screens.visit.return_flow import WRONG_CODE
from screens.visit.welcome_screen import ClearedScreen
from screens.widgets.ask_screen import AskScreen
from screens.widgets.busy_screen import BusyScreen
from screens.widgets.check_screen import ChangeAnswer, CheckScreen, OpenPart, TakeOut
from screens.widgets.choose_screen import ChooseScreen
from screens.widgets.code_screen import CodeScreen
from screens.widgets.enter_code_screen import EnterCodeScreen
from screens.widgets.idle_screen import IdleScreen
from screens.widgets.page import PageResult
from screens.widgets.then_now_screen import ThenNowScreen
from tests.fake_printer import FakePrinter
from tests.kiosk.sealed import SECOND, page_in
from tests.packs import newer
from tests.screens.conftest import PASSPHRASE, STAFF, Kiosk, saved_pages, unlocked
from tests.screens.looks import is_well
from tests.visitor import NOW, SMALL, Left, Visitor, Waits, derive, leaves, visit

ANSWERS: dict[str, Answer] = {"mood": 1, "day": "brindle", "goal": Goal("A garden", "Seeds", "Ann", "May")}
LATER = NOW + timedelta(days=40)
ASKED = "You asked to talk to someone."
FIRST_ON_THE_LIST = "Staff see the name of your answers first on their list, until you have talked."
GONE = "They will be deleted from this machine for good. Copies that staff made before are not deleted."


def _knows_places(session: Session) -> None:
    """Let the kiosk know of other places."""
    session.home.places.mkdir()
    durable.replace(session.home.known_places, b"{}")


async def _at_the_menu(visitor: Visitor, left: Left) -> None:
    await visitor.comes_back(left.code)
    if isinstance(visitor.page, NewsScreen):
        await visitor.presses("enter")
    assert visitor.sees("Your answers", f"The name of your answers: {left.name}")


# -- with a code


async def test_f7_at_welcome_leads_there_and_esc_back(kiosk: Kiosk) -> None:
    async with visit(kiosk()) as visitor:
        assert visitor.sees("F7", "I have a code")
        assert not visitor.sees("Break")
        await visitor.presses("f7")
        assert visitor.sees("I have a code", "Type your code here, or scan it.", "____ ____ ____ ____")
        await visitor.types("K7QX")
        assert visitor.sees("K7QX ____ ____ ____")
        await visitor.presses("escape")
        # Welcome comes from the next process, which has never held that code.
        assert (visitor.gone, visitor.outcome) == (True, ENDED)


async def test_an_entry_is_found_by_its_code_however_it_is_typed(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    async with visit(session) as visitor:
        await visitor.clicks("I have a code")
        await visitor.types(left.code.lower().replace(" ", ""))
        await visitor.presses("enter")
        assert visitor.sees(f"The name of your answers: {left.name}")
        # No word of them is on the screen before it is asked for.
        assert "brindle" not in visitor.screen_text()


async def test_who_types_letters_of_another_script_is_told_of_the_keyboard(kiosk: Kiosk) -> None:
    async with visit(kiosk(), size=SMALL) as visitor:
        await visitor.presses("f7")
        for typed in ("7П4ОУУ", "ضصث"):
            await visitor.enters(typed)
            assert visitor.sees("letters from A to Z", "may be set to another language")
            await is_well(visitor)


async def test_what_is_missing_of_a_code_is_typed_behind_what_stands(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    code = left.code.replace(" ", "")
    async with visit(session, size=SMALL) as visitor:
        await visitor.presses("f7", *code[:10], "enter")
        assert visitor.sees("6 are missing") or code[:10].isalpha()  # as a name is
        await visitor.presses(*code[10:])
        assert visitor.sees(left.code)
        await visitor.presses("enter")
        assert visitor.sees(f"The name of your answers: {left.name}")


async def test_another_whole_code_takes_the_place_of_one_that_is_not(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    code = left.code.replace(" ", "")
    wrong = code[:15] + ALPHABET[ALPHABET.index(code[15]) - 1]

    async with visit(session, size=SMALL) as visitor:

        async def begins() -> None:
            await visitor.presses("f7")
            await visitor.enters("K7QX4MDP90")

        await begins()
        await visitor.scans(wrong)
        assert visitor.sees("Something in this code is wrong", " ".join(handle.groups_of(wrong)))
        await visitor.presses(*"K7")
        assert visitor.sees("K7__ ____ ____ ____")
    for comes in (visitor_types, visitor_scans, visitor_pastes):
        async with visit(session, size=SMALL) as visitor:
            await begins()
            await comes(visitor, code)
            assert visitor.sees(f"The name of your answers: {left.name}")


async def visitor_types(visitor: Visitor, code: str) -> None:
    await visitor.presses(*code)
    assert visitor.sees(" ".join(handle.groups_of(code)))
    await visitor.presses("enter")


async def visitor_scans(visitor: Visitor, code: str) -> None:
    await visitor.scans(code)


async def visitor_pastes(visitor: Visitor, code: str) -> None:
    visitor.page.query_one(Input).post_message(events.Paste(code))
    await visitor.presses("enter")


async def test_two_scans_after_one_another_open_the_second(kiosk: Kiosk) -> None:
    session = kiosk()
    first, second = leaves(session, ANSWERS), leaves(session, {"mood": 2})
    async with visit(session) as visitor:
        await visitor.presses("f7")
        await visitor.scans(first.handle.symbols[:-1] + "*")
        assert visitor.sees("Check the fourth group.")
        await visitor.scans(second.handle.symbols)
        assert visitor.sees(second.name)


# -- under a pack that has changed


async def test_what_was_said_to_a_question_that_has_changed_stands_under_its_old_words_and_is_asked_anew(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    left = leaves(session, {"mood": 1, "day": "brindle"})
    turned = (Point(value=1, label="Good"), Point(value=2, label="Bad"))
    later = replace(session, pack=newer(session.pack, "mood", ask="How is life?", points=turned))
    async with visit(later, size=SMALL) as visitor:
        await visitor.comes_back(left.code)
        await visitor.chooses("Change or add answers")
        await visitor.opens_part("first")
        await is_well(visitor)
        assert await visitor.finds("This question has changed. You said before:", "How do you feel?", "Bad")
        await visitor.changes("mood")
        assert visitor.sees("How is life?", "You said before:", "How do you feel?", "Bad", "○ Good", "○ Bad")
        await is_well(visitor)
        await visitor.goes_on()
        await visitor.saves()
    before, after = pages_of(session, left.id)
    assert isinstance(before, Reflection)
    assert isinstance(after, Reflection)
    said = [one for one in before.answers() if one.words]
    assert [one for one in after.answers() if one.words][:1] == said[:1]
    assert [one.words for one in after.answers() if one.words] == [("Bad",), ("brindle",)]
    leaves(later, {"mood": 1, "day": "brindle"}, amending=left)
    async with visit(later, size=SMALL) as visitor:
        await visitor.comes_back(left.code)
        await visitor.chooses("See then and now")
        assert await visitor.finds(
            "This question has changed", "How do you feel?", "How is life?", "Bad", "Good"
        )
        assert not await visitor.finds("● ○")


async def test_enter_leads_to_each_question_that_has_changed_before_it_saves_and_numbers_stay_what_they_were(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    left = leaves(session, {"mood": 1, "where": "in", "day": "brindle", "people": ("Ann",)})
    once = newer(newer(session.pack, "mood", ask="How is life?"), "where", ask="Where is it good?")
    later = replace(session, pack=newer(once, "people", ask="Who is there for you?"))
    async with visit(later, size=SMALL) as visitor:
        await visitor.comes_back(left.code)
        await visitor.chooses("Change or add answers")
        await _looks_at_the_first_that_has_changed(visitor)
        await visitor.answers(2)
        await visitor.presses("enter")
        assert visitor.sees("2 questions have changed. See the first one")
        await visitor.presses("enter", "f2")
        assert visitor.sees("1 question has changed. See it first")
        await visitor.presses("f10")
        assert visitor.sees("Who is there for you?", "Who matters to you?", "Ann")
        await visitor.goes_on()
        assert not visitor.sees("changed. See")
        assert visitor.stands_on() is PageResult.ON
        await visitor.presses("enter")
        assert visitor.sees("Your new answers are saved")
    # The first was answered, the second left open, and the third only passed.
    asked = {"How is life?": ("Good",), "What is a good day?": ("brindle",), "Who matters to you?": ("Ann",)}
    assert said_on(session, left.id) == asked


async def _looks_at_the_first_that_has_changed(visitor: Visitor) -> None:
    """Look at it, go back, choose who may read its part, and come to it again."""
    assert visitor.sees("3 questions have changed. See the first one")
    await is_well(visitor)
    await visitor.presses("enter")
    assert visitor.sees("How is life?", "You said before:", "How do you feel?", "Bad")
    await visitor.presses("escape")
    assert visitor.sees("3 questions have changed")
    for _ in range(2):
        await visitor.shares("first")
        assert visitor.stands_on() == ChangeAnswer("mood")
    await visitor.presses("1")
    assert visitor.stands_on() == OpenPart("first")
    await visitor.presses("0")
    assert visitor.stands_on() is PageResult.ON
    await visitor.presses("home", "enter")


async def test_what_was_said_to_a_question_that_is_gone_stays(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, {"mood": 1, "day": "brindle"})
    first, _second = session.pack.sections
    later = replace(session, pack=msgspec.structs.replace(session.pack, version=2, sections=(first,)))
    async with visit(later, size=SMALL) as visitor:
        await visitor.comes_back(left.code)
        await visitor.chooses("Change or add answers")
        await is_well(visitor)
        assert visitor.sees("Questions we do not ask now", "1 answer")
        await visitor.presses("2", "enter")
        await is_well(visitor)
        assert visitor.sees("Questions we do not ask now", "What is a good day?", "brindle")
        await visitor.saves()
    kept = {"How do you feel?": ("Bad",), "What is a good day?": ("brindle",)}
    assert said_on(session, left.id) == kept


async def test_what_was_said_to_a_question_that_is_gone_can_be_taken_out_by_itself(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, {"mood": 1, "day": "brindle", "people": ("Ann",)})
    first, _second = session.pack.sections
    later = replace(session, pack=msgspec.structs.replace(session.pack, version=2, sections=(first,)))
    async with visit(later, size=SMALL) as visitor:
        await visitor.comes_back(left.code)
        await visitor.chooses("Change or add answers")
        await visitor.presses("2", "enter", "1", "enter")
        assert visitor.sees("Take this answer out?", "What is a good day?")
        await visitor.presses("escape")
        assert visitor.stands_on() == TakeOut("people")
        await visitor.presses("1", "enter", "delete")
        assert not visitor.sees("brindle")
        assert visitor.sees("Ann")
        await visitor.presses("1", "enter", "delete")
        assert visitor.stands_on() is PageResult.ON
        assert not visitor.sees("Questions we do not ask now")
        await visitor.saves()
    assert said_on(session, left.id).keys() == {"How do you feel?"}


def said_on(session: Session, entry_id: str) -> dict[str, tuple[str, ...]]:
    """What the newest page of an entry says, by question."""
    page = pages_of(session, entry_id)[-1]
    assert isinstance(page, Reflection)
    return {one.ask: one.words for one in page.answers() if one.words}


# -- the wish to talk


async def test_somebody_who_comes_back_asks_to_talk_and_takes_it_back_without_going_through_the_answers(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS, private={session.pack.sections[0].id})
    async with visit(session, size=SMALL) as visitor:
        await visitor.comes_back(left.code)
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


async def test_at_welcome_one_asks_to_talk_with_a_code(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    async with visit(session, size=SMALL) as visitor:
        assert visitor.sees("F3", "Talk to someone")
        await is_well(visitor)
        await visitor.presses("f3", "f7")
        assert visitor.sees("Talk to someone", "Type your code here, or scan it.")
        await is_well(visitor)
        await visitor.types("7777 7777 7777 7777")
        await visitor.presses("enter")
        assert visitor.sees("Talk to someone")
        await visitor.enters(left.code)
        assert visitor.sees("Do you want to talk to someone?", session.settings.talk.read)
        await visitor.presses("enter")
        assert await visitor.finds("What happens next", ASKED)
        await visitor.presses("enter")
        assert visitor.sees("Your answers", ASKED, "Read my answers")
    assert asks(session) == {left.id}
    async with visit(session, size=SMALL) as visitor:
        # Whoever has asked already is not asked again.
        await visitor.presses("f3", "f7")
        await visitor.enters(left.code)
        assert visitor.sees("Your answers", ASKED, "I do not want to talk")


@pytest.mark.parametrize("in_between", ["nothing", "a pause"])
async def test_a_wish_that_ended_while_the_answers_were_changed_does_not_come_back(
    kiosk: Kiosk, in_between: str
) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS, talk=True)
    async with visit(session) as visitor:
        await _at_the_menu(visitor, left)
        await visitor.chooses("Change or add answers")
        assert visitor.app.visit.talk
        at_the_desk = _desk_of(session)
        at_the_desk.talked(at_the_desk.open(left.code), NOW)
        if in_between == "a pause":
            visitor.app.visit.go_on(visitor.app.visit.draft(NOW))
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
    async with visit(session, now=lambda: LATER) as visitor:
        await _at_the_menu(visitor, left)
        assert visitor.sees(ASKED)
        await visitor.chooses("Change or add answers")
        assert visitor.app.visit.talk
        await visitor.presses("enter")
        assert visitor.sees("Your new answers are saved")
        # What happens with it they were told when they asked.
        await visitor.presses("enter")
        assert isinstance(visitor.page, ClearedScreen)
    assert asks(session) == {left.id}
    at_the_desk = _desk_of(session)
    at_the_desk.talked(at_the_desk.open(left.code), LATER)
    async with visit(session, now=lambda: LATER) as visitor:
        await _at_the_menu(visitor, left)
        assert not visitor.sees(ASKED)
        await visitor.chooses("Change or add answers")
        assert not visitor.app.visit.talk
        await visitor.presses("enter")
        assert visitor.sees("Your new answers are saved")
        await visitor.presses("enter")
        assert isinstance(visitor.page, ClearedScreen)
    assert asks(session) == set()


async def test_whoever_asks_to_talk_while_changing_answers_is_told_what_happens_next(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    async with visit(session) as visitor:
        await _at_the_menu(visitor, left)
        await visitor.chooses("Change or add answers")
        await visitor.presses("f3", "enter")
        await visitor.saves()
        assert visitor.sees("Your new answers are saved")
        await visitor.presses("enter")
        assert await visitor.finds("What happens next", FIRST_ON_THE_LIST)
    assert asks(session) == {left.id}


async def test_a_wish_that_cannot_be_saved_is_told_and_can_be_asked_for_again(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    async with visit(session) as visitor:
        await _at_the_menu(visitor, left)
        with mock.patch.object(Vault, "add_page", side_effect=SaveError("This could not be saved.")):
            await visitor.chooses("Talk to someone")
            await visitor.presses("enter")
        assert visitor.sees("This is not saved", "This could not be saved.")
        await visitor.presses("enter")
        assert not visitor.sees(ASKED)
        await visitor.chooses("Talk to someone")
        await visitor.presses("enter", "enter")
        assert visitor.sees(ASKED)
    assert asks(session) == {left.id}


async def test_a_wish_takes_the_place_of_no_answers_where_a_part_of_them_cannot_be_read(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    leaves(session, ANSWERS | {"day": "fallow"}, amending=left)
    (session.home.vault / left.id[:2] / f"{left.id}.{SECOND}.age").write_bytes(b"junk")
    async with visit(session) as visitor:
        await _at_the_menu(visitor, left)
        await visitor.chooses("Talk to someone")
        await visitor.presses("enter", "enter")
        assert visitor.sees(ASKED)
    assert asks(session) == {left.id}


def pages_of(session: Session, entry_id: str) -> list[AnyPage]:
    identity = staff.enter(session.home.staff, STAFF, PASSPHRASE).identity
    return [page_in(sealed, identity) for sealed in session.vault.pages(entry_id)]


def _desk_of(session: Session) -> Desk:
    identity = staff.enter(session.home.staff, STAFF, PASSPHRASE).identity
    return Desk(session.vault, STAFF, identity, session.audit(), derive=derive)


def asks(session: Session) -> set[str]:
    """The ids of the entries that the desk lists as asking to talk."""
    at_the_desk = _desk_of(session)
    return set(at_the_desk.asked_to_talk(at_the_desk.rows()))


# -- reading


async def test_a_customer_reads_all_that_is_kept_and_what_staff_wrote(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    leaves(session, ANSWERS | {"day": "fallow"}, amending=left, at=LATER)
    at_the_desk = _desk_of(session)
    opened = at_the_desk.add_note(at_the_desk.open(left.code), "We met, and planted seeds.", NOW)
    at_the_desk.change_state(opened, "talked through", NOW)
    async with visit(session, size=SMALL) as visitor:
        await _at_the_menu(visitor, left)
        await visitor.chooses("Read my answers")
        assert isinstance(visitor.page, OwnEntryScreen)
        seen = " ".join(re.sub("[▁▂▃▄▅▆▇█]", "", await visitor.reads()).split())  # the bar beside it
        wanted = (
            "My life now",
            "● ○ Bad",
            f"{STAFF} wrote to you on 4 March 2026:",
            "We met, and planted seeds.",
            "Answered at the kiosk on 13 April 2026",
            "fallow",
            "What has happened so far",
            f"4 March 2026: talked about together ({STAFF})",
            "Earlier answers",
            "Answered at the kiosk on 4 March 2026",
            "brindle",
        )
        for text in wanted:
            assert text in seen
        assert sorted(wanted, key=seen.index) == list(wanted)
        await visitor.presses("escape")
        assert visitor.sees(f"The name of your answers: {left.name}")


async def test_enter_leads_back_from_reading_too_and_does_nothing_before_something_is_chosen(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    async with visit(session) as visitor:
        await _at_the_menu(visitor, left)
        await visitor.presses("enter")
        assert isinstance(visitor.page, ChooseScreen)
        assert visitor.sees("Choose one. Type its number, or press ↑ or ↓. Then press Enter.")
        assert visitor.sees("Or press Enter again to finish.")
        for key in ("enter", "escape"):
            await visitor.chooses("Read my answers")
            assert isinstance(visitor.page, OwnEntryScreen)
            assert await visitor.finds("brindle")
            frames = visitor.watches()
            await visitor.presses(key)
            assert isinstance(visitor.page, ChooseScreen)
        await visitor.presses("escape")
        assert isinstance(visitor.page, ClearedScreen)
        # After reading nothing of it is painted any more.
        assert not any("brindle" in frame for frame in frames)
        await visitor.presses("enter")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)


# -- changing


async def test_changes_are_a_new_page_under_the_same_code_and_the_old_one_stays_as_it_was(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    before = session.vault.pages(left.id)
    async with visit(session) as visitor:
        await _at_the_menu(visitor, left)
        await visitor.chooses("Change or add answers")
        assert isinstance(visitor.page, CheckScreen)
        assert visitor.given == ANSWERS
        await visitor.opens_part("first")
        assert visitor.sees("How I feel", "Bad")
        await visitor.changes("day")
        await visitor.answers("fallow")
        await visitor.goes_on()
        await visitor.changes("people")
        await visitor.answers(("Zoe",))
        await visitor.goes_on()
        await visitor.saves()
        assert visitor.sees("Your new answers are saved", "Your code stays the same.")
        await visitor.presses("enter")
        assert isinstance(visitor.page, ClearedScreen)
        await visitor.presses("enter")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
    after = session.vault.pages(left.id)
    assert after[:1] == before
    assert len(session.vault.rows()) == 1
    old, new = (page for page in saved_pages(session) if isinstance(page, Reflection))
    assert _given(old) == ANSWERS
    assert _given(new) == ANSWERS | {"day": "fallow", "people": ("Zoe",)}
    async with visit(session) as visitor:
        await _at_the_menu(visitor, left)
        await visitor.chooses("Change or add answers")
        assert visitor.given == ANSWERS | {"day": "fallow", "people": ("Zoe",)}


def _given(page: Reflection) -> dict[str, Answer]:
    return {answer.id: answer.value for answer in page.answers() if answer.value is not None}


async def test_whoever_does_not_save_changes_keeps_what_was_saved(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    before = session.vault.pages(left.id)
    async with visit(session) as visitor:
        await _at_the_menu(visitor, left)
        await visitor.chooses("Change or add answers")
        await visitor.presses("f8")
        assert visitor.sees("You have not changed anything. What you saved before stays.")
        await visitor.presses("escape")
        await visitor.changes("day")
        await visitor.answers("fallow")
        await visitor.presses("f8")
        assert visitor.sees("Your changes are not saved. What you saved before stays.")
        await visitor.presses("delete")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
    assert session.vault.pages(left.id) == before


async def test_esc_from_a_change_leads_back_to_the_menu_and_asks_where_something_is_not_saved(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    async with visit(session, size=SMALL) as visitor:
        await _at_the_menu(visitor, left)
        await visitor.chooses("Change or add answers")
        await visitor.changes("day")
        await visitor.goes_on()
        await visitor.closes_part()
        await visitor.presses("4", "enter")
        assert isinstance(visitor.page, MyPageScreen)
        await visitor.presses("escape")
        await is_well(visitor)
        await visitor.presses("escape")
        assert visitor.sees("Your answers", f"The name of your answers: {left.name}")
        await visitor.chooses("Change or add answers")
        await visitor.changes("day")
        await visitor.answers("fallow")
        await visitor.goes_on()
        await visitor.closes_part()
        for _ in range(2):
            await visitor.presses("escape")
            assert visitor.sees("Go back without saving?", "What you saved before stays.")
            await is_well(visitor)
            await visitor.presses("escape")
            assert isinstance(visitor.page, CheckScreen)
        assert visitor.given == ANSWERS | {"day": "fallow"}
        await visitor.presses("escape", "delete")
        assert visitor.sees("Your answers", f"The name of your answers: {left.name}")
        await visitor.chooses("Change or add answers")
        assert visitor.given == ANSWERS
        await visitor.presses("escape", "f8")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
    assert len(session.vault.pages(left.id)) == 1


async def test_where_an_entry_was_deleted_meanwhile_its_answers_can_be_saved_as_new_ones(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    async with visit(session) as visitor:
        await _at_the_menu(visitor, left)
        await visitor.chooses("Change or add answers")
        session.vault.erase(left.id)
        await visitor.saves()
        assert visitor.sees("The answers you are changing are no longer here", "deleted, by you or by staff.")
        await visitor.presses("escape")
        assert isinstance(visitor.page, CheckScreen)
        assert visitor.given == ANSWERS
        assert session.vault.rows() == ()
        await visitor.saves()
        await visitor.clicks("Save as new answers")
        assert isinstance(visitor.page, CodeScreen)
        assert visitor.code != left.code
    (page,) = (page for page in saved_pages(session) if isinstance(page, Reflection))
    assert _given(page) == ANSWERS


# -- then and now


async def test_then_and_now_shows_both_days_each_rating_and_what_has_changed(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS | {"people": ("Zoe",)})
    leaves(session, ANSWERS | {"mood": 2}, amending=left, at=NOW + timedelta(days=3))
    newest: dict[str, Answer] = {"mood": 2, "day": "brindle", "goal": Goal("A shed"), "where": "out"}
    leaves(session, newest, amending=left, at=LATER)
    async with visit(session, size=SMALL) as visitor:
        await _at_the_menu(visitor, left)
        await visitor.chooses("See then and now")
        assert isinstance(visitor.page, ThenNowScreen)
        assert visitor.sees("Then: 4 March 2026", "Now: 13 April 2026")
        lines = await visitor.reads()
        rated = re.search(r"(.*Then: )Bad  .*\n(.*)● ○", lines)
        assert rated
        assert len(rated[1]) == len(rated[2])
        flat = " ".join(lines.split())
        for text in ("How I feel", "Then: Bad", "Now: Good", "● ○", "● ●", "A garden", "A shed"):
            assert text in flat
        for text in ("Where", "Then: Not answered", "Now: Outdoors", "Zoe"):
            assert text in flat
        # What is as it was, and is no rating, has no row.
        assert "A good day" not in flat
        await visitor.presses("enter")
        assert isinstance(visitor.page, ChooseScreen)


async def test_then_and_now_shows_both_trees_and_says_them_in_words(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, {"cards": Cards(("kind",))})
    own = ("I can sing", "I bake", "I mend bicycles")
    leaves(session, {"cards": Cards(("kind",), own)}, amending=left, at=LATER)
    async with visit(session) as visitor:
        await _at_the_menu(visitor, left)
        await visitor.chooses("See then and now")
        lines = [line.split() for line in visitor.screen_text().split("\n")]
        assert ["Then:", "1", "strength", "Now:", "4", "strengths"] in lines
        assert visitor.screen_text().count("●") == 5
        assert await visitor.finds("· I am kind", "· I bake")
        await is_well(visitor)
        await visitor.resizes(SMALL)
        await visitor.presses("home")
        assert re.search(r"Then: 1 strength +Now: 4 strengths", visitor.screen_text())


async def test_a_rating_that_stayed_is_shown_and_says_so_by_its_words(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, {"mood": 2})
    leaves(session, {"mood": 2}, amending=left, at=LATER)
    async with visit(session) as visitor:
        await _at_the_menu(visitor, left)
        await visitor.chooses("See then and now")
        assert visitor.screen_text().count("Good") == 2


async def test_where_nothing_has_changed_then_and_now_says_so(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, {"day": "brindle"})
    leaves(session, {"day": "brindle"}, amending=left, at=LATER)
    async with visit(session) as visitor:
        await _at_the_menu(visitor, left)
        await visitor.chooses("See then and now")
        assert visitor.sees("The answers are the same.")


async def test_then_and_now_is_offered_only_where_there_are_both(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    at_the_desk = _desk_of(session)
    at_the_desk.add_note(at_the_desk.open(left.code), "A note is no second set of answers.", NOW)
    async with visit(session) as visitor:
        await _at_the_menu(visitor, left)
        assert "then and now" not in visitor.screen_text()


# -- printing


async def test_the_code_is_printed_again_with_the_day_until_which_it_is_kept(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS, at=NOW - timedelta(days=30))
    printer = FakePrinter()
    async with visit(session, printer=printer) as visitor:
        await _at_the_menu(visitor, left)
        await visitor.chooses("Print my code again")
        until = goes(session.vault.row(left.id), session.settings.privacy.days)
        (slip,) = printer.slips
        words = "\n".join(text_of(slip, 48))
        for text in (left.code, left.name, f"until {until.day} {until:%B %Y}"):
            assert text in words
        assert "brindle" not in words
        assert visitor.sees("Print My page too?")
        await visitor.presses("2", "enter")
        assert "A garden" in "\n".join(text_of(printer.slips[1], 48))
        assert visitor.sees(f"The name of your answers: {left.name}")


# -- deleting


@pytest.mark.parametrize("has_desk", [True, False])
async def test_deleting_asks_once_and_says_what_it_means(kiosk: Kiosk, *, has_desk: bool) -> None:
    session = kiosk()
    left, other = leaves(session, ANSWERS), leaves(session, {"mood": 2})
    if not has_desk:
        for file in session.home.staff.glob("*"):
            file.unlink()
        _knows_places(session)
    elsewhere = "Other places delete them once they hear of it, which can take some days."
    async with visit(session) as visitor:
        await _at_the_menu(visitor, left)
        assert visitor.sees("3 ○ Talk to someone", "4 ○ Delete my answers")
        await visitor.chooses("Delete my answers")
        assert isinstance(visitor.page, AskScreen)
        assert visitor.sees(
            "Delete your answers?",
            GONE,
            "Keep my answers",
        )
        assert visitor.sees(elsewhere) is not has_desk
        await visitor.presses("escape")
        assert isinstance(visitor.page, ChooseScreen)
        assert session.vault.has(left.id)
        await visitor.chooses("Delete my answers")
        await visitor.presses("delete")
        assert visitor.sees("Your answers are deleted", "Deleted from this machine.")
        traces = "Someone with special tools might still find parts of them"
        without_key = (
            "Someone with special tools might still find parts of them. This machine never had the key "
            "that opens them."
        )
        assert visitor.sees(traces)
        assert visitor.sees(without_key) is not has_desk
        assert visitor.sees(elsewhere) is not has_desk
        await visitor.presses("enter")
        assert isinstance(visitor.page, ClearedScreen)
    assert not session.vault.has(left.id)
    assert session.vault.has(other.id)


async def test_what_cannot_be_deleted_is_told_and_is_still_there(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)

    def fails(_: str) -> NoReturn:
        raise VaultError("The disk is asleep.")

    async with visit(session) as visitor:
        await _at_the_menu(visitor, left)
        with monkeypatch.context() as patch:
            patch.setattr(session.vault, "erase", fails)
            await visitor.chooses("Delete my answers")
            await visitor.presses("delete")
            assert visitor.sees("Your answers are still here", for_customer(VaultError()))
            assert not visitor.sees("The disk is asleep.")
        await visitor.presses("enter")
        await visitor.chooses("Read my answers")
        assert await visitor.finds("brindle")


# -- codes that open nothing


async def test_a_code_whose_answers_time_was_over_is_told_so_and_is_no_wrong_one(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    session.vault.erase(left.id, why="time")
    async with visit(session, sleep=Waits()) as visitor:
        await visitor.presses("f7")
        await visitor.enters(left.code)
        assert visitor.sees("These answers were deleted on ", "because the time we keep them was over.")
        assert not visitor.sees(WRONG_CODE)
    assert session.attempts().read().wrong == 0


async def test_nobody_s_code_and_that_of_a_deleted_entry_get_the_same_words(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    session.vault.erase(left.id)
    async with visit(session, sleep=Waits(), size=SMALL) as visitor:
        await visitor.presses("f7")
        for exchanges in (False, True):
            if exchanges:
                _knows_places(session)
            told = set()
            for code in (str(handle.draw()), left.code):
                await visitor.enters(code)
                assert visitor.sees(WRONG_CODE)
                assert visitor.sees("If you saved at another place, they may not have come here") is exchanges
                await is_well(visitor)
                told.add(visitor.screen_text().replace(code, "").replace("  ".join(code.split()), ""))
                # What was typed is there, to be compared.
                assert visitor.page.query_one(Input).value == code
            assert len(told) == 1


async def test_each_wrong_code_makes_the_next_look_slower_and_a_right_one_begins_anew(kiosk: Kiosk) -> None:
    """`test_wrong_codes` has how slow."""
    session = kiosk()
    left = leaves(session, ANSWERS)
    waits = Waits()
    # Another visit, and so another process, in which codes were wrong: it is remembered.
    for _ in range(3):
        session.attempts().begin(NOW)
    async with visit(session, sleep=waits) as visitor:
        await visitor.presses("f7")
        await visitor.enters(str(handle.draw()))
        assert waits.asked == [2]
        # The right one waits once more: how long tells nothing of what it opens.
        await visitor.enters(left.code)
        assert waits.asked.pop() == 3
        assert visitor.sees(left.name)
    waits.asked.clear()
    async with visit(session, sleep=waits) as visitor:
        await visitor.presses("f7")
        for _ in range(3):
            await visitor.enters(str(handle.draw()))
        # The first two looks take no time.
        assert waits.asked == [1]


async def test_while_it_waits_it_says_how_long_and_no_key_does_anything(kiosk: Kiosk) -> None:
    session = kiosk()
    over = asyncio.Event()

    async def waits(_seconds: float) -> None:
        await over.wait()

    for _ in range(4):
        session.attempts().begin(NOW)
    async with visit(session, sleep=waits) as visitor:
        await visitor.presses("f7")
        await visitor.enters(str(handle.draw()))
        for key in ("escape", "f5", "enter", "1", "f8"):
            assert isinstance(visitor.page, BusyScreen)
            assert visitor.sees("One moment. This takes about 3 seconds.")
            await visitor.presses(key)
        over.set()
        await visitor.settle()
        assert visitor.sees(WRONG_CODE)


async def test_one_can_hide_while_it_waits_and_the_code_still_counts(kiosk: Kiosk) -> None:
    session = kiosk()

    async def waits(_seconds: float) -> None:
        await asyncio.Event().wait()

    for _ in range(4):
        session.attempts().begin(NOW)
    async with visit(session, sleep=waits) as visitor:
        await visitor.presses("f7")
        await visitor.enters(str(handle.draw()))
        await visitor.presses("f9")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
    assert session.attempts().read().wrong == 5


def _mistyped(code: str) -> str:
    symbols = code.replace(" ", "")
    return symbols[:-1] + ALPHABET[(ALPHABET.index(symbols[-1]) + 1) % len(ALPHABET)]


async def test_a_mistyped_code_costs_no_time_and_is_not_counted(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    waits = Waits()
    async with visit(session, sleep=waits, size=SMALL) as visitor:
        await visitor.presses("f7")
        for _ in range(2):
            await visitor.enters(_mistyped(left.code))
            assert visitor.sees("Something in this code is wrong. Check each group again.")
        for typed, told in (
            ("", "Enter the code: four groups of four characters."),
            (
                "K7QX 4MPD 9RTW",
                "this has 12: 4 are missing. Check each group again. Or press Esc to go back.",
            ),
            ("K7QX 4MPD 9RTW 2HN", "Check the fourth group. Each group has 4 characters, and this has 3."),
            ("K7QX4MPD9RTW2HN", "this has 15: 1 is missing."),
            ("K7QX 4MPD 9RUW 2HNC", "Check the third group."),
        ):
            await visitor.enters(typed)
            assert visitor.sees(told)
            await is_well(visitor)
        await visitor.presses("k")  # what was wrong with the code before is not said of a new one
        assert not visitor.sees("Check the third group.")
        assert waits.asked == []
        assert session.attempts().read().wrong == 0
        await visitor.enters(left.code)
        assert visitor.sees(left.name)
    assert session.attempts().read().wrong == 0


async def test_staff_see_once_how_many_codes_opened_nothing(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    told = "Wrong codes tried by customers: 2."
    session.attempts().begin(NOW)
    async with visit(session, sleep=Waits()) as visitor:
        await visitor.presses("f7")
        await visitor.enters(str(handle.draw()))
        await visitor.enters(left.code)  # that one is right, and not counted
    async with unlocked(session) as member:
        assert member.sees(told)
    session.attempts().begin(NOW)
    async with unlocked(session) as member:
        assert member.sees("Wrong codes tried by customers: 1.")
        await member.opens(left.code)
        await member.presses("escape")
        assert not member.sees("Wrong codes tried")


# -- what does not open


async def test_an_entry_of_which_nothing_opens_says_so(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    _spoil(session, left, 0)
    async with visit(session) as visitor:
        await visitor.comes_back(left.code)
        assert isinstance(visitor.page, EnterCodeScreen)
        assert not visitor.sees(WRONG_CODE)
        assert str(visitor.page.query_one("#problem").render()).strip()
    # The code is right, whatever became of the page.
    assert session.attempts().read().wrong == 0


@pytest.mark.parametrize("spoilt", [0, 1])
async def test_a_page_that_does_not_open_is_told_and_the_rest_is_read(kiosk: Kiosk, spoilt: int) -> None:
    session = kiosk()
    left = leaves(session, {"day": "first words"})
    leaves(session, {"day": "later words"}, amending=left, at=LATER)
    _spoil(session, left, spoilt)
    async with visit(session) as visitor:
        await _at_the_menu(visitor, left)
        assert "then and now" not in visitor.screen_text()
        await visitor.chooses("Read my answers")
        seen = " ".join((await visitor.reads()).split())
        assert "A part of your answers cannot be read here. Tell a member of staff." in seen
        assert ("first words" in seen, "later words" in seen) == (spoilt == 1, spoilt == 0)


def _spoil(session: Session, left: Left, number: int) -> None:
    _pages_of(session, left)[number].write_bytes(b"spoilt")


def _pages_of(session: Session, left: Left) -> list[Path]:
    return sorted(file for file in session.home.vault.rglob("*.age") if left.id in str(file))


# -- nothing stays on the screen


async def _hides(visitor: Visitor) -> None:
    await visitor.presses("f9")


async def _goes_away(visitor: Visitor) -> None:
    await visitor.waits(90)
    assert isinstance(visitor.page, IdleScreen)
    assert not visitor.sees("brindle")
    await visitor.waits(60)


@pytest.mark.parametrize(
    ("choice", "goes"),
    [("Read my answers", _hides), ("Change or add answers", _goes_away), ("See then and now", _goes_away)],
)
async def test_hidden_or_left_alone_nothing_of_an_entry_is_on_the_screen(
    kiosk: Kiosk, choice: str, goes: Callable[[Visitor], Awaitable[None]]
) -> None:
    session = kiosk()
    left = leaves(session, {"day": "fallow"})
    leaves(session, {"day": "brindle"}, amending=left, at=LATER)
    async with visit(session) as visitor:
        await _at_the_menu(visitor, left)
        await visitor.chooses(choice)
        await visitor.presses("down", "down", "down")
        frames = visitor.watches()
        await goes(visitor)
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
        assert frames[-1].strip() == ""
        assert not any(word in frame for frame in frames for word in ("brindle", "fallow", left.name))
        assert visitor.given == {}
    assert len(session.vault.pages(left.id)) == 2
    assert not list(session.home.drafts.glob("*"))


async def test_f8_leaves_at_once_from_the_menu_for_nothing_is_lost(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    async with visit(session) as visitor:
        await _at_the_menu(visitor, left)
        await visitor.presses("f8")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
    assert session.vault.has(left.id)


async def test_a_code_that_is_half_typed_is_cleared_too(kiosk: Kiosk) -> None:
    async with visit(kiosk()) as visitor:
        await visitor.presses("f7")
        await visitor.types("K7QX")
        await visitor.waits(180)
        assert isinstance(visitor.page, IdleScreen)
        assert not visitor.sees("K7QX")
        await visitor.waits(60)
        assert (visitor.gone, visitor.outcome) == (True, ENDED)


async def test_hidden_while_an_entry_is_looked_for_nothing_of_it_comes_to_the_screen(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    async with visit(session) as visitor:
        await visitor.presses("f7")
        visitor.hold_work()
        await visitor.enters(left.code)
        assert visitor.sees("Looking for your answers.")
        frames = visitor.watches()
        await visitor.presses("f9")
        assert visitor.gone
        await visitor.let_work()
        assert not any(frame.strip() for frame in frames)
