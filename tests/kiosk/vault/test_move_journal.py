"""An entry goes on under another id: one step, that whoever comes next can finish."""

import threading
from pathlib import Path

import msgspec
import pytest

from kiosk.errors import (
    BegunError,
    DamageError,
    NewCodeError,
    NoEntryError,
    NoRoomError,
    SaveError,
    VaultError,
)
from kiosk.vault import move_journal
from kiosk.vault.move_journal import Move
from kiosk.vault.vault import Vault
from tests.kiosk.sealed import FIRST
from tests.kiosk.vault.helpers import ONE, THREE, TWO, Clock, FaultyDisk, always, name_of, sign
from tests.kiosk.vault.torture.scenes import move_of


def made(vault: Vault, **changes: object) -> Move:
    """How an entry of two pages, which staff had marked, goes on."""
    vault.save(ONE, name_of(ONE), b"first", source="paper")
    vault.add_page(ONE, always(b"second"))
    vault.mark(ONE, "Ada", sign)
    return msgspec.structs.replace(move_of(vault, ONE, TWO), **changes)


def begins(vault: Vault, move: Move, disk: FaultyDisk) -> None:
    """Let a move stop once it is decided."""
    move_journal.begin(vault.page_files, move, move_journal.encoded(move), disk=disk)


def bundle(home: Path) -> Path:
    return home / "vault" / ONE[:2] / f"{ONE}.moving"


def is_moved(vault: Vault) -> bool:
    """Whether the one is wholly gone and the other wholly there, or it is the other way round."""
    ids = {row.id for row in vault.rows()}
    assert ids in ({ONE}, {TWO})
    [there] = ids
    assert vault.pages(there) == (b"first", b"second")
    assert vault.has(ONE) != vault.has(TWO)
    return ids == {TWO}


def test_an_entry_goes_on_with_its_pages_its_dates_and_what_staff_said(vault: Vault, tmp_path: Path) -> None:
    move = made(vault)
    before = vault.row(ONE)
    dates = vault.page_files.modified(ONE)
    vault.rename_entry(move)
    assert is_moved(vault)
    after = vault.row(TWO)
    assert msgspec.structs.replace(after, id=ONE, name=before.name, tag=before.tag) == before
    assert vault.page_files.modified(TWO) == dates
    assert not bundle(tmp_path).exists()
    assert vault.reconcile().adopted == vault.reconcile().erased == ()
    with pytest.raises(NewCodeError) as told:
        vault.pages(ONE)
    assert (told.value.erased, told.value.told) == ("2026-03-01T12:00:00.000000Z", "word")


@pytest.mark.parametrize("call", ["open", "write", "fsync", "link", "rename", "unlink", "date"])
def test_a_move_in_which_any_call_fails_is_done_or_not_and_never_half(
    vault: Vault, disk: FaultyDisk, tmp_path: Path, call: str
) -> None:
    move = made(vault)
    for after in range(60):
        disk.is_well()
        disk.fails(call, after=after)
        try:
            vault.rename_entry(move)
        except NoEntryError:
            break  # the one before was finished
        except VaultError:
            disk.is_well()
        else:
            break
        vault.close()
    disk.is_well()
    vault.reconcile()
    assert is_moved(vault)
    assert not bundle(tmp_path).exists()


def test_it_is_told_apart_whether_nothing_is_done_or_it_goes_on(vault: Vault, disk: FaultyDisk) -> None:
    move = made(vault)
    disk.fails("link")  # by which it is decided
    with pytest.raises(SaveError):
        vault.rename_entry(move)
    assert not is_moved(vault)
    disk.is_well()
    disk.fails("link", after=1)  # of a page
    with pytest.raises(BegunError):
        vault.rename_entry(move)
    disk.is_well()
    vault.reconcile()
    assert is_moved(vault)


def test_a_page_that_came_meanwhile_stops_the_move(vault: Vault, tmp_path: Path) -> None:
    move = made(vault)
    vault.add_page(ONE, always(b"third"))
    with pytest.raises(SaveError, match="changed at the same moment"):
        vault.rename_entry(move)
    assert vault.pages(ONE) == (b"first", b"second", b"third")
    assert (vault.has(TWO), bundle(tmp_path).exists()) == (False, False)
    vault.add_page(ONE, always(b"fourth"))


def test_what_staff_said_meanwhile_stops_the_move(vault: Vault) -> None:
    move = made(vault)
    vault.mark(ONE, "Ben", sign, state="agreed")
    with pytest.raises(SaveError):
        vault.rename_entry(move)
    assert vault.row(ONE).state == "agreed"
    vault.rename_entry(move_of(vault, ONE, TWO))
    assert vault.row(TWO).state == "agreed"


def test_nothing_is_added_to_an_entry_whose_move_is_decided(vault: Vault, disk: FaultyDisk) -> None:
    begins(vault, made(vault), disk)
    with pytest.raises(NoEntryError):
        vault.add_page(ONE, always(b"third"))
    vault.reconcile()
    assert is_moved(vault)


def test_a_page_whose_writer_was_at_work_when_the_move_was_decided_is_refused(
    vault: Vault, disk: FaultyDisk
) -> None:
    move = made(vault)

    def late(_number: int) -> bytes:
        begins(vault, move, disk)
        return b"third"

    with pytest.raises(NoEntryError):
        vault.add_page(ONE, late)
    vault.reconcile()
    assert is_moved(vault)


def test_a_customer_who_deletes_while_a_move_stands_still_finds_it_moved(
    vault: Vault, disk: FaultyDisk
) -> None:
    begins(vault, made(vault), disk)
    with pytest.raises(NoEntryError):
        vault.erase(ONE)
    assert is_moved(vault)
    with pytest.raises(NoEntryError):
        vault.erase(ONE)


