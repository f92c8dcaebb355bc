"""What every walk through pages works with, at a visit and at the desk."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from textual.app import App

from kiosk.entry.slip import Slip
from kiosk.errors import PrinterError
from kiosk.session import Session
from screens.base import Tools
from screens.i18n import _
from screens.widgets.busy_screen import BusyScreen, meanwhile
from screens.widgets.page import ANEW, Page

_T = TypeVar("_T")

UNFINISHED = _("The paper is not finished")
COPY_IT = _("Take a photo of your code, or copy it.")


@dataclass
class Stage:
    """The App that pages are shown on, its session, and what comes from outside."""

    app: App[int]
    session: Session
    tools: Tools

    async def show(self, make: Callable[[], Page[_T]] | Page[_T]) -> _T:
        """Show a page and wait for its answer.

        What makes it is asked once more where the person changes the language: the new page goes on as the
        one before stood.
        """
        page = make if isinstance(make, Page) else make()
        while (answer := await self.app.push_screen_wait(page)) is ANEW:
            before, page = page, make if isinstance(make, Page) else make()
            page.take_over(before)
        return answer

    async def meanwhile(self, text: str, job: Callable[[], _T]) -> _T:
        """Do a job in a thread; say what is going on where that takes time; what it raises comes out."""
        return await meanwhile(self.app, BusyScreen(text), job)

    async def print(self, slip: Slip, begun: Callable[[], object] = lambda: None) -> PrinterError | None:
        """Print where there is a printer; return why it does not work, or None. `begun` is called before."""

        def work() -> None:
            begun()
            if self.tools.printer is not None:
                self.tools.printer.print(slip)

        try:
            await self.meanwhile(_("Printing. This takes a moment."), work)
        except PrinterError as error:
            self.tools.report(error)
            return error
        return None
