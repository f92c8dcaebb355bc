"""An entry as the customer wrote it."""

from collections.abc import Collection, Iterable
from datetime import date
from enum import Enum
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget

from kiosk.dates import at_time, on_day
from kiosk.entry.opened import Opened
from kiosk.entry.pages import Reflection as Answers
from screens.desk.states import STATES
from screens.widgets.keys import BACK, COLOURS, Key
from screens.widgets.leaves import NEXT_PART, leaves, to_next_part
from screens.widgets.page import SCROLLING, Page
from screens.widgets.plain import Plain
from screens.words import _


class EntryResult(Enum):
    """What is done with an entry that was read."""

    BACK = "back"
    PICK_UP = "pick up"
    NOTE = "note"
    PLAN = "plan"
    TALKED = "talked"
    REVEAL = "reveal"
    MORE = "more"


class EntryScreen(Page[EntryResult]):
    """Shows an entry's pages, and offers to mark it picked up."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back"),
        Binding("f5", "pick_up"),
        Binding("f6", "reveal"),
        Binding("f7", "note"),
        Binding("f2", "plan"),
        Binding("f8", "talked"),
        Binding("f3", "more"),
        Binding(NEXT_PART.key, "next_part", show=False),
        *SCROLLING,
    ]

    def __init__(
        self, opened: Opened, today: date, *, said: str = "", kept_back: Collection[str] = ()
    ) -> None:
        """Show it.

        `said` is what came of what was done last; `kept_back` are the sections in it that its customer let
        staff see, and no more.
        """
        super().__init__(opened.row.name, STATES[opened.row.state])
        self._opened = opened
        self._today = today
        self._said = said
        self._kept_back = kept_back

    def page_keys(self) -> tuple[Key, ...]:
        """Offer to mark it where there is something new in it, and to add a note, but not to a rest."""
        row = self._opened.row
        if self._opened.is_rest:
            return (BACK,)
        talked = (Key("f8", "F8", _("Talked")),) if self._opened.wish else ()
        mark = _("Mark as picked up") if row.state == "waiting" else _("Mark as seen")
        if talked:  # there is no room for more
            mark = _("Picked up") if row.state == "waiting" else _("Seen")
        pick_up = (Key("f5", "F5", mark),) if row.is_news else ()
        return (BACK, *pick_up, *talked, Key("f2", "F2", _("Plan")), Key("f7", "F7", _("Note")))

    def everywhere(self) -> tuple[Key, ...]:
        """Offer to show what is kept back, where something is."""
        can_open = self._opened.keeps_back and self._opened.keys is not None
        reveal = (Key("f6", "F6", _("Kept back")),) if can_open else ()
        more = Key("f3", "F3", _("More"))
        return (COLOURS, more, *reveal, NEXT_PART)

    def body(self) -> Iterable[Widget]:
        """Yield every page: where it comes from, then its answers by section."""
        if self._said:
            yield Plain(self._said, id="problem")
        for doubt in self._opened.doubts:
            yield Plain(doubt, classes="strong")
        yield Plain(self._days(), classes="hint")
        for late in self._opened.late(self._today):
            yield Plain(late, classes="strong")
        if wish := self._opened.wish:
            asked = _("The customer asked to talk to someone at {time} on {day}.")
            yield Plain(asked.format(time=at_time(wish.since), day=on_day(wish.since)), classes="strong")
        if self._kept_back:
            yield Plain(
                _("What the customer kept back is shown too. It is left out of files."), classes="strong"
            )
        marked = _("Kept back")
        pages = leaves(self._opened.pages, private=self._kept_back, marked=marked, states=STATES)
        yield Vertical(*pages, classes="leaf")

    def _days(self) -> str:
        """Say when it was saved, changed and picked up."""
        row, newest = self._opened.row, self._opened.newest
        said = [_("Saved on {when}.").format(when=on_day(row.saved))]
        if newest is not None and any(
            isinstance(page, Answers) and page != newest for page in self._opened.pages
        ):
            said.append(_("Answers changed on {when}.").format(when=on_day(newest.made)))
        if row.picked_up and not self._opened.is_rest:
            picked_up = _("Picked up by {staff} on {when}.")
            said.append(picked_up.format(staff=row.picked_up_by, when=on_day(row.picked_up)))
        return " ".join(said)

    def action_next_part(self) -> None:
        """Go to the plan, the notes, the answers, and to the top again."""
        to_next_part(self)

    def action_back(self) -> None:
        """Go back to the list."""
        self.dismiss(EntryResult.BACK)

    def action_pick_up(self) -> None:
        """Mark it picked up, or seen."""
        if self._opened.row.is_news and not self._opened.is_rest:
            self.dismiss(EntryResult.PICK_UP)

    def action_note(self) -> None:
        """Add a note."""
        if not self._opened.is_rest:
            self.dismiss(EntryResult.NOTE)

    def action_plan(self) -> None:
        """Write the plan."""
        if not self._opened.is_rest:
            self.dismiss(EntryResult.PLAN)

    def action_talked(self) -> None:
        """Say that the customer who asked to talk was talked with."""
        if self._opened.wish:
            self.dismiss(EntryResult.TALKED)

    def action_more(self) -> None:
        """Offer what is done less often."""
        self.dismiss(EntryResult.MORE)

    def action_reveal(self) -> None:
        """Show what the customer kept back."""
        if self._opened.keeps_back and self._opened.keys is not None:
            self.dismiss(EntryResult.REVEAL)
