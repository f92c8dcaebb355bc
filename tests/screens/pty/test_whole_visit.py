"""One whole visit and one whole pick-up, by keys alone, in a real terminal."""

import pytest

from tests.screens.pty.kiosk_terminal import (
    PASSPHRASE,
    SECRETS,
    Venue,
    found_in,
    goes_on,
    press_until,
    scans,
    starts,
    walks,
)


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (56, 16)])
def test_a_visit_by_keys_alone_is_picked_up_from_its_code_on_the_screen(
    venue: Venue, columns: int, rows: int
) -> None:
    with venue.terminal(columns=columns, rows=rows) as terminal:
        starts(terminal)
        given = walks(terminal)
        terminal.wait_for("Check your answers")
        goes_on(terminal)
        terminal.wait_for("Your code", timeout=20)
        terminal.settle(0.1)
        code = scans(terminal)
        letters = "".join(part for part in terminal.text().split() if len(part) == 4 and part in code)
        assert code == letters
        goes_on(terminal)
        terminal.wait_for("What happens next")
        goes_on(terminal)
        terminal.wait_for("How was this for you?")
        goes_on(terminal, "1")
        terminal.wait_for("2 of 2")
        goes_on(terminal)
        terminal.wait_for("The next person")
        goes_on(terminal)
        terminal.wait_for("Welcome")
        assert not [secret for secret in SECRETS if secret in terminal.text()]

        entry = venue.opened(code)
        (page,) = entry["pages"]
        answers = {
            answer["id"]: answer["value"] for section in page["sections"] for answer in section["answers"]
        }
        assert answers == given
        assert entry["state"] == "picked up"
        assert found_in(venue.home) == []


def test_staff_pick_an_entry_up_at_the_kiosk_with_a_scanner_and_close_it(venue: Venue) -> None:
    answers = venue.home.parent / "answers.json"
    answers.write_text(venue.run("enter", "--template").stdout)
    code = venue.run("enter", str(answers)).stdout.split("\n")[0].removeprefix("Code").strip()
    with venue.terminal() as terminal:
        terminal.wait_for("Welcome")
        press_until(terminal, "f12", "Your passphrase")
        terminal.settle(0.2)
        terminal.type("not the passphrase\r")
        terminal.wait_for("does not open the desk", timeout=20)
        terminal.settle(0.2)
        terminal.type(PASSPHRASE + "\r")
        terminal.wait_for("1 waiting of 1", timeout=20)
        terminal.settle(0.2)
        terminal.type(code + "\r")  # in one burst, as a scanner does
        terminal.wait_for("A paper form", timeout=20)
        terminal.settle(0.1)
        terminal.press("f5")
        terminal.wait_for("Picked up by Jo Smith")
        press_until(terminal, "escape", "0 waiting of 1")
        terminal.settle(0.2)
        terminal.press("f10")
        assert terminal.exit_code() == 0
    assert PASSPHRASE not in venue.home.joinpath("catalogue", "log").read_text()
