"""What may be shown of true counts, so that nobody can work out what a few people answered.

A table is what the entries of one reflection in one quarter of a year say. Each of its counts is protected by
itself: under 10 it is hidden, else rounded to the nearest 5. But the counts of a table bear on one another:
nobody answers a scale who made no entry, and nobody is higher now who is at the lowest point. Of 52 entries,
13 at each of four points of five, `about 50` beside four times `about 15` would tell that each is 13 and that
the fifth point is empty. So two kinds of count give way:

- The number of entries is raised to the next 5 where it would not leave room for two people more than the
  least that the shown counts of a question stand for. It is then at most 4 more than there are.
- A count of who is higher, the same or lower now is lowered, by steps of 5 and under 10 to nothing, until it
  can be explained without a single person at a hidden point.

And a total is the sum of its shown counts, never one that was rounded by itself.

Each entry answers a question once, or leaves it open once. A question that began to mean something else has
two forms, and is asked in one of them: what both show has to fit into the same entries.

A venue may have scales counted in three bands (`in_bands`). Its settings say so, whatever the counts are.
What is protected is then a table of bands, as if nobody had chosen more closely. Of movement it is taken, as
of points, that nobody in the first band is higher now, and nobody in the last one lower: so there are true
tables of points for it as well, with the first band at the first point and the last one at the last.

What this gives, and `tests/kiosk/counts/test_disclosure.py` proves: **take any true table and what is shown
of it. There are other true tables of which exactly the same is shown: for each hidden count such with 0, with
1 and with 2 in its place, and for each shown count such with three different values in its place.** It holds
for whoever knows these rules. To see why: let every hidden count be 0, each shown point stand for as few as
it may or for what it says, and let there be two entries more than it says. Whatever is needed for the counts
of movement fits into that, because they were lowered to fit; and two people more at any one place still do.

It does not hold for whoever knows something of the entries from elsewhere: somebody who knows that nobody
left a question open can subtract its counts from the number of entries.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import add
from typing import NamedTuple, TypeVar

from kiosk.entry.meaning import Form

LEAST = 10
"""A count below this is hidden."""
STEP = 5
"""Counts are rounded to a multiple of this."""
_T = TypeVar("_T")
BANDS = 3
"""So many bands a scale may be counted in."""
HIGHER, SAME, LOWER = range(3)
"""The places of `Answers.moves`."""


class Asked(NamedTuple):
    """A question in one of its forms: asked so that it means something else, it is another one."""

    question: str
    form: Form = Form()


class Scale(NamedTuple):
    """A scale that was asked. Asked in another form, or counted in bands, it is another one."""

    question: str
    points: int
    """How many counts there are of it: of its points, or of bands of them."""
    bands_of: int = 0
    """Where these are bands: with how many points it was asked."""
    form: Form = Form()

    @property
    def asked(self) -> Asked:
        """The question, however it is counted."""
        return Asked(self.question, self.form)


class Card(NamedTuple):
    """A card, by its words: another version of a deck may have others under its id."""

    asked: Asked
    label: str


@dataclass
class Answers:
    """How a scale was answered."""

    points: list[int]
    """How many chose each of its points."""
    moves: list[int] = field(default_factory=lambda: [0, 0, 0])
    """Of those who answered it in their first reflection too: how many are higher now, the same, lower."""


@dataclass
class Table:
    """What some entries say: true counts, or what is shown of them, with 0 for what is hidden."""

    entries: int = 0
    scales: dict[Scale, Answers] = field(default_factory=dict)
    cards: Counter[Card] = field(default_factory=Counter)
    """How many picked a card."""
    left_open: Counter[Asked] = field(default_factory=Counter)
    """How many shared a question, and left it open."""

    def answers(self, scale: Scale) -> Answers:
        """Return how a scale was answered, to add to."""
        found = self.scales.get(scale)
        if found is None:
            found = self.scales[scale] = Answers([0] * scale.points)
        return found

    def add(self, other: "Table") -> None:
        """Add what others say."""
        self.entries += other.entries
        self.cards.update(other.cards)
        self.left_open.update(other.left_open)
        for scale, theirs in other.scales.items():
            mine = self.answers(scale)
            mine.points[:] = map(add, mine.points, theirs.points)
            mine.moves[:] = map(add, mine.moves, theirs.moves)


def bands(points: int) -> tuple[range, range, range]:
    """Return the places of a scale's points, from 0, that are counted together; the outer bands are alike."""
    side = (points + 1) // BANDS
    return range(side), range(side, points - side), range(points - side, points)


