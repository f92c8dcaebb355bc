"""Passphrases: how hard one is to guess, in plain words, and random words that are offered for one.

zxcvbn tells how many guesses a passphrase takes (https://github.com/dwolfhub/zxcvbn-python). The words that
are offered come from its own list of frequent words: those of 4 to 8 letters a to z, the most frequent
`LISTED` of them, without those that `data/passphrase/en.toml` leaves out.
"""

import math
import re
import secrets
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import msgspec

from kiosk.errors import PassphraseError
from kiosk.settings import content
from kiosk.text import folded

LISTED = 2048
"""How many words there are to draw from: 11 bits each."""
WORDS = 5
"""So many are offered: 55 bits."""
LEAST_SCORE = 3
"""zxcvbn's score, 0 to 4, from which on a passphrase is taken: some 10⁸ guesses and more."""
LEAST_NAME = 3
"""Letters of a part of a name that counts as known: an initial stands in any passphrase."""
LOOKED_AT = 72
"""Only so many characters are judged: zxcvbn takes seconds for a text of 500."""

_WORDS = re.compile(r"[^\W_]+")
_WORD = re.compile(r"[a-z]{4,8}", re.ASCII)
_VERDICTS = (
    "This passphrase is very easy to guess.",
    "This passphrase is very easy to guess.",
    "This passphrase is easy to guess.",
    "This passphrase is hard to guess.",
    "This passphrase is very hard to guess.",
)
_ADVICE = "Use four or more random words."


@dataclass(frozen=True)
class Strength:
    """How hard a passphrase is to guess."""

    score: int
    """From 0, guessed at once, to 4."""
    says: str
    """The same in words, with what to do where it is not good enough."""

    @property
    def good_enough(self) -> bool:
        """Whether it may be used."""
        return self.score >= LEAST_SCORE


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    left_out: frozenset[str]
    known: tuple[str, ...]
    """Passphrases that many people know, in letters alone."""


@cache
def words() -> tuple[str, ...]:
    """Return the words that passphrases are drawn from, the most frequent first."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # 20 ms, and only who makes a passphrase waits

    left_out, frequent = _shipped().left_out, FREQUENCY_LISTS["english_wikipedia"]
    return tuple(word for word in frequent if _WORD.fullmatch(word) and word not in left_out)[:LISTED]


@cache
def _shipped() -> _Words:
    text = (content() / "passphrase" / "en.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _Words)


def bits(count: int = WORDS) -> float:
    """Return the entropy of a passphrase of so many drawn words, in bits."""
    return count * math.log2(len(words()))


def suggest(count: int = WORDS, choose: Callable[[Sequence[str]], str] = secrets.choice) -> str:
    """Return a passphrase of random words, each drawn by itself. `choose` draws one of them."""
    return " ".join(choose(words()) for _ in range(count))


def judge(passphrase: str, *about: str) -> Strength:
    """Tell how hard a passphrase is to guess for somebody who knows what it is about.

    `about` is what anybody here would try: the person's name, the venue's name. It must be hard to guess as
    it is, and without them: zxcvbn takes several known words in a row for many guesses.
    """
    letters = "".join(_WORDS.findall(folded(passphrase)))
    if any(one in letters for one in _shipped().known):
        return Strength(0, f"Many people know this passphrase. {_ADVICE}")
    known = [word for text in about for word in _WORDS.findall(folded(text)) if len(word) >= LEAST_NAME]
    whole = _judged(passphrase, (*about, *known))
    without = folded(passphrase)
    for word in sorted(known, key=len, reverse=True):
        without = without.replace(word, " ")
    if not whole.good_enough or without == folded(passphrase):
        return whole
    rest = _judged(" ".join(_WORDS.findall(without)), ())  # what joins names is no more of a secret
    if rest.good_enough:
        return whole
    return Strength(rest.score, f"{rest.says} Names that anybody here knows do not count.")


def _judged(passphrase: str, known: Sequence[str]) -> Strength:
    from zxcvbn import zxcvbn  # 20 ms, and only who makes a passphrase waits

    found = zxcvbn(passphrase[:LOOKED_AT] or " ", user_inputs=list(known))
    score = int(found["score"])
    if score >= LEAST_SCORE:
        return Strength(score, _VERDICTS[score])
    why = found["feedback"]["warning"].replace("password", "passphrase")
    return Strength(score, " ".join(filter(None, (_VERDICTS[score], why, _ADVICE))))


def require_good(passphrase: str, *about: str) -> Strength:
    """Return how hard a passphrase is to guess. Raises PassphraseError, with what to do, if too easy."""
    strength = judge(passphrase, *about)
    if not strength.good_enough:
        raise PassphraseError(strength.says)
    return strength
