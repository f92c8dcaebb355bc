"""Notes at the desk, which the customer reads too; and what is new in an entry until somebody marks it."""

from collections.abc import Callable
from datetime import date
from functools import reduce
from itertools import count

import pytest

from kiosk.desk.desk import Desk
from kiosk.desk.exports.formats import FORMATS, exported
from kiosk.desk.keys import staff
from kiosk.desk.plain_text import opened_text
from kiosk.entry.answers import Answer
from kiosk.entry.opened import Opened
from kiosk.entry.staff_pages import Note, PlanGoal, Step
from kiosk.errors import SaveError
from kiosk.pack.model import Pack
from kiosk.session import Session
from screens.desk.entry_screen import EntryScreen
from screens.desk.note_screen import NoteScreen
from screens.widgets.caret import Body
from screens.widgets.text_field import TextField
from tests.kiosk.sealed import page_in
from tests.screens.conftest import PASSPHRASE, STAFF, Kiosk, unlocked
from tests.screens.desk.kept_at_the_desk import TO_NOTE, TO_PLAN, more_of_it
from tests.screens.looks import problems
from tests.visitor import NOW, SMALL, Left, derive, leaves, visit

ANSWERS: dict[str, Answer] = {"mood": 2, "day": "brindle"}
NOTE = "We met on Tuesday, and planted seeds."


def with_notes(left: Left, *notes: str) -> Callable[[Desk], Opened]:
    """Open an entry, with notes of whoever opens it."""
    return lambda at: reduce(lambda opened, note: at.add_note(opened, note, NOW), notes, at.open(left.code))


def _notes(session: Session, left: Left, identity: str) -> list[Note]:
    opened = (page_in(sealed, identity) for sealed in session.vault.pages(left.id))
    return [page for page in opened if isinstance(page, Note)]


