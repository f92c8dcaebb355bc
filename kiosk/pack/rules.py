"""What a pack or deck must mean beyond its shape: ids, counts, texts.

The rules read the values as tomllib gives them, and pass over what has the wrong shape: so one look finds
as many mistakes as there are, and `kiosk.pack.schema` names the wrong shapes.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import chain

from kiosk.pack.schema import Mistake
from kiosk.pack.source_lines import ValuePath, spelled
from kiosk.text import JOINERS, columns, compared, is_blank, is_line

PLACEHOLDERS = ("organisation", "venue", "days", "basis", "contact", "complain", "help", "idle")
"""What the settings fill in, in the texts around the questions."""

ID = re.compile(r"[a-z][a-z0-9_]{0,99}")
"""An id: it names answers in entries, and a deck's file, so it can hold no path."""

LONGEST = 2000
"""Signs of a text: an entry keeps it beside each answer, and is read with bounds (`kiosk.entry.pages`)."""

_LEFTWARD = ("R", "AL", "AN")
"""Bidirectional classes of letters from right to left: the screen paints them in the wrong order."""
_PART_OF_A_SIGN = re.compile("[\u200c\u200d\u20e3\ufe0e\ufe0f\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff]")
"""What makes one emoji of several characters: terminals disagree on how wide that is."""
_DRIFTING = re.compile(
    "(?:BENGALI|DEVANAGARI|GUJARATI|GURMUKHI|KANNADA|KHMER|MALAYALAM|MYANMAR|ORIYA|SINHALA|TAMIL|TELUGU"
    "|TIBETAN) "
)
"""What the names of letters begin with whose width depends on the next one: a terminal cannot place them."""
TAG = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
"""A language, as in `pl` or `zh-Hant`: it is part of a file's name."""
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_QUESTION = "sections.*.questions.*"
_NOT_PROSE = {"id", "kind", "deck", "group", "language"}
_UNFILLED = {"title", "made", "sections"}

_MY_PAGE: dict[str, tuple[str, ...]] = {
    "strengths": ("cards", "lines", "text", "choice"),
    "ratings": ("scale",),
    "hopes": ("text", "lines", "choice"),
    "steps": ("goal",),
}
"""The kinds of question that each part of My page can show."""

_COUNTS: tuple[tuple[str, int, int, str], ...] = (
    (f"{_QUESTION}.points", 2, 11, "points"),
    ("closing.feedback.points", 2, 11, "points"),
    (f"{_QUESTION}.options", 2, 9, "options"),
    ("sections", 1, 20, "sections"),
    ("sections.*.questions", 1, 50, "questions"),
    ("welcome.lines", 1, 9, "lines"),
    ("privacy.short", 1, 3, "lines"),
    ("closing.keep", 1, 9, "lines"),
    ("closing.cleared", 1, 9, "lines"),
)
_NUMBERS: tuple[tuple[str, int, int], ...] = (
    ("version", 1, 9999),
    (f"{_QUESTION}.since", 1, 9999),
    ("minutes.*", 1, 240),
    (f"{_QUESTION}.most", 1, 10),
    (f"{_QUESTION}.points.*.value", -100, 100),
    ("closing.feedback.points.*.value", -100, 100),
)


_ROOM: tuple[tuple[str, int], ...] = (
    ("title", 34),
    ("*.title", 34),
    ("sections.*.title", 34),
    ("sections.*.intro", 160),
    ("welcome.lines.*", 100),
    ("privacy.short.*", 100),
    *(
        (f"{question}.{text}", most)
        for question in (_QUESTION, "closing.feedback")
        for text, most in (
            ("ask", 110),
            ("why", 110),
            ("summary", 28),
            ("points.*.label", 34),
            ("options.*.label", 34),
            ("want", 110),
            ("first_step", 110),
            ("who", 110),
            ("when", 110),
        )
    ),
    ("groups.*", 34),
    ("cards.*.label", 30),
)
"""Columns that a text of a pack or a deck may take, so that all of it is seen on a screen of 56 by 16."""

