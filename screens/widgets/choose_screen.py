"""A page with one choice on it that is no question of the reflection: what to do next, or how."""

from collections.abc import Iterable
from dataclasses import dataclass

from textual.widget import Widget

from screens.i18n import _
from screens.widgets.fitted_screen import rows_of
from screens.widgets.keys import BACK, CONTINUE, Key
from screens.widgets.page import Page
from screens.widgets.picks import UNTYPED, Pick, Picks, rows_of_picks
from screens.widgets.plain import Plain

PROBLEM = 2
"""Rows of what is said of how to choose."""


@dataclass(frozen=True)
class MenuOption:
    """One thing to choose."""

    id: str
    label: str
    number: int = 0
    """The digit that picks it; 0 for its place."""


def numbered(*every: tuple[str, str, bool]) -> list[MenuOption]:
    """Return options, of id, label, and whether it is offered: each has its number, whatever others are."""
    return [
        MenuOption(id_, label, number) for number, (id_, label, offered) in enumerate(every, 1) if offered
    ]


def _leave(back: Key) -> str:
    """Return what Enter does next where nothing is chosen: it is what that key does."""
    if back.label == BACK.label:
        return _("Or press Enter again to leave this page.")
    return _("Or press Enter again to finish.")


class ChooseScreen(Page[frozenset[str] | None]):
    """Asks for one of a few options, or several. Gives their ids back; None where the person went back.

    Of several, `most` may be chosen, where it is not 0; the tenth and further ones have no number.
    """

    AUTO_FOCUS = ""  # it would scroll past what is to be decided

    def __init__(
        self,
        title: str,
        lines: tuple[str, ...],
        options: tuple[MenuOption, ...],
        *,
        chosen: Iterable[str] = (),
        several: bool = False,
        most: int = 0,
        own: bool = False,
        back: Key | None = BACK,
        everywhere: tuple[Key, ...] | None = None,
    ) -> None:
        ways = (CONTINUE.does("on"), *((back.gives(None),) if back else ()))
        super().__init__(title, here=ways, everywhere=everywhere)
        self._lines = lines
        self._options = options
        self._chosen = frozenset(chosen)
        self._several = several
        self._most = most
        self.own = own
        self._leave = _leave(back) if back else ""
        self._leads_back = False
        """Whether Enter leads back, since it was said that nothing is chosen."""

    def body(self) -> Iterable[Widget]:
        """Yield what is to be decided, and the options."""
        for line in self._lines:
            yield Plain(line, classes="line")
        picks = tuple(
            Pick(
                option.id, option.number or (UNTYPED if self._several and place > 9 else place), option.label
            )
            for place, option in enumerate(self._options, 1)
        )
        yield Picks(picks, self._chosen, several=self._several)
        problem = Plain("", id="problem")
        problem.display = False
        yield problem

    def rows_needed(self, columns: int) -> tuple[int, int]:
        """Return the rows of what is to be decided, the options, and what may be asked for below them."""
        rows, air = rows_of_picks([option.label for option in self._options], columns)
        return rows_of(self._lines, columns) + rows + PROBLEM * (not self._several), air

    def on_mount(self) -> None:
        """Stand ready to choose."""
        picks = self.query_one(Picks)
        picks.focus()
        self.watch(picks, "offers", self.tell_enter, init=False)
        self.watch(picks, "chosen", self.ask_no_more, init=False)

    def ask_no_more(self) -> None:
        """Take back what was asked for: one is chosen."""
        self.query_one("#problem", Plain).show_if_any("")

    def tell_enter(self) -> None:
        """Say where Enter chooses what was pointed at."""
        self.show_keys(CONTINUE.called(self.query_one(Picks).enter or CONTINUE.label))

    def action_on(self) -> None:
        """Choose what was pointed at, or give back what is chosen; where one must be, ask for it."""
        if self.query_one(Picks).choose_offered():
            return
        chosen = self.query_one(Picks).chosen
        if self._most and len(chosen) > self._most:
            how = _("You have chosen {count}. Choose {most} at most.")
            self.remark(how.format(count=len(chosen), most=self._most))
        elif chosen or self._several:
            self.dismiss(chosen)
        elif self._leads_back:
            self.dismiss(None)
        else:
            how = _("Choose one. Type its number, or press ↑ or ↓. Then press Enter.")
            # Whoever only presses Enter is held nowhere.
            self._leads_back = bool(self._leave)
            self.query_one("#problem", Plain).show_if_any(f"{how} {self._leave}".strip())


class MenuScreen(ChooseScreen):
    """Offers what can be done besides, the languages among it."""

    SPEAKS = False
