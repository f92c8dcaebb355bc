"""At the desk: the list that is searched, the plan, states, files, deleting, a lost slip, the audit."""

from datetime import timedelta
from pathlib import Path
from unittest import mock

import pytest
from msgspec.structs import replace
from textual.strip import Strip
from textual.widgets import Input

from kiosk.added import Plan, PlanGoal, Step, Turn
from kiosk.answer import Goal
from kiosk.desk import staff
from kiosk.desk.desk import Desk
from kiosk.entry import open_page
from kiosk.errors import VaultError
from kiosk.save import Reflection, Saved
from kiosk.session import Session
from kiosk.vault.vault import Vault
from screens.desk.entries import EntriesScreen
from screens.desk.entry_list import EntryList
from screens.desk.plan import PlanScreen, StepScreen
from screens.desk.reading import EntryScreen
from tests.screens.conftest import PASSPHRASE, STAFF, Kiosk
from tests.screens.looks import is_well
from tests.visitor import LARGE, NOW, SMALL, StaffMember, desk, leaves, saver_of

GOAL = Goal(want="A job with bikes", first_step="Call the shop", who="Ali", when="Monday")


def saved(session: Session, **answers: object) -> Saved:
    given = {"goal": GOAL, "day": "brindle"} | answers
    return saver_of(session).save(Reflection(session.pack, given))  # type: ignore[arg-type]


def pages(session: Session, entry: Saved) -> list[object]:
    identity = staff.unlock(session.home.staff, STAFF, PASSPHRASE)
    return [open_page(sealed, identity) for sealed in session.vault.pages(entry.id)]


def events(session: Session) -> list[str]:
    identity = staff.unlock(session.home.staff, STAFF, PASSPHRASE)
    return [event.did for event in session.audit().read(identity).events]


def their_plan(session: Session, entry: Saved, want: str) -> None:
    """Save a plan from another desk."""
    identity = staff.unlock(session.home.staff, STAFF, PASSPHRASE)
    other = Desk(session.vault, "Ali", identity, session.audit())
    opened = other.open_without_code(session.vault.row(entry.id), "beside")
    other.agree(opened, (PlanGoal(want=want, steps=(Step(text="Dig"),)),), NOW)


async def opens(member: StaffMember, entry: Saved) -> None:
    await member.unlocks(PASSPHRASE)
    await member.opens(str(entry.handle))
    assert isinstance(member.page, EntryScreen)


async def plans_a_garden(member: StaffMember) -> None:
    """Begin with the plan of the entry that lies open, and add a goal."""
    await member.presses("f2", "f3")
    await member.types("A garden")
    await member.presses("enter")


async def test_the_list_is_searched_by_name_as_one_types(kiosk: Kiosk) -> None:
    session = kiosk()
    names = [saved(session).name for _ in range(6)]
    async with desk(session) as member:
        await member.unlocks(PASSPHRASE)
        assert member.sees("6 shown, all states, newest first")
        await member.types(names[2].split()[0][:4].lower())
        shown = {row.name for row in member.page.query_one(EntryList)._rows}
        assert names[2] in shown
        assert all(
            any(word.lower().startswith(names[2][:4].lower()) for word in one.split()) for one in shown
        )
        # What is no name is a code, and leaves the list as it is.
        await member.types("9999")
        assert len(member.page.query_one(EntryList)._rows) == 6


async def test_the_list_is_filtered_by_state_and_sorted(kiosk: Kiosk) -> None:
    session = kiosk()
    first, second = saved(session), saved(session)
    session.vault.set_state(first.id, "closed", "Jo Smith")
    async with desk(session) as member:
        await member.unlocks(PASSPHRASE)
        await member.presses("f2")
        assert member.sees("1 shown, waiting", second.name)
        assert not member.sees(first.name)
        await member.presses("f2", "f2", "f2", "f2")
        assert member.sees("1 shown, closed", first.name)
        await member.presses("f2", "f3")
        assert member.sees("2 shown, all states, by name")
        await member.presses("f3")
        assert member.sees("first to go first")


