"""What every walk through the desk works with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kiosk.desk.exports.destinations import Places
from kiosk.devices.printer import Printer
from kiosk.home import Home
from screens.stage import Stage


@dataclass
class DeskStage(Stage):
    """One desk."""

    keep_writing: Callable[[], None] = lambda: None
    """Keeps what is being written just now, for when the desk locks."""
    newest: datetime | None = None
    """The newest time in the vault, as the list found it: to look for it takes long where there is much."""

    @property
    def home(self) -> Home:
        """Where the venue's files are."""
        return self.session.home

    @property
    def now(self) -> Callable[[], datetime]:
        """The clock, aware."""
        return self.tools.now

    @property
    def printer(self) -> Printer | None:
        """What prints for customers; None where nothing does."""
        return self.tools.printer

    @property
    def places(self) -> Places:
        """Where files may go."""
        return Places(self.home, self.session.settings.export, self.tools.disks)
