"""A kiosk with a desk: a test does what its staff and customers do, and whoever can write to its disk."""

import shutil
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import pytest

from kiosk import seal
from kiosk.desk.audit.audit_log import Audit
from kiosk.desk.desk import Desk
from kiosk.desk.keys import staff, staff_files
from kiosk.desk.keys.lockout import Throttle
from kiosk.desk.keys.staff import Unlocked
from kiosk.desk.setup import set_up
from kiosk.desk.unlock import Greeting, open_desk, unlock
from kiosk.entry import handle
from kiosk.entry.handle import Handle, HandleKeys
from kiosk.entry.pages import AnyPage, Reflection, keep_back, page_of
from kiosk.home import Home
from kiosk.seal import recipient_of
from kiosk.session import open_session
from kiosk.settings.settings import load_settings
from kiosk.vault.page_names import page_name
from kiosk.vault.vault import Vault
from kiosk.visit.saving import Saved, Saver, Submission
from tests import packs
from tests.conftest import FAST
from tests.kiosk.sealed import PLACE, sealed_page

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
JO, ALI = "Jo Smith", "Ali Khan"
PASSPHRASES = {JO: "river copper lantern moss", ALI: "quarry window saddle plum"}

THIEF = seal.new_identity()


def derive(code: Handle) -> HandleKeys:
    return handle.keys(code, FAST)


class Office:
    """A kiosk with a desk: Jo is a lead, Ali is not."""

    now = NOON
    """When somebody unlocks."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.home = Home(root / "home")
        set_up(
            self.home,
            venue="Oak House",
            staff_name=JO,
            passphrase=PASSPHRASES[JO],
            recovery_file=root / "sheet.txt",
            costs=FAST,
        )
        self.identity = staff.enter(self.home.staff, JO, PASSPHRASES[JO]).identity
        staff.add(self.home.staff, ALI, PASSPHRASES[ALI], self.identity, costs=FAST)
        self._starts()

    def _starts(self) -> None:
        session = open_session(self.home)
        vault = Vault(self.home.root, clock=lambda: NOON, name_of=session.names.name_of)
        self.session = replace(session, vault=vault)

    def copied(self, root: Path) -> Self:
        """Return the same office elsewhere."""
        shutil.copytree(self.root, root, symlinks=True, dirs_exist_ok=True)
        other = copy(self)
        other.root, other.home = root, Home(root / "home")
        other._starts()
        return other

    @property
    def key(self) -> str:
        return load_settings(self.home.settings).venue.key

    @property
    def saver(self) -> Saver:
        return replace(self.session.saver(), derive=derive, clock=lambda: NOON)

    def saves(self, text: str = "brindle", *, at: datetime = NOON) -> Saved:
        return replace(self.saver, clock=lambda: at).save(Submission(packs.small(), {"day": text}))

    def enters(self, name: str = JO) -> Unlocked:
        return unlock(
            self.home,
            self._audit(),
            Throttle(self.home.unlocks, "screen"),
            name,
            PASSPHRASES[name],
            venue_key=self.key,
            now=lambda: NOON,
            pause=lambda _seconds: None,
        )

    def unlocks(self, name: str = JO) -> tuple[Desk, Greeting]:
        return self.opens(self.enters(name))

    def opens(self, unlocked: Unlocked) -> tuple[Desk, Greeting]:
        return open_desk(
            self.home,
            Vault(self.home.root, clock=lambda: NOON, name_of=self.session.names.name_of),
            self._audit(),
            unlocked,
            now=lambda: self.now,
            derive=derive,
        )

    def desk(self) -> Desk:
        return self.unlocks()[0]

    def warned(self, name: str = JO) -> str:
        greeting = self.unlocks(name)[1]
        return "\n".join(filter(None, [*greeting.warnings, greeting.odd_clock.says]))

    def page(self, saved: Saved, number: int = 1) -> Path:
        return self.home.vault / saved.id[:2] / f"{saved.id}.{page_name(number, PLACE)}.age"

    def plants(self, saved: Saved, number: int, page: AnyPage, **more: Any) -> None:
        """Put a page there that somebody sealed to the venue's public key, and to whom they like."""
        readers = (self.key, recipient_of(THIEF))
        data = sealed_page(page, readers, saved.id, counter=number, **more)
        self.page(saved, number).write_bytes(data)

    def _audit(self) -> Audit:
        return Audit(self.home.audit, self.key, lambda: NOON)


def reflection(reader: str, text: str = "forged") -> Reflection:
    page = page_of(packs.small(), {"day": text}, name="Amber Heron", made=NOON, talk=True)
    return keep_back(page, (), reader)


def staff_file(office: Office, name: str) -> Path:
    [file] = staff_files.named(office.home.staff, name)
    return file


@pytest.fixture
def office(begun_office: Office, tmp_path: Path) -> Office:
    return begun_office.copied(tmp_path)
