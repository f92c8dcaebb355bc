"""What tests of the commands share."""

from pathlib import Path

import pytest

from kiosk import process
from tests.kiosk.machines import Machine


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    # The commands protect the memory of their process; the tests' own stays as it is.
    monkeypatch.setattr(process, "forbid_dumps", list)
    return Machine(tmp_path)
