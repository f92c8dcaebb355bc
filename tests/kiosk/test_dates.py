"""Moments: what files are dated with is exact, and a day is the place's own."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

import kiosk
import screens
from kiosk.dates import day_of, local, nanoseconds, on_day, on_short_day, to_second
from tests.conftest import LONDON, SetZone

MODULES = [
    file
    for package in (kiosk, screens)
    for file in sorted(Path(package.__file__ or "").parent.rglob("*.py"))
    if file != Path(kiosk.__file__).parent / "dates.py"
]
DAYS_OF_A_MOMENT = {"date", "strftime", "isoformat", "today", "utcnow", "fromtimestamp", "localtime"}
"""Methods that make a day of a moment, or a moment that is no longer UTC."""
ANY = re.compile(rf"\.\s*(astimezone|{'|'.join(DAYS_OF_A_MOMENT)})\s*\(")
EXACT = {
    ("logbook.py", "strftime"),  # the log says UTC, and says so
    ("durable.py", "date"),  # dates a file
    ("page_files.py", "date"),
    ("entry_counts.py", "date"),
    ("rows.py", "isoformat"),  # stored
    ("untrusted.py", "fromtimestamp"),  # UTC, of a file
}


def test_a_moment_in_nanoseconds_is_exact_in_every_zone() -> None:
    moment = datetime(2026, 3, 1, 12, 0, 0, 123_457, UTC)
    assert nanoseconds(moment) == 1_772_366_400_123_457_000
    assert nanoseconds(moment.astimezone(timezone(timedelta(hours=5, minutes=30)))) == nanoseconds(moment)


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        (datetime(2026, 7, 31, 23, 30, tzinfo=UTC), LONDON, date(2026, 8, 1)),
        (datetime(2026, 7, 31, 22, 59, 59, tzinfo=UTC), LONDON, date(2026, 7, 31)),
        (datetime(2026, 1, 31, 23, 30, tzinfo=UTC), LONDON, date(2026, 1, 31)),
        # The clocks go forward, and back, at 1:00 UTC: neither night has a day twice, or none.
        (datetime(2026, 3, 28, 23, 59, tzinfo=UTC), LONDON, date(2026, 3, 28)),
        (datetime(2026, 3, 29, 23, 0, tzinfo=UTC), LONDON, date(2026, 3, 30)),
        (datetime(2026, 10, 24, 23, 0, tzinfo=UTC), LONDON, date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), LONDON, date(2026, 10, 25)),
        (datetime(2026, 12, 31, 12, 0, tzinfo=UTC), "<+14>-14", date(2027, 1, 1)),
        (datetime(2027, 1, 1, 4, 0, tzinfo=UTC), "EST5", date(2026, 12, 31)),
    ],
)
def test_a_day_is_that_of_the_zone_however_the_moment_is_written(
    moment: datetime, zone: str, day: date, set_zone: SetZone
) -> None:
    set_zone(zone)
    for written in (moment, moment.astimezone(timezone(timedelta(hours=-11)))):
        assert day_of(written) == local(written).date() == day
        assert (on_day(written), on_short_day(written)) == (
            f"{day.day} {day:%B %Y}",
            f"{day.day} {day:%b %Y}",
        )
        assert to_second(written) == moment


def test_no_other_module_makes_a_day_of_a_moment() -> None:
    assert {file: made for file in MODULES if (made := [*days_made(file)])} == {}


def test_this_check_sees_a_day_that_is_made_elsewhere(tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text("a = now().astimezone()\nb = (now() + days).date()\nc = now().astimezone(UTC)\n")
    assert list(days_made(file)) == ["1: astimezone", "2: date"]


def days_made(file: Path) -> Iterator[str]:
    """Yield where a module makes a day of a moment by itself: UTC alone may be asked for."""
    if not ANY.search(file.read_text(encoding="utf-8")):  # to parse all of them takes a second
        return
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Attribute(attr="astimezone"), args=[ast.Name(id="UTC")]):
                continue
            case ast.Call(func=ast.Attribute(attr=attr)) if attr in DAYS_OF_A_MOMENT | {"astimezone"}:
                if (file.name, attr) not in EXACT:
                    yield f"{node.lineno}: {attr}"
