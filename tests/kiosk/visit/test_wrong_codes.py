"""Wrong codes are counted whatever happens in between, and each makes the next look slower."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from kiosk.count_file import MOST
from kiosk.visit.wrong_codes import LAPSE, Attempts, CodesTried
from tests.kiosk.strange import in_the_way_of_the_file, in_the_way_of_the_folder

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "home" / "attempts"


@pytest.fixture
def attempts(file: Path) -> Attempts:
    return Attempts(file)


def tries(attempts: Attempts, times: int) -> None:
    for _ in range(times):
        attempts.begin(NOON)


def test_the_first_looks_take_no_time_and_each_wrong_code_makes_the_next_slower(attempts: Attempts) -> None:
    delays = [attempts.begin(NOON) for _ in range(12)]
    assert delays == [0, 0, 1, 2, 3, 3, 3, 3, 3, 3, 3, 3]


def test_the_next_customer_waits_a_few_seconds_at_most(attempts: Attempts) -> None:
    tries(attempts, 500)
    assert attempts.begin(NOON) <= 3
    attempts.was_right()
    assert attempts.begin(NOON) == 0


@pytest.mark.parametrize(
    ("later", "delay"),
    [(LAPSE, 3), (LAPSE + timedelta(seconds=1), 0), (timedelta(days=4000), 0), (timedelta(days=-4000), 3)],
)
def test_after_a_quarter_of_an_hour_nobody_waits_for_what_was_typed_before(
    attempts: Attempts, later: timedelta, delay: float
) -> None:
    tries(attempts, 8)
    assert attempts.begin(NOON + later) == delay
    # Whatever the clock showed, from now on it counts again.
    assert [attempts.begin(NOON + later) for _ in range(5)][-1] == 3
    assert attempts.read().wrong == 14


def test_what_was_tried_is_kept_over_a_restart_from_the_moment_it_is_looked_at(
    attempts: Attempts, file: Path
) -> None:
    assert attempts.read() == CodesTried()
    assert not file.parent.exists()
    attempts.begin(datetime(2026, 3, 1, 13, 0, 5, 999_999, timezone(timedelta(hours=1))))
    # And so it does where the plug is pulled now.
    assert Attempts(file).read() == CodesTried(running=1, wrong=1, last=NOON + timedelta(seconds=5))
    tries(attempts, 8)
    later = Attempts(file)
    assert later.begin(NOON + timedelta(minutes=5)) == 3
    assert Attempts(file).read() == CodesTried(running=10, wrong=10, last=NOON + timedelta(minutes=5))


def test_a_right_code_does_not_count_and_begins_a_new_row(attempts: Attempts, file: Path) -> None:
    tries(attempts, 5)
    attempts.begin(NOON + timedelta(minutes=5))
    attempts.was_right()
    assert Attempts(file).read() == CodesTried(running=0, wrong=5, last=NOON)
    assert [attempts.begin(NOON) for _ in range(4)] == [0, 0, 1, 2]
    assert attempts.read().wrong == 9


def test_right_codes_alone_leave_nothing_to_tell_staff(attempts: Attempts) -> None:
    for _ in range(20):
        assert attempts.begin(NOON) == 0
        attempts.was_right()
    assert attempts.read() == CodesTried()


def test_what_staff_have_seen_is_not_told_again_and_delays_nobody(attempts: Attempts, file: Path) -> None:
    tries(attempts, 7)
    Attempts(file).seen()
    assert attempts.read() == CodesTried()
    assert attempts.begin(NOON) == 0
    assert attempts.read() == CodesTried(running=1, wrong=1, last=NOON)


def test_a_file_that_does_not_read_as_one_counts_as_none_and_is_replaced(file: Path) -> None:
    file.parent.mkdir()
    for written in (
        *(b"", b"junk", b"\xff", b"[]", b"[" * 100_000, b'{"running":' + b"[" * 100_000),
        *(b'{"version":2,"running":7}', b'{"running":7,"more":1}', b'{"running":"7"}', b'{"running":7.5}'),
        *(b'{"running":-1}', b'{"wrong":-1}', b'{"running":9007199254740992}', b'{"last":5}'),
        *(b'{"running":' + b"9" * 400 + b"}", b'{"last":"2026-03-01T12:00:00"}', b" " * 5_000 + b"{}"),
    ):
        file.write_bytes(written)
        assert Attempts(file).read() == CodesTried(), written[:50]
        assert Attempts(file).begin(NOON) == 0, written[:50]
        assert Attempts(file).read() == CodesTried(running=1, wrong=1, last=NOON), written[:50]


@pytest.mark.parametrize("spoil", [in_the_way_of_the_folder, in_the_way_of_the_file])
def test_where_the_disk_takes_nothing_it_counts_in_memory(
    attempts: Attempts, file: Path, spoil: object
) -> None:
    assert callable(spoil)
    spoil(file)
    tries(attempts, 6)
    assert attempts.read().wrong == 6
    assert attempts.begin(NOON) == 3
    attempts.was_right()
    assert (attempts.read().running, attempts.read().wrong) == (0, 6)
    attempts.seen()
    assert attempts.read() == CodesTried()


def test_what_counted_in_memory_is_kept_once_the_disk_takes_it(attempts: Attempts, file: Path) -> None:
    in_the_way_of_the_folder(file)
    tries(attempts, 6)
    file.parent.unlink()
    attempts.begin(NOON)
    assert Attempts(file).read() == CodesTried(running=7, wrong=7, last=NOON)
    Attempts(file).seen()
    assert attempts.read() == CodesTried()


@pytest.mark.parametrize("last", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", None])
def test_no_date_and_no_number_in_the_file_delays_for_longer_or_stops_the_count(
    attempts: Attempts, file: Path, last: str | None
) -> None:
    file.parent.mkdir()
    file.write_text(json.dumps({"running": MOST, "wrong": MOST, "last": last}))
    delays = [attempts.begin(NOON) for _ in range(6)]
    assert max(delays) == delays[-1] == 3
    # A date that no clock shows makes the file one that does not read, and the count begins again.
    assert Attempts(file).read().wrong == (6 if last else MOST)
