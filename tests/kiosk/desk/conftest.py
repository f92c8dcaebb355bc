"""A desk over a vault of its own, a clock that goes on by a minute at each look, and disks that can fail."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kiosk import seal
from kiosk.desk.audit.audit_log import Audit, Event
from kiosk.desk.desk import Desk
from kiosk.desk.keys import staff
from kiosk.desk.summaries import figures
from kiosk.entry.answers import Answer
from kiosk.entry.handle import Handle, HandleKeys
from kiosk.entry.names import NameWords
from kiosk.home import Home
from kiosk.pack.model import Pack
from kiosk.vault.vault import Vault
from kiosk.visit.saving import Saved, Saver, Submission
from tests.conftest import FAST
from tests.kiosk.desk.keyed import Keyed
from tests.kiosk.desk.summaries.many import Many
from tests.kiosk.vault.helpers import FaultyDisk

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SECRET = "gravel thistle anchor biscuit"
OTHER = "plover tundra saucer mitten"

Add = Callable[..., str]
"""Adds a member of staff."""

ANSWERS: dict[str, Answer] = {"mood": 2, "day": "Sun"}


def loses_its_list(desk: Desk, home: Home) -> None:
    """Let a vault lose its list of entries, and make it anew from their pages."""
    desk.vault.close()
    home.catalogue.unlink()
    desk.vault.reconcile()


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def disk() -> FaultyDisk:
    return FaultyDisk()


@pytest.fixture
def vault(home: Home, names: NameWords, clock: Clock, disk: FaultyDisk) -> Iterator[Vault]:
    with Vault(home.root, clock=clock, name_of=names.name_of, disk=disk) as vault:
        yield vault


@pytest.fixture
def audit_disk() -> FaultyDisk:
    return FaultyDisk()


@pytest.fixture
def audit(home: Home, venue: str, clock: Clock, audit_disk: FaultyDisk) -> Audit:
    return Audit(home.audit, seal.recipient_of(venue), clock, disk=audit_disk)


@pytest.fixture
def desk(vault: Vault, venue: str, audit: Audit, derive: Callable[[Handle], HandleKeys]) -> Desk:
    return Desk(vault, "Jo", venue, audit, derive)


@pytest.fixture
def saver(desk: Desk, names: NameWords) -> Saver:
    return Saver(desk.vault, seal.recipient_of(desk.identity), names, lambda: NOON, derive=desk.derive)


@pytest.fixture
def saved(saver: Saver, small_pack: Pack) -> Saved:
    return saver.save(Submission(small_pack, ANSWERS))


@pytest.fixture
def private(saver: Saver, small_pack: Pack) -> Saved:
    return saver.save(Submission(small_pack, ANSWERS, private={"second"}))


@pytest.fixture(scope="session")
def begun_keyed(tmp_path_factory: pytest.TempPathFactory) -> Keyed:
    """What each test has a copy of: it is never written to."""
    return Keyed(tmp_path_factory.mktemp("keyed")).begins()


@pytest.fixture
def keyed(begun_keyed: Keyed, tmp_path: Path) -> Keyed:
    return begun_keyed.copied(tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "staff"


@pytest.fixture
def add(folder: Path, venue: str) -> Add:
    """Add a member of staff at little cost."""

    def add(name: str, passphrase: str = SECRET, **more: Any) -> str:
        return staff.add(folder, name, passphrase, venue, costs=FAST, **more)

    return add


@pytest.fixture
def staffed(folder: Path, add: Add) -> Path:
    """Jo is a lead, and Ali is not."""
    add("Jo", role="lead")
    add("Ali", OTHER)
    return folder


@pytest.fixture
def many(tmp_path: Path) -> Many:
    return Many(tmp_path / "home")


@pytest.fixture
def packs_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read each pack once."""
    monkeypatch.setattr(figures, "_installed", cache(figures._installed))


def key_files(folder: Path) -> list[Path]:
    """The files of the staff keys in a folder."""
    return sorted(folder.glob("*.json"))


def key_file(folder: Path, name: str) -> Path:
    """The first file of a member of staff by that name."""
    return next(file for file in key_files(folder) if json.loads(file.read_bytes())["name"] == name)


def noted(desk: Desk) -> tuple[Event, ...]:
    """What the audit holds, oldest first. It is whole."""
    trail = desk.audit.read(desk.identity)
    assert trail.unread == 0
    assert desk.audit.broken_at() is None
    return trail.events[::-1]


def page_file(home: Home, saved: Saved) -> Path:
    [file] = home.vault.rglob(f"{saved.id}.*.age")
    return file
