"""A page that waits."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from textual.app import App
from textual.widget import Widget

from screens.i18n import _
from screens.widgets.keys import Key
from screens.widgets.page import Page
from screens.widgets.plain import Plain

_T = TypeVar("_T")

AT_ONCE = 0.2
"""Seconds that work may take before a page says so, which would be a flash that nobody can read.

Up to 0.1 s feels instantaneous, and up to 1 s no thought is lost (Nielsen, Usability Engineering, 1993).
"""


class BusyScreen(Page[None]):
    """Says what is going on while it goes on. It has no keys, unless it is given some."""

    EVERYWHERE = ()
    PERSONAL = False
    PASSES = True
    BAR = 40
    """Columns."""

    rests = False
    """Whether what goes on waits for somebody, who may have gone."""

    def __init__(self, text: str, here: tuple[Key, ...] = ()) -> None:
        super().__init__(here=here)
        self._text = text
        self._bar = ""

    def body(self) -> Iterable[Widget]:
        """Yield what is going on."""
        yield Plain(self._line, id="busy")

    def say(self, text: str) -> None:
        """Say something else is going on."""
        self._text = text
        self._draw()

    def tell(self, done: int, total: int) -> None:
        """Show how far it has come."""
        filled = round(self.BAR * done / max(total, 1))
        bar = "━" * filled + "─" * (self.BAR - filled)
        count = _("{done:,} of {total:,}").format(done=done, total=total)
        self._bar = f"\n\n{bar}\n\n{count}"
        self._draw()

    def _draw(self) -> None:
        for shown in self.query("#busy").results(Plain):
            shown.show(self._line)

    @property
    def _line(self) -> str:
        return f"{self._text}{self._bar}"


@asynccontextmanager
async def busy(app: App[Any], page: BusyScreen) -> AsyncIterator[None]:
    """Say what is going on for as long as it does, unless the screen is hidden meanwhile."""
    await app.push_screen(page)
    try:
        yield
    finally:
        # Not awaited: the App does, and would end with whoever is cancelled while they both wait.
        page.dismiss()


async def meanwhile(app: App[Any], page: BusyScreen, job: Callable[..., _T], *given: Any) -> _T:
    """Do a job in a thread, and say what is going on where it takes longer than `AT_ONCE`.

    No page of this App may take keys meanwhile: the one before has gone, or is covered. What the job raises
    comes out.
    """
    work = asyncio.ensure_future(asyncio.to_thread(job, *given))
    try:
        await asyncio.wait((work,), timeout=AT_ONCE)
        if work.done():
            return work.result()
        async with busy(app, page):
            return await work
    finally:
        work.cancel()
