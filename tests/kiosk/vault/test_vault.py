import errno
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiosk.errors import DamageError, NoEntryError, NoRoomError, SaveError, VaultError
from kiosk.states import STATES
from kiosk.vault import durable
from kiosk.vault.catalogue import Catalogue, Row
from kiosk.vault.durable import Disk
from kiosk.vault.reconcile import Report
from kiosk.vault.rows import to_text
from kiosk.vault.vault import Vault
from tests.kiosk.vault.helpers import NOON, ONE, THREE, TWO, Clock, FaultyDisk, files_below, names_in


def name_of(entry_id: str) -> str:
    return f"Name {entry_id[:2]}"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def disk() -> FaultyDisk:
    return FaultyDisk()


@pytest.fixture
def opened(tmp_path: Path, clock: Clock) -> Iterator[Callable[..., Vault]]:
    vaults: list[Vault] = []

    def open_vault(**kwargs: Any) -> Vault:
        quick = {"disk": FaultyDisk()} | kwargs
        vaults.append(Vault(tmp_path, clock=clock, name_of=name_of, **quick))
        return vaults[-1]

    yield open_vault
    for vault in vaults:
        vault.close()


@pytest.fixture
def vault(opened: Callable[..., Vault], disk: FaultyDisk) -> Vault:
    return opened(disk=disk)


def page(home: Path, entry_id: str, number: int = 1) -> Path:
    return home / "vault" / entry_id[:2] / f"{entry_id}.{number:04d}.age"


def forget_rows(home: Path) -> None:
    (home / "catalogue" / "log").unlink()


# Saving and reading -------------------------------------------------------------------------------------


def test_a_saved_entry_lies_at_its_place_and_reads_back(vault: Vault, tmp_path: Path) -> None:
    assert vault.save(ONE, "Amber Heron", b"sealed") is True
    assert page(tmp_path, ONE).read_bytes() == b"sealed"
    assert vault.pages(ONE) == (b"sealed",)
    assert vault.has(ONE)
    assert not vault.has(TWO)
    row = Row(id=ONE, name="Amber Heron", saved=NOON, last_page=NOON)
    assert vault.row(ONE) == row
    assert vault.rows() == (row,)
    assert row.state == "waiting"
    assert files_below(tmp_path) == {
        f"vault/11/{ONE}.0001.age",
        "vault/.ready",
        "catalogue/log",
        "catalogue/log.lock",
    }


def test_opening_a_vault_makes_nothing(opened: Callable[..., Vault], tmp_path: Path) -> None:
    vault = opened()
    assert not vault.has(ONE)
    with pytest.raises(NoEntryError):
        vault.pages(ONE)
    assert names_in(tmp_path) == []


def test_rows_come_newest_first_and_later_lines_before_earlier_ones(vault: Vault, clock: Clock) -> None:
    vault.save(ONE, "a", b"x")
    vault.save(TWO, "b", b"x")
    clock.passes(hours=-1)
    vault.save(THREE, "c", b"x")
    assert [row.id for row in vault.rows()] == [TWO, ONE, THREE]


def test_a_paper_form_is_marked_and_its_row_is_flushed(vault: Vault, disk: FaultyDisk) -> None:
    vault.save(TWO, "b", b"x")
    disk.calls.clear()
    vault.save(ONE, "a", b"x")
    unflushed = disk.calls.count("fsync")
    disk.calls.clear()
    vault.save(THREE, "c", b"x", source="paper", typed_in_by="Ada")
    assert disk.calls.count("fsync") == unflushed + 2  # the log, and once its folder
    assert (vault.row(THREE).source, vault.row(THREE).typed_in_by) == ("paper", "Ada")


