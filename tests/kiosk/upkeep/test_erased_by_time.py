"""What the kiosk erases by itself stands in the audit, told apart from what staff did."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.upkeep import retention
from kiosk.vault.page_files import PageFiles
from tests.kiosk.machines import Keeper
from tests.kiosk.upkeep.kept import id_of


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keeper:
    return Keeper(tmp_path, monkeypatch)


def events(machine: Keeper) -> list[tuple[str, str, str]]:
    """Who erased what, oldest first: a desk unlocks for the look."""
    told: list[dict[str, Any]] = json.loads(machine.as_jo("audit", "--json").stdout)
    return [
        (event["who"], event["did"], event["detail"] or event["entry"])
        for event in reversed(told)
        if event["did"].startswith("deleted")
    ]


def runs(machine: Keeper, days: float) -> None:
    """The kiosk does its daily chore for some days, and nobody unlocks."""
    for _ in range(int(days)):
        machine.now += timedelta(days=1)
        machine.kept.clock.now = machine.now
        machine.kept.vault.reconcile()
        retention.purge(machine.home, machine.kept.vault, 90, machine.now)
    machine.kept.vault.close()


def test_what_went_because_its_time_was_over_stands_in_the_audit_by_the_day(machine: Keeper) -> None:
    events(machine)
    for number in (1, 2):
        machine.saves(number)
    runs(machine, 1)
    machine.saves(3)
    runs(machine, 92)
    both = ", ".join(machine.name_of(id_) for id_ in sorted([id_of(1), id_of(2)]))
    noted = [
        ("the kiosk", "deleted what had expired", f"30 May 2026, 2 entries: {both}"),
        ("the kiosk", "deleted what had expired", f"31 May 2026, 1 entry: {machine.name(3)}"),
    ]
    for _ in range(2):  # once each
        assert sorted(events(machine)) == noted


def test_it_is_told_apart_from_what_a_lead_purged_and_from_what_a_customer_deleted(machine: Keeper) -> None:
    events(machine)
    for number in (1, 2):
        machine.saves(number)
    machine.kept.vault.erase(id_of(2))
    machine.kept.vault.close()
    machine.now += timedelta(days=91)
    machine.as_jo("purge", "--clock-is-right")
    assert events(machine) == [("Jo Smith", "deleted", "its time was over")]


def test_a_tag_that_no_desk_made_hides_nothing(machine: Keeper) -> None:
    events(machine)
    machine.saves(1)
    machine.kept.vault.erase(id_of(1), lambda *_: "0" * 64, why="time")
    machine.kept.vault.close()
    assert events(machine) == [
        ("the kiosk", "deleted what had expired", f"1 Mar 2026, 1 entry: {machine.name(1)}")
    ]


@pytest.mark.parametrize("held", [b'{"erased": "long ago", "why": "time"}', b'{"why": "time"}'])
def test_what_a_tombstone_says_is_noted_in_plain_words_though_its_list_was_lost(
    machine: Keeper, held: bytes
) -> None:
    events(machine)
    machine.saves(1)
    machine.kept.vault.erase(id_of(1))
    machine.kept.vault.close()
    machine.home.catalogue.unlink()
    PageFiles(machine.home.vault).tombstone(id_of(1)).write_bytes(held)
    machine.kept.vault.reconcile()
    machine.kept.vault.close()
    assert events(machine) == [
        ("the kiosk", "deleted what had expired", f"on an unknown day, 1 entry: {machine.name(1)}")
    ]


def test_many_are_noted_in_several_lines(machine: Keeper) -> None:
    events(machine)
    for number in range(12):
        machine.saves(number)
    runs(machine, 91)
    assert [detail.split(":")[0] for _, _, detail in events(machine)] == [
        "30 May 2026, 10 entries",
        "30 May 2026, 2 entries",
    ]
