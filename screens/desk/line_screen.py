"""One line to write at the desk: a goal, a reason, a file, a name."""

from collections.abc import Callable, Iterable
from datetime import date

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from kiosk.dates import full_day
from kiosk.errors import DeskError
from kiosk.text import written
from kiosk.typed_dates import day_in
from screens.desk.form_result import FormResult
from screens.i18n import _
from screens.widgets.field_screen import FieldScreen
from screens.widgets.keys import BACK, COLOURS, CONTINUE, Key
from screens.widgets.line_field import LineField
from screens.widgets.plain import Plain


class LineScreen(FieldScreen[FormResult[str]]):
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
        reads: Callable[[str], str] = lambda _typed: "",
    ) -> None:
        """Ask.

        `needed` is what to say where nothing is written; empty where that is fine. `reads` tells what is made
        of what is typed so far, to be said meanwhile.
        """
        empty = (Key("f2", _("Empty"), "empty"),) if text else ()
        super().__init__(title, here=(CONTINUE.does("on"), BACK.does("back"), *empty))
        self._label = label
        self._lines = lines
        self._text = text
        self._problem = problem
        self._needed = needed
        self._hidden = hidden
        self._reads = reads
        self._read = ""

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

    @on(Input.Changed)
    def tell_what_it_reads(self) -> None:
        """Say what is made of what is typed so far."""
        read = self._reads(self.words)
        if read != self._read:  # else what was said of something else stays
            self._read = read
            self.remark(read, stays=True)

    def action_on(self) -> None:
        """Give the line back."""
        text = self.words if self._hidden else written(self.words)  # a passphrase is taken as it is typed
        if text or not self._needed:
            self.dismiss(FormResult(text, saved=True))
        else:
            self.query_one("#problem", Plain).show(self._needed)

    def action_empty(self) -> None:
        """Empty the field of what stood there already."""
        self.query_one(Input).value = ""

    def action_back(self) -> None:
        """Give the line back, not to be kept."""
        self.dismiss(FormResult(self.words.strip(), saved=False))


def day_says(typed: str, today: date, doubt: str, *, ahead: bool = False) -> str:
    """Return which day something typed comes to, and `doubt` of the clock; empty for what is no day."""
    try:
        day = day_in(typed, today, ahead=ahead) if typed.strip() else None
    except DeskError:
        return ""  # that is said where it is to count
    return f"{full_day(day)}. {doubt}".rstrip() if day else ""
