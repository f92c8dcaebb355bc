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
from tests.kiosk.desk import offices
from tests.kiosk.machines import Keeper, Machine, Office

FEW_SHELVES = {
    *("cli", "counts", "desk", "places", "upkeep", "visit"),
    *("test_acknowledging.py", "test_doctor.py", "test_doctor_leads_out.py"),
    *("test_health.py", "test_permissions.py", "test_whose_home.py"),
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
def begun_office(tmp_path_factory: pytest.TempPathFactory) -> offices.Office:
    """What each test with an office of `tests.kiosk.desk.offices` has a copy of: it is never written to."""
    with shelves_when_needed():
        return offices.Office(tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="session")
def begun_machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """What each test has a copy of."""
    return Machine(tmp_path_factory.mktemp("machine"))


@pytest.fixture
def machine(begun_machine: Machine, tmp_path: Path) -> Machine:
    return begun_machine.moved(tmp_path)


@pytest.fixture(scope="session")
def begun_machine_with_staff(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """What each test has a copy of."""
    return Office(tmp_path_factory.mktemp("machine"))


@pytest.fixture
def office(begun_machine_with_staff: Office, tmp_path: Path) -> Office:
    return begun_machine_with_staff.moved(tmp_path)


@pytest.fixture
def keeper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keeper:
    return Keeper(tmp_path, monkeypatch)
