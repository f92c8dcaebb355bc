"""What is counted of a reflection: it stands beside the page in its file, made of it at sealing.

Whoever counts many pages reads that alone, and in which words the questions were asked once for each digest
of them (`kiosk.counts.tally`).
"""

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec

from kiosk import mac, untrusted
from kiosk.entry.answers import Cards
from kiosk.entry.meaning import Form
from kiosk.entry.pages import QUESTIONS_MOST, SECTIONS_MOST, Answered, Reflection

POINTS = range(2, 12)
"""How many points a scale may have."""
_MOST = msgspec.Meta(max_length=SECTIONS_MOST * QUESTIONS_MOST)


class PageCount(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """What is counted of a page, of what staff may read: no words that its customer wrote."""

    asked: untrusted.Name
    """`digest_of` what was asked."""
    chosen: Annotated[dict[untrusted.Name, int], _MOST]
    """By question, which of its points was chosen, from 1."""
    cards: Annotated[dict[untrusted.Name, frozenset[untrusted.Name]], _MOST]
    """By question, the words of the cards that were picked."""
    left_open: Annotated[frozenset[untrusted.Name], _MOST]


def asked_in(page: Reflection) -> dict[str, Form]:
    """Return each question that a page shares, answered or not, and how it was asked."""
    return {id_: one.form for id_, one in _counted(page).items()}


def digest_of(asked: Mapping[str, Form]) -> str:
    """Return 32 digits by which the same questions, asked the same, are known again."""
    return mac.value_digest([*asked.items()])


def count_of(page: Reflection) -> PageCount:
    """Return what is counted of a page."""
    every = _counted(page)
    chosen = {
        id_: one.scale[0]
        for id_, one in every.items()
        if one.value is not None and one.scale and one.scale[1] == len(one.values)
    }
    asked = asked_in(page)
    places = places_in(asked)
    return PageCount(
        asked=digest_of(asked),
        chosen={id_: place for id_, place in chosen.items() if (id_, place) in places},
        cards={
            id_: _labels(one.value, one.words) for id_, one in every.items() if isinstance(one.value, Cards)
        },
        left_open=frozenset(id_ for id_, one in every.items() if one.left_open),
    )


def places_in(asked: Mapping[str, Form]) -> frozenset[tuple[str, int]]:
    """Return each point of each scale that can be chosen: its question, and its place from 1."""
    return frozenset(
        (id_, place)
        for id_, form in asked.items()
        if len(form.values) in POINTS
        for place in range(1, len(form.values) + 1)
    )


def _counted(page: Reflection) -> dict[str, Answered]:
    """Return by id what counts: what was said to an earlier question was counted then."""
    every: dict[str, Answered] = {}
    for one in page.answers():
        if one.version == page.pack_version:
            every.setdefault(one.id, one)
    return every


def _labels(value: Cards, words: Sequence[str]) -> frozenset[str]:
    """Return the words of the cards that were picked, which stand before own words."""
    labels = words[: max(0, len(words) - len(value.own))]
    return frozenset(labels) if len(labels) == len({*value.picked}) else frozenset()
