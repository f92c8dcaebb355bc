"""Bursts of bytes in a real terminal, and the command that tries a scanner."""

import time
from collections.abc import Callable
from contextlib import suppress

import zxingcpp

from screens.guard import GAP, LOOK
from tests.pty_terminal import Terminal
from tests.screens.pty.kiosk_terminal import KIOSK, Venue, goes_on, press_until


def at_once(terminal: Terminal, text: str) -> None:
    terminal.send(text.encode())


class StalledError(Exception):
    """This machine paused in the middle of a scan, which no scanner does."""


def slowly(terminal: Terminal, text: str) -> None:
    for character in text:
        before = time.monotonic()
        terminal.send(character.encode())
        time.sleep(0.02)
        if time.monotonic() - before > GAP / 2:
            raise StalledError


def test_no_scan_gets_into_a_visit_and_at_welcome_it_opens_an_entry_whatever_it_ends_in(
    venue: Venue,
) -> None:
    code = venue.saved(good_day="Sun")
    with venue.terminal() as terminal:
        left = [slowly, at_once]
        while left:
            with suppress(StalledError):
                no_scan_gets_into_a_visit_and_a_pasted_text_stays_whole(terminal, code, left[-1])
                left.pop()
            terminal.press("f9")
            for page in ("What we keep", "Choose a part", "Question"):
                terminal.wait_gone(page)
        # The ends are what a terminal's driver treats in ways of its own.
        for end in ("\n", "\t", "", "\x1b", "\x03\r"):
            terminal.wait_for("Welcome")
            terminal.settle(0.15)
            at_once(terminal, f"\x02\x1b]Q1{code}{end}")
            terminal.wait_for("The name of your answers", timeout=20)
            terminal.settle(0.15)
            terminal.press("f9")
            terminal.wait_gone("The name of your answers")


def no_scan_gets_into_a_visit_and_a_pasted_text_stays_whole(
    terminal: Terminal, code: str, scans: Callable[[Terminal, str], None]
) -> None:
    """Go from Welcome to a question that is written, and scan on every page."""
    terminal.wait_for("Welcome")
    terminal.settle(0.5)  # it is painted a moment before it listens
    scans(terminal, "4006381333931\r")
    terminal.wait_for("Those keys came very fast")
    press_until(terminal, "enter", "What we keep")
    terminal.settle(0.15)
    scans(terminal, f"{code}\r\n")
    terminal.wait_for("That was a code. Finish here first.")
    assert "What we keep" in terminal.text()
    goes_on(terminal)
    terminal.wait_for("Choose a part")
    terminal.settle(0.15)
    scans(terminal, f"2{code}\r")
    terminal.wait_for("That was a code. Finish here first.")
    goes_on(terminal, key="2")
    goes_on(terminal, "2", key="f6")
    terminal.wait_for("Question 2 of")
    terminal.settle(0.15)
    scans(terminal, "one\ntwo\r\n\rfour\n")
    terminal.wait_for(LOOK[:40])
    terminal.wait_for("four")
    rows = {word: terminal.find(word)[1] for word in ("one", "two", "four")}
    assert (rows["two"] - rows["one"], rows["four"] - rows["two"]) == (1, 2)
    scans(terminal, f"]Q1{code}")
    terminal.wait_for("That was a code. Finish here first.")
    terminal.settle(0.15)
    assert code not in terminal.text()
    assert "Question 2 of" in terminal.text()
    for _scan in range(2):
        scans(terminal, f"\x1b{code}\x1b")
        terminal.wait_for("That was a code. Finish here first.")
        terminal.settle(0.15)
        assert code[1:] not in terminal.text()
        assert "Question 2 of" in terminal.text()
        terminal.press("f4")


def test_the_command_that_tries_a_scanner_says_what_it_saw(venue: Venue) -> None:
    for read, said in (
        (True, "The kiosk understands this scanner."),
        (False, "It is not the code on the screen."),
    ):
        with venue.terminal(command=(*KIOSK, "doctor", "--scanner")) as terminal:
            terminal.wait_for("Scan this code.")
            (found,) = zxingcpp.read_barcodes(terminal.qr_pixels(), try_invert=False)
            terminal.send((found.text if read else "4006381333931").encode() + b"\r")
            terminal.wait_for(said)
            assert terminal.exit_code() == (0 if read else 1)
