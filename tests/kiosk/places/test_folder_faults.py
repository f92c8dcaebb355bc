"""Failure is normal: what was stopped is whole or does not count, and can be sent again."""

import errno
import os
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kiosk.errors import CarrierError, TakenError
from kiosk.places.carrier import Listed, Piece, Signed
from kiosk.places.folder import FolderCarrier, use_folder
from kiosk.places.stick import StickCarrier
from kiosk.vault.durable import Disk
from tests.kiosk.places.places import (
    DESK,
    ELM,
    FIRST,
    OTHER,
    Uses,
    listed,
    made,
    nothing,
    of_folder,
    of_stick,
    pieces,
    received,
    refused,
    send,
)
from tests.kiosk.vault.helpers import FaultyDisk, StoppingDisk, files_below
from tests.kiosk.vault.torture.recording import Recorder, write_tree
from tests.kiosk.vault.torture.weak import WeakDisk

MARK = f".kiosk-carrier-{ELM.id}"
CALLS = ("open", "write", "fsync", "make_folder")


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EROFS, errno.ENODEV, errno.ENOENT])
def test_whatever_call_fails_nothing_counts_and_it_can_be_sent_again(folder: Path, number: int) -> None:
    disk = FaultyDisk()
    carrier = of_stick(folder, disk=disk)
    use_folder(folder, ELM.id)
    for call in CALLS:
        for after in range(100):
            disk.fails(call, number=number, after=after)
            try:
                send(carrier)
            except CarrierError:
                disk.is_well()
                assert received(carrier) is None
                # Where a folder cannot be flushed any more, what counts for nothing may stay.
                assert call in ("open", "fsync") or files_below(folder) == {MARK}
            else:
                break
        assert after  # it was called at all
        disk.is_well()
        assert received(carrier) == list(pieces())
        carrier.clear(ELM.id, 1)


SENTENCES = {
    errno.ENOSPC: "There is no room left on the disk of {folder}. Nothing was sent. Free some space, then",
    errno.EROFS: "The disk of {folder} is read-only. Nothing was sent. Mount it for writing, or use another",
    errno.EIO: "The disk of {folder} was taken out, or is broken. Nothing was sent. Put it in and try again.",
    errno.EACCES: "{folder} cannot be used by this user. Nothing was sent. Check who owns it, and its perm",
}


@pytest.mark.parametrize("number", SENTENCES)
def test_each_failure_has_a_sentence_that_says_what_to_do(folder: Path, number: int) -> None:
    disk = FaultyDisk()
    carrier = of_folder(folder, disk=disk)
    disk.fails("make_folder", number=number)
    refused(lambda: send(carrier), says=SENTENCES[number].format(folder=folder))


def test_a_stick_that_is_pulled_out_at_any_moment_has_a_whole_consignment_or_none(folder: Path) -> None:
    """From then on every call fails, so nothing that was begun is taken back."""
    use_folder(folder, ELM.id)
    for call in CALLS:
        for after in range(100):
            disk = StoppingDisk()
            disk.fails(call, after=after)
            try:
                send(of_stick(folder, disk=disk))
            except CarrierError:
                found = received(of_stick(folder))
                assert found in (None, list(pieces()))
                if found is None:
                    send(of_stick(folder))
            else:
                break
            of_stick(folder).clear(ELM.id, 1)
        of_stick(folder).clear(ELM.id, 1)


def test_a_power_cut_after_any_call_leaves_no_signature_or_a_whole_consignment(tmp_path: Path) -> None:
    """On a file system that keeps no more than it must; and what was cut is sent again under its number."""
    root, cut = tmp_path / "disk", tmp_path / "cut"
    (root / "STICK").mkdir(parents=True)
    use_folder(root / "STICK", ELM.id)
    recorder, chance = Recorder(root), random.Random(1)
    send(of_folder(root / "STICK", disk=recorder))
    disk, counts = WeakDisk(recorder.base), [0, 0]
    for step in ((), *recorder.steps):
        assert isinstance(step, tuple)
        disk.apply(step)
        for tree, _ in disk.states(60, chance):
            write_tree(cut, tree)
            carrier = of_folder(cut / "STICK")
            found = received(carrier)
            assert found in (None, list(pieces()))
            counts[found is not None] += 1
            if found is None and counts[0] % 7 == 0:
                send(carrier)
                assert received(carrier) == list(pieces())
    assert min(counts) > 0
    assert all(received(of_folder(_written(cut, tree) / "STICK")) for tree, _ in disk.states(60, chance))


