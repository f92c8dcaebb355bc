"""What words count that somebody puts into a passphrase: the shipped lists, and zxcvbn's ranks.

`data/passphrase/en.toml` has the lists. zxcvbn's come from Wikipedia, subtitles, leaked passwords and the
census of the United States, each word in that list where it ranks highest.
"""

import itertools
import math
import re
import string
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cache

import msgspec

from kiosk.content import content

WORD_BITS = 11.0
"""The most that a word counts: one drawn from 2048. People do not choose as a die does."""
LONGEST_WORD = 18
SHORT_BITS = {1: 1.0, 2: 3.0, 3: 9.0}
"""The most that a word of so few letters counts: there are not many."""

_NAME_BITS = 4.0
_FAVOURITES = 200
"""Frequent passwords and surnames that count by their rank; further down, a word there is like any other."""
LEAST_PHRASE = 8
"""Letters from which on chance is no explanation any more."""
_LETTERS = re.compile(r"[^\W\d_]+")


class Kind(Enum):
    """What a part of a passphrase is."""

    WORD = "word"
    COMMON = "common"
    """In one of the lists without credit."""
    TYING = "tying"
    """Ties a sentence together."""
    ABOUT = "about"
    """Known to anybody here."""
    PHRASE = "phrase"
    SHAPE = "shape"
    """A date, a number, a postcode."""
    ROW = "row"
    """A row of keys or of letters, or a repeat."""
    LOOSE = "loose"
    """A digit, a symbol or a letter that nothing explains."""


class Lists(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shipped lists; each text of the mappings is words, of `phrases` lines."""

    left_out: frozenset[str]
    """Words that are not offered."""
    common: Mapping[str, str]
    alike: Mapping[str, str]
    joining: Mapping[str, str]
    phrases: Mapping[str, str]


@cache
def lists() -> Lists:
    """Return the shipped lists."""
    text = (content() / "passphrase" / "en.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Lists)


@cache
def phrases() -> tuple[str, ...]:
    """Return the well-known phrases as letters alone, forwards and backwards."""
    lines = itertools.chain.from_iterable(text.split("\n") for text in lists().phrases.values())
    whole = {"".join(_LETTERS.findall(line)) for line in lines}
    return tuple(
        letters for line in sorted(whole) if len(line) >= LEAST_PHRASE for letters in (line, line[::-1])
    )


@cache
def worths() -> Mapping[str, tuple[Kind, float]]:
    """Return what each known word is, and what it counts by its letters alone."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # 20 ms, and only who makes a passphrase waits

    found: dict[str, tuple[Kind, float]] = {}
    for name, ranked in FREQUENCY_LISTS.items():
        for rank, word in enumerate(ranked, 1):
            plain = word.replace("'", "")
            if len(plain) <= LONGEST_WORD and not plain.isdecimal():
                bits = min(_by_rank(name, rank), SHORT_BITS.get(len(plain), WORD_BITS))
                found[plain] = min(
                    found.get(plain, (Kind.WORD, bits)), (Kind.WORD, bits), key=lambda one: one[1]
                )
    for text in lists().common.values():
        for word in text.split():
            found.update((form, (Kind.COMMON, 0.0)) for form in _forms(word))
    for text in lists().joining.values():
        found.update((word, (Kind.TYING, 0.0)) for word in text.split())
    return found


def _by_rank(name: str, rank: int) -> float:
    if name.endswith("_names"):
        return min(math.log2(rank), _NAME_BITS)
    if name in ("passwords", "surnames"):
        return math.log2(rank) if rank <= _FAVOURITES else WORD_BITS
    return math.log2(rank)


def _forms(word: str) -> Iterator[str]:
    yield word
    if len(word) > 2:
        stem = word.removesuffix("e")
        yield from (word + "s", word + "es", stem + "ed", stem + "er", stem + "ers", stem + "ing")
        yield word.removesuffix("y") + "ies"


@cache
def alike() -> Mapping[str, str]:
    """Return which group of like things a word is of, for those that are of one."""
    return {word: group for group, text in lists().alike.items() for word in text.split()}


@cache
def _pairs() -> Mapping[str, float]:
    """Return the bits by which the second letter of a pair surprises after the first, in English words."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    seen: Counter[str] = Counter()
    for word in FREQUENCY_LISTS["english_wikipedia"]:
        seen.update(map("".join, itertools.pairwise(word)))
    letters = string.ascii_lowercase
    after = {one: sum(seen[one + other] + 1 for other in letters) for one in letters}
    return {
        one + other: math.log2(after[one] / (seen[one + other] + 1)) for one in letters for other in letters
    }


def surprise(text: str) -> float:
    """Return the bits by which each letter of a text, folded, surprises after the one before it, on average.

    English words have about 3.5, letters drawn evenly 6.5. What has no pair of letters surprises by 0.
    """
    pairs = [_pairs()[pair] for pair in map("".join, itertools.pairwise(text)) if pair in _pairs()]
    return sum(pairs) / len(pairs) if pairs else 0.0
