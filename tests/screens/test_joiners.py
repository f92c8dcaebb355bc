"""Letters with joiners between them are kept as they are typed, wherever people write them.

A joiner (U+200C, U+200D) parts or joins letters of Persian, Sinhala or Malayalam. It shows nothing itself: on
the screen and on paper the letters around it stand as they are.
"""

import csv
import io
import json

from kiosk.desk.exports.csv import csv_of
from kiosk.desk.exports.json import json_of
from kiosk.desk.exports.markdown import markdown_of
from kiosk.desk.exports.pdf import pdf_of
from kiosk.desk.keys import staff
from kiosk.entry.answers import Answer, Cards, Goal
from kiosk.entry.handout import handout
from kiosk.entry.my_page import my_page_of
from kiosk.entry.opened import Opened
from kiosk.entry.slip import text_of
from kiosk.entry.staff_pages import Note, Plan
from kiosk.session import Session
from screens.desk.plan_screen import PlanScreen
from tests.kiosk.desk.exports.entries import NOON
from tests.kiosk.sealed import page_in
from tests.pdf import words_in
from tests.screens.conftest import PASSPHRASE, STAFF, Kiosk, saved_pages, unlocked
from tests.screens.visit.test_comment import comments
from tests.visitor import CHECK, Left, desk, leaves, visit

JOINED = ["می\u200cخواهم", "ශ්\u200dරී ලංකා", "Auf\u200clage", "ന്\u200dറെ"]
WORDS = " ".join(JOINED)
LATIN = "Auf\u200clage"
ANSWERS: dict[str, Answer] = {
    "cards": Cards((), (WORDS,)),
    "day": f"{WORDS}\n{WORDS}",
    "people": (WORDS,),
    "goal": Goal(WORDS, WORDS, WORDS, WORDS),
}


def opened(session: Session, left: Left) -> Opened:
    identity = staff.enter(session.home.staff, STAFF, PASSPHRASE).identity
    pages = tuple(page_in(sealed, identity) for sealed in session.vault.pages(left.id))
    return Opened(session.vault.row(left.id), pages, None)


# -- what a customer writes, key by key


async def test_strengths_and_answers_are_kept_as_they_are_typed_and_strengths_stand_on_my_page(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    async with visit(session, at="cards") as visitor:
        await visitor.presses("enter", "enter")
        for _question in range(4):
            await visitor.types(WORDS)
            await visitor.goes_on()
        leaves(session, visitor.given)
    (page,) = saved_pages(session)
    answers = {one.id: one for one in page.answers() if one.value is not None}
    assert [one.value for one in answers.values()] == [Cards((), (WORDS,)), WORDS, (WORDS,), Goal(WORDS)]
    assert all(WORDS in one.words[0] for one in answers.values())
    assert my_page_of(page).strengths == my_page_of(page).top == (WORDS,)


async def test_a_comment_is_kept_as_it_is_typed(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, at="day") as visitor:
        await visitor.presses("f3", "1", "enter")
        await visitor.types(WORDS)
        await visitor.presses("enter", "enter")
    assert [one.text for one in comments(session)] == [WORDS]


async def test_what_was_saved_comes_back_as_it_was_typed(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    async with visit(session) as visitor:
        await visitor.comes_back(left.code)
        await visitor.chooses("Change or add answers")
        assert visitor.given == ANSWERS


async def test_on_the_check_page_its_letters_all_stand(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at=CHECK, given={"day": WORDS}) as visitor:
        await visitor.opens_part("second")
        seen = await visitor.reads()
        assert all(letter in seen for word in JOINED for letter in word if letter.isalpha())


# -- what staff write


async def test_a_note_and_a_plan_keep_them_and_the_customer_reads_the_letters(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, {"mood": 2})
    async with unlocked(session, opens=left) as member:
        await member.presses("f7")
        await member.types(WORDS)
        await member.presses("f10", "enter")
        await member.presses("f2", "f7")
        await member.types(WORDS)
        await member.presses("enter")
        assert isinstance(member.page, PlanScreen)
        await member.presses("f10")
    _, note, plan = opened(session, left).pages
    assert isinstance(note, Note)
    assert isinstance(plan, Plan)
    assert note.text == WORDS
    assert [goal.want for goal in plan.goals] == [WORDS]


async def test_a_member_of_staff_is_called_as_their_name_was_written(kiosk: Kiosk) -> None:
    name = "ශ්\u200dරී می\u200cخواهم"
    session = kiosk(more_staff=(name,))
    assert name in [member.name for member in staff.members(session.home.staff)]
    left = leaves(session, {"mood": 2})
    async with desk(session) as member:
        await member.unlocks(PASSPHRASE, name)
        await member.opens(left.code)
        await member.presses("f7")
        await member.types("We spoke")
        await member.presses("f10", "enter")
    assert [page.by for page in opened(session, left).pages if isinstance(page, Note)] == [name]


# -- what leaves the kiosk


def test_exports_have_them_as_they_were_typed(kiosk: Kiosk) -> None:
    session = kiosk()
    entry = opened(session, leaves(session, ANSWERS))
    told = json.loads(json_of(entry))
    answers = {one["id"]: one for section in told["answers"]["sections"] for one in section["answers"]}
    assert answers["day"]["value"] == ANSWERS["day"]
    assert answers["people"]["value"] == [WORDS]
    assert answers["goal"]["value"]["who"] == WORDS
    cells = list(csv.DictReader(io.StringIO(csv_of([entry]).decode("utf-8-sig"), newline="")))
    assert {row["question id"]: row["words"] for row in cells}["day"] == ANSWERS["day"]
    assert markdown_of(entry).decode().count(WORDS) >= 7


def test_on_paper_the_letters_stand_without_a_sign_in_their_place(kiosk: Kiosk) -> None:
    """No font here has joiners, and Latin letters show none: where they would part, they are apart."""
    session = kiosk()
    latin: dict[str, Answer] = {"cards": Cards((), (LATIN,)), "goal": Goal(LATIN), "day": LATIN}
    entry = opened(session, leaves(session, latin))
    slip = handout(entry, bytes)
    assert slip is not None
    assert "- Auflage" in text_of(slip, 48)
    assert words_in(pdf_of(entry, NOON, "Sandhill House")).count("Auflage") >= 4
