"""Coming back with a code in a real terminal: read, change, delete; and codes that open nothing."""

import time
from datetime import UTC, datetime

from kiosk.content import content
from kiosk.entry import handle
from kiosk.pack.load import load_pack
from kiosk.visit.wrong_codes import Attempts
from tests.pty_terminal import PACE, Terminal
from tests.screens.pty.kiosk_terminal import (
    SECRETS,
    Venue,
    answers_in,
    finishes,
    gives_code,
    goes_on,
    press_until,
    turns,
)
from tests.screens.pty.traces import assert_no_trace, assert_unwritten, kept_drafts


def leaves(terminal: Terminal) -> None:
    """Finish from the menu; from the next page on, not an answer is written any more."""
    terminal.settle(0.1)
    finished = len(terminal.raw)
    turns(terminal, "escape")
    finishes(terminal)
    assert_unwritten(terminal, finished)


def test_a_customer_reads_changes_and_deletes_what_is_theirs(venue: Venue) -> None:
    first = load_pack(content() / "packs" / "strengths.toml").sections[0].questions[2]
    code = venue.saved(**{first.id: SECRETS[0]})
    since = time.time() - 1
    with venue.terminal() as terminal:
        gives_code(terminal, code.lower())
        terminal.wait_for("Read my answers", timeout=20)
        goes_on(terminal, "1")
        press_until(terminal, "pagedown", SECRETS[0])
        press_until(terminal, "escape", "Change or add answers")
        leaves(terminal)

        gives_code(terminal, code)
        terminal.wait_for("Change or add answers", timeout=20)
        goes_on(terminal, "2")
        terminal.wait_for("Check your answers")
        goes_on(terminal, "1")
        terminal.wait_for("(Change)")
        goes_on(terminal, "2")
        terminal.wait_for(first.ask)
        terminal.settle(0.1)
        terminal.type(f" {SECRETS[1]}")
        goes_on(terminal)
        terminal.wait_for("(Change)")
        goes_on(terminal, key="escape")
        terminal.wait_for("Check your answers")
        goes_on(terminal, "0")
        terminal.wait_for("Your new answers are saved", timeout=20)
        saved = len(terminal.raw)
        goes_on(terminal)
        finishes(terminal)
        assert_unwritten(terminal, saved)
        newest = venue.opened(code)["pages"][-1]
        assert answers_in(newest) == {first.id: f"{SECRETS[0]} {SECRETS[1]}"}
        assert kept_drafts(venue) == []

        gives_code(terminal, code)
        terminal.wait_for("See then and now", timeout=20)
        goes_on(terminal, "4")
        terminal.wait_for("Then and now")
        terminal.wait_for(SECRETS[1])
        press_until(terminal, "escape", "Delete my answers")
        goes_on(terminal, "5")
        terminal.wait_for("Delete your answers?")
        terminal.settle(PACE)  # so that nobody takes it for a part of what was pressed before
        deleted = len(terminal.raw)
        terminal.press("delete")
        terminal.wait_for("Your answers are deleted", timeout=20)
        goes_on(terminal)
        finishes(terminal)
        assert_unwritten(terminal, deleted)
        assert list(venue.home.glob("vault/**/*.age")) == []
        assert_no_trace(venue, since)
        gives_code(terminal, code)
        terminal.wait_for("We cannot find answers for this code.", timeout=20)


def test_the_delay_after_wrong_codes_outlives_the_kiosk(venue: Venue) -> None:
    """A delay of one second is told nowhere: `screens/visit/test_coming_back` looks at how it grows."""
    code = venue.saved(good_day="Sun")
    attempts = Attempts(venue.home / "attempts")
    for _ in range(3):
        attempts.begin(datetime.now(UTC))
    with venue.terminal() as terminal:
        gives_code(terminal, handle.draw().symbols)
        terminal.wait_for("This takes about 2 seconds.")
        terminal.kill()  # in the middle of it: that does not help
    assert attempts.read().running == 4

    with venue.terminal() as terminal:
        gives_code(terminal, code)
        terminal.wait_for("This takes about 3 seconds.")
        terminal.wait_for("Read my answers", timeout=30)
        # Whoever has a right code waits once; staff still learn of the others.
        assert (attempts.read().running, attempts.read().wrong) == (0, 4)
