"""What tomllib says of a text that is not TOML, in words for whoever writes a pack."""

import re
import unicodedata

_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_OPENING = "\N{LEFT DOUBLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}«"
_CLOSING = "\N{RIGHT DOUBLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}»"
_CURLY_BEGINS = re.compile(f"[=\\[,]\\s*[{_OPENING}{_CLOSING}]")
"""What a word processor makes of a quote around a text. Inside a text, or a remark, it is right."""
_CURLY_ENDS = re.compile(f"[\"'][^\"']*[{_OPENING}{_CLOSING}]\\s*[\\]}},]*\\s*$")
_TEXT = re.compile(r'"(?:\\.|[^"\\])*"|' + r"'[^']*'")
_REMARK = re.compile(r"#.*")
_HEADING = re.compile(r"\s*\[+([^\[\]]*)")
_NAMED = re.compile(r"\s*(?:[\w.\"'-]+\s*=|\[)")
_OTHER_QUOTES = frozenset(
    f"{_OPENING}{_CLOSING}`\N{ACUTE ACCENT}\N{DOUBLE PRIME}\N{FULLWIDTH QUOTATION MARK}"
)
_SPACED_NAME = re.compile(r"\s*[\w-]+(?: +[\w-]+)+ *=")
_PART_OF_LIST = re.compile(r"\s*\[?\s*\w+\s*=[^,=]+,\s*\w+\s*=")
_SINGLE = re.compile(r"\s*\[([^\[\]]+)\]\s*(?:#.*)?")
_YES_OR_NO = re.compile(r"(?:yes|no|on|off|true|false)\b", re.IGNORECASE)
_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""|"""|"(?:\\.|[^"\\\n])*"|#[^\n]*|[\[\]{}]|' + r"'''.*?'''|'''|'[^'\n]*'", re.DOTALL
)
LISTS = ("sections", "sections.questions", "sections.questions.points", "sections.questions.options", "cards")
"""The headings that may stand more than once."""

CURLY = 'expected straight quotes around this text, "like this"; the ones here are curly or slanted'
NO_END = "expected a quote at the end of this text as well, on the same line"
NO_END_OF_THREE = (
    'expected one quote on each side of this text, "like this"; it begins with three, and has no end'
)
QUOTE_INSIDE = """expected \\" for a quote inside a text, and " around a text that has an apostrophe"""
NO_QUOTES = 'expected a text in quotes, "like this", a number, true or false'
YES_OR_NO = "expected true or false, in small letters and without quotes"
NOT_CLOSED = "expected ] above this line: the list that begins on line {line} has no end"
NO_VALUE = 'expected a name in plain letters, an equals sign and a value, such as title = "Hello"'
LEADING_ZERO = "expected a number without a zero in front, such as 1"
SPACED = "expected _ in place of each space in this name, such as first_step"
SQUARE = "expected [ and ] around a list, not ( and )"
NOT_OPEN = "expected no ] here: no list is open that it could end"
IN_BRACES = 'expected { and } around this part of the list, such as { value = 1, label = "Very bad" }'
COLON = "expected = between a name and its value, not a colon"
REMARK = "expected # in front of a remark"
NOT_OVER = "expected nothing more on this line; a remark starts with #"
OWN_LINE = "expected no comma here; each name stands on a line of its own"
NO_COMMA = "expected a comma before this part of the list, or ] where the list ends"
COMMAS = "expected one comma between two parts of a list, and quotes around each text"
NO_BRACE = "expected a comma between the parts in these braces, and } after the last one"
BRACES_END = "expected } on the same line: braces take one line, and no comma after their last part"
TWICE = "expected this name once; it stands here a second time"
BACKSLASH = r"expected \\ for a backslash"
BRACKETS = "expected [[{name}]], with two brackets on each side each time, since there may be several"
HEADING = "expected brackets on both sides of this name, such as [welcome] or [[sections]]"
NO_LIST_ABOVE = "expected [[{name}]] above this line: what is below it belongs to one of those"
SPACE = "expected an ordinary space; the one here is of another kind, as word processors make them"
UNSEEN = "expected a character that can be seen in place of U+{code:04X}"


def plainly(error: Exception, text: str) -> tuple[int | None, str]:
    """Return the line, from 1, at which tomllib refused `text`, and what to write there; None for no line."""
    reason = str(error)
    at = _AT.search(reason)
    if at is None:
        return None, f"expected {reason}"
    reason = reason[: at.start()]
    lines = text.split("\n")
    number = int(at[1] or len(lines))
    line = lines[number - 1]
    column = int(at[2] or len(line) + 1) - 1
    begin, begun = _unfinished("\n".join(lines[: number - 1]))
    if reason == "Unterminated string" and len(begin) == 3:
        return begun, NO_END_OF_THREE
    if reason == 'Expected "\'"':  # tomllib looks for it as far as the end of the file
        bare = [_REMARK.sub("", _TEXT.sub("", one)) for one in lines]
        return next((place for place, one in enumerate(bare, start=1) if "'" in one), number), NO_END
    if begin == "[" and _PART_OF_LIST.match(line):
        return number, IN_BRACES
    if begin == "[" and reason in ("Invalid value", "Unclosed array") and (not at[1] or _NAMED.match(line)):
        return number, NOT_CLOSED.format(line=begun)
    if reason.startswith(_TWICE):
        for place, other in enumerate(lines[:number], start=1):  # the first one is accepted by itself
            if (single := _SINGLE.fullmatch(other)) and (name := "".join(single[1].split())) in LISTS:
                return place, BRACKETS.format(name=name)
    if reason.startswith(_TWICE) and "[[" in line:
        name = line.strip(" \t[]")
        for place, other in enumerate(lines[: number - 1]):
            if other.strip().startswith(f"[[{name}."):
                return place + 1, NO_LIST_ABOVE.format(name=name)
    return number, _said(reason, line, column) or f"expected TOML: {reason}"


def _unfinished(text: str) -> tuple[str, int]:
    """Return the bracket, brace or three quotes that began last and have no end, and the line."""
    unfinished: list[tuple[str, int]] = []
    for token in _TOKEN.finditer(text):
        if token[0] in ("[", "{", '"""', "'''"):
            unfinished.append((token[0], token.start()))
        elif token[0] in ("]", "}") and unfinished:
            unfinished.pop()
    begin, at = unfinished[-1] if unfinished else ("", 0)
    return begin, text.count("\n", 0, at) + 1


