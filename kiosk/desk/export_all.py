"""All entries as one table, a row each, without their codes: two members of staff, and each is noted."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, tzinfo

from kiosk.dates import stamp
from kiosk.desk.desk import Desk
from kiosk.desk.exports.cleaned import cleaned
from kiosk.desk.exports.csv import neutral
from kiosk.desk.lost_slip import second_of, why_of
from kiosk.entry import blocks
from kiosk.entry.opened import Opened
from kiosk.errors import EntryError, SealError, VaultError
from kiosk.progress import Progress, untold
from kiosk.vault.rows import Row

COLUMNS = (
    "name", "saved", "state", "made", "pack", "kept back", "doubts", "plan made", "steps", "steps done",
    "steps overdue", "next step by", "review", "plan",
)  # fmt: skip
_NO_PLAN = ("",) * 7

Question = tuple[str, str]
"""The ids of a reflection and of its question, which is the same in all versions."""


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


def table_of(entries: Sequence[Opened], today: date, zone: tzinfo | None = None) -> bytes:
    """Return the newest answers and plans of entries as a table like that of `csv_of`, a row each.

    Each question has a column.
    """
    ready = [cleaned(opened) for opened in entries]
    heads: dict[Question, str] = {}
    for opened in ready:
        for question, asked, _ in _answers(opened):
            heads.setdefault(question, f"{'/'.join(question)}: {asked}")
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(map(neutral, (*COLUMNS, *heads.values())))
    for opened in ready:
        said = {question: words for question, _, words in _answers(opened)}
        head = (*_head(opened, zone), *_plan(opened, today, zone))
        writer.writerow(map(neutral, (*head, *(said.get(question, "") for question in heads))))
    return text.getvalue().encode("utf-8-sig")


def _head(opened: Opened, zone: tzinfo | None) -> tuple[str, ...]:
    row, page = opened.row, opened.newest
    made, pack = (stamp(page.made, zone), page.pack) if page else ("", "")
    kept_back = "yes" if opened.keeps_back else ""
    return (
        row.name,
        stamp(row.saved, zone),
        row.state,
        made,
        pack,
        kept_back,
        "\n".join(opened.doubts),
    )


def _plan(opened: Opened, today: date, zone: tzinfo | None) -> tuple[str, ...]:
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
        stamp(plan.made, zone),
        str(steps),
        str(done),
        str(overdue),
        str(min(open_until, default="")),
        str(plan.review or ""),
        "\n".join([*lines, *bare]),
    )


def _answers(opened: Opened) -> Iterator[tuple[Question, str, str]]:
    """Yield each question of the newest answers: which it is, how it was asked, and what was answered."""
    page = opened.newest
    pack = page.pack if page else ""
    for answered in page.answers() if page else ():
        yield (pack, answered.id), blocks.asked(answered), blocks.text_of(answered)
