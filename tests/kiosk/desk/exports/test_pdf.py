"""The PDF: My page on one page whatever it holds, the rest after it, read back with another library."""

import re
from datetime import timedelta
from functools import cache

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdfium2 import PdfDocument

from kiosk.desk.exports import pdf
from kiosk.desk.exports.pdf import LETTERS, my_page_pdf, pdf_of
from kiosk.devices.paper import A4
from kiosk.devices.pdf_page import FRAME
from kiosk.devices.transliteration import NOT_PRINTED
from kiosk.entry import handout as handout_module
from kiosk.entry.answers import Cards, Goal
from kiosk.entry.blocks import kept_back
from kiosk.entry.my_page import my_page_of
from kiosk.entry.opened import Opened
from kiosk.entry.page_file import Doubt
from kiosk.entry.pages import Answered, AnsweredSection, Reflection, page_of
from kiosk.entry.slip import text_of
from kiosk.entry.staff_pages import Plan, PlanGoal, Step
from kiosk.pack.model import MyPage
from tests.conftest import EXAMPLES
from tests.kiosk.desk.exports.entries import (
    ATTACKS,
    LONG,
    NOON,
    SECRET,
    an_answer,
    hostile,
    page,
    row,
    texts,
    whole,
)
from tests.kiosk.sealed import FIRST, SECOND, THIRD
from tests.languages import MARKED
from tests.packs import default_pack
from tests.pdf import pages_of, words_in

TALK = "The customer asked to talk to someone."
VENUE = "Tŷ Newydd, Sandhill"
POINTS = 72 / 25.4
"""In a millimetre."""


def outline(data: bytes) -> list[tuple[int, str, int]]:
    """Return the outline: level, title, and on which page, from 0."""
    with PdfDocument(data) as document:
        return [(one.level, one.get_title(), one.get_dest().get_index() or 0) for one in document.get_toc()]


def exported(entry: Opened) -> bytes:
    return pdf_of(entry, NOON, VENUE)


@cache
def the_whole() -> bytes:
    return exported(whole())


def test_my_page_stands_alone_and_the_rest_after_it_in_order() -> None:
    first, *rest = pages_of(the_whole())
    _in_order(
        first,
        (
            "My page", "Amber Heron", "A small pack. Answered at the kiosk on 3 March 2026.", TALK,
            "My strengths", "I mend bicycles", "How I feel", "Good", "My goal", "A garden", "In May",
        ),
    )  # fmt: skip
    _in_order(
        " ".join(rest),
        (
            "The agreed plan", "Grow things", "Ask the council", "Done · Jo, by Friday", "Buy seeds",
            "Open · by 12 March 2026", "All answers", "Second", "Notes", "We talked.",
            "What has happened so far", "Earlier plans", "Earlier answers", "left open", "Rain, long ago",
        ),
    )  # fmt: skip
    assert "All answers" not in first


def _in_order(text: str, parts: tuple[str, ...]) -> None:
    at = 0
    for part in parts:
        found = text.find(part, at)
        assert found >= 0, (part, text[at:])
        at = found + len(part)


def test_each_page_has_its_number_and_says_whose_it_is_and_from_where_and_when() -> None:
    pages = pages_of(exported(an_answer(LONG[1])))
    assert len(pages) >= 3
    for number, text in enumerate(pages, 1):
        assert f"{VENUE} · Made on 1 March 2026" in text
        assert f"Amber Heron · Page {number} of {len(pages)}" in text


def test_headings_are_in_the_outline() -> None:
    answered = "A small pack. Answered at the kiosk on"
    assert outline(the_whole()) == [
        (0, "My page", 0), (0, "The agreed plan", 1), (1, "Plan recorded by Jo on 5 March 2026.", 1),
        (2, "Grow things", 1), (0, "All answers", 1), (1, f"{answered} 3 March 2026.", 1), (2, "First", 1),
        (2, "Second", 2), (0, "Notes", 2), (0, "What has happened so far", 2),
        (0, "Earlier plans", 3), (1, "Plan recorded by Jo on 4 March 2026.", 3), (2, "An older plan", 3),
        (0, "Earlier answers", 3), (1, f"{answered} 1 March 2026.", 3), (2, "First", 3), (2, "Second", 3),
    ]  # fmt: skip


