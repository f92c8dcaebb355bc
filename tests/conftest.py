"""What tests of several rooms share."""

import gc
import importlib
import os
import resource
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from kiosk import seal
from kiosk.desk.keys import stretching
from kiosk.entry import handle
from kiosk.entry import names as names_of_entries
from kiosk.entry.handle import Handle, HandleKeys
from kiosk.entry.names import NameWords, shipped_names
from kiosk.home import Home
from kiosk.pack.model import Pack
from kiosk.seal import Costs
from kiosk.vault import page_files, vault
from kiosk.vault.page_files import PageFiles
from tests import packs
from tests.kiosk.sealed import PLACE

FAST = Costs(memory_kib=8, passes=1, lanes=1)
"""The cheapest argon2id there is: for tests that derive many keys and look at none of them."""


costs_of_this_machine = stretching.for_this_machine
"""What production uses, for the tests whose subject that is."""


gc.disable()  # until everything is collected

MEMORY = Path("/dev/shm")  # noqa: S108 - where Linux keeps files in memory
ROOM = 4 << 30
"""Bytes: many times what the tests of all workers hold at once."""


# How long an example takes says nothing on a machine that does other things as well.
UNTIMED: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
EXAMPLES = 300 if "TORTURE" in os.environ else 25
"""How many Hypothesis tries; where each is dear, a part of them."""
settings.register_profile("kiosk", max_examples=EXAMPLES, **UNTIMED)
settings.load_profile("kiosk")


def pytest_configure() -> None:
    """Have days in UTC, but for tests that `set_zone`; what tests write in memory; an end without tidying up.

    Half of the suite's time went into flushing and removing small files. What a disk does when its plug is
    pulled is the subject of simulated disks (`tests.kiosk.vault.torture`); `make torture` uses a real one.
    """
    os.environ["TZ"] = "UTC0"
    time.tzset()
    if "TORTURE" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure() -> None:
    """Look for what was left open once: pytest does it five times, and the interpreter at its end."""
    gc.collect()
    gc.freeze()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Have each worker compile its part of the suite first: of a fresh clone each would compile all of it."""
    tests, worker = Path(__file__).parent, os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None or [Path(named).absolute() for named in session.config.args] != [tests]:
        return
    workers = int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    for file in sorted(tests.rglob("test_*.py"))[int(worker.removeprefix("gw")) :: workers]:
        with suppress(ImportError, SyntaxError):  # collecting tells them
            importlib.import_module(".".join(file.relative_to(tests.parent).with_suffix("").parts))


def pytest_collection_finish() -> None:
    """Look for garbage from now on: among thousands of tests it was a third of what collecting costs."""
    gc.freeze()
    gc.enable()


def pytest_xdist_auto_num_workers() -> int:
    """Two more than there are cores: two wait for terminals meanwhile (`tests.screens.conftest`)."""
    return len(os.sched_getaffinity(0)) + 2


@pytest.fixture(scope="session", autouse=True)
def cheap_keys() -> Iterator[None]:
    """Stretch new staff passphrases and codes cheaply here: how long that takes is rarely the subject."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stretching, "for_this_machine", lambda: FAST)
        patch.setattr(handle, "Costs", lambda: FAST)
        yield


@pytest.fixture(scope="session", autouse=True)
def names_read_once() -> Iterator[None]:
    """Read the words that entries are named with once, as a process does: here are thousands in one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(names_of_entries, "load_names", cache(names_of_entries.load_names))
        yield


@pytest.fixture(scope="session", autouse=True)
def this_place() -> Iterator[None]:
    """Have one place write everything, so that the names of pages are known (`tests.kiosk.sealed`)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vault, "place_id", lambda _file, **_disk: PLACE)
        yield


@contextmanager
def shelves_when_needed() -> Iterator[None]:
    """Make a shelf of a vault when an entry comes to it: 256 folders take their time whenever one looks."""
    create, beside = PageFiles.create_first, PageFiles.beside

    def prepare_and_create(self: PageFiles, *page: Any) -> str:
        self.prepare()
        return create(self, *page)

    def make_and_return(self: PageFiles, entry_id: str, rest: str) -> Path:
        found = beside(self, entry_id, rest)
        with suppress(OSError):
            found.parent.mkdir(mode=0o700)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page_files, "SHELVES", ("00",))
        patch.setattr(PageFiles, "create_first", prepare_and_create)
        patch.setattr(PageFiles, "beside", make_and_return)
        yield


@pytest.fixture
def dear_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stretch codes as production does, where what they cost is the subject."""
    monkeypatch.setattr(handle, "Costs", Costs)


@pytest.fixture
def short_of_memory() -> Iterator[None]:
    """Let this process have 64 MiB more than it has, and no more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + 64 * 1024 * 1024, hard))
    yield
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


SetZone = Callable[[str], None]
LONDON, EAST = "GMT0BST,M3.5.0/1,M10.5.0", "<+13>-13"
"""As rules, which need no database of zones: an hour ahead of UTC in summer, and half a day always."""


@pytest.fixture
def set_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[SetZone]:
    """Set the time zone of this machine, by a rule as POSIX has it."""

    def set_to(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield set_to
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def small_pack() -> Pack:
    return packs.small()


@pytest.fixture(scope="session")
def names() -> NameWords:
    return shipped_names()


@pytest.fixture
def venue() -> str:
    """A venue's age identity."""
    return seal.new_identity()


@pytest.fixture
def derive() -> Callable[[Handle], HandleKeys]:
    """Derive a handle's keys, cheaply."""
    return lambda drawn: handle.keys(drawn, FAST)


@pytest.fixture(scope="session")
def age() -> Path:
    """Debian's `age`, with `age-keygen` beside it: another implementation of what pyrage seals."""
    return _packaged("age")


@pytest.fixture(scope="session")
def minisign() -> Path:
    """Debian's `minisign`: another implementation of how places sign."""
    return _packaged("minisign")


def _packaged(name: str) -> Path:
    found = shutil.which(name)
    if found is None and "CI" in os.environ:
        pytest.fail(f"CI runs without the package {name}: nothing shows that other tools read what we write")
    if found is None:
        pytest.skip(f"the package {name} is not installed here")
    return Path(found)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skipped test is a failure: whatever it needs, `.ci/run` installs."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if "CI" in os.environ and reporter is not None and reporter.stats.get("skipped"):
        reporter.write_line("CI skips nothing: see which tests were skipped, and install what they need.")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
