"""The voice: every page is said, as it is painted, and what is somebody's own only where they want that."""

import asyncio
import os
import re
import time
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from kiosk.devices.speech import Manner, ProgramSpeech
from kiosk.errors import SpeechError
from kiosk.settings.settings import VoiceSettings
from kiosk.supervision.turns import ENDED
from screens.spoken import sentence, spelled, spoken
from screens.voice import ON, VoiceScreen
from screens.widgets.plain import Plain
from tests.fake_speech import FakeSpeech
from tests.screens.conftest import Kiosk, saved_pages, unlocked
from tests.visitor import CHECK, LARGE, SMALL, Visitor, visit

# -- one key starts it, and any key cuts it


@asynccontextmanager
async def listens(kiosk: Kiosk, **walk: Any) -> AsyncIterator[tuple[Visitor, FakeSpeech]]:
    """Start the voice as soon as there is a page."""
    speech = FakeSpeech()
    async with visit(kiosk(), speech=speech, **walk) as visitor:
        await visitor.presses("f1")
        yield visitor, speech


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


async def test_it_says_nothing_until_it_is_started(kiosk: Kiosk) -> None:
    speech = FakeSpeech()
    async with visit(kiosk(), speech=speech) as visitor:
        await visitor.presses("enter", "enter", "f11")
        assert speech.told == []


async def test_what_is_chosen_is_said_where_the_keys_stand(kiosk: Kiosk) -> None:
    async with listens(kiosk, at="mood") as (visitor, speech):
        assert "Question" in speech.last
        await visitor.presses("2")
        assert speech.last.startswith("2: ")
        assert speech.last.endswith(", chosen.")
        assert "\n" not in speech.last
        await visitor.presses("up")
        assert speech.last.startswith("1: ")


async def test_it_is_cut_by_a_key_that_does_nothing_too(kiosk: Kiosk) -> None:
    async with listens(kiosk, at="mood") as (visitor, speech):
        await visitor.presses("home")
        assert speech.told[-1] == ""


async def test_one_key_says_the_page_again(kiosk: Kiosk) -> None:
    async with listens(kiosk, at="mood") as (visitor, speech):
        whole = speech.last.removeprefix(ON).strip()
        await visitor.presses("2", "f11")
        assert speech.last.startswith(whole.partition("\n")[0])
        assert ", chosen." in speech.last


async def test_what_is_wrong_is_said_as_it_stands_there(kiosk: Kiosk) -> None:
    async with listens(kiosk) as (visitor, speech):
        await visitor.presses("f7")
        await visitor.types("K7QX 7QXK QXK7 XK7Q")
        await visitor.presses("enter")
        told = visitor.page.query_one("#problem", Plain)
        assert spelled(str(told.content)) in speech.last


# -- louder, faster, and back to the usual


async def test_it_is_changed_by_number_and_stopped_by_the_same_key(kiosk: Kiosk) -> None:
    async with listens(kiosk, at="mood") as (visitor, speech):
        question = visitor.question
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


# -- what is somebody's own


async def test_what_is_written_is_said_to_who_wants_it_alone(kiosk: Kiosk) -> None:
    async with listens(kiosk, at="day") as (visitor, speech):
        await visitor.types("Sun")
        await visitor.presses("f11")
        assert "Sun" not in " ".join(speech.told)
        assert "There are words here that are yours. To hear them, press F1, then 6 and Enter." in speech.last
        await visitor.presses("f1")
        assert "6: Read my own words and my code. Other people here may hear them." in speech.last
        await visitor.presses("6", "enter", "escape")
        assert "You wrote: Sun." in speech.last
        await visitor.presses("s")
        assert speech.last == "s"
        await visitor.presses("space")
        assert speech.last == "s "


async def test_with_headphones_it_is_said_unasked(kiosk: Kiosk) -> None:
    speech = FakeSpeech()
    session = kiosk()
    settings = structs.replace(session.settings, voice=VoiceSettings(headphones=True))
    async with visit(replace(session, settings=settings), at="day", speech=speech) as visitor:
        await visitor.presses("f1")
        await visitor.types("Sun")
        await visitor.presses("f11")
        assert "You wrote: Sun." in speech.last


@pytest.mark.parametrize("size", [LARGE, SMALL])
async def test_the_code_is_said_letter_by_letter_and_what_comes_next(
    kiosk: Kiosk, size: tuple[int, int]
) -> None:
    """Whether it is painted in groups, or on a small screen with its letters apart."""
    async with listens(kiosk, at=CHECK, given={"mood": 2}, size=size) as (visitor, speech):
        await visitor.saves()
        letters = ", ".join(visitor.code.split()[0])
        assert letters not in " ".join(speech.told)
        assert "Enter: I have my code." in speech.last
        await visitor.presses("f1", "6", "enter", "escape")
        assert all(", ".join(group) in speech.last for group in visitor.code.split())


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
    async with visit(kiosk(), speech=speech, report=told.append) as visitor:
        await visitor.presses("f1")
        assert visitor.sees("There is no voice at the moment.")
        speech.missing = ""
        await visitor.presses("f1")
        assert "Welcome" in speech.last
        speech.ended(
            SpeechError("There is no voice at the moment. Tell a member of staff.", "It was killed.")
        )
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