def test_the_document_says_its_title_and_language_and_nobodys_name() -> None:
    data = the_whole()
    with PdfDocument(data) as document:
        told = document.get_metadata_dict()
    own = {"Title": "Amber Heron", "Producer": "Strengths kiosk", "CreationDate": "D:20260301120000Z"}
    assert told == own | dict.fromkeys(("Author", "Subject", "Keywords", "Creator", "ModDate"), "")
    assert b"/Lang (en)" in data
    assert b"/DisplayDocTitle true" in data


@pytest.mark.parametrize("language", ["", "en)/X (", "ż", "e" * 100])
def test_a_language_that_is_none_is_left_out(language: str) -> None:
    newest = msgspec.structs.replace(page(), language=language)
    assert b"/Lang" not in exported(Opened(row(), (newest,), None))


def test_the_same_entry_makes_the_same_file() -> None:
    assert the_whole() == exported(whole())
    assert the_whole() != pdf_of(whole(), NOON + timedelta(days=1), VENUE)


def test_what_is_kept_back_is_said_and_not_told() -> None:
    text = words_in(exported(whole(kept_back=True)))
    assert text.count(kept_back()) == 1
    assert not any(word in text for word in SECRET)
    assert exported(whole(kept_back=True).revealed()) == the_whole()


def test_an_entry_of_which_only_a_note_can_be_read_is_told_too() -> None:
    aside: tuple[tuple[str, Doubt], ...] = ((FIRST, "unreadable"),)
    first, rest = pages_of(exported(Opened(row(), whole().pages[2:3], None, aside=aside, names=(SECOND,))))
    assert "Page 1 is not shown: it cannot be read." in first
    assert "We talked." in rest


# -- breaks between pages


def test_no_list_or_text_leaves_one_line_alone_on_a_page() -> None:
    lengths = [2 + number * 7 % 11 for number in range(90)]
    answers = []
    for number, length in enumerate(lengths):
        kind = ("lines", "text")[number % 2]
        words = tuple(f"q{number}x{line}y" for line in range(length))
        answers.append(Answered(f"q{number}", kind, f"Question {number}?", "It", words, words))
    sections = tuple(AnsweredSection(f"s{n}", f"Section {n}", tuple(answers[n::3])) for n in range(3))
    newest = msgspec.structs.replace(page(), sections=sections, my_page=MyPage())
    pages = pages_of(exported(Opened(row(), (newest,), None)))[1:]
    broken = 0
    for number, length in enumerate(lengths):
        counts = [count for one in pages if (count := len(re.findall(rf"\bq{number}x\d+y", one)))]
        assert sum(counts) == length
        assert min(counts) >= 2, (number, counts)
        broken += len(counts) > 1
        [asked] = [place for place, one in enumerate(pages) if f"Question {number}?" in one]
        assert f"q{number}x1y" in pages[asked]
    assert len(pages) > 5
    assert broken > 5


def test_the_plan_has_a_place_to_sign_for_both_on_the_page_with_its_last_step() -> None:
    for count in (11, 14, 15, 16):
        steps = tuple(Step(text=f"Step {number}") for number in range(count))
        agreed = Plan(made=NOON, by="Jo", goals=(PlanGoal(want="Grow things", steps=steps),))
        older = Plan(made=NOON, by="Jo", goals=(PlanGoal(want="An older plan", steps=steps[:1]),))
        pages = pages_of(pdf_of(Opened(row(), (older, agreed), None), NOON, VENUE))
        signed = [one for one in pages if "Member of staff" in one]
        assert len(signed) == 1
        _in_order(signed[0], (f"Step {count - 1}", "Customer", "Date", "Member of staff", "Date"))


def test_without_answers_it_is_my_page_and_the_plan() -> None:
    first, second = pages_of(pdf_of(whole(), NOON, VENUE, answers=False))
    assert first.replace("1 of 2", "1 of 4") == pages_of(the_whole())[0]
    assert "Your plan Jo wrote this plan down on 5 March 2026." in second
    assert "All answers" not in second


def test_my_page_that_a_customer_prints_is_the_first_page() -> None:
    newest = whole().newest
    assert newest is not None
    [printed] = pages_of(my_page_pdf("Amber Heron", my_page_of(newest), NOON, VENUE))
    first = pages_of(the_whole())[0]
    about = f"A small pack. Answered at the kiosk on 3 March 2026. {TALK} "
    assert about in first
    assert printed == first.replace(about, "A small pack, 3 March 2026 ").replace("1 of 4", "1 of 1")