def test_a_new_entry_costs_two_flushes_its_file_and_its_shelf(vault: Vault, tmp_path: Path) -> None:
    flushed: list[str] = []

    class Watched(Disk):
        def fsync(self, descriptor: int) -> None:
            flushed.append(str(Path(f"/proc/self/fd/{descriptor}").readlink().relative_to(tmp_path)))
            super().fsync(descriptor)

    vault.save(ONE, "a", b"x")
    with Vault(tmp_path, clock=Clock(), name_of=name_of, disk=Watched()) as watched:
        watched.save(TWO, "b", b"x")
        watched.add_page(TWO, b"y")
    assert flushed == [flushed[0], "vault/aa", flushed[2], "vault/aa"]
    assert flushed[0].startswith(f"vault/aa/.tmp-{TWO}.0001.age.")
    assert flushed[2].startswith(f"vault/aa/.tmp-{TWO}.0002.age.")


def test_saving_does_not_read_the_catalogue(opened: Callable[..., Vault], tmp_path: Path) -> None:
    first = opened()
    first.save(ONE, "a", b"x")
    first.save(TWO, "b", b"x")
    log = tmp_path / "catalogue" / "log"
    log.write_bytes(log.read_bytes().replace(b'"a"', b'"!"', 1))
    other = opened()
    assert other.save(THREE, "c", b"x") is True
    assert other.pages(ONE) == (b"x",)
    assert other._catalogue.damage.bad_lines == 0
    assert {row.id for row in other.rows()} == {TWO, THREE}
    assert other._catalogue.damage.bad_lines == 1


def test_an_id_that_is_there_is_refused_and_its_page_stays(vault: Vault) -> None:
    vault.save(ONE, "a", b"first")
    with pytest.raises(SaveError, match="there already"):
        vault.save(ONE, "a", b"second")
    assert vault.pages(ONE) == (b"first",)


@pytest.mark.parametrize(
    "bad", ["", "1" * 31, "1" * 33, "A" * 32, "../" + "1" * 29, "1" * 31 + "\n", "\u0661" * 32]
)
def test_what_is_no_id_never_becomes_a_path(vault: Vault, tmp_path: Path, bad: str) -> None:
    with pytest.raises(ValueError, match="32 hexadecimal digits"):
        vault.save(bad, "a", b"x")
    assert not vault.has(bad)
    calls: list[Callable[[], object]] = [
        lambda: vault.pages(bad),
        lambda: vault.row(bad),
        lambda: vault.add_page(bad, b"x"),
        lambda: vault.mark_picked_up(bad, "Ada"),
        lambda: vault.set_state(bad, "agreed", "Ada"),
        lambda: vault.erase(bad),
    ]
    for call in calls:
        with pytest.raises(NoEntryError):
            call()
    assert not [name for name in files_below(tmp_path) if name.endswith(".age")]


def test_further_pages_are_numbered_and_counted(vault: Vault, clock: Clock) -> None:
    vault.save(ONE, "a", b"one")
    clock.passes(days=3)
    assert vault.add_page(ONE, b"two") == 2
    clock.passes(days=1)
    assert vault.add_page(ONE, b"three") == 3
    assert vault.pages(ONE) == (b"one", b"two", b"three")
    row = vault.row(ONE)
    assert (row.pages, row.saved, row.last_page) == (3, NOON, NOON + timedelta(days=4))


def test_two_writers_of_a_page_at_once_get_two_numbers(opened: Callable[..., Vault]) -> None:
    other = opened()

    class Busy(Disk):
        busy = True

        def link(self, source: Path, target: Path) -> None:
            if self.busy:
                self.busy = False
                assert other.add_page(ONE, b"theirs") == 2
            super().link(source, target)

    other.save(ONE, "a", b"one")
    vault = opened(disk=Busy())
    assert vault.add_page(ONE, b"mine") == 3
    assert vault.pages(ONE) == (b"one", b"theirs", b"mine")


def test_a_page_for_no_entry_is_refused(vault: Vault, tmp_path: Path) -> None:
    with pytest.raises(NoEntryError):
        vault.add_page(ONE, b"x")
    assert files_below(tmp_path) == set()


