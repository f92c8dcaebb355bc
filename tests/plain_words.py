"""The house rules for words that customers read: those that `kiosk pack check` advises by."""

from kiosk.pack.advice import plain_words
from kiosk.pack.plain_words import Remark

_RULES = plain_words()


def problems(sentence: str) -> list[Remark]:
    """Return what is wrong with one sentence; an empty list where nothing is."""
    return _RULES.remarks(sentence)
