"""Answers that are picked from a list: a point of a scale, one option or several."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from kiosk.entry.answers import LINE_LIMIT, Answer, Choice, options_of
from kiosk.pack.model import ChoiceQuestion, ScaleQuestion
from kiosk.text import columns, painted
from screens.i18n import _
from screens.widgets.answer_box import AnswerBox
from screens.widgets.picks import MARKS, Pick, Picks, rows_of_picks
from screens.widgets.plain import Plain
from screens.widgets.text_field import ShortLine, TextField

LINE = 3
"""Rows of a scale's line on a tall page, with its word and the air below; on a short one it has one."""
OWN = 6
"""Rows of the field for own words."""


class ScaleLine(Static):
    """A circle for each point of a scale, in a line, and the word of the chosen one below it.

    On a short page the word stands beside the line, if there is room for it.
    """

    BETWEEN, CLOSE = 8, 4

    def draw(self, labels: tuple[str, ...], chosen: int) -> None:
        """Draw it with the circle of that place full; none for -1."""
        empty, full = MARKS[False]
        short = self.screen.has_class("-short")
        between = "─" * min(self.CLOSE if short else self.BETWEEN, 40 // len(labels))
        line = between.join(full if place == chosen else empty for place in range(len(labels)))
        word = labels[chosen] if chosen >= 0 else ""
        if short:
            both = f"{line}  {word}"
            self.update(Content(both if columns(both) <= self.content_size.width else line), layout=False)
            return
        middle = chosen * (len(between) + 1)
        start = max(0, min(middle - len(word) // 2, self.content_size.width - len(word)))
        self.update(Content(f"{line}\n{' ' * start}{word}"), layout=False)


class ScaleBox(AnswerBox):
    """One of a scale's points."""

    def __init__(self, question: ScaleQuestion, answer: int | None) -> None:
        super().__init__()
        self._question = question
        self._start = answer

    def compose(self) -> ComposeResult:
        """Yield the points. A scale that starts at 0 is picked by its values, others by their place."""
        points = self._question.points
        yield ScaleLine()
        by_value = [point.value for point in points] == list(range(len(points)))
        yield Picks(
            tuple(
                Pick(str(point.value), point.value if by_value else place, point.label)
                for place, point in enumerate(points, 1)
            ),
            frozenset() if self._start is None else frozenset({str(self._start)}),
            several=False,
        )

    def rows(self, columns: int) -> tuple[int, int]:
        """Return those of the list."""
        return rows_of_picks([point.label for point in self._question.points], columns)

    def on_mount(self) -> None:
        """Draw the line, now and whenever another point is chosen."""
        self.watch(self.query_one(Picks), "chosen", self.draw_line)

    def draw_line(self) -> None:
        """Show the chosen point on the line."""
        points = self._question.points
        at = next((place for place, point in enumerate(points) if point.value == self.answer()), -1)
        self.query_one(ScaleLine).draw(tuple(painted(point.label) for point in points), at)

    def on_resize(self) -> None:
        """Keep the word below its circle."""
        self.draw_line()

    def answer(self) -> Answer | None:
        """Return the value of the point."""
        return next((int(value) for value in self.query_one(Picks).chosen), None)


class ChoiceBox(AnswerBox):
    """One or several of a choice's options. One of them may have a field, shown once it is chosen."""

    def __init__(
        self, question: ChoiceQuestion, answer: str | tuple[str, ...] | Choice | None, writing_note: str
    ) -> None:
        super().__init__()
        self._question = question
        self._start, self._own = options_of(answer)
        self._writing_note = writing_note
        self._led = False
        """Whether Enter has led to the field already."""

    def compose(self) -> ComposeResult:
        """Yield the options, and a field where one of them takes own words."""
        yield Picks(
            tuple(
                Pick(option.id, place, option.label, option.alone)
                for place, option in enumerate(self._question.options, 1)
            ),
            frozenset(self._start),
            several=self._question.several,
        )
        for option in self._question.options:
            if option.own_words:
                with Vertical(id="own"):
                    yield Plain(_("{option}: write it here, if you like").format(option=option.label))
                    yield ShortLine(self._own, LINE_LIMIT, lambda _field: ())
                    yield Plain(self._writing_note, classes="label")

    def rows(self, columns: int) -> tuple[int, int]:
        """Return those of the list; air is there where there is room for the field too."""
        options = self._question.options
        rows, air = rows_of_picks([option.label for option in options], columns)
        return rows, air + OWN * any(option.own_words for option in options)

    def on_mount(self) -> None:
        """Show the field where its option is chosen."""
        picks = self.query_one(Picks)
        self.watch(picks, "chosen", self._show_own)

    @property
    def writing(self) -> bool:
        """Whether own words are written."""
        return any(field.has_focus or field.words for field in self.things())

    def answer(self) -> Answer | None:
        """Return the option's id; of several, their ids in the question's order; with own words, a Choice."""
        chosen = self.query_one(Picks).chosen
        ids = tuple(option.id for option in self._question.options if option.id in chosen)
        own = "".join(field.thing for field in self.things())
        if own:
            return Choice(ids, own)
        return ids or None if self._question.several else next(iter(ids), None)

    def things(self) -> list[TextField]:
        """Return the field of the option that is chosen, where it has one."""
        return [field for field in self.query(ShortLine) if self.query_one("#own").display]

    @property
    def enter(self) -> str:
        """Of several, choosing what was pointed at."""
        return self.query_one(Picks).enter

    def forward(self) -> bool:
        """Choose what was pointed at; go to the field, once, where its option is chosen and it is empty."""
        if self.query_one(Picks).choose_offered():
            return True
        for field in self.things():
            if not (self._led or field.has_focus or field.words):
                self._led = True
                field.focus()
                return True
        return False

    def back(self) -> bool:
        """Go back from the field to the options."""
        if any(field.has_focus for field in self.things()):
            self.query_one(Picks).focus()
            return True
        return False

    @on(ShortLine.Lines)
    def join(self, event: ShortLine.Lines) -> None:
        """Take lines that came in one piece as one."""
        event.field.add(" ".join(event.lines))

    def _show_own(self) -> None:
        open_ids = {option.id for option in self._question.options if option.own_words}
        for own in self.query("#own"):
            own.display = bool(open_ids & self.query_one(Picks).chosen)
