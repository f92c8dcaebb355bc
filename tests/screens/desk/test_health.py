"""At the desk: what of the machine needs a look, in one line of the list, and what to do about it."""

import asyncio
import re
import time
from datetime import timedelta
from threading import Event
from unittest import mock

import pytest

from kiosk.desk.listing import Flags, View
from kiosk.errors import PrinterError, PrinterTrouble
from kiosk.health import ROOM, examine_daily
from kiosk.pack.pack_files import STATES
from kiosk.places import known
from kiosk.session import Session
from kiosk.settings.settings import Settings, keep_settings
from kiosk.upkeep import clock, last_backup
from kiosk.vault.durable import Disk
from screens.background import aside
from screens.desk import health_line
from screens.desk.health_line import EVERY
from screens.desk.list_screen import EntriesScreen
from screens.widgets.reading_screen import ReadingScreen
from tests.fake_printer import FakePrinter
from tests.kiosk.places.cards import card_of
from tests.screens.conftest import PASSPHRASE, Kiosk, unlocked
from tests.screens.desk.kept_at_the_desk import saved
from tests.screens.looks import problems
from tests.visitor import LARGE, NOW, SMALL, StaffMember, desk

SIZES = pytest.mark.parametrize("size", [LARGE, SMALL], ids=["large", "small"])
LATER = NOW + timedelta(days=40)


def well(session: Session) -> Session:
    """Let nothing be wrong forty days later."""
    clock.write(session.home.clock, clock.Known(trusted=LATER))
    last_backup.note(session.home, LATER)
    return session


def unwell(session: Session) -> PrinterError:
    """Let everything be wrong at once, and return what the printer says."""
    keep_settings(session.home, Settings(venue=session.settings.venue))
    states = session.home.packs / "strengths" / STATES
    states.parent.mkdir(parents=True)
    states.write_text("{")
    clock.write(session.home.clock, clock.Known(trusted=NOW - timedelta(days=100)))
    return PrinterError(PrinterTrouble.NO_ANSWER, "Check that the printer is on.")


def line_of(member: StaffMember) -> str:
    return next((line.strip() for line in member.screen_text().splitlines() if "Check (F3)" in line), "")


async def test_the_list_has_a_word_for_all_that_is_looked_at(kiosk: Kiosk) -> None:
    home = kiosk().home
    known.introduce(home, card_of(), now=NOW)
    found = examine_daily(home, (), NOW, printer_from=lambda _settings: None)
    assert [one.what for one in found] == [*health_line.TOPICS]


async def test_where_all_is_well_the_list_has_no_line_for_it(kiosk: Kiosk) -> None:
    session = well(kiosk())
    saved(session)
    async with unlocked(session, size=SMALL, now=lambda: LATER, printer=FakePrinter()) as member:
        await member.presses("down")
        assert line_of(member) == ""
        assert not member.page.query_one("#health").display


async def test_all_that_needs_a_look_stands_in_one_line_and_f3_says_what_to_do(kiosk: Kiosk) -> None:
    session = kiosk(apart=timedelta(hours=1))
    for _ in range(20):
        saved(session)
    trouble = unwell(session)
    with mock.patch.object(Disk, "free", return_value=ROOM - 1):
        async with unlocked(session, size=SMALL, now=lambda: LATER, printer=FakePrinter(trouble)) as member:
            await member.presses("down")
            assert isinstance(member.page, EntriesScreen)
            assert line_of(member) == "Check (F3): disk, backup, clock, printer, settings…"
            assert problems(member) == []
            await member.presses("f3")
            await member.presses(_number(member, "Health of this machine"), "enter")
            assert isinstance(member.page, ReadingScreen)
            assert await member.finds(
                "268 MB free.",
                "Ask whoever looks after this machine to free some space soon.",
                "Ask whoever looks after this machine to make a backup.",
                "The printer does not answer. Is it switched on? Has it paper?",
                "customers read are still the defaults. Ask whoever",
                "Customers cannot use the pack strengths: they get strengths, version 1, instead.",
                "Ask whoever looks after this machine to run 'kiosk doctor': it checks everything else.",
            )
            await member.presses("home")
            read = await member.reads()
            for technical in (
                "MiB",
                "'kiosk backup",
                "'kiosk purge",
                "DIR",
                "kiosk.toml",
                "[privacy]",
                "timedatectl",
            ):
                assert technical not in read


