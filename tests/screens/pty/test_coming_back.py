"""Coming back with a code in a real terminal: read, change, delete; and codes that open nothing."""

import json
import time

from kiosk.content import content
from kiosk.entry import handle
from kiosk.pack.load import load_pack
from tests.pty_terminal import Terminal
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
    first, *_ = load_pack(content() / "packs" / "strengths.toml").sections[0].questions
    code = venue.saved(**{first.id: SECRETS[0]})
    since = time.time() - 1
    with venue.terminal() as terminal:
        gives_code(terminal, code.lower())
        terminal.wait_for("Read my answers", timeout=20)
        goes_on(terminal, "1")
        terminal.wait_for(SECRETS[0])
        press_until(terminal, "escape", "Change or add answers")
        leaves(terminal)

        gives_code(terminal, code)
        terminal.wait_for("Change or add answers", timeout=20)
        goes_on(terminal, "2")
        terminal.wait_for("Check your answers")
        goes_on(terminal, "1")
        terminal.wait_for("Question 1 of")
        terminal.settle(0.1)
        terminal.type(f" {SECRETS[1]}")
        goes_on(terminal)
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
    code = venue.saved(good_day="Sun")
    with venue.terminal() as terminal:
        for shown in (
            "Looking for your answers.",
            "Looking for your answers.",
            "This takes about 2 seconds.",
        ):
            tries(terminal, shown)
            terminal.wait_for("We cannot find answers for this code.", timeout=20)
        assert tried(venue) == (3, 3)
        press_until(terminal, "escape", "Welcome")
        tries(terminal, "This takes about 2 seconds.")
        terminal.kill()  # in the middle of it: that does not help
    assert tried(venue) == (4, 4)

    with venue.terminal() as terminal:
        gives_code(terminal, code)
        terminal.wait_for("This takes about 3 seconds.")
        terminal.wait_for("Read my answers", timeout=30)
        assert tried(venue) == (0, 4)  # whoever has a right code waits once; staff still learn of the others


def tries(terminal: Terminal, shown: str) -> None:
    """Type a code that opens nothing, at Welcome or over the last one, and see what is shown then."""
    if "Type your code here" not in terminal.text():
        terminal.wait_for("Welcome")
        press_until(terminal, "f5", "Type your code here")
    terminal.settle(0.1)
    for _ in range(handle.LENGTH + 3):  # with the spaces between its groups
        terminal.press("backspace")
    terminal.wait_for("____  ____  ____  ____")
    terminal.settle(0.1)
    before = len(terminal.raw)
    terminal.type(handle.draw().symbols + "\r")
    terminal.wait_until(lambda: shown in terminal.written(before), name=shown)


def tried(venue: Venue) -> tuple[int, int]:
    """Return how many wrong codes are counted: in a row, and since staff last looked."""
    told = json.loads((venue.home / "attempts").read_text())
    return told["running"], told["wrong"]
