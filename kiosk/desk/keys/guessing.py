"""How many guesses a passphrase takes of somebody who knows how people think one up.

It is read as a row of parts in the way that is cheapest to guess, and bits are counted for those alone that
do not follow from the rest. There is no credit for words of the trade, names of places and people, numbers,
dates, rows of keys, well-known phrases, repeats, nor for capitals, look-alike digits (`h0us1ng`) and what is
hung on at an end; all of that in reverse, too. A word of a sentence counts half, and so does the second
animal; the third nothing. `kiosk.desk.keys.wordlists` tells what a word counts by itself.
"""

import itertools
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from kiosk.desk.keys.wordlists import (
    LEAST_PHRASE,
    LONGEST_WORD,
    SHORT_BITS,
    WORD_BITS,
    Kind,
    alike,
    phrases,
    surprise,
    worths,
)

LOOKED_AT = 120
"""Characters that are looked at."""

_LETTER_BITS = 4.7
"""One of 26."""
_TYING_BITS = {1: 4.7, 2: 4.0}
"""What ties a sentence, written without spaces, counts where chance may have made it; longer ones 1.5."""
_UNKNOWN_MORE = 1.5
"""For each letter after eight of what is no known word (NIST SP 800-63-2, table A.1)."""
_RANDOM_BITS = 3.6
"""For each character of what no word or pattern explains: twelve are enough. One that is drawn has over 5."""
_DRAWN_SURPRISE = 5.2
"""Bits by which each letter surprises after the one before, from which on no word explains it."""
_LONGEST_UNKNOWN = 14
_LEAST_REPEAT, _LEAST_ROW, _LEAST_WALK, _LEAST_LONG = 4, 3, 5, 4
_LEAST_SURE, _LEAST_SURE_ROW, _LEAST_RANDOM = 4, 7, 10
"""Letters from which on chance is no explanation any more."""

_LEET = tuple(
    str.maketrans(f"013457896@$!|+(€£{symbols}", "oieastbgg" + "asiitcel" + letters)
    for symbols, letters in (("", ""), ("1!|7", "llll"))
)
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz", "0123456789012", "0246802468", "1357913579", "qwertyuiop[]", "asdfghjkl;'#",
    "zxcvbnm,./", "azertyuiop", "qwertzuiop", "!\"£$%^&*()_+", "!@#$%^&*()_+",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "qazwsxedcrfvtgbyhnujmikolp", "789456123", "147258369", "aeiou",
)  # fmt: skip
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        r"(?:19|20)\d\d",
        r"\d{1,2}[-_/. ]?\d{1,2}[-_/. ]?(?:\d{4}|\d\d)(?!\d)",
        r"\d{4}[-_/. ]?\d\d[-_/. ]?\d\d(?!\d)",
        r"\d{1,2}(?:st|nd|rd|th|am|pm)(?![a-z])",
        r"[a-z]{1,2}\d[a-z\d]?[-_. ]?\d[a-z]{2}(?![a-z\d])",  # postcode
        r"[a-z]{1,2}\d{1,2}(?![a-z\d])",  # its first half
        r"[a-z]{2}\d\d[-_. ]?[a-z]{3}(?![a-z\d])",  # number plate
        r"[a-z]{2} ?\d\d ?\d\d ?\d\d ?[a-d](?![a-z\d])",  # National Insurance
        r"(?:\+|00)?(?:44|0)[-_. \d]{8,14}(?!\d)",  # telephone
        r"(.)\1{2,}",
    )
)
_LETTERS = re.compile(r"[^\W\d_]+")
_CAPITALISED = re.compile(r"ul+[^l]")
"""Over classes: a capital, small letters, and what comes then."""
_CHUNK = re.compile(r"\S+")


@dataclass(frozen=True)
class Estimate:
    """What a passphrase is worth."""

    bits: float
    """Of entropy, at most."""
    kinds: frozenset[Kind]
    """What it is made of."""


@dataclass(frozen=True)
class _Part:
    start: int
    end: int
    kind: Kind
    bits: float = 0.0
    word: str = ""


def estimate(text: str, about: Iterable[str] = ()) -> Estimate:
    """Tell what a passphrase is worth; `about` are words, folded, that anybody here would try."""
    return _Reading(text, frozenset(about)).estimate()


