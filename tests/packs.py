"""The shipped pack, and a small one as a value, with every kind of question and both kinds of choice."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import strategies as st

from kiosk.counts.disclosure import Asked, Scale
from kiosk.entry.answers import Answer, Cards, Goal
from kiosk.entry.meaning import form_in
from kiosk.pack.library import Library
from kiosk.pack.model import (
    AnyQuestion,
    CardsQuestion,
    ChoiceQuestion,
    Deck,
    GoalQuestion,
    LinesQuestion,
    Option,
    Pack,
    Point,
    ScaleQuestion,
    TextQuestion,
)
from kiosk.pack.shipped import DEFAULT, pack_named
from kiosk.pack.texts import texts_of, with_texts
from tests.kiosk.pack.small import DECK, PACK

SHIPPED = Library(Path("nowhere"))
"""The packs of a venue that has none of its own."""


@cache
def default_pack() -> Pack:
    """Return the pack of a kiosk whose settings name no other."""
    return pack_named(DEFAULT)


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


def in_polish(pack: Pack) -> Pack:
    """Return a pack as it is read in Polish: each text marked as such."""
    texts = {place: f"PL {text}" for place, text in texts_of(pack).items()}
    return msgspec.structs.replace(with_texts(pack, "pl", texts), own=pack)


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


WORDS = st.sampled_from(["Tea", "Milk", "Good", "Bad", "OK", "Out", "How do you feel?", "I am kind", "New"])


@st.composite
def edited(draw: st.DrawFn, pack: Pack) -> Pack:
    """The next version of a pack: any words, ids, values and places changed, questions moved, gone or back.

    A question may say since when it means the same; then its answers have the ids and values that they had.
    """
    there = {one.id: one for _, one in (*small().questions(), *pack.questions())}
    kept = [draw(_changed(one, pack.version)) for one in there.values() if draw(st.integers(0, 5))]
    places = [draw(st.integers(0, len(pack.sections) - 1)) for _ in kept]
    sections = tuple(
        msgspec.structs.replace(
            section,
            questions=tuple(one for one, at in zip(kept, places, strict=True) if at == place),
        )
        for place, section in enumerate(pack.sections)
    )
    decks = {id_: draw(_other_cards(deck)) for id_, deck in pack.decks.items()}
    return msgspec.structs.replace(pack, version=pack.version + 1, sections=sections, decks=decks)


@st.composite
def _changed(draw: st.DrawFn, question: AnyQuestion, before: int) -> AnyQuestion:
    if draw(st.booleans()):
        return question
    declares = draw(st.sampled_from([0, 0, question.since or before, before + 1]))
    changes: dict[str, Any] = {"ask": draw(WORDS | st.just(question.ask)), "since": declares}
    match question:
        case ScaleQuestion():
            values = [point.value for point in question.points]
            values = values if declares else draw(st.permutations(values))
            labels = [draw(WORDS | st.just(point.label)) for point in question.points]
            changes["points"] = tuple(
                Point(value=value, label=label) for value, label in zip(values, labels, strict=True)
            )
        case ChoiceQuestion():
            ids = [option.id for option in question.options]
            ids = ids if declares else draw(st.permutations(ids))
            changes["options"] = tuple(
                Option(id=id_, label=draw(WORDS | st.just(option.label)))
                for id_, option in zip(ids, question.options, strict=True)
            )
        case GoalQuestion():
            changes |= {part: draw(WORDS) for part in ("want", "who") if draw(st.booleans())}
    return msgspec.structs.replace(question, **changes)


@st.composite
def _other_cards(draw: st.DrawFn, deck: Deck) -> Deck:
    ids = draw(st.permutations([card.id for card in deck.cards]))
    cards = tuple(
        msgspec.structs.replace(card, id=id_, label=draw(WORDS | st.just(card.label)))
        for id_, card in zip(ids, deck.cards, strict=True)
    )
    return msgspec.structs.replace(deck, cards=cards)


@st.composite
def versions(draw: st.DrawFn) -> list[Pack]:
    """The small pack, and some versions after it, the oldest first."""
    packs = [small()]
    for _ in range(draw(st.integers(1, 3))):
        packs.append(draw(edited(packs[-1])))
    return packs


@st.composite
def answers_to(draw: st.DrawFn, pack: Pack) -> dict[str, Answer]:
    """What somebody answers, all but what they leave open."""
    found: dict[str, Answer] = {}
    for _, question in pack.questions():
        match question:
            case _ if not draw(st.integers(0, 4)):
                continue
            case ScaleQuestion():
                found[question.id] = draw(st.sampled_from([point.value for point in question.points]))
            case ChoiceQuestion():
                one = draw(st.sampled_from([option.id for option in question.options]))
                found[question.id] = (one,) if question.several else one
            case CardsQuestion():
                ids = [card.id for card in pack.decks[question.deck].cards]
                picked = draw(st.lists(st.sampled_from(ids), min_size=1, unique=True))
                found[question.id] = Cards(tuple(picked), ("I am kind",))
            case GoalQuestion():
                found[question.id] = Goal("A garden", who="Ann")
            case LinesQuestion():
                found[question.id] = ("Ann",)
            case TextQuestion():
                found[question.id] = "Sun"
    return found
