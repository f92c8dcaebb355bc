"""Numbers of one or two digits, as they are typed into a list."""

from collections.abc import Container


class TypedNumber:
    """Puts a second digit to the first where the list has such a number, however long that takes."""

    def __init__(self, known: Container[int]) -> None:
        self._known = known
        self._first = 0

    def add(self, digit: int) -> int | None:
        """Return the number that is meant now, or None for one the list does not have."""
        longer = self._first * 10 + digit
        number = longer if self._first and longer in self._known else digit
        if number not in self._known:
            return None
        self._first = 0 if number == longer and self._first else digit
        return number

    def end(self) -> None:
        """Let the next digit begin a number."""
        self._first = 0
