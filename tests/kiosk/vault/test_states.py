"""What became of an entry: said by staff, kept, and undone by no other writer."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.errors import DamageError, NoEntryError, VaultError
from kiosk.vault.catalogue import Catalogue
from kiosk.vault.reconcile import ReconcileReport
from kiosk.vault.rows import marks_of
from kiosk.vault.states import STATES
from kiosk.vault.vault import Vault
from tests.kiosk.sealed import FIRST, SECOND
from tests.kiosk.vault.helpers import (
    NOON,
    ONE,
    TWO,
    Clock,
    FaultyDisk,
    always,
    forget_rows,
    name_of,
    names_in,
    sign,
)


def test_a_state_stands_in_the_row_and_the_entry_counts_as_picked_up_and_seen(
    vault: Vault, clock: Clock
) -> None:
    vault.save(ONE, "a", b"x")
    clock.passes(hours=1)
    row = vault.mark(ONE, "Ada", sign, state="talked through")
    assert (row.state, row.became, row.picked_up_by) == ("talked through", "talked through", "Ada")
    assert (row.picked_up, row.seen, row.is_news) == (clock.now, FIRST, False)
    assert vault.row(ONE) == row
    assert vault.rows() == (row,)


def test_whoever_picked_it_up_first_stays_whatever_becomes_of_it(vault: Vault, clock: Clock) -> None:
    vault.save(ONE, "a", b"x")
    first = vault.mark(ONE, "Ada", sign)
    for state in STATES[1:]:
        clock.passes(hours=1)
        row = vault.mark(ONE, "Ben", sign, state=state)
        assert (row.state, row.seen) == (state, FIRST)
        assert (row.picked_up_by, row.picked_up) == ("Ada", first.picked_up)
    again = vault.mark(ONE, "Cid", sign)
    assert (again.state, again.picked_up_by) == ("closed", "Ada")
    # Set back to waiting, nobody has: the next one is the first.
    back = vault.mark(ONE, "Ben", sign, state="waiting")
    assert (back.state, back.picked_up_by, back.picked_up, back.seen) == ("waiting", "", None, "")
    again = vault.mark(ONE, "Cid", sign)
    assert (again.state, again.picked_up_by, again.turn) == ("picked up", "Cid", back.turn + 1)


def test_a_state_is_kept_by_every_vault_that_is_opened_later(
    vault: Vault, opened: Callable[..., Vault]
) -> None:
    vault.save(ONE, "a", b"x")
    row = vault.mark(ONE, "Ada", sign, state="agreed")
    assert opened().row(ONE) == row
    vault._catalogue._log.compact()
    assert opened().row(ONE) == row
    vault.reconcile()
    assert vault.row(ONE) == row


def test_a_state_is_flushed_before_it_is_shown(vault: Vault, disk: FaultyDisk) -> None:
    vault.save(ONE, "a", b"x")
    disk.calls.clear()
    vault.mark(ONE, "Ada", sign, state="agreed")
    assert disk.calls.index("write") < disk.calls.index("fsync")


@pytest.mark.parametrize("call", ["open", "write", "fsync"])
def test_a_state_that_the_disk_does_not_take_is_told_and_can_be_tried_again(
    vault: Vault, disk: FaultyDisk, call: str
) -> None:
    vault.save(ONE, "a", b"x")
    vault.mark(ONE, "Ada", sign)
    disk.fails(call)
    with pytest.raises(VaultError, match=r"The status could not be saved\. Tell"):
        vault.mark(ONE, "Ada", sign, state="agreed")
    disk.is_well()
    assert vault.row(ONE).state == "picked up"
    assert vault.mark(ONE, "Ada", sign, state="agreed").state == "agreed"


def test_what_is_not_there_or_was_erased_takes_no_state(vault: Vault) -> None:
    vault.save(ONE, "a", b"x")
    vault.erase(ONE)
    for gone in (ONE, TWO, "no id"):
        with pytest.raises(NoEntryError):
            vault.mark(gone, "Ada", sign, state="agreed")
    assert vault.rows() == ()
    assert vault.reconcile().erased == ()


def test_an_entry_that_is_erased_in_the_moment_of_its_state_stays_erased(
    opened: Callable[..., Vault], tmp_path: Path
) -> None:
    other = opened()

    class Busy(FaultyDisk):
        def open(self, path: Path, flags: int) -> int:
            if self.calls == ["now"]:
                self.calls.clear()
                other.erase(ONE)
            return super().open(path, flags)

    disk = Busy()
    vault = opened(disk=disk)
    vault.save(ONE, "a", b"x")
    need_row = vault._need_row

    def needed(entry_id: str) -> None:
        need_row(entry_id)
        disk.calls[:] = ["now"]

    vault._need_row = needed  # type: ignore[method-assign]
    with pytest.raises(NoEntryError):
        vault.mark(ONE, "Ada", sign, state="agreed")
    assert not vault.has(ONE)
    assert vault._catalogue.is_erased(ONE)
    assert names_in(tmp_path / "vault" / "11") == [f"{ONE}.erased"]


def test_a_row_that_was_lost_is_rebuilt_before_it_takes_a_state(
    vault: Vault, tmp_path: Path, clock: Clock
) -> None:
    vault.save(ONE, "a", b"x")
    vault.add_page(ONE, always(b"y"))
    forget_rows(tmp_path)
    row = vault.mark(ONE, "Ada", sign, state="agreed")
    assert (row.name, row.pages, row.state, row.picked_up_by) == ("Name 11", (FIRST, SECOND), "agreed", "Ada")
    assert vault.reconcile() == ReconcileReport()


def test_a_row_that_was_rebuilt_from_its_pages_waits_again(vault: Vault, tmp_path: Path) -> None:
    """What staff said stands in a sealed page, too, which nobody reads here."""
    vault.save(ONE, "a", b"x")
    vault.mark(ONE, "Ada", sign, state="closed")
    forget_rows(tmp_path)
    vault.reconcile()
    row = vault.row(ONE)
    assert (row.state, row.became, row.picked_up, row.is_news) == ("waiting", None, None, True)


def test_a_row_that_arrives_after_a_state_does_not_undo_it(vault: Vault, tmp_path: Path) -> None:
    vault.save(ONE, "a", b"x")
    forget_rows(tmp_path)
    vault.reconcile()
    vault.mark(ONE, "Ada", sign, state="closed")
    late = Catalogue(tmp_path / "catalogue" / "log")
    late.note_saved(ONE, "Amber Heron", FIRST, NOON, source="paper")
    late.note_page(ONE, SECOND, NOON)
    late.close()
    row = vault.row(ONE)
    assert (row.name, row.source, row.pages) == (name_of(ONE), "paper", (FIRST, SECOND))
    assert (row.state, row.picked_up_by) == ("closed", "Ada")


def test_two_desks_that_say_what_became_of_different_entries_undo_nothing(
    opened: Callable[..., Vault],
) -> None:
    one, other = opened(), opened()
    for entry_id in (ONE, TWO):
        one.save(entry_id, "a", b"x")
    assert {row.id for row in other.rows()} == {ONE, TWO}
    one.mark(ONE, "Ada", sign, state="closed")
    other.mark(TWO, "Ben", sign, state="agreed")
    assert {row.id: row.state for row in one.rows()} == {ONE: "closed", TWO: "agreed"}
    assert one.rows() == other.rows()


def test_a_state_that_is_unknown_here_is_told_as_a_row_that_does_not_read_and_is_not_lost(
    vault: Vault, tmp_path: Path
) -> None:
    """It is of a newer kiosk: this one neither guesses what it means nor writes over it by itself."""
    vault.save(ONE, "a", b"x")
    vault.save(TWO, "b", b"x")
    vault.mark(ONE, "Ada", sign, state="closed")
    newer = Catalogue(tmp_path / "catalogue" / "log")
    said = {**newer.documents()[ONE], "state": "archived", "turn": 2}
    newer._table.update({**said, "tag": sign(ONE, said)}, doc_ids=[ONE])  # type: ignore[list-item]
    newer.close()
    with pytest.raises(DamageError, match="cannot be read"):
        vault.row(ONE)
    with pytest.raises(DamageError):
        vault.mark(ONE, "Ben", sign)
    assert [row.id for row in vault.rows()] == [TWO]
    assert vault.reconcile().unreadable_rows == (ONE,)
    vault._catalogue._log.compact()
    assert vault._catalogue.documents()[ONE]["state"] == "archived"
    assert vault.pages(ONE) == (b"x",)
    vault.erase(ONE)
    assert not vault.has(ONE)
    assert vault.reconcile().unreadable_rows == ()


def test_a_state_that_the_desk_did_not_say_keeps_nobody_from_marking(vault: Vault, tmp_path: Path) -> None:
    vault.save(ONE, "a", b"x")
    forger = Catalogue(tmp_path / "catalogue" / "log")
    forger._table.update({"state": "archived", "turn": 3}, doc_ids=[ONE])  # type: ignore[list-item]
    forger.close()
    with pytest.raises(DamageError):
        vault.row(ONE)
    row = vault.mark(ONE, "Ben", sign)
    assert (row.state, row.turn, row.tag) == ("picked up", 4, sign(ONE, marks_of(row)))
    assert vault.rows() == (row,)