async def test_the_list_stays_as_one_left_it(kiosk: Kiosk) -> None:
    session = kiosk()
    first, second = saved(session), saved(session)
    session.vault.set_state(first.id, "closed", "Jo Smith")
    async with desk(session) as member:
        await member.unlocks(PASSPHRASE)
        await member.presses("f2", "f3")
        await member.opens(str(second.handle))
        await member.presses("escape")
        assert member.sees("1 shown, waiting, by name")
        # A code that is typed says how it reads so far, and that not all are shown.
        await member.types("K7QX")
        assert member.sees("K7QX  ____  ____  ____  (waiting)")
        assert not member.sees(first.name)


async def test_those_who_ask_to_talk_and_those_who_go_soon_are_shown_alone(kiosk: Kiosk) -> None:
    session = kiosk()
    asks = leaves(session, {"mood": 2}, talk=True, at=NOW)
    old = saved(session)
    late = [leaves(session, {"mood": 2}) for _ in range(3)]
    vault, days = session.vault, session.settings.privacy.days
    soon = replace(vault.row(old.id), last_page=NOW - timedelta(days=days - 3))
    rows = tuple(soon if row.id == old.id else row for row in vault.rows())
    with mock.patch.object(Vault, "rows", return_value=rows):
        async with desk(session) as member:
            await member.unlocks(PASSPHRASE)
            assert member.sees("5 shown", "asks to talk")
            await member.presses("f2", "f2")
            assert member.sees("1 shown, asks to talk", asks.name)
            assert not member.sees(late[0].name)
            await member.presses("f2")
            assert member.sees("1 shown, goes soon", old.name, "goes 7 Mar")
            await member.presses("f2")
            assert member.sees("5 shown, all states")


async def test_of_a_hundred_thousand_entries_only_those_on_the_screen_are_drawn(kiosk: Kiosk) -> None:
    session = kiosk()
    row = session.vault.row(saved(session).id)
    rows = tuple(replace(row, id=f"{number:032x}", name=f"Amber {number}") for number in range(100_000))
    drawn: list[str] = []
    draw = EntryList.render_line

    def counting(entries: EntryList, y: int) -> Strip:
        strip = draw(entries, y)
        drawn.append(strip.text)
        return strip

    with (
        mock.patch.object(Vault, "rows", return_value=rows),
        mock.patch.object(EntryList, "render_line", counting),
    ):
        async with desk(session) as member:
            await member.unlocks(PASSPHRASE)
            assert member.sees("100000 shown", "Amber 0 ")
            for keys, name in (
                (("pagedown",), "Amber 10"),
                (("f3",), "Amber 0"),
                (("f2",), "Amber 0"),
                (tuple("amber 9999"), "Amber 9999"),
            ):
                for key in keys:
                    drawn.clear()
                    await member.presses(key)
                    assert len(drawn) <= 3 * LARGE[1], key
                assert member.sees(name)
            assert member.sees("11 shown, waiting, by name")


async def test_a_plan_begins_with_the_customers_goal_and_is_agreed_on(kiosk: Kiosk) -> None:
    session = kiosk()
    entry = saved(session)
    async with desk(session) as member:
        await opens(member, entry)
        await member.presses("f2")
        assert isinstance(member.page, PlanScreen)
        assert member.sees("A job with bikes", "[ ] Call the shop", "(Ali, Monday)")
        # A step more, one ticked off, a goal more.
        await member.presses("f2")
        assert isinstance(member.page, StepScreen)
        await member.types("Write down my hours")
        await member.presses("enter")
        await member.types("Jo")
        await member.presses("enter", "enter")
        assert member.sees("[ ] Write down my hours", "(Jo)")
        await member.presses("space")
        assert member.sees("[x] Write down my hours")
        await member.presses("f3")
        await member.types("A garden")
        await member.presses("enter")
        assert member.sees("A garden")
        await member.presses("f5")
        assert isinstance(member.page, EntryScreen)
        assert member.sees("plan agreed")
        assert await member.finds("The plan, agreed with Jo Smith", "1 of 2 steps are done", "A garden")
    plan = pages(session, entry)[-1]
    assert isinstance(plan, Plan)
    assert [goal.want for goal in plan.goals] == ["A job with bikes", "A garden"]
    assert session.vault.row(entry.id).state == "agreed"
    assert "wrote the plan" in events(session)


