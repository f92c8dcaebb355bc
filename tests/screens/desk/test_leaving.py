"""The desk's list marks what expires soon."""

from datetime import timedelta

from kiosk.session import Session
from tests.screens.conftest import Kiosk, unlocked
from tests.visitor import LARGE, NOW, SMALL, StaffMember


def saves(session: Session, number: int, days_ago: float) -> None:
    """Save an entry as if so long before the day the tests stand at."""
    session.vault._clock = lambda: NOW - timedelta(days=days_ago)
    session.vault.name_of = lambda id_: f"Name {int(id_, 16)}"
    session.vault.save(f"{number:032x}", f"Name {number}", b"sealed")


def line_of(member: StaffMember, name: str) -> str:
    (line,) = (line for line in member.screen_text().splitlines() if name in line)
    return line.strip()


async def test_an_entry_that_goes_within_fourteen_days_says_when(kiosk: Kiosk) -> None:
    session = kiosk()
    for number, days_ago in enumerate((1, 75, 77, 200)):
        saves(session, number, days_ago)
    for size in (LARGE, SMALL):
        async with unlocked(session, size=size) as member:
            await member.presses("enter")  # these are no real pages, and the desk says so first
            goes = (NOW + timedelta(days=13)).astimezone()
            for number in (0, 1):
                assert "goes" not in line_of(member, f"Name {number}")
            assert line_of(member, "Name 2").endswith(f"expires {goes.day} {goes:%b}")
            today = NOW.astimezone()
            assert line_of(member, "Name 3").endswith(f"expires {today.day} {today:%b}")
            # Sorted as ever, and with the year where there is room for it.
            lines = member.screen_text().splitlines()
            places = [
                next(y for y, line in enumerate(lines) if f"Name {number}" in line) for number in range(4)
            ]
            assert places == sorted(places)
            assert ("202" in line_of(member, "Name 2")) == (size == LARGE)


async def test_where_nothing_goes_soon_the_list_is_as_ever(kiosk: Kiosk) -> None:
    session = kiosk()
    saves(session, 1, 2)
    async with unlocked(session, size=SMALL) as member:
        await member.presses("enter")
        assert line_of(member, "Name 1").endswith("waiting")
