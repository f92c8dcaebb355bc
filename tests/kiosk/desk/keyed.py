"""A home with all that is sealed to a venue's key, and who can open what of it."""

import json
import os
import re
import shutil
from base64 import b64decode
from collections.abc import Collection
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Self

import msgspec

from kiosk import mac, seal
from kiosk.counts.quarters import Quarter
from kiosk.desk.audit.audit_log import Audit
from kiosk.desk.entries import signer
from kiosk.desk.keys import held, recovery_sheet, staff, staff_files
from kiosk.desk.keys.held import HeldVenue
from kiosk.desk.keys.identities import identity_for, with_older
from kiosk.desk.keys.recovery_sheet import RecoverySheet
from kiosk.desk.keys.staff import Unlocked
from kiosk.desk.rekey import change_key, unfinished
from kiosk.desk.reseal import Resealed
from kiosk.desk.summaries import figures
from kiosk.entry.page_file import Keys, PageHead, open_page, seal_page
from kiosk.entry.pages import AnyPage, keep_back, page_of
from kiosk.entry.staff_pages import Note
from kiosk.errors import SealError
from kiosk.home import Home
from kiosk.places import known
from kiosk.settings.settings import Settings, Venue, load_settings, settings_text
from kiosk.vault import durable
from kiosk.vault.catalogue import Catalogue
from kiosk.vault.durable import DISK, TEMPORARY, Disk
from kiosk.vault.page_files import READY
from kiosk.vault.page_names import page_name
from kiosk.vault.rows import marks_of
from tests import packs
from tests.conftest import FAST
from tests.kiosk.places.cards import card_of
from tests.kiosk.sealed import FIRST, PLACE, customer_of, id_of, reader_of

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
JO, ALI = "Jo Smith", "Ali Khan"
MILL_STREET = HeldVenue("Mill Street", seal.identity_from(b"m" * 32))
FIGURES = figures.Figures(quarter="2026-Q1", counted="2026-04-05", packs=())
PASSPHRASES = {JO: "river copper lantern moss", ALI: "quarry window saddle plum"}


def now() -> datetime:
    return NOON


