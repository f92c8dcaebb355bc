"""How visits went, without a trail of any: sums over ten visits or more, for whoever writes the questions.

A visit tells its supervisor at its end, and nobody before: at which questions its customer went back, at
which one an unsaved visit ended, and in which of three bands its time was. The supervisor adds that up in
its memory alone. Once an hour, and when the kiosk is closed, what ten visits or more come to is sealed to the
venue's key (`uncounted/2026-Q3.<random>.visits.age`, all of one size and dated to 1970), and forgotten. What
fewer come to stays in memory, and is lost when the machine is switched off. So no file holds fewer than ten
visits, and the disk is the same before and after any one of them.
"""

import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from kiosk import seal, untrusted
from kiosk.counts.disclosure import Asked, least, most, rounded, rounded_all
from kiosk.counts.quarters import Quarter, quarter_of
from kiosk.entry.meaning import Form
from kiosk.home import Home
from kiosk.pack.model import Answerable
from kiosk.vault import durable
from kiosk.vault.durable import DISK, Disk

LEAST_VISITS = 10
MOST_VISITS = 1000
"""No file holds more: what an hour brings, and nine of before, is far less."""
SHORT, LONG = 5 * 60.0, 30 * 60.0
"""Seconds from the first question to the end. In less than five minutes nobody answers even the short pack,
which takes four to six; the long one takes ten to twenty, so half an hour is long for it too."""
ROOM = 2
"""So many visits more at any one place look the same."""
BLOCK = 8 * seal.BLOCK
"""Bytes that a file is padded to: twice a hundred questions fit."""
ENDING = ".visits.age"
_Questions = Annotated[tuple[tuple[untrusted.Name, Form], ...], msgspec.Meta(max_length=2000)]
_Counts = Annotated[tuple[tuple[untrusted.Name, Form, untrusted.Count], ...], msgspec.Meta(max_length=2000)]


class VisitTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a visit tells of itself at its end."""

    pack: untrusted.Name
    state: Answerable
    went_back: _Questions
    """From where its customer went back, each question once."""
    stopped: _Questions
    """Where it ended, if it was not saved; else nothing."""
    band: Annotated[int, msgspec.Meta(ge=0, le=2)]
    """Short, middle or long."""


def band_of(seconds: float) -> int:
    """Return in which band a time is: 0 for a short one, 1, or 2 for a long one."""
    return (seconds >= SHORT) + (seconds > LONG)


class VisitSums(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What ten visits or more come to."""

    version: Literal[2] = 2
    mark: untrusted.Name
    """Drawn: tells a copy of them."""
    quarter: Quarter
    """In which they were added up."""
    pack: untrusted.Name
    state: Answerable
    times: tuple[untrusted.Count, untrusted.Count, untrusted.Count]
    """How many were short, neither, long."""
    went_back: _Counts
    stopped: _Counts

    @property
    def is_possible(self) -> bool:
        """Whether visits can have gone like that, and so many."""
        many, back, stopped = sum(self.times), self.went_back, self.stopped
        return (
            LEAST_VISITS <= many <= MOST_VISITS
            and all(number <= many for *_, number in back)
            and sum(number for *_, number in stopped) <= many
            and all(len({one[:2] for one in some}) == len(some) for some in (back, stopped))
        )

    def counts(self) -> "Visits":
        """Return them to add up."""
        back, stopped = (
            Counter({Asked(question, form): number for question, form, number in some})
            for some in (self.went_back, self.stopped)
        )
        return Visits([*self.times], back, stopped)


@dataclass
class Visits:
    """Counts of how visits went."""

    times: list[int] = field(default_factory=lambda: [0, 0, 0])
    went_back: Counter[Asked] = field(default_factory=Counter)
    stopped: Counter[Asked] = field(default_factory=Counter)

    def add(self, other: "Visits") -> None:
        """Add others."""
        self.times = [mine + theirs for mine, theirs in zip(self.times, other.times, strict=True)]
        self.went_back.update(other.went_back)
        self.stopped.update(other.stopped)


def protect(true: Visits) -> Visits:
    """Return what may be shown of how visits went.

    How many visits there were is not shown: the shown times alone tell that there were so many, and a count
    is shown only where it fits into these with `ROOM` to spare. So nobody can work out more of a few visits
    than of a few entries from figures (`kiosk.counts.disclosure`).
    """
    shown = Visits([*map(rounded, true.times)], rounded_all(true.went_back), rounded_all(true.stopped))
    room = sum(most(number) for number in shown.times if number) - ROOM
    shown.went_back = Counter(
        {one: number for one, number in shown.went_back.items() if least(number) <= room}
    )
    for one, _number in sorted(shown.stopped.items(), key=lambda item: item[1]):
        if sum(map(least, shown.stopped.values())) > room:
            del shown.stopped[one]
    return shown


class VisitLog:
    """The supervisor's sums, in memory alone."""

    def __init__(self) -> None:
        self._sums: dict[tuple[str, Answerable], Visits] = {}

    def hear(self, told: str) -> None:
        """Add one visit, as JSON. Raises msgspec.DecodeError for what is none."""
        one = untrusted.json(told.encode(), VisitTold)
        sums = self._sums.setdefault((one.pack, one.state), Visits())
        if sum(sums.times) == MOST_VISITS:
            return
        sums.times[one.band] += 1
        sums.went_back.update({Asked(*asked) for asked in one.went_back})
        sums.stopped.update({Asked(*asked) for asked in one.stopped[:1]})

    def take(self, now: datetime, draw: Callable[[int], str] = secrets.token_hex) -> list[VisitSums]:
        """Return what enough visits come to, and forget it; `draw` gives so many random bytes in hex."""
        ready = [which for which, sums in self._sums.items() if sum(sums.times) >= LEAST_VISITS]
        return [_told(*which, self._sums.pop(which), quarter_of(now), draw(16)) for which in ready]


def _told(pack: str, state: Answerable, sums: Visits, quarter: Quarter, mark: str) -> VisitSums:
    short, middle, long = sums.times
    return VisitSums(
        mark=mark,
        quarter=quarter,
        pack=pack,
        state=state,
        times=(short, middle, long),
        went_back=tuple((*asked, number) for asked, number in sums.went_back.items()),
        stopped=tuple((*asked, number) for asked, number in sums.stopped.items()),
    )


def keep(home: Home, venue_key: str, sums: VisitSums, *, disk: Disk = DISK) -> None:
    """Keep what visits came to, sealed to the venue's recipient, until the quarter is counted.

    Lets OSError and SealError through.
    """
    sealed = seal.seal(msgspec.json.encode(sums), (venue_key,), block=BLOCK)
    file = home.uncounted / f"{sums.quarter}.{secrets.token_hex(16)}{ENDING}"
    durable.create_once(file, sealed, modified=0, disk=disk)
