"""The program dies in the middle of a visit: whoever was there can go on, and nobody else sees a word."""

import os
import random
import shlex
import shutil
import signal
import time
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

from tests.pty_terminal import Terminal
from tests.screens.pty.changes import LATER
from tests.screens.pty.kiosk_terminal import (
    KIOSK,
    SECRETS,
    Venue,
    children,
    goes_on,
    press_until,
    starts,
    visit_process,
    writes_secrets,
)
from tests.screens.pty.traces import assert_no_trace, assert_unwritten, kept_drafts

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


def test_whoever_was_there_goes_on_after_each_crash_and_where_the_next_person_says_no_all_is_forgotten(
    venue: Venue,
) -> None:
    """However long after the crash before: the idle time counts from the last touch."""
    since = time.time() - 1
    venue.is_asked_soon()
    with venue.terminal(changed="late") as terminal:
        writes_secrets(terminal)
        killed, over = crashes(terminal), time.monotonic() + IDLE - LATER
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

        terminal.type(SECRETS[2])
        goes_on(terminal)
        terminal.wait_for("Question 3 of")
        while time.monotonic() < over:
            terminal.settle(0.5)
        terminal.press("f11")  # somebody is there
        crashes(terminal)
        says(terminal, "2")
        terminal.wait_for("Question 3 of")
        press_until(terminal, "escape", SECRETS[0] + SECRETS[2])

        killed = crashes(terminal)
        says(terminal, "1")
        terminal.wait_for("Welcome")
        assert kept_drafts(venue) == []
        starts(terminal)
        assert_unwritten(terminal, killed)
        assert_no_trace(venue, since)


def test_whoever_is_killed_the_kiosk_is_back_within_seconds_and_nothing_of_the_visit_is_left(
    venue: Venue,
) -> None:
    """Visit and supervisor in turn, at any moment; what starts the kiosk again waits for nobody to end."""
    since, torture = time.time() - 1, "TORTURE" in os.environ
    draw = random.Random(17)
    always = ["sh", "-c", f"while :; do {shlex.join(KIOSK)}; done"]
    with venue.terminal(command=always) as terminal:
        writes_secrets(terminal)
        for number in range(60 if torture else 3):
            if number:
                goes_along(terminal, draw.uniform(0, 5 if torture else 0.5))
            terminal.wait_until(lambda: any(map(children, children(terminal.pid))), name="its processes")
            [supervisor] = children(terminal.pid)
            visits = children(supervisor)
            os.kill(visits[0] if number % 2 else supervisor, signal.SIGKILL)
            comes_back(terminal, 5 if torture else 10)
            assert not [secret for secret in SECRETS if secret in terminal.text()]
            if number % 2 == 0:
                waits_for_the_end_of(visits, terminal)
            assert number or kept_drafts(venue) == []  # later, somebody may have chosen to keep it
        assert "a visit crashed (signal 9)" in (venue.home / "kiosk.log").read_text()
        assert_no_trace(venue, since)


def comes_back(terminal: Terminal, seconds: float) -> None:
    """See Welcome painted anew, or the question after a crash."""
    since = len(terminal.raw)
    terminal.wait_until(
        lambda: any(page in terminal.written(since) for page in ("Welcome", ASKS)), seconds, "Welcome"
    )


def goes_along(terminal: Terminal, seconds: float) -> None:
    """Do what somebody does at whatever page there is, for a while; after a crash, say it was not them."""
    keys, end = cycle(("enter", "2", "f6", SECRETS[0])), time.monotonic() + seconds
    while time.monotonic() < end:
        terminal.settle(0.05)
        if ASKS in terminal.text():
            terminal.press("1", "enter")
        elif (key := next(keys)) in SECRETS:
            terminal.type(key)
        else:
            terminal.press(key)


def test_what_a_power_cut_leaves_opens_for_no_later_supervisor(venue: Venue) -> None:
    since = time.time() - 1
    aside = venue.home.parent / "aside"
    with venue.terminal() as terminal:
        writes_secrets(terminal)
        visit = visit_process(terminal)
        os.kill(visit, signal.SIGSTOP)  # or it would see that the supervisor has gone, and tidy up
        os.kill(terminal.pid, signal.SIGKILL)
        os.kill(visit, signal.SIGKILL)
        waits_for_the_end_of([visit], terminal)
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


def waits_for_the_end_of(processes: Sequence[int], terminal: Terminal) -> None:
    end = time.monotonic() + 10
    while any(Path(f"/proc/{process}").exists() for process in processes) and time.monotonic() < end:
        terminal.settle(0.1)
    assert not [process for process in processes if Path(f"/proc/{process}").exists()]
    terminal.settle(0.2)