@dataclass
class Keyed:
    """The home below a folder. Beside it lie the recovery sheets, `sheet.txt` for the key it begins with."""

    root: Path
    old: str = field(default_factory=seal.new_identity)
    plain: dict[str, bytes] = field(default_factory=dict)
    """What is sealed in each file, by its path below the home."""
    times: dict[str, int] = field(default_factory=dict)
    """When each of them was written, in nanoseconds."""
    reads: dict[str, str] = field(default_factory=dict)
    """The customer's identity for each page."""
    kept: set[str] = field(default_factory=set)
    """Pages of which nobody knows the reader."""

    @cached_property
    def home(self) -> Home:
        return Home(self.root / "home")

    @property
    def key(self) -> str:
        """The public key that the settings name."""
        return load_settings(self.home.settings).venue.key

    def begins(self) -> Self:
        """Make all of it."""
        key = seal.recipient_of(self.old)
        settings = Settings(venue=Venue(name="Sandhill House", key=key))
        durable.replace(self.home.settings, settings_text(settings).encode())
        for name, role in ((JO, staff_files.LEAD), (ALI, "staff")):
            assert role in ("lead", "staff")
            staff.add(self.home.staff, name, PASSPHRASES[name], self.old, role=role, costs=FAST)  # type: ignore[arg-type]
        recovery_sheet.write(
            self.root / "sheet.txt",
            RecoverySheet("Sandhill House", self.old, NOON.date(), self.root, "lectern"),
        )
        (self.home.vault).mkdir()
        (self.home.vault / READY).touch()
        self.saves(1, "reflection")
        self.saves(2, "reflection", "note", "reflection", "note")
        self.saves(3, "stranger's", "note", kept=(1, 2))
        self.saves(4, "stranger's", "note", "reflection", kept=(1,))
        for name in ("comments/one", "comments/two"):
            self.seals(f"{name}.age", json.dumps({"text": name}).encode(), (key,))
        self.seals("summaries/2026-Q1.age", figures_by(self.old), (key,))
        known.introduce(self.home, card_of(), now=NOON, by=JO, identity=self.old)
        held.write(self.home.staff, [MILL_STREET], self.old)
        audit = Audit(self.home.audit, key, now)
        audit.vouch_with(self.old)
        for did in ("unlocked", "added a note"):
            audit.note(JO, did)
        audit.close()
        return self

    def copied(self, root: Path) -> Self:
        """Return the same home, with what lies beside it, below another folder."""
        shutil.copytree(self.root, root, dirs_exist_ok=True)
        told = {name: copy(getattr(self, name)) for name in ("plain", "times", "reads", "kept")}
        return replace(self, root=root, **told)

    def saves(self, number: int, *kinds: str, kept: Collection[int] = ()) -> None:
        """Save an entry of these pages, and let Jo pick it up."""
        readers = (seal.recipient_of(self.old), reader_of(number))
        catalogue = Catalogue(self.home.catalogue)
        catalogue.note_saved(id_of(number), f"Name {number}", FIRST, NOON)
        catalogue.mark(id_of(number), JO, NOON, signer(self.old))
        catalogue.close()
        before = ""
        for counter, kind in enumerate(kinds, 1):
            path = f"vault/{id_of(number)[:2]}/{id_of(number)}.{page_name(counter, PLACE)}.age"
            plaintext, before = page(kind, number, self.old, counter, before)
            self.seals(path, plaintext, readers)
            self.reads[path] = customer_of(number)
            if counter in kept:
                self.kept.add(path)

    def seals(self, path: str, plaintext: bytes, readers: tuple[str, ...]) -> None:
        """Seal a file, some days old."""
        self.plain[path] = without_tags(plaintext)
        old = NOON - timedelta(days=len(self.plain))
        self.times[path] = int(old.timestamp()) * 10**9 + 123_456_789
        (self.home.root / path).parent.mkdir(parents=True, exist_ok=True)
        durable.replace(self.home.root / path, seal.seal(plaintext, readers), modified=self.times[path])

    def dates(self) -> None:
        """Give every file its time again, as after they were copied."""
        for path, when in self.times.items():
            os.utime(self.home.root / path, ns=(when, when))

    def enters(self, name: str = JO) -> Unlocked:
        return staff.enter(self.home.staff, name, PASSPHRASES[name])

    def rekeys(self, sheet: str = "new.txt", *, disk: Disk = DISK, **more: object) -> Resealed:
        """Let Jo change the key, or go on with a change."""
        return change_key(self.home, self.enters(), self.root / sheet, now=now, disk=disk, **more)  # type: ignore[arg-type]

    def sheet(self, name: str = "new.txt") -> str:
        """The key on a sheet."""
        return recovery_sheet.identity_in((self.root / name).read_bytes())

    def opened_by(self, identity: str) -> set[str]:
        """The paths of what opens to what it was."""
        return {path for path in self.plain if self._opens(path, identity)}

    def _opens(self, path: str, identity: str) -> bool:
        try:
            opened = seal.open_sealed((self.home.root / path).read_bytes(), identity)
        except SealError:
            return False
        assert without_tags(opened) == self.plain[path], f"{path} holds something else now"
        return True

    def is_whole(self) -> None:
        """Check that whoever could open something can open it, and that nothing else changed."""
        every = set(self.plain)
        for identity in {self.enters(name).identity for name in (JO, ALI)}:
            assert identity_for(self.key, identity)
            assert self.opened_by(identity) == every, "staff lost something"
            self.is_vouched_for(identity)
            assert held.read(self.home.staff, identity) == (MILL_STREET,)
        assert Audit(self.home.audit, self.key, now, read_only=True).broken_at() is None
        sheets = [
            recovery_sheet.identity_in(file.read_bytes()) for file in self.root.glob("*.txt") if _whole(file)
        ]
        [current] = [identity for identity in sheets if seal.recipient_of(identity) == self.key]
        assert self.opened_by(with_older(self.home.staff, current)) == every, "the sheet lost something"
        assert held.read(self.home.staff, current) == (MILL_STREET,)
        for path, customer in self.reads.items():
            assert self._opens(path, customer), f"the customer lost {path}"
        found = {path: (self.home.root / path).stat().st_mtime_ns for path in self.times}
        assert found == self.times

    def is_vouched_for(self, identity: str) -> None:
        """Check that who unlocked with an identity can vouch for all that the desk made."""
        before = staff_files.before(self.home.staff, identity)
        audit = Audit(self.home.audit, self.key, now, read_only=True)
        audit.vouch_with(identity, before)
        trail = audit.read(identity)
        assert (len(trail.events), trail.unread, trail.forged) == (2, 0, 0), "the audit is not theirs"
        keys = Keys.of(desk=identity, before=filter(None, [before]))
        for path in (path for path in self.reads if (self.home.root / path).exists()):
            file = open_page((self.home.root / path).read_bytes(), identity)
            if isinstance(file.page, Note) and path not in self.kept:
                assert file.is_by_desk(keys), f"{path} is not theirs"
        if (self.home.summaries / "2026-Q1.age").exists():
            assert figures.read(self.home, Quarter(2026, 1), identity) == FIGURES
        assert known.unvouched(self.home, *filter(None, (identity, before))) == (), (
            "the places are not theirs"
        )
        signs = [signer(one) for one in (identity, before) if one]
        catalogue = Catalogue(self.home.catalogue, read_only=True)
        for row in catalogue.rows():
            assert row.tag in [sign(row.id, marks_of(row)) for sign in signs], f"the row of {row.name}"
        catalogue.close()

    def is_done(self) -> None:
        """Check that a change is finished: the old key opens nothing that could be sealed anew."""
        self.is_whole()
        [identity] = {self.enters(name).identity for name in (JO, ALI)}
        assert unfinished(self.home, identity) is None
        assert not staff_files.before(self.home.staff, identity)
        assert self.key != seal.recipient_of(self.old)
        new = identity.split("\n")[0]
        assert seal.recipient_of(new) == self.key
        assert self.opened_by(new) == set(self.plain) - self.kept
        assert self.opened_by(self.old) == self.kept
        kept = {self.home.root / path for path in self.kept}
        for file in self.home.root.rglob("*"):
            if file.is_file() and file not in kept:
                assert not any(opens(part, self.old) for part in sealed_in(file)), f"{file} opens still"
        assert not list(self.home.staff.glob(f"{TEMPORARY}*"))


