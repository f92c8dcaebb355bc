"""What is done less often at the desk: a lost slip, the audit, a summary, passphrases and staff."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from kiosk.desk.desk import Desk
from kiosk.desk.opened import Opened
from kiosk.vault.rows import Row
from screens.desk import health
from screens.desk.audit import AuditWalk
from screens.desk.lost import LostWalk
from screens.desk.people import PeopleWalk
from screens.desk.stage import Stage
from screens.desk.summaries import SummaryWalk
from screens.desk.unlock import Claim
from screens.desk.walk import DeskWalk
from screens.widgets.menu import Option
from screens.words import _


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
            Option("audit", _("Show the audit log")),
            Option("summary", _("Statistics across entries")),
        ]
        if self._stage.session.practice is None:  # the page for unlocking tells that one's passphrase
            options.append(Option("passphrase", _("Change my passphrase")))
        if self._is_lead():
            options.append(Option("people", _("Who can unlock this desk")))
        if self._stage.session.practice is None:
            options.append(Option("health", health.TITLE))
        people = PeopleWalk(self._stage, self._desk, self._unlock)
        match await self._choose(_("More"), options):
            case "lost":
                return await LostWalk(self._stage, self._desk, self._unlock).run(rows)
            case "audit":
                await AuditWalk(self._stage, self._desk).run()
            case "summary":
                await SummaryWalk(self._stage, self._desk).run(rows)
            case "health":
                await self._tell_health(rows)
            case "passphrase":
                await people.change_passphrase()
            case "people":
                await people.run()
        return None

    async def _tell_health(self, rows: Sequence[Row]) -> None:
        """Show how the machine is, and what to do about it."""
        found = await self._at_once(partial(health.look, self._stage, rows))
        lines = (f"{one.what}: {one.says}" for one in found)
        await self._tell(health.TITLE, *lines, _("'kiosk doctor' checks everything else."))
