"""What was saved under a wrong clock: no entry goes before its time for that, nor stays long after it."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.dates import nanoseconds, now
from kiosk.entry.handle import HandleKeys
from kiosk.errors import VaultError
from kiosk.launch import tidy
from kiosk.upkeep import clock, retention
from kiosk.upkeep.clock import Known
from kiosk.upkeep.retention import Purged
from kiosk.vault.vault import Vault
from kiosk.visit.drafts import Draft, Drafts
from tests.kiosk.machines import Keeper
from tests.kiosk.sealed import FIRST, customer_of, id_of
from tests.kiosk.upkeep.kept import Kept, page
from tests.kiosk.vault.helpers import FaultyDisk, always
from tests.packs import small

DAY = timedelta(days=1)
DAYS = 90
IN_2036 = datetime(2036, 5, 1, tzinfo=UTC)
UNSET = [datetime(1970, 1, 1, 0, 3, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC)]


class Wrong(Kept):
    """A home whose visits know when the clock was last believed, as those of a kiosk do."""

    def __init__(self, root: Path, *, runs: bool = True) -> None:
        super().__init__(root)
        not_before = clock.not_before(self.home.clock)
        self.vault = Vault(
            root, clock=self.clock, name_of=self.vault.name_of, disk=FaultyDisk(), not_before=not_before
        )
        if runs:
            clock.write(self.home.clock, Known(trusted=self.now))
            self.clock.passes(seconds=1)

    def under(self, wrong: datetime, work: Callable[[], object]) -> None:
        """Do something while the clock shows another time."""
        right, self.clock.now = self.clock.now, wrong
        work()
        self.clock.now = right

    def pauses_here(self, number: int) -> HandleKeys:
        keys = HandleKeys(id_of(number), customer_of(number))
        drafts = Drafts(self.home.drafts, clock=self.clock, not_before=clock.not_before(self.home.clock))
        drafts.keep(keys, Draft(made=self.now, pack=small(), answers={"day": "A paused day"}))
        return keys

    def purges(self, *, right: bool = False) -> Purged:
        self.vault.reconcile()
        return retention.purge(self.home, self.vault, DAYS, self.now, clock_is_right=right)

    def runs_for(self, days: int) -> list[str]:
        """Purge once a day, and return the ids of what went."""
        gone: list[str] = []
        for _ in range(days):
            gone += [row.id for row in self.purges().erased]
            self.clock.passes(days=1)
        return gone


@pytest.fixture
def kept(tmp_path: Path) -> Wrong:
    return Wrong(tmp_path / "home")


def test_what_was_saved_in_2036_counts_from_the_day_on_which_staff_say_that_the_clock_is_right(
    kept: Wrong,
) -> None:
    kept.under(IN_2036, lambda: (kept.saves(1), kept.pauses_here(2)))
    kept.saves(3)
    done = kept.purges(right=True)
    assert (done.redated, done.drafts_redated) == (1, 1)
    assert kept.vault.row(id_of(1)).last_page == kept.now
    # The files say the same, from which the list is made again where it is lost.
    assert kept.vault.page_files.times(id_of(1)) == {FIRST: kept.now}
    assert clock.look(kept.home.clock, kept.now, clock.newest_of(kept.vault.rows())) == clock.Verdict()
    assert kept.runs_for(DAYS) == []
    assert set(kept.runs_for(2)) == {id_of(1), id_of(3)}
    assert kept.paused() == set()


def test_a_page_of_2036_before_a_page_of_today_is_told_and_put_right(kept: Wrong) -> None:
    kept.under(IN_2036, lambda: kept.saves(1))
    kept.adds(1)
    assert (
        "dated 1 May 2036" in clock.look(kept.home.clock, kept.now, clock.newest_of(kept.vault.rows())).says
    )
    assert kept.purges(right=True).redated == 1
    row = kept.vault.row(id_of(1))
    assert (row.saved, row.last_page) == (kept.now, kept.now)


def test_a_second_time_that_a_clock_was_wrong_is_told_as_the_first_was(kept: Wrong) -> None:
    kept.under(IN_2036, lambda: kept.saves(1))
    kept.purges(right=True)
    kept.under(IN_2036 - 300 * DAY, lambda: kept.saves(2))
    assert "Set the clock" in clock.look(kept.home.clock, kept.now, clock.newest_of(kept.vault.rows())).says
    assert kept.purges(right=True).redated == 1


def test_what_was_dated_by_hand_at_the_desk_in_2036_keeps_nobody_warned_for_ever(kept: Wrong) -> None:
    kept.saves(1)
    kept.under(IN_2036, lambda: kept.vault.mark(id_of(1), "Jo", lambda *_: "tag"))
    assert clock.look(kept.home.clock, kept.now, clock.newest_of(kept.vault.rows())) == clock.Verdict()


@pytest.mark.parametrize(
    ("start", "says", "runs", "lost"),
    [
        (UNSET[0], False, False, False),
        (UNSET[0], True, False, True),
        (UNSET[0], False, True, True),
        (UNSET[1], True, True, False),
        (UNSET[1], False, False, True),
    ],
)
def test_what_was_saved_before_the_clock_was_set_stays_its_days_from_when_it_is_believed(
    tmp_path: Path, start: datetime, says: bool, runs: bool, lost: bool
) -> None:
    """A kiosk without a battery in its clock was off for longer than entries are kept.

    Each two of these go together: staff say that the clock is right or wait, the kiosk is new or ran, and the
    list is there or lost.
    """
    kept = Wrong(tmp_path / "home", runs=runs)
    kept.clock.passes(days=DAYS + 10)

    def visits() -> None:
        kept.saves(1)
        if not runs:  # else they are dated by the last run
            kept.vault.page_files.redate(id_of(1), [FIRST], start)
        kept.pauses_here(2)
        assert kept.purges().refused

    kept.under(start, visits)
    if lost:
        kept.vault.close()
        kept.home.catalogue.unlink()
    if says:
        kept.purges(right=True)
    gone = kept.runs_for(DAYS)
    assert gone == []
    assert kept.paused() == {id_of(2)}
    assert kept.runs_for(clock.SETTLES.days + 2) == [id_of(1)]
    assert kept.paused() == set()


def test_a_page_that_is_added_before_the_clock_was_set_keeps_its_entry_too(tmp_path: Path) -> None:
    kept = Wrong(tmp_path / "home", runs=False)
    kept.saves(1)
    kept.clock.passes(days=DAYS - 1)
    kept.under(UNSET[1], lambda: kept.adds(1))
    kept.purges(right=True)
    assert kept.runs_for(DAYS) == []
    assert kept.runs_for(1) == [id_of(1)]


def test_an_entry_that_counts_from_a_day_on_goes_by_that_day_though_the_kiosk_was_off_afterwards(
    kept: Wrong,
) -> None:
    kept.under(IN_2036, lambda: kept.saves(1))
    kept.purges(right=True)
    kept.clock.passes(days=DAYS)
    done = kept.purges(right=True)
    assert ([row.id for row in done.erased], done.redated) == ([id_of(1)], 0)


@pytest.mark.parametrize("hours", [1, -1])
def test_a_clock_that_is_set_by_an_hour_between_two_pages_changes_no_ones_days_by_more(
    kept: Wrong, hours: int
) -> None:
    kept.saves(1)
    kept.under(kept.now + timedelta(hours=hours), lambda: kept.vault.add_page(id_of(1), always(page(1, 2))))
    kept.adds(1)
    assert abs(kept.vault.row(id_of(1)).last_page - kept.now) <= timedelta(hours=1)
    assert kept.runs_for(DAYS) == []
    assert kept.runs_for(2) == [id_of(1)]


def test_a_clock_that_was_never_set_cannot_be_said_to_be_right(kept: Wrong) -> None:
    kept.saves(1)
    before = kept.home.clock.read_bytes()
    kept.clock.now = UNSET[1]
    done = kept.purges(right=True)
    assert "Set the clock" in done.refused
    assert (kept.home.clock.read_bytes(), done.redated) == (before, 0)


def test_whoever_unlocks_a_new_kiosk_is_told_that_its_clock_was_never_set(tmp_path: Path) -> None:
    for newest in (None, UNSET[1] - DAY):
        verdict = clock.look(tmp_path / "clock", UNSET[1], newest)
        assert "Set the clock" in verdict.says
        assert "Ask whoever looks after this machine to set the clock" in verdict.plain


def test_dates_that_cannot_be_put_right_leave_what_is_known_of_the_clock(kept: Wrong) -> None:
    kept.under(IN_2036, lambda: kept.saves(1))
    before = kept.home.clock.read_bytes()
    disk = FaultyDisk()
    disk.fails("date")
    kept.vault = Vault(kept.home.root, clock=kept.clock, name_of=kept.vault.name_of, disk=disk)
    with pytest.raises(VaultError, match="could not be corrected"):
        kept.purges(right=True)
    assert kept.home.clock.read_bytes() == before
    disk.is_well()
    assert kept.purges(right=True).redated == 1


def test_what_staff_have_not_finished_does_not_go_by_a_clock_that_is_not_believed(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "home")
    kept.home.unfinished.mkdir(mode=0o700)
    file = kept.home.unfinished / f"{id_of(1)}.note.{'0' * 16}.age"
    file.write_bytes(b"sealed")
    clock.write(kept.home.clock, Known(trusted=now() - 60 * DAY))
    environment = {"KIOSK_HOME": str(kept.home.root)}
    long_ago = nanoseconds(now() - 40 * DAY)
    os.utime(file, ns=(long_ago, long_ago))
    tidy(environment)
    assert file.exists()
    clock.write(kept.home.clock, Known(trusted=now()))
    tidy(environment)
    assert not file.exists()


# -- the command


def test_the_command_says_how_many_a_wrong_clock_had_dated(keeper: Keeper) -> None:
    right = keeper.now
    keeper.now = IN_2036
    for number in (1, 2):
        keeper.saves(number)
    keeper.now = right
    keeper.kept.pauses(3, days_ago=-400)
    told = keeper.as_jo("purge", "--clock-is-right", "--dry-run").stdout.splitlines()
    assert told[0] == "2 entries would be dated today, because a wrong clock dated them."
    assert json.loads(keeper.as_jo("purge", "--clock-is-right", "--dry-run", "--json").stdout)["redated"] == 2
    assert keeper.as_jo("purge", "--clock-is-right").stdout.splitlines() == [
        "A wrong clock had dated 2 entries and 1 paused visit. They count from today.",
        "No entries are due.",
    ]
    told_json = keeper.tells("purge", "--clock-is-right")
    assert (told_json["redated"], told_json["drafts_redated"]) == (0, 0)


def test_the_command_refuses_a_clock_that_was_never_set(keeper: Keeper) -> None:
    keeper.now = UNSET[1]
    assert "shows 1 Jan 2000" in keeper.denies("purge", "--clock-is-right")
