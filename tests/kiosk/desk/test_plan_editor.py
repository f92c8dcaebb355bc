"""A plan while it is being written."""

import json
from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from kiosk.desk.plan_editor import (
    MOST,
    PlanDraft,
    PlanLine,
    day_to_offer,
    from_file,
    plan_to_begin_with,
    said_on,
    with_when,
)
from kiosk.entry.answers import Goal
from kiosk.entry.opened import Opened
from kiosk.entry.pages import AnyPage, page_of
from kiosk.entry.staff_pages import Plan, PlanGoal, Step
from kiosk.errors import DeskError, EntryError
from kiosk.vault.rows import Row
from tests import packs
from tests.kiosk.sealed import FIRST

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
CALL = Step(text="Call the shop", who="Ali", by_when="Monday")
GO = Step(text="Go there", done=True)
PLAN = (PlanGoal(want="A job", steps=(CALL, GO)), PlanGoal(want="A garden"))


def opened(*pages: AnyPage) -> Opened:
    return Opened(
        Row(id="ab" * 16, name="Amber Heron", saved=NOON, pages=(FIRST,), last_page=NOON), pages, None
    )


@pytest.fixture
def draft() -> PlanDraft:
    return PlanDraft(PLAN)


def test_every_goal_and_step_has_a_line_in_order(draft: PlanDraft) -> None:
    assert draft.places() == (PlanLine(0), PlanLine(0, 0), PlanLine(0, 1), PlanLine(1))
    assert [draft.goal(place).want for place in draft.places()] == ["A job"] * 3 + ["A garden"]
    assert draft.step(PlanLine(0, 1)) == GO
    with pytest.raises(ValueError, match="is a goal"):
        draft.step(PlanLine(1))


def test_goals_and_steps_are_added_at_the_end(draft: PlanDraft) -> None:
    assert draft.add_goal(" To sing ") == PlanLine(2)
    assert draft.add_step(PlanLine(1), Step(text="Dig\nit")) == PlanLine(1, 0)
    assert draft.add_step(PlanLine(0, 0), Step(text="Wait")) == PlanLine(0, 2)
    assert draft.goals == (
        PlanGoal(want="A job", steps=(CALL, GO, Step(text="Wait"))),
        PlanGoal(want="A garden", steps=(Step(text="Dig it"),)),
        PlanGoal(want="To sing"),
    )


def test_what_is_written_can_be_changed_ticked_off_and_taken_out(draft: PlanDraft) -> None:
    draft.change_goal(PlanLine(0, 1), "A job with bikes")
    draft.change_step(PlanLine(0, 1), Step(text="Go in", done=True))
    draft.tick(PlanLine(0, 0))
    draft.tick(PlanLine(0, 1))
    draft.tick(PlanLine(1))
    assert draft.goals[0] == PlanGoal(
        want="A job with bikes",
        steps=(Step(text="Call the shop", who="Ali", by_when="Monday", done=True), Step(text="Go in")),
    )
    draft.remove(PlanLine(0, 0))
    assert [step.text for step in draft.goals[0].steps] == ["Go in"]
    draft.remove(PlanLine(0))
    assert draft.goals == (PlanGoal(want="A garden"),)


def test_it_tells_whether_anything_changed(draft: PlanDraft) -> None:
    assert not draft.changed
    draft.tick(PlanLine(0, 0))
    assert draft.changed
    draft.tick(PlanLine(0, 0))
    assert not draft.changed
    draft.add_goal("")
    assert not draft.changed


def test_lines_are_cleaned_and_cut(draft: PlanDraft) -> None:
    place = draft.add_goal("\x1b[2Jred\nand " + "x" * 1000)
    assert draft.goal(place).want.startswith("[2Jred and x")
    assert len(draft.goal(place).want) == MOST
    step = draft.step(draft.add_step(place, Step(text="a\tb", who="c\x07", by_when="\u202ed")))
    assert (step.text, step.who, step.by_when) == ("a b", "c", "d")


def test_a_new_plan_begins_with_the_customers_own_goals() -> None:
    goal = Goal(want="A job", first_step="Call the shop", who="Ali", when="Monday")
    page = page_of(packs.small(), {"goal": goal, "day": "Sun"}, name="Amber Heron", made=NOON)
    draft = plan_to_begin_with(opened(page))
    assert draft.goals == (PlanGoal(want="A job", steps=(CALL,)),)
    assert not draft.changed
    page = page_of(packs.small(), {"goal": Goal(want="A job")}, name="Amber Heron", made=NOON)
    assert plan_to_begin_with(opened(page)).goals == (PlanGoal(want="A job"),)
    assert plan_to_begin_with(opened()).goals == ()


