"""The pages of an entry to read, for its customer and for staff."""

from collections.abc import Iterator, Sequence
from typing import Any

from textual.screen import Screen
from textual.widget import Widget

from kiosk.entry.blocks import CUSTOMER_STATES, Kind, Telling, parts_of
from kiosk.entry.my_page import my_page_of
from kiosk.entry.pages import AnyPage, newest_of
from screens.i18n import _
from screens.widgets.blocks import MyPageView, drawn
from screens.widgets.caret import Body
from screens.widgets.keys import Key
from screens.widgets.plain import Plain

FOR_CUSTOMER = Telling(own=True, states=CUSTOMER_STATES, marked=_("Only with my code"))
"""How an entry is told to its customer."""

_IDS: dict[Kind, str] = {"plan": "the-plan", "notes": "the-notes", "answers": "the-answers"}
"""Of what the parts begin with that one goes to."""
_ORDER: tuple[Kind, ...] = ("my page", "plan", "notes", "answers", "history")
"""What staff wrote comes before the answers that a customer knows. What was before comes last."""
_PARTS = ", ".join(f"#{id_}" for id_ in _IDS.values())
NEXT_PART = Key("tab", _("Next part"))


def entry_parts(pages: Sequence[AnyPage], how: Telling) -> Iterator[Widget]:
    """Yield what an entry holds: My page first, then the plan and notes, answers, states, what was before.

    `pages` are oldest first.
    """
    parts = parts_of(pages, how)
    for part in sorted(parts, key=lambda part: (*_ORDER, part.kind).index(part.kind)):
        if part.kind == "my page":
            newest = newest_of(pages)
            yield MyPageView(part.blocks, my_page_of(newest) if newest else None)
        else:
            yield Plain(part.title, id=_IDS.get(part.kind), classes="heading")
            yield from drawn(part.blocks)


def to_next_part(page: Screen[Any]) -> None:
    """Bring the next part to the top of the page: the plan, the notes, the answers; then the beginning."""
    body = page.query_one(Body)
    top = body.content_region.y
    below = [part for part in page.query(_PARTS) if part.region.y > top]
    if below and body.scroll_y < body.max_scroll_y:
        body.scroll_relative(y=below[0].region.y - top, animate=False)
    else:
        body.scroll_home(animate=False)
