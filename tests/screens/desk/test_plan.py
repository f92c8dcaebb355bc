"""At the desk: the plan, its goals and steps, and what somebody else wrote meanwhile."""

from datetime import date
from unittest import mock

from kiosk.desk.desk import Desk
from kiosk.entry.answers import Goal
from kiosk.entry.opened import Opened
from kiosk.entry.pages import Reflection
from kiosk.entry.staff_pages import Plan, PlanGoal, Step
from kiosk.errors import VaultError
from kiosk.vault.vault import Vault
from kiosk.visit.saving import Saved
from screens.desk.entry_screen import EntryScreen
from screens.desk.line_screen import LineScreen
from screens.desk.plan_screen import PlanScreen, StepScreen
from tests.screens.conftest import Kiosk, unlocked
from tests.screens.desk.kept_at_the_desk import (
    GOAL,
    TO_PLAN,
    events,
    more_of_it,
    pages,
    plans_a_garden,
    saved,
    their_plan,
)
from tests.screens.looks import is_well, problems
from tests.visitor import NOW, SMALL, StaffMember


async def test_a_plan_begins_with_the_customers_goal_and_is_agreed_on(kiosk: Kiosk) -> None:
    session = kiosk()
    entry = saved(session)
    async with unlocked(session, opens=entry, answers=TO_PLAN) as member:
        assert isinstance(member.page, PlanScreen)
        assert member.sees("A job with bikes", "☐ Call the shop", "(Ali, Monday)")
        # A step more, one ticked off, a goal more.
        await member.presses("f2")
        assert isinstance(member.page, StepScreen)
        await member.types("Write down my hours")
        await member.presses("enter")
        await member.types("Jo")
        await member.presses("enter", "enter")
        assert member.sees("☐ Write down my hours", "(Jo)")
        await member.presses("space")
        assert member.sees("☑ Write down my hours")
        await member.presses("f7")
        await member.types("A garden")
        await member.presses("enter")
        assert member.sees("A garden")
        await member.presses("f10")
        assert isinstance(member.page, EntryScreen)
        assert not member.sees("plan agreed")
        assert await member.finds("Plan recorded by Jo Smith", "1 of 2 steps are done", "A garden")
    plan = pages(session, entry)[-1]
    assert isinstance(plan, Plan)
    assert [goal.want for goal in plan.goals] == ["A job with bikes", "A garden"]
    assert session.vault.row(entry.id).state == "picked up"
    assert "wrote the plan" in events(session)


