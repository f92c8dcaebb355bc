"""Sending by a stick, and reading what came, beside `cp -r` of the same pages: on this disk and on exFAT."""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

from bench.made import draw, now
from bench.table import Figure, beside, times
from bench.timing import interleaved, median
from kiosk import seal, untrusted
from kiosk.devices.mounts import Mount
from kiosk.places.card import Card
from kiosk.places.carrier import Listed, Piece, Signed
from kiosk.places.ledger import Ledger
from kiosk.places.manifest import Manifest, sealed
from kiosk.places.place_keys import PlaceKeys
from kiosk.places.receive import receive, waiting
from kiosk.places.stick import StickCarrier
from kiosk.vault.age_file import MOST_BYTES
from kiosk.vault.exchange import Exchange

ROUNDS = 3
ENTRIES = 10_000
AT_MOST = {"ext4": 1.5, "exFAT": 0.5}
"""Of so many entries."""
SPACE_AT_MOST, TAKEN_AT_MOST = 1.05, 1.2
AGAIN_AT_MOST = 1.0
"""Seconds."""
IMAGE_BYTES = 1 << 30
COPY, SEND, FLUSHED, TAKEN = "cp -r and sync", "stick", "cp -r, files flushed", "taken in"


class Places:
    """Two places that know each other, and the pages that one of them sends."""

    def __init__(self, vault: Path, entries: int, page: bytes) -> None:
        """Make the pages: as many files, none of them like another."""
        self.sender, self.receiver = (
            PlaceKeys(secrets.token_hex(8), secrets.token_bytes(32), seal.new_identity()) for _ in range(2)
        )
        self.venue = seal.recipient_of(seal.new_identity())
        self.vault = vault
        self.files: list[Path] = []
        for _ in range(entries):
            id_ = draw()
            file = vault / id_[:2] / f"{id_}.0001-{self.sender.id}.age"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(page[:-16] + bytes.fromhex(id_))
            self.files.append(file)
        self.bytes = entries * len(page)

    def pieces(self) -> Iterator[Piece]:
        """Yield the pages."""
        for file in self.files:
            yield Piece(file.name, untrusted.read(file, MOST_BYTES), file.stat().st_mtime_ns)

    def finish(self, listed: list[Listed]) -> Signed:
        """Return the sealed manifest of what was written."""
        manifest = Manifest(
            place=self.sender.id, number=1, venue=self.venue, name="Elm House", made=now(),
            pieces=tuple(listed), receivers=(self.receiver.id,),
        )  # fmt: skip
        return sealed(manifest, [self.receiver.recipient], self.sender)

    def card(self) -> Card:
        """Return the sender's card."""
        return Card(
            place=self.sender.id, name="Elm House", venue="Elm House", verify_key=self.sender.verify_key,
            transport=self.sender.recipient, venue_key=self.venue,
        )  # fmt: skip


class Ext4:
    """A stick in a folder of this disk."""

    system = "ext4"

    def __init__(self, folder: Path) -> None:
        self.stick = folder

    def renew(self) -> None:
        """Have nothing on it."""
        shutil.rmtree(self.stick, ignore_errors=True)
        self.stick.mkdir()
        self.sync()

    def sync(self) -> None:
        """Wait until all is on the medium."""
        _run("sync", "-f", str(self.stick))

    def close(self) -> None:
        """Leave nothing."""
        shutil.rmtree(self.stick)


class ExFat(Ext4):
    """A stick of exFAT in a file of this disk, which takes root, exfatprogs and exfat-fuse.

    It is made anew for each turn: what was there before spares a second copy the making of its folders.
    """

    system = "exFAT"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        folder.mkdir()
        self._image = folder.with_suffix(".img")
        with self._image.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, IMAGE_BYTES)
        self._mounted = ExitStack()

    def renew(self) -> None:
        """Make and mount it."""
        self._mounted.close()
        _run("mkfs.exfat", str(self._image))
        loop = _run("losetup", "--direct-io=on", "--find", "--show", str(self._image)).strip()
        self._mounted.callback(_run, "losetup", "--detach", loop)
        _run("mount.exfat-fuse", loop, str(self.stick))
        self._mounted.callback(_run, "umount", str(self.stick))
        self.sync()

    def sync(self) -> None:
        """Wait until all is on the medium, and so is the file that stands for it."""
        super().sync()
        _run("sync", str(self._image))

    def close(self) -> None:
        """Take it off."""
        self._mounted.close()
        self._image.unlink()


