"""An entry made ready to be written to a file: another program may have made its pages."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from kiosk.entry.opened import Opened
from kiosk.entry.pages import AnyPage
from kiosk.text import enclosed, one_line

LONGEST_NAME = 200
"""Characters of the entry's two words."""
_YEARS = range(1000, 9000)
_LONG_AGO = datetime(1000, 1, 1, tzinfo=UTC)


def cleaned(opened: Opened, text: Callable[[str], str] = enclosed) -> Opened:
    """Return an entry whose every text is safe to write down; `text` does that to one text."""
    row = msgspec.structs.replace(opened.row, name=one_line(opened.row.name, LONGEST_NAME))
    return replace(opened, row=row, pages=tuple(_cleaned(page, text) for page in opened.pages))


def texts(opened: Opened) -> Iterator[str]:
    """Yield every text of an entry's pages."""
    values = [msgspec.to_builtins(page) for page in opened.pages]
    while values:
        match values.pop():
            case str() as text:
                yield text
            case dict() as inside:
                values.extend(inside.values())
            case list() | tuple() as inside:
                values.extend(inside)


def _cleaned(page: AnyPage, text: Callable[[str], str]) -> AnyPage:
    values = msgspec.to_builtins(page, builtin_types=(bytes, datetime))
    return msgspec.convert(_clean(values, text), type(page), builtin_types=(bytes, datetime))


def _clean(value: Any, text: Callable[[str], str]) -> Any:
    match value:
        case str():
            return text(value)
        case datetime():
            # At the very edges of the calendar a time has no name in another zone.
            return value.astimezone(UTC) if value.year in _YEARS else _LONG_AGO
        case dict():
            return {key: _clean(one, text) for key, one in value.items()}
        case list() | tuple():
            return [_clean(one, text) for one in value]
    return value
