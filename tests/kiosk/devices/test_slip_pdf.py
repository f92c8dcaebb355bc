"""Slips as pages: read back with another library than the one that made them."""

import pytest
import zxingcpp
from hypothesis import given, settings
from pypdfium2 import PdfDocument

from kiosk.devices.slip_pdf import PAPERS, pdf_of
from kiosk.entry.slip import Bar, Bullet, Line, Slip, SlipBlock, Strong
from tests.conftest import EXAMPLES
from tests.kiosk.devices.slips import ALPHABETS, HANDLE, SENTENCES, a_long_slip, a_slip, slips
from tests.pdf import pages_of, words_in

POINTS = 72 / 25.4
"""In a millimetre."""
WHITE = 4 * POINTS
"""Along an edge: what many printers cannot reach."""


@pytest.mark.parametrize("paper", PAPERS)
def test_the_page_has_its_size_its_text_and_a_code_that_a_scanner_reads(paper: str) -> None:
    data = pdf_of(a_slip("Show this to a member of staff when you talk."), paper)
    with PdfDocument(data) as document:
        [page] = document
        assert page.get_size() == pytest.approx(
            (PAPERS[paper].paper.width * POINTS, PAPERS[paper].paper.height * POINTS), abs=0.01
        )
        [code] = zxingcpp.read_barcodes(page.render(scale=3).to_pil().convert("L"))
    assert code.text == HANDLE.symbols
    text = words_in(data)
    for said in ("Sandhill House", "Amber Heron", "when you talk.", "22 February 2027.", str(HANDLE)):
        assert said in text


def test_the_letters_of_our_customers_come_out_as_they_are() -> None:
    typed = "Zażółć gęślą jaźń, Tŷ Newydd ŵy, Iași Țăndărei, İzmir Iğdır, Олена Ґалаґан Їжак, Ξένος, Nguyễn"
    assert typed in words_in(pdf_of(Slip((Line(typed),)), "A4"))


@pytest.mark.parametrize("tag", ALPHABETS)
def test_each_language_reads_back_as_it_was_written(tag: str) -> None:
    said, alphabet = SENTENCES[tag], " ".join(ALPHABETS[tag])
    text = words_in(pdf_of(Slip((Line(said), Strong(said), Line(alphabet))), "A6"))
    assert text == f"{said} {said} {alphabet}"


def test_a_rating_is_drawn_and_told_and_a_list_is_marked() -> None:
    text = words_in(pdf_of(Slip((Bar("My home", 3, 5, "In between"), Bullet("I listen well"))), "A6"))
    assert text.split() == ["My", "home", "In", "between", "\N{BULLET}", "I", "listen", "well"]


def test_a_long_slip_goes_on_on_further_pages_and_nothing_of_it_is_lost() -> None:
    data = pdf_of(a_long_slip(), "A6")
    with PdfDocument(data) as document:
        assert len(document) > 10
    assert words_in(data).count("long enough") == 1200


def test_a_word_without_end_stays_on_the_paper() -> None:
    slip = Slip((Line("x" * 500), Bullet("y" * 500), Bar("z" * 500, 1, 11, "w" * 500)))
    with PdfDocument(pdf_of(slip, "A6")) as document:
        for page in document:
            width, _ = page.get_size()
            for found in page.get_objects():
                left, _, right, _ = found.get_bounds()
                assert WHITE < left < right < width - WHITE


@settings(max_examples=EXAMPLES // 2)
@given(slips)
def test_any_slip_becomes_a_page(slip: Slip) -> None:
    with PdfDocument(pdf_of(slip, "A6")) as document:
        assert len(document) >= 1


@pytest.mark.parametrize("length", [3, 9])
def test_no_line_of_a_list_is_alone_on_a_page_with_none_before_or_after_it(length: int) -> None:
    listed: tuple[SlipBlock, ...] = (Strong("My strengths"), *[Bullet("I can sing")] * length)
    for before in range(16, 24):
        pages = pages_of(pdf_of(Slip((*[Line("x")] * before, *listed)), "A6"))
        counts = [page.count("I can sing") for page in pages]
        assert sum(counts) == length
        assert 1 not in counts
        [headed] = [page for page in pages if "My strengths" in page]
        assert "I can sing" in headed
