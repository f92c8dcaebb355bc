"""The voice in a real terminal: a visit by it and a keypad; and where nothing can be heard, that is said."""

import re
import signal
import time
import wave
from pathlib import Path

from screens.console_colours import palette, slots_of
from screens.themes import THEMES
from tests.pty_terminal import PACE, Terminal
from tests.screens.heard import key_to, offered, spelled_code
from tests.screens.pty.kiosk_terminal import Venue, answers_in, asks_little, goes_on

CONSOLE = {*range(10), *range(30, 38), *range(40, 48)}
"""How a console may be told to paint: bold and such, eight colours of letters, eight behind them."""
NO_VOICE = "There is no voice at the moment."
RECORDER = """\
#!/bin/sh
name=$(dirname "$0")/$(date +%s%N)
cat > "$name.part" && mv "$name.part" "$name.txt"
/usr/bin/espeak-ng --stdout "$@" < "$name.txt" > "$name.sound" && mv "$name.sound" "$name.wav"
"""
"""Writes down what is said, and its sound in the place of a loudspeaker, each under the time it began."""


class Listener:
    """Somebody with a keypad before a screen that is off: what they press follows from what was said last."""

    def __init__(self, terminal: Terminal, folder: Path) -> None:
        self._terminal = terminal
        self._folder = folder

    @property
    def said(self) -> str:
        """What was said last."""
        texts = sorted(self._folder.glob("*.txt"))
        return texts[-1].read_text() if texts else ""

    @property
    def times(self) -> int:
        """How often something was said."""
        return len([*self._folder.glob("*.txt")])

    def starts(self, key: str) -> None:
        """Press the key that starts the voice until it does: at first nobody listens yet."""
        self._terminal.wait_until(self._terminal.cursor_is_hidden, 20)
        for _ in range(10):
            self._terminal.press(key)
            end = time.monotonic() + 3
            while time.monotonic() < end and not self.times:
                self._terminal.settle(0.02)
            if self.times:
                return
        raise AssertionError("nothing was said")

    def presses(self, key: str) -> None:
        """Press a key of the keypad once the kiosk stands still, and hear what comes of it."""
        self._terminal.settle(PACE)
        before = self.times
        self._terminal.press(key)
        self._terminal.wait_until(
            lambda: self.times > before and self._terminal.between_frames(),
            name=f"something to be said after {key}",
        )

    def goes_on(self) -> None:
        """Choose the first thing that was offered, and go on."""
        for digit in offered(self.said):
            self.presses(digit)
        self.presses("enter")
        self._terminal.wait_until(lambda: "Enter" in self.said, name="a page that has keys")


def recorder(venue: Venue) -> Path:
    """Put a recorder in the place of the voice, and give the keypad a sign to start it."""
    asks_little(venue, 2)
    settings = venue.home / "kiosk.toml"
    keypad = settings.read_text().replace('talk = "-"', 'talk = ""').replace('voice = ""', 'voice = "-"')
    settings.write_text(keypad)
    folder = venue.home.parent / "recorder"
    folder.mkdir()
    program = folder / "espeak-ng"
    program.write_text(RECORDER)
    program.chmod(0o755)
    return folder


def words_a_minute(folder: Path) -> float:
    """Return how fast all was spoken that nobody cut: its headers do not know, for it was streamed."""
    words = seconds = 0.0
    for sound in folder.glob("*.wav"):
        with wave.open(str(sound)) as heard:
            seconds += (sound.stat().st_size - 44) / heard.getsampwidth() / heard.getframerate()
        words += len(sound.with_suffix(".txt").read_text().split())
    return words / seconds * 60


def test_a_visit_by_voice_and_keypad_alone(venue: Venue) -> None:
    """EN 301 549, 5.1.3.1: spoken by espeak-ng, with nothing known of what is on the screen."""
    folder = recorder(venue)
    with venue.terminal(changed="spoken") as terminal:
        listener = Listener(terminal, folder)
        listener.starts("-")
        listener.presses(key_to("Start", listener.said))
        listener.presses("-")
        listener.presses(key_to("Read my own words and my code", listener.said))
        listener.presses("enter")
        listener.presses(".")
        while not (code := spelled_code(listener.said)):
            listener.goes_on()
        while "This page closes by itself" not in listener.said:
            listener.goes_on()
        (page,) = venue.opened(code)["pages"]
        assert [*answers_in(page).values()] == [1, ["people"]]
    assert 80 < words_a_minute(folder) < 200


def test_without_sound_the_kiosk_says_so_and_goes_on(venue: Venue) -> None:
    """espeak-ng itself, with a sound card that no machine has; on a console, whose colours it gives back."""
    settings = venue.home / "kiosk.toml"
    settings.write_text(settings.read_text().replace('device = ""\n# true', 'device = "hw:31"\n# true'))
    with venue.terminal(columns=56, rows=16, TERM="linux", COLORTERM="") as terminal:
        terminal.wait_for("F1 reads every page to you.")
        terminal.press("f1")
        terminal.wait_for(NO_VOICE)
        goes_on(terminal)
        terminal.wait_for("What we keep")
        terminal.wait_gone(NO_VOICE)
        assert palette(slots_of(THEMES[0].variables)).encode() in terminal.raw
        painted = re.findall(rb"\x1b\[([\d;]*)m", terminal.raw)
        assert {int(code) for codes in painted for code in codes.split(b";") if code} <= CONSOLE
        terminal.signal(signal.SIGTERM)
        terminal.exit_code()
        assert b"\x1b]R" in terminal.raw
