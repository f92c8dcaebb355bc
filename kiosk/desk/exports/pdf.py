"""An entry as a PDF: My page on a page of its own, then the plan, the answers, and what came before."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

from kiosk.dates import on_day
from kiosk.desk.exports import blocks
from kiosk.desk.exports.pdf_page import DOT, INDENT, LEAF, QUIET, TEXT, PdfPages
from kiosk.devices.letters import NOT_PRINTED
from kiosk.entry.my_page import MyPageOf, OwnWords, Rating, my_page_of
from kiosk.entry.opened import Opened
from kiosk.entry.pages import Answered, Reflection
from kiosk.entry.slip import Bar
from kiosk.entry.staff_pages import Plan

LISTED = ("cards", "choice", "lines")
"""Kinds of questions whose answers are lists."""
_LARGE = 11.5
"""Letters of My page, in points."""
_OUTLINE = 80
"""Characters of a heading in the outline."""


class _Fit(NamedTuple):
    """How My page is set: how small, how many of each part, in how many lines each text."""

    scale: float = 1
    items: int = 100
    lines: int = 4
    columns: int = 2
    """Of short strengths."""


_SMALL = 0.78
_FITS = (
    *(_Fit(scale) for scale in (1, 0.94, 0.88, 0.82)),
    *(_Fit(scale, 100, 3, 3) for scale in (0.82, _SMALL)),
    *(_Fit(_SMALL, items, 2, 3) for items in (100, 80, 60, 50, 40, 32, 26, 20, 15, 10, 7, 5)),
    *(_Fit(_SMALL, items, 1, 3) for items in (7, 5, 4, 3, 2, 1)),
)
"""What is tried, one after another, until My page fits on one page; the last always does."""


def pdf_of(
    opened: Opened,
    zone: tzinfo | None,
    made: datetime,
    venue: str,
    *,
    answers: bool = True,
    more: Iterable[tuple[str, Iterable[str]]] = (),
) -> bytes:
    """Return an entry as a PDF. `zone` is the time zone of its days; `made` stands in it as its date.

    Without `answers` it ends after the plan. `more` are lists with their headings, which come last.
    """
    opened = blocks.cleaned(opened)
    newest, name = opened.newest, blocks.line(opened.row.name)
    with PdfPages(flow=False) as trial:
        notices = tuple(_notices(trial, opened))

        def first(sheet: PdfPages, fit: _Fit) -> None:
            _first_page(sheet, opened, zone, fit, notices)

        fit = _fitting(trial, first)
    with _sheet(venue, name, zone, made) as sheet:
        first(sheet, fit)
        if opened.plan is not None or answers:
            sheet.begin()
        if opened.plan is not None:
            _part(sheet, blocks.PLAN)
            _plan(sheet, opened.plan, zone, sign=True)
        if answers:
            if newest is not None:
                _part(sheet, blocks.ANSWERS)
                _reflection(sheet, newest)
            _added(sheet, opened, zone)
            _before(sheet, blocks.before(opened), zone)
        for title, listed in more:
            _part(sheet, title)
            sheet.gap(2)
            sheet.bullets(listed)
        return sheet.pdf(name, newest.language if newest else "", made)


def my_page_pdf(name: str, mine: MyPageOf, zone: tzinfo | None, made: datetime, venue: str) -> bytes:
    """Return My page alone, as a customer prints it: the first page of an entry's PDF."""

    def first(sheet: PdfPages, fit: _Fit) -> None:
        _top(sheet, name, fit, (), (), talk=False)
        _my_page(sheet, mine, fit, blocks.NOTHING_YET)

    with PdfPages(flow=False) as trial:
        fit = _fitting(trial, first)
    with _sheet(venue, name, zone, made) as sheet:
        first(sheet, fit)
        return sheet.pdf(name, "", made)


def _sheet(venue: str, name: str, zone: tzinfo | None, made: datetime) -> PdfPages:
    return PdfPages(f"{venue} {DOT} Made on {on_day(made, zone)}", name)


# -- the first page


