"""A lost slip: two members of staff, one after the other, find an entry by its name and date.

They see what the customer lets staff read, and no more: what is "only with my code" stays closed. Both names
and the reason stand in the audit before anything is looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

from kiosk.desk.desk import Desk
from kiosk.desk.find import NameIndex
from kiosk.desk.opened import Opened
from kiosk.desk.staff import NAME_LIMIT, same
from kiosk.errors import DeskError
from kiosk.text import one_line
from kiosk.vault.catalogue import Row

REASON_MOST = 200


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

    def open(self, row: Row) -> Opened:
        """Open one of them without its code."""
        return self.desk.open_without_code(row, self.reason)


def begin(desk: Desk, second: str, reason: str) -> Search:
    """Begin a search by the one who has the desk and a second who has just unlocked too.

    Raises DeskError where they are one person, or no reason is given; VaultError where it cannot be noted.
    """
    other = one_line(second, NAME_LIMIT)
    if not other or same(other, one_line(desk.staff, NAME_LIMIT)):
        raise DeskError("This takes two members of staff. Let somebody else unlock too.")
    why = one_line(reason, REASON_MOST)
    if not why:
        raise DeskError("Enter why you look for it. It is kept in the audit.")
    said = f"{why} (with {other})"
    desk.audit.note(desk.staff, "looked for a lost slip", detail=said)
    return Search(desk, said)


def _saved_between(row: Row, since: date | None, until: date | None, zone: tzinfo | None) -> bool:
    day = row.saved.astimezone(zone).date()
    return (since is None or day >= since) and (until is None or day <= until)
