"""How long a sweep is, where it works, and the table of what was counted."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter

from kiosk.vault import page_files
from tests.kiosk.vault.torture.size import SIZE, Size
from tests.kiosk.vault.torture.victim import Victims


@pytest.fixture(scope="session")
def size() -> Size:
    return SIZE


@pytest.fixture(autouse=True)
def shelves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a new vault make as many folders as is said: each is made alike, and at each something happens."""
    monkeypatch.setattr(page_files, "SHELVES", SIZE.shelves)


@pytest.fixture
def room() -> Iterator[Path]:
    with in_memory() as path:
        yield path


@contextmanager
def in_memory() -> Iterator[Path]:
    """Make a folder in memory where it can be: what survives is worked out, not left to the medium."""
    memory = Path("/dev/shm")  # noqa: S108  # a folder of its own is made there
    path = Path(tempfile.mkdtemp(prefix="vault-torture-", dir=memory if os.access(memory, os.W_OK) else None))
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def victims() -> Iterator[Victims]:
    with Victims() as ready:
        yield ready


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Say what each sweep counted, where the long ones ran."""
    if not os.environ.get("TORTURE"):
        return
    terminalreporter.section("torture")
    for report in sorted(terminalreporter.stats.get("passed", []), key=lambda report: str(report.nodeid)):
        if counted := ", ".join(f"{name} {number}" for name, number in report.user_properties):
            terminalreporter.write_line(f"{report.nodeid.partition('torture/')[2]}: {counted}")
