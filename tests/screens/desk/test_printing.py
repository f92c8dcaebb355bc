"""At the desk: My page and the plan on paper, for the customer to take along."""

from datetime import date

from kiosk.desk.keys import staff
from kiosk.entry.answers import Answer, Cards, Goal
from kiosk.entry.page_file import Keys
from kiosk.entry.slip import text_of
from kiosk.entry.staff_pages import Plan, PlanGoal, Step
from kiosk.errors import PrinterError, PrinterTrouble
from kiosk.seal import recipient_of
from kiosk.session import Session
from screens.desk.entry_screen import EntryScreen
from tests.fake_printer import FakePrinter
from tests.kiosk.sealed import sealed_page
from tests.kiosk.vault.helpers import always
from tests.pdf import pages_of
from tests.screens.conftest import PASSPHRASE, STAFF, Kiosk, unlocked
from tests.screens.looks import problems
from tests.visitor import LARGE, NOW, SMALL, Left, StaffMember, leaves

ANSWERS: dict[str, Answer] = {
    "mood": 2,
    "cards": Cards(("kind",), ()),
    "day": "brindle",
    "goal": Goal("A heron"),
}


def agrees(session: Session, left: Left) -> None:
    steps = (
        Step(text="Call the shop", who="Ali", by_when="Monday", done=True),
        Step(text="Buy seeds", due=date(2026, 3, 12)),
    )
    goals = (PlanGoal(want="A garden", steps=steps),)
    plan = Plan(made=NOW, by=STAFF, goals=goals, review=date(2026, 4, 1))
    readers, keys = (recipient_of(identity(session)),), Keys.of(desk=identity(session))
    session.vault.add_page(left.id, always(sealed_page(plan, readers, left.id, counter=2, keys=keys)))


def identity(session: Session) -> str:
    return staff.enter(session.home.staff, STAFF, PASSPHRASE).identity


def printed(session: Session) -> list[str]:
    events = session.audit().read(identity(session)).events
    return [f"{event.entry}: {event.detail}" for event in events if event.did == "printed"]


async def prints(member: StaffMember) -> None:
    await member.presses("f3", "4", "enter")


async def test_my_page_and_the_plan_are_printed_without_what_is_kept_back(kiosk: Kiosk) -> None:
    session, printer = kiosk(), FakePrinter()
    left = leaves(session, ANSWERS, private={"second"})
    agrees(session, left)
    async with unlocked(session, opens=left, printer=printer) as member:
        await prints(member)
        assert member.sees("It is printed", "Take the paper from the printer now. Others may see it.")
        await member.presses("enter")
        assert isinstance(member.page, EntryScreen)
        # Shown to staff, it stays off the paper all the same.
        await member.presses("f3", "enter", "f3", "4", "enter")
    first, second = ("\n".join(text_of(slip, 32)) for slip in printer.slips)
    assert first == second
    for text in (left.name, "My life now", "Good", "Your plan", "A garden", "[ ] Buy seeds"):
        assert text in first
    assert "1 of 2 steps are done. Next: Buy seeds (by 12 March 2026)." in " ".join(first.split())
    assert "[x] Call the shop (Ali, Monday)" in " ".join(first.split())
    assert "[ ] Buy seeds (by 12 March 2026)" in " ".join(first.split())
    assert "We look at this plan again on 1 April 2026." in " ".join(first.split())
    assert first.index("Buy seeds") < first.index("Customer, date") < first.index("Member of staff, date")
    pages = printer.slips[0].pages
    assert pages is not None
    my_page, plan = pages_of(pages())
    assert "My life now" in my_page
    assert "Call the shop" in plan
    for text in ("A heron", "I am kind", "brindle", left.code):
        assert text not in first
    assert printed(session) == [f"{left.name}: My page and the plan"] * 2


async def test_where_there_is_nothing_to_print_or_no_printer_that_is_plain(kiosk: Kiosk) -> None:
    session, printer = kiosk(), FakePrinter()
    left = leaves(session, {"day": "brindle"})
    async with unlocked(session, opens=left, printer=printer) as member:
        await prints(member)
        assert member.sees("There is nothing to print")
        await member.presses("enter")
        assert isinstance(member.page, EntryScreen)
    async with unlocked(session, opens=left) as member:
        await member.presses("f3")
        assert not member.sees("Print")
    assert (printer.slips, printed(session)) == ([], [])


async def test_a_printer_that_fails_says_why_and_the_try_stands_in_the_audit(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    printer = FakePrinter(PrinterError(PrinterTrouble.NO_PAPER, "The roll is at its end."))
    async with unlocked(session, opens=left, printer=printer) as member:
        await prints(member)
        assert member.sees(
            "The paper is not finished", "The printer has no paper. Put in", "The roll is at its end."
        )
        assert member.sees("Try again")
        await member.presses("enter")
        assert member.sees("The paper is not finished")
        printer.trouble = None
        await member.presses("enter")
        assert member.sees("It is printed")
        await member.presses("enter")
        assert isinstance(member.page, EntryScreen)
    assert len(printed(session)) == 3


async def test_a_printer_that_is_off_says_what_to_look_at_and_one_may_leave_it(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    printer = FakePrinter(
        PrinterError(PrinterTrouble.NO_ANSWER, "/dev/usb/lp0 could not be opened: No such device.")
    )
    async with unlocked(session, opens=left, printer=printer, size=SMALL) as member:
        await prints(member)
        for size in (SMALL, LARGE):
            await member.resizes(size)
            await member.presses("home")
            assert await member.finds(
                "Is it switched on? Has it paper? Are both ends of its cable plugged in?",
                "For whoever looks after this machine: /dev/usb/lp0 could not be opened",
            )
            await member.reads()
            assert problems(member) == []
        await member.presses("escape")
        assert isinstance(member.page, EntryScreen)
