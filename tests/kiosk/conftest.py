"""What tests of the commands share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import hardening
from kiosk.cli import prompts
from kiosk.desk.keys import staff_files
from tests.conftest import FAST
from tests.kiosk.machines import Machine


@pytest.fixture(scope="session", autouse=True)
def no_waiting_after_wrong_passphrases() -> Iterator[None]:
    """Let no command of this process wait: how long it would is rarely the subject."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prompts, "_pause", lambda _seconds: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def cheap_decoys() -> Iterator[None]:
    """Stretch cheaply for a name that nobody has, where there is no other's file to cost as much as."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staff_files, "Costs", lambda: FAST)
        yield


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    # The commands protect the memory of their process; the tests' own stays as it is.
    monkeypatch.setattr(hardening, "forbid_dumps", list)
    return Machine(tmp_path)
