"""A code that is scanned at the desk opens its entry, whatever page is open."""

from textual.widgets import Input

from kiosk.desk.keys.lockout import Throttle
from kiosk.entry.answers import TEXT_LIMIT
from kiosk.session import Session
from screens.desk.audit_screen import AuditScreen
from screens.desk.entry_screen import EntryScreen
from screens.desk.line_screen import LineScreen
from screens.desk.list_screen import EntriesScreen
from screens.desk.note_screen import NoteScreen
from screens.desk.plan_screen import PlanScreen, StepScreen
from screens.desk.unlock_screen import UnlockScreen
from screens.widgets.ask_screen import AskScreen
from screens.widgets.choose_screen import ChooseScreen
from screens.widgets.text_field import TextField
from tests.screens.conftest import PASSPHRASE, Kiosk, unlocked
from tests.screens.desk.kept_at_the_desk import TO_NOTE, TO_PLAN, more, more_of_it, searching
from tests.visitor import NOW, Left, StaffMember, desk, leaves

MANY_DIGITS = "1112MNPQ12RSTV1G"
"""A code that holds together."""
REFUSED = "That was a code. Finish this page first, then scan it again."


def two(session: Session) -> tuple[Left, Left]:
    return leaves(session, {"day": "the first"}), leaves(session, {"day": "the second"})


async def opens(member: StaffMember, left: Left) -> None:
    await member.scans(left.handle.symbols)
    assert lies_open(member, left)


def lies_open(member: StaffMember, left: Left) -> bool:
    return isinstance(member.page, EntryScreen) and member.sees(left.name)


async def test_a_scan_over_another_page_opens_its_entry(kiosk: Kiosk) -> None:
    session = kiosk()
    entries = [leaves(session, {"mood": 2, "day": day}, private={"second"}) for day in ("one", "other")]
    over: tuple[tuple[tuple[str, ...], type], ...] = (
        ((), EntryScreen),
        (("f3",), ChooseScreen),
        (("f6",), AskScreen),
        (("escape", "f3", "2", "enter"), AuditScreen),
    )
    async with unlocked(session, opens=entries[1]) as member:
        for turn, (keys, page) in enumerate(over):
            await member.presses(*keys)
            assert isinstance(member.page, page)
            symbols = entries[turn % 2].handle.symbols
            await member.scans(symbols.lower() if turn == 1 else symbols)
            assert lies_open(member, entries[turn % 2])
        await member.presses("escape")
        assert isinstance(member.page, EntriesScreen)
        assert member.page.query_one(Input).value == ""


async def test_a_scan_over_the_question_whether_to_delete_takes_the_reason_from_nobody(kiosk: Kiosk) -> None:
    session = kiosk()
    first, second = two(session)
    async with unlocked(session, opens=first, answers=more_of_it("erase")) as member:
        await member.types("Asked for it")
        await member.presses("enter")
        assert member.sees(f"Delete {first.name} for good?")
        await member.scans(second.handle.symbols)
        assert member.sees(f"Delete {first.name} for good?", REFUSED)
        await member.presses("escape")
        assert isinstance(member.page, LineScreen)
        assert member.page.words == "Asked for it"
    assert session.vault.has(first.id)


async def test_a_scan_into_a_note_is_no_note(kiosk: Kiosk) -> None:
    session = kiosk()
    first, second = two(session)
    async with unlocked(session, opens=first, answers=TO_NOTE) as member:
        await member.types("Call on Monday ")
        await member.scans(second.handle.symbols)
        assert isinstance(member.page, NoteScreen)
        assert member.sees(REFUSED)
        assert member.page.query_one(TextField).text == "Call on Monday "
        # What is only typed stays, and can be saved.
        await member.presses("f10", "enter")
        assert await member.finds("Call on Monday")
    assert len(session.vault.pages(first.id)) == 2


async def test_a_scan_never_takes_a_plan_away(kiosk: Kiosk) -> None:
    session = kiosk()
    first, second = two(session)
    async with unlocked(session, opens=first, answers=TO_PLAN) as member:
        await member.presses("f7")
        await member.types("A garden")
        await member.scans(second.handle.symbols)
        assert member.sees(REFUSED)
        assert member.page.query_one(Input).value == "A garden"
        # Nor the goal that one went back to.
        await member.presses("escape", "escape")
        await member.scans(second.handle.symbols)
        assert member.sees(REFUSED, "A garden")
        await member.presses("enter")
        await member.scans(second.handle.symbols)
        assert isinstance(member.page, PlanScreen)
        assert member.sees(REFUSED, "A garden")
        await member.presses("f2")
        await member.scans(second.handle.symbols)
        assert isinstance(member.page, StepScreen)
        assert member.sees(REFUSED)
        await member.presses("escape", "escape")
        assert member.sees("Leave the plan as it was?")
        await member.scans(second.handle.symbols)
        assert member.sees("Leave the plan as it was?", REFUSED)
        await member.presses("escape", "f10")
        assert member.sees("A garden")
        assert lies_open(member, first)


async def test_a_page_on_which_nothing_was_written_is_left_for_a_scan(kiosk: Kiosk) -> None:
    session = kiosk()
    first, second = two(session)
    async with unlocked(session, opens=first, answers=TO_NOTE) as member:
        for keys, page in (((), NoteScreen), (("f2",), PlanScreen), (("f2", "f7"), LineScreen)):
            await member.presses(*keys)
            assert isinstance(member.page, page)
            await member.scans(second.handle.symbols)
            assert lies_open(member, second)
    # So is a page whose field is filled in beforehand.
    async with unlocked(session, opens=first, answers=more_of_it("export", "csv", "0")) as member:
        assert isinstance(member.page, LineScreen)
        await member.scans(second.handle.symbols)
        assert lies_open(member, second)
    assert len(session.vault.pages(first.id)) == len(session.vault.pages(second.id)) == 1


