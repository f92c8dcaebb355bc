"""An option for what is not in the list has a field, and what is written there goes where answers go."""

from kiosk.entry.answers import Choice
from kiosk.pack.model import Pack
from screens.widgets.picks import Picks
from screens.widgets.text_field import TextField
from tests.screens import looks
from tests.screens.conftest import Kiosk, saved_pages
from tests.visitor import SMALL, Visitor, leaves, visit

QUESTION = "more_of"
FIELD = "Something else: write it here, if you like"
WORDS = "To sing in a choir"


def stands_in_field(visitor: Visitor) -> bool:
    """Tell whether what is typed goes into the field."""
    return isinstance(visitor.page.focused, TextField)


async def test_a_field_opens_for_something_else_and_enter_leads_there(kiosk: Kiosk, shipped: Pack) -> None:
    async with visit(kiosk(shipped), at=QUESTION, size=SMALL) as visitor:
        assert FIELD not in await visitor.reads()
        await visitor.presses("9")
        assert FIELD in await visitor.reads()
        await visitor.presses("enter")
        assert visitor.question == QUESTION
        await visitor.types(WORDS)
        assert visitor.sees(FIELD, "┏━", WORDS)
        assert looks.problems(visitor) == []
        await visitor.presses("enter")
        assert visitor.question != QUESTION
        assert visitor.given[QUESTION] == Choice(("other",), WORDS)
        await visitor.goes_back()
        await visitor.walks_to(QUESTION)
        assert visitor.sees(WORDS)


async def test_a_digit_stays_a_choice_until_one_is_in_the_field_and_who_writes_nothing_goes_on_by_enter(
    kiosk: Kiosk, shipped: Pack
) -> None:
    async with visit(kiosk(shipped), at=QUESTION) as visitor:
        await visitor.presses("9", "3")
        assert not visitor.sees(FIELD)
        await visitor.presses("9", "enter", "3", "enter")
        assert visitor.sees("3", "A number or sign alone is not kept.")
        await visitor.presses("escape")
        assert visitor.question == QUESTION
        await visitor.presses("2", "9", "enter", "backspace", "enter")
        assert visitor.question != QUESTION
        assert visitor.given[QUESTION] == "other"


async def test_arrow_keys_lead_into_the_field_and_out_of_it_and_words_stay_while_another_option_is_looked_at(
    kiosk: Kiosk, shipped: Pack
) -> None:
    async with visit(kiosk(shipped), at=QUESTION) as visitor:
        await visitor.presses(*["down"] * 9)
        assert visitor.page.query_one(Picks).chosen == {"other"}
        assert not stands_in_field(visitor)
        await visitor.presses("down")
        assert stands_in_field(visitor)
        await visitor.presses("up")
        assert not stands_in_field(visitor)
        assert visitor.page.query_one(Picks).chosen == {"other"}
        await visitor.presses("up")
        assert visitor.page.query_one(Picks).chosen == {"home"}
        assert not visitor.sees(FIELD)
        await visitor.answers(Choice(("other",), WORDS))
        await visitor.presses("1", "9")
        assert WORDS in await visitor.reads()
        await visitor.presses("1", "enter")
        assert visitor.given[QUESTION] == "people"


async def test_who_is_not_sure_loses_no_words(kiosk: Kiosk, shipped: Pack) -> None:
    async with visit(kiosk(shipped), at=QUESTION) as visitor:
        await visitor.answers(Choice(("other",), WORDS))
        await visitor.skips()
        await visitor.goes_back()
        await visitor.walks_to(QUESTION)
        assert visitor.sees("You said: I am not sure.")
        assert WORDS in await visitor.reads()


async def test_lines_that_come_in_one_piece_become_one(kiosk: Kiosk, shipped: Pack) -> None:
    async with visit(kiosk(shipped), at=QUESTION) as visitor:
        await visitor.presses("9", "enter")
        await visitor.scans("To sing\nand to dance\n")
        assert visitor.page.query_one(TextField).words == "To sing and to dance"


async def test_the_words_are_on_the_check_page_and_come_back_with_the_code(
    kiosk: Kiosk, shipped: Pack
) -> None:
    session = kiosk(shipped)
    left = leaves(session, {QUESTION: Choice(("other",), WORDS)})
    async with visit(session, back=left.code) as visitor:
        await visitor.chooses("Read my answers")
        assert f"Something else: {WORDS}" in await visitor.reads()
        await visitor.presses("escape")
        await visitor.chooses("Change or add answers")
        await visitor.changes(QUESTION)
        assert WORDS in await visitor.reads()
        await visitor.goes_on()
        assert f"Something else: {WORDS}" in await visitor.reads()
        await visitor.saves()
    assert {
        answer.value for page in saved_pages(session) for answer in page.answers() if answer.id == QUESTION
    } == {Choice(("other",), WORDS)}


async def test_the_words_outlast_a_pause(kiosk: Kiosk, shipped: Pack) -> None:
    session = kiosk(shipped)
    async with visit(session, at=QUESTION) as visitor:
        await visitor.presses("9", "enter")
        await visitor.types(WORDS)
        await visitor.pauses()
        code = visitor.noted
    async with visit(session, back=code) as visitor:
        await visitor.chooses("Continue where I stopped")
        assert visitor.given[QUESTION] == Choice(("other",), WORDS)
        assert WORDS in await visitor.reads()
