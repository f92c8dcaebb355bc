"""Reconciling: rows and pages are brought together, and what a crash left goes."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.errors import DamageError
from kiosk.vault.catalogue import Catalogue
from kiosk.vault.reconcile import ReconcileReport
from kiosk.vault.rows import SHAPE, Row
from kiosk.vault.vault import Vault
from tests.kiosk.sealed import FIRST, SECOND
from tests.kiosk.vault.helpers import (
    NOON,
    ONE,
    THREE,
    TWO,
    Clock,
    FaultyDisk,
    always,
    forget_rows,
    page,
    sign,
)


def test_a_sound_vault_has_nothing_to_put_right(vault: Vault) -> None:
    vault.save(ONE, "a", b"x")
    vault.add_page(ONE, always(b"y"))
    vault.save(TWO, "b", b"x")
    vault.mark(TWO, "Ada", sign)
    vault.save(THREE, "c", b"x")
    vault.erase(THREE)
    report = vault.reconcile()
    assert report == ReconcileReport()


def test_pages_without_rows_are_adopted_from_their_files(vault: Vault, tmp_path: Path) -> None:
    vault.save(ONE, "a", b"x")
    vault.add_page(ONE, always(b"y"))
    for number, days in ((1, 0), (2, 5)):
        when = (NOON + timedelta(days=days)).timestamp()
        os.utime(page(tmp_path, ONE, number), (when, when))
    forget_rows(tmp_path)
    assert vault.reconcile().adopted == (ONE,)
    assert vault.rows() == (
        Row(id=ONE, name="Name 11", saved=NOON, pages=(FIRST, SECOND), last_page=NOON + timedelta(days=5)),
    )
    assert vault.reconcile().adopted == ()


def test_a_later_page_whose_row_was_lost_is_counted_again(vault: Vault, disk: FaultyDisk) -> None:
    vault.save(ONE, "a", b"x")
    disk.fails("write", after=1)
    vault.add_page(ONE, always(b"y"))
    disk.is_well()
    assert vault.row(ONE).pages == (FIRST,)
    assert vault.reconcile().adopted == (ONE,)
    assert vault.row(ONE).pages == (FIRST, SECOND)


def test_rows_without_their_pages_are_named_and_kept(vault: Vault, tmp_path: Path) -> None:
    vault.save(ONE, "a", b"x")
    vault.save(TWO, "b", b"x")
    vault.add_page(TWO, always(b"y"))
    page(tmp_path, ONE).unlink()
    page(tmp_path, TWO, 2).unlink()
    report = vault.reconcile()
    assert {row.id for row in report.pageless} == {ONE, TWO}
    assert len(vault.rows()) == 2


def test_pages_of_an_erased_entry_that_come_back_are_removed(vault: Vault, tmp_path: Path) -> None:
    vault.save(ONE, "a", b"x")
    vault.erase(ONE)
    page(tmp_path, ONE).write_bytes(b"from an old copy")
    assert vault.reconcile().erased == (ONE,)
    assert not vault.has(ONE)


def test_left_over_unfinished_files_are_removed_after_an_hour(
    vault: Vault, clock: Clock, tmp_path: Path
) -> None:
    vault.save(ONE, "a", b"x")
    left = [
        page(tmp_path, ONE).with_name(".tmp-a"),
        tmp_path / "catalogue" / ".tmp-b",
        tmp_path / "vault" / ".tmp-c",
        tmp_path / ".tmp-try.e",
        tmp_path / "audit" / ".tmp-log.f",
        page(tmp_path, TWO).with_name(f".tmp-{TWO}.{FIRST}.age.d"),
    ]
    (tmp_path / "audit").mkdir()
    for path in left:
        path.write_bytes(b"")
        os.utime(path, (clock.now.timestamp(), clock.now.timestamp()))
    clock.passes(minutes=59)
    assert vault.reconcile().swept == 0
    clock.passes(minutes=2)
    assert vault.reconcile().swept == 6
    assert not any(path.exists() for path in left)
    assert vault.has(ONE)


def test_pages_that_cannot_be_read_are_named_and_never_removed(vault: Vault, tmp_path: Path) -> None:
    vault.save(ONE, "a", b"")
    vault.save(TWO, "b", b"x")
    misplaced = tmp_path / "vault" / "00" / page(tmp_path, THREE).name
    misplaced.write_bytes(b"x")
    odd = page(tmp_path, ONE).with_name("copy of a page")
    odd.mkdir()
    nameless = page(tmp_path, ONE).with_name(f"{ONE}.0002.age")
    nameless.write_bytes(b"an older kiosk named a page by its number alone")
    forget_rows(tmp_path)
    report = vault.reconcile()
    assert report.unreadable == (misplaced, nameless, odd, page(tmp_path, ONE))
    assert all(path.exists() for path in report.unreadable)
    assert not vault.has(THREE)
    assert {row.id for row in vault.rows()} == {ONE, TWO}


def test_a_torn_log_and_a_row_that_does_not_read_are_in_the_report(vault: Vault, tmp_path: Path) -> None:
    vault.save(ONE, "a", b"x")
    vault._catalogue._log.append([], flush=False)
    late = Catalogue(tmp_path / "catalogue" / "log")
    late._table.update({"v": SHAPE - 1}, doc_ids=[ONE])  # type: ignore[list-item]
    late.close()
    with (tmp_path / "catalogue" / "log").open("ab") as file:
        file.write(b"torn")
    report = vault.reconcile()
    assert report.log.cut_bytes == 4
    assert report.unreadable_rows == (ONE,)
    assert vault.rows() == ()
    with pytest.raises(DamageError):
        vault.row(ONE)
    assert vault.pages(ONE) == (b"x",)
    vault.erase(ONE)
    assert not vault.has(ONE)
