"""An entry answered in another language: what staff read of it, and what its customer takes along."""

from dataclasses import replace
from datetime import UTC, datetime

import msgspec

from kiosk.desk.exports.pdf import pdf_of
from kiosk.desk.plain_text import opened_text
from kiosk.entry.answers import Answer, Cards, Goal
from kiosk.entry.blocks import Block, Heading, Origin, Said, Telling, Told, about, page_blocks, parts_of
from kiosk.entry.handle import HandleKeys
from kiosk.entry.handout import handout
from kiosk.entry.opened import Opened
from kiosk.entry.pages import GONE_TITLE, Answered, Reflection, gone_sections, page_of
from kiosk.entry.slip import Title, text_of
from kiosk.entry.staff_pages import Note
from kiosk.language import ENGLISH, language, speaking
from tests.kiosk.desk.exports.entries import CUSTOMER, plan, row
from tests.packs import in_polish, small
from tests.pdf import words_in

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ANSWERS: dict[str, Answer] = {
    "mood": 2,
    "cards": Cards(("kind", "friend"), ("Umiem śpiewać",)),
    "day": "Słońce",
    "goal": Goal("Ogród"),
}
POLISH = Told("Answered in Polish.")
POLISH_PAPER = language("pl")
MINE = POLISH_PAPER.text("My page")


def answered(*, polish: bool = True) -> Reflection:
    read = in_polish(small()) if polish else small()
    return page_of(read, ANSWERS, name="Amber Heron", made=NOON, top=("I am a friend",))


def opened(*, polish: bool = True) -> Opened:
    return Opened(row(), (answered(polish=polish), plan()), HandleKeys("ab" * 16, CUSTOMER))


def said(shown: tuple[Block, ...]) -> list[Said]:
    return [block for block in shown if isinstance(block, Said)]


def test_staff_read_in_which_language_it_was_answered_and_how_each_question_stood_there() -> None:
    told = tuple(page_blocks(answered()))
    assert told[:3] == (
        Origin("A small pack. Answered at the kiosk on 1 March 2026."), POLISH, Heading("First", 2),
    )  # fmt: skip
    assert said(told) == [
        Said("How do you feel?", ("Good",), seen="PL How do you feel?"),
        Said(
            "Which of these are true?",
            ("I am kind", "I am a friend", "Umiem śpiewać"),
            listed=True,
            seen="PL Which of these are true?",
        ),
        Said("What is a good day?", ("Słońce",), seen="PL What is a good day?"),
        Said("What do you hope for?", ("What? Ogród",), seen="PL What do you hope for?"),
    ]
    assert [*about(opened())][:2] == [Told("A small pack. Answered at the kiosk on 1 March 2026."), POLISH]


def test_what_is_answered_in_the_packs_own_language_says_nothing_of_it() -> None:
    told = tuple(page_blocks(answered(polish=False)))
    assert POLISH not in told
    assert {block.seen for block in said(told)} == {""}
    assert [*about(opened(polish=False))] == [Told("A small pack. Answered at the kiosk on 1 March 2026.")]


def test_an_unknown_language_is_called_by_its_tag() -> None:
    page = msgspec.structs.replace(answered(), language="x-klingon")
    assert [*page_blocks(page)][1] == Told("Answered in x-klingon.")


def test_the_customer_reads_it_as_they_answered_it() -> None:
    told = tuple(page_blocks(answered().as_seen, Telling(own=True)))
    assert POLISH not in told
    assert said(told)[0] == Said("PL How do you feel?", ("PL Good",))


def test_my_page_of_staff_is_in_the_packs_language_and_top_three_are_the_same() -> None:
    mine, _plan, *_rest = parts_of(opened().pages)
    assert mine == parts_of(opened(polish=False).pages)[0]
    assert "I am a friend" in str(msgspec.to_builtins(mine.blocks, enc_hook=str))


