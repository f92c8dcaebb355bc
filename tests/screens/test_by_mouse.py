"""All that a customer can do with a visit and a code, by touch alone; the keyboard is for writing."""

from msgspec import structs

from kiosk.entry.pages import Reflection
from kiosk.entry.slip import Code, text_of
from kiosk.pack.model import Pack
from kiosk.session import Session
from kiosk.supervision.turns import ENDED
from screens.visit.my_page_screen import MyPageScreen
from screens.visit.own_entry_screen import OwnEntryScreen
from screens.visit.welcome_screen import ClearedScreen
from screens.widgets.act_rows import ActRow
from screens.widgets.check_screen import ChangeAnswer, CheckOutcome, CheckScreen, OpenPart
from screens.widgets.choose_screen import ChooseScreen
from screens.widgets.code_screen import CodeScreen
from screens.widgets.page import PageResult
from screens.widgets.then_now_screen import ThenNowScreen
from tests.fake_printer import FakePrinter
from tests.packs import question, small
from tests.pdf import pages_of
from tests.screens.conftest import Kiosk, saved_pages
from tests.visitor import SMALL, Visitor, visit


async def test_by_touch_alone_one_visits_pauses_saves_prints_and_comes_back(kiosk: Kiosk) -> None:
    session = kiosk(_short())
    async with visit(session, size=SMALL) as visitor:
        paused = await _begins_and_pauses(visitor)
    printer = FakePrinter()
    async with visit(session, size=SMALL, printer=printer) as visitor:
        code = await _goes_on_and_saves(visitor, paused)
    code_slip, my_page_slip = printer.slips
    assert [str(block.handle) for block in code_slip.blocks if isinstance(block, Code)] == [code]
    assert "Bad" in "\n".join(text_of(my_page_slip, 48))
    assert my_page_slip.pages is not None
    [page] = pages_of(my_page_slip.pages())
    assert "Bad" in page
    async with visit(session, size=SMALL) as visitor:
        await _reads_and_changes(visitor, code)
    assert [_day(page) for page in saved_pages(session)] == ["brindle", "brindle and fallow"]
    async with visit(session, size=SMALL) as visitor:
        await _compares_and_deletes(visitor, code)
    assert _nothing_is_left(session)


def _short() -> Pack:
    """Three questions, in two parts."""
    parts = zip(small().sections, (("mood",), ("day", "people")), strict=True)
    sections = tuple(structs.replace(part, questions=tuple(map(question, asked))) for part, asked in parts)
    return structs.replace(small(), sections=sections)


async def _begins_and_pauses(visitor: Visitor) -> str:
    await visitor.touches("Start")
    await visitor.touches("Tell me more")
    await visitor.touches("Show less")
    await visitor.clicks("Keep them.")
    await visitor.touches("Continue")
    assert isinstance(visitor.page, CodeScreen)
    code = visitor.code
    await visitor.touches("I have my code")
    await visitor.clicks("First")
    assert visitor.question == "mood"
    await visitor.clicks("Bad")
    while visitor.question != "day":
        await visitor.touches_enter()
    await visitor.types("brindleX")
    await visitor.clicks("Undo")
    await visitor.types("brindle")
    await visitor.touches("Break")
    await visitor.touches("Back to my answers")
    await visitor.touches("Break")
    await visitor.touches("Take a break")
    assert visitor.code == code
    await visitor.touches("I have my code")
    assert isinstance(visitor.page, ClearedScreen)
    await visitor.touches("Finish")
    assert (visitor.gone, visitor.outcome) == (True, ENDED)
    return code


async def _goes_on_and_saves(visitor: Visitor, paused: str) -> str:
    await _opens(visitor, paused)
    await visitor.clicks("Continue where I stopped")
    await visitor.touches("Continue")
    assert visitor.question == "day"
    assert visitor.sees("brindle")
    while not isinstance(visitor.page, MyPageScreen):
        await visitor.touches_enter()
    await visitor.touches("Talk to someone")
    await visitor.touches("Yes, I want to talk")
    await visitor.touches("Continue")
    assert isinstance(visitor.page, CheckScreen)
    await visitor.clicks("Staff may read all parts")
    await visitor.clicks("First")
    await visitor.touches("Done")
    assert visitor.app.visit.private == {"first"}
    await _touches(visitor, PageResult.ON)
    code = visitor.code
    await visitor.touches("Print")
    await visitor.clicks("My life now")
    await visitor.touches("Continue")
    await visitor.touches("I have my code")
    await visitor.types(code)
    await visitor.touches("Continue")
    assert visitor.sees("Your code is right")
    await visitor.touches("Continue")
    await visitor.touches("Back")
    await visitor.touches("I have my code")
    await visitor.clicks("Good")
    await visitor.touches("Continue")
    await visitor.touches("I am not sure")
    await visitor.touches("Finish")
    assert (visitor.gone, visitor.outcome) == (True, ENDED)
    return code


async def _reads_and_changes(visitor: Visitor, code: str) -> None:
    await _opens(visitor, code)
    await visitor.clicks("Read my answers")
    await visitor.touches("Continue")
    assert isinstance(visitor.page, OwnEntryScreen)
    await visitor.touches("Down")
    await visitor.touches("Up")
    await visitor.touches("Back")
    await visitor.clicks("Change or add answers")
    await visitor.touches("Continue")
    await _touches(visitor, OpenPart("second"))
    await _touches(visitor, ChangeAnswer("day"))
    assert visitor.question == "day"
    await visitor.types(" and fallow")
    await visitor.touches("Continue")
    assert isinstance(visitor.page, CheckScreen)
    await visitor.touches("Back")
    await _touches(visitor, PageResult.ON)
    assert visitor.sees("Your new answers are saved")
    await visitor.touches("Continue")
    await visitor.touches("Finish")
    assert (visitor.gone, visitor.outcome) == (True, ENDED)


async def _compares_and_deletes(visitor: Visitor, code: str) -> None:
    await _opens(visitor, code)
    await visitor.clicks("See then and now")
    await visitor.touches("Continue")
    assert isinstance(visitor.page, ThenNowScreen)
    await visitor.touches("Back")
    await visitor.clicks("Delete my answers")
    await visitor.touches("Continue")
    await visitor.touches("Keep my answers")
    assert isinstance(visitor.page, ChooseScreen)
    await visitor.clicks("Delete my answers")
    await visitor.touches("Continue")
    await visitor.touches("Delete my answers")
    assert visitor.sees("Your answers are deleted")
    await visitor.touches("Continue")
    await visitor.touches("Finish")
    assert (visitor.gone, visitor.outcome) == (True, ENDED)


async def _touches(visitor: Visitor, outcome: CheckOutcome) -> None:
    """Touch a row of the check page."""
    row = next(row for row in visitor.page.query(ActRow) if row.outcome == outcome)
    await visitor.scrolls_to(row)
    await visitor.clicks_on(row)


async def _opens(visitor: Visitor, code: str) -> None:
    await visitor.touches("I have a code")
    await visitor.types(code)
    await visitor.touches("Open my answers")
    assert isinstance(visitor.page, ChooseScreen)


def _day(page: Reflection) -> object:
    return next(answer.value for answer in page.answers() if answer.id == "day")


def _nothing_is_left(session: Session) -> bool:
    files = [*session.home.vault.rglob("*.age"), *session.home.drafts.glob("*")]
    return not files and not session.vault.rows()
