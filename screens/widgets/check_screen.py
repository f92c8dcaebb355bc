"""Check answers, part by part: saving is the first line, and each part opens on a page of its own.

Before it comes what leads to the questions that have changed since they were answered, where there are such.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from kiosk.entry.answers import words_of
from kiosk.entry.pages import GONE_TITLE
from kiosk.pack.model import AnyQuestion, Section
from kiosk.text import columns, padded, painted
from kiosk.visit.visit import Visit
from screens.i18n import COMMA, _, _n, joined
from screens.widgets.act_rows import ActRow, NumberedPage, stand_on
from screens.widgets.caret import Body
from screens.widgets.fitted_screen import WIDEST
from screens.widgets.keys import BACK, DOWN, SAVE, TALKS, UP, VISITING, Key
from screens.widgets.page import PageResult
from screens.widgets.plain import Hanging, Plain
from screens.widgets.question_screen import said_before

GONE = "-"
"""The part of the questions that are no longer asked. No section's id has a dash."""
TITLE_ROOM, SIDES = 20, 12
"""Columns that titles of parts are padded to; columns of the screen around a row, with its number."""


SAVES = SAVE.does("save")


class CheckResult(Enum):
    """Where the check page leads, besides on, back, and to parts and answers."""

    SHARING = "sharing"
    MY_PAGE = "my page"
    """Where answers are being changed: it does not come before this page."""


@dataclass(frozen=True)
class OpenPart:
    """The answers of one part are to be seen."""

    section: str
    """The section's id; GONE for questions that are no longer asked."""


@dataclass(frozen=True)
class ChangeAnswer:
    """One answer is to be changed."""

    question: str
    """The question's id."""


@dataclass(frozen=True)
class TakeOut:
    """An answer to a question that is no longer asked is to be taken out."""

    question: str
    """The question's id."""


CheckOutcome = PageResult | CheckResult | OpenPart | ChangeAnswer | TakeOut


