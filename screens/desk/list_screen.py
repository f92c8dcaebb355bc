"""The list of entries, by name and date, with the field that a scanner or a hand types a code into."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.widget import Widget
from textual.widgets import Input

from kiosk.desk.entries import Shared
from kiosk.desk.find import NameIndex
from kiosk.desk.listing import Flags, View
from kiosk.entry.handle import GROUP, after_name, groups_of
from kiosk.entry.names import is_name
from kiosk.vault.rows import Row
from kiosk.vault.states import Choice, Order
from screens.desk.entry_list import EntryList, Known
from screens.desk.states import STATE_NAMES
from screens.i18n import _
from screens.widgets.code_field import CodeField
from screens.widgets.keys import COLOURS, DOWN, END, MENU, Key
from screens.widgets.page import Page
from screens.widgets.plain import Plain

NAMED = 4
"""So many entries whose customer asked to talk are named above a list that hides them."""


class EntriesResult(Enum):
    """Where the list leads, where it is not an entry."""

    LOCK = "lock"
    CLOSE = "close"
    MORE = "more"
    FILTER = "filter"
    CARDS = "cards"


@dataclass(frozen=True)
class Picked:
    """A row of the list was chosen."""

    row: Row


CHOICES: dict[Choice, str] = {
    **{state: word for state, word in STATE_NAMES.items()},  # noqa: C416 - its keys are choices, too
    "asks to talk": _("asks to talk"),
    "overdue": _("overdue"),
    "to review": _("to review"),
    "expires soon": _("expires soon"),
}
ORDERS: dict[Order, str] = {
    "newest": _("newest first"),
    "name": _("by name"),
    "expiring soonest": _("expiring soonest"),
}


class EntriesScreen(Page[str | Picked | EntriesResult]):
    """What there is. An entry opens by its code alone: the list tells nothing of what was answered.

    Gives back a code as it was typed, a row, or where else to go.
    """

    fills = True
    TAKES_BURSTS = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)"),
        Binding("down", "move(1)"),
        Binding("pageup", "turn(-1)"),
        Binding("pagedown", "turn(1)"),
        # Before the field, which would take them for its own line.
        Binding("home", "move(-1000000)", priority=True),
        Binding("end", "move(1000000)", priority=True),
    ]
    KEYS = (
        Key("enter", _("Open"), "open"),
        Key("escape", _("Lock the desk"), "lock"),
        Key("f2", _("Show only"), "filter"),
        DOWN,
    )
    EVERYWHERE = (
        COLOURS,
        Key("f7", _("Sort"), "next_order"),
        MENU.gives(EntriesResult.MORE),
    )

    def __init__(
        self,
        rows: tuple[Row, ...],
        *,
        message: str = "",
        greeting: str = "",
        flags: Flags,
        view: View,
        notices: tuple[str, ...] = (),
        health: str = "",
        closes: str = _("Close the kiosk"),
        shared_of: Callable[[Row], Shared | None] = lambda _row: None,
        known: Known | None = None,
        unread: bool = False,
        cards: bool = False,
    ) -> None:
        """Show these rows; `unread` says that there are none because the list could not be read.

        `cards` tells whether there are cards to practise with.

        `view` is changed as the keys say. `greeting` is said until a key does something. `notices` are what
        staff should know besides what `flags` say of entries, `health` what of the machine. `closes` says
        what F8 does. `shared_of` opens
        an entry to see how much of it is shared, for rows on the screen that are not `known`, in a thread.
        """
        waiting = sum(row.state == "waiting" for row in rows)
        place = _("{waiting} waiting of {total}").format(waiting=waiting, total=len(rows))
        close = END.called(closes).gives(EntriesResult.CLOSE)
        # In the place of the arrow: there is no room for both, and that works all the same.
        here = (*self.KEYS[:-1], Key("f12", _("Cards"), result=EntriesResult.CARDS)) if cards else self.KEYS
        super().__init__(_("Entries"), "" if unread else place, None, here, (*self.EVERYWHERE, close))
        if not rows:  # there is nothing to choose from, to move over or to sort
            self._here = tuple(key for key in self._here if key != DOWN and key.action != "filter")
            self._everywhere = tuple(key for key in self._everywhere if key.action != "next_order")
        self._unread = unread
        self._rows = rows
        self._index = NameIndex(row.name for row in rows)
        self._message = message
        self._greeting = greeting
        self._flags = flags
        self._view = view
        self._notices = notices
        self._health = health
        self._shared_of = shared_of
        self._known = {} if known is None else known
        self._looked_up = set(self._known)
        self._looking = False
        self._on_row = False
        """Whether the keys were last used to move over the rows."""

    @property
    def cursor_region(self) -> Region:
        """Where the cursor of the list is while it is moved."""
        entries = next(iter(self.query(EntryList)), None)
        return entries.cursor_region if entries and self._on_row else Region()

    def body(self) -> Iterable[Widget]:
        """Yield the field for the code, what is to be said, and the list."""
        yield Plain(_("Scan or type a code, or type a name to find it"), classes="label")
        yield CodeField(self._view.typed)
        yield Plain(self._message, id="problem")
        for notice in self._notices:
            yield Plain(notice, classes="hint")
        yield Plain("", classes="hint", id="asked")
        yield Plain("", classes="hint", id="looking")
        if self._rows:
            yield Plain("", classes="hint", id="shown")
            yield EntryList(self._rows, flags=self._flags, known=self._known)
        elif not self._unread:
            yield Plain(_("There are no entries yet."), classes="hint")
        yield Plain("", classes="hint", id="health")

    def on_mount(self) -> None:
        """Stand ready for the scanner."""
        self.query_one(Input).focus()
        self._tell(self._message)
        self.show_health(self._health)
        self._show_wishes()
        self.remark(self._greeting, stays=True)
        self.show_found(self._view.row)

    def action_open(self) -> None:
        """Give back the code that was typed, or else the row that the cursor stands on."""
        typed = self.query_one(Input).value
        if not self._rows or (typed.strip() and not self._index.places(typed)):
            name, code = after_name(typed)
            if name and not code:
                self._tell(_("No entry has that name, and it is not a code."))
            else:
                self.dismiss(typed)
        else:
            self.take_row()

    @on(EntryList.Taken)
    def take_row(self) -> None:
        """Give back the row that the cursor stands on."""
        row = self.query_one(EntryList).current
        if row is not None:
            self._view.row = row.id
            self.dismiss(Picked(row))

    def show_health(self, says: str) -> None:
        """Say below the list what to look at on the machine; empty, say nothing."""
        self._health = says
        self._show_line("#health", says)

    def show_flags(self, flags: Flags) -> None:
        """Show what is now known of the entries."""
        talk, self._flags = self._flags.talk, flags
        self._show_wishes()
        for entries in self.query(EntryList):
            entries.show_flags(flags)
            # Who asks to talk comes first, and of what is found late more may be shown.
            if flags.talk != talk or self._view.chosen in ("overdue", "to review"):
                self.show_found(entries.current.id if entries.current else "")

    def _show_wishes(self) -> None:
        """Say who asks to talk and is not shown, and of how many it is not known yet."""
        asking = [row.name for row in self._view.hidden(self._rows, self._flags)]
        more = _(" and {count} more").format(count=len(asking) - NAMED) if len(asking) > NAMED else ""
        names = ", ".join(asking[:NAMED]) + more
        asked = _("Asked to talk to someone: {names}.").format(names=names) if asking else ""
        self._show_line("#asked", asked)
        looking = _("Still looking for customers who asked to talk: {count:,} entries to go.")
        unread = self._flags.unread
        self._show_line("#looking", looking.format(count=unread) if unread else "")

    def _show_line(self, line: str, says: str) -> None:
        for shown in self.query(line).results(Plain):  # none before the page is laid out
            shown.show_if_any(says)

    def _tell(self, problem: str) -> None:
        """Say what is wrong in the place of what was said before."""
        self.remark("")
        self.query_one("#problem", Plain).show_if_any(problem)

    @on(Input.Changed)
    def look_for_it(self) -> None:
        """Show what fits what is typed now; what was wrong with it before counts no more."""
        typed = self.query_one(Input).value
        if typed != self._view.typed:
            self._view.typed, self._on_row = typed, False
            self._tell("")
            self.show_found()

    def show_found(self, at: str = "") -> None:
        """Show the rows that fit what is typed, in the order and of the choice that were made.

        The cursor stands on the entry of an id, or on the first one.
        """
        if not self._rows:
            return
        # What fits no name is a code: the list stays as it is, and says how the code reads so far.
        fitting = self._index.places(self._view.typed)
        places = fitting or range(len(self._rows))
        rows = self._view.of((self._rows[place] for place in places), self._flags)
        self.query_one(EntryList).show(rows, at)
        said = self._found(len(rows), len(fitting)) if fitting else self._code_so_far()
        self.query_one("#shown", Plain).show_if_any(said)

    def _code_so_far(self) -> str:
        chosen = self._view.chosen
        name, code = after_name(self._view.typed)
        said = list[str]()
        if name and not code:
            said.append(_("No entry has that name."))
            words = name.split()
            code = name if max(map(len, words)) <= GROUP and not is_name(words) else ""
        elif name and not self._index.places(name):
            said.append(_("No entry has the name {name}.").format(name=name))
        if code.strip():
            groups = "  ".join(groups_of(code))
            said.append(_("As a code: {groups}").format(groups=groups) if said else groups)
        return " ".join(said) + (f"  ({CHOICES[chosen]})" if chosen else "")

    def _found(self, shown: int, fitting: int) -> str:
        """Say how many are shown, and why not all; nothing where all are, newest first."""
        said, view = [], self._view
        if view.chosen:
            said.append(CHOICES[view.chosen])
        if view.typed.strip() and shown < fitting:
            more = (
                _("{count} more with another status")
                if view.chosen in STATE_NAMES
                else _("{count} more not shown")
            )
            said.append(more.format(count=fitting - shown))
        if view.order != "newest":
            said.append(ORDERS[view.order])
        if not said and not view.typed.strip():
            return ""
        return ", ".join((_("{count} shown").format(count=shown), *said))

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

    def action_filter(self) -> None:
        """Ask which are to be shown alone."""
        if self._rows:
            self.dismiss(EntriesResult.FILTER)

    def action_next_order(self) -> None:
        """Sort by the next order."""
        self._view.next_order()
        self._tell("")
        self.show_found()
        self.remark(_("Sorted: {order}.").format(order=ORDERS[self._view.order]))

    def action_lock(self) -> None:
        """Empty the field; where nothing stands in it, lock the desk."""
        field = self.query_one(Input)
        if field.value:
            field.value = ""
        else:
            self.dismiss(EntriesResult.LOCK)

    def action_move(self, by: int) -> None:
        """Move the cursor by so many rows."""
        self.remark("")
        for entries in self.query(EntryList):
            self._on_row = True
            entries.go(by)
            self.keep_caret_in_view()

    def action_turn(self, pages: int) -> None:
        """Move the cursor by so many screenfuls."""
        for entries in self.query(EntryList):
            self.action_move(pages * entries.page)
