"""At the desk: states, files, deleting, a lost slip, the audit."""

from pathlib import Path
from unittest import mock

import pytest
from textual.widgets import Input

from kiosk.dates import on_day
from kiosk.desk.keys import staff
from kiosk.desk.keys.lockout import Throttle
from kiosk.entry.answers import Goal
from kiosk.entry.staff_pages import StatusChange
from kiosk.errors import VaultError
from kiosk.vault.vault import Vault
from kiosk.visit.saving import Submission
from screens.desk.entry_screen import EntryScreen
from screens.desk.list_screen import EntriesScreen
from screens.widgets.busy_screen import BusyScreen, busy
from screens.widgets.picks import PickRow
from screens.widgets.plain import Plain
from tests.fake_printer import FakePrinter
from tests.screens.conftest import PASSPHRASE, STAFF, Kiosk, unlocked
from tests.screens.desk.kept_at_the_desk import events, found, pages, saved, searching, their_plan
from tests.screens.looks import is_well, problems
from tests.visitor import LARGE, NOW, SMALL, StaffMember, desk, leaves, saver_of

SIZES = pytest.mark.parametrize("size", [LARGE, SMALL], ids=["large", "small"])


async def test_a_note_on_an_entry_that_could_not_be_marked_is_not_offered_again(kiosk: Kiosk) -> None:
    session = kiosk()
    entry = saved(session)
    async with unlocked(session, opens=entry) as member:
        await member.presses("f7")
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
        assert await member.finds("4 March 2026: waiting (Jo Smith)")
        await member.presses("escape")
        assert member.sees("1 waiting of 1")
        await member.opens(str(entry.handle))
        await member.presses("space")
        assert member.sees("Picked up by Jo Smith")
        await member.presses("f3", "1", "enter", "3", "enter")
        assert member.sees("talked through")
        assert await member.finds("What has happened so far", "4 March 2026: talked through (Jo Smith)")
        await member.presses("escape")
        assert isinstance(member.page, EntriesScreen)
        assert member.sees(entry.name, "talked")
    turn = pages(session, entry)[-1]
    assert isinstance(turn, StatusChange)
    assert (turn.state, turn.by) == ("talked through", STAFF)


async def test_staff_see_then_beside_now_where_an_entry_was_changed(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, {"mood": 1})
    async with unlocked(session, opens=left) as member:
        await member.presses("f3")
        assert not member.sees("See then and now")
    leaves(session, {"mood": 2}, amending=left)
    async with unlocked(session, opens=left) as member:
        await member.presses("f3", "3", "enter")
        assert member.sees("Then and now", "Then: Bad", "Now: Good")
        assert not member.sees("F8")
        await member.presses("escape")
        assert isinstance(member.page, EntryScreen)


async def test_an_entry_is_written_to_a_file_of_ones_choice(kiosk: Kiosk, tmp_path: Path) -> None:
    session = kiosk()
    entry = saved(session)
    async with unlocked(session, opens=entry) as member:
        for number, ending, start in (
            ("1", ".pdf", b"%PDF"),
            ("2", ".md", b"# "),
            ("3", ".json", b"{"),
            # A table is the fourth (`test_files`).
        ):
            await member.presses("f3", "2", "enter", number, "enter")
            assert member.sees("Where to?", "1 ●", " free")
            await member.presses("1", "enter")
            assert member.page.query_one(Input).value == entry.name.lower().replace(" ", "-") + ending
            member.page.query_one(Input).value = "given"
            await member.presses("enter")
            assert member.sees("The file is saved", "It is not encrypted")
            await member.presses("enter")
            assert isinstance(member.page, EntryScreen)
            target = tmp_path / f"given{ending}"
            assert target.read_bytes().startswith(start)
            assert target.stat().st_mode & 0o777 == 0o600
            assert events(session)[0] == "exported"


