"""A terminal that does not use UTF-8 is refused, with what to do."""

import os
import pty
import select
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from kiosk.errors import SettingsError
from kiosk.supervision.utf8 import require_utf8

KIOSK = (sys.executable, "-m", "kiosk")


@pytest.fixture
def ends() -> Iterator[tuple[int, int]]:
    """The two ends of a pseudo-terminal: the person's, and the program's."""
    person, program = pty.openpty()
    yield person, program
    os.close(person)
    os.close(program)


def _answering(person: int, answer: bytes) -> Thread:
    """Answer a question for the cursor as a terminal does, once."""

    def run() -> None:
        read = b""
        while not read.endswith(b"\x1b[6n") and select.select([person], [], [], 60)[0]:
            read += os.read(person, 1024)
        os.write(person, answer)

    thread = Thread(target=run)
    thread.start()
    return thread


def _tried(ends: tuple[int, int], answer: bytes, **environment: str) -> None:
    person, program = ends
    before = termios.tcgetattr(program)
    thread = _answering(person, answer)
    try:
        require_utf8(program, program, environment, wait=5 if answer else 0.05)
    finally:
        thread.join()
        assert termios.tcgetattr(program) == before


@pytest.mark.parametrize("answer", [b"\x1b[24;2R", b"typed\x1b[1;2R"])
@pytest.mark.parametrize("language", ["", "en_GB.UTF-8", "de_DE.ISO-8859-1"])
def test_a_terminal_that_shows_one_letter_for_two_bytes_is_taken(
    ends: tuple[int, int], answer: bytes, language: str
) -> None:
    _tried(ends, answer, LANG=language)


def test_a_terminal_that_shows_two_is_refused_whatever_the_locale_says(ends: tuple[int, int]) -> None:
    with pytest.raises(SettingsError, match="This terminal does not use UTF-8"):
        _tried(ends, b"\x1b[24;3R", LANG="en_GB.UTF-8")


@pytest.mark.parametrize(
    "environment",
    [
        {"LANG": "de_DE.ISO-8859-1"},
        {"LC_CTYPE": "pl_PL.ISO8859-2", "LANG": "C.UTF-8"},
        {"LC_ALL": "de_DE.ISO-8859-15@euro", "LC_CTYPE": "C.UTF-8"},
    ],
)
def test_where_it_does_not_answer_the_locale_decides(
    ends: tuple[int, int], environment: dict[str, str]
) -> None:
    with pytest.raises(SettingsError, match="LANG"):
        _tried(ends, b"", **environment)


@pytest.mark.parametrize("language", ["", "C", "C.UTF-8", "en_GB.utf8", "ca_ES.UTF-8@valencia", "de_DE@euro"])
def test_one_that_says_nothing_at_all_is_taken(ends: tuple[int, int], language: str) -> None:
    _tried(ends, b"", LANG=language)


def test_what_is_waited_for_has_an_end(ends: tuple[int, int]) -> None:
    begun = time.monotonic()
    require_utf8(ends[1], ends[1], {}, wait=0.1)
    assert time.monotonic() - begun < 2


def test_the_kiosk_says_so_in_the_shell(tmp_path: Path, ends: tuple[int, int]) -> None:
    person, program = ends
    thread = _answering(person, b"\x1b[1;3R")
    home = {"KIOSK_HOME": str(tmp_path / "home")}
    done = subprocess.run(
        [*KIOSK, "--practice"],
        env=home,
        stdin=program,
        stdout=program,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    thread.join()
    assert done.returncode == 1
    assert "This terminal does not use UTF-8" in done.stderr