async def test_a_plan_that_somebody_else_wrote_meanwhile_is_shown_before_mine_takes_its_place(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    entry = saved(session)
    async with unlocked(session, opens=entry, answers=TO_PLAN) as member:
        await plans_a_garden(member)
        their_plan(session, entry, "A pond")
        await member.presses("f10")
        assert member.sees(
            "Someone else has changed this plan", "Ali saved it on 4 March 2026:", "A pond", "☐ Dig"
        )
        await member.presses("escape")
        assert isinstance(member.page, PlanScreen)
        assert member.sees("A garden")
        assert len(pages(session, entry)) == 2
        # It is asked about again, and so is one that came after that question.
        await member.presses("f10")
        their_plan(session, entry, "A shed")
        await member.presses("enter")
        assert member.sees("Someone else has changed this plan", "A shed")
        await member.presses("enter")
        assert isinstance(member.page, EntryScreen)
        assert await member.finds("Earlier plans", "Plan recorded by Ali", "A pond", "A shed", "A garden")
    assert [page.goals[-1].want for page in pages(session, entry) if isinstance(page, Plan)] == [
        "A pond",
        "A shed",
        "A garden",
    ]


async def test_a_plan_that_is_left_is_asked_about_and_who_keeps_to_neither_reads_theirs(kiosk: Kiosk) -> None:
    session = kiosk()
    entry = saved(session)
    async with unlocked(session, opens=entry, answers=TO_PLAN) as member:
        await member.presses("down", "space", "escape")
        assert member.sees("Leave the plan as it was?", "not saved")
        await member.presses("escape")
        assert isinstance(member.page, PlanScreen)
        await member.presses("escape", "delete")
        assert isinstance(member.page, EntryScreen)
        assert len(pages(session, entry)) == 1
        await member.presses("f2", "down", "space")
        their_plan(session, entry, "A pond")
        await member.presses("f10", "escape", "escape", "delete")
        assert isinstance(member.page, EntryScreen)
        assert not member.sees("The plan is saved")
        assert await member.finds("Plan recorded by Ali", "A pond")


async def test_a_plan_that_could_not_be_marked_is_saved_and_not_asked_about(kiosk: Kiosk) -> None:
    session = kiosk()
    entry = saved(session)
    async with unlocked(session, opens=entry, answers=TO_PLAN) as member:
        await plans_a_garden(member)
        with mock.patch.object(Vault, "mark", side_effect=VaultError("no")):
            await member.presses("f10")
            assert member.sees("This is saved, but the list of entries could not be changed")
            assert await member.finds("Plan recorded by Jo Smith", "A garden")
        assert session.vault.row(entry.id).state == "waiting"
    assert len(pages(session, entry)) == 2


async def test_a_plan_that_is_full_of_text_looks_well_and_so_does_somebody_elses_to_its_end(
    kiosk: Kiosk,
) -> None:
    session = kiosk(practice=True)
    long = "A sentence that goes on and on, as people write it who have much to say. " * 4
    entry = saved(session, goal=Goal(want=long, first_step=long, who="Ali", when="Monday"))
    async with unlocked(session, size=SMALL, opens=entry, answers=TO_PLAN) as member:
        await is_well(member)
        await member.presses("f2")
        await is_well(member)
        await member.presses("escape", "home", "pageup", "delete")
        assert member.sees("Remove this goal?")
        await is_well(member)
        await member.presses("escape", "down", "space")
        their_plan(session, entry, "A pond " * 150 + "with frogs")
        await member.presses("f10")
        assert member.sees("Someone else has changed this plan", "Saving yours replaces it.", "Down")
        assert not member.sees("with frogs")
        await member.presses("end")
        assert member.sees("with frogs", "☐ Dig")
        await is_well(member)


async def test_what_is_written_for_a_plan_is_asked_about_before_it_is_lost(kiosk: Kiosk) -> None:
    session = kiosk()
    entry = saved(session)
    async with unlocked(session, opens=entry, answers=TO_PLAN) as member:
        # Nothing is written yet.
        await member.presses("f2", "escape")
        assert isinstance(member.page, PlanScreen)
        await member.presses("f2", "enter")
        await member.types("Jo")
        await member.presses("enter", "enter")
        assert member.sees("Write the step first.", "Jo")
        await member.presses("escape")
        assert member.sees("Leave without saving this?")
        await member.presses("escape")
        assert isinstance(member.page, StepScreen)
        assert member.sees("Jo")
        await member.types("Write down my hours")
        await member.presses("enter", "enter", "enter")
        assert member.sees("☐ Write down my hours", "(Jo)")
        await member.presses("f7", "enter")
        assert member.sees("Write the goal first.")
        await member.types("A garden")
        await member.presses("escape", "escape")
        assert member.sees("A garden")
        await member.presses("escape", "delete")
        assert isinstance(member.page, PlanScreen)
        assert not member.sees("A garden")
        # A goal goes with its steps, and so not unasked; a step alone does.
        await member.presses("home", "pageup", "delete")
        assert member.sees("Remove this goal?", "A job with bikes", "Steps that will also be removed: 2.")
        await member.presses("escape", "down", "delete")
        assert not member.sees("☐ Call the shop")
        await member.presses("pageup", "delete", "delete")
        assert member.sees("The plan is empty. Press")


async def _adds_a_step(member: StaffMember, text: str, by_when: str) -> None:
    """Add a step to a goal of the plan that is shown."""
    await member.presses("f2")
    await member.types(text)
    await member.presses("enter", "enter")
    await member.types(by_when)
    await member.presses("enter")


async def test_by_when_is_typed_as_any_usual_date_or_as_words(kiosk: Kiosk) -> None:
    session = kiosk()
    entry = saved(session)
    async with unlocked(session, size=SMALL, opens=entry, answers=TO_PLAN) as member:
        await member.presses("f2")
        await member.types("Dig")
        await member.presses("enter", "enter")
        await member.types("by Friday")
        # The day that something typed comes to is shown before it is saved.
        assert member.sees("Friday 6 March 2026.")
        assert not member.sees("This machine's clock")
        await member.types(" or so")
        assert not member.sees("6 March")
        await member.holds("backspace", times=6)
        await member.presses("enter")
        assert member.sees("☐ Dig", "(by 6 March 2026)")
        await _adds_a_step(member, "Sow", "when it is warm")
        assert member.sees("(when it is warm)")
        await _adds_a_step(member, "Wait", "31/4/26")
        assert isinstance(member.page, StepScreen)
        assert member.sees("We could not read that date. Try 04/03/2026 or 4 March 2026.", "31/4/26")
        assert problems(member) == []
        await member.presses(*["backspace"] * 7)
        await member.types("1 May 26")
        await member.presses("f10")
        assert member.sees("(by 1 May 2026)")
        await member.presses("f10")
    plan = pages(session, entry)[-1]
    assert isinstance(plan, Plan)
    [goal] = plan.goals
    assert [(step.text, step.by_when, step.due) for step in goal.steps] == [
        ("Call the shop", "Monday", None),
        ("Dig", "", date(2026, 3, 6)),
        ("Sow", "when it is warm", None),
        ("Wait", "", date(2026, 5, 1)),
    ]


NO_DATE = "no date: it is not in Overdue"


async def test_a_step_whose_by_when_is_words_says_that_it_has_no_date_and_offers_one(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    entry = saved(session)
    async with unlocked(session, size=SMALL, opens=entry, answers=TO_PLAN) as member:
        assert member.sees("(Ali, Monday)", NO_DATE, "To set a date, press Enter on the step.")
        assert problems(member) == []
        await member.presses("down", "enter")
        assert member.sees(f"N{NO_DATE[1:]}. Press F2 to set Monday 9 March 2026.")
        await is_well(member)
        # It stays words unless that is wanted.
        await member.presses("f10")
        assert member.sees(NO_DATE)
        await member.presses("enter", "f2")
        assert member.sees("9 March 2026", "Monday 9 March 2026.")
        assert not member.sees("Overdue")
        await member.presses("f10")
        shown = " ".join(member.screen_text().replace("▌", "").split())
        assert "(Ali, Monday, by 9 March 2026)" in shown
        assert not member.sees("Overdue")
        await _adds_a_step(member, "Rest", "after Easter")
        assert member.sees(NO_DATE)
        await member.presses("enter")
        assert member.sees(f"N{NO_DATE[1:]}")
        assert not member.sees("F2")
        await member.presses("f10", "space")
        assert not member.sees("Overdue")
        await member.presses("f10")
    reflection, plan = pages(session, entry)
    assert isinstance(reflection, Reflection)
    assert GOAL in [answer.value for answer in reflection.answers()]
    assert isinstance(plan, Plan)
    assert [(step.by_when, step.due) for step in plan.goals[0].steps] == [
        ("Monday", date(2026, 3, 9)),
        ("after Easter", None),
    ]


async def test_a_customers_day_that_is_over_by_now_is_told_and_not_offered(kiosk: Kiosk) -> None:
    session = kiosk()
    entry = saved(session)
    async with unlocked(session, opens=entry, answers=TO_PLAN, now=lambda: NOW.replace(day=20)) as member:
        await member.presses("down", "enter")
        assert member.sees(f"N{NO_DATE[1:]}. That was Monday 9 March 2026.")
        assert not member.sees("F2")


WRONG_CLOCK = "This machine's clock shows Wednesday 4 March 2020, 10:30, and may be wrong."


async def test_where_the_clock_is_in_doubt_that_is_said_wherever_it_dates_something(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    entry = saved(session)
    async with unlocked(session, size=SMALL, now=lambda: NOW.replace(year=2020)) as member:
        await member.presses("enter")
        await member.opens(str(entry.handle))
        await member.presses("f7")
        assert member.sees(WRONG_CLOCK)
        assert problems(member) == []
        await member.types("We spoke.")
        await member.presses("f10")
        assert await member.finds("We spoke.", WRONG_CLOCK)
        await member.presses("escape", "escape", "delete", "f2", "f2")
        assert not member.sees("clock")
        await member.types("Dig")
        await member.presses("enter", "enter")
        await member.types("in 2 weeks")
        assert member.sees(f"Wednesday 18 March 2020. {WRONG_CLOCK}")
        assert problems(member) == []
        await member.presses("f10", "pagedown", "enter")
        await member.types("in 3 months")
        assert member.sees(f"Thursday 4 June 2020. {WRONG_CLOCK}")
        await member.presses("escape", "f10", "escape", "f3", "2", "enter", "f2", "enter", "enter")
        await member.types("yesterday")
        assert member.sees(f"Tuesday 3 March 2020. {WRONG_CLOCK}")


async def test_a_day_to_look_at_the_plan_again_is_set_changed_and_emptied(kiosk: Kiosk) -> None:
    session = kiosk()
    entry = saved(session)
    async with unlocked(session, opens=entry, answers=TO_PLAN) as member:
        await member.presses("pagedown")
        assert member.sees("Review: no day yet")
        await member.presses("enter")
        assert isinstance(member.page, LineScreen)
        for typed, said in (("soon", "We could not read that date."), ("today", "Enter a day after today.")):
            await member.types(typed)
            await member.presses("enter")
            assert member.sees(said)
            await member.presses("f2")
        await member.types("in 3 months")
        assert member.sees("Thursday 4 June 2026.")
        assert problems(member) == []
        await member.presses("enter")
        assert member.sees("Review on 4 June 2026")
        await is_well(member)
        # It stands below the steps, so a step is added to the last goal.
        await _adds_a_step(member, "Dig", "")
        assert member.sees("☐ Dig")
        await member.presses("f10")
        assert await member.finds("We look at this plan again on 4 June 2026.")
        await member.presses("f2", "pagedown", "delete", "f2", "enter")
        assert member.sees("Review: no day yet")
        await member.presses("f10")
    assert [page.review for page in pages(session, entry) if isinstance(page, Plan)] == [
        date(2026, 6, 4),
        None,
    ]


def agreed(at: Desk, entry: Saved) -> Opened:
    """Agree on a plan with steps of today, yesterday, and yesterday that is done; its review is today."""
    steps = (
        Step(text="Dig", due=date(2026, 3, 4)),
        Step(text="Sow", due=date(2026, 3, 3)),
        Step(text="Ask", due=date(2026, 3, 3), done=True),
    )
    goals = (PlanGoal(want="A garden", steps=steps),)
    return at.agree(at.open(str(entry.handle)), goals, NOW, date(2026, 3, 4))


async def test_what_is_overdue_and_to_review_is_said_at_the_top_of_the_entry_and_in_the_plan(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    entry = saved(session)
    async with unlocked(session, size=SMALL, opens=lambda at: agreed(at, entry)) as member:
        assert member.sees("Overdue: 1 step of the plan.")
        assert member.sees("To review: the plan was to be looked at again on 4 March 2026.")
        assert problems(member) == []
        await member.presses("f2")
        assert member.sees("Overdue: ☐ Sow", "Review due since 4 March 2026")
        assert not member.sees("Overdue: ☐ Dig")
        await is_well(member)
        # A review is ended by another day, or by none.
        await member.presses("down", "down", "space", "f10")
        assert isinstance(member.page, PlanScreen)
        assert member.sees("The review day has come.")
        await member.presses("enter", "f2")
        await member.types("1 April")
        await member.presses("enter", "f10")
        assert isinstance(member.page, EntryScreen)
        assert not member.sees("Overdue")
        assert not member.sees("To review")


async def test_of_a_closed_entry_nothing_is_overdue(kiosk: Kiosk) -> None:
    session = kiosk()
    entry = saved(session)
    to_its_state = more_of_it("state")
    async with unlocked(session, opens=lambda at: agreed(at, entry), answers=to_its_state) as member:
        await member.presses("5", "enter")
        assert member.sees("closed")
        assert not member.sees("Overdue")
        assert not member.sees("To review")
