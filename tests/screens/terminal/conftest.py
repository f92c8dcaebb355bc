"""The sample app on a real terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.pty_terminal import Terminal

COMMAND = [sys.executable, "-m", "tests.screens.terminal.sample"]

Start = Callable[..., Terminal]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start the sample with these options, and wait for its first screen. Keywords go to `Terminal`."""
    with ExitStack() as terminals:

        def begin(*options: str, env: dict[str, str | None] | None = None) -> Terminal:
            terminal = terminals.enter_context(Terminal([*COMMAND, *options], env=env))
            terminal.wait_for("a button", timeout=30)
            return terminal

        yield begin


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "faults.log"
