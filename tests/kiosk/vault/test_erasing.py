"""Erasing: the tombstone first, then every page, whatever stops it and whoever writes meanwhile."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk import outside
from kiosk.errors import NoEntryError, VaultError
from kiosk.vault.durable import Disk
from kiosk.vault.vault import Vault
from tests.kiosk.vault.helpers import ONE, TWO, FaultyDisk, always, names_in, page, sign


def test_an_erased_entry_is_gone_and_its_tombstone_stays(vault: Vault, tmp_path: Path) -> None:
    vault.save(ONE, "a", b"x")
    vault.add_page(ONE, always(b"y"))
    vault.erase(ONE)
    assert not vault.has(ONE)
    assert names_in(page(tmp_path, ONE).parent) == []
    assert vault.rows() == ()
    with pytest.raises(NoEntryError):
        vault.row(ONE)
    with pytest.raises(NoEntryError):
        vault.mark_picked_up(ONE, "Ada", sign)
    vault.erase(ONE)
    with pytest.raises(NoEntryError):
        vault.erase(TWO)


def test_the_tombstone_is_flushed_before_a_page_goes(vault: Vault, disk: FaultyDisk) -> None:
    vault.save(ONE, "a", b"x")
    disk.calls.clear()
    vault.erase(ONE)
    assert disk.calls.index("fsync") < disk.calls.index("unlink")
    assert disk.calls[-1] == "fsync"
    assert disk.calls.count("fsync") == 3  # the tombstone, once its folder, and the shelf


def test_an_erasing_without_its_tombstone_removes_nothing(vault: Vault, disk: FaultyDisk) -> None:
    vault.save(ONE, "a", b"x")
    disk.fails("fsync")
    with pytest.raises(VaultError, match="not erased"):
        vault.erase(ONE)
    disk.is_well()
    assert vault.pages(ONE) == (b"x",)
    assert vault.row(ONE).state == "waiting"


@pytest.mark.parametrize(("call", "after"), [("unlink", 0), ("unlink", 1), ("fsync", 2)])
def test_an_erasing_that_stops_half_way_is_finished_by_reconcile(
    vault: Vault, disk: FaultyDisk, tmp_path: Path, call: str, after: int
) -> None:
    vault.save(ONE, "a", b"x")
    vault.add_page(ONE, always(b"y"))
    disk.fails(call, after=after)
    with pytest.raises(VaultError):
        vault.erase(ONE)
    disk.is_well()
    assert vault.has(ONE) == (call == "unlink" and after == 0)
    report = vault.reconcile()
    assert report.erased == ((ONE,) if call == "unlink" else ())
    assert not report.adopted
    assert not report.pageless
    assert not report.unreadable
    assert names_in(tmp_path / "vault" / "11") == []


@pytest.mark.parametrize(("call", "after"), [("unlink", 0), ("unlink", 1), ("fsync", 2)])
def test_an_erasing_that_stopped_half_way_can_be_called_again(
    vault: Vault, disk: FaultyDisk, tmp_path: Path, call: str, after: int
) -> None:
    vault.save(ONE, "a", b"x")
    vault.add_page(ONE, always(b"y"))
    disk.fails(call, after=after)
    with pytest.raises(VaultError):
        vault.erase(ONE)
    disk.is_well()
    disk.calls.clear()
    vault.erase(ONE)
    assert disk.calls[-1] == "fsync"
    assert names_in(tmp_path / "vault" / "11") == []
    assert vault.reconcile().erased == ()


def test_an_erasing_takes_what_a_crash_left_of_the_entry_with_it(vault: Vault, tmp_path: Path) -> None:
    """A crash between a page's two names leaves both, and either holds all of it."""
    vault.save(ONE, "a", b"x")
    left = page(tmp_path, ONE).with_name(f".tmp-{ONE}.0001.age.0123")
    left.hardlink_to(page(tmp_path, ONE))
    vault.erase(ONE)
    assert names_in(left.parent) == []


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
    assert names_in(tmp_path / "vault" / "11") == []


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

    writer._pages._disk = Late()
    with pytest.raises(NoEntryError):
        writer.add_page(ONE, always(b"two"))
    assert names_in(tmp_path / "vault" / "11") == []
    assert not vault.has(ONE)


def test_a_page_that_a_killed_writer_left_of_an_erased_entry_is_found_by_nobody_and_goes(
    vault: Vault, tmp_path: Path
) -> None:
    vault.save(ONE, "a", b"one")
    vault.erase(ONE)
    page(tmp_path, ONE, 2).write_bytes(b"two")
    assert not vault.has(ONE)
    with pytest.raises(NoEntryError):
        vault.pages(ONE)
    report = vault.reconcile()
    assert report.erased == (ONE,)
    assert not report.unreadable
    assert names_in(tmp_path / "vault" / "11") == []


def test_an_entry_that_is_erased_while_it_is_read_is_not_read_in_part(
    opened: Callable[..., Vault], monkeypatch: pytest.MonkeyPatch
) -> None:
    vault, other = opened(), opened()
    vault.save(ONE, "a", b"one")
    vault.add_page(ONE, always(b"two"))
    read = outside.read_in

    def erased_after_the_first(folder: int, name: str, most: int) -> bytes:
        data = read(folder, name, most)
        other.erase(ONE)
        return data

    monkeypatch.setattr(outside, "read_in", erased_after_the_first)
    with pytest.raises(NoEntryError):
        vault.pages(ONE)
