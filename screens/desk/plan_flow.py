"""The agreed plan as it is written: begun, changed, and added to its entry."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from kiosk.dates import long_day, on_day
from kiosk.desk.desk import Desk
from kiosk.desk.plan_editor import PlanDraft, PlanLine, plan_to_begin_with, said_on
from kiosk.desk.unfinished_notes import UnfinishedText
from kiosk.entry.opened import Opened
from kiosk.entry.staff_pages import Goals, Plan, Step
from kiosk.errors import DeskError, KioskError, NoEntryError, NotMarkedError, PlanChangedError
from kiosk.typed_dates import read_day
from screens.desk.flow import GONE, UnlockedFlow
from screens.desk.form_result import FormResult
from screens.desk.line_screen import LineScreen
from screens.desk.plan_screen import PlanAction, PlanResult, PlanRow, PlanScreen, StepScreen
from screens.desk.stage import DeskStage
from screens.i18n import _
from screens.widgets.blocks import step_line
from screens.widgets.page import Page

_T = TypeVar("_T")


@dataclass(frozen=True)
class Agreed:
    """What came of working on a plan."""

    opened: Opened
    """The entry as it is by now."""
    saved: bool
    """Whether the plan was saved."""


class PlanFlow(UnlockedFlow):
    """Walks a member of staff, with the customer, through the plan of one entry."""

    def __init__(self, stage: DeskStage, desk: Desk) -> None:
        super().__init__(stage, desk)
        self._line_at: tuple[PlanAction, PlanLine | None] | None = None
        """What is being done with which line, while a line is written."""
        self._theirs: Plan | None = None
        """What somebody else saved while the desk was locked, and nobody has agreed to replace."""

    async def run(self, opened: Opened) -> Agreed:
        """Let the plan be written, until it is saved or left. Raises NotMarkedError."""
        draft = plan_to_begin_with(opened)
        problem = _("It starts with what the customer wrote.") if draft.goals and opened.plan is None else ""
        began = opened.planned
        left = self._left(opened.row.id, "plan")
        if left is not None:
            draft.go_on(left.goals, left.review)
            problem = _("What you wrote before the desk locked is back, and not saved yet.")
            self._theirs = opened.plan if left.changes != began else None
            began = left.changes

        def written() -> UnfinishedText:
            if not draft.changed and self._line_at is None:
                return UnfinishedText()
            return UnfinishedText(goals=self._as_written(draft), review=draft.review, changes=began)

        with self._drafting(opened.row.id, "plan", written):
            return await self._write(opened, draft, problem)

    def _as_written(self, draft: PlanDraft) -> Goals:
        if self._line_at is None:
            return draft.goals
        so_far, (do, place) = draft.copy(), self._line_at
        step, line = self._on_screen(StepScreen), self._on_screen(LineScreen)
        if step is not None and place is not None:
            if do is PlanAction.CHANGE:
                so_far.change_step(place, step.written)
            elif step.written.text:
                so_far.add_step(place, step.written)
        elif line is not None and line.words.strip():
            if do is PlanAction.CHANGE and place is not None:
                so_far.change_goal(place, line.words)
            else:
                so_far.add_goal(line.words)
        return so_far.goals

    async def _write(self, opened: Opened, draft: PlanDraft, problem: str) -> Agreed:
        latest = opened
        stand_at: PlanRow | None = None
        while True:
            self._holds = draft.changed
            page = PlanScreen(opened.row.name, draft, stand_at, self._today(), problem)
            act = await self._show(page)
            problem = ""
            match act.do:
                case PlanAction.SAVE if draft.review is not None and draft.review <= self._today():
                    problem = _("The review day has come. Press Enter to set another day, or none.")
                    stand_at = PlanAction.REVIEW
                case PlanAction.SAVE:
                    try:
                        done = await self._save(opened, draft)
                    except NotMarkedError:
                        raise
                    except NoEntryError:
                        problem = GONE
                    except KioskError as error:
                        problem = str(error)
                    else:
                        if done.saved:
                            return done
                        latest = done.opened
                case PlanAction.BACK:
                    if not draft.changed or await self._leaves(
                        _("Leave the plan as it was?"),
                        on=_("Leave it as it was"),
                        back=_("Back to the plan"),
                    ):
                        return Agreed(latest, saved=False)
                case PlanAction.REVIEW:
                    await self._review(draft)
                    stand_at = PlanAction.REVIEW
                case _:
                    self._line_at = (act.do, act.place)
                    stand_at = await self._change(opened, draft, act) or act.place
                    self._line_at = None

    async def _save(self, opened: Opened, draft: PlanDraft) -> Agreed:
        """Save it; where another one came meanwhile, ask first."""
        while True:
            if self._theirs is not None:
                if not await self._replaces(self._theirs):
                    return Agreed(opened, saved=False)
                self._theirs = None
            agree = partial(self._desk.agree, opened, draft.goals, self._stage.now(), draft.review)
            try:
                return Agreed(await self._stage.meanwhile(_("Saving the plan."), agree), saved=True)
            except PlanChangedError:
                opened = await self._at_once(partial(self._desk.again, opened))
                if opened.plan is not None and not await self._replaces(opened.plan):
                    return Agreed(opened, saved=False)

    async def _replaces(self, theirs: Plan) -> bool:
        lines = [line for goal in theirs.goals for line in (goal.want, *map(step_line, goal.steps))]
        if theirs.review:
            lines.append(_("Review on {day}").format(day=long_day(theirs.review)))
        with self._holding():
            return await self._asks(
                _("Someone else has changed this plan"),
                _("Saving yours replaces it. Theirs stays in the history."),
                _("{who} saved it on {day}:").format(who=theirs.by, day=on_day(theirs.made)),
                *filter(None, lines),
                on=_("Save mine"),
                back=_("Back to my plan"),
                long=True,
            )

    async def _change(self, opened: Opened, draft: PlanDraft, act: PlanResult) -> PlanLine | None:
        """Do something with a line, and return the one to stand on; None for the same one."""
        place = act.place
        if act.do is PlanAction.ADD_GOAL or place is None:
            want = await self._goal()
            return draft.add_goal(want) if want else None
        match act.do:
            case PlanAction.ADD_STEP:
                step = await self._step(opened, draft.goal(place).want, Step(text=""))
                return draft.add_step(place, step) if step else None
            case PlanAction.TICK:
                draft.tick(place)
            case PlanAction.REMOVE if await self._removes(draft, place):
                draft.remove(place)
                return next(iter(draft.places()), None)
            case PlanAction.CHANGE if place.step is None:
                want = await self._goal(draft.goal(place).want)
                if want:
                    draft.change_goal(place, want)
            case PlanAction.CHANGE:
                step = await self._step(opened, draft.goal(place).want, draft.step(place))
                if step:
                    draft.change_step(place, step)
        return None

    async def _review(self, draft: PlanDraft) -> None:
        today = self._today()  # of midnight meanwhile: the day that was shown is the one that counts

        async def set_day(typed: str) -> None:
            day = read_day(typed, today, ahead=True) if typed else None
            if day is not None and day <= today:
                raise DeskError(_("Enter a day after today."))
            draft.review = day

        with self._holding():
            await self._line_until(
                set_day,
                _("The plan"),
                _("When do you review it? Such as 4 March, or in 3 months"),
                lines=(_("Leave it empty for no day. The customer can read it."),),
                text=long_day(draft.review) if draft.review else "",
                reads=self._reading_day(today, ahead=True),
            )

    async def _removes(self, draft: PlanDraft, place: PlanLine) -> bool:
        steps = len(draft.goal(place).steps)
        if place.step is not None or not steps:
            return True
        with self._holding():
            return await self._asks(
                _("Remove this goal?"),
                draft.goal(place).want,
                _("Steps that will also be removed: {count}.").format(count=steps),
                on=_("Remove"),
                back=_("Keep"),
                final=True,
            )

    async def _goal(self, want: str = "") -> str | None:
        label, needed = _("What do they want to work towards?"), _("Write the goal first.")
        page = partial(LineScreen, _("A goal"), label, needed=needed)
        return await self._written(lambda text: page(text=text), want)

    async def _step(self, opened: Opened, want: str, step: Step) -> Step | None:
        today, doubt = self._today(), self._clock_doubt()
        return await self._written(
            lambda now: StepScreen(want, now, today, said_on(opened, now, today), doubt), step
        )

    async def _written(self, page: Callable[[_T], Page[FormResult[_T]]], begun: _T) -> _T | None:
        """Return what is written on a page that begins with something; None where one leaves it."""
        now = begun
        while True:
            self._holds = self._holds or now != begun
            written = await self._show(page(now))
            if written.saved:
                return written.value
            now = written.value
            if now in ("", begun) or await self._leaves(
                _("Leave without saving this?"), on=_("Leave it"), back=_("Back to what I wrote")
            ):
                return None
