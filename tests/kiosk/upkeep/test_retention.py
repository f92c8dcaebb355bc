"""How long entries are kept, and what is erased when their time is over."""

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.dates import now
from kiosk.errors import NoEntryError, VaultError
from kiosk.launch import tidy
from kiosk.settings.settings import keep_settings, load_settings, with_days
from kiosk.upkeep import clock, retention
from kiosk.upkeep.clock import Known
from tests.kiosk.sealed import id_of
from tests.kiosk.upkeep.kept import Kept
from tests.kiosk.vault.helpers import FaultyDisk

DAYS = 90


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    made = Kept(tmp_path / "home")
    clock.write(made.home.clock, Known(trusted=made.now))
    return made


def purged(kept: Kept, days: int = DAYS) -> list[str]:
    """Purge, and return the ids that went."""
    done = retention.purge(kept.home, kept.vault, days, kept.now)
    assert (done.failed, done.refused) == ((), "")
    return [row.id for row in done.erased]


def test_entries_and_paused_visits_go_when_their_days_are_over_and_not_before(kept: Kept) -> None:
    (entry_id,), paused = kept.saves(1), kept.pauses(1).id
    for _ in range(DAYS):
        assert purged(kept) == []
        assert kept.paused() == {paused}
        kept.clock.passes(days=1)
    assert purged(kept) == [entry_id]
    kept.clock.passes(seconds=1)
    assert purged(kept) == []
    assert (kept.holds(), kept.paused()) == ({}, set())


def test_days_count_from_the_last_page(kept: Kept) -> None:
    old, amended = kept.saved_days_ago(100, 1), kept.saved_days_ago(100, 2)
    kept.adds(2)
    assert purged(kept) == [old]
    assert list(kept.holds()) == [amended]


def test_what_goes_first_is_told_first_and_what_goes_late_not_at_all(kept: Kept) -> None:
    ids = {days: kept.saved_days_ago(days, number) for number, days in enumerate((10, 76, 80, 91, 200, 75.5))}
    going = retention.going(kept.vault.rows(), DAYS, kept.now)
    assert [row.id for row in going.due] == [ids[200], ids[91]]
    assert [row.id for row in going.soon] == [ids[80], ids[76]]
    leaving = retention.leaving(kept.vault.rows(), DAYS, kept.now)
    assert set(leaving) == {ids[200], ids[91], ids[80], ids[76]}
    assert leaving[ids[80]] == kept.now + timedelta(days=10)
    assert leaving[ids[200]] == kept.now


def test_another_period_counts_for_what_is_here(kept: Kept) -> None:
    entry_id, paused = kept.saved_days_ago(40, 1), kept.pauses(1, days_ago=40).id
    assert purged(kept, 41) == []
    assert kept.paused() == {paused}
    assert purged(kept, 30) == [entry_id]
    assert kept.paused() == set()


def test_a_period_longer_than_any_calendar_keeps_for_ever(kept: Kept) -> None:
    kept.saved_days_ago(1000, 1)
    paused = kept.pauses(1, days_ago=1000).id
    assert purged(kept, 10**10) == []
    assert kept.paused() == {paused}


@pytest.mark.parametrize("days", [-1, -20_000, 8, 300])
def test_nothing_is_erased_while_the_clock_is_not_believed(kept: Kept, days: int) -> None:
    kept.saved_days_ago(89, 1)
    kept.saved_days_ago(500, 2)
    before, paused = kept.holds(), kept.pauses(1, days_ago=500).id
    kept.clock.passes(days=days)
    done = retention.purge(kept.home, kept.vault, DAYS, kept.now)
    assert (done.erased, done.drafts) == ((), 0)
    assert "clock" in done.refused
    assert (kept.holds(), kept.paused()) == (before, {paused})


def test_a_member_of_staff_can_say_that_the_clock_is_right(kept: Kept) -> None:
    entry_id = kept.saved_days_ago(80, 1)
    kept.clock.passes(days=20)
    done = retention.purge(kept.home, kept.vault, DAYS, kept.now, clock_is_right=True)
    assert [row.id for row in done.erased] == [entry_id]
    kept.clock.passes(days=1)
    assert purged(kept) == []


