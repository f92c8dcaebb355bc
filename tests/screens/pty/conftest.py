"""A venue that is set up, for the tests in a real terminal."""

from pathlib import Path

import pytest

from tests.screens.pty.kiosk_terminal import Venue, set_up


@pytest.fixture
def venue(tmp_path: Path) -> Venue:
    return set_up(tmp_path)
