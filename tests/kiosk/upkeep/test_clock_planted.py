"""Dates that somebody who can write to the disk put there: they erase nothing early, they stop nothing for
good, and whoever unlocks is told.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from kiosk.dates import nanoseconds
from kiosk.home import Home
from kiosk.upkeep import clock, retention
from kiosk.upkeep.clock import SETTLES, Known, judge
from kiosk.vault.vault import Vault
from tests.kiosk.desk.offices import ALI, JO, NOON, Office, office
from tests.kiosk.sealed import id_of
from tests.kiosk.upkeep.kept import Kept
from tests.kiosk.vault.helpers import always

__all__ = ["office"]

DAY = timedelta(days=1)
FAR = datetime(2299, 6, 1, tzinfo=UTC)
DAYS = 90

PLANTED = {
    "trusted": Known(trusted=FAR),
    "strange since": Known(strange_since=FAR, strange_last=FAR),
    "strange from long ago": Known(strange_since=datetime(1970, 1, 2, tzinfo=UTC), strange_last=FAR),
    "all": Known(trusted=FAR, strange_since=FAR, strange_last=FAR),
}


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    made = Kept(tmp_path / "home")
    clock.write(made.home.clock, Known(trusted=made.now))
    return made


def purge(kept: Kept, *, right: bool = False) -> list[str]:
    done = retention.purge(kept.home, kept.vault, DAYS, kept.now, clock_is_right=right)
    return [row.id for row in done.erased]


@pytest.mark.parametrize("what", PLANTED)
def test_no_planted_date_erases_before_an_entrys_time_or_keeps_one_longer_than_is_waited_anyway(
    kept: Kept, what: str
) -> None:
    old = kept.saved_days_ago(100, 1)
    (young,) = kept.saves(2)
    clock.write(kept.home.clock, PLANTED[what])
    erased: list[str] = []
    for day in range(DAYS):
        erased += purge(kept)
        assert day < SETTLES.days or erased == [old]
        kept.clock.passes(days=1)
    assert erased == [old]
    assert young in kept.holds()


def test_an_entry_that_is_dated_far_ahead_stops_nothing_for_good_either(kept: Kept) -> None:
    old = kept.saved_days_ago(100, 1)
    kept.saved_days_ago(-100_000, 2)
    erased: list[str] = []
    for _ in range(SETTLES.days + 1):
        erased += purge(kept)
        kept.clock.passes(days=1)
    assert erased == [old]


@pytest.mark.parametrize(
    "known",
    [
        Known(trusted=NOON, strange_since=NOON - 400 * DAY, strange_last=NOON - 300 * DAY),
        Known(trusted=NOON, strange_since=NOON + 400 * DAY, strange_last=NOON + 300 * DAY),
        Known(trusted=NOON, strange_since=NOON - 9 * DAY, strange_last=None),
    ],
)
def test_a_week_that_was_not_waited_is_waited(known: Known) -> None:
    assert not judge(known, NOON + 300 * DAY, NOON)[0].right


def test_a_clock_that_is_behind_and_simply_runs_on_erases_again_and_goes_on_saying_so() -> None:
    """What is due by an earlier day is due. What is saved is dated no earlier than before all the same."""
    known, now = Known(trusted=NOON), NOON - 400 * DAY
    for _ in range(SETTLES.days):
        verdict, known = judge(known, now, NOON)
        assert not verdict.right
        assert "Nothing expires until" in verdict.says
        now += DAY
    verdict, known = judge(known, now, NOON)
    assert verdict.right
    assert "Set the clock" in verdict.says
    assert known.trusted == NOON
    assert judge(known, NOON + DAY, NOON) == (clock.Verdict(), Known(trusted=NOON + DAY))
    assert not judge(known, NOON + 30 * DAY, NOON)[0].right


def test_where_a_lead_says_that_the_clock_is_right_what_was_dated_ahead_goes_when_its_time_is_over(
    kept: Kept,
) -> None:
    clock.write(kept.home.clock, Known(trusted=FAR))
    dated = Vault(
        kept.home.root,
        clock=lambda: kept.now,
        name_of=lambda id_: id_,
        not_before=clock.not_before(kept.home.clock),
    )
    page = kept_page(kept)
    with dated as vault:
        vault.save(id_of(1), "One", page)
        vault.add_page(id_of(1), always(page))
        assert vault.row(id_of(1)).last_page == FAR + clock.JUST_AFTER
    keys = kept.pauses(2)
    draft = kept.home.drafts / f"{keys.id}.age"
    os.utime(draft, ns=(nanoseconds(FAR), nanoseconds(FAR)))
    assert purge(kept, right=True) == []
    row = kept.vault.row(id_of(1))
    assert (row.saved, row.last_page) == (kept.now, kept.now)
    kept.clock.passes(days=DAYS + 1)
    assert retention.purge(kept.home, kept.vault, DAYS, kept.now, clock_is_right=True).drafts == 1
    assert id_of(1) not in kept.holds()


def kept_page(kept: Kept) -> bytes:
    kept.saves(9)
    (page,) = kept.vault.pages(id_of(9))
    return page


# -- at the desk


def test_a_date_far_ahead_is_told_at_each_unlock_in_plain_words_until_it_is_put_right(office: Office) -> None:
    office.saves()
    office.desk()
    clock.write(office.home.clock, Known(trusted=FAR))
    for name in (ALI, JO, ALI):
        said = office.warned(name)
        assert f"{office.home.clock} says 1 Jun 2299" in said
        assert "Set the clock" in said
        assert "'kiosk purge --clock-is-right'" in said
    desk = office.desk()
    retention.purge(office.home, desk.vault, DAYS, NOON, clock_is_right=True)
    assert office.warned() == ""


def test_an_entry_dated_far_ahead_is_told_as_one(office: Office) -> None:
    saved = office.saves()
    office.desk()
    with Vault(office.home.root, clock=lambda: FAR, name_of=lambda id_: id_) as vault:
        vault.add_page(saved.id, always(office.page(saved).read_bytes()))
    assert "an entry here is dated 1 Jun 2299" in office.warned()


@pytest.mark.parametrize(
    "make",
    [
        Path.mkdir,
        os.mkfifo,
        lambda path: path.symlink_to("/dev/zero"),
        lambda path: path.write_bytes(b" " * 5000),
    ],
    ids=["folder", "pipe", "link", "long"],
)
def test_what_is_no_clock_file_in_its_place_is_told_with_what_to_do(
    office: Office, make: Callable[[Path], object]
) -> None:
    office.desk()
    make(office.home.clock)
    assert f"{office.home.clock} cannot be read, so no entry expires" in office.warned()
    assert "Move the file away" in office.warned()


def test_a_clock_file_with_a_date_beyond_all_calendars_tells_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for date in ("9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2300-01-02T00:00:00Z"):
        home.clock.write_bytes(msgspec.json.encode({"version": 2, "trusted": date}))
        assert clock.read(home.clock) == Known()