def test_a_page_that_cannot_be_read_is_damage_and_not_absence(vault: Vault, tmp_path: Path) -> None:
    page(tmp_path, ONE).mkdir(parents=True)
    with pytest.raises(DamageError):
        vault.pages(ONE)
    page(tmp_path, TWO).parent.write_bytes(b"a file where its shelf should be")
    with pytest.raises(DamageError):
        vault.has(TWO)


def test_one_number_left_empty_hides_no_page_above_it(vault: Vault, tmp_path: Path) -> None:
    """A writer whose flush fails takes its page back, while another has the next number already."""
    for page_number in (b"one", b"two", b"three"):
        if vault.has(ONE):
            vault.add_page(ONE, page_number)
        else:
            vault.save(ONE, "a", page_number)
    page(tmp_path, ONE, 2).unlink()
    assert vault.pages(ONE) == (b"one", b"three")
    assert vault.add_page(ONE, b"four") == 4
    page(tmp_path, ONE, 3).unlink()
    assert vault.pages(ONE) == (b"one",)
    assert vault.reconcile().unreadable == (page(tmp_path, ONE, 4),)


# Failures -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", ["open", "write", "fsync", "link"])
@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EROFS])
def test_a_save_that_fails_says_so_and_leaves_nothing(
    vault: Vault, disk: FaultyDisk, tmp_path: Path, call: str, number: int
) -> None:
    vault.save(ONE, "a", b"x")
    before = files_below(tmp_path)
    disk.fails(call, number=number)
    with pytest.raises(NoRoomError if number == errno.ENOSPC else SaveError) as raised:
        vault.save(TWO, "b", b"x")
    assert isinstance(raised.value.__cause__, OSError)
    disk.is_well()
    assert files_below(tmp_path) == before
    assert not vault.has(TWO)
    vault.save(TWO, "b", b"x")
    assert vault.pages(TWO) == (b"x",)


@pytest.mark.parametrize("after", range(2))
def test_a_save_whose_flush_fails_at_any_point_is_not_saved(
    vault: Vault, disk: FaultyDisk, after: int
) -> None:
    vault.save(ONE, "a", b"x")
    disk.fails("fsync", after=after)
    with pytest.raises(SaveError):
        vault.save(TWO, "b", b"x")
    disk.is_well()
    assert not vault.has(TWO)
    assert [row.id for row in vault.rows()] == [ONE]


def test_saving_stops_above_the_reserve_and_erasing_still_works(vault: Vault, disk: FaultyDisk) -> None:
    vault.save(ONE, "a", b"x")
    disk.room = 64 * 1024 * 1024 + 1
    vault.save(TWO, "b", b"x")
    disk.room -= 1
    with pytest.raises(NoRoomError):
        vault.save(THREE, "c", b"x")
    with pytest.raises(NoRoomError):
        vault.add_page(ONE, b"x")
    vault.erase(ONE)
    assert not vault.has(ONE)


def test_a_page_whose_row_cannot_be_written_is_saved_all_the_same(
    vault: Vault, disk: FaultyDisk, tmp_path: Path
) -> None:
    vault.save(ONE, "a", b"x")
    disk.fails("write", after=1)
    assert vault.save(TWO, "b", b"x") is False
    disk.is_well()
    assert vault.pages(TWO) == (b"x",)
    assert [row.id for row in vault.rows()] == [ONE]
    assert vault.reconcile().adopted == (TWO,)
    assert {row.id for row in vault.rows()} == {ONE, TWO}


def test_a_catalogue_that_is_none_does_not_stop_saving(vault: Vault, tmp_path: Path) -> None:
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "catalogue" / "log").write_bytes(b"no log\n")
    assert vault.save(ONE, "a", b"x") is False
    assert vault.pages(ONE) == (b"x",)
    with pytest.raises(DamageError):
        vault.rows()


def test_a_name_that_cannot_be_written_is_refused_before_anything_is(vault: Vault, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="surrogates"):
        vault.save(ONE, "\udcff", b"x")
    assert files_below(tmp_path) == set()


