"""The texts of a pack by their place in it, and a pack with others in their stead.

A place is spelled by ids, so that it stays where questions are put in another order:
`sections.strengths.questions.my_strengths.ask`, `decks.strengths.cards.honest.label`, `privacy.short.2`.
"""

from collections.abc import Callable, Iterator, Mapping

import msgspec

from kiosk.pack.model import FILLED, Pack, Value

_NO_TEXT = {*FILLED, "id", "kind", "deck", "group", "made", "language", "my_page"} - {"decks"}
"""Fields that no customer reads, or that are filled in from those that they do."""
_IDS = {"groups"}
"""Of a question: which groups of its deck it shows. Of a deck it is their headings."""


def texts_of(pack: Pack) -> dict[str, str]:
    """Return each text that a customer reads, by its place, in the order in which they meet them."""
    found: dict[str, str] = {}

    def note(place: str, text: str) -> str:
        if text:
            found[place] = text
        return text

    _changed(pack, "", note)
    return found


def with_texts(pack: Pack, language: str, texts: Mapping[str, str]) -> Pack:
    """Return the pack in another language; where a place has no text there, it keeps its own."""
    other = _changed(pack, "", lambda place, text: texts.get(place, text))
    assert isinstance(other, Pack)  # noqa: S101 - for mypy: it gives back what it was given
    return msgspec.structs.replace(other, language=language)


def _changed(value: object, place: str, change: Callable[[str, str], str]) -> object:
    match value:
        case str():
            return change(place, value)
        case Value():
            fields = {
                name: _changed(getattr(value, name), f"{place}.{name}".lstrip("."), change)
                for name in value.__struct_fields__
                if name not in _NO_TEXT and not (name in _IDS and isinstance(getattr(value, name), tuple))
            }
            return msgspec.structs.replace(value, **fields)
        case tuple():
            return tuple(_changed(part, f"{place}.{name}", change) for name, part in _named(value))
        case dict():
            return {name: _changed(part, f"{place}.{name}", change) for name, part in value.items()}
        case _:
            return value


def _named(parts: tuple[object, ...]) -> Iterator[tuple[str, object]]:
    """Yield each part with what names it: its id, its value on a scale, or its place, from 1."""
    for number, part in enumerate(parts, 1):
        yield str(getattr(part, "id", getattr(part, "value", number))), part
