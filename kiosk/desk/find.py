"""Finding entries in a long list: by part of a name as it is typed, with tolerance for a typing mistake."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

NEAR = 0.75
"""How like two words must be, from 0 to 1, as `difflib` reckons it: one wrong letter in a word of five."""
NEAR_FROM = 4
"""Letters from which on a word may hold a mistake; of a shorter one too much would fit."""


class NameIndex:
    """Which names have which word. Made once for a list; a look takes a moment at any length."""

    def __init__(self, names: Iterable[str]) -> None:
        self._count = 0
        self._places: dict[str, list[int]] = {}
        for self._count, name in enumerate(names, 1):
            for word in name.casefold().split():
                self._places.setdefault(word, []).append(self._count - 1)

    def places(self, typed: str) -> Sequence[int]:
        """Return the places of the names that fit what is typed so far, in the list's order.

        Each word typed must be the beginning of a word of the name. Where no name has such a word, words
        that are nearly the same fit too. Nothing typed: all.
        """
        wanted = typed.casefold().split()
        if not wanted:
            return range(self._count)
        found: set[int] | None = None
        for word in wanted:
            fitting = {place for known in self._fitting(word) for place in self._places[known]}
            found = fitting if found is None else found & fitting
        return sorted(found or ())

    def _fitting(self, word: str) -> Iterable[str]:
        begin = [known for known in self._places if known.startswith(word)]
        if begin or len(word) < NEAR_FROM:
            return begin
        return get_close_matches(word, self._places, n=max(1, len(self._places)), cutoff=NEAR)
