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
from functools import cache, partial
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
NAMED: Final = {"en": "en-gb", "kmr": "ku"}
"""What espeak-ng calls the voice of a language, where it is not called by the language's tag."""
LISTS: Final = 2.0
"""Seconds within which a program lists its voices."""

_ENGLISH: Final = frozenset(("en-gb",))

PATIENCE: Final = 10.0
"""Seconds that a voice may take without saying anything, …"""
SLOWEST: Final = 0.5
"""… and for each character of what it says: a code that is spelled at the slowest speed takes 0.4."""

UNKNOWN = "espeak-ng has no voice for the language '{language}'."
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

    def speaks(self, language: str) -> bool:
        """Tell whether there is a voice for a language tag."""

    def stop(self) -> None:
        """Be silent at once."""


Voices = frozenset[str] | None
"""What the voices there are go by, in lower case; None where that cannot be known."""


def voices_in(program: str = ESPEAK, path: str | None = None, *, patience: float = LISTS) -> Voices:
    """Return what the voices of a program go by; None where it does not list them."""
    found = shutil.which(program, path=path)
    if found is None:
        return None
    try:
        listed = subprocess.run(
            [found, "--voices"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=patience,
            env=_environment(path),
            check=True,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    rows = [line.split() for line in listed.decode(errors="replace").lower().splitlines()[1:]]
    # A language, and in brackets at the end of the line others that the voice is used for as well.
    others = (word[1:] for row in rows for word in row[5:] if word.startswith("("))
    return frozenset((*(row[1] for row in rows if len(row) > 1), *others)) or None


def voice_of(language: str, voices: Voices) -> str:
    """Return what the voice for a language tag goes by. Raises SpeechError where it is not among `voices`.

    Where those are not known, a language is asked for by its tag.
    """
    tag = language.lower()
    fitting = [NAMED.get(one, one) for one in (tag, tag.partition("-")[0])]
    for voice in fitting:
        if voices is None or voice in voices:
            return voice
    raise SpeechError(SpeechTrouble.NO_LANGUAGE, UNKNOWN.format(language=language))


def speaks(language: str, voices: Voices) -> bool:
    """Tell whether there is a voice for a language tag."""
    try:
        return bool(voice_of(language, voices))
    except SpeechError:
        return False


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
    `voices` tells which ones there are; else the program is asked, where it is espeak-ng: what another one
    would do is not known, and it may have more. Nobody is asked about English, which espeak-ng always has.
    """

    def __init__(
        self,
        settings: VoiceSettings,
        *,
        path: str | None = None,
        patience: float = PATIENCE,
        voices: Callable[[], Voices] | None = None,
    ) -> None:
        self._name = settings.program
        self._voices = cache(voices or partial(self._listed, path))
        self._device = settings.device
        self.ended: Callable[[SpeechError | None], None] = _ignore
        self._path = path
        self._patience = patience
        self._lock = Lock()
        self._speaking: subprocess.Popen[bytes] | None = None

    def speaks(self, language: str) -> bool:
        """Tell whether there is a voice for a language tag."""
        return speaks(language, self._known(language))

    def _known(self, language: str) -> Voices:
        return _ENGLISH if language.lower() == "en" and self._name == ESPEAK else self._voices()

    def _listed(self, path: str | None) -> Voices:
        return voices_in(self._name, path) if self._name == ESPEAK else None

    def say(self, text: str, manner: Manner) -> None:
        """Say a text, in the place of what is being said. Raises SpeechError where nothing can."""
        self.stop()
        program = shutil.which(self._name, path=self._path)
        if program is None:
            raise SpeechError(SpeechTrouble.NO_VOICE, MISSING.format(name=self._name))
        options = ["--stdin", "-b", "1", "-v", voice_of(manner.language, self._known(manner.language))]
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