def _written(cut: Path, tree: Any) -> Path:
    write_tree(cut, tree)
    return cut


def test_a_power_cut_while_it_is_cleared_never_leaves_a_signature_without_the_rest(tmp_path: Path) -> None:
    root, cut = tmp_path / "disk", tmp_path / "cut"
    (root / "STICK").mkdir(parents=True)
    send(of_folder(root / "STICK"))
    recorder, chance = Recorder(root), random.Random(1)
    of_folder(root / "STICK", disk=recorder).clear(ELM.id, 1)
    disk = WeakDisk(recorder.base)
    for step in recorder.steps:
        assert isinstance(step, tuple)
        disk.apply(step)
        for tree, _ in disk.states(60, chance):
            assert received(of_folder(_written(cut, tree) / "STICK")) in (None, list(pieces()))


def test_a_disk_that_gives_nothing_back_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    carrier = of_folder(folder)
    send(carrier)
    found = carrier.pieces(ELM.id, 1, [listed(number) for number in range(3)])
    assert next(found)[1] == next(pieces()).data

    def broken(*_: int) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "pread", broken)
    refused(lambda: list(found), says=f"The disk of {folder} was taken out, or is broken. The rest was not")


class Stopped(BaseException):
    """As Ctrl+C is."""


@pytest.mark.parametrize("moment", ["step", "pieces", "finish", "reading back"])
def test_whoever_stops_it_is_heard_and_nothing_is_left(folder: Path, uses: Uses, moment: str) -> None:
    carrier = uses(folder)
    use_folder(folder, ELM.id)

    def stopping() -> Iterator[Piece]:
        yield from pieces()
        raise OSError(errno.EIO, "of the vault's disk")

    def stop(*_: object) -> Any:
        raise Stopped

    asked: dict[str, tuple[Iterator[Piece], Any, Any]] = {
        "step": (pieces(600, 16 << 10), made, stop),
        "pieces": (stopping(), made, nothing),
        "finish": (pieces(), stop, nothing),
        "reading back": (pieces(), made, stop),
    }
    with pytest.raises(OSError if moment == "pieces" else Stopped):  # as it is, and not as the stick's
        carrier.send(ELM.id, 1, *asked[moment])
    assert files_below(folder) == {MARK}
    send(carrier)
    assert received(carrier) == list(pieces())


class Lying(Disk):
    """Takes what it is given, and keeps something else."""

    def __init__(self, lies: int) -> None:
        self.lies = lies

    def write(self, descriptor: int, data: bytes | memoryview, offset: int) -> int:
        self.lies -= 1
        changed = bytes(data)[:-1] + bytes([data[-1] ^ 1])
        return super().write(descriptor, changed if self.lies == 0 else data, offset)


@pytest.mark.parametrize("write", [1, 2, 3])
def test_what_reads_back_differently_is_not_signed(folder: Path, write: int) -> None:
    use_folder(folder, ELM.id)
    refused(
        lambda: send(of_stick(folder, disk=Lying(write))), says="reads back differently, so it does not count"
    )
    assert files_below(folder) == {MARK}


def test_a_failure_of_before_goes_first_and_one_that_is_signed_stays(folder: Path) -> None:
    carrier, root = of_folder(folder), folder / FIRST
    root.mkdir()
    for name in ("pages-001.bin", "pages-002.bin", "manifest.age", ".DS_Store"):
        (root / name).write_bytes(b"of a failure")
    send(carrier)
    assert sorted(path.name for path in root.iterdir()) == [
        ".DS_Store", "manifest.age", "manifest.age.minisig", "pages-001.bin",
    ]  # fmt: skip
    before = {path: path.read_bytes() for path in root.iterdir()}
    with pytest.raises(TakenError, match=r"Send again: it goes as the next number\."):
        send(carrier, sent=pieces(1))
    assert {path: path.read_bytes() for path in root.iterdir()} == before


def test_what_failures_left_goes_with_the_next_one_whatever_its_number(folder: Path) -> None:
    carrier = of_folder(folder)
    send(carrier, 1)
    for number, files in (
        (2, ["pages-001.bin"]),
        (3, ["pages-001.bin", "manifest.age", "manifest.age.minisig"]),
    ):
        root = folder / f"kiosk-{ELM.id}-{number:010d}"
        root.mkdir()
        for name in files:
            (root / name).write_bytes(b"of a failure")
    of_another = folder / f"kiosk-{OTHER.id}-0000000001"
    of_another.mkdir()
    send(carrier, 4)
    assert carrier.numbers(ELM.id, 0) == [1, 4]
    assert of_another.exists()


