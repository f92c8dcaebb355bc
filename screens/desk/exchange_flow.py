"""Sending to other places and taking in what they sent, step by step."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from kiosk.desk.desk import Desk
from kiosk.errors import PlaceError, SettingsError, VaultError
from kiosk.places import reports
from kiosk.places.card import Card
from kiosk.places.exchanging import Exchanging
from kiosk.places.receive import ReceivedReport, Waiting
from kiosk.places.send import SentReport
from kiosk.places.standing import standing
from kiosk.places.ways import Way
from kiosk.progress import Progress
from kiosk.text import counted
from screens.desk.file_flow import READ_ONLY
from screens.desk.flow import UnlockedFlow
from screens.desk.stage import DeskStage
from screens.desk.ways_screens import AGAIN, NoWayScreen, WaysScreen
from screens.desk.work_screen import Stopped, WorkScreen
from screens.i18n import _
from screens.widgets.choose_screen import numbered
from screens.widgets.page import PageResult

_T = TypeVar("_T")

TITLE = _("Other places")
NAMED = 5
"""So many places are named in a sentence."""


class ExchangeFlow(UnlockedFlow):
    """Walks a member of staff through what goes to other places, and comes from them."""

    def __init__(self, stage: DeskStage, desk: Desk) -> None:
        super().__init__(stage, desk)
        session, tools = stage.session, stage.tools
        self._exchanging = Exchanging(
            stage.home, session.vault, session.names, tools.now, tools.environment, tools.disks
        )

    async def run(self) -> None:
        """Offer what there is, until one goes back. Raises KioskError."""
        options = numbered(
            ("send", _("Send to other places"), True),
            ("receive", _("Take in what others sent"), True),
            ("standing", _("When each was last heard of"), True),
        )
        while cards := await self._at_once(self._exchanging.cards):
            match await self._choose(TITLE, options):
                case "send":
                    lines = (
                        _("What they do not have yet goes to {places}.").format(places=_names(cards)),
                        _("Nobody can read it on the way."),
                    )
                    does = partial(self._send, _names(cards))
                    await self._by_way(_("How is it sent?"), lines, does, writes=True)
                case "receive":
                    await self._by_way(
                        _("Where is it?"),
                        (_("You see what it is before anything is taken in."),),
                        self._receive,
                        writes=False,
                    )
                case "standing":
                    await self._tell_standing(cards)
                case _:
                    return
        await self._tell(
            TITLE,
            _("No other place is known here any longer."),
            _("A lead can introduce one with the commands 'kiosk place show' and 'kiosk place introduce'."),
        )

    async def _by_way(
        self, title: str, lines: tuple[str, ...], does: Callable[[Way], Awaitable[bool]], *, writes: bool
    ) -> None:
        """Ask by which way, until it is done by one, or one goes back."""
        while (way := await self._way(title, lines, writes=writes)) is not None:
            if await does(way):
                return

    async def _way(self, title: str, lines: tuple[str, ...], *, writes: bool) -> Way | None:
        """Ask for one of the ways that there are, with the sticks that are plugged in meanwhile."""
        disks = self._stage.tools.disks
        while True:
            there = tuple(disks())
            every = await self._tried(_("There is no way now"), lambda: self._at_once(self._exchanging.ways))
            if every is None:
                return None
            ways = [way for way in every if not (writes and way.read_only)]
            told = tuple(READ_ONLY.format(name=way.name) for way in every if way not in ways)
            if not ways:
                wants = _("This page goes on by itself once a USB stick is found. That can take a moment.")
                if await self._show(NoWayScreen((*told, wants), disks, there)) is PageResult.BACK:
                    return None
                continue
            chosen = await self._show(WaysScreen(title, (*lines, *told), ways, disks, there))
            if chosen is None:
                return None
            if AGAIN not in chosen:
                return ways[int(next(iter(chosen)))]

    async def _send(self, places: str, way: Way) -> bool:
        """Send by a way; False where it does not do."""

        def send(step: Progress) -> SentReport:
            self._desk.note("sent to other places", detail=f"{way.name}: {places}")
            return self._exchanging.send(way, step)

        says = " ".join((_("Sending by {name}.").format(name=way.name), _leave_it_in(way))).strip()
        try:
            report = await self._tried(_("It could not be sent"), partial(self._works, says, send))
        except Stopped:
            await self._tell(
                _("Sending was stopped"),
                _("Nothing is lost. What was not sent goes along the next time."),
            )
            return True
        if report is not None:
            title = _("It is sent") if report.numbers else _("There is nothing new to send")
            await self._tell(title, *reports.sent(way, report))
        return report is not None

    async def _receive(self, way: Way) -> bool:
        """Say what others have sent by a way, and take it in where wanted; False where it does not do."""
        found = await self._look(way)
        if found is None:
            return False
        if not (found.incoming or found.again):
            nothing = _("Nothing new from {name}.").format(name=way.name)
            await self._tell(_("Nothing new"), nothing, *reports.waiting(found))
            return True
        if found.incoming and not await self._asks(
            _("Take this in?"), *reports.waiting(found), on=_("Take it in"), back=_("Not now"), long=True
        ):
            return False
        report = await self._take_in(way, found)
        if report is not None and report.too_many and self._is_lead():
            await self._ask_of_deletions(way, report)
        return report is not None

    async def _look(self, way: Way) -> Waiting | None:
        looking = _("Looking at what others have sent.")
        try:
            return await self._tried(
                _("It could not be looked at"),
                partial(self._works, looking, lambda _step: self._exchanging.look(way), waits=False),
            )
        except Stopped:
            return None

    async def _ask_of_deletions(self, way: Way, report: ReceivedReport) -> None:
        """Ask a lead whether entries are to be deleted that a place deleted which may be a stolen machine."""
        many = (f"{name}: {counted(count, 'entry', 'entries')}" for name, count in report.too_many.items())
        if await self._asks(
            _("Delete these here too?"),
            *many,
            _("Ask there first whether they were deleted on purpose. This cannot be undone."),
            on=_("Delete them"),
            back=_("Keep them"),
            final=True,
            long=True,
        ) and (found := await self._look(way)):
            await self._take_in(way, found, deletions_are_right=True)

    async def _take_in(
        self, way: Way, found: Waiting, *, deletions_are_right: bool = False
    ) -> ReceivedReport | None:
        """Take in what was found, and tell; None where it does not do, or was stopped."""

        def receive(step: Progress) -> ReceivedReport:
            names = dict.fromkeys(one.card.title for one in (*found.incoming, *found.again))
            self._desk.note("took in from other places", detail=f"{way.name}: {', '.join(names)}")
            return self._exchanging.receive(way, found, step, deletions_are_right=deletions_are_right)

        says = " ".join((_("Taking in from {name}.").format(name=way.name), _leave_it_in(way))).strip()
        try:
            report = await self._tried(_("It could not be taken in"), partial(self._works, says, receive))
        except Stopped:
            report = None
            await self._tell(
                _("Taking in was stopped"), _("What came in until then stays. Take it in again for the rest.")
            )
        else:
            if report is not None:
                await self._tell(_("It is taken in"), *reports.received(way, report))
        return report

    async def _tell_standing(self, cards: Sequence[Card]) -> None:
        """Show how far it has come with each place, first with those at which somebody should look."""
        now = self._stage.now()
        look = partial(standing, self._exchanging.ledger, cards)
        every = await self._tried(TITLE, lambda: self._at_once(look)) or ()
        odd_first = sorted(every, key=lambda one: not one.lacks(now))
        await self._tell(TITLE, *(f"{one.card.title}: {one.says(now)}" for one in odd_first))

    async def _tried(self, title: str, job: Callable[[], Awaitable[_T]]) -> _T | None:
        """Do something until it works, or one goes back; None then."""
        while True:
            try:
                return await job()
            except (PlaceError, VaultError, SettingsError) as error:
                if not await self._asks(title, str(error), on=_("Try again"), back=_("Back"), long=True):
                    return None

    async def _works(self, text: str, job: Callable[[Progress], _T], *, waits: bool = True) -> _T:
        """Do long work in a thread, which can be paused and stopped. Raises Stopped.

        What only looks need not be waited for once it is stopped.
        """
        page = WorkScreen(text, pauses=waits)
        await self._stage.app.push_screen(page)
        work = asyncio.ensure_future(asyncio.to_thread(job, page.step))
        stopped = asyncio.ensure_future(page.stopped.wait())
        try:
            await asyncio.wait({work} if waits else {work, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                work.add_done_callback(_forget)
                raise Stopped
            return work.result()
        finally:
            page.end()
            stopped.cancel()
            page.dismiss()


def _forget(work: "asyncio.Future[Any]") -> None:
    """Let what comes of work be nobody's."""
    if not work.cancelled():
        work.exception()


def _names(cards: Sequence[Card]) -> str:
    """Return to whom something goes, in words."""
    if len(cards) > NAMED:
        return _("{count} places").format(count=len(cards))
    *others, last = (card.title for card in cards)
    return _("{others} and {last}").format(others=", ".join(others), last=last) if others else last


def _leave_it_in(way: Way) -> str:
    return _("Leave the stick in until you are told to take it out.") if way.kind == "stick" else ""
