"""One line to write at the desk: a goal, a reason, a file, a name."""

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Input

from kiosk.text import written
from screens.desk.written import Written
from screens.widgets.field_screen import FieldScreen
from screens.widgets.keys import BACK, COLOURS, CONTINUE, Key
from screens.widgets.line_field import LineField
from screens.widgets.plain import Plain
from screens.words import _


class LineScreen(FieldScreen[Written[str]]):
    """Asks for one line, which is empty only where that is allowed."""

    EVERYWHERE = (COLOURS,)
    MOST = 400

    def __init__(
        self,
        title: str,
        label: str,
        *,
        lines: tuple[str, ...] = (),
        text: str = "",
        problem: str = "",
        needed: str = "",
        hidden: bool = False,
    ) -> None:
        """Ask. `needed` is what to say where nothing is written; empty where that is fine."""
        empty = (Key("f2", _("Empty"), "empty"),) if text else ()
        super().__init__(title, here=(CONTINUE.does("on"), BACK.does("back"), *empty))
        self._label = label
        self._lines = lines
        self._text = text
        self._problem = problem
        self._needed = needed
        self._hidden = hidden

    @property
    def unsaved(self) -> bool:
        """Whether something was written and is not taken yet."""
        return bool(self._problem) or self.words != self._text

    def body(self) -> Iterable[Widget]:
        """Yield what it is for, the field, and what was wrong."""
        for line in self._lines:
            yield Plain(line, classes="hint")
        yield Plain(self._label, classes="label")
        yield LineField(self._text, password=self._hidden, max_length=self.MOST, select_on_focus=False)
        yield Plain(self._problem, id="problem")

    def on_mount(self) -> None:
        """Stand at the end: of a long path that is what one looks for."""
        self.query_one(Input).action_end()

    def action_on(self) -> None:
        """Give the line back."""
        text = self.words if self._hidden else written(self.words)  # a passphrase is taken as it is typed
        if text or not self._needed:
            self.dismiss(Written(text, keep=True))
        else:
            self.query_one("#problem", Plain).show(self._needed)

    def action_empty(self) -> None:
        """Empty the field of what stood there already."""
        self.query_one(Input).value = ""

    def action_back(self) -> None:
        """Give the line back, not to be kept."""
        self.dismiss(Written(self.words.strip(), keep=False))
