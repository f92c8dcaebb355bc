"""Summaries of many entries, from which nobody can work out what a few of them say.

The smallest span is a quarter of a year that is over; or the whole year, where a venue has it so: then none
of its quarters is ever shown. What may be shown of it is worked out once, when it is first asked for, and
kept (`kiosk.desk.summaries.figures`). Whatever is shown from then on, of a quarter, a year or any other span,
as a plot or as a file, is a sum of kept figures, a hidden count taken as nothing. So nothing that is ever
shown, of however many spans and at whatever times, tells more than the kept figures do:

- Two spans that overlap, subtracted, leave quarters; and the figures of each quarter may be seen anyway.
- A quarter that still runs could be looked at twice, with one entry more the second time. It cannot be had.
- An entry that is erased, or gets a newer reflection, changes nothing in a quarter whose figures are kept.
  With a newer reflection it counts in that one's quarter as well.

What the figures of one quarter tell is the matter of `kiosk.counts.disclosure`.

One look at the pages serves all quarters that are over: each that has no figures yet gets them. An entry
counts in the quarter of its newest reflection, by the days of the venue.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from datetime import date, datetime, timedelta, tzinfo
from itertools import chain
from typing import Literal, NamedTuple

import msgspec

from kiosk.counts import uncounted
from kiosk.counts.disclosure import STEP, Scale, least, most
from kiosk.counts.quarters import Quarter, quarter_of
from kiosk.counts.tally import Counted, entries_in
from kiosk.dates import day_of, short_day
from kiosk.desk.keys import stock
from kiosk.desk.summaries import figures
from kiosk.desk.summaries.figures import PackFigures, ScaleFigures
from kiosk.desk.summaries.periods import Period, is_whole, units_of
from kiosk.desk.summaries.venues import VenueFigures, require_together
from kiosk.desk.summaries.workers import Workers
from kiosk.errors import DeskError, VaultError
from kiosk.home import Home
from kiosk.os_errors import explained
from kiosk.progress import Progress
from kiosk.settings.settings import Settings, load_settings
from kiosk.upkeep import clock
from kiosk.upkeep.backup import catalogue_in
from kiosk.vault import moving
from kiosk.vault.catalogue import Catalogue
from kiosk.vault.pages import Pages, Strays
from kiosk.vault.rows import Row
from kiosk.vault.vault import NOT_LISTED

MANY_BYTES = 50_000
"""Of the catalogue: some 400 entries, which one process counts in the time that another takes to start."""
FEW = "fewer than 10"
NOT_SHOWN = "not shown"
PROTECTED = (
    "How people are protected: nobody can work out from these statistics, or by comparing them with "
    "others from this kiosk, what a few people answered. Counts are rounded to 5. Counts under 10 are "
    "not shown. A sum without them says 'or more'."
)
MOVES = ("higher now", "the same", "lower now")

Figure = Literal["entries", "ratings", "strengths", "movement"]


class Cell(msgspec.Struct, frozen=True):
    """One count as it is shown."""

    label: str
    about: int
    """A multiple of 5; 0 where it is hidden."""
    says: str
    """It in words."""


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """Counts that belong together."""

    figure: Figure
    pack: str
    """The title of the reflection."""
    section: str
    """The title of the part of it; empty for what is of no part."""
    title: str
    """The question in a few words; empty for the entries."""
    asked: str = ""
    """The question itself; empty for the entries, and where it is not known."""
    cells: tuple[Cell, ...]
    total: Cell | None = None


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """All that is shown of a period."""

    venue: str
    period: str
    charts: tuple[Chart, ...]
    notes: tuple[str, ...]


class Made(NamedTuple):
    """A summary, and what was met on the way."""

    summary: Summary
    unread: int
    """Pages that did not open; 0 where none was opened because all figures were kept."""
    own: VenueFigures
    """What it was added up from, to be added to those of other venues."""


def summarise(
    home: Home,
    identity: str,
    period: Period,
    now: datetime,
    *,
    zone: tzinfo | None = None,
    processes: int | None = None,
    progress: Progress = lambda done, total: None,
    for_good: bool = False,
) -> Made:
    """Return the summary of a period. What is not kept yet is counted first, and kept.

    `identity` is the venue's. With `for_good` no quarter is counted that is not over for good (`due`), as
    fits a count that nobody asked for. `progress` is told how many entries are counted, and about how many
    there are.

    Raises DeskError where the clock is not believed or a process was stopped, VaultError where the list of
    entries or kept figures cannot be read, and either where new figures could not be kept. Nothing is shown
    then.
    """
    settings = load_settings(home.settings)
    unread, units = 0, units_of(home, period)
    if not all(figures.file_of(home, unit).exists() for unit in units):
        if processes is None and not _many(home):
            processes = 1
        ahead = clock.AHEAD if for_good else timedelta()
        with (
            closing(_workers(home, identity, zone, processes)) as workers,
            moving.alone(home.vault, shared=True),
        ):
            rows, erased = _listed(home)
            running = _running(home, rows, period, now, zone, ahead)
            strays = Strays()
            entries = entries_in(home.vault, erased, strays)
            counted = workers.count(entries, lambda done: progress(done, max(done, len(rows))))
            _finish_erasing(home, strays.counts.keys() & (erased | strays.erased))
            uncounted.count(home, identity, running, counted)
        _keep(home, identity, counted, units, running, settings, str(day_of(now, zone)))
        unread = counted.unread + len(strays.unreadable)
    kept = tuple(figures.read(home, unit, identity) for unit in units)
    own = VenueFigures(venue=settings.venue.name, quarters=kept)
    return Made(summary_of(period, [own]), unread, own)


def _keep(
    home: Home,
    identity: str,
    counted: Counted,
    units: Iterable[Quarter],
    running: Quarter,
    settings: Settings,
    today: str,
) -> None:
    """Keep the figures of these units, and of what else was counted and is over."""
    whole = is_whole(home)
    found = (one.quarter.whole() if whole(one.quarter.year) else one.quarter for one in counted.tables)
    fresh = sorted({*units, *(one for one in found if one.parts()[-1] < running)})
    by_bands = settings.summaries.scales == "bands"
    for one in fresh:
        figures.keep(
            home, identity, figures.figures_of(one, counted, settings.pack, today, by_bands=by_bands)
        )
    with suppress(OSError):  # the figures are kept: the next purge drops what was counted
        uncounted.drop_counted(home)
    digests = figures.digests(home, identity, map(str, fresh))
    stock.remember(home, identity, quarters={name: one for name, one in digests.items() if one})


def _finish_erasing(home: Home, ids: Collection[str]) -> None:
    """Let what erased entries add to figures wait with the rest, where a crash left it beside their pages."""
    if not ids:
        return
    try:
        with closing(Catalogue(home.catalogue)) as catalogue:
            for id_ in ids:
                with suppress(
                    KeyError
                ):  # it has a tombstone beside its pages alone, which reconciling sees to
                    catalogue.bury_beside(Pages(home.vault), id_)
    except OSError as error:
        raise VaultError(explained(error, outcome=NOT_LISTED)) from error


def _workers(home: Home, identity: str, zone: tzinfo | None, processes: int | None) -> Workers:
    try:
        return Workers(home.vault, identity, zone=zone, processes=processes)
    except OSError as error:
        raise DeskError(explained(error, outcome="Nothing was counted.")) from error


def _many(home: Home) -> bool:
    """Tell whether there may be so many entries that more processes are worth their start."""
    try:
        return home.catalogue.stat().st_size > MANY_BYTES
    except OSError:
        return False


def _listed(home: Home) -> tuple[tuple[Row, ...], frozenset[str]]:
    """Return what the catalogue lists, and the ids of what was erased. Raises VaultError."""
    try:
        with catalogue_in(home) as catalogue:
            return (catalogue.rows(), catalogue.erased()) if catalogue else ((), frozenset())
    except OSError as error:
        raise VaultError(explained(error, outcome=NOT_LISTED)) from error


def _running(
    home: Home,
    rows: Iterable[Row],
    period: Period,
    now: datetime,
    zone: tzinfo | None,
    ahead: timedelta,
) -> Quarter:
    """Return the quarter that runs, where the clock may be so far ahead.

    Raises DeskError where it may be wrong and the period not over.

    Figures that were kept before their quarter was over would leave the rest of it out for good.
    """
    known, newest = clock.read(home.clock), clock.newest_of(rows)
    verdict, _ = clock.judge(known, now, newest)
    if verdict.right:
        return quarter_of(now - ahead, zone)
    known_times = [moment for moment in (known.trusted, newest) if moment]
    running = quarter_of(min([now, max(known_times, default=now)]), zone)
    if period.quarters[-1] >= running:
        raise DeskError(f"No statistics of {period.quarters[-1]} can be made now. {verdict.says}")
    return running


def summary_of(period: Period, venues: Sequence[VenueFigures]) -> Summary:
    """Return what the figures of a period's quarters at one or several venues come to.

    Where they have other words for one thing, those of the first venue count. Raises DeskError where a venue
    is named twice, or one lacks a quarter.
    """
    require_together(venues, period.quarters)
    each = [[*one.within(period.quarters)] for one in venues]
    kept = sorted(chain(*reversed(each)), key=lambda figures: figures.parts()[-1])
    span = "quarter" if any(len(figures.parts()) == 1 for figures in kept) else "year"
    spans = [name for name, count in ((span, max(map(len, each))), ("venue", len(venues))) if count > 1]
    few = f"{FEW} a {' and '.join(spans)}" if spans else FEW
    ids = dict.fromkeys(pack.id for figures in reversed(kept) for pack in figures.packs)
    charts: list[Chart] = []
    for id_ in ids:
        packs = [next((pack for pack in figures.packs if pack.id == id_), None) for figures in kept]
        charts += _Sum(packs, few).charts()
    return Summary(
        venue=", ".join(one.venue for one in venues),
        period=period.title,
        charts=tuple(charts),
        notes=tuple(_notes(period, venues, charts)),
    )


class _Sum:
    """The figures of one reflection, over some quarters and venues."""

    def __init__(self, packs: Sequence[PackFigures | None], few: str) -> None:
        self._packs = [*reversed(packs)]
        """Of the newest quarter first; None where it was not listed."""
        self._few = few
        self._title = next(pack.title for pack in self._packs if pack)

    def charts(self) -> Iterator[Chart]:
        """Yield the charts. Of a reflection with no entries to show, only that there are none."""
        entries = self._cell("finished entries", [pack.entries if pack else 0 for pack in self._packs])
        yield self._chart("entries", "", "", (entries,))
        if not entries.about:
            return
        scales = dict.fromkeys(one.scale for pack in self._packs if pack for one in pack.scales)
        for scale in scales:
            yield self._ratings(self._of(scale, lambda one: one))
        yield self._strengths()
        for asked in dict.fromkeys(_asked(scale) for scale in scales):
            found = self._of(asked, _asked)
            movement = self._movement(found)
            if any(cell.about for cell in movement.cells):
                yield movement

    def _of(self, scale: object, known: Callable[[Scale], object]) -> list[ScaleFigures | None]:
        """Return the figures of a scale, in each of the packs, by what it is known by."""
        return [
            next((one for one in pack.scales if known(one.scale) == scale), None) if pack else None
            for pack in self._packs
        ]

    def _ratings(self, found: Sequence[ScaleFigures | None]) -> Chart:
        there = [one for one in found if one]
        newest = there[0]
        cells = []
        for place, label in enumerate(newest.labels):
            # Of a pack that is gone, only the quarter that shows a point has its words.
            label = next((one.labels[place] for one in there if one.points[place]), label)
            cells.append(self._cell(label, [one.points[place] if one else 0 for one in found]))
        # A chart of bands is not to be taken for one of points.
        title = f"{newest.title}, in bands" if newest.bands_of else newest.title
        total = self._total(found)
        return self._chart("ratings", newest.section, title, tuple(cells), total, asked=newest.ask)

    def _total(self, found: Sequence[ScaleFigures | None]) -> Cell:
        """Return how many answered: what the shown counts can stand for, and no more than there are entries.

        Each count is rounded by itself, so of 24 people who all answered there may be two counts of 10.
        """
        both = [
            (one.points, pack.entries) if one and pack else ((), 0)
            for one, pack in zip(found, self._packs, strict=True)
        ]
        every = [min(sum(points), entries) for points, entries in both]
        more = 0 in every or any(0 in points and sum(points) < entries for points, entries in both)
        cell = self._cell("in all", every, more=more, hidden=NOT_SHOWN)
        low = sum(sum(map(least, points)) for points, _ in both) // STEP * STEP
        high = sum(min(-(-sum(map(most, points)) // STEP) * STEP, entries) for points, entries in both)
        if more or low == high:
            return cell
        return Cell(cell.label, cell.about, f"about {low:,} to {high:,}")

    def _movement(self, found: Sequence[ScaleFigures | None]) -> Chart:
        newest = next(one for one in found if one)
        cells = tuple(
            self._cell(
                label,
                [one.moves[place] if one else 0 for one in found],
                more=any(one.may_be_more[place] for one in found if one),
                hidden=NOT_SHOWN,
            )
            for place, label in enumerate(MOVES)
        )
        return self._chart("movement", newest.section, newest.title, cells, asked=newest.ask)

    def _strengths(self) -> Chart:
        labels = {card.id: card.label for pack in reversed(self._packs) if pack for card in pack.cards}
        picked = [{card.id: card.picked for card in pack.cards} if pack else {} for pack in self._packs]
        cells = [self._cell(label, [one.get(id_, 0) for one in picked]) for id_, label in labels.items()]
        cells.sort(key=lambda cell: (-cell.about, cell.label.casefold()))
        asked = next((pack.cards_ask for pack in self._packs if pack and pack.cards_ask), "")
        return self._chart("strengths", "", "Strengths chosen most", tuple(cells), asked=asked)

    def _chart(
        self,
        figure: Figure,
        section: str,
        title: str,
        cells: tuple[Cell, ...],
        total: Cell | None = None,
        asked: str = "",
    ) -> Chart:
        return Chart(
            figure=figure,
            pack=self._title,
            section=section,
            title=title,
            asked=asked,
            cells=cells,
            total=total,
        )

    def _cell(self, label: str, shown: Sequence[int], *, more: bool = False, hidden: str = "") -> Cell:
        """Return a sum of shown counts, to which it says "or more" where one of them is hidden."""
        about = sum(shown)
        if not about:
            return Cell(label, 0, hidden or self._few)
        return Cell(label, about, f"about {about:,}{' or more' if more or 0 in shown else ''}")


def _asked(scale: Scale) -> tuple[str, int]:
    """Return a scale as it was asked: who moved is counted alike in points and in bands."""
    return scale.question, scale.bands_of or scale.points


def _notes(period: Period, venues: Sequence[VenueFigures], charts: Sequence[Chart]) -> Iterator[str]:
    """Yield what a reader needs to know."""
    every = [chart for chart in charts if chart.figure == "entries"]
    made = [f"{one.cells[0].says} of {one.pack}" if len(every) > 1 else one.cells[0].says for one in every]
    yield f"Finished entries counted here: {', '.join(made)}. Entries that have expired are included."
    there = {chart.figure for chart in charts}
    if there == {"entries"}:
        yield f"There are {FEW} entries, so nothing more is shown."
        if any(len(one.parts()) == 1 for venue in venues for one in venue.within(period.quarters)):
            yield "If this is so in most quarters, the settings can count whole years instead."
    elif "movement" not in there:
        yield "Then and now is not shown: too few customers came back for that."
    yield PROTECTED
    yield (
        "Questions that a customer left open or kept back are not counted. Free-text answers are not "
        "included."
    )
    if period.running:
        yield f"Not over yet, so not included: {', '.join(map(str, period.running))}."
    days = ", ".join(
        f"{f'{venue.venue}, ' if len(venues) > 1 else ''}{one.quarter}"
        f"{' in three bands' if one.is_in_bands() else ''} on {short_day(date.fromisoformat(one.counted))}"
        for venue in venues
        for one in venue.within(period.quarters)
    )
    yield f"Counted: {days}. Entries saved or deleted later change nothing here."
