"""At the desk: a new code for an entry whose slip is lost, and the old code afterwards."""

from datetime import timedelta

import pytest

from kiosk.dates import day_of, long_day
from kiosk.entry import handle
from kiosk.entry.handle import Handle
from kiosk.entry.slip import Code
from kiosk.errors import PrinterError, PrinterTrouble
from kiosk.session import Session
from kiosk.supervision.turns import ENDED
from screens.desk.app import GRACE, LOCKED, LockWarning
from screens.desk.entry_screen import EntryScreen
from screens.desk.list_screen import EntriesScreen
from screens.widgets.ask_screen import AskScreen
from screens.widgets.code_screen import CodeScreen
from screens.widgets.enter_code_screen import EnterCodeScreen
from screens.widgets.page import PageResult
from screens.widgets.reading_screen import ReadingScreen
from tests.fake_printer import FakePrinter
from tests.screens.conftest import Kiosk, unlocked
from tests.screens.desk.kept_at_the_desk import events, found, more_of_it
from tests.visitor import SMALL, Left, StaffMember, leaves, visit

GIVES = [*more_of_it("new code"), PageResult.ON]
"""From an entry that was found to its new code."""


def code_on(member: StaffMember) -> Handle:
    assert isinstance(member.page, CodeScreen)
    return member.page._code


async def keeps_code(member: StaffMember) -> None:
    """Go on from the code, and type its first group, as it was copied."""
    first = code_on(member).groups[0]
    await member.presses("enter")
    await member.types(first.lower())
    await member.presses("enter")


def left(session: Session) -> Left:
    return leaves(session, {"mood": 1, "day": "brindle"}, private={"second"})


