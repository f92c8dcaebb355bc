"""At the desk: states, files, deleting, a lost slip, the audit."""

from pathlib import Path
from unittest import mock

from textual.widgets import Input

from kiosk.dates import on_day
from kiosk.desk.audit.audit_log import Audit
from kiosk.desk.keys import staff
from kiosk.desk.keys.lockout import Throttle
from kiosk.entry.staff_pages import StatusChange
from kiosk.errors import VaultError
from kiosk.session import Session
from kiosk.vault.vault import Vault
from kiosk.visit.saving import Submission
from screens.desk.entry_screen import EntryResult, EntryScreen
from screens.desk.list_screen import EntriesResult, EntriesScreen
from screens.widgets.busy_screen import BusyScreen, busy
from screens.widgets.picks import PickRow
from screens.widgets.plain import Plain
from tests.fake_printer import FakePrinter
from tests.screens.conftest import PASSPHRASE, STAFF, Kiosk, unlocked
from tests.screens.desk.kept_at_the_desk import (
    TO_NOTE,
    events,
    found,
    more,
    more_of_it,
    pages,
    saved,
    searching,
)
from tests.screens.looks import is_well, problems
from tests.visitor import LARGE, NOW, SMALL, StaffMember, desk, leaves, saver_of


def audit_of(session: Session) -> Audit:
    """The audit log, as an unlocked desk writes it."""
    audit = session.audit()
    audit.vouch_with(staff.enter(session.home.staff, STAFF, PASSPHRASE).identity)
    return audit


async def test_a_note_on_an_entry_that_could_not_be_marked_is_not_offered_again(kiosk: Kiosk) -> None:
    session = kiosk()
    entry = saved(session)
    async with unlocked(session, opens=entry, answers=TO_NOTE) as member:
        await member.types("We spoke.")
        with mock.patch.object(Vault, "mark", side_effect=VaultError("no")):
            await member.presses("f10", "enter")
            assert isinstance(member.page, EntryScreen)
            assert member.sees("This is saved, but the list of entries could not be changed")
            assert await member.finds("We spoke.")
            # Not even where the entry cannot be read again at once.
            await member.presses("f7")
            await member.types("More soon.")
            with mock.patch.object(Vault, "row", side_effect=VaultError("no")):
                await member.presses("f10", "enter")
            assert isinstance(member.page, EntryScreen)
    assert len(pages(session, entry)) == 3


