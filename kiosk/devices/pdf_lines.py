"""Texts in lines: how wide they are, where they break, and how one is set.

Lengths are in mm, and letters those that the document is set in when it is asked.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, cast

from kiosk.devices import joined_letters
from kiosk.devices.joined_letters import Piece
from kiosk.devices.pdf_letters import draw_joined
from kiosk.devices.transliteration import spelled
from kiosk.rtl import Direction

if TYPE_CHECKING:
    from fpdf import FPDF
    from fpdf.fonts import TTFFont

_LINE_LONGEST = 300
"""No line has so many characters, however narrow they are."""


class PdfLines:
    """The lines of a document whose texts run in a direction, from its left edge to the right or back."""

    def __init__(self, pdf: "FPDF", base: Direction, known: "PdfLines | None" = None) -> None:
        """Begin to measure, or go on where another document in the same letters has `known` some."""
        self._pdf = pdf
        self._base = base
        self._known = cast("TTFFont", pdf.current_font).cmap
        self._split: dict[tuple[str | float, ...], list[str]] = known._split if known else {}
        """The lines of texts that were measured before, which takes most of the time."""
        self._wide: dict[tuple[str, str], float] = known._wide if known else {}
        """How wide a word is whose letters join, in a style and at one point."""

    def has(self, character: str) -> bool:
        """Tell whether there is a letter for a character."""
        return (ord(character) in self._known and character.isprintable()) or joined_letters.has(character)

    def spelled(self, text: str) -> str:
        """Return a text in letters that there are."""
        return spelled(str(text), self.has)

    def led(self, line: str) -> str:
        """Return a line led so that it is read in its own direction."""
        return joined_letters.led(line, joined_letters.direction(line, self._base), self._base)

    def of(self, text: str, width: float, most: int) -> list[str]:
        """Return a text in the lines it takes; where there are more than `most`, the last ends with "…"."""
        pdf, text = self._pdf, str(text)
        asked = (text, width, most, pdf.font_family, pdf.font_style, pdf.font_size_pt)
        if asked not in self._split:
            spelled = self.spelled(text)
            lines = self.cut(spelled, width, most) if most else self._broken(spelled, width) or [" "]
            self._split[asked] = lines
        return self._split[asked]

    def cut(self, text: str, width: float, most: int) -> list[str]:
        """Return a text in lines of a width, the last of them with an ellipsis where there were more."""
        some = text[: most * _LINE_LONGEST + 1]  # measuring letters takes its time
        lines = self._broken(some, width)
        if len(lines) <= most:
            return lines
        last = lines[most - 1].rstrip(" ,.;:،؛")
        while last and self._across(last + "…") > width:
            last = last[:-1].rstrip(" ,.;:،؛")
        return [*lines[: most - 1], last + "…"]

    def width(self, text: str) -> float:
        """Return how wide a text is in one line."""
        return self._across(self.spelled(str(text)[:_LINE_LONGEST]))

    def side(self, line: str) -> Direction:
        """Return from where a line begins."""
        return "R" if self._base == "R" else joined_letters.direction(line, "L")

    def draw(self, line: str, x: float, width: float, height: float, *, centred: bool = False) -> None:
        """Set a line, beside or between its ends."""
        align: Literal["L", "R", "C"] = "C" if centred else self.side(line)
        self._pdf.set_x(x)
        if not joined_letters.is_set_in_pieces(line):
            self._pdf.cell(width, height, line, align=align)
            return
        found = self._pieces(line)
        widths = list(map(self._wide_of, found))
        room = width - sum(widths)
        x += room if align == "R" else room / 2 if align == "C" else 0
        for piece, wide in zip(found, widths, strict=True):
            self._pdf.set_x(x)
            if piece.joins:
                draw_joined(self._pdf, piece, self._pdf.x, self._pdf.get_y() + height / 2)
            else:
                self._pdf.cell(wide, height, piece.text)
            x += wide

    def _broken(self, text: str, width: float) -> list[str]:
        if self._base == "L" and not joined_letters.is_set_in_pieces(text):
            if text.isprintable() and 0 < self._pdf.get_string_width(text) < width:
                return [text]  # at a tenth of the time that breaking it takes
            split = self._pdf.multi_cell(width, 1, text, align="L", dry_run=True, output="LINES")
            return cast("list[str]", split)
        return [line for paragraph in text.split("\n") for line in self._paragraph(paragraph, width)]

    def _paragraph(self, text: str, width: float) -> Iterator[str]:
        """Yield the lines of a paragraph, each led so that it is read in the direction of the whole."""
        base, space = joined_letters.direction(text, self._base), self._across(" ")
        end = -space
        words, begins = list[str](), list[bool]()
        for word in text.split(" "):
            for part in self._parts(word, width):
                wide = self._across(part)
                begins.append(end + space + wide > width or part != word)
                end = wide if begins[-1] else end + space + wide
                words.append(part)
        for line in joined_letters.lines_of(words, begins):
            yield joined_letters.led(line, base, self._base)

    def _parts(self, word: str, width: float) -> list[str]:
        """Return a word, in parts where it is wider than a line."""
        if self._across(word) <= width or len(word) < 2:
            return [word]
        parts = [""]
        for sign in word:
            if parts[-1] and self._across(parts[-1] + sign) > width:
                parts.append("")
            parts[-1] += sign
        return parts

    def _across(self, line: str) -> float:
        """Return how wide a line is, in the letters that are set now."""
        if not joined_letters.is_set_in_pieces(line):
            return self._pdf.get_string_width(line)
        asked = line, self._pdf.font_style
        if asked not in self._wide:
            self._wide[asked] = sum(map(self._wide_of, self._pieces(line))) / self._pdf.font_size_pt
        return self._wide[asked] * self._pdf.font_size_pt

    def _wide_of(self, piece: Piece) -> float:
        if not piece.joins:
            return self._pdf.get_string_width(piece.text)
        file = joined_letters.font_file(bold=self._pdf.font_style == "B")
        return self._pdf.font_size * sum(sign.wide for sign in joined_letters.shaped(piece, file))

    def _pieces(self, line: str) -> list[Piece]:
        return joined_letters.pieces(line, joined_letters.direction(line, self._base))
