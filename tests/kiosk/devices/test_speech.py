"""The voice: programs of espeak-ng's name stand in for it, and tell what they were given; then itself."""

import os
import time
import wave
from collections.abc import Callable
from pathlib import Path
from queue import Queue

import pytest

from kiosk.devices.speech import (
    LOUDNESS,
    SPEEDS,
    Manner,
    ProgramSpeech,
    said,
    sound_cards,
    speech_from,
    voice_of,
    voices_in,
)
from kiosk.errors import SpeechError, SpeechTrouble
from kiosk.settings.settings import VoiceSettings

WORDS = "What is going well for you?"
VOICES = frozenset(("en-gb", "en-us", "cy", "pl", "ro", "uk", "pt", "pt-br", "ku", "fr-fr", "fr"))
LISTED = """\
Pty Language       Age/Gender VoiceName          File                 Other Languages
 5  cy              --/M      Welsh              cel/cy               \x20
 2  en-gb           --/M      English_(Great_Britain) gmw/en               (en 2)
 5  fr-fr           --/M      French_(France)    roa/fr               (fr 5)
 5  chr-US-Qaaa-x-west --/M      Cherokee_          iro/chr              \x20
"""
USUAL = "--stdin -b 1 -v en-gb -s 160 -a 100"
KEEPS = """
here=$(dirname "$0")
printf '%s' "$*" > "$here/options"
env > "$here/environment"
cat > "$here/said.new" && mv "$here/said.new" "$here/said"
"""
SPEAKS_ON = 'cat > "$(dirname "$0")/said"; sleep 600 & echo $! > "$(dirname "$0")/player"; wait'


class Voice:
    """A folder with a program in it that speaks."""

    def __init__(self, folder: Path, script: str = KEEPS) -> None:
        self.folder = folder
        self.ends: Queue[SpeechError | None] = Queue()
        program = folder / "espeak-ng"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)

    def speech(self, *, patience: float = 10, device: str = "") -> ProgramSpeech:
        path = f"{self.folder}:{os.defpath}"
        settings = VoiceSettings(device=device)
        speech = ProgramSpeech(settings, path=path, patience=patience, voices=lambda: VOICES)
        speech.ended = self.ends.put
        return speech

    def told(self, name: str) -> str:
        file = self.folder / name
        within(5, lambda: file.exists() and bool(file.read_text()))
        return file.read_text()


def within(seconds: float, holds: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.005)


def runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_program_is_given_the_words_by_its_input_alone(tmp_path: Path) -> None:
    voice = Voice(tmp_path)
    voice.speech().say(WORDS, Manner())
    assert voice.told("said") == WORDS
    assert voice.told("options") == USUAL
    assert "going well" not in voice.told("environment")
    assert voice.ends.get(timeout=5) is None


@pytest.mark.parametrize(
    ("manner", "options"),
    [
        (Manner().changed(faster=1), f"-s {SPEEDS[3]} -a 100"),
        (Manner().changed(faster=-9, louder=9), f"-s {SPEEDS[0]} -a {LOUDNESS[-1]}"),
        (Manner().changed(faster=9, louder=-9), f"-s {SPEEDS[-1]} -a {LOUDNESS[0]}"),
        (Manner("cy"), "-v cy -s 160"),
        (Manner("pt-BR"), "-v pt-br -s 160"),
        (Manner("en-IE"), "-v en-gb -s 160"),
        (Manner("fr"), "-v fr -s 160"),
    ],
)
def test_it_is_given_language_speed_and_loudness(tmp_path: Path, manner: Manner, options: str) -> None:
    voice = Voice(tmp_path)
    voice.speech(device="hw:1").say(WORDS, manner)
    voice.told("said")
    assert options in voice.told("options")
    assert voice.told("options").endswith(" -d hw:1")


def test_a_language_without_a_voice_is_told_and_another_program_may_have_one(tmp_path: Path) -> None:
    voice = Voice(tmp_path)
    with pytest.raises(SpeechError, match="no voice for the language 'so-SO'") as trouble:
        voice.speech().say(WORDS, Manner("so-SO"))
    assert trouble.value.trouble is SpeechTrouble.NO_LANGUAGE
    assert not voice.speech().speaks("so-SO")
    assert voice_of("so-SO", None) == "so-so"
    assert ProgramSpeech(VoiceSettings(program="kiosk-voice")).speaks("so-SO")


def test_a_language_has_the_voice_that_is_there() -> None:
    for language, voice in (
        ("en", "en-gb"),
        ("en-IE", "en-gb"),
        ("pl-PL", "pl"),
        ("pt-BR", "pt-br"),
        ("kmr", "ku"),
        ("fr", "fr"),
    ):
        assert voice_of(language, VOICES) == voice


def test_what_a_program_lists_are_its_voices(tmp_path: Path) -> None:
    program = tmp_path / "espeak-ng"
    (tmp_path / "listed").write_text(LISTED)
    program.write_text(f'#!/bin/sh\n[ "$*" = --voices ] && cat {tmp_path}/listed\n')
    program.chmod(0o755)
    path = f"{tmp_path}:{os.defpath}"
    assert voices_in("espeak-ng", path) == frozenset(
        ("cy", "en-gb", "en", "fr-fr", "fr", "chr-us-qaaa-x-west")
    )
    speech = ProgramSpeech(VoiceSettings(), path=path)
    assert [speech.speaks(tag) for tag in ("cy", "fr", "so", "pl")] == [True, True, False, False]


