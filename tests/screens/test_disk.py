"""A disk that takes nothing is told before anybody has answered anything, and why stands in the log."""

import errno
from dataclasses import replace

import pytest

from kiosk.dates import now
from kiosk.logbook import why
from kiosk.session import Session
from kiosk.vault.vault import RESERVE, Vault
from kiosk.visit import comments
from screens.desk.list_screen import EntriesScreen
from screens.visit.welcome_screen import WelcomeScreen
from tests.kiosk.vault.helpers import FaultyDisk, names_in
from tests.screens import looks
from tests.screens.conftest import Kiosk, unlocked
from tests.visitor import CHECK, SMALL, saver_of, visit

TOLD = "Answers cannot be saved here now. Tell a member of staff."


def _on(disk: FaultyDisk, session: Session) -> Session:
    vault = Vault(session.home.root, clock=session.vault._clock, name_of=session.names.name_of, disk=disk)
    return replace(session, vault=vault)


def _broken(number: int = errno.EIO) -> FaultyDisk:
    disk = FaultyDisk()
    disk.fails("write", number=number)
    return disk


def _full() -> FaultyDisk:
    disk = FaultyDisk()
    disk.room = RESERVE
    return disk


@pytest.mark.parametrize("disk", [_broken(errno.EROFS), _full()])
async def test_welcome_says_that_nothing_can_be_saved(kiosk: Kiosk, disk: FaultyDisk) -> None:
    async with visit(_on(disk, kiosk()), size=SMALL) as visitor:
        assert visitor.sees(TOLD)
        assert looks.problems(visitor) == []
        await visitor.presses("enter")
        assert visitor.sees("Answers cannot be saved here now", "You can come back later.")
        assert looks.problems(visitor) == []
        await visitor.presses("escape")
        assert isinstance(visitor.page, WelcomeScreen)
        await visitor.presses("enter", "enter")
        assert visitor.sees("What we keep")


async def test_a_disk_that_fills_up_while_welcome_is_shown_is_told_before_the_first_page(
    kiosk: Kiosk,
) -> None:
    disk = FaultyDisk()
    async with visit(_on(disk, kiosk())) as visitor:
        assert not visitor.sees("cannot be saved")
        disk.room = 0
        await visitor.presses("enter")
        assert visitor.sees("Answers cannot be saved here now")
        disk.room = 1 << 40
        await visitor.presses("escape")
        assert not visitor.sees("cannot be saved")
        await visitor.presses("enter")
        assert visitor.sees("What we keep")


async def test_a_disk_that_is_well_is_told_by_nobody_and_keeps_nothing_of_the_try(kiosk: Kiosk) -> None:
    session = kiosk()
    comments.level(session.home, now())  # at each Welcome, whatever the disk
    before = names_in(session.home.root)
    async with visit(session) as visitor:
        assert not visitor.sees("cannot be saved")
        await visitor.presses("enter")
        assert visitor.sees("What we keep")
    assert names_in(session.home.root) == before
    assert not list(session.home.root.rglob(".tmp-*"))


async def test_staff_see_on_their_list_what_is_wrong_with_the_disk(kiosk: Kiosk) -> None:
    full = "There is no room left on this machine's disk. Nothing was saved. Free some space"
    disk = FaultyDisk()
    async with unlocked(_on(disk, kiosk())) as member:
        assert not member.sees("disk")
        disk.room = RESERVE
        await member.presses("f3", "escape")
        assert isinstance(member.page, EntriesScreen)
        assert member.sees(full)
        disk.room = 1 << 40
        for number, told in (
            (errno.ENOSPC, full),
            (errno.EROFS, "This machine's disk is read-only. Nothing was saved."),
        ):
            disk.fails("write", number=number)
            await member.presses("f3", "escape")
            assert member.sees(told)


async def test_a_visit_that_cannot_save_says_why_and_no_word_of_anybody(kiosk: Kiosk) -> None:
    session = kiosk()
    told: list[BaseException] = []
    faulty = _on(_broken(errno.EROFS), session)
    async with visit(
        session,
        at=CHECK,
        given={"day": "brindle"},
        saver=saver_of(session, vault=faulty.vault),
        report=told.append,
    ) as visitor:
        await visitor.saves()
        assert visitor.sees("Your answers are not saved yet")
    assert [why(error) for error in told] == ["EROFS"]
