"""Other people's text: what of it may be kept, and what of it may reach a terminal."""

import unicodedata
from pathlib import Path

_BREAKS = str.maketrans(dict.fromkeys("\r\v\f\x85\u2028\u2029", "\n"))


def clean(text: str, *, lines: bool = True) -> str:
    """Return text with nothing in it that a terminal could take for a command.

    Composed (NFC), tabs and odd spaces as spaces, every line break as a newline (as a space where `lines`
    is False), and all else that does not print dropped: escapes, C0 and C1 controls, direction overrides,
    lone surrogates, private and unassigned characters.
    """
    broken = text.replace("\r\n", "\n").translate(_BREAKS)
    if not lines:
        broken = broken.replace("\n", " ")
    printed = broken if broken.isprintable() else "".join(map(_printed, broken))
    # Composed last: what is dropped may have stood between a letter and its accent.
    return unicodedata.normalize("NFC", printed)


def folded(text: str) -> str:
    """Return a text as it is compared: however its letters are composed, in whatever case and width."""
    return unicodedata.normalize("NFKC", text).casefold()


def same_name(one: str, other: str) -> bool:
    """Tell whether two names are one, in whatever case."""
    return one.casefold() == other.casefold()


def counted(count: int, one: str, many: str) -> str:
    """Return how many there are of something: `1 entry`, `2 entries`."""
    return f"{count} {one if count == 1 else many}"


def one_line(text: str, most: int) -> str:
    """Return text as a single cleaned line without outer space, cut to `most` characters."""
    return clean(text, lines=False).strip()[:most].rstrip()


def shown(path: Path | str) -> str:
    """Return a path, or a line that names one, as one line that is fit to show, whatever bytes it has."""
    return clean(str(path).encode("utf-8", "replace").decode(), lines=False)


def _printed(character: str) -> str:
    if character == "\n" or character.isprintable():
        return character
    # Not isspace(): it takes the separators U+001C to U+001F, which are controls, for space.
    return " " if character == "\t" or unicodedata.category(character) == "Zs" else ""
