"""One whole visit and one whole pick-up, by keys alone, in a real terminal."""

from tests.screens.pty.kiosk_terminal import (
    PASSPHRASE,
    STAFF,
    Venue,
    answers_in,
    asks_little,
    finishes,
    press_until,
    saves,
    starts,
    walks,
)
from tests.screens.pty.traces import assert_unwritten, found_in

PARTS = (1, 2, 6)
"""Each kind of question is in one of them."""


def test_a_visit_by_keys_alone_is_picked_up_from_its_code_on_the_screen(venue: Venue) -> None:
    """At the small size; `test_pause` reads a code from the large one."""
    asks_little(venue, *PARTS)
    with venue.terminal(columns=56, rows=16) as terminal:
        starts(terminal)
        given = walks(terminal, *PARTS)
        code = saves(terminal)
        terminal.wait_for("The next person")
        cleared = len(terminal.raw)
        finishes(terminal)
        assert_unwritten(terminal, cleared)

        entry = venue.opened(code)
        (page,) = entry["pages"]
        assert answers_in(page) == given
        assert entry["state"] == "picked up"
        assert found_in(venue.home) == []


def test_staff_pick_an_entry_up_at_the_kiosk_with_a_scanner_and_close_it(venue: Venue) -> None:
    code = venue.saved(good_day="Sun")
    with venue.terminal() as terminal:
        terminal.wait_for("Welcome")
        press_until(terminal, "f12", "Staff: unlock the desk")
        terminal.settle(0.2)
        assert STAFF not in terminal.text()
        terminal.type(f"{STAFF}\r")
        terminal.settle(0.2)
        terminal.type("not the passphrase\r")
        terminal.wait_for("The name or the passphrase is wrong", timeout=20)
        terminal.settle(0.2)
        terminal.type(PASSPHRASE + "\r")
        terminal.wait_for("1 waiting of 1", timeout=20)
        terminal.settle(0.2)
        terminal.type(code + "\r")  # in one burst, as a scanner does
        terminal.wait_for("Mark as picked up", timeout=20)
        terminal.settle(0.1)
        terminal.type(" ")
        terminal.wait_for("Picked up by Jo Smith")
        press_until(terminal, "escape", "0 waiting of 1")
        terminal.settle(0.2)
        terminal.press("f8")
        terminal.wait_for("Close the kiosk?")
        terminal.settle(0.2)
        terminal.press("delete")
        assert terminal.exit_code() == 0
    assert PASSPHRASE not in venue.home.joinpath("catalogue", "log").read_text()
