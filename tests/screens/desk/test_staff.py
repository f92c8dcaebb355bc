"""At the desk: one's own passphrase, and for a lead who can unlock."""

from errno import ENOSPC
from os import strerror
from pathlib import Path
from unittest import mock

import pytest

from kiosk.desk.desk import Desk
from kiosk.desk.keys import staff
from kiosk.desk.keys.lockout import Throttle
from kiosk.desk.keys.passphrase import words
from kiosk.desk.rekey import change_key
from kiosk.entry.staff_pages import PlanGoal
from kiosk.errors import KioskError
from kiosk.session import Session
from kiosk.supervision.turns import ENDED
from kiosk.vault import durable
from screens.desk.list_screen import EntriesScreen
from tests.kiosk.desk.conftest import key_file, key_files
from tests.screens.conftest import PASSPHRASE, STAFF, Kiosk, unlocked, venue_of
from tests.screens.desk.kept_at_the_desk import TO_NOTE, TO_PLAN, more, more_of_it
from tests.screens.looks import is_well
from tests.visitor import NOW, SMALL, StaffMember, leaves

NEW = "walnut fiddle cabin orbit"
LONG = "Somebody with a Name that is as long as a Name may be, and x"


def told(session: Session) -> list[str]:
    identity = staff.enter(session.home.staff, STAFF, PASSPHRASE).identity
    return [f"{event.who} {event.did}: {event.detail}" for event in session.audit().read(identity).events]


def roles(session: Session) -> dict[str, str]:
    return {member.name: member.role for member in staff.members(session.home.staff)}


async def goes_to(member: StaffMember, chosen: str) -> None:
    """Choose something of More."""
    await member.presses("f3", chosen, "enter")


async def own_words(member: StaffMember) -> None:
    """Choose a passphrase of one's own, where words are offered."""
    assert member.sees("Use these words", "Draw other words", "Choose my own", "very hard to guess")
    await member.presses("3", "enter")


def offered(member: StaffMember) -> str:
    """The words that are offered on the page."""
    [line] = [line.strip() for line in member.screen_text().splitlines() if is_drawn(line.split())]
    return line


def is_drawn(parts: list[str]) -> bool:
    return len(parts) == 5 and set(parts) <= set(words())


