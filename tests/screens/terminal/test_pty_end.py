"""How it ends in a real terminal: by signal, by a terminal that goes away, by a crash."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.hardening import CRASHED, HUNG_UP, TERMINATED
from tests.pty_terminal import Terminal
from tests.screens.terminal.conftest import COMMAND, Start
from tests.screens.terminal.sample import SECRET

ENTER_SCREEN, LEAVE_SCREEN, SHOW_CURSOR = b"\x1b[?1049h", b"\x1b[?1049l", b"\x1b[?25h"


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, TERMINATED), (signal.SIGHUP, HUNG_UP)], ids=["term", "hup"]
)
def test_a_signal_ends_it_and_the_terminal_is_as_before(tmp_path: Path, number: int, code: int) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    # The shell owns the terminal: Linux resets its settings as soon as the owner ends.
    script = f'stty -g > {before}; "$@"; echo ended $?; stty -g > {after}; read wait'
    with Terminal(["sh", "-c", script, "sh", *COMMAND]) as terminal:
        terminal.wait_for("press me", timeout=30)
        program = int(terminal.text().partition("pid ")[2].split()[0])
        subprocess.run(["kill", f"-{number}", str(program)], check=True)
        terminal.wait_for(f"ended {code}")
        terminal.wait_until(lambda: after.exists() and after.read_text().endswith("\n"))
        assert after.read_text() == before.read_text()
        assert terminal.raw.count(ENTER_SCREEN) == terminal.raw.count(LEAVE_SCREEN) == 1
        assert terminal.raw.rfind(SHOW_CURSOR) > terminal.raw.rfind(b"\x1b[?25l")
        assert b"Traceback" not in terminal.raw


def test_under_a_supervisor_the_screen_is_neither_entered_nor_left(start: Start) -> None:
    terminal = start("--supervised")
    terminal.press("f9")
    terminal.wait_for("pings 1")
    terminal.signal(signal.SIGTERM)
    assert terminal.exit_code() == TERMINATED
    assert ENTER_SCREEN not in terminal.raw
    assert LEAVE_SCREEN not in terminal.raw
    assert SHOW_CURSOR not in terminal.raw
    assert b"\x1b[?1000l" in terminal.raw


def test_a_terminal_that_goes_away_ends_it(start: Start) -> None:
    terminal = start()
    terminal.hang_up()
    assert terminal.exit_code() == HUNG_UP


def test_a_terminal_that_goes_away_without_a_signal_ends_it(tmp_path: Path) -> None:
    # Below another program that ignores it, SIGHUP never comes: the reading itself must notice.
    code = tmp_path / "code"
    script = f"trap '' HUP; setsid \"$@\"; echo $? > {code}"
    with Terminal(["sh", "-c", script, "sh", *COMMAND]) as terminal:
        terminal.wait_for("press me", timeout=30)
        terminal.hang_up()
        terminal.wait_until(code.exists)
        terminal.exit_code()
    assert code.read_text().strip() == str(HUNG_UP)


@pytest.mark.parametrize(
    ("key", "options"),
    [("f4", []), ("f5", ["--supervised"]), ("f6", []), ("f6", ["--supervised"])],
    ids=["handler", "worker", "input-thread", "input-thread-supervised"],
)
def test_a_crash_shows_no_traceback_and_no_answer(
    start: Start, log: Path, key: str, options: list[str]
) -> None:
    terminal = start("--log", str(log), *options)
    terminal.press(key)
    if key == "f6":
        terminal.settle()
        terminal.press("x")
    assert terminal.exit_code() == CRASHED
    for word in (b"Traceback", b"Error", b"locals", SECRET.encode()):
        assert word not in terminal.raw
    told = log.read_text()
    assert told.startswith("builtins.ValueError\n")
    assert "sample.py:" in told
    assert SECRET not in told


def test_without_a_terminal_it_ends_instead_of_spinning() -> None:
    done = subprocess.run(
        [sys.executable, *COMMAND[1:]],
        cwd=Path(__file__).parents[3],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == HUNG_UP
    assert b"Traceback" not in done.stdout + done.stderr
