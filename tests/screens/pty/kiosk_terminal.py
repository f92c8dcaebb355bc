"""A customer and a member of staff at the real kiosk, in a real terminal."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zxingcpp

from kiosk.pack.load import load_pack
from kiosk.settings import content
from tests.pty_terminal import Terminal

KIOSK = (sys.executable, "-m", "kiosk")
PASSPHRASE = "river copper lantern moss"
STAFF = "Jo Smith"

# Words that stand in no pack, no screen and no program: where they are found, an answer is.
SECRETS = ("Quilltoucan", "Brindlewharf", "Marzipanlark", "Thistlegong")


@dataclass(frozen=True)
class Venue:
    """A home that is set up, with what a member of staff needs."""

    home: Path
    passphrase_file: Path

    def run(self, *arguments: str, ok: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a `kiosk` command in this home."""
        done = subprocess.run(
            [*KIOSK, *arguments],
            env={"KIOSK_HOME": str(self.home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert not ok or done.returncode == 0, done.stderr
        return done

    def desk(self, *arguments: str, ok: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command of the desk."""
        return self.run(*arguments, "--staff", STAFF, "--passphrase-file", str(self.passphrase_file), ok=ok)

    def opened(self, code: str) -> dict[str, Any]:
        """Open an entry by its code, as JSON."""
        return dict(json.loads(self.desk("open", code, "--json").stdout))

    def terminal(self, *, columns: int = 80, rows: int = 24, **environment: str) -> Terminal:
        """Return the kiosk in a terminal, not yet started."""
        env: dict[str, str | None] = {"KIOSK_HOME": str(self.home), **environment}
        return Terminal(KIOSK, columns=columns, rows=rows, env=env)


def set_up(folder: Path) -> Venue:
    """Set a venue up with the real command."""
    venue = Venue(folder / "home", folder / "passphrase.txt")
    venue.passphrase_file.write_text(PASSPHRASE + "\n")
    venue.run(
        "setup", "--venue", "Oak House", "--staff", STAFF, "--passphrase-file", str(venue.passphrase_file),
        "--recovery-file", str(folder / "recovery.txt"),
    )  # fmt: skip
    return venue


def goes_on(terminal: Terminal, *before: str) -> None:
    """Press Enter once the page stands still, and wait until something comes of it.

    A key that does nothing, between two Enters, makes the second one meant: it is no bounce.
    """
    terminal.settle(0.05)
    terminal.press(*before, "f11")
    terminal.settle(0.05)
    sent = len(terminal.raw)
    terminal.press("enter")
    terminal.wait_until(lambda: len(terminal.raw) > sent, name="something to come of Enter")
    terminal.settle(0.05)


def starts(terminal: Terminal) -> None:
    """Go from Welcome to the first question."""
    terminal.wait_for("Welcome")
    # The page is painted a moment before it listens; a person is slower than that.
    press_until(terminal, "enter", "What we keep")
    goes_on(terminal)
    terminal.wait_for("Before you start")
    goes_on(terminal)
    terminal.wait_for("Part 1 of")
    goes_on(terminal)
    terminal.wait_for("Question 1 of")


def press_until(terminal: Terminal, key: str, text: str) -> None:
    """Press a key, again if need be, until a text is there."""
    for _ in range(10):
        terminal.settle(0.1)
        if text in terminal.text():
            return
        terminal.press(key)
        end = time.monotonic() + 2
        while time.monotonic() < end and text not in terminal.text():
            terminal.settle(0.05)
    terminal.wait_for(text, timeout=0.1)


def walks(terminal: Terminal) -> dict[str, object]:
    """Answer every question by keys, up to the check page; return what was answered, by question id."""
    given: dict[str, object] = {}
    secrets = iter(SECRETS * 20)
    pack = load_pack(content() / "packs" / "strengths.toml")
    number = 0
    for section in pack.sections:
        if number:
            terminal.wait_for(f"Part {pack.sections.index(section) + 1} of")
            goes_on(terminal)
        for question in section.questions:
            number += 1
            terminal.wait_for(f"Question {number} of")
            terminal.settle(0.05)
            given[question.id] = _answers(terminal, type(question).__name__, question, secrets)
    return given


def _answers(terminal: Terminal, kind: str, question: Any, secrets: Any) -> object:
    if kind == "ScaleQuestion":
        goes_on(terminal, "2")
        return question.points[1].value
    if kind == "ChoiceQuestion" and question.several:
        goes_on(terminal, "1", "3")
        return [question.options[0].id, question.options[2].id]
    if kind == "ChoiceQuestion":
        goes_on(terminal, "2")
        return question.options[1].id
    if kind == "TextQuestion":
        text = f"{next(secrets)} and {next(secrets)}"
        terminal.type(text)
        goes_on(terminal)
        return text
    if kind == "LinesQuestion":
        lines = [next(secrets), next(secrets)]
        for line in lines:
            terminal.type(line)
            goes_on(terminal)
        goes_on(terminal)
        return lines
    if kind == "GoalQuestion":
        parts = {name: f"{name} {next(secrets)}" for name in ("want", "first_step", "who", "when")}
        for text in parts.values():
            terminal.type(text)
            goes_on(terminal)
        return {"kind": "goal", **parts}
    return _picks_cards(terminal, question, secrets)


def _picks_cards(terminal: Terminal, question: Any, secrets: Any) -> object:
    deck = load_pack(content() / "packs" / "strengths.toml").decks[question.deck]
    groups = question.groups or tuple(deck.groups)
    picked = []
    for number, group in enumerate(groups, 1):
        terminal.wait_for(f"Cards {number} of {len(groups)}")
        picked.append(deck.in_group(group)[0].id)
        goes_on(terminal, "1")
    own = next(secrets)
    terminal.wait_for("In your own words")
    terminal.settle(0.05)
    terminal.type(own)
    goes_on(terminal)
    goes_on(terminal)
    return {"kind": "cards", "picked": picked, "own": [own]}


def scans(terminal: Terminal) -> str:
    """Read the QR code from the pixels of the screen, dark on light only, as a phone does."""
    (found,) = zxingcpp.read_barcodes(terminal.qr_pixels(), try_invert=False)
    return str(found.text)


def found_in(folder: Path) -> list[tuple[Path, str]]:
    """Return the files below a folder that hold an answer, in UTF-8 or UTF-16."""
    return [
        (file, secret)
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        for secret in SECRETS
        for raw in (secret.encode(), secret.encode("utf-16-le"))
        if raw in file.read_bytes()
    ]