@pytest.mark.parametrize("script", ["exit 3", "sleep 600", "echo"])
def test_a_program_that_lists_no_voices_is_asked_for_any(tmp_path: Path, script: str) -> None:
    Voice(tmp_path, script)
    assert voices_in("espeak-ng", f"{tmp_path}:{os.defpath}", patience=0.2) is None


def test_english_is_spoken_without_asking_for_voices(tmp_path: Path) -> None:
    def never() -> frozenset[str]:
        raise AssertionError

    assert ProgramSpeech(VoiceSettings(), path=str(tmp_path), voices=never).speaks("en")


def test_it_is_silent_at_once_and_so_is_what_it_started(tmp_path: Path) -> None:
    voice = Voice(tmp_path, SPEAKS_ON)
    speech = voice.speech()
    speech.say(WORDS, Manner())
    player = int(voice.told("player"))
    assert runs(player)
    began = time.monotonic()
    speech.stop()
    assert time.monotonic() - began < 0.05
    within(0.5, lambda: not runs(player))
    speech.stop()
    assert voice.ends.empty()  # whoever stops it is told nothing


def test_what_is_said_next_takes_the_place_of_what_is_said(tmp_path: Path) -> None:
    voice = Voice(tmp_path, SPEAKS_ON)
    speech = voice.speech()
    speech.say("one", Manner())
    player = int(voice.told("player"))
    speech.say("two", Manner())
    within(0.5, lambda: not runs(player))
    within(5, lambda: (tmp_path / "said").read_text() == "two")
    speech.stop()


@pytest.mark.parametrize(
    ("script", "why"),
    [
        (
            "cat > /dev/null; echo 'ALSA lib: Unknown PCM default' >&2; echo 'error: No such file' >&2",
            "No such",
        ),
        ("exit 3", "exit code 3"),
        ("kill -9 $$", "exit code -9"),
        ("sleep 600", "was stopped"),
        ("cat > /dev/null; sleep 600 & wait", "was stopped"),
    ],
)
def test_a_voice_that_fails_is_told_once(tmp_path: Path, script: str, why: str) -> None:
    voice = Voice(tmp_path, script)
    voice.speech(patience=0.3).say("x", Manner())
    trouble = voice.ends.get(timeout=5)
    assert trouble is not None
    assert why in str(trouble)
    assert trouble.trouble is SpeechTrouble.NO_VOICE
    assert voice.ends.empty()


def test_a_missing_voice_says_what_to_install(tmp_path: Path) -> None:
    speech = ProgramSpeech(VoiceSettings(), path=str(tmp_path))
    with pytest.raises(SpeechError, match="'espeak-ng' is missing"):
        speech.say(WORDS, Manner())
    (tmp_path / "espeak-ng").write_bytes(b"\x7fELF no program")
    (tmp_path / "espeak-ng").chmod(0o755)
    with pytest.raises(SpeechError, match="Nothing was spoken"):
        speech.say(WORDS, Manner())


def test_without_a_program_nothing_speaks(tmp_path: Path) -> None:
    assert speech_from(VoiceSettings(program=""), path=str(tmp_path)) is None
    assert speech_from(VoiceSettings(), path=str(tmp_path)) is None
    Voice(tmp_path)
    assert speech_from(VoiceSettings(), path=str(tmp_path)) is not None


def test_what_is_written_is_no_command_to_the_voice() -> None:
    assert said("[[h@loU]] \x1b[31m<b>\x00") == "[ [h@loU]] [31m<b>"


def test_espeak_itself_speaks_a_whole_sentence(tmp_path: Path) -> None:
    """Its sound goes to a file in the place of a loudspeaker."""
    voice = Voice(tmp_path, 'exec /usr/bin/espeak-ng --stdout "$@" > "$(dirname "$0")/sound.wav"')
    lengths = []
    for speed in (0, 5):
        voice.speech().say(WORDS, Manner(speed=speed))
        assert voice.ends.get(timeout=10) is None
        sound = tmp_path / "sound.wav"
        with wave.open(str(sound)) as heard:
            # Streamed, so its header does not know the length: of samples of two bytes each.
            lengths.append((sound.stat().st_size - 44) / 2 / heard.getframerate())
    slow, fast = lengths
    assert 1 < slow < 6
    assert 0.2 < fast / slow < 0.7


@pytest.mark.parametrize("tag", ["cy", "pl", "ro", "uk"])
def test_espeak_itself_speaks_other_languages_with_their_own_voices(tmp_path: Path, tag: str) -> None:
    """Each sound is another one, though the words and a code's letters are the same."""
    voice = Voice(tmp_path, 'exec /usr/bin/espeak-ng --stdout "$@" > "$(dirname "$0")/sound.wav"')
    sounds = []
    for manner in (Manner(tag), Manner()):
        speech = voice.speech()
        assert speech.speaks(tag)
        speech.say("K, 7, Q, X.", manner)
        assert voice.ends.get(timeout=10) is None
        sound = tmp_path / "sound.wav"
        with wave.open(str(sound)) as heard:
            assert (sound.stat().st_size - 44) / 2 / heard.getframerate() > 1
        sounds.append(sound.read_bytes())
    assert sounds[0] != sounds[1]


def test_the_sound_cards_of_a_machine_are_named(tmp_path: Path) -> None:
    listed = tmp_path / "cards"
    assert sound_cards(listed) == []
    listed.write_text(
        " 0 [PCH            ]: HDA-Intel - HDA Intel PCH\n                      HDA Intel PCH at 0xb1\n"
        " 1 [Headset        ]: USB-Audio - Headset\n                      A headset at usb-1\n"
    )
    assert sound_cards(listed) == ["HDA-Intel - HDA Intel PCH", "USB-Audio - Headset"]
