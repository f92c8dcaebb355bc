"""What staff were writing when the desk locked is there again for them, and for nobody else."""

from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.desk.keys import staff
from kiosk.desk.unfinished_notes import KEPT, Unfinished, UnfinishedText, sweep
from kiosk.session import Session
from kiosk.supervision.turns import ENDED
from screens.desk.entry_screen import EntryScreen
from screens.desk.line_screen import LineScreen
from screens.desk.note_screen import NoteScreen
from screens.desk.plan_screen import PlanScreen, StepScreen
from screens.widgets.ask_screen import AskScreen
from screens.widgets.text_field import TextField
from tests import visitor
from tests.screens import looks
from tests.screens.conftest import PASSPHRASE, STAFF, Kiosk, unlocked
from tests.screens.desk.kept_at_the_desk import TO_NOTE, TO_PLAN, more_of_it
from tests.visitor import SMALL, StaffMember, desk
from tests.visitor import Left as Entry

WORDS = "Zoeline wants to call the brindle club"


async def _locks(member: StaffMember) -> None:
    await member.waits(600)
    assert (member.gone, member.outcome) == (True, ENDED)


def _at(
    session: Session, entry: Entry, answers: Iterable[object], by: str = STAFF
) -> AbstractAsyncContextManager[StaffMember]:
    """Be where some answers lead to from an entry."""
    return unlocked(session, by=by, opens=entry, answers=answers)


async def _is_kept(member: StaffMember) -> None:
    """Wait until what is written so far would outlast a crash."""
    await member.waits(3)


def _half_a_note(session: Session, entry: Entry) -> None:
    """Leave half a note, as the desk does when it locks."""
    own = staff.enter(session.home.staff, STAFF, PASSPHRASE).own
    Unfinished(session.home.unfinished, own).keep(entry.id, "note", UnfinishedText(text=WORDS))


def _in_the_clear(session: Session) -> bool:
    found = b"".join(path.read_bytes() for path in session.home.root.rglob("*") if path.is_file())
    return any(word.encode() in found for word in ("brindle", "Zoeline"))


async def test_half_a_note_is_there_again_for_whoever_wrote_it(kiosk: Kiosk) -> None:
    session = kiosk()
    entry = visitor.leaves(session, {"mood": 2})
    async with _at(session, entry, TO_NOTE) as member:
        await member.types(WORDS)
        await _locks(member)
    assert not _in_the_clear(session)
    async with unlocked(session, size=SMALL) as member:
        assert await member.finds(f"Not saved yet: your writing for {entry.name}.")
        await member.opens(entry.code)
        assert member.sees("What you wrote before the desk locked is back", "Press F7 to continue your note.")
        assert looks.problems(member) == []
        await member.presses("f7")
        assert member.page.query_one(TextField).text == WORDS
        assert looks.problems(member) == []
        await member.types("!")
        await member.presses("f10", "enter")
        assert member.sees("The note is saved.")
        await member.presses("escape")
        assert not member.sees("Not saved yet")
    assert list(session.home.unfinished.iterdir()) == []


async def test_it_is_there_after_a_crash_and_while_it_is_asked_whether_to_leave_it(kiosk: Kiosk) -> None:
    session = kiosk()
    entry = visitor.leaves(session, {"mood": 2})
    async with _at(session, entry, TO_NOTE) as member:
        await member.types(WORDS)
        await _is_kept(member)
    async with _at(session, entry, TO_NOTE) as member:
        assert member.page.query_one(TextField).text == WORDS
        await member.types("!")
        await member.presses("escape")
        assert isinstance(member.page, AskScreen)
        await _locks(member)
    async with _at(session, entry, TO_NOTE) as member:
        assert member.page.query_one(TextField).text == f"{WORDS}!"


