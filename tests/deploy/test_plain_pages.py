"""The pages of a kiosk that does not run: it was closed, or it refuses to open."""

import shutil
from pathlib import Path

import pytest

from tests.deploy.test_units import LIBRARY
from tests.pty_terminal import Terminal


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """The scripts, with programs that do nothing in the place of the machine's."""
    folder = tmp_path / "library"
    shutil.copytree(LIBRARY, folder)
    for file in (folder / "program", folder / "closed"):
        text = file.read_text().replace("/run/kiosk/closed", str(tmp_path / "closed"))
        text = text.replace("/opt/strengths-kiosk/current/venv/bin/python", str(tmp_path / "python"))
        file.write_text(text.replace("systemctl poweroff && sleep infinity", f"touch {tmp_path}/off"))
    return folder


def kiosk_ends(library: Path, code: int) -> None:
    python = library.parent / "python"
    python.write_text(f"#!/bin/sh\necho '[help] now must be one line.'\nexit {code}\n")
    python.chmod(0o755)


@pytest.mark.parametrize("code", [1, 2, 70])
def test_a_kiosk_that_refuses_to_open_says_why_and_what_can_be_done(library: Path, code: int) -> None:
    kiosk_ends(library, code)
    with Terminal([str(library / "program")]) as terminal:
        for told in ("[help] now must be one line.", "needs a member of staff", f"fault {code}", "2  Close"):
            terminal.wait_for(told)
        terminal.press("2")
        assert terminal.exit_code() == code
    assert (library.parent / "closed").exists()


def test_a_kiosk_that_was_killed_starts_again_at_once_and_one_that_was_closed_says_so(library: Path) -> None:
    for code, closed in ((137, False), (0, True)):
        kiosk_ends(library, code)
        with Terminal([str(library / "program")]) as terminal:
            assert terminal.exit_code() == code
        assert (library.parent / "closed").exists() == closed


def test_the_page_of_a_closed_kiosk_shows_its_keys(library: Path) -> None:
    with Terminal([str(library / "closed")]) as terminal:
        for told in ("The kiosk is closed.", "1  Start the kiosk", "2  Switch this machine off", "3  Log in"):
            terminal.wait_for(told)
        terminal.press("2")
        terminal.exit_code()
    assert (library.parent / "off").exists()
