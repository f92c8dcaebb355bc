"""The voice goes with the language of the visit; where a language has none, the page says so."""

from kiosk.errors import SpeechTrouble
from kiosk.language import language, speaking
from screens.customer_words import no_voice
from tests.fake_speech import FakeSpeech
from tests.screens.conftest import Kiosk
from tests.screens.visit.test_languages import begun_in, speaks, to_language
from tests.visitor import CHECK, SMALL, Visitor, visit

PROMISE = "F1 reads every page to you."
NONE = no_voice(SpeechTrouble.NO_LANGUAGE)


def in_somali(words: str) -> str:
    with speaking(language("so")):
        return str(words)


def tells(visitor: Visitor) -> str:
    """Return what the page tells above its keys, on one line."""
    return " ".join(word for told in visitor.page.query("#told") for word in str(told.render()).split())


async def test_the_voice_says_page_and_keys_in_the_language_of_the_visit(kiosk: Kiosk) -> None:
    speech = FakeSpeech()
    async with visit(speaks(kiosk(), "pl"), at="good_day", size=SMALL, speech=speech) as visitor:
        await visitor.presses("f1")
        assert speech.manner.language == "en"
        await to_language(visitor, "Polski")
        assert speech.manner.language == "pl"
        assert "Jaki jest dla Ciebie dobry dzień?" in speech.last
        assert "Escape: Wróć." in speech.last
        assert "Back" not in speech.last
        await visitor.presses("f1", "f1")
        assert speech.last == "Głos jest wyłączony."
        assert speech.manner.language == "pl"


async def test_names_of_keys_are_said_in_the_language(kiosk: Kiosk) -> None:
    speech = FakeSpeech()
    async with visit(begun_in("ro", speaks(kiosk(), "ro")), at=CHECK, size=SMALL, speech=speech) as visitor:
        await visitor.presses("f1")
        with speaking(language("ro")):
            assert str(language("ro").text("Escape")) in speech.last
            assert f"{language('ro').text('down arrow')}:" in speech.last
        assert "down arrow" not in speech.last


async def test_the_code_is_spelled_to_the_voice_of_the_language(kiosk: Kiosk) -> None:
    speech = FakeSpeech()
    session = begun_in("uk", speaks(kiosk(), "uk"))
    async with visit(session, at=CHECK, given={"feeling": 4}, speech=speech) as visitor:
        await visitor.presses("f1")
        await visitor.saves()
        await visitor.presses("f1", "6", "enter", "escape")
        assert speech.manner.language == "uk"
        assert all(", ".join(group) in speech.last for group in visitor.code.split())


async def test_a_language_without_a_voice_says_so_on_its_page_and_nothing_is_said(kiosk: Kiosk) -> None:
    speech = FakeSpeech()
    session = begun_in("so", speaks(kiosk(), "so"))
    async with visit(session, at="good_day", size=SMALL, speech=speech) as visitor:
        for _again in range(2):
            await visitor.presses("f1")
            assert tells(visitor) == in_somali(NONE)
        await visitor.presses("enter", "f11")
        assert speech.told == []


async def test_who_listens_hears_in_the_language_before_that_there_is_no_voice(kiosk: Kiosk) -> None:
    speech = FakeSpeech()
    session = begun_in("pl", speaks(kiosk(), "pl", "so"))
    async with visit(session, at="good_day", size=SMALL, speech=speech) as visitor:
        await visitor.presses("f1")
        await to_language(visitor, "Soomaali")
        with speaking(language("pl")):
            assert speech.last == str(NONE)
        assert speech.manner.language == "pl"
        assert tells(visitor) == in_somali(NONE)
        told = len([text for text in speech.told if text])
        await visitor.presses("enter", "escape")
        assert len([text for text in speech.told if text]) == told
        await to_language(visitor, "English")
        assert speech.manner.language == "en"
        assert "What is a good day like for you?" in speech.last


async def test_a_voice_that_was_stopped_stays_silent_in_another_language(kiosk: Kiosk) -> None:
    speech = FakeSpeech()
    async with visit(speaks(kiosk(), "pl", "so"), at="good_day", size=SMALL, speech=speech) as visitor:
        await visitor.presses("f1", "f1", "f1")
        told = list(speech.told)
        await to_language(visitor, "Soomaali")
        assert not tells(visitor)
        await to_language(visitor, "Polski")
        assert [text for text in speech.told if text] == [text for text in told if text]


async def test_welcome_promises_a_voice_only_in_languages_that_have_one(kiosk: Kiosk) -> None:
    speech = FakeSpeech()
    async with visit(speaks(kiosk(), "pl", "so"), size=SMALL, speech=speech) as visitor:
        assert visitor.sees(PROMISE)
        await visitor.presses("3")
        assert visitor.page.query("#speaks")
        assert not visitor.page.query_one("#speaks").display
        await visitor.presses("2")
        assert visitor.sees("F1")
        assert visitor.page.query_one("#speaks").display


async def test_the_voices_there_are_come_with_the_speech(kiosk: Kiosk) -> None:
    speech = FakeSpeech(voices=("en-gb", "so"))
    session = begun_in("so", speaks(kiosk(), "pl", "so"))
    async with visit(session, at="good_day", size=SMALL, speech=speech) as visitor:
        await visitor.presses("f1")
        assert speech.manner.language == "so"
        await to_language(visitor, "Polski")
        assert tells(visitor)
