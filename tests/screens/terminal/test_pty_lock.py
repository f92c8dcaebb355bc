"""The lock in a real terminal: keys, signals, links and the environment."""

import os
from pathlib import Path

import pytest

from tests.pty_terminal import Terminal
from tests.screens.terminal.conftest import COMMAND, Start
from tests.screens.terminal.sample import HARMLESS


def still_answers(terminal: Terminal, times: int = 1) -> None:
    """Press the sample's own key: it runs, it is not stopped, and it shows the same screen."""
    terminal.press("f9")
    terminal.wait_for(f"pings {times}")
    assert terminal.state() in "RS"
    assert "press me" in terminal.text()


def test_links_and_actions_in_text_start_nothing_touch_works_and_hostile_text_is_letters_alone(
    start: Start, tmp_path: Path
) -> None:
    browser, opened = tmp_path / "browser", tmp_path / "opened"
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}\n')
    browser.chmod(0o755)
    terminal = start(env={"BROWSER": str(browser), "DISPLAY": ":0"})
    assert "[@click=app.screenshot('shot.svg','.')]press me[/]" in terminal.text()
    for text in ("a link", "press me"):
        terminal.click(*terminal.find(text))
    still_answers(terminal)
    # A browser would be started in the app's own process, before the next key is answered.
    assert not opened.exists()
    assert not Path("shot.svg").exists()
    assert b"\x1b]8;" not in terminal.raw

    terminal.click(*terminal.find("a button"))
    terminal.wait_for("touched")
    still_answers(terminal, 2)

    if os.geteuid() != 0:  # its memory is closed to others of the same user
        with pytest.raises(PermissionError):
            Path(f"/proc/{terminal.pid}/environ").read_bytes()
    assert Path(f"/proc/{terminal.pid}").stat().st_uid == 0
    assert "Max core file size        0" in Path(f"/proc/{terminal.pid}/limits").read_text()

    terminal.press("f8")
    terminal.wait_until(lambda: terminal.text().count(HARMLESS) == 4)
    sent = terminal.raw.decode()
    assert not [char for char in "\x0e\x0f\x07\x9b\u202e\u2066\u200b" if char in without_pointer_shapes(sent)]
    assert "\x1b]0;" not in sent


def test_keys_typed_before_the_first_paint_are_lost_and_harmless() -> None:
    with Terminal([*COMMAND, "--slow"]) as terminal:
        for moment in ("starting", "composing"):
            terminal.wait_for(moment, timeout=30)
            terminal.press("ctrl+c", "ctrl+z", "ctrl+\\", "ctrl+q")
            terminal.type("too early\r\x1b[200~")
        terminal.wait_for("a button", timeout=30)
        terminal.type("in time")
        terminal.wait_for("in time")
        still_answers(terminal)
        assert terminal.text().count("in time") == 1
        assert "too early" not in terminal.text()


@pytest.mark.parametrize("clean", [True, False])
def test_the_environment_of_textual_is_not_heard_after_cleaning(tmp_path: Path, clean: bool) -> None:
    log = tmp_path / "textual.log"
    env: dict[str, str | None] = {
        "TEXTUAL_LOG": str(log),
        "TEXTUAL_PRESS": "f9",
        "TEXTUAL_ALLOW_SIGNALS": "1",
        "COLUMNS": "20",
    }
    with Terminal([*COMMAND, *(["--clean"] if clean else [])], env=env) as terminal:
        terminal.wait_for("press me" if clean else "pings 1", timeout=30)
        terminal.press("ctrl+c", "ctrl+z", "ctrl+\\")
        still_answers(terminal, 1 if clean else 2)
        assert not terminal.keys_send_signals()
        assert log.exists() is not clean


def without_pointer_shapes(sent: str) -> str:
    """Textual tells the terminal which mouse pointer to show, and ends it with a BEL."""
    return (
        sent.replace("\x1b]22;text\x07", "")
        .replace("\x1b]22;default\x07", "")
        .replace("\x1b]22;pointer\x07", "")
    )
