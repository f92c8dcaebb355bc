"""Leaving in a hurry, as chosen at the start: the answers are kept behind a code, or gone."""

import os
import signal
import time
from collections.abc import Callable

from tests.pty_terminal import Terminal
from tests.screens.pty.kiosk_terminal import (
    SECRETS,
    Venue,
    begins_to_write,
    gives_code,
    goes_on,
    turns,
    visit_process,
    writes_secrets,
)
from tests.screens.pty.traces import assert_no_trace, assert_unwritten, kept_drafts

Sends = Callable[[Terminal], None]


def three_escapes(terminal: Terminal) -> None:
    terminal.press("escape", "escape", "escape")


def three_escapes_in_tmux(terminal: Terminal) -> None:
    terminal.send(b"\x1b\x1b")
    time.sleep(0.6)
    terminal.send(b"\x1b")


def leaves(terminal: Terminal, hides: Sends) -> None:
    """Press keys in the middle of a word; after the blank screen not an answer is written any more."""
    terminal.settle(0.2)
    hides(terminal)
    terminal.wait_until(lambda: not terminal.text().strip(), name="a blank screen")
    blank = len(terminal.raw)
    terminal.wait_for("Welcome", timeout=30)
    assert_unwritten(terminal, blank)


def test_who_chose_to_keep_finds_even_the_half_typed_answer_behind_the_code(venue: Venue) -> None:
    since = time.time() - 1
    with venue.terminal() as terminal:
        code = writes_secrets(terminal, keep=True)
        leaves(terminal, three_escapes)
        assert_no_trace(venue, since)
        assert [file.suffix for file in kept_drafts(venue)] == [".age"]

        gives_code(terminal, code)
        terminal.wait_for("You stopped before you saved")
        goes_on(terminal)
        terminal.wait_for("Question ")  # some of the three Esc went back first
        while "Question 4 of" not in terminal.text():
            turns(terminal)
        terminal.wait_for(SECRETS[1])


def test_who_chose_to_clear_leaves_no_file_nor_does_a_paste_or_an_end_from_without(venue: Venue) -> None:
    since = time.time() - 1
    with venue.terminal() as terminal:
        writes_secrets(terminal)
        assert [file.match("running/*.age") for file in kept_drafts(venue)] == [True]
        leaves(terminal, three_escapes_in_tmux)
        assert kept_drafts(venue) == []
        # Hiding comes ahead of a paste that is still being taken.
        for keys in (b"\x1b[20;2~", b"\x1b\x1b\x1b"):  # Shift+F9; Esc, three times
            begins_to_write(terminal)
            terminal.settle(0.2)
            terminal.send(b"a garden " * 3_000)
            terminal.send(keys)
            terminal.wait_until(lambda: not terminal.text().strip(), 1.5, "a blank screen")
            terminal.wait_for("Welcome", timeout=30)
            assert kept_drafts(venue) == []

        # A visit that is ended has time to tidy up; `test_after_a_crash` has one that dies at once.
        begins_to_write(terminal)
        terminal.type(SECRETS[0])
        terminal.wait_for(SECRETS[0])
        ended = len(terminal.raw)
        os.kill(visit_process(terminal), signal.SIGTERM)
        terminal.wait_for("This machine is starting again.")
        terminal.wait_for("Welcome", timeout=30)
        assert_unwritten(terminal, ended)
        assert_no_trace(venue, since)

        terminal.signal(signal.SIGTERM)
        terminal.exit_code()
        assert b"\x1b[?1049l" in terminal.raw  # staff get their terminal back as it was
        assert not terminal.cursor_is_hidden()
