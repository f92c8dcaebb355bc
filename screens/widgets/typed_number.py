"""Numbers of one or two digits, as they are typed to what has them."""

from collections.abc import Mapping
from typing import Generic, TypeVar
from unicodedata import decimal

from textual import events

_T = TypeVar("_T")


def digit_of(key: events.Key) -> int:
    """Return which digit of any script a key types; -1 for any other key."""
    return decimal(key.character, -1) if key.character else -1


class TypedNumber(Generic[_T]):
    """Puts a second digit to the first where something has such a number, however long that takes."""

    def __init__(self, known: Mapping[int, _T]) -> None:
        """Know what has which number; the mapping may still be filled."""
        self._known = known
        self._first = 0

    def hear(self, key: events.Key) -> _T | None:
        """Return what has the number that a key ends, or None. Any other key than a digit ends a number."""
        digit = digit_of(key)
        if digit < 0:
            self.end()
            return None
        key.stop()
        longer = self._first * 10 + digit
        number = longer if self._first and longer in self._known else digit
        if number not in self._known:
            return None
        self._first = 0 if number == longer and self._first else digit
        return self._known[number]

    def end(self) -> None:
        """Let the next digit begin a number."""
        self._first = 0
