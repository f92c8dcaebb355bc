"""Numbers of one or two digits, as they are typed into a list."""

from collections.abc import Container


class TypedNumber:
    """Puts a second digit to the first where it comes soon and the list has such a number."""

    SOON = 1.0
    """Seconds."""

    def __init__(self, known: Container[int]) -> None:
        self._known = known
        self._first = 0
        self._at = float("-inf")

    def add(self, digit: int, at: float) -> int | None:
        """Return the number that is meant now, or None for one the list does not have. `at` is in seconds."""
        longer = self._first * 10 + digit
        soon = self._first > 0 and at - self._at <= self.SOON
        number = longer if soon and longer in self._known else digit
        if number not in self._known:
            return None
        self._first, self._at = digit, at
        return number