def test_a_plan_that_is_there_is_gone_on_with() -> None:
    plan = Plan(made=NOON, by="Jo", goals=PLAN, review=TODAY)
    draft = plan_to_begin_with(opened(plan))
    assert (draft.goals, draft.review, draft.changed) == (PLAN, TODAY, False)
    draft.review = None
    assert draft.changed
    assert draft.copy().review is None


TODAY = date(2026, 3, 4)


def test_by_when_is_a_day_where_one_was_typed_and_words_where_not() -> None:
    dated = with_when(CALL, "Friday", TODAY)
    # What the customer wrote stands beside it.
    assert (dated.by_when, dated.due) == ("Monday", date(2026, 3, 6))
    assert dated.when == "6 March 2026"
    assert with_when(dated, "6 March 2026", date(2027, 1, 1)) == dated
    words = with_when(dated, "when the shop opens", TODAY)
    assert (words.by_when, words.due) == ("when the shop opens", None)
    assert with_when(dated, "", TODAY).when == ""
    with pytest.raises(DeskError, match="could not read that date"):
        with_when(CALL, "31/4/2026", TODAY)


def test_words_that_were_agreed_before_are_not_taken_for_a_day_later() -> None:
    assert with_when(CALL, "Monday", TODAY) == CALL


def at(day: int, when: str, step: str = "Call the shop") -> AnyPage:
    goal = Goal(want="A job", first_step=step, when=when)
    return page_of(packs.small(), {"goal": goal}, name="Amber Heron", made=NOON.replace(day=day))


def test_a_customers_monday_counts_from_the_day_they_wrote_it_on() -> None:
    monday = Step(text="Call the shop", by_when="Monday")
    fresh, changed = opened(at(4, "Monday")), opened(at(4, "Monday"), at(11, "Monday"))
    for entry in (fresh, changed):  # answers that were looked at again say it as before
        said = said_on(entry, monday, date(2026, 3, 14))
        assert (said, day_to_offer(monday, said)) == (date(2026, 3, 4), date(2026, 3, 9))
    # What was said of another step, or for another day, is something else.
    assert said_on(opened(at(4, "Friday"), at(11, "Monday")), monday, date(2026, 3, 14)) == date(2026, 3, 11)
    again = opened(at(4, "Monday", "Go in"), at(11, "Monday"))
    assert said_on(again, monday, date(2026, 3, 14)) == date(2026, 3, 11)
    # Other words for the same step leave its day as it was.
    assert said_on(fresh, replace(monday, text="Ring the shop"), date(2026, 3, 14)) == date(2026, 3, 4)


def test_words_that_no_page_has_or_one_of_tomorrow_count_from_today() -> None:
    tomorrow = Step(text="Call the shop", by_when="tomorrow")
    assert said_on(opened(), tomorrow, TODAY) == TODAY
    # The clock was ahead when it was saved.
    assert said_on(opened(at(20, "tomorrow")), tomorrow, TODAY) == TODAY


def test_a_plans_own_words_count_from_the_plan_that_had_them_first() -> None:
    plans = [
        Plan(made=NOON.replace(day=day), by="Jo", goals=(PlanGoal(want="A job", steps=(CALL,)),))
        for day in (4, 10)
    ]
    assert said_on(opened(*plans), CALL, date(2026, 3, 20)) == TODAY


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not a plan"),
        ("{}", "is not a plan"),
        ('{"goals": [{"steps": []}]}', "is not a plan"),
        ('{"goals": [{"want": "A garden", "more": 1}]}', "is not a plan"),
        ('{"goals": []}', "has no goals yet"),
        ('{"goals": [{"want": " "}]}', "has no goals yet"),
        ('{"goals": [{"want": "A garden", "steps": [{"text": " "}]}]}', "A step in this plan has no text"),
        (json.dumps({"goals": [{"want": "g" * 401}]}), "401 characters. Write at most 400"),
        (
            json.dumps({"goals": [{"want": "g", "steps": [{"text": "t", "who": "w" * 900}]}]}),
            "900 characters",
        ),
        ('{"changes": "2026-03-01T12:00:00Z", "goals": [{"want": "A garden"}]}', "is not a plan"),
        ('{"changes": 0, "goals": [{"want": "A garden"}]}', "is not a plan"),
        ('{"review": "in May", "goals": [{"want": "A garden"}]}', "is not a plan"),
        ('{"goals": [{"want": "g", "steps": [{"text": "t", "due": "Friday"}]}]}', "is not a plan"),
    ],
)
def test_what_is_no_plan_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(EntryError, match=said):
        from_file(text.encode())
