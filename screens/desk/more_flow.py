"""What is done less often at the desk: a lost slip, the audit, a summary, comments, staff."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from kiosk.desk.desk import Desk
from kiosk.entry.opened import Opened
from kiosk.vault.rows import Row
from screens.desk import comments_flow, health_line, paper_flow
from screens.desk.audit_flow import AuditFlow
from screens.desk.flow import UnlockedFlow
from screens.desk.lost_slip_flow import LostSlipFlow
from screens.desk.staff_flow import StaffFlow
from screens.desk.stage import DeskStage
from screens.desk.summary_flow import SummaryFlow
from screens.desk.unlock_screen import Claim
from screens.i18n import _
from screens.widgets.choose_screen import numbered


class MoreFlow(UnlockedFlow):
    """Walks a member of staff through what is done less often."""

    def __init__(
        self,
        stage: DeskStage,
        desk: Desk,
        unlock: Callable[[Claim], Awaitable[Desk]],
        show: Callable[[Opened], Awaitable[Opened | None]],
    ) -> None:
        """`unlock` checks somebody's passphrase, `show` walks through an entry. Raises KioskError."""
        super().__init__(stage, desk)
        self._unlock = unlock
        self._walk = show

    async def run(self, rows: Sequence[Row]) -> None:
        """Offer what there is. Raises KioskError."""
        is_real = self._stage.session.practice is None  # in practice the first page tells one's passphrase
        options = numbered(
            ("lost", _("A customer has lost the slip"), True),
            ("audit", _("Show the audit log"), True),
            ("summary", _("Statistics across entries"), True),
            ("passphrase", _("Change my passphrase"), is_real),
            ("people", _("Who can unlock this desk"), self._is_lead()),
            ("health", health_line.TITLE, is_real),
            ("comments", comments_flow.TITLE, True),
            ("paper", paper_flow.TITLE, True),
            ("places", _("Other places"), self._stage.home.known_places.exists()),
        )
        people = StaffFlow(self._stage, self._desk, self._unlock)
        match await self._choose(_("More"), options):
            case "lost":
                await LostSlipFlow(self._stage, self._desk, self._unlock, self._walk).run(rows)
            case "audit":
                await AuditFlow(self._stage, self._desk).run()
            case "summary":
                await SummaryFlow(self._stage, self._desk).run(rows)
            case "comments":
                await comments_flow.CommentsFlow(self._stage, self._desk).run()
            case "paper":
                await paper_flow.PaperFlow(self._stage, self._desk).type_in()
            case "places":
                from screens.desk.exchange_flow import ExchangeFlow  # PyNaCl comes with it

                await ExchangeFlow(self._stage, self._desk).run()
            case "health":
                await self._tell_health(rows)
            case "passphrase":
                await people.change_passphrase()
            case "people":
                await people.run()

    async def _tell_health(self, rows: Sequence[Row]) -> None:
        """Show how the machine is, and what to do about it."""
        found = await self._at_once(partial(health_line.look, self._stage, rows))
        lines = (f"{one.what}: {one.at_desk}" for one in found)
        rest = _("Ask whoever looks after this machine to run 'kiosk doctor': it checks everything else.")
        await self._tell(health_line.TITLE, *lines, rest)