async def test_a_plan_that_somebody_else_wrote_meanwhile_is_shown_before_mine_takes_its_place(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    entry = saved(session)

    async with desk(session) as member:
        await opens(member, entry)
        await plans_a_garden(member)
        their_plan(session, entry, "A pond")
        await member.presses("f5")
        assert member.sees(
            "There is another plan by now", "Ali saved it on 4 March 2026:", "A pond", "[ ] Dig"
        )
        await member.presses("escape")
        assert isinstance(member.page, PlanScreen)
        assert member.sees("A garden")
        assert len(pages(session, entry)) == 2
        # It is asked about again, and so is one that came after that question.
        await member.presses("f5")
        their_plan(session, entry, "A shed")
        await member.presses("enter")
        assert member.sees("There is another plan by now", "A shed")
        await member.presses("enter")
        assert isinstance(member.page, EntryScreen)
        assert await member.finds("The plan before, agreed with Ali", "A pond", "A shed", "A garden")
    assert [page.goals[-1].want for page in pages(session, entry) if isinstance(page, Plan)] == [
        "A pond",
        "A shed",
        "A garden",
    ]


async def test_who_keeps_to_neither_plan_reads_theirs_afterwards(kiosk: Kiosk) -> None:
    session = kiosk()
    entry = saved(session)
    async with desk(session) as member:
        await opens(member, entry)
        await member.presses("f2", "down", "space")
        their_plan(session, entry, "A pond")
        await member.presses("f5", "escape", "escape", "enter")
        assert isinstance(member.page, EntryScreen)
        assert not member.sees("The plan is saved")
        assert await member.finds("The plan, agreed with Ali", "A pond")
        await member.presses("f2")
        assert member.sees("A pond")


async def test_a_long_plan_of_somebody_else_is_read_to_its_end(kiosk: Kiosk) -> None:
    session = kiosk()
    entry = saved(session)
    async with desk(session, size=SMALL) as member:
        await opens(member, entry)
        await member.presses("f2", "down", "space")
        their_plan(session, entry, "A pond " * 150 + "with frogs")
        await member.presses("f5")
        assert member.sees("There is another plan by now", "Yours can take its place.", "Down")
        assert not member.sees("with frogs")
        await member.presses("end")
        assert member.sees("with frogs", "[ ] Dig")
        await is_well(member)


async def test_a_note_on_an_entry_that_could_not_be_marked_is_not_offered_again(kiosk: Kiosk) -> None:
    session = kiosk()
    entry = saved(session)
    async with desk(session) as member:
        await opens(member, entry)
        await member.presses("f7")
        await member.types("We spoke.")
        with mock.patch.object(Vault, "mark_picked_up", side_effect=VaultError("no")):
            await member.presses("enter")
            assert isinstance(member.page, EntryScreen)
            assert member.sees("This is saved. The list of entries could not be changed")
            assert await member.finds("We spoke.")
            # Not even where the entry cannot be read again at once.
            await member.presses("f7")
            await member.types("More soon.")
            with mock.patch.object(Vault, "row", side_effect=VaultError("no")):
                await member.presses("enter")
            assert isinstance(member.page, EntryScreen)
    assert len(pages(session, entry)) == 3


async def test_a_plan_that_could_not_be_marked_is_saved_and_not_asked_about(kiosk: Kiosk) -> None:
    session = kiosk()
    entry = saved(session)
    async with desk(session) as member:
        await opens(member, entry)
        await plans_a_garden(member)
        with mock.patch.object(Vault, "set_state", side_effect=VaultError("no")):
            await member.presses("f5")
            assert member.sees("This is saved. The list of entries could not be changed")
            assert await member.finds("The plan, agreed with Jo Smith", "A garden")
        # The list has the state again once somebody opens the entry.
        assert session.vault.row(entry.id).state == "waiting"
        await member.presses("escape")
        await member.opens(str(entry.handle))
        assert member.sees("plan agreed")
    assert len(pages(session, entry)) == 2


async def test_a_goal_that_one_went_back_to_is_not_lost_to_a_scan(kiosk: Kiosk) -> None:
    session = kiosk()
    first, second = leaves(session, {"day": "brindle"}), leaves(session, {"day": "quill"})
    async with desk(session) as member:
        await member.unlocks(PASSPHRASE)
        await member.opens(first.code)
        await member.presses("f2", "f3")
        await member.types("A garden")
        await member.presses("escape", "escape")
        await member.scans(second.handle.symbols)
        assert member.sees("That was a code. Finish this page first, then scan it again.", "A garden")


async def test_what_is_written_for_a_plan_is_asked_about_before_it_is_lost(kiosk: Kiosk) -> None:
    session = kiosk()
    entry = saved(session)
    async with desk(session) as member:
        await opens(member, entry)
        await member.presses("f2", "f2")
        # Nothing is written yet.
        await member.presses("escape")
        assert isinstance(member.page, PlanScreen)
        await member.presses("f2", "enter")
        await member.types("Jo")
        await member.presses("enter", "enter")
        assert member.sees("Write the step first.", "Jo")
        await member.presses("escape")
        assert member.sees("Leave without keeping this?")
        await member.presses("escape")
        assert isinstance(member.page, StepScreen)
        assert member.sees("Jo")
        await member.types("Write down my hours")
        await member.presses("enter", "enter", "enter")
        assert member.sees("[ ] Write down my hours", "(Jo)")
        await member.presses("f3", "enter")
        assert member.sees("Write the goal first.")
        await member.types("A garden")
        await member.presses("escape", "escape")
        assert member.sees("A garden")
        await member.presses("escape", "enter")
        assert isinstance(member.page, PlanScreen)
        assert not member.sees("A garden")
        # A goal goes with its steps, and so not unasked; a step alone does.
        await member.presses("home", "pageup", "f7")
        assert member.sees("Remove this goal?", "A job with bikes", "Steps that go with it: 2.")
        await member.presses("escape")
        assert member.sees("A job with bikes", "[ ] Write down my hours")
        await member.presses("down", "f7")
        assert not member.sees("[ ] Call the shop")
        await member.presses("pageup", "f7", "enter")
        assert member.sees("There is nothing in it yet.")


async def test_a_plan_that_is_left_is_asked_about_and_not_saved(kiosk: Kiosk) -> None:
    session = kiosk()
    entry = saved(session)
    async with desk(session) as member:
        await opens(member, entry)
        await member.presses("f2", "down", "space", "escape")
        assert member.sees("Leave the plan as it was?", "not saved")
        await member.presses("escape")
        assert isinstance(member.page, PlanScreen)
        await member.presses("escape", "enter")
        assert isinstance(member.page, EntryScreen)
    assert len(pages(session, entry)) == 1


async def test_staff_say_how_far_an_entry_has_come(kiosk: Kiosk) -> None:
    session = kiosk()
    entry = saved(session)
    async with desk(session) as member:
        await opens(member, entry)
        await member.presses("f3", "1", "enter")
        assert member.sees("How far has it come?")
        await member.presses("2", "enter")
        assert member.sees("talked through")
        assert await member.finds("How far it has come", "4 March 2026: talked through, by Jo Smith")
        await member.presses("escape")
        assert isinstance(member.page, EntriesScreen)
        assert member.sees(entry.name, "talked")
    turn = pages(session, entry)[-1]
    assert isinstance(turn, Turn)
    assert (turn.state, turn.by) == ("talked through", STAFF)


async def test_staff_see_then_beside_now_where_an_entry_was_changed(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, {"mood": 1})
    async with desk(session) as member:
        await member.unlocks(PASSPHRASE)
        await member.opens(left.code)
        await member.presses("f3")
        assert not member.sees("See then and now")
    leaves(session, {"mood": 2}, amending=left)
    async with desk(session) as member:
        await member.unlocks(PASSPHRASE)
        await member.opens(left.code)
        await member.presses("f3", "3", "enter")
        assert member.sees("Then and now", "Then: Bad", "Now: Good")
        assert not member.sees("F8")
        await member.presses("escape")
        assert isinstance(member.page, EntryScreen)


@pytest.mark.parametrize(
    ("number", "start"), [("1", b"%PDF"), ("2", b"# "), ("3", b"{"), ("4", b"\xef\xbb\xbf")]
)
async def test_an_entry_is_written_to_a_file_of_ones_choice(
    kiosk: Kiosk, tmp_path: Path, number: str, start: bytes
) -> None:
    session = kiosk()
    entry = saved(session)
    target = tmp_path / "given"
    async with desk(session) as member:
        await opens(member, entry)
        await member.presses("f3", "2", "enter", number, "enter")
        member.page.query_one(Input).value = str(session.home.root / "inside")
        await member.presses("enter")
        assert member.sees("Choose a file outside")
        member.page.query_one(Input).value = str(target)
        await member.presses("enter")
        assert member.sees("The file is written", "It is not sealed")
        await member.presses("enter")
        assert isinstance(member.page, EntryScreen)
    assert target.read_bytes().startswith(start)
    assert target.stat().st_mode & 0o777 == 0o600
    assert events(session)[0] == "exported"


async def test_an_entry_is_deleted_on_request_with_a_receipt(kiosk: Kiosk) -> None:
    session = kiosk()
    entry = saved(session)
    async with desk(session) as member:
        await opens(member, entry)
        await member.presses("f3", "3", "enter")
        await member.types("The customer asked")
        await member.presses("enter")
        assert member.sees(f"Delete {entry.name} for good?", "Keep it")
        await member.presses("enter")
        assert member.sees("Deleted from this kiosk", "Not deleted: what was printed or exported")
        await member.presses("enter")
        assert isinstance(member.page, EntriesScreen)
        assert not member.sees(entry.name)
    assert not session.vault.has(entry.id)
    assert "erased" in events(session)


async def test_only_a_lead_is_offered_to_delete(kiosk: Kiosk) -> None:
    session = kiosk()
    entry = saved(session)
    identity = staff.unlock(session.home.staff, STAFF, PASSPHRASE)
    staff.add(session.home.staff, "Ali Khan", PASSPHRASE, identity, role="staff")
    async with desk(session) as member:
        await member.presses("1", "enter")
        await member.unlocks(PASSPHRASE)
        await member.opens(str(entry.handle))
        await member.presses("f3")
        assert member.sees("Write it to a file")
        assert not member.sees("Delete it")


async def test_two_members_of_staff_find_an_entry_whose_slip_is_lost(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    entry = saver_of(session).save(Reflection(session.pack, {"day": "brindle", "mood": 2}, {"second"}))
    async with desk(session) as member:
        await member.presses("2", "enter")
        await member.unlocks(PASSPHRASE)
        await member.presses("f6", "1", "enter")
        assert member.sees("A second member of staff unlocks too", "Ali Khan")
        assert not member.sees(STAFF)
        await member.unlocks(PASSPHRASE)
        await member.presses("enter")
        assert member.sees("Enter why you look for it.")
        await member.types("The slip was lost")
        await member.presses("enter")
        await member.types(entry.name)
        await member.presses("enter")
        assert member.sees("The day on which it was saved")
        await member.types("yesterday")
        await member.presses("enter")
        assert member.sees("There is no such day. Enter it as in 4.3.2026")
        member.page.query_one(Input).value = "4/3"
        await member.presses("enter")
        assert member.sees("Words that stand in the answers", "lets staff read")
        await member.types("good")
        await member.presses("enter")
        assert member.sees("Which entry is it?", entry.name)
        await member.presses("1", "enter")
        assert isinstance(member.page, EntryScreen)
        assert await member.finds("A part is kept back", "How do you feel?")
        assert not member.sees("brindle")
        assert not member.sees("F6")
    assert {"looked for a lost slip", "opened without a code"} <= set(events(session))


@pytest.mark.parametrize(
    ("name", "day", "words"),
    [("Nobody Here", "", ""), ("", "4.3.1999", ""), ("", "", "brindle"), ("", "", "0")],
)
async def test_where_nothing_fits_that_is_said(kiosk: Kiosk, name: str, day: str, words: str) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    saver_of(session).save(Reflection(session.pack, {"day": "brindle", "mood": 2}, {"second"}))
    async with desk(session) as member:
        await member.presses("2", "enter")
        await member.unlocks(PASSPHRASE)
        await member.presses("f6", "1", "enter")
        await member.unlocks(PASSPHRASE)
        for text in ("The slip was lost", name, day, words):
            await member.types(text)
            await member.presses("enter")
        assert member.sees("No entry fits")
        # What was asked stays, to be changed: nobody has to unlock again.
        await member.presses("enter")
        assert member.page.query_one(Input).value == name
        await member.presses("f2", "enter")
        assert member.page.query_one(Input).value == day
        await member.presses("f2", "enter")
        assert member.page.query_one(Input).value == words
        await member.presses("escape", "enter", "f2", "enter")
        assert member.sees("Which entry is it?")
        await member.presses("escape", "escape")
        assert isinstance(member.page, EntriesScreen)


async def test_one_alone_cannot_look_for_a_lost_slip(kiosk: Kiosk) -> None:
    session = kiosk()
    saved(session)
    async with desk(session) as member:
        await member.unlocks(PASSPHRASE)
        await member.presses("f6", "1", "enter")
        assert member.sees("This takes two members of staff")
        await member.presses("enter")
        assert isinstance(member.page, EntriesScreen)


async def test_staff_read_what_was_done(kiosk: Kiosk) -> None:
    session = kiosk()
    entry = saved(session)
    async with desk(session) as member:
        await opens(member, entry)
        await member.presses("escape", "f6", "2", "enter")
        assert member.sees("What staff did, newest first", f"{STAFF}: opened ({entry.name})")
        assert not member.sees("brindle")


async def test_too_many_wrong_passphrases_slow_down_and_then_lock_the_desk(kiosk: Kiosk) -> None:
    waited: list[float] = []
    session = kiosk()
    async with desk(session, pause=waited.append) as member:
        for _ in range(8):
            await member.unlocks("a wrong one, and wrong again")
        assert member.sees("Too many wrong passphrases. Try again at")
        assert waited == sorted(waited)
        assert waited[-1] > 1
        await member.unlocks(PASSPHRASE)
        assert not isinstance(member.page, EntriesScreen)
    assert events(session) == ["could not unlock"] * len(waited)


@pytest.mark.parametrize("size", [LARGE, SMALL])
async def test_every_further_page_of_the_desk_looks_well(kiosk: Kiosk, size: tuple[int, int]) -> None:
    session = kiosk(more_staff=("Ali Khan",), practice=True)
    long = "A sentence that goes on and on, as people write it who have much to say. " * 4
    entry = saved(session, goal=Goal(want=long, first_step=long, who="Ali", when="Monday"))
    async with desk(session, size=size) as member:
        await member.presses("2", "enter")
        await opens(member, entry)
        await is_well(member)
        await member.presses("f2")
        await is_well(member)
        await member.presses("f2")
        await is_well(member)
        await member.presses("escape", "f3")
        await is_well(member)
        await member.types(long)
        await member.presses("escape")
        await is_well(member)
        await member.presses("escape", "enter", "home", "pageup", "f7")
        await is_well(member)
        await member.presses("escape")
        their_plan(session, entry, long)
        await member.presses("f5")
        assert member.sees("There is another plan by now")
        await is_well(member)
        await member.presses("enter")
        await is_well(member)
        await member.presses("f3")
        await is_well(member)
        await member.presses("1", "enter")
        await is_well(member)
        await member.presses("escape", "f3", "2", "enter")
        await is_well(member)
        await member.presses("1", "enter")
        await is_well(member)
        await member.presses("escape", "escape", "escape", "f6")
        await is_well(member)
        await member.presses("2", "enter")
        await is_well(member)
        await member.presses("enter", "f6", "1", "enter")
        await is_well(member)
        await member.unlocks(PASSPHRASE)
        await is_well(member)
