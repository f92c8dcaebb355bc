"""A summary as plots in characters, as a table, as JSON and as a PDF: the same counts in each.

In the plots a row is a count: its label, a bar, and the count in words. They are as wide as the terminal, or
70 columns, and need no colour. All bars of a summary have one scale: the longest is its largest count.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from typing import Any, Literal, NamedTuple

import msgspec

from kiosk.dates import on_day
from kiosk.desk.exports.csv import written
from kiosk.desk.summaries.summary import Summary
from kiosk.desk.summaries.sums import Cell, Chart, Figure
from kiosk.devices.pdf_page import DOT, LEAF, QUIET, TEXT, PdfPages
from kiosk.text import columns, wrapped

WIDTH = 70
"""Columns."""
LABEL = 34
"""Columns of the longest label, where there are `WIDTH`; what is longer goes on in the next row."""
BAR = 30
"""Columns of the longest bar."""
BLOCK = "█"
"""What a bar is made of."""
COLUMNS = (
    "venue", "period", "figure", "reflection", "section", "question", "asked", "when", "answer", "about",
    "says",
)  # fmt: skip
"""Of the table. `about` is empty where the count is hidden."""

NONE = "none to show"
HEADINGS: dict[Figure, str] = {
    "entries": "Entries",
    "ratings": "Ratings",
    "strengths": "Strengths",
    "movement": "Then and now",
    "left open": "Left open",
    "visits": "How visits went",
}
_BARE: tuple[Figure, ...] = ("entries", "left open", "visits")
"""What is not compared with what people said, and has no bars."""
_LABEL, _BAR, _GAP = 62, 55, 2
"""Of a row of the PDF, in mm."""


def value_of(summary: Summary) -> dict[str, Any]:
    """Return a summary as plain JSON values; `about` is null where a count is hidden."""
    value: dict[str, Any] = msgspec.to_builtins(summary)
    for chart in value["charts"]:
        for cell in (*chart["cells"], chart["total"]):
            if cell is not None:
                cell["about"] = cell["about"] or None
    return value


def csv_of(summary: Summary) -> bytes:
    """Return a summary as a table: CSV as RFC 4180 has it, in UTF-8 with the mark that tells spreadsheets so.

    A cell that a spreadsheet would take for a formula is led by an apostrophe.
    """
    rows = [COLUMNS]
    for chart in summary.charts:
        where = (summary.venue, summary.period, chart.figure, chart.pack, chart.section)
        asked = (chart.title, chart.asked, chart.when)
        rows += [(*where, *asked, cell.label, str(cell.about or ""), cell.says) for cell in _rows(chart)]
    return written(rows)


# -- plots


class TextBlock(NamedTuple):
    """A few lines that stand together."""

    kind: Literal["title", "heading", "plot", "note"]
    text: str


def text_of(summary: Summary) -> str:
    """Return a summary as plots in characters, safe for a terminal."""
    blocks = blocks_of(summary)
    return "\n\n".join(block.text.upper() if block.kind == "heading" else block.text for block in blocks)


def blocks_of(summary: Summary, width: int = WIDTH) -> Iterator[TextBlock]:
    """Yield a summary as plots in characters, in lines of at most `width` columns: 51 or more."""
    titles = (summary.period, summary.venue)
    yield TextBlock("title", "\n".join(line for title in titles for line in wrapped(title, width)))
    longest = largest(summary)
    for heading, charts in _parts(summary):
        yield TextBlock("heading", "\n".join(wrapped(heading, width)))
        yield from (TextBlock("plot", "\n".join(_plot(chart, width, longest))) for chart in charts)
    yield from (TextBlock("note", "\n".join(wrapped(note, width))) for note in summary.notes)


def _parts(summary: Summary) -> Iterator[tuple[str, list[Chart]]]:
    """Yield the charts that stand under one heading, with it."""
    several = len({chart.pack for chart in summary.charts}) > 1

    def heading(chart: Chart) -> str:
        under = chart.section if chart.figure == "ratings" and chart.section else HEADINGS[chart.figure]
        return f"{chart.pack}: {under}" if several else under

    for under, charts in groupby(summary.charts, heading):
        yield under, list(charts)


def _rows(chart: Chart) -> tuple[Cell, ...]:
    return (*chart.cells, chart.total) if chart.total else chart.cells


def _plot(chart: Chart, width: int, longest: int) -> Iterator[str]:
    """Yield the lines of a chart."""
    for text in (chart.title, chart.asked, chart.when):
        yield from wrapped(text, width)
    if not chart.cells:
        yield f"  {NONE}"
    rows = _rows(chart)
    most = min(LABEL, width // 2 - 1)
    label = max((min(columns(cell.label), most) for cell in rows), default=0)
    bar = min(BAR, width - label - 5 - max((len(cell.says) for cell in rows if cell.about), default=0))
    for cell in rows:
        *before, last = wrapped(cell.label, most) or [""]
        yield from (f"  {line}" for line in before)
        part = share(chart, cell, longest)
        drawn = BLOCK * max(1, round(bar * part)) if part else ""
        room = " " * (label - columns(last))
        yield f"  {last}{room}  {drawn}{' ' if drawn else ''}{cell.says}"


def largest(summary: Summary) -> int:
    """Return the largest count that has a bar: the scale of all bars."""
    bars = (cell.about for chart in summary.charts if chart.figure not in _BARE for cell in chart.cells)
    return max(bars, default=0)


def share(chart: Chart, cell: Cell, longest: int) -> float:
    """Return how long a count's bar is, of the longest; 0 for a count that has none beside it to compare."""
    alone = chart.figure in _BARE or cell is chart.total
    return 0 if alone or not cell.about else cell.about / longest


