"""Moments: what files are dated with is exact."""

from datetime import UTC, datetime, timedelta, timezone

from kiosk.moments import nanoseconds


def test_a_moment_in_nanoseconds_is_exact_in_every_zone() -> None:
    moment = datetime(2026, 3, 1, 12, 0, 0, 123_457, UTC)
    assert nanoseconds(moment) == 1_772_366_400_123_457_000
    assert nanoseconds(moment.astimezone(timezone(timedelta(hours=5, minutes=30)))) == nanoseconds(moment)
