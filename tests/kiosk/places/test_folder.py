"""What one place writes into a folder or onto a stick comes out whole at another, or does not count."""

import errno
import os
from pathlib import Path

import pytest

from kiosk.errors import ManifestError
from kiosk.places import containers
from kiosk.places.carrier import Signed
from kiosk.places.manifest import Receipt, digest, opened_receipt, signed_receipt
from tests.kiosk.places.places import (
    DESK,
    ELM,
    FIRST,
    OTHER,
    Uses,
    introduced,
    made,
    of_folder,
    of_stick,
    pieces,
    received,
    refused,
    send,
)
from tests.kiosk.vault.helpers import FaultyDisk, files_below

WHOLE = {f"{FIRST}/{name}" for name in ("pages-001.bin", "manifest.age", "manifest.age.minisig")}


def test_what_is_sent_comes_out(folder: Path, uses: Uses) -> None:
    carrier, desk = uses(folder), uses(folder, DESK)
    for number in (1, 2, 12):
        send(carrier, number)
    assert desk.numbers(ELM.id, 0) == [1, 2, 12]
    assert desk.numbers(ELM.id, 2) == [12]
    assert desk.numbers(OTHER.id, 0) == []
    assert received(desk, 12) == received(desk) == list(pieces())
    assert {path for path in files_below(folder) if path.startswith(FIRST)} == WHOLE


def test_a_consignment_may_have_no_piece(folder: Path) -> None:
    send(of_folder(folder), sent=iter(()))
    assert received(of_folder(folder, DESK)) == []


def test_everybody_may_read_it_whatever_the_umask(folder: Path) -> None:
    before = os.umask(0o077)
    try:
        send(of_stick(folder))
    finally:
        os.umask(before)
    modes = {path.stat().st_mode & 0o777 for path in folder.rglob("*")}
    assert modes == {0o755, 0o644}


def test_a_disk_that_keeps_no_modes_is_as_good(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: int) -> None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    monkeypatch.setattr(os, "fchmod", refuse)
    send(of_stick(folder))
    assert received(of_stick(folder, DESK)) == list(pieces())


def test_pieces_fill_one_container_after_another(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "PART_MOST", 700)
    disk = FaultyDisk()
    send(of_folder(folder, disk=disk), sent=pieces(5))
    assert [path.stat().st_size for path in sorted((folder / FIRST).glob("*.bin"))] == [600, 600, 300]
    assert received(of_folder(folder, DESK)) == list(pieces(5))
    monkeypatch.setattr(containers, "PARTS_MOST", 2)
    refused(lambda: send(of_folder(folder), 2, pieces(5)), says="Send it in two.")
    assert of_folder(folder).numbers(ELM.id, 1) == []


