"""Erasing: the tombstone first, then every page, whatever stops it and whoever writes meanwhile."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from kiosk import untrusted
from kiosk.errors import NoEntryError, SaveError, VaultError
from kiosk.vault.durable import Disk
from kiosk.vault.page_files import PageFiles
from kiosk.vault.reconcile import ReconcileReport
from kiosk.vault.vault import Vault
from tests.kiosk.sealed import FIRST
from tests.kiosk.vault.helpers import (
    NOON,
    ONE,
    TWO,
    Clock,
    FaultyDisk,
    always,
    forget_rows,
    names_in,
    page,
    sign,
)

TOMBSTONE = [f"{ONE}.erased"]


def test_an_erased_entry_is_gone_and_its_tombstone_stays(vault: Vault, tmp_path: Path) -> None:
    vault.save(ONE, "a", b"x")
    vault.add_page(ONE, always(b"y"))
    vault.erase(ONE)
    assert not vault.has(ONE)
    assert names_in(page(tmp_path, ONE).parent) == TOMBSTONE
    assert vault.rows() == ()
    with pytest.raises(NoEntryError):
        vault.row(ONE)
    with pytest.raises(NoEntryError):
        vault.mark(ONE, "Ada", sign)
    vault.erase(ONE)
    with pytest.raises(NoEntryError):
        vault.erase(TWO)


def test_the_tombstone_is_flushed_before_a_page_goes(vault: Vault, disk: FaultyDisk) -> None:
    vault.save(ONE, "a", b"x")
    disk.calls.clear()
    vault.erase(ONE)
    # In the list and once its folder, then beside the pages its bytes and its name, and last the shelf.
    assert [call for call in disk.calls if call in ("write", "fsync", "unlink")] == [
        *("write", "fsync", "fsync"),
        *("write", "fsync", "fsync"),
        *("unlink", "fsync"),
    ]


def test_an_erasing_without_its_tombstone_removes_nothing(vault: Vault, disk: FaultyDisk) -> None:
    vault.save(ONE, "a", b"x")
    disk.fails("fsync")
    with pytest.raises(VaultError, match="not deleted"):
        vault.erase(ONE)
    disk.is_well()
    assert vault.pages(ONE) == (b"x",)
    assert vault.row(ONE).state == "waiting"


@pytest.mark.parametrize(("call", "after"), [("fsync", 2), ("unlink", 0), ("unlink", 1), ("fsync", 4)])
@pytest.mark.parametrize("again", [False, True])
def test_an_erasing_that_stops_half_way_is_finished_by_reconcile_or_called_again(
    vault: Vault, disk: FaultyDisk, tmp_path: Path, call: str, after: int, again: bool
) -> None:
    vault.save(ONE, "a", b"x")
    vault.add_page(ONE, always(b"y"))
    disk.fails(call, after=after)
    with pytest.raises(VaultError):
        vault.erase(ONE)
    disk.is_well()
    assert not vault.has(ONE)
    if again:
        disk.calls.clear()
        vault.erase(ONE)
        assert disk.calls[-1] == "fsync"
    report = vault.reconcile()
    assert report.erased == (() if again or (call, after) == ("fsync", 4) else (ONE,))
    assert not report.adopted
    assert not report.pageless
    assert not report.unreadable
    assert names_in(tmp_path / "vault" / "11") == TOMBSTONE


def test_an_erasing_takes_what_a_crash_left_of_the_entry_with_it(vault: Vault, tmp_path: Path) -> None:
    """A crash between a page's two names leaves both, and either holds all of it."""
    vault.save(ONE, "a", b"x")
    left = page(tmp_path, ONE).with_name(f".tmp-{ONE}.{FIRST}.age.0123")
    left.hardlink_to(page(tmp_path, ONE))
    vault.erase(ONE)
    assert names_in(left.parent) == TOMBSTONE


@pytest.mark.parametrize("when", ["link", "fsync"])
def test_a_page_added_while_its_entry_is_erased_is_refused(
    opened: Callable[..., Vault], tmp_path: Path, when: str
) -> None:
    other = opened()

    class Busy(FaultyDisk):
        def _note(self, call: str) -> None:
            super()._note(call)
            if call == when and self.calls.count(call) == 1:
                other.erase(ONE)

    other.save(ONE, "a", b"one")
    with pytest.raises(NoEntryError):
        opened(disk=Busy()).add_page(ONE, always(b"two"))
    assert names_in(tmp_path / "vault" / "11") == TOMBSTONE


def test_a_page_linked_after_the_erasing_looked_is_removed_by_its_own_writer(
    opened: Callable[..., Vault], disk: FaultyDisk, tmp_path: Path
) -> None:
    vault, writer = opened(), opened(disk=disk)
    vault.save(ONE, "a", b"one")

    class Late(Disk):
        """Links once the entry is gone, as a process that was stopped just before would."""

        def link(self, source: Path, target: Path) -> None:
            vault.erase(ONE)
            source.write_bytes(b"two")
            super().link(source, target)

    writer.page_files._disk = Late()
    with pytest.raises(NoEntryError):
        writer.add_page(ONE, always(b"two"))
    assert names_in(tmp_path / "vault" / "11") == TOMBSTONE
    assert not vault.has(ONE)


