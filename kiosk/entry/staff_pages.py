"""What staff add to an entry: notes, the agreed plan, how far it has come, that they talked, a new code.

Each is a page of its own, sealed to the venue and to the customer, who can read all of them. A page never
changes: of plans and of states the newest counts.
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal, TypeVar

import msgspec

from kiosk import untrusted
from kiosk.dates import long_day
from kiosk.language import COMMA, joined
from kiosk.language import words as _
from kiosk.vault.page_names import PATTERN
from kiosk.vault.states import State

_AnyPage = TypeVar("_AnyPage")
_Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
_Id = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}$")]
_AnyId = Annotated[str, msgspec.Meta(pattern=r"^(?:[0-9a-f]{32})?$")]
GOALS_MOST, STEPS_MOST = 50, 50
"""A plan has no more goals, and a goal no more steps."""


class StaffPage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every page of staff says."""

    version: int
    kind: str
    made: untrusted.Moment
    """UTC."""
    by: untrusted.Name
    """The member of staff who wrote it."""


class Note(StaffPage, frozen=True, kw_only=True):
    """What a member of staff wrote."""

    version: Literal[1] = 1
    kind: Literal["note"] = "note"
    text: untrusted.Text


class TakenBack(StaffPage, frozen=True, kw_only=True):
    """Says that a note is no longer to be read. It says nothing of what stood in it."""

    version: Literal[3] = 3
    kind: Literal["taken back"] = "taken back"
    note: Annotated[str, msgspec.Meta(pattern=rf"^{PATTERN}$")]
    """The name of the page that the note is."""


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One step of a plan."""

    text: untrusted.Line
    who: untrusted.Line = ""
    """Who does it, or helps."""
    by_when: untrusted.Line = ""
    """In words, as it was agreed."""
    due: date | None = None
    """The last day on which it is to be done."""
    done: bool = False

    @property
    def when(self) -> str:
        """By when, as people write it."""
        return long_day(self.due) if self.due else self.by_when

    @property
    def around(self) -> tuple[str, ...]:
        """Who does it and by when, as far as that was agreed."""
        by_day = _("by {day}").format(day=long_day(self.due)) if self.due else ""
        return tuple(filter(None, (self.who, self.by_when, by_day)))

    @property
    def line(self) -> str:
        """The step as people read it: `[x] Call the shop (Ali, by 4 March 2026)`."""
        return joined(f"[{'x' if self.done else ' '}]", self.told)

    @property
    def told(self) -> str:
        """The same without its box."""
        rest = joined(*self.around, between=COMMA)
        return joined(self.text, joined("(", rest, ")", between="") if rest else "")

    @property
    def is_undated(self) -> bool:
        """Whether words alone say by when, so that it will not be overdue."""
        return not self.done and self.due is None and bool(self.by_when)

    def is_overdue(self, today: date) -> bool:
        """Tell whether its day is over, and it is not done."""
        return not self.done and self.due is not None and self.due < today


class PlanGoal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing to work towards, with its steps."""

    want: untrusted.Line
    steps: Annotated[tuple[Step, ...], msgspec.Meta(max_length=STEPS_MOST)] = ()


Goals = Annotated[tuple[PlanGoal, ...], msgspec.Meta(max_length=GOALS_MOST)]


class Plan(StaffPage, frozen=True, kw_only=True):
    """What customer and staff agreed on."""

    version: Literal[2] = 2
    kind: Literal["plan"] = "plan"
    goals: Goals
    review: date | None = None
    """The day on which they look at it again."""

    @property
    def done(self) -> tuple[int, int]:
        """How many steps are done, and how many there are."""
        steps = [step for goal in self.goals for step in goal.steps]
        return sum(step.done for step in steps), len(steps)

    def overdue(self, today: date) -> int:
        """Return how many of its steps are overdue."""
        return sum(step.is_overdue(today) for goal in self.goals for step in goal.steps)

    def to_review(self, today: date) -> bool:
        """Tell whether the day to look at it again has come."""
        return self.review is not None and self.review <= today


class StatusChange(StaffPage, frozen=True, kw_only=True):
    """A change of an entry's state."""

    version: Literal[1] = 1
    kind: Literal["state"] = "state"
    state: State


class Talked(StaffPage, frozen=True, kw_only=True):
    """Says that staff talked with the customer, who had asked for it: it ends that wish."""

    version: Literal[1] = 1
    kind: Literal["talked"] = "talked"
    reflection: _Digest
    """The hash of the answers that asked for it (`kiosk.entry.page_file.PageFile`)."""


class NewCode(StaffPage, frozen=True, kw_only=True):
    """Says that two members of staff gave the entry a new code, and so another id."""

    version: Literal[1] = 1
    kind: Literal["new code"] = "new code"
    second: untrusted.Name
    """Who unlocked too."""
    was: _Id
    """The id before."""
    rest: _AnyId = ""
    """The id of what the customer had kept back, for the old code alone; empty where that was nothing."""


def rests_of(pages: Iterable[object]) -> tuple[str, ...]:
    """Return the ids of what the customer of some pages had kept back when there was a new code."""
    return tuple(page.rest for page in pages if isinstance(page, NewCode) and page.rest)


def standing(named: Iterable[tuple[str, _AnyPage]]) -> list[tuple[str, _AnyPage]]:
    """Return pages with their names, without the notes that were taken back."""
    every = list(named)
    gone = {page.note for _, page in every if isinstance(page, TakenBack)}
    return [(name, page) for name, page in every if not (isinstance(page, Note) and name in gone)]
