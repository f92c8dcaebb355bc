"""Saving, adding and reading pages, and what a save that fails leaves behind."""

import errno
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.errors import DamageError, NoEntryError, NoRoomError, SaveError
from kiosk.vault.durable import Disk
from kiosk.vault.page_files import PageFiles
from kiosk.vault.page_names import page_name
from kiosk.vault.rows import Row
from kiosk.vault.vault import Vault
from tests.kiosk.sealed import FIRST, PLACE, SECOND, THIRD
from tests.kiosk.strange import a_folder, a_link, a_link_to_itself, a_link_to_nothing, a_pipe
from tests.kiosk.vault.helpers import (
    NOON,
    ONE,
    THREE,
    TWO,
    Clock,
    FaultyDisk,
    always,
    files_below,
    name_of,
    names_in,
    page,
    sign,
)

BEFORE, AFTER = "0a" * 8, "fe" * 8
"""Other places, by the order of their names."""


def test_a_saved_entry_lies_at_its_place_and_reads_back(vault: Vault, tmp_path: Path) -> None:
    assert vault.save(ONE, "Amber Heron", b"sealed") is True
    assert page(tmp_path, ONE).read_bytes() == b"sealed"
    assert vault.pages(ONE) == (b"sealed",)
    assert vault.has(ONE)
    assert not vault.has(TWO)
    row = Row(id=ONE, name=name_of(ONE), saved=NOON, pages=(FIRST,), last_page=NOON)
    assert vault.row(ONE) == row
    assert vault.rows() == (row,)
    assert row.state == "waiting"
    assert files_below(tmp_path) == {
        f"vault/11/{ONE}.{FIRST}.age",
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
    vault.save(THREE, "c", b"x", source="paper")
    assert disk.calls.count("fsync") == unflushed + 2  # the log, and once its folder
    assert vault.row(THREE).source == "paper"


def test_a_new_entry_costs_two_flushes_its_file_and_its_shelf(vault: Vault, tmp_path: Path) -> None:
    flushed: list[str] = []

    class Watched(Disk):
        def fsync(self, descriptor: int) -> None:
            flushed.append(str(Path(f"/proc/self/fd/{descriptor}").readlink().relative_to(tmp_path)))
            super().fsync(descriptor)

    vault.save(ONE, "a", b"x")
    with Vault(tmp_path, clock=Clock(), name_of=name_of, disk=Watched()) as watched:
        watched.save(TWO, "b", b"x")
        watched.add_page(TWO, always(b"y"))
    assert flushed == [flushed[0], "vault/aa", flushed[2], "vault/aa"]
    assert flushed[0].startswith(f"vault/aa/.tmp-{TWO}.{FIRST}.age.")
    assert flushed[2].startswith(f"vault/aa/.tmp-{TWO}.{SECOND}.age.")


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
    with pytest.raises(SaveError, match="already exists"):
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
        lambda: vault.add_page(bad, always(b"x")),
        lambda: vault.mark(bad, "Ada", sign),
        lambda: vault.mark(bad, "Ada", sign, state="agreed"),
        lambda: vault.erase(bad),
    ]
    for call in calls:
        with pytest.raises(NoEntryError):
            call()
    assert not [name for name in files_below(tmp_path) if name.endswith(".age")]


def test_further_pages_are_named_and_listed_in_order(vault: Vault, clock: Clock) -> None:
    vault.save(ONE, "a", b"one")
    clock.passes(days=3)
    assert vault.add_page(ONE, always(b"two")) == SECOND
    clock.passes(days=1)
    assert vault.add_page(ONE, always(b"three")) == THIRD
    assert vault.pages(ONE) == (b"one", b"two", b"three")
    row = vault.row(ONE)
    assert (row.pages, row.saved, row.last_page) == ((FIRST, SECOND, THIRD), NOON, NOON + timedelta(days=4))


def test_a_page_for_no_entry_is_refused(vault: Vault, tmp_path: Path) -> None:
    with pytest.raises(NoEntryError):
        vault.add_page(ONE, always(b"x"))
    assert files_below(tmp_path) == set()


def test_a_page_that_cannot_be_read_is_damage_and_not_absence(vault: Vault, tmp_path: Path) -> None:
    page(tmp_path, ONE).mkdir(parents=True)
    with pytest.raises(DamageError):
        vault.pages(ONE)
    page(tmp_path, TWO).parent.write_bytes(b"a file where its shelf should be")
    with pytest.raises(DamageError):
        vault.has(TWO)


