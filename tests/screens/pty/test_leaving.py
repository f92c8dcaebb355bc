"""Leaving in a hurry, as chosen at the start: the answers are kept behind a code, or gone."""

import time
from collections.abc import Sequence

import pytest

from tests.pty_terminal import Terminal
from tests.screens.pty.kiosk_terminal import (
    SECRETS,
    Venue,
    finishes,
    gives_code,
    goes_on,
    press_until,
    turns,
    writes_secrets,
)
from tests.screens.pty.traces import assert_no_trace, assert_unwritten, kept_drafts

HIDE, THREE_ESCAPES = ("f9",), ("escape", "escape", "escape")


def leaves(terminal: Terminal, keys: Sequence[str]) -> None:
    """Press keys in the middle of a word; after the blank screen not an answer is written any more."""
    terminal.settle(0.2)
    terminal.press(*keys)
    terminal.wait_until(lambda: not terminal.text().strip(), name="a blank screen")
    blank = len(terminal.raw)
    terminal.wait_for("Welcome", timeout=30)
    assert_unwritten(terminal, blank)


@pytest.mark.parametrize("keys", [HIDE, THREE_ESCAPES], ids=["F9", "Esc, three times"])
def test_who_chose_to_keep_finds_even_the_half_typed_answer_behind_the_code(
    venue: Venue, keys: tuple[str, ...]
) -> None:
    since = time.time() - 1
    with venue.terminal() as terminal:
        code = writes_secrets(terminal, keep=True)
        leaves(terminal, keys)
        assert_no_trace(venue, since)
        assert [file.suffix for file in kept_drafts(venue)] == [".age"]

        gives_code(terminal, code)
        terminal.wait_for("You took a break")
        goes_on(terminal)
        number = _question(terminal)
        for _ in range(number, 4):
            turns(terminal)
        assert "Question 4 of" in terminal.text()
        assert SECRETS[1] in terminal.text()


def _question(terminal: Terminal) -> int:
    """Return the number of the question on the screen: two of the three Esc went back first."""
    terminal.wait_for("Question ")
    return int(terminal.text().partition("Question ")[2].split()[0])


@pytest.mark.parametrize("keys", [HIDE, THREE_ESCAPES], ids=["F9", "Esc, three times"])
def test_who_chose_to_clear_leaves_no_file(venue: Venue, keys: tuple[str, ...]) -> None:
    since = time.time() - 1
    with venue.terminal() as terminal:
        writes_secrets(terminal)
        assert [file.match("running/*.age") for file in kept_drafts(venue)] == [True]
        leaves(terminal, keys)
        assert kept_drafts(venue) == []
        assert_no_trace(venue, since)


@pytest.mark.parametrize(
    "keys", [b"\x1b[20~", b"\x1b[20;2~", b"\x1b\x1b\x1b"], ids=["F9", "Shift+F9", "Esc, three times"]
)
def test_hiding_comes_ahead_of_a_paste_that_is_still_being_taken(venue: Venue, keys: bytes) -> None:
    since = time.time() - 1
    with venue.terminal() as terminal:
        writes_secrets(terminal)
        terminal.settle(0.2)
        terminal.send(b"a garden " * 3_000)
        terminal.send(keys)
        terminal.wait_until(lambda: not terminal.text().strip(), 1.5, "a blank screen")
        terminal.wait_for("Welcome", timeout=30)
        assert kept_drafts(venue) == []
        assert_no_trace(venue, since)


def test_clearing_by_choice_drops_what_was_to_be_kept(venue: Venue) -> None:
    with venue.terminal() as terminal:
        writes_secrets(terminal, keep=True)
        press_until(terminal, "f8", "Clear this screen?")
        terminal.settle(0.1)
        asked = len(terminal.raw)
        terminal.press("delete")
        terminal.wait_for("Welcome")
        assert_unwritten(terminal, asked)
        assert kept_drafts(venue) == []


def test_a_pause_that_is_deleted_is_gone(venue: Venue) -> None:
    with venue.terminal() as terminal:
        code = writes_secrets(terminal, keep=True)
        leaves(terminal, HIDE)
        gives_code(terminal, code)
        terminal.wait_for("You took a break")
        goes_on(terminal, "2")
        terminal.wait_for("Delete your answers?")
        terminal.press("delete")
        terminal.wait_for("Your answers are deleted")
        goes_on(terminal)
        finishes(terminal)
        assert kept_drafts(venue) == []
        gives_code(terminal, code)
        terminal.wait_for("We cannot find answers for this code.")
