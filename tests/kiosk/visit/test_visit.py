"""One visit: where it stands, what is answered, and when it has been left."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import product

import msgspec
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kiosk.entry.answers import Answer
from kiosk.entry.handle import Handle
from kiosk.entry.pages import Answered, AnsweredSection
from kiosk.visit.drafts import Draft
from kiosk.visit.returning import Carried
from kiosk.visit.visit import Visit
from tests.packs import newer, small

IDS = [question.id for _, question in small().questions()]
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
CODE = Handle("K7QX4MPD9RTW2HN9")
EARLIER = (
    AnsweredSection("first", "First", (Answered("mood", "scale", "How is life?", "Life", 1, ("Bad",)),)),
    AnsweredSection("gone", "Gone", (Answered("pet", "text", "Your pet?", "Pet", "Rex", ("Rex",)),)),
)


@pytest.fixture
def visit() -> Visit:
    return Visit(small())


def goes_to_check(visit: Visit) -> None:
    while not visit.at_check:
        visit.forward()


def test_a_visit_walks_from_the_first_question_to_the_check_page(visit: Visit) -> None:
    seen = []
    while not visit.at_check:
        seen.append((visit.number, visit.question.id, visit.number_in_section, visit.opens_section))
        visit.forward()
    assert visit.total == len(IDS) == 7
    assert seen == [
        (1, "mood", (1, 3), True),
        (2, "where", (2, 3), False),
        (3, "likes", (3, 3), False),
        (4, "cards", (1, 4), True),
        (5, "day", (2, 4), False),
        (6, "people", (3, 4), False),
        (7, "goal", (4, 4), False),
    ]


@pytest.mark.parametrize("part", ["first", "second"])
def test_before_the_first_question_of_a_part_are_the_parts_and_before_these_is_nothing(
    visit: Visit, part: str
) -> None:
    visit.open(part)
    assert visit.back()
    assert (visit.at_parts, visit.at_check) == (True, False)
    assert not visit.back()
    assert visit.at_parts


def test_going_forward_from_the_check_page_stays_there_and_back_leads_to_the_parts(visit: Visit) -> None:
    goes_to_check(visit)
    visit.forward()
    assert visit.at_check
    assert visit.back()
    assert visit.at_parts


def test_the_parts_can_be_taken_in_any_order_and_who_goes_on_passes_those_that_are_behind(
    visit: Visit,
) -> None:
    first, second = visit.pack.sections
    visit.to_parts()
    assert [visit.standing(one) for one in (first, second)] == ["new", "new"]
    visit.open("second")
    for _ in range(2):
        visit.forward()
    assert [visit.standing(one) for one in (first, second)] == ["new", "begun"]
    for _ in range(2):
        visit.forward()
    # Nobody has seen the first part: the parts come before the check page.
    assert visit.at_parts
    assert [visit.is_behind(one) for one in (first, second)] == [False, True]
    visit.open("first")
    for _ in range(3):
        visit.forward()
    assert visit.at_check


def test_a_part_is_done_when_each_question_is_answered_or_left_open_on_purpose(visit: Visit) -> None:
    first, second = visit.pack.sections
    for _ in first.questions:
        visit.forward()
    # Looked at and passed by: nobody would call that done.
    assert (visit.standing(first), visit.is_behind(first), visit.tally(first)) == ("begun", True, (0, 3))
    visit.open("first")
    for answer in (2, None, ("tea",)):
        if answer is None:
            visit.leave_open(None)
        else:
            visit.keep(answer)
        visit.forward()
    assert (visit.standing(first), visit.tally(first), visit.left_open(first)) == ("done", (2, 3), 1)
    assert (visit.standing(second), visit.tally(second)) == ("new", (0, 4))


def test_what_goes_deeper_leaves_a_part_done_and_counts_once_it_was_met() -> None:
    pack = newer(small(), "where", depth=True)
    first, visit = pack.sections[0], Visit(pack)
    for answer in (2, ("tea",)):
        visit.keep(answer)
        visit.forward()
    assert (visit.standing(first), visit.tally(first)) == ("done", (2, 2))
    visit.open("first")
    visit.go_deeper()
    visit.forward()
    assert (visit.standing(first), visit.tally(first), visit.left_open(first)) == ("done", (2, 3), 0)


def test_what_was_said_to_a_question_that_has_changed_counts_as_answered(visit: Visit) -> None:
    visit.amend(CODE, Carried({}, EARLIER, frozenset()))
    assert (visit.standing(visit.pack.sections[0]), visit.tally(visit.pack.sections[0])) == ("begun", (1, 3))


def test_whoever_finishes_comes_to_the_check_page_from_wherever_they_are(visit: Visit) -> None:
    visit.keep(2)
    visit.finish()
    assert visit.at_check
    visit.to_parts()
    visit.finish()
    assert (visit.at_check, visit.at_parts, visit.answers) == (True, False, {"mood": 2})


def test_what_goes_deeper_is_asked_of_who_wants_to_say_more_and_then_stays() -> None:
    pack = newer(newer(small(), "where", depth=True), "likes", depth=True)
    visit = Visit(pack)
    assert (visit.deeper, visit.number_in_section) == (2, (1, 1))
    visit.forward()
    assert visit.question.id == "cards"
    assert visit.is_behind(pack.sections[0])
    visit.open("first")
    visit.go_deeper()
    assert (visit.question.id, visit.number_in_section) == ("where", (2, 3))
    visit.keep("in")
    visit.forward()
    assert (visit.question.id, visit.deeper) == ("likes", 0)
    visit.back()
    visit.back()
    assert (visit.question.id, visit.deeper) == ("mood", 1)
    visit.forward()
    assert visit.question.id == "where"
    whole = Visit(pack, whole=True)
    assert (whole.number_in_section, whole.deeper) == ((1, 3), 0)
    whole.forward()
    assert whole.question.id == "where"


def test_who_goes_deeper_in_the_middle_of_an_answer_comes_back_to_it_and_on_from_there() -> None:
    pack = newer(newer(small(), "day", depth=True), "people", depth=True)
    visit = Visit(pack)
    visit.open("second")
    visit.go_deeper(finished=False)
    met = []
    while not visit.at_parts:
        met.append(visit.question.id)
        visit.forward()
    # What goes deeper was told already: it is not asked once more.
    assert met == ["day", "people", "cards", "goal"]
    visit.open("second")
    met = []
    while not visit.at_parts:
        met.append(visit.question.id)
        visit.forward()
    assert met == ["cards", "day", "people", "goal"]


def test_who_changes_an_answer_and_goes_deeper_in_the_middle_of_it_comes_back_to_it_too() -> None:
    visit = Visit(newer(small(), "day", depth=True))
    goes_to_check(visit)
    visit.change("cards")
    visit.go_deeper(finished=False)
    assert visit.question.id == "day"
    visit.forward()
    assert (visit.question.id, visit.changing) == ("cards", True)
    visit.go_deeper(finished=False)
    visit.back()
    assert (visit.question.id, visit.changing) == ("cards", True)
    visit.forward()
    assert visit.at_check


@pytest.mark.parametrize("leaves", [Visit.to_parts, Visit.finish, lambda visit: visit.open("first")])
def test_who_leaves_what_goes_deeper_for_another_place_is_not_brought_back(leaves: object) -> None:
    assert callable(leaves)
    visit = Visit(newer(small(), "day", depth=True))
    visit.open("second")
    visit.go_deeper(finished=False)
    leaves(visit)
    visit.open("second")
    visit.go_deeper()
    visit.forward()
    assert visit.question.id == "people"


def test_what_goes_deeper_is_listed_once_it_was_met_or_has_an_answer() -> None:
    pack = newer(newer(small(), "where", depth=True), "likes", depth=True)
    first = pack.sections[0]
    visit = Visit(pack)
    listed = [one.id for one in visit.listed(first)]
    visit.change("likes")
    visit.leave_open(None)
    assert (listed, [one.id for one in visit.listed(first)]) == (["mood"], ["mood", "likes"])
    visit.clear()
    visit.earlier = (msgspec.structs.replace(EARLIER[0], answers=(said_before("where"),)),)
    assert [one.id for one in visit.listed(first)] == ["mood", "where"]
    assert [one.id for one in Visit(pack, whole=True).listed(first)] == ["mood", "where", "likes"]


def said_before(question_id: str) -> Answered:
    return msgspec.structs.replace(EARLIER[0].answers[0], id=question_id)


def test_a_change_comes_back_to_the_check_page(visit: Visit) -> None:
    goes_to_check(visit)
    for leave, id_ in product((visit.forward, visit.back), IDS):
        visit.change(id_)
        assert (visit.question.id, visit.changing, visit.opens_section) == (id_, True, False)
        leave()
        assert (visit.at_check, visit.changing) == (True, False), id_


def test_after_a_change_the_walk_is_as_it_was(visit: Visit) -> None:
    goes_to_check(visit)
    visit.change("mood")
    visit.keep(1)
    visit.forward()
    visit.back()
    assert visit.at_parts
    assert visit.answers == {"mood": 1}


def test_a_question_that_is_not_there_cannot_be_changed(visit: Visit) -> None:
    visit.forward()
    with pytest.raises(KeyError):
        visit.change("feedback")
    assert (visit.number, visit.changing) == (2, False)


# -- stopping half-way, coming back, changing an entry


def state(visit: Visit) -> tuple[object, ...]:
    """All that can be told of a visit from outside, at each of its questions too."""
    parts = [visit.standing(section) for section in visit.pack.sections]
    standing = (visit.number, visit.at_check, visit.at_parts, visit.changing, parts)
    told = (visit.answers, visit.private, visit.talk, visit.amends, visit.pack, visit.reflection())
    if visit.at_check or visit.at_parts:
        return (*standing, *told)
    return (*standing, *told, visit.question, visit.section, visit.opens_section, visit.answer)


def gone_on(draft: Draft) -> Visit:
    visit = Visit(small())
    visit.go_on(draft)
    return visit


@pytest.mark.parametrize("place", range(len(IDS) + 1))
def test_a_visit_goes_on_from_its_draft_where_it_stood_with_all_that_was_said(
    visit: Visit, place: int
) -> None:
    visit.amends = CODE
    visit.talk = True
    visit.share("second", private=True)
    for number in range(place):
        if number % 3:
            visit.keep(f"Answer {number}")
        elif number:
            visit.leave_open(f"Set aside {number}")
        visit.forward()
    draft = visit.draft(NOON)
    other = gone_on(draft)
    assert state(other) == state(visit)
    assert other.draft(NOON) == draft
    for one in (visit, other):
        while one.back():
            pass
        one.open("first")
    while not visit.at_check:
        assert state(other) == state(visit)
        visit.forward()
        other.forward()
    assert other.at_check


def test_what_a_draft_says_does_not_change_with_the_visit(visit: Visit) -> None:
    visit.keep(1)
    visit.share("first", private=True)
    draft = visit.draft(NOON)
    visit.keep(2)
    visit.share("second", private=True)
    visit.leave_open("aside")
    assert (draft.answers, draft.set_aside, draft.private) == ({"mood": 1}, {}, ("first",))
    other = gone_on(draft)
    other.keep(2)
    other.share("first", private=False)
    assert (draft.answers, draft.private) == ({"mood": 1}, ("first",))


def test_a_draft_is_dated_in_utc_to_the_second_and_names_private_sections_in_their_order(
    visit: Visit,
) -> None:
    for id_ in ("second", "first"):
        visit.share(id_, private=True)
    draft = visit.draft(datetime(2026, 3, 1, 13, 0, 5, 999_999, timezone(timedelta(hours=1))))
    assert draft.made == NOON + timedelta(seconds=5)
    assert draft.private == ("first", "second")


def test_a_visit_that_goes_on_forgets_what_it_was_before(visit: Visit) -> None:
    fresh = Visit(small()).draft(NOON)
    visit.keep(2)
    visit.talk = True
    visit.amends = CODE
    visit.share("first", private=True)
    goes_to_check(visit)
    visit.change("day")
    visit.go_on(fresh)
    assert state(visit) == state(Visit(small()))


def test_a_visit_goes_on_with_the_pack_of_its_draft(visit: Visit) -> None:
    first, _ = small().sections
    older = msgspec.structs.replace(small(), version=7, sections=(first,))
    visit.go_on(Draft(made=NOON, pack=older, answers={"mood": 1}, at="likes"))
    assert (visit.total, visit.number, visit.pack.version) == (3, 3, 7)
    visit.forward()
    assert visit.at_check


def test_an_entry_is_changed_from_the_check_page_on(visit: Visit) -> None:
    visit.talk = True
    visit.keep(1)
    visit.share("first", private=True)
    answers: dict[str, Answer] = {"mood": 2, "day": "Sun"}
    visit.amend(CODE, Carried(answers, (), frozenset({"second"})))
    assert visit.at_check
    assert (visit.amends, visit.answers, visit.private, visit.talk) == (CODE, answers, {"second"}, False)
    visit.change("day")
    assert visit.answer == "Sun"
    visit.keep("Rain")
    visit.forward()
    assert visit.at_check
    assert visit.reflection().answers == {"mood": 2, "day": "Rain"}
    assert answers == {"mood": 2, "day": "Sun"}


def test_a_change_says_nothing_of_a_wish_that_stood_before_it_nor_after_a_pause(visit: Visit) -> None:
    visit.amend(CODE, Carried({"mood": 2}, (), frozenset()), asked=True)
    assert (visit.talk, visit.wish_is_unseen, visit.reflection().talk) == (True, False, None)
    visit.go_on(visit.draft(NOON))
    assert (visit.talk, visit.wish_is_unseen, visit.reflection().talk) == (True, False, None)
    visit.talk = False
    assert visit.reflection().talk is False


def test_what_is_put_on_top_is_kept_in_the_draft_and_in_what_is_saved_and_comes_back(visit: Visit) -> None:
    visit.top = ("I am kind", "I can sing")
    again = Visit(small())
    again.go_on(visit.draft(NOON))
    assert again.reflection().top == ("I am kind", "I can sing")
    again.clear()
    assert again.reflection().top == ()
    again.amend(CODE, Carried({}, (), frozenset(), ("I am kind",)))
    assert again.reflection().top == ("I am kind",)


def test_a_section_is_shared_or_private_as_was_said_last(visit: Visit) -> None:
    assert visit.reflection().private == frozenset()
    for private in (True, True, False, False, True):
        visit.share("second", private=private)
        assert visit.reflection().private == (frozenset({"second"}) if private else frozenset())


def test_what_would_be_saved_says_all_that_was_chosen_and_does_not_change_any_more(visit: Visit) -> None:
    visit.keep(1)
    visit.talk = True
    visit.share("first", private=True)
    reflection = visit.reflection()
    visit.keep(2)
    visit.share("second", private=True)
    assert (reflection.pack, reflection.answers, reflection.talk) == (small(), {"mood": 1}, True)
    assert reflection.private == {"first"}


def test_a_cleared_visit_has_forgotten_whom_to_tell_what_to_keep_back_and_what_it_changes(
    visit: Visit,
) -> None:
    visit.amend(CODE, Carried({"mood": 2}, EARLIER, frozenset({"second"})))
    visit.talk = True
    visit.change("day")
    visit.leave_open("aside")
    visit.clear()
    assert state(visit) == state(Visit(small()))
    assert visit.draft(NOON) == Visit(small()).draft(NOON)


def test_neither_a_visit_nor_what_it_would_save_shows_the_code_it_changes(visit: Visit) -> None:
    visit.amend(CODE, Carried({}, (), frozenset()))
    for group in CODE.groups:
        assert group not in repr((visit.amends, visit.reflection()))


def test_what_was_said_to_another_question_stands_until_this_one_is_answered(visit: Visit) -> None:
    visit.amend(CODE, Carried({}, EARLIER, frozenset({"gone"})))
    first, gone = (section.answers[0] for section in EARLIER)
    assert (visit.said_before("mood"), visit.said_before("day"), visit.gone) == (first, None, (gone,))
    again = Visit(small())
    again.go_on(visit.draft(NOON))
    assert (again.said_before("mood"), again.gone, again.private) == (first, (gone,), {"gone"})
    assert (again.reflection().earlier, again.changed) == (EARLIER, ("mood",))
    again.change("mood")
    again.forward()
    later = Visit(small())
    later.go_on(again.draft(NOON))
    assert (again.changed, later.changed, later.said_before("mood")) == ((), (), first)
    again.change("mood")
    again.keep(2)
    assert again.said_before("mood") is None
    visit.change("mood")
    visit.leave_open(None)
    assert (visit.said_before("mood"), visit.gone) == (None, (gone,))


def test_what_was_said_to_a_question_that_is_gone_is_taken_out_by_itself(visit: Visit) -> None:
    visit.amend(CODE, Carried({}, EARLIER, frozenset({"gone"})))
    first, _gone = EARLIER
    visit.take_out("pet")
    assert (visit.gone, visit.reflection().earlier) == ((), (first,))


def test_a_visit_tells_where_it_went_back_and_ended_and_no_answer(visit: Visit) -> None:
    visit.keep(1)
    visit.forward()
    visit.forward()
    for _ in range(2):
        visit.back()
        visit.forward()
    here = visit.question.id
    told = visit.told(60.0, is_saved=False)
    assert [asked for asked, _ in told.went_back] == [here]
    assert [asked for asked, _ in told.stopped] == [here]
    assert (told.pack, told.state, told.band) == ("small", "live", 0)
    assert not visit.told(60.0, is_saved=True).stopped
    visit.amend(CODE, Carried({}, (), frozenset()))
    assert (visit.told(60.0, is_saved=False).went_back, visit.told(60.0, is_saved=False).stopped) == ((), ())


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
        at_parts = self.visit.at_parts
        assert self.visit.back() is not at_parts

    @rule(part=st.sampled_from(["first", "second"]))
    def opens(self, part: str) -> None:
        if not self.visit.changing:
            self.visit.open(part)

    @precondition(lambda self: not self.visit.changing)
    @rule(finishes=st.booleans())
    def goes_to_parts(self, finishes: bool) -> None:
        (self.visit.finish if finishes else self.visit.to_parts)()

    @precondition(lambda self: self.visit.number <= self.visit.total)
    @rule(answer=st.integers(1, 2) | st.text(max_size=3))
    def answers(self, answer: Answer) -> None:
        self.given[self.visit.question.id] = answer
        self.visit.keep(answer)

    @precondition(lambda self: self.visit.number <= self.visit.total)
    @rule()
    def skips(self) -> None:
        self.given.pop(self.visit.question.id, None)
        self.visit.keep(None)
        assert self.visit.answer is None
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
        assert (visit.at_check or visit.at_parts) == (visit.number == visit.total + 1)
        assert not (visit.at_check and (visit.changing or visit.at_parts))
        if visit.number <= visit.total:
            assert visit.question.id == IDS[visit.number - 1]
            assert visit.question in visit.section.questions
            assert visit.answer == self.given.get(visit.question.id)

    @invariant()
    def its_draft_would_stand_there_too(self) -> None:
        other = gone_on(self.visit.draft(NOON))
        if self.visit.changing:
            assert (other.at_check, other.changing, other.answers) == (True, False, self.given)
        else:
            assert state(other) == state(self.visit)


TestAnyWalk = AnyWalk.TestCase
