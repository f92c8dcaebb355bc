"""TinyDB's own tests, taken from its source distribution and run over the log.

Its tests for tables, queries, operations and whole databases run with a `db` that is a log. Its tests for
storages, middlewares and utilities make storages of TinyDB's own, so they say nothing about ours.
"""

import os
import re
import subprocess
import sys
import tarfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest

from tests.pty_terminal import ROOT

RUN = ("test_tables.py", "test_queries.py", "test_operations.py", "test_tinydb.py")

CANNOT_APPLY = {
    "test_table_repr": "it names TinyDB's own table class",
    "test_repr": "it names TinyDB's own database class",
    "test_storage_access": "it asks for TinyDB's own memory storage",
    "test_access_storage": "it asks for TinyDB's own memory storage",
    "test_empty_write": "it makes TinyDB's own memory storage",
}
"""The tests that are left out, and why. All the others have to pass."""

CONFTEST = """
import os, pytest, tinydb
from kiosk.vault.tables import LogStorage, LogTable

class Numbered(LogTable):
    document_id_class = int

@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda file: None)  # what a power cut leaves has tests of its own

@pytest.fixture
def db(tmp_path):
    tinydb.TinyDB.table_class = Numbered
    with tinydb.TinyDB(tmp_path / "log", storage=LogStorage) as made:
        made.drop_tables()
        made.insert_multiple({"int": 1, "char": letter} for letter in "abc")
        yield made
    tinydb.TinyDB.table_class = tinydb.table.Table

@pytest.fixture
def storage():
    from tinydb.middlewares import CachingMiddleware
    return CachingMiddleware(tinydb.storages.MemoryStorage)()
"""


@pytest.fixture
def distribution(tmp_path: Path, pytestconfig: pytest.Config) -> Path:
    """The tests in TinyDB's source distribution, of the version and the hash that the lock file names."""
    lock = (ROOT / "requirements.lock").read_text(encoding="ascii")
    locked = re.search(r"^tinydb==(\S+) (?:\\\n    --hash=sha256:\S+ ?)+", lock, re.MULTILINE)
    assert locked
    kept = pytestconfig.cache.mkdir("tinydb") if pytestconfig.cache else tmp_path
    archive = kept / f"tinydb-{locked[1]}.tar.gz"
    if not archive.exists():
        _fetch(locked[0], kept)
    data = archive.read_bytes()
    assert f"--hash=sha256:{sha256(data).hexdigest()}" in locked[0], (
        f"{archive} is not what the lock file names"
    )
    with tarfile.open(fileobj=BytesIO(data)) as packed:
        for name in ("__init__.py", *RUN):
            file = packed.extractfile(f"tinydb-{locked[1]}/tests/{name}")
            assert file is not None
            (tmp_path / "tests").mkdir(exist_ok=True)
            (tmp_path / "tests" / name).write_bytes(file.read())
    return tmp_path


def _fetch(locked: str, folder: Path) -> None:
    (folder / "wanted.txt").write_text(locked, encoding="ascii")
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "tinydb")
    wanted = ("--require-hashes", "--requirement", "wanted.txt")
    done = subprocess.run([*pip, *wanted], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        why = f"TinyDB's own tests cannot be had, since the package index is out of reach: {done.stderr}"
        (pytest.fail if "CI" in os.environ else pytest.skip)(why)


def test_tinydb_s_own_tests_pass_over_the_log(distribution: Path) -> None:
    (distribution / "tests" / "conftest.py").write_text(CONFTEST)
    left_out = " and ".join(f"not {name}" for name in CANNOT_APPLY)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", str(distribution)),
            *("-p", "no:cacheprovider", "-k", left_out),
            *("--basetemp", str(distribution / "temporary")),
            *(str(distribution / "tests" / name) for name in RUN),
        ],
        cwd=distribution,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PYTEST_ADDOPTS": "",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout
    assert "failed" not in done.stdout
