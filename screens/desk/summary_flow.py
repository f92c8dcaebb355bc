"""What many entries say together, as plots to read and as files."""

from collections.abc import Callable, Sequence
from functools import partial

from kiosk.desk.exports import files
from kiosk.desk.keys.held import opening
from kiosk.desk.summaries import charts
from kiosk.desk.summaries.periods import Period, periods
from kiosk.desk.summaries.sent_figures import came
from kiosk.desk.summaries.summary import Made, Summary, summarise, summary_of
from kiosk.desk.summaries.venues import VenueFigures, from_file, to_bytes
from kiosk.progress import Progress
from kiosk.vault.rows import Row
from screens.desk.export_flow import FORMS
from screens.desk.file_flow import FileFlow
from screens.desk.summary_screen import SummaryScreen
from screens.i18n import _
from screens.widgets.choose_screen import MenuOption


class SummaryFlow(FileFlow):
    """Walks a member of staff from the choice of a period to its summary."""

    async def run(self, rows: Sequence[Row]) -> None:
        """Ask for a period, and show its summary. Raises KioskError."""
        period = await self._period(rows)
        if period is None:
            return
        made = await self._counting(_("Counting the entries."), partial(self._summary, period))
        venues, shown, at = made.venues(), made.summary, 0
        while True:
            left = await self._show(SummaryScreen(shown, made.unread, at))
            at = left.at
            match left.by:
                case "back":
                    return
                case "file":
                    await self._write(shown, made.own, _short(period))
                case "venue":
                    venues, shown = await self._with_another(period, venues, shown)

    async def _period(self, rows: Sequence[Row]) -> Period | None:
        every = await self._at_once(partial(periods, self._stage.home, rows, self._stage.now()))
        offered = {_label(period): period for period in every}
        if not offered:
            await self._tell(
                _("There is nothing to count yet"),
                _("A quarter of a year, or a whole one, can be counted when it is over."),
            )
            return None
        chosen = await self._choose(
            _("Statistics across entries"),
            (MenuOption(label, label) for label in offered),
            lines=(_("Small counts are hidden, so that nobody can be recognised."),),
        )
        return offered.get(chosen or "")

    def _summary(self, period: Period, progress: Progress) -> Made:
        self._note(period.title)
        stage = self._stage
        desk, now = self._desk, stage.now()
        return summarise(stage.home, desk.identity, period, now, held=desk.held, progress=progress)

    async def _with_another(
        self, period: Period, venues: list[VenueFigures], shown: Summary
    ) -> tuple[list[VenueFigures], Summary]:
        """Ask for a venue that has sent its figures, or for another one's file, until it is a good one."""
        stage, desk = self._stage, self._desk
        every = await self._at_once(partial(came, stage.home, opening(desk.identity, desk.held)))
        sent = [one for one in every if one not in venues and not one.missing(period.quarters)]
        if sent:
            options = [MenuOption(str(at), one.venue) for at, one in enumerate(sent)]
            chosen = await self._choose(
                _("Add a venue"), [*options, MenuOption("file", _("From a figures file"))]
            )
            if chosen is None:
                return venues, shown
            if chosen != "file":
                more = [*venues, sent[int(chosen)]]
                return more, await self._at_once(partial(summary_of, period, more))

        async def add(typed: str) -> tuple[list[VenueFigures], Summary]:
            more = [*venues, await self._at_once(partial(from_file, files.typed_path(typed)))]
            return more, summary_of(period, more)

        added = await self._line_until(
            add,
            _("Add a venue"),
            _("The whole path of its figures file"),
            lines=(
                _("On the other kiosk, open the statistics for the same time."),
                _("Press F10 there and choose the figures file."),
            ),
            needed=_("Enter the path of the file."),
        )
        return added or (venues, shown)

    async def _write(self, shown: Summary, own: VenueFigures, name: str) -> None:
        pdf = partial(charts.pdf_of, shown, self._stage.now())
        figures = _("Figures file, for another venue to add")
        forms: dict[str, tuple[str, str, str, Callable[[], bytes]]] = {
            "pdf": (FORMS["pdf"], f"statistics-{name}", ".pdf", pdf),
            "csv": (FORMS["csv"], f"statistics-{name}", ".csv", partial(charts.csv_of, shown)),
            "figures": (figures, f"figures-{name}", ".json", partial(to_bytes, own)),
        }
        options = (MenuOption(form, label) for form, (label, *_rest) in forms.items())
        form = await self._choose(_("Export it to a file"), options)
        if form is not None:
            _words, stem, ending, data = forms[form]
            note = partial(self._note, f"{shown.period}, {form}")
            await self._to_file(stem + ending, ending, lambda target: files.write(target, data(), note))

    def _note(self, what: str) -> None:
        self._desk.note("made statistics", detail=what)


def _short(period: Period) -> str:
    return str(period.quarters[0] if len(period.quarters) == 1 else period.quarters[0].year)


def _label(period: Period) -> str:
    match len(period.quarters):
        case 1:
            return period.title
        case 4:
            return _("{year}, the whole year").format(year=_short(period))
        case _:
            return _("{year}, so far: {quarters}").format(
                year=_short(period), quarters=", ".join(f"Q{one.number}" for one in period.quarters)
            )
