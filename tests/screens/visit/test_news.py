"""What is new for somebody who comes back: the note, the plan and how far it is, before all else."""

from datetime import date, timedelta

import pytest

from kiosk.entry.opened import Opened
from kiosk.entry.staff_pages import PlanGoal, Step
from kiosk.session import Session
from screens.visit.news_screen import NewsScreen
from screens.visit.welcome_screen import ClearedScreen
from screens.widgets.choose_screen import ChooseScreen
from screens.widgets.picks import PickRow
from tests.fake_printer import FakePrinter
from tests.screens.conftest import STAFF, Kiosk
from tests.screens.looks import is_well
from tests.screens.visit.kept import desk_of
from tests.visitor import NOW, SMALL, Left, leaves, visit

DAY = timedelta(days=1)
DUG, SOWN = Step(text="Dig", done=True), Step(text="Sow", who="Ann", due=date(2026, 4, 1))
PLAN = (PlanGoal(want="A garden", steps=(DUG, SOWN)),)


def _notes(session: Session, left: Left, *texts: str) -> Opened:
    """Write notes, a day after one another."""
    at_the_desk = desk_of(session)
    opened = at_the_desk.open(left.code)
    for days, text in enumerate(texts, 1):
        opened = at_the_desk.add_note(opened, text, NOW + days * DAY)
    return opened


async def test_the_first_page_after_the_code_shows_the_note_and_the_next_step_newest_first(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    left = leaves(session, {"day": "brindle"})
    opened = _notes(session, left, "The shed is free.", "Come on Monday.")
    desk_of(session).agree(opened, PLAN, NOW + 3 * DAY)
    async with visit(session, back=left.code) as visitor:
        assert isinstance(visitor.page, NewsScreen)
        await is_well(visitor)
        await visitor.resizes(SMALL)
        await is_well(visitor)
        seen = " ".join((await visitor.reads()).split())
        told = (
            "Welcome back",
            "Since 4 March 2026, when you last saved:",
            "Your plan",
            f"{STAFF} wrote this plan down on 7 March 2026.",
            "1 of 2 steps are done.",
            "Next: Sow (Ann, by 1 April 2026).",
            f"{STAFF} wrote to you on 6 March 2026: Come on Monday.",
            f"{STAFF} wrote to you on 5 March 2026: The shed is free.",
        )
        assert sorted(told, key=seen.index) == list(told)
        # The answers themselves are shown to those alone who ask for them.
        assert "brindle" not in seen
        await visitor.presses("enter")
        assert visitor.sees("Your answers", "Your plan: 1 of 2 steps are done. Next: Sow")
        assert not visitor.sees("Come on Monday.")


async def test_what_came_before_the_customer_last_saved_something_is_not_among_it(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, {"mood": 1})
    opened = _notes(session, left, "The shed is free.")
    desk_of(session).agree(opened, PLAN, NOW + 2 * DAY)
    leaves(session, {"mood": 2}, amending=left, at=NOW + 3 * DAY)
    async with visit(session, back=left.code) as visitor:
        # Nothing is new; the plan stays in sight.
        assert isinstance(visitor.page, ChooseScreen)
        assert visitor.sees("Your plan: 1 of 2 steps are done.")
        assert not visitor.sees("The shed is free.")
    at_the_desk = desk_of(session)
    at_the_desk.add_note(at_the_desk.open(left.code), "Come on Monday.", NOW + 4 * DAY)
    async with visit(session, back=left.code) as visitor:
        assert visitor.sees("Since 7 March 2026", "Come on Monday.")
        assert not await visitor.finds("The shed is free.")


async def test_that_staff_talked_and_how_far_it_has_come_is_told_there_too(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, {"mood": 1}, talk=True)
    at_the_desk = desk_of(session)
    opened = at_the_desk.change_state(at_the_desk.open(left.code), "picked up", NOW + DAY)
    opened = at_the_desk.change_state(opened, "talked through", NOW + DAY)
    at_the_desk.talked(opened, NOW + 2 * DAY)
    async with visit(session, back=left.code) as visitor:
        assert visitor.sees(
            f"6 March 2026 talked together ({STAFF}) 5 March 2026 talked about together ({STAFF})"
        )
        assert not visitor.sees("seen by staff")


async def test_a_note_that_was_taken_back_is_no_news(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, {"mood": 1})
    opened = _notes(session, left, "For somebody else.")
    desk_of(session).take_back(opened, "2", NOW + 2 * DAY)
    async with visit(session, back=left.code) as visitor:
        assert isinstance(visitor.page, ChooseScreen)


async def test_whoever_asks_to_talk_from_welcome_reads_what_is_new_after_that(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, {"mood": 1})
    _notes(session, left, "Come on Monday.")
    async with visit(session) as visitor:
        await visitor.presses("f3", "f7")
        await visitor.enters(left.code)
        assert visitor.sees("Do you want to talk to someone?")
        await visitor.presses("enter", "enter")
        assert visitor.sees("Welcome back", "Come on Monday.")
        await visitor.presses("escape")
        assert isinstance(visitor.page, ClearedScreen)


async def test_hidden_nothing_of_it_is_on_the_screen(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, {"mood": 1})
    _notes(session, left, "Come on Monday.")
    async with visit(session, back=left.code) as visitor:
        frames = visitor.watches()
        await visitor.presses("f9")
        assert visitor.gone
        assert frames[-1].strip() == ""
        assert not any("Monday" in frame for frame in frames)


async def test_reading_it_leaves_no_trace_on_the_disk(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, {"mood": 1})
    _notes(session, left, "Come on Monday.")
    before = {file: file.read_bytes() for file in session.home.root.rglob("*") if file.is_file()}
    async with visit(session, back=left.code) as visitor:
        await visitor.presses("enter")
        await visitor.chooses("Read my answers")
    changed = {
        file.name
        for file in session.home.root.rglob("*")
        if file.is_file() and before.get(file) != file.read_bytes()
    }
    # How often codes were wrong, and comments, whoever came.
    assert changed <= {"attempts", "box"}


# -- what can be done then


@pytest.mark.parametrize(("times", "printer"), [(1, None), (2, FakePrinter())])
async def test_what_can_be_done_is_numbered_without_a_gap(
    kiosk: Kiosk, times: int, printer: FakePrinter | None
) -> None:
    session = kiosk()
    left = leaves(session, {"mood": 1})
    if times == 2:
        leaves(session, {"mood": 2}, amending=left)
    async with visit(session, printer=printer, back=left.code) as visitor:
        numbers = [row.pick.number for row in visitor.page.query(PickRow)]
        assert numbers == list(range(1, 4 + times + (printer is not None)))
