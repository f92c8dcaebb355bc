"""Picking up: the first marking stays, and each further page is news."""

from functools import partial
from pathlib import Path

import pytest

from kiosk.errors import NoEntryError
from kiosk.vault.catalogue import Catalogue
from kiosk.vault.page_names import page_name
from kiosk.vault.rows import marks_of
from kiosk.vault.vault import Vault
from tests.kiosk.sealed import FIRST, SECOND, THIRD
from tests.kiosk.vault.helpers import ONE, TWO, Clock, always, forget_rows, sign


def test_a_marking_that_the_desk_did_not_make_does_not_stay(vault: Vault, tmp_path: Path) -> None:
    """Whoever has the disk may write a row, and cannot make its tag."""
    vault.save(ONE, "a", b"x")
    vault.mark(ONE, "Ada", sign, state="closed")
    forger = Catalogue(tmp_path / "catalogue" / "log")
    forger._table.update({"picked_up_by": "Eve", "turn": 9}, doc_ids=[ONE])  # type: ignore[list-item]
    forger.close()
    row = vault.mark(ONE, "Ben", sign)
    assert (row.picked_up_by, row.became, row.seen, row.turn) == ("Ben", None, FIRST, 10)
    assert row.tag == sign(ONE, marks_of(row))


@pytest.mark.parametrize("hours", [-200_000, -1, 0, 1, 90_000])
def test_a_further_page_is_news_whatever_the_clock_shows_by_then(
    vault: Vault, clock: Clock, hours: int
) -> None:
    vault.save(ONE, "a", b"x")
    for mark in (vault.mark, partial(vault.mark, state="closed")):
        assert not mark(ONE, staff="Ada", sign=sign).is_news
        clock.passes(hours=hours)
        vault.add_page(ONE, always(b"y"))
        assert vault.row(ONE).is_news


def test_what_came_after_staff_had_opened_it_is_news_when_they_mark_it(vault: Vault) -> None:
    vault.save(ONE, "a", b"x")
    vault.add_page(ONE, always(b"the customer's"))
    assert vault.mark(ONE, "Ada", sign, seen=[FIRST]).is_news
    vault.add_page(ONE, always(b"a note"))
    assert vault.mark(ONE, "Ada", sign, seen=[FIRST], wrote=THIRD).is_news
    assert not vault.mark(ONE, "Ben", sign, seen=[SECOND]).is_news


def test_a_page_that_staff_add_themselves_is_no_news(vault: Vault) -> None:
    vault.save(ONE, "a", b"x")
    for _ in range(2):
        wrote = vault.add_page(ONE, always(b"a note"))
        # Whoever had it open all the time had seen the first page, and then what they wrote.
        assert not vault.mark(ONE, "Ada", sign, seen=[FIRST], wrote=wrote).is_news


def test_a_page_that_another_place_wrote_before_is_news_when_it_arrives(vault: Vault) -> None:
    """It has a lower name than what staff had seen, and an earlier date."""
    vault.save(ONE, "a", b"x")
    for _ in range(2):
        vault.add_page(ONE, always(b"a note"))
    assert not vault.mark(ONE, "Ada", sign).is_news
    vault.page_files.put(ONE, page_name(2, "0a" * 8), b"theirs", 7)
    vault.reconcile()
    assert vault.row(ONE).is_news
    assert not vault.mark(ONE, "Ada", sign).is_news


def test_an_entry_whose_row_was_lost_can_be_seen_and_picked_up(vault: Vault, tmp_path: Path) -> None:
    vault.save(ONE, "a", b"x")
    forget_rows(tmp_path)
    assert vault.row(ONE).name == "Name 11"
    assert vault.mark(ONE, "Ada", sign).state == "picked up"
    with pytest.raises(NoEntryError):
        vault.mark(TWO, "Ada", sign)
    with pytest.raises(NoEntryError):
        vault.row(TWO)
