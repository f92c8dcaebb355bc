"""What the kiosk erases by itself stands in the audit, told apart from what staff did."""

import json
from datetime import timedelta
from typing import Any

import pytest

from kiosk.upkeep import retention
from kiosk.vault.page_files import PageFiles
from tests.kiosk.machines import Keeper
from tests.kiosk.sealed import id_of


def events(keeper: Keeper) -> list[tuple[str, str, str]]:
    """Who erased what, oldest first: a desk unlocks for the look."""
    told: list[dict[str, Any]] = json.loads(keeper.as_jo("audit", "--json").stdout)
    return [
        (event["who"], event["did"], event["detail"] or event["entry"])
        for event in reversed(told)
        if event["did"].startswith("deleted")
    ]


def runs(keeper: Keeper, days: float) -> None:
    """The kiosk does its daily chore for some days, and nobody unlocks."""
    for _ in range(int(days)):
        keeper.now += timedelta(days=1)
        keeper.kept.clock.now = keeper.now
        keeper.kept.vault.reconcile()
        retention.purge(keeper.home, keeper.kept.vault, 90, keeper.now)
    keeper.kept.vault.close()


def test_what_went_because_its_time_was_over_stands_in_the_audit_by_the_day(keeper: Keeper) -> None:
    events(keeper)
    for number in (1, 2):
        keeper.saves(number)
    runs(keeper, 1)
    keeper.saves(3)
    runs(keeper, 92)
    both = ", ".join(keeper.name_of(id_) for id_ in sorted([id_of(1), id_of(2)]))
    noted = [
        ("the kiosk", "deleted what had expired", f"30 May 2026, 2 entries: {both}"),
        ("the kiosk", "deleted what had expired", f"31 May 2026, 1 entry: {keeper.name(3)}"),
    ]
    for _ in range(2):  # once each
        assert sorted(events(keeper)) == noted


def test_it_is_told_apart_from_what_a_lead_purged_and_from_what_a_customer_deleted(keeper: Keeper) -> None:
    events(keeper)
    for number in (1, 2):
        keeper.saves(number)
    keeper.kept.vault.erase(id_of(2))
    keeper.kept.vault.close()
    keeper.now += timedelta(days=91)
    keeper.as_jo("purge", "--clock-is-right")
    assert events(keeper) == [("Jo Smith", "deleted", "its time was over")]


def test_a_tag_that_no_desk_made_hides_nothing(keeper: Keeper) -> None:
    events(keeper)
    keeper.saves(1)
    keeper.kept.vault.erase(id_of(1), lambda *_: "0" * 64, why="time")
    keeper.kept.vault.close()
    assert events(keeper) == [
        ("the kiosk", "deleted what had expired", f"1 Mar 2026, 1 entry: {keeper.name(1)}")
    ]


@pytest.mark.parametrize("held", [b'{"erased": "long ago", "why": "time"}', b'{"why": "time"}'])
def test_what_a_tombstone_says_is_noted_in_plain_words_though_its_list_was_lost(
    keeper: Keeper, held: bytes
) -> None:
    events(keeper)
    keeper.saves(1)
    keeper.kept.vault.erase(id_of(1))
    keeper.kept.vault.close()
    keeper.home.catalogue.unlink()
    PageFiles(keeper.home.vault).tombstone(id_of(1)).write_bytes(held)
    keeper.kept.vault.reconcile()
    keeper.kept.vault.close()
    assert events(keeper) == [
        ("the kiosk", "deleted what had expired", f"on an unknown day, 1 entry: {keeper.name(1)}")
    ]


def test_many_are_noted_in_several_lines(keeper: Keeper) -> None:
    events(keeper)
    for number in range(12):
        keeper.saves(number)
    runs(keeper, 91)
    assert [detail.split(":")[0] for _, _, detail in events(keeper)] == [
        "30 May 2026, 10 entries",
        "30 May 2026, 2 entries",
    ]
