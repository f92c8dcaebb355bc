"""Broken, hostile and overwhelming input in a real terminal."""

import time

from tests.pty_terminal import Terminal
from tests.screens.terminal.conftest import Start
from tests.screens.terminal.test_pty_lock import still_answers


def test_words_in_any_script_arrive_whole_though_their_bytes_are_torn(start: Start) -> None:
    terminal = start()
    for byte in "Łódź żółw".encode():
        terminal.send(bytes([byte]))
    terminal.wait_for("Łódź żółw")


def test_a_scanner_s_sixty_characters_arrive_whole(start: Start) -> None:
    terminal = start()
    code = "K7QX4MPD9RTW2HNC" * 4
    terminal.type(code[:60] + "\r")
    terminal.wait_for(code[:60])


def test_while_the_app_is_busy_no_more_than_it_can_hold_is_kept(start: Start) -> None:
    terminal = start()
    terminal.press("f7")
    terminal.send(b"x" * 80_000)
    answer_to_a_key(terminal, within=15)
    terminal.wait_for("typed ")
    typed = int(terminal.text().partition("typed ")[2].split()[0])
    assert 1_000 < typed < 50_000


def test_a_paste_of_6_300_letters_arrives_whole(start: Start) -> None:
    terminal = start()
    text = "".join(f"{number:04} " for number in range(1_260))
    assert len(text) == 6_300
    terminal.send(text.encode())
    terminal.wait_for("1258 1259", timeout=30)
    answer_to_a_key(terminal, within=15)
    terminal.wait_for("typed 6300")


def test_bytes_that_are_no_utf_8_leave_a_sign_in_their_place(start: Start) -> None:
    terminal = start()
    terminal.send(b"caf\xe9 au lait")
    terminal.wait_for("caf\ufffd au lait")
    still_answers(terminal)


def answer_to_a_key(terminal: Terminal, within: float) -> None:
    """Press a key until it is answered: keys are dropped as long as too many wait."""
    end = time.monotonic() + within
    while "pings 0" in terminal.text():
        assert time.monotonic() < end, "no key is answered"
        terminal.press("f9")
        terminal.settle(quiet=0.2, limit=0.5)
