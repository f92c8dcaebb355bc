"""What every part of a visit works with, and the few things that all of them do."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from textual.app import App
from textual.screen import Screen

from kiosk.session import Session
from kiosk.visit.returning import Returning
from kiosk.visit.saving import Saver
from kiosk.visit.visit import Visit
from screens.base import Tools
from screens.widgets.ask_screen import AskScreen
from screens.widgets.busy_screen import busy
from screens.widgets.keys import COLOURS, CONTINUE, HIDE, Key
from screens.widgets.page import PageResult
from screens.widgets.reading_screen import ReadingScreen

_T = TypeVar("_T")


@dataclass(frozen=True)
class VisitStage:
    """One customer's visit: the App it is shown on, its state, and what comes from outside."""

    app: App[int]
    session: Session
    visit: Visit
    saver: Saver
    tools: Tools

    @property
    def returning(self) -> Returning:
        """What opens what a customer's code opens."""
        session = self.session
        return Returning(session.vault, session.drafts(), session.names, self.saver.derive)

    async def show(self, page: Screen[_T]) -> _T:
        """Show a page and wait for its answer."""
        return await self.app.push_screen_wait(page)

    async def meanwhile(self, text: str, job: Callable[[], _T]) -> _T:
        """Say what is going on while a job is done in a thread; what it raises comes out."""
        async with busy(self.app, text):
            return await asyncio.to_thread(job)

    async def wait(self, text: str, seconds: float) -> None:
        """Say what is going on while so many seconds pass."""
        async with busy(self.app, text):
            await self.tools.sleep(seconds)

    async def tell(self, title: str, *lines: str, on: Key = CONTINUE) -> None:
        """Show a notice."""
        await self.show(ReadingScreen(title, lines, on=on, back=None, everywhere=(COLOURS, HIDE)))

    async def asks(self, title: str, *lines: str, on: str, back: str, final: bool = False) -> bool:
        """Ask one clear question; tell whether it is to be done. `final` says that it cannot be undone."""
        return await self.show(AskScreen(title, lines, on=on, back=back, final=final)) is PageResult.ON