_TOLD = (
    ("writing_note", "help", "where to get help now"),
    ("privacy", "days", "how long they are kept"),
    ("privacy", "complain", "where to complain"),
)
"""What customers must be told: in which texts, filled in by which setting."""


def pack_mistakes(pack: dict[str, object], name: str) -> Iterator[Mistake]:
    """Yield the mistakes of a pack's values. `name` is its file's name, without the ending.

    Which decks there are is the loader's to check.
    """
    if "decks" in pack:
        yield Mistake(("decks",), "expected no key `decks` here: each deck is a file in the folder of decks")
    for key in sorted({"hash", "state"} & pack.keys()):
        yield Mistake((key,), f"expected no key `{key}` here: the kiosk finds that by itself")
    yield from _wrong_ids(
        pack, "id", "sections.*.id", f"{_QUESTION}.id", f"{_QUESTION}.options.*.id", f"{_QUESTION}.deck"
    )
    yield from _wrong_ids(pack, "closing.feedback.id")
    yield from _other_id(pack, name)
    yield from _used_twice("an id", find(pack, "sections.*.id"))
    yield from _used_twice("an id", chain(find(pack, f"{_QUESTION}.id"), find(pack, "closing.feedback.id")))
    for place, question in chain(find(pack, _QUESTION), find(pack, "closing.feedback")):
        yield from _used_twice("an id", find(question, "options.*.id", place))
        yield from _used_twice("a value", find(question, "points.*.value", place))
        yield from _used_twice("a group", find(question, "groups.*", place))
        yield from _alone_for_nothing(place, question)
        yield from _own_words_twice(place, question)
    yield from _deeper_than_nothing(pack)
    yield from _same_words(pack)
    yield from _untold(pack)
    yield from _wrong_counts(pack)
    yield from _wrong_numbers(pack)
    yield from _wrong_my_page(pack)
    for place, tag in find(pack, "language"):
        if isinstance(tag, str) and not TAG.fullmatch(tag):
            yield Mistake(place, "expected a language tag such as en or pt-BR")
    yield from _no_room(pack)
    for place, text in prose(pack, ()):
        yield from _wrong_text(place, text, filled=place[0] not in _UNFILLED and place[1:2] != ("feedback",))


def deck_mistakes(deck: dict[str, object], name: str) -> Iterator[Mistake]:
    """Yield the mistakes of a deck's values. `name` is its file's name, without the ending."""
    yield from _wrong_ids(deck, "id", "cards.*.id")
    yield from _other_id(deck, name)
    yield from _used_twice("an id", find(deck, "cards.*.id"))
    yield from _used_twice("these words", find(deck, "groups.*"))
    yield from _used_twice("these words", find(deck, "cards.*.label"))
    groups = group_ids(deck)
    for group in groups:
        if not ID.fullmatch(group):
            yield Mistake(("groups", group), _ID_EXPECTED)
    used: list[object] = []
    for place, named in find(deck, "cards.*.group"):
        used.append(named)
        if isinstance(named, str) and named not in groups:
            yield Mistake(place, f"expected one of the deck's groups: {', '.join(groups)}")
    for group in groups:
        if group not in used:
            yield Mistake(("groups", group), "expected at least one card in this group")
    yield from _no_room(deck)
    for place, text in prose(deck, ()):
        yield from _wrong_text(place, text, filled=False)


def group_ids(deck: dict[str, object]) -> tuple[str, ...]:
    """Return the ids of a deck's groups, in order."""
    groups = deck.get("groups")
    return tuple(groups) if isinstance(groups, dict) else ()


def find(value: object, pattern: str, place: ValuePath = ()) -> Iterator[tuple[ValuePath, object]]:
    """Yield what is at `pattern` below `value`, with its place: `sections.*.id`, `*` being every item.

    `place` is where `value` itself stands. What has another shape is passed over.
    """
    step, _, rest = pattern.partition(".")
    below: list[tuple[ValuePath, object]] = []
    if step == "*" and isinstance(value, list):
        below = [((*place, index), item) for index, item in enumerate(value)]
    elif step == "*" and isinstance(value, dict):
        below = [((*place, key), item) for key, item in value.items()]
    elif isinstance(value, dict) and step in value:
        below = [((*place, step), value[step])]
    for where, item in below:
        if rest:
            yield from find(item, rest, where)
        else:
            yield where, item


