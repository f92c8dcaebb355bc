"""Whose words a text is: what customers are told of comments quotes none of them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

from kiosk.errors import DeskError
from kiosk.text import folded
from kiosk.visit.comments import Comment

QUOTED = 6
"""So many words in a row that a comment has too are its own words; all of it where it is shorter."""
_WORD = 6
"""The size of a word, in sixths: a letter of a script without spaces has a half or a third of it."""
_LETTERS_ONE_WORD = (
    (re.compile("[\u3005-\u30ff\u31f0-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"), 2),  # Chinese, Japanese
    (re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u1aaf\u1b00-\u1b7f\ua980-\uaadf]"), 3),
)
"""Scripts that put no space between words, such as Thai, and how many letters count as one there."""


def require_own_words(text: str, said: Iterable[Comment]) -> None:
    """Raise DeskError where a text repeats a comment: so many words of it in a row, or a short one whole."""
    ours = _words(text)

    @cache
    def have(length: int) -> frozenset[tuple[str, ...]]:
        return frozenset(zip(*(ours[start:] for start in range(length)), strict=False))

    for one in said:
        for run in _runs(_words(one.text)):
            if run in have(len(run)):
                raise DeskError(
                    f"“{_joined(run)}” stands in a comment, word for word. Say it in the group's own words."
                )


def _runs(words: list[str]) -> Iterator[tuple[str, ...]]:
    """Yield the runs of words that are a comment's own: each of six, or all where there are fewer."""
    sizes = [_size(word) for word in words]
    least = min(QUOTED * _WORD, sum(sizes))
    if least <= _WORD:  # one word alone is nobody's own
        return
    end = total = 0
    for start in range(len(words)):
        while total < least and end < len(words):
            total += sizes[end]
            end += 1
        if total < least:
            return
        yield tuple(words[start:end])
        total -= sizes[start]


def _size(word: str) -> int:
    if word.isascii():
        return _WORD
    return next((_WORD // letters for script, letters in _LETTERS_ONE_WORD if script.match(word)), _WORD)


def _words(text: str) -> list[str]:
    """Return the words of a text, however they are written; a script without spaces gives its letters."""
    found = [""]
    for sign in folded(text):
        if unicodedata.category(sign)[0] == "M":  # of the letter before
            found[-1] += sign
        elif not sign.isalnum():
            found.append("")
        elif _size(sign) < _WORD or _size(found[-1]) < _WORD:
            found.append(sign)
        else:
            found[-1] += sign
    return [word for word in found if word]


def _joined(words: Iterable[str]) -> str:
    return "".join(word if _size(word) < _WORD else f" {word} " for word in words).replace("  ", " ").strip()
