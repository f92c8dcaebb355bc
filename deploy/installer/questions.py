"""The five questions: venue, first lead, keyboard, screen and printer. Options answer them too."""

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from deploy.installer.machine import RefusedError

CONSOLE = "console"
"""What answers the question of the screen on a machine that cannot show a window."""


def _name(text: str, _keyboards: list[str]) -> str | None:
    return None if 0 < len(text) <= 80 and text.isprintable() else "Enter a name, of 80 letters at most."


def _keyboard(text: str, keyboards: list[str]) -> str | None:
    if text in keyboards:
        return None
    begun = [one for one in keyboards if one.startswith(f"{text[:2]}:")][:6]
    also = f" Others that begin so: {', '.join(begun)}." if begun else ""
    return f"There is no keyboard {text}. Examples: gb, us, de, fr, pl, ch:fr.{also}"


def _screen(text: str, _keyboards: list[str]) -> str | None:
    number = re.fullmatch(r"\d{1,3}(\.\d{1,2})?", text)
    if text == CONSOLE or (number and 5 <= float(text) <= 100):
        return None
    return "Enter its inches from corner to corner, such as 15.6, or 'console'."


def _printer(text: str, _keyboards: list[str]) -> str | None:
    # The devices are those that kiosk@.service allows.
    if text == "none" or re.fullmatch(
        r"/dev/(usb/lp|tty(S|ACM|USB))\d{1,3}|tcp://[\d.]{7,15}:\d{1,5}|(?!-)[\w.+@-]{1,127}", text
    ):
        return None
    return (
        "Enter none, a device by USB or serial port (/dev/usb/lp0, /dev/ttyUSB0), an address "
        "(tcp://192.168.1.50:9100) or a CUPS queue."
    )


@dataclass(frozen=True)
class Question:
    """One of the five."""

    option: str
    asks: str
    usual: str
    """What Enter answers; empty where there is nothing usual."""
    wrong: Callable[[str, list[str]], str | None]
    """Returns what is wrong with an answer."""


QUESTIONS = (
    Question("venue", "Name of the venue, as customers see it", "", _name),
    Question("lead", "Name of the first lead, who can unlock the desk", "", _name),
    Question("keyboard", "Keyboard (gb, us, de, fr, pl and so on)", "gb", _keyboard),
    Question(
        "screen",
        "Screen, in inches from corner to corner ('console': no window)",
        "15.6",
        _screen,
    ),
    Question(
        "printer",
        "Printer (none, /dev/usb/lp0, tcp://ADDRESS:9100 or a CUPS queue)",
        "none",
        _printer,
    ),
)


def answers(
    given: Mapping[str, str | None],
    known: Mapping[str, str],
    keyboards: list[str],
    ask: Callable[[str], str] | None = None,
) -> dict[str, str]:
    """Return all five answers: as given, as they are known from before, else asked for.

    `ask` shows a question and returns what was typed. Raises RefusedError where nobody can be asked.
    """
    return {
        question.option: _answer(question, given.get(question.option), known, keyboards, ask)
        for question in QUESTIONS
    }


def _answer(
    question: Question,
    given: str | None,
    known: Mapping[str, str],
    keyboards: list[str],
    ask: Callable[[str], str] | None,
) -> str:
    if given is not None:
        if wrong := question.wrong(given.strip(), keyboards):
            raise RefusedError(f"--{question.option}: {wrong} Nothing was changed.")
        return given.strip()
    if question.option in known:
        return known[question.option]
    if ask is None and not sys.stdin.isatty():
        raise RefusedError(f"Nobody can be asked here. Give --{question.option}. Nothing was changed.")
    while True:
        usual = f" [{question.usual}]" if question.usual else ""
        typed = (ask or input)(f"{question.asks}{usual}: ").strip() or question.usual
        if not (wrong := question.wrong(typed, keyboards)):
            return typed
        print(wrong)
