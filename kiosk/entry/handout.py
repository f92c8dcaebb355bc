"""What a customer takes along on paper: My page, and the plan that was agreed on."""

from collections.abc import Callable, Iterable, Iterator
from typing import assert_never

from kiosk.entry import blocks, slip
from kiosk.entry.my_page import MyPageOf, my_page_of
from kiosk.entry.opened import Opened
from kiosk.entry.slip import Bullet, Gap, Line, Quiet, Rule, Slip, Strong, Title, Tree
from kiosk.language import SOURCE, language_or_english, speaking
from kiosk.language import words as _

Pages = Callable[[], bytes]
"""Returns the same as a PDF."""
_TO_SIGN = "_" * 28


def signs() -> tuple[str, str]:
    """Return who signs the agreed plan."""
    return _("Customer"), _("Member of staff")


def my_page_slip(name: str, mine: MyPageOf, pages: Pages) -> Slip:
    """Return a slip with My page, under the entry's two words."""
    return Slip((Title(name), *_framed(mine)), pages)


def handout(opened: Opened, pages: Pages) -> Slip | None:
    """Return the slip; None where there is neither of both. What is kept back is not on it.

    It is as the customer read it, and in their language, as far as the program speaks that.
    """
    with speaking(language_or_english(opened.language or SOURCE)):
        return _handout(opened.as_seen, pages)


def _handout(opened: Opened, pages: Pages) -> Slip | None:
    how = blocks.Telling(own=True)
    mine = my_page_of(opened.newest) if opened.newest else None
    found = [*_framed(mine)] if mine and not mine.is_empty else []
    if opened.plan is not None:
        found += (Gap(), Strong(blocks.plan_title(how)), *on_slip(blocks.page_blocks(opened.plan, how)))
        for who in signs():
            found += (Gap(), Gap(), Line(_TO_SIGN), Quiet(_("{who}, date").format(who=who)))
    return Slip((Title(opened.row.name), *found), pages) if found else None


def _framed(mine: MyPageOf) -> Iterator[slip.SlipBlock]:
    """Yield My page between two lines, under what it was answered in and when."""
    yield Line(blocks.named(mine))
    yield Rule()
    yield from on_slip(blocks.my_page_blocks(mine, blocks.Telling(on_paper=True)))
    yield Rule()


def on_slip(shown: Iterable[blocks.Block]) -> Iterator[slip.SlipBlock]:
    """Yield blocks of an entry as those of a slip."""
    for block in shown:
        match block:
            case blocks.Heading():
                yield from (Gap(), Strong(block.text))
            case blocks.Origin() | blocks.Told():
                yield Line(block.text)
            case blocks.Items():
                yield from (Bullet(text) for text in block.texts)
            case blocks.Strengths():
                yield Tree(block.count)
                yield from (Bullet(text) for text in block.top)
                yield Line(block.told)
            case blocks.Ratings():
                yield from (rating.bar for rating in block.ratings)
            case blocks.Said():
                yield from (Quiet(block.label), Line("\n".join(map(str, block.lines))))
            case blocks.Goal():
                yield Line(block.want)
                yield from (Bullet(step.line) for step in block.steps)
            case _:
                assert_never(block)
