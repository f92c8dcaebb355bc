"""What every walk through the desk's pages does: show one, ask, tell, and wait for work."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, TypeVar

from kiosk.dates import day_of
from kiosk.desk.desk import Desk
from kiosk.desk.keys.staff import role_of
from kiosk.desk.keys.staff_files import LEAD
from kiosk.desk.unfinished_notes import Part, UnfinishedText
from kiosk.errors import KioskError, NotMarkedError
from kiosk.upkeep import clock
from screens.desk.line_screen import LineScreen, day_says
from screens.desk.stage import DeskStage
from screens.desk.unlock_screen import Claim, UnlockScreen
from screens.i18n import _
from screens.widgets.ask_screen import AskScreen
from screens.widgets.busy_screen import BusyScreen, meanwhile
from screens.widgets.choose_screen import ChooseScreen, MenuOption
from screens.widgets.code_field import Scanned
from screens.widgets.enter_code_screen import EnterCodeScreen
from screens.widgets.keys import COLOURS, DOWN, UP
from screens.widgets.page import Page, PageResult
from screens.widgets.reading_screen import ReadingScreen

_T = TypeVar("_T")
_P = TypeVar("_P", bound=Page[Any])

MOST = 9
"""So many options are offered at once: one for each digit."""
_MORE = ""
"""The option that leads to further ones."""

GONE = _(
    "This entry is no longer here: someone has deleted it, or given it a new code. This cannot be saved. "
    "Copy what you need before you leave."
)
"""What is said where something was written that no entry takes any longer."""


def _handful(rest: tuple[MenuOption, ...]) -> tuple[MenuOption, ...]:
    """Return what is offered at once: the last digit leads to more, where there is more."""
    return rest if len(rest) <= MOST else (*rest[: MOST - 1], MenuOption(_MORE, _("Show more")))


class ScannedElsewhere(Exception):  # noqa: N818 - it is no error
    """A code was scanned: whatever page is open is left for the entry."""

    def __init__(self, scanned: Scanned) -> None:
        super().__init__()
        self.scanned = scanned


class Flow:
    """Shows pages one after the other. Any of its methods that shows one raises ScannedElsewhere."""

    def __init__(self, stage: DeskStage) -> None:
        self._stage = stage
        self._holds = False
        """Whether something would be lost if a scan led away from here."""

    async def _show(self, page: Page[_T]) -> _T:
        page.held = self._holds
        given = await self._stage.show(page)
        if isinstance(given, Scanned) and not isinstance(page, EnterCodeScreen):
            raise ScannedElsewhere(given)
        return given

    @contextmanager
    def _holding(self) -> Iterator[None]:
        """Let no scan lead away from the pages that are shown meanwhile."""
        held, self._holds = self._holds, True
        try:
            yield
        finally:
            self._holds = held

    async def _tell(self, title: str, *lines: str) -> None:
        await self._show(ReadingScreen(title, lines, everywhere=(COLOURS, UP, DOWN)))

    async def _asks(
        self, title: str, *lines: str, on: str, back: str, final: bool = False, long: bool = False
    ) -> bool:
        """Ask a question with two ways out.

        `final` says that it cannot be undone, `long` that it may not fit on the screen.
        """
        keys = (COLOURS, UP, DOWN) if long else (COLOURS,)
        page = AskScreen(title, lines, on=on, back=back, final=final, everywhere=keys)
        return await self._show(page) is PageResult.ON

    async def _leaves(self, title: str, *, on: str, back: str) -> bool:
        with self._holding():
            return await self._asks(title, _("What you wrote is not saved."), on=on, back=back, final=True)

    async def _line(self, title: str, label: str, **asked: Any) -> str | None:
        """Ask for one line, as LineScreen does; None where one went back."""
        written = await self._show(LineScreen(title, label, **asked))
        return written.value if written.saved else None

    async def _unlock_until(
        self, takes: Callable[[Claim], Awaitable[_T]], *, name: str = "", **asked: Any
    ) -> _T | None:
        """Ask for a name and a passphrase until they are taken; None where one went back."""
        problem = ""
        while (claim := await self._show(UnlockScreen(name, problem=problem, **asked))) is not None:
            try:
                return await takes(claim)
            except KioskError as error:
                name, problem = claim.staff, str(error)
        return None

    async def _line_until(
        self, takes: Callable[[str], Awaitable[_T]], title: str, label: str, *, text: str = "", **asked: Any
    ) -> _T | None:
        """Ask for one line until it is taken, and say what is wrong with it; None where one went back."""
        problem = ""
        while True:
            typed = await self._line(title, label, text=text, problem=problem, **asked)
            if typed is None:
                return None
            try:
                return await takes(typed)
            except KioskError as error:
                text, problem = "" if asked.get("hidden") else typed, str(error)

    async def _choose(
        self,
        title: str,
        options: Iterable[MenuOption],
        *,
        lines: tuple[str, ...] = (),
        chosen: tuple[str, ...] = (),
    ) -> str | None:
        """Ask for one of any number of options, a handful at a time; None where one went back."""
        every, start = tuple(options), 0
        chosen = chosen or tuple(option.id for option in every if len(every) == 1)
        while True:
            page = ChooseScreen(title, lines, _handful(every[start:]), chosen=chosen, everywhere=(COLOURS,))
            picked = next(iter(await self._show(page) or ()), None)
            if picked is None and start:
                start -= MOST - 1
            elif picked == _MORE:
                start += MOST - 1
            else:
                return picked

    async def _choose_several(
        self, title: str, options: Iterable[MenuOption], *, all_chosen: bool = False
    ) -> frozenset[str]:
        """Ask for several of any number of options, a handful at a time; for none where one went back.

        With `all_chosen` those of the first handful are chosen before.
        """
        every, start = tuple(options), 0
        chosen = frozenset(one.id for one in _handful(every) if all_chosen) - {_MORE}
        while True:
            handful = _handful(every[start:])
            here = frozenset(one.id for one in handful)
            page = ChooseScreen(title, (), handful, chosen=chosen & here, several=True, everywhere=(COLOURS,))
            picked = await self._show(page)
            if picked is None:
                if not start:
                    return frozenset()
                start -= MOST - 1
                continue
            chosen = (chosen - here) | (picked - {_MORE})
            if _MORE not in picked:
                return chosen
            start += MOST - 1

    async def _at_once(self, job: Callable[[], _T]) -> _T:
        return await self._stage.meanwhile(_("One moment."), job)

    async def _counting(self, text: str, job: Callable[[Callable[[int, int], None]], _T]) -> _T:
        """Do something in a thread, which tells how many are done and of how many, and show that."""
        loop = asyncio.get_running_loop()
        page = BusyScreen(text)

        def tell(done: int, total: int) -> None:
            loop.call_soon_threadsafe(page.tell, done, total)

        return await meanwhile(self._stage.app, page, job, tell)


class UnlockedFlow(Flow):
    """What one does at the unlocked desk."""

    def __init__(self, stage: DeskStage, desk: Desk) -> None:
        super().__init__(stage)
        self._desk = desk

    @contextmanager
    def _drafting(self, entry_id: str, part: Part, written: Callable[[], UnfinishedText]) -> Iterator[None]:
        """Keep what is written meanwhile for whoever unlocked, should the desk lock.

        Once it is saved, or not wanted, it is forgotten.
        """
        before, kept = self._stage.keep_writing, UnfinishedText()

        def keep() -> None:
            nonlocal kept
            left = written()
            if left == kept or self._desk.unfinished is None:
                return
            kept = left
            with self._reported():
                if left == UnfinishedText():
                    self._desk.unfinished.drop(entry_id, part)
                else:
                    self._desk.unfinished.keep(entry_id, part, left)

        self._stage.keep_writing = keep
        try:
            yield
        except NotMarkedError:
            self._forget(entry_id, part)  # it is saved all the same
            raise
        else:
            self._forget(entry_id, part)
        finally:
            self._stage.keep_writing = before

    def _today(self) -> date:
        return day_of(self._stage.now())

    def _clock_doubt(self) -> str:
        """Return what to say where the clock is about to date something; empty where it can be believed."""
        return clock.doubt(self._stage.home.clock, self._stage.now(), self._stage.newest)

    def _reading_day(self, today: date, *, ahead: bool = False) -> Callable[[str], str]:
        """Return what tells which day something typed comes to, so that it is seen before it counts."""
        doubt = self._clock_doubt()
        return lambda typed: day_says(typed, today, doubt, ahead=ahead)

    def _left(self, entry_id: str, part: Part) -> UnfinishedText | None:
        """Return what whoever unlocked was writing before; None where there is nothing."""
        return self._desk.unfinished.read(entry_id, part) if self._desk.unfinished else None

    def _forget(self, entry_id: str, part: Part) -> None:
        if self._desk.unfinished is not None:
            with self._reported():
                self._desk.unfinished.drop(entry_id, part)

    @contextmanager
    def _reported(self) -> Iterator[None]:
        """Log what the disk does not take: nobody at the desk can do anything about it just now."""
        try:
            yield
        except OSError as error:
            self._stage.tools.report(error)

    def _on_screen(self, kind: type[_P]) -> _P | None:
        pages = reversed(self._stage.app.screen_stack)
        return next((page for page in pages if isinstance(page, kind) and page.is_mounted), None)

    def _is_lead(self) -> bool:
        """Tell whether whoever unlocked is a lead. Raises StaffError where every staff file is damaged."""
        return role_of(self._stage.home.staff, self._desk.staff, self._desk.identity) == LEAD
