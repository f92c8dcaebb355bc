"""The voice: every page is said, as it is painted, and what is somebody's own only where they want that."""

from dataclasses import replace

from msgspec import structs

from kiosk.devices.speech import Manner
from kiosk.errors import SpeechError, SpeechTrouble
from kiosk.language import speaking
from kiosk.settings.settings import VoiceSettings
from kiosk.supervision.turns import ENDED
from screens.spoken import sentence
from screens.voice import VoiceScreen
from tests.fake_speech import FakeSpeech
from tests.languages import MARKED
from tests.screens.conftest import Kiosk, unlocked
from tests.screens.heard import listens, saves_and_hears_the_code
from tests.visitor import CHECK, SMALL, visit

# -- one key starts it, and any key cuts it


async def test_one_key_starts_it_at_welcome_and_every_page_is_said_when_it_opens(kiosk: Kiosk) -> None:
    async with listens(kiosk) as (visitor, speech):
        assert speech.last.startswith("The voice is on.")
        assert "Welcome" in speech.last
        assert "Enter: Start." in speech.last
        await visitor.presses("enter")
        assert speech.told[-2] == ""  # cut before anything else is said
        assert "What we keep." in speech.last
        assert "1: Clear them" in speech.last
        assert "F9, or Escape three times: Hide now." in speech.last
        assert "The voice is on." not in speech.last


# -- louder, faster, and back to the usual


async def test_it_says_where_the_keys_stand_is_changed_by_number_and_stopped_by_the_same_key(
    kiosk: Kiosk,
) -> None:
    async with listens(kiosk, at="mood") as (visitor, speech):
        question = visitor.question
        await visitor.presses("2", "up")
        assert speech.last.startswith("1: ")
        await visitor.presses("f1")
        assert "Voice." in speech.last
        await visitor.presses("2", "enter", "4", "enter")
        assert speech.manner == Manner().changed(louder=1, faster=1)
        await visitor.presses("escape")
        assert visitor.question == question
        await visitor.presses("f1", "f1")
        assert speech.last == "The voice is off."
        assert visitor.question == question
        await visitor.presses("3")
        assert speech.last == "The voice is off."
        await visitor.presses("f1")
        assert speech.manner == Manner()


async def test_what_it_says_of_itself_is_in_the_language_in_use(kiosk: Kiosk) -> None:
    speech = FakeSpeech(voices=("xx",))
    with speaking(MARKED):
        async with visit(kiosk(), speech=speech) as visitor:
            await visitor.presses("f1")
            assert "~The voice is on." in speech.last
            await visitor.presses("f1", "f1")
            assert speech.last == "~The voice is off."
            speech.missing = "It is not installed."
            await visitor.presses("f1")
            assert visitor.sees("~There is no voice at the moment.")


# -- what is somebody's own


async def test_with_headphones_it_is_said_unasked(kiosk: Kiosk) -> None:
    speech = FakeSpeech()
    session = kiosk()
    settings = structs.replace(session.settings, voice=VoiceSettings(headphones=True))
    async with visit(replace(session, settings=settings), at="day", speech=speech) as visitor:
        await visitor.presses("f1")
        await visitor.types("Sun")
        await visitor.presses("f11")
        assert "You wrote: Sun." in speech.last


async def test_the_code_is_said_letter_by_letter_on_a_small_screen_too(kiosk: Kiosk) -> None:
    """Where its letters stand apart; on a large one: `tests/test_access.py`, row 8."""
    async with listens(kiosk, at=CHECK, given={"mood": 2}, size=SMALL) as (visitor, speech):
        await saves_and_hears_the_code(visitor, speech)


def test_a_step_of_a_plan_is_said_with_what_its_mark_means() -> None:
    assert sentence(" ☑ Call the shop (Ali)") == "Done: Call the shop (Ali)."
    assert sentence("Overdue: ☐ Dig") == "Overdue: To do: Dig."


# -- without a voice


async def test_without_a_voice_the_kiosk_says_so_and_goes_on(kiosk: Kiosk) -> None:
    async with visit(kiosk()) as visitor:
        await visitor.presses("f1")
        assert visitor.sees("There is no voice at the moment. Tell a member of staff.")
        await visitor.presses("enter")
        assert not visitor.sees("There is no voice")


async def test_a_voice_that_is_missing_or_dies_is_told_once(kiosk: Kiosk) -> None:
    told: list[BaseException] = []
    speech = FakeSpeech()
    speech.missing = "It is not installed."
    promise = "F1 reads every page to you."
    async with visit(kiosk(), speech=speech, report=told.append) as visitor:
        assert visitor.sees(promise)
        for _again in range(2):
            await visitor.presses("f1")
            assert visitor.sees("There is no voice at the moment.")
            assert not visitor.sees(promise)
        speech.missing = ""
        await visitor.presses("f1")
        assert "Welcome" in speech.last
        assert visitor.sees(promise)
        speech.ended(SpeechError(SpeechTrouble.NO_VOICE, "It was killed."))
        await visitor.settle()
        assert visitor.sees("There is no voice at the moment.")
        said = len(speech.told)
        await visitor.presses("enter", "enter")
        assert len(speech.told) == said
    assert [str(error) for error in told] == ["It is not installed.", "It was killed."]


async def test_hiding_silences_it(kiosk: Kiosk) -> None:
    async with listens(kiosk, at="mood") as (visitor, speech):
        await visitor.presses("f9")
        assert visitor.gone
        assert speech.told[-1] == ""


async def test_an_unlocked_desk_locks_itself_behind_the_voice_too(kiosk: Kiosk) -> None:
    speech = FakeSpeech()
    async with unlocked(kiosk(), speech=speech) as member:
        await member.presses("f1", "f1")
        assert isinstance(member.page, VoiceScreen)
        await member.waits(900)
        assert (member.gone, member.outcome) == (True, ENDED)
