"""At the desk: sending to other places, and taking in what they sent."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from kiosk.devices.mounts import Mount
from kiosk.places import known, receive
from kiosk.places.card import own_card
from kiosk.places.exchanging import Exchanging
from kiosk.places.send import SentReport
from kiosk.places.ways import Way
from kiosk.progress import Progress, untold
from kiosk.session import Session
from kiosk.settings.settings import keep_settings, load_settings
from kiosk.vault.locks import alone
from screens.desk import ways_screens
from screens.desk.app import LockWarning
from screens.desk.list_screen import EntriesScreen
from tests.exporting import plugged_in
from tests.screens.conftest import Kiosk, unlocked, venue_of
from tests.screens.desk.kept_at_the_desk import events, more, saved
from tests.visitor import NOW, StaffMember


def at(session: Session, *sticks: Path) -> Exchanging:
    """What a kiosk's commands exchange by, with some sticks plugged in."""
    return Exchanging(session.home, session.vault, session.names, lambda: NOW, {}, plugged_in(*sticks))


@pytest.fixture
def elm(kiosk: Kiosk) -> Session:
    """A kiosk at Elm House."""
    return placed(kiosk(), "Elm House")


@pytest.fixture
def office(kiosk: Kiosk, elm: Session) -> Session:
    """An office with a desk; it and the kiosk know each other."""
    session = placed(kiosk(), "Office")
    for one, other in ((session, elm), (elm, session)):
        card = msgspec.structs.replace(own_card(other.home), desk=other is session)
        known.introduce(one.home, card, now=NOW, by="Jo Smith", identity=venue_of(one))
    return session


def placed(session: Session, name: str) -> Session:
    settings = load_settings(session.home.settings)
    venue = msgspec.structs.replace(settings.venue, place=name)
    keep_settings(session.home, msgspec.structs.replace(settings, venue=venue))
    session.home.place.unlink(missing_ok=True)
    return session


def disk(folder: Path, name: str) -> Path:
    made = folder / "media" / name
    made.mkdir(parents=True)
    return made


async def found(member: StaffMember, *texts: str) -> None:
    """Wait, in real time, until the page sees by itself what is plugged in."""
    async with asyncio.timeout(10):
        while not member.sees(*texts):
            await asyncio.sleep(0.01)
            await member.settle()


async def test_entries_are_taken_in_and_what_they_lack_is_sent(
    elm: Session, office: Session, tmp_path: Path
) -> None:
    stick = disk(tmp_path, "KINGSTON")
    there, own = saved(elm), saved(office)
    [way] = at(elm, stick).ways()
    at(elm, stick).send(way, untold)
    async with unlocked(office, disks=plugged_in(stick), answers=more("places")) as member:
        assert member.sees("Other places", "1 ○ Send to other places", "2 ○ Take in what others sent")
        await member.presses("2", "enter")
        assert member.sees("1 ● KINGSTON, ", "B free", "You see what it is before anything is taken in.")
        await member.presses("enter")
        assert member.sees(
            "Take this in?", "From Elm House (Oak House), made on 4 March 2026: 2 files of 1 entry."
        )
        assert "took in from other places" not in events(office)
        await member.presses("enter")
        assert member.sees("It is taken in", "2 new files.", "You may take the stick out now. Bring it back")
        await member.presses("enter", "1", "enter")
        assert member.sees("What they do not have yet goes to Elm House (Oak House).")
        await member.presses("enter")
        assert member.sees("It is sent", "to Elm House: 2 files.", "You may take the stick out now.")
        await member.presses("enter", "3", "enter")
        assert member.sees("Elm House (Oak House): Heard of today. 2 files are not confirmed yet.")
        await member.presses("enter", "escape")
        assert isinstance(member.page, EntriesScreen)
        assert member.sees(there.name, own.name, "2 waiting of 2")
    assert events(office)[:2] == ["sent to other places", "took in from other places"]
    back = at(elm, stick).look(way)
    assert [len(one.pieces) for one in back.incoming] == [2]
    assert at(elm, stick).send(way, untold).confirmed == {"Office": 1}


