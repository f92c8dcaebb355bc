"""The handout for staff who practise: how to, and the cards, on two pages of A4."""

from datetime import datetime

from kiosk.dates import on_day
from kiosk.desk.training import THEIRS, Training
from kiosk.devices.pdf_page import DOT, LEAF, QUIET, PdfPages

_TITLE, _LARGE, _CARD = 24, 13, 10.5
"""Letters, in points."""
_SCALES = (1.0, 0.8, 0.64)
"""What is tried until the cards fit on one page; the longest that are let through fit with the last."""
_SOMEBODY = "the customer"


def handout_pdf(training: Training, made: datetime) -> bytes:
    """Return the handout as a PDF of two pages."""
    with PdfPages(f"Version {training.version} {DOT} Printed on {on_day(made)}") as sheet:
        sheet.begin()
        sheet.text(training.title, _TITLE, bold=True)
        sheet.text("For staff and customers who practise with the kiosk", _LARGE, colour=QUIET)
        for line in training.handout:
            sheet.gap(5)
            sheet.bullets([line], _LARGE)
        trial = sheet.trial()
        for scale in _SCALES:
            _cards(trial, training, scale)
            if trial.fits:
                break
        _cards(sheet, training, scale)
        return sheet.pdf(training.title, "en", made)


def _cards(sheet: PdfPages, training: Training, scale: float) -> None:
    sheet.begin(scale)
    sheet.text("The cards", _TITLE - 6, bold=True)
    for number, card in enumerate(training.cards, 1):
        sheet.gap(4)
        sheet.text(f"{number}. {_on_paper(card.title)}", _CARD + 1.5, bold=True, colour=LEAF)
        sheet.text(_on_paper(card.tells), _CARD)
        sheet.text(f"Afterwards: {_on_paper(card.afterwards)}", _CARD, colour=QUIET)


def _on_paper(text: str) -> str:
    """Return a text without a name, which each practice draws anew."""
    said = text.replace(THEIRS, _SOMEBODY)
    for end in (". ", "? ", "! "):
        said = said.replace(f"{end}{_SOMEBODY}", f"{end}{_SOMEBODY.capitalize()}")
    return said[:1].upper() + said[1:]
