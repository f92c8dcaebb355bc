"""What a visit that ends badly leaves: nothing on the screen, nothing on the disk. And the locked keys."""

import os
import signal
import time

from tests.pty_terminal import Terminal
from tests.screens.pty.kiosk_terminal import SECRETS, Venue, visit_process, writes_secrets
from tests.screens.pty.traces import assert_no_trace, assert_unwritten

LOCKED = ("ctrl+q", "ctrl+c", "ctrl+z", "ctrl+\\", "ctrl+p", "ctrl+d", "ctrl+x", "ctrl+v", "ctrl+s")


def test_a_visit_that_is_ended_leaves_no_word_behind_and_staff_get_their_terminal_back_as_it_was(
    venue: Venue,
) -> None:
    """It has time to tidy up, as when one hides; `test_after_a_crash` has one that dies at once."""
    since = time.time() - 1
    with venue.terminal() as terminal:
        writes_secrets(terminal)
        terminal.settle(0.2)
        no_key_of_a_customer_leaves_copies_or_stops_the_kiosk(terminal)
        died = len(terminal.raw)
        os.kill(visit_process(terminal), signal.SIGTERM)
        terminal.wait_for("This machine is starting again.")
        terminal.wait_for("Welcome", timeout=30)
        assert_unwritten(terminal, died)
        assert_no_trace(venue, since)
        terminal.signal(signal.SIGTERM)
        terminal.exit_code()
        assert b"\x1b[?1049l" in terminal.raw
        assert not terminal.cursor_is_hidden()


def no_key_of_a_customer_leaves_copies_or_stops_the_kiosk(terminal: Terminal) -> None:
    """Press all that a terminal takes for an order, and send the signals; then write on."""
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
    terminal.settle(0.1)
