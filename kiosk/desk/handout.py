"""What staff print for a customer to take along: My page, and the plan that was agreed on."""

from collections.abc import Callable, Iterator, Mapping

from kiosk.desk.exports import blocks
from kiosk.entry.my_page import PARTS, my_page_of, my_page_slip
from kiosk.entry.opened import Opened
from kiosk.entry.slip import Block, Bullet, Gap, Line, Quiet, Slip, Strong, Title
from kiosk.entry.staff_pages import Plan

_TO_SIGN = "_" * 28


def handout(
    opened: Opened, headings: Mapping[str, str], plan_heading: str, pages: Callable[[], bytes]
) -> Slip | None:
    """Return the slip; None where there is neither of both. What is kept back is not on it.

    `headings` has one for each part of My page; `pages` returns the same as a PDF.
    """
    blocks: tuple[Block, ...] = (Title(opened.row.name),)
    if opened.newest is not None:
        mine = my_page_of(opened.newest)
        parts = {part: headings[part] for part in PARTS if getattr(mine, part)}
        blocks = my_page_slip(opened.row.name, mine, parts).blocks
    if opened.plan is not None:
        blocks = (*blocks, *_plan(opened.plan, plan_heading))
    return Slip(blocks, pages) if len(blocks) > 1 else None


def _plan(plan: Plan, heading: str) -> Iterator[Block]:
    yield Gap()
    yield Strong(heading)
    if plan.review:
        yield Line(blocks.again(plan))
    for goal in plan.goals:
        yield Line(goal.want)
        yield from (Bullet(step.line) for step in goal.steps)
    for who in blocks.SIGN:
        yield from (Gap(), Gap(), Line(_TO_SIGN), Quiet(f"{who}, {blocks.SIGN_DAY.lower()}"))
