"""A numeric keypad alone: digits, Enter, and signs that stand for keys of the page."""

from dataclasses import replace

from msgspec import structs
from textual import events

from kiosk.settings.settings import Keypad
from screens.key_reader import KeyReader
from screens.keypad import IS_OFF
from screens.visit.parts_screen import PartsScreen
from screens.visit.talk_screen import TalkScreen
from screens.visit.welcome_screen import WelcomeScreen
from screens.voice import ON
from screens.widgets.choose_screen import ChooseScreen
from screens.widgets.text_field import TextField
from tests.fake_speech import FakeSpeech
from tests.screens.conftest import Kiosk
from tests.visitor import CHECK, visit


async def test_each_sign_is_a_key_of_the_page_but_in_a_burst(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="mood") as visitor:
        await visitor.presses("2", "enter")
        second = visitor.question
        await visitor.presses(".")
        assert (visitor.question, visitor.given["mood"]) == ("mood", 2)
        await visitor.presses("+")
        assert visitor.question == second
        await visitor.presses("/")
        assert isinstance(visitor.page, ChooseScreen)
        assert visitor.sees("Menu")
        await visitor.presses(".", "-")
        assert visitor.sees("Menu", "Talk to someone")
        await visitor.presses(".", "f8")
        assert visitor.sees("Clear this screen?")  # Esc shares its words with Enter here
        await visitor.presses(".")
        assert visitor.question == second
        for burst in ("K-7.", "*12", "+44 7911", "1/2/3/4"):
            await visitor.types(burst)
            assert visitor.question == second
            assert not visitor.gone
        await visitor.presses("*")
        assert visitor.gone
        assert visitor.given == {}


async def test_at_welcome_and_at_the_parts_one_sign_asks_to_talk(kiosk: Kiosk) -> None:
    async with visit(kiosk()) as visitor:
        await visitor.presses("*", "/", "+", ".")
        assert isinstance(visitor.page, WelcomeScreen)
        await visitor.presses("-")
        assert isinstance(visitor.page, TalkScreen)
        await visitor.presses(".", "enter", "enter")
        assert isinstance(visitor.page, PartsScreen)
        await visitor.presses("-")
        assert visitor.sees("Do you want to talk to someone?")


async def test_where_one_writes_they_are_text_and_a_key_with_no_job_writes_nothing(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="day") as visitor:
        field = visitor.page.query_one(TextField)
        for sent in ("\x1b[25~", "\x1b[57390u", "\x1b[57376u"):
            visitor._send(sent)
            await visitor.settle()
            if isinstance(visitor.page, ChooseScreen):  # some terminals send it for Shift and F3
                await visitor.presses("escape")
            assert field.text == ""
        await visitor.presses(*"2+3-1./*")
        assert visitor.sees("2+3-1./*")
        await visitor.presses("enter")
        assert visitor.given["day"] == "2+3-1./*"


async def test_others_may_stand_for_them_or_none(kiosk: Kiosk) -> None:
    session = kiosk()
    keypad = Keypad(back=",", hide="", talk="", menu="", voice="/", again="-")
    settings = structs.replace(session.settings, keypad=keypad)
    speech = FakeSpeech()
    async with visit(replace(session, settings=settings), at="mood", speech=speech) as visitor:
        await visitor.presses("/")
        page = speech.last.removeprefix(ON).strip()
        assert "How do you feel?" in page
        await visitor.presses("-")
        assert speech.last == page
        await visitor.presses("enter", "*", ".")
        assert visitor.question != "mood"
        await visitor.presses(",")
        assert visitor.question == "mood"


async def test_num_lock_is_told_where_it_is_off(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at=CHECK) as visitor:
        await visitor.presses("insert")
        assert visitor.sees(IS_OFF)
        await visitor.presses("0")
        assert not visitor.sees(IS_OFF)


def test_a_keypad_is_read_in_each_of_its_modes() -> None:
    signs = {f"\x1bO{chr(ord(sign) + 64)}": sign for sign in "0123456789+-*/."}
    for token, key in (signs | dict.fromkeys(("\x1b[E", "\x1b[G", "\x1bOE", "\x1b[2~"), "insert")).items():
        (heard,) = KeyReader().messages(token)
        assert isinstance(heard, events.Key)
        assert key in (heard.key, heard.character), token


async def test_an_assistive_keypad_sends_keys_that_no_keyboard_has(kiosk: Kiosk) -> None:
    session, speech = kiosk(), FakeSpeech()
    keypad = Keypad(back=". f13", hide="f24", enter="f14", up="f15", down="f16", voice="f17", again="f18")
    settings = structs.replace(session.settings, keypad=keypad)
    async with visit(replace(session, settings=settings), at="mood", speech=speech) as visitor:

        async def sends(*keys: str) -> None:
            for key in keys:
                visitor.clock.at += 1
                visitor._send(key)
                await visitor.settle()

        await sends("\x1b[28~", "\x1b[1;2S")  # F15 on a console, F16 in xterm
        await sends("\x1b[57377u")  # F14 in the Kitty protocol
        assert visitor.question != "mood"
        assert visitor.given["mood"] is not None
        await sends("\x1b[25~")
        assert visitor.question == "mood"
        await sends("\x1b[31~", "\x1b[32~")
        assert "Question" in speech.last
        await sends("\x1b[24;2~")
        assert visitor.gone
