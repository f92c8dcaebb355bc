"""Asking at Welcome to talk to somebody: what happens then, and whether one wants that."""

from collections.abc import Iterable
from enum import Enum

from textual.widget import Widget

from screens.i18n import _
from screens.visit.talk_wish import TALK
from screens.widgets.keys import BACK, CODE, HIDE, Key
from screens.widgets.page import Page
from screens.widgets.plain import Plain


class TalkResult(Enum):
    """What is wanted."""

    ASK = "ask"
    CODE = "code"
    """To say so with a code that one has."""
    BACK = "back"


class TalkScreen(Page[TalkResult]):
    """Says what happens where one asks to talk. Enter asks, and no question has to be answered."""

    KEYS = (
        Key("enter", _("Ask to talk"), result=TalkResult.ASK),
        BACK.gives(TalkResult.BACK),
        CODE.gives(TalkResult.CODE),
    )
    EVERYWHERE = (HIDE,)

    def __init__(self, lines: tuple[str, ...]) -> None:
        super().__init__(TALK)
        self._lines = lines

    def body(self) -> Iterable[Widget]:
        """Yield what happens."""
        for line in self._lines:
            yield Plain(line, classes="line")
