"""At the desk: what was given for a lost slip stays, whichever way one goes, and the old name is known."""

from textual.widgets import Input

from kiosk.desk.keys import staff
from kiosk.session import Session
from screens.desk.entry_screen import EntryScreen
from screens.desk.list_screen import EntriesScreen
from screens.widgets.ask_screen import AskScreen
from tests.screens.conftest import PASSPHRASE, STAFF, Kiosk, unlocked
from tests.screens.desk.kept_at_the_desk import events, saved
from tests.screens.looks import problems
from tests.visitor import SMALL, StaffMember, desk

WHY = "The slip was lost"


async def begins(member: StaffMember) -> None:
    """Come as far as the reason, with a colleague who has unlocked too."""
    await member.unlocks(PASSPHRASE)
    await member.presses("f3", "1", "enter")
    await member.unlocks(PASSPHRASE, "Ali Khan")
    assert member.sees("Who is asking, and why?")


def details(session: Session) -> set[str]:
    """What the audit log says besides, of all that was done."""
    trail = session.audit().read(staff.enter(session.home.staff, STAFF, PASSPHRASE).identity)
    return {event.detail for event in trail.events}


def typed(member: StaffMember) -> str:
    return member.page.query_one(Input).value


async def test_esc_goes_back_a_step_and_keeps_what_was_typed_so_far(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    saved(session)
    async with desk(session) as member:
        await begins(member)
        for text in (WHY, "Amber", "4 March"):
            await member.types(text)
            await member.presses("enter")
        await member.types("bees")
        for text in ("4 March", "Amber", WHY):
            await member.presses("escape")
            assert typed(member) == text
        await member.presses("enter", "enter", "enter")
        assert typed(member) == "bees"
    assert events(session).count("looked for a lost slip") == 1


async def test_esc_at_the_reason_asks_before_the_colleague_would_have_to_unlock_again(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    saved(session)
    async with desk(session) as member:
        await begins(member)
        await member.types("The sl")
        await member.presses("escape")
        assert isinstance(member.page, AskScreen)
        assert member.sees("Leave the search?", "Ali Khan would have to unlock again.")
        await member.presses("enter")
        assert typed(member) == "The sl"
        await member.presses("escape", "delete")
        assert isinstance(member.page, EntriesScreen)
    assert "looked for a lost slip" not in events(session)


async def test_another_reason_is_recorded_too(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    saved(session)
    async with desk(session) as member:
        await begins(member)
        await member.types(WHY)
        await member.presses("enter", "escape")
        await member.types(" on the bus")
        await member.presses("enter", "enter", "enter", "enter", "1", "enter")
        assert isinstance(member.page, EntryScreen)
    assert {WHY, f"{WHY} on the bus"} < details(session)


async def test_the_name_before_a_new_code_finds_the_entry_and_that_is_said(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    entry = saved(session)
    async with desk(session, size=SMALL) as member:
        await begins(member)
        await member.types(WHY)
        await member.presses("enter", "enter", "enter", "enter", "1", "enter", "f3", "7", "enter", "delete")
        await member.presses("f9")
        [row] = session.vault.rows()
    async with unlocked(session, size=SMALL) as member:
        await member.presses("enter", "enter", "f3", "1", "enter")
        await member.unlocks(PASSPHRASE, "Ali Khan")
        for text in (WHY, entry.name, "", ""):
            await member.types(text)
            await member.presses("enter")
        assert member.sees(f"{entry.name} got a new code on 4 March 2026. Its name is now {row.name}.")
        await member.presses("1", "enter")
        assert member.sees(row.name, "Is the slip lost?")


async def test_esc_at_the_entries_that_fit_leads_to_the_last_question(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    saved(session)
    async with desk(session) as member:
        await begins(member)
        await member.types(WHY)
        await member.presses("enter", "enter", "enter")
        await member.types("brindle")
        await member.presses("enter")
        assert member.sees("Which entry is it?")
        await member.presses("escape")
        assert typed(member) == "brindle"


async def test_esc_at_the_wrong_entry_leads_back_to_those_that_fit(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    first, second = saved(session), saved(session)
    async with desk(session, size=SMALL) as member:
        await begins(member)
        for text in (WHY, "", "", "brindle"):
            await member.types(text)
            await member.presses("enter")
        await member.presses("1", "enter", "escape")
        assert member.sees("Was this the right entry?")
        assert problems(member) == []
        await member.presses("escape")
        assert member.sees("Which entry is it?", first.name, second.name)
        await member.presses("escape")
        assert typed(member) == "brindle"
        await member.presses("enter", "2", "enter", "escape", "enter")
        assert isinstance(member.page, EntriesScreen)
    assert events(session).count("opened without a code") == 2


async def test_who_did_something_with_the_entry_is_not_asked_whether_it_was_the_right_one(
    kiosk: Kiosk,
) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    saved(session)
    async with desk(session) as member:
        await begins(member)
        for text in (WHY, "", "", ""):
            await member.types(text)
            await member.presses("enter")
        # The only one that fits stands ready.
        await member.presses("enter", "space")
        assert member.sees("Marked as picked up.")
        await member.presses("escape")
        assert isinstance(member.page, EntriesScreen)
