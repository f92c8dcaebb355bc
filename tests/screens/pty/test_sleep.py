"""The machine sleeps, or the kiosk is stopped, in the middle of a visit: nobody finds it on the screen."""

import os
import signal
import time

from tests.pty_terminal import Terminal
from tests.screens.pty.changes import TIMES
from tests.screens.pty.kiosk_terminal import (
    SECRETS,
    Venue,
    begins_to_write,
    children,
    goes_on,
    visit_process,
)
from tests.screens.pty.traces import assert_no_trace, assert_unwritten, kept_drafts

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


def was_somebody_here(terminal: Terminal) -> None:
    terminal.wait_for("Were you at this screen just now?", timeout=30)


def test_a_sleep_and_a_visit_that_hangs_take_nothing_away_and_show_nobody_anything(venue: Venue) -> None:
    since = time.time() - 1
    with venue.terminal(changed="fast") as terminal:
        is_in_the_middle(terminal)
        sleeps(terminal, 1)  # a short sleep leaves the visit as it was
        terminal.type("z")
        terminal.wait_for(SECRETS[0] + "z")
        assert "hangs" not in log_of(venue)

        # Where the visit alone stands still, the supervisor takes its silence for a hang: that counts, too.
        terminal.settle(1)  # until it is kept
        os.kill(visit_process(terminal), signal.SIGSTOP)
        terminal.wait_for("This machine is starting again.", timeout=40)
        assert "a visit process hangs and is ended" in log_of(venue)
        assert SECRETS[0] not in terminal.text()
        was_somebody_here(terminal)
        goes_on(terminal, "2")
        terminal.wait_for(SECRETS[0])

        # Where nobody answers, Welcome comes when the idle time is over, which the next visit has shorter.
        venue.is_asked_soon()
        terminal.settle(0.1)
        before = len(terminal.raw)
        os.kill(visit_process(terminal), signal.SIGKILL)
        was_somebody_here(terminal)
        terminal.wait_for("Welcome", timeout=60)
        assert kept_drafts(venue) == []
        assert_unwritten(terminal, before)

        # After a long sleep nothing is painted, whatever was pressed meanwhile, and nobody is taken to hang.
        is_in_the_middle(terminal)
        before = sleeps(terminal, IDLE + 1, "x", "enter", "y")
        terminal.wait_for("Welcome", timeout=20)
        terminal.settle(0.3)
        assert_unwritten(terminal, before)
        assert "Are you still here?" not in terminal.written(before)
        assert "This machine is starting again." not in terminal.written(before)
        assert kept_drafts(venue) == []
        assert_no_trace(venue, since)
        assert log_of(venue).count("hangs") == 1


def test_two_kiosks_on_one_home_keep_what_runs_apart(venue: Venue) -> None:
    with venue.terminal(changed="fast") as first, venue.terminal(changed="fast") as second:
        for terminal in (first, second):
            is_in_the_middle(terminal)
        first.settle(1)  # until it is kept
        second.press("f9")
        second.wait_for("Welcome", timeout=20)
        assert len(kept_drafts(venue)) == 1
        os.kill(visit_process(first), signal.SIGKILL)
        was_somebody_here(first)
        goes_on(first, "2")
        first.wait_for(SECRETS[0])
