"""An entry made ready to be read elsewhere: its texts cleaned, and the words that stand around them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import Any

import msgspec

from kiosk.dates import long_day, on_day
from kiosk.entry.opened import Opened
from kiosk.entry.pages import Answered, AnyPage, Asked, Reflection
from kiosk.entry.staff_pages import NewCode, Note, Plan, StatusChange, Step, Talked
from kiosk.text import enclosed, is_blank, one_line, written_line

MY_PAGE = "My page"
PARTS = {
    "strengths": "My strengths",
    "ratings": "My life now",
    "hopes": "What I hope for",
    "steps": "What I want to work towards",
}
"""The heading of each part of My page."""
NOTHING_YET = "There is nothing to show here yet. Every question is still open."
PLAN = "The agreed plan"
ANSWERS = "All answers"
NOTES = "Notes"
HISTORY = "Status so far"
BEFORE = "Earlier answers"
PLANS_BEFORE = "Earlier plans"
NOTHING = "\N{EN DASH}"
"""Stands in the place of a text that is empty."""
SIGN = ("Customer", "Member of staff")
"""Who signs the agreed plan."""
SIGN_DAY = "Date"
NOT_ANSWERED = "Not answered"
KEPT_BACK = "A part is kept back. Only the code opens it."
LETTERS = "Some letters cannot be shown here, and are spelled with others or left out. Markdown keeps them."
TALK = "The customer asked to talk to someone."
TALKED = "talked with the customer"
ASKED, NOT_ASKED = "the customer asked to talk to someone", "the customer no longer wants to talk"
REST = "Only the old code opens what was kept back before."

LONGEST_NAME = 200
"""Characters of the entry's two words."""
_LONGEST = 20_000
"""Characters of anything else that stands on one line."""
_YEARS = range(1000, 9000)
_LONG_AGO = datetime(1000, 1, 1, tzinfo=UTC)


def cleaned(opened: Opened, text: Callable[[str], str] = enclosed) -> Opened:
    """Return an entry whose every text is safe to write down: another program may have made its pages.

    `text` does that to one text.
    """
    row = msgspec.structs.replace(opened.row, name=one_line(opened.row.name, LONGEST_NAME))
    return replace(opened, row=row, pages=tuple(_cleaned(page, text) for page in opened.pages))


def before(opened: Opened) -> tuple[Reflection, ...]:
    """Return the answers that the newest ones came in the place of, newest first."""
    reflections = [page for page in opened.pages if isinstance(page, Reflection)]
    return tuple(reversed(reflections[:-1]))


def line(text: str, *instead: str) -> str:
    """Return a text as one line; where it is empty, the first of `instead` that is not, else a dash."""
    lines = (written_line(one, _LONGEST) for one in (text, *instead))
    return next(filter(None, lines), NOTHING)


def text_of(answered: Answered) -> str:
    """Return an answer as a text, a line for each of its words; empty where it was not answered."""
    return trimmed("\n".join(answered.words))


def trimmed(text: str) -> str:
    """Return a text without empty lines around it; empty where nothing is written."""
    return "" if is_blank(text) else text.strip("\n")


def nothing_in(page: Reflection) -> str:
    """Return why My page of a page is empty."""
    return KEPT_BACK if page.private else NOTHING_YET


def scale_of(answered: Answered) -> tuple[int, int] | None:
    """Return which point of a scale was chosen, from 1, and how many there are; None where that is not so."""
    place, of = answered.scale or (0, 0)
    return (place, of) if 1 <= place <= of else None


def asked(answered: Answered) -> str:
    """Return a question as it was asked."""
    return line(answered.ask, answered.summary)


def origin(page: Reflection, zone: tzinfo | None) -> str:
    """Return what a page answers, where, and when."""
    title, when = line(page.pack_title, page.pack), on_day(page.made, zone)
    if page.source == "kiosk":
        return f"{title}. Answered at the kiosk on {when}."
    by = f" by {line(page.typed_in_by)}" if not is_blank(page.typed_in_by) else ""
    return f"{title}. A paper form, typed in{by} on {when}."


def wrote(note: Note, zone: tzinfo | None) -> str:
    """Return who wrote a note, and when."""
    return f"{line(note.by)} wrote on {on_day(note.made, zone)}:"


def agreed(plan: Plan, zone: tzinfo | None) -> str:
    """Return who wrote a plan down, when, and how much of it is done."""
    done, steps = plan.done
    told = f"{done} of {steps} {'step is' if steps == 1 else 'steps are'} done." if steps else ""
    wrote = f"Recorded by {line(plan.by)} on {on_day(plan.made, zone)}."
    return " ".join(filter(None, (wrote, told, again(plan))))


def around(step: Step) -> str:
    """Return who does a step and by when, as far as that was agreed."""
    return "; ".join(line(part) for part in step.around if not is_blank(part))


def again(plan: Plan) -> str:
    """Return when customer and staff look at a plan again; empty where they have not said so."""
    return f"To review on {long_day(plan.review)}." if plan.review else ""


def became(opened: Opened, zone: tzinfo | None) -> list[str]:
    """Return each change of an entry's state, wishes to talk, talks and new codes, oldest first."""
    return [
        f"{on_day(page.made, zone)}: {_became(page)}"
        for page in opened.pages
        if isinstance(page, StatusChange | Talked | Asked | NewCode)
    ]


def _became(page: StatusChange | Talked | Asked | NewCode) -> str:
    match page:
        case StatusChange():
            return f"{page.state} ({line(page.by)})"
        case Talked():
            return f"{TALKED} ({line(page.by)})"
        case Asked():
            return ASKED if page.talk else NOT_ASKED
        case NewCode():
            given = f"new code ({line(page.by)} and {line(page.second)})"
            return f"{given}. {REST}" if page.rest else given


def texts(opened: Opened) -> Iterator[str]:
    """Yield every text of an entry's pages."""
    values = [msgspec.to_builtins(page) for page in opened.pages]
    while values:
        match values.pop():
            case str() as text:
                yield text
            case dict() as inside:
                values.extend(inside.values())
            case list() | tuple() as inside:
                values.extend(inside)


def _cleaned(page: AnyPage, text: Callable[[str], str]) -> AnyPage:
    values = msgspec.to_builtins(page, builtin_types=(bytes, datetime))
    return msgspec.convert(_clean(values, text), type(page), builtin_types=(bytes, datetime))


def _clean(value: Any, text: Callable[[str], str]) -> Any:
    match value:
        case str():
            return text(value)
        case datetime():
            # At the very edges of the calendar a time has no name in another zone.
            return value.astimezone(UTC) if value.year in _YEARS else _LONG_AGO
        case dict():
            return {key: _clean(one, text) for key, one in value.items()}
        case list() | tuple():
            return [_clean(one, text) for one in value]
    return value