# -- the PDF


def pdf_of(summary: Summary, made: datetime) -> bytes:
    """Return a summary as a PDF whose parts are tagged. `made` stands in it as its date."""
    sheet = _Tagged(f"Made on {on_day(made)}", f"{summary.venue} {DOT} {summary.period}")
    sheet.begin()
    sheet.heading(f"Statistics: {summary.period}", 0)
    sheet.line_of(summary.venue)
    longest = largest(summary)
    for heading, charts in _parts(summary):
        sheet.keep(_height(sheet, charts[0]) + 30)
        sheet.heading(heading, 1)
        for chart in charts:
            sheet.keep(_height(sheet, chart))
            if chart.title:
                sheet.heading(chart.title, 2)
            for line in filter(None, (chart.asked, chart.when)):
                sheet.line_of(line)
                sheet.gap(1)
            _set(sheet, chart, longest)
    sheet.gap(8)
    for note in summary.notes:
        sheet.line_of(note)
    return sheet.pdf(f"{summary.venue}: {summary.period}", "en", made)


def _height(sheet: PdfPages, chart: Chart) -> float:
    """Return what a chart needs to stand on one page, in mm; of a long one, its beginning."""
    return sheet.line(TEXT) * (3 + 2 * bool(chart.asked) + bool(chart.when) + min(len(_rows(chart)), 12))


def _set(sheet: "_Tagged", chart: Chart, longest: int) -> None:
    if not chart.cells:
        sheet.line_of(NONE)
    rows = _rows(chart)
    for place, cell in enumerate(rows):
        lines = 5 if place == len(rows) - 2 else 3  # the last is not alone on a page
        sheet.go_on(chart.title, lines * sheet.line(TEXT))
        sheet.row(cell, share(chart, cell, longest))


class _Tagged(PdfPages):
    """Sets headings, rows and notes, each as an element of the document's structure.

    So a program that reads the page aloud knows what belongs together, and passes over the bars.
    """

    def heading(self, text: str, level: int) -> None:
        """Set a heading: 0 for the document's, 1 for a part's, 2 for a chart's."""
        self.keep((60, 40, 30)[level])
        self.gap((0, 9, 4)[level])
        self.mark(text, level)
        with self._tag(f"H{level + 1}"):
            self.text(text, (20, 14, TEXT)[level], bold=True, colour=LEAF)
        self.gap((2, 2, 0.5)[level])

    def line_of(self, text: str) -> None:
        """Set a line or more of text."""
        self.keep(20)
        with self._tag("P"):
            self.text(text, TEXT - 0.5, colour=QUIET)

    def go_on(self, title: str, height: float) -> None:
        """Name a chart again where its next rows, which take so many mm, begin a page."""
        page = self._pdf.page
        self.keep(height)
        if title and self._pdf.page != page:
            with self._tag("P"):
                self.text(f"{title}, continued", TEXT, bold=True, colour=LEAF)
            self.gap(0.5)

    def row(self, cell: Cell, share: float) -> None:
        """Set a count: its label, a bar as long as its share of the longest, and what it says."""
        self.keep(3 * self.line(TEXT))
        with self._tag("P"):
            top = self._pdf.get_y()
            self.text(f"{cell.label}: ", width=_LABEL - _GAP)
            below = self._pdf.get_y()
            drawn = max(1.0, _BAR * share) if share else 0.0
            self._pdf.set_y(top)
            self.text(cell.says, left=_LABEL + (drawn + _GAP if drawn else 0))
            below = max(below, self._pdf.get_y())
        if drawn:
            with self._aside():
                self._bar(top, drawn)
        self._pdf.set_y(below)

    def _bar(self, top: float, drawn: float) -> None:
        line = self.line(TEXT)
        self._pdf.set_fill_color(*LEAF)
        self._pdf.rect(self._pdf.l_margin + _LABEL, top + line * 0.2, drawn, line * 0.6, style="F")

    @contextmanager
    def _tag(self, kind: str) -> Iterator[None]:
        """Make what is set meanwhile, on one page, an element of the structure."""
        # fpdf2 itself tags figures alone; this is how it does that.
        marked = self._pdf.struct_builder.next_mcid_for_page(self._pdf.page)
        self._pdf._add_marked_content(struct_type=f"/{kind}", mcid=marked)
        self._pdf._out(f"/{kind} <</MCID {marked}>> BDC")
        yield
        self._pdf._out("EMC")

    @contextmanager
    def _aside(self) -> Iterator[None]:
        """Let what is drawn meanwhile be of no meaning."""
        self._pdf._out("/Artifact BMC")
        yield
        self._pdf._out("EMC")
