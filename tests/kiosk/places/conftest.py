"""A folder that stands for a stick, or for what something else carries."""

from pathlib import Path

import pytest

from tests.kiosk.places.places import Uses, of_folder, of_stick


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "STICK"
    folder.mkdir()
    return folder


@pytest.fixture(params=[of_folder, of_stick])
def uses(request: pytest.FixtureRequest) -> Uses:
    uses: Uses = request.param
    return uses
