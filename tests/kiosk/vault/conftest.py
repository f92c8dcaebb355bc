"""A vault over a disk that can fail, with a clock that a test turns."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.vault.vault import Vault
from tests.kiosk.vault.helpers import Clock, FaultyDisk, name_of


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def disk() -> FaultyDisk:
    return FaultyDisk()


@pytest.fixture
def opened(tmp_path: Path, clock: Clock) -> Iterator[Callable[..., Vault]]:
    vaults: list[Vault] = []

    def open_vault(**kwargs: Any) -> Vault:
        quick = {"disk": FaultyDisk()} | kwargs
        vaults.append(Vault(tmp_path, clock=clock, name_of=name_of, **quick))
        return vaults[-1]

    yield open_vault
    for vault in vaults:
        vault.close()


@pytest.fixture
def vault(opened: Callable[..., Vault], disk: FaultyDisk) -> Vault:
    return opened(disk=disk)
