"""The list of entries as staff look at it: which of them, in which order, and what to know of each."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from kiosk.dates import EPOCH, day_of
from kiosk.desk.desk import Desk
from kiosk.upkeep.retention import leaving
from kiosk.vault.rows import Row
from kiosk.vault.states import CHOICES, ORDERS, Choice, Order


@dataclass(frozen=True)
class Flags:
    """What staff should know of some entries, by their ids."""

    talk: Mapping[str, datetime] = field(default_factory=dict)
    """Since when their customer asks to talk to somebody, of those where that is so."""
    leaving: Mapping[str, datetime] = field(default_factory=dict)
    """When they go, of those that go soon."""
    now: datetime = EPOCH
    overdue: Mapping[str, int] = field(default_factory=dict)
    """How many steps of their plan are overdue, of those where any is."""
    review: Mapping[str, date] = field(default_factory=dict)
    """On which day their plan was to be looked at again, of those where that day has come."""
    unread: int = 0
    """How many entries were not looked into yet for all this, and may be of these, too."""
    venues: Mapping[str, str] = field(default_factory=dict)
    """Of which venue each is, where there are entries of several; else nothing."""


def flags_of(desk: Desk, rows: Sequence[Row], days: int, now: datetime) -> Flags:
    """Return what staff should know of entries that are kept for so many days, as far as it is known yet."""
    return with_found(Flags(leaving=leaving(rows, days, now), now=now), desk, rows)


def with_found(flags: Flags, desk: Desk, rows: Sequence[Row]) -> Flags:
    """Return flags with what the desk knows of wishes and plans by now (`Desk.look_into`)."""
    talk, plans, today = desk.asked_to_talk(rows), desk.plans(rows), day_of(flags.now)
    return Flags(
        talk,
        flags.leaving,
        flags.now,
        {entry_id: late for entry_id, plan in plans.items() if (late := plan.overdue(today))},
        {entry_id: plan.review for entry_id, plan in plans.items() if plan.review and plan.to_review(today)},
        len(desk.unread(rows)),
        {row.id: venue for row in rows if (venue := desk.venue_of(row.id))},
    )


def counts(rows: Sequence[Row], flags: Flags) -> dict[Choice, int]:
    """Return how many entries there are of each choice that there is."""
    found: dict[Choice, int] = {
        **Counter[Choice](row.state for row in rows),
        "asks to talk": sum(row.id in flags.talk for row in rows),
        "overdue": sum(row.id in flags.overdue for row in rows),
        "to review": sum(row.id in flags.review for row in rows),
        "expires soon": sum(row.id in flags.leaving for row in rows),
    }
    return {choice: found[choice] for choice in CHOICES if found.get(choice)}


@dataclass
class View:
    """What of the list is shown. It outlives the page, so that one comes back to the list as one left it."""

    chosen: Choice | None = None
    """None for all."""
    order: Order = "newest"
    typed: str = field(default="", repr=False)
    """What stands in the field: a name that is looked for, or a code."""
    row: str = ""
    """The id of the entry on whose row the cursor stands; empty for the first one."""

    def settle(self, rows: Iterable[Row], flags: Flags) -> None:
        """Choose by nothing where nothing is left of what was chosen."""
        if not View(self.chosen).of(rows, flags):
            self.chosen = None

    def hidden(self, rows: Iterable[Row], flags: Flags) -> list[Row]:
        """Return the entries whose customer asks to talk and that the choice does not show."""
        shown = {row.id for row in self.of(rows, flags)}
        return [row for row in rows if row.id in flags.talk and row.id not in shown]

    def next_order(self) -> None:
        """Sort by the next order."""
        self.order = ORDERS[(ORDERS.index(self.order) + 1) % len(ORDERS)]

    def of(self, rows: Iterable[Row], flags: Flags) -> list[Row]:
        """Return what is shown of rows that are given newest first: who asks to talk comes first."""
        match self.chosen:
            case None:
                found = list(rows)
            case "asks to talk":
                found = [row for row in rows if row.id in flags.talk]
            case "expires soon":
                found = [row for row in rows if row.id in flags.leaving]
            case "overdue":
                found = [row for row in rows if row.id in flags.overdue]
            case "to review":
                found = [row for row in rows if row.id in flags.review]
            case state:
                found = [row for row in rows if row.state == state]
        if self.order == "name":
            found.sort(key=lambda row: row.name.casefold())
        elif self.order == "expiring soonest":
            found.sort(key=lambda row: row.last_page)
        if not flags.talk:
            return found
        asking = sorted((row for row in found if row.id in flags.talk), key=lambda row: flags.talk[row.id])
        return asking + [row for row in found if row.id not in flags.talk]
