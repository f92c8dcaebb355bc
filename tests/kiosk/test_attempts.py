"""Wrong codes are counted whatever happens in between, and each makes the next look slower."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from kiosk.attempts import Attempts, Tried

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
    assert delays == [0, 0, 1, 2, 5, 10, 20, 40, 40, 40, 40, 40]


def test_looking_at_what_was_tried_makes_nothing(attempts: Attempts, file: Path) -> None:
    assert attempts.read() == Tried()
    assert not file.parent.exists()


def test_what_was_tried_is_kept_over_a_restart(attempts: Attempts, file: Path) -> None:
    tries(attempts, 9)
    later = Attempts(file)
    assert later.begin(NOON + timedelta(hours=1)) == 40
    assert Attempts(file).read() == Tried(running=10, wrong=10, last=NOON + timedelta(hours=1))


def test_a_code_counts_as_wrong_from_the_moment_it_is_looked_at(attempts: Attempts, file: Path) -> None:
    attempts.begin(NOON)
    assert Attempts(file).read().wrong == 1  # and so it does where the plug is pulled now


def test_a_right_code_does_not_count_and_begins_a_new_row(attempts: Attempts, file: Path) -> None:
    tries(attempts, 5)
    attempts.begin(NOON + timedelta(hours=1))
    attempts.was_right()
    assert Attempts(file).read() == Tried(running=0, wrong=5, last=NOON)
    assert [attempts.begin(NOON) for _ in range(4)] == [0, 0, 1, 2]
    assert attempts.read().wrong == 9


def test_right_codes_alone_leave_nothing_to_tell_staff(attempts: Attempts) -> None:
    for _ in range(20):
        assert attempts.begin(NOON) == 0
        attempts.was_right()
    assert attempts.read() == Tried()


def test_what_staff_have_seen_is_not_told_again_and_the_delay_stays(attempts: Attempts, file: Path) -> None:
    tries(attempts, 7)
    Attempts(file).seen()
    assert attempts.read() == Tried(running=7)
    assert attempts.begin(NOON) == 40
    assert attempts.read() == Tried(running=8, wrong=1, last=NOON)


def test_the_last_time_is_kept_in_utc_to_the_second(attempts: Attempts) -> None:
    attempts.begin(datetime(2026, 3, 1, 13, 0, 5, 999_999, timezone(timedelta(hours=1))))
    assert attempts.read().last == NOON + timedelta(seconds=5)


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"junk",
        b"\xff",
        b"[]",
        b"null",
        b"[" * 100_000,
        b'{"running":' + b"[" * 100_000,
        b'{"version":2,"running":7}',
        b'{"running":7,"more":1}',
        b'{"running":"7"}',
        b'{"running":7.5}',
        b'{"running":-1}',
        b'{"running":-100}',
        b'{"wrong":-1}',
        b'{"running":18446744073709551615}',
        b'{"running":' + b"9" * 400 + b"}",
        b'{"last":"2026-03-01T12:00:00"}',
        b'{"last":5}',
    ],
)
def test_a_file_that_does_not_read_as_one_counts_as_none_and_is_replaced(
    attempts: Attempts, file: Path, written: bytes
) -> None:
    file.parent.mkdir()
    file.write_bytes(written)
    assert attempts.read() == Tried()
    assert attempts.begin(NOON) == 0
    assert Attempts(file).read() == Tried(running=1, wrong=1, last=NOON)


def in_the_way_of_the_folder(file: Path) -> None:
    file.parent.write_text("a file in the way")


def in_the_way_of_the_file(file: Path) -> None:
    file.mkdir(parents=True)


@pytest.mark.parametrize("spoil", [in_the_way_of_the_folder, in_the_way_of_the_file])
def test_where_the_disk_takes_nothing_it_counts_in_memory(
    attempts: Attempts, file: Path, spoil: object
) -> None:
    assert callable(spoil)
    spoil(file)
    tries(attempts, 6)
    assert attempts.read().wrong == 6
    assert attempts.begin(NOON) == 20
    attempts.was_right()
    assert (attempts.read().running, attempts.read().wrong) == (0, 6)
    attempts.seen()
    assert attempts.read() == Tried()


def test_what_counted_in_memory_is_kept_once_the_disk_takes_it(attempts: Attempts, file: Path) -> None:
    in_the_way_of_the_folder(file)
    tries(attempts, 6)
    file.parent.unlink()
    attempts.begin(NOON)
    assert Attempts(file).read() == Tried(running=7, wrong=7, last=NOON)
    Attempts(file).seen()
    assert attempts.read() == Tried(running=7)
