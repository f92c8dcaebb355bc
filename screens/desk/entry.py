"""What is done with one entry that lies open: mark, note, plan, state, show, export, print, erase."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, tzinfo
from functools import partial
from pathlib import Path

from textual.app import App

from kiosk.added import PlanGoal, Step
from kiosk.desk.desk import Desk
from kiosk.desk.erasing import erase
from kiosk.desk.exports import files
from kiosk.desk.exports.formats import FORMATS, Format, exported
from kiosk.desk.handout import handout
from kiosk.desk.opened import Opened
from kiosk.desk.planning import Place, PlanDraft, plan_to_begin_with
from kiosk.devices.printer import Printer
from kiosk.errors import KioskError, PrinterError, VaultError
from kiosk.settings import Home
from kiosk.states import STATES, State
from screens.desk.note import NoteScreen
from screens.desk.plan import Act, Do, PlanScreen, StepScreen
from screens.desk.reading import EntryScreen, Then
from screens.desk.states import STATES as WORDS
from screens.desk.walk import Walk
from screens.widgets.menu import Option
from screens.widgets.my_page import LABELS
from screens.words import _

FORMS: dict[Format, str] = {
    "pdf": _("A page to print (PDF)"),
    "markdown": _("Text (Markdown)"),
    "csv": _("A table (CSV)"),
    "json": _("For programs (JSON)"),
}


class EntryWalk(Walk):
    """Walks a member of staff through one entry, until they go back to the list."""

    def __init__(
        self,
        app: App[int],
        desk: Desk,
        now: Callable[[], datetime],
        *,
        zone: tzinfo | None,
        home: Home,
        lead: bool,
        printer: Printer | None = None,
    ) -> None:
        """Stand before an entry. `lead` is whether this member of staff may delete it."""
        super().__init__(app)
        self._desk = desk
        self._now = now
        self._zone = zone
        self._home = home
        self._lead = lead
        self._printer = printer
        self._revealed = False
        """Whether what the customer kept back is shown. It stays out of plans and files all the same."""

    async def run(self, opened: Opened) -> None:
        """Show the entry, and do what is asked, as often as one wants."""
        problem = ""
        while True:
            shown = opened.revealed() if self._revealed else opened
            page = EntryScreen(shown, zone=self._zone, problem=problem, kept_back=_more_in(shown, opened))
            then = await self._show(page)
            if then is Then.BACK:
                return
            problem = ""
            try:
                after = await self._does(then, opened)
            except KioskError as error:
                problem = str(error)
            else:
                if after is None:
                    return
                opened = after

    async def _does(self, then: Then, opened: Opened) -> Opened | None:
        """Do something, and return the entry as it is then; None where it is there no more."""
        match then:
            case Then.PICK_UP:
                return await self._meanwhile(_("Marking the entry."), partial(self._desk.pick_up, opened))
            case Then.NOTE:
                return await self._add_note(opened)
            case Then.REVEAL:
                return await self._reveal(opened)
            case Then.PLAN:
                return await self._plan(opened)
            case _:
                return await self._more(opened)

    async def _add_note(self, opened: Opened) -> Opened:
        text, problem = "", ""
        while True:
            text = await self._show(NoteScreen(opened.row.name, text, problem))
            if not text:
                return opened
            add = partial(self._desk.add_note, opened, text, self._now())
            try:
                return await self._meanwhile(_("Saving the note."), add)
            except VaultError as error:
                problem = str(error)

    async def _reveal(self, opened: Opened) -> Opened:
        if not await self._asks(
            _("Show what the customer kept back?"),
            _("It opens with the customer's code alone."),
            _("Is the customer here with you, and do they want you to see it?"),
            on=_("Yes, show it"),
            back=_("No, leave it closed"),
        ):
            return opened
        await self._meanwhile(_("Opening it."), partial(self._desk.reveal, opened))
        self._revealed = True
        return opened

    # -- the plan

    async def _plan(self, opened: Opened) -> Opened:
        draft = plan_to_begin_with(opened.plan, opened.newest)
        stand_at: Place | None = None
        problem = ""
        while True:
            act = await self._show(PlanScreen(opened.row.name, draft, stand_at, problem))
            problem = ""
            if act.do is Do.SAVE:
                if not draft.goals:
                    problem = _("Add a goal first.")
                    continue
                try:
                    return await self._save_plan(opened, draft.goals)
                except VaultError as error:
                    problem = str(error)
            elif act.do is Do.BACK:
                if not draft.changed or await self._asks(
                    _("Leave the plan as it was?"),
                    _("What you changed here is not saved."),
                    on=_("Leave it as it was"),
                    back=_("Back to the plan"),
                    unsaved=True,
                ):
                    return opened
            else:
                stand_at = await self._change_plan(draft, act) or act.place

    async def _change_plan(self, draft: PlanDraft, act: Act) -> Place | None:
        place = act.place
        if act.do is Do.ADD_GOAL or place is None:
            want = await self._line(_("A goal"), _("What do they want to work towards?"))
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
            want = await self._line(
                _("A goal"), _("What do they want to work towards?"), text=draft.goal(place).want
            )
            if want:
                draft.change_goal(place, want)
        else:
            step = await self._show(StepScreen(draft.goal(place).want, draft.step(place)))
            if step:
                draft.change_step(place, step)
        return place

    async def _save_plan(self, opened: Opened, goals: Sequence[PlanGoal]) -> Opened:
        return await self._meanwhile(
            _("Saving the plan."), partial(self._desk.agree, opened, goals, self._now())
        )

    # -- what is done less often

    async def _more(self, opened: Opened) -> Opened | None:
        options = [
            Option("state", _("Say how far it has come")),
            Option("export", _("Write it to a file")),
        ]
        if self._printer:
            options.append(Option("print", _("Print My page and the plan")))
        if self._lead:
            options.append(Option("erase", _("Delete it")))
        match await self._choose(opened.row.name, options):
            case "state":
                return await self._change_state(opened)
            case "export":
                return await self._export(opened)
            case "print" if self._printer:
                await self._print(opened, self._printer)
                return opened
            case "erase":
                return await self._erase(opened)
            case _:
                return opened

    async def _change_state(self, opened: Opened) -> Opened:
        chosen = await self._choose(
            _("How far has it come?"),
            (Option(state, WORDS[state]) for state in STATES if state != "waiting"),
            chosen=(opened.row.state,),
        )
        state: State | None = next((state for state in STATES if state == chosen), None)
        if state is None or state == opened.row.state:
            return opened
        change = partial(self._desk.change_state, opened, state, self._now())
        return await self._meanwhile(_("Saving it."), change)

    async def _export(self, opened: Opened) -> Opened:
        chosen = await self._choose(
            _("Write it to a file"),
            (Option(form, FORMS[form]) for form in FORMATS),
            lines=(_("A file is not sealed: whoever has it can read it."),),
        )
        form = next((form for form in FORMATS if form == chosen), None)
        if form is not None:
            await self._to_file(files.suggested(opened, FORMATS[form]), partial(self._write, opened, form))
        return opened

    async def _print(self, opened: Opened, printer: Printer) -> None:
        slip = handout(opened, LABELS, _("The plan we agreed on"))
        if slip is None:
            await self._tell(_("There is nothing to print"), _("My page is empty, and there is no plan yet."))
            return

        def print_it() -> None:
            self._desk.note_print(opened, "My page and the plan")
            printer.print(slip)

        try:
            await self._meanwhile(_("Printing. This takes a moment."), print_it)
        except PrinterError as error:
            await self._tell(_("The paper is not finished"), error.why)

    def _write(self, opened: Opened, form: Format, path: Path) -> str:
        files.require_free(path, self._home.root)
        data = exported(opened, form, self._zone, self._now())
        self._desk.note_export(opened, form)
        return files.write(path, data, self._home.root)

    async def _erase(self, opened: Opened) -> Opened | None:
        reason = await self._line(
            _("Delete {name}").format(name=opened.row.name),
            _("Who asked for it, and why? It is kept in the audit"),
        )
        if not reason or not await self._asks(
            _("Delete {name} for good?").format(name=opened.row.name),
            _("It cannot be brought back. Printed and exported copies stay where they are."),
            on=_("Delete it"),
            back=_("Keep it"),
        ):
            return opened
        done = partial(erase, self._desk, opened, reason, self._now(), key_is_here=self._home.has_desk())
        receipt = await self._meanwhile(_("Deleting the entry."), done)
        await self._tell(_("Deleted"), *receipt.lines(self._zone))
        return None


def _more_in(shown: Opened, opened: Opened) -> Collection[str]:
    """Return the ids of the newest sections that are shown and that the desk's key does not open."""
    if shown.newest is None or opened.newest is None:
        return ()
    return {one.id for one in shown.newest.sections} - {one.id for one in opened.newest.sections}
