"""The pages on which staff type a paper form in: those of a visit, in words for staff."""

from typing import ClassVar

from screens.i18n import _
from screens.widgets.check_screen import CheckScreen
from screens.widgets.keys import BACK, COLOURS, CONTINUE, Key
from screens.widgets.question_screen import QuestionExit, QuestionScreen


class PaperQuestionScreen(QuestionScreen):
    """Takes the answer to one question from paper."""

    KEYS = (
        CONTINUE.does("on"),
        BACK.does("back"),
        Key("f2", _("Left open"), "skip"),
        Key("f8", _("Stop"), "stop"),
    )
    EVERYWHERE = (COLOURS,)

    def action_stop(self) -> None:
        """Stop typing, with what is typed so far."""
        self._leave(QuestionExit.STOP)


class PaperCheckScreen(CheckScreen):
    """Shows what was typed, and what the customer keeps back."""

    EVERYWHERE = (COLOURS,)
    HEADING: ClassVar[str] = _("Check against the paper")
    SAVE: ClassVar[str] = _("Save, and get the customer's code")
    FIRST: ClassVar[str] = _("Set what the customer keeps back.")
    SHARED: ClassVar[tuple[str, str]] = (
        _("Staff may read this part"),
        _("Only the customer's code opens it"),
    )
