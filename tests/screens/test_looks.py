"""How pages look that are full of text: at both sizes, in every theme; `test_every_page` has the others.

The figures come from WCAG 2.2 (1.4.1, 1.4.6, 1.4.8, 1.4.11, 2.3.1, 2.4.11, 2.4.13) and EN 301 549, 5.1.4.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from unittest import mock

import msgspec
import pytest
import zxingcpp

from kiosk.entry import handle
from kiosk.entry.answers import LINE_LIMIT, TEXT_LIMIT, Answer, Cards, Goal
from kiosk.entry.names import WORDS, NameWords
from kiosk.errors import PrinterError, PrinterTrouble, SaveError, VaultError
from kiosk.pack.model import (
    AnyQuestion,
    CardsQuestion,
    ChoiceQuestion,
    GoalQuestion,
    LinesQuestion,
    MyPage,
    Pack,
    ScaleQuestion,
    TextQuestion,
)
from kiosk.session import Session
from kiosk.vault.vault import NOT_LISTED, NOT_SAVED
from kiosk.visit.saving import Submission
from screens.themes import THEMES
from screens.visit.my_page_screen import MyPageScreen
from screens.visit.return_flow import WRONG_CODE
from screens.widgets.caret import Body
from screens.widgets.code_screen import HUGE
from screens.widgets.key_row import KeyRow
from screens.widgets.plain import Plain
from screens.widgets.qr import QrCode
from screens.widgets.question_screen import QuestionScreen
from screens.widgets.text_field import SOFT_LIMIT, TextField
from tests.fake_printer import FakePrinter
from tests.person import Person
from tests.screens import looks
from tests.screens.conftest import PASSPHRASE, Kiosk, unlocked
from tests.screens.looks import is_well
from tests.screens.painted import contrast, pixels_of
from tests.visitor import CHECK, LARGE, MY_PAGE, NOW, SMALL, Waits, desk, leaves, saver_of, visit

LONG = "A sentence that goes on and on, as people write it who have much to say. " * 9
IN_EVERY_THEME = pytest.mark.usefixtures("every_theme")


@pytest.fixture
def every_theme() -> Iterator[None]:
    with looks.in_every_theme():
        yield


@pytest.fixture(scope="session")
def roomy(shipped: Pack) -> Pack:
    """Return the shipped pack's roomiest question of each kind, in one section."""
    kinds: dict[str, AnyQuestion] = {}
    for _, question in shipped.questions():
        kind = f"{type(question).__name__}{getattr(question, 'several', '')}"
        kinds[kind] = max(question, kinds.get(kind, question), key=_room)
    questions = [
        msgspec.structs.replace(question, groups=_roomiest_groups(shipped, question))
        if isinstance(question, CardsQuestion)
        else question
        for question in kinds.values()
    ]
    section = max(shipped.sections, key=lambda section: len(section.title + section.intro))
    return msgspec.structs.replace(
        shipped, sections=(msgspec.structs.replace(section, questions=tuple(questions)),)
    )


def _room(question: AnyQuestion) -> int:
    """Return about how many rows a question takes at the small size."""
    rows = len(getattr(question, "options", ())) + len(getattr(question, "points", ()))
    return rows + getattr(question, "most", 0) + len(question.ask) // 52 + len(question.why) // 52


def _roomiest_groups(pack: Pack, question: CardsQuestion) -> tuple[str, ...]:
    deck = pack.decks[question.deck]
    return tuple(sorted(deck.groups, key=lambda group: len(deck.in_group(group)))[-2:])


@IN_EVERY_THEME
async def test_every_page_before_the_questions_looks_well(kiosk: Kiosk, shipped: Pack) -> None:
    async with visit(kiosk(shipped, practice=True), size=SMALL) as visitor:
        await looks_well(visitor)
        for _ in range(5):
            await visitor.presses("enter")
            await looks_well(visitor)


