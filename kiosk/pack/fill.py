"""Filling in what a venue's settings say where a pack's texts leave room for it."""

import re
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from kiosk.pack.model import Pack, Value

_V = TypeVar("_V")
_HELP = re.compile(r"[^.!?]*\{help\}[^.!?]*[.!?]?")
"""The sentence that says where to get help now."""


def fill(pack: Pack, words: Mapping[str, str]) -> Pack:
    """Return the pack with `{name}` replaced by its word in every text that may have one.

    Those are welcome, privacy, the writing note and the closing; the questions stay as they are. Raises
    KeyError for a name without a word: the loader refuses such a pack.
    """
    return msgspec.structs.replace(
        pack,
        welcome=_filled(pack.welcome, words),
        privacy=_filled(pack.privacy, words),
        writing_note=_filled(pack.writing_note, words),
        help_note=_filled(" ".join(_HELP.findall(pack.writing_note)).strip(), words),
        closing=_filled(pack.closing, words),
    )


def _filled(value: _V, words: Mapping[str, str]) -> _V:
    done: object = value
    if isinstance(value, str):
        done = value.format_map(words)
    elif isinstance(value, tuple):
        done = tuple(_filled(part, words) for part in value)
    elif isinstance(value, Value):
        fields = {name: _filled(getattr(value, name), words) for name in value.__struct_fields__}
        done = type(value)(**fields)
    return done  # type: ignore[return-value] # each branch gives back what it was given
