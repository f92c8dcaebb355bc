"""The agreed plan, as staff and customer write it down together: goals, steps, who, by when, done or open."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from kiosk.added import Step
from kiosk.desk.planning import MOST, Place, PlanDraft
from kiosk.text import clean
from screens.desk.written import Written
from screens.widgets.keys import BACK, COLOURS, CONTINUE, SAVE, UNDO, Key
from screens.widgets.page import Page
from screens.widgets.plain import Plain
from screens.widgets.rows import ActRow, jump, stand_on
from screens.widgets.writing import Writing
from screens.words import _


class Do(Enum):
    """What is done with a plan."""

    CHANGE = "change"
    ADD_STEP = "add step"
    ADD_GOAL = "add goal"
    TICK = "tick"
    REMOVE = "remove"
    SAVE = "save"
    BACK = "back"


@dataclass(frozen=True)
class Act:
    """What is to be done, and with which line; None where the plan has no line yet."""

    do: Do
    place: Place | None = None


class PlanScreen(Page[Act]):
    """Shows the plan so far. The keys act on the line that stands out."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "act('change')"),
        Binding("space", "act('tick')"),
        Binding("f2", "act('add step')"),
        Binding("f3", "act('add goal')"),
        Binding(SAVE.key, "act('save')"),
        Binding("f7", "act('remove')"),
        Binding("escape", "act('back')"),
        Binding("up", "jump(-1)", show=False),
        Binding("down", "jump(1)", show=False),
        Binding("pageup", "jump(-6)", show=False),
        Binding("pagedown", "jump(6)", show=False),
    ]
    KEYS = (
        Key("enter", _("Enter"), _("Change")),
        Key("space", _("Space"), _("Done")),
        Key("f2", "F2", _("Add a step")),
        BACK,
    )
    EVERYWHERE = (
        COLOURS,
        Key("f3", "F3", _("Add a goal")),
        Key("f7", "F7", _("Remove")),
        SAVE,
    )

    def __init__(self, name: str, draft: PlanDraft, stand_at: Place | None, problem: str = "") -> None:
        super().__init__(_("The plan"), name)
        self._draft = draft
        self._stand_at = stand_at
        self._problem = problem

    @property
    def unsaved(self) -> bool:
        """Whether the plan was changed."""
        return self._draft.changed

    def body(self) -> Iterable[Widget]:
        """Yield a row for each goal, and for each of its steps below it."""
        yield Plain(self._problem, id="problem")
        places = self._draft.places()
        if not places:
            yield Plain(_("There is nothing in it yet. F3 adds a goal."), classes="hint")
        for place in places:
            if place.step is None:
                row = Content(clean(self._draft.goal(place).want) or _("A goal without words"))
                yield ActRow(row, place, classes="goal")
            else:
                yield ActRow(Content(clean(self._draft.step(place).line)), place, classes="step")
        yield Plain(_("The customer can read this with their code."), classes="hint")

    def on_mount(self) -> None:
        """Stand on the line that was worked on last."""
        stand_on(self.query(ActRow), self._stand_at)

    def on_act_row_taken(self, event: ActRow.Taken) -> None:
        """Change the line that was touched."""
        self._act_on(event.row, Do.CHANGE)

    def action_act(self, do: str) -> None:
        """Do something with the line that stands out."""
        self._act_on(self.focused, Do(do))

    def _act_on(self, row: Widget | None, do: Do) -> None:
        place = row.outcome if isinstance(row, ActRow) else None
        self.dismiss(Act(do, place if isinstance(place, Place) else None))

    def action_jump(self, by: int) -> None:
        """Go some lines up or down."""
        jump(self.query(ActRow), by)


class StepScreen(Page[Written[Step]]):
    """One step in its parts."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "on"),
        Binding(SAVE.key, "keep"),
        Binding("escape", "back"),
    ]
    KEYS = (CONTINUE, Key(SAVE.key, SAVE.shown, _("Keep the step")), BACK, UNDO)
    EVERYWHERE = (COLOURS,)

    def __init__(self, want: str, step: Step) -> None:
        super().__init__(_("A step"))
        self._want = want
        self._step = step

    @property
    def unsaved(self) -> bool:
        """A step belongs to a plan that is not saved."""
        return True

    @property
    def writing(self) -> bool:
        """People write here."""
        return True

    def body(self) -> Iterable[Widget]:
        """Yield the goal it belongs to, and a field for each part."""
        yield Plain(self._want, classes="goal")
        parts = (
            (_("What is the step?"), self._step.text),
            (_("Who does it, or helps?"), self._step.who),
            (_("By when?"), self._step.by_when),
        )
        for label, text in parts:
            yield Plain(label, classes="label")
            yield Writing(text, MOST)
        yield Plain("", id="problem")

    def on_mount(self) -> None:
        """Stand ready to write."""
        self.query(Writing).first().focus()

    def action_on(self) -> None:
        """Go to the next field; from the last one, give the step back."""
        fields = list(self.query(Writing))
        at = next((place for place, field in enumerate(fields) if field.has_focus), len(fields) - 1)
        if at < len(fields) - 1:
            fields[at + 1].focus()
        else:
            self.action_keep()

    def action_keep(self) -> None:
        """Give the step back, from whichever field."""
        if self.written.text:
            self.dismiss(Written(self.written, keep=True))
        else:
            self.query_one("#problem", Plain).show(_("Write the step first."))
            self.query(Writing).first().focus()

    def action_back(self) -> None:
        """Give the step back, not to be kept."""
        self.dismiss(Written(self.written, keep=False))

    @property
    def written(self) -> Step:
        """The step so far."""
        text, who, by_when = (field.words for field in self.query(Writing))
        return Step(text=text, who=who, by_when=by_when, done=self._step.done)
