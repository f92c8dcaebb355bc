"""What a question's page needs of the widget that takes its answer."""

from textual.widget import Widget

from kiosk.entry.answers import Answer
from screens.widgets.text_field import ShortLine, TextField


class AnswerBox(Widget):
    """Takes one answer. It may have pages or fields of its own, and then takes Enter and Esc first."""

    @property
    def writing(self) -> bool:
        """Whether people write in it now."""
        return False

    @property
    def at(self) -> int:
        """Which of its pages is shown, from 0."""
        return 0

    @property
    def turned(self) -> tuple[int, int | None]:
        """Which of its pages is shown, and which one a key led from, for `turn_to`."""
        return self.at, None

    def turn_to(self, at: int, came_from: int | None) -> None:
        """Show a page as it once was."""

    @property
    def is_last(self) -> bool:
        """Whether none of its pages comes after that one."""
        return True

    @property
    def enter(self) -> str:
        """What Enter does inside it now; empty where it leaves the question."""
        return ""

    def answer(self) -> Answer | None:
        """Return what is answered so far; None for nothing."""
        return None

    def things(self) -> list[TextField]:
        """Return the fields in which a number alone is no answer: each holds a thing of its own."""
        return list(self.query(ShortLine))

    def rows(self, _columns: int) -> tuple[int, int]:
        """Return how many rows it takes so wide on a tall page, and how many more with air; 0 for unknown."""
        return 0, 0

    def forward(self) -> bool:
        """Go on inside; False where Enter is to leave the question."""
        return False

    def back(self) -> bool:
        """Go back inside; False where Esc is to leave the question."""
        return False