async def test_a_new_passphrase_of_ones_own_is_asked_for_twice_and_does_not_count_for_who_goes_back(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    async with unlocked(session, size=SMALL, answers=more("passphrase")) as member:
        assert member.sees("Change my passphrase", "Your passphrase now")
        await member.presses("enter")
        assert member.sees("Enter your passphrase.")
        await member.types("not this one")
        await member.presses("enter")
        assert member.sees("This is not your passphrase. Enter it again.")
        await member.types(PASSPHRASE)
        assert not member.sees(PASSPHRASE)
        await member.presses("enter")
        assert member.sees("Write the words on paper")
        await is_well(member)
        await own_words(member)
        assert member.sees("Your own passphrase, of four unusual words or more")
        await member.types("password1234")
        await member.presses("enter")
        assert member.sees("easy to guess")
        await is_well(member)
        await member.types(NEW)
        await member.presses("enter")
        assert member.sees("The same again", "You can use this passphrase", "Only randomly drawn")
        await is_well(member)
        await member.types("something else")
        await member.presses("enter")
        assert member.sees("Those were not the same.")
        await member.types(NEW)
        await member.presses("enter")
        await member.types(NEW)
        assert not member.sees(NEW)
        # Whoever goes back keeps the passphrase of before.
        while not isinstance(member.page, EntriesScreen):
            await member.presses("escape")
    assert staff.enter(session.home.staff, STAFF, PASSPHRASE).identity


async def test_drawn_words_come_first_and_are_typed_once_from_paper(kiosk: Kiosk) -> None:
    session = kiosk()
    async with unlocked(session, size=SMALL, answers=more("passphrase")) as member:
        await member.types(PASSPHRASE)
        await member.presses("enter")
        first = offered(member)
        await member.presses("2", "enter")
        drawn = offered(member)
        assert drawn != first
        await member.presses("1", "enter")
        assert member.sees("Type the words from your paper")
        assert not member.sees(drawn)
        await member.types(first)
        await member.presses("enter")
        assert member.sees("Those are not the words. Press Esc to see them again.")
        await is_well(member)
        await member.presses("escape")
        assert offered(member) == drawn
        await member.presses("enter")
        await member.types(drawn)
        await member.presses("enter")
        assert member.sees("Your passphrase is changed")
        await member.presses("enter")
        assert isinstance(member.page, EntriesScreen)
    assert staff.enter(session.home.staff, STAFF, drawn).identity
    with pytest.raises(KioskError):
        staff.enter(session.home.staff, STAFF, PASSPHRASE)


async def test_wrong_passphrases_of_now_slow_down_as_they_do_at_unlocking(kiosk: Kiosk) -> None:
    session = kiosk()
    waited: list[float] = []
    async with unlocked(session, answers=more("passphrase"), pause=waited.append) as member:
        tries = Throttle(session.home.unlocks, "screen")
        assert [tries.begin(NOW) for _ in range(5)] == [0, 0, 1, 2, 5]
        for typed in ("a wrong one, and wrong again", PASSPHRASE):
            await member.types(typed)
            await member.presses("enter")
        assert member.sees("Use these words")
        assert waited == [0, 10, 20]


async def test_a_lead_ends_the_delay_after_wrong_passphrases(kiosk: Kiosk) -> None:
    session = kiosk()
    commands = Throttle(session.home.unlocks, "commands")
    async with unlocked(session, answers=more("people")) as member:
        assert member.sees("2 ○ End the delay after wrong passphrases")
        await member.presses("2", "enter")
        assert member.sees("There is no delay", "The next passphrase takes no extra time.")
        assert not any("delay" in line for line in told(session))
        for _ in range(9):
            commands.begin(NOW)
        await member.presses("enter", "2", "enter")
        assert member.sees("The delay is over", "The next passphrase takes no extra time.")
        await member.presses("enter")
        assert member.sees("Who can unlock this desk")
    assert commands.begin(NOW) == 0
    assert told(session)[0] == f"{STAFF} lifted the delay: wrong: 0 at the screen, 9 in commands"


async def test_who_is_a_lead_no_more_ends_no_delay_and_removes_nobody_though_the_page_is_open(
    kiosk: Kiosk,
) -> None:
    session = kiosk(more_staff=("Ali Khan", "Bo Hill"))
    staff.set_role(session.home.staff, "Ali Khan", "lead", venue_of(session))
    commands = Throttle(session.home.unlocks, "commands")
    for _ in range(9):
        commands.begin(NOW)
    async with unlocked(session) as member:
        for keys, last, asked in (
            (("2",), "enter", "Who can unlock this desk"),
            (("4", "enter", "2", "enter"), "delete", "Remove Bo Hill's access?"),
        ):
            staff.set_role(session.home.staff, STAFF, "lead", venue_of(session))
            await goes_to(member, "5")
            await member.presses(*keys)
            assert member.sees(asked)
            staff.set_role(session.home.staff, STAFF, "staff", venue_of(session))
            await member.presses(last)
            assert member.sees(
                "Nothing was changed", "Only a lead may do this, and you are no longer a lead."
            )
            await member.presses("enter")
            assert isinstance(member.page, EntriesScreen)
    assert commands.begin(NOW) == 30
    assert roles(session) == {"Ali Khan": "lead", "Bo Hill": "staff", STAFF: "staff"}
    assert not any("removed" in line for line in told(session))


async def test_a_lead_adds_a_member_of_staff_and_a_lead_and_no_name_twice(kiosk: Kiosk) -> None:
    session = kiosk()
    async with unlocked(session, answers=more("people")) as member:
        assert member.sees("Who can unlock this desk", "Add a colleague", f"{STAFF}, lead")
        for name, chosen, role in (("Ali Khan", "1", "member"), ("Bo Hill", "2", "lead")):
            await member.presses("1", "enter", "enter")
            assert member.sees("Enter the name of the member of staff.")
            await member.types(name)
            await member.presses("enter")
            assert member.sees("A lead can also manage staff")
            await member.presses(chosen, "enter")
            await own_words(member)
            for _ in range(2):
                await member.types(NEW)
                await member.presses("enter")
            assert member.sees(f"{name} can unlock the desk")
            await member.presses("enter")
            assert member.sees("Who can unlock this desk", f"{name}, {role}")
        await member.presses("1", "enter")
        await member.types(STAFF.upper())
        await member.presses("enter")
        assert member.sees("Nothing was changed", "can already unlock this desk")
        await member.presses("enter")
        assert member.sees("Who can unlock this desk")
    assert roles(session) == {"Ali Khan": "staff", "Bo Hill": "lead", STAFF: "lead"}
    assert staff.enter(session.home.staff, "Ali Khan", NEW).identity
    assert staff.enter(session.home.staff, "Bo Hill", NEW).identity
    added = [f"{STAFF} added staff: Bo Hill, lead", f"{STAFF} added staff: Ali Khan, staff"]
    assert told(session)[:2] == added


async def test_a_lead_makes_somebody_a_lead_and_steps_down(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    async with unlocked(session, answers=more("people")) as member:
        await member.presses("4", "enter")
        assert member.sees(f"{STAFF}, lead", "Make a member of staff")
        # Nobody takes away their own key, nor the last lead's role.
        assert not member.sees("Remove access")
        await member.presses("1", "enter")
        assert member.sees("Nothing was changed", "is the last lead")
        await member.presses("enter", "3", "enter")
        assert member.sees("Ali Khan, member of staff", "Make a lead")
        await member.presses("1", "enter")
        assert member.sees("Make Ali Khan a lead?")
        await member.presses("escape")
        assert roles(session) == {"Ali Khan": "staff", STAFF: "lead"}
        await member.presses("3", "enter", "1", "enter", "enter")
        assert member.sees("Ali Khan, lead")
        await member.presses("4", "enter", "1", "enter")
        assert member.sees("Stop being a lead?", "Only another lead can make you one again.")
        await member.presses("escape", "4", "enter", "1", "enter", "delete")
        # Who is a lead no more sees the list of entries, and is not offered this again.
        assert isinstance(member.page, EntriesScreen)
        await member.presses("f3")
        assert not member.sees("Who can unlock this desk")
    assert roles(session) == {"Ali Khan": "lead", STAFF: "staff"}
    assert told(session)[:2] == [
        f"{STAFF} changed a role: {STAFF}, staff",
        f"{STAFF} changed a role: Ali Khan, lead",
    ]


async def test_a_lead_removes_somebody_after_a_question_and_files_that_strangers_put_there_with_their_name(
    kiosk: Kiosk,
) -> None:
    session = kiosk(more_staff=(LONG,))
    planted = session.home.staff / f"{'0' * 16}.json"
    planted.write_bytes(key_file(session.home.staff, LONG).read_bytes())
    async with unlocked(session, size=SMALL) as member:
        assert await member.finds(f"that give no access: {LONG}.")
        await member.presses("enter", "f3", "5", "enter")
        await is_well(member)
        await member.presses("4", "enter")
        await is_well(member)
        await member.presses("2", "enter")
        assert member.sees(f"Remove {LONG}'s access?", "kiosk staff rekey")
        await is_well(member)
        await member.presses("escape")
        assert roles(session) == {LONG: "staff", STAFF: "lead"}
        await member.presses("4", "enter", "2", "enter", "delete")
        assert member.sees("Removed", f"{LONG} can no longer unlock the desk.")
        await member.presses("enter")
        assert member.sees("Who can unlock this desk")
        assert not member.sees(LONG)
    assert key_files(session.home.staff) == [key_file(session.home.staff, STAFF)]
    assert told(session)[0] == f"{STAFF} removed staff: {LONG}"


async def test_who_is_a_lead_no_more_deletes_nothing_though_the_entry_is_open(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    left = leaves(session, {"day": "brindle"})
    staff.set_role(session.home.staff, "Ali Khan", "lead", venue_of(session))
    async with unlocked(session, opens=left, answers=more_of_it("erase")) as member:
        await member.types("Because")
        await member.presses("enter")
        staff.set_role(session.home.staff, STAFF, "staff", venue_of(session))
        await member.presses("delete")
        assert member.sees("Only a lead may do this, and you are no longer a lead.")
    assert session.vault.has(left.id)


async def test_who_is_no_lead_is_offered_their_own_passphrase_alone_and_once_removed_the_desk_locks(
    kiosk: Kiosk,
) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    left = leaves(session, {"day": "brindle"})
    async with unlocked(session, by="Ali Khan") as member:
        await member.presses("f3")
        assert member.sees("Change my passphrase")
        assert not member.sees("Who can unlock this desk")
        await member.presses("escape")
        staff.remove(session.home.staff, "Ali Khan", venue_of(session))
        await member.opens(left.code)
        assert member.sees("The desk is locked", "You can no longer unlock this desk. Ask a lead.")
        assert not member.sees("brindle")
        await member.scans(left.handle.symbols)
        assert (member.gone, member.outcome) == (True, ENDED)


async def test_of_somebody_who_is_removed_while_an_entry_lies_open_no_note_is_taken_and_none_is_begun(
    kiosk: Kiosk,
) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    left = leaves(session, {"day": "brindle"})
    async with unlocked(session, by="Ali Khan", opens=left, answers=TO_NOTE) as member:
        await member.types("Call on Monday")
        staff.remove(session.home.staff, "Ali Khan", venue_of(session))
        await member.presses("f10", "enter")
        # What is written stays, for them to copy.
        assert member.sees("You can no longer unlock this desk. Ask a lead.", "Call on Monday")
        await member.presses("escape", "delete", "f7")
        assert member.sees("The desk is locked", "You can no longer unlock this desk. Ask a lead.")
    assert (len(session.vault.pages(left.id)), session.vault.row(left.id).state) == (1, "waiting")


async def leaves_all(member: StaffMember) -> None:
    """Leave one page after the other, whatever is asked."""
    for _ in range(6):
        if not member.gone:
            await member.presses("escape", "delete")


async def test_whoever_is_removed_reads_no_plan_that_was_written_since(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    left = leaves(session, {"day": "brindle"})
    async with unlocked(session, by="Ali Khan", opens=left, answers=TO_PLAN) as member:
        await member.presses("f7")
        await member.types("A garden")
        await member.presses("enter")
        staff.remove(session.home.staff, "Ali Khan", venue_of(session))
        other = Desk(session.vault, STAFF, venue_of(session), session.audit())
        opened = other.open_without_code(session.vault.row(left.id), "beside", "Ali Khan")
        other.agree(opened, (PlanGoal(want="A secret pond"),), NOW)
        await member.presses("f10")
        assert member.sees("You can no longer unlock this desk. Ask a lead.", "A garden")
        assert "secret" not in member.screen_text()
        await leaves_all(member)
        assert member.outcome == ENDED
    assert (len(session.vault.pages(left.id)), session.vault.row(left.id).state) == (2, "picked up")


async def test_what_is_written_stays_where_the_venues_key_changes_meanwhile(
    kiosk: Kiosk, tmp_path: Path
) -> None:
    session = kiosk()
    left = leaves(session, {"day": "brindle"})
    async with unlocked(session, opens=left, answers=TO_PLAN) as member:
        await member.presses("f7")
        await member.types("A garden")
        await member.presses("enter")
        lead = staff.enter(session.home.staff, STAFF, PASSPHRASE)
        change_key(session.home, lead, tmp_path / "sheet.txt", now=lambda: NOW)
        await member.presses("f10")
        assert member.sees("The venue key was changed. Unlock the desk again.", "A garden")
        # A desk whose venue got another key locks.
        await member.presses("escape", "delete", "space")
        assert member.sees("The desk is locked", "The venue key was changed. Unlock the desk again.")
        await member.presses("enter")
        assert (member.gone, member.outcome) == (True, ENDED)
    assert len(session.vault.pages(left.id)) == 1


async def test_staff_keys_that_cannot_be_written_are_told(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    async with unlocked(session, answers=more("people")) as member:
        await member.presses("3", "enter")
        with mock.patch.object(durable, "replace", side_effect=OSError(ENOSPC, strerror(ENOSPC))):
            await member.presses("1", "enter", "enter")
        assert member.sees("Nothing was changed", "There is no room left on this machine's disk.")
    assert roles(session) == {"Ali Khan": "staff", STAFF: "lead"}


@pytest.mark.parametrize(
    ("answers", "keys"),
    [
        (more_of_it("state"), ("5", "enter")),
        (more_of_it("export", "markdown"), ("1", "enter", "enter")),
    ],
    ids=["state", "file"],
)
async def test_whoever_is_removed_in_the_middle_of_something_does_not_do_it(
    kiosk: Kiosk, answers: list[object], keys: tuple[str, ...]
) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    left = leaves(session, {"day": "brindle"})
    async with unlocked(session, by="Ali Khan", opens=left, answers=answers) as member:
        *before, last = keys
        await member.presses(*before)
        staff.remove(session.home.staff, "Ali Khan", venue_of(session))
        await member.presses(last)
        assert await member.finds("You can no longer unlock this desk. Ask a lead.")
        await leaves_all(member)
        assert member.outcome == ENDED
    assert (len(session.vault.pages(left.id)), session.vault.row(left.id).state) == (1, "waiting")


async def test_the_passphrase_that_practice_tells_stays(kiosk: Kiosk) -> None:
    async with unlocked(kiosk(practice=True)) as member:
        await member.presses("f3")
        assert member.sees("5 ○ Who can unlock this desk")
        assert not member.sees("Change my passphrase")


async def test_more_than_nine_are_shown_a_handful_at_a_time(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=tuple(f"Person {number:02}" for number in range(1, 20)))
    async with unlocked(session, answers=more("people")) as member:
        assert member.sees("Person 05", "Show more")
        assert not member.sees("Person 06,")
        await member.presses("9", "enter")
        assert member.sees("Person 06", "Person 13", "Show more")
        await member.presses("9", "enter")
        assert member.sees("Person 14", "Person 19")
        assert not member.sees("Show more")
        await member.presses("escape")
        assert member.sees("Person 06")
        await member.presses("1", "enter", "1", "enter", "enter")
        assert roles(session)["Person 06"] == "lead"
