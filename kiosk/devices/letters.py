"""Letters that a printer lacks, written with those it has: at worst a question mark, never an error."""

import unicodedata
from collections.abc import Callable

UNKNOWN = "?"

_INSTEAD = {
    # Romanian with a comma below is younger than most code pages, which have the cedilla.
    "\u0218": "\u015e", "\u0219": "\u015f", "\u021a": "\u0162", "\u021b": "\u0163",
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u2032": "'", "\u02bc": "'",
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2033": '"', "\u00ab": '"', "\u00bb": '"',
    "\u2010": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2015": "-", "\u2212": "-",
    "\u2044": "/", "\u2022": "*", "\u00b7": "-", "\u2026": "...", "\u2192": "->", "\u2190": "<-",
    "\u00d7": "x", "\u2713": "x", "\u2714": "x", "\u20ac": "EUR", "\u00a3": "GBP",
    "\u0142": "l", "\u0141": "L", "\u0111": "d", "\u0110": "D", "\u00f0": "d", "\u00d0": "D",
    "\u00f8": "o", "\u00d8": "O", "\u0131": "i", "\u0127": "h", "\u0126": "H", "\u0259": "e",
    "\u00df": "ss", "\u1e9e": "SS", "\u00e6": "ae", "\u00c6": "AE", "\u0153": "oe", "\u0152": "OE",
    "\u00fe": "th", "\u00de": "Th", "\u014b": "ng", "\u014a": "Ng",
}  # fmt: skip
"""A character to what is printed where the printer has not even it."""

# From U+0430, as in the Ukrainian passport table of 2010 (resolution 55), with Russian letters among them.
_LATIN = "a b v h d e zh z y i k l m n o p r s t u f kh ts ch sh shch ' y ' e iu ia"
_CYRILLIC = {chr(0x430 + place): latin for place, latin in enumerate(_LATIN.split())} | {
    "\u0491": "g", "\u0454": "ie", "\u0456": "i", "\u0457": "i", "\u0451": "e", "\u045e": "u",
}  # fmt: skip
_INSTEAD |= _CYRILLIC | {letter.upper(): latin.capitalize() for letter, latin in _CYRILLIC.items()}


def spelled(text: str, has: Callable[[str], bool]) -> str:
    """Return text in characters of which `has` is true, or that are ASCII; line breaks stay."""
    known = {character: _instead(character, has) for character in set(text)}
    return "".join(known[character] for character in text)


def _instead(character: str, has: Callable[[str], bool]) -> str:
    """Return a character itself, else what is nearest to it."""
    if character.isascii() or (has(character) and not _floats(character)):
        return character
    parts = _INSTEAD.get(character)
    if parts is None:
        # A letter without its accents; a ligature or a wide letter as the plain ones it is made of.
        parts = unicodedata.normalize("NFKD", character)
        if parts == character:
            return "" if _floats(character) else UNKNOWN
    return "".join(_instead(part, has) for part in parts)


def _floats(character: str) -> bool:
    """Tell whether it is an accent on the letter before it: a printer would give it a place of its own."""
    return "\u0300" <= character <= "\u036f"
