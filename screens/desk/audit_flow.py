"""What staff did, and a part of it where one asks for that."""

from functools import partial

from kiosk.dates import long_day
from kiosk.desk.audit import audit_table
from kiosk.desk.audit.audit_table import AuditFilter
from kiosk.typed_dates import read_day
from screens.desk.audit_screen import AuditScreen
from screens.desk.flow import UnlockedFlow
from screens.i18n import _
from screens.widgets.page import PageResult


class AuditFlow(UnlockedFlow):
    """Walks a member of staff through what was done."""

    async def run(self) -> None:
        """Show it until one leaves. Raises VaultError where that cannot be noted."""
        self._desk.note("read the audit log")
        read = await self._at_once(partial(self._desk.audit.read, self._desk.identity))
        asked = AuditFilter()
        while True:
            notices = (*audit_table.doubts(read), *([_told(asked)] if asked != AuditFilter() else []))
            if await self._show(AuditScreen(asked.of(read.events), notices)) is PageResult.BACK:
                return
            asked = await self._ask(asked)

    async def _ask(self, asked: AuditFilter) -> AuditFilter:
        """Ask for which person, entry and day; one who goes back leaves it as it was."""
        title = _("Show only")
        person = await self._line(title, _("Whose name? Leave it empty for everyone"), text=asked.person)
        if person is None:
            return asked
        entry = await self._line(title, _("The name of an entry. Leave it empty for all"), text=asked.entry)
        if entry is None:
            return asked

        today = self._today()

        async def on_day(typed: str) -> AuditFilter:
            return AuditFilter(person, entry, read_day(typed, today) if typed else None)

        label = _("A day, such as 4 March or yesterday. Leave it empty for all")
        day = long_day(asked.day) if asked.day else ""
        return await self._line_until(on_day, title, label, text=day, reads=self._reading_day(today)) or asked


def _told(asked: AuditFilter) -> str:
    parts = filter(None, (asked.person, asked.entry, long_day(asked.day) if asked.day else ""))
    return _("Only: {parts}").format(parts="; ".join(parts))
