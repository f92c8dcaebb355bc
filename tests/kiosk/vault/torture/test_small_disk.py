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


def test_a_small_disk_costs_nothing_that_was_acknowledged(
    tmp_path: Path, apart: tuple[str, ...], record_property: Callable[[str, object], None]
) -> None:
    """Full of bytes, or of files, down to its reserve, or for reading only."""
    command = [*apart, sys.executable, "-m", small.__name__, str(tmp_path)]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    counts = msgspec.json.decode(done.stdout, type=dict[str, dict[str, int]])
    assert counts.keys() == small.VERBS.keys()
    for verb, counted in counts.items():
        assert all(counted.values()), verb
        for name, number in counted.items():
            record_property(f"{verb} {name}", number)