def test_an_entry_that_was_deleted_before_is_not_moved(vault: Vault, disk: FaultyDisk) -> None:
    move = made(vault)
    vault.erase(ONE)
    with pytest.raises(NoEntryError):
        vault.rename_entry(move)
    begins(vault, move, disk)
    vault.reconcile()
    assert vault.rows() == ()
    assert not vault.has(TWO)


def test_a_list_that_was_lost_on_the_way_is_made_again(
    vault: Vault, disk: FaultyDisk, tmp_path: Path
) -> None:
    begins(vault, made(vault), disk)
    vault.close()
    (tmp_path / "catalogue" / "log").unlink()
    vault.reconcile()
    assert is_moved(vault)
    assert vault.row(TWO).picked_up_by == "Ada"


def test_no_older_copy_brings_the_old_one_back(vault: Vault, tmp_path: Path) -> None:
    vault.rename_entry(made(vault))
    page = tmp_path / "vault" / ONE[:2] / f"{ONE}.{FIRST}.age"
    page.write_bytes(b"first")
    assert not vault.has(ONE)
    vault.close()
    (tmp_path / "catalogue" / "log").unlink()
    vault.reconcile()
    assert not page.exists()
    assert {row.id for row in vault.rows()} == {TWO}
    with pytest.raises(NewCodeError):
        vault.pages(ONE)


@pytest.mark.parametrize(
    "held", [b"", b"{", b"[]", b'{"version":2}'], ids=["empty", "torn", "a list", "a later version"]
)
def test_what_does_not_read_moves_nothing_loses_nothing_and_is_named(
    vault: Vault, tmp_path: Path, held: bytes
) -> None:
    made(vault)
    bundle(tmp_path).write_bytes(held)
    assert vault.reconcile().unreadable == (bundle(tmp_path),)
    assert vault.reconcile().pageless == ()
    assert vault.pages(ONE) == (b"first", b"second")
    assert vault.row(ONE).picked_up_by == "Ada"


def test_what_does_not_read_keeps_nobody_from_deleting(vault: Vault, tmp_path: Path) -> None:
    made(vault)
    bundle(tmp_path).write_bytes(b"junk")
    vault.erase(ONE)
    assert not vault.has(ONE)
    assert not bundle(tmp_path).exists()
    assert vault.reconcile().unreadable == ()


def test_pages_that_were_put_back_without_the_tombstone_beside_them_go_again(
    vault: Vault, tmp_path: Path
) -> None:
    vault.rename_entry(made(vault))
    page = tmp_path / "vault" / ONE[:2] / f"{ONE}.{FIRST}.age"
    page.write_bytes(b"first")
    page.with_name(f"{ONE}.erased").unlink()
    vault.erase(ONE, sign, again=True)
    assert not page.exists()
    with pytest.raises(NewCodeError):
        vault.pages(ONE)


def test_a_file_of_another_entry_moves_nothing(vault: Vault, tmp_path: Path, disk: FaultyDisk) -> None:
    move = made(vault)
    vault.save(THREE, name_of(THREE), b"other")
    other = tmp_path / "vault" / THREE[:2] / f"{THREE}.moving"
    other.write_bytes(move_journal.encoded(move))
    assert vault.reconcile().unreadable == (other,)
    tell = "It says how an entry gets a new code. Run 'kiosk doctor': it says what to do with this file."
    for data, why in ((other.read_bytes(), "belongs to another entry"), (b"{", "cannot be read")):
        other.write_bytes(data)
        with pytest.raises(DamageError) as told:
            move_journal.finish(vault.page_files, vault._catalogue, THREE)
        assert str(told.value) == f"{other} {why}. {tell}"
    assert vault.pages(THREE) == (b"other",)
    assert disk.calls


def test_pages_that_are_there_already_are_not_written_over(vault: Vault, disk: FaultyDisk) -> None:
    move = made(vault)
    vault.save(TWO, name_of(TWO), b"somebody's")
    begins(vault, move, disk)
    vault.reconcile()
    assert vault.pages(TWO)[0] == b"somebody's"


def test_what_staff_were_writing_goes_along(vault: Vault, tmp_path: Path) -> None:
    folder = tmp_path / "unfinished"
    folder.mkdir()
    (folder / f"{ONE}.note.{'a' * 16}.age").write_bytes(b"a note")
    (folder / f"{THREE}.note.{'a' * 16}.age").write_bytes(b"another")
    vault.rename_entry(made(vault))
    assert {path.name[:32]: path.read_bytes() for path in folder.iterdir()} == {
        TWO: b"a note",
        THREE: b"another",
    }


def test_a_full_disk_moves_nothing(vault: Vault, disk: FaultyDisk, tmp_path: Path) -> None:
    move = made(vault)
    disk.room = 1
    with pytest.raises(NoRoomError):
        vault.rename_entry(move)
    assert not is_moved(vault)
    assert not bundle(tmp_path).exists()


def test_whoever_looks_on_sees_the_one_or_the_other(vault: Vault, tmp_path: Path, clock: Clock) -> None:
    move, other = made(vault), Vault(tmp_path, clock=clock, name_of=name_of)
    with move_journal.alone(tmp_path / "vault", shared=True):
        moves = threading.Thread(target=lambda: other.rename_entry(move))
        moves.start()
        moves.join(0.2)
        assert moves.is_alive()
        assert not is_moved(vault)
    moves.join()
    assert is_moved(vault)
    other.close()
