"""Pages that come over a visit: a comment on a question, nothing at all, nobody there."""

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widget import Widget

from kiosk.answer import TEXT_LIMIT
from screens.widgets.keys import BACK, Key
from screens.widgets.page import Page
from screens.widgets.plain import Plain
from screens.widgets.writing import Writing
from screens.words import _


class CommentScreen(Page[str]):
    """One line on the question itself. Gives back an empty text where nothing is to be kept."""

    CSS_PATH = "asking.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "keep"),
        Binding("escape", "back"),
    ]
    KEYS = (Key("enter", _("Enter"), _("Send my comment")), BACK)

    def __init__(self, ask: str, writing_note: str) -> None:
        super().__init__(_("Your comment on this question"))
        self._ask = ask
        self._writing_note = writing_note

    @property
    def writing(self) -> bool:
        """People write here."""
        return True

    def body(self) -> Iterable[Widget]:
        """Yield the question, the field, and what becomes of it."""
        yield Plain(self._ask, classes="line strong")
        yield Writing("", TEXT_LIMIT)
        yield Plain(
            _("The people who write the questions read this. It is kept apart from your answers."),
            classes="note",
        )
        yield Plain(self._writing_note, classes="note")

    def on_mount(self) -> None:
        """Stand ready to write."""
        self.query_one(Writing).focus()

    def action_keep(self) -> None:
        """Give the comment back."""
        self.dismiss(self.query_one(Writing).words)

    def action_back(self) -> None:
        """Give nothing back."""
        self.dismiss("")


class BlankScreen(Page[None]):
    """Shows nothing at all."""

    PERSONAL = False
    EVERYWHERE = ()


class IdleScreen(Page[None]):
    """Asks whether anybody is there, over a page that it hides. Any key or touch goes on."""

    CSS_PATH = "asking.tcss"
    EVERYWHERE = ()

    def __init__(self, seconds_left: Callable[[], int], *, writing: bool, keeps: bool) -> None:
        """Ask; `keeps` tells whether the answers are kept behind a code when the screen is cleared."""
        super().__init__()
        self._keeps = keeps
        self._seconds_left = seconds_left
        self._writing = writing

    @property
    def writing(self) -> bool:
        """Whether people write on the page that this one covers."""
        return self._writing

    def body(self) -> Iterable[Widget]:
        """Yield the question and the count."""
        yield Plain(_("Are you still here?"), classes="line strong")
        yield Plain(_("Press any key to continue. Nothing is lost."), classes="line")
        yield Plain(self._count(), classes="line", id="count")
        if self._keeps:
            yield Plain(_("Your code then still opens your answers."), classes="line")

    def on_mount(self) -> None:
        """Count down once a second."""
        self.set_interval(1, self._show_count)

    def on_key(self, event: events.Key) -> None:
        """Go on."""
        event.stop()
        event.prevent_default()
        self.dismiss(None)

    def on_click(self, event: events.Click) -> None:
        """Go on."""
        event.stop()
        self.dismiss(None)

    def _count(self) -> str:
        return _("Everything on this screen is cleared in {seconds} seconds.").format(
            seconds=self._seconds_left()
        )

    def _show_count(self) -> None:
        self.query_one("#count", Plain).show(self._count())