def test_a_clock_without_a_zone_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    vault = Vault(tmp_path, clock=lambda: NOON.replace(tzinfo=None), name_of=name_of)
    with pytest.raises(ValueError, match="aware"):
        vault.save(ONE, "a", b"x")
    assert files_below(tmp_path) == set()


# Picking up ---------------------------------------------------------------------------------------------


def test_the_first_marking_stays(vault: Vault, clock: Clock) -> None:
    vault.save(ONE, "a", b"x")
    clock.passes(hours=1)
    marked = vault.mark_picked_up(ONE, "Ada")
    assert (marked.state, marked.picked_up_by, marked.picked_up) == ("picked up", "Ada", clock.now)
    clock.passes(hours=1)
    again = vault.mark_picked_up(ONE, "Ben")
    assert again == msgspec.structs.replace(marked, seen=clock.now)
    assert vault.row(ONE) == again


def test_an_entry_is_news_until_it_is_marked_and_again_with_each_further_page(
    vault: Vault, clock: Clock
) -> None:
    vault.save(ONE, "a", b"x")
    for _ in range(3):
        assert vault.row(ONE).is_news
        clock.passes(hours=1)
        assert not vault.mark_picked_up(ONE, "Ada").is_news
        clock.passes(hours=1)
        vault.add_page(ONE, b"y")
    assert vault.row(ONE).picked_up == NOON + timedelta(hours=1)
    assert vault.row(ONE).seen == NOON + timedelta(hours=5)


def test_when_an_entry_was_last_seen_is_kept_by_every_vault_that_is_opened_later(
    vault: Vault, clock: Clock, opened: Callable[..., Vault]
) -> None:
    vault.save(ONE, "a", b"x")
    vault.mark_picked_up(ONE, "Ada")
    clock.passes(hours=1)
    seen = vault.mark_picked_up(ONE, "Ben")
    vault._catalogue._log.compact()
    assert opened().row(ONE) == seen


def test_a_marking_is_flushed_before_it_is_shown(vault: Vault, disk: FaultyDisk) -> None:
    vault.save(ONE, "a", b"x")
    disk.calls.clear()
    vault.mark_picked_up(ONE, "Ada")
    assert disk.calls.index("write") < disk.calls.index("fsync")


def test_a_marking_whose_flush_fails_is_told_and_can_be_tried_again(vault: Vault, disk: FaultyDisk) -> None:
    vault.save(ONE, "a", b"x")
    disk.fails("fsync")
    with pytest.raises(VaultError, match="Try again"):
        vault.mark_picked_up(ONE, "Ada")
    disk.is_well()
    assert vault.row(ONE).state == "waiting"
    assert vault.mark_picked_up(ONE, "Ada").state == "picked up"


def test_an_entry_whose_row_was_lost_can_be_seen_and_picked_up(vault: Vault, tmp_path: Path) -> None:
    vault.save(ONE, "a", b"x")
    forget_rows(tmp_path)
    assert vault.row(ONE).name == "Name 11"
    assert vault.mark_picked_up(ONE, "Ada").state == "picked up"
    with pytest.raises(NoEntryError):
        vault.mark_picked_up(TWO, "Ada")
    with pytest.raises(NoEntryError):
        vault.row(TWO)


def test_a_row_that_arrives_after_the_marking_does_not_undo_it(vault: Vault, tmp_path: Path) -> None:
    """A visit may be stopped for a while between its page and its row."""
    vault.save(ONE, "a", b"x")
    forget_rows(tmp_path)
    vault.reconcile()
    vault.mark_picked_up(ONE, "Ada")
    late = Catalogue(tmp_path / "catalogue" / "log")
    late.note_saved(ONE, "Amber Heron", NOON, source="paper", typed_in_by="Ben")
    late.close()
    row = vault.row(ONE)
    assert (row.name, row.source, row.typed_in_by, row.picked_up_by) == ("Amber Heron", "paper", "Ben", "Ada")


# What became of it --------------------------------------------------------------------------------------


