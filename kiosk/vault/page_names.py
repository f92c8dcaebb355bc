"""The name of a page within its entry: its counter and the place that wrote it, `0002-3f9a22c17b0e4d58`.

A page is known by its entry's id and this name, wherever it is brought, and however often it is sealed anew.
Names sort as pages are ordered: by counter and writer, never by a clock. The counter is the highest that the
writer knew in the entry, and one; so two places may both write a second page, and both stay.
"""

import re
from collections.abc import Iterable

LAST = 9999
"""The highest counter."""
PATTERN = r"(?!0000)[0-9]{4}-[0-9a-f]{16}"
_WHOLE = re.compile(PATTERN, re.ASCII)


def page_name(counter: int, writer: str) -> str:
    """Return the name of a page; `writer` is a place's id (`kiosk.vault.place`)."""
    return f"{counter:04d}-{writer}"


def is_page_name(text: str) -> bool:
    """Tell whether a text is the name of a page, and so may become part of a path."""
    return _WHOLE.fullmatch(text) is not None


def counter_of(name: str) -> int:
    """Return the counter in the name of a page."""
    return int(name[:4])


def writer_of(name: str) -> str:
    """Return the place in the name of a page."""
    return name[5:]


def labels(names: Iterable[str]) -> dict[str, str]:
    """Return what people call pages, by their names: the counter, and a letter where two share it."""
    found: dict[int, list[str]] = {}
    for name in sorted(names):
        found.setdefault(counter_of(name), []).append(name)
    return {
        name: f"{counter}{_letters(place) if len(alike) > 1 else ''}"
        for counter, alike in found.items()
        for place, name in enumerate(alike)
    }


def _letters(place: int) -> str:
    """Return `a` to `z`, then `aa` and on."""
    before, last = divmod(place, 26)
    return (_letters(before - 1) if before else "") + chr(ord("a") + last)
