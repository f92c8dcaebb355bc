"""Whether what a page says aloud is what it shows, and nothing that is somebody's own; and who listens."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from screens.desk.entry_list import EntryList
from screens.spoken import spelled, spoken
from tests.fake_speech import FakeSpeech
from tests.person import Person
from tests.screens.conftest import Kiosk
from tests.visitor import Visitor, visit

WORD = re.compile(r"[^\W_]+")
PRINTED = {"esc", "del", "pgup", "pgdn"}
"""Keys that are said by their whole names."""
OWN = {"Sun", "Patient", "garden", "Tuesday", "K7QX"}
"""What is written on the pages of `every_page`, by customers and to them; no name of an entry has these."""


def says_what_it_shows(person: Person) -> None:
    """Check that each word which is painted is said, and no own words where nobody asked for them."""
    said = spoken(person.page)
    # Of a list of thousands only the line that the keys stand on is said by itself.
    others = [shown.told(row) for shown in person.page.query(EntryList) for row in shown.rows]
    heard = re.sub(r"\W", "", "".join((*(one.text for one in said), *others))).lower()
    painted = {word.lower() for word in WORD.findall(spelled(person.screen_text())) if len(word) > 2}
    assert {word for word in painted if word not in heard} <= PRINTED, [one.text for one in said]
    aloud = " ".join(one.text for one in said if not one.own)
    assert not {*WORD.findall(aloud)} & OWN, aloud


def key_to(label: str, said: str) -> str:
    """Return the key that was said to do this."""
    found = re.search(rf"^(\w+): {re.escape(label)}", said, re.MULTILINE)
    assert found, f"nothing was said of {label!r}: {said}"
    return found[1].lower()


def offered(said: str) -> tuple[str, ...]:
    """Return the digit of the first thing that was offered by number, where nothing is chosen yet."""
    found = re.search(r"^(\d): [^\n]+", said, re.MULTILINE)
    return (found[1],) if found and ", chosen" not in said else ()


def spelled_code(said: str) -> str:
    """Return the code that was spelled; empty where none was."""
    found = re.search(r"Your code: ((?:\w, \w, \w, \w\. ?){4})", said)
    return re.sub(r"\W", "", found[1]) if found else ""


@asynccontextmanager
async def listens(kiosk: Kiosk, **walk: Any) -> AsyncIterator[tuple[Visitor, FakeSpeech]]:
    """Start the voice as soon as there is a page."""
    speech = FakeSpeech()
    async with visit(kiosk(), speech=speech, waits=True, **walk) as visitor:
        await visitor.presses("f1")
        yield visitor, speech


async def saves_and_hears_the_code(visitor: Visitor, speech: FakeSpeech) -> None:
    """Save, and check that the code is spelled once one asks for it, and not before."""
    await visitor.saves()
    letters = ", ".join(visitor.code.split()[0])
    assert letters not in " ".join(speech.told)
    assert "Enter: I have my code." in speech.last
    await visitor.presses("f1", "6", "enter", "escape")
    assert all(", ".join(group) in speech.last for group in visitor.code.split())
