"""A note by staff, which the customer can read too."""

from collections.abc import Iterable

from textual.widget import Widget

from kiosk.entry.answers import TEXT_LIMIT
from screens.desk.form_result import FormResult
from screens.i18n import _
from screens.widgets.field_screen import FieldScreen
from screens.widgets.keys import BACK, COLOURS, SAVE, UNDO, Key
from screens.widgets.plain import Plain
from screens.widgets.text_field import TextField


class NoteScreen(FieldScreen[FormResult[str]]):
    """Takes a note."""

    fills = True
    KEYS = (Key("enter", _("New line")), BACK.does("back"), SAVE.does("keep"), UNDO)
    EVERYWHERE = (COLOURS,)

    def __init__(self, name: str, text: str, problem: str, doubt: str = "") -> None:
        """Take it; `doubt` is what is said of the clock, which dates it."""
        super().__init__(_("A note for {name}").format(name=name))
        self._text = text
        self._problem = problem
        self._doubt = doubt

    @property
    def unsaved(self) -> bool:
        """Whether anything is written."""
        return bool(self.words)

    def body(self) -> Iterable[Widget]:
        """Yield the field, and who reads it."""
        if self._doubt:
            yield Plain(self._doubt, classes="strong")
        yield Plain(_("Your note"), classes="label")
        yield TextField(self._text, TEXT_LIMIT, breaks=True, classes="text")
        yield Plain(
            _("The customer can read this with their code. You can take it back, but not change it."),
            classes="hint",
        )
        yield Plain(self._problem, id="problem")

    def action_keep(self) -> None:
        """Give the note back, to be saved."""
        if self.words:
            self.dismiss(FormResult(self.words, saved=True))
        else:
            self.query_one("#problem", Plain).show(_("Write your note first."))

    def action_back(self) -> None:
        """Give the note back, not to be saved."""
        self.dismiss(FormResult(self.words, saved=False))
