"""A list to pick from by digit, by arrow keys, or by touch: one of it, or several."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from kiosk.text import painted
from screens.i18n import _
from screens.widgets.plain import Hanging
from screens.widgets.typed_number import TypedNumber

SEVERAL = _("Choose as many as you like. Type their numbers.")
TYPE = _("Type their numbers.")
MARKS = {False: ("○", "●"), True: ("☐", "☑")}
"""What stands before what is not chosen, and what is: of one, and of several."""
HEAD = 11
"""Columns before an option's label, at most."""
POINTER, UNPOINTED = "›", "│"  # noqa: RUF001 - a pointer, not a greater-than sign
"""What stands before the row that the arrow keys stand on; before each, while they stand on none yet."""


UNTYPED = -1
"""The number of what no digit picks."""


@dataclass(frozen=True)
class Pick:
    """One thing to pick."""

    id: str
    number: int
    """The digit, or two digits, that pick it."""
    label: str
    alone: bool = False
    """Of several: whether it and any other take each other back."""


def rows_of_picks(labels: Sequence[str], columns: int) -> tuple[int, int]:
    """Return the rows of a list of these, and how many more with air between them."""
    return sum(len(wrap(str(label), columns - HEAD)) for label in labels), len(labels) - 1


class PickRow(Static):
    """One row of the list. Its mark tells its state without colour."""

    class Touched(Message):
        """A row was clicked or touched."""

        def __init__(self, pick: Pick) -> None:
            super().__init__()
            self.pick = pick

    def __init__(self, pick: Pick, marks: tuple[str, str]) -> None:
        super().__init__()
        self.pick = pick
        self._marks = marks
        self._head = ""

    @property
    def mark(self) -> str:
        """What stands before its label: a sign, or words, for whether it is chosen."""
        return self._marks[self.has_class("-chosen")]

    def draw(self, *, chosen: bool, current: bool, unpointed: bool) -> None:
        """Show whether it is chosen, whether the arrow keys stand on it, or wait to be led to any row."""
        self.set_class(chosen, "-chosen")
        self.set_class(current, "-current")
        waits = UNPOINTED if unpointed else " "
        number = "" if self.pick.number == UNTYPED else self.pick.number
        head = f"{POINTER if current else waits} {number:>2}  {self._marks[chosen]}  "
        if head != self._head:
            self.update(Hanging(head, painted(self.pick.label), waits), layout=len(head) != len(self._head))
            self._head = head

    def on_click(self, event: events.Click) -> None:
        """Pick it."""
        event.stop()
        self.post_message(self.Touched(self.pick))


