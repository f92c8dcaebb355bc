"""The machine sleeps, or the kiosk is stopped, in the middle of a visit: nobody finds it on the screen."""

import os
import signal
import sys
import time

from tests.pty_terminal import Terminal
from tests.screens.pty.fast_kiosk import TIMES
from tests.screens.pty.kiosk_terminal import (
    KIOSK,
    SECRETS,
    Venue,
    begins_to_write,
    children,
    goes_on,
    visit_process,
    writes_secrets,
)
from tests.screens.pty.traces import assert_no_trace, assert_unwritten, kept_drafts

FAST_KIOSK = (sys.executable, "-m", "tests.screens.pty.fast_kiosk")
IDLE = 40 / TIMES
"""Real seconds until a visit that nobody touches is over, after `is_asked_soon`."""


def sleeps(terminal: Terminal, seconds: float, *more: str) -> int:
    """Stop the kiosk with all of its processes, press keys, go on; return how much was written before."""
    everyone = [terminal.pid, *children(terminal.pid)]
    for process in everyone:
        os.kill(process, signal.SIGSTOP)
    terminal.settle(0.1)
    before = len(terminal.raw)
    time.sleep(seconds)
    terminal.press(*more)
    for process in everyone:
        os.kill(process, signal.SIGCONT)
    return before


def log_of(venue: Venue) -> str:
    log = venue.home / "kiosk.log"
    return log.read_text() if log.exists() else ""


def is_in_the_middle(terminal: Terminal) -> None:
    """Write half an answer."""
    begins_to_write(terminal)
    terminal.type(SECRETS[0])
    terminal.wait_for(SECRETS[0])


def is_the_one_who_was_there(terminal: Terminal) -> None:
    """Say after a crash that it is oneself."""
    terminal.wait_for("Were you at this screen just now?", timeout=30)
    goes_on(terminal, "2")


def test_after_a_sleep_nothing_of_the_visit_is_painted_and_nobody_is_taken_to_hang(venue: Venue) -> None:
    since = time.time() - 1
    venue.is_asked_soon()
    with venue.terminal(command=FAST_KIOSK) as terminal:
        is_in_the_middle(terminal)
        before = sleeps(terminal, IDLE + 1, "x", "enter", "y")
        terminal.wait_for("Welcome", timeout=20)
        terminal.settle(0.3)
        assert_unwritten(terminal, before)
        assert "Are you still here?" not in terminal.written(before)
        assert "This machine is starting again." not in terminal.written(before)
        assert kept_drafts(venue) == []
        assert_no_trace(venue, since)
        assert "hangs" not in log_of(venue)


def test_a_short_sleep_leaves_the_visit_as_it_was(venue: Venue) -> None:
    with venue.terminal() as terminal:
        is_in_the_middle(terminal)
        sleeps(terminal, 2)
        terminal.type("z")
        terminal.wait_for(SECRETS[0] + "z")
        assert "hangs" not in log_of(venue)


def test_a_visit_that_alone_stands_still_is_ended_and_what_was_written_is_there_again(venue: Venue) -> None:
    """The supervisor takes its silence for a hang: the time until then counts too."""
    with venue.terminal(command=FAST_KIOSK) as terminal:
        is_in_the_middle(terminal)
        terminal.settle(1)  # until it is kept
        os.kill(visit_process(terminal), signal.SIGSTOP)
        terminal.wait_for("This machine is starting again.", timeout=40)
        assert "a visit process hangs and is ended" in log_of(venue)
        assert SECRETS[0] not in terminal.text()
        is_the_one_who_was_there(terminal)
        terminal.wait_for(SECRETS[0])


def test_two_kiosks_on_one_home_keep_what_runs_apart(venue: Venue) -> None:
    with venue.terminal(command=KIOSK) as first, venue.terminal(command=KIOSK) as second:
        for terminal in (first, second):
            writes_secrets(terminal)
        second.settle(3)  # until they are kept
        second.press("f9")
        second.wait_for("Welcome", timeout=20)
        assert len(kept_drafts(venue)) == 1
        os.kill(visit_process(first), signal.SIGKILL)
        is_the_one_who_was_there(first)
        first.wait_for(SECRETS[1])
