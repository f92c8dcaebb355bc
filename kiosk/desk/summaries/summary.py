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

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from datetime import date, datetime, timedelta
from itertools import chain
from typing import NamedTuple

import msgspec

from kiosk.counts import uncounted
from kiosk.counts.quarters import Quarter, quarter_of
from kiosk.counts.tally import Counted, Entry, entries_in
from kiosk.dates import day_of, short_day
from kiosk.desk.keys import stock
from kiosk.desk.keys.held import HeldVenue, opening
from kiosk.desk.summaries import apart, figures, sent_figures
from kiosk.desk.summaries.apart import Apart
from kiosk.desk.summaries.periods import Period, is_whole, units_of
from kiosk.desk.summaries.sums import FEW, Chart, Sum, of_another_venue
from kiosk.desk.summaries.venues import VenueFigures, require_together
from kiosk.desk.summaries.workers import Workers
from kiosk.errors import DeskError, PlaceError, VaultError
from kiosk.home import Home
from kiosk.os_errors import explained
from kiosk.places.known import of_other_venues
from kiosk.progress import Progress
from kiosk.seal import recipients_of
from kiosk.settings.settings import Settings, library_of, load_settings
from kiosk.text import same_name
from kiosk.upkeep import clock
from kiosk.upkeep.backup import catalogue_in
from kiosk.vault import move_journal
from kiosk.vault.catalogue import Catalogue
from kiosk.vault.page_files import PageFiles, Strays
from kiosk.vault.page_names import writer_of
from kiosk.vault.rows import Row
from kiosk.vault.vault import NOT_LISTED

MANY_BYTES = 50_000
"""Of the catalogue: some 400 entries, which one process counts in the time that another takes to start."""
PROTECTED = (
    "How people are protected: nobody can work out from these statistics, or by comparing them with "
    "others from this kiosk, what a few people answered. Counts are rounded to 5. Counts under 10 are "
    "not shown. A sum without them says 'or more'."
)


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
    held: tuple[VenueFigures, ...] = ()
    """Likewise of the venues whose keys are held."""

    def venues(self, name: str = "") -> list[VenueFigures]:
        """Return the figures of each venue, or of the one of a name. Raises DeskError where there is none."""
        every = [self.own, *self.held]
        if name and not (every := [one for one in every if same_name(one.venue, name)]):
            raise DeskError("No venue of that name is counted here. To see which are, run 'kiosk key held'.")
        return every


def summarise(
    home: Home,
    identity: str,
    period: Period,
    now: datetime,
    *,
    held: Sequence[HeldVenue] = (),
    processes: int | None = None,
    progress: Progress = lambda done, total: None,
    for_good: bool = False,
) -> Made:
    """Return the summary of a period. What is not kept yet is counted first, and kept.

    `identity` is the venue's, and `held` are those whose keys are held, each counted apart. With `for_good`
    no quarter is counted that is not over for good (`due`), as fits a count that nobody asked for. `progress`
    is told how many entries are counted, and about how many there are.

    Raises DeskError where the clock is not believed or a process was stopped, VaultError where the list of
    entries or kept figures cannot be read, and either where new figures could not be kept. Nothing is shown
    then.
    """
    settings = load_settings(home.settings)
    unread, units = 0, {one: units_of(one.home, period) for one in apart.every(home, identity, held)}
    each = [(one, unit) for one, theirs in units.items() for unit in theirs]
    if not all(figures.file_of(one.home, unit).exists() for one, unit in each):
        if processes is None and not _many(home):
            processes = 1
        ahead = clock.AHEAD if for_good else timedelta()
        elsewhere = of_other_venues(home, recipients_of(opening(identity, held)))
        with (
            closing(_workers(home, identity, held, processes)) as workers,
            move_journal.alone(home.vault, shared=True),
        ):
            rows, erased = _listed(home)
            running = _running(home, rows, period, now, ahead)
            strays = Strays()
            entries = _own(entries_in(home.vault, erased, strays), elsewhere)
            counted = workers.count(entries, lambda done: progress(done, max(done, len(rows))))
            _finish_erasing(home, strays.counts.keys() & (erased | strays.erased))
            identities = {one.name: one.identities for one in held}
            uncounted.count(home, identity, running, counted, identities, others=bool(elsewhere))
        for one, theirs in units.items():
            _keep(one, counted, theirs, running, settings, str(day_of(now)))
        _remember(home, identity, held, [one.named(str(unit)) for one, unit in each])
        unread = counted.unread + len(strays.unreadable)
    own, *others = (
        VenueFigures(venue=one.held or settings.venue.name, quarters=tuple(map(one.read, theirs)))
        for one, theirs in units.items()
    )
    with suppress(PlaceError):  # the unlock says what is wrong with the places; another count tries again
        sent_figures.offer(home, identity, own)
    return Made(summary_of(period, [own, *others]), unread, own, tuple(others))


def _own(entries: Iterable[Entry], elsewhere: Collection[str]) -> Iterator[Entry]:
    """Yield the entries that are not of venues of which places `elsewhere` are: nobody opens those here."""
    return (one for one in entries if writer_of(one[1][0]) not in elsewhere)