# -- by ear alone


class Listener:
    """Somebody who sees nothing: whatever they press follows from what was said last."""

    def __init__(self, visitor: Visitor, speech: FakeSpeech) -> None:
        self._press = visitor.presses
        self._speech = speech

    def hears(self, *texts: str) -> bool:
        return all(text in self._speech.last for text in texts)

    async def presses(self, label: str) -> None:
        """Press the key that was said to do this."""
        found = re.search(rf"^(\w+): {re.escape(label)}", self._speech.last, re.MULTILINE)
        assert found, f"nothing was said of {label!r}: {self._speech.last}"
        await self._press(found[1].lower())

    async def chooses(self) -> None:
        """Choose the first thing that was offered by number, where nothing is chosen yet."""
        offered = re.search(r"^(\d): [^\n]+", self._speech.last, re.MULTILINE)
        if offered and ", chosen" not in self._speech.last:
            await self._press(offered[1])

    async def goes_on(self) -> None:
        await self.chooses()
        await self._press("enter")

    @property
    def code(self) -> str:
        """The code that was spelled."""
        spelled_code = re.search(r"Your code: ((?:\w, \w, \w, \w\. ?){4})", self._speech.last)
        return re.sub(r"\W", "", spelled_code[1]) if spelled_code else ""


async def test_a_whole_visit_and_coming_back_by_ear_alone(kiosk: Kiosk) -> None:
    session, speech = kiosk(), FakeSpeech()
    async with visit(session, speech=speech) as visitor:
        listener = Listener(visitor, speech)
        await visitor.presses("f1")
        await listener.presses("Start")
        await visitor.presses("f1")
        await listener.presses("Read my own words and my code")
        await visitor.presses("enter", "escape")
        for _step in range(80):
            if listener.code:
                break
            await listener.goes_on()
        code = listener.code
        assert code
        for _step in range(20):
            if visitor.gone:
                break
            await visitor.presses("enter")
        assert visitor.gone
    assert len(saved_pages(session)) >= 1

    async with visit(session, speech=speech) as visitor:
        listener = Listener(visitor, speech)
        await visitor.presses("f1")
        await listener.presses("I have a code")
        assert listener.hears("A field to write in. It is empty.")
        await visitor.presses(*code, "enter")
        assert listener.hears("Your answers.", "Read my answers")
        await listener.presses("Read my answers")
        await visitor.presses("enter")
        assert listener.hears("There are words here that are yours.")  # begins anew with each person


async def test_a_visit_is_spoken_by_espeak_itself(kiosk: Kiosk, tmp_path: Path) -> None:
    """Its sound goes to files in the place of a loudspeaker, and takes as long as words take."""
    recorder = tmp_path / "espeak-ng"
    recorder.write_text(f'#!/bin/sh\nexec /usr/bin/espeak-ng --stdout "$@" > {tmp_path}/$$.wav\n')
    recorder.chmod(0o755)
    ends: list[object] = []
    speech = ProgramSpeech(VoiceSettings(), path=f"{tmp_path}:{os.defpath}")
    async with visit(kiosk(), at="mood", speech=speech) as visitor:
        speech.ended = ends.append
        await visitor.presses("f1")
        said = " ".join((ON, *(one.text for one in spoken(visitor.page))))
        until = time.monotonic() + 10
        while not ends:
            assert time.monotonic() < until
            await asyncio.sleep(0.01)
    assert ends == [None]
    assert 80 < len(said.split()) / _seconds(tmp_path) * 60 < 200


def _seconds(folder: Path) -> float:
    """Return how long the sound is that is in a folder: its header does not know, for it was streamed."""
    (sound,) = folder.glob("*.wav")
    with wave.open(str(sound)) as heard:
        bytes_a_second: int = heard.getsampwidth() * heard.getframerate()
    return (sound.stat().st_size - 44) / bytes_a_second


async def test_an_unlocked_desk_locks_itself_behind_the_voice_too(kiosk: Kiosk) -> None:
    speech = FakeSpeech()
    async with unlocked(kiosk(), speech=speech) as member:
        await member.presses("f1", "f1")
        assert isinstance(member.page, VoiceScreen)
        await member.waits(900)
        assert (member.gone, member.outcome) == (True, ENDED)