def test_what_a_customer_takes_along_is_in_the_language_of_their_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (pdf, handout_module):
        monkeypatch.setattr(module, "language_or_english", {"en": MARKED}.__getitem__)
    entry = whole()
    said = " ".join(pages_of(pdf_of(entry, NOON, VENUE, answers=False)))
    for text in ("My page", "My strengths", "Your plan", "Made on", "Page 1 of", "Customer", "Date"):
        assert f"~{text}" in said
    slip = handout_module.handout(entry, bytes)
    assert slip is not None
    told = "\n".join(text_of(slip, 48))
    assert "~My strengths" in told
    assert "~~Customer, date" in told
    assert "~" not in " ".join(pages_of(exported(entry)))  # what staff write to a file


# -- one page for My page


def crowded(strengths: tuple[str, ...], words: str, ratings: int, hopes: int) -> Opened:
    """Return an entry that has more on My page than there is room for."""
    strong = Answered("s", "cards", "?", "Strengths", Cards((), strengths), strengths)
    rated = [Answered(f"r{n}", "scale", "?", words, 1, (words,), (n % 9 + 1, 9 + n)) for n in range(ratings)]
    hoped = [Answered(f"h{n}", "text", "?", words, words, (words,) * 6) for n in range(hopes)]
    aimed = [Answered(f"g{n}", "goal", "?", words, Goal(words), (words,) * 6) for n in range(hopes)]
    sections = (AnsweredSection("a", "A", (strong, *rated, *hoped, *aimed)),)
    shown = MyPage(hopes=tuple(one.id for one in hoped))
    newest = msgspec.structs.replace(
        page(), name=words, pack_title=words, sections=sections, my_page=shown, talk=True
    )
    return Opened(
        row(words),
        (newest,),
        None,
        aside=((FIRST, "unreadable"), (SECOND, "misplaced"), (THIRD, "not staff's")),
    )


def _my_page_is_one_page(data: bytes) -> None:
    marks = outline(data)
    assert marks[:2] == [(0, "My page", 0), (0, "All answers", 1)]
    with PdfDocument(data) as document:
        width, height = document[0].get_size()
        for found in document[0].get_objects():
            left, bottom, right, top = found.get_bounds()
            assert left > (A4.side - FRAME) * POINTS - 2
            assert right < width - (A4.side - FRAME - 1) * POINTS
            assert top < height
            assert bottom > 9 * POINTS
    assert (width, height) == pytest.approx((A4.width * POINTS, A4.height * POINTS), abs=0.01)
    assert A4.bottom > 9


def test_who_picks_every_card_there_is_has_them_all_on_my_page() -> None:
    pack = default_pack()
    [deck] = pack.decks.values()
    cards = Cards(tuple(card.id for card in deck.cards), ("I can mend bicycles",))
    goal = Goal("A flat of my own", "Ask Jo which papers I need", "Jo", "Next Monday")
    scales = dict.fromkeys(("feeling", "home_happy", "say", "belong", "ready"), 3)
    said = {"more_of": "learning", "one_year": "A flat and a job, and my sister visits me on Sundays. " * 3}
    newest = page_of(
        pack, {"my_strengths": cards, "my_goal": goal, **scales, **said}, name="Amber Heron", made=NOON
    )
    first = pages_of(exported(Opened(row(), (newest,), None)))[0]
    assert len(deck.cards) == 64
    assert all(card.label in first for card in deck.cards)
    assert "under All answers" not in first


@pytest.mark.parametrize(
    ("strengths", "words", "ratings", "hopes"),
    [
        (("I am kind",) * 120, "word " * 20, 4, 2),
        (("W" * 2_000,), "W" * 1_000, 1, 1),
        ((), "word " * 10, 20, 20),
    ],
    ids=range(3),
)
def test_my_page_is_one_page_whatever_it_holds(
    strengths: tuple[str, ...], words: str, ratings: int, hopes: int
) -> None:
    data = exported(crowded(strengths, words, ratings, hopes))
    _my_page_is_one_page(data)
    if len(strengths) > 100 or hopes >= 20:
        assert re.search(r"… and \d+ more, under All answers", pages_of(data)[0])


