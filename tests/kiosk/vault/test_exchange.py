"""Giving to other places and taking in: what is wanted, what is kept, and what a disk that fails leaves."""

import errno
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kiosk import seal
from kiosk.errors import NoRoomError, VaultError
from kiosk.vault.exchange import Exchange, RawPiece, Taken
from kiosk.vault.rows import to_text
from kiosk.vault.vault import Vault
from tests.kiosk.sealed import reader_of
from tests.kiosk.vault.helpers import NOON, ONE, TWO, FaultyDisk, name_of, sign

HERE, THERE = "a1" * 8, "b2" * 8
SEALED = seal.seal(b"{}", (reader_of(1), reader_of(2)))
COUNT = seal.seal(b"{}", (reader_of(1),))
AT = int(NOON.timestamp()) * 10**9


def piece(entry_id: str = ONE, counter: int = 1, writer: str = THERE, data: bytes = SEALED) -> RawPiece:
    return f"{entry_id}.{counter:04d}-{writer}.age", data, AT


@pytest.fixture
def exchange(tmp_path: Path, disk: FaultyDisk) -> Any:
    with closing(Exchange(tmp_path, name_of=name_of, disk=disk)) as exchange:
        yield exchange


def took(exchange: Exchange, *pieces: RawPiece) -> tuple[int, int, int, int]:
    taken = Taken()
    exchange.take(pieces, taken)
    return taken.added, taken.mended, taken.known, taken.refused


def test_what_comes_is_listed_with_its_own_date(exchange: Exchange, vault: Vault) -> None:
    assert took(exchange, piece(), piece(counter=2)) == (2, 0, 0, 0)
    [row] = vault.rows()
    assert (row.id, row.name, row.saved, len(row.pages)) == (ONE, name_of(ONE), NOON, 2)
    assert vault.pages(ONE) == (SEALED, SEALED)
    assert vault.reconcile().adopted == ()


def test_the_same_again_changes_nothing(exchange: Exchange, vault: Vault, disk: FaultyDisk) -> None:
    took(exchange, piece())
    disk.calls.clear()
    other = seal.seal(b"{}", (reader_of(1), reader_of(2)))
    assert took(exchange, piece(), piece(data=other)) == (0, 0, 2, 0)
    assert not {"write", "link", "rename", "unlink"} & {*disk.calls}
    assert vault.pages(ONE) == (SEALED,)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (f"{ONE}.0001.age", SEALED),
        (f"{ONE}.0000-{THERE}.age", SEALED),
        (f"../{ONE}.0001-{THERE}.age", SEALED),
        (f"{ONE}.erased", b"{}"),
        (f"{ONE}.moving", b"{}"),
        (f"{ONE}.0001-{THERE}.age", b"not sealed"),
        (f"{ONE}.0001-{THERE}.age", SEALED[:-1]),
        (f"{ONE}.0001-{THERE}.age", COUNT),
        (f"{ONE}.2026-Q5.count", COUNT),
        (f"{ONE}.2026-Q1.count", SEALED),
    ],
)
def test_what_is_no_piece_is_refused_and_counted(
    exchange: Exchange, vault: Vault, name: str, data: bytes
) -> None:
    assert took(exchange, (name, data, AT), piece(TWO)) == (1, 0, 0, 1)
    assert [row.id for row in vault.rows()] == [TWO]


def test_a_page_far_above_those_that_there_are_is_refused(exchange: Exchange, vault: Vault) -> None:
    """One with the last counter would let nobody add to the entry any more; many take as many before them."""
    assert took(exchange, piece(counter=9999), piece(counter=101)) == (0, 0, 0, 2)
    assert took(exchange, piece(), piece(counter=101), piece(counter=103)) == (2, 0, 0, 1)
    assert took(exchange, piece(counter=102), piece(counter=103), piece(counter=203)) == (2, 0, 0, 1)
    vault.add_page(ONE, lambda _counter: SEALED)
    assert took(exchange, *(piece(counter=counter) for counter in range(2, 401))) == (396, 0, 3, 0)


def test_a_damaged_page_is_put_right(exchange: Exchange, vault: Vault) -> None:
    took(exchange, piece())
    vault.page_files.path(ONE, f"0001-{THERE}").write_bytes(b"damaged")
    assert took(exchange, piece()) == (0, 1, 0, 0)
    assert vault.pages(ONE) == (SEALED,)


def test_of_what_an_entry_adds_to_figures_the_last_quarter_stays(exchange: Exchange, vault: Vault) -> None:
    for quarter in ("2026-Q1", "2026-Q3", "2026-Q2"):
        took(exchange, piece(), (f"{ONE}.{quarter}.count", COUNT, AT))
    assert exchange.here().pieces == [piece()[0], f"{ONE}.2026-Q3.count"]
    assert len(list(vault.page_files.root.rglob("*.count"))) == 1