def _notices(sheet: PdfPages, opened: Opened) -> Iterator[str]:
    """Yield what of the entry is not in the document, or not as it is."""
    yield from opened.doubts
    if not all(map(sheet.shows, blocks.texts(opened))):
        yield blocks.LETTERS


def _fitting(trial: PdfPages, set_page: Callable[[PdfPages, _Fit], None]) -> _Fit:
    """Return the first way to set My page that fits on one page."""
    for fit in _FITS:
        set_page(trial, fit)
        if trial.fits:
            break
    return fit


def _first_page(
    sheet: PdfPages, opened: Opened, zone: tzinfo | None, fit: _Fit, notices: tuple[str, ...]
) -> None:
    newest = opened.newest
    about = [blocks.origin(newest, zone)] if newest else []
    _top(sheet, blocks.line(opened.row.name), fit, about, notices, talk=opened.asked_to_talk)
    if newest is not None:
        _my_page(sheet, my_page_of(newest), fit, blocks.nothing_in(newest))


def _top(
    sheet: PdfPages, name: str, fit: _Fit, about: Iterable[str], notices: Iterable[str], *, talk: bool
) -> None:
    """Set what stands over My page."""
    sheet.begin(fit.scale)
    sheet.mark(blocks.MY_PAGE, 0)
    sheet.text(blocks.MY_PAGE, _LARGE, colour=LEAF, bold=True)
    sheet.text(name, 28, bold=True, most=1)
    for sentence in about:
        sheet.text(sentence, TEXT - 0.5, colour=QUIET, most=2)
    if talk:
        sheet.gap(2)
        sheet.text(blocks.TALK, _LARGE, bold=True)
    for sentence in notices:
        sheet.text(sentence, TEXT - 0.5, colour=QUIET)
    sheet.gap(4)
    sheet.rule()


def _my_page(sheet: PdfPages, mine: MyPageOf, fit: _Fit, nothing: str) -> None:
    if mine.is_empty:
        sheet.gap(6)
        sheet.text(nothing, _LARGE)
    if mine.strengths:
        _label(sheet, "strengths")
        sheet.columns(
            _readable(sheet, mine.strengths[: fit.items]), _LARGE, columns=fit.columns, most=fit.lines
        )
        _rest(sheet, len(mine.strengths) - fit.items)
    if mine.ratings:
        _label(sheet, "ratings")
        for rating in mine.ratings[: fit.items]:
            _rating(sheet, rating, min(fit.lines, 2))
            sheet.gap(1)
        _rest(sheet, len(mine.ratings) - fit.items)
    for part, said in (("hopes", mine.hopes), ("steps", mine.steps)):
        if said:
            _label(sheet, part)
            _said(sheet, said, fit)


def _label(sheet: PdfPages, part: str) -> None:
    sheet.gap(7)
    sheet.text(blocks.PARTS[part], 14, colour=LEAF, bold=True)
    sheet.gap(1.5)


def _readable(sheet: PdfPages, texts: Iterable[str]) -> Iterator[str]:
    """Yield texts, those that do not read as one sentence that says so."""
    every = list(texts)
    yield from filter(sheet.reads, every)
    if not all(map(sheet.reads, every)):
        yield NOT_PRINTED


def _rating(sheet: PdfPages, rating: Rating, most: int) -> None:
    label, word = blocks.line(rating.label), blocks.line(rating.word)
    if 1 <= rating.place <= rating.of:
        sheet.bar(Bar(label, rating.place, rating.of, word), _LARGE, most=most)
    else:
        sheet.text(f"{label}: {word}", _LARGE, most=most)


def _said(sheet: PdfPages, answers: tuple[OwnWords, ...], fit: _Fit) -> None:
    for said in answers[: fit.items]:
        sheet.text(blocks.line(said.label), TEXT - 0.5, colour=QUIET, most=1)
        whole = sheet.reads("\n".join(said.words))
        for words in said.words if whole else (NOT_PRINTED,):
            sheet.text(blocks.line(words), _LARGE, most=fit.lines)
        sheet.gap(2)
    _rest(sheet, len(answers) - fit.items)


