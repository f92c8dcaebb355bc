"""Answers that are picked from a list: a point of a scale, one option or several."""

from textual.app import ComposeResult

from kiosk.answer import Answer
from kiosk.pack.model import ChoiceQuestion, ScaleQuestion
from screens.widgets.answer_box import AnswerBox
from screens.widgets.picks import Pick, Picks


class ScaleBox(AnswerBox):
    """One of a scale's points."""

    def __init__(self, question: ScaleQuestion, answer: int | None) -> None:
        super().__init__()
        self._question = question
        self._start = answer

    def compose(self) -> ComposeResult:
        """Yield the points. A scale that starts at 0 is picked by its values, others by their place."""
        points = self._question.points
        by_value = [point.value for point in points] == list(range(len(points)))
        yield Picks(
            tuple(
                Pick(str(point.value), point.value if by_value else place, point.label)
                for place, point in enumerate(points, 1)
            ),
            frozenset() if self._start is None else frozenset({str(self._start)}),
            several=False,
        )

    def answer(self) -> Answer | None:
        """Return the value of the point."""
        return next((int(value) for value in self.query_one(Picks).chosen), None)


class ChoiceBox(AnswerBox):
    """One or several of a choice's options."""

    def __init__(self, question: ChoiceQuestion, answer: str | tuple[str, ...] | None) -> None:
        super().__init__()
        self._question = question
        self._start = (answer,) if isinstance(answer, str) else answer or ()

    def compose(self) -> ComposeResult:
        """Yield the options."""
        yield Picks(
            tuple(
                Pick(option.id, place, option.label, option.alone)
                for place, option in enumerate(self._question.options, 1)
            ),
            frozenset(self._start),
            several=self._question.several,
        )

    def answer(self) -> Answer | None:
        """Return the option's id; for several, their ids in the question's order."""
        chosen = self.query_one(Picks).chosen
        ids = tuple(option.id for option in self._question.options if option.id in chosen)
        if not ids:
            return None
        return ids if self._question.several else ids[0]
