"""A whole visit with the shipped pack: by keys, by the mouse, and from a numeric keypad."""

from collections.abc import Iterator

from kiosk.entry.answers import Answer, Cards, Goal
from kiosk.pack.model import (
    AnyQuestion,
    CardsQuestion,
    ChoiceQuestion,
    GoalQuestion,
    LinesQuestion,
    Pack,
    ScaleQuestion,
    TextQuestion,
)
from kiosk.supervision.turns import ENDED
from screens.visit.parts_screen import Tile
from screens.visit.welcome_screen import ClearedScreen
from screens.widgets.caret import Body
from screens.widgets.check_screen import CheckScreen, OpenPart
from screens.widgets.code_screen import CodeScreen
from screens.widgets.key_row import KeyRow
from screens.widgets.picks import PickRow
from screens.widgets.question_screen import DEEPER, QuestionScreen
from screens.widgets.text_field import TextField
from tests.packs import newer, small
from tests.screens import looks
from tests.screens.conftest import Kiosk, saved_pages
from tests.visitor import CHECK, SMALL, Visitor, visit


async def test_a_whole_visit_by_keys_saves_just_what_was_answered(kiosk: Kiosk, shipped: Pack) -> None:
    session = kiosk(shipped)
    given: dict[str, Answer] = {}
    words = (f"brindle {number}" for number in range(100))
    async with visit(session, size=SMALL) as visitor:
        await visitor.starts()
        while not isinstance(visitor.page, CheckScreen):
            assert looks.problems(visitor) == []
            if isinstance(visitor.page, QuestionScreen):
                question = visitor.page.question
                given[question.id] = await _answers_by_keys(visitor, shipped, question, words)
                if visitor.page._deeper:
                    await visitor.presses("f6")
                    continue
            await visitor.goes_on()
        assert visitor.given == given
        await visitor.saves()
        code = visitor.code
        await visitor.keeps_code()
        await visitor.presses("4", "enter", *"Good", "enter")
        assert isinstance(visitor.page, ClearedScreen)
        assert not visitor.sees("brindle")
        assert not visitor.sees(code)
        await visitor.presses("enter")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
    (page,) = saved_pages(session)
    assert {answer.id: answer.value for answer in page.answers()} == given
    assert {answer.kind for answer in page.answers()} == {"scale", "choice", "cards", "text", "lines", "goal"}
    assert all(answer.words for answer in page.answers())


async def _answers_by_keys(
    visitor: Visitor, pack: Pack, question: AnyQuestion, words: Iterator[str]
) -> Answer:
    """Answer a question by keys, and stand where one more Enter leaves it."""
    match question:
        case ScaleQuestion(points=points):
            await visitor.presses("2")
            return points[1].value
        case ChoiceQuestion(several=True, options=options):
            await visitor.presses("1", "3", "down", "space")
            return tuple(option.id for option in (options[0], *options[2:4]))
        case ChoiceQuestion(options=options):
            await visitor.presses("down", "down")
            return options[1].id
        case TextQuestion():
            return await _writes(visitor, words)
        case LinesQuestion():
            first = await _writes(visitor, words)
            await visitor.presses("enter")
            second = await _writes(visitor, words)
            await visitor.presses("enter")
            return (first, second)
        case GoalQuestion():
            parts = [await _writes(visitor, words)]
            for _ in range(3):
                await visitor.presses("enter")
                parts.append(await _writes(visitor, words))
            return Goal(*parts)
        case CardsQuestion(deck=deck, groups=groups):
            picked = []
            for place, group in enumerate(groups or tuple(pack.decks[deck].groups)):
                assert not place or looks.problems(visitor) == []  # the first was looked at as every page
                await visitor.presses("2")
                picked.append(pack.decks[deck].in_group(group)[1].id)
                await visitor.presses("enter")
            own = await _writes(visitor, words)
            await visitor.presses("enter")
            return Cards(tuple(picked), (own,))


async def _writes(visitor: Visitor, words: Iterator[str]) -> str:
    text = next(words)
    await visitor.types(text)
    return text