def test_looking_changes_nothing(kept: Kept) -> None:
    kept.saved_days_ago(100, 1)
    paused = kept.pauses(1, days_ago=100).id
    written = kept.home.clock.read_bytes()
    verdict, going = retention.look(kept.home, kept.vault, DAYS, kept.now + timedelta(days=1))
    assert verdict.right
    assert [row.id for row in going.due] == [id_of(1)]
    assert kept.home.clock.read_bytes() == written
    assert (len(kept.holds()), kept.paused()) == (1, {paused})


def test_what_was_amended_or_erased_since_the_list_was_read_is_not_purged(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    amended, erased, old = (kept.saved_days_ago(100, number) for number in (1, 2, 3))
    rows = kept.vault.rows()
    kept.adds(1)
    kept.vault.erase(erased)
    monkeypatch.setattr(kept.vault, "rows", lambda: rows)
    assert purged(kept) == [old]
    assert kept.vault.has(amended)


def test_one_entry_that_cannot_be_erased_does_not_keep_the_others(tmp_path: Path) -> None:
    disk = FaultyDisk()
    kept = Kept(tmp_path, disk=disk)
    ids = {kept.saved_days_ago(100, number) for number in range(3)}
    disk.fails("unlink", after=1)
    done = retention.purge(kept.home, kept.vault, DAYS, kept.now, clock_is_right=True)
    assert {row.id for row in (*done.erased, *done.failed)} == ids
    assert len(done.failed) >= 1
    assert len(done.erased) >= 1
    disk.is_well()
    kept.vault.reconcile()
    for row in done.failed:
        with pytest.raises(NoEntryError):
            kept.vault.pages(row.id)


def test_where_the_clock_file_cannot_be_kept_nothing_is_erased(kept: Kept) -> None:
    kept.saved_days_ago(100, 1)
    disk = FaultyDisk()
    disk.fails("rename")
    with pytest.raises(VaultError, match="nothing was deleted"):
        retention.purge(kept.home, kept.vault, DAYS, kept.now, disk=disk)
    assert len(kept.holds()) == 1
    kept.home.clock.unlink()
    kept.home.clock.mkdir()
    with pytest.raises(VaultError, match="cannot be read"):
        retention.look(kept.home, kept.vault, DAYS, kept.now)


# -- paused visits


def test_a_paused_visit_that_cannot_be_erased_is_told_and_the_entries_go_all_the_same(kept: Kept) -> None:
    entry_id = kept.saved_days_ago(100, 1)
    keys = kept.pauses(2, days_ago=100)
    disk = FaultyDisk()
    disk.fails("unlink")
    done = retention.purge(kept.home, kept.vault, DAYS, kept.now, disk=disk)
    assert [row.id for row in done.erased] == [entry_id]
    assert (done.drafts, done.apart_failed) == (0, True)
    assert kept.paused() == {keys.id}
    again = retention.purge(kept.home, kept.vault, DAYS, kept.now)
    assert (again.drafts, again.apart_failed) == (1, False)


def test_the_period_is_written_with_all_other_settings_as_they_were(kept: Kept) -> None:
    before = load_settings(kept.home.settings)
    keep_settings(kept.home, with_days(before, 30))
    after = load_settings(kept.home.settings)
    assert after.privacy.days == 30
    assert with_days(after, before.privacy.days) == before
    assert "# How many days an entry is kept" in kept.home.settings.read_text()


def test_the_daily_chore_erases_what_is_due_and_logs_how_many_without_a_key(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    for key in kept.home.staff.iterdir():
        key.unlink()
    clock.write(kept.home.clock, Known(trusted=now()))
    kept.clock.now = now()
    kept.saved_days_ago(91, 1)
    young = kept.saved_days_ago(1, 2)
    kept.pauses(3, days_ago=91)
    kept.pauses(4, days_ago=92)
    paused = kept.pauses(5, days_ago=1)
    tidy({"KIOSK_HOME": str(tmp_path)})
    assert list(kept.holds()) == [young]
    assert kept.paused() == {paused.id}
    log = kept.home.log.read_text()
    assert "entries erased because their time was over: 1" in log
    assert "paused visits erased because their time was over: 2" in log
    assert "Name" not in log


def test_the_daily_chore_logs_why_nothing_was_erased(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    kept.clock.now = now()
    kept.saved_days_ago(-2, 1)
    kept.saved_days_ago(100, 2)
    tidy({"KIOSK_HOME": str(tmp_path)})
    assert len(kept.holds()) == 2
    assert "no entry was erased for its age. This machine's clock" in kept.home.log.read_text()
