"""A small pack as a value, with every kind of question and both kinds of choice."""

import tomllib
from functools import cache
from pathlib import Path

import msgspec

from kiosk.counts.disclosure import Asked, Scale
from kiosk.entry.meaning import form_in
from kiosk.pack.library import Library
from kiosk.pack.model import AnyQuestion, ChoiceQuestion, Deck, Option, Pack
from tests.kiosk.pack.small import DECK, PACK

SHIPPED = Library(Path("nowhere"))
"""The packs of a venue that has none of its own."""


@cache
def small() -> Pack:
    """Return the pack: `mood` scale, `where` choice, `likes` choice of several, `cards`, `day`, …"""
    pack = msgspec.convert(tomllib.loads(PACK), Pack)
    deck = msgspec.convert(tomllib.loads(DECK), Deck)
    where = ChoiceQuestion(
        id="where",
        ask="Where are you best?",
        summary="Where",
        options=(Option(id="in", label="Indoors"), Option(id="out", label="Outdoors")),
    )
    first, *rest = pack.sections
    mood, *others = first.questions
    first = msgspec.structs.replace(first, questions=(mood, where, *others))
    return msgspec.structs.replace(pack, sections=(first, *rest), decks={deck.id: deck})


def question(question_id: str) -> AnyQuestion:
    """Return one of its questions."""
    return next(one for _, one in small().questions() if one.id == question_id)


def newer(pack: Pack, question_id: str, **changes: object) -> Pack:
    """Return the next version of a pack, in which one question has changed."""
    sections = tuple(
        msgspec.structs.replace(
            section,
            questions=tuple(
                msgspec.structs.replace(one, **changes) if one.id == question_id else one
                for one in section.questions
            ),
        )
        for section in pack.sections
    )
    return msgspec.structs.replace(pack, version=pack.version + 1, sections=sections)


def asked_in(pack: Pack, question_id: str) -> Asked:
    """Return a question as a pack asks it, to count by."""
    found = next(one for _, one in pack.questions() if one.id == question_id)
    return Asked(question_id, form_in(pack, found))


def scale_in(pack: Pack, question_id: str) -> Scale:
    """Return a scale as a pack asks it, to count by."""
    form = asked_in(pack, question_id).form
    return Scale(question_id, len(form.values), 0, form)