def test_what_the_customer_takes_along_is_in_their_language() -> None:
    slip = handout(opened(), bytes)
    assert slip is not None
    assert slip.blocks[0] == Title("Amber Heron")
    lines = text_of(slip, 48)
    for words in ("PL A small pack, 1 marca 2026", "- PL I am a friend", "PL How I feel", "Grow things"):
        assert words in lines
    assert POLISH_PAPER.text("My strengths") in lines
    assert not {"- I am a friend", "How I feel"} & {*lines}
    with speaking(ENGLISH):
        assert slip == handout(opened(), bytes)


def test_the_same_as_a_pdf_is_in_their_language_and_that_of_staff_is_not() -> None:
    own = words_in(pdf_of(opened(), NOON, "Sandhill House", answers=False))
    assert MINE in own
    assert "1 marca 2026" in own
    assert "PL I am a friend" in own
    assert "Answered in" not in own
    assert "My page" not in own
    staff = words_in(pdf_of(opened(), NOON, "Sandhill House"))
    assert "Answered in Polish." in staff
    assert "My page" in staff
    assert "What is a good day? PL What is a good day? Słońce" in staff
    assert "PL I am a friend" not in staff


def test_a_paper_with_all_that_is_held_on_them_is_theirs_too() -> None:
    more = (("Who read this entry", ("Jo",)),)
    held = words_in(pdf_of(opened(), NOON, "Sandhill House", theirs=True, more=more))
    for words in (MINE, "PL What is a good day? Słońce", "PL I am a friend", "Grow things", "Jo"):
        assert words in held
    assert "My page" not in held
    assert "Answered in" not in held


def test_as_plain_text_it_stands_below_the_question() -> None:
    text = opened_text(opened(), NOON)
    assert "\n\nAnswered in Polish.\n\n" in text
    assert "\n\nHow do you feel?\n(PL How do you feel?)\n  Good\n\n" in text


def test_a_paper_says_which_language_it_is_in() -> None:
    assert b"/Lang (pl)" in pdf_of(opened(), NOON, "Sandhill House", answers=False)
    assert b"/Lang (en)" in pdf_of(opened(), NOON, "Sandhill House")


def test_where_the_program_does_not_speak_it_papers_are_in_english_around_what_was_read() -> None:
    page = msgspec.structs.replace(answered(), language="tlh")
    slip = handout(Opened(row(), (page,), None), bytes)
    assert slip is not None
    lines = "\n".join(text_of(slip, 48))
    assert "My strengths" in lines
    assert "PL I am a friend" in lines


def test_questions_that_are_gone_stand_under_a_title_in_the_language_of_who_reads() -> None:
    (gone,) = gone_sections([*answered().answers()][:1], private=False)
    assert type(gone.title) is str
    assert gone.title == "Questions we do not ask now"
    page = msgspec.structs.replace(answered(), sections=(gone,))
    assert Heading("Questions we do not ask now", 2) in page_blocks(page)
    with speaking(language("xx")):
        assert str(GONE_TITLE) == "Questions we do not ask now"
    with speaking(POLISH_PAPER):
        (heading,) = [block for block in page_blocks(page.as_seen) if isinstance(block, Heading)]
        assert str(heading.text) == POLISH_PAPER.text("Questions we do not ask now")


def test_a_section_of_a_pack_that_is_called_so_keeps_its_title() -> None:
    one = Answered("a", "text", "A?", "A", "b", ("b",))
    section = msgspec.structs.replace(answered().sections[0], id="gone", title="Gone", answers=(one,))
    assert Heading("Gone", 2) in page_blocks(msgspec.structs.replace(answered(), sections=(section,)))


def test_what_is_opened_as_seen_keeps_what_staff_wrote() -> None:
    note = Note(made=NOON, by="Jo", text="We spoke.")
    entry = replace(opened(), pages=(*opened().pages, note))
    assert entry.as_seen.pages == (answered().as_seen, plan(), note)
    assert replace(entry.as_seen, pages=entry.pages) == entry
