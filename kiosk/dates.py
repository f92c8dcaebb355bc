"""Moments: as they are stored, and as people read them."""

from datetime import UTC, date, datetime, timedelta

from kiosk.language import Words, written_day

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now() -> datetime:
    """Return the time, UTC."""
    return datetime.now(UTC)


def to_second(moment: datetime) -> datetime:
    """Return a moment as records hold it: UTC, in whole seconds."""
    return moment.astimezone(UTC).replace(microsecond=0)


def nanoseconds(moment: datetime) -> int:
    """Return a moment as files are dated: in nanoseconds since 1970."""
    return (moment - EPOCH) // timedelta(microseconds=1) * 1000


def from_nanoseconds(since: int) -> datetime:
    """Return the moment, UTC, of a file that is dated so: of any file one from 1970 on, to the year 2255."""
    return EPOCH + timedelta(microseconds=min(max(since // 1000, 0), 2**53))


def local(moment: datetime) -> datetime:
    """Return a moment as the clock on the wall shows it, in this machine's time zone.

    Days, times and quarters that people read are made here alone: the slip, the screens and the desk then say
    the same of the same moment.
    """
    return moment.astimezone()


def day_of(moment: datetime) -> date:
    """Return the day of a moment here."""
    return local(moment).date()


def on_day(moment: datetime) -> Words:
    """Return a day as people here read it."""
    return long_day(day_of(moment))


def on_short_day(moment: datetime) -> Words:
    """Return a day as it stands in a list here."""
    return short_day(day_of(moment))


def at_time(moment: datetime) -> str:
    """Return a time of day as people here read it: `10:30`."""
    return f"{local(moment):%H:%M}"


def stamp(moment: datetime) -> str:
    """Return a moment that people and programs read (ISO 8601): `2026-03-01T13:00:00+01:00`, `Z` for UTC.

    Its day and time are those here, and it says how far that is from UTC.
    """
    return local(moment).isoformat(timespec="seconds").replace("+00:00", "Z")


def zone_at(moment: datetime) -> str:
    """Return how the time zone here is called at a moment: `BST (UTC+01:00)`, or `UTC`."""
    there = local(moment)
    name, offset = there.tzname(), f"{there:%z}"
    return "UTC" if name == "UTC" else f"{name} (UTC{offset[:3]}:{offset[3:5]})"


def since(moment: datetime, now: datetime) -> str:
    """Return a moment as short as it can be told: the time where it is of today, else the day and month."""
    day = day_of(moment)
    return at_time(moment) if day == day_of(now) else written_day(day, "d MMM")


def long_day(day: date) -> Words:
    """Return a day as it stands in a sentence: `4 March 2026`."""
    return written_day(day)


def full_day(day: date) -> Words:
    """Return a day as it is checked at a glance: `Wednesday 4 March 2026`."""
    return written_day(day, "EEEE d MMMM y")


def short_day(day: date) -> Words:
    """Return a day as it stands in a list: `4 Mar 2026`."""
    return written_day(day, "d MMM y")
