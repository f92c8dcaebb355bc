"""What is done less often at the desk: a lost slip, the audit, a summary, passphrases and staff."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from kiosk.desk.audit import Event
from kiosk.desk.desk import Desk
from kiosk.desk.opened import Opened
from kiosk.moments import at_time, on_short_day
from kiosk.vault.rows import Row
from screens.desk.lost import LostWalk
from screens.desk.people import PeopleWalk
from screens.desk.stage import Stage
from screens.desk.summaries import SummaryWalk
from screens.desk.unlock import Claim
from screens.desk.walk import DeskWalk
from screens.widgets.menu import Option
from screens.words import _

EVENTS_MOST = 300
"""So many lines of the audit are shown; `kiosk audit` prints all."""


class MoreWalk(DeskWalk):
    """Walks a member of staff through what is done less often. Gives an entry back where one was found."""

    def __init__(self, stage: Stage, desk: Desk, unlock: Callable[[Claim], Awaitable[Desk]]) -> None:
        """`unlock` checks somebody's passphrase. Raises KioskError."""
        super().__init__(stage, desk)
        self._unlock = unlock

    async def run(self, rows: Sequence[Row]) -> Opened | None:
        """Offer what there is. Raises KioskError."""
        options = [
            Option("lost", _("A customer has lost the slip")),
            Option("audit", _("Read what staff did")),
            Option("summary", _("A summary of many entries")),
        ]
        if self._stage.session.practice is None:  # the page for unlocking tells that one's passphrase
            options.append(Option("passphrase", _("Change my passphrase")))
        if self._is_lead():
            options.append(Option("people", _("Who can unlock this desk")))
        people = PeopleWalk(self._stage, self._desk, self._unlock)
        match await self._choose(_("More"), options):
            case "lost":
                return await LostWalk(self._stage, self._desk, self._unlock).run(rows)
            case "audit":
                await self._audit()
            case "summary":
                await SummaryWalk(self._stage, self._desk).run(rows)
            case "passphrase":
                await people.change_passphrase()
            case "people":
                await people.run()
        return None

    async def _audit(self) -> None:
        self._desk.note("read the audit")
        trail = await self._at_once(partial(self._desk.audit.read, self._desk.identity))
        lines = [_line(event) for event in trail.events[:EVENTS_MOST]]
        if trail.forged:
            said = _("Lines that no desk of this venue wrote, and that are left out: {count}.")
            lines.insert(0, said.format(count=trail.forged))
        if trail.unread:
            lines.insert(0, _("Lines that cannot be read: {count}.").format(count=trail.unread))
        if trail.broken is not None:
            said = _("Line {number} does not fit those before it: the audit was changed or damaged.")
            lines.insert(0, said.format(number=trail.broken))
        await self._tell(_("What staff did, newest first"), *lines)


def _line(event: Event) -> str:
    rest = ", ".join(filter(None, (event.entry, event.detail)))
    return f"{on_short_day(event.when)} {at_time(event.when)}  {event.who}: {event.did}" + (
        f" ({rest})" if rest else ""
    )
