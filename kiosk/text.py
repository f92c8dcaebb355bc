"""Other people's text: what of it is kept, what of it counts, and what of it may reach a terminal.

What a person typed is `kept` as typed, and `written` where it says something. What is painted or printed is
`clean`; what goes into a file, between what others wrote, is `enclosed`. A name is in between: `name_line`.
"""

import re
import unicodedata
from pathlib import Path

_BREAKS = str.maketrans(dict.fromkeys("\r\v\f\x85\u2028\u2029", "\n"))
_TERMINAL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202d\u202e\ud800-\udfff]")
"""What is not kept: controls, what overrides the direction of letters, halves of a character."""
JOINERS = "\u200c\u200d"
"""They part and join the letters of Persian, Sinhala or Malayalam, and the parts of an emoji."""
_POP_EMBEDDING, _POP_ISOLATE = "\u202c", "\u2069"
_CLOSED_BY = dict.fromkeys("\u202a\u202b", _POP_EMBEDDING) | dict.fromkeys("\u2066\u2067\u2068", _POP_ISOLATE)
"""What begins a part of a line in a direction of its own, and what ends it (Unicode Standard Annex 9)."""
_TURNS = re.compile("[\u202a-\u202c\u2066-\u2069]")
_UNTYPED = re.compile(f"[{JOINERS}\u061c\u200e\u200f\u202a-\u202c\u2066-\u2069]")
"""What stands between letters, and who looks for them does not type."""
LACKING = "\ufffd"
"""Stands for a character that nothing here can show."""
_JOINER = re.compile(f"([{JOINERS}])")
_PAINTED_BY = re.compile(f"((?<=[\u0620-\u08ff])[{JOINERS}]|[\u2066-\u2069])")
"""What letters are joined by, and put in order, where they are written from right to left."""
_UNSEEN = re.compile(
    r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff\u2800\U0001d159"
    # Default_Ignorable_Code_Point, https://www.unicode.org/Public/16.0.0/ucd/DerivedCoreProperties.txt
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""What shows nothing, as a space or a filler does."""
_NO_COLUMN = ("Mn", "Me", "Cf")
"""The categories of signs that take no column: accents, joiners and the like."""
_WORDS = ("Lu", "Ll", "Lt", "Lm", "Lo", "So", "Co", "Cn")
"""The categories of letters, of pictures, and of signs that are too new to be known."""


def kept(text: str, *, lines: bool = True) -> str:
    """Return text as it is kept: as it was typed, without what only a terminal or a bidi trick has a use for.

    Controls, overrides of direction and lone surrogates go. A tab is a space, and every line break a newline,
    or a space where `lines` is False.
    """
    broken = text.replace("\r\n", "\n").translate(_BREAKS).replace("\t", " ")
    return _TERMINAL.sub("", broken if lines else broken.replace("\n", " "))


def enclosed(text: str) -> str:
    """Return text as it is kept, with all that turns its direction ended on each line: it turns no other."""
    return "\n".join(_closed(line) if _TURNS.search(line) else line for line in kept(text).split("\n"))


def is_text(character: str | None) -> bool:
    """Tell whether a key wrote something that is kept, on the line that one writes on."""
    return bool(character) and kept(character or "", lines=False) == character


def is_blank(text: str) -> bool:
    """Tell whether nothing of a text shows: spaces, joiners and fillers, accents without a letter."""
    return all(
        _UNSEEN.match(character) or unicodedata.category(character) in ("Mn", "Me") for character in text
    )


def has_words(text: str) -> bool:
    """Tell whether a text has letters, or pictures as emoji are: more than numbers, signs and spaces."""
    return any(unicodedata.category(one) in _WORDS and not _UNSEEN.match(one) for one in text)


def is_unknown(character: str) -> bool:
    """Tell whether a character stands for something to be seen, and nothing here knows what."""
    return unicodedata.category(character) in ("Co", "Cn") and not _UNSEEN.match(character)


def written(text: str) -> str:
    """Return what somebody wrote as it is kept, without outer space; empty where nothing of it shows."""
    said = kept(text).strip()
    return "" if is_blank(said) else said


def written_line(text: str, most: int) -> str:
    """Return the same as a single line, cut to `most` characters."""
    said = kept(text, lines=False).strip()[:most].rstrip()
    return "" if is_blank(said) else said


def name_line(text: str, most: int) -> str:
    """Return a name as it is kept: clean, on one line of at most `most` characters, its joiners in it."""
    pieces = (piece if piece in JOINERS else clean(piece, lines=False) for piece in _JOINER.split(text))
    said = "".join(pieces).strip(f" {JOINERS}")[:most].rstrip(f" {JOINERS}")
    return "" if is_blank(said) else said


def is_line(text: str) -> bool:
    """Tell whether a text is one line of characters that print, and of joiners between them."""
    return _JOINER.sub("", text).isprintable()


def clean(text: str, *, lines: bool = True) -> str:
    """Return text with nothing in it that a terminal could take for a command, or disagree on the width of.

    Composed (NFC), tabs and odd spaces as spaces, every line break as a newline (as a space where `lines`
    is False), and all else that does not print dropped: escapes, C0 and C1 controls, direction overrides,
    lone surrogates. `LACKING` stands for each sign of private use, or of a newer Unicode.
    """
    # `str()`: what the program itself says becomes text here, in the language in use (`kiosk.language`).
    broken = str(text).replace("\r\n", "\n").translate(_BREAKS)
    if not lines:
        broken = broken.replace("\n", " ")
    printed = broken if broken.replace("\n", "").isprintable() else "".join(map(_printed, broken))
    # Composed last: what is dropped may have stood between a letter and its accent.
    return unicodedata.normalize("NFC", printed)


def painted(text: str, *, lines: bool = True) -> str:
    """Return text as `clean` has it, with what its letters are joined by and put in order.

    No terminal gets these: `screens.right_to_left` does what they say, and `screens.printable` drops them.
    """
    text = str(text)  # what the program itself says, in the language in use
    if not _PAINTED_BY.search(text):
        return clean(text, lines=lines)
    pieces = _PAINTED_BY.split(text)
    cleaned = "".join(piece if at % 2 else clean(piece, lines=lines) for at, piece in enumerate(pieces))
    return "\n".join(map(_closed, cleaned.split("\n")))


def folded(text: str) -> str:
    """Return a text as it is compared: however its letters are composed, in whatever case and width."""
    return unicodedata.normalize("NFKC", text).casefold()


def compared(text: str) -> str:
    """Return a text as it is looked for: in any case, however its letters are composed, joined or turned."""
    return unicodedata.normalize("NFC", _UNTYPED.sub("", text)).casefold()


def same_name(one: str, other: str) -> bool:
    """Tell whether two names are one, in whatever case, and however their letters are composed or joined."""
    return compared(one) == compared(other)


def counted(count: int, one: str, many: str) -> str:
    """Return how many there are of something: `1 entry`, `2 entries`."""
    return f"{count} {one if count == 1 else many}"


def columns(text: str) -> int:
    """Return how many columns a text takes in a terminal."""
    shown = str(text)
    if shown.isascii() and shown.isprintable():
        return len(shown)
    return sum(
        0
        if unicodedata.category(one) in _NO_COLUMN
        else 2
        if unicodedata.east_asian_width(one) in "WF"
        else 1
        for one in shown
    )


def padded(text: str, width: int) -> str:
    """Return a text filled up with spaces to so many columns."""
    return f"{text}{' ' * (width - columns(text))}"


def wrapped(text: str, width: int) -> list[str]:
    """Return the lines of a text, of at most so many columns, two or more; what is longer is broken.

    `textwrap` counts characters, and a Chinese one takes two columns.
    """
    lines = [""]
    for word in str(text).split():
        if lines[-1] and columns(lines[-1]) + 1 + columns(word) <= width:
            lines[-1] += f" {word}"
            continue
        lines.append("")
        for one in word:
            if columns(lines[-1] + one) > width:
                lines.append("")
            lines[-1] += one
    return lines[1:]


def one_line(text: str, most: int) -> str:
    """Return text as a single cleaned line without outer space, cut to `most` characters."""
    return clean(text, lines=False).strip()[:most].rstrip()


def shown(path: Path | str) -> str:
    """Return a path, or a line that names one, as one line that is fit to show, whatever bytes it has."""
    return clean(str(path).encode("utf-8", "replace").decode(), lines=False)


def shortened(text: str, most: int) -> str:
    """Return a line with its middle left out where it has more than `most` characters."""
    if len(text) <= most:
        return text
    kept = most - 3
    return f"{text[: kept - kept // 2]}...{text[len(text) - kept // 2 :]}"


def _closed(line: str) -> str:
    """Return a line in which each part of another direction ends, and nothing ends that never began."""
    shown, waiting = "", list[str]()
    for character in line:
        if character in _CLOSED_BY:
            waiting.append(_CLOSED_BY[character])
        elif character == _POP_EMBEDDING:
            if waiting[-1:] != [_POP_EMBEDDING]:
                continue
            waiting.pop()
        elif character == _POP_ISOLATE:
            if _POP_ISOLATE not in waiting:
                continue
            while waiting.pop() != _POP_ISOLATE:  # it ends the embeddings inside as well
                pass
        shown += character
    return shown + "".join(reversed(waiting))


def _printed(character: str) -> str:
    if character == "\n" or character.isprintable():
        return character
    # Not isspace(): it takes the separators U+001C to U+001F, which are controls, for space.
    if character == "\t" or unicodedata.category(character) == "Zs":
        return " "
    return LACKING if is_unknown(character) else ""
