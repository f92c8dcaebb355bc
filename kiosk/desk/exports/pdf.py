"""An entry as a PDF: My page on a page of its own, then the plan, the answers, and what came before."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple, assert_never

from kiosk.dates import on_day
from kiosk.desk.exports.cleaned import cleaned, texts
from kiosk.devices.pdf_page import BESIDE, DOT, INDENT, INK, LEAF, QUIET, TEXT, PdfPages
from kiosk.devices.transliteration import NOT_PRINTED
from kiosk.entry import blocks
from kiosk.entry.handout import signs
from kiosk.entry.my_page import MyPageOf
from kiosk.entry.opened import Opened
from kiosk.language import COMMA, SOURCE, in_use, joined, language_or_english, speaking
from kiosk.language import words as _

MY_PAGE = _("My page")
LETTERS = _(
    "Some letters cannot be shown here, and are spelled with others or left out. Markdown keeps them."
)
_LARGE = 11.5
"""Letters of My page, in points."""
_TREE = 48
"""mm that the tree is wide."""
_OUTLINE = 80
"""Characters of a heading in the outline."""


class _Fit(NamedTuple):
    """How My page is set: how small, how many of each part, in how many lines each text."""

    scale: float = 1
    items: int = 100
    lines: int = 4
    columns: int = 2
    """Of short strengths; 0 where they stand one after another in a text."""


_SMALL = 0.78
_WHOLE = 4
"""With so many of them all is there, only smaller."""
FITS = (
    *(_Fit(scale) for scale in (1, 0.94, 0.88, 0.82)),
    *(_Fit(scale, 100, 3, 3) for scale in (0.82, _SMALL)),
    *(_Fit(_SMALL, items, 2, 0) for items in (100, 80, 60, 50, 40, 32, 26, 20, 15, 10, 7, 5)),
    *(_Fit(_SMALL, items, 1, 3) for items in (7, 5, 4, 3, 2, 1)),
)
"""What is tried until My page fits on one page, each smaller than the one before; the last always does."""


def pdf_of(
    opened: Opened,
    made: datetime,
    venue: str,
    *,
    answers: bool = True,
    theirs: bool = False,
    more: Sequence[tuple[str, Iterable[str]]] = (),
) -> bytes:
    """Return an entry as a PDF. `made` stands in it as its date, and `venue` where the entry names no other.

    Without `answers` it is for the customer to take along, and ends after the plan. That is as they read it
    and in the language of what they answered, and so is all that is `theirs`. `more` are lists with their
    headings, which come last.
    """
    if theirs or not answers:
        with speaking(language_or_english(opened.language or SOURCE)):
            how = blocks.Telling(on_paper=True, own=not answers, theirs=True, states=blocks.CUSTOMER_STATES)
            return _pdf_of(opened.as_seen, made, venue, how, answers=answers, more=more)
    return _pdf_of(opened, made, venue, blocks.Telling(on_paper=True), more=more)


def _pdf_of(
    opened: Opened,
    made: datetime,
    venue: str,
    how: blocks.Telling,
    *,
    answers: bool = True,
    more: Sequence[tuple[str, Iterable[str]]],
) -> bytes:
    opened = cleaned(opened)
    name = blocks.line(opened.row.name)
    parts = {part.kind: part for part in blocks.parts_of(opened.pages, how)}
    mine = parts.pop("my page", blocks.Part("my page", MY_PAGE, ()))
    with _sheet(opened.venue or venue, name, made) as sheet:
        notices = list(blocks.about(opened, how))
        if not all(map(sheet.shows, texts(opened))):
            notices.append(blocks.Told(LETTERS))
        _first_page(sheet, name, notices, mine.blocks)
        shown = [part for part in parts.values() if answers or part.kind == "plan"]
        if shown or more:
            sheet.begin()
        for part in shown:
            _part(sheet, part)
        for title, listed in more:
            _title(sheet, title)
            set_block(sheet, blocks.Items(tuple(listed)))
        return sheet.pdf(name, _language_of(opened), made)


def _language_of(opened: Opened) -> str:
    """Return the language of most of the words; empty where there are no answers."""
    newest = opened.newest
    return "" if newest is None else in_use().tag if newest.seen_title else newest.language


def my_page_pdf(name: str, mine: MyPageOf, made: datetime, venue: str) -> bytes:
    """Return My page alone, as a customer prints it: the first page of an entry's PDF."""
    with _sheet(venue, name, made) as sheet:
        how = blocks.Telling(on_paper=True)
        about = (blocks.Told(blocks.named(mine)),)
        _first_page(sheet, name, about, list(blocks.my_page_blocks(mine, how)))
        return sheet.pdf(name, "", made)