async def test_a_whole_visit_by_the_mouse_saves_what_was_touched(kiosk: Kiosk) -> None:
    session = kiosk(newer(small(), "where", depth=True))
    questions = [question for _, question in session.pack.questions()]
    async with visit(session, size=SMALL) as visitor:
        await visitor.clicks("Start")
        await visitor.clicks("Continue")
        await visitor.clicks_on(visitor.page.query(Tile).first())
        while not isinstance(visitor.page, CheckScreen):
            if isinstance(visitor.page, QuestionScreen) and visitor.question not in visitor.given:
                asked = visitor.page.question
                assert visitor.sees(asked.ask) or isinstance(asked, CardsQuestion)
                assert visitor.page.query_one(Body).scroll_offset.y == 0
                await _answers_by_mouse(visitor)
            assert looks.problems(visitor) == []
            deeper = [row for row in visitor.page.query(KeyRow) if DEEPER in row.shown]
            if deeper:
                await visitor.scrolls_to(deeper[0])
                await visitor.touches(DEEPER.label)
            else:
                await visitor.touches_enter()
        assert len(visitor.given) == len(questions)
        await visitor.clicks(f"1  {session.pack.sections[0].title}")
        await visitor.clicks(f"1  {questions[0].summary}")
        assert visitor.question == questions[0].id
        await visitor.clicks("Back")
        await visitor.clicks("Back")
        assert visitor.stands_on() == OpenPart(session.pack.sections[0].id)
        await visitor.clicks("Up")
        await visitor.clicks("Choose")
        assert isinstance(visitor.page, CodeScreen)
        await visitor.clicks("I have my code")
        await visitor.clicks("See my code again")
        await visitor.clicks("I have my code")
        await visitor.clicks("Continue")
        await visitor.clicks("Good")
        await visitor.clicks("Continue")
        await visitor.clicks("Continue")
        await visitor.clicks("Finish")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
    (page,) = saved_pages(session)
    assert all(answer.value is not None for answer in page.answers())


async def _answers_by_mouse(visitor: Visitor) -> None:
    """Touch the last of what can be picked, or touch the last field and write in it."""
    shown = [row for row in visitor.page.query(PickRow) if row.region]
    if shown:
        await visitor.scrolls_to(shown[-1])
        await visitor.clicks_on(shown[-1])
        assert shown[-1].has_class("-chosen")
        return
    field = [field for field in visitor.page.query(TextField) if field.region][-1]
    await visitor.scrolls_to(field)
    await visitor.clicks_on(field)
    assert field.has_focus
    await visitor.types("by mouse")


async def test_a_numeric_keypad_is_enough_for_a_whole_visit(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, size=SMALL) as visitor:
        await visitor.presses("enter", "escape", "enter", "enter", "1")
        while not isinstance(visitor.page, CheckScreen):
            await visitor.presses("1", "enter")
        await visitor.presses("1", "enter", "2", "enter", "2", "enter", "escape")
        assert isinstance(visitor.page, CheckScreen)
        assert visitor.given["where"] == "out"
        # Saving is reached by its number too.
        await visitor.presses("0", "enter")
        assert isinstance(visitor.page, CodeScreen)
        await visitor.keeps_code()
        await visitor.presses("1", "enter", "enter", "enter")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
    (page,) = saved_pages(session)
    # A number is no word for a person.
    assert {answer.id for answer in page.answers() if answer.value is None} == {"people", "goal"}


async def test_nothing_answered_at_all_is_saved_as_well(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, at=CHECK) as visitor:
        assert visitor.screen_text().count("Not answered") == 2
        await visitor.presses("home", "enter")
        assert visitor.sees("You have not answered any question", "Back to my answers")
        await visitor.presses("escape")
        assert isinstance(visitor.page, CheckScreen)
        await visitor.saves()
        assert isinstance(visitor.page, CodeScreen)
    (page,) = saved_pages(session)
    assert all(answer.value is None and answer.words == () for answer in page.answers())
