"""Letters that a printer lacks, spelled with the nearest ones; where that does not read, a plain sentence.

What has no table of our own is spelled by anyascii.
"""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

from kiosk.entry.slip import Bar, Bullet, Code, Gap, Line, Rule, Slip, SlipBlock, Tree
from kiosk.language import words as _
from kiosk.text import LACKING, is_blank

UNKNOWN = "?"
NOT_PRINTED = _("These words are in letters that cannot be printed here.")
"""Stands in the place of a whole text."""
_MOST_LOST = 2
"""From one letter in so many on that can only be guessed at, a text does not read."""

_INSTEAD = {
    # Romanian with a comma below is younger than most code pages, which have the cedilla.
    "\u0218": "\u015e", "\u0219": "\u015f", "\u021a": "\u0162", "\u021b": "\u0163",
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u2032": "'",
    "\u02bb": "'", "\u02bc": "'", "\u02bd": "'", "\u02be": "'", "\u02bf": "'",
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2033": '"', "\u00ab": '"', "\u00bb": '"',
    "\u2010": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2015": "-", "\u2212": "-",
    "\u2044": "/", "\u2022": "*", "\u00b7": "-", "\u2026": "...", "\u2192": "->", "\u2190": "<-",
    "\u00d7": "x", "\u2713": "x", "\u2714": "x",
    "\u00c6": "AE", "\u0152": "OE", "\u1e9e": "SS", "\u014b": "ng", "\u014a": "Ng",
}  # fmt: skip
"""A character to what is printed where the printer has not even it."""

# From U+0430, as in the Ukrainian passport table of 2010 (resolution 55), with Russian letters among them.
_LATIN = "a b v h d e zh z y i k l m n o p r s t u f kh ts ch sh shch ' y ' e iu ia"
_CYRILLIC = {chr(0x430 + place): latin for place, latin in enumerate(_LATIN.split())} | {
    "\u0491": "g", "\u0454": "ie", "\u0456": "i", "\u0457": "i", "\u0451": "e", "\u045e": "u",
}  # fmt: skip
_INSTEAD |= _CYRILLIC | {letter.upper(): latin.capitalize() for letter, latin in _CYRILLIC.items()}


# The names of characters begin with that of their script. In these every sound of a word is written.
_SOUNDED = {
    *("LATIN", "MODIFIER", "GREEK", "CYRILLIC", "ARMENIAN", "GEORGIAN", "COPTIC", "TIFINAGH", "CHEROKEE"),
    *("ETHIOPIC", "HANGUL"),
}


def spelled(text: str, has: Callable[[str], bool]) -> str:
    """Return text in characters of which `has` is true, or that are ASCII; line breaks stay.

    A letter that nothing is near to is `UNKNOWN`; what shows nothing is left out.
    """
    composed = unicodedata.normalize("NFC", text)
    known = {character: _instead(character, has) for character in set(composed)}
    return "".join(known[character] for character in composed)


def spelled_whole(text: str, has: Callable[[str], bool]) -> str:
    """Return the same, or `NOT_PRINTED` where too much of it would be a guess, as of Arabic or Chinese."""
    letters = lost = 0
    for character in unicodedata.normalize("NFC", text):
        if not is_blank(character):
            guessed = _is_guessed(character, has)
            lost += guessed
            letters += guessed or character.isalpha()
    return not_printed(has) if lost and lost * _MOST_LOST >= letters else spelled(text, has)


def not_printed(has: Callable[[str], bool]) -> str:
    """Return `NOT_PRINTED` as it is printed, in the language in use."""
    return spelled(str(NOT_PRINTED), has)


def shows_all(text: str, has: Callable[[str], bool]) -> bool:
    """Tell whether a text is shown as it is, or as plainly as a Latin letter without its accents."""
    return all(has(one) or _is_plain(one) for one in set(unicodedata.normalize("NFC", text)))


def spelled_slip(slip: Slip, has: Callable[[str], bool]) -> Slip:
    """Return a slip in letters that a printer has. Of one `NOT_PRINTED` after another the first stays."""
    return Slip(tuple(_spelled_blocks(slip, has)))


def _spelled_blocks(slip: Slip, has: Callable[[str], bool]) -> Iterator[SlipBlock]:
    before: SlipBlock = Gap()
    lacking = not_printed(has)
    said: SlipBlock
    for block in slip.blocks:
        match block:
            case Tree():
                said = replace(block, is_plain=not shows_all("".join(block.lines), has))
            case Gap() | Code() | Rule():
                said = block
            case Bar():
                said = replace(block, label=spelled(block.label, has), word=spelled(block.word, has))
            case Line() | Bullet():
                said = replace(block, text=spelled_whole(block.text, has))
            case _:
                said = replace(block, text=spelled(block.text, has))
        if said != before or getattr(said, "text", "") != lacking:
            yield said
        before = said


def _is_plain(character: str) -> bool:
    if character.isascii() or character in _INSTEAD or is_blank(character):
        return True
    return _script(unicodedata.normalize("NFKD", character)[0]) in ("LATIN", "MODIFIER")


def _script(character: str) -> str:
    return unicodedata.name(character, "").split(" ")[0]


def _instead(character: str, has: Callable[[str], bool]) -> str:
    if character.isascii():
        return character
    if "\u0300" <= character <= "\u036f" or unicodedata.category(character) == "Cf":
        return ""  # a printer would give an accent a place of its own
    if has(character) and character != LACKING:
        return character
    parts = _INSTEAD.get(character)
    if parts is None:
        # A letter without its accents; a ligature or a wide letter as the plain ones it is made of.
        parts = unicodedata.normalize("NFKD", character)
        if parts == character:
            return _nearest(character)
    return "".join(_instead(part, has) for part in parts)


@cache
def _nearest(character: str) -> str:
    """Return what a character sounds like, or the name of a picture in brackets, in ASCII."""
    if is_blank(character) or unicodedata.category(character) == "Sk":  # the tone of a skin
        return ""
    from anyascii import anyascii

    near = anyascii(character)
    if len(near) > 2 and near[0] == near[-1] == ":":
        return f"({near[1:-1].replace('_', ' ')})"
    return near or ("" if character.isalpha() else UNKNOWN)  # a silent letter


def _is_guessed(character: str, has: Callable[[str], bool]) -> bool:
    """Tell whether what a character sounds like is not to be known from it alone, or is unknown."""
    if character == LACKING:
        return True
    if character.isascii() or has(character):
        return False
    parts = unicodedata.normalize("NFKD", character)
    if parts != character:
        return any(_is_guessed(part, has) for part in parts)
    if _nearest(character) == UNKNOWN:
        return True
    return character.isalpha() and _script(character) not in _SOUNDED