class CheckScreen(NumberedPage[CheckOutcome]):
    """Shows every part with how far it is answered, or the answers of one. Enter acts on the row in focus.

    That is at first Save my answers, and later on what was opened or changed last. Nobody saves by Enter
    alone what was said to questions that have changed since: as long as one was not seen, it leads there.
    """

    own = True
    EVERYWHERE: ClassVar[tuple[Key, ...]] = (SAVES, *VISITING)
    HEADING: ClassVar[str] = _("Check your answers")
    SAVE: ClassVar[str] = _("Save my answers")
    FIRST: ClassVar[str] = _("You can change any answer first.")
    CLOSED: ClassVar[str] = _("Only with my code")
    """What is said of a part that staff may not read."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous"),
        Binding("down", "app.focus_next"),
        Binding("home", "top"),
        Binding("pageup", "turn(-1)"),
        Binding("pagedown", "turn(1)"),
    ]
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("enter", _("Choose"), "take"),
        BACK.gives(PageResult.BACK),
        UP,
        DOWN,
        TALKS,
    )

    def __init__(
        self, visit: Visit, stand_at: CheckOutcome | None = None, part: str = "", *, my_page: bool = False
    ) -> None:
        """Show all parts, or the answers of the `part` that `OpenPart` names. `my_page` has a row too."""
        titles = {section.id: section.title for section in visit.pack.sections} | {GONE: GONE_TITLE}
        super().__init__(titles.get(part, self.HEADING))
        self._visit = visit
        self._stand_at = stand_at
        self._my_page = my_page
        self.part = part
        """The part whose answers are shown; empty where all parts are."""

    def body(self) -> Iterable[Widget]:
        """Yield the way to save, the parts and who may read them; or the answers of one part."""
        visit = self._visit
        if self.part == GONE:
            yield from self._gone()
        elif self.part:
            yield from self._answers(next(one for one in visit.pack.sections if one.id == self.part))
        else:
            if visit.changed:
                told = _changed(len(visit.changed))
                yield ActRow(Content(str(told)), ChangeAnswer(visit.changed[0]), classes="changed save")
            yield self._row(PageResult.ON, self.SAVE, classes="save")
            yield Plain(joined(self.FIRST, _("Type a number, then press Enter.")), classes="hint")
            yield from self._parts()

    def _parts(self) -> Iterable[Widget]:
        visit = self._visit
        for section in visit.pack.sections:
            yield self._part_row(OpenPart(section.id), section.title, self._standing(section))
        if visit.gone:
            count = _n("{count} answer", "{count} answers", len(visit.gone))
            yield self._part_row(OpenPart(GONE), GONE_TITLE, count)
        yield self._sharing()
        if self._my_page:
            yield self._row(CheckResult.MY_PAGE, _("My page"), _can(_("See it")), classes="part")

    def _part_row(self, outcome: OpenPart, title: str, standing: str) -> ActRow:
        title = str(title)
        line = f"{padded(title, TITLE_ROOM)}  {standing}"
        room = min(WIDEST, self.app.size.width) - SIDES
        said = line.removeprefix(str(title)) if columns(line) <= room else f"\n{standing}"
        if outcome.section in self._visit.private:
            said += f"\n{self.CLOSED}"
        return self._row(outcome, title, said, classes="part")

    def _standing(self, section: Section) -> str:
        """Say how many questions of a part are answered, and how many that are asked of everybody are not."""
        answers, _listed = self._visit.tally(section)
        told = _n("{count} answer", "{count} answers", answers) if answers else _("Not answered")
        left = self._visit.left_open(section) if answers else 0
        if not left:
            return told
        return joined(told, _n("{count} left open", "{count} left open", left), between=COMMA)

    def _sharing(self) -> ActRow:
        kept = sum(1 for section in self._visit.pack.sections if section.id in self._visit.private)
        said = self.kept(kept) if kept else _("Staff may read all parts")
        return self._row(CheckResult.SHARING, said, _can(_("Change")), classes="sharing")

    def kept(self, count: int) -> str:
        """Say of how many parts staff may not read."""
        return _n("{count} part only with my code", "{count} parts only with my code", count)

    def _answers(self, section: Section) -> Iterable[Widget]:
        """Yield the answers of a part, and where it can go deeper, one row that leads there."""
        visit = self._visit
        for question in visit.listed(section):
            before = visit.said_before(question.id)
            words = words_of(visit.pack, question, visit.answers.get(question.id))
            # What was said when the question was another one stands under that one's words.
            said = said_before(before) if before else "\n".join(painted(line, lines=False) for line in words)
            yield self._row(
                ChangeAnswer(question.id),
                question.summary,
                _can(_("Change")) + "\n",
                said or str(_("Not answered")),
            )
        deeper = _deeper(visit, section)
        if deeper:
            count = _n("{count} question", "{count} questions", len(deeper))
            yield self._row(ChangeAnswer(deeper[0].id), _("Say more"), _can(count))

    def _gone(self) -> Iterable[Widget]:
        """Yield the answers whose question is no longer asked, in its own words."""
        for said in (one.as_seen for one in self._visit.gone):
            summary, ask = (painted(text, lines=False) for text in (said.summary, said.ask))
            words = "\n".join(painted(line, lines=False) for line in said.words)
            yield self._row(TakeOut(said.id), summary, _can(_("Take out")) + "\n", f"{ask}\n", words)

    def _row(self, outcome: CheckOutcome, head: str, *rest: Any, classes: str = "") -> ActRow:
        """Return the row of the next number: 0 saves, and a part counts its answers from 1."""
        number = len(self.numbered) + bool(self.part)
        said = Hanging(f"{number:>2}  ", Content.assemble((str(head), "bold"), *map(str, rest)))
        row = ActRow(said, outcome, classes=classes)
        self.numbered[number] = row
        return row

    def on_mount(self) -> None:
        """Stand on what was opened or changed, or else on the first row."""
        stand_on(self.query(ActRow), self._stand_at)

    def action_save(self) -> None:
        """Save, from wherever one stands; what has changed is to be seen first."""
        changed = self._visit.changed
        self.dismiss(ChangeAnswer(changed[0]) if changed else PageResult.ON)

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
            seen[0 if screens > 0 else -1].focus()


def row_after(visit: Visit, part: str, row: CheckOutcome) -> tuple[str, CheckOutcome | None]:
    """Return where Enter leads from a row of a part that is done with: the part, and the row to stand on.

    After the last one come all parts again, from the first row on; so too where they stand on one page.
    """
    if part == GONE:
        rows: list[CheckOutcome] = [TakeOut(said.id) for said in visit.gone]
    else:
        sections = [one for one in visit.pack.sections if part in ("", one.id)]
        asked = (one for here in sections for one in (*visit.listed(here), *_deeper(visit, here)[:1]))
        rows = [ChangeAnswer(one.id) for one in asked]
    later = rows[rows.index(row) + 1 :] if row in rows else []
    return (part, later[0]) if later else ("", None)


def _deeper(visit: Visit, section: Section) -> list[AnyQuestion]:
    """Return the questions of a part that go deeper, and that nobody has met."""
    listed = visit.listed(section)
    return [one for one in section.questions if one not in listed]


def _can(act: str) -> str:
    """Return what can be done with a row, as it stands behind its name."""
    return f"  ({act})"


def _changed(count: int) -> str:
    return _n(
        "{count} question has changed. See it first",
        "{count} questions have changed. See the first one",
        count,
    )