def opens(sealed: bytes, identity: str) -> bool:
    try:
        seal.open_sealed(sealed, identity)
    except SealError:
        return False
    return True


def sealed_in(file: Path) -> list[bytes]:
    """What is sealed in a file: all of it, or parts of its lines."""
    data = file.read_bytes()
    if file.parent.name != "audit" and not data.startswith(b"{"):
        return [data]
    texts = data.decode(errors="replace").split('"')
    whole = (
        text
        for text in texts
        if text.startswith("YWdlLWVuY3J5cHRpb24") and len(text) % 4 == 0 and text.isascii()
    )
    return [b64decode(text) for text in whole]


def page(kind: str, number: int, venue: str, counter: int = 1, before: str = "") -> tuple[bytes, str]:
    """What is in a page's file, and its hash."""
    reader = reader_of(number)
    written: AnyPage = Note(made=NOON, by=JO, text=f"A note on {number}")
    keys = Keys.of(desk=venue)
    if kind != "note":
        made = page_of(packs.small(), {"day": f"Day {number}"}, name=f"Name {number}", made=NOON)
        named = reader if kind == "reflection" else seal.recipient_of(seal.identity_from(b"s" * 32))
        written = keep_back(made, {made.sections[0].id}, named)
        keys = Keys.of(code=customer_of(number))
    head = PageHead(id=id_of(number), counter=counter, writer=PLACE, before=before)
    sealed, hash_ = seal_page(written, head, (reader,), keys)
    return seal.open_sealed(sealed, customer_of(number)), hash_


def figures_by(venue: str) -> bytes:
    """What is in the file of a quarter's figures."""
    raw = msgspec.json.encode(FIGURES)
    tag = mac.tag(mac.key_from(venue, figures.VOUCHED.purpose), raw)
    return b'{"figures":%b,"tag":"%b"}' % (raw, tag.encode())


def without_tags(plaintext: bytes) -> bytes:
    """What a file says, whoever vouches for it."""
    return re.sub(rb'"(by_desk|tag)":"[0-9a-f]*"', b"", plaintext).rstrip()


def _whole(file: Path) -> bool:
    """Tell whether a sheet was written to its end: a power cut may leave some of it."""
    return b"AGE-SECRET-KEY-1" in file.read_bytes()
