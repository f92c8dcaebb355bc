"""A plan while it is being written: goals and steps to add, change, tick off and take out.

As a file for scripts it is JSON: `{"changes": …, "goals": [{"want": …, "steps": [{"text": …, "who": …,
"by_when": …, "due": …, "done": …}]}], "review": …}`. Of a step the text alone is needed. `changes` is the
name of the page that the plan it began with is, and null where there was none; without it the file takes
the place of any plan.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import msgspec
from msgspec.structs import replace

from kiosk import untrusted
from kiosk.dates import day_of
from kiosk.entry.answers import Goal
from kiosk.entry.opened import Opened
from kiosk.entry.pages import AnyPage, Reflection
from kiosk.entry.staff_pages import Goals, Plan, PlanGoal, Step
from kiosk.errors import DeskError, EntryError
from kiosk.text import is_blank, written_line
from kiosk.typed_dates import day_in
from kiosk.vault.page_names import PATTERN

MOST = 400
"""Characters of each line of a plan."""


class PlanFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A plan as a file for scripts."""

    changes: Annotated[str, msgspec.Meta(pattern=rf"^{PATTERN}$")] | msgspec.UnsetType | None = msgspec.UNSET
    """The name of the page of the plan that it began with; None for none. Left out, it may be any."""
    goals: Goals
    review: date | None = None
    """The day on which they look at it again."""

    def fits(self, opened: Opened) -> bool:
        """Tell whether it may take the place of an entry's plan: whether that is the one it began with."""
        return self.changes is msgspec.UNSET or (self.changes or "") == opened.planned


@dataclass(frozen=True)
class PlanLine:
    """A line of the plan: a goal, or a step of one. Counted from 0."""

    goal: int
    step: int | None = None


class PlanDraft:
    """The goals and steps as they stand now. Nothing is saved before the plan is added to its entry."""

    def __init__(self, goals: tuple[PlanGoal, ...] = (), review: date | None = None) -> None:
        self._before = goals, review
        self._goals = list(goals)
        self.review = review
        """The day on which they look at it again."""

    @property
    def goals(self) -> tuple[PlanGoal, ...]:
        """What is written so far, without goals that say nothing."""
        return tuple(goal for goal in self._goals if goal.want or goal.steps)

    @property
    def changed(self) -> bool:
        """Whether it differs from what it began with."""
        return (self.goals, self.review) != self._before

    def go_on(self, goals: tuple[PlanGoal, ...], review: date | None) -> None:
        """Go on with what was written before, and is not saved."""
        self._goals = list(goals)
        self.review = review

    def copy(self) -> "PlanDraft":
        """Return another one that stands where this one does."""
        other = PlanDraft(*self._before)
        other.go_on(tuple(self._goals), self.review)
        return other

    def places(self) -> tuple[PlanLine, ...]:
        """Return every line, from top to bottom."""
        return tuple(
            place
            for number, goal in enumerate(self._goals)
            for place in (PlanLine(number), *(PlanLine(number, step) for step in range(len(goal.steps))))
        )

    def goal(self, place: PlanLine) -> PlanGoal:
        """Return the goal of a line."""
        return self._goals[place.goal]

    def step(self, place: PlanLine) -> Step:
        """Return the step of a line. Raises ValueError for the line of a goal."""
        if place.step is None:
            raise ValueError("this line is a goal")
        return self._goals[place.goal].steps[place.step]

    def add_goal(self, want: str) -> PlanLine:
        """Add a goal at the end, and return its line."""
        self._goals.append(PlanGoal(want=written_line(want, MOST)))
        return PlanLine(len(self._goals) - 1)

    def add_step(self, place: PlanLine, step: Step) -> PlanLine:
        """Add a step at the end of the goal of a line, and return its line."""
        goal = self.goal(place)
        self._goals[place.goal] = replace(goal, steps=(*goal.steps, _cleaned(step)))
        return PlanLine(place.goal, len(goal.steps))

    def change_goal(self, place: PlanLine, want: str) -> None:
        """Give a goal other words."""
        self._goals[place.goal] = replace(self.goal(place), want=written_line(want, MOST))

    def change_step(self, place: PlanLine, step: Step) -> None:
        """Put another step in the place of one."""
        self._set_steps(place, (_cleaned(step),))

    def tick(self, place: PlanLine) -> None:
        """Say that a step is done, or open again; nothing for a goal."""
        if place.step is not None:
            step = self.step(place)
            self._set_steps(place, (replace(step, done=not step.done),))

    def remove(self, place: PlanLine) -> None:
        """Take a step out, or a goal with all of its steps."""
        if place.step is None:
            del self._goals[place.goal]
        else:
            self._set_steps(place, ())

    def _set_steps(self, place: PlanLine, steps: tuple[Step, ...]) -> None:
        self.step(place)
        goal, at = self.goal(place), place.step or 0
        self._goals[place.goal] = replace(goal, steps=(*goal.steps[:at], *steps, *goal.steps[at + 1 :]))