def _number(member: StaffMember, label: str) -> str:
    found = re.search(rf"(\d+)  ○  {label}", member.screen_text())
    assert found
    return found[1]


async def test_one_trouble_is_named_alone_and_the_rest_follows_it(kiosk: Kiosk) -> None:
    session = well(kiosk())
    saved(session)
    printer = FakePrinter(PrinterError(PrinterTrouble.NO_ANSWER, "Check that the printer is on."))
    async with unlocked(session, now=lambda: LATER, printer=printer) as member:
        assert line_of(member) == "Check (F3): printer"
        await member.presses("f3")
        await member.presses(_number(member, "Health of this machine"), "enter")
        text = member.screen_text()
        assert text.index("Printer:") < text.index("Free space:")


async def test_the_line_goes_once_it_is_dealt_with(kiosk: Kiosk) -> None:
    session = well(kiosk())
    saved(session)
    printer = FakePrinter(PrinterError(PrinterTrouble.NO_ANSWER, "Check that the printer is on."))
    async with unlocked(session, now=lambda: LATER, printer=printer) as member:
        printer.trouble = None
        # It is not looked up again at once, and is shown meanwhile.
        await member.presses("f3", "escape")
        assert line_of(member) == "Check (F3): printer"
        await member.waits(EVERY)
        await member.presses("f3", "escape")
        assert line_of(member) == ""


async def test_the_list_is_there_before_the_machine_is_looked_at(kiosk: Kiosk) -> None:
    session = well(kiosk())
    entry = saved(session)
    seen: list[bool] = []

    class Slow(FakePrinter):
        def check(self) -> str:
            seen.append(isinstance(member.page, EntriesScreen) and member.sees(entry.name))
            return super().check()

    async with desk(session, now=lambda: LATER, printer=Slow()) as member:
        await member.unlocks(PASSPHRASE)
        assert seen == [True]


async def test_practice_has_no_such_line(kiosk: Kiosk) -> None:
    session = kiosk(practice=True)
    saved(session)
    async with unlocked(session, now=lambda: LATER) as member:
        assert line_of(member) == ""
        await member.presses("f3")
        assert not member.sees("Health of this machine")


def test_a_printer_that_does_not_answer_holds_nobody_up_who_locks_the_desk() -> None:
    answers, given = Event(), Event()

    def look() -> None:
        answers.wait(20)
        given.set()

    async def leaves_meanwhile() -> None:
        waiting = asyncio.ensure_future(aside(look))
        await asyncio.sleep(0)
        waiting.cancel()

    began = time.monotonic()
    asyncio.run(leaves_meanwhile())
    assert time.monotonic() - began < 10
    assert not given.is_set()
    # It ends without a word, where nobody listens any longer.
    answers.set()
    assert given.wait(10)


async def test_what_a_thread_finds_is_given_back() -> None:
    assert await aside(lambda: 7) == 7


async def test_what_is_known_before_the_list_is_laid_out_is_shown_then(kiosk: Kiosk) -> None:
    """A machine that is looked at in a moment has once stopped the desk."""
    session = well(kiosk())
    saved(session)
    page = EntriesScreen(session.vault.rows(), flags=Flags(), view=View())
    async with unlocked(session, now=lambda: LATER, printer=FakePrinter()) as member:
        page.show_health("Check (F3): clock")
        page.show_flags(Flags(unread=3))
        member.app.push_screen(page)
        await member.settle()
        assert line_of(member) == "Check (F3): clock"
        assert member.sees("Still looking for customers who asked to talk: 3 entries to go.")


async def test_a_pack_that_customers_cannot_use_is_named_on_the_list(kiosk: Kiosk) -> None:
    session = well(kiosk())
    states = session.home.packs / "short" / STATES
    states.parent.mkdir(parents=True)
    states.write_text("{")
    async with unlocked(session, size=SMALL, now=lambda: LATER, printer=FakePrinter()) as member:
        assert line_of(member) == "Check (F3): packs"