def _sheet(venue: str, name: str, made: datetime) -> PdfPages:
    made_on = _("Made on {day}").format(day=on_day(made))
    return PdfPages(joined(venue, made_on, between=f" {DOT} "), name)


# -- the first page


def _first_page(
    sheet: PdfPages, name: str, notices: Iterable[blocks.Told], shown: Sequence[blocks.Block]
) -> None:
    trial = sheet.trial()

    def fits(fit: _Fit) -> bool:
        _my_page(trial, fit, name, notices, shown)
        return trial.fits

    whole = next(filter(fits, FITS[:_WHOLE]), None)
    fit = whole or FITS[bisect_left(FITS, True, _WHOLE, len(FITS) - 1, key=fits)]
    _my_page(sheet, fit, name, notices, shown)


def _my_page(
    sheet: PdfPages, fit: _Fit, name: str, notices: Iterable[blocks.Told], shown: Sequence[blocks.Block]
) -> None:
    sheet.begin(fit.scale)
    sheet.mark(MY_PAGE, 0)
    top = sheet.y
    sheet.text(MY_PAGE, _LARGE, colour=LEAF, bold=True)
    sheet.text(name, 28, bold=True, most=1)
    for told in notices:
        _told(sheet, told, most=3)
    sheet.gap(4)
    sheet.rule()
    for _kind, some in groupby(shown, type):
        group = list(some)
        for block in group[: fit.items]:
            set_to_fit(sheet, block, fit)
        _rest(sheet, len(group) - fit.items)
    sheet.frame(top)


def set_to_fit(sheet: PdfPages, block: blocks.Block, fit: _Fit) -> None:
    """Set a block of My page."""
    match block:
        case blocks.Told():
            sheet.gap(6)
            sheet.text(block.text, _LARGE)
        case blocks.Heading():
            sheet.gap(7)
            sheet.text(block.text, 14, colour=LEAF, bold=True)
            sheet.gap(1.5)
        case blocks.Items():
            texts = _readable(sheet, block.texts[: fit.items])
            if fit.columns:
                sheet.columns(texts, _LARGE, columns=fit.columns, most=fit.lines)
            else:
                sheet.text(joined(*texts, between=f" {DOT} "), TEXT - 0.5)
            _rest(sheet, len(block.texts) - fit.items)
        case blocks.Ratings():
            for rating in block.ratings[: fit.items]:
                sheet.bar(rating.bar, _LARGE, most=min(fit.lines, 2))
                sheet.gap(1)
            _rest(sheet, len(block.ratings) - fit.items)
        case blocks.Said():
            _own_words(sheet, block, fit.lines)
        case _:
            set_block(sheet, block)


def _own_words(sheet: PdfPages, own: blocks.Said, most: int) -> None:
    """Set what a customer said beside its label, which stands where those of the bars do."""
    top = sheet.y
    sheet.text(own.label, _LARGE, bold=True, width=BESIDE - INDENT, most=2)
    below, sheet.y = sheet.y, top
    for words in _whole(sheet, own.lines):
        sheet.text(words, _LARGE, left=BESIDE, most=most)
    sheet.y = max(below, sheet.y)
    sheet.gap(1)


def _strengths(sheet: PdfPages, strengths: blocks.Strengths) -> None:
    """Set the tree, and beside it what stands on top."""
    top = sheet.y
    sheet.tree(strengths.count, _TREE)
    below, sheet.y = sheet.y, top
    left = (_TREE + INDENT) * sheet.scale
    sheet.gap(2 * INDENT)
    sheet.bullets(_readable(sheet, strengths.top), _LARGE, left=left, most=2)
    sheet.text(strengths.told, _LARGE, colour=QUIET, left=left + INDENT * sheet.scale)
    sheet.y = max(below, sheet.y)


