"""What staff added since a customer last saved something: the first page after the code, if there is any."""

from collections.abc import Iterable

from textual.containers import Vertical
from textual.widget import Widget

from kiosk.dates import on_day
from kiosk.entry.blocks import news_blocks
from kiosk.entry.pages import Reflection
from kiosk.visit.returning import Own
from screens.i18n import _
from screens.widgets.blocks import drawn
from screens.widgets.entry_parts import FOR_CUSTOMER
from screens.widgets.keys import CONTINUE, Key
from screens.widgets.page import Page, PageResult
from screens.widgets.plain import Plain

FINISH = Key("escape", _("Finish"))


class NewsScreen(Page[PageResult]):
    """Shows it in full, newest first. Enter goes on to all that one can do, Esc finishes."""

    own = True
    KEYS = (CONTINUE.gives(PageResult.ON), FINISH.gives(PageResult.BACK))

    def __init__(self, own: Own) -> None:
        super().__init__(_("Welcome back"), own.name)
        self._own = own

    def body(self) -> Iterable[Widget]:
        """Yield since when, and what came."""
        last = self._own.saved_last
        if last is not None:
            on_paper = isinstance(last, Reflection) and last.source == "paper"
            since = _("Since {day}:") if on_paper else _("Since {day}, when you last saved:")
            yield Plain(since.format(day=on_day(last.made)))
        yield Vertical(*drawn(news_blocks(self._own.news, FOR_CUSTOMER)), classes="leaf")