def test_a_state_stands_in_the_row_and_the_entry_counts_as_picked_up_and_seen(
    vault: Vault, clock: Clock
) -> None:
    vault.save(ONE, "a", b"x")
    clock.passes(hours=1)
    row = vault.set_state(ONE, "talked through", "Ada")
    assert (row.state, row.became, row.picked_up_by) == ("talked through", "talked through", "Ada")
    assert (row.picked_up, row.seen, row.is_news) == (clock.now, clock.now, False)
    assert vault.row(ONE) == row
    assert vault.rows() == (row,)


def test_whoever_picked_it_up_first_stays_whatever_becomes_of_it(vault: Vault, clock: Clock) -> None:
    vault.save(ONE, "a", b"x")
    first = vault.mark_picked_up(ONE, "Ada")
    for state in STATES:
        clock.passes(hours=1)
        row = vault.set_state(ONE, state, "Ben")
        assert (row.state, row.seen) == (state, clock.now)
        assert (row.picked_up_by, row.picked_up) == ("Ada", first.picked_up)
    again = vault.mark_picked_up(ONE, "Cid")
    assert (again.state, again.picked_up_by) == ("closed", "Ada")


def test_an_amendment_is_news_whatever_became_of_the_entry(vault: Vault, clock: Clock) -> None:
    vault.save(ONE, "a", b"x")
    vault.set_state(ONE, "closed", "Ada")
    clock.passes(hours=1)
    vault.add_page(ONE, b"y")
    assert (vault.row(ONE).state, vault.row(ONE).is_news) == ("closed", True)
    assert vault.set_state(ONE, "closed", "Ada").is_news is False


def test_a_state_is_kept_by_every_vault_that_is_opened_later(
    vault: Vault, opened: Callable[..., Vault]
) -> None:
    vault.save(ONE, "a", b"x")
    row = vault.set_state(ONE, "agreed", "Ada")
    assert opened().row(ONE) == row
    vault._catalogue._log.compact()
    assert opened().row(ONE) == row
    vault.reconcile()
    assert vault.row(ONE) == row


def test_a_state_is_flushed_before_it_is_shown(vault: Vault, disk: FaultyDisk) -> None:
    vault.save(ONE, "a", b"x")
    disk.calls.clear()
    vault.set_state(ONE, "agreed", "Ada")
    assert disk.calls.index("write") < disk.calls.index("fsync")


@pytest.mark.parametrize("call", ["open", "write", "fsync"])
def test_a_state_that_the_disk_does_not_take_is_told_and_can_be_tried_again(
    vault: Vault, disk: FaultyDisk, call: str
) -> None:
    vault.save(ONE, "a", b"x")
    vault.mark_picked_up(ONE, "Ada")
    disk.fails(call)
    with pytest.raises(VaultError, match=r"could not be kept\. Try again"):
        vault.set_state(ONE, "agreed", "Ada")
    disk.is_well()
    assert vault.row(ONE).state == "picked up"
    assert vault.set_state(ONE, "agreed", "Ada").state == "agreed"


def test_what_is_not_there_or_was_erased_takes_no_state(vault: Vault) -> None:
    vault.save(ONE, "a", b"x")
    vault.erase(ONE)
    for gone in (ONE, TWO, "no id"):
        with pytest.raises(NoEntryError):
            vault.set_state(gone, "agreed", "Ada")
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
        vault.set_state(ONE, "agreed", "Ada")
    assert not vault.has(ONE)
    assert vault._catalogue.is_erased(ONE)
    assert names_in(tmp_path / "vault" / "11") == []


def test_a_row_that_was_lost_is_rebuilt_before_it_takes_a_state(
    vault: Vault, tmp_path: Path, clock: Clock
) -> None:
    vault.save(ONE, "a", b"x")
    vault.add_page(ONE, b"y")
    forget_rows(tmp_path)
    row = vault.set_state(ONE, "agreed", "Ada")
    assert (row.name, row.pages, row.state, row.picked_up_by) == ("Name 11", 2, "agreed", "Ada")
    assert vault.reconcile() == Report()


