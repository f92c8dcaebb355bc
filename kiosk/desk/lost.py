"""A lost slip: two members of staff, one after the other, find an entry by its name, date and answers.

They see what the customer lets staff read, and no more: what is "only with my code" stays closed. Both names
and the reason stand in the audit before anything is looked at.
"""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from kiosk.desk.desk import Desk
from kiosk.desk.find import NameIndex
from kiosk.desk.opened import Opened
from kiosk.desk.staff_files import NAME_LIMIT
from kiosk.entry import Page
from kiosk.errors import DeskError
from kiosk.progress import Progress, untold
from kiosk.text import compared, name_line, same_name, written_line
from kiosk.vault.rows import Row

REASON_MOST = 200
AROUND = timedelta(days=3)
"""A day is remembered as well as that."""


EVERY = 100
"""After so many entries it is told how many there were."""
_DAY = re.compile(r"(\d{1,2})[./ -](\d{1,2})(?:[./ -](\d{4}))?\.?", re.ASCII)


@dataclass(frozen=True)
class Search:
    """What two members of staff may look through."""

    desk: Desk
    reason: str
    """Who, who else, and why, as the audit says it."""

    def candidates(
        self,
        rows: Sequence[Row],
        *,
        name: str = "",
        since: date | None = None,
        until: date | None = None,
        zone: tzinfo | None = None,
    ) -> tuple[Row, ...]:
        """Return the rows that fit, in their order: a name as far as it is known, days in `zone`."""
        fitting = (rows[place] for place in NameIndex(rows).places(name))
        return tuple(row for row in fitting if _saved_between(row, since, until, zone))

    def saying(self, rows: Sequence[Row], words: str, progress: Progress = untold) -> tuple[Row, ...]:
        """Return those rows in whose newest answers all these words stand, where staff may read them.

        It is noted first that answers were looked through, and not for what. Raises VaultError where that
        cannot be noted.
        """
        wanted = compared(words).split()
        if not wanted:
            return tuple(rows)
        self.desk.note("looked for a lost slip", detail=f"in the answers: {self.reason}")
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
        return self.desk.open_without_code(row, self.reason)


def begin(desk: Desk, second: str, reason: str) -> Search:
    """Begin a search by the one who has the desk and a second who has just unlocked too.

    Raises DeskError where they are one person, or no reason is given; VaultError where it cannot be noted.
    """
    other = name_line(second, NAME_LIMIT)
    if not other or same_name(other, name_line(desk.staff, NAME_LIMIT)):
        raise DeskError("This takes two members of staff. Let somebody else unlock too.")
    why = written_line(reason, REASON_MOST)
    if not why:
        raise DeskError("Enter why you look for it. It is kept in the audit.")
    said = f"{why} (with {other})"
    desk.note("looked for a lost slip", detail=said)
    return Search(desk, said)


def _saved_between(row: Row, since: date | None, until: date | None, zone: tzinfo | None) -> bool:
    day = row.saved.astimezone(zone).date()
    return (since is None or day >= since) and (until is None or day <= until)


def around(typed: str, today: date) -> tuple[date, date]:
    """Return the days around one that somebody remembers: `4.3.2026`, `4/3` or `2026-03-04`.

    Without a year it is the last such day. Raises DeskError for what is no day.
    """
    try:
        day = _day_of(typed.strip(), today)
        return day - AROUND, day + AROUND
    except (ValueError, OverflowError, StopIteration) as error:
        raise DeskError(
            "There is no such day. Enter it as in 4.3.2026, the day first, or leave it empty."
        ) from error


def _day_of(typed: str, today: date) -> date:
    found = _DAY.fullmatch(typed)
    if not found:
        return date.fromisoformat(typed)
    day, month = int(found[1]), int(found[2])
    if found[3]:
        return date(int(found[3]), month, day)
    # A 29 February may be eight years ago.
    years = (year for year in range(today.year, today.year - 9, -1) if monthrange(year, month)[1] >= day)
    days = (date(year, month, day) for year in years)
    return next(named for named in days if named <= today)


def _said(page: Page | None) -> str:
    answers = page.answers() if page else ()
    return compared("\n".join(line for answer in answers for line in answer.words))
