"""Passphrases: words that the kiosk draws, and whether one that somebody thought of may be used.

How hard drawn words are to guess is known. Of all others it is estimated, by `kiosk.desk.keys.guessing`, and
by zxcvbn (https://github.com/dwolfhub/zxcvbn-python), which must find them strong too. The words that are
offered are of 4 to 8 letters a to z, the most frequent `LISTED` of zxcvbn's that are not too frequent.
"""

import math
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from kiosk.desk.keys import guessing, wordlists
from kiosk.desk.keys.wordlists import Kind
from kiosk.errors import PassphraseError
from kiosk.text import folded

LISTED = 2048
"""How many words there are to draw from: 11 bits each."""
WORDS = 5
"""So many are offered, and no fewer: 55 bits."""
LEAST_BITS = 40.0
"""From which on a passphrase is taken: some four words that are not quite as unusual as drawn ones.
Half of 2⁴⁰ tries at `kiosk.desk.keys.stretching.USUAL`, 0.7 s each, take one processor 12,000 years."""
LEAST_WORD_BITS = 8.0
"""Of a word that is offered: five of them are always taken."""
LEAST_SCORE = 4
"""zxcvbn's score, 0 to 4: some 10¹⁰ guesses and more, or 33 bits."""
LEAST_NAME = 3
"""Letters of a part of a name that counts as known: an initial stands in any passphrase."""
LOOKED_AT = 72
"""zxcvbn gets only so many characters: it takes seconds for 500."""

_WORDS = re.compile(r"[^\W_]+")
_WORD = re.compile(r"[a-z]{4,8}", re.ASCII)
_REFUSED = "This passphrase is easy to guess."
_ADVICE = "Use the random words offered, or at least four unusual words that do not belong together."
_WHY = (
    (Kind.PHRASE, "Many people know this phrase."),
    (Kind.ABOUT, "Names that anyone here knows do not count."),
    (Kind.TYING, "One word of a sentence gives away the next."),
    (Kind.COMMON, "Everyday words, numbers, and names of work, people and places do not count."),
    (Kind.ROW, "Rows of keys and repeats do not count."),
    (Kind.SHAPE, "Dates, and numbers of any kind, do not count."),
)
TAKEN = "You can use this passphrase. Only randomly drawn words are known to be hard to guess."
DRAWN = "These words are very hard to guess: each was drawn at random from 2048."


@dataclass(frozen=True)
class Strength:
    """How hard a passphrase is to guess, where somebody thought of it."""

    bits: float
    """Estimated, at most."""
    says: str
    """Whether it may be used, in words, with what to do where it may not."""

    @property
    def good_enough(self) -> bool:
        """Whether it may be used."""
        return self.bits >= LEAST_BITS


@cache
def words() -> tuple[str, ...]:
    """Return the words that passphrases are drawn from, the most frequent first."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # 20 ms, and only who makes a passphrase waits

    left_out, known = wordlists.lists().left_out, wordlists.worths()
    return tuple(
        word
        for word in FREQUENCY_LISTS["english_wikipedia"]
        if _WORD.fullmatch(word)
        and word not in left_out
        and known[word][0] is Kind.WORD
        and known[word][1] >= LEAST_WORD_BITS
    )[:LISTED]


def bits(count: int = WORDS) -> float:
    """Return the entropy of a passphrase of so many drawn words, in bits."""
    return count * math.log2(len(words()))


def suggest(count: int = WORDS, *about: str, choose: Callable[[Sequence[str]], str] = secrets.choice) -> str:
    """Return a passphrase of random words, each drawn by itself. `choose` draws one of them.

    Where chance made one that would be refused, as it does twice in a thousand, it is drawn again. `about` is
    as in `judge`.
    """
    while True:
        drawn = " ".join(choose(words()) for _ in range(count))
        if judge(drawn, *about).good_enough:
            return drawn


def judge(passphrase: str, *about: str) -> Strength:
    """Tell whether a passphrase is hard to guess for somebody who knows what it is about.

    `about` is what anybody here would try: the person's name, the venue's name.
    """
    parts = [word for text in about for word in _WORDS.findall(folded(text))]
    known = {word for word in parts if len(word) >= LEAST_NAME}
    estimate = guessing.estimate(passphrase, known)
    bits = estimate.bits
    if bits >= LEAST_BITS:
        bits = _as_zxcvbn_allows(bits, passphrase, (*about, *known))
    if bits >= LEAST_BITS:
        return Strength(bits, TAKEN)
    why = next((says for kind, says in _WHY if kind in estimate.kinds), "")
    return Strength(bits, " ".join(filter(None, (_REFUSED, why, _ADVICE))))


def _as_zxcvbn_allows(bits: float, passphrase: str, known: Sequence[str]) -> float:
    from zxcvbn import zxcvbn  # 20 ms, and only who makes a passphrase waits

    found = zxcvbn(passphrase[:LOOKED_AT], user_inputs=list(known))
    return bits if found["score"] >= LEAST_SCORE else min(bits, math.log2(found["guesses"]))


def require_good(passphrase: str, *about: str) -> Strength:
    """Return how hard a passphrase is to guess. Raises PassphraseError, with what to do, if too easy."""
    strength = judge(passphrase, *about)
    if not strength.good_enough:
        raise PassphraseError(strength.says)
    return strength
