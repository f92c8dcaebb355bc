"""The agreed plan as it is written: begun, changed, and added to its entry."""

from functools import partial

from kiosk.added import Step
from kiosk.desk.opened import Opened
from kiosk.desk.planning import Place, PlanDraft, plan_to_begin_with
from kiosk.errors import NoEntryError, ShutOutError, VaultError
from screens.desk.plan import Act, Do, PlanScreen, StepScreen
from screens.desk.walk import DeskWalk
from screens.words import _


class PlanWalk(DeskWalk):
    """Walks a member of staff, with the customer, through the plan of one entry."""

    async def run(self, opened: Opened) -> Opened | None:
        """Return the entry with the plan that was saved; None where none was. Raises NoEntryError."""
        draft = plan_to_begin_with(opened.plan, opened.newest)
        stand_at: Place | None = None
        problem = _("It begins with what the customer wrote.") if draft.goals and opened.plan is None else ""
        while True:
            self._holds = draft.changed
            act = await self._show(PlanScreen(opened.row.name, draft, stand_at, problem))
            problem = ""
            if act.do is Do.SAVE:
                if not draft.goals:
                    problem = _("Add a goal first.")
                    continue
                add = partial(self._desk.agree, opened, draft.goals, self._stage.now())
                try:
                    return await self._meanwhile(_("Saving the plan."), add)
                except NoEntryError:
                    raise
                except (VaultError, ShutOutError) as error:
                    problem = str(error)
            elif act.do is Do.BACK:
                if not draft.changed or await self._asks(
                    _("Leave the plan as it was?"),
                    _("What you changed here is not saved."),
                    on=_("Leave it as it was"),
                    back=_("Back to the plan"),
                ):
                    return None
            else:
                stand_at = await self._change(draft, act) or act.place

    async def _change(self, draft: PlanDraft, act: Act) -> Place | None:
        place = act.place
        if act.do is Do.ADD_GOAL or place is None:
            want = await self._goal()
            return draft.add_goal(want) if want else None
        if act.do is Do.ADD_STEP:
            step = await self._show(StepScreen(draft.goal(place).want, Step(text="")))
            return draft.add_step(place, step) if step else None
        if act.do is Do.TICK:
            draft.tick(place)
        elif act.do is Do.REMOVE:
            draft.remove(place)
            return draft.places()[0] if draft.places() else None
        elif place.step is None:
            want = await self._goal(draft.goal(place).want)
            if want:
                draft.change_goal(place, want)
        else:
            step = await self._show(StepScreen(draft.goal(place).want, draft.step(place)))
            if step:
                draft.change_step(place, step)
        return place

    async def _goal(self, want: str = "") -> str | None:
        label = _("What do they want to work towards?")
        return await self._line(_("A goal"), label, text=want)
