"""Picking up: the first marking stays, and each further page is news."""

from functools import partial
from pathlib import Path

import pytest

from kiosk.errors import NoEntryError
from kiosk.vault.catalogue import Catalogue
from kiosk.vault.rows import marks_of
from kiosk.vault.vault import Vault
from tests.kiosk.vault.helpers import ONE, TWO, Clock, always, forget_rows, sign


def test_a_marking_that_the_desk_did_not_make_does_not_stay(vault: Vault, tmp_path: Path) -> None:
    """Whoever has the disk may write a row, and cannot make its tag."""
    vault.save(ONE, "a", b"x")
    vault.mark(ONE, "Ada", sign, state="closed")
    forger = Catalogue(tmp_path / "catalogue" / "log")
    forger._table.update({"picked_up_by": "Eve", "turn": 9}, doc_ids=[ONE])  # type: ignore[list-item]
    forger.close()
    row = vault.mark(ONE, "Ben", sign)
    assert (row.picked_up_by, row.became, row.seen, row.turn) == ("Ben", None, 1, 1)
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
    assert vault.mark(ONE, "Ada", sign, seen=1).is_news
    vault.add_page(ONE, always(b"a note"))
    assert vault.mark(ONE, "Ada", sign, seen=1, wrote=3).is_news
    assert not vault.mark(ONE, "Ben", sign, seen=3).is_news


def test_a_page_that_staff_add_themselves_is_no_news(vault: Vault) -> None:
    vault.save(ONE, "a", b"x")
    for number in (2, 3):
        vault.add_page(ONE, always(b"a note"))
        # Whoever had it open all the time had seen page 1, and then what they wrote.
        assert not vault.mark(ONE, "Ada", sign, seen=1, wrote=number).is_news


def test_an_entry_whose_row_was_lost_can_be_seen_and_picked_up(vault: Vault, tmp_path: Path) -> None:
    vault.save(ONE, "a", b"x")
    forget_rows(tmp_path)
    assert vault.row(ONE).name == "Name 11"
    assert vault.mark(ONE, "Ada", sign).state == "picked up"
    with pytest.raises(NoEntryError):
        vault.mark(TWO, "Ada", sign)
    with pytest.raises(NoEntryError):
        vault.row(TWO)