def banded(scale: Scale) -> Scale:
    """Return a scale as it is counted in bands: itself where it has no more points than there are bands."""
    return scale._replace(points=BANDS, bands_of=scale.points) if scale.points > BANDS else scale


def in_bands(true: Table) -> Table:
    """Return true counts in bands."""
    table = Table(true.entries, cards=true.cards, left_open=true.left_open)
    for scale, answers in true.scales.items():
        points, wide = answers.points, banded(scale)
        if wide != scale:
            points = [sum(points[place] for place in band) for band in bands(scale.points)]
        table.scales[wide] = Answers(points, answers.moves)
    return table


def rounded(true: int) -> int:
    """Return what is shown of a count: the nearest multiple of 5, and 0 below 10."""
    return 0 if true < LEAST else (true + STEP // 2) // STEP * STEP


def least(shown: int) -> int:
    """Return the least count of which this is shown."""
    return max(LEAST, shown - STEP // 2) if shown else 0


def most(shown: int) -> int:
    """Return the greatest count of which this is shown."""
    return shown + STEP // 2 if shown else LEAST - 1


def protect(true: Table) -> Table:
    """Return what may be shown of a table's true counts."""
    shown = Table(
        cards=rounded_all(true.cards),
        left_open=rounded_all(true.left_open),
        scales={scale: Answers([*map(rounded, one.points)]) for scale, one in true.scales.items()},
    )
    needed = _needed(shown)
    shown.entries = max(rounded(true.entries), -(-max(needed.values(), default=0) // STEP) * STEP)
    forms = Counter(scale.question for scale, one in shown.scales.items() if any(one.points))
    for scale, one in shown.scales.items():
        if forms[scale.question] < 2:
            # Two forms of a question share its entries: what movement needs of both would have to fit.
            moves = [*map(rounded, true.scales[scale].moves)]
            one.moves = _lowered(one.points, _room(shown, scale, needed), moves)
    return shown


def rounded_all(true: Counter[_T]) -> Counter[_T]:
    """Return what is shown of counts; nothing of those that are hidden."""
    return Counter({what: rounded(number) for what, number in true.items() if rounded(number)})


def _needed(shown: Table) -> Counter[str]:
    """Return how many entries the shown counts of each question stand for at least."""
    picked: defaultdict[Asked, int] = defaultdict(int)
    for card, number in shown.cards.items():
        picked[card.asked] = max(picked[card.asked], least(number))
    needed = Counter[str]()
    for scale, answers in shown.scales.items():
        needed[scale.question] += sum(map(least, answers.points))
    for asked, number in (*picked.items(), *((asked, least(one)) for asked, one in shown.left_open.items())):
        needed[asked.question] += number
    return needed


def _room(shown: Table, scale: Scale, needed: Counter[str]) -> int:
    """Return how many entries there are for one form of a scale."""
    others = needed[scale.question] - sum(map(least, shown.scales[scale].points))
    return shown.entries - others


def may_be_more(shown: Table, scale: Scale) -> tuple[bool, bool, bool]:
    """Tell which of the shown movements of a scale may have been lowered: this follows from what is shown."""
    answers = shown.scales[scale]
    if not any(answers.moves):
        return False, False, False
    room = _room(shown, scale, _needed(shown))
    higher, same, lower = (
        moved > 0 and not _fits(answers.points, room, _with(answers.moves, place, moved + STEP))
        for place, moved in enumerate(answers.moves)
    )
    return higher, same, lower


def _lowered(points: Sequence[int], entries: int, moves: Sequence[int]) -> list[int]:
    """Return the movements that may be shown beside these points and entries, as they are shown."""
    lowered = [0, 0, 0]
    for place in (HIGHER, LOWER, SAME):
        for shown in range(moves[place], LEAST - 1, -STEP):
            if _fits(points, entries, _with(lowered, place, shown)):
                lowered[place] = shown
                break
    return lowered


def _with(moves: Sequence[int], place: int, shown: int) -> list[int]:
    return [*moves[:place], shown, *moves[place + 1 :]]


def _fits(points: Sequence[int], entries: int, moves: Sequence[int]) -> bool:
    """Tell whether movements can be explained with nobody at a hidden point, all counts as they are shown.

    Who is higher now is not at the first point, and who is lower now is not at the last. Each point may have
    from the least that it stands for to what it says, and all of them no more than there are entries.
    """
    higher, same, lower = map(least, moves)
    first, *others, last = points
    between = min(sum(others), entries - least(first) - least(last))
    at_first, at_last = max(least(first), lower - between), max(least(last), higher - between)
    return (
        at_first <= first
        and at_last <= last
        and at_first + between + at_last <= entries
        and higher + same + lower <= min(first + between + last, entries)
    )
