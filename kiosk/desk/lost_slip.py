"""A lost slip: two members of staff, one after the other, find an entry by its name, date and answers.

They see what the customer lets staff read, and no more: what is "only with my code" stays closed. Both names
and the reason stand in the audit before anything is looked at.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from kiosk.dates import day_of, long_day, on_day
from kiosk.desk.audit.audit_log import Did
from kiosk.desk.desk import Desk
from kiosk.desk.find import NameIndex
from kiosk.desk.keys.staff_files import NAME_LIMIT
from kiosk.entry.opened import Opened
from kiosk.entry.pages import Reflection
from kiosk.errors import DeskError
from kiosk.progress import Progress, untold
from kiosk.text import compared, counted, name_line, one_line, same_name, written_line
from kiosk.typed_dates import read_day
from kiosk.vault.rows import Row

LOOKED: Did = "looked for a lost slip"
REASON_MOST = 200
AROUND = timedelta(days=3)
"""A day is remembered as well as that."""
EVERY = 100
"""After so many entries it is told how many there were."""


@dataclass(frozen=True)
class Wanted:
    """What is known of an entry whose slip is lost."""

    name: str = ""
    since: date | None = None
    until: date | None = None
    """The first and the last day that it may have been saved on."""
    words: str = ""
    """Words that stand in its answers."""

    @property
    def audited(self) -> str:
        """What the audit says of it: never the words, which are the customer's."""
        name = one_line(self.name, NAME_LIMIT)
        parts = (name and f"name {name}", self.days, "words in the answers" if self.words.strip() else "")
        return "; ".join(filter(None, parts)) or "every entry"

    @property
    def days(self) -> str:
        """The days in which it was saved, in words; empty where any will do."""
        first, last = (long_day(day) if day else "" for day in (self.since, self.until))
        return f"saved from {first} to {last}" if first and last else ""


class Found(NamedTuple):
    """What a search came to."""

    rows: tuple[Row, ...]
    missed: tuple[str, ...]
    """Where no entry fits: which of name, day and words missed, in sentences."""
    renamed: tuple[str, ...] = ()
    """Which of them had another name before they got a new code, in sentences."""


@dataclass(frozen=True)
class Search:
    """What two members of staff may look through."""

    desk: Desk
    second: str
    """Who unlocked too."""
    reason: str

    def look(self, rows: Sequence[Row], wanted: Wanted, progress: Progress = untold) -> Found:
        """Return the rows that fit, in their order; of words, where staff may read the answers.

        It is noted first what was looked for. Raises VaultError where that cannot be noted.
        """
        self.desk.note(LOOKED, detail=wanted.audited, second=self.second)
        renamed = self._renamed(rows, wanted.name)
        places = frozenset(NameIndex(row.name for row in rows).places(wanted.name))
        named = [row for place, row in enumerate(rows) if place in places or row.id in renamed]
        saved = [row for row in rows if _saved_between(row, wanted.since, wanted.until)]
        ids = {row.id for row in saved}
        both = [row for row in named if row.id in ids]
        found = self._saying(both, wanted.words, progress)
        missed = () if found else tuple(_missed(wanted, named, saved, both))
        return Found(found, missed, tuple(renamed[row.id] for row in found if row.id in renamed))

    def _renamed(self, rows: Sequence[Row], name: str) -> dict[str, str]:
        """Return the entries that had such a name before they got a new code, by id, and say so."""
        if not name.strip():
            return {}
        vault = self.desk.vault
        stones = vault.tombstones(vault.erased())
        names = {id_: vault.name_of(id_) for id_, said in stones.items() if said.get("why") == "new code"}
        ids = list(names)
        were = {ids[place] for place in NameIndex(names.values()).places(name)}
        return {
            row.id: f"{names[code.was]} got a new code on {on_day(code.made)}. Its name is now {row.name}."
            for row in (rows if were else ())
            for code in self.desk.new_codes(row)
            if code.was in were
        }

    def _saying(self, rows: Sequence[Row], words: str, progress: Progress) -> tuple[Row, ...]:
        """Return those rows in whose newest answers all these words stand, where staff may read them."""
        wanted = compared(words).split()
        if not wanted:
            return tuple(rows)
        found = []
        for done, row in enumerate(rows, 1):
            said = _said(self.desk.newest(row))
            if all(word in said for word in wanted):
                found.append(row)
            if done % EVERY == 0:
                progress(done, len(rows))
        return tuple(found)

    def open(self, row: Row) -> Opened:
        """Open one of them without its code."""
        return self.desk.open_without_code(row, self.reason, self.second)


def begin(desk: Desk, second: str, reason: str) -> Search:
    """Begin a search by the one who has the desk and a second who has just unlocked too.

    Raises DeskError where they are one person, or no reason is given; VaultError where it cannot be noted.
    """
    other, why = second_of(desk, second), why_of(reason)
    desk.note(LOOKED, detail=why, second=other)
    return Search(desk, other, why)


def why_of(reason: str) -> str:
    """Return who is asking and why, as the audit has it. Raises DeskError where that is not said."""
    why = written_line(reason, REASON_MOST)
    if not why:
        raise DeskError("Enter who is asking, and why. It is recorded in the audit log.")
    return why


def second_of(desk: Desk, second: str) -> str:
    """Return the name of the second who unlocked, as it is kept. Raises DeskError where it is the first."""
    other = name_line(second, NAME_LIMIT)
    if not other or same_name(other, name_line(desk.staff, NAME_LIMIT)):
        raise DeskError("A second colleague must enter their own passphrase.")
    return other


def _missed(wanted: Wanted, named: Sequence[Row], saved: Sequence[Row], both: Sequence[Row]) -> Iterator[str]:
    """Yield which of name, day and words missed, of a search that found nothing."""
    if wanted.name and not named:
        name = one_line(wanted.name, NAME_LIMIT)
        yield (
            f"Name: {name} looks like part of a code. A name has two words, such as Amber Heron."
            if any(map(str.isdigit, name))
            else f"Name: no entry is called {name}."
        )
    if wanted.days and not saved:
        yield f"Day: no entry was {wanted.days}."
    if named and saved and not both:
        many = counted(len(named), "entry has this name and was", "entries have this name and were")
        yield f"Name and day do not fit together: {many} saved on other days."
    if wanted.words.strip():
        few = counted(len(both), "other matching entry does", "other matching entries do")
        yield (
            f"Words: the {few} not have all of them in what staff may read."
            if both
            else "Words: no answers were searched, because nothing else matches."
        )


def _saved_between(row: Row, since: date | None, until: date | None) -> bool:
    day = day_of(row.saved)
    return (since is None or day >= since) and (until is None or day <= until)


def around(typed: str, today: date) -> tuple[date, date]:
    """Return the days around one that somebody remembers, as `read_day` reads it. Raises DeskError."""
    day = read_day(typed, today)
    return day - AROUND, day + AROUND


def _said(page: Reflection | None) -> str:
    answers = page.answers() if page else ()
    every = (line for answer in answers for one in (answer, answer.as_seen) for line in one.words)
    return compared("\n".join(every))
