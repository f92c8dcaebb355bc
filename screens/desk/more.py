"""What is done less often at the desk: a lost slip, and the audit."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import tzinfo
from functools import partial
from typing import TypeVar

from textual.app import App

from kiosk.desk import lost
from kiosk.desk.audit import Event
from kiosk.desk.desk import Desk
from kiosk.desk.opened import Opened
from kiosk.errors import KioskError
from kiosk.moments import on_day
from kiosk.vault.catalogue import Row
from screens.desk.line import LineScreen
from screens.desk.unlock import Claim, UnlockScreen
from screens.widgets.busy import busy
from screens.widgets.keys import COLOURS
from screens.widgets.menu import ChooseScreen, Option
from screens.widgets.reading import ReadingScreen
from screens.words import _

_T = TypeVar("_T")

MOST = 9
"""So many entries are offered at once: one for each digit."""
EVENTS_MOST = 300
"""So many lines of the audit are shown; `kiosk audit` prints all."""


class MoreWalk:
    """Walks a member of staff through what is done less often. Gives an entry back where one was found."""

    def __init__(
        self,
        app: App[int],
        desk: Desk,
        names: tuple[str, ...],
        unlock: Callable[[Claim], Desk],
        zone: tzinfo | None,
    ) -> None:
        """`names` are those of all staff; `unlock` checks a second one's passphrase. Raises KioskError."""
        self._app = app
        self._show = app.push_screen_wait
        self._desk = desk
        self._names = tuple(name for name in names if name != desk.staff)
        self._unlock = unlock
        self._zone = zone

    async def run(self, rows: Sequence[Row]) -> Opened | None:
        """Offer what there is."""
        chosen = await self._show(
            ChooseScreen(
                _("More"),
                (),
                (
                    Option("lost", _("A customer has lost the slip")),
                    Option("audit", _("Read what staff did")),
                ),
                everywhere=(COLOURS,),
            )
        )
        match next(iter(chosen or {""})):
            case "lost":
                return await self._lost_slip(rows)
            case "audit":
                await self._audit()
        return None

    async def _lost_slip(self, rows: Sequence[Row]) -> Opened | None:
        if not self._names:
            await self._tell(
                _("This takes two members of staff"),
                _("Nobody else can unlock this desk. Add another member of staff first."),
            )
            return None
        second = await self._second()
        if second is None:
            return None
        reason = await self._show(
            LineScreen(
                _("A lost slip"),
                _("Who asks for it, and why? It is kept in the audit"),
                needed=_("Enter why you look for it."),
            )
        )
        if reason is None:
            return None
        search = await self._in_thread(partial(lost.begin, self._desk, second, reason))
        name = await self._show(
            LineScreen(
                _("A lost slip"),
                _("The name of the entry, as far as it is known"),
                lines=(_("It has two words, such as Amber Heron. Leave it empty for all."),),
            )
        )
        found = search.candidates(rows, name=name or "", zone=self._zone)
        row = await self._choose(found)
        return None if row is None else await self._in_thread(partial(search.open, row))

    async def _second(self) -> str | None:
        claim, problem = Claim("", ""), ""
        while True:
            page = UnlockScreen(
                self._names, None, claim.staff, problem, title=_("A second member of staff unlocks too")
            )
            asked = await self._show(page)
            if asked is None:
                return None
            claim = asked
            try:
                return (await self._in_thread(partial(self._unlock, claim))).staff
            except KioskError as error:
                problem = str(error)

    async def _choose(self, found: Sequence[Row]) -> Row | None:
        start = 0
        while found:
            page = found[start : start + MOST - 1]
            options = [Option(row.id, f"{row.name}, {on_day(row.saved, self._zone)}") for row in page]
            if start + len(page) < len(found):
                options.append(Option("more", _("Show more")))
            chosen = await self._show(
                ChooseScreen(_("Which entry is it?"), (), tuple(options), everywhere=(COLOURS,))
            )
            if not chosen:
                return None
            if "more" not in chosen:
                return next(row for row in page if row.id in chosen)
            start += len(page)
        await self._tell(_("No entry fits"), _("Look at the name again, or leave it empty."))
        return None

    async def _audit(self) -> None:
        self._desk.audit.note(self._desk.staff, "read the audit")
        trail = await self._in_thread(partial(self._desk.audit.read, self._desk.identity))
        lines = [_line(event, self._zone) for event in trail.events[:EVENTS_MOST]]
        if trail.unread:
            lines.insert(0, _("{count} lines cannot be read.").format(count=trail.unread))
        await self._tell(_("What staff did, newest first"), *lines)

    async def _tell(self, title: str, *lines: str) -> None:
        await self._show(ReadingScreen(title, lines, back=None, everywhere=(COLOURS,)))

    async def _in_thread(self, job: Callable[[], _T]) -> _T:
        async with busy(self._app, _("One moment.")):
            return await asyncio.to_thread(job)


def _line(event: Event, zone: tzinfo | None) -> str:
    when = event.when.astimezone(zone)
    rest = ", ".join(filter(None, (event.entry, event.detail)))
    return f"{when:%d.%m.%Y %H:%M}  {event.who}: {event.did}" + (f" ({rest})" if rest else "")