async def test_an_entry_that_was_marked_by_mistake_is_set_back_and_staff_say_how_far_it_has_come(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    entry = saved(session)
    async with unlocked(session, opens=entry) as member:
        await member.presses("space")
        assert member.sees("Marked as picked up. The wrong entry? F3 sets its status back to waiting.")
        await member.presses("f3", "1", "enter")
        assert member.sees("What is its status now?", "1 ○ waiting", "2 ● picked up")
        await member.presses("1", "enter")
        assert member.sees("Mark as picked up")
        assert not member.sees("Picked up by")
        await member.presses("f3", "1", "enter", "3", "enter")
        assert member.sees("talked through")
        assert await member.finds(
            "What has happened so far",
            "4 March 2026: waiting (Jo Smith)",
            "4 March 2026: talked through (Jo Smith)",
        )
        await member.presses("escape")
        assert isinstance(member.page, EntriesScreen)
        assert member.sees(entry.name, "talked")
    turn = pages(session, entry)[-1]
    assert isinstance(turn, StatusChange)
    assert (turn.state, turn.by) == ("talked through", STAFF)


async def test_staff_see_then_beside_now_where_an_entry_was_changed(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, {"mood": 1})
    leaves(session, {"mood": 2}, amending=left)
    async with unlocked(session, opens=left, answers=more_of_it("compare")) as member:
        assert member.sees("Then and now", "Then: Bad", "Now: Good")
        assert not member.sees("F8")
        await member.presses("escape")
        assert isinstance(member.page, EntryScreen)


async def test_an_entry_is_written_to_a_file_of_ones_choice(kiosk: Kiosk, tmp_path: Path) -> None:
    session = kiosk()
    entry = saved(session)
    async with unlocked(session, opens=entry, answers=more_of_it("export")) as member:
        # A table is the fourth, and a PDF is in the access pack (`test_files`).
        await member.presses("3", "enter")
        assert member.sees("Where to?", "1 ●", " free")
        await member.presses("1", "enter")
        assert member.page.query_one(Input).value == entry.name.lower().replace(" ", "-") + ".json"
        member.page.query_one(Input).value = "given"
        await member.presses("enter")
        assert member.sees("The file is saved", "It is not encrypted")
        await member.presses("enter")
        assert isinstance(member.page, EntryScreen)
    target = tmp_path / "given.json"
    assert target.read_bytes().startswith(b"{")
    assert target.stat().st_mode & 0o777 == 0o600
    assert events(session)[0] == "exported"


async def test_a_reason_for_deleting_is_not_lost_by_a_key_and_what_is_deleted_has_a_receipt(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    entry = saved(session)
    async with unlocked(session, opens=entry, answers=more_of_it("erase")) as member:
        await member.presses("escape")
        assert isinstance(member.page, EntryScreen)
        await member.presses("f3", "8", "enter")
        await member.types("The customer asked")
        await member.presses("enter")
        assert member.sees(f"Delete {entry.name} for good?", "Back to the reason")
        await member.presses("enter")
        assert member.page.query_one(Input).value == "The customer asked"
        await member.presses("escape")
        assert member.sees("Leave without deleting the entry?", "What you wrote is not saved.")
        await member.presses("enter")
        assert member.page.query_one(Input).value == "The customer asked"
        await member.presses("escape", "delete")
        assert isinstance(member.page, EntryScreen)
        assert session.vault.has(entry.id)
        await member.presses("f3", "8", "enter")
        assert member.page.query_one(Input).value == ""
        await member.types("The customer asked again")
        await member.presses("enter", "delete")
        assert member.sees("Deleted from this kiosk", "Not deleted: printed and exported")
        await member.presses("enter")
        assert isinstance(member.page, EntriesScreen)
        assert not member.sees(entry.name)
    assert not session.vault.has(entry.id)
    assert "deleted" in events(session)


def numbers(member: StaffMember) -> dict[str, str]:
    """What is offered on the page, each with its number."""
    return {row.pick.label: str(row.pick.number) for row in member.page.query(PickRow)}


async def test_the_same_thing_has_the_same_number_and_only_a_lead_is_offered_to_delete(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    left = leaves(session, {"mood": 1})
    async with unlocked(session, by="Ali Khan", opens=left, answers=more_of_it()) as member:
        of_no_lead = numbers(member)
    async with unlocked(session, opens=left, answers=more_of_it()) as member:
        few = numbers(member)
    assert few["Delete it"] == "8"
    assert "See then and now" not in few
    assert "Delete it" not in of_no_lead
    assert "Export it to a file" in of_no_lead
    assert of_no_lead.items() < few.items()
    leaves(session, {"mood": 2}, amending=left)
    async with unlocked(session, answers=[EntriesResult.MORE], printer=FakePrinter()) as member:
        of_a_lead = numbers(member)
    async with found(session, answers=TO_NOTE, printer=FakePrinter()) as member:
        await member.types("We spoke.")
        await member.presses("f10", "enter", "f3")
        every = numbers(member)
        assert [*every.values()] == [*"12345678"]
        assert few.items() <= every.items()
    async with unlocked(session, by="Ali Khan", answers=[EntriesResult.MORE]) as member:
        assert numbers(member).items() < of_a_lead.items()
    assert "6" in of_a_lead.values()


async def test_two_members_of_staff_find_an_entry_whose_slip_is_lost(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    entry = saver_of(session).save(Submission(session.pack, {"day": "brindle", "mood": 2}, {"second"}))
    async with unlocked(session, answers=more("lost")) as member:
        assert member.sees("A second colleague must unlock too", "Name", "Passphrase")
        assert not member.sees("Ali Khan")
        await member.unlocks(PASSPHRASE)
        assert member.sees("A second colleague must enter their own name and passphrase.")
        await member.unlocks(PASSPHRASE, "Eve")
        assert member.sees("The name or the passphrase is wrong. Try again.")
        await member.unlocks(PASSPHRASE, "Ali Khan")
        await member.presses("enter")
        assert member.sees("Enter who is asking, and why.")
        await member.types("The slip was lost")
        await member.presses("enter")
        await member.types(entry.name)
        await member.presses("enter")
        assert member.sees("The day it was saved")
        await member.types("soon")
        await member.presses("enter")
        assert member.sees("We could not read that date. Try 04/03/2026 or 4 March 2026.")
        member.page.query_one(Input).value = "4/3"
        await member.presses("enter")
        assert member.sees("Words that appear in the answers", "lets staff read")
        await member.types("good")
        await member.presses("enter")
        assert member.sees("Which entry is it?", entry.name)
        await member.presses("1", "enter")
        assert isinstance(member.page, EntryScreen)
        assert await member.finds("A part is kept back", "How do you feel?")
        assert not member.sees("brindle")
        assert not member.sees("F6")
    assert {"looked for a lost slip", "opened without a code"} <= set(events(session))


async def test_where_nothing_fits_it_is_said_what_missed_and_what_was_asked_is_changed(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    saver_of(session).save(Submission(session.pack, {"day": "brindle", "mood": 2}, {"second"}))
    async with searching(session) as member:
        for typed in ("The slip was lost", "Nobody Here", "", ""):
            await member.types(typed)
            await member.presses("enter")
        assert member.sees("No entries match", "Name: no entry is called Nobody Here.")
        # What was asked stays, to be changed: nobody has to unlock again.
        await member.presses("enter")
        assert member.page.query_one(Input).value == "Nobody Here"
        await member.presses("f2", "enter", "enter", "enter")  # F2 empties what stands there
        assert member.sees("Which entry is it?")


async def test_one_alone_cannot_look_for_a_lost_slip(kiosk: Kiosk) -> None:
    session = kiosk()
    saved(session)
    async with unlocked(session, answers=more("lost")) as member:
        assert member.sees("You need a second colleague")
        await member.presses("enter")
        assert isinstance(member.page, EntriesScreen)


async def test_staff_read_what_was_done_a_page_a_screen(kiosk: Kiosk) -> None:
    for size, heads, least in ((LARGE, True, 12), (SMALL, False, 6)):
        session = kiosk()
        async with unlocked(session, answers=[EntriesResult.MORE], size=size) as member:
            audit = audit_of(session)
            for number in range(30):
                audit.note("Ali Khan", "exported", entry="Blue Otter", detail=f"file {number}.")
            await member.presses("2", "enter")
            assert member.sees("Audit log", "Ali Khan", "file 29.", f"file {31 - least}.", "1 to ")
            assert member.sees("When", "Who") is heads
            assert not member.sees("file 0.")
            assert problems(member) == []
            seen = []
            for _turn in range(9):
                seen.append(str(member.page.query_one("#place", Plain).render()))
                await member.presses("pagedown")
            assert member.sees("file 0.", "to 32 of 32")
            assert seen[0].startswith("1 to ")
            assert len(set(seen)) > 1
            await member.presses("home")
            assert member.sees("file 29.")


async def test_a_long_line_of_the_audit_is_shortened_until_all_of_it_is_wanted(kiosk: Kiosk) -> None:
    for size in (LARGE, SMALL):
        session = kiosk()
        async with unlocked(session, answers=[EntriesResult.MORE], size=size) as member:
            audit = audit_of(session)
            for number in range(30):
                detail = f"{number}: the customer asked for it by post, and wants no copy. " * 4 + "The end."
                audit.note("Ali Khan", "deleted", entry="Blue Otter", detail=detail)
            await member.presses("2", "enter", "down")
            first = str(member.page.query_one("#place", Plain).render()).split()[0]
            assert not member.sees("The end.")
            await member.presses("f6")
            assert member.sees("The end.", "All of each line is shown.")
            assert str(member.page.query_one("#place", Plain).render()).split()[0] == first
            assert problems(member) == []
            await member.presses("up")
            assert member.sees("29: the customer")
            await member.presses("f6")
            assert member.sees("Long lines are shortened.")
            assert not member.sees("The end.")


async def test_staff_read_a_part_of_what_was_done(kiosk: Kiosk) -> None:
    session = kiosk()
    entry = saved(session)
    answers = [EntryResult.BACK, *more("audit")]
    async with unlocked(session, opens=entry, answers=answers) as member:
        assert member.sees(entry.name, "unlocked")
        await member.presses("f2")
        for typed in ("", entry.name.split()[0]):
            await member.types(typed)
            await member.presses("enter")
        await member.types("soon")
        await member.presses("enter")
        assert member.sees("We could not read that date.")
        member.page.query_one(Input).value = on_day(NOW)
        await member.presses("enter")
        assert member.sees(f"Only: {entry.name.split()[0]}; ", "opened")
        assert not member.sees("unlocked")
        await member.presses("f2", "f2")
        await member.types("Nobody")
        await member.presses("enter", "enter", "enter")
        assert member.sees("No lines match.")
        await member.presses("f2", "escape")
        assert member.sees("No lines match.")


async def test_after_wrong_passphrases_the_desk_is_slow_and_the_right_one_opens(kiosk: Kiosk) -> None:
    waited: list[float] = []
    session = kiosk()
    tries = Throttle(session.home.unlocks, "screen")
    assert [tries.begin(NOW) for _ in range(4)] == [0, 0, 1, 2]
    for _ in range(9):  # what is tried in commands does not slow the desk
        Throttle(session.home.unlocks, "commands").begin(NOW)
    async with desk(session, pause=waited.append) as member:
        for name in (STAFF, "Eve"):
            await member.unlocks("a wrong one, and wrong again", name)
            assert member.sees("The name or the passphrase is wrong. Try again.")
        # Whoever has the right one waits for what others tried, once.
        await member.unlocks(PASSPHRASE)
        assert isinstance(member.page, EntriesScreen)
        assert waited == [5, 10, 20]
    assert sorted(events(session)) == ["could not unlock"] * 2 + ["unlocked"]


async def test_while_the_desk_is_slow_it_says_how_long(kiosk: Kiosk) -> None:
    session = kiosk()
    for _ in range(8):
        Throttle(session.home.unlocks, "screen").begin(NOW)
    slow = "Because of earlier wrong passphrases, this takes 30 seconds."
    async with desk(session, pause=lambda _seconds: None) as member:
        page = BusyScreen("Opening the desk.")
        async with busy(member.app, page):
            page.say(slow)
            await member.settle()
            assert member.sees(slow)
            assert not member.sees("Opening")
            await is_well(member)
        await member.settle()  # the page below takes keys again
        with mock.patch.object(BusyScreen, "say", autospec=True) as say:
            await member.unlocks(PASSPHRASE)
            await member.presses("f3", "4", "enter")
            await member.types(PASSPHRASE)
            await member.presses("enter")
    assert [call.args[1] for call in say.call_args_list] == [slow]


async def test_each_key_on_an_entry_that_does_something_says_what_was_done(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, {"day": "brindle"}, private={"first"}, talk=True, at=NOW)
    said = {
        ("space",): "Marked as picked up.",
        ("f8", "enter"): "You have talked: the entry no longer asks for it, and the customer can read that.",
        ("f6", "enter"): "What the customer kept back is now shown.",
        ("f3", "1", "enter", "4", "enter"): "The status is now: plan agreed.",
    }
    async with unlocked(session, size=SMALL, opens=left) as member:
        for keys, words in said.items():
            await member.presses(*keys)
            assert isinstance(member.page, EntryScreen)
            assert member.sees(words), (keys, member.screen_text())
            assert problems(member) == []
        # The next key that does something else says that, and this no longer.
        await member.presses("f2", "escape")
        assert not member.sees("The status is now")