def test_it_is_written_in_large_steps_and_read_back_from_the_medium(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk, steps, forgotten = FaultyDisk(), list[int](), list[int]()
    carrier = of_folder(folder, disk=disk)
    monkeypatch.setattr(os, "posix_fadvise", lambda *advice: forgotten.append(advice[-1]))
    carrier.send(ELM.id, 1, pieces(600, 16 << 10), made, steps.append)
    assert disk.calls.count("write") == 5  # 10 MB in three, a manifest, a signature
    assert forgotten == [os.POSIX_FADV_DONTNEED] * 3  # of each file, once it is flushed
    assert steps == [256, 512, 600, 600, 600]  # of how many it was told, then while they are read back


def test_receipts_come_back_and_one_that_is_there_stays(folder: Path, uses: Uses) -> None:
    send(uses(folder))
    desk, carrier = uses(folder, DESK), uses(folder)
    signed = carrier.manifest(ELM.id, 1)
    assert signed is not None
    receipt = Receipt(receiver=DESK.id, place=ELM.id, number=1, manifest=digest(signed))
    later = signed_receipt(Receipt(receiver=DESK.id, place=ELM.id, number=12, manifest="0" * 64), DESK)
    for _ in range(2):
        desk.put_receipt(DESK.id, ELM.id, 12, later)
        desk.put_receipt(DESK.id, ELM.id, 1, signed_receipt(receipt, DESK))
    found = list(carrier.receipts(DESK.id, ELM.id, range(99)))
    assert [number for number, _ in found] == [1, 12]
    assert opened_receipt(found[0][1], introduced(DESK, "The desk"), ELM.id, 1) == receipt
    assert list(carrier.receipts(DESK.id, ELM.id, {2})) == []
    assert list(carrier.receipts(OTHER.id, ELM.id, range(99))) == []
    file = folder / f"kiosk-receipts-{DESK.id}" / f"{ELM.id}-0000000012.json"
    file.write_bytes(b"{")
    assert [number for number, _ in carrier.receipts(DESK.id, ELM.id, range(99))] == [1]
    desk.put_receipt(DESK.id, ELM.id, 12, later)
    assert [number for number, _ in carrier.receipts(DESK.id, ELM.id, range(99))] == [1, 12]


def test_only_what_is_of_ones_own_place_is_written_or_cleared(folder: Path) -> None:
    send(of_folder(folder))
    for number in (1, 7):
        of_folder(folder).clear(ELM.id, number)
    assert files_below(folder) == {f".kiosk-carrier-{ELM.id}"}
    send(of_folder(folder))
    desk = of_folder(folder, DESK)
    for work in (
        lambda: desk.clear(ELM.id, 1),
        lambda: send(desk),
        lambda: desk.put_receipt(ELM.id, OTHER.id, 1, Signed(b"", b"")),
        lambda: desk.numbers("../" + ELM.id[3:], 0),
    ):
        with pytest.raises(ValueError, match="place"):
            work()
    assert received(desk) == list(pieces())


STRAYS = (
    ".DS_Store", "Thumbs.db", f"{FIRST}~", f"{FIRST}.sync-conflict-20260301-120000-ABCDEFG/manifest.age",
    f"kiosk-{ELM.id}-2/manifest.age", f"kiosk-{ELM.id}-00000000002", f"KIOSK-{ELM.id}-0000000002/x",
    f"kiosk-{ELM.id}-0000000003", f"kiosk-{ELM.id}-0000000000/manifest.age",
)  # fmt: skip
STRAYS_INSIDE = (
    ".syncthing.pages-001.bin.tmp", "~syncthing~manifest.age.tmp", ".pages-001.bin.AbCdEf", "pages-0001.bin",
    "manifest.age.sync-conflict-20260301-120000-ABCDEFG.minisig", "manifest (conflicted copy).age",
    ".DS_Store",
)  # fmt: skip


def test_only_names_of_our_pattern_count(folder: Path) -> None:
    (folder / "elsewhere").mkdir()
    for name in (*STRAYS, *(f"{FIRST}/{name}" for name in STRAYS_INSIDE)):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"stray")
    carrier = of_folder(folder)
    assert carrier.numbers(ELM.id, 0) == [1]
    assert received(carrier) is None
    send(carrier)
    assert carrier.numbers(ELM.id, 0) == [1]
    assert received(carrier) == list(pieces())
    carrier.clear(ELM.id, 1)
    assert {path.name for path in (folder / FIRST).iterdir()} == set(STRAYS_INSIDE)


def test_a_link_is_not_followed(folder: Path, tmp_path: Path) -> None:
    send(of_folder(folder))
    (folder / FIRST).rename(tmp_path / "elsewhere")
    (folder / FIRST).symlink_to(tmp_path / "elsewhere")
    carrier = of_folder(folder)
    assert received(carrier) is None
    refused(lambda: send(carrier), says="it goes as the next number")
    assert (tmp_path / "elsewhere" / "pages-001.bin").exists()


@pytest.mark.parametrize("file", sorted(WHOLE))
def test_what_has_come_in_part_has_not_come_yet(folder: Path, file: str) -> None:
    """A file may be missing, short, or of full size without its bytes; so it is not damaged, but late."""
    send(of_folder(folder))
    desk, path = of_folder(folder, DESK), folder / file
    whole = path.read_bytes()
    for cut in (*range(0, len(whole), 97), len(whole) - 1):
        path.write_bytes(whole[:cut])
        found = received(desk)
        assert (
            found is None
            if "manifest" in file
            else found == [*list(pieces())[: cut // 300], *[None] * (3 - cut // 300)]
        )
    path.unlink()
    assert received(desk) == (None if "manifest" in file else [None] * 3)
    path.mkdir()
    assert received(desk) == (None if "manifest" in file else [None] * 3)
    path.rmdir()
    path.write_bytes(bytes(len(whole)))
    if file.endswith("manifest.age"):
        with pytest.raises(ManifestError, match="changed after it was signed"):
            received(desk)
    else:
        # The first piece holds zeros anyway.
        assert received(desk) == (None if "manifest" in file else [next(pieces()), None, None])
    path.write_bytes(whole)
    assert received(desk) == list(pieces())
