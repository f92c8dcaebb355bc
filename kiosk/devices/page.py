"""A slip as a page: a PDF of A6 or A4, made in memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from kiosk.devices.fonts import FAMILY, add_letters
from kiosk.devices.letters import spelled_slip
from kiosk.devices.qr_image import qr_image
from kiosk.entry.slip import Bar, Block, Bullet, Code, Gap, Quiet, Slip, Strong, Title

_DOTS = 10
"""Of the QR code's image for each module."""


@dataclass(frozen=True)
class Paper:
    """A size of paper, and what fits it. Lengths in mm, letters in points."""

    width: float
    height: float
    margin: float
    """Most printers leave some 4 mm white."""
    letters: float
    qr: float
    """The side of the QR code, quiet zone and all."""


PAPERS = {
    "A6": Paper(width=105, height=148, margin=9, letters=10, qr=42),
    "A4": Paper(width=210, height=297, margin=22, letters=13, qr=52),
}


def pdf_of(slip: Slip, paper: str) -> bytes:
    """Return a slip as a PDF with its font in it. `paper` is one of `PAPERS`."""
    sheet = _Sheet(PAPERS[paper])
    blocks = spelled_slip(slip, sheet.has).blocks
    for place, block in enumerate(blocks):
        if isinstance(block, Bullet):
            sheet.keep(_together(blocks, place))
        sheet.add(block)
    return sheet.pdf()


def _together(blocks: Sequence[Block], place: int) -> int:
    """Return how many lines stay together from one of a list on: neither end of it is alone on a page."""
    is_first = place == 0 or not isinstance(blocks[place - 1], Bullet)
    left = len(list(takewhile(lambda block: isinstance(block, Bullet), blocks[place:])))
    if is_first:
        return left if left <= 3 else 2
    return 2 if left == 2 else 1


class _Sheet:
    """Sets blocks one under another."""

    def __init__(self, paper: Paper) -> None:
        from fpdf import FPDF

        self._paper = paper
        self._pdf = FPDF(unit="mm", format=(paper.width, paper.height))
        self._pdf.set_margin(paper.margin)
        self._pdf.c_margin = 0
        self._pdf.set_auto_page_break(auto=True, margin=paper.margin)
        self._pdf.alias_nb_pages(None)  # type: ignore[arg-type]  # None turns it off, as its docstring says
        self.has = add_letters(self._pdf)
        self._pdf.set_title("Kiosk")
        self._pdf.add_page()

    def add(self, block: Block) -> None:
        """Set one block."""
        letters = self._paper.letters
        match block:
            case Gap():
                self._pdf.ln(self._height(letters) / 2)
            case Code():
                self._code(block)
            case Bar():
                self._bar(block)
            case Bullet(text):
                self._bullet(text)
            case Title(text):
                self.keep(3)
                self._text(text, letters * 1.5, bold=True)
            case Strong(text):
                self.keep(4.2)  # it heads a list
                self._text(text, letters * 1.1, bold=True)
            case Quiet(text):
                self.keep(3)
                self._text(text, letters * 0.9)
            case _:
                self._text(block.text, letters)

    def keep(self, lines: float) -> None:
        """Begin a new page where so many lines do not fit on this one."""
        self._keep(lines * self._height(self._paper.letters))

    def pdf(self) -> bytes:
        """Return what was set."""
        return bytes(self._pdf.output())

    def _text(
        self, text: str, letters: float, *, bold: bool = False, indent: float = 0, align: str = "L"
    ) -> None:
        self._pdf.set_font(FAMILY, "B" if bold else "", letters)
        self._pdf.set_x(self._pdf.l_margin + indent)
        self._pdf.multi_cell(
            0, self._height(letters), text or " ", align=align, new_x="LMARGIN", new_y="NEXT"
        )

    def _code(self, block: Code) -> None:
        """Set the QR code and its letters, together on one page."""
        paper, large = self._paper, self._paper.letters * 1.6
        self._keep(paper.qr + self._height(large))
        image = qr_image(block.handle, _DOTS).convert("L")
        self._pdf.image(image, x=(paper.width - paper.qr) / 2, w=paper.qr, h=paper.qr)
        self._text(str(block.handle), large, bold=True, align="C")

    def _bar(self, block: Bar) -> None:
        """Set a rating: its label, a row of cells, and the word for it."""
        letters = self._paper.letters
        line, gap = self._height(letters), 0.6
        self._keep(3 * line)
        self._text(block.label, letters)
        filled, cells = block.cells
        side, top = line * 0.6, self._pdf.get_y() + line * 0.2
        for cell in range(cells):
            left = self._pdf.l_margin + cell * (side + gap)
            self._pdf.rect(left, top, side, side, style="DF" if cell < filled else "D")
        self._text(block.word, letters, bold=True, indent=cells * (side + gap) + 4 * gap)

    def _bullet(self, text: str) -> None:
        """Set one of a list, its lines under each other and its dot before them."""
        letters = self._paper.letters
        self._pdf.set_font(FAMILY, "", letters)
        self._pdf.cell(0, self._height(letters), "\N{BULLET}")
        self._text(text, letters, indent=letters * 0.3)

    def _keep(self, height: float) -> None:
        """Begin a new page where so much does not fit on this one: it belongs together."""
        if self._pdf.will_page_break(height):
            self._pdf.add_page()

    @staticmethod
    def _height(letters: float) -> float:
        """Return the height of a line in mm: 1.35 times its letters, which are in points of 1/72 inch."""
        return letters * 1.35 * 25.4 / 72