@IN_EVERY_THEME
@pytest.mark.parametrize("answered", [True, False])
async def test_every_kind_of_question_and_the_check_page_look_well(
    kiosk: Kiosk, roomy: Pack, *, answered: bool
) -> None:
    look = looks_well if answered else is_well  # what is less is less so on a large screen
    async with visit(kiosk(roomy, practice=True), size=SMALL) as visitor:
        if answered:
            visitor.given.update(_long_answers(roomy))
        await visitor.starts()
        while isinstance(visitor.page, QuestionScreen):
            await look(visitor)
            handful = visitor.screen_text()
            await visitor.presses("enter")
            assert visitor.screen_text() != handful
        await look(visitor)


@IN_EVERY_THEME
@pytest.mark.parametrize("answered", [True, False])
async def test_my_page_the_check_page_and_what_is_asked_there_look_well(
    kiosk: Kiosk, roomy: Pack, *, answered: bool
) -> None:
    look = looks_well if answered else is_well  # what is less is less so on a large screen
    given = _long_answers(roomy) if answered else {}
    session = kiosk(_with_a_full_my_page(roomy), practice=answered)
    async with visit(session, size=SMALL, at=MY_PAGE, given=given) as visitor:
        assert isinstance(visitor.page, MyPageScreen)
        await _looks_well_to_its_end(visitor)
        await visitor.presses("f3")
        await look(visitor)
        await visitor.presses("enter")
        assert visitor.sees("You asked to talk to someone.")
        await look(visitor)
        await visitor.presses("enter")
        assert visitor.sees("You asked to talk to someone.")
        await visitor.shares(roomy.sections[0].id)
        await look(visitor)
        await visitor.opens_part(roomy.sections[0].id)
        await look(visitor)
        await visitor.closes_part()
        await visitor.presses("home", "enter")
        if not answered:
            assert visitor.sees("You have not answered any question")
            await look(visitor)


@IN_EVERY_THEME
async def test_printing_and_trying_the_code_look_well(kiosk: Kiosk, roomy: Pack) -> None:
    session = _with_the_longest_name(kiosk(_with_a_full_my_page(roomy), practice=True))
    printer = FakePrinter()
    async with visit(session, size=SMALL, at=CHECK, given=_long_answers(roomy), printer=printer) as visitor:
        await visitor.saves()
        code = visitor.code
        assert visitor.sees("F5", "Print")
        await looks_well(visitor)
        await visitor.presses("f5")
        assert visitor.sees("Print My page too?")
        await looks_well(visitor)
        printer.trouble = PrinterError(PrinterTrouble.STOPPED, "")
        await visitor.presses("1", "enter")
        assert visitor.sees("The paper is not finished")
        await looks_well(visitor)
        await visitor.presses("enter", "enter")
        await looks_well(visitor)
        await visitor.enters("K7QX 4MPD 9RTW 2HNC 1111 2222 3333")
        assert visitor.sees("Check the first group.")
        await looks_well(visitor)
        await visitor.enters(code)
        assert visitor.sees("Your code is right")
        await looks_well(visitor)


@IN_EVERY_THEME
async def test_every_page_of_whoever_comes_back_looks_well(kiosk: Kiosk, roomy: Pack) -> None:
    session = _with_the_longest_name(kiosk(roomy, practice=True))
    answers = _long_answers(roomy)
    private = [section.id for section in roomy.sections]
    left = leaves(session, answers)
    other = {id_: answer for id_, answer in answers.items() if isinstance(answer, int)}
    leaves(session, other, amending=left, private=private)
    over = asyncio.Event()

    async def waits(_seconds: float) -> None:
        await over.wait()

    for _ in range(3):
        session.attempts().begin(NOW)
    async with visit(session, size=SMALL, printer=FakePrinter(), sleep=waits) as visitor:
        await visitor.presses("f7")
        await looks_well(visitor)
        await visitor.enters("K7QX 4MPD 9RTW 2HNC " * 3)
        assert visitor.page.query_one("#problem").render()
        await looks_well(visitor)
        await visitor.enters(left.code)
        assert visitor.sees("This takes about 2 seconds.")
        await looks_well(visitor)
        over.set()
        await visitor.settle()
        assert visitor.sees("The name of your answers")
        await looks_well(visitor)
        await visitor.presses("enter")
        assert visitor.sees("Choose one.")
        await looks_well(visitor)
        await visitor.chooses("Read my answers")
        await _looks_well_to_its_end(visitor)
        await visitor.presses("escape")
        await visitor.chooses("See then and now")
        await _looks_well_to_its_end(visitor)
        await visitor.presses("escape")
        await visitor.chooses("Change or add answers")
        await looks_well(visitor)
    async with visit(session, size=SMALL, sleep=Waits()) as visitor:
        await visitor.comes_back(str(handle.draw()))
        assert visitor.sees(WRONG_CODE)
        await looks_well(visitor)
        await visitor.enters(left.code)
        await visitor.chooses("Delete my answers")
        await looks_well(visitor)
        with mock.patch.object(session.vault, "erase", side_effect=VaultError(NOT_LISTED)):
            await visitor.presses("delete")
        assert visitor.sees("Your answers are still here")
        await looks_well(visitor)
        await visitor.presses("enter")
        await visitor.chooses("Delete my answers")
        await visitor.presses("delete")
        assert visitor.sees("Your answers are deleted")
        await looks_well(visitor)


