"""What a visit that ends badly leaves: nothing on the screen, nothing on the disk. And the locked keys."""

import os
import signal
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.pty_terminal import Terminal
from tests.screens.pty.kiosk_terminal import SECRETS, Venue, found_in, goes_on, press_until, starts

LOCKED = ("ctrl+q", "ctrl+c", "ctrl+z", "ctrl+\\", "ctrl+p", "ctrl+d", "ctrl+x", "ctrl+v", "ctrl+s")


def visit_process(terminal: Terminal) -> int:
    """Return the process that has the terminal, below the supervisor."""
    supervisor = terminal.pid
    for child in Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split():
        if Path(f"/proc/{child}/fd/0").readlink().is_relative_to("/dev/pts"):
            return int(child)
    raise AssertionError("no process of the kiosk has the terminal")


def recent_files(folder: Path, since: float) -> Iterator[Path]:
    """Yield the files below a folder that were written since a time, but for those of other tests."""
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith("pytest-of-")]
        for file in (Path(place, name) for name in files):
            with suppress(FileNotFoundError):  # gone meanwhile
                status = file.lstat()
                if stat.S_ISREG(status.st_mode) and status.st_mtime >= since:
                    yield file


def writes_secrets(terminal: Terminal) -> None:
    """Answer the first question, and leave the fourth half written."""
    starts(terminal)
    terminal.settle(0.1)
    terminal.type(SECRETS[0])
    goes_on(terminal)
    terminal.wait_for("Question 2 of")
    goes_on(terminal)
    terminal.wait_for("Question 3 of")
    goes_on(terminal)
    terminal.wait_for("Question 4 of")
    terminal.settle(0.1)
    terminal.type(SECRETS[1])
    terminal.wait_for(SECRETS[1])


def assert_no_trace(venue: Venue, since: float) -> None:
    assert found_in(venue.home) == []
    for file in recent_files(Path(tempfile.gettempdir()), since):
        content = file.read_bytes()
        assert not any(secret.encode() in content for secret in SECRETS[:2]), file


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM])
def test_a_visit_that_dies_leaves_no_word_behind_and_the_next_one_begins(
    venue: Venue, number: signal.Signals
) -> None:
    since = time.time() - 1
    with venue.terminal() as terminal:
        writes_secrets(terminal)
        os.kill(visit_process(terminal), number)
        terminal.wait_gone(SECRETS[1])
        shown = len(terminal.raw)
        terminal.wait_for("Welcome", timeout=30)
        press_until(terminal, "enter", "What we keep")
        after = bytes(terminal.raw[shown:])
        assert not any(secret.encode() in after for secret in SECRETS)
        assert_no_trace(venue, since)
    assert not any(secret in (venue.home / "kiosk.log").read_text() for secret in SECRETS)


def test_a_supervisor_that_is_killed_takes_the_visit_with_it(venue: Venue) -> None:
    since = time.time() - 1
    with venue.terminal() as terminal:
        writes_secrets(terminal)
        visit = visit_process(terminal)
        os.kill(terminal.pid, signal.SIGKILL)
        end = time.monotonic() + 10
        while Path(f"/proc/{visit}").exists() and time.monotonic() < end:
            terminal.settle(0.1)
        assert not Path(f"/proc/{visit}").exists()
        terminal.settle(0.2)
        assert not any(secret in terminal.text() for secret in SECRETS)
        assert_no_trace(venue, since)


def test_hiding_a_visit_leaves_no_word_behind(venue: Venue) -> None:
    since = time.time() - 1
    with venue.terminal() as terminal:
        writes_secrets(terminal)
        terminal.press("f9")
        terminal.wait_gone(SECRETS[1])
        shown = len(terminal.raw)
        terminal.wait_for("Welcome", timeout=30)
        assert not any(secret.encode() in bytes(terminal.raw[shown:]) for secret in SECRETS)
        assert_no_trace(venue, since)


def test_no_key_of_a_customer_leaves_copies_or_stops_the_kiosk(venue: Venue) -> None:
    with venue.terminal() as terminal:
        writes_secrets(terminal)
        terminal.settle(0.2)
        before = terminal.text()
        visit = visit_process(terminal)
        for key in LOCKED:
            terminal.press(key)
        terminal.settle(0.3)
        assert terminal.text() == before
        assert visit_process(terminal) == visit
        assert terminal.state() in "SR"  # neither stopped nor dead
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP):
            os.kill(visit, number)
            os.kill(terminal.pid, number)
        terminal.type(" and more")
        terminal.wait_for(f"{SECRETS[1]} and more")


def test_staff_who_close_the_kiosk_get_their_terminal_back_as_it_was(venue: Venue) -> None:
    with venue.terminal() as terminal:
        terminal.wait_for("Welcome")
        terminal.signal(signal.SIGTERM)
        terminal.exit_code()
        assert b"\x1b[?1049l" in terminal.raw
        assert not terminal.cursor_is_hidden()
