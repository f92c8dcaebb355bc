"""Answers that are written: a text, a few short lines, a goal in its parts."""

from collections.abc import Iterable
from textwrap import wrap

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from kiosk.entry.answers import LINE_LIMIT, TEXT_LIMIT, Answer, Goal
from kiosk.pack.model import GoalQuestion
from kiosk.text import has_words
from screens.widgets.answer_box import AnswerBox
from screens.widgets.key_row import KeyRow
from screens.widgets.keys import UNDO
from screens.widgets.plain import Plain
from screens.widgets.text_field import ShortLine, TextField

FRAME, FOOT, LEAST = 2, 1, 3
"""Rows of a frame, of the way to undo, and of the field of a text."""


class Fields(AnswerBox):
    """Fields to write in, one below the other. Enter goes from a filled field to the next."""

    @property
    def writing(self) -> bool:
        """People write in it."""
        return True

    def fields(self) -> list[TextField]:
        """Return the fields from top to bottom."""
        return list(self.query(TextField))

    def on_mount(self) -> None:
        """Stand in the first field that is empty."""
        self.stand()

    def stand(self) -> None:
        """Put the cursor in the first field that is empty, else in the last."""
        fields = self.fields()
        field = next((field for field in fields if not field.words), fields[-1])
        field.focus()

    def forward(self) -> bool:
        """Go to the next field, if there is one and it is its turn."""
        fields = self.fields()
        at = next((place for place, field in enumerate(fields) if field.has_focus), len(fields) - 1)
        if at == len(fields) - 1 or not self.goes_on(fields[at]):
            return False
        fields[at + 1].focus()
        return True

    def goes_on(self, field: TextField) -> bool:
        """Tell whether Enter goes from this field to the next: from one that is filled."""
        return bool(field.words)


class TextBox(Fields):
    """One text."""

    def __init__(self, text: str, limit: int) -> None:
        """Hold a text of at most so many characters."""
        super().__init__()
        self._text = text
        self._limit = limit

    def compose(self) -> ComposeResult:
        """Yield the field."""
        yield TextField(self._text, self._limit, classes="text")
        yield KeyRow(UNDO, classes="foot")

    def rows(self, _columns: int) -> tuple[int, int]:
        """Return those of the empty field."""
        return LEAST + FRAME + FOOT, 0

    def answer(self) -> Answer | None:
        """Return the text."""
        return self.query_one(TextField).words or None


class LinesBox(Fields):
    """A few short lines, numbered."""

    def __init__(self, lines: tuple[str, ...], most: int) -> None:
        super().__init__()
        self._lines = (*lines, *[""] * (most - len(lines)))

    def compose(self) -> ComposeResult:
        """Yield a field for each line."""
        with Vertical(classes="frame"):
            for number, line in enumerate(self._lines, 1):
                with Horizontal():
                    yield Plain(str(number), classes="number")
                    yield ShortLine(line, LINE_LIMIT, self.below)
        yield KeyRow(UNDO, classes="foot")

    def rows(self, _columns: int) -> tuple[int, int]:
        """Return those of the empty lines."""
        return len(self._lines) + FRAME + FOOT, 0

    @on(ShortLine.Lines)
    def spread(self, event: ShortLine.Lines) -> None:
        """Put lines that came in one piece into a field each, this one and the empty ones below it.

        What is more than that goes into the last of them.
        """
        places = [event.field, *self.below(event.field)][: len(event.lines)]
        single = event.lines[: len(places) - 1]
        for field, line in zip(places, [*single, " ".join(event.lines[len(single) :])], strict=True):
            field.add(line)
        left_out = next((field for field in places if field.left_out), places[-1])
        left_out.focus()

    def below(self, field: ShortLine) -> list[ShortLine]:
        """Return the empty fields below one."""
        fields = list(self.query(ShortLine))
        return [other for other in fields[fields.index(field) + 1 :] if not other.words]

    def lines(self) -> tuple[str, ...]:
        """Return the lines that are filled."""
        return tuple(field.thing for field in self.things() if field.thing)

    def goes_on(self, field: TextField) -> bool:
        """Tell whether Enter goes from this line to the next: from one that says something."""
        return has_words(field.words)

    def answer(self) -> Answer | None:
        """Return the lines."""
        return self.lines() or None


class GoalBox(Fields):
    """One thing to work towards: what, a first step, who can help, when."""

    def __init__(self, question: GoalQuestion, goal: Goal) -> None:
        super().__init__()
        self._parts: Iterable[tuple[str, str]] = (
            (question.want, goal.want),
            (question.first_step, goal.first_step),
            (question.who, goal.who),
            (question.when, goal.when),
        )

    def compose(self) -> ComposeResult:
        """Yield each part's own question and its field."""
        for label, text in self._parts:
            yield Plain(label, classes="label")
            yield TextField(text, TEXT_LIMIT, classes="line")
        yield KeyRow(UNDO, classes="foot")

    def rows(self, columns: int) -> tuple[int, int]:
        """Return those of the labels and of the empty fields; air is between one field and the next label."""
        labels = [label for label, _text in self._parts]
        return sum(len(wrap(label, columns)) + 1 for label in labels) + FOOT, len(labels) - 1

    def goes_on(self, field: TextField) -> bool:
        """Tell whether Enter goes to the next field: also from an empty one, once anything is written."""
        return self.answer() is not None

    def answer(self) -> Answer | None:
        """Return the goal."""
        who, when = (field.words for field in self.fields()[2:])
        want, first_step = (field.thing for field in self.things())
        return Goal(want, first_step, who, when) if want or first_step or who or when else None

    def things(self) -> list[TextField]:
        """Return what is wanted and the first step; a year may be all there is to say of when."""
        return self.fields()[:2]