def _said(reason: str, line: str, column: int) -> str:
    """Return what was expected where tomllib stopped for a reason; empty where that is not known."""
    here = line[column : column + 1]
    outside = _REMARK.sub("", _TEXT.sub("", line))
    if _CURLY_BEGINS.search(outside) or (reason in _NO_END and _is_curly_end(line)):
        return CURLY
    if here and not here.isprintable():
        return SPACE if unicodedata.category(here) == "Zs" else UNSEEN.format(code=ord(here))
    heading = _HEADING.match(line)
    match reason:
        case "Expected newline or end of document after a statement":
            return _said_after(line, column)
        case "Unclosed array":
            return QUOTE_INSIDE if _word_after_text(line) or _ends_in_text(line[column:]) else NO_COMMA
        case "Unclosed inline table" if here:
            return QUOTE_INSIDE if _word_after_text(line) else NO_BRACE
        case "Unclosed inline table":
            return BRACES_END
        case _ if reason in _NO_END:
            return NO_END
        case _ if reason.startswith("Found invalid character") and not here:
            return NO_END
        case "Invalid value" if here == ",":
            return COMMAS
        case "Invalid value" if here in _OTHER_QUOTES:
            return CURLY
        case "Invalid value" if here == "(":
            return SQUARE
        case "Invalid value" | "Invalid date or datetime":
            return YES_OR_NO if _YES_OR_NO.match(line[column:]) else NO_QUOTES
        case _ if reason.startswith(("Cannot", "Duplicate")):
            return TWICE
        case "Invalid statement" | "Invalid initial character for a key part":
            if here in ("", "}") and _unfinished(line[:column])[0] == "{":
                return BRACES_END
            if here in ("/", ";", "%", "*", "<"):
                return REMARK
            return HEADING if heading or here in ("(", "{") else NO_VALUE
        case _ if reason.startswith("Expected '=' after a key"):
            return COLON if here == ":" else SPACED if _SPACED_NAME.match(line) else NO_VALUE
        case _ if reason.startswith("Expected ']"):
            return HEADING
        case _ if reason.startswith(("Unescaped", "Invalid hex value", "Escaped")):
            return BACKSLASH
    return ""


def _said_after(line: str, column: int) -> str:
    """Return what was expected where a line goes on after its value."""
    here, heading = line[column : column + 1], line.lstrip().startswith("[")
    if here == ",":
        return OWN_LINE
    if here == "]":
        return HEADING if heading else NOT_OPEN
    if _word_after_text(line) or (here.isalpha() and _ends_in_text(line[column:])):
        return QUOTE_INSIDE
    return LEADING_ZERO if here.isdecimal() and line[:column].rstrip(" +-").endswith("0") else NOT_OVER


_TWICE = ("Cannot declare", "Cannot mutate", "Cannot overwrite")
_NO_END = ("Unterminated string", "Illegal character '\\n'", "Illegal character '\\r'")


def _is_curly_end(line: str) -> bool:
    """Tell whether a text that has no end on its line ends in a curly quote that began nowhere in it."""
    rest = _TEXT.sub("", line)
    left, right = (sum(rest.count(sign) for sign in signs) for signs in (_OPENING, _CLOSING))
    return bool(_CURLY_ENDS.search(rest)) and left < right


def _ends_in_text(rest: str) -> bool:
    """Tell whether words outside quotes go on to a quote: the one before was meant as one inside it."""
    return bool(re.match(r"\w[^\"#,]*\"", rest))


def _word_after_text(line: str) -> bool:
    """Tell whether letters stand right after a quoted text: the quote before them was meant as one inside."""
    return any(line[text.end() : text.end() + 1].isalnum() for text in _TEXT.finditer(line))