class Picks(Widget, can_focus=True):
    """A list of which one, or several, can be chosen. Of several, choosing again takes back.

    Where one is to be chosen the arrow keys choose as they move, as in any row of radio buttons; where
    several can be, they move a pointer, and Space chooses, or Enter while nothing is chosen. No row is
    pointed at before that, since it would look as if it were chosen.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)"),
        Binding("down", "move(1)"),
        Binding("space", "choose_current"),
    ]

    chosen: reactive[frozenset[str]] = reactive(frozenset[str]())
    current: reactive[int] = reactive(-1)
    """Which row the arrow keys stand on; -1 for none."""
    offers: reactive[bool] = reactive(default=False)
    """Whether Enter is to choose that row: somebody went to it, and nothing is chosen."""

    def __init__(
        self,
        picks: tuple[Pick, ...],
        chosen: frozenset[str],
        *,
        several: bool,
        marks: tuple[str, str] | None = None,
        later: bool = False,
    ) -> None:
        """Lay out a list. `marks` are words for what is not chosen, and for what is, instead of signs.

        Where it is not seen at once, its rows come `later` (`lay_out`).
        """
        super().__init__()
        self._picks = picks
        self._later = later
        self._several = several
        self._words = marks
        # Where several are chosen, each digit stands for itself: no list of them has a tenth.
        self._typed = TypedNumber({pick.number: pick for pick in picks if not several or pick.number < 10})
        self.set_reactive(Picks.chosen, chosen)
        at = next((place for place, pick in enumerate(picks) if pick.id in chosen), -1)
        self.set_reactive(Picks.current, at)

    def compose(self) -> ComposeResult:
        """Yield a row for each pick."""
        if not self._later:
            yield from self._rows()

    def lay_out(self) -> None:
        """Have its rows, where they were to come later."""
        if self._later:
            self._later = False
            self.mount(*self._rows())
            self._show()

    def _rows(self) -> Iterator[PickRow]:
        return (PickRow(pick, self._words or MARKS[self._several]) for pick in self._picks)

    @property
    def current_row(self) -> Widget | None:
        """The row that the arrow keys stand on; the first one where they stand on none yet."""
        rows = list(self.query(PickRow))
        return rows[max(self.current, 0)] if rows else None

    def on_mount(self) -> None:
        """Draw the rows for the first time."""
        self._show()

    def watch_chosen(self) -> None:
        """Show what is chosen now."""
        self._show()

    def watch_current(self) -> None:
        """Show where the arrow keys stand now."""
        self._show()

    def watch_has_focus(self, has_focus: bool) -> None:
        """Show a pointer while the keys are here alone."""
        super().watch_has_focus(has_focus)
        self._draw()

    def on_key(self, event: events.Key) -> None:
        """Choose by number: one digit, or two where the list has such a number."""
        pick = self._typed.hear(event)
        if pick is not None:
            self.current = self._picks.index(pick)
            self._choose(pick)

    def on_pick_row_touched(self, event: PickRow.Touched) -> None:
        """Choose by touch."""
        event.stop()
        self.focus()
        self._typed.end()
        self.current = self._picks.index(event.pick)
        self._choose(event.pick)

    def action_move(self, by: int) -> None:
        """Move the pointer; where one is to be chosen, choose what it comes to."""
        if by > 0 and self.current == len(self._picks) - 1:
            self.screen.focus_next("TextField, Picks")
        start = self.current if self.current >= 0 else (-1 if by > 0 else len(self._picks))
        self.current = max(0, min(len(self._picks) - 1, start + by))
        if not self._several:
            self.chosen = frozenset({self._picks[self.current].id})
        self.offers = not self.chosen

    def action_choose_current(self) -> None:
        """Choose, or take back, what the pointer stands on; where it stands on nothing yet, lead it in."""
        if self.current < 0:
            self.action_move(1)
        else:
            self._choose(self._picks[self.current])

    @property
    def enter(self) -> str:
        """What Enter does in it; empty where it goes on from it."""
        return _("Choose") if self.offers else ""

    def choose_offered(self) -> bool:
        """Choose what was pointed at, where Enter is to; tell whether it was."""
        if not self.offers:
            return False
        self._choose(self._picks[self.current])
        return True

    @property
    def stance(self) -> tuple[frozenset[str], int, bool]:
        """How it stands now, for `stand`."""
        return self.chosen, self.current, self.offers

    def stand(self, chosen: frozenset[str], current: int, offers: bool) -> None:
        """Stand as it once stood, as far as it has the same rows still."""
        self.chosen = chosen & {pick.id for pick in self._picks}
        self.current, self.offers = (current, offers) if current < len(self._picks) else (-1, False)
        self._typed.end()

    def _choose(self, pick: Pick) -> None:
        self.offers = False
        if not self._several:
            self.chosen = frozenset({pick.id})
        elif pick.id in self.chosen:
            self.chosen -= {pick.id}
        elif pick.alone:
            self.chosen = frozenset({pick.id})
        else:
            self.chosen = self.chosen - {other.id for other in self._picks if other.alone} | {pick.id}

    def _draw(self) -> None:
        unpointed = self.has_focus and self.current < 0
        for place, row in enumerate(self.query(PickRow)):
            current = self.has_focus and place == self.current
            row.draw(chosen=row.pick.id in self.chosen, current=current, unpointed=unpointed)

    def _show(self) -> None:
        self._draw()
        if self.current >= 0 and (row := self.current_row) is not None:
            row.scroll_visible(animate=False)
