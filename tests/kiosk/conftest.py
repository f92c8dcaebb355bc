"""What tests of the commands share."""

from collections.abc import Iterator
from contextlib import nullcontext
from functools import cache
from pathlib import Path

import pytest

from kiosk import hardening
from kiosk.cli import prompts
from kiosk.desk.keys import passphrase, staff_files
from tests.conftest import FAST, shelves_when_needed
from tests.kiosk.machines import Keeper, Machine, Office

FEW_SHELVES = {
    *("cli", "counts", "desk", "places", "upkeep", "visit"),
    *("test_acknowledging.py", "test_doctor.py", "test_doctor_leads_out.py", "test_health.py"),
    *("test_permissions.py", "test_whose_home.py"),
}
"""Rooms and files whose tests have homes and do not look at shelves."""


@pytest.fixture(scope="session", autouse=True)
def commands_of_the_tests() -> Iterator[None]:
    """Let commands run in this process: none waits after wrong passphrases, or protects its memory.

    Nor does a name that nobody has cost as much as another's file would, where there is none. A passphrase
    that many tests use is judged once.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prompts, "_pause", lambda _seconds: None)
        patch.setattr(hardening, "forbid_dumps", list)
        patch.setattr(staff_files, "Costs", lambda: FAST)
        patch.setattr(passphrase, "judge", cache(passphrase.judge))
        yield


@pytest.fixture(scope="module", autouse=True)
def few_shelves(request: pytest.FixtureRequest) -> Iterator[None]:
    """Make the shelves of a vault that are needed, where they are not what a test is about."""
    room = request.path.relative_to(Path(__file__).parent).parts[0]
    with shelves_when_needed() if room in FEW_SHELVES else nullcontext():
        yield


@pytest.fixture(scope="session")
def machine_set_up(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return Machine(tmp_path_factory.mktemp("machine"))


@pytest.fixture(scope="session")
def office_set_up(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("office"))


@pytest.fixture
def machine(tmp_path: Path, machine_set_up: Machine) -> Machine:
    return machine_set_up.moved(tmp_path)


@pytest.fixture
def office(tmp_path: Path, office_set_up: Office) -> Office:
    return office_set_up.moved(tmp_path)


@pytest.fixture
def keeper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keeper:
    return Keeper(tmp_path, monkeypatch)
