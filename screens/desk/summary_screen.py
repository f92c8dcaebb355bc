"""What many entries say together, as plots to read."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from kiosk.desk.summaries import charts
from kiosk.desk.summaries.summary import Summary
from screens.i18n import _
from screens.widgets.caret import Body
from screens.widgets.fitted_screen import WIDEST
from screens.widgets.keys import BACK, COLOURS, DOWN, SAVE, UP, Key
from screens.widgets.page import Page
from screens.widgets.plain import Plain

AROUND = 6
"""Columns of a page that are not for its words: its sides, and what moves it."""


SummaryExit = Literal["back", "file", "venue"]
"""What is done with a summary that was read: nothing more, writing it down, adding a venue."""


@dataclass(frozen=True)
class SummaryResult:
    """How a summary was left."""

    by: SummaryExit
    at: int
    """The line at its top."""


class SummaryScreen(Page[SummaryResult]):
    """Shows a summary."""

    fills = True
    KEYS = (
        BACK.does("leave('back')"),
        SAVE.called(_("Export to a file")).does("leave('file')"),
        Key("f2", _("Add a venue"), "leave('venue')"),
    )
    EVERYWHERE = (COLOURS, UP, DOWN)

    def __init__(self, summary: Summary, unread: int, at: int = 0) -> None:
        """Show it, from a line on; `unread` is how many pages did not open."""
        super().__init__(_("Statistics"))
        self._summary = summary
        self._unread = unread
        self._width = 0
        self._at = at

    def body(self) -> Iterable[Widget]:
        """Yield the plots, one below the other."""
        if self._unread:
            unread = _("Pages that could not be opened, and are not counted: {count}.")
            yield Plain(unread.format(count=self._unread), classes="note")
        self._width = self._room()
        for block in charts.blocks_of(self._summary, self._width):
            yield Static(Content.assemble(*_coloured(block.text)), classes=block.kind, markup=False)

    def on_mount(self) -> None:
        """Begin where it was left."""
        self.call_after_refresh(self.query_one(Body).scroll_to, y=self._at, animate=False)

    async def on_resize(self) -> None:
        """Draw the plots anew where there is another room for them."""
        if self._room() != self._width:
            self._at = self._top()
            await self.recompose()
            self.query_one(Body).scroll_to(y=self._at, animate=False)

    def _room(self) -> int:
        return min(self.app.size.width, WIDEST) - AROUND

    def action_leave(self, by: SummaryExit) -> None:
        """Go back to the list, write it to a file, or add another venue."""
        self.dismiss(SummaryResult(by, self._top()))

    def _top(self) -> int:
        """Return the line at its top: while it is drawn anew there is no body, and it is as it was."""
        body = self.query(Body).first() if self.query(Body) else None
        return body.scroll_offset.y if body else self._at


def _coloured(text: str) -> Iterator[tuple[str, str]]:
    for part in re.split(f"({charts.BLOCK}+)", text):
        yield part, "$leaf" if part.startswith(charts.BLOCK) else ""
