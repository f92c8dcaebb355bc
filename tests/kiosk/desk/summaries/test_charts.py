"""A summary as plots, table, JSON and PDF: the same counts in each, that everybody can read."""

import csv
import ctypes
import io
from datetime import UTC, datetime
from typing import get_args

import msgspec
import pypdfium2
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.desk.summaries import charts
from kiosk.desk.summaries.charts import COLUMNS, WIDTH, blocks_of, csv_of, pdf_of, text_of, value_of
from kiosk.desk.summaries.summary import Summary
from kiosk.desk.summaries.sums import Cell, Chart, Figure
from kiosk.text import columns
from tests.conftest import EXAMPLES
from tests.pdf import pages_of, words_in

MADE = datetime(2026, 11, 24, 12, tzinfo=UTC)


def chart(
    figure: Figure,
    *cells: Cell,
    total: Cell | None = None,
    section: str = "",
    title: str = "Mood",
    asked: str = "",
    when: str = "",
) -> Chart:
    return Chart(
        figure=figure,
        pack="A pack",
        section=section,
        title=title,
        asked=asked,
        when=when,
        cells=cells,
        total=total,
    )


def summary(*made: Chart) -> Summary:
    return Summary(venue="Sandhill House", period="2026-Q3", charts=made, notes=("Counts are rounded to 5.",))


SMALL = summary(
    chart("entries", Cell("entries", 70, "about 70"), title=""),
    chart(
        "ratings",
        Cell("Bad", 0, "fewer than 10"),
        Cell("Good", 40, "about 40"),
        Cell("Very good", 20, "about 20"),
        total=Cell("in all", 60, "about 60 or more"),
        section="How I am",
    ),
    chart("strengths", title="Strengths chosen most"),
    chart("movement", Cell("higher now", 10, "about 10"), Cell("the same", 0, "not shown")),
)

texts = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), max_size=80)
numbers = st.sampled_from([0, 10, 15, 1_000, 123_455])
cells = st.builds(lambda label, about: Cell(label, about, f"about {about:,} or more"), texts, numbers)
figures: st.SearchStrategy[Figure] = st.sampled_from(["ratings", "strengths", "movement"])
any_summaries = st.lists(
    st.builds(
        lambda figure, made, section, title, asked, total: chart(
            figure, *made, section=section, title=title, asked=asked, total=total
        ),
        figures,
        st.lists(cells, max_size=11),
        texts,
        texts,
        texts,
        st.none() | cells,
    ),
    max_size=4,
).map(lambda made: summary(*made))


# -- plots


def test_a_row_is_a_label_a_bar_and_the_count_in_words() -> None:
    assert text_of(SMALL).split("\n\n") == [
        "2026-Q3\nSandhill House",
        "ENTRIES",
        "  entries  about 70",
        "HOW I AM",
        "Mood\n"
        "  Bad        fewer than 10\n"
        f"  Good       {'█' * 30} about 40\n"
        f"  Very good  {'█' * 15} about 20\n"
        "  in all     about 60 or more",
        "STRENGTHS",
        "Strengths chosen most\n  none to show",
        "THEN AND NOW",
        f"Mood\n  higher now  {'█' * 8} about 10\n  the same    not shown",
        "Counts are rounded to 5.",
    ]


@given(any_summaries)
def test_plots_are_never_wider_than_70_columns(made: Summary) -> None:
    assert all(columns(line) <= WIDTH for line in text_of(made).split("\n"))


@given(any_summaries, st.integers(51, 80))
def test_plots_are_never_wider_than_there_is_room_for(made: Summary, width: int) -> None:
    for block in blocks_of(made, width):
        assert all(columns(line) <= width for line in block.text.split("\n"))


def test_long_titles_are_wrapped_too() -> None:
    long = msgspec.structs.replace(SMALL, venue="A very long name of a venue, " * 5, period="2026, " * 30)
    assert max(len(line) for block in blocks_of(long, 51) for line in block.text.split("\n")) <= 51


def test_blocks_tell_what_they_are() -> None:
    assert [block.kind for block in blocks_of(SMALL)] == [
        "title", "heading", "plot", "heading", "plot", "heading", "plot", "heading", "plot", "note",
    ]  # fmt: skip


