"""What is done less often at the desk: a lost slip, the audit, a summary, passphrases and staff."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, tzinfo
from functools import partial

from textual.app import App

from kiosk.desk import lost, staff
from kiosk.desk.audit import Event
from kiosk.desk.desk import Desk
from kiosk.desk.opened import Opened
from kiosk.errors import DeskError, KioskError
from kiosk.moments import on_day, short_day
from kiosk.session import Session
from kiosk.vault.catalogue import Row
from screens.desk.people import PeopleWalk
from screens.desk.summaries import SummaryWalk
from screens.desk.unlock import Claim, UnlockScreen
from screens.desk.walk import Walk
from screens.widgets.menu import Option
from screens.words import _

EVENTS_MOST = 300
"""So many lines of the audit are shown; `kiosk audit` prints all."""


class MoreWalk(Walk):
    """Walks a member of staff through what is done less often. Gives an entry back where one was found."""

    def __init__(
        self,
        app: App[int],
        session: Session,
        desk: Desk,
        *,
        unlock: Callable[[Claim], Desk],
        now: Callable[[], datetime],
        zone: tzinfo | None,
    ) -> None:
        """`unlock` checks somebody's passphrase. Raises KioskError."""
        super().__init__(app)
        self._session = session
        self._desk = desk
        self._unlock = unlock
        self._now = now
        self._zone = zone

    async def run(self, rows: Sequence[Row]) -> Opened | None:
        """Offer what there is. Raises KioskError."""
        options = [
            Option("lost", _("A customer has lost the slip")),
            Option("audit", _("Read what staff did")),
            Option("summary", _("A summary of many entries")),
        ]
        if self._session.practice is None:  # the page for unlocking tells that one's passphrase
            options.append(Option("passphrase", _("Change my passphrase")))
        if staff.is_lead(self._session.home.staff, self._desk.staff):
            options.append(Option("people", _("Who can unlock this desk")))
        home = self._session.home
        people = PeopleWalk(self._app, home, self._desk, self._unlock)
        match await self._choose(_("More"), options):
            case "lost":
                return await self._lost_slip(rows)
            case "audit":
                await self._audit()
            case "summary":
                await SummaryWalk(self._app, self._desk, home, self._now, self._zone).run(rows)
            case "passphrase":
                await people.change_passphrase()
            case "people":
                await people.run()
        return None

    async def _lost_slip(self, rows: Sequence[Row]) -> Opened | None:
        every = staff.names(self._session.home.staff)
        others = tuple(name for name in every if not staff.same(name, self._desk.staff))
        if not others:
            await self._tell(
                _("This takes two members of staff"),
                _("Nobody else can unlock this desk. Add another member of staff first."),
            )
            return None
        second = await self._second(others)
        if second is None:
            return None
        reason = await self._line(
            _("A lost slip"),
            _("Who asks for it, and why? It is kept in the audit"),
            needed=_("Enter why you look for it."),
        )
        if reason is None:
            return None
        search = await self._at_once(partial(lost.begin, self._desk, second, reason))
        found = await self._search(search, rows)
        row = None if found is None else await self._which(found)
        return None if row is None else await self._at_once(partial(search.open, row))

    async def _search(self, search: lost.Search, rows: Sequence[Row]) -> Sequence[Row] | None:
        """Ask what is known of the entry, all of which may be left empty. None where one goes back."""
        name = await self._line(
            _("A lost slip"),
            _("The name of the entry, as far as it is known"),
            lines=(_("It has two words, such as Amber Heron. Leave it empty for all."),),
        )
        if name is None:
            return None
        days = await self._days()
        if days is None:
            return None
        words = await self._line(
            _("A lost slip"),
            _("Words that stand in the answers, as far as they are known"),
            lines=(_("Only what the customer lets staff read is looked through."),),
        )
        if words is None:
            return None
        since, until = days
        found = search.candidates(rows, name=name, since=since, until=until, zone=self._zone)
        return await self._counting(_("Looking for it."), partial(search.saying, found, words))

    async def _days(self) -> tuple[date | None, date | None] | None:
        """Ask for the day, and return the first and the last one it may be. None where one goes back."""
        typed, problem = "", ""
        while True:
            asked = await self._line(
                _("A lost slip"),
                _("The day on which it was saved, such as 4.3.2026"),
                lines=(_("Three days before and after are looked at too. Leave it empty for all."),),
                text=typed,
                problem=problem,
            )
            if not asked:
                return None if asked is None else (None, None)
            typed = asked
            try:
                return lost.around(typed, self._now().astimezone(self._zone).date())
            except DeskError as error:
                problem = str(error)

    async def _second(self, others: tuple[str, ...]) -> str | None:
        claim, problem = Claim("", ""), ""
        while True:
            title = _("A second member of staff unlocks too")
            asks = _("The passphrase of the second member of staff")
            page = UnlockScreen(others, None, claim.staff, problem, title=title, asks=asks)
            asked = await self._show(page)
            if asked is None:
                return None
            claim = asked
            try:
                return (await self._at_once(partial(self._unlock, claim))).staff
            except KioskError as error:
                problem = str(error)

    async def _which(self, found: Sequence[Row]) -> Row | None:
        if not found:
            await self._tell(_("No entry fits"), _("Look at the name again, or leave it empty."))
            return None
        options = (Option(row.id, f"{row.name}, {on_day(row.saved, self._zone)}") for row in found)
        chosen = await self._choose(_("Which entry is it?"), options)
        return next((row for row in found if row.id == chosen), None)

    async def _audit(self) -> None:
        self._desk.audit.note(self._desk.staff, "read the audit")
        trail = await self._at_once(partial(self._desk.audit.read, self._desk.identity))
        lines = [_line(event, self._zone) for event in trail.events[:EVENTS_MOST]]
        if trail.unread:
            lines.insert(0, _("{count} lines cannot be read.").format(count=trail.unread))
        await self._tell(_("What staff did, newest first"), *lines)


def _line(event: Event, zone: tzinfo | None) -> str:
    when = event.when.astimezone(zone)
    rest = ", ".join(filter(None, (event.entry, event.detail)))
    return f"{short_day(when)} {when:%H:%M}  {event.who}: {event.did}" + (f" ({rest})" if rest else "")
