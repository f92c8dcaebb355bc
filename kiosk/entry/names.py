"""Names of entries: two friendly words, "Amber Heron", that tell nothing.

The words come from the entry's id, which is random itself. So a lost catalogue row can be rebuilt with
the same name from the page's file name alone.
"""

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec

from kiosk.content import content

WORDS = 256
"""How many words each list has: one byte of the id picks one."""


class NameWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The two lists, each of 256 words."""

    first: tuple[str, ...]
    second: tuple[str, ...]

    def __post_init__(self) -> None:
        if (len(self.first), len(self.second)) != (WORDS, WORDS):
            raise ValueError(f"each list of names has {WORDS} words")

    def name_of(self, entry_id: str) -> str:
        """Return the name of the entry with this id (32 hexadecimal digits)."""
        last = bytes.fromhex(entry_id)[-2:]
        return f"{self.first[last[0]]} {self.second[last[1]]}"


def is_name(words: Sequence[str]) -> bool:
    """Tell whether an entry may be named with these words, in capitals or not."""
    first, second = _shipped_words()
    return len(words) == 2 and words[0].casefold() in first and words[1].casefold() in second


@cache
def _shipped_words() -> tuple[frozenset[str], frozenset[str]]:
    names = shipped_names()
    return frozenset(map(str.casefold, names.first)), frozenset(map(str.casefold, names.second))


def load_names(file: Path) -> NameWords:
    """Read the word lists."""
    return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), NameWords)


def shipped_names() -> NameWords:
    """Return the words that entries are named with."""
    return load_names(content() / "names" / "en.toml")