def _rest(sheet: PdfPages, count: int) -> None:
    """Say how many more there are."""
    if count > 0:
        sheet.text(f"… and {count} more, under All answers", TEXT - 0.5, colour=QUIET)


# -- the pages after it


def _part(sheet: PdfPages, title: str) -> None:
    sheet.keep(70)
    sheet.gap(12)
    sheet.mark(title, 0)
    sheet.text(title, 19, colour=LEAF, bold=True)


def _section(sheet: PdfPages, title: str, level: int = 1) -> None:
    sheet.keep(50)
    sheet.gap(7)
    sheet.mark(title[:_OUTLINE], level)
    sheet.text(title, 13.5, bold=True)


def _origin(sheet: PdfPages, title: str) -> None:
    sheet.keep(40)
    sheet.gap(6)
    sheet.mark(title[:_OUTLINE], 1)
    sheet.text(title, TEXT + 0.5, bold=True, colour=LEAF)


def _plan(sheet: PdfPages, plan: Plan, zone: tzinfo | None, *, sign: bool = False) -> None:
    sheet.text(blocks.agreed(plan, zone), TEXT - 0.5, colour=QUIET)
    last = next((step for goal in reversed(plan.goals) for step in reversed(goal.steps)), None)
    for goal in plan.goals:
        _section(sheet, blocks.line(goal.want))
        sheet.gap(1.5)
        for step in goal.steps:
            signed = sheet.to_sign(blocks.SIGN) if sign and step is last else 0
            sheet.step(blocks.line(step.text), blocks.around(step), done=step.done, follows=signed)
            sheet.gap(2)
    if sign:
        sheet.keep(sheet.to_sign(blocks.SIGN))
        sheet.sign(blocks.SIGN, blocks.SIGN_DAY)


def _reflection(sheet: PdfPages, page: Reflection, level: int = 1) -> None:
    for section in page.sections:
        _section(sheet, blocks.line(section.title, section.id), level)
        for answered in section.answers:
            _answer(sheet, answered)
    if page.private:
        sheet.gap(6)
        sheet.text(blocks.KEPT_BACK, bold=True)


def _answer(sheet: PdfPages, answered: Answered) -> None:
    text = blocks.text_of(answered)
    listed = text.split("\n") if answered.kind in LISTED and sheet.reads(text) else []
    text = text if sheet.reads(text) else NOT_PRINTED
    _heading(sheet, blocks.asked(answered), listed or [text])
    if not text:
        sheet.text(blocks.NOT_ANSWERED, colour=QUIET, left=INDENT)
    elif listed:
        sheet.bullets(listed, left=INDENT)
    else:
        sheet.text(text, left=INDENT)


def _heading(sheet: PdfPages, title: str, under: Sequence[str]) -> None:
    """Set what stands over an answer or a note, on one page with the beginning of that."""
    sheet.keep(4 + sheet.together([title]) + sheet.together(under, INDENT))
    sheet.gap(3.5)
    sheet.text(title, bold=True)
    sheet.gap(0.5)


def _added(sheet: PdfPages, opened: Opened, zone: tzinfo | None) -> None:
    """Set what staff added to an entry, besides the plan that counts."""
    if opened.notes:
        _part(sheet, blocks.NOTES)
    for note in opened.notes:
        text = blocks.trimmed(note.text)
        text = text if sheet.reads(text) else NOT_PRINTED
        _heading(sheet, blocks.wrote(note, zone), [text])
        sheet.text(text, left=INDENT)
    if became := blocks.became(opened, zone):
        _part(sheet, blocks.HISTORY)
        sheet.gap(2)
        sheet.bullets(became)
    if opened.earlier_plans:
        _part(sheet, blocks.PLANS_BEFORE)
    for plan in opened.earlier_plans:
        sheet.keep(40)
        sheet.gap(6)
        _plan(sheet, plan, zone)


def _before(sheet: PdfPages, pages: Iterable[Reflection], zone: tzinfo | None) -> None:
    for place, page in enumerate(pages):
        if place == 0:
            _part(sheet, blocks.BEFORE)
        _origin(sheet, blocks.origin(page, zone))
        _reflection(sheet, page, 2)