def test_pages_that_are_missing_hide_none_of_the_others(vault: Vault, tmp_path: Path) -> None:
    """A writer whose flush fails takes its page back, and what another place wrote may come later."""
    vault.save(ONE, "a", b"one")
    for added in (b"two", b"three", b"four"):
        vault.add_page(ONE, always(added))
    page(tmp_path, ONE, 2).unlink()
    assert vault.pages(ONE) == (b"one", b"three", b"four")
    assert vault.add_page(ONE, always(b"five")) == page_name(5, PLACE)
    for counter in (3, 1):
        page(tmp_path, ONE, counter).unlink()
    assert vault.pages(ONE) == (b"four", b"five")
    assert vault.has(ONE)
    with pytest.raises(SaveError, match="already exists"):
        vault.save(ONE, "a", b"another first one")
    report = vault.reconcile()
    assert (report.unreadable, [row.id for row in report.pageless]) == ((), [ONE])


def test_two_pages_of_one_counter_that_two_places_wrote_both_stand_in_order(
    vault: Vault, opened: Callable[..., Vault], monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.save(ONE, "a", b"one")
    vault.add_page(ONE, always(b"two here"))
    vault.mark(ONE, "Ada", sign)
    for place in (BEFORE, AFTER):
        theirs = page_name(2, place)
        vault.page_files.put(ONE, theirs, b"two at " + place.encode(), 7)
    vault.reconcile()
    named = vault.named_pages(ONE)
    assert [name for name, _ in named] == [FIRST, page_name(2, BEFORE), SECOND, page_name(2, AFTER)]
    row = vault.row(ONE)
    assert (row.pages, row.is_news) == (tuple(name for name, _ in named), True)
    # Put again, each stays as it is; whoever writes next writes the third.
    vault.page_files.put(ONE, SECOND, b"another", 7)
    assert vault.pages(ONE)[2] == b"two here"
    assert vault.add_page(ONE, always(b"three")) == THIRD


# -- failures


def test_a_save_that_fails_says_so_and_leaves_nothing(vault: Vault, disk: FaultyDisk, tmp_path: Path) -> None:
    vault.save(ONE, "a", b"x")
    before = files_below(tmp_path)
    for call, after in (("open", 0), ("write", 0), ("fsync", 0), ("fsync", 1), ("link", 0)):
        for number in (errno.EIO, errno.ENOSPC, errno.EROFS):
            disk.fails(call, number=number, after=after)
            with pytest.raises(NoRoomError if number == errno.ENOSPC else SaveError) as raised:
                vault.save(TWO, "b", b"x")
            assert isinstance(raised.value.__cause__, OSError)
            disk.is_well()
            assert files_below(tmp_path) == before, (call, number)
            assert not vault.has(TWO)
            assert [row.id for row in vault.rows()] == [ONE]
    vault.save(TWO, "b", b"x")
    assert vault.pages(TWO) == (b"x",)


def test_saving_stops_above_the_reserve_and_erasing_still_works(vault: Vault, disk: FaultyDisk) -> None:
    vault.save(ONE, "a", b"x")
    disk.room = 64 * 1024 * 1024 + 1
    vault.save(TWO, "b", b"x")
    disk.room -= 1
    with pytest.raises(NoRoomError):
        vault.save(THREE, "c", b"x")
    with pytest.raises(NoRoomError):
        vault.add_page(ONE, always(b"x"))
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


def test_a_page_in_whose_place_is_something_else_hides_none_of_the_others(tmp_path: Path) -> None:
    for make in (a_link, a_link_to_nothing, a_link_to_itself, a_pipe, a_folder):
        pages = PageFiles(tmp_path / make.__name__ / "vault")
        pages.create_first(ONE, PLACE, b"one")
        pages.create_next(ONE, PLACE, lambda _: b"two")
        pages.path(ONE, FIRST).unlink()
        make(pages.path(ONE, FIRST))
        assert pages.read(ONE) == ((FIRST, b""), (SECOND, b"two")), make.__name__


def test_pages_are_not_read_in_a_folder_that_is_a_link(tmp_path: Path) -> None:
    pages = PageFiles(tmp_path / "vault")
    pages.create_first(ONE, PLACE, b"one")
    shelf = pages.path(ONE, FIRST).parent
    shelf.rename(tmp_path / "elsewhere")
    shelf.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(NotADirectoryError):
        pages.read(ONE)
