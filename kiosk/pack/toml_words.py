"""What tomllib says of a text that is not TOML, in words for whoever writes a pack."""

import re

_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_CURLY = re.compile(
    "[\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}«»]"
)
"""What a word processor makes of a quote. Inside a text that has straight quotes around it, it is right."""
_CURLY_SINGLE = re.compile("[=\\[,{]\\s*[\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}]")
_TEXT = re.compile(r'"(?:\\.|[^"\\])*"|' + r"'[^']*'")
_HEADING = re.compile(r"\s*\[+([^\[\]]*)")
LISTS = (
    "sections",
    "sections.questions",
    "sections.questions.points",
    "sections.questions.options",
    "cards",
)
"""The headings that may stand more than once."""

CURLY = 'expected straight quotes around this text, "like this"; here they are curly'
NO_END = "expected a quote at the end of this text as well"
QUOTE_INSIDE = """expected \\" for a quote inside a text, and " around a text that has an apostrophe"""
NO_QUOTES = 'expected a text in quotes, "like this", a number, true or false'
NOT_CLOSED = "expected the end of a list or text that begins further up"
NO_VALUE = 'expected a name, an equals sign and a value, such as title = "Hello"'
NOT_OVER = "expected nothing more on this line; a remark starts with #"
NO_COMMA = "expected a comma between the parts of this list, and ] after the last one"
NO_BRACE = "expected a comma between the parts in these braces, and } after the last one"
TWICE = "expected this name once; it stands here a second time"
BACKSLASH = r"expected \\ for a backslash"
BRACKETS = "expected [[{name}]], with two brackets on each side each time, since there may be several"
HEADING = "expected brackets on both sides of this name, such as [welcome] or [[sections]]"


def plainly(error: Exception, text: str) -> tuple[int | None, str]:
    """Return the line, from 1, at which tomllib refused `text`, and what to write there; None for no line."""
    reason = str(error)
    at = _AT.search(reason)
    if at is None:
        return None, f"expected {reason}"
    lines = text.split("\n")
    number = int(at[1]) if at[1] else len(lines)
    reason = reason[: at.start()]
    if not at[1] and reason == "Invalid value":
        return number, NOT_CLOSED
    line = lines[number - 1]
    if at[1] and reason == "Invalid value" and not line[: int(at[2]) - 1].strip():
        return number, NOT_CLOSED  # the line is right; the one before it did not end
    return number, _said(reason, line) or f"expected TOML: {reason}"


def _said(reason: str, line: str) -> str:
    """Return what was expected on a line that stopped tomllib for a reason; empty where that is not known."""
    outside = _TEXT.sub("", line)
    if _CURLY.search(outside) or _CURLY_SINGLE.search(outside):
        return CURLY
    heading = _HEADING.match(line)
    match reason:
        case "Expected newline or end of document after a statement":
            return QUOTE_INSIDE if _word_after_text(line) else NOT_OVER
        case "Unclosed array":
            return QUOTE_INSIDE if _word_after_text(line) else NO_COMMA
        case "Unclosed inline table":
            return QUOTE_INSIDE if _word_after_text(line) else NO_BRACE
        case "Unterminated string" | "Illegal character '\\n'" | "Illegal character '\\r'":
            return NO_END
        case "Invalid value":
            return NOT_CLOSED if heading else NO_QUOTES
        case _ if heading and reason.startswith(("Cannot declare", "Cannot mutate", "Cannot overwrite")):
            name = heading[1].strip()
            return BRACKETS.format(name=name) if name in LISTS else TWICE
        case _ if reason.startswith(("Cannot overwrite", "Duplicate")):
            return TWICE
        case "Invalid statement" | "Invalid initial character for a key part":
            return NO_VALUE
        case _ if reason.startswith("Expected '=' after a key"):
            return NO_VALUE
        case _ if reason.startswith("Expected ']"):
            return HEADING
        case _ if reason.startswith(("Unescaped", "Invalid hex value")):
            return BACKSLASH
    return ""


def _word_after_text(line: str) -> bool:
    """Tell whether letters stand right after a quoted text: the quote before them was meant as one inside."""
    return any(line[text.end() : text.end() + 1].isalnum() for text in _TEXT.finditer(line))
