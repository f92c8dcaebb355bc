"""A slip as a page: a PDF of A6 or A4, made in memory."""

from dataclasses import dataclass
from itertools import groupby

from kiosk.devices.paper import Paper
from kiosk.devices.pdf_page import PdfPages
from kiosk.devices.qr_image import qr_image
from kiosk.devices.transliteration import spelled_slip
from kiosk.entry.slip import Bar, Bullet, Code, Gap, Quiet, Rule, Slip, SlipBlock, Strong, Title, Tree

_DOTS = 10
"""Of the QR code's image for each module."""


@dataclass(frozen=True)
class Format:
    """How a slip is set on paper."""

    paper: Paper
    """Most printers leave some 4 mm of it white."""
    letters: float
    """Points."""
    qr: float
    """The side of the QR code in mm, quiet zone and all."""


PAPERS = {
    "A6": Format(Paper(width=105, height=148, side=9, top=9, bottom=9), letters=10, qr=42),
    "A4": Format(Paper(width=210, height=297, side=22, top=22, bottom=22), letters=13, qr=52),
}


def pdf_of(slip: Slip, paper: str) -> bytes:
    """Return a slip as a PDF with its font in it. `paper` is one of `PAPERS`."""
    form = PAPERS[paper]
    with PdfPages(paper=form.paper) as sheet:
        sheet.begin()
        for kind, some in groupby(spelled_slip(slip, sheet.has).blocks, type):
            if kind is Bullet:
                sheet.bullets((block.text for block in some if isinstance(block, Bullet)), form.letters)
            else:
                for block in some:
                    _set(sheet, block, form)
        return sheet.pdf("Kiosk")


def _set(sheet: PdfPages, block: SlipBlock, form: Format) -> None:
    letters, line = form.letters, sheet.line(form.letters)
    match block:
        case Gap():
            sheet.gap(line / 2)
        case Code():
            sheet.keep(form.qr + sheet.line(letters * 1.6))
            sheet.image(qr_image(block.handle.symbols, _DOTS), form.qr)
            sheet.text(str(block.handle), letters * 1.6, bold=True, centred=True)
        case Rule():
            sheet.gap(line / 2)
            sheet.rule()
            sheet.gap(line / 2)
        case Tree():
            sheet.keep(form.qr)
            sheet.tree(block.count, form.qr, centred=True)
        case Bar():
            sheet.bar(block, letters, label=0, drawn=form.qr / 2)
        case Title(text):
            sheet.keep(3 * line)
            sheet.text(text, letters * 1.5, bold=True)
        case Strong(text):
            sheet.keep(4.2 * line)  # it heads a list
            sheet.text(text, letters * 1.1, bold=True)
        case Quiet(text):
            sheet.keep(3 * line)
            sheet.text(text, letters * 0.9)
        case _:
            sheet.text(block.text, letters)
