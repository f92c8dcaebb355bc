"""The pages on which staff type a paper form in: those of a visit, in words for staff."""

from collections.abc import Iterable
from typing import ClassVar

from textual.widget import Widget

from screens.i18n import _, _n
from screens.widgets.check_screen import SAVES, CheckScreen
from screens.widgets.keys import BACK, COLOURS, CONTINUE, END, Key
from screens.widgets.plain import Plain
from screens.widgets.question_screen import QuestionExit, QuestionScreen
from screens.widgets.sharing_screen import SharingScreen


class PaperQuestionScreen(QuestionScreen):
    """Takes the answer to one question from paper."""

    KEYS = (
        CONTINUE.does("on"),
        BACK.does("back"),
        Key("f2", _("Left open"), "skip"),
        END.does("stop"),
    )
    EVERYWHERE = (COLOURS,)
    LEAVES_OPEN: ClassVar[str] = CONTINUE.label

    def action_stop(self) -> None:
        """Stop typing, with what is typed so far."""
        self._leave(QuestionExit.STOP)


class PaperCheckScreen(CheckScreen):
    """Shows all that was typed, to be compared with the paper, and what the customer keeps back."""

    KEYS = CheckScreen.KEYS[:-1]
    EVERYWHERE = (COLOURS, SAVES)
    HEADING: ClassVar[str] = _("Check against the paper")
    SAVE: ClassVar[str] = _("Save, and get the customer's code")
    FIRST: ClassVar[str] = _("Set what the customer keeps back.")
    CLOSED: ClassVar[str] = _("Only the customer's code opens it")

    def kept(self, count: int) -> str:
        """Say how many parts are kept back."""
        return _n("{count} part is kept back", "{count} parts are kept back", count)

    def _parts(self) -> Iterable[Widget]:
        yield self._sharing()
        for section in self._visit.pack.sections:
            closed = f". {self.CLOSED}" if section.id in self._visit.private else ""
            yield Plain(f"{section.title}{closed}", classes="section")
            yield from self._answers(section)


class PaperSharingScreen(SharingScreen):
    """Lets staff say what the customer keeps back, as it is ticked on paper."""

    EVERYWHERE = (COLOURS,)
    HEADING: ClassVar[str] = _("What does the customer keep back?")
    OPEN: ClassVar[tuple[str, str]] = (
        _("Staff may read"),
        _("The box below this part is empty."),
    )
    CLOSED: ClassVar[tuple[str, str]] = (
        _("Kept back"),
        _("The box is ticked. Only the customer's code opens this part."),
    )
