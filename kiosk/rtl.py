"""Text from right to left, on a grid of cells that knows neither joined letters nor directions.

A terminal paints one sign in each cell, from left to right. So the letters of Arabic, Farsi and Urdu are
painted in their presentation forms (`shaped`), and the cells of a line are put in the order in which they
stand (`ordered`), by the Unicode Bidirectional Algorithm (Unicode Standard Annex 9). Both are done to a line
that is laid out already: what is kept, compared, read aloud and wrapped stays in the order of writing.

What is here knows isolates, and no embeddings or overrides, which `kiosk.text` keeps off the screen.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final, Literal

Direction = Literal["L", "R"]

NON_JOINER, JOINER = "\u200c", "\u200d"
LEFT, RIGHT, FIRST, END = "\u2066", "\u2067", "\u2068", "\u2069"
"""Begin a part of a line that is in a direction of its own, or in that of its first letter; and end it."""
UNSEEN: Final = f"\u061c\u200e\u200f{LEFT}{RIGHT}{FIRST}{END}"
"""What only says in which direction something is, and is never seen."""
APART: Final = "R"
"""The class of what keeps the columns of a line apart: as a letter would, so that no column turns another."""

_DEEPEST = 125
"""Level, as the Algorithm has it: somebody may have typed a thousand isolates in each other."""
_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "prs", "ps", "sd", "ug", "ur", "yi"})
_MARKS = ("Mn", "Me")
_SKIPPED = ("BN", "LRE", "RLE", "LRO", "RLO", "PDF")
_ISOLATES = ("LRI", "RLI", "FSI")
_FORMS = ("<isolated>", "<final>", "<initial>", "<medial>")
_LAM, _TATWEEL, _HEH, _HEH_WITH_HAMZA = "\u0644", "\u0640", "\u0647", "\u06c0"
_BRACKETS = dict(zip("([{", ")]}", strict=True))
_TURNED = str.maketrans("()[]{}<>«»‹›≤≥", ")(][}{><»«›‹≥≤")  # noqa: RUF001 - quotation marks


def is_rtl(language: str) -> bool:
    """Tell whether a language, given by its tag, is written from right to left."""
    tag, *parts = language.replace("_", "-").lower().split("-")
    return "latn" not in parts and "cyrl" not in parts and (tag in _RIGHT_TO_LEFT or "arab" in parts)


def isolated(text: str) -> str:
    """Return a text that keeps its own direction in another one: a name, a number of a telephone, a code."""
    return f"{FIRST}{text}{END}"


def cells(text: str) -> list[str]:
    """Return the letters of a text, each with the marks on it."""
    found = list[str]()
    for sign in text:
        if found and unicodedata.category(sign) in _MARKS:
            found[-1] += sign
        else:
            found.append(sign)
    return found


def shaped_cells(letters: Sequence[str]) -> list[str]:
    """Return the form of each letter beside its neighbours: as many, empty where nothing is left to paint.

    Lam takes the alef after it into its own cell. Joiners do their work and go. So do the marks on joined
    letters, vowels mostly: people read without them, a cell has no room for them, the console would give each
    a cell of its own, and foot loses the letter below. Hamza and madda are kept where they make a letter.
    """
    forms, ligatures = _tables()
    found = list[str]()
    at = 0
    while at < len(letters):
        letter, marks = letters[at][0], letters[at][1:]
        after = letters[at + 1][0] if at + 1 < len(letters) else ""
        joined = at > 0 and _reaches_on(letters[at - 1][0]) and _reaches_back(letter)
        if letter == _LAM and (pair := ligatures.get(after)):
            found += [pair[joined], ""]
            at += 2
            continue
        joins = bool(after) and _reaches_on(letter) and _reaches_back(after)
        if letter in forms:
            found.append(forms[letter].get(joined + 2 * joins, letter))
        else:
            found.append("" if letter in (NON_JOINER, JOINER) else letter + marks)
        at += 1
    return found


def shaped(text: str) -> str:
    """Return a text with its letters in the forms in which they join, still in the order of writing."""
    return "".join(shaped_cells(cells(text)))


def visual(line: str, base: Direction = "R") -> str:
    """Return one laid-out line as its cells stand from left to right, its brackets turned."""
    letters = cells(line)
    return "".join(turned(letters[at], level) for at, level in ordered(letters, base))


def painted(line: str) -> str:
    """Return a line as its letters stand from left to right, joined and turned where they are read so."""
    return visual(shaped(line)) if any(class_of(letter) in ("R", "AL") for letter in line) else line


def turned(letter: str, level: int) -> str:
    """Return a letter as it is painted at a level: a bracket that is read from right to left opens there."""
    return letter.translate(_TURNED) if level % 2 else letter


def ordered(
    letters: Sequence[str], base: Direction = "R", classes: Sequence[str] | None = None
) -> list[tuple[int, int]]:
    """Return which letter stands where, from left to right, and its level, odd where it is read to the left.

    `classes` are the letters' bidirectional classes where they are not those of Unicode.
    """
    given = list(classes or map(class_of, letters))
    base_level = int(base == "R")
    levels = [base_level] * len(given)
    _resolve(letters, given, levels, range(len(given)), base_level)
    _reset_spaces(given, levels, base_level)
    order = list(range(len(given)))
    for level in range(max(levels, default=0), 0, -1):
        order = _reversed_from(order, levels, level)
    return [(at, levels[at]) for at in order]


def class_of(letter: str) -> str:
    """Return the bidirectional class of a letter."""
    return unicodedata.bidirectional(letter[0]) or "L"


@cache
def _tables() -> tuple[dict[str, dict[int, str]], dict[str, tuple[str, str]]]:
    """Return the forms of each letter, and those of lam with each alef, as Unicode itself tells them."""
    forms, ligatures = dict[str, dict[int, str]](), dict[str, tuple[str, str]]()
    for sign in map(chr, (*range(0xFB50, 0xFDFE), *range(0xFE80, 0xFEFD))):
        kind, *letters = unicodedata.decomposition(sign).split() or ("",)
        if kind in _FORMS and len(letters) == 1:
            forms.setdefault(chr(int(letters[0], 16)), {})[_FORMS.index(kind)] = sign
    for first in (0xFEF5, 0xFEF7, 0xFEF9, 0xFEFB):
        alef = unicodedata.decomposition(chr(first)).split()[2]
        ligatures[chr(int(alef, 16))] = chr(first), chr(first + 1)
    forms[_HEH_WITH_HAMZA] = {form: forms[_HEH][form] for form in (0, 1)}  # few fonts have its own
    return forms, ligatures


def _reaches_on(letter: str) -> bool:
    """Tell whether a letter joins the one after it."""
    return letter in (_TATWEEL, JOINER) or 2 in _tables()[0].get(letter, {})


def _reaches_back(letter: str) -> bool:
    """Tell whether a letter joins the one before it."""
    return letter in (_TATWEEL, JOINER) or 1 in _tables()[0].get(letter, {})


def _resolve(
    letters: Sequence[str], classes: Sequence[str], levels: list[int], where: Sequence[int], level: int
) -> None:
    """Find the levels of a line, or of what is isolated in one (rules X5a to I2)."""
    outer, inner = _parted(classes, where)
    for begins, inside in inner:
        levels[begins] = level
        kind = classes[begins]
        right = _leads_right(classes, inside) if kind == "FSI" else kind == "RLI"
        deeper = level + 1 if right != level % 2 else level + 2
        if deeper <= _DEEPEST:
            _resolve(letters, classes, levels, inside, deeper)
        else:
            for at in inside:
                levels[at] = level
    outer = [at for at in outer if classes[at] not in _SKIPPED]
    kinds = ["ON" if classes[at] in (*_ISOLATES, "PDI") else classes[at] for at in outer]
    own = "R" if level % 2 else "L"
    _weak(kinds, own)
    _pairs(kinds, [letters[at] for at in outer], [classes[at] for at in outer], own)
    _neutral(kinds, own)
    for at, kind in zip(outer, kinds, strict=True):
        if level % 2:
            levels[at] = level + (kind != "R")
        else:
            levels[at] = level + {"R": 1, "EN": 2, "AN": 2}.get(kind, 0)
    for before, at in zip([-1, *where], where, strict=False):
        if classes[at] in _SKIPPED:
            levels[at] = levels[before] if before >= 0 else level


def _parted(classes: Sequence[str], where: Sequence[int]) -> tuple[list[int], list[tuple[int, list[int]]]]:
    """Return what stands outside of isolates, and each isolate: its beginning, and what is in it."""
    outer, inner, open_ones = list[int](), list[tuple[int, list[int]]](), 0
    for at in where:
        kind = classes[at]
        if open_ones and kind == "PDI":
            open_ones -= 1
        if open_ones:
            inner[-1][1].append(at)
        else:
            outer.append(at)
        if kind in _ISOLATES:
            if not open_ones:
                inner.append((at, []))
            open_ones += 1
        if kind == "B":
            open_ones = 0
    return outer, inner


def _leads_right(classes: Sequence[str], where: Sequence[int]) -> bool:
    """Tell whether the first letter outside of isolates is one of a script from right to left."""
    kinds = (classes[at] for at in _parted(classes, where)[0])
    return next((kind != "L" for kind in kinds if kind in ("L", "R", "AL")), False)


def _weak(kinds: list[str], own: str) -> None:
    """Settle numbers and what stands in and by them (rules W1 to W7)."""
    strong = before = own
    for at, kind in enumerate(kinds):
        if kind == "NSM":
            kinds[at] = kind = before
        before = kind
        if kind in ("L", "R", "AL"):
            strong = kind
        elif kind == "EN" and strong == "AL":
            kinds[at] = "AN"
    kinds[:] = ["R" if kind == "AL" else kind for kind in kinds]
    for at in range(1, len(kinds) - 1):
        one, kind, other = kinds[at - 1 : at + 2]
        if one == other and ((kind == "CS" and one in ("EN", "AN")) or (kind == "ES" and one == "EN")):
            kinds[at] = one
    for start, end in _runs(kinds, ("ET",)):
        if "EN" in (kinds[start - 1] if start else "", kinds[end] if end < len(kinds) else ""):
            kinds[start:end] = ["EN"] * (end - start)
    strong = own
    for at, kind in enumerate(kinds):
        if kind in ("ES", "ET", "CS"):
            kinds[at] = "ON"
        elif kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[at] = "L"


def _pairs(kinds: list[str], letters: Sequence[str], given: Sequence[str], own: str) -> None:
    """Give brackets that belong together one direction (rule N0)."""
    for opens, closes in _bracketed(kinds, letters):
        inside = {_strong(kind) for kind in kinds[opens + 1 : closes]} - {""}
        if not inside:
            continue
        before = next((_strong(kind) for kind in reversed(kinds[:opens]) if _strong(kind)), own)
        side = own if own in inside or before == own else before
        for at in (opens, closes):
            kinds[at] = side
            for mark in range(at + 1, len(kinds)):
                if given[mark] != "NSM":
                    break
                kinds[mark] = side


def _bracketed(kinds: Sequence[str], letters: Sequence[str]) -> list[tuple[int, int]]:
    waiting, pairs = list[tuple[str, int]](), list[tuple[int, int]]()
    for at, (kind, letter) in enumerate(zip(kinds, letters, strict=True)):
        if kind != "ON":
            continue
        if letter[0] in _BRACKETS:
            waiting.append((_BRACKETS[letter[0]], at))
        elif any(closing == letter[0] for closing, _at in waiting):
            while True:
                closing, opened = waiting.pop()
                if closing == letter[0]:
                    break
            pairs.append((opened, at))
    return sorted(pairs)


def _neutral(kinds: list[str], own: str) -> None:
    """Let what has no direction take that of both its sides, or else the line's (rules N1 and N2)."""
    for start, end in _runs(kinds, ("B", "S", "WS", "ON")):
        before = _strong(kinds[start - 1]) if start else own
        after = _strong(kinds[end]) if end < len(kinds) else own
        kinds[start:end] = [before if before == after else own] * (end - start)


def _strong(kind: str) -> str:
    return "R" if kind in ("R", "EN", "AN") else "L" if kind == "L" else ""


def _runs(kinds: Sequence[str], which: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Yield where each run of these kinds begins and ends."""
    start = 0
    while start < len(kinds):
        end = start
        while end < len(kinds) and kinds[end] in which:
            end += 1
        if end > start:
            yield start, end
        start = end + 1


def _reset_spaces(classes: Sequence[str], levels: list[int], base_level: int) -> None:
    """Let spaces at the end, and before what keeps columns apart, stand in the line's direction (rule L1)."""
    follows = True
    for at in range(len(classes) - 1, -1, -1):
        kind = classes[at]
        if kind in ("B", "S"):
            follows = True
        elif kind not in ("WS", *_ISOLATES, "PDI", *_SKIPPED):
            follows = False
        if follows:
            levels[at] = base_level


def _reversed_from(order: list[int], levels: Sequence[int], level: int) -> list[int]:
    """Return the order with each run of at least a level turned round (rule L2)."""
    turned_round, run = list[int](), list[int]()
    for at in order:
        if levels[at] >= level:
            run.append(at)
        else:
            turned_round += [*reversed(run), at]
            run = []
    return turned_round + run[::-1]
