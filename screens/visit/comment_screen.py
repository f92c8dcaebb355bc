"""Pages that come over a visit: a comment on a question, nothing at all."""

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.widget import Widget

from kiosk.visit.comments import TEXT_MOST
from screens.i18n import _
from screens.widgets.field_screen import FieldScreen
from screens.widgets.keys import BACK, UNDO, Key
from screens.widgets.page import Page
from screens.widgets.plain import Plain
from screens.widgets.text_field import TextField


class CommentScreen(FieldScreen[str]):
    """One line on the question itself. Gives back an empty text where nothing is to be kept."""

    fills = True
    KEYS = (Key("enter", _("Send my comment"), "keep"), BACK.gives(""), UNDO)

    def __init__(self, ask: str, text: str, writing_note: str) -> None:
        """Ask for it; `text` is what is written already."""
        super().__init__(_("Your comment on this question"))
        self._ask = ask
        self._text = text
        self._writing_note = writing_note

    def body(self) -> Iterable[Widget]:
        """Yield the question, the field, and what becomes of it."""
        yield Plain(self._ask, classes="line strong")
        yield TextField(self._text, TEXT_MOST)
        yield Plain(
            _("The people who write the questions read this. It is kept apart from your answers."),
            classes="note",
        )
        yield Plain(self._writing_note, classes="note")

    def action_keep(self) -> None:
        """Give the comment back."""
        self.dismiss(self.words)


class BlankScreen(Page[None]):
    """Shows nothing at all, whatever keys come over it."""

    PERSONAL = False
    PASSES = True
    EVERYWHERE = ()

    def compose(self) -> ComposeResult:
        """Lay out the practice banner alone, and nothing where a page says something of a key."""
        yield from self.banner("banner")