_ID_EXPECTED = "expected an id of lower-case letters a to z, digits and _, starting with a letter"


def _wrong_ids(tree: dict[str, object], *patterns: str) -> Iterator[Mistake]:
    for pattern in patterns:
        for place, value in find(tree, pattern):
            if isinstance(value, str) and not ID.fullmatch(value):
                yield Mistake(place, _ID_EXPECTED)


def _other_id(tree: dict[str, object], name: str) -> Iterator[Mistake]:
    for place, value in find(tree, "id"):
        if isinstance(value, str) and value != name and ID.fullmatch(value):
            if ID.fullmatch(name):
                yield Mistake(place, f"expected {name}, as the file is called")
            else:
                yield Mistake(place, f"expected a file called {value}.toml")


def _used_twice(what: str, values: Iterable[tuple[ValuePath, object]]) -> Iterator[Mistake]:
    first: dict[object, ValuePath] = {}
    for place, value in values:
        if not isinstance(value, (str, int)):
            continue
        told = " ".join(compared(value).split()) if isinstance(value, str) else value
        if told in first:
            yield Mistake(place, f"expected {what} used once; {spelled(first[told])} has it already")
        first.setdefault(told, place)


def _same_words(pack: dict[str, object]) -> Iterator[Mistake]:
    """Yield what people could not tell apart."""
    for place, question in chain(find(pack, _QUESTION), find(pack, "closing.feedback")):
        for texts in ("options.*.label", "points.*.label"):
            yield from _used_twice("these words", find(question, texts, place))


def _untold(pack: dict[str, object]) -> Iterator[Mistake]:
    for key, setting, what in _TOLD:
        texts = " ".join(text for _, text in prose(pack.get(key), (key,)))
        # A name that is spelled wrongly is told where it stands.
        if key in pack and f"{{{setting}}}" not in texts and not _has_other_braces(texts):
            yield Mistake((key,), f"expected {{{setting}}} in these texts, so that customers know {what}")


@lru_cache(4096)  # of a pack, each language asks for the same places
def room_for(place: str) -> int:
    """Return how many columns the text at a place of a pack (`kiosk.pack.texts`) may take; 0 for any."""
    within = re.sub(r"^decks\.[^.]+\.", "", place)
    return next((most for pattern, most in _room_by_place() if pattern.fullmatch(within)), 0)


@cache
def _room_by_place() -> list[tuple[re.Pattern[str], int]]:
    return [(re.compile(re.escape(one).replace(r"\*", "[^.]+")), most) for one, most in _ROOM]


def _no_room(tree: dict[str, object]) -> Iterator[Mistake]:
    for pattern, most in _ROOM:
        for place, text in find(tree, pattern):
            if isinstance(text, str) and columns(text) > most:
                yield Mistake(place, f"expected at most {most} characters, not {columns(text)}")


def _alone_for_nothing(place: ValuePath, question: object) -> Iterator[Mistake]:
    if isinstance(question, dict) and question.get("several", False) is False:
        for where, alone in find(question, "options.*.alone", place):
            if alone is True:
                said = "expected `several = true` in this question: without it, every option is alone"
                yield Mistake(where, said)


def _deeper_than_nothing(pack: dict[str, object]) -> Iterator[Mistake]:
    for place, questions in find(pack, "sections.*.questions"):
        first = questions[0] if isinstance(questions, list) and questions else None
        if isinstance(first, dict) and first.get("depth") is True:
            yield Mistake(
                (*place, 0, "depth"), "expected no `depth` at the first question of a section: it opens it"
            )


def _own_words_twice(place: ValuePath, question: object) -> Iterator[Mistake]:
    marked = [where for where, own in find(question, "options.*.own_words", place) if own is True]
    for where in marked[1:]:
        yield Mistake(where, "expected at most one option with own words: there is only one field for them")


