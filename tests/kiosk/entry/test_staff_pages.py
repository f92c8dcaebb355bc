"""What staff add: notes, plans and states, there and back through bytes, for customer and venue alike."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import seal
from kiosk.entry.pages import AnyPage, page_from_bytes, page_to_bytes
from kiosk.entry.staff_pages import Note, Plan, PlanGoal, StatusChange, Step, Talked
from kiosk.errors import EntryError, SealError
from kiosk.vault.states import STATES, State
from tests.kiosk.sealed import page_in, sealed_page

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
NOTE = Note(made=NOON, by="Jo Smith", text="We spoke.\n\nMore on Monday.")
PLAN = Plan(
    made=NOON,
    by="Jo Smith",
    goals=(
        PlanGoal(
            want="A garden",
            steps=(
                Step(text="Ask for a bed", who="Ali", by_when="in May", done=True),
                Step(text="Buy seeds"),
            ),
        ),
        PlanGoal(want="Sleep better"),
    ),
)
TURN = StatusChange(made=NOON, by="Jo Smith", state="talked through")
TALKED = Talked(made=NOON, by="Jo Smith", reflection="a" * 64)
ADDED: dict[str, AnyPage] = {"note": NOTE, "plan": PLAN, "state": TURN, "talked": TALKED}

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
times = st.datetimes(
    datetime(2020, 1, 1),  # noqa: DTZ001 - hypothesis wants it so, and adds the zone
    datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
days = st.none() | st.dates()
steps = st.builds(Step, text=texts, who=texts, by_when=texts, due=days, done=st.booleans())
goals = st.builds(PlanGoal, want=texts, steps=st.lists(steps, max_size=4).map(tuple))
added = st.one_of(
    st.builds(Note, made=times, by=texts, text=texts),
    st.builds(Plan, made=times, by=texts, goals=st.lists(goals, max_size=4).map(tuple), review=days),
    st.builds(StatusChange, made=times, by=texts, state=st.sampled_from(STATES)),
)


def stored(page: AnyPage, **changes: Any) -> bytes:
    """Return the bytes of a page with other fields."""
    fields = json.loads(page_to_bytes(page)) | changes
    return json.dumps({name: value for name, value in fields.items() if value is not ...}).encode()


@given(added)
def test_whatever_staff_add_comes_back_as_it_was_written(page: AnyPage) -> None:
    assert page_from_bytes(seal.pad(page_to_bytes(page))) == page


@pytest.mark.parametrize("kind", ADDED)
def test_what_staff_add_is_read_by_the_customer_and_by_the_venue_and_by_nobody_else(kind: str) -> None:
    venue, customer, other = (seal.new_identity() for _ in range(3))
    sealed = sealed_page(ADDED[kind], tuple(map(seal.recipient_of, (venue, customer))))
    assert [page_in(sealed, reader) for reader in (venue, customer)] == [ADDED[kind]] * 2
    with pytest.raises(SealError):
        page_in(sealed, other)


def test_a_page_tells_its_kind_and_version_by_itself() -> None:
    for kind in ADDED:
        fields = json.loads(page_to_bytes(ADDED[kind]))
        version = 2 if kind == "plan" else 1
        assert (fields["kind"], fields["version"], fields["made"]) == (kind, version, "2026-03-01T12:00:00Z")


@pytest.mark.parametrize("kind", ADDED)
def test_a_later_version_says_to_update_whatever_else_it_holds(kind: str) -> None:
    for changes in ({}, {"mood": 1}, {"by": ...}, {"state": "archived"}, {"goals": 5}):
        with pytest.raises(EntryError, match=r"newer version of the kiosk\. Update this one"):
            page_from_bytes(stored(ADDED[kind], version=3, **changes))


@pytest.mark.parametrize("kind", ADDED)
@pytest.mark.parametrize(
    "changes",
    [
        {"mood": 1},
        {"by": ...},
        {"by": 7},
        {"made": "2026-03-01T12:00:00"},
        {"made": ...},
        {"version": 0},
        {"version": "1"},
        {"name": "Amber Heron"},
    ],
    ids=str,
)
def test_a_page_of_this_version_with_a_field_too_many_or_too_few_is_refused_in_words(
    kind: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(EntryError, match="does not read as an entry"):
        page_from_bytes(stored(ADDED[kind], **changes))


@pytest.mark.parametrize(
    "spoilt",
    [
        stored(NOTE, text=...),
        stored(PLAN, goals=...),
        stored(PLAN, goals=[{"steps": []}]),
        stored(PLAN, goals=[{"want": "A garden", "steps": [{"who": "Ali"}]}]),
        stored(PLAN, goals=[{"want": "A garden", "steps": [{"text": "Ask", "done": 1}]}]),
        stored(PLAN, goals=[{"want": "A garden", "why": "because"}]),
        stored(PLAN, version=1),
        stored(PLAN, review="soon"),
        stored(PLAN, goals=[{"want": "A garden", "steps": [{"text": "Ask", "due": "2026-02-30"}]}]),
        stored(TURN, state="archived"),
        stored(TURN, state=...),
        stored(TURN, kind="note"),
        stored(NOTE, kind="plan"),
    ],
)
def test_a_page_with_a_part_that_does_not_fit_is_refused_in_words(spoilt: bytes) -> None:
    with pytest.raises(EntryError, match="does not read as an entry"):
        page_from_bytes(spoilt)


def test_a_time_of_another_zone_is_the_same_moment() -> None:
    local = NOON.astimezone(timezone(timedelta(hours=2)))
    read = page_from_bytes(page_to_bytes(msgspec.structs.replace(TURN, made=local)))
    assert isinstance(read, StatusChange)
    assert read.made == NOON


# -- how far a plan is


def test_a_plan_counts_the_steps_that_are_done_over_all_its_goals() -> None:
    assert PLAN.done == (1, 2)
    rest = PlanGoal(want="Cook", steps=(Step(text="Shop", done=True), Step(text="Invite Ali", done=True)))
    assert msgspec.structs.replace(PLAN, goals=(*PLAN.goals, rest)).done == (3, 4)


def test_a_plan_without_a_step_has_none_done_of_none() -> None:
    assert Plan(made=NOON, by="Jo", goals=()).done == (0, 0)
    assert Plan(made=NOON, by="Jo", goals=(PlanGoal(want="Sleep better"),)).done == (0, 0)


TODAY = date(2026, 3, 4)


def test_a_step_is_overdue_from_the_day_after_its_own_until_it_is_done() -> None:
    for due, done, overdue in (
        (date(2026, 3, 3), False, 1),
        (date(2026, 3, 3), True, 0),
        (TODAY, False, 0),
        (date(2026, 3, 5), False, 0),
        (None, False, 0),
    ):
        steps = (Step(text="Ask", due=due, done=done), Step(text="Dig", by_when="in May"))
        plan = Plan(made=NOON, by="Jo", goals=(PlanGoal(want="A garden", steps=steps),))
        assert plan.overdue(TODAY) == overdue


def test_a_plan_is_to_review_from_its_day_on() -> None:
    for review, to_review in (
        (None, False),
        (date(2026, 3, 3), True),
        (TODAY, True),
        (date(2026, 3, 5), False),
    ):
        assert Plan(made=NOON, by="Jo", goals=(), review=review).to_review(TODAY) is to_review


def test_a_step_reads_with_who_and_by_when() -> None:
    assert Step(text="Ask", who="Ali", due=date(2026, 3, 4)).line == "[ ] Ask (Ali, by 4 March 2026)"
    assert Step(text="Ask", by_when="in May", done=True).line == "[x] Ask (in May)"


def test_every_state_that_an_entry_may_have_has_its_place_in_the_order() -> None:
    assert get_args(State) == STATES
    assert STATES[0] == "waiting"
    assert STATES[-1] == "closed"