def test_a_row_that_was_rebuilt_from_its_pages_waits_again(vault: Vault, tmp_path: Path) -> None:
    """What staff said stands in a sealed page, too, which nobody reads here."""
    vault.save(ONE, "a", b"x")
    vault.set_state(ONE, "closed", "Ada")
    forget_rows(tmp_path)
    vault.reconcile()
    row = vault.row(ONE)
    assert (row.state, row.became, row.picked_up, row.is_news) == ("waiting", None, None, True)


def test_a_row_that_arrives_after_a_state_does_not_undo_it(vault: Vault, tmp_path: Path) -> None:
    vault.save(ONE, "a", b"x")
    forget_rows(tmp_path)
    vault.reconcile()
    vault.set_state(ONE, "closed", "Ada")
    late = Catalogue(tmp_path / "catalogue" / "log")
    late.note_saved(ONE, "Amber Heron", NOON)
    late.note_page(ONE, "0002", NOON)
    late.close()
    row = vault.row(ONE)
    assert (row.name, row.pages, row.state) == ("Amber Heron", 2, "closed")


def test_two_desks_that_say_what_became_of_different_entries_undo_nothing(
    opened: Callable[..., Vault],
) -> None:
    one, other = opened(), opened()
    for entry_id in (ONE, TWO):
        one.save(entry_id, "a", b"x")
    assert {row.id for row in other.rows()} == {ONE, TWO}
    one.set_state(ONE, "closed", "Ada")
    other.set_state(TWO, "agreed", "Ben")
    assert {row.id: row.state for row in one.rows()} == {ONE: "closed", TWO: "agreed"}
    assert one.rows() == other.rows()


def test_a_state_that_is_unknown_here_is_told_as_a_row_that_does_not_read_and_is_not_lost(
    vault: Vault, tmp_path: Path
) -> None:
    """It is of a newer kiosk: this one neither guesses what it means nor writes over it by itself."""
    vault.save(ONE, "a", b"x")
    vault.save(TWO, "b", b"x")
    vault.set_state(ONE, "closed", "Ada")
    newer = Catalogue(tmp_path / "catalogue" / "log")
    newer._table.update({"state": "archived"}, doc_ids=[ONE])  # type: ignore[list-item]
    newer.close()
    with pytest.raises(DamageError, match="cannot be read"):
        vault.row(ONE)
    with pytest.raises(DamageError):
        vault.mark_picked_up(ONE, "Ben")
    assert [row.id for row in vault.rows()] == [TWO]
    assert vault.reconcile().unreadable_rows == (ONE,)
    vault._catalogue._log.compact()
    assert vault._catalogue.documents()[ONE]["state"] == "archived"
    assert vault.pages(ONE) == (b"x",)
    vault.erase(ONE)
    assert not vault.has(ONE)
    assert vault.reconcile().unreadable_rows == ()


# Erasing ------------------------------------------------------------------------------------------------


def test_an_erased_entry_is_gone_and_its_tombstone_stays(vault: Vault, tmp_path: Path) -> None:
    vault.save(ONE, "a", b"x")
    vault.add_page(ONE, b"y")
    vault.erase(ONE)
    assert not vault.has(ONE)
    assert names_in(page(tmp_path, ONE).parent) == []
    assert vault.rows() == ()
    with pytest.raises(NoEntryError):
        vault.row(ONE)
    with pytest.raises(NoEntryError):
        vault.mark_picked_up(ONE, "Ada")
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
    vault.add_page(ONE, b"y")
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
    vault.add_page(ONE, b"y")
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
        opened(disk=Busy()).add_page(ONE, b"two")
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
        writer.add_page(ONE, b"two")
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
    vault.add_page(ONE, b"two")
    read = durable.read

    def erased_after_the_first(path: Path) -> bytes:
        data = read(path)
        other.erase(ONE)
        return data

    monkeypatch.setattr(durable, "read", erased_after_the_first)
    with pytest.raises(NoEntryError):
        vault.pages(ONE)


