"""Coming back in another language than one answered in: all that was answered stands."""

import pytest

from kiosk.entry.answers import Answer, Cards, Goal
from kiosk.entry.my_page import my_page_of
from kiosk.language import language, speaking
from kiosk.session import Session
from kiosk.visit.saving import Submission
from tests.screens.conftest import Kiosk, saved_pages
from tests.screens.visit.test_languages import speaks
from tests.visitor import SMALL, saver_of, visit

ANSWERS: dict[str, Answer] = {
    "feeling": 4,
    "good_day": "Słońce i 12 lip",
    "my_strengths": Cards(("self_keep_word", "self_laugh"), ("Umiem gotować", "I can sing")),
    "goal": Goal("Ogród", "Ask Jo"),
}
TOP = ("I can sing", "I keep my word")


def answered(session: Session, tag: str) -> str:
    """Save an entry as a customer does in a language, and return its code."""
    with speaking(language(tag)):
        pack = session.told(session.pack)
    asked = {question.id for _, question in pack.questions()}
    given = {id_: answer for id_, answer in ANSWERS.items() if id_ in asked}
    saved = saver_of(session).save(Submission(pack, given, top=TOP))
    return str(saved.handle)


@pytest.mark.parametrize(("first", "second"), [("pl", "en"), ("en", "pl")])
async def test_answers_and_the_top_three_stand(kiosk: Kiosk, first: str, second: str) -> None:
    session = speaks(kiosk(), "pl")
    code = answered(session, first)
    async with visit(session) as visitor:
        await visitor.presses("2" if second == "pl" else "1")
        await visitor.comes_back(code)
        await visitor.presses("2", "enter")
        given = dict(visitor.given)
        assert given.items() <= ANSWERS.items()
        assert {"feeling", "good_day", "my_strengths"} <= set(given)
        await visitor.saves()
    then, now = saved_pages(session)
    assert (then.language, now.language) == (first, second)
    assert my_page_of(now).top == my_page_of(then).top == ("I keep my word", "I can sing")
    assert {one.id: one.value for one in now.answers()} == {one.id: one.value for one in then.answers()}


async def test_it_is_read_in_the_language_one_answered_in_or_in_one_that_is_chosen_now(kiosk: Kiosk) -> None:
    session = speaks(kiosk(), "pl")
    code = answered(session, "pl")
    async with visit(session, size=SMALL, back=code) as visitor:
        assert visitor.sees("Twoje odpowiedzi")
        await visitor.presses("1", "enter")
        assert visitor.sees("Dobre", "O mnie")
        assert not visitor.sees("Good")
        assert await visitor.finds("Dotrzymuję słowa", "Jaki jest dla Ciebie dobry dzień?")
    async with visit(session, size=SMALL) as visitor:
        await visitor.presses("2", "1")
        await visitor.comes_back(code)
        assert visitor.sees("Your answers", "Read my answers")
