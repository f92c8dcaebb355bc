"""Arabic and Farsi on paper: joined, in their order, from the right, and read back as they are written."""

import unicodedata
from datetime import UTC, date, datetime

import msgspec
import pytest
from pypdfium2 import PdfDocument

from kiosk.content import content
from kiosk.desk.exports.pdf import my_page_pdf
from kiosk.devices.pack_paper import form_pdf
from kiosk.devices.paper import A4
from kiosk.devices.pdf_page import PdfPages
from kiosk.devices.slip_pdf import PAPERS, pdf_of
from kiosk.entry.answers import Answer, Cards
from kiosk.entry.my_page import MyPageOf, my_page_of
from kiosk.entry.pages import page_of
from kiosk.entry.slip import Bar, Bullet, Line, Slip, Strong, Title, code_slip
from kiosk.language import language, speaking
from kiosk.pack.model import CardsQuestion, Pack, ScaleQuestion, TextQuestion
from kiosk.pack.pack_files import translation_of
from kiosk.pack.rules import PLACEHOLDERS
from kiosk.pack.translation import translated
from tests.kiosk.devices.slips import HANDLE, SENTENCES
from tests.packs import default_pack
from tests.pdf import pages_of, words_in

POINTS = 72 / 25.4
"""In a millimetre."""
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
RIGHT = ("ar", "fa")
_UNSEEN = dict.fromkeys(map(ord, "\u200c\u200d\u200e\u200f\u2066\u2067\u2068\u2069"))


