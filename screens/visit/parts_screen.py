"""The parts of a reflection, to choose one of them: what is new, begun and done, and the way to finish."""

from collections.abc import Iterable
from enum import Enum
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.widget import Widget

from kiosk.pack.model import Section
from kiosk.visit.visit import Standing, Visit
from screens.i18n import _
from screens.visit.talk_wish import ASKED, NO_TALK, TALK
from screens.widgets.act_rows import ActRow, jump
from screens.widgets.keys import BACK, MENU, VISITING, Key
from screens.widgets.page import Page
from screens.widgets.plain import Plain
from screens.widgets.typed_number import TypedNumber

AT_ONCE = 9
"""So many parts have a digit each, which opens one at once."""
MARKS: dict[Standing, tuple[str, str]] = {
    "new": ("○", ""),
    "begun": ("◐", _("begun")),
    "done": ("●", _("done")),
}
"""The mark of a part, and the word that says the same."""


class PartsResult(Enum):
    """Where the parts lead, besides into one."""

    FINISH = "finish"
    BACK = "back"
    TALK = "talk"


class Tile(ActRow):
    """One part."""

    def __init__(
        self, number: int, mark: str, title: str, word: str, outcome: "Section | PartsResult"
    ) -> None:
        super().__init__(Content(""), outcome)
        self._lines = (f"{number} {mark} {title}", word)

    def render(self) -> Content:
        """Draw its number, its mark and its title, and the word of its mark, below where there is room."""
        between = "\n    " if self.screen.has_class("-tall") else "  "
        return Content(between.join(filter(None, self._lines)))


class PartsScreen(Page[Section | PartsResult]):
    """Shows the parts. Enter opens the one that stands out: the first that is not done yet."""

    EVERYWHERE = VISITING
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "row(-1)"),
        Binding("down", "row(1)"),
        Binding("left", "move(-1)"),
        Binding("right", "move(1)"),
        Binding("home", "move(-100)"),
        Binding("end", "move(100)"),
    ]

    def __init__(self, visit: Visit) -> None:
        wish = MENU.called(NO_TALK if visit.talk else TALK).gives(PartsResult.TALK)
        super().__init__(
            visit.pack.title, here=(Key("enter", _("Choose"), "take"), BACK.gives(PartsResult.BACK), wish)
        )
        self._visit = visit
        self._typed = TypedNumber(range(1, len(visit.pack.sections) + 2))

    def body(self) -> Iterable[Widget]:
        """Yield a tile for each part, and one to finish once there is an answer."""
        visit = self._visit
        yield Plain(_("Choose any part, or press Enter."), classes="hint")
        if visit.talk:
            yield Plain(ASKED, classes="talk")
        tiles = []
        for number, section in enumerate(visit.pack.sections, 1):
            mark, word = MARKS[visit.standing(section)]
            tiles.append(Tile(number, mark, section.title, word, section))
        if visit.answers or visit.earlier or not self._parts("new"):
            finish = _("Finish"), _("See your page, and save")
            tiles.append(Tile(len(tiles) + 1, "✓", *finish, PartsResult.FINISH))
        yield Container(*tiles, id="tiles")

    @property
    def digits_act(self) -> bool:
        """Whether each part has a digit of its own."""
        return len(self.query(Tile)) <= AT_ONCE

    def on_mount(self) -> None:
        """Stand on the first part that is not done, or else on finishing."""
        tiles = list(self.query(Tile))
        done = self._parts("done")
        next((tile for tile in tiles if tile.outcome not in done), tiles[-1]).focus()

    def on_key(self, event: events.Key) -> None:
        """Open the part whose number is typed; of more than nine, go to it."""
        if event.character is None or event.character not in "0123456789":
            self._typed.end()
            return
        number = self._typed.add(int(event.character))
        tiles = list(self.query(Tile))
        if number is None or number > len(tiles):
            return
        event.stop()
        tiles[number - 1].focus()
        if self.digits_act:
            self._take(tiles[number - 1])

    def forget_digits(self) -> None:
        """Let the next digit begin a number."""
        self._typed.end()

    def on_act_row_taken(self, event: ActRow.Taken) -> None:
        """Open the part that was touched."""
        self._take(event.row)

    def action_take(self) -> None:
        """Open the part that stands out."""
        if isinstance(self.focused, Tile):
            self._take(self.focused)

    def action_move(self, by: int) -> None:
        """Go so many parts on."""
        jump(self.query(Tile), by)

    def action_row(self, by: int) -> None:
        """Go to the part below or above: tall pages have two beside each other."""
        jump(self.query(Tile), by * (2 if self.has_class("-tall") else 1))

    def _parts(self, standing: Standing) -> list[Section]:
        return [one for one in self._visit.pack.sections if self._visit.standing(one) == standing]

    def _take(self, tile: ActRow) -> None:
        self.dismiss(tile.outcome)
