"""The clock: when it is believed, when it is not, and how that ends."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.dates import at_time, day_of, full_day, on_short_day
from kiosk.upkeep import clock
from kiosk.upkeep.clock import AHEAD, BEHIND, SETTLES, Known, judge
from kiosk.vault.vault import Vault
from tests.kiosk.sealed import FIRST, SECOND, id_of
from tests.kiosk.upkeep.kept import Kept, page
from tests.kiosk.vault.helpers import NOON, always

DAY = timedelta(days=1)


def run(known: Known, now: datetime, newest: datetime | None = None) -> tuple[bool, Known]:
    """One daily run: whether it erases, and what it writes down."""
    verdict, written = judge(known, now, newest)
    return verdict.right, written


def test_an_empty_kiosk_believes_its_clock() -> None:
    assert run(Known(), NOON) == (True, Known(trusted=NOON))


def test_a_kiosk_that_runs_every_day_believes_its_clock() -> None:
    known = Known()
    for day in range(40):
        right, known = run(known, NOON + day * DAY, NOON + day * DAY - DAY / 2)
        assert right


@pytest.mark.parametrize("newest", ["a page", "the last run"])
def test_a_clock_behind_the_newest_thing_is_not_believed_and_nothing_is_forgotten(newest: str) -> None:
    known = Known(trusted=NOON if newest == "the last run" else None)
    page_time = NOON if newest == "a page" else None
    for back in (timedelta(minutes=6), DAY, 20_000 * DAY):
        verdict, written = judge(known, NOON - back, page_time)
        assert not verdict.right
        assert "Set the clock" in verdict.says
        assert "--clock-is-right" in verdict.says
        assert written.trusted == known.trusted
    assert judge(known, NOON - BEHIND, page_time)[0].right


def test_a_clock_set_by_the_network_does_not_move_what_is_known_back() -> None:
    assert run(Known(trusted=NOON), NOON - timedelta(minutes=1)) == (True, Known(trusted=NOON))


def test_a_long_weekend_is_no_jump() -> None:
    assert run(Known(trusted=NOON), NOON + AHEAD)[0]


def test_a_jump_ahead_erases_nothing_and_is_believed_after_a_week_of_running() -> None:
    known, start = Known(trusted=NOON), NOON + 12 * DAY
    told = judge(known, start, NOON)[0].says
    assert "12 days after the kiosk last ran" in told
    assert on_short_day(start + SETTLES) in told
    for day in range(SETTLES.days):
        right, known = run(known, start + day * DAY, start + day * DAY)
        assert not right
        assert known.trusted == NOON
    right, known = run(known, start + SETTLES)
    assert right
    assert known == Known(trusted=start + SETTLES)


def test_a_clock_that_is_set_right_within_the_week_is_believed_at_once() -> None:
    _, known = run(Known(trusted=NOON), NOON + 300 * DAY)
    assert run(known, NOON + DAY) == (True, Known(trusted=NOON + DAY))


def test_a_second_jump_starts_the_week_again() -> None:
    _, known = run(Known(trusted=NOON), NOON + 30 * DAY)
    _, known = run(known, NOON + 33 * DAY)
    right, known = run(known, NOON + 100 * DAY)
    assert not right
    assert known.strange_since == NOON + 100 * DAY
    assert not run(known, NOON + 100 * DAY + SETTLES - DAY)[0]


def test_what_customers_save_after_a_jump_does_not_make_the_jump_believed() -> None:
    later = NOON + 300 * DAY
    assert not run(Known(trusted=NOON), later, newest=later)[0]


def test_without_a_clock_file_the_newest_page_is_what_the_kiosk_last_did() -> None:
    assert run(Known(), NOON + AHEAD, NOON)[0]
    assert not run(Known(), NOON + AHEAD + DAY, NOON)[0]


def test_staff_who_say_that_it_is_right_end_every_doubt_but_that_of_a_clock_that_was_never_set() -> None:
    verdict, known = clock.confirmed(NOON)
    assert (verdict.right, known) == (True, Known(trusted=NOON))
    assert run(known, NOON + DAY, newest=NOON)[0]
    # What is dated ahead of it from then on, was so under another wrong clock.
    assert not run(known, NOON + DAY, newest=NOON + 2 * DAY)[0]
    verdict, known = clock.confirmed(UNSET[1])
    assert (verdict.right, known) == (False, Known())
    assert "1 Jan 2000" in verdict.says


UNSET = (datetime(1970, 1, 1, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC), datetime(2015, 6, 1, tzinfo=UTC))


@pytest.mark.parametrize("start", UNSET)
def test_a_clock_that_shows_a_time_before_there_were_kiosks_is_never_believed(start: datetime) -> None:
    known, newest = Known(), None
    for day in range(3 * SETTLES.days):
        verdict, known = judge(known, start + day * DAY, newest)
        assert not verdict.right
        assert verdict.behind
        assert "Set the clock" in verdict.says
        assert known.trusted is None
        newest = start + day * DAY


@given(st.lists(st.integers(-400, 400), min_size=1, max_size=30))
def test_whatever_the_clock_does_it_is_believed_again_once_it_runs_on_past_the_newest_thing(
    jumps: list[int],
) -> None:
    known, now, newest = Known(trusted=NOON), NOON, NOON
    for jump in jumps:
        now += jump * DAY
        newest = max(newest, now)
        _, known = run(known, now, newest)
    now = newest
    rights = []
    for _ in range(2 * SETTLES.days + 2):
        right, known = run(known, now, newest)
        rights.append(right)
        now += DAY
    assert rights[-1]
    assert known.trusted == now - DAY


def test_a_clock_file_is_kept_and_one_that_is_damaged_tells_nothing(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    assert clock.read(file) == Known()
    known = Known(trusted=NOON, strange_since=NOON, strange_last=NOON)
    clock.write(file, known)
    assert clock.read(file) == known
    for text in (b"", b"\xff\xfe", b'{"version": 1}', b'{"version": 2, "trusted": "2026-01-01"}'):
        file.write_bytes(text)
        assert clock.read(file) == Known()


def test_an_entry_saved_under_a_clock_that_went_back_is_dated_to_the_last_run(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    clock.write(file, Known(trusted=NOON))
    run_then = NOON + clock.JUST_AFTER
    wrong = datetime(1970, 1, 1, tzinfo=UTC)
    with Vault(
        tmp_path, clock=lambda: wrong, name_of=lambda id_: id_, not_before=clock.not_before(file)
    ) as vault:
        vault.save(id_of(1), "One", page())
        assert vault.row(id_of(1)).saved == run_then
        vault.add_page(id_of(1), always(page()))
        assert vault.row(id_of(1)).last_page == run_then
        # So say the files, from which the list is made again where it is lost.
        assert vault.page_files.times(id_of(1)) == {FIRST: run_then, SECOND: run_then}
        file.unlink()
        file.mkdir()  # a clock file that cannot be read keeps nobody from saving
        vault.save(id_of(2), "Two", page())
        assert vault.row(id_of(2)).saved == wrong


def test_a_clock_that_goes_back_or_jumps_does_not_reorder_what_is_there(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    for number in range(3):
        kept.saves(number)
        kept.clock.passes(days=1)
    before = [row.id for row in kept.vault.rows()]
    for jump in (-1000.0, 5000.0):
        kept.clock.passes(days=jump)
        kept.saves(int(10 + jump / 1000))
        assert [row.id for row in kept.vault.rows() if row.id in before] == before


def test_a_clock_that_cannot_be_believed_is_doubted_where_it_dates_something(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    clock.write(file, Known(trusted=NOON))
    assert clock.doubt(file, NOON + DAY, NOON) == ""
    for now, newest in ((NOON - DAY, None), (NOON, NOON + DAY), (NOON + 3650 * DAY, NOON)):
        said = clock.doubt(file, now, newest)
        assert (
            said == f"This machine's clock shows {full_day(day_of(now))}, {at_time(now)}, and may be wrong."
        )
    file.unlink()
    assert clock.doubt(file, datetime(2000, 1, 1, tzinfo=UTC), None)
    assert clock.doubt(file, NOON, None) == ""
    file.mkdir()
    assert clock.doubt(file, NOON, NOON + DAY)
