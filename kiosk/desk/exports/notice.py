"""“You said, we did” on A4 in large letters, for the notice board."""

from collections.abc import Sequence
from datetime import datetime

from kiosk.dates import on_day
from kiosk.devices.pdf_page import DOT, LEAF, QUIET, PdfPages

_TITLE, _LARGE = 26, 16
"""Letters, in points."""


def notice_pdf(said: Sequence[str], venue: str, made: datetime) -> bytes:
    """Return what customers read at Welcome as a PDF: the title with its day, then a paragraph each."""
    (title, *day), *parts = (part.split("\n") for part in said)
    with PdfPages(f"{venue} {DOT} Printed on {on_day(made)}") as sheet:
        sheet.begin()
        sheet.text(title, _TITLE, bold=True)
        for line in (venue, *day):
            sheet.text(line, colour=QUIET)
        for first, *rest in parts:
            sheet.gap(9)
            sheet.keep(4 * sheet.line(_LARGE))
            sheet.text(first, _LARGE, bold=True, colour=LEAF)
            for line in rest:
                sheet.text(line, _LARGE)
        return sheet.pdf(title, "en", made)