@settings(max_examples=EXAMPLES // 8)
@given(st.lists(texts, max_size=12).map(tuple), texts, st.integers(0, 9), st.integers(0, 4))
def test_my_page_is_one_page_whatever_people_wrote(
    strengths: tuple[str, ...], words: str, ratings: int, hopes: int
) -> None:
    _my_page_is_one_page(exported(crowded(strengths, words, ratings, hopes)))


# -- whatever people wrote


@pytest.mark.parametrize("text", ["你好", "Sun \N{GRINNING FACE}"])
def test_where_a_letter_cannot_be_shown_the_first_page_says_so(text: str) -> None:
    first = pages_of(exported(an_answer(text)))[0]
    assert LETTERS in first


def test_where_all_letters_are_shown_nothing_is_said_of_them() -> None:
    shown = (
        "Zażółć gęślą jaźń", "Ѝ қазақ", "Çfarë? Why?", "ə is e here", "Tiếng Việt", "مرحبا، لا بأس",
        "می‌خواهم",
    )  # fmt: skip
    assert LETTERS not in pages_of(exported(an_answer("\n".join(shown))))[0]


def test_listed_attacks_are_letters_on_paper_and_are_not_told_to_a_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Where a text begins is nothing to a PDF, so all of them make one answer, and some stand everywhere."""
    with caplog.at_level("WARNING"):
        for entry in (an_answer("\n".join(ATTACKS)), hostile("\n".join(ATTACKS[:6]))):
            _cannot_act(exported(entry))
    assert caplog.text == ""


def test_long_answers_are_letters_on_paper() -> None:
    [*shown, chinese] = every = [text[:5_000] for text in LONG]
    answer, newest = _the_answer(an_answer(""))
    answers = tuple(
        msgspec.structs.replace(answer, value=text, words=tuple(text.split("\n"))) for text in every
    )
    section = msgspec.structs.replace(newest.sections[0], answers=answers)
    newest = msgspec.structs.replace(newest, sections=(section,))
    data = exported(Opened(row(), (newest,), None))
    _cannot_act(data)
    told, wanted = "".join(pages_of(data)), "".join([*shown, NOT_PRINTED])
    for character in set(wanted) - set(" \n"):
        assert told.count(character) >= wanted.count(character)
    assert chinese[:3] not in told


@settings(max_examples=EXAMPLES // 6)
@given(texts)
def test_any_text_is_letters_on_paper(text: str) -> None:
    _cannot_act(exported(hostile(text)))


def _cannot_act(data: bytes) -> None:
    """Look whether a document holds pages, letters and an outline, and nothing that a viewer would run."""
    acting = rb"/(URI|JS|JavaScript|Launch|AA|EmbeddedFile|AcroForm|Annots)\b"
    assert not re.search(acting, _without_streams(data))
    assert all(text.replace(" ", "").isprintable() for text in pages_of(data))


def _without_streams(data: bytes) -> bytes:
    """Return a document's objects without what is compressed in them, and without the texts in brackets."""
    bare = re.sub(rb"stream\r?\n.*?endstream", b"", data, flags=re.DOTALL)
    return re.sub(rb"\((?:\\.|[^\\()])*\)", b"()", bare, flags=re.DOTALL)


def test_letters_that_the_font_lacks_are_written_with_others() -> None:
    entry = an_answer("ẹ́ṣẹ́ → 日本 {nb} Nguyễn Їжак Ξένος")
    assert "ẹsẹ -> RiBen {nb} Nguyễn Їжак Ξένος" in words_in(exported(entry))


@pytest.mark.parametrize("text", ["שלום אני אוהב", "日本語\nが好き", "\ue000\U0001fae8"])
def test_of_an_answer_in_letters_that_cannot_be_spelled_one_sentence_tells(text: str) -> None:
    answer, newest = _the_answer(an_answer(text))
    answers = tuple(msgspec.structs.replace(answer, kind=kind) for kind in ("text", "lines", "cards"))
    section = msgspec.structs.replace(newest.sections[0], answers=answers)
    newest = msgspec.structs.replace(newest, sections=(section,))
    pages = pages_of(exported(Opened(row(), (newest,), None)))
    assert pages[-1].count(NOT_PRINTED) == 3
    assert "??" not in " ".join(pages)


def _the_answer(entry: Opened) -> tuple[Answered, Reflection]:
    """Return the only answer of an entry, and the reflection that it is in."""
    assert entry.newest is not None
    [answer] = entry.newest.answers()
    return answer, entry.newest
