"""The terminal's own cursor, in a real terminal: it stands where the keys are, though nobody sees it.

A braille display shows the line that it stands on: key, state and choice are in that one line.
"""

from tests.pty_terminal import Terminal
from tests.screens.pty.kiosk_terminal import Venue, press_until, turns


def stands_at(terminal: Terminal, text: str) -> None:
    """Wait until the cursor stands at the beginning of a text."""
    terminal.wait_until(
        lambda: text in terminal.text() and terminal.cursor() == terminal.find(text), 10, text
    )
    assert terminal.cursor_is_hidden()


def test_the_terminal_s_cursor_stands_on_the_row_that_the_keys_stand_on(venue: Venue) -> None:
    with venue.terminal(columns=56, rows=16) as terminal:
        terminal.wait_for("Welcome", timeout=20)
        press_until(terminal, "enter", "What we keep")
        first, second = (
            "1  ●  Clear them. You cannot get them back.",
            "2  ●  Keep them. You get a code for them now.",
        )
        stands_at(terminal, f"›  {first}")
        for key, option in (("down", second), ("1", first), ("2", second), ("up", first)):
            terminal.press(key)
            stands_at(terminal, f"›  {option}")
        turns(terminal)
        turns(terminal)
        press_until(terminal, "f3", "Comment on this question")
        terminal.press("1")
        press_until(terminal, "enter", "Your comment on this question")
        terminal.type("A tree")
        terminal.wait_for("A tree")
        column, row = terminal.find("A tree")
        terminal.wait_until(lambda: terminal.cursor() == (column + len("A tree"), row), 10, "the caret")