def test_a_tombstone_beats_what_is_here_and_what_comes(exchange: Exchange, vault: Vault) -> None:
    took(exchange, piece(), piece(TWO))
    tombstones = {ONE: {"erased": to_text(NOON)}, "c" * 32: {"erased": to_text(NOON)}}
    assert (exchange.bury(tombstones), exchange.bury(tombstones)) == (1, 0)
    assert took(exchange, piece(), piece("c" * 32)) == (0, 0, 2, 0)
    assert [row.id for row in vault.rows()] == [TWO]
    assert exchange.here().tombstones.keys() == tombstones.keys()


def test_the_later_word_of_staff_counts(exchange: Exchange, vault: Vault) -> None:
    took(exchange, piece(), piece(TWO))
    vault.mark(ONE, "Jo", sign, state="agreed")
    vault.mark(TWO, "Jo", sign)
    said = exchange.here().said
    vault.mark(ONE, "Ali", sign, state="closed")
    exchange.say(said)
    exchange.say({TWO: {**said[TWO], "turn": 9, "picked_up_by": "Eve", "name": "Another"}})
    assert {row.id: (row.became, row.picked_up_by, row.name) for row in vault.rows()} == {
        ONE: ("closed", "Jo", name_of(ONE)),
        TWO: (None, "Eve", name_of(TWO)),
    }


def test_of_two_who_picked_up_unknowing_the_first_did(exchange: Exchange, vault: Vault) -> None:
    took(exchange, piece())
    for at in ("10", "08", "09"):
        when = f"2026-03-01T{at}:00:00.000000Z"
        exchange.say({ONE: {"picked_up_by": at, "picked_up": when, "turn": 1, "tag": at}})
    assert [row.picked_up_by for row in vault.rows()] == ["08"]


@pytest.mark.parametrize("call", ["open", "write", "date", "flush_all", "link", "fsync"])
def test_a_disk_that_fails_loses_nothing(
    exchange: Exchange, vault: Vault, disk: FaultyDisk, call: str
) -> None:
    took(exchange, piece(TWO))
    disk.fails(call, after=0 if call in ("flush_all", "fsync") else 1)
    with pytest.raises(VaultError, match="Run it again"):
        took(exchange, piece(), piece(counter=2))
    disk.is_well()
    assert not list(vault.page_files.root.rglob(".tmp-*"))
    took(exchange, piece(), piece(counter=2))
    vault.reconcile()
    assert {row.id: len(row.pages) for row in vault.rows()} == {ONE: 2, TWO: 1}


def test_a_full_disk_is_told(exchange: Exchange, disk: FaultyDisk) -> None:
    disk.room = 1 << 20
    with pytest.raises(NoRoomError, match="no room left"):
        took(exchange, piece())
    disk.room = 1 << 40
    disk.fails("write", number=errno.ENOSPC)
    with pytest.raises(NoRoomError, match="Run it again"):
        took(exchange, piece())


def test_what_is_about_to_get_a_new_code_is_not_given(exchange: Exchange, vault: Vault) -> None:
    took(exchange, piece(), piece(TWO))
    vault.page_files.moving(ONE).write_bytes(b"{}")
    assert exchange.here().pieces == [piece(TWO)[0]]


def test_what_has_gone_meanwhile_is_not_read(exchange: Exchange) -> None:
    took(exchange, piece())
    assert exchange.read(piece()[0]) == piece()
    assert exchange.read(piece(TWO)[0]) is None


def test_what_need_not_be_fetched_is_told(exchange: Exchange, vault: Vault) -> None:
    quarters = [f"{ONE}.2026-{quarter}.count" for quarter in ("Q1", "Q2", "Q3")]
    assert not any(exchange.has(name) for name in (piece()[0], quarters[0], "../else"))
    took(exchange, piece(), piece(TWO), (quarters[1], COUNT, AT))
    assert [exchange.has(name) for name in (piece()[0], piece(counter=2)[0], *quarters)] == [
        True,
        False,
        True,
        True,
        False,
    ]
    vault.page_files.path(ONE, f"0001-{THERE}").write_bytes(b"damaged")
    assert not exchange.has(piece()[0])
    exchange.bury({ONE: {"erased": to_text(NOON)}})
    assert all(exchange.has(name) for name in (piece()[0], piece(counter=2)[0], *quarters))


@pytest.mark.parametrize(
    ("tombstone", "why"),
    [
        ({}, ""),
        ({"why": "time"}, "time"),
        ({"why": "new code", "told": "x"}, "new code"),
        ({"why": "another"}, ""),
    ],
)
def test_why_an_entry_was_erased_is_told(exchange: Exchange, tombstone: dict[str, str], why: str) -> None:
    assert exchange.why_erased(piece()[0]) is None
    exchange.bury({ONE: {"erased": to_text(NOON), **tombstone}})
    assert exchange.why_erased(piece()[0]) == why


def test_all_that_came_in_is_flushed_together(exchange: Exchange, vault: Vault, disk: FaultyDisk) -> None:
    """Also what somebody linked who was stopped before the flush: it counts as known from then on."""
    took(exchange, piece())
    disk.calls.clear()
    exchange.settle()
    assert disk.calls == ["open", "flush_all"]
    disk.fails("flush_all")
    with pytest.raises(VaultError, match="Run it again"):
        exchange.settle()
