"""What the kiosk does for everybody who uses it: a test for each row of `docs/access.md`, named by it.

EN is EN 301 549 V3.2.1, 508 is US Section 508, WCAG is WCAG 2.2. What every page must keep is shown on a few
telling pages here; the docstring names the sweep over all of them.
"""

import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from msgspec import structs

from kiosk.devices.speech import VOICES, voice_of
from kiosk.errors import SpeechError
from tests.conftest import shelves_when_needed
from tests.fake_speech import FakeSpeech
from tests.packs import small
from tests.screens import conftest
from tests.screens.conftest import Kiosk
from tests.visitor import Visitor, visit

kiosk, new_home, shipped = conftest.kiosk, conftest.new_home, conftest.shipped
shared_styles, painted_when_looked_at = conftest.shared_styles, conftest.painted_when_looked_at


@pytest.fixture(scope="module", autouse=True)
def few_shelves() -> Iterator[None]:
    with shelves_when_needed():
        yield


@asynccontextmanager
async def listens(kiosk: Kiosk, **walk: Any) -> AsyncIterator[tuple[Visitor, FakeSpeech]]:
    """Start the voice as soon as there is a page."""
    speech = FakeSpeech()
    async with visit(kiosk(), speech=speech, **walk) as visitor:
        await visitor.presses("f1")
        yield visitor, speech


SPOKEN = ("en", "cy", "pl", "ro", "uk", "tr", "sq", "ku", "kmr", "pt", "pt-BR", "es", "lt")
UNSPOKEN = ("so", "ti", "ps", "ckb")


async def test_09_the_voice_follows_the_language_or_says_that_there_is_none(kiosk: Kiosk) -> None:
    """EN 5.1.3.14. The sentences of the kiosk itself are in English so far, whatever the pack's language."""
    known = espeak_voices()
    assert {voice_of(language) for language in SPOKEN} <= known
    assert {*VOICES} == {language.lower() for language in SPOKEN + UNSPOKEN}
    speech = FakeSpeech()
    async with visit(kiosk(structs.replace(small(), language="cy")), speech=speech) as visitor:
        await visitor.presses("f1")
        assert speech.manner.language == "cy"
    for language in UNSPOKEN:
        with pytest.raises(SpeechError):
            voice_of(language)
    speech = FakeSpeech()
    async with visit(kiosk(structs.replace(small(), language="so")), speech=speech) as visitor:
        await visitor.presses("f1")
        assert visitor.sees("There is no voice for this language.")
        assert speech.told == []


def espeak_voices() -> set[str]:
    """Return what espeak-ng calls its voices."""
    listed = subprocess.run(["espeak-ng", "--voices"], capture_output=True, text=True, check=True).stdout
    return {line.split()[1] for line in listed.splitlines()[1:]}