def _wrong_counts(pack: dict[str, object]) -> Iterator[Mistake]:
    for pattern, least, most, what in _COUNTS:
        for place, value in find(pack, pattern):
            if isinstance(value, list) and not least <= len(value) <= most:
                yield Mistake(place, f"expected {least} to {most} {what}, not {len(value)}")


def _wrong_numbers(pack: dict[str, object]) -> Iterator[Mistake]:
    for pattern, least, most in _NUMBERS:
        for place, value in find(pack, pattern):
            if isinstance(value, int) and not least <= value <= most:
                yield Mistake(place, f"expected a whole number from {least} to {most}")
    version = pack.get("version")
    for place, value in find(pack, f"{_QUESTION}.since"):
        if isinstance(value, int) and isinstance(version, int) and value > version:
            yield Mistake(place, f"expected at most {version}, the version of this pack")
    minutes = [value for _, value in find(pack, "minutes.*") if isinstance(value, int)]
    if minutes != sorted(minutes):
        yield Mistake(("minutes",), "expected the smaller number of minutes first")


def _wrong_my_page(pack: dict[str, object]) -> Iterator[Mistake]:
    kinds = {
        question.get("id"): question.get("kind")
        for _, question in find(pack, _QUESTION)
        if isinstance(question, dict) and isinstance(question.get("id"), str)
    }
    for part, fitting in _MY_PAGE.items():
        named = list(find(pack, f"my_page.{part}.*"))
        for place, value in named:
            if isinstance(value, str) and kinds.get(value) not in fitting:
                yield Mistake(place, f"expected the id of a question of the kind {' or '.join(fitting)}")
        yield from _used_twice("a question", named)


def prose(value: object, place: ValuePath) -> Iterator[tuple[ValuePath, str]]:
    """Yield every text that a person reads."""
    if isinstance(value, str):
        named = place[-1] in _NOT_PROSE or (isinstance(place[-1], int) and place[-2] == "groups")
        if not named:
            yield place, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from prose(item, (*place, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from prose(item, (*place, index))


@lru_cache(4096)
def not_shown(sign: str, *, rtl: bool = False) -> str:
    """Return what should stand in place of a character that no screen shows as meant; empty if one does.

    `rtl` says that the screen is one from right to left.
    """
    if sign == "\t" or (unicodedata.category(sign) == "Zs" and sign != " "):
        return "an ordinary space"
    if not is_line(sign):
        return "visible characters, on one line"
    if rtl and (unicodedata.bidirectional(sign) in _LEFTWARD or sign in JOINERS):
        return ""
    if unicodedata.bidirectional(sign) in _LEFTWARD:
        return "letters that run from left to right: a terminal turns no others round"
    if _PART_OF_A_SIGN.match(sign):
        return "signs of one character: a terminal draws the others in pieces"
    if _DRIFTING.match(unicodedata.name(sign, "")):
        return "letters of a script that a terminal can show, such as Latin or Cyrillic"
    return ""


def _wrong_text(place: ValuePath, text: str, *, filled: bool) -> Iterator[Mistake]:
    if is_blank(text):
        yield Mistake(place, "expected some words; this text is empty")
        return
    if len(text) > LONGEST:
        yield Mistake(place, f"expected at most {LONGEST} characters, not {len(text)}")
    for index, sign in enumerate("" if text.isascii() and text.isprintable() else text, start=1):
        trouble = not_shown(sign)
        if trouble:
            yield Mistake(place, f"expected {trouble}; character {index} is U+{ord(sign):04X}")
            break
    if _has_other_braces(text) if filled else "{" in text or "}" in text:
        names = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        allowed = f"only these in braces: {names}" if filled else "no braces in this text"
        yield Mistake(place, f"expected {allowed}")


def _has_other_braces(text: str) -> bool:
    """Tell whether there are braces in a text that the settings do not fill in."""
    rest = _PLACEHOLDER.sub(lambda match: "" if match[1] in PLACEHOLDERS else match[0], text)
    return "{" in rest or "}" in rest