@given(any_summaries)
def test_a_count_that_is_shown_has_a_bar_and_a_longer_one_is_not_shorter(made: Summary) -> None:
    for one in made.charts:
        lines = [line for line in text_of(summary(one)).split("\n") if "about" in line and "or more" in line]
        bars = [(cell.about, line.count("█")) for cell, line in zip(one.cells, lines, strict=False)]
        assert all(bool(bar) == bool(about) for about, bar in bars)
        assert [bar for _, bar in sorted(bars)] == sorted(bar for _, bar in bars)


def test_bars_of_all_charts_have_one_scale() -> None:
    few = chart("ratings", Cell("Good", 10, "about 10"), title="Sleep")
    many = chart("ratings", Cell("Good", 30, "about 30"), title="Food")
    bars = [line.count("█") for line in text_of(summary(few, many)).split("\n") if "Good" in line]
    assert bars == [10, 30]


def test_a_long_label_goes_on_in_the_next_row() -> None:
    label = "A label of a great many words that nobody would find room for"
    text = text_of(summary(chart("ratings", Cell(label, 10, "about 10"), Cell("Short", 0, "not shown"))))
    joined = " ".join(text.replace("█", "").split())
    assert f"{label} about 10 Short not shown" in joined


def test_several_reflections_are_told_apart() -> None:
    other = msgspec.structs.replace(SMALL.charts[0], pack="Another pack")
    text = text_of(summary(SMALL.charts[0], other))
    assert "A PACK: ENTRIES" in text
    assert "ANOTHER PACK: ENTRIES" in text


# -- table


def table(made: Summary) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_of(made).decode("utf-8-sig"), newline="")))


def test_a_table_has_a_row_for_each_count_in_utf_8_and_ends_its_lines_as_spreadsheets_want() -> None:
    data, rows = csv_of(SMALL), table(SMALL)
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == data.count(b"\n") == len(rows) + 1
    assert tuple(rows[0]) == COLUMNS
    assert [(row["figure"], row["answer"], row["about"], row["says"]) for row in rows] == [
        ("entries", "entries", "70", "about 70"),
        ("ratings", "Bad", "", "fewer than 10"),
        ("ratings", "Good", "40", "about 40"),
        ("ratings", "Very good", "20", "about 20"),
        ("ratings", "in all", "60", "about 60 or more"),
        ("movement", "higher now", "10", "about 10"),
        ("movement", "the same", "", "not shown"),
    ]
    assert (rows[1]["period"], rows[1]["section"], rows[1]["question"]) == ("2026-Q3", "How I am", "Mood")


def test_a_cell_that_a_spreadsheet_would_run_is_led_by_an_apostrophe() -> None:
    for start in "=+-@\t\r":
        typed = f"{start}cmd|' /C calc'!A0"
        cell = Cell(typed, 10, "about 10")
        made = Chart(figure="ratings", pack=typed, section=typed, title=typed, cells=(cell,))
        (row,) = table(msgspec.structs.replace(summary(made), period=typed))
        for column in ("period", "reflection", "section", "question", "answer"):
            assert row[column] == f"'{typed}"


@given(any_summaries)
def test_a_table_reads_back_as_the_counts_that_were_made(made: Summary) -> None:
    told = [cell for one in made.charts for cell in (*one.cells, *filter(None, [one.total]))]
    assert [(row["about"], row["says"]) for row in table(made)] == [
        (str(cell.about or ""), cell.says) for cell in told
    ]


# -- JSON


def test_a_hidden_count_is_null_in_json() -> None:
    value = value_of(SMALL)
    assert (value["venue"], value["period"]) == ("Sandhill House", "2026-Q3")
    ratings = value["charts"][1]
    assert ratings["cells"][0] == {"label": "Bad", "about": None, "says": "fewer than 10"}
    assert ratings["cells"][1] == {"label": "Good", "about": 40, "says": "about 40"}
    assert ratings["total"] == {"label": "in all", "about": 60, "says": "about 60 or more"}
    assert value["charts"][0]["total"] is None


# -- PDF


