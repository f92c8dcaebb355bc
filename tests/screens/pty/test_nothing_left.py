"""What a visit that ends badly leaves: nothing on the screen, nothing on the disk."""

import os
import signal
import time

from tests.screens.pty.kiosk_terminal import Venue, visit_process, writes_secrets
from tests.screens.pty.traces import assert_no_trace, assert_unwritten


def test_a_visit_that_is_ended_leaves_no_word_behind_and_staff_get_their_terminal_back_as_it_was(
    venue: Venue,
) -> None:
    """It has time to tidy up, as when one hides; `test_after_a_crash` has one that dies at once."""
    since = time.time() - 1
    with venue.terminal() as terminal:
        writes_secrets(terminal)
        terminal.settle(0.2)
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
