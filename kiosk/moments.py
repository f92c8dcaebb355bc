"""Moments: as they are stored, and as people read them."""

from datetime import UTC, datetime, tzinfo


def to_second(moment: datetime) -> datetime:
    """Return a moment as records hold it: UTC, in whole seconds."""
    return moment.astimezone(UTC).replace(microsecond=0)


def on_day(moment: datetime, zone: tzinfo | None) -> str:
    """Return a day as people here read it. `zone` is its time zone; None is the machine's."""
    local = moment.astimezone(zone)
    return f"{local.day} {local:%B %Y}"