def test_what_cannot_be_removed_stops_no_sending(folder: Path, tmp_path: Path) -> None:
    """Whoever has the folder may put anything there under our names."""
    carrier, roots = of_folder(folder), [folder / f"kiosk-{ELM.id}-{number:010d}" for number in range(5)]
    for root in roots[1:3]:
        root.mkdir()
    (roots[1] / "manifest.age.minisig").mkdir()
    (roots[1] / "manifest.age").symlink_to(tmp_path)
    os.mkfifo(roots[1] / "pages-001.bin")
    (roots[2] / "pages-001.bin").mkdir()
    (roots[2] / "pages-002.bin").write_bytes(b"of a failure")
    roots[3].write_bytes(b"")
    roots[4].symlink_to(tmp_path)
    for number in range(1, 5):
        with pytest.raises(TakenError, match=r"Send again: it goes as the next number\."):
            send(carrier, number)
    send(carrier, 5)
    assert [path.name for path in roots[2].iterdir()] == ["pages-001.bin"]
    carrier.clear(ELM.id, 1)
    assert carrier.numbers(ELM.id, 4) == [5]


def test_room_is_looked_for_first(folder: Path) -> None:
    disk = FaultyDisk()
    disk.room = 2_000_000
    of_folder(folder, disk=disk).require_room(2_000_000)
    refused(
        lambda: of_folder(folder, disk=disk).require_room(2_000_001),
        says=f"There is not enough room on {folder}: 3 MB are needed, and 2 MB are free.",
    )


def test_an_empty_mount_point_is_not_written_to(folder: Path, uses: Uses, tmp_path: Path) -> None:
    carrier, desk = uses(folder), uses(folder, DESK)
    send(carrier)
    folder.rename(tmp_path / "pulled out")
    if isinstance(carrier, FolderCarrier) and not isinstance(carrier, StickCarrier):
        folder.mkdir()
    for work in (
        lambda: send(carrier, 2),
        lambda: carrier.numbers(ELM.id, 0),
        lambda: received(carrier),
        lambda: carrier.require_room(1),
        lambda: carrier.clear(ELM.id, 1),
        lambda: list(desk.receipts(DESK.id, ELM.id, {1})),
        lambda: desk.put_receipt(DESK.id, ELM.id, 1, Signed(b"", b"")),
    ):
        refused(work, says="plugged in")
    assert not folder.exists() or not list(folder.iterdir())


@pytest.mark.parametrize("what", ["gone", "another disk"])
def test_one_that_is_exchanged_meanwhile_is_noticed(
    folder: Path, uses: Uses, tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    carrier = uses(folder)
    send(carrier)
    stat = Path.stat

    def exchange() -> None:
        if what == "gone":
            folder.rename(tmp_path / "pulled out")
        else:
            monkeypatch.setattr(Path, "stat", lambda self, **how: _moved(stat(self, **how)))

    def exchanging(told: Sequence[Listed]) -> Signed:
        exchange()
        return made(told, 2)

    says = "plugged in" if what == "gone" else "before" if type(carrier) is FolderCarrier else "exchanged"
    refused(lambda: carrier.send(ELM.id, 2, pieces(), exchanging, nothing), says=says)
    monkeypatch.undo()
    if what == "gone":
        (tmp_path / "pulled out").rename(folder)
    assert received(carrier, 2) is None
    found = carrier.pieces(ELM.id, 1, [listed(number) for number in range(3)])
    next(found)
    exchange()
    refused(lambda: list(found), says=says)


class Unplugged(Disk):
    """One that is pulled out while a file is open, which some file systems say when that is closed."""

    def __init__(self, closes: int) -> None:
        self.closes = closes

    @contextmanager
    def opened(self, path: Path, flags: int) -> Iterator[int]:
        with super().opened(path, flags) as descriptor:
            yield descriptor
        self.closes -= bool(flags & os.O_WRONLY)
        if self.closes == 0 and flags & os.O_WRONLY:
            raise OSError(errno.ENOTCONN, os.strerror(errno.ENOTCONN))


@pytest.mark.parametrize("closes", [1, 2, 3])
def test_a_file_that_cannot_be_closed_is_not_written(folder: Path, closes: int) -> None:
    use_folder(folder, ELM.id)
    refused(
        lambda: send(of_stick(folder, disk=Unplugged(closes))), says="was taken out, or is broken. Nothing"
    )
    assert received(of_stick(folder)) is None


def _moved(result: os.stat_result) -> os.stat_result:
    fields = list(result)
    fields[2] += 1
    return os.stat_result(fields)
