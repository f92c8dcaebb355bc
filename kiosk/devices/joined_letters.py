"""Lines with letters that join and are written from right to left, as they are set on paper.

A line stands there in pieces (`pieces`), each in one font and read in one direction. HarfBuzz joins the
letters of IBM Plex Sans Arabic, which has those of Arabic, Farsi, Urdu, Pashto and Sorani; all others are
Open Sans.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from kiosk.rtl import (
    END,
    FIRST,
    JOINER,
    LEFT,
    NON_JOINER,
    RIGHT,
    UNSEEN,
    Direction,
    cells,
    class_of,
    ordered,
    turned,
)

FAMILY = "IBM Plex Sans Arabic"
_FILES = {False: "IBMPlexSansArabic-Regular.ttf", True: "IBMPlexSansArabic-Bold.ttf"}
ARABIC = "arab"
"""What HarfBuzz calls a script."""
_MARKS: dict[Direction, str] = {"L": "\u200e", "R": "\u200f"}
_NO_JOINER = re.compile("(?<![\u0620-\u08ff])[\u200c\u200d]")
_BEGIN = (LEFT, RIGHT, FIRST)
_DEEPEST = 20
"""So many isolates in each other go on from one line to the next."""
_NO_UNSEEN = dict.fromkeys(map(ord, UNSEEN))
_NEEDED = re.compile(f"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc{UNSEEN}]")
_LETTERS = re.compile("[\u0600-\u06ff\u0750-\u077f\u0870-\u08ff\ufb50-\ufdff\ufe70-\ufefc]")
_LAM, _WITH_LAM = "\u0644", dict(zip("آأإا", "\ufef5\ufef7\ufef9\ufefb", strict=True))
_LAM_ALEF = re.compile(f"{_LAM}[\u064b-\u0652\u0670]*[{''.join(_WITH_LAM)}]")


class Piece(NamedTuple):
    """A part of a line that is set as it is, in the order of writing."""

    text: str
    joins: bool
    """Whether it is set in `FAMILY`, and its letters are joined."""
    leftwards: bool
    """Whether those stand from right to left."""


class Sign(NamedTuple):
    """What is painted for letters: its number in the font, how wide and where it is, in em, and what it says.

    Of the letter and the marks on it, the letter says all.
    """

    number: int
    wide: float
    right: float
    up: float
    says: str


@cache
def font_file(*, bold: bool = False) -> str:
    """Return where the letters are."""
    return str(files("fontpkg_ibm_plex_sans_arabic") / "files" / _FILES[bold])


def has(character: str) -> bool:
    """Tell whether it is a letter of Arabic writing that there is, or tells how such letters stand."""
    if character in (JOINER, NON_JOINER) or character in UNSEEN:
        return True
    return bool(_LETTERS.match(character)) and character.isprintable() and ord(character) in _known()


def draws(character: str) -> bool:
    """Tell whether it is to be seen, too."""
    return bool(_LETTERS.match(character)) and has(character)


def is_set_in_pieces(text: str) -> bool:
    """Tell whether a text has letters from right to left, or says in which direction something is."""
    return bool(_NEEDED.search(text))


def seen(text: str) -> str:
    """Return a text without what is never printed."""
    return text.translate(_NO_UNSEEN)


def direction(text: str, other: Direction) -> Direction:
    """Return the direction of a paragraph: that of its first letter outside of isolates, or the other."""
    inside = 0
    for sign in text:
        if sign in _BEGIN:
            inside += 1
        elif sign == END:
            inside = max(0, inside - 1)
        elif not inside and (kind := class_of(sign)) in ("L", "R", "AL"):
            return "L" if kind == "L" else "R"
    return other


def led(line: str, base: Direction, other: Direction) -> str:
    """Return a line of a paragraph that is read in a direction, so that `direction` finds it again."""
    return line if direction(line, other) == base else _MARKS[base] + line


def tidy(text: str) -> str:
    """Return a text without joiners that no letter asks for, as the parts of an emoji do."""
    return _NO_JOINER.sub("", text)


def lines_of(words: Sequence[str], begins: Sequence[bool]) -> Iterator[str]:
    """Yield the lines of words; `begins` tells which stand first. What is isolated goes on in the next."""
    line, waiting = "", ""
    for place, (word, first) in enumerate(zip(words, begins, strict=True)):
        if first and place:
            yield line
            line = waiting + word
        else:
            line = f"{line} {word}" if place else word
        for sign in word:
            if sign in _BEGIN:
                waiting = (waiting + sign)[-_DEEPEST:]
            elif sign == END:
                waiting = waiting[:-1]
    yield line


def pieces(line: str, base: Direction) -> list[Piece]:
    """Return the parts of a line as they stand from left to right."""
    letters = cells(line)
    found, ended = list[Piece](), True
    for at, level in ordered(letters, base):
        letter, leftwards = letters[at], level % 2 == 1
        if letter[0] in UNSEEN:
            ended = True
            continue
        painted = turned(letter, level)
        joins = painted == letter and _joins(letter[0], leftwards)
        piece = Piece(letter if joins else _without_marks(painted), joins, leftwards and joins)
        if not ended and piece[1:] == found[-1][1:]:
            before = found[-1].text
            found[-1] = piece._replace(text=piece.text + before if piece.leftwards else before + piece.text)
        else:
            found.append(piece)
        ended = False
    seen_ones = (piece for piece in found if piece.text)
    return [one if one.joins else one._replace(text=_kept_together(one.text)) for one in seen_ones]


def _without_marks(letter: str) -> str:
    """Return a letter of another writing without the marks of this one, and without joiners."""
    return "".join(sign for sign in letter if not has(sign))


def _kept_together(text: str) -> str:
    """Return a number with spaces that do not part it: from other ones, pdfium would turn it round."""
    return text if any(sign.isalpha() for sign in text) else text.replace(" ", "\u00a0")


def features(text: str) -> dict[str, Any]:
    """Return which signs HarfBuzz may make of several letters: of lam and alef alone, which are always one.

    Readers of a PDF turn the signs of a line round, and would have the letters in one of them the wrong way.
    """
    pairs = [(found.start(), found.end(), True) for found in _LAM_ALEF.finditer(text)]
    return {"liga": False, "rlig": [(0, len(text), False), *pairs]}


def read_back(says: str) -> str:
    """Return as what a sign is read from a PDF by those who turn the signs of a line round: backwards.

    Lam with alef is the one sign that it is, which no reader has the wrong way.
    """
    return _LAM_ALEF.sub(lambda pair: _WITH_LAM[pair[0][-1]] + pair[0][1:-1], says)[::-1]


def _joins(sign: str, leftwards: bool) -> bool:
    if leftwards:
        return ord(sign) in _known() or sign in (JOINER, NON_JOINER)
    return bool(_LETTERS.match(sign))


def shaped(piece: Piece, file: str) -> Iterator[Sign]:
    """Yield the signs of a piece in the font of a file, from left to right."""
    import uharfbuzz

    font = harfbuzz_font(file)
    buffer = uharfbuzz.Buffer()
    buffer.add_str(piece.text)
    buffer.guess_segment_properties()
    if piece.joins:
        buffer.script = ARABIC
    buffer.direction = "rtl" if piece.leftwards else "ltr"
    uharfbuzz.shape(font, buffer, features(piece.text))
    em, text = font.face.upem, piece.text
    infos, places = buffer.glyph_infos, buffer.glyph_positions
    # What has no room of its own, a mark or a joiner, goes with the letter before it.
    begins = sorted({info.cluster for info, place in zip(infos, places, strict=True) if place.x_advance})
    ends = [*begins[1:], len(text)]
    said = {start: text[start:end] for start, end in zip(begins, ends, strict=False)}
    for info, place in zip(infos, places, strict=True):
        says = said.pop(info.cluster, "") if place.x_advance else ""
        yield Sign(info.codepoint, place.x_advance / em, place.x_offset / em, place.y_offset / em, says)


@cache
def harfbuzz_font(file: str) -> Any:
    """Return a font as HarfBuzz has it."""
    import uharfbuzz

    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(file)))


@cache
def _known() -> frozenset[int]:
    """Return the characters that the font has."""
    from fontTools.ttLib import TTFont

    with TTFont(font_file(), lazy=True) as font:
        return frozenset(font.getBestCmap())