def _rest(sheet: PdfPages, count: int) -> None:
    if count > 0:
        more = _("… and {count} more, under All answers").format(count=count)
        sheet.text(more, TEXT - 0.5, colour=QUIET)


def _readable(sheet: PdfPages, texts: Sequence[str]) -> list[str]:
    """Return texts, those that do not read as one sentence that says so."""
    read = list(filter(sheet.reads, texts))
    return read if len(read) == len(texts) else [*read, NOT_PRINTED]


def _whole(sheet: PdfPages, lines: Sequence[str]) -> Sequence[str]:
    """Return the lines of a text; where they do not read together, one sentence that says so."""
    return lines if sheet.reads("\n".join(map(str, lines))) else (NOT_PRINTED,)


# -- the pages after it


def _part(sheet: PdfPages, part: blocks.Part) -> None:
    """Set a part under its title; the agreed plan has room to sign below, on the page with its last step."""
    people = signs()
    signed = sheet.to_sign(people) if part.kind == "plan" else 0
    _title(sheet, part.title)
    for block in part.blocks:
        set_block(sheet, block, follows=signed if block is part.blocks[-1] else 0)
    if signed:
        sheet.keep(signed)
        sheet.sign(people, _("Date"))


def _title(sheet: PdfPages, title: str) -> None:
    sheet.keep(84)
    sheet.gap(12)
    sheet.mark(title, 0)
    sheet.text(title, 19, colour=LEAF, bold=True)


def set_block(sheet: PdfPages, block: blocks.Block, *, follows: float = 0) -> None:
    """Set a block. What follows it within so many mm stays with its end."""
    match block:
        case blocks.Origin():
            sheet.keep(62)
            sheet.gap(6)
            sheet.mark(str(block.text)[:_OUTLINE], 1)
            sheet.text(block.text, TEXT + 0.5, bold=True, colour=LEAF)
        case blocks.Heading():
            _heading(sheet, block.text, block.level)
        case blocks.Told():
            _told(sheet, block)
        case blocks.Items():
            sheet.gap(2)
            sheet.bullets(block.texts)
        case blocks.Strengths():
            _strengths(sheet, block)
        case blocks.Ratings():
            for rating in block.ratings:
                sheet.bar(rating.bar, TEXT, most=2)
        case blocks.Said():
            lines = _whole(sheet, block.lines)
            lines = lines if block.listed else ["\n".join(map(str, lines))]
            _label(sheet, block.label, lines, block.seen)
            if block.listed:
                sheet.bullets(lines, left=INDENT)
            else:
                sheet.text(lines[0], left=INDENT)
        case blocks.Goal():
            _goal(sheet, block, follows)
        case _:
            assert_never(block)


def _told(sheet: PdfPages, told: blocks.Told, most: int = 0) -> None:
    sheet.gap(1)
    size, colour = (_LARGE, INK) if told.strong else (TEXT - 0.5, QUIET)
    sheet.text(told.text, size, bold=told.strong, colour=colour, most=most)


def _heading(sheet: PdfPages, text: str, level: int) -> None:
    sheet.keep(50)
    sheet.gap(7)
    sheet.mark(str(text)[:_OUTLINE], level)
    sheet.text(text, 13.5, bold=True)


def _label(sheet: PdfPages, label: str, under: Sequence[str], seen: str = "") -> None:
    """Set what stands over an answer or a note, on one page with the beginning of that."""
    over = [label, *filter(None, (seen,))]
    sheet.keep(4 + sheet.together(over) + sheet.together(under, INDENT))
    sheet.gap(3.5)
    sheet.text(label, bold=True)
    if seen:
        sheet.text(seen, TEXT - 0.5, colour=QUIET)
    sheet.gap(0.5)


def _goal(sheet: PdfPages, goal: blocks.Goal, follows: float) -> None:
    _heading(sheet, goal.want, 2)
    sheet.gap(1.5)
    for place, step in enumerate(goal.steps, 1):
        around = joined(*step.around, between=COMMA)
        sheet.step(step.text, around, done=step.done, follows=follows if place == len(goal.steps) else 0)
        sheet.gap(2)
