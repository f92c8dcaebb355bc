"""The program dies in the middle of a visit: whoever was there can go on, and nobody else sees a word."""

import os
import shutil
import signal
import sys
import time
from pathlib import Path

from tests.pty_terminal import Terminal
from tests.screens.pty.kiosk_terminal import (
    KIOSK,
    SECRETS,
    Venue,
    goes_on,
    press_until,
    starts,
    visit_process,
    writes_secrets,
)
from tests.screens.pty.late_kiosk import SECONDS as LATE
from tests.screens.pty.traces import assert_no_trace, assert_unwritten, kept_drafts

LATE_KIOSK = (sys.executable, "-m", "tests.screens.pty.late_kiosk")
IDLE = 40
"""Seconds until a visit that nobody touches is over, after `is_asked_soon`."""
ASKS = "Were you at this screen just now?"


def crashes(terminal: Terminal) -> int:
    """Kill the visit outright, see the calm page, and return how much was written before."""
    terminal.settle(0.1)
    killed = len(terminal.raw)
    os.kill(visit_process(terminal), signal.SIGKILL)
    terminal.wait_for("This machine is starting again.")
    return killed


def says(terminal: Terminal, number: str) -> None:
    """Answer whether one was there."""
    terminal.wait_for(ASKS, timeout=30)
    goes_on(terminal, number)
    terminal.wait_gone(ASKS)


def test_whoever_was_there_goes_on_and_where_the_next_person_says_no_everything_is_forgotten(
    venue: Venue,
) -> None:
    since = time.time() - 1
    with venue.terminal() as terminal:
        writes_secrets(terminal)
        killed = crashes(terminal)
        terminal.wait_for(ASKS, timeout=30)
        goes_on(terminal)  # nothing is chosen beforehand
        terminal.wait_for("Choose one.")
        assert_unwritten(terminal, killed)
        assert_no_trace(venue, since)

        says(terminal, "2")
        terminal.wait_for("Question 4 of")
        assert SECRETS[1] not in terminal.written(killed)  # it was being written
        for question in ("Question 3 of", "Question 2 of"):
            press_until(terminal, "escape", question)
        assert SECRETS[0] in terminal.text()

        killed = crashes(terminal)
        says(terminal, "1")
        terminal.wait_for("Welcome")
        assert kept_drafts(venue) == []
        starts(terminal)
        assert_unwritten(terminal, killed)
        assert_no_trace(venue, since)


def test_where_nobody_answers_welcome_comes_when_the_idle_time_is_over(venue: Venue) -> None:
    """In `make torture` with the real time; in its short form, half a minute of it is pretended."""
    real = bool(os.environ.get("TORTURE"))
    venue.is_asked_soon()
    with venue.terminal(command=KIOSK if real else LATE_KIOSK) as terminal:
        writes_secrets(terminal)
        killed, at = crashes(terminal), time.monotonic()
        terminal.wait_for(ASKS, timeout=30)
        terminal.wait_for("Welcome", timeout=60)
        assert not real or IDLE - 1 < time.monotonic() - at < IDLE + 10
        assert kept_drafts(venue) == []
        assert_unwritten(terminal, killed)


def test_whoever_is_there_can_go_on_after_another_crash_too(venue: Venue) -> None:
    """However long after the one before, of theirs or not: the idle time counts from the last touch."""
    venue.is_asked_soon()
    with venue.terminal(command=LATE_KIOSK) as terminal:
        writes_secrets(terminal)
        crashes(terminal)
        for answer in ("2", "1"):
            over = time.monotonic() + IDLE - LATE
            says(terminal, answer)
            if answer == "1":
                writes_secrets(terminal)
            terminal.wait_for("Question 4 of")
            terminal.settle(0.1)
            terminal.type(SECRETS[2])
            goes_on(terminal)
            terminal.wait_for("Where I live")
            while time.monotonic() < over:
                terminal.settle(0.5)
            terminal.press("f11")  # somebody is there
            crashes(terminal)
        says(terminal, "2")
        terminal.wait_for("Where I live")
        press_until(terminal, "escape", "Choose a part")
        press_until(terminal, "2", "How did you feel")
        press_until(terminal, "enter", "Question 4 of")
        assert SECRETS[2] in terminal.text()


def test_a_supervisor_that_is_killed_takes_the_visit_with_it(venue: Venue) -> None:
    since = time.time() - 1
    with venue.terminal() as terminal:
        writes_secrets(terminal)
        visit = visit_process(terminal)
        os.kill(terminal.pid, signal.SIGKILL)
        waits_for_the_end_of(visit, terminal)
        assert not [secret for secret in SECRETS if secret in terminal.text()]
    assert kept_drafts(venue) == []
    assert_no_trace(venue, since)


def test_what_a_power_cut_leaves_opens_for_no_later_supervisor(venue: Venue) -> None:
    since = time.time() - 1
    aside = venue.home.parent / "aside"
    with venue.terminal() as terminal:
        writes_secrets(terminal)
        visit = visit_process(terminal)
        os.kill(visit, signal.SIGSTOP)  # or it would see that the supervisor has gone, and tidy up
        os.kill(terminal.pid, signal.SIGKILL)
        os.kill(visit, signal.SIGKILL)
        waits_for_the_end_of(visit, terminal)
    [left] = kept_drafts(venue)
    assert_no_trace(venue, since)
    left.rename(aside)

    with venue.terminal() as terminal:
        terminal.wait_for("Welcome")
        starts(terminal)
        assert ASKS not in terminal.written()
        # Nor is it offered where somebody puts it in the place of a visit of today that crashes.
        os.kill(visit_process(terminal), signal.SIGSTOP)
        [running] = kept_drafts(venue)
        shutil.copy(aside, running)
        crashes(terminal)
        terminal.wait_for("Welcome", timeout=30)
        assert ASKS not in terminal.written()
        assert kept_drafts(venue) == []
        assert not [secret for secret in SECRETS if secret in terminal.written()]


def waits_for_the_end_of(process: int, terminal: Terminal) -> None:
    end = time.monotonic() + 10
    while Path(f"/proc/{process}").exists() and time.monotonic() < end:
        terminal.settle(0.1)
    assert not Path(f"/proc/{process}").exists()
    terminal.settle(0.2)
