"""Moments: as they are stored, and as people read them."""

from datetime import UTC, date, datetime, timedelta, tzinfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_second(moment: datetime) -> datetime:
    """Return a moment as records hold it: UTC, in whole seconds."""
    return moment.astimezone(UTC).replace(microsecond=0)


def nanoseconds(moment: datetime) -> int:
    """Return a moment as files are dated: in nanoseconds since 1970."""
    return (moment - EPOCH) // timedelta(microseconds=1) * 1000


def on_day(moment: datetime, zone: tzinfo | None = None) -> str:
    """Return a day as people here read it. `zone` is its time zone; None is the machine's."""
    return long_day(moment.astimezone(zone))


def on_short_day(moment: datetime, zone: tzinfo | None = None) -> str:
    """Return a day as it stands in a list here, in a time zone as `on_day` takes it."""
    return short_day(moment.astimezone(zone))


def long_day(day: date) -> str:
    """Return a day as it stands in a sentence: `4 March 2026`."""
    return f"{day.day} {day:%B %Y}"


def short_day(day: date) -> str:
    """Return a day as it stands in a list: `4 Mar 2026`."""
    return f"{day.day} {day:%b %Y}"
