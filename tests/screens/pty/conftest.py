"""A venue that is set up, for the tests in a real terminal."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.screens.pty.forked import Nursery
from tests.screens.pty.kiosk_terminal import Venue, set_up


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture(scope="session")
def new_venue(tmp_path_factory: pytest.TempPathFactory, nursery: Nursery) -> Venue:
    """One venue, set up once and never used."""
    return replace(set_up(tmp_path_factory.mktemp("venue")), nursery=nursery)


@pytest.fixture
def venue(new_venue: Venue, tmp_path: Path) -> Venue:
    shutil.copytree(new_venue.home, tmp_path / "home")
    return replace(new_venue, home=tmp_path / "home")
