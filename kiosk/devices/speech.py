"""Speaking aloud, as the rest of the kiosk knows it: what speaks is espeak-ng, or a program like it.

Each thing that is said is a process of its own, so that silence is one signal away, and a voice that is
missing, killed or hanging takes nothing with it. It is given what it says through a pipe: never as an
argument, which others on the machine could list, and never as a file.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock, Thread
from typing import Final, Protocol

from kiosk.errors import SpeechError, SpeechTrouble
from kiosk.os_errors import explained
from kiosk.settings.settings import VoiceSettings
from kiosk.text import clean

SPEEDS: Final = (100, 130, 160, 200, 240, 300)
"""Words a minute, from the slowest; who listens every day follows the fastest."""
LOUDNESS: Final = (25, 50, 75, 100, 140, 200)
"""What espeak-ng calls amplitude: 100 is its usual one, and 200 its most."""
USUAL: Final = 2, 3
"""Where speed and loudness begin at each visit (EN 301 549, 5.1.3.13)."""

ESPEAK: Final = "espeak-ng"
VOICES: Final = {
    "en": "en-gb",
    "cy": "cy",
    "pl": "pl",
    "ro": "ro",
    "uk": "uk",
    "tr": "tr",
    "sq": "sq",
    "ku": "ku",
    "kmr": "ku",
    "pt": "pt",
    "pt-br": "pt-br",
    "es": "es",
    "lt": "lt",
    "so": "",
    "ti": "",
    "ps": "",
    "ckb": "",
}
"""espeak-ng's voice by language tag, in lower case; empty where it has none. Others go by their own tag."""

PATIENCE: Final = 10.0
"""Seconds that a voice may take without saying anything, …"""
SLOWEST: Final = 0.5
"""… and for each character of what it says: a code that is spelled at the slowest speed takes 0.4."""

UNKNOWN = "espeak-ng has no voice for the language '{language}' of the pack."
MISSING = "The program '{name}' is missing. Install the package that it is in."
HANGS = "The voice did not come to an end, and was stopped."
NO_SOUND = "The sound device did not take it: {said}"


@dataclass(frozen=True)
class Manner:
    """How something is said."""

    language: str = "en"
    """An IETF language tag."""
    speed: int = USUAL[0]
    """A place in `SPEEDS`."""
    loudness: int = USUAL[1]
    """A place in `LOUDNESS`."""

    def changed(self, *, faster: int = 0, louder: int = 0) -> "Manner":
        """Return another one, so many steps on, as far as there are any."""
        speed = min(max(self.speed + faster, 0), len(SPEEDS) - 1)
        loudness = min(max(self.loudness + louder, 0), len(LOUDNESS) - 1)
        return replace(self, speed=speed, loudness=loudness)


def _ignore(_error: SpeechError | None) -> None:
    return


class Speech(Protocol):
    """Speaks aloud. Its calls return at once."""

    ended: Callable[[SpeechError | None], None]
    """Called, in any thread, when something was said to its end, with None, or with why it was not; not where
    it was stopped."""

    def say(self, text: str, manner: Manner) -> None:
        """Say a text, in the place of what is being said. Raises SpeechError where nothing can."""

    def stop(self) -> None:
        """Be silent at once."""


def voice_of(language: str, program: str = ESPEAK) -> str:
    """Return what a program calls the voice for a language tag. Raises SpeechError where it has none.

    Another program than espeak-ng may have more of them: it is asked by the tag, in lower case.
    """
    tag = language.lower()
    voice = VOICES.get(tag, VOICES.get(tag.partition("-")[0], tag))
    if not voice and program == ESPEAK:
        raise SpeechError(SpeechTrouble.NO_LANGUAGE, UNKNOWN.format(language=language))
    return voice or tag


def speech_from(settings: VoiceSettings, *, path: str | None = None) -> Speech | None:
    """Return what speaks by these settings, so that none is offered where nothing is to, or it is missing."""
    return ProgramSpeech(settings, path=path) if shutil.which(settings.program, path=path) else None


def sound_cards(listed: Path = Path("/proc/asound/cards")) -> list[str]:
    """Return what the sound cards of this machine are called; none where it has none."""
    try:
        lines = listed.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    return [clean(name) for line in lines if (name := line.partition("]: ")[2].strip())]


class ProgramSpeech:
    """A program that reads a text from its input and speaks it, given espeak-ng's options.

    `path` is where the program is looked for, the usual `PATH` where it is None. `patience` is `PATIENCE`.
    """

    def __init__(
        self,
        settings: VoiceSettings,
        *,
        path: str | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self._name = settings.program
        self._device = settings.device
        self.ended: Callable[[SpeechError | None], None] = _ignore
        self._path = path
        self._patience = patience
        self._lock = Lock()
        self._speaking: subprocess.Popen[bytes] | None = None

    def say(self, text: str, manner: Manner) -> None:
        """Say a text, in the place of what is being said. Raises SpeechError where nothing can."""
        self.stop()
        program = shutil.which(self._name, path=self._path)
        if program is None:
            raise SpeechError(SpeechTrouble.NO_VOICE, MISSING.format(name=self._name))
        options = ["--stdin", "-b", "1", "-v", voice_of(manner.language, self._name)]
        options += ["-s", str(SPEEDS[manner.speed]), "-a", str(LOUDNESS[manner.loudness])]
        options += ["-d", self._device] if self._device else []
        try:
            process = subprocess.Popen(
                [program, *options],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=_environment(self._path),
                start_new_session=True,
            )
        except OSError as error:
            raise SpeechError(
                SpeechTrouble.NO_VOICE, explained(error, f"the program {program}", "Nothing was spoken.")
            ) from error
        with self._lock:
            self._speaking = process
        Thread(target=self._follow, args=(process, said(text)), daemon=True).start()

    def stop(self) -> None:
        """Be silent at once."""
        with self._lock:
            process, self._speaking = self._speaking, None
        if process is not None:
            _end(process)

    def _follow(self, process: subprocess.Popen[bytes], text: str) -> None:
        """Give a voice its text and wait for its end; tell where that was none."""
        why = ""
        try:
            _, errors = process.communicate(text.encode(), self._patience + SLOWEST * len(text))
        except subprocess.TimeoutExpired:
            _end(process)
            process.communicate()
            why = HANGS
        else:
            # Without a sound device espeak-ng complains, says nothing, and ends as if all were well.
            lines = clean(errors.decode(errors="replace")).splitlines()
            complaint = next((line for line in reversed(lines) if "error:" in line.lower()), "")
            if complaint or process.returncode:
                why = NO_SOUND.format(said=complaint or f"exit code {process.returncode}")
        with self._lock:
            was_stopped = self._speaking is not process
            if not was_stopped:
                self._speaking = None
        if not was_stopped:
            self.ended(SpeechError(SpeechTrouble.NO_VOICE, why) if why else None)


def said(text: str) -> str:
    """Return a text as it is given to a voice: espeak-ng takes what stands in [[ ]] for its own alphabet."""
    return clean(text).replace("[[", "[ [")


def _environment(path: str | None) -> dict[str, str]:
    """Return what a voice is started with. Where a sound server runs, its socket is found by one variable."""
    environment = {"PATH": path or os.defpath, "LC_ALL": "C.UTF-8"}
    runtime = Path(f"/run/user/{os.geteuid()}")
    return environment | ({"XDG_RUNTIME_DIR": str(runtime)} if runtime.is_dir() else {})


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill a voice, and whatever it has started to play what it says."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
