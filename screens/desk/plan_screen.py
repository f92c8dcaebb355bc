"""The agreed plan, as staff and customer write it down together: goals, steps, who, by when, done or open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import ClassVar

from msgspec.structs import replace
from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import TextArea

from kiosk.dates import full_day, long_day
from kiosk.desk.plan_editor import MOST, PlanDraft, PlanLine, day_to_offer, with_when
from kiosk.entry.staff_pages import Step
from kiosk.errors import DeskError
from kiosk.text import clean
from screens.desk.form_result import FormResult
from screens.desk.line_screen import day_says
from screens.i18n import _
from screens.widgets.act_rows import ActRow, jump, stand_on
from screens.widgets.blocks import step_line
from screens.widgets.field_screen import FieldScreen
from screens.widgets.keys import BACK, COLOURS, CONTINUE, FINAL, SAVE, UNDO, Key
from screens.widgets.page import Page
from screens.widgets.plain import Plain
from screens.widgets.text_field import TextField


class PlanAction(Enum):
    """What is done with a plan."""

    CHANGE = "change"
    ADD_STEP = "add step"
    ADD_GOAL = "add goal"
    TICK = "tick"
    REMOVE = "remove"
    REVIEW = "review"
    SAVE = "save"
    BACK = "back"


@dataclass(frozen=True)
class PlanResult:
    """What is to be done, and with which line; None where the plan has no line yet."""

    do: PlanAction
    place: PlanLine | None = None


PlanRow = PlanLine | PlanAction
"""What a row is of: a line of the plan, or when it is looked at again."""


ADD_GOAL = Key("f7", _("Add a goal"), "act('add goal')")


class PlanScreen(Page[PlanResult]):
    """Shows the plan so far. The keys act on the line that stands out."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "jump(-1)"),
        Binding("down", "jump(1)"),
        Binding("pageup", "jump(-6)"),
        Binding("pagedown", "jump(6)"),
    ]
    own = True
    KEYS = (
        Key("enter", _("Change"), "act('change')"),
        BACK.does("act('back')"),
        Key("space", _("Done"), "act('tick')"),
        Key("f2", _("Add a step"), "act('add step')"),
    )
    EVERYWHERE = (
        COLOURS,
        ADD_GOAL,
        Key(FINAL, _("Remove"), "act('remove')"),
        SAVE.does("act('save')"),
    )

    def __init__(
        self, name: str, draft: PlanDraft, stand_at: PlanRow | None, today: date, problem: str = ""
    ) -> None:
        # Of a plan without a goal there is nothing to change, to do or to save.
        keys = (None, None) if draft.goals else ((self.KEYS[1], ADD_GOAL), (COLOURS,))
        super().__init__(_("The plan"), name, None, *keys)
        self._draft = draft
        self._today = today
        self._stand_at = stand_at
        self._problem = problem

    @property
    def unsaved(self) -> bool:
        """Whether the plan was changed."""
        return self._draft.changed

    def body(self) -> Iterable[Widget]:
        """Yield a row for each goal, and for each of its steps below it."""
        if self._problem:
            yield Plain(self._problem, id="problem")
        places, undated = self._draft.places(), False
        if not places:
            yield Plain(_("The plan is empty. Press F7 to add a goal."), classes="hint")
        for place in places:
            if place.step is None:
                row = Content(clean(self._draft.goal(place).want) or _("A goal without words"))
                yield ActRow(row, place, classes="goal")
            else:
                step = self._draft.step(place)
                overdue = _("Overdue:") if step.is_overdue(self._today) else ""
                row = Content.assemble((overdue, "bold"), clean(step_line(step)))
                if step.is_undated:
                    undated = True
                    row = row + Content.styled("\n   " + _("no date: it is not in Overdue"), "italic")
                yield ActRow(row, place, classes="step")
        if undated:
            yield Plain(_("To set a date, press Enter on the step."), classes="hint")
        if places:
            yield ActRow(Content(self._review()), PlanAction.REVIEW, classes="goal")
        yield Plain(_("The customer can read this with their code."), classes="hint")

    def _review(self) -> str:
        review = self._draft.review
        if review is None:
            return _("Review: no day yet")
        words = _("Review on {day}") if review > self._today else _("Review due since {day}")
        return words.format(day=long_day(review))

    def on_mount(self) -> None:
        """Stand on the line that was worked on last."""
        stand_on(self.query(ActRow), self._stand_at)

    def on_act_row_taken(self, event: ActRow.Taken) -> None:
        """Change the line that was touched."""
        self._act_on(event.row, PlanAction.CHANGE)

    def action_act(self, do: str) -> None:
        """Do something with the line that stands out."""
        self._act_on(self.focused, PlanAction(do))

    def _act_on(self, row: Widget | None, do: PlanAction) -> None:
        place = row.outcome if isinstance(row, ActRow) else None
        if place is PlanAction.REVIEW:
            place = self._draft.places()[-1]
            do = PlanAction.REVIEW if do in (PlanAction.CHANGE, PlanAction.TICK, PlanAction.REMOVE) else do
        self.dismiss(PlanResult(do, place))

    def action_jump(self, by: int) -> None:
        """Go some lines up or down."""
        jump(self.query(ActRow), by)