async def test_a_lead_is_asked_whether_many_deletions_of_a_kiosk_are_right(
    elm: Session, office: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receive, "MANY", 0)
    stick, entry = disk(tmp_path, "KINGSTON"), saved(elm)
    [way] = at(elm, stick).ways()
    at(elm, stick).send(way, untold)
    there = at(office, stick)
    [from_there] = there.ways()
    there.receive(from_there, there.look(from_there), untold)
    elm.vault.erase(entry.id)
    at(elm, stick).send(way, untold)
    async with unlocked(office, disks=plugged_in(stick), answers=more("places")) as member:
        await member.presses("2", "enter", "enter", "enter")
        assert member.sees("Elm House, which has no desk, deleted 1 entry, which is many in a week.")
        assert not member.sees("You may take the stick out")
        await member.presses("enter")
        assert member.sees("Delete these here too?", "Elm House: 1 entry", "Enter or Esc Keep them")
        assert len(office.vault.rows()) == 1
        await member.presses("delete")
        assert member.sees("1 entry was deleted elsewhere, and here now.", "You may take the stick out now.")
    assert office.vault.rows() == ()


async def test_a_stick_that_is_plugged_in_meanwhile_is_found_and_what_fails_is_tried_again(
    office: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ways_screens, "EVERY", 0.01)
    saved(office)
    disks: list[Mount] = []
    async with unlocked(office, disks=lambda: disks, answers=more("places")) as member:
        await member.presses("1", "enter")
        assert member.sees("Plug in a stick", "This page goes on by itself")
        disks.append(Mount(disk(tmp_path, "LOCKED"), read_only=True))
        await found(member, "LOCKED is plugged in but read-only")
        disks.append(Mount(disk(tmp_path, "KINGSTON")))
        await found(member, "How is it sent?", "1 ● KINGSTON")
        assert member.sees("LOCKED is plugged in but read-only")
        member.hold_work()
        await member.presses("enter", "escape")
        assert member.sees("Stopping.")
        await member.let_work()
        assert member.sees("Sending was stopped", "Nothing is lost.")
        assert not member.sees("You may take the stick out")
        await member.presses("enter", "1", "enter")
        with alone(office.home.places / "sent"):
            await member.presses("enter")
            assert member.sees("It could not be sent", "Something is being sent or received", "Try again")
        await member.presses("enter")
        assert member.sees("It is sent", "You may take the stick out now.")
        await member.presses("enter", "2", "enter")
        assert member.sees("Where is it?", "1 ○ LOCKED, read-only", "2 ○ KINGSTON, ")
        member.hold_work()
        await member.presses("2", "enter")
        assert member.sees("Looking at what others have sent.")
        await member.presses("escape")
        await member.let_work()
        await member.presses("2", "enter")
        assert member.sees("Nothing new from KINGSTON.")


async def test_what_takes_long_keeps_the_desk_open_until_it_is_paused(
    office: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def goes_on(_self: Exchanging, _way: Way, step: Progress) -> SentReport:
        while True:
            step(30, 120)

    monkeypatch.setattr(Exchanging, "send", goes_on)
    async with unlocked(
        office, disks=plugged_in(disk(tmp_path, "KINGSTON")), answers=more("places")
    ) as member:
        await member.presses("1", "enter")
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
        await member.presses("enter")
        await member.until(lambda: member.sees("Sending by KINGSTON. Leave the stick in", "30 of 120"))
        await member.waits(1200)
        await member.presses("f7")
        await member.until(
            lambda: member.sees("Paused. Nothing is lost. F7 goes on, Esc stops.", "30 of 120")
        )
        await member.waits(575)
        assert isinstance(member.page, LockWarning)
        await member.presses("down")
        await member.waits(1)
        await member.presses("f7")
        assert member.sees("Sending by KINGSTON.", "F7 Pause")
        await member.presses("f7")
        await member.until(lambda: member.sees("Paused."))
        await member.waits(605)
        assert member.gone  # and the thread has ended, or this test would not


async def test_where_no_other_place_is_known_nothing_is_offered(elm: Session) -> None:
    async with unlocked(elm) as member:
        await member.presses("f3")
        assert member.sees("Type in a paper form")
        assert not member.sees("Other places")
