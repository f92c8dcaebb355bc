"""What many entries say together, as plots to read and as files."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import ClassVar, Literal

from textual.app import App
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from kiosk.desk import charts
from kiosk.desk.desk import Desk
from kiosk.desk.exports import files
from kiosk.desk.summary import Made, Period, Progress, Summary, periods, summarise
from kiosk.settings import Home
from kiosk.vault.catalogue import Row
from screens.desk.walk import Walk
from screens.widgets.keys import BACK, COLOURS, Key
from screens.widgets.menu import Option
from screens.widgets.page import Page
from screens.widgets.plain import Plain
from screens.words import _

AROUND = 5
"""Columns of a page that are not for its words: its sides, and what moves it."""


class SummaryScreen(Page[Literal["back", "file"]]):
    """Shows a summary."""

    CSS_PATH = "summaries.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave('back')"),
        Binding("f3", "leave('file')"),
        Binding("up", "scroll_body(-1)", show=False),
        Binding("down", "scroll_body(1)", show=False),
        Binding("home", "scroll_body(-100000)", show=False),
        Binding("end", "scroll_body(100000)", show=False),
    ]
    KEYS = (BACK, Key("f3", "F3", _("Write it to a file")))
    EVERYWHERE = (COLOURS, Key("up", "↑", _("Up")), Key("down", "↓", _("Down")))

    def __init__(self, made: Made) -> None:
        super().__init__(_("A summary"), made.summary.venue)
        self._made = made

    def body(self) -> Iterable[Widget]:
        """Yield the plots, one below the other."""
        if self._made.unread:
            unread = _("Pages that do not open, and are in no count: {count}.")
            yield Plain(unread.format(count=self._made.unread), classes="note")
        width = min(self.app.size.width, self.WIDEST) - AROUND
        for block in charts.blocks_of(self._made.summary, width):
            yield Static(Content.assemble(*_coloured(block.text)), classes=block.kind, markup=False)

    def action_leave(self, by: Literal["back", "file"]) -> None:
        """Go back to the list, or write it to a file."""
        self.dismiss(by)


class SummaryWalk(Walk):
    """Walks a member of staff from the choice of a period to its summary."""

    def __init__(
        self, app: App[int], desk: Desk, home: Home, now: Callable[[], datetime], zone: tzinfo | None
    ) -> None:
        super().__init__(app)
        self._desk = desk
        self._home = home
        self._now = now
        self._zone = zone

    async def run(self, rows: Sequence[Row]) -> None:
        """Ask for a period, and show its summary. Raises KioskError."""
        period = await self._period(rows)
        if period is None:
            return
        made = await self._counting(_("Counting the entries."), partial(self._summary, period))
        while await self._show(SummaryScreen(made)) == "file":
            await self._write(made.summary, _short(period))

    async def _period(self, rows: Sequence[Row]) -> Period | None:
        every = await self._at_once(partial(periods, self._home, rows, self._now(), self._zone))
        offered = {_label(period): period for period in every}
        if not offered:
            await self._tell(
                _("There is nothing to count yet"),
                _("A quarter of a year can be counted when it is over."),
            )
            return None
        chosen = await self._choose(
            _("A summary of many entries"),
            (Option(label, label) for label in offered),
            lines=(_("Small counts are hidden, so that it tells nothing of a single person."),),
        )
        return offered.get(chosen or "")

    def _summary(self, period: Period, progress: Progress) -> Made:
        self._note(period.title)
        return summarise(
            self._home, self._desk.identity, period, self._now(), zone=self._zone, progress=progress
        )

    async def _write(self, summary: Summary, name: str) -> None:
        options = (Option("pdf", _("A page to print (PDF)")), Option("csv", _("A table (CSV)")))
        form = await self._choose(_("Write it to a file"), options)
        if form is not None:
            await self._to_file(f"summary-{name}.{form}", partial(self._to, summary, form))

    def _to(self, summary: Summary, form: str, path: Path) -> str:
        files.require_free(path, self._home.root)
        data = charts.csv_of(summary) if form == "csv" else charts.pdf_of(summary, self._now())
        self._note(f"{summary.period}, {form}")
        return files.write(path, data, self._home.root)

    def _note(self, what: str) -> None:
        self._desk.audit.note(self._desk.staff, "made a summary", detail=what)


def _coloured(text: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of a plot, its bars in the colour of what counts."""
    for part in re.split(f"({charts.BLOCK}+)", text):
        yield part, "$leaf" if part.startswith(charts.BLOCK) else ""


def _short(period: Period) -> str:
    """Return a quarter, or the year of several."""
    return str(period.quarters[0] if len(period.quarters) == 1 else period.quarters[0].year)


def _label(period: Period) -> str:
    match len(period.quarters):
        case 1:
            return period.title
        case 4:
            return _("{year}, the whole year").format(year=_short(period))
        case _:
            return _("{year}, as far as it is over: {quarters}").format(
                year=_short(period), quarters=", ".join(f"Q{one.number}" for one in period.quarters)
            )