async def test_another_member_of_staff_sees_nothing_of_it(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Ann",))
    entry = visitor.leaves(session, {"mood": 2})
    _half_a_note(session, entry)
    async with unlocked(session, by="Ann") as member:
        assert not member.sees("Not saved yet")
        await member.opens(entry.code)
        assert not member.sees("What you wrote")
        await member.presses("f7")
        assert member.page.query_one(TextField).text == ""
        await member.types("mine")
        await _is_kept(member)
    async with _at(session, entry, TO_NOTE) as member:
        assert member.page.query_one(TextField).text == WORDS


async def test_what_is_given_up_or_rubbed_out_is_gone_and_a_note_about_nothing_is_not_kept(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    entry = visitor.leaves(session, {"mood": 2})
    for leaves in (["escape", "delete"], ["backspace"] * len(WORDS) + ["escape"]):
        _half_a_note(session, entry)
        async with _at(session, entry, TO_NOTE) as member:
            assert member.page.query_one(TextField).text == WORDS
            await member.presses(*leaves, every=0.7)
            assert isinstance(member.page, EntryScreen)
            await member.presses("f7")
            assert isinstance(member.page, NoteScreen)
            assert member.page.query_one(TextField).text == ""
            await member.presses("x", "backspace")
            await _is_kept(member)
        assert list(session.home.unfinished.iterdir()) == []


async def _a_goal(member: StaffMember) -> None:
    await member.presses("f7")
    assert isinstance(member.page, LineScreen)
    await member.types("A gar")


async def _a_step(member: StaffMember) -> None:
    await member.presses("f7")
    await member.types("A gar")
    await member.presses("enter", "f2")
    assert isinstance(member.page, StepScreen)
    await member.types("Dig")
    await member.presses("enter")
    await member.types("Zoeline")


async def _a_plan(member: StaffMember) -> None:
    await _a_step(member)
    await member.presses("enter", "enter")
    assert isinstance(member.page, PlanScreen)


@pytest.mark.parametrize(
    ("writes", "seen"),
    [(_a_goal, ["A gar"]), (_a_step, ["A gar", "Dig", "Zoeline"]), (_a_plan, ["A gar", "Dig", "Zoeline"])],
)
async def test_half_a_plan_is_there_again_with_the_line_that_was_being_written(
    kiosk: Kiosk, writes: Callable[[StaffMember], Awaitable[None]], seen: list[str]
) -> None:
    session = kiosk()
    entry = visitor.leaves(session, {"mood": 2})
    async with _at(session, entry, TO_PLAN) as member:
        await writes(member)
        await _is_kept(member)
    assert not _in_the_clear(session)
    async with _at(session, entry, TO_PLAN) as member:
        assert isinstance(member.page, PlanScreen)
        assert member.sees("and not saved yet", *seen)
        await member.presses("f10")
        assert member.sees("The plan is saved.")
    assert list(session.home.unfinished.iterdir()) == []


async def test_a_plan_that_somebody_else_saved_meanwhile_is_not_replaced_unasked(kiosk: Kiosk) -> None:
    session = kiosk(apart=timedelta(hours=1), more_staff=("Ann",))
    entry = visitor.leaves(session, {"mood": 2})
    async with _at(session, entry, TO_PLAN) as member:
        await _a_plan(member)
        await _is_kept(member)
    async with _at(session, entry, TO_PLAN, by="Ann") as member:
        await member.presses("f7")
        await member.types("Ann's own")
        await member.presses("enter", "f10")
        assert member.sees("The plan is saved.")
    async with _at(session, entry, TO_PLAN) as member:
        await member.presses("f10")
        assert member.sees("Someone else has changed this plan", "Ann's own")
        await member.presses("escape")
        assert isinstance(member.page, PlanScreen)
        assert member.sees("A gar")
        await member.presses("f10", "enter")
        assert member.sees("The plan is saved.")


async def test_why_an_entry_is_to_be_deleted_is_there_again(kiosk: Kiosk) -> None:
    session = kiosk()
    entry = visitor.leaves(session, {"mood": 2})
    for begun in ("", WORDS):
        async with _at(session, entry, more_of_it("erase")) as member:
            assert isinstance(member.page, LineScreen)
            assert member.page.words == begun
            if not begun:
                await member.types(WORDS)
                await _is_kept(member)


async def test_it_goes_with_its_entry_and_after_a_week(kiosk: Kiosk) -> None:
    session = kiosk()
    entry, other = (visitor.leaves(session, {"mood": 2}) for _ in range(2))
    for one in (entry, other):
        _half_a_note(session, one)
    session.vault.erase(entry.id)
    [left] = session.home.unfinished.iterdir()
    assert left.name.startswith(other.id)
    now = datetime.now(UTC)
    assert sweep(session.home.unfinished, now + KEPT - timedelta(hours=1)) == 0
    assert sweep(session.home.unfinished, now + KEPT + timedelta(hours=1)) == 1


async def test_a_changed_passphrase_opens_it_no_longer(kiosk: Kiosk) -> None:
    session = kiosk()
    entry = visitor.leaves(session, {"mood": 2})
    _half_a_note(session, entry)
    new = "copper lantern moss river"
    staff.change_passphrase(session.home.staff, "Jo Smith", PASSPHRASE, new)
    async with desk(session) as member:
        await member.unlocks(new)
        assert not member.sees("Not saved yet")


def test_what_does_not_open_is_nothing(kiosk: Kiosk) -> None:
    folder = kiosk().home.unfinished
    mine = Unfinished(folder, bytes(32))
    mine.keep("0" * 32, "note", UnfinishedText(text=WORDS))
    assert mine.read("0" * 32, "note") == UnfinishedText(text=WORDS)
    assert mine.read("0" * 32, "plan") is None
    assert Unfinished(folder, bytes(31) + b"1").read("0" * 32, "note") is None
    assert WORDS not in repr(UnfinishedText(text=WORDS))
    [file] = folder.iterdir()
    file.write_bytes(b"junk")
    assert mine.read("0" * 32, "note") is None