class StepScreen(FieldScreen[FormResult[Step]]):
    """One step in its parts."""

    own = True
    fills = True
    KEYS = (CONTINUE.does("on"), BACK.does("back"), SAVE.called(_("Keep the step")).does("keep"), UNDO)

    def __init__(self, want: str, step: Step, today: date, said: date, doubt: str = "") -> None:
        """Show it.

        `said` is the day that its words for when were written on, `doubt` what is said of the clock where it
        makes a day of what is typed.
        """
        self._offered = day_to_offer(step, said)
        self._is_over = self._offered is not None and self._offered < today
        offers = (Key("f2", _("Set the date"), "set_day"),) if self._offered and not self._is_over else ()
        super().__init__(_("A step"), everywhere=(COLOURS, *offers))
        self._want = want
        self._step = step
        self._today = today
        self._doubt = doubt
        self._said = ""

    @property
    def unsaved(self) -> bool:
        """A step belongs to a plan that is not saved."""
        return True

    def body(self) -> Iterable[Widget]:
        """Yield the goal it belongs to, and a field for each part."""
        yield Plain(self._want, classes="goal")
        parts = (
            (_("What is the step?"), self._step.text),
            (_("Who does it, or helps?"), self._step.who),
            (_("By when? A day, such as 4 March or in 2 weeks, or words"), self._step.when),
        )
        for label, text in parts:
            yield Plain(label, classes="label")
            yield TextField(text, MOST)
        yield Plain("", id="problem")

    def on_mount(self) -> None:
        """Say by when it is."""
        self.tell_day()

    @on(TextArea.Changed)
    def tell_day(self) -> None:
        """Say which day it is by when, or that it is none."""
        says = self._says(self.query(TextField).last().words)
        if says != self._said:  # else what was said of something else stays
            self._said = says
            self.remark(says, stays=True)

    def _says(self, typed: str) -> str:
        if typed and typed == self._step.when and not self._step.due:
            says: str = _("No date: it is not in Overdue.")
            if self._offered is None:
                return says
            offer = _("That was {day}.") if self._is_over else _("Press F2 to set {day}.")
            return f"{says} " + offer.format(day=full_day(self._offered))
        says = day_says(typed, self._today, self._doubt, ahead=True)
        return says or (_("No date: it is not in Overdue.") if typed else "")

    def action_set_day(self) -> None:
        """Write the day that the words come to, to be kept or changed."""
        if self._offered:
            field = self.query(TextField).last()
            field.load_text(long_day(self._offered))
            field.focus()

    def action_on(self) -> None:
        """Go to the next field; from the last one, give the step back."""
        fields = list(self.query(TextField))
        at = next((place for place, field in enumerate(fields) if field.has_focus), len(fields) - 1)
        if at < len(fields) - 1:
            fields[at + 1].focus()
        else:
            self.action_keep()

    def action_keep(self) -> None:
        """Give the step back, from whichever field."""
        step, typed = self._so_far()
        if not step.text:
            self._show_problem(_("Write the step first."), self.query(TextField).first())
            return
        try:
            step = with_when(step, typed, self._today)
        except DeskError as error:
            self._show_problem(str(error), self.query(TextField).last())
        else:
            self.dismiss(FormResult(step, saved=True))

    def _show_problem(self, problem: str, field: TextField) -> None:
        self.query_one("#problem", Plain).show(problem)
        field.focus()

    def action_back(self) -> None:
        """Give the step back, not to be kept."""
        self.dismiss(FormResult(self.written, saved=False))

    @property
    def written(self) -> Step:
        """The step so far; by when it is to be done is in words where what is typed is no day yet."""
        step, typed = self._so_far()
        try:
            return with_when(step, typed, self._today)
        except DeskError:
            return replace(step, by_when=typed, due=None)

    def _so_far(self) -> tuple[Step, str]:
        text, who, by_when = (field.words for field in self.query(TextField))
        return replace(self._step, text=text, who=who), by_when