async def test_what_was_begun_over_several_pages_is_not_left_for_a_scan(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    first, _ = two(session)
    async with unlocked(session, answers=more("people")) as member:
        await member.presses("1", "enter")
        await member.types("Bo Low")
        await member.presses("enter")
        for keys in ((), ("enter",)):
            await member.presses(*keys)
            await member.scans(first.handle.symbols)
            assert member.sees(REFUSED)
    async with searching(session) as member:
        await member.types("The slip was lost")
        await member.presses("enter")
        await member.scans(first.handle.symbols)
        assert member.sees(REFUSED)


async def test_what_stood_in_a_field_stays_as_it_was(kiosk: Kiosk) -> None:
    session = kiosk()
    first, second = two(session)
    async with unlocked(session, opens=first, answers=more_of_it("export")) as member:
        await member.presses("enter", "enter")
        name = member.page.query_one(Input).value
        await member.types("x")
        await member.scans(second.handle.symbols)
        assert member.sees(REFUSED)
        assert member.page.query_one(Input).value == f"{name}x"
        # What was refused is not taken either.
        member.page.query_one(Input).value = ".in"
        await member.presses("enter")
        assert member.sees("Choose another name")
        await member.scans(second.handle.symbols)
        assert member.sees(REFUSED)


async def test_of_a_code_that_a_full_field_cut_nothing_stays(kiosk: Kiosk) -> None:
    session = kiosk()
    first, second = two(session)
    async with unlocked(session, opens=first, answers=TO_PLAN) as member:
        await member.presses("f7")
        for room in (0, 5, 16):
            # The last letter may be the first one of the code. Without the space it may end a code by chance.
            text = "w" * (LineScreen.MOST - room - 2) + f" {second.handle.symbols[0]}"
            member.page.query_one(Input).value = text
            await member.presses("end")
            await member.scans(second.handle.symbols)
            assert member.sees(REFUSED)
            assert member.page.query_one(Input).value == text
        await member.presses("escape", "delete", "escape", "f7")
        for room in (5, 15):
            text = "w" * (TEXT_LIMIT - room - 2) + f" {second.handle.symbols[0]}"
            member.page.query_one(TextField).load_text(text)
            member.page.query_one(TextField).move_cursor((0, len(text)))
            await member.scans(second.handle.symbols)
            assert member.sees(REFUSED)
            assert member.page.query_one(TextField).text == text


async def test_a_code_that_is_scanned_is_no_passphrase_and_opens_nothing_before_the_desk_is_unlocked(
    kiosk: Kiosk,
) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    first, _ = two(session)
    async with desk(session) as member:
        await member.types("Jo")
        for _try in range(2):
            for code in (first.handle.symbols, MANY_DIGITS):
                await member.scans(code)
            # What it typed is taken out of either field again.
            assert [field.value for field in member.page.query(Input)] == ["Jo", ""]
            assert member.sees("That was a customer's code. Enter a name and a passphrase.")
            await member.presses("tab")
        # Nor does it open anything, then or later.
        assert isinstance(member.page, UnlockScreen)
        await member.unlocks(PASSPHRASE)
        assert isinstance(member.page, EntriesScreen)
        await opens(member, first)
        await member.presses("escape", "f3", "1", "enter")
        for key in ("tab", "tab"):
            await member.presses(key)
            await member.scans(first.handle.symbols)
            assert isinstance(member.page, UnlockScreen)
            assert [field.value for field in member.page.query(Input)] == ["", ""]
    # Not one of them was tried.
    assert Throttle(session.home.unlocks, "screen").lengths(NOW) == {"screen": 0, "commands": 0}


async def test_wrong_codes_at_the_kiosk_are_told_once_though_one_scans(kiosk: Kiosk) -> None:
    session = kiosk()
    first, _ = two(session)
    session.attempts().begin(NOW)
    async with unlocked(session) as member:
        assert member.sees("Wrong codes tried by customers: 1.")
        await member.scans(first.handle.symbols)
        await member.presses("escape")
        assert not member.sees("Wrong codes tried by customers")


async def test_a_scan_opens_its_entry_whatever_is_in_the_lists_field_and_one_that_none_has_says_so(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    first, second = two(session)
    session.vault.erase(second.id)
    async with unlocked(session) as member:
        await member.types("Amb")
        await opens(member, first)
        await member.presses("escape")
        # After a mistake the next scan takes the place of what is in the field.
        await member.scans("K7QX 4MPD")
        assert member.sees("16 characters")
        await opens(member, first)
        await member.scans(second.handle.symbols)
        assert isinstance(member.page, EntriesScreen)
        assert member.sees("There is no entry with that code on this machine.")


async def test_what_is_typed_by_hand_or_is_no_code_is_no_scan(kiosk: Kiosk) -> None:
    session = kiosk()
    first, second = two(session)
    async with unlocked(session, opens=first) as member:
        await member.presses("f3")
        await member.presses(*second.handle.symbols, every=0.15)
        await member.presses("escape", "f3")
        await member.scans(second.handle.symbols[:-1])
        assert not lies_open(member, second)
        assert not member.sees(second.name)