async def test_a_reason_for_deleting_is_not_lost_by_a_key_and_what_is_deleted_has_a_receipt(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    entry = saved(session)
    async with unlocked(session, opens=entry) as member:
        await member.presses("f3", "8", "enter", "escape")
        assert isinstance(member.page, EntryScreen)
        await member.presses("f3", "8", "enter")
        await member.types("The customer asked")
        for back in ("enter", "escape"):
            await member.presses("enter")
            assert member.sees(f"Delete {entry.name} for good?", "Back to the reason")
            await member.presses(back)
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
    async with unlocked(session, by="Ali Khan", opens=left) as member:
        await member.presses("f3")
        of_no_lead = numbers(member)
    async with unlocked(session, opens=left) as member:
        await member.presses("f3")
        few = numbers(member)
    assert few["Delete it"] == "8"
    assert "Delete it" not in of_no_lead
    assert "Export it to a file" in of_no_lead
    assert of_no_lead.items() < few.items()
    leaves(session, {"mood": 2}, amending=left)
    async with unlocked(session, printer=FakePrinter()) as member:
        await member.presses("f3")
        of_a_lead = numbers(member)
    async with found(session, printer=FakePrinter()) as member:
        await member.presses("f7")
        await member.types("We spoke.")
        await member.presses("f10", "enter", "f3")
        every = numbers(member)
        assert [*every.values()] == [*"12345678"]
        assert few.items() <= every.items()
    async with unlocked(session, by="Ali Khan") as member:
        await member.presses("f3")
        assert numbers(member).items() < of_a_lead.items()
    assert "6" in of_a_lead.values()


async def test_two_members_of_staff_find_an_entry_whose_slip_is_lost(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    entry = saver_of(session).save(Submission(session.pack, {"day": "brindle", "mood": 2}, {"second"}))
    async with unlocked(session) as member:
        await member.presses("f3", "1", "enter")
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
    asked = ["", "", ""]
    async with searching(session) as member:
        await member.types("The slip was lost")
        await member.presses("enter")
        for place, text, missed in (
            (0, "Nobody Here", "Name: no entry is called Nobody Here."),
            (1, "4.3.1999", "Day: no entry was saved from 1 March 1999 to 7 March 1999."),
            (2, "brindle", "Words: the 1 other matching entry"),
            (2, "0", "Words: the 1 other matching entry"),
        ):
            # What was asked stays, to be changed: nobody has to unlock again.
            before, asked = asked, [text if number == place else "" for number in range(3)]
            for was, now in zip(before, asked, strict=True):
                assert member.page.query_one(Input).value == was
                member.page.query_one(Input).value = now
                await member.presses("enter")
            assert member.sees("No entries match", missed)
            await member.presses("enter")
        await member.presses("enter", "enter", "f2", "enter")  # which empties what stands there
        assert member.sees("Which entry is it?")
        await member.presses("escape", "escape", "escape", "escape", "escape", "delete")
        assert isinstance(member.page, EntriesScreen)


async def test_one_alone_cannot_look_for_a_lost_slip(kiosk: Kiosk) -> None:
    session = kiosk()
    saved(session)
    async with unlocked(session) as member:
        await member.presses("f3", "1", "enter")
        assert member.sees("You need a second colleague")
        await member.presses("enter")
        assert isinstance(member.page, EntriesScreen)


@pytest.mark.parametrize(
    ("size", "heads", "least"), [(LARGE, True, 12), (SMALL, False, 6)], ids=["large", "small"]
)
async def test_staff_read_what_was_done_a_page_a_screen(
    kiosk: Kiosk, size: tuple[int, int], *, heads: bool, least: int
) -> None:
    session = kiosk()
    async with unlocked(session, size=size) as member:
        audit = session.audit()
        audit.vouch_with(staff.enter(session.home.staff, STAFF, PASSPHRASE).identity)
        for number in range(30):
            audit.note("Ali Khan", "exported", entry="Blue Otter", detail=f"file {number}.")
        await member.presses("f3", "2", "enter")
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


@SIZES
async def test_a_long_line_of_the_audit_is_shortened_until_all_of_it_is_wanted(
    kiosk: Kiosk, size: tuple[int, int]
) -> None:
    session = kiosk()
    async with unlocked(session, size=size) as member:
        audit = session.audit()
        audit.vouch_with(staff.enter(session.home.staff, STAFF, PASSPHRASE).identity)
        for number in range(30):
            detail = f"{number}: the customer asked for it by post, and wants no copy. " * 4 + "The end."
            audit.note("Ali Khan", "deleted", entry="Blue Otter", detail=detail)
        await member.presses("f3", "2", "enter", "down")
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
    async with unlocked(session, opens=entry) as member:
        await member.presses("escape", "f3", "2", "enter")
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
        await member.presses("escape")
        assert isinstance(member.page, EntriesScreen)


async def test_after_wrong_passphrases_the_desk_is_slow_and_the_right_one_opens(kiosk: Kiosk) -> None:
    waited: list[float] = []
    session = kiosk()
    tries = Throttle(session.home.unlocks, "screen")
    assert [tries.begin(NOW) for _ in range(4)] == [0, 0, 1, 2]
    async with desk(session, pause=waited.append) as member:
        for name in (STAFF, "Eve") * 2:
            await member.unlocks("a wrong one, and wrong again", name)
            assert member.sees("The name or the passphrase is wrong. Try again.")
        # Whoever has the right one waits for what others tried, once and not for long.
        await member.unlocks(PASSPHRASE)
        assert isinstance(member.page, EntriesScreen)
        assert waited == [5, 10, 20, 30, 30]
    assert sorted(events(session)) == ["could not unlock"] * 4 + ["unlocked"]


async def test_what_is_tried_in_commands_does_not_slow_the_desk(kiosk: Kiosk) -> None:
    waited: list[float] = []
    session = kiosk()
    for _ in range(9):
        Throttle(session.home.unlocks, "commands").begin(NOW)
    async with desk(session, pause=waited.append) as member:
        await member.unlocks(PASSPHRASE)
    assert waited == [0]


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


async def test_a_plan_that_is_full_of_text_looks_well(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Ali Khan",), practice=True)
    long = "A sentence that goes on and on, as people write it who have much to say. " * 4
    entry = saved(session, goal=Goal(want=long, first_step=long, who="Ali", when="Monday"))
    async with unlocked(session, size=SMALL, opens=entry) as member:
        await is_well(member)
        await member.presses("f2")
        await is_well(member)
        await member.presses("f2")
        await is_well(member)
        await member.presses("escape", "f7")
        await member.types(long)
        await member.presses("escape")
        await is_well(member)
        await member.presses("escape", "enter", "home", "pageup", "delete")
        await is_well(member)
        await member.presses("escape")
        their_plan(session, entry, long)
        await member.presses("f10")
        assert member.sees("Someone else has changed this plan")
        await is_well(member)


async def test_each_key_on_an_entry_that_does_something_says_what_was_done(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, {"day": "brindle"}, private={"first"}, talk=True, at=NOW)
    said = {
        ("space",): "Marked as picked up.",
        ("f8", "enter"): "You have talked: the entry no longer asks for it, and the customer can read that.",
        ("f6", "enter"): "What the customer kept back is now shown.",
        ("f3", "1", "enter", "4", "enter"): "The status is now: plan agreed.",
    }
    async with unlocked(session, opens=left) as member:
        for (keys, words), size in zip(said.items(), (SMALL, LARGE) * 2, strict=True):
            await member.presses(*keys)
            assert isinstance(member.page, EntryScreen)
            assert member.sees(words), (keys, member.screen_text())
            assert problems(member) == []
            await member.resizes(size)
            assert member.sees(words), (keys, member.screen_text())
            assert problems(member) == []
        # The next key that does something else says that, and this no longer.
        await member.presses("f2", "escape")
        assert not member.sees("The status is now")


async def test_to_mark_what_came_since_as_seen_says_so(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, {"day": "brindle"})
    async with unlocked(session, opens=left) as member:
        await member.presses("space")
        leaves(session, {"day": "quill"}, amending=left)
        await member.scans(left.handle.symbols)
        await member.presses("space")
        assert member.sees("Marked as seen.")
