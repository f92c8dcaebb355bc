"""Who may read this: one row for each part, in words, changed by its number."""

from collections.abc import Iterable
from typing import ClassVar

from textual.widget import Widget

from kiosk.text import columns, padded
from kiosk.visit.visit import Visit
from screens.i18n import _
from screens.widgets.keys import BACK, TALKS, VISITING, Key
from screens.widgets.page import Page
from screens.widgets.picks import Pick, Picks
from screens.widgets.plain import Led, Plain


class SharingScreen(Page[None]):
    """Lets the customer say of each part whether staff may read it. What is chosen counts at once."""

    EVERYWHERE: ClassVar[tuple[Key, ...]] = (TALKS, *VISITING)
    KEYS = (Key("enter", _("Done"), result=None, also=BACK.key),)
    HEADING: ClassVar[str] = _("Who may read this?")
    OPEN: ClassVar[tuple[str, str]] = (_("Staff may read"), _("Staff who help you can read this part."))
    CLOSED: ClassVar[tuple[str, str]] = (
        _("Only with my code"),
        _("Then only your code opens this part. Staff who have your code must ask you first."),
    )
    """What is said of a part, and what that means."""

    def __init__(self, visit: Visit) -> None:
        super().__init__(self.HEADING)
        self._visit = visit

    def body(self) -> Iterable[Widget]:
        """Yield what is meant, and the parts."""
        visit = self._visit
        for word, means in (self.OPEN, self.CLOSED):
            yield Led(f"{word}: ", means, classes="line")
        if visit.amends is not None:
            yield Plain(
                _("Staff can still read what you saved before. To stop that, delete your answers."),
                classes="line",
            )
        yield Plain(_("Type a number to change a part."), classes="line hint")
        opened, closed = self.OPEN[0], self.CLOSED[0]
        room = max(columns(opened), columns(closed))
        sections = visit.pack.sections
        yield Picks(
            tuple(Pick(section.id, number, section.title) for number, section in enumerate(sections, 1)),
            frozenset(section.id for section in sections) - visit.private,
            several=True,
            marks=(padded(closed, room), padded(opened, room)),
        )

    def on_mount(self) -> None:
        """Stand ready to choose."""
        picks = self.query_one(Picks)
        picks.current = 0
        picks.focus()
        self.watch(picks, "chosen", self._share, init=False)

    def _share(self, read: frozenset[str]) -> None:
        for section in self._visit.pack.sections:
            self._visit.share(section.id, private=section.id not in read)
