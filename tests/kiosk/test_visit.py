"""One visit: where it stands, what is answered, and when it has been left."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kiosk.entry import Answer
from kiosk.settings import Idle
from kiosk.visit import IdleWatch, Presence, Visit
from tests.packs import small

IDS = [question.id for _, question in small().questions()]


@pytest.fixture
def visit() -> Visit:
    return Visit(small())


def goes_to_check(visit: Visit) -> None:
    while not visit.at_check:
        visit.forward()


def test_a_visit_walks_from_the_first_question_to_the_check_page(visit: Visit) -> None:
    seen = []
    while not visit.at_check:
        seen.append((visit.number, visit.question.id, visit.section_number, visit.opens_section))
        visit.forward()
    assert visit.total == len(IDS) == 7
    assert seen == [
        (1, "mood", 1, True),
        (2, "where", 1, False),
        (3, "likes", 1, False),
        (4, "cards", 2, True),
        (5, "day", 2, False),
        (6, "people", 2, False),
        (7, "goal", 2, False),
    ]


def test_answers_stay_when_people_go_back_and_forth(visit: Visit) -> None:
    visit.keep(2)
    visit.forward()
    visit.keep("out")
    assert visit.back()
    assert (visit.question.id, visit.answer) == ("mood", 2)
    visit.forward()
    assert (visit.question.id, visit.answer) == ("where", "out")
    assert visit.answers == {"mood": 2, "where": "out"}


def test_a_skipped_question_has_no_answer_and_a_skipped_answer_goes(visit: Visit) -> None:
    visit.keep(None)
    assert visit.answers == {}
    visit.keep(1)
    visit.keep(None)
    assert visit.answer is None
    assert visit.answers == {}


def test_there_is_nothing_before_the_first_question(visit: Visit) -> None:
    assert not visit.back()
    assert visit.number == 1


def test_going_forward_from_the_check_page_stays_there_and_back_leads_to_the_last_question(
    visit: Visit,
) -> None:
    goes_to_check(visit)
    visit.forward()
    assert visit.at_check
    assert visit.back()
    assert visit.question.id == "goal"


@pytest.mark.parametrize("leave", [Visit.forward, Visit.back])
@pytest.mark.parametrize("id_", IDS)
def test_a_change_comes_back_to_the_check_page(visit: Visit, id_: str, leave: object) -> None:
    assert callable(leave)
    goes_to_check(visit)
    visit.change(id_)
    assert (visit.question.id, visit.changing, visit.opens_section) == (id_, True, False)
    leave(visit)
    assert visit.at_check
    assert not visit.changing


def test_after_a_change_the_walk_is_as_it_was(visit: Visit) -> None:
    goes_to_check(visit)
    visit.change("mood")
    visit.keep(1)
    visit.forward()
    visit.back()
    assert visit.question.id == "goal"
    assert visit.answers == {"mood": 1}


def test_a_question_that_is_not_there_cannot_be_changed(visit: Visit) -> None:
    visit.forward()
    with pytest.raises(KeyError):
        visit.change("feedback")
    assert (visit.number, visit.changing) == (2, False)


def test_a_cleared_visit_stands_at_the_beginning_and_knows_nothing(visit: Visit) -> None:
    visit.keep(2)
    goes_to_check(visit)
    visit.change("day")
    visit.keep("Sun")
    visit.clear()
    assert (visit.number, visit.changing, visit.answers, visit.answer) == (1, False, {}, None)
    assert visit.opens_section


class AnyWalk(RuleBasedStateMachine):
    """Whatever is pressed, no answer is lost and no place is outside the pack."""

    def __init__(self) -> None:
        super().__init__()
        self.visit = Visit(small())
        self.given: dict[str, Answer] = {}

    @rule()
    def goes_forward(self) -> None:
        self.visit.forward()

    @rule()
    def goes_back(self) -> None:
        before = self.visit.number
        changing = self.visit.changing
        assert self.visit.back() is (changing or before > 1)

    @precondition(lambda self: not self.visit.at_check)
    @rule(answer=st.integers(1, 2) | st.text(max_size=3))
    def answers(self, answer: Answer) -> None:
        self.given[self.visit.question.id] = answer
        self.visit.keep(answer)

    @precondition(lambda self: not self.visit.at_check)
    @rule()
    def skips(self) -> None:
        self.given.pop(self.visit.question.id, None)
        self.visit.keep(None)
        self.visit.forward()

    @rule(id_=st.sampled_from(IDS))
    def changes(self, id_: str) -> None:
        self.visit.change(id_)
        assert self.visit.question.id == id_

    @invariant()
    def every_answer_is_there(self) -> None:
        assert self.visit.answers == self.given

    @invariant()
    def it_stands_in_the_pack(self) -> None:
        visit = self.visit
        assert 1 <= visit.number <= visit.total + 1
        assert visit.at_check == (visit.number == visit.total + 1)
        assert not (visit.at_check and visit.changing)
        if not visit.at_check:
            assert visit.question.id == IDS[visit.number - 1]
            assert visit.question in visit.section.questions
            assert visit.answer == self.given.get(visit.question.id)


TestAnyWalk = AnyWalk.TestCase


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watch(clock: Clock) -> IdleWatch:
    return IdleWatch(Idle(warn=90, writing_warn=180, grace=60), clock)


@pytest.mark.parametrize(
    ("writing", "seconds", "presence", "left"),
    [
        (False, 0, Presence.HERE, 150),
        (False, 89.9, Presence.HERE, 60),
        (False, 90, Presence.WARNED, 60),
        (False, 140, Presence.WARNED, 10),
        (False, 149.9, Presence.WARNED, 0),
        (False, 150, Presence.GONE, 0),
        (False, 9999, Presence.GONE, 0),
        (True, 179.9, Presence.HERE, 60),
        (True, 180, Presence.WARNED, 60),
        (True, 239.9, Presence.WARNED, 0),
        (True, 240, Presence.GONE, 0),
    ],
)
def test_who_touches_nothing_is_warned_and_then_gone(
    clock: Clock, watch: IdleWatch, writing: bool, seconds: float, presence: Presence, left: int
) -> None:
    clock.now += seconds
    assert watch.presence(writing=writing) is presence
    assert watch.seconds_left(writing=writing) == left


def test_every_touch_starts_the_time_anew_however_often(clock: Clock, watch: IdleWatch) -> None:
    for _ in range(11):
        clock.now += 149
        assert watch.presence(writing=False) is Presence.WARNED
        watch.touch()
        assert watch.presence(writing=False) is Presence.HERE
        assert watch.seconds_left(writing=False) == 150
    clock.now += 150
    assert watch.presence(writing=False) is Presence.GONE


def test_looking_is_no_touch(clock: Clock, watch: IdleWatch) -> None:
    for _ in range(150):
        clock.now += 1
        watch.presence(writing=False)
        watch.seconds_left(writing=False)
    assert watch.presence(writing=False) is Presence.GONE