@pytest.mark.parametrize("after", [1, 2])
@pytest.mark.parametrize("does", [(untrusted, "read_in"), (PageFiles, "_on")])
@pytest.mark.parametrize("first", [True, False])
def test_an_entry_that_is_erased_while_it_is_read_is_not_read_in_part(
    opened: Callable[..., Vault],
    disk: FaultyDisk,
    monkeypatch: pytest.MonkeyPatch,
    after: int,
    does: tuple[object, str],
    first: bool,
) -> None:
    """Whoever erases has come so far by then, and has removed a page or all of them."""
    vault, other = opened(), opened(disk=disk)
    vault.save(ONE, "a", b"one")
    vault.add_page(ONE, always(b"two"))
    disk.fails("unlink", after=after)
    call = getattr(*does)

    def erased_meanwhile(*given: Any) -> Any:
        monkeypatch.setattr(*does, call)
        found = None if first else call(*given)
        with suppress(VaultError):
            other.erase(ONE)
        return call(*given) if first else found

    monkeypatch.setattr(*does, erased_meanwhile)
    with pytest.raises(NoEntryError):
        vault.pages(ONE)


# -- the tombstone beside the pages


def put_back(home: Path, *numbers: int) -> None:
    """Put pages of the entry back, as somebody does who has an older copy of the folder."""
    for number in numbers:
        page(home, ONE, number).write_bytes(b"x")


def test_an_entry_stays_erased_whatever_becomes_of_the_list_and_whoever_puts_its_pages_back(
    vault: Vault, tmp_path: Path
) -> None:
    for entry_id in (ONE, TWO):
        vault.save(entry_id, "a", b"x")
    vault.erase(ONE)
    forget_rows(tmp_path)
    put_back(tmp_path, 1, 2)
    for _ in range(2):
        assert not vault.has(ONE)
        with pytest.raises(NoEntryError):
            vault.pages(ONE)
        with pytest.raises(NoEntryError):
            vault.row(ONE)
        with pytest.raises(NoEntryError):
            vault.add_page(ONE, always(b"y"))
        with pytest.raises(SaveError):
            vault.save(ONE, "a", b"x")
        vault.reconcile()
        assert [row.id for row in vault.rows()] == [TWO]
    assert names_in(tmp_path / "vault" / "11") == TOMBSTONE
    assert vault.erased() == {ONE}
    assert vault.reconcile() == ReconcileReport()


def test_a_list_that_is_made_again_says_of_what_was_erased_what_it_said_before(
    vault: Vault, tmp_path: Path
) -> None:
    for entry_id, signed in ((ONE, None), (TWO, sign)):
        vault.save(entry_id, "a", b"x")
        vault.erase(entry_id, signed, why="" if signed else "time")
    before = vault._catalogue.documents()
    assert before[ONE]["why"] == "time"
    forget_rows(tmp_path)
    vault.reconcile()
    assert vault._catalogue.documents() == before


def test_a_tombstone_that_stands_in_the_list_alone_is_set_beside_the_pages(
    vault: Vault, tmp_path: Path, clock: Clock
) -> None:
    vault.save(ONE, "a", b"x")
    vault.erase(ONE)
    tombstone = page(tmp_path, ONE).with_name(TOMBSTONE[0])
    before = tombstone.read_bytes()
    tombstone.unlink()
    clock.passes(days=1)
    vault.reconcile()
    assert tombstone.read_bytes() == before
    assert tombstone.stat().st_mtime == NOON.timestamp()


def test_a_tombstone_counts_by_its_name_whatever_it_holds(vault: Vault, tmp_path: Path) -> None:
    vault.save(ONE, "a", b"x")
    vault.erase(ONE)
    for held in (b"", b"\xff", b"[]", b'{"erased": 7, "v": 99}', b"x" * 10_000):
        forget_rows(tmp_path)
        page(tmp_path, ONE).with_name(TOMBSTONE[0]).write_bytes(held)
        put_back(tmp_path, 1)
        vault.reconcile()
        assert vault.erased() == {ONE}, held[:20]
        assert names_in(tmp_path / "vault" / "11") == TOMBSTONE
        assert vault.reconcile() == ReconcileReport()


@pytest.mark.parametrize("lost", ["the list", "the tombstone beside the pages"])
def test_an_erasing_whose_tombstone_is_in_one_place_alone_can_be_called_again(
    vault: Vault, tmp_path: Path, lost: str
) -> None:
    vault.save(ONE, "a", b"x")
    vault.erase(ONE)
    if lost == "the list":
        forget_rows(tmp_path)
    else:
        page(tmp_path, ONE).with_name(TOMBSTONE[0]).unlink()
    put_back(tmp_path, 1)
    vault.erase(ONE)
    assert names_in(tmp_path / "vault" / "11") == TOMBSTONE
    assert vault.erased() == {ONE}
    assert vault.reconcile() == ReconcileReport()


def test_a_tombstone_that_a_crash_left_half_written_is_written_whole_by_whoever_erases_again(
    vault: Vault, tmp_path: Path
) -> None:
    vault.save(ONE, "a", b"x")
    vault.erase(ONE)
    tombstone = page(tmp_path, ONE).with_name(TOMBSTONE[0])
    before = tombstone.read_bytes()
    for half in (b"", before[:9], before + b"more"):
        tombstone.write_bytes(half)
        vault.erase(ONE)
        assert tombstone.read_bytes() == before


@pytest.mark.parametrize(
    "make", [Path.mkdir, lambda path: path.symlink_to("/dev/zero")], ids=["folder", "link"]
)
def test_what_somebody_put_in_the_place_of_a_tombstone_counts_as_one_and_stops_nobody(
    vault: Vault, tmp_path: Path, make: Callable[[Path], object]
) -> None:
    vault.save(ONE, "a", b"x")
    make(page(tmp_path, ONE).with_name(TOMBSTONE[0]))
    assert not vault.has(ONE)
    vault.erase(ONE)
    assert names_in(tmp_path / "vault" / "11") == TOMBSTONE
    assert vault.reconcile() == ReconcileReport()
