"""At the desk: what was given for a lost slip stays, whichever way one goes, and the old name is known."""

from textual.widgets import Input

from kiosk.desk.keys import staff
from kiosk.session import Session
from screens.desk.entry_screen import EntryScreen
from screens.desk.list_screen import EntriesScreen
from screens.widgets.ask_screen import AskScreen
from tests.screens.conftest import PASSPHRASE, STAFF, Kiosk, unlocked
from tests.screens.desk.kept_at_the_desk import events, found, more_of_it, saved, searching
from tests.screens.looks import problems
from tests.visitor import SMALL, StaffMember

WHY = "The slip was lost"


def details(session: Session) -> set[str]:
    """What the audit log says besides, of all that was done."""
    trail = session.audit().read(staff.enter(session.home.staff, STAFF, PASSPHRASE).identity)
    return {event.detail for event in trail.events}


def typed(member: StaffMember) -> str:
    return member.page.query_one(Input).value


async def gives(member: StaffMember, *texts: str) -> None:
    """Answer what is asked for, one after the other."""
    for text in texts:
        member.page.query_one(Input).value = text
        await member.presses("enter")


async def test_esc_goes_back_a_step_and_keeps_what_was_typed_so_far(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    saved(session)
    async with searching(session) as member:
        assert member.sees("Who is asking, and why?")
        await gives(member, WHY, "Amber", "4 March")
        await member.types("bees")
        for text in ("4 March", "Amber", WHY):
            await member.presses("escape")
            assert typed(member) == text
        await member.presses("enter", "enter", "enter")
        assert typed(member) == "bees"
        assert events(session).count("looked for a lost slip") == 1
        # Nor is it lost where something fits.
        await member.presses("escape", "escape")
        await gives(member, "", "", "brindle")
        assert member.sees("Which entry is it?")
        await member.presses("escape")
        assert typed(member) == "brindle"


async def test_esc_at_the_reason_asks_before_the_colleague_would_have_to_unlock_again(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    saved(session)
    async with searching(session) as member:
        await member.types("The sl")
        await member.presses("escape")
        assert isinstance(member.page, AskScreen)
        assert member.sees("Leave the search?", "Ali Khan would have to unlock again.")
        await member.presses("enter")
        assert typed(member) == "The sl"
        await member.presses("escape", "delete")
        assert isinstance(member.page, EntriesScreen)
    assert "looked for a lost slip" not in events(session)


async def test_another_reason_is_recorded_too_and_who_did_something_is_not_asked_if_it_was_the_right_one(
    kiosk: Kiosk,
) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    saved(session)
    async with searching(session) as member:
        await gives(member, WHY)
        await member.presses("escape")
        await member.types(" on the bus")
        await member.presses("enter")
        await gives(member, "", "", "")
        # The only one that fits stands ready.
        await member.presses("enter", "space")
        assert isinstance(member.page, EntryScreen)
        assert member.sees("Marked as picked up.")
        await member.presses("escape")
        assert isinstance(member.page, EntriesScreen)
    assert {WHY, f"{WHY} on the bus"} < details(session)


async def test_the_name_before_a_new_code_finds_the_entry_and_that_is_said(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    entry = saved(session)
    async with found(session, answers=more_of_it("new code")) as member:
        await member.presses("delete", "f9")
        [row] = session.vault.rows()
    async with unlocked(session, size=SMALL) as member:
        await member.presses("enter", "enter", "f3", "1", "enter")
        await member.unlocks(PASSPHRASE, "Ali Khan")
        await gives(member, WHY, entry.name, "", "")
        assert member.sees(f"{entry.name} got a new code on 4 March 2026. Its name is now {row.name}.")
        await member.presses("1", "enter")
        assert member.sees(row.name, "Is the slip lost?")


async def test_esc_at_the_wrong_entry_leads_back_to_those_that_fit(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    first, second = saved(session), saved(session)
    async with searching(session, size=SMALL) as member:
        await gives(member, WHY, "", "", "brindle")
        await member.presses("1", "enter", "escape")
        assert member.sees("Was this the right entry?")
        assert problems(member) == []
        await member.presses("escape")
        assert member.sees("Which entry is it?", first.name, second.name)
        await member.presses("2", "enter", "escape", "enter")
        assert isinstance(member.page, EntriesScreen)
    assert events(session).count("opened without a code") == 2