def plan_to_begin_with(opened: Opened) -> PlanDraft:
    """Return the plan there is, to change it; or one that begins with the customer's own goals."""
    if opened.plan is not None:
        return PlanDraft(opened.plan.goals, opened.plan.review)
    draft = PlanDraft()
    for answer in opened.newest.answers() if opened.newest else ():
        if isinstance(answer.value, Goal):
            goal = answer.value
            place = draft.add_goal(goal.want)
            if goal.first_step:
                draft.add_step(place, Step(text=goal.first_step, who=goal.who, by_when=goal.when))
    return PlanDraft(draft.goals)


def with_when(step: Step, typed: str, today: date) -> Step:
    """Return a step with by when it is to be done, as typed: the next such day, or else words.

    What it had already stays as it was, and words stay beside the first day that they get. Raises DeskError
    for a day that is not in the calendar.
    """
    if typed == step.when:
        return step
    due = day_in(typed, today, ahead=True)
    return replace(step, by_when=step.by_when if due else typed, due=due)


def said_on(opened: Opened, step: Step, today: date) -> date:
    """Return the day on which the words for when a step is to be done were first written beside it.

    Where it has other words now, that is when its words for when were written last; today where no page has
    them. A clock that was ahead may have dated a page: then it is today.
    """
    beside, alone = date.max, today
    for page in opened.pages:
        for text, when in _whens(page):
            if written_line(when, MOST) == step.by_when:
                alone = day_of(page.made)
                beside = min(beside, alone) if written_line(text, MOST) == step.text else beside
    return min(today, alone if beside == date.max else beside)


def _whens(page: AnyPage) -> Iterator[tuple[str, str]]:
    """Yield the steps that a page has, with the words for when each is to be done."""
    if isinstance(page, Plan):
        yield from ((step.text, step.by_when) for goal in page.goals for step in goal.steps)
    elif isinstance(page, Reflection):
        goals = (answer.value for answer in page.answers() if isinstance(answer.value, Goal))
        yield from ((goal.first_step, goal.when) for goal in goals)


def day_to_offer(step: Step, said: date) -> date | None:
    """Return the day that the words of a step come to, said on a day; None where they are no day."""
    try:
        return None if step.due else day_in(step.by_when, said, ahead=True)
    except DeskError:
        return None


def value_of(opened: Opened) -> dict[str, Any]:
    """Return the plan to begin with as plain JSON values, as `from_file` reads them."""
    draft = plan_to_begin_with(opened)
    begun = PlanFile(changes=opened.planned or None, goals=draft.goals, review=draft.review)
    value: dict[str, Any] = msgspec.to_builtins(begun)
    return value


_PRINTED = "To print one, run 'kiosk plan CODE'."


def from_file(data: bytes) -> PlanFile:
    """Return the plan that a file holds. Raises EntryError where it holds none, or one that is not whole."""
    try:
        read = untrusted.json(data, PlanFile)
    except msgspec.ValidationError as error:
        raise EntryError(
            f"This file is not a plan: {' '.join(untrusted.misfit(error))}. {_PRINTED}"
        ) from error
    except msgspec.DecodeError as error:
        raise EntryError(f"This file is not a plan: it is not JSON. {_PRINTED}") from error
    draft = PlanDraft()
    for goal in read.goals:
        place = draft.add_goal(_whole(goal.want))
        for step in goal.steps:
            if is_blank(_whole(step.text)):
                raise EntryError("A step in this plan has no text. Write it, or remove the step.")
            draft.add_step(place, replace(step, who=_whole(step.who), by_when=_whole(step.by_when)))
    if not draft.goals:
        raise EntryError("This plan has no goals yet. Write at least one.")
    return replace(read, goals=draft.goals)


def _whole(text: str) -> str:
    """Return a text of a file. Raises EntryError where it would have to be cut."""
    if len(text) > MOST:
        raise EntryError(f"A line in this plan has {len(text)} characters. Write at most {MOST}.")
    return text


def _cleaned(step: Step) -> Step:
    return replace(
        step,
        text=written_line(step.text, MOST),
        who=written_line(step.who, MOST),
        by_when=written_line(step.by_when, MOST),
    )
