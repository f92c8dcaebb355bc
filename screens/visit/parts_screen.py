"""The parts of a reflection, to choose one of them: what is new, begun and done, and the way to finish."""

from collections.abc import Iterable
from enum import Enum
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.widget import Widget

from kiosk.pack.model import Section
from kiosk.visit.said import Standing
from kiosk.visit.visit import Visit
from screens.i18n import _, _n
from screens.right_to_left import is_mirrored
from screens.visit.talk_wish import ASKED, NO_TALK, TALK
from screens.widgets.act_rows import ActRow, NumberedPage, jump
from screens.widgets.keys import BACK, MENU, VISITING, Key
from screens.widgets.plain import Plain
from screens.widgets.question_screen import FINISH

AT_ONCE = 9
"""So many parts have a digit each, which opens one at once."""
MARKS: dict[Standing, str] = {"new": "○", "begun": "◐", "done": "●"}


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
        self._lines = (f"{number} {mark} {title}", f"{word}")

    def render(self) -> Content:
        """Draw its number, its mark and its title, and the word of its mark, below where there is room."""
        between = "\n    " if self.screen.has_class("-tall") else "  "
        return Content(between.join(filter(None, self._lines)))


class PartsScreen(NumberedPage[Section | PartsResult]):
    """Shows the parts. Enter opens the one that stands out: the first that nobody has been through yet."""

    EVERYWHERE = (FINISH.gives(PartsResult.FINISH), *VISITING)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "row(-1)"),
        Binding("down", "row(1)"),
        Binding("left", "beside(-1)"),
        Binding("right", "beside(1)"),
        Binding("home", "move(-100)"),
        Binding("end", "move(100)"),
    ]

    def __init__(self, visit: Visit) -> None:
        wish = MENU.called(NO_TALK if visit.talk else TALK).gives(PartsResult.TALK)
        standings = [visit.standing(section) for section in visit.pack.sections]
        done, total = standings.count("done"), len(standings)
        self._begun = done + standings.count("begun") > 0
        """Whether there is anything to say of how far the parts are; at first the marks are enough."""
        super().__init__(
            visit.pack.title,
            _n("{done} of 1 part", "{done} of {count} parts", total, done=done) if self._begun else "",
            (done, total) if self._begun else None,
            (Key("enter", _("Choose"), "take"), BACK.gives(PartsResult.BACK), wish),
        )
        self._visit = visit

    def body(self) -> Iterable[Widget]:
        """Yield a tile for each part, and one to finish once there is an answer."""
        visit = self._visit
        answered = bool(visit.answers or visit.earlier)
        how = _("Choose a part, or finish now with F10.") if answered else _("Choose a part, or press Enter.")
        yield Plain(how, classes="hint")
        if visit.talk:
            yield Plain(ASKED, classes="talk")
        for number, section in enumerate(visit.pack.sections, 1):
            mark, word = MARKS[visit.standing(section)], self._word(section)
            self.numbered[number] = Tile(number, mark, section.title, word, section)
        if answered or all(map(visit.is_behind, visit.pack.sections)):
            number = len(self.numbered) + 1
            finish = _("Finish"), _("See your page, and save")
            self.numbered[number] = Tile(number, "✓", *finish, PartsResult.FINISH)
        yield Container(*self.numbered.values(), id="tiles")

    def _word(self, section: Section) -> str:
        """Say in words how far a part has come, as its mark does."""
        answers, asked = self._visit.tally(section)
        match self._visit.standing(section):
            case "new":
                return _("not begun") if self._begun else ""
            case "begun":
                return _n(
                    "{answers} of {count} answered", "{answers} of {count} answered", asked, answers=answers
                )
            case "done":
                left = self._visit.left_open(section)
                return _n("done, {count} left open", "done, {count} left open", left) if left else _("done")

    @property
    def digits_act(self) -> bool:
        """Whether each part has a digit of its own."""
        return len(self.numbered) <= AT_ONCE

    def on_mount(self) -> None:
        """Stand on the first part that nobody has been through, or else on finishing."""
        tiles = list(self.numbered.values())
        behind = [section for section in self._visit.pack.sections if self._visit.is_behind(section)]
        next((tile for tile in tiles if tile.outcome not in behind), tiles[-1]).focus()

    def come_to(self, row: ActRow) -> None:
        """Open the part whose number is typed; of more than nine, go to it."""
        super().come_to(row)
        if self.digits_act:
            self.dismiss(row.outcome)

    def action_move(self, by: int) -> None:
        """Go so many parts on."""
        jump(self.numbered.values(), by)

    def action_beside(self, by: int) -> None:
        """Go to the part on the left or on the right."""
        self.action_move(-by if is_mirrored(self) else by)

    def action_row(self, by: int) -> None:
        """Go to the part below or above: tall pages have two beside each other."""
        jump(self.numbered.values(), by * (2 if self.has_class("-tall") else 1))
