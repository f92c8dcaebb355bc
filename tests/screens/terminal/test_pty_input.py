"""Broken, hostile and overwhelming input in a real terminal."""

import time

from tests.pty_terminal import Terminal
from tests.screens.terminal.conftest import Start


def test_whatever_is_typed_arrives_whole(start: Start) -> None:
    terminal = start()
    for byte in "Łódź żółw".encode():  # words in any script, though their bytes are torn
        terminal.send(bytes([byte]))
    terminal.wait_for("Łódź żółw")
    code = "K7QX4MPD9RTW2HNC" * 4
    terminal.type(code[:60] + "\r")  # as a scanner does
    terminal.wait_for(code[:60])
    terminal.send(b"caf\xe9 au lait")  # no UTF-8: a sign stands in the place of a byte
    terminal.wait_for("caf\ufffd au lait")

    before = typed(terminal, within=10)
    paste = "".join(f"{number:04} " for number in range(1_260))
    assert len(paste) == 6_300
    terminal.send(paste.encode())
    terminal.wait_for("1258 1259", timeout=30)
    assert typed(terminal, within=15) - before == 6_300


def test_while_the_app_is_busy_no_more_than_it_can_hold_is_kept(start: Start) -> None:
    terminal = start()
    terminal.press("f7")
    terminal.send(b"x" * 80_000)
    assert 1_000 < typed(terminal, within=15) < 50_000


def typed(terminal: Terminal, within: float) -> int:
    """Return how much the app has; press a key until it is answered, as those in a flood are dropped."""
    said, end = terminal.find("pings"), time.monotonic() + within
    before = terminal.lines()[said[1]]
    while terminal.lines()[said[1]] == before:
        assert time.monotonic() < end, "no key is answered"
        terminal.press("f9")
        terminal.settle(quiet=0.2, limit=0.5)
    return int(terminal.text().partition("typed ")[2].split()[0])
