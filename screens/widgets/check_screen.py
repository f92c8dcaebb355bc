"""Check answers: everything on one page, each with Change; saving is its first line.

Before it comes what leads to the questions that have changed since they were answered, where there are such.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from kiosk.entry.answers import words_of
from kiosk.entry.pages import GONE_TITLE, Answered
from kiosk.text import clean, counted
from kiosk.visit.visit import Visit
from screens.i18n import _
from screens.widgets.act_rows import ActRow, stand_on
from screens.widgets.caret import Body
from screens.widgets.keys import BACK, DOWN, UP, VISITING, Key
from screens.widgets.page import Page, PageResult
from screens.widgets.plain import Plain
from screens.widgets.question_screen import said_before
from screens.widgets.typed_number import TypedNumber


@dataclass(frozen=True)
class ChangeAnswer:
    """One answer is to be changed."""

    question: str
    """The question's id."""


@dataclass(frozen=True)
class ChangeSharing:
    """Who may read a section is to be changed."""

    section: str
    """The section's id."""


@dataclass(frozen=True)
class TakeOut:
    """An answer to a question that is no longer asked is to be taken out."""

    question: str
    """The question's id."""


CheckOutcome = PageResult | ChangeAnswer | ChangeSharing | TakeOut


class CheckScreen(Page[CheckOutcome]):
    """Shows every answer, and who may read each part. Enter acts on the row that stands out.

    That is at first Save my answers, and later on what was changed last. Nobody saves by Enter alone what was
    said to questions that have changed since: as long as one was not seen, it leads there.
    """

    EVERYWHERE: ClassVar[tuple[Key, ...]] = VISITING
    HEADING: ClassVar[str] = _("Check your answers")
    SAVE: ClassVar[str] = _("Save my answers")
    FIRST: ClassVar[str] = _("You can change any answer first, and who may read each part.")
    SHARED: ClassVar[tuple[str, str]] = (_("Staff may read this part"), _("Only with my code"))
    """What is said of a section that is shared, and of one that is not."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous"),
        Binding("down", "app.focus_next"),
        Binding("home", "top"),
        Binding("pageup", "turn(-1)"),
        Binding("pagedown", "turn(1)"),
    ]
    KEYS = (Key("enter", _("Choose"), "take"), BACK.gives(PageResult.BACK), UP, DOWN)

    def __init__(self, visit: Visit, stand_at: CheckOutcome | None = None) -> None:
        super().__init__(self.HEADING)
        self._visit = visit
        self._stand_at = stand_at
        self._typed = TypedNumber(range(visit.total + len(visit.pack.sections) + len(visit.gone) + 1))

    def body(self) -> Iterable[Widget]:
        """Yield the way to save, then every section: who may read it, and its answers."""
        changed = self._visit.changed
        if changed:
            yield ActRow(Content(_changed(len(changed))), ChangeAnswer(changed[0]), classes="changed save")
        yield ActRow(Content(f" 0  {self.SAVE}"), PageResult.ON, classes="save")
        yield Plain(f"{self.FIRST} {_('Type a number, then press Enter.')}", classes="hint")
        visit = self._visit
        if visit.amends is not None:
            yield Plain(
                _("Staff can still read what you saved before. To stop that, delete your answers."),
                classes="hint",
            )
        number = 0
        for place, section in enumerate(visit.pack.sections, 1):
            yield Plain(section.title, classes="section")
            who = self.SHARED[section.id in visit.private]
            shared = _shared(visit.total + place, who, private=section.id in visit.private)
            yield ActRow(shared, ChangeSharing(section.id), classes="share")
            for question in section.questions:
                number += 1
                words = words_of(visit.pack, question, visit.answers.get(question.id))
                row = _row(number, question.summary, words, visit.said_before(question.id))
                yield ActRow(row, ChangeAnswer(question.id))
        if visit.gone:
            yield Plain(GONE_TITLE, classes="section")
        for number, said in enumerate(visit.gone, visit.total + len(visit.pack.sections) + 1):
            yield ActRow(_gone_row(number, said), TakeOut(said.id))

    def on_mount(self) -> None:
        """Stand on saving, or on what was just changed; first on the way to questions that have changed."""
        changed, stand_at = self._visit.changed, self._stand_at or PageResult.ON
        if changed and (stand_at is PageResult.ON or isinstance(stand_at, ChangeAnswer)):
            stand_at = ChangeAnswer(changed[0])
        stand_on(self.query(ActRow), stand_at)

    def on_key(self, event: events.Key) -> None:
        """Go to the row whose number is typed: one digit, or two where there is such a row."""
        if event.character is None or event.character not in "0123456789":
            self._typed.end()
            return
        number = self._typed.add(int(event.character))
        if number is not None:
            self._numbered(number).focus()

    def forget_digits(self) -> None:
        """Let the next digit begin a number."""
        self._typed.end()

    def _numbered(self, number: int) -> ActRow:
        """Return the row of a number: 0 saves, then come the answers, the parts, and what is gone."""
        kinds = (PageResult, ChangeAnswer, ChangeSharing, TakeOut)
        once = list(self.query(ActRow).exclude(".changed"))
        rows = [row for kind in kinds for row in once if isinstance(row.outcome, kind)]
        return rows[number]

    def on_act_row_taken(self, event: ActRow.Taken) -> None:
        """Act on the row that was touched."""
        self.dismiss(event.row.outcome)

    def action_take(self) -> None:
        """Act on the row that stands out."""
        focused = self.focused
        if isinstance(focused, ActRow):
            self.dismiss(focused.outcome)

    def action_top(self) -> None:
        """Go to the first row."""
        self.query(ActRow).first().focus()

    def action_turn(self, screens: int) -> None:
        """Turn a screenful, and stand on a row in it: an answer may be longer than the screen."""
        body, rows = self.query_one(Body), self.query(ActRow)
        start = body.scroll_offset.y
        turned = max(1, body.scrollable_content_region.height - 1)
        body.scroll_relative(y=screens * turned, animate=False, immediate=True)
        if body.scroll_offset.y == start:
            (rows.last() if screens > 0 else rows.first()).focus()
        else:
            self.call_after_refresh(self._stand_in_view, body, screens)

    def _stand_in_view(self, body: Body, screens: int) -> None:
        room = body.scrollable_content_region
        seen = [row for row in self.query(ActRow) if room.contains_region(row.region)]
        if seen:
            seen[0 if screens > 0 else -1].focus(scroll_visible=False)


def _changed(count: int) -> str:
    told = counted(count, _("question has changed"), _("questions have changed"))
    return f"{told}. {_('See it first') if count == 1 else _('See the first one')}"


def _shared(number: int, who: str, *, private: bool) -> Content:
    return Content.assemble((f"{number:>2}  {who}", "bold" if private else ""), f"  ({_('Change')})")


def _row(number: int, summary: str, words: tuple[str, ...], before: Answered | None) -> Content:
    """Return a row: number, summary, the way to change it, and the answer below.

    What was said `before`, when the question was another one, stands under that one's words.
    """
    said = said_before(before) if before else "\n".join(clean(line, lines=False) for line in words)
    head = (f"{number:>2}  {summary}", "bold")
    return Content.assemble(head, f"  ({_('Change')})\n", said or _("Not answered"))


def _gone_row(number: int, said: Answered) -> Content:
    """Return the row of an answer whose question is no longer asked, in its own words."""
    summary, ask = (clean(text, lines=False) for text in (said.summary, said.ask))
    head = Content.assemble((f"{number:>2}  {summary}", "bold"), f"  ({_('Take out')})\n")
    return Content.assemble(head, f"{ask}\n", "\n".join(clean(line, lines=False) for line in said.words))
