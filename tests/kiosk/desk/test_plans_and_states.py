"""Plans that are agreed at the desk, and how far an entry has come."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from kiosk.dates import day_of
from kiosk.desk import entries
from kiosk.desk.desk import Desk
from kiosk.desk.listing import View, flags_of
from kiosk.desk.plain_text import opened_text, opened_value, rows_text, rows_value
from kiosk.desk.plan_editor import from_file, value_of
from kiosk.entry.opened import Opened
from kiosk.entry.staff_pages import Plan, PlanGoal, StatusChange, Step
from kiosk.errors import NoEntryError, NotMarkedError, SaveError
from kiosk.home import Home
from kiosk.pack.model import Pack
from kiosk.vault.states import STATES, State
from kiosk.visit.saving import Saved, Saver, Submission
from tests.kiosk.desk.conftest import ANSWERS, NOON, loses_its_list
from tests.kiosk.sealed import FIRST, SECOND, THIRD, page_in
from tests.kiosk.vault.helpers import FaultyDisk

GARDEN = (PlanGoal(want="A garden", steps=(Step(text="Ask for a bed", who="Ali", by_when="in May"),)),)
POND = (PlanGoal(want="A pond", steps=(Step(text="Dig", done=True), Step(text="Fill it"))),)


def test_a_plan_is_a_further_page_for_both_and_marks_the_entry_picked_up(desk: Desk, saved: Saved) -> None:
    opened = desk.agree(desk.open(str(saved.handle)), GARDEN, NOON + timedelta(microseconds=5))
    plan = Plan(made=NOON, by="Jo", goals=GARDEN)
    assert (opened.plan, opened.pages[-1]) == (plan, plan)
    assert (opened.row.state, opened.row.picked_up_by, opened.row.is_news) == ("picked up", "Jo", False)
    assert desk.vault.row(saved.id) == opened.row
    *_, sealed = desk.vault.pages(saved.id)
    for identity in (desk.identity, desk.derive(saved.handle).identity):
        assert page_in(sealed, identity) == plan
    assert desk.open(str(saved.handle)) == opened


def test_a_newer_plan_takes_the_place_of_an_older_one_which_stays(desk: Desk, saved: Saved) -> None:
    opened = desk.agree(desk.open(str(saved.handle)), GARDEN, NOON)
    opened = desk.agree(opened, POND, NOON + timedelta(days=1))
    again = desk.open(str(saved.handle))
    assert again == opened
    assert again.plan is not None
    assert (again.plan.goals, again.plan.done) == (POND, (1, 2))
    assert [page.goals for page in again.pages if isinstance(page, Plan)] == [GARDEN, POND]


@pytest.mark.parametrize("state", STATES[1:])
def test_a_plan_changes_no_state_and_so_reopens_no_closed_entry(
    desk: Desk, saved: Saved, home: Home, state: State
) -> None:
    code = str(saved.handle)
    said = desk.change_state(desk.open(code), state, NOON)
    planned = desk.agree(desk.agree(said, GARDEN, NOON), POND, NOON)
    assert (planned.row.state, planned.history) == (state, said.history)
    loses_its_list(desk, home)
    assert desk.open(code).row.state == state


@pytest.mark.parametrize("state", STATES[1:])
def test_a_state_is_a_further_page_for_both_and_stands_in_the_list(
    desk: Desk, saved: Saved, state: State
) -> None:
    opened = desk.change_state(desk.open(str(saved.handle)), state, NOON)
    turn = StatusChange(made=NOON, by="Jo", state=state)
    assert opened.history == (turn,)
    assert (opened.row.state, opened.row.picked_up_by, opened.row.is_news) == (state, "Jo", False)
    assert desk.rows() == (opened.row,)
    assert page_in(desk.vault.pages(saved.id)[-1], desk.derive(saved.handle).identity) == turn
    assert desk.open(str(saved.handle)) == opened


@pytest.mark.parametrize("how", ["marked", "noted", "planned"])
def test_an_entry_that_is_set_back_to_waiting_is_as_if_nobody_had_picked_it_up(
    desk: Desk, saved: Saved, how: str
) -> None:
    code = str(saved.handle)
    back = desk.change_state(desk.pick_up(desk.open(code)), "waiting", NOON)
    assert back.pages[-1] == StatusChange(made=NOON, by="Jo", state="waiting")
    assert (back.row.state, back.row.picked_up, back.row.picked_up_by) == ("waiting", None, "")
    assert back.row.is_news
    assert desk.is_said(back.row)
    assert desk.open(code).row == back.row == desk.rows()[0]
    other = replace(desk, staff="Ali")
    read = other.as_picked_up(other.open(code), NOON).row
    match how:
        case "marked":
            row = other.pick_up(other.open(code)).row
        case "noted":
            row = other.add_note(other.open(code), "We spoke.", NOON).row
        case _:
            row = other.agree(other.open(code), GARDEN, NOON).row
    for one in (row, read, other.open(code).row):
        assert (one.state, one.picked_up_by) == ("picked up", "Ali")
    assert not row.is_news
    assert desk.is_said(row)


def test_a_note_that_is_taken_back_from_a_waiting_entry_leaves_it_waiting(desk: Desk, saved: Saved) -> None:
    noted = desk.add_note(desk.open(str(saved.handle)), "For somebody else", NOON)
    back = desk.change_state(noted, "waiting", NOON)
    taken = desk.take_back(back, max(back.notes), NOON)
    assert (taken.row.state, taken.row.picked_up) == ("waiting", None)


def test_an_entry_of_which_only_a_note_stood_that_was_taken_back_was_only_picked_up(
    desk: Desk, saved: Saved
) -> None:
    def takes_back(opened: Opened) -> Opened:
        return desk.take_back(opened, max(opened.notes), NOON)

    opened = desk.open(str(saved.handle))
    assert not opened.only_picked_up
    opened = desk.add_note(opened, "For somebody else", NOON)
    assert not opened.only_picked_up
    opened = takes_back(opened)
    assert opened.only_picked_up
    opened = desk.change_state(opened, "waiting", NOON)
    assert not opened.only_picked_up
    opened = takes_back(desk.add_note(opened, "Again for somebody else", NOON))
    assert opened.only_picked_up
    ways: tuple[Callable[[], Opened], ...] = (
        lambda: desk.agree(opened, GARDEN, NOON),
        lambda: desk.change_state(opened, "picked up", NOON),
        lambda: desk.change_state(opened, "closed", NOON),
    )
    for adds in ways:
        assert not takes_back(desk.add_note(adds(), "And for somebody else", NOON)).only_picked_up


def test_what_staff_add_to_an_entry_that_has_gone_saves_nothing(desk: Desk, saved: Saved) -> None:
    opened = desk.open(str(saved.handle))
    desk.vault.erase(saved.id)
    with pytest.raises(NoEntryError):
        desk.agree(opened, GARDEN, NOON)
    with pytest.raises(NoEntryError):
        desk.change_state(opened, "closed", NOON)
    assert desk.rows() == ()


@pytest.mark.parametrize("after", [0, 1])
def test_a_plan_that_the_disk_does_not_take_is_told_and_can_be_tried_again(
    desk: Desk, saved: Saved, disk: FaultyDisk, after: int
) -> None:
    opened = desk.open(str(saved.handle))
    disk.fails("fsync", after=after)
    with pytest.raises(SaveError):
        desk.agree(opened, GARDEN, NOON)
    disk.is_well()
    assert (desk.vault.row(saved.id).state, len(desk.vault.pages(saved.id))) == ("waiting", 1)
    assert desk.agree(opened, GARDEN, NOON).row.state == "picked up"


def test_a_plan_that_was_saved_in_an_entry_whose_state_could_not_be_kept_is_told_apart(
    desk: Desk, saved: Saved, disk: FaultyDisk
) -> None:
    opened = desk.open(str(saved.handle))
    disk.fails("fsync", after=2)
    with pytest.raises(NotMarkedError, match="This is saved"):
        desk.agree(opened, GARDEN, NOON)
    disk.is_well()
    assert desk.open(str(saved.handle)).plan == Plan(made=NOON, by="Jo", goals=GARDEN)


def test_on_the_command_line_a_plan_and_a_state_are_read_with_who_wrote_them(
    desk: Desk, saved: Saved
) -> None:
    opened = desk.agree(desk.open(str(saved.handle)), (*GARDEN, *POND), NOON)
    opened = desk.change_state(opened, "closed", NOON)
    text = opened_text(opened, NOON)
    assert "closed, picked up 1 Mar 2026 by Jo." in text.splitlines()[1]
    assert text.endswith(
        "Plan recorded by Jo on 1 March 2026.\n\n1 of 3 steps are done.\n"
        "\nA garden\n  [ ] Ask for a bed (Ali, in May)\n"
        "\nA pond\n  [x] Dig\n  [ ] Fill it\n\n1 March 2026: closed (Jo)"
    )
    value = opened_value(opened)
    assert value["state"] == "closed"
    assert [page["kind"] for page in value["pages"]] == ["reflection", "plan", "state"]
    assert list(value["pages"][1]["goals"][0]["steps"]) == [
        {"text": "Ask for a bed", "who": "Ali", "by_when": "in May", "due": None, "done": False}
    ]


def test_nothing_that_staff_added_reaches_the_terminal_as_a_command(desk: Desk, saved: Saved) -> None:
    hostile = "A\x1b[2J \u202e\x9bgarden"
    goals = (PlanGoal(want=hostile, steps=(Step(text=hostile, who=hostile, by_when=hostile),)),)
    text = opened_text(desk.agree(desk.open(str(saved.handle)), goals, NOON), NOON)
    assert "garden" in text
    assert all(character == "\n" or character.isprintable() for character in text)


# -- a state that was lost


def test_a_state_that_was_lost_with_its_row_comes_back_when_the_entry_is_opened(
    desk: Desk, saved: Saved, home: Home
) -> None:
    opened = desk.agree(desk.open(str(saved.handle)), GARDEN, NOON)
    closed = desk.change_state(opened, "closed", NOON)
    loses_its_list(desk, home)
    assert desk.vault.row(saved.id).state == "waiting"
    again = desk.open(str(saved.handle))
    assert (again.row.state, again.row.pages) == ("closed", (FIRST, SECOND, THIRD))
    assert (again.row, again.pages) == (desk.vault.row(saved.id), closed.pages)
    assert again.row.picked_up_by == closed.row.picked_up_by


def test_states_that_were_lost_with_many_rows_are_looked_for_so_many_at_once(
    desk: Desk, saver: Saver, small_pack: Pack, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "TALK_MOST", 1)
    saved = [saver.save(Submission(small_pack, {})) for _ in range(2)]
    for one in saved:
        desk.change_state(desk.open(str(one.handle)), "closed", NOON)
    loses_its_list(desk, home)
    again = replace(desk, turns=dict.fromkeys((one.id for one in saved), 1))
    for states in (["closed", "waiting"], ["closed", "closed"]):
        assert sorted(row.state for row in again.rows()) == states


def test_an_entry_that_was_set_back_to_waiting_waits_where_its_row_is_lost(
    desk: Desk, saved: Saved, home: Home
) -> None:
    for state in ("closed", "waiting"):
        desk.change_state(desk.open(str(saved.handle)), state, NOON)
    loses_its_list(desk, home)
    [row] = replace(desk, turns={saved.id: 2}).rows()
    assert (row.state, row.picked_up_by, row.picked_up, row.is_news) == ("waiting", "", None, True)


def test_an_entry_opens_though_its_lost_state_cannot_be_written(
    desk: Desk, saved: Saved, home: Home, disk: FaultyDisk
) -> None:
    code = str(saved.handle)
    desk.change_state(desk.open(code), "closed", NOON)
    loses_its_list(desk, home)
    disk.fails("write")
    disk.fails("fsync")
    opened = desk.open(code)
    assert (opened.row.state, len(opened.pages)) == ("waiting", 2)
    disk.is_well()
    assert desk.open(code).row.state == "closed"


def test_neither_a_plan_nor_a_note_tells_a_state(desk: Desk, saved: Saved, home: Home) -> None:
    desk.agree(desk.add_note(desk.open(str(saved.handle)), "We spoke.", NOON), GARDEN, NOON)
    loses_its_list(desk, home)
    assert desk.open(str(saved.handle)).row.state == "waiting"


def test_a_plan_is_taken_for_changed_by_its_page_whatever_the_clock_said(desk: Desk, saved: Saved) -> None:
    code = str(saved.handle)
    begun = from_file(json.dumps(value_of(desk.agree(desk.open(code), GARDEN, NOON))).encode())
    assert begun.fits(desk.open(code))
    # Another one of the same words and the same second: the clock was set back, or stands.
    desk.agree(desk.open(code), GARDEN, NOON)
    assert not begun.fits(desk.open(code))
    assert from_file(json.dumps(value_of(desk.open(code))).encode()).fits(desk.open(code))
    nothing = from_file(b'{"changes": null, "goals": [{"want": "A pond"}]}')
    assert not nothing.fits(desk.open(code))


def test_the_list_knows_which_plans_are_overdue_and_to_review(
    desk: Desk, saver: Saver, small_pack: Pack
) -> None:
    today = day_of(NOON)

    def plans(due: date | None, review: date | None) -> str:
        left = saver.save(Submission(small_pack, ANSWERS))
        goals = (PlanGoal(want="A garden", steps=(Step(text="Dig", due=due), Step(text="Sow", due=due))),)
        desk.agree(desk.open(str(left.handle)), goals, NOON, review)
        return left.id

    yesterday, tomorrow = today - timedelta(days=1), today + timedelta(days=1)
    late, due = plans(yesterday, None), plans(today, today)
    closed = saver.save(Submission(small_pack, ANSWERS))
    opened = desk.agree(desk.open(str(closed.handle)), GARDEN, NOON, yesterday)
    plans(None, tomorrow)
    flags = flags_of(desk, desk.rows(), 90, NOON)
    assert (flags.overdue, flags.review) == ({late: 2}, {due: today, closed.id: yesterday})
    desk.change_state(opened, "closed", NOON)
    flags = flags_of(desk, desk.rows(), 90, NOON)
    assert flags.review == {due: today}
    assert [row.id for row in View("overdue").of(desk.rows(), flags)] == [late]
    assert [row.id for row in View("to review").of(desk.rows(), flags)] == [due]
    told = {row["id"]: (row["overdue"], row["to_review"]) for row in rows_value(desk.rows(), flags)}
    assert (told[late], told[due], told[closed.id]) == ((2, None), (0, today.isoformat()), (0, None))
    lines = rows_text(desk.rows(), flags).splitlines()
    assert sum(line.endswith("; overdue") for line in lines) == 1
    assert sum(line.endswith("; to review") for line in lines) == 1


def test_plans_of_entries_that_were_not_looked_into_before_the_list_was_shown_are_found_later(
    desk: Desk, saver: Saver, small_pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.desk.entries.TALK_MOST", 0)
    late = (PlanGoal(want="A garden", steps=(Step(text="Dig", due=day_of(NOON) - timedelta(days=1)),)),)
    with_plan = [saver.save(Submission(small_pack, ANSWERS)) for _ in range(3)]
    opened = [desk.agree(desk.open(str(saved.handle)), late, NOON) for saved in with_plan]
    desk.change_state(opened[0], "closed", NOON)
    saver.save(Submission(small_pack, ANSWERS))
    rows = desk.rows()
    assert flags_of(desk, rows, 90, NOON).overdue == {}
    read: list[str] = []
    pages = desk.vault.named_pages

    def reading(entry_id: str) -> object:
        read.append(entry_id)
        return pages(entry_id)

    monkeypatch.setattr(desk.vault, "named_pages", reading)
    # It ends as soon as it is told to, and goes on from there.
    assert desk.look_into(rows, lambda: not read)
    assert len(read) == 1
    assert desk.look_into(rows)
    # Each once: a wish to talk may stand in any.
    assert sorted(read) == sorted(row.id for row in rows)
    assert flags_of(desk, rows, 90, NOON).overdue == dict.fromkeys((one.id for one in with_plan[1:]), 1)
    assert not desk.look_into(rows)
    # A further page is looked into again.
    saver.amend(Submission(small_pack, ANSWERS), with_plan[1].handle)
    read.clear()
    assert desk.look_into(desk.rows())
    assert read == [with_plan[1].id]
