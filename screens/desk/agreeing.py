"""The agreed plan as it is written: begun, changed, and added to its entry."""

from dataclasses import dataclass
from functools import partial

from kiosk.added import Goals, Plan, Step
from kiosk.desk.desk import Desk
from kiosk.desk.opened import Opened
from kiosk.desk.planning import Place, PlanDraft, plan_to_begin_with
from kiosk.errors import KioskError, NoEntryError, NotMarkedError, PlanChangedError
from kiosk.moments import on_day
from kiosk.unfinished import Left
from screens.desk.line import LineScreen
from screens.desk.plan import Act, Do, PlanScreen, StepScreen
from screens.desk.stage import Stage
from screens.desk.walk import DeskWalk
from screens.words import _


@dataclass(frozen=True)
class Agreed:
    """What came of working on a plan."""

    opened: Opened
    """The entry as it is by now."""
    saved: bool
    """Whether the plan was saved."""


class PlanWalk(DeskWalk):
    """Walks a member of staff, with the customer, through the plan of one entry."""

    def __init__(self, stage: Stage, desk: Desk) -> None:
        super().__init__(stage, desk)
        self._line_at: tuple[Do, Place | None] | None = None
        """What is being done with which line, while a line is written."""
        self._theirs: Plan | None = None
        """What somebody else saved while the desk was locked, and nobody has agreed to replace."""

    async def run(self, opened: Opened) -> Agreed:
        """Let the plan be written, until it is saved or left. Raises NoEntryError, NotMarkedError."""
        draft = plan_to_begin_with(opened.plan, opened.newest)
        problem = _("It begins with what the customer wrote.") if draft.goals and opened.plan is None else ""
        began = opened.plan.made if opened.plan else None
        left = self._left(opened.row.id, "plan")
        if left is not None:
            draft.go_on(left.goals)
            problem = _("What you wrote before the desk locked is here, and not saved yet.")
            self._theirs = opened.plan if left.changes != began else None
            began = left.changes

        def written() -> Left:
            return Left(goals=self._as_written(draft), changes=began) if self._changes(draft) else Left()

        with self._drafting(opened.row.id, "plan", written):
            return await self._write(opened, draft, problem)

    def _changes(self, draft: PlanDraft) -> bool:
        """Tell whether anything of the plan would be lost."""
        return draft.changed or self._line_at is not None

    def _as_written(self, draft: PlanDraft) -> Goals:
        """Return the plan with the line in it that is being written."""
        if self._line_at is None:
            return draft.goals
        so_far, (do, place) = draft.copy(), self._line_at
        step, line = self._on_screen(StepScreen), self._on_screen(LineScreen)
        if step is not None and place is not None:
            if do is Do.CHANGE:
                so_far.change_step(place, step.written)
            elif step.written.text:
                so_far.add_step(place, step.written)
        elif line is not None and line.words.strip():
            if do is Do.CHANGE and place is not None:
                so_far.change_goal(place, line.words)
            else:
                so_far.add_goal(line.words)
        return so_far.goals

    async def _write(self, opened: Opened, draft: PlanDraft, problem: str) -> Agreed:
        latest, stand_at = opened, None
        while True:
            self._holds = draft.changed
            act = await self._show(PlanScreen(opened.row.name, draft, stand_at, problem))
            problem = ""
            match act.do:
                case Do.SAVE if not draft.goals:
                    problem = _("Add a goal first.")
                case Do.SAVE:
                    try:
                        done = await self._save(opened, draft)
                    except (NoEntryError, NotMarkedError):
                        raise
                    except KioskError as error:
                        problem = str(error)
                    else:
                        if done.saved:
                            return done
                        latest = done.opened
                case Do.BACK:
                    if not draft.changed or await self._leaves(
                        _("Leave the plan as it was?"),
                        on=_("Leave it as it was"),
                        back=_("Back to the plan"),
                    ):
                        return Agreed(latest, saved=False)
                case _:
                    self._line_at = (act.do, act.place)
                    stand_at = await self._change(draft, act) or act.place
                    self._line_at = None

    async def _save(self, opened: Opened, draft: PlanDraft) -> Agreed:
        """Save it; where another one came meanwhile, ask first."""
        while True:
            if self._theirs is not None:
                if not await self._replaces(self._theirs):
                    return Agreed(opened, saved=False)
                self._theirs = None
            agree = partial(self._desk.agree, opened, draft.goals, self._stage.now())
            try:
                return Agreed(await self._meanwhile(_("Saving the plan."), agree), saved=True)
            except PlanChangedError:
                opened = await self._at_once(partial(self._desk.again, opened))
                if opened.plan is not None and not await self._replaces(opened.plan):
                    return Agreed(opened, saved=False)

    async def _replaces(self, theirs: Plan) -> bool:
        lines = (line for goal in theirs.goals for line in (goal.want, *(step.line for step in goal.steps)))
        with self._holding():
            return await self._asks(
                _("There is another plan by now"),
                _("Yours can take its place. Theirs stays to be read."),
                _("{who} saved it on {day}:").format(who=theirs.by, day=on_day(theirs.made)),
                *filter(None, lines),
                on=_("Save mine"),
                back=_("Back to my plan"),
                long=True,
            )

    async def _change(self, draft: PlanDraft, act: Act) -> Place | None:
        """Do something with a line, and return the one to stand on; None for the same one."""
        place = act.place
        if act.do is Do.ADD_GOAL or place is None:
            want = await self._goal()
            return draft.add_goal(want) if want else None
        match act.do:
            case Do.ADD_STEP:
                step = await self._step(draft.goal(place).want, Step(text=""))
                return draft.add_step(place, step) if step else None
            case Do.TICK:
                draft.tick(place)
            case Do.REMOVE if await self._removes(draft, place):
                draft.remove(place)
                return next(iter(draft.places()), None)
            case Do.CHANGE if place.step is None:
                want = await self._goal(draft.goal(place).want)
                if want:
                    draft.change_goal(place, want)
            case Do.CHANGE:
                step = await self._step(draft.goal(place).want, draft.step(place))
                if step:
                    draft.change_step(place, step)
        return None

    async def _removes(self, draft: PlanDraft, place: Place) -> bool:
        """Ask first where more goes than the line one stands on."""
        steps = len(draft.goal(place).steps)
        if place.step is not None or not steps:
            return True
        with self._holding():
            return await self._asks(
                _("Remove this goal?"),
                draft.goal(place).want,
                _("Steps that go with it: {count}.").format(count=steps),
                on=_("Remove"),
                back=_("Keep"),
            )

    async def _goal(self, want: str = "") -> str | None:
        text = want
        while True:
            self._holds = self._holds or text != want
            label, needed = _("What do they want to work towards?"), _("Write the goal first.")
            written = await self._show(LineScreen(_("A goal"), label, text=text, needed=needed))
            if written.keep:
                return written.what
            text = written.what
            if text in ("", want) or await self._leaves_line():
                return None

    async def _step(self, want: str, step: Step) -> Step | None:
        now = step
        while True:
            written = await self._show(StepScreen(want, now))
            if written.keep:
                return written.what
            now = written.what
            if now == step or await self._leaves_line():
                return None

    async def _leaves_line(self) -> bool:
        return await self._leaves(
            _("Leave without keeping this?"), on=_("Leave it"), back=_("Back to what I wrote")
        )
