"""Every block of an entry in every medium: what a block holds is told by each, and none forgets one."""

from collections.abc import Callable, Iterable, Iterator
from typing import get_args

import msgspec
import pytest
from textual.widget import Widget

from kiosk.desk import plain_text
from kiosk.desk.exports import markdown
from kiosk.desk.exports.pdf import FITS, set_block, set_to_fit
from kiosk.devices.pdf_page import PdfPages
from kiosk.entry.blocks import Block, Goal, Heading, Items, Origin, Ratings, Said, Strengths, Told
from kiosk.entry.handout import on_slip
from kiosk.entry.my_page import Rating
from kiosk.entry.slip import Slip, text_of
from kiosk.entry.staff_pages import Step
from screens.widgets.blocks import drawn
from screens.widgets.plain import Plain
from tests.kiosk.desk.exports.entries import NOON
from tests.pdf import pages_of

STEPS = (Step(text="Ask the council", who="Jo", by_when="by Friday", done=True), Step(text="Buy seeds"))
EXAMPLES: tuple[Block, ...] = (
    Origin("A small pack. Answered at the kiosk on 3 March 2026."),
    Heading("My strengths", 1),
    Heading("First", 2),
    Told("We look at this plan again on 1 April 2026."),
    Told("A part is kept back.", strong=True),
    Items(("I can sing", "I am kind to people whom I have never met")),
    Items(("5 March 2026: closed (Jo)", "6 March 2026: talked together (Jo)")),
    Strengths(("I can sing", "I am kind"), 3, "and 1 more, 3 strengths in all"),
    Ratings((Rating("How I feel", "Good", 2, 3), Rating("My home", "Bad", 1, 3))),
    Said("Who matters to you?", ("Mum", "Ali"), listed=True),
    Said("What is a good day?", ("Sun.", "And the sea.")),
    Said("When", ("In May",), beside=True),
    Goal("Grow things", STEPS),
)


def on_paper(sets: Callable[[PdfPages, Block], None]) -> Callable[[Block], str]:
    def told(block: Block) -> str:
        with PdfPages() as sheet:
            sheet.begin()
            sets(sheet, block)
            return " ".join(pages_of(sheet.pdf("", "", NOON)))

    return told


def on_the_screen(block: Block) -> str:
    def plain(widgets: Iterable[Widget]) -> Iterator[str]:
        for widget in widgets:
            yield (
                str(widget.content)
                if isinstance(widget, Plain)
                else "\n".join(plain(widget._pending_children))
            )

    return "\n".join(plain(drawn([block])))


MEDIA: dict[str, Callable[[Block], str]] = {
    "Markdown": lambda block: markdown.rendered(block).replace("\\", ""),
    "terminal": plain_text.rendered,
    "PDF": on_paper(set_block),
    "My page as a PDF": on_paper(lambda sheet, block: set_to_fit(sheet, block, FITS[0])),
    "slip": lambda block: "\n".join(text_of(Slip(tuple(on_slip([block]))), 60)),
    "screen": on_the_screen,
}


def texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from texts(list(value.values()))
        case list() | tuple():
            for one in value:
                yield from texts(one)


def test_there_is_an_example_of_every_block() -> None:
    assert {type(block) for block in EXAMPLES} == set(get_args(Block))


@pytest.mark.parametrize("medium", MEDIA)
def test_each_medium_tells_all_that_a_block_holds_in_its_order(medium: str) -> None:
    for block in EXAMPLES:
        told, at = " ".join(MEDIA[medium](block).split()).casefold(), 0
        for text in texts(msgspec.to_builtins(block)):
            assert text.casefold() in told[at:], block
            at = told.index(text.casefold(), at) + len(text)