# Reconcile ----------------------------------------------------------------------------------------------


def test_a_sound_vault_has_nothing_to_put_right(vault: Vault) -> None:
    vault.save(ONE, "a", b"x")
    vault.add_page(ONE, b"y")
    vault.save(TWO, "b", b"x")
    vault.mark_picked_up(TWO, "Ada")
    vault.save(THREE, "c", b"x")
    vault.erase(THREE)
    report = vault.reconcile()
    assert report == Report()


def test_pages_without_rows_are_adopted_from_their_files(vault: Vault, tmp_path: Path) -> None:
    vault.save(ONE, "a", b"x")
    vault.add_page(ONE, b"y")
    for number, days in ((1, 0), (2, 5)):
        when = (NOON + timedelta(days=days)).timestamp()
        os.utime(page(tmp_path, ONE, number), (when, when))
    forget_rows(tmp_path)
    assert vault.reconcile().adopted == (ONE,)
    assert vault.rows() == (
        Row(id=ONE, name="Name 11", saved=NOON, pages=2, last_page=NOON + timedelta(days=5)),
    )
    assert vault.reconcile().adopted == ()


def test_a_later_page_whose_row_was_lost_is_counted_again(vault: Vault, disk: FaultyDisk) -> None:
    vault.save(ONE, "a", b"x")
    disk.fails("write", after=1)
    vault.add_page(ONE, b"y")
    disk.is_well()
    assert vault.row(ONE).pages == 1
    assert vault.reconcile().adopted == (ONE,)
    assert (vault.row(ONE).pages, vault.row(ONE).name) == (2, "a")


def test_rows_without_their_pages_are_named_and_kept(vault: Vault, tmp_path: Path) -> None:
    vault.save(ONE, "a", b"x")
    vault.save(TWO, "b", b"x")
    vault.add_page(TWO, b"y")
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
        page(tmp_path, TWO).with_name(f".tmp-{TWO}.0001.age.d"),
    ]
    for path in left:
        path.write_bytes(b"")
        os.utime(path, (clock.now.timestamp(), clock.now.timestamp()))
    clock.passes(minutes=59)
    assert vault.reconcile().swept == 0
    clock.passes(minutes=2)
    assert vault.reconcile().swept == 4
    assert not any(path.exists() for path in left)
    assert vault.has(ONE)


def test_pages_that_cannot_be_read_are_named_and_never_removed(vault: Vault, tmp_path: Path) -> None:
    vault.save(ONE, "a", b"")
    vault.save(TWO, "b", b"x")
    misplaced = tmp_path / "vault" / "00" / page(tmp_path, THREE).name
    misplaced.write_bytes(b"x")
    odd = page(tmp_path, ONE).with_name("copy of a page")
    odd.mkdir()
    headless = page(tmp_path, THREE, 2)
    headless.write_bytes(b"x")
    forget_rows(tmp_path)
    report = vault.reconcile()
    assert report.unreadable == (misplaced, odd, page(tmp_path, ONE), headless)
    assert all(path.exists() for path in report.unreadable)
    assert not vault.has(THREE)
    assert {row.id for row in vault.rows()} == {ONE, TWO}


def test_a_torn_log_and_a_row_that_does_not_read_are_in_the_report(vault: Vault, tmp_path: Path) -> None:
    vault.save(ONE, "a", b"x")
    vault._catalogue._log.append([], flush=False)
    late = Catalogue(tmp_path / "catalogue" / "log")
    late._table.update({"saved": 5}, doc_ids=[ONE])  # type: ignore[list-item]
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


# The catalogue ------------------------------------------------------------------------------------------


def test_stored_times_sort_as_texts() -> None:
    times = [NOON + timedelta(microseconds=step) for step in (0, 1, 10, 999_999, 1_000_000)]
    texts = [to_text(when) for when in times]
    assert texts == sorted(texts)
    assert texts[0] == "2026-03-01T12:00:00.000000Z"
