"""An entry as the customer wrote it."""

from collections.abc import Iterable
from datetime import tzinfo
from enum import Enum
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from kiosk.desk.desk import Opened
from kiosk.entry import Page as EntryPage
from screens.desk.states import STATES
from screens.widgets.keys import BACK, COLOURS, Key
from screens.widgets.page import Page
from screens.widgets.plain import Plain
from screens.words import _


class Then(Enum):
    """What is done with an entry that was read."""

    BACK = "back"
    PICK_UP = "pick up"


class EntryScreen(Page[Then]):
    """Shows an entry's pages, and offers to mark it picked up."""

    CSS_PATH = "desk.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back"),
        Binding("f5", "pick_up"),
        Binding("up", "scroll_body(-1)", show=False),
        Binding("down", "scroll_body(1)", show=False),
        Binding("home", "scroll_body(-100000)", show=False),
        Binding("end", "scroll_body(100000)", show=False),
    ]
    EVERYWHERE = (COLOURS,)

    def __init__(self, opened: Opened, *, zone: tzinfo | None, problem: str = "") -> None:
        super().__init__(opened.row.name, STATES[opened.row.state])
        self._opened = opened
        self._zone = zone
        self._problem = problem

    def page_keys(self) -> tuple[Key, ...]:
        """Offer to mark it picked up, once."""
        waiting = self._opened.row.state == "waiting"
        pick_up = (Key("f5", "F5", _("Mark as picked up")),) if waiting else ()
        return (BACK, *pick_up, Key("up", "↑", _("Up")), Key("down", "↓", _("Down")))

    def body(self) -> Iterable[Widget]:
        """Yield every page: where it comes from, then its answers by section."""
        row = self._opened.row
        if self._problem:
            yield Plain(self._problem, id="problem")
        if self._opened.unread:
            unread = _("{count} of its pages cannot be read. Tell who looks after the kiosk.")
            yield Plain(unread.format(count=self._opened.unread), classes="hint")
        if row.picked_up:
            when = f"{row.picked_up.astimezone(self._zone):%d %B %Y, %H:%M}"
            yield Plain(
                _("Picked up by {staff} on {when}.").format(staff=row.picked_up_by, when=when), classes="hint"
            )
        for page in self._opened.pages:
            yield Plain(self._origin(page), classes="hint")
            for section in page.sections:
                yield Plain(section.title, classes="section")
                for answer in section.answers:
                    yield Plain(answer.ask, classes="ask")
                    yield Plain("\n".join(answer.words) or _("Not answered"), classes="words")

    def action_back(self) -> None:
        """Go back to the list."""
        self.dismiss(Then.BACK)

    def action_pick_up(self) -> None:
        """Mark it picked up."""
        if self._opened.row.state == "waiting":
            self.dismiss(Then.PICK_UP)

    def _origin(self, page: EntryPage) -> str:
        when = f"{page.made.astimezone(self._zone):%d %B %Y, %H:%M}"
        if page.source == "kiosk":
            return _("{title}. Answered at the kiosk on {when}.").format(title=page.pack_title, when=when)
        if page.typed_in_by:
            return _("{title}. A paper form, typed in by {staff} on {when}.").format(
                title=page.pack_title, staff=page.typed_in_by, when=when
            )
        return _("{title}. A paper form, typed in on {when}.").format(title=page.pack_title, when=when)