async def test_a_note_is_saved_shown_and_read_by_the_customer(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    async with unlocked(session, size=SMALL, opens=left, answers=TO_NOTE) as member:
        assert member.sees(f"A note for {left.name}", "The customer can read this with their code.")
        await member.types(NOTE)
        await member.presses("f10", "enter")
        assert isinstance(member.page, EntryScreen)
        assert await member.finds(f"{STAFF} wrote on 4 March 2026:", NOTE)
    for identity in (
        staff.enter(session.home.staff, STAFF, PASSPHRASE).identity,
        derive(left.handle).identity,
    ):
        (note,) = _notes(session, left, identity)
        assert (note.by, note.text) == (STAFF, NOTE)
    assert all(NOTE.encode() not in sealed for sealed in session.vault.pages(left.id))
    async with visit(session, size=SMALL) as visitor:
        await visitor.comes_back(left.code)
        assert visitor.sees(f"{STAFF} wrote to you on 4 March 2026:", NOTE)


async def test_a_note_of_lines_is_looked_at_before_it_is_saved_and_whoever_wrote_it_has_the_entry(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    async with unlocked(session, opens=left) as member:
        assert member.sees("waiting", "Mark as picked up")
        await member.presses("f7", "a", "enter", "enter", "b", every=0.2)
        await member.presses("f10")
        assert member.sees("Save this note?", "The customer can read it, and so can everyone")
        assert len(session.vault.pages(left.id)) == 1
        await member.presses("escape")
        assert isinstance(member.page, NoteScreen)
        assert member.page.query_one(TextField).words == "a\n\nb"
        await member.presses("f10", "enter")
        assert not member.sees("Mark as")
        assert await member.finds(f"Picked up by {STAFF}")
        await member.presses("escape")
        assert member.sees("0 waiting of 1")
    (note,) = _notes(session, left, derive(left.handle).identity)
    assert note.text == "a\n\nb"


async def test_a_note_that_is_taken_back_is_read_by_nobody_and_leaves_a_trace(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    two = with_notes(left, NOTE, "On the right entry.")  # the newest comes first
    async with unlocked(session, opens=two, answers=more_of_it("take back")) as member:
        await member.presses("2", "enter")
        assert member.sees("Take back this note?", NOTE)
        await member.presses("enter")
        assert await member.finds(NOTE)
        await member.presses("f3", "5", "enter", "2", "enter", "delete")
        assert member.sees("The note is taken back.")
        await member.presses("f7")
        await member.types("One more.")
        await member.touches("Save")
        await member.touches("Save the note")
        read = await member.reads()
        assert read.index("On the right entry.") < read.index("One more.")
        assert NOTE not in read
        assert f"{STAFF} took a note back on 4 March 2026." in read
    identity = staff.enter(session.home.staff, STAFF, PASSPHRASE).identity
    assert [event.did for event in session.audit().read(identity).events][:2] == [
        "added a note",
        "took a note back",
    ]
    opened = Desk(session.vault, STAFF, identity, session.audit(), derive=derive).open(left.code)
    for form in FORMATS:
        if form != "pdf":
            assert NOTE.encode() not in exported(opened, form, NOW, "Sandhill")
    assert NOTE not in opened_text(opened, NOW)
    async with visit(session) as visitor:
        await visitor.comes_back(left.code)
        assert not visitor.sees(NOTE)
        await visitor.presses("enter")
        await visitor.chooses("Read my answers")
        read = await visitor.reads()
        assert NOTE not in read
        assert f"{STAFF} took a note back on 4 March 2026." in read


@pytest.mark.parametrize(("key", "state"), [("enter", "waiting"), ("escape", "picked up")])
async def test_taking_back_the_only_note_offers_to_set_the_entry_back_to_waiting(
    kiosk: Kiosk, key: str, state: str
) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    opens = with_notes(left, NOTE)
    async with unlocked(session, size=SMALL, opens=opens, answers=more_of_it("take back")) as member:
        await member.presses("1", "enter", "delete")
        assert member.sees("Set the entry back to waiting?", "nothing else was done")
        await member.presses(key)
        assert member.sees("The note is taken back.")
    [row] = session.vault.rows()
    assert row.state == state


async def test_plan_and_notes_stand_before_the_answers_and_tab_leads_from_part_to_part(
    kiosk: Kiosk, shipped: Pack
) -> None:
    session = kiosk(shipped)
    left = leaves(session, {})
    identity = staff.enter(session.home.staff, STAFF, PASSPHRASE).identity
    with_staff = Desk(session.vault, STAFF, identity, session.audit(), derive=derive)
    steps = (Step(text="Dig", done=True), Step(text="Sow"), Step(text="Wait", due=date(2026, 3, 1)))
    async with unlocked(session, size=SMALL) as member:
        goals = (PlanGoal(want="A garden", steps=steps),)
        planned = with_staff.agree(with_staff.open(left.code), goals, NOW, date(2026, 4, 1))
        with_staff.add_note(planned, NOTE, NOW)
        await member.opens(left.code)
        assert member.sees("Saved on")
        text = await member.reads()
        places = [text.index(words) for words in ("Plan recorded by", NOTE[:20], "Answered at the kiosk")]
        assert places == sorted(places)
        await member.presses("home")
        top = member.screen_text()
        for begins in ("The agreed plan", "Notes", "All answers"):
            await member.presses("tab")
            body = member.page.query_one(Body)
            assert begins in member.screen_text().split("\n")[body.region.y]
        await member.presses("tab")
        assert member.screen_text() == top
        await member.presses("pagedown")
        height = member.page.query_one(Body).size.height
        assert member.page.query_one(Body).scroll_y == height - 2
    async with visit(session, size=SMALL) as visitor:
        await visitor.comes_back(left.code)
        assert visitor.sees("Welcome back", NOTE, "Your plan", "1 of 3 steps are done. Next: Sow.")
        assert problems(visitor) == []
        await visitor.presses("enter")
        await visitor.chooses("Read my answers")
        await visitor.presses("tab", "tab")
        assert visitor.sees(f"{STAFF} wrote to you on 4 March 2026:", NOTE)
        assert problems(visitor) == []
        await visitor.presses("home")
        read = await visitor.reads()
        assert "☐ Wait (by 1 March 2026)" in read
        assert "We look at this plan again on 1 April 2026." in read
        assert "verdue" not in read


async def test_an_empty_note_is_not_saved_and_one_that_is_left_is_asked_about(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    async with unlocked(session, opens=left) as member:
        before = member.screen_text()
        await member.presses("f3")
        assert not member.sees("Take back a note")
        await member.presses("escape", "f7")
        for typed in ("", "   "):
            await member.types(typed)
            await member.presses("f10")
            assert member.sees("Write your note first.")
        await member.presses("escape")
        assert member.screen_text() == before
        await member.presses("f7")
        await member.types("never mind")
        await member.presses("escape")
        assert member.sees("Leave without saving the note?", "not saved")
        await member.presses("escape")
        assert isinstance(member.page, NoteScreen)
        assert member.page.query_one(TextField).words == "never mind"
        await member.presses("escape", "delete")
        assert member.screen_text() == before
    assert len(session.vault.pages(left.id)) == 1


async def test_a_failing_disk_keeps_what_was_typed(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    add, tries = session.vault.add_page, count(1)

    def sometimes(entry_id: str, seal: Callable[[int], bytes]) -> str:
        if next(tries) == 1:
            raise SaveError("The disk is asleep.")
        return add(entry_id, seal)

    async with unlocked(session, opens=left, answers=TO_NOTE) as member:
        monkeypatch.setattr(session.vault, "add_page", sometimes)
        await member.types(NOTE)
        await member.presses("f10", "enter")
        assert isinstance(member.page, NoteScreen)
        assert member.sees("The disk is asleep.", NOTE)
        assert len(session.vault.pages(left.id)) == 1
        await member.types(" Again.")
        await member.presses("f10", "enter")
        assert isinstance(member.page, EntryScreen)
        assert await member.finds(NOTE)
    (note,) = _notes(session, left, derive(left.handle).identity)
    assert note.text == f"{NOTE} Again."


async def test_a_note_for_an_entry_that_is_gone_is_told(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    async with unlocked(session, opens=left, answers=TO_NOTE) as member:
        await member.types(NOTE)
        session.vault.erase(left.id)
        await member.presses("f10", "enter")
        # What was written is there to be copied, though nothing takes it.
        assert member.sees("This entry is no longer here", NOTE)


async def test_a_plan_for_an_entry_that_is_gone_is_told(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    async with unlocked(session, opens=left, answers=TO_PLAN) as member:
        await member.presses("f7")
        await member.types("A garden")
        await member.presses("enter")
        session.vault.erase(left.id)
        await member.presses("f10")
        assert member.sees("This entry is no longer here", "A garden")


async def test_what_is_new_can_be_marked_as_seen_after_it_was_picked_up(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    async with unlocked(session, opens=left) as member:
        await member.presses("space")
        assert not member.sees("Mark as")
        leaves(session, ANSWERS | {"day": "fallow"}, amending=left, talk=True)
        await member.presses("escape")
        assert member.sees("asks to talk", left.name)
        await member.opens(left.code)
        assert member.sees("Space Seen F8 Talked")
        assert await member.finds("fallow", "brindle")
        await member.clicks("Seen")
        assert member.sees("Marked as seen.")
        # Who picked it up first stays.
        assert await member.finds(f"Picked up by {STAFF}")
        before = member.screen_text()
        await member.presses("space")
        assert member.screen_text() == before
        await member.presses("escape")
        assert member.sees("asks to talk", left.name)