class _Reading:
    """A passphrase on its way to being understood."""

    def __init__(self, text: str, about: frozenset[str]) -> None:
        self._about = about
        plain, classes = [], []
        for character in unicodedata.normalize("NFKD", text)[:LOOKED_AT]:
            if unicodedata.combining(character) or character in "'’`":  # noqa: RUF001 - what keyboards make
                continue
            for one in character.casefold():
                plain.append(" " if one.isspace() else one)
                classes.append(_class_of(character))
        self._text, self._classes = "".join(plain), "".join(classes)
        self._translated = tuple(
            dict.fromkeys((self._text, *(self._text.translate(table) for table in _LEET)))
        )

    def estimate(self) -> Estimate:
        parts = self._cheapest()
        return Estimate(
            self._counted(parts),
            frozenset(part.kind for part in parts if not part.word or len(part.word) > 1),
        )

    def _cheapest(self) -> list[_Part]:
        """Return the parts, in order, that together count least."""
        best: list[tuple[float, int, _Part | None]] = [(0.0, 0, None)]
        best += [(math.inf, 0, None)] * len(self._text)
        parts = sorted(self._all_parts(), key=lambda part: part.start)
        for part in parts:
            bits, count, _ = best[part.start]
            best[part.end] = min(best[part.end], (bits + part.bits, count + 1, part), key=lambda one: one[:2])
        row: list[_Part] = []
        last = best[-1][2]
        while last is not None:
            row.append(last)
            last = best[last.start][2]
        return row[::-1]

    def _all_parts(self) -> Iterator[_Part]:
        whole = tuple(self._whole_words())
        known = {
            place: part for part in whole if part.word in worths() for place in range(part.start, part.end)
        }
        yield from whole
        yield from self._known_phrases()
        for part in itertools.chain(self._repeats(), *map(self._loose_parts, range(len(self._text)))):
            # A known word that stands by itself is that word, and nothing in it counts less; but a long row
            # of keys is known as a password.
            word = known.get(part.start)
            if (
                word is None
                or part.end > word.end
                or (part.kind is Kind.ROW and part.end - part.start >= _LEAST_SURE_ROW)
            ):
                yield part

    def _loose_parts(self, start: int) -> Iterator[_Part]:
        letter = self._text[start].isalpha()
        yield _Part(start, start + 1, Kind.LOOSE, _LETTER_BITS if letter else 0.0)
        yield from self._shapes(start)
        yield from self._rows(start)
        yield from self._words(start)

    def _whole_words(self) -> Iterator[_Part]:
        """Yield what stands by itself: known words, and those that might be one."""
        for found in _LETTERS.finditer(self._text):
            word = min(
                found[0], found[0][::-1], key=lambda one: one not in self._about and one not in worths()
            )
            alone = not any(
                0 <= place < len(self._text) and self._text[place].isalnum()
                for place in (found.start() - 1, found.end())
            )
            if alone and (word in self._about or word in worths() or len(word) <= _LONGEST_UNKNOWN):
                kind, bits = self._credit(word) or (Kind.WORD, SHORT_BITS.get(len(word), WORD_BITS))
                yield _Part(*found.span(), kind, bits, word)

    def _credit(self, word: str) -> tuple[Kind, float] | None:
        return (Kind.ABOUT, 0.0) if word in self._about else worths().get(word)

    def _words(self, start: int) -> Iterator[_Part]:
        letters = 0
        for end in range(start + 1, min(start + LONGEST_WORD, len(self._text)) + 1):
            letters += self._text[end - 1].isalpha()
            if not letters or letters * 3 < end - start:
                continue
            for text in self._translated:
                piece = text[start:end]
                for word in (piece, piece[::-1]) if len(piece) > 3 else (piece,):
                    if credit := self._credit(word):
                        kind, bits = credit
                        if kind is Kind.TYING:
                            bits = _TYING_BITS.get(len(word), 1.5)
                        if len(word) > 2 or kind is Kind.TYING:
                            yield _Part(start, end, kind, bits, word)

    def _known_phrases(self) -> Iterator[_Part]:
        for text in self._translated:
            places = [place for place, one in enumerate(text) if one.isalpha()]
            letters = "".join(text[place] for place in places)
            for at in range(len(letters)):
                for phrase in _phrases_by_start().get(letters[at : at + LEAST_PHRASE], ()):
                    if letters.startswith(phrase, at):
                        yield _Part(places[at], places[at + len(phrase) - 1] + 1, Kind.PHRASE)

    def _repeats(self) -> Iterator[_Part]:
        """Yield what was there before: the block just before, or what begins with an earlier word."""
        text, starts = self._text, [0, *(found.start() for found in re.finditer(r"(?<=\W)\w", self._text))]
        for start in range(2, len(text)):
            for length in range(2, min(start, len(text) - start) + 1):
                piece = text[start : start + length]
                either = (piece, piece[::-1])
                if text.startswith(either, start - length) or (
                    length >= _LEAST_REPEAT
                    and any(begin + length <= start and text.startswith(either, begin) for begin in starts)
                ):
                    yield _Part(start, start + length, Kind.ROW)

    def _shapes(self, start: int) -> Iterator[_Part]:
        for shape in _SHAPES:
            if (found := shape.match(self._text, start)) and found.end() > start:
                yield _Part(start, found.end(), Kind.SHAPE)

    def _rows(self, start: int) -> Iterator[_Part]:
        """Yield the rows of the alphabet and of the keyboard that begin somewhere, and walks over it."""
        least = start + _LEAST_ROW
        for row in _rows_by_start().get(self._text[start:least], ()):
            end = least
            while end <= len(self._text) and self._text[start:end] in row:
                yield _Part(start, end, Kind.ROW)
                end += 1
        end = start + 1
        while end < len(self._text) and self._text[end] in _neighbours().get(self._text[end - 1], ""):
            end += 1
            if end - start >= _LEAST_WALK:
                yield _Part(start, end, Kind.ROW)

    def _counted(self, parts: Sequence[_Part]) -> float:
        """Return what parts count beside each other."""
        counted = {part.start: part.bits for part in parts}
        counted.update(self._words_counted(parts))
        for stretch in self._stretches(parts):
            length = stretch[-1].end - stretch[0].start
            most = SHORT_BITS.get(length, WORD_BITS) + _UNKNOWN_MORE * max(length - 8, 0)
            if (together := sum(counted[part.start] for part in stretch)) > most:
                counted.update({part.start: counted[part.start] * most / together for part in stretch})
        bits = sum(counted.values())
        for chunk in _CHUNK.finditer(self._text):
            inside = [part for part in parts if part.start < chunk.end() and chunk.start() < part.end]
            drawn = self._random_bits(chunk[0], chunk.start(), inside)
            bits += max(0.0, drawn - sum(counted[part.start] for part in inside))
        return bits

    def _words_counted(self, parts: Sequence[_Part]) -> Mapping[int, float]:
        """Return what each word counts after those before it, by where it starts."""
        counted: dict[int, float] = {}
        seen: set[str] = set()
        groups: Counter[str] = Counter()
        said = [part for part in parts if part.word]
        ties = sum(part.kind is Kind.TYING for part in said)
        for place, part in enumerate(said):
            stem = part.word.removesuffix("s")
            tied = ties > 1 or any(one.kind is Kind.TYING for one in said[max(place - 1, 0) : place + 2])
            group = alike().get(stem)
            before = groups[group] if group else 0
            # Who has thought of two tools lists tools: the third follows.
            follows = stem in seen or before > 1
            counted[part.start] = 0.0 if follows else part.bits * (0.5 if tied or before else 1.0)
            if group and stem not in seen:
                groups[group] += 1
            seen.add(stem)
        return counted

    def _stretches(self, parts: Sequence[_Part]) -> Iterator[list[_Part]]:
        """Yield the letters in a row that no known word explains, with the crumbs of words among them."""
        crumbs = itertools.groupby(
            parts,
            lambda part: part.end - part.start < _LEAST_LONG and self._text[part.start : part.end].isalpha(),
        )
        yield from (list(row) for is_crumb, row in crumbs if is_crumb)

    def _random_bits(self, chunk: str, start: int, parts: Sequence[_Part]) -> float:
        """Return what a chunk counts where it looks as if a machine had drawn it; else 0."""
        end = start + len(chunk)
        explained = sum(min(part.end, end) - max(part.start, start) for part in parts if self._explains(part))
        left = len(chunk) - explained
        letters = sum(map(str.isalpha, chunk))
        if (
            len(chunk) < _LEAST_RANDOM
            or letters * 4 < len(chunk)
            or left * 5 < len(chunk) * 3
            or not self._is_drawn(start, end)
        ):
            return 0.0
        return _RANDOM_BITS * min(left, 2 * len(set(chunk)))

    def _explains(self, part: _Part) -> bool:
        length = part.end - part.start
        if part.kind is Kind.SHAPE:
            return length >= _LEAST_SURE
        if part.kind in (Kind.WORD, Kind.COMMON, Kind.TYING):
            return part.word in worths() and (length >= _LEAST_LONG or self._is_capitalised(part))
        return part.kind is not Kind.LOOSE

    def _is_drawn(self, start: int, end: int) -> bool:
        """Tell whether letters follow each other by chance, as they are or as look-alikes."""
        texts = [text[start:end] for text in self._translated]
        return min(surprise(text) for one in texts for text in (one, one[::-1])) > _DRAWN_SURPRISE

    def _is_capitalised(self, part: _Part) -> bool:
        """Tell whether a part is written as the words of `MyDog` are: a capital, then small letters."""
        written = self._classes[part.start : part.end + 1].ljust(part.end - part.start + 1)
        return bool(_CAPITALISED.fullmatch(written))


