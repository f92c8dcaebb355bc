"""Pages that are set from top to bottom: headings, texts, lists, bars, steps and pictures.

Lengths are in mm, letters in points. The letters, Open Sans, go into each document; so do those of Arabic
writing where it has any (`kiosk.devices.joined_letters`).

A document in a language from right to left is mirrored: `left` is then the distance from the right, and what
stands beside each other begins there.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Self

from kiosk.devices import joined_letters
from kiosk.devices.paper import A4, Paper
from kiosk.devices.pdf_lines import PdfLines
from kiosk.devices.pdf_tree import draw_tree
from kiosk.devices.transliteration import not_printed, shows_all, spelled_whole
from kiosk.entry.slip import Bar
from kiosk.language import in_use, joined
from kiosk.language import words as _
from kiosk.rtl import Direction, isolated

if TYPE_CHECKING:
    from PIL.Image import Image

FAMILY = "Open Sans"
_FILES = {"": "OpenSans-Regular.ttf", "B": "OpenSans-Bold.ttf"}
"""A style, as fpdf2 names it, to its file."""
DOT = "\N{MIDDLE DOT}"
_SIGN = 19
"""High, for one person to sign."""
FOOTER = 13
"""Its last line, from the lower edge."""
TEXT = 10.5
"""Letters of a text."""
INDENT = 5
BESIDE = 62
"""Before what stands beside its label, with the label."""
FRAME = 5
"""Between a frame and what is in it."""
RULED = 11
"""Between lines that are written on by hand."""

Colour = tuple[int, int, int]
INK: Colour = (31, 42, 44)
QUIET: Colour = (70, 81, 85)
LEAF: Colour = (11, 79, 74)
EDGE: Colour = (168, 178, 175)

_BOX = 0.28
"""The side of a box to tick in mm, for each point of the letters beside it."""
_TOGETHER = 3
"""So many lines of a list or a text stand on one page; of more, no fewer than two stand alone on either."""
_ROUNDING = 1e-6
_PAGES = "\ue000\ue001" * 3
"""Stands for the number of pages, in characters that no text holds once it is cleaned."""
_LANGUAGE_LONGEST = 60


@cache
def font_file(*, bold: bool = False) -> str:
    """Return where the letters are."""
    return str(files("ttf_opensans") / "ttf" / _FILES["B" if bold else ""])


class PdfPages:
    """Sets what comes one under another. Use it in a `with`.

    The lines of `footer` stand at the foot of every page, in letters of `foot` points, the last of them
    before its number. `scale` makes everything smaller. Where it does not `flow`, all goes onto one page, and
    `fits` tells whether there was room for it. Where that is all one asks, it is a `trial` of other pages.
    """

    def __init__(
        self,
        *footer: str,
        paper: Paper = A4,
        flow: bool = True,
        foot: float = 8.5,
        tries: "PdfPages | None" = None,
    ) -> None:
        from fpdf import FPDF

        self.scale = 1.0
        self._footer = footer
        self._foot = foot
        self._flow = flow
        self._drawn = tries is None
        self._paper = paper
        self._base: Direction = "R" if in_use().is_rtl else "L"
        """The direction of the document."""
        self._pdf = FPDF(unit="mm", format=(paper.width, paper.height))
        self._pdf.set_margins(paper.side, paper.top, paper.side)
        self._pdf.c_margin = 0
        self._pdf.set_auto_page_break(auto=flow, margin=paper.bottom)
        self._pdf.alias_nb_pages(_PAGES)
        if tries is None:
            for style in _FILES:
                self._pdf.add_font(FAMILY, style, font_file(bold=style == "B"))
        else:
            self._pdf.fonts.update(tries._pdf.fonts)
        self._pdf.set_font(FAMILY)
        self._lines: PdfLines = PdfLines(self._pdf, self._base, tries._lines if tries else None)
        if self._base == "L":
            self._pdf.footer = self._set_footer  # type: ignore[method-assign]  # fpdf2 calls it at each page's end

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Close the files of the letters, also where no document was made."""
        from fpdf.fonts import TTFFont

        for font in self._pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.close()

    def trial(self) -> "PdfPages":
        """Return a page of these letters, on which nothing is drawn, to try what fits on one."""
        return PdfPages(flow=False, tries=self)

    def begin(self, scale: float = 1.0) -> None:
        """Begin a page."""
        self.scale = scale
        self._pdf.add_page()

    @property
    def fits(self) -> bool:
        """Whether the page has room for all that was set on it."""
        return self.y <= self._paper.end

    def has(self, character: str) -> bool:
        """Tell whether there is a letter for a character."""
        return self._lines.has(character)

    def shows(self, text: str) -> bool:
        """Tell whether each character of a text is shown as it is."""
        return shows_all(str(text), self.has)

    def reads(self, text: str) -> bool:
        """Tell whether a whole text reads, if spelled with other letters."""
        return spelled_whole(str(text), self.has) != not_printed(self.has)

    def pdf(self, title: str, language: str = "", made: datetime | None = None) -> bytes:
        """Return the document. Its date is `made`, or now."""
        from fpdf.prefs import ViewerPreferences

        if self._base == "R":
            self._set_footers()
        self._pdf.set_title(joined_letters.seen(str(title)))
        if language.replace("-", "").isalnum() and language.isascii() and len(language) <= _LANGUAGE_LONGEST:
            self._pdf.set_lang(language)
        self._pdf.set_producer("Strengths kiosk")
        if made:
            self._pdf.set_creation_date(made)
        self._pdf.viewer_preferences = ViewerPreferences(display_doc_title=True)
        return bytes(self._pdf.output())

    def gap(self, height: float) -> None:
        """Leave room, except at the top of a page."""
        if self.y > self._paper.top:
            self._pdf.ln(height * self.scale)

    def rule(self) -> None:
        """Draw a line across."""
        self._pen(EDGE, 0.2)
        self._pdf.line(self._paper.side, self.y, self._paper.width - self._paper.side, self.y)

    def mark(self, title: str, level: int) -> None:
        """Enter what comes next into the document's outline."""
        self._pdf.start_section(joined_letters.seen(str(title)), level=level, strict=False)

    def keep(self, height: float) -> None:
        """Begin a new page where so much does not fit on this one: it belongs together."""
        if self._pdf.will_page_break(height * self.scale):
            self._pdf.add_page()

    def text(
        self,
        text: str,
        letters: float = TEXT,
        *,
        bold: bool = False,
        colour: Colour = INK,
        left: float = 0,
        width: float = 0,
        most: int = 0,
        centred: bool = False,
        family: str = FAMILY,
    ) -> None:
        """Set a text from `left` on, `width` wide; where it has more than `most` lines it ends with "…"."""
        width = width or self._paper.across - left
        self._letters(letters, bold=bold, colour=colour, family=family)
        if self._flow or self.fits:  # else there is nothing more to find out
            self._set(self._lines.of(text, width, most), letters, left, width, centred=centred)

    def image(self, image: "Image", side: float) -> None:
        """Set a square picture in the middle."""
        self.keep(side)
        self._pdf.image(image.convert("L"), x=(self._paper.width - side) / 2, w=side, h=side)

    @property
    def y(self) -> float:
        """Where what comes next is set, from the upper edge."""
        return self._pdf.get_y()

    @y.setter
    def y(self, y: float) -> None:
        self._pdf.set_y(y)

    def tree(self, count: int, wide: float, *, centred: bool = False) -> None:
        """Draw a tree with a leaf for each of so many strengths."""
        wide *= self.scale
        left = self._x((self._paper.across - wide) / 2 if centred else 0, wide)
        self.y = draw_tree(self._pdf, count, left, self.y, wide, wood=INK, leaves=LEAF)

    def frame(self, top: float) -> None:
        """Draw a frame around what was set since `top`."""
        self._pen(LEAF, 0.4)
        wide, high = self._paper.across + 2 * FRAME, self.y - top + 2 * FRAME
        self._box(self._paper.side - FRAME, top - FRAME, wide, high, corner=2)

    def bullets(self, texts: Iterable[str], letters: float = TEXT, *, left: float = 0, most: int = 0) -> None:
        """Set a list."""
        self._letters(letters)
        width = self._paper.across - left
        every: Iterable[list[str]] = (self._lines.of(text, self._beside(width), most) for text in texts)
        every = list(every) if self._flow else every
        rest = sum(map(len, every)) if self._flow else 0
        for place, lines in enumerate(every):
            rest -= len(lines)
            # What comes next stays with this where it is the list's last line, or this its first.
            short = not place and len(lines) + rest <= _TOGETHER
            self._bullet(lines, letters, left, width, after=rest if short or rest == 1 else int(not place))
            if not (self._flow or self.fits):
                return

    def together(self, texts: Sequence[str], left: float = 0, letters: float = TEXT) -> float:
        """Return how high that is of a list, or of one text, which stands on one page with its heading."""
        self._letters(letters)
        width = self._paper.across - left - 2 * INDENT
        count = sum(len(self._lines.of(text, width, _TOGETHER + 1)) for text in texts[: _TOGETHER + 1])
        return self.line(letters) * (count if count <= _TOGETHER else 2)

    def columns(self, texts: Iterable[str], letters: float, *, columns: int, most: int) -> None:
        """Set a list in columns of what is short enough, row by row, and the longer ones after that."""
        wide = self._paper.across / columns
        self._letters(letters)
        room = wide - 1.5 * INDENT * self.scale
        every = list(texts)
        short = [text for text in every if self._lines.width(text) <= room]
        for start in range(0, len(short), columns):
            top = self.y
            for place, text in enumerate(short[start : start + columns]):
                self.y = top
                self._bullet([self._lines.led(self._lines.spelled(text))], letters, place * wide, wide)
        self.bullets((text for text in every if text not in short), letters, most=most)

    def bar(
        self, bar: Bar, letters: float, *, most: int = 0, label: float = BESIDE, drawn: float = 46
    ) -> None:
        """Set a rating: its label, a bar of cells `drawn` wide, and its word, all beside each other.

        Where the label has no width of its own, it stands above.
        """
        gap, line = 1.0, self.line(letters)
        self.keep(0 if label else 3 * line)
        top = self.y
        self.text(bar.label, letters, width=label and label - 4, most=most)
        if not label:
            self.keep(line)
            top = self.y
        below = self.y
        filled, cells = bar.cells
        side = (drawn - gap * (cells - 1)) / cells
        self._pen(LEAF, 0.25)
        self._pdf.set_fill_color(*LEAF)
        for cell in range(cells):
            left = self._x(label + cell * (side + gap), side)
            self._box(left, top + line * 0.26, side, line * 0.48, corner=0.8, filled=cell < filled)
        self.y = top
        self.text(bar.word, letters, bold=True, left=label + drawn + 5, most=most)
        self.y = max(below, self.y)

    def step(self, text: str, around: str, *, done: bool, follows: float = 0) -> None:
        """Set a step of a plan: a box, ticked where it is done, its text, and what was agreed around it.

        What follows within so many mm stays with it.
        """
        told = joined(_("Done") if done else _("Open"), around, between=f" {DOT} ")
        line, left = self.line(TEXT), INDENT + 1
        self._letters(TEXT)
        lines = sum(len(self._lines.of(one, self._paper.across - left, 5)) for one in (text, told))
        self.keep(lines * line + follows)
        side = 3.4
        edge = self._x(0, side)
        top = self.y + (line - side) / 2
        self._pen(LEAF, 0.3)
        self._box(edge, top, side, side, corner=0.6)
        if done:
            self._pdf.set_line_width(0.6)
            self._pdf.polyline([(edge + 0.7, top + 1.8), (edge + 1.5, top + 2.6), (edge + 2.8, top + 0.8)])
        self.text(text, left=left)
        self.text(told, TEXT - 1.5, colour=QUIET, left=left)

    def ticks(self, texts: Sequence[str], letters: float) -> None:
        """Set boxes to tick by hand beside each other, each with its text."""
        wide, side = self._paper.across / len(texts), letters * _BOX
        left = side + INDENT / 2
        self._letters(letters)
        line = self.line(letters)
        self.keep(line * max(len(self._lines.of(text, wide - left, 0)) for text in texts))
        top = below = self.y
        self._pen(INK, 0.4)
        for place, text in enumerate(texts):
            self._pdf.rect(self._x(place * wide, side), top + (line - side) / 2, side, side, style="D")
            self.y = top
            self.text(text, letters, left=place * wide + left, width=wide - left)
            below = max(below, self.y)
        self.y = below

    def ruled(self, count: int) -> None:
        """Set lines to write on by hand, `RULED` mm apart."""
        for _line in range(count):
            self.keep(RULED)
            self._pdf.ln(RULED)
            self.rule()

    def sign(self, people: Sequence[str], day: str) -> None:
        """Set a line to sign on for each of some people, and one beside it for the day."""
        for who in people:
            self.gap(_SIGN - self.line(TEXT - 1.5))
            y = self.y
            self._pen(INK, 0.2)
            for left, wide in ((0, 95), (105, self._paper.across - 105)):
                start = self._x(left, wide)
                self._pdf.line(start, y, start + wide, y)
            self.text(who, TEXT - 1.5, colour=QUIET, width=95, most=1)
            self.y = y
            self.text(day, TEXT - 1.5, colour=QUIET, left=105)

    def to_sign(self, people: Sequence[str]) -> float:
        """Return how high it is where some people sign."""
        return _SIGN * len(people)

    def line(self, letters: float) -> float:
        """Return the height of a line of letters, which are in points: 1.4 times theirs."""
        return letters * self.scale * 1.4 * 25.4 / 72

    def _letters(
        self, letters: float, *, bold: bool = False, colour: Colour = INK, family: str = FAMILY
    ) -> None:
        self._pdf.set_font(family, "B" if bold else "", letters * self.scale)
        self._pdf.set_text_color(*colour)

    def _beside(self, width: float) -> float:
        return width - INDENT * self.scale

    def _pen(self, colour: Colour, width: float) -> None:
        self._pdf.set_draw_color(*colour)
        self._pdf.set_line_width(width)

    def _box(
        self, x: float, y: float, wide: float, high: float, *, corner: float, filled: bool = False
    ) -> None:
        style = "DF" if filled else "D"
        self._pdf.rect(x, y, wide, high, style=style, round_corners=True, corner_radius=corner)

    def _bullet(
        self, lines: Sequence[str], letters: float, left: float, width: float, after: int = 0
    ) -> None:
        if not self._stays(len(lines), letters, after):
            self._pdf.add_page()
        base, start, beside = self._lines.side(lines[0]), self._x(left, width), self._beside(width)
        self._letters(letters, colour=LEAF)
        self._pdf.set_x(start if base == "L" else start + width - INDENT)
        self._pdf.cell(INDENT, self.line(letters), "\N{BULLET}", align=base)
        self._letters(letters)
        at = INDENT * self.scale if base == self._base else 0
        self._set(lines, letters, left + at, beside, after)

    def _set(
        self,
        lines: Sequence[str],
        letters: float,
        left: float,
        width: float,
        after: int = 0,
        *,
        centred: bool = False,
    ) -> None:
        """Set lines, on as many pages as they take. `after` are lines to come that belong to them."""
        while lines:
            stay = self._stays(len(lines), letters, after)
            for line in lines[:stay]:
                if self._drawn:
                    self._lines.draw(line, self._x(left, width), width, self.line(letters), centred=centred)
                self._pdf.ln(self.line(letters))
            lines = lines[stay:]
            if lines:
                self._pdf.add_page()

    def _stays(self, count: int, letters: float, after: int = 0) -> int:
        """Return how many of so many lines go onto this page; 0 where they begin the next one."""
        room = int((self._paper.end - self.y) / self.line(letters) + _ROUNDING)
        every = count + after
        if not self._flow or every <= room:
            return count
        stay = min(count, room, every - 2)
        if self.y <= self._paper.top:
            return max(stay, 1)
        return 0 if every <= _TOGETHER or stay < 2 else stay

    def _x(self, left: float, wide: float) -> float:
        """Return where something begins, from the left edge, that is so wide and stands at `left`."""
        return (
            self._paper.width - self._paper.side - left - wide
            if self._base == "R"
            else self._paper.side + left
        )

    def _set_footer(self) -> None:
        self._foot_of(self._pdf.page_no(), _PAGES)

    def _set_footers(self) -> None:
        """Set those of all pages: from right to left, it matters how wide the number of pages is."""
        self._pdf.set_auto_page_break(auto=False)
        for page in range(1, self._pdf.pages_count + 1):
            self._pdf.page = page
            self._pdf.current_font_is_set_on_page = False
            self._foot_of(page, str(self._pdf.pages_count))

    def _foot_of(self, page: int, pages: str) -> None:
        scale, self.scale = self.scale, 1.0
        self._letters(self._foot, colour=QUIET)
        row = self._foot * 4 / 8.5
        for place, told in enumerate(reversed(self._footer)):
            self._pdf.set_y(-FOOTER - row * place)
            [line] = self._lines.cut(
                self._lines.spelled(told), self._paper.across - (0 if place else 10 * row), 1
            )
            number = _("Page {number} of {count}").format(number=page, count=pages)
            line = isolated(line) if self._base == "R" else line
            line = line if place else f"{line} {DOT} {number}"
            self._lines.draw(line, self._paper.side, self._paper.across, row)
        self.scale = scale
