"""Kept figures of one reflection, added up: what each question says in each of its meanings, as charts."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal, TypeVar

import msgspec

from kiosk.counts.disclosure import STEP, least, most
from kiosk.dates import short_day
from kiosk.desk.summaries.figures import CardsFigures, Figures, PackFigures, QuestionFigure, ScaleFigures

FEW = "fewer than 10"
NOT_SHOWN = "not shown"
TIMES = ("under 5 minutes", "5 to 30 minutes", "over 30 minutes")
MOVES = ("higher now", "the same", "lower now")

Figure = Literal["entries", "ratings", "strengths", "movement", "left open", "visits"]
_AnyPart = ScaleFigures | CardsFigures | QuestionFigure
_Part = TypeVar("_Part", ScaleFigures, CardsFigures, QuestionFigure)


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
    when: str = ""
    """Until or since when it was asked so, where the same question was asked with another meaning too."""
    cells: tuple[Cell, ...]
    total: Cell | None = None


def of_another_venue(figures: Figures) -> Figures:
    """Return figures of which only the words count: its versions of a pack may be other ones."""

    def plain(some: Sequence[_Part]) -> tuple[_Part, ...]:
        return tuple(msgspec.structs.replace(one, form=one.form._replace(version=0)) for one in some)

    packs = (
        msgspec.structs.replace(
            pack,
            scales=plain(pack.scales),
            cards=plain(pack.cards),
            left_open=plain(pack.left_open),
            went_back=plain(pack.went_back),
            stopped=plain(pack.stopped),
        )
        for pack in figures.packs
    )
    return msgspec.structs.replace(figures, packs=tuple(packs))


class _Meaning:
    """A question, in all forms in which it means the same."""

    def __init__(self, newest: _AnyPart) -> None:
        self._asked = _asked(newest)
        self._forms = [newest.form]

    def takes(self, part: _AnyPart) -> bool:
        """Tell whether it is this question, and note its form if so."""
        form = part.form
        words = {known.words for known in self._forms if known.kind == form.kind}
        is_one = _asked(part) == self._asked and (
            self._forms[0].takes(form) or (not form.version and form.words in words)
        )
        if is_one:
            self._forms.append(form)
        return is_one


class Sum:
    """The figures of one reflection, over some quarters and venues."""

    def __init__(self, packs: Sequence[PackFigures | None], quarters: Sequence[str], few: str) -> None:
        self._packs = [*reversed(packs)]
        """Of the newest quarter first; None where it was not listed."""
        self._quarters = [*reversed(quarters)]
        self._few = few
        newest = next(pack for pack in self._packs if pack)
        self._title = f"{newest.title}, while it was tried out" if newest.state == "pilot" else newest.title

    def charts(self) -> Iterator[Chart]:
        """Yield the charts. Of a reflection with no entries to show, only that there are none."""
        entries = self._cell("finished entries", [pack.entries if pack else 0 for pack in self._packs])
        yield self._chart("entries", "", "", (entries,))
        if entries.about:
            yield from self._answers()
        yield from self._visits()

    def _answers(self) -> Iterator[Chart]:
        """Yield what the entries say."""
        scales = self._by_meaning([pack.scales if pack else () for pack in self._packs])
        for found, when in scales:
            for bands in dict.fromkeys(one.bands_of for some in found for one in some):
                yield self._ratings([[one for one in some if one.bands_of == bands] for some in found], when)
        for cards, when in self._by_meaning([pack.cards if pack else () for pack in self._packs]):
            yield self._strengths(cards, when)
        for found, when in scales:
            movement = self._movement(found, when)
            if any(cell.about for cell in movement.cells):
                yield movement
        yield self._left_open()

    def _by_meaning(self, every: Sequence[Sequence[_Part]]) -> list[tuple[list[list[_Part]], str]]:
        """Return the figures of each question in each of its meanings, by quarter; and when it was asked so.

        All meanings of a question stand together, the newest first.
        """
        meanings: dict[str, list[_Meaning]] = {}
        parts: dict[int, list[list[_Part]]] = {}
        for place, some in enumerate(every):
            for part in some:
                there = meanings.setdefault(part.question, [])
                meaning = next((one for one in there if one.takes(part)), None)
                if meaning is None:
                    meaning = _Meaning(part)
                    there.append(meaning)
                parts.setdefault(id(meaning), [[] for _ in every])[place].append(part)
        found = []
        for there in meanings.values():
            newer = None
            for one in there:
                when = self._when(parts[id(one)], newer) if len(there) > 1 else ""
                found.append((parts[id(one)], when))
                newer = parts[id(one)]
        return found

    def _when(self, found: Sequence[Sequence[_AnyPart]], newer: Sequence[Sequence[_AnyPart]] | None) -> str:
        """Return until when a question was asked so; of the newest meaning, since when."""
        began = [one.began for some in (newer or found) for one in some if one.began]
        shown = [
            quarter for some, quarter in zip(found, self._quarters, strict=True) if any(map(_is_shown, some))
        ]
        if not (began or shown):
            return ""
        if newer is None:
            return f"Asked like this since {_day(began[0]) if began else shown[-1]}."
        return f"Asked like this until {_day(began[0]) if began else shown[0]}."

    def _ratings(self, found: Sequence[Sequence[ScaleFigures]], when: str) -> Chart:
        newest = next(one for some in found for one in some)
        cells = tuple(
            self._cell(label, [sum(one.points[place] for one in some) for some in found])
            for place, label in enumerate(newest.labels)
        )
        # A chart of bands is not to be taken for one of points.
        title = f"{newest.title}, in bands" if newest.bands_of else newest.title
        total = self._total(found)
        return self._chart("ratings", newest.section, title, cells, total, asked=newest.ask, when=when)

    def _total(self, found: Sequence[Sequence[ScaleFigures]]) -> Cell:
        """Return how many answered: what the shown counts can stand for, and no more than there are entries.

        Each count is rounded by itself, so of 24 people who all answered there may be two counts of 10.
        """
        both = [
            ([point for one in some for point in one.points], pack.entries if some and pack else 0)
            for some, pack in zip(found, self._packs, strict=True)
        ]
        every = [min(sum(points), entries) for points, entries in both]
        more = 0 in every or any(0 in points and sum(points) < entries for points, entries in both)
        cell = self._cell("in all", every, more=more, hidden=NOT_SHOWN)
        low = sum(sum(map(least, points)) for points, _ in both) // STEP * STEP
        high = sum(min(-(-sum(map(most, points)) // STEP) * STEP, entries) for points, entries in both)
        if more or low == high:
            return cell
        return Cell(cell.label, cell.about, f"about {low:,} to {high:,}")

    def _movement(self, found: Sequence[Sequence[ScaleFigures]], when: str) -> Chart:
        newest = next(one for some in found for one in some)
        cells = tuple(
            self._cell(
                label,
                [sum(one.moves[place] for one in some) for some in found],
                more=any(one.may_be_more[place] for some in found for one in some),
                hidden=NOT_SHOWN,
            )
            for place, label in enumerate(MOVES)
        )
        return self._chart("movement", newest.section, newest.title, cells, asked=newest.ask, when=when)

    def _strengths(self, found: Sequence[Sequence[CardsFigures]], when: str) -> Chart:
        picked = [Counter[str]() for _ in found]
        for counted, some in zip(picked, found, strict=True):
            for one in some:
                counted.update({card.label: card.picked for card in one.cards})
        labels = dict.fromkeys(label for counted in picked for label in counted)
        cells = [self._cell(label, [counted[label] for counted in picked]) for label in labels]
        cells.sort(key=lambda cell: (-cell.about, cell.label.casefold()))
        asked = next((one.ask for some in found for one in some if one.ask), "")
        return self._chart("strengths", "", "Strengths chosen most", tuple(cells), asked=asked, when=when)

    def _left_open(self) -> Chart:
        entries = sum(pack.entries for pack in self._packs if pack)
        cells = self._at_questions([pack.left_open if pack else () for pack in self._packs])
        counted = tuple(msgspec.structs.replace(one, says=f"{one.says} of {entries:,}") for one in cells)
        return self._chart("left open", "", "Questions left open most", counted)

    def _visits(self) -> Iterator[Chart]:
        """Yield how visits went, where there is something to show."""
        packs = self._packs
        times = tuple(
            self._cell(label, [pack.times[place] if pack else 0 for pack in packs], hidden=NOT_SHOWN)
            for place, label in enumerate(TIMES)
        )
        back = self._at_questions([pack.went_back if pack else () for pack in packs])
        stopped = self._at_questions([pack.stopped if pack else () for pack in packs])
        if any(cell.about for cell in times):
            yield self._chart("visits", "", "Time from the first question to the end", times)
            yield self._chart("visits", "", "Where people went back", back)
            yield self._chart("visits", "", "Where visits ended that were not saved", stopped)

    def _at_questions(self, every: Sequence[Sequence[QuestionFigure]]) -> tuple[Cell, ...]:
        """Return counts at questions, the most first."""
        cells = []
        for found, when in self._by_meaning(every):
            newest = next(one for some in found for one in some)
            label = f"{newest.title} ({when.removesuffix('.').lower()})" if when else newest.title
            cells.append(self._cell(label, [sum(one.number for one in some) for some in found]))
        return tuple(sorted(cells, key=lambda cell: -cell.about))

    def _chart(
        self,
        figure: Figure,
        section: str,
        title: str,
        cells: tuple[Cell, ...],
        total: Cell | None = None,
        asked: str = "",
        when: str = "",
    ) -> Chart:
        return Chart(
            figure=figure,
            pack=self._title,
            section=section,
            title=title,
            asked=asked,
            when=when,
            cells=cells,
            total=total,
        )

    def _cell(self, label: str, shown: Sequence[int], *, more: bool = False, hidden: str = "") -> Cell:
        """Return a sum of shown counts, to which it says "or more" where one of them is hidden."""
        about = sum(shown)
        if not about:
            return Cell(label, 0, hidden or self._few)
        return Cell(label, about, f"about {about:,}{' or more' if more or 0 in shown else ''}")


def _asked(part: _AnyPart) -> tuple[str, int]:
    """Return a question, and of how many points it is, whether they are counted in bands or not."""
    return part.question, (part.bands_of or len(part.points)) if isinstance(part, ScaleFigures) else 0


def _day(began: str) -> str:
    return short_day(date.fromisoformat(began))


def _is_shown(part: _AnyPart) -> bool:
    match part:
        case ScaleFigures():
            return any(part.points)
        case CardsFigures():
            return any(card.picked for card in part.cards)
        case QuestionFigure():
            return part.number > 0