def _class_of(character: str) -> str:
    if character.isdigit():
        return "d"
    if character.isalpha():
        return "u" if character.isupper() else "l"
    return "s"


@cache
def _phrases_by_start() -> Mapping[str, Sequence[str]]:
    """Return the phrases that begin with the same letters, by these."""
    begun = sorted(phrases())
    by_start = itertools.groupby(begun, lambda phrase: phrase[:LEAST_PHRASE])
    return {start: tuple(some) for start, some in by_start}


@cache
def _rows_by_start() -> Mapping[str, Sequence[str]]:
    """Return the rows, in both directions, that hold the same letters one after another, by these."""
    found: dict[str, list[str]] = {}
    for row in (*_ROWS, *(row[::-1] for row in _ROWS)):
        for start in {row[at : at + _LEAST_ROW] for at in range(len(row) - _LEAST_ROW + 1)}:
            found.setdefault(start, []).append(row)
    return found


@cache
def _neighbours() -> Mapping[str, str]:
    """Return which keys lie beside each key of a QWERTY keyboard, itself too."""
    from zxcvbn.adjacency_graphs import ADJACENCY_GRAPHS

    graph = ADJACENCY_GRAPHS["qwerty"]
    return {key: key + "".join(beside or "" for beside in near).casefold() for key, near in graph.items()}