def plain(text: str) -> str:
    """Return a text as it is compared: forms as letters, and without what no PDF is read for."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_UNSEEN).split())


def letters_at(data: bytes, text: str) -> tuple[float, float]:
    """Return how far a text on the first page is from its left and right edges, in mm."""
    with PdfDocument(data) as document:
        page = document[0].get_textpage()
        index, count = page.search(text).get_next()
        boxes = [page.get_charbox(at) for at in range(index, index + count)]
        return min(box[0] for box in boxes) / POINTS, A4.width - max(box[2] for box in boxes) / POINTS


def in_language(tag: str) -> Pack:
    pack = default_pack()
    if tag == "en":
        return pack
    return translated(pack, tag, (content() / "packs" / translation_of(pack.id, tag)).read_bytes())


def my_page(tag: str, words: str) -> bytes:
    """Return My page as a PDF in a language, of a customer who wrote the same words everywhere."""
    mine = shown(tag, words)
    with speaking(language(tag)):
        return my_page_pdf("Amber Heron", mine, NOON, "Sandhill")


def shown(tag: str, words: str) -> MyPageOf:
    with speaking(language(tag)):
        pack = in_language(tag)
        answers: dict[str, Answer] = {}
        for _section, question in pack.questions():
            match question:
                case ScaleQuestion():
                    answers[question.id] = question.points[1].value
                case TextQuestion():
                    answers[question.id] = words
                case CardsQuestion():
                    cards = tuple(pack.decks[question.deck].cards)[:6]
                    answers[question.id] = Cards(tuple(card.id for card in cards), (words,))
                case _:
                    pass
        return my_page_of(page_of(pack, answers, name="Amber Heron", made=NOON))


# -- what is read back


def test_my_page_reads_back_in_the_order_of_writing() -> None:
    for tag in (*RIGHT, "uk"):
        data = my_page(tag, SENTENCES[tag])
        assert plain(SENTENCES[tag]) in plain(pages_of(data)[0])
        with speaking(language(tag)):
            assert plain(f"{language(tag).text('My page')} Amber Heron") in plain(pages_of(data)[0])


@pytest.mark.parametrize(("tag", "paper"), [("ar", "A6"), ("fa", "A4")])
def test_a_slip_reads_back_in_the_order_of_writing(tag: str, paper: str) -> None:
    with speaking(language(tag)):
        slip = code_slip(
            "Amber Heron", HANDLE, venue="بيت", lines=(SENTENCES[tag],), keep_until=date(2027, 2, 22)
        )
        said = plain(words_in(pdf_of(slip, paper)))
        assert plain(SENTENCES[tag]) in said
        assert plain(language(tag).text("Your code")) in said
    assert str(HANDLE) in said


def test_a_line_among_english_ones_is_set_as_it_was_written() -> None:
    for tag in RIGHT:
        data = pdf_of(
            Slip((Line("Before."), Bullet(SENTENCES[tag]), Strong(SENTENCES[tag]), Line("After."))), "A4"
        )
        assert plain(words_in(data)) == plain(f"Before. • {SENTENCES[tag]} {SENTENCES[tag]} After.")


def test_numbers_codes_and_latin_words_stand_in_their_order() -> None:
    said = "هاتف \u20680800 123 456\u2069 في \u2068Sandhill\u2069، الساعة 24 ABCD اليوم (الآن)."
    with speaking(language("ar")):
        data = pdf_of(Slip((Line(said),)), "A4")
    assert plain(words_in(data)) == plain(said)
    assert not any(sign in words_in(data) for sign in "\u2066\u2067\u2068\u2069\u200e\u200f")


def test_the_form_of_a_pack_counts_its_pages_in_arabic() -> None:
    pack = in_language("ar")
    short = msgspec.structs.replace(pack, sections=pack.sections[:1])
    pages = pages_of(form_pdf(short, dict.fromkeys(PLACEHOLDERS, "x")))
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert plain(page).endswith(f"صفحة {number} من {len(pages)}")


# -- what is seen


def test_a_page_in_arabic_begins_on_the_right_and_one_in_english_on_the_left() -> None:
    margin = PAPERS["A4"].paper.side
    with speaking(language("ar")):
        data = pdf_of(Slip((Line("اليوم"), Bar("كلام", 2, 5, "حسن"), Line("Today"))), "A4")
    assert letters_at(data, "اليوم")[1] == pytest.approx(margin, abs=1)
    assert letters_at(data, "Today")[1] == pytest.approx(margin, abs=1)
    assert letters_at(data, "حسن")[0] > 100  # beside its bar, on the left of it
    data = pdf_of(Slip((Line("اليوم"), Line("Today"))), "A4")
    assert letters_at(data, "اليوم")[1] == pytest.approx(margin, abs=1)
    assert letters_at(data, "Today")[0] == pytest.approx(margin, abs=1)


@pytest.mark.parametrize(("tag", "paper"), [("en", "A6"), ("ar", "A4")])
def test_no_line_leaves_the_paper(tag: str, paper: str) -> None:
    long = "والسلام" * 30
    with speaking(language(tag)):
        said = " ".join(SENTENCES["fa"].split() * 4)
        data = pdf_of(Slip((Title(long), Line(said), Bullet(long), Bar(long, 1, 11, said))), paper)
    side = (PAPERS[paper].paper.side - 2) * POINTS
    with PdfDocument(data) as document:
        for page in document:
            width, _ = page.get_size()
            for found in page.get_objects():
                left, _, right, _ = found.get_bounds()
                assert side < left <= right < width - side


def test_a_text_that_is_cut_ends_with_an_ellipsis() -> None:
    with PdfPages() as sheet:
        sheet.begin()
        sheet.text(" ".join([SENTENCES["ar"]] * 9), most=2)
        assert plain(words_in(sheet.pdf("x"))).endswith("...")


def test_a_vowel_on_a_letter_of_another_writing_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    data = pdf_of(Slip((Line("a\u064bb \u0654 س\u200d1\u200d.\u0651"),)), "A4")
    assert plain(words_in(data)).startswith("ab")
    assert not caplog.records  # fpdf2 tells of each letter that a font lacks


def test_isolates_without_end_are_set() -> None:
    data = pdf_of(Slip((Line("س" + "\u2067" * 1000 + "س"), Line("\u2067 س " * 500))), "A4")
    assert words_in(data).count("س") == 502
