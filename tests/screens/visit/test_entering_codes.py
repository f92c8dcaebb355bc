"""Entering a code: typed, scanned or pasted, mistyped or nobody's, and nothing of it stays on the screen."""

import asyncio

from textual import events
from textual.widgets import Input

from kiosk.entry import handle
from kiosk.entry.answers import Answer
from kiosk.entry.handle import ALPHABET
from kiosk.session import Session
from kiosk.supervision.turns import ENDED
from kiosk.vault import durable
from screens.visit.return_flow import WRONG_CODE
from screens.widgets.busy_screen import BusyScreen
from screens.widgets.enter_code_screen import EnterCodeScreen
from screens.widgets.idle_screen import IdleScreen
from tests.screens.conftest import Kiosk, unlocked
from tests.screens.looks import is_well
from tests.visitor import NOW, SMALL, Visitor, Waits, leaves, visit

ANSWERS: dict[str, Answer] = {"mood": 1, "day": "brindle"}


def knows_places(session: Session) -> None:
    """Let the kiosk know of other places."""
    session.home.places.mkdir()
    durable.replace(session.home.known_places, b"{}")


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


async def test_an_entry_is_found_however_its_code_is_typed_and_what_is_missing_is_typed_behind_what_stands(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    code = left.code.lower().replace(" ", "")
    async with visit(session, size=SMALL) as visitor:
        await visitor.clicks("I have a code")
        await visitor.types(code[:10])
        await visitor.presses("enter")
        assert visitor.sees("6 are missing") or code[:10].isalpha()  # as a name is
        await visitor.types(code[10:])
        assert visitor.sees(left.code)
        await visitor.presses("enter")
        assert visitor.sees("Your answers", f"The name of your answers: {left.name}")
        # No word of them is on the screen before it is asked for.
        assert "brindle" not in visitor.screen_text()


async def test_another_whole_code_takes_the_place_of_one_that_is_not(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    wrong = _mistyped(left.code)
    async with visit(session, size=SMALL) as visitor:
        await visitor.presses("f7")
        for comes in (_typed, _pasted, _scanned):
            await visitor.enters("K7QX4MDP90")
            await comes(visitor, wrong)
            assert visitor.sees("Something in this code is wrong", " ".join(handle.groups_of(wrong)))
        await visitor.presses(*"K7")
        assert visitor.sees("K7__ ____ ____ ____")
        # So it is where two are scanned after one another.
        await visitor.presses("backspace", "backspace")
        await visitor.scans(left.handle.symbols[:-1] + "*")
        assert visitor.sees("Check the fourth group.")
        await visitor.scans(left.handle.symbols)
        assert visitor.sees(left.name)


async def _typed(visitor: Visitor, code: str) -> None:
    await visitor.presses(*code)
    assert visitor.sees(" ".join(handle.groups_of(code)))
    await visitor.presses("enter")


async def _scanned(visitor: Visitor, code: str) -> None:
    await visitor.scans(code)


async def _pasted(visitor: Visitor, code: str) -> None:
    visitor.page.query_one(Input).post_message(events.Paste(code))
    await visitor.presses("enter")


def _mistyped(code: str) -> str:
    symbols = code.replace(" ", "")
    return symbols[:-1] + ALPHABET[(ALPHABET.index(symbols[-1]) + 1) % len(ALPHABET)]


async def test_a_mistyped_code_costs_no_time_and_is_not_counted(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    waits, longest = Waits(), "this has 12: 4 are missing. Check each group again. Or press Esc to go back."
    script = "letters from A to Z and numbers. The keyboard may be set to another language."
    async with visit(session, sleep=waits, size=SMALL) as visitor:
        await visitor.presses("f7")
        for typed, told in (
            (_mistyped(left.code), "Something in this code is wrong. Check each group again."),
            ("", "Enter the code: four groups of four characters."),
            ("K7QX 4MPD 9RTW", longest),
            ("7П4ОУУ", script),
            ("ضصث", script),
            ("K7QX 4MPD 9RTW 2HN", "Check the fourth group. Each group has 4 characters, and this has 3."),
            ("K7QX4MPD9RTW2HN", "this has 15: 1 is missing."),
            ("K7QX 4MPD 9RUW 2HNC", "Check the third group."),
        ):
            await visitor.enters(typed)
            assert visitor.sees(told), typed
            if told in (longest, script):
                await is_well(visitor)
        await visitor.presses("k")  # what was wrong with the code before is not said of a new one
        assert not visitor.sees("Check the third group.")
        assert waits.asked == []
        assert session.attempts().read().wrong == 0
        await visitor.enters(left.code)
        assert visitor.sees(left.name)
    assert session.attempts().read().wrong == 0


# -- codes that open nothing


async def test_a_code_whose_answers_time_was_over_is_told_so_and_is_no_wrong_one(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    session.vault.erase(left.id, why="time")
    async with visit(session, back=left.code) as visitor:
        assert visitor.sees("These answers were deleted on ", "because the time we keep them was over.")
        assert not visitor.sees(WRONG_CODE)
    assert session.attempts().read().wrong == 0


async def test_an_entry_of_which_nothing_opens_says_so(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    (page,) = session.home.vault.rglob(f"{left.id}*.age")
    page.write_bytes(b"spoilt")
    async with visit(session, back=left.code) as visitor:
        assert isinstance(visitor.page, EnterCodeScreen)
        assert not visitor.sees(WRONG_CODE)
        assert str(visitor.page.query_one("#problem").render()).strip()
    # The code is right, whatever became of the page.
    assert session.attempts().read().wrong == 0


async def test_nobody_s_code_and_that_of_a_deleted_entry_get_the_same_words(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    session.vault.erase(left.id)
    async with visit(session, sleep=Waits(), size=SMALL) as visitor:
        await visitor.presses("f7")
        for exchanges in (False, True):
            if exchanges:
                knows_places(session)
            told = set()
            for code in (str(handle.draw()), left.code):
                await visitor.enters(code)
                assert visitor.sees(WRONG_CODE)
                assert visitor.sees("If you saved at another place, they may not have come here") is exchanges
                told.add(visitor.screen_text().replace(code, "").replace("  ".join(code.split()), ""))
                # What was typed is there, to be compared.
                assert visitor.page.query_one(Input).value == code
            assert len(told) == 1
            await is_well(visitor)


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
        assert visitor.sees(WRONG_CODE)
        assert waits.asked == [2]
        # The right one waits once more: how long tells nothing of what it opens.
        await visitor.enters(left.code)
        assert waits.asked.pop() == 3
        assert visitor.sees(left.name)
    assert session.attempts().read().wrong == 4
    waits.asked.clear()
    async with visit(session, sleep=waits, back=str(handle.draw())) as visitor:
        for _ in range(2):
            await visitor.enters(str(handle.draw()))
        # The first two looks take no time.
        assert waits.asked == [1]


async def test_while_it_waits_it_says_how_long_no_key_does_anything_and_who_hides_is_counted(
    kiosk: Kiosk,
) -> None:
    session = kiosk()

    async def waits(_seconds: float) -> None:
        await asyncio.Event().wait()

    for _ in range(4):
        session.attempts().begin(NOW)
    async with visit(session, sleep=waits, back=str(handle.draw())) as visitor:
        for key in ("escape", "f5", "enter", "1", "f8"):
            assert isinstance(visitor.page, BusyScreen)
            assert visitor.sees("One moment. This takes about 3 seconds.")
            await visitor.presses(key)
        await visitor.presses("f9")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
    assert session.attempts().read().wrong == 5


async def test_staff_see_once_how_many_codes_opened_nothing(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    for _ in range(2):
        session.attempts().begin(NOW)
    async with unlocked(session) as member:
        assert member.sees("Wrong codes tried by customers: 2.")
    session.attempts().begin(NOW)
    async with unlocked(session) as member:
        assert member.sees("Wrong codes tried by customers: 1.")
        await member.opens(left.code)
        await member.presses("escape")
        assert not member.sees("Wrong codes tried")


# -- nothing stays on the screen


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
