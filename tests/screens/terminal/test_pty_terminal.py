"""The tests' own terminal: what it shows is what the program sent."""

import sys

import pytest
import zxingcpp

from tests.pty_terminal import Terminal

QR = """
import qrcode, sys
code = qrcode.QRCode(version=1, error_correction=qrcode.constants.ERROR_CORRECT_Q, border=4)
code.add_data("K7QX4MPD9RTW2HNC")
matrix = code.get_matrix() + [[False] * 29]
blocks = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}
for upper, lower in zip(matrix[::2], matrix[1::2]):
    print(sys.argv[1] + "".join(blocks[u, l] for u, l in zip(upper, lower)) + chr(27) + "[0m")
input("shown")
"""
DARK_ON_LIGHT = "\x1b[38;2;0;0;0;48;2;255;255;255m"
LIGHT_ON_DARK = "\x1b[97;40m"
SWAPPED = "\x1b[7;97;40m"


@pytest.mark.parametrize(
    ("style", "read"),
    [(DARK_ON_LIGHT, ["K7QX4MPD9RTW2HNC"]), (SWAPPED, ["K7QX4MPD9RTW2HNC"]), (LIGHT_ON_DARK, [])],
    ids=["dark-on-light", "swapped", "light-on-dark"],
)
def test_a_qr_code_is_read_from_the_pixels_of_the_screen(style: str, read: list[str]) -> None:
    with Terminal([sys.executable, "-c", QR, style]) as terminal:
        terminal.wait_for("shown")
        codes = zxingcpp.read_barcodes(terminal.qr_pixels(), try_invert=False)
        assert [code.text for code in codes] == read


def test_a_screen_is_read_by_text_line_and_cell() -> None:
    with Terminal(
        ["sh", "-c", r"printf 'one \033[1;7;31mtwo\033[0m\nthree'; read x"], columns=20, rows=5
    ) as t:
        t.wait_for("three")
        assert t.lines()[:2] == ["one two", "three"]
        assert t.find("two") == (4, 0)
        cell = t.cells()[0][4]
        assert (cell.char, cell.fg, cell.bold, cell.reverse) == ("t", "red", True, True)


def test_a_wait_in_vain_shows_the_screen_and_says_when_the_program_is_over() -> None:
    with Terminal(["sh", "-c", "echo hello; read x"]) as terminal:
        terminal.wait_for("hello")
        with pytest.raises(AssertionError, match=r"in vain(.|\n)*hello"):
            terminal.wait_for("goodbye", timeout=0.05)
        terminal.press("enter")
        with pytest.raises(AssertionError, match="the program ended"):
            terminal.wait_for("goodbye")
        assert terminal.exit_code() == 0
        assert not terminal.alive()


def test_queries_are_answered_and_keys_go_through() -> None:
    script = r"""stty raw -echo; printf '\033[6n'; dd bs=1 count=6 2>/dev/null | od -c -An; stty sane
    echo ready; read line; echo "got $line"; stty size"""
    with Terminal(["sh", "-c", script], columns=44, rows=12) as terminal:
        terminal.wait_for("033   [   1   ;   1   R")
        terminal.wait_for("ready")
        terminal.type("words")
        terminal.press("enter")
        terminal.wait_for("got words")
        terminal.wait_for("12 44")
        assert terminal.exit_code() == 0


def test_a_program_still_running_is_killed_at_the_end() -> None:
    with Terminal(["sleep", "100"]) as terminal:
        assert terminal.alive()
    assert not terminal.alive()
