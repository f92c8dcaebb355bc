"""A pause, by keys alone: a code of its own, nothing left behind, and on from where it stopped."""

import time

from tests.screens.pty.kiosk_terminal import (
    SECRETS,
    Venue,
    answers_in,
    asks_little,
    finishes,
    gives_code,
    goes_on,
    leaves_open,
    press_until,
    saves,
    takes_code,
    writes_secrets,
    written_answers,
)
from tests.screens.pty.traces import assert_no_trace, assert_unwritten, kept_drafts


def test_a_pause_leaves_nothing_behind_and_goes_on_where_it_stopped(venue: Venue) -> None:
    asks_little(venue)
    since = time.time() - 1
    with venue.terminal() as terminal:
        writes_secrets(terminal)
        press_until(terminal, "f7", "Take a break?")
        terminal.settle(0.1)
        paused = len(terminal.raw)
        goes_on(terminal)
        code = takes_code(terminal)
        finishes(terminal)
        press_until(terminal, "enter", "What we keep")
        press_until(terminal, "escape", "Welcome")
        assert_unwritten(terminal, paused)
        assert_no_trace(venue, since)
        assert [file.suffix for file in kept_drafts(venue)] == [".age"]

        gives_code(terminal, code)
        terminal.wait_for("You stopped before you saved")
        goes_on(terminal)
        terminal.wait_for("Question 4 of")
        terminal.wait_for(SECRETS[1])
        goes_on(terminal)
        leaves_open(terminal)
        saved = saves(terminal)
        assert saved != code
        finishes(terminal)

        (page,) = venue.opened(saved)["pages"]
        assert answers_in(page) == written_answers()
        assert kept_drafts(venue) == []
        assert_no_trace(venue, since)
