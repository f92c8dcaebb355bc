"""All entries as one table, a row each, without their codes: two members of staff, and each is noted."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from kiosk.dates import stamp
from kiosk.desk.desk import Desk
from kiosk.desk.exports.cleaned import cleaned
from kiosk.desk.exports.csv import points, written
from kiosk.desk.lost_slip import second_of, why_of
from kiosk.entry import blocks
from kiosk.entry.meaning import Form
from kiosk.entry.opened import Opened
from kiosk.entry.pages import Answered
from kiosk.errors import EntryError, SealError, VaultError
from kiosk.progress import Progress, untold
from kiosk.vault.rows import Row

COLUMNS = (
    "name", "saved", "state", "made", "pack", "language", "kept back", "doubts", "plan made", "steps",
    "steps done", "steps overdue", "next step by", "review", "plan",
)  # fmt: skip
_NO_PLAN = ("",) * 7

Question = tuple[str, str]
"""The ids of a reflection and of its question, which are the same in all versions."""


def open_every(
    desk: Desk, second: str, reason: str, progress: Progress = untold
) -> tuple[list[Opened], list[tuple[Row, str]]]:
    """Open every entry, newest first, each noted before; return them, and those that do not open, with why.

    Raises DeskError where both are one person, or no reason is given; VaultError where one is not noted.
    """
    other, why = second_of(desk, second), why_of(reason)
    desk.note("exported", detail=f"csv, every entry: {why}", second=other)
    rows, entries, unread = desk.rows(), list[Opened](), list[tuple[Row, str]]()
    for done, row in enumerate(rows, 1):
        desk.note("exported", row, "csv, with every other", second=other)
        try:
            opened = desk.read_without_code(row)
            if not opened.is_rest:  # which nobody here can read
                entries.append(opened)
        except (VaultError, SealError, EntryError) as error:
            unread.append((row, str(error)))
        progress(done, len(rows))
    return entries, unread


def table_of(entries: Sequence[Opened], today: date) -> bytes:
    """Return the newest answers and plans of entries as a table like that of `csv_of`, a row each.

    Each question has a column for each of its meanings.
    """
    ready = [cleaned(opened) for opened in entries]
    columns = _Columns(one for opened in ready for one in _answers(opened))
    rows = ((*_head(one), *_plan(one, today), *columns.cells(_answers(one))) for one in ready)
    return written([(*COLUMNS, *columns.heads()), *rows])


def _head(opened: Opened) -> tuple[str, ...]:
    row, page = opened.row, opened.newest
    answered = (stamp(page.made), page.pack, page.language) if page else ("", "", "")
    kept_back = "yes" if opened.keeps_back else ""
    return (row.name, stamp(row.saved), row.state, *answered, kept_back, "\n".join(opened.doubts))


def _plan(opened: Opened, today: date) -> tuple[str, ...]:
    plan = opened.plan
    if plan is None:
        return _NO_PLAN
    done, steps = plan.done
    overdue = 0 if opened.row.state == "closed" else plan.overdue(today)
    open_until = [step.due for goal in plan.goals for step in goal.steps if step.due and not step.done]
    lines = [
        f"{blocks.line(goal.want)}: {blocks.line(step.line)}" for goal in plan.goals for step in goal.steps
    ]
    bare = [blocks.line(goal.want) for goal in plan.goals if not goal.steps]
    return (
        stamp(plan.made),
        str(steps),
        str(done),
        str(overdue),
        str(min(open_until, default="")),
        str(plan.review or ""),
        "\n".join([*lines, *bare]),
    )


class _Columns:
    """The columns of questions: one for each meaning of a question, the newest first."""

    def __init__(self, answers: Iterable[tuple[Question, Answered]]) -> None:
        forms: dict[Question, dict[Form, Answered]] = {}
        for question, answered in answers:
            forms.setdefault(question, {}).setdefault(answered.form, answered)
        self._asked: dict[Question, list[Answered]] = {}
        for question, found in forms.items():
            meanings = self._asked[question] = list[Answered]()
            for form in sorted(found, key=lambda form: -form.version):
                if not any(one.form.takes(form) for one in meanings):
                    meanings.append(found[form])

    def heads(self) -> Iterator[str]:
        """Yield what stands over each: the question as asked, and where it had several meanings, more."""
        for question, meanings in self._asked.items():
            for one in meanings:
                more = filter(None, (f"version {one.version}" if one.version else "", points(one)))
                told = f" ({': '.join(more)})" if len(meanings) > 1 else ""
                yield f"{'/'.join(question)}: {blocks.asked(one)}{told}"

    def cells(self, answers: Iterable[tuple[Question, Answered]]) -> Iterator[str]:
        """Yield what an entry says, each under the question that was asked."""
        said = dict(answers)
        for question, meanings in self._asked.items():
            answered = said.get(question)
            own = next((one for one in meanings if answered and one.form.takes(answered.form)), None)
            for one in meanings:
                yield blocks.text_of(answered) if answered and one is own else ""


def _answers(opened: Opened) -> Iterator[tuple[Question, Answered]]:
    """Yield each question of the newest answers, and what was answered."""
    page = opened.newest
    for answered in page.answers() if page else ():
        yield (page.pack if page else "", answered.id), answered