def _remember(home: Home, identity: str, held: Sequence[HeldVenue], names: Sequence[str]) -> None:
    """Drop what was counted, and keep the digests of the figures that these, and others, have now."""
    with suppress(OSError):  # the figures are kept: the next purge drops what was counted
        uncounted.drop_counted(home)
    digests = apart.digests(home, identity, held, names)
    stock.remember(home, identity, quarters={name: one for name, one in digests.items() if one})


def _keep(
    venue: Apart,
    counted: Counted,
    units: Iterable[Quarter],
    running: Quarter,
    settings: Settings,
    today: str,
) -> None:
    """Keep a venue's figures of these units, and of what else was counted and is over."""
    home, whole = venue.home, is_whole(venue.home)
    quarters = (group.quarter for group in counted.tables if group.held == venue.held)
    found = (one.whole() if whole(one.year) else one for one in quarters)
    fresh = sorted({*units, *(one for one in found if one.parts()[-1] < running)})
    by_bands = settings.summaries.scales == "bands"
    library = library_of(home, settings)
    for one in fresh:
        made = figures.figures_of(one, counted, library, today, by_bands=by_bands, held=venue.held)
        figures.keep(home, venue.identities, made)


def _finish_erasing(home: Home, ids: Collection[str]) -> None:
    """Let what erased entries add to figures wait with the rest, where a crash left it beside their pages."""
    if not ids:
        return
    try:
        with closing(Catalogue(home.catalogue)) as catalogue:
            for id_ in ids:
                # Where it has a tombstone beside its pages alone, reconciling sees to it.
                with suppress(KeyError):
                    catalogue.bury_beside(PageFiles(home.vault), id_)
    except OSError as error:
        raise VaultError(explained(error, outcome=NOT_LISTED)) from error


def _workers(home: Home, identity: str, held: Sequence[HeldVenue], processes: int | None) -> Workers:
    names = {recipient: one.name for one in held for recipient in one.recipients}
    try:
        return Workers(home.vault, opening(identity, held), processes=processes, held=names)
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


def _running(home: Home, rows: Iterable[Row], period: Period, now: datetime, ahead: timedelta) -> Quarter:
    """Return the quarter that runs, where the clock may be so far ahead.

    Raises DeskError where it may be wrong and the period not over.

    Figures that were kept before their quarter was over would leave the rest of it out for good.
    """
    known, newest = clock.read(home.clock), clock.newest_of(rows)
    verdict, _ = clock.judge(known, now, newest)
    if verdict.right:
        return quarter_of(now - ahead)
    known_times = [moment for moment in (known.trusted, newest) if moment]
    running = quarter_of(min([now, max(known_times, default=now)]))
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
    each[1:] = [[*map(of_another_venue, one)] for one in each[1:]]
    kept = sorted(chain(*reversed(each)), key=lambda figures: figures.parts()[-1])
    span = "quarter" if any(len(figures.parts()) == 1 for figures in kept) else "year"
    spans = [name for name, count in ((span, max(map(len, each))), ("venue", len(venues))) if count > 1]
    few = f"{FEW} a {' and '.join(spans)}" if spans else FEW
    ids = dict.fromkeys((pack.id, pack.state) for figures in reversed(kept) for pack in figures.packs)
    charts: list[Chart] = []
    for id_ in ids:
        packs = [
            next((pack for pack in figures.packs if (pack.id, pack.state) == id_), None) for figures in kept
        ]
        charts += Sum(packs, [figures.quarter for figures in kept], few).charts()
    return Summary(
        venue=", ".join(one.venue for one in venues),
        period=period.title,
        charts=tuple(charts),
        notes=tuple(_notes(period, venues, charts)),
    )


def _notes(period: Period, venues: Sequence[VenueFigures], charts: Sequence[Chart]) -> Iterator[str]:
    """Yield what a reader needs to know."""
    every = [chart for chart in charts if chart.figure == "entries"]
    made = [f"{one.cells[0].says} of {one.pack}" if len(every) > 1 else one.cells[0].says for one in every]
    yield f"Finished entries counted here: {', '.join(made)}. Entries that have expired are included."
    there = {chart.figure for chart in charts}
    if there <= {"entries", "visits"}:
        yield f"There are {FEW} entries, so nothing more is shown."
        if any(len(one.parts()) == 1 for venue in venues for one in venue.within(period.quarters)):
            yield "If this is so in most quarters, the settings can count whole years instead."
    elif "movement" not in there:
        yield "Then and now is not shown: too few customers came back for that."
    yield PROTECTED
    yield "What a customer kept back is not counted, nor as left open. Free-text answers are not included."
    if "visits" in there:
        yield "How visits went is added up over ten visits or more, and nothing is kept of one by itself."
    if period.running:
        yield f"Not over yet, so not included: {', '.join(map(str, period.running))}."
    days = ", ".join(
        f"{f'{venue.venue}, ' if len(venues) > 1 else ''}{one.quarter}"
        f"{' in three bands' if one.is_in_bands() else ''} on {short_day(date.fromisoformat(one.counted))}"
        for venue in venues
        for one in venue.within(period.quarters)
    )
    yield f"Counted: {days}. Entries saved or deleted later change nothing here."
