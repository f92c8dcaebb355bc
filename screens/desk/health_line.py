"""How the machine is: one line on the list while somebody works at the desk, and what to do about it."""

from collections.abc import Sequence
from functools import partial

from kiosk.health import Finding, Level, examine_daily
from kiosk.vault.rows import Row
from screens.desk.list_screen import EntriesScreen
from screens.desk.stage import DeskStage
from screens.i18n import _

EVERY = 60
"""Seconds after which the list's line is looked up again, when the list is shown."""
TITLE = _("Health of this machine")
TOPICS = {
    "Free space": _("disk"),
    "Last backup": _("backup"),
    "Clock": _("clock"),
    "Printer": _("printer"),
    "Settings": _("settings"),
    "Packs": _("packs"),
    "Places": _("places"),
}
"""What `examine_daily` looks at, in a word each."""
NAMED = 5
"""So many of them fit into one line of the smallest screen."""


def look(stage: DeskStage, rows: Sequence[Row]) -> tuple[Finding, ...]:
    """Look how the machine is, what is not well first. It waits for the printer: call it in a thread."""
    found = examine_daily(stage.home, rows, stage.now(), printer_from=lambda _settings: stage.printer)
    return tuple(sorted(found, key=lambda one: one.level is Level.OK))


class HealthLine:
    """Keeps the line of the list. Nobody waits for it."""

    def __init__(self, stage: DeskStage) -> None:
        self._stage = stage
        self._next = float("-inf")
        """When to look again."""
        self._page: EntriesScreen | None = None
        self.says = ""
        """Empty where all is well."""

    async def show_on(self, page: EntriesScreen, rows: Sequence[Row]) -> None:
        """Look, in a thread, unless that was just done, and show on a page of the list what was found."""
        self._page = page
        if self._stage.session.practice or self._stage.tools.clock() < self._next:
            return
        self._next = self._stage.tools.clock() + EVERY
        found = await self._stage.tools.aside(partial(look, self._stage, rows))
        topics = [TOPICS[one.what] for one in found if one.level is not Level.OK]
        what = ", ".join(topics[:NAMED]) + "…" * (len(topics) > NAMED)
        self.says = _("Check (F3): {what}").format(what=what) if topics else ""
        if self._page.is_running:  # it may be another one by now
            self._page.show_health(self.says)
