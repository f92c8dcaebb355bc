"""Where each value of a TOML text stands. tomllib tells the values only, and a mistake needs its line."""

import re
import tomllib
from bisect import bisect_left

ValuePath = tuple[str | int, ...]
"""The way to a value from the top: a str is a key of a table, an int an item of a list."""

_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_KEY = re.compile(r"""[ \t]*(?:[A-Za-z0-9_-]+|"(?:\\.|[^"\\])*"|'[^']*')[ \t]*""")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})' + r"|'''.*?'''(?:'{0,2})" + r'|"(?:\\.|[^"\\])*"' + r"|'[^']*'",
    re.DOTALL,
)
_PLAIN = re.compile(r"[^,\]}#\n]+")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def lines_of(text: str) -> dict[ValuePath, int]:
    """Return the line, counted from 1, of each table, key and list item.

    `text` must be TOML that tomllib accepts; line ends may be LF or CR LF.
    """
    return _Reader(text.replace("\r\n", "\n")).read()


def nearest_line(lines: dict[ValuePath, int], place: ValuePath) -> int:
    """Return the line of `place`, or of what encloses it most closely where it is not in the text."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


_ONE = {
    "sections": "section",
    "questions": "question",
    "points": "point",
    "options": "option",
    "cards": "card",
    "groups": "group",
    "lines": "line",
    "entries": "entry",
    "again": "again",
    "changes": "change",
    "done": "done",
    "goals": "goal",
}
"""What one item of a list is called. The others are lists of lines too."""


def spelled(place: ValuePath) -> str:
    """Spell a place as people count: `section 3, question 1, points`."""
    parts: list[str] = []
    for step in place:
        if isinstance(step, int):
            last = parts.pop() if parts else ""
            one = _ONE.get(last)
            parts += [f"{one} {step + 1}"] if one else [*filter(None, [last]), f"line {step + 1}"]
        else:
            # ascii() keeps a control character in a key from reaching a terminal.
            parts.append(step if _BARE_KEY.fullmatch(step) else ascii(step))
    return ", ".join(parts)


class _Reader:
    """Walks the text once, trusting that it is TOML."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._ends = [match.start() for match in re.finditer("\n", text)]
        self._lines: dict[ValuePath, int] = {}
        self._last: dict[ValuePath, int] = {}
        """The index of the newest item of each list written as `[[name]]`."""

    def read(self) -> dict[ValuePath, int]:
        table: ValuePath = ()
        self._skip(_BLANK)
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)
        return self._lines

    def _skip(self, what: re.Pattern[str]) -> str:
        match = what.match(self._text, self._at)
        if match is None:
            raise ValueError(f"not TOML at character {self._at}")
        self._at = match.end()
        return match.group()

    def _line(self) -> int:
        return bisect_left(self._ends, self._at) + 1

    def _note(self, place: ValuePath, line: int) -> None:
        # The first mention counts: `[a.b]` names `a` too, which may get a header of its own later.
        self._lines.setdefault(place, line)

    def _keys(self) -> list[str]:
        """Read a key, dotted or not, up to the sign that follows it."""
        keys: list[str] = []
        while True:
            raw = self._skip(_KEY).strip()
            keys.append(raw if raw[0] not in "\"'" else str(tomllib.loads(f"key = {raw}")["key"]))
            if self._text[self._at] != ".":
                return keys
            self._at += 1

    def _header(self) -> ValuePath:
        """Read `[a.b]` or `[[a.b]]`, and return the table it opens."""
        line = self._line()
        brackets = 2 if self._text.startswith("[[", self._at) else 1
        self._at += brackets
        *parents, name = self._keys()
        self._at += brackets
        place: ValuePath = ()
        for key in parents:
            place = (*place, key)
            self._note(place, line)
            if place in self._last:
                place = (*place, self._last[place])
        place = (*place, name)
        self._note(place, line)
        if brackets == 2:
            self._last[place] = self._last.get(place, -1) + 1
            place = (*place, self._last[place])
            self._note(place, line)
        return place

    def _pair(self, table: ValuePath) -> None:
        """Read `key = value`."""
        line = self._line()
        place = table
        for key in self._keys():
            place = (*place, key)
            self._note(place, line)
        self._at += 1  # the equals sign
        self._value(place)

    def _value(self, place: ValuePath) -> None:
        self._skip(_BLANK)
        opening = self._text[self._at]
        if opening in "\"'":
            self._skip(_STRING)
        elif opening in "[{":
            self._at += 1
            self._inside(place, in_table=opening == "{")
        else:
            self._skip(_PLAIN)

    def _inside(self, place: ValuePath, *, in_table: bool) -> None:
        """Read what is between brackets or braces, and the closing one."""
        item = 0
        while True:
            self._skip(_BLANK)
            if self._text[self._at] in "]}":
                self._at += 1
                return
            if self._text[self._at] == ",":
                self._at += 1
            elif in_table:
                self._pair(place)
            else:
                self._note((*place, item), self._line())
                self._value((*place, item))
                item += 1
