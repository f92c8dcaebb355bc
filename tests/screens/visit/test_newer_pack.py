"""Coming back under a pack that has changed: what was said to other questions stays, and is asked anew."""

from dataclasses import replace

import msgspec

from kiosk.pack.model import Point
from kiosk.session import Session
from screens.widgets.check_screen import ChangeAnswer, OpenPart, TakeOut
from screens.widgets.page import PageResult
from tests.kiosk.entry.answers import reflection
from tests.packs import newer
from tests.screens.conftest import Kiosk
from tests.screens.looks import is_well
from tests.screens.visit.kept import pages_of
from tests.visitor import SMALL, Visitor, leaves, visit


async def test_what_was_said_to_a_question_that_has_changed_stands_under_its_old_words_and_is_asked_anew(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    left = leaves(session, {"mood": 1, "day": "brindle"})
    turned = (Point(value=1, label="Good"), Point(value=2, label="Bad"))
    later = replace(session, pack=newer(session.pack, "mood", ask="How is life?", points=turned))
    async with visit(later, size=SMALL, back=left.code) as visitor:
        await visitor.chooses("Change or add answers")
        await visitor.opens_part("first")
        await is_well(visitor)
        assert await visitor.finds("This question has changed. You said before:", "How do you feel?", "Bad")
        await visitor.changes("mood")
        assert visitor.sees("How is life?", "You said before:", "How do you feel?", "Bad", "○ Good", "○ Bad")
        await is_well(visitor)
        await visitor.goes_on()
        await visitor.saves()
    before, after = map(reflection, pages_of(session, left.id))
    said = [one for one in after.answers() if one.words]
    assert said[0] == next(iter(before.answers()))
    assert [one.words for one in said] == [("Bad",), ("brindle",)]
    leaves(later, {"mood": 1, "day": "brindle"}, amending=left)
    async with visit(later, size=SMALL, back=left.code) as visitor:
        await visitor.chooses("See then and now")
        assert await visitor.finds(
            "This question has changed", "How do you feel?", "How is life?", "Bad", "Good"
        )
        assert not await visitor.finds("● ○")


async def test_enter_leads_to_each_question_that_has_changed_before_it_saves_and_numbers_stay_what_they_were(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    left = leaves(session, {"mood": 1, "where": "in", "day": "brindle", "people": ("Ann",)})
    once = newer(newer(session.pack, "mood", ask="How is life?"), "where", ask="Where is it good?")
    later = replace(session, pack=newer(once, "people", ask="Who is there for you?"))
    async with visit(later, size=SMALL, back=left.code) as visitor:
        await visitor.chooses("Change or add answers")
        await _looks_at_the_first_that_has_changed(visitor)
        await visitor.answers(2)
        await visitor.presses("enter")
        assert visitor.sees("2 questions have changed. See the first one")
        await visitor.presses("enter", "f2")
        assert visitor.sees("1 question has changed. See it first")
        await visitor.presses("f10")
        assert visitor.sees("Who is there for you?", "Who matters to you?", "Ann")
        await visitor.goes_on()
        assert not visitor.sees("changed. See")
        assert visitor.stands_on() is PageResult.ON
        await visitor.presses("enter")
        assert visitor.sees("Your new answers are saved")
    # The first was answered, the second left open, and the third only passed.
    asked = {"How is life?": ("Good",), "What is a good day?": ("brindle",), "Who matters to you?": ("Ann",)}
    assert said_on(session, left.id) == asked


async def _looks_at_the_first_that_has_changed(visitor: Visitor) -> None:
    """Look at it, go back, choose who may read its part, and come to it again."""
    assert visitor.sees("3 questions have changed. See the first one")
    await is_well(visitor)
    await visitor.presses("enter")
    assert visitor.sees("How is life?", "You said before:", "How do you feel?", "Bad")
    await visitor.presses("escape")
    assert visitor.sees("3 questions have changed")
    for _ in range(2):
        await visitor.shares("first")
        assert visitor.stands_on() == ChangeAnswer("mood")
    await visitor.presses("1")
    assert visitor.stands_on() == OpenPart("first")
    await visitor.presses("0")
    assert visitor.stands_on() is PageResult.ON
    await visitor.presses("home", "enter")


async def test_what_was_said_to_a_question_that_is_gone_stays(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, {"mood": 1, "day": "brindle"})
    first, _second = session.pack.sections
    later = replace(session, pack=msgspec.structs.replace(session.pack, version=2, sections=(first,)))
    async with visit(later, size=SMALL, back=left.code) as visitor:
        await visitor.chooses("Change or add answers")
        assert visitor.sees("Questions we do not ask now", "1 answer")
        await visitor.presses("2", "enter")
        await is_well(visitor)
        assert visitor.sees("Questions we do not ask now", "What is a good day?", "brindle")
        await visitor.saves()
    kept = {"How do you feel?": ("Bad",), "What is a good day?": ("brindle",)}
    assert said_on(session, left.id) == kept


async def test_what_was_said_to_a_question_that_is_gone_can_be_taken_out_by_itself(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, {"mood": 1, "day": "brindle", "people": ("Ann",)})
    first, _second = session.pack.sections
    later = replace(session, pack=msgspec.structs.replace(session.pack, version=2, sections=(first,)))
    async with visit(later, size=SMALL, back=left.code) as visitor:
        await visitor.chooses("Change or add answers")
        await visitor.presses("2", "enter", "1", "enter")
        assert visitor.sees("Take this answer out?", "What is a good day?")
        await visitor.presses("escape")
        assert visitor.stands_on() == TakeOut("people")
        await visitor.presses("1", "enter", "delete")
        assert not visitor.sees("brindle")
        assert visitor.sees("Ann")
        await visitor.presses("1", "enter", "delete")
        assert visitor.stands_on() is PageResult.ON
        assert not visitor.sees("Questions we do not ask now")
        await visitor.saves()
    assert said_on(session, left.id).keys() == {"How do you feel?"}


def said_on(session: Session, entry_id: str) -> dict[str, tuple[str, ...]]:
    """What the newest page of an entry says, by question."""
    page = reflection(pages_of(session, entry_id)[-1])
    return {one.ask: one.words for one in page.answers() if one.words}
