"""The figures of one venue as a file, for a summary of several.

It holds what `kiosk.desk.summaries.figures` keeps of some quarters: counts that may be shown anyway, and so
it is not sealed. A file that came from elsewhere is checked and cleaned like any text from outside.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from kiosk import untrusted
from kiosk.counts.disclosure import LEAST, STEP, Scale, banded
from kiosk.counts.quarters import Quarter
from kiosk.desk.summaries.figures import (
    ASK,
    MOST_BYTES,
    AskedFigures,
    CardFigure,
    CardsFigures,
    Figures,
    PackFigures,
    QuestionFigure,
    ScaleFigures,
    TitledFigures,
)
from kiosk.errors import DeskError
from kiosk.os_errors import explained
from kiosk.text import folded, one_line

_Titled = TypeVar("_Titled", bound=TitledFigures)
LINE = 80
"""Characters of a label or a name."""
MOST_PARTS = 500
"""Scales, or cards, of one reflection: a deck of the kiosk has 64."""
MOST = 10_000_000
"""More entries than any venue has: what says so is no figures file."""


class VenueFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What may be shown of some quarters at one venue."""

    version: Literal[2] = 2
    kind: Literal["figures of a venue"] = "figures of a venue"
    venue: str
    quarters: tuple[Figures, ...]
    """In order."""

    def within(self, quarters: Collection[Quarter]) -> Iterator[Figures]:
        """Yield the figures that are of nothing but these quarters."""
        return (figures for figures in self.quarters if {*quarters}.issuperset(figures.parts()))

    def missing(self, quarters: Collection[Quarter]) -> list[str]:
        """Return of which of these quarters there are no figures.

        Those of a whole year are figures of its quarters where all of them are asked for.
        """
        there = {part for figures in self.within(quarters) for part in figures.parts()}
        return [str(quarter) for quarter in quarters if quarter not in there]


def to_bytes(figures: VenueFigures) -> bytes:
    """Return the file, as JSON in UTF-8."""
    return msgspec.json.format(msgspec.json.encode(figures), indent=2) + b"\n"


def from_bytes(data: bytes, file: str) -> VenueFigures:
    """Return what a file holds, its texts cleaned. Raises DeskError where it is none; `file` is its name."""
    try:
        read = untrusted.json(data, VenueFigures)
    except msgspec.DecodeError as error:
        raise _no_figures(file) from error
    if not (all(map(_is_whole, read.quarters)) and one_line(read.venue, LINE)):
        raise _no_figures(file)
    parts = [part for figures in read.quarters for part in figures.parts()]
    if len({*parts}) < len(parts):
        raise _no_figures(file)
    quarters = tuple(map(_cleaned, read.quarters))
    return VenueFigures(venue=one_line(read.venue, LINE), quarters=quarters)


def from_file(path: Path) -> VenueFigures:
    """Return what a file holds. Raises DeskError where it is none, or cannot be read."""
    name = one_line(path.name, LINE)
    try:
        data = untrusted.read(path, MOST_BYTES, links=True)
    except untrusted.UnfitFileError as error:
        raise _no_figures(name) from error
    except OSError as error:
        raise DeskError(explained(error, path, "Nothing was read.")) from error
    except ValueError as error:
        raise DeskError(f"{name} is not a path. Nothing was read. Check it.") from error
    return from_bytes(data, name)


def require_together(venues: Sequence[VenueFigures], quarters: Collection[Quarter]) -> None:
    """Raise DeskError where a venue is named twice, or one has no figures of a quarter."""
    [(name, count)] = Counter(_compared(one.venue) for one in venues).most_common(1)
    if count > 1:
        twice = next(one.venue for one in venues if _compared(one.venue) == name)
        raise DeskError(f"{twice} would be counted twice. Give one file for each other venue.")
    for one in venues:
        if missing := one.missing(quarters):
            raise DeskError(
                f"The figures file of {one.venue} does not have {', '.join(missing)}. Ask that venue for "
                "a file for the same time."
            )


def _compared(name: str) -> str:
    """Return a name as it is compared, whatever its spaces."""
    return " ".join(folded(name).split())


def _no_figures(file: str) -> DeskError:
    return DeskError(
        f"{one_line(file, LINE)} is not a figures file. On the other kiosk, make one with 'kiosk summary "
        "PERIOD --figures FILE'."
    )


def _is_whole(figures: Figures) -> bool:
    """Tell whether its parts fit one another, every count may be one, and its day is one."""
    with suppress(ValueError):
        for day in (figures.counted, *_days(figures)):
            date.fromisoformat(day)
        figures.parts()
        return _counts_fit(figures)
    return False


def _questions(pack: PackFigures) -> tuple[tuple[QuestionFigure, ...], ...]:
    return pack.left_open, pack.went_back, pack.stopped


def _days(figures: Figures) -> Iterator[str]:
    for pack in figures.packs:
        every: list[AskedFigures] = [*pack.scales, *pack.cards]
        for part in _questions(pack):
            every += part
        yield from (one.began for one in every if one.began)


def _counts_fit(figures: Figures) -> bool:
    counts = [pack.entries for pack in figures.packs]
    for pack in figures.packs:
        cards = [card.picked for one in pack.cards for card in one.cards]
        if max(map(len, (pack.scales, pack.cards, cards, *_questions(pack)))) > MOST_PARTS:
            return False
        counts += [*cards, *pack.times, *(one.number for part in _questions(pack) for one in part)]
        for scale in pack.scales:
            is_whole = (
                scale.scale == banded(Scale(scale.question, scale.bands_of, form=scale.form))
                if scale.bands_of
                else scale.points
            )
            if not is_whole or len(scale.labels) != len(scale.points):
                return False
            counts += [*scale.points, *scale.moves]
    named = [(pack.id, pack.state) for pack in figures.packs]
    may_be_shown = all(not one or (LEAST <= one <= MOST and one % STEP == 0) for one in counts)
    return may_be_shown and len(set(named)) == len(named)


def _cleaned(figures: Figures) -> Figures:
    packs = tuple(
        PackFigures(
            id=pack.id,
            state=pack.state,
            title=one_line(pack.title, LINE),
            entries=pack.entries,
            scales=tuple(map(_cleaned_scale, pack.scales)),
            cards=tuple(map(_cleaned_cards, pack.cards)),
            left_open=tuple(map(_cleaned_titles, pack.left_open)),
            went_back=tuple(map(_cleaned_titles, pack.went_back)),
            stopped=tuple(map(_cleaned_titles, pack.stopped)),
            times=pack.times,
        )
        for pack in figures.packs
    )
    return Figures(quarter=figures.quarter, counted=figures.counted, packs=packs)


def _cleaned_scale(scale: ScaleFigures) -> ScaleFigures:
    labels = tuple(one_line(label, LINE) for label in scale.labels)
    return msgspec.structs.replace(_cleaned_titles(scale), labels=labels)


def _cleaned_cards(one: CardsFigures) -> CardsFigures:
    cards = (CardFigure(label=one_line(card.label, LINE), picked=card.picked) for card in one.cards)
    return msgspec.structs.replace(one, ask=one_line(one.ask, ASK), cards=tuple(cards))


def _cleaned_titles(one: _Titled) -> _Titled:
    return msgspec.structs.replace(
        one, section=one_line(one.section, LINE), title=one_line(one.title, LINE), ask=one_line(one.ask, ASK)
    )
