"""Real file systems that are full or for reading only, mounted for the test alone."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tests.kiosk.vault.torture import small
from tests.kiosk.vault.torture.victim import CHECKOUT

APART = ("unshare", "--map-root-user", "--mount")


@pytest.fixture(scope="module")
def apart() -> tuple[str, ...]:
    """The start of a command that may mount what nobody else sees."""
    if subprocess.run([*APART, "true"], capture_output=True, check=False).returncode == 0:
        return APART
    if "CI" in os.environ:
        pytest.fail("CI may not make a mount namespace, so nothing shows how the vault meets a full disk")
    pytest.skip("this system does not let its users make a mount namespace")


@pytest.mark.parametrize("verb", small.VERBS)
def test_a_small_disk_costs_nothing_that_was_acknowledged(
    tmp_path: Path, apart: tuple[str, ...], verb: str, record_property: Callable[[str, object], None]
) -> None:
    command = [*apart, sys.executable, "-m", small.__name__, verb, str(tmp_path)]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    counts = msgspec.json.decode(done.stdout, type=dict[str, int])
    assert all(counts.values()), counts
    for name, number in counts.items():
        record_property(name, number)