async def test_two_members_of_staff_give_a_new_code_that_looks_like_a_first_one(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    entry, printer = left(session), FakePrinter()
    async with found(session, printer=printer) as member:
        assert member.sees("Is the slip lost? Press F3 to give a new code.")
        await member.presses("f3", "7", "enter")
        assert isinstance(member.page, AskScreen)
        assert member.sees(
            f"Give {entry.name} a new code?", "Only the old code opens it", "F9 hides the code"
        )
        await member.presses("delete")
        code = code_on(member)
        assert code != entry.handle
        assert member.sees(*code.groups, "The name of your answers", "Take a photo, or copy it.", "F5")
        await member.presses("f5")
        [slip] = printer.slips
        assert [part.handle for part in slip.blocks if isinstance(part, Code)] == [code]
        assert code_on(member) == code
        await keeps_code(member)
        [row, _rest] = session.vault.rows()
        last = day_of(row.last_page + timedelta(days=session.settings.privacy.days))
        assert isinstance(member.page, ReadingScreen)
        assert member.sees("Only the old code opens it", long_day(last))
        await member.presses("enter")
        assert isinstance(member.page, EntryScreen)
        assert member.sees("This entry has a new code and a new name.")
        assert not member.sees(entry.name)
    assert events(session)[0] == "gave a new code"
    assert not session.vault.has(entry.id)


async def test_enter_gives_no_code_and_nothing_is_done(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    entry = left(session)
    async with found(session, answers=more_of_it("new code")) as member:
        await member.presses("enter")
        assert isinstance(member.page, EntryScreen)
    assert session.vault.has(entry.id)
    async with unlocked(session, opens=entry) as member:
        # Who has the code is offered no other.
        await member.presses("f3")
        assert not member.sees("Give a new code")
    assert "gave a new code" not in events(session)


async def test_a_code_is_shown_again_until_its_first_group_was_typed_from_the_copy(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    left(session)
    async with found(session, answers=GIVES) as member:
        code = code_on(member)
        await member.presses("enter", "enter", "enter")
        assert isinstance(member.page, EnterCodeScreen)
        assert member.sees("Type the first group from the slip, the photo or the copy", "See my code again")
        assert not member.sees(code.groups[0])
        await member.types(code.groups[1])
        await member.presses("enter")
        assert member.sees("Check the first group. It is not the same as in your code.")
        await member.presses("escape")
        assert code_on(member) == code
        await member.presses("enter")
        await member.types(f"{code.groups[0]} 0")
        await member.presses("enter")
        assert member.sees("Check the second group.")
        # A scan of the slip will do as well.
        await member.scans(str(handle.draw()))
        assert member.sees("Check these groups: first, second, third and fourth.")
        await member.scans(str(code))
        assert member.sees("What was kept back")
    async with unlocked(session) as member:
        # It is not spoken of any more.
        assert isinstance(member.page, EntriesScreen)


@pytest.mark.parametrize("key", ["f9", ""], ids=["a key", "nothing"])
async def test_a_code_is_hidden_where_it_is_typed_from_the_copy_too(kiosk: Kiosk, key: str) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    left(session)
    async with found(session, answers=GIVES) as member:
        await member.presses("enter")
        await (member.presses(key) if key else member.waits(LOCKED + 1))
        assert (member.gone, member.outcome) == (True, ENDED)


async def test_after_a_sudden_end_the_next_unlock_names_the_entry_and_says_what_to_do(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    entry = left(session)
    async with found(session, answers=GIVES) as member:
        code_on(member)
        assert member.sees("F9")
        assert not member.sees("Esc Hide")  # it goes back here
        await member.presses("f9")
        assert (member.gone, member.outcome) == (True, ENDED)
    name = next(row.name for row in session.vault.rows() if row.state == "waiting")
    async with unlocked(session, by="Ali Khan", size=SMALL) as member:
        assert member.sees("Look at this first", f"gave {entry.name} a new code", f"called {name}.")
        assert member.sees("The slip may not have been printed", f"look for {name} as a lost slip")
        await member.presses("enter")
        assert member.sees("Has this been dealt with?")
        await member.presses("2", "enter")
        assert isinstance(member.page, EntriesScreen)
    async with unlocked(session) as member:
        assert isinstance(member.page, EntriesScreen)


async def test_a_code_that_is_left_on_the_screen_goes_sooner_than_the_desk_locks(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    left(session)
    async with found(session) as member:
        await member.waits(LOCKED)
        assert isinstance(member.page, EntryScreen)
        await member.presses("f3", "7", "enter", "delete")
        code_on(member)
        await member.waits(LOCKED - GRACE + 1)
        assert isinstance(member.page, LockWarning)
        assert not member.sees("Your code")
        await member.presses("a")
        code_on(member)
        await member.waits(LOCKED + 1)
        assert member.gone


async def test_a_printer_that_fails_is_told_and_neither_that_nor_a_scan_leads_away_from_the_code(
    kiosk: Kiosk,
) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    left(session)

    class Broken(FakePrinter):
        def print(self, slip: object) -> None:
            raise PrinterError(PrinterTrouble.NO_ANSWER, "The cable is out.")

    async with found(session, printer=Broken(), answers=GIVES) as member:
        code = code_on(member)
        await member.presses("f5")
        assert member.sees("The paper is not finished", "The cable is out.")
        await member.presses("enter")
        assert code_on(member) == code
        member.app.take_code(member.page, (code,))
        await member.settle()
        assert code_on(member) == code


async def test_the_old_code_is_told_so_and_opens_what_was_kept_back(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    entry = left(session)
    async with found(session, answers=GIVES) as member:
        code = code_on(member)
    async with visit(session) as visitor:
        await visitor.comes_back(entry.code)
        assert visitor.sees("Staff gave a new code for these answers on", "It still opens what you kept back")
        assert not visitor.sees("Change or add answers", str(code), entry.name)
        await visitor.chooses("Read what I kept back")
        said = await visitor.reads()
        assert "brindle" in said
        assert "How do you feel?" not in said
    async with visit(session) as visitor:
        await visitor.comes_back(str(code))
        assert visitor.sees("a new code, given by Jo Smith and Ali Khan.")
        await visitor.presses("enter")
        await visitor.chooses("Read my answers")
        said = await visitor.reads()
        assert "brindle" not in said
        assert "How do you feel?" in said
        assert "a new code, given by Jo Smith and Ali Khan" in " ".join(said.split())
        assert "Only the old code opens what was kept back before." in " ".join(said.split())


async def test_an_old_code_that_opens_nothing_now_is_told_so_and_not_called_mistyped(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    entry = leaves(session, {"mood": 1})
    async with found(session, answers=more_of_it("new code")) as member:
        # A part that was kept back is spoken of only where there is one.
        assert not member.sees("kept a part back")
        await member.presses("delete")
        code = code_on(member)
        await member.presses("enter")
        await member.types(str(code))  # all of it will do as well
        await member.presses("enter")
        assert isinstance(member.page, EntryScreen)
    async with visit(session) as visitor:
        await visitor.comes_back(entry.code)
        assert visitor.sees("Staff gave a new code for these answers on")
        assert not visitor.sees("Check each group again")
    assert session.attempts().read().wrong == 0
    async with unlocked(session) as member:
        await member.opens(entry.code)
        assert member.sees("Staff gave a new code for these answers on")