def carrying(folder: Path, most: int, page: bytes) -> Iterator[Figure]:
    """Yield what it takes to send pages by stick and to read them, on the disk of a folder and on exFAT."""
    places = Places(folder / "sent", min(most, ENTRIES), page)
    with closing(Ext4(folder / "stick")) as disk:
        yield from _on(places, disk)
        yield from _taking_in(places, disk)
    with closing(ExFat(folder / "exfat")) as disk:
        try:
            disk.renew()
        except (OSError, subprocess.CalledProcessError) as error:
            sys.stderr.write(f"exFAT cannot be mounted here, and is left out: {error}\n")
            return
        yield from _on(places, disk)


def _on(places: Places, disk: Ext4) -> Iterator[Figure]:
    carrier = StickCarrier(disk.stick, places.sender.id, disks=lambda: [Mount(disk.stick)])

    def copy() -> None:
        _run("cp", "-r", str(places.vault), str(disk.stick / "copy"))
        disk.sync()

    def send() -> None:
        carrier.send(places.sender.id, 1, places.pieces(), places.finish, lambda _: None)

    def anew(step: Callable[[], None]) -> Callable[[], Callable[[], None]]:
        def prepare() -> Callable[[], None]:
            disk.renew()
            return step

        return prepare

    took = interleaved({COPY: anew(copy), SEND: anew(send)}, rounds=ROUNDS, block=1)
    what, entries = f"Send by stick, {disk.system}", len(places.files)
    most = AT_MOST[disk.system] if entries == ENTRIES else None
    yield beside(what, entries, median(took[SEND]), median(took[COPY]), COPY, most=most)
    yield _space(places, disk)


def _taking_in(places: Places, disk: Ext4) -> Iterator[Figure]:
    copied, home = disk.stick / "copy", disk.stick / "home"

    def anew(folder: Path, step: Callable[[], object]) -> Callable[[], Callable[[], object]]:
        def prepare() -> Callable[[], object]:
            shutil.rmtree(folder, ignore_errors=True)
            disk.sync()
            return step

        return prepare

    def copy() -> None:
        _run("cp", "-r", str(places.vault), str(copied))
        _run("find", str(copied), "-type", "f", "-exec", "sync", "{}", "+")

    def take_in() -> None:
        if _receive(places, disk.stick, home) != len(places.files):
            raise RuntimeError("not all of it came in")

    contenders = {FLUSHED: anew(copied, copy), TAKEN: anew(home, take_in)}
    took = interleaved(contenders, rounds=ROUNDS, block=1)
    entries = len(places.files)
    most = TAKEN_AT_MOST if entries == ENTRIES else None
    yield beside(
        "Take in what came by stick", entries, median(took[TAKEN]), median(took[FLUSHED]), FLUSHED, most=most
    )
    again = interleaved({TAKEN: lambda: lambda: _receive(places, disk.stick, home)}, rounds=ROUNDS, block=1)
    seconds = median(again[TAKEN])
    yield Figure(
        what="… the same again", entries=entries, value=f"{seconds * 1e3:,.0f} ms",
        limit=f"{AGAIN_AT_MOST:g} s", reached=seconds <= AGAIN_AT_MOST,
    )  # fmt: skip


def _receive(places: Places, stick: Path, home: Path) -> int:
    """Take in what lies on a stick, and return how many pages were new."""
    carrier = StickCarrier(stick, places.receiver.id, disks=lambda: [Mount(stick)])
    ledger = Ledger(home / "places")
    found = waiting(ledger, carrier, places.receiver, [places.card()], places.venue)
    with closing(Exchange(home, name_of=lambda id_: id_[:8], reserve_bytes=0)) as exchange:
        report = receive(
            exchange, ledger, carrier, places.receiver, found,
            route="", now=now(), is_due=lambda _id: False,
        )  # fmt: skip
    return report.taken.added


def _space(places: Places, disk: Ext4) -> Figure:
    taken = sum(file.stat().st_blocks * 512 for file in disk.stick.glob("kiosk-*/*"))
    ratio = taken / places.bytes
    return Figure(
        what=f"Room taken on the stick, {disk.system}",
        entries=len(places.files),
        value=f"{taken / 1e6:.0f} MB",
        ratio=ratio,
        to="the pages' bytes",
        limit=times(SPACE_AT_MOST),
        reached=ratio <= SPACE_AT_MOST,
    )


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