@IN_EVERY_THEME
async def test_coming_back_after_a_pause_looks_well(kiosk: Kiosk) -> None:
    """On a small screen; pages of their kinds are looked at on a large one elsewhere."""
    session = kiosk(practice=True)
    async with visit(session, at="mood", size=SMALL) as visitor:
        session.home.drafts.write_text("a file where a folder should be")
        await visitor.presses("f7", "enter")
        assert visitor.sees("Your answers are not kept yet")
        await is_well(visitor)
        session.home.drafts.unlink()
        await visitor.presses("enter")
        code = visitor.code
    async with visit(session, size=SMALL) as visitor:
        await visitor.comes_back(code)
        assert visitor.sees("You stopped before you saved")
        await is_well(visitor)
        await visitor.chooses("Delete my answers")
        await is_well(visitor)


@IN_EVERY_THEME
async def test_full_fields_look_well(kiosk: Kiosk) -> None:
    """On a small screen: there is more room for what is told of them on a large one."""
    for question_id, limit in (("day", TEXT_LIMIT), ("people", LINE_LIMIT), ("goal", SOFT_LIMIT)):
        async with visit(kiosk(practice=True), size=SMALL, at=question_id) as visitor:
            for field in visitor.page.query(TextField):
                field.load_text("word " * (limit // 5))
            await visitor.settle()
            assert str(visitor.page.query_one("#room").render())
            await is_well(visitor)


async def looks_well(person: Person) -> None:
    """Look at a page at the size that it has, and then at the other one."""
    async for _size in looks.at_both_sizes(person):
        pass


async def _looks_well_to_its_end(person: Person) -> None:
    """The same, and at each screenful of it."""
    wrong: list[str] = []
    async for _size in looks.at_both_sizes(person):
        person.page.query_one(Body).scroll_home(animate=False)
        await person.settle()
        await person.reads(lambda: wrong.extend(looks.problems(person)))
    assert wrong == []


def _with_the_longest_name(session: Session) -> Session:
    """Return the kiosk where every entry has the longest name there can be."""
    first, second = max(session.names.first, key=len), max(session.names.second, key=len)
    return replace(session, names=NameWords(first=(first,) * WORDS, second=(second,) * WORDS))


def _in_two_parts(pack: Pack) -> Pack:
    """Return a pack of one section as one of two."""
    (section,) = pack.sections
    halves = (section.questions[:3], section.questions[3:])
    return msgspec.structs.replace(
        pack,
        sections=tuple(
            msgspec.structs.replace(section, id=f"part{number}", questions=questions)
            for number, questions in enumerate(halves)
        ),
    )


def _with_a_full_my_page(pack: Pack) -> Pack:
    """Return the pack with all that can be shown on My page."""
    kinds: dict[str, list[str]] = {}
    for _, question in pack.questions():
        kinds.setdefault(type(question).__name__, []).append(question.id)
    mine = MyPage(
        strengths=(*kinds["CardsQuestion"], *kinds["LinesQuestion"]),
        ratings=tuple(kinds["ScaleQuestion"]),
        hopes=(*kinds["TextQuestion"], *kinds["ChoiceQuestion"]),
        steps=tuple(kinds["GoalQuestion"]),
    )
    return msgspec.structs.replace(pack, my_page=mine)


@IN_EVERY_THEME
@pytest.mark.parametrize("practice", [True, False])
async def test_every_page_of_the_desk_looks_well(kiosk: Kiosk, roomy: Pack, *, practice: bool) -> None:
    look = looks_well if practice else is_well  # what is less is less so on a large screen
    more = () if practice else tuple(f"Person {number} of the night staff" for number in range(2, 9))
    session = kiosk(roomy, practice=practice, more_staff=more, apart=timedelta(hours=1))
    saver = saver_of(session)
    code = [str(saver.save(Submission(roomy, _long_answers(roomy))).handle) for _ in range(30)][-1]
    async with desk(session, size=SMALL) as member:
        await look(member)
        await member.presses("1", "enter", "enter")
        await member.unlocks("wrong")
        await look(member)
        member.hold_work()
        await member.unlocks(PASSPHRASE)
        await look(member)
        await member.let_work()
        await look(member)
        await member.opens("K7QX 4MPD 9RTW")
        assert member.sees("this has 12")
        await look(member)
        await member.opens(code)
        await look(member)
        await member.presses("space")
        await look(member)
        await member.waits(570)
        assert member.sees("The desk locks in 30 seconds.")
        await look(member)


@IN_EVERY_THEME
async def test_what_is_new_kept_back_and_noted_looks_well_at_the_desk(kiosk: Kiosk, roomy: Pack) -> None:
    session = _with_the_longest_name(kiosk(roomy, practice=True, apart=timedelta(hours=1)))
    answers = _long_answers(roomy)
    session = replace(session, pack=_in_two_parts(roomy))
    kept = {session.pack.sections[1].id}
    codes = [leaves(session, answers, private=kept, talk=True).code for _ in range(9)]
    for _ in range(3):
        session.attempts().begin(NOW)
    async with unlocked(session, size=SMALL) as member:
        assert member.sees("to talk", "Wrong codes tried by customers")
        await looks_well(member)
        await member.opens(codes[0])
        assert member.sees("The customer asked to talk", "F6")
        await looks_well(member)
        await member.presses("f6")
        await looks_well(member)
        await member.presses("enter")
        await looks_well(member)
        await member.presses("f7")
        assert member.sees("The customer can read this")
        member.page.query_one(TextField).load_text("word " * 400)
        await member.settle()
        await looks_well(member)
        with mock.patch.object(session.vault, "add_page", side_effect=SaveError(NOT_SAVED)):
            await member.presses("f10")
            await looks_well(member)
            await member.presses("enter")
        assert member.sees(NOT_SAVED)
        await looks_well(member)
        await member.presses("enter")
        await _looks_well_to_its_end(member)


@pytest.mark.parametrize(("practice", "few_signs"), [(True, False), (False, True)])
async def test_the_qr_code_on_the_screen_is_the_code_beside_it(
    kiosk: Kiosk, *, practice: bool, few_signs: bool
) -> None:
    """Also twice as large, where it needs no sign of the font, and small again."""
    async with visit(kiosk(practice=practice), size=SMALL, at=CHECK, few_signs=few_signs) as visitor:
        await visitor.saves()
        for size in (HUGE, (200, 60), LARGE, SMALL):
            await visitor.resizes(size)
            (read,) = zxingcpp.read_barcodes(pixels_of(visitor.cells()), try_invert=False)
            assert read.text == visitor.code.replace(" ", "")
            assert looks.problems(visitor) == []
            code = visitor.page.query_one(QrCode).region
            assert code.size == ((58, 29) if size in (HUGE, (200, 60)) else (29, 15))
            drawn = {
                cell.character
                for row in visitor.cells()[code.y : code.bottom]
                for cell in row[code.x : code.right]
            }
            assert drawn == ({" "} if code.height == 29 else {"▀"})
        for _ in THEMES:
            (read,) = zxingcpp.read_barcodes(pixels_of(visitor.cells()), try_invert=False)
            assert read.text == visitor.code.replace(" ", "")
            assert visitor.sees(*map(" ".join, visitor.code.split()))
            assert looks.hard_to_read(visitor) == []
            await visitor.presses("f4")


async def test_a_page_that_is_resized_shows_what_it_showed(kiosk: Kiosk) -> None:
    async with visit(kiosk(), size=LARGE, at="mood") as visitor:
        await visitor.presses("2")
        before = visitor.screen_text()
        for size in (SMALL, (20, 5), (200, 50), LARGE):
            await visitor._pilot.resize_terminal(*size)
            await visitor.settle()
        assert visitor.screen_text() == before


def test_the_themes_keep_their_promise() -> None:
    # The formula, on the two examples that WCAG 2.2 and its tools are known by.
    assert contrast((0, 0, 0), (255, 255, 255)) == 21
    assert round(contrast((0x76, 0x76, 0x76), (255, 255, 255)), 2) == 4.54
    for theme in THEMES:
        colours = {name: _colour(value) for name, value in theme.variables.items()}
        for ink, ground in (("ink", "ground"), ("quiet", "ground"), ("leaf", "ground"), ("ink", "field")):
            assert contrast(colours[ink], colours[ground]) >= looks.TEXT_CONTRAST, (theme.name, ink)
        assert contrast(colours["on-leaf"], colours["leaf"]) >= looks.TEXT_CONTRAST, theme.name
        assert contrast(colours["ink"], colours["key"]) >= looks.TEXT_CONTRAST, theme.name


async def test_these_checks_see_what_is_wrong(kiosk: Kiosk) -> None:
    async with visit(kiosk(practice=True), at="day") as visitor:
        page = visitor.page
        ask, note = page.query_one("#ask"), page.query_one("#note")
        assert looks.problems(visitor) == []
        ask.styles.color = "#7a7a7a"
        note.styles.width = 3
        note.styles.height = 1
        page.query(KeyRow).last().styles.width = 4
        page.query(KeyRow).last().styles.height = 1
        page.query_one("#banner").display = False
        page.query_one(TextField).cursor_blink = True
        await visitor.settle()
        wrong = "\n".join(looks.problems(visitor))
        for words in (
            "4.0:1",
            "less room",
            " is cut off",
            "banner is there 0 times",
            "blinks",
        ):
            assert words in wrong
        page.query_one("#column").styles.max_width = 100
        ask.styles.width = 90
        page.query_one("#ask", Plain).show("so " * 28)
        await visitor._pilot.resize_terminal(100, 24)
        await visitor.settle()
        assert "line 4 has 83 cells" in "\n".join(looks.hard_to_read(visitor))
        visitor.app.register_theme(looks.NAMES)
        visitor.app.theme = looks.NAMES.name
        ask.styles.color = looks.NAMES.variables["edge"]
        await visitor.settle()
        faint = [line for line in looks.hard_to_read(visitor) if ":1 in line 4, " in line]
        assert {line.split(":")[0] for line in faint} == {"3.8", "6.4"}  # paper and evening; bold's is white
        assert await looks.hard_to_find(visitor) == []
        page.query_one(TextField).styles.border = ("round", looks.NAMES.variables["edge"])
        lost = "\n".join(await looks.hard_to_find(visitor))
        assert [theme.name for theme in THEMES if f"nobody can tell in {theme.name}" in lost] == [
            theme.name for theme in THEMES
        ]


def _colour(value: str) -> tuple[int, int, int]:
    red, green, blue = (int(value[start : start + 2], 16) for start in (1, 3, 5))
    return red, green, blue


def _long_answers(pack: Pack) -> dict[str, Answer]:
    return {question.id: _long_answer(pack, question) for _, question in pack.questions()}


def _long_answer(pack: Pack, question: AnyQuestion) -> Answer:
    match question:
        case ScaleQuestion(points=points):
            return points[0].value
        case ChoiceQuestion(options=options, several=several):
            ids = tuple(option.id for option in options)
            return ids if several else ids[0]
        case CardsQuestion(deck=deck):
            return Cards(tuple(card.id for card in pack.decks[deck].cards), (LONG[:200], "short"))
        case TextQuestion():
            return LONG
        case LinesQuestion(most=most):
            return (LONG[:200],) * most
        case GoalQuestion():
            return Goal(LONG, LONG[:90], "Ann", "x" * 150)