def test_a_pdf_says_what_the_plots_say_with_title_language_and_tags_for_headings_and_rows() -> None:
    data = pdf_of(SMALL, MADE)
    words = words_in(data)
    for said in (
        "Sandhill House",
        "How I am",
        "Bad: fewer than 10",
        "in all: about 60 or more",
        "none to show",
    ):
        assert said in words
    with pypdfium2.PdfDocument(data) as document:
        assert document.get_metadata_dict()["Title"] == "Sandhill House: 2026-Q3"
    for told in (b"/Lang (en)", b"/DisplayDocTitle true", b"/Marked true"):
        assert told in data
    assert structure(data) == [
        *("H1", "P"),
        *("H2", "P"),
        *("H2", "H3", "P", "P", "P", "P"),
        *("H2", "H3", "P"),
        *("H2", "H3", "P", "P"),
        "P",
    ]


def test_each_chart_names_its_question_in_every_form() -> None:
    asked, when = "How did you feel most of the time in the last week?", "Asked like this until 2026-Q2."
    every = get_args(Figure)[1:]
    made = summary(*(chart(one, Cell("Bad", 10, "about 10"), asked=asked, when=when) for one in every))
    many = len(every)
    assert text_of(made).count(f"Mood\n{asked}\n{when}\n") == many
    assert words_in(pdf_of(made, MADE)).count(f"Mood {asked} {when} Bad: about 10") == many
    assert structure(pdf_of(made, MADE)).count("P") == 1 + 3 * many + 1
    assert [(row["asked"], row["when"]) for row in table(made)] == [(asked, when)] * many
    assert [(one["asked"], one["when"]) for one in value_of(made)["charts"]] == [(asked, when)] * many


def structure(data: bytes) -> list[str]:
    """The kinds of the elements of a document's structure, in order, page by page."""
    raw = pypdfium2.raw
    found = []
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            tree = raw.FPDF_StructTree_GetForPage(page)
            for place in range(raw.FPDF_StructTree_CountChildren(tree)):
                root = raw.FPDF_StructTree_GetChildAtIndex(tree, place)
                for child in range(raw.FPDF_StructElement_CountChildren(root)):
                    one = raw.FPDF_StructElement_GetChildAtIndex(root, child)
                    if one:
                        found.append(_kind(one))
            raw.FPDF_StructTree_Close(tree)
    return found


def _kind(element: object) -> str:
    room = ctypes.create_string_buffer(64)
    size = pypdfium2.raw.FPDF_StructElement_GetType(element, room, 64)
    return room.raw[: size - 2].decode("utf-16-le")


def test_a_chart_of_a_scale_stands_on_one_page_and_each_says_of_where_from_when_and_which_it_is() -> None:
    scale = chart("ratings", *(Cell(f"Point {place}", 10, "about 10") for place in range(11)))
    pages = pages_of(pdf_of(summary(*[scale] * 20), MADE))
    assert len(pages) > 3
    for number, text in enumerate(pages, 1):
        assert text.count("Point 0:") == text.count("Point 10:")
        assert "Made on 24 November 2026" in text
        assert f"Sandhill House · 2026-Q3 · Page {number} of {len(pages)}" in text


def test_of_a_long_chart_no_row_is_alone_on_a_page() -> None:
    for length in range(31, 48, 3):
        cards = chart("strengths", *(Cell(f"Card {place}", 10, "about 10") for place in range(length)))
        with pypdfium2.PdfDocument(pdf_of(summary(cards), MADE)) as document:
            rows = [page.get_textpage().get_text_range().count("about 10") for page in document]
        assert sum(rows) == length
        assert 1 not in rows


def test_a_chart_that_goes_on_on_the_next_page_is_named_there_again() -> None:
    cards = chart(
        "strengths", *(Cell(f"Card {place}", 10, "about 10") for place in range(100)), title="Strengths"
    )
    with pypdfium2.PdfDocument(pdf_of(summary(cards), MADE)) as document:
        pages = [page.get_textpage().get_text_range().split("\r\n") for page in document]
    assert len(pages) == 3
    assert [page[0] for page in pages[1:]] == ["Strengths, continued"] * 2
    assert sum(row.startswith("Card ") for page in pages for row in page) == 100


@settings(max_examples=EXAMPLES // 5)
@given(any_summaries)
def test_whatever_the_labels_there_is_a_pdf(made: Summary) -> None:
    assert pdf_of(made, MADE).startswith(b"%PDF")


def test_the_headings_are_those_of_the_figures() -> None:
    assert set(charts.HEADINGS) == set(Figure.__args__)  # type: ignore[attr-defined]
