"""An entry as the customer wrote it."""

from collections.abc import Collection, Iterable
from datetime import date
from enum import Enum
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget

from kiosk.dates import on_day
from kiosk.entry.blocks import Telling, asked_since, in_language, wish_alone
from kiosk.entry.opened import Opened
from kiosk.entry.pages import Reflection as Answers
from screens.desk.states import STATE_NAMES
from screens.i18n import _
from screens.widgets.entry_parts import NEXT_PART, entry_parts, to_next_part
from screens.widgets.keys import BACK, COLOURS, END, MENU, MORE, Key
from screens.widgets.page import Page
from screens.widgets.plain import Plain


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

    own = True
    fills = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(NEXT_PART.key, "next_part"),
    ]

    def __init__(
        self, opened: Opened, today: date, *, said: str = "", kept_back: Collection[str] = ()
    ) -> None:
        """Show it.

        `said` is what came of what was done last; `kept_back` are the sections in it that its customer let
        staff see, and no more.
        """
        super().__init__(
            opened.row.name,
            STATE_NAMES[opened.row.state],
            here=_keys_of(opened),
            everywhere=_more_keys_of(opened),
        )
        self._opened = opened
        self._today = today
        self._said = said
        self._kept_back = kept_back

    def body(self) -> Iterable[Widget]:
        """Yield every page: where it comes from, then its answers by section."""
        if self._said:
            yield Plain(self._said, id="problem")
        for doubt in self._opened.doubts:
            yield Plain(doubt, classes="strong")
        if self._opened.newest is not None:
            for told in in_language(self._opened.newest):  # an interpreter may be needed
                yield Plain(told.text, classes="strong")
        yield Plain(self._days(), classes="hint")
        for late in self._opened.late(self._today):
            yield Plain(late, classes="strong")
        if wish := self._opened.wish:
            yield Plain(asked_since(wish.since), classes="strong")
        if self._opened.is_wish_alone:
            yield Plain(wish_alone(), classes="strong")
        if self._kept_back:
            yield Plain(
                _("What the customer kept back is shown too. It is left out of files."), classes="strong"
            )
        how = Telling(private=self._kept_back, marked=_("Kept back"), states=STATE_NAMES)
        yield Vertical(*entry_parts(self._opened.pages, how), classes="leaf")

    def _days(self) -> str:
        row, newest = self._opened.row, self._opened.newest
        saved = _("Saved at {venue} on {when}.") if self._opened.venue else _("Saved on {when}.")
        said = [saved.format(when=on_day(row.saved), venue=self._opened.venue)]
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


def _keys_of(opened: Opened) -> tuple[Key, ...]:
    """Offer to mark it where there is something new in it, and to add a note, but not to a rest."""
    row, back = opened.row, BACK.gives(EntryResult.BACK)
    if opened.is_rest:
        return (back,)
    talked = (END.called(_("Talked")).gives(EntryResult.TALKED),) if opened.wish else ()
    waits = row.state == "waiting"
    mark = Key("space", _("Mark as picked up") if waits else _("Mark as seen"))
    if talked:  # there is no room for more
        mark = mark.called(_("Picked up") if waits else _("Seen"))
    pick_up = (mark.gives(EntryResult.PICK_UP),) if row.is_news else ()
    plan = Key("f2", _("Plan"), result=EntryResult.PLAN)
    return (back, *pick_up, *talked, plan, Key("f7", _("Note"), result=EntryResult.NOTE))


def _more_keys_of(opened: Opened) -> tuple[Key, ...]:
    can_open = opened.keeps_back and opened.keys is not None
    reveal = (MORE.called(_("Kept back")).gives(EntryResult.REVEAL),) if can_open else ()
    return (COLOURS, MENU.gives(EntryResult.MORE), *reveal, NEXT_PART)
