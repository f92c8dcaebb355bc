"""The list of entries, by name and date, with the field that a scanner or a hand types a code into."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from kiosk.desk.desk import Shared
from kiosk.desk.find import NameIndex
from kiosk.desk.listing import Flags, View
from kiosk.handle import LENGTH, groups_of
from kiosk.states import Choice, Order
from kiosk.vault.rows import Row
from screens.desk.entry_list import EntryList, Known
from screens.desk.states import STATES
from screens.widgets.code_field import CodeField
from screens.widgets.keys import COLOURS, DOWN, Key
from screens.widgets.page import Page
from screens.widgets.plain import Plain
from screens.words import _


class Way(Enum):
    """Where the list leads, where it is not an entry."""

    LOCK = "lock"
    CLOSE = "close"
    MORE = "more"


@dataclass(frozen=True)
class Code:
    """A code was typed or scanned."""

    typed: str = field(repr=False)
    others: tuple[str, ...] = field(default=(), repr=False)
    """What else may have been scanned."""


CHOICES: dict[Choice, str] = {
    **{state: word for state, word in STATES.items()},  # noqa: C416 - its keys are choices, too
    "asks to talk": _("asks to talk"),
    "goes soon": _("goes soon"),
}
ORDERS: dict[Order, str] = {
    "newest": _("newest first"),
    "name": _("by name"),
    "first to go": _("first to go first"),
}


class EntriesScreen(Page[Code | Way]):
    """What there is. An entry opens by its code alone: the list tells nothing of what was answered."""

    TAKES_BURSTS = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open"),
        Binding("escape", "lock"),
        Binding("f2", "next_choice"),
        Binding("f3", "next_order"),
        Binding("f6", "more"),
        Binding("f10", "close_kiosk"),
        Binding("up", "scroll_list(-1)", show=False),
        Binding("down", "scroll_list(1)", show=False),
        Binding("pageup", "scroll_list(-10)", show=False),
        Binding("pagedown", "scroll_list(10)", show=False),
    ]
    KEYS = (
        Key("enter", _("Enter"), _("Open")),
        Key("escape", _("Esc"), _("Lock the desk")),
        Key("f2", "F2", _("Show only")),
        DOWN,
    )
    EVERYWHERE = (
        COLOURS,
        Key("f3", "F3", _("Sort")),
        Key("f6", "F6", _("More")),
    )

    def __init__(
        self,
        rows: tuple[Row, ...],
        *,
        message: str = "",
        typed: str = "",
        flags: Flags,
        view: View,
        notices: tuple[str, ...] = (),
        closes: str = _("Close the kiosk"),
        shared_of: Callable[[Row], Shared | None] = lambda _row: None,
        known: Known | None = None,
    ) -> None:
        """Show these rows.

        `view` is changed as the keys say. `notices` are what staff should know besides what `flags` say of
        entries. `closes` says what F10 does. `shared_of` opens an entry to see how much of it is shared, for
        rows on the screen that are not `known`, and in a thread.
        """
        waiting = sum(row.state == "waiting" for row in rows)
        place = _("{waiting} waiting of {total}").format(waiting=waiting, total=len(rows))
        super().__init__(_("Entries"), place)
        self._rows = rows
        self._index = NameIndex(rows)
        self._message = message
        self._typed = typed
        self._flags = flags
        self._view = view
        self._notices = notices
        self._closes = closes
        self._shared_of = shared_of
        self._known = {} if known is None else known
        self._looked_up = set(self._known)
        self._looking = False

    def everywhere(self) -> tuple[Key, ...]:
        """Return the keys of the second row, and the one that closes everything."""
        return (*self.EVERYWHERE, Key("f10", "F10", self._closes))

    def body(self) -> Iterable[Widget]:
        """Yield the field for the code, what is to be said, and the list."""
        yield Plain(_("Scan the code, or type it. A name finds entries in the list"), classes="label")
        yield CodeField(self._typed)
        yield Plain(self._message, id="problem")
        for notice in self._notices:
            yield Plain(notice, classes="hint")
        if self._rows:
            yield Plain("", classes="hint", id="shown")
            yield EntryList(self._rows, flags=self._flags, known=self._known)
        else:
            yield Plain(_("There are no entries yet."), classes="hint")

    def on_mount(self) -> None:
        """Stand ready for the scanner."""
        field = self.query_one(Input)
        field.cursor_blink = False
        field.focus()
        self.show_found()

    @on(Input.Submitted)
    def action_open(self) -> None:
        """Give back what was typed or scanned; of what is a name, say that the code is needed."""
        typed = self.query_one(Input).value
        if typed.strip() and self._index.places(typed):
            self._tell(_("An entry opens by its code alone. Where the slip is lost, press F6."))
        elif _is_name(typed):
            self._tell(_("No entry here has that name, and it is no code."))
        else:
            self.dismiss(Code(typed))

    def _tell(self, problem: str) -> None:
        self.query_one("#problem", Plain).show(problem)

    @on(Input.Changed)
    def look_for_it(self) -> None:
        """Show what fits what is typed now; what was wrong with it before counts no more."""
        if self.query_one(Input).value != self._typed:
            self._tell("")
        self.show_found()

    def show_found(self) -> None:
        """Show the rows that fit what is typed, in the order and of the state that were chosen."""
        if not self._rows:
            return
        typed = self.query_one(Input).value
        # What fits no name is a code: the list stays as it is, and says how the code reads so far.
        fitting = self._index.places(typed)
        places = fitting or range(len(self._rows))
        rows = self._view.of((self._rows[place] for place in places), self._flags)
        for entries in self.query(EntryList):
            entries.show(rows)
        chosen, order = self._view.chosen, ORDERS[self._view.order]
        if not fitting:
            code = "  ".join(groups_of(typed))
            self.query_one("#shown", Plain).show(code + (f"  ({CHOICES[chosen]})" if chosen else ""))
            return
        said = _("{count} shown, {chosen}, {order}")
        shown = said.format(
            count=len(rows), chosen=CHOICES[chosen] if chosen else _("all states"), order=order
        )
        self.query_one("#shown", Plain).show(shown)

    @on(EntryList.Shown)
    def find_out(self) -> None:
        """Look up how much is shared of what is on the screen now."""
        for entries in self.query(EntryList):
            if not self._looking:
                self._looking = True
                self.run_worker(self._look_up(entries))

    async def _look_up(self, entries: EntryList) -> None:
        def look_up(rows: Sequence[Row]) -> Known:
            shared = {(row.id, row.pages): self._shared_of(row) for row in rows}
            return {entry: known for entry, known in shared.items() if known is not None}

        # Whoever moves on meanwhile sees other rows.
        while unknown := [row for row in entries.rows if (row.id, row.pages) not in self._looked_up]:
            self._looked_up.update((row.id, row.pages) for row in unknown)
            self._known.update(await asyncio.to_thread(look_up, unknown))
            entries.refresh()
        self._looking = False

    def action_next_choice(self) -> None:
        """Show those of the next state alone, or with something to know of them; after the last one, all."""
        self._view.next_choice(self._rows, self._flags)
        self.show_found()

    def action_next_order(self) -> None:
        """Sort by the next order."""
        self._view.next_order()
        self.show_found()

    def action_more(self) -> None:
        """Offer what is done less often."""
        self.dismiss(Way.MORE)

    def action_lock(self) -> None:
        """Empty the field; where nothing stands in it, lock the desk."""
        field = self.query_one(Input)
        if field.value:
            field.value = ""
        else:
            self.dismiss(Way.LOCK)

    def action_close_kiosk(self) -> None:
        """Ask whether to close the kiosk altogether."""
        self.dismiss(Way.CLOSE)

    def action_scroll_list(self, rows: int) -> None:
        """Move the list."""
        for entries in self.query(EntryList):
            entries.scroll_relative(y=rows, animate=False)


def _is_name(typed: str) -> bool:
    """Tell whether a text is words alone, and no code that happens to have no digit."""
    words = typed.split()
    return bool(words) and all(map(str.isalpha, words)) and len("".join(words)) != LENGTH
