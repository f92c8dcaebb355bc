"""Answers: what a question may be answered with, and how an answer reads.

An answer is `int` (a scale's point), `str` (text, or the option of a choice), `tuple[str, ...]` (the
options of a choice with several, or lines), `Choice`, `Cards` or `Goal`; no answer is None.
"""

from typing import Annotated, TypeVar

import msgspec

from kiosk import untrusted
from kiosk.errors import EntryError
from kiosk.pack.model import (
    AnyQuestion,
    CardsQuestion,
    ChoiceQuestion,
    GoalQuestion,
    LinesQuestion,
    Pack,
    ScaleQuestion,
    TextQuestion,
)
from kiosk.text import is_blank, written, written_line

TEXT_LIMIT = 20_000
"""Characters of one text answer. Nobody should meet it; it keeps a stuck key from filling the disk."""
LINE_LIMIT = 200
"""Characters of one short line."""
LINES_LIMIT = 200
"""Strengths in own words of one answer. Other lines are fewer."""
LINES_MOST = 1000
"""Lines of an answer that is read."""
_Ids = Annotated[tuple[untrusted.Name, ...], msgspec.Meta(max_length=10_000)]
_Lines = Annotated[tuple[untrusted.Line, ...], msgspec.Meta(max_length=LINES_MOST)]


class Cards(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="cards"):
    """Cards picked from a deck, and strengths in the person's own words."""

    picked: _Ids = ()
    """Card ids."""
    own: _Lines = ()


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="choice"):
    """Options of a choice, one of which is answered in own words too."""

    chosen: _Ids = ()
    """Option ids."""
    own: untrusted.Line = ""
    """What was written for the option that takes own words; never blank."""


class Goal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="goal"):
    """One thing to work towards. A part that was left out is empty."""

    want: untrusted.Text = ""
    first_step: untrusted.Text = ""
    who: untrusted.Text = ""
    when: untrusted.Text = ""


_T = TypeVar("_T")

_Point = Annotated[int, msgspec.Meta(ge=-1000, le=1000)]
Answer = _Point | untrusted.Text | _Lines | Choice | Cards | Goal


def read_answer(pack: Pack, question: AnyQuestion, raw: object) -> Answer | None:
    """Return a plain JSON value as a checked answer to a question; None, empty or blank is no answer.

    Raises EntryError, which names the question and says what it takes.
    """
    if raw is None or raw in ([], {}) or (isinstance(raw, str) and is_blank(raw)):
        return None
    match question:
        case ScaleQuestion():
            return _point(question, raw)
        case ChoiceQuestion():
            return _choice(question, raw)
        case CardsQuestion():
            return _cards(pack, question, raw)
        case TextQuestion():
            return _text(question, _as(str, question, raw, "must be a text")) or None
        case LinesQuestion():
            return (
                _lines(
                    question, _as(tuple[str, ...], question, raw, "must be a list of texts"), question.most
                )
                or None
            )
        case GoalQuestion():
            goal = _as(Goal, question, raw, "must have want, first_step, who and when, each a text")
            parts = [_text(question, part) for part in msgspec.structs.astuple(goal)]
            return Goal(*parts) if any(parts) else None


def fits(pack: Pack, question: AnyQuestion, answer: Answer) -> bool:
    """Tell whether a question takes all of an answer: another version of its pack may not.

    Its kind is the caller's to compare: an option's id, say, would pass for a text.
    """
    try:
        return read_answer(pack, question, msgspec.to_builtins(answer)) is not None
    except EntryError:
        return False


def kind_of(question: AnyQuestion) -> str:
    """Return a question's kind, as it stands in packs and pages."""
    return str(question.__struct_config__.tag)


def options_of(answer: str | tuple[str, ...] | Choice | None) -> tuple[tuple[str, ...], str]:
    """Return the option ids of an answer to a choice, and its own words; empty where there are none."""
    match answer:
        case Choice():
            return answer.chosen, answer.own
        case str():
            return (answer,), ""
    return answer or (), ""


def words_of(pack: Pack, question: AnyQuestion, answer: Answer | None) -> tuple[str, ...]:
    """Return an answer line by line, as the customer read it on the screen."""
    match question, answer:
        case ScaleQuestion(), int():
            return tuple(point.label for point in question.points if point.value == answer)
        case ChoiceQuestion(), str() | tuple() | Choice():
            chosen, own = options_of(answer)
            return tuple(
                f"{option.label}: {own}" if own and option.own_words else option.label
                for option in question.options
                if option.id in chosen
            )
        case CardsQuestion(), Cards():
            deck = pack.decks[question.deck]
            return (*(card.label for card in deck.cards if card.id in answer.picked), *answer.own)
        case GoalQuestion(), Goal():
            parts = msgspec.structs.asdict(answer).items()
            said = (f"{getattr(question, part)} {text}" for part, text in parts if text)
            return tuple(line for words in said for line in words.split("\n"))
        case LinesQuestion(), tuple():
            return answer
        case TextQuestion(), str():
            return tuple(answer.split("\n"))
    return ()


def _wrong(question: AnyQuestion, takes: str) -> EntryError:
    return EntryError(f"The answer to '{question.id}' {takes}.")


def _as(kind: type[_T], question: AnyQuestion, raw: object, takes: str) -> _T:
    try:
        return msgspec.convert(raw, kind)
    except (msgspec.ValidationError, UnicodeEncodeError) as error:
        raise _wrong(question, takes) from error


def _text(question: AnyQuestion, text: str) -> str:
    said = written(text)
    if len(said) > TEXT_LIMIT:
        raise _wrong(question, f"must be at most {TEXT_LIMIT} characters long")
    return said


def _lines(question: AnyQuestion, lines: tuple[str, ...], most: int | None) -> tuple[str, ...]:
    # One character more than the limit is kept, so that a line which is too long shows.
    kept = tuple(line for line in (written_line(line, LINE_LIMIT + 1) for line in lines) if line)
    if any(len(line) > LINE_LIMIT for line in kept):
        raise _wrong(question, f"must be lines of at most {LINE_LIMIT} characters")
    if most is not None and len(kept) > most:
        raise _wrong(question, f"must be at most {most} lines")
    return kept


def _point(question: ScaleQuestion, raw: object) -> int:
    values = {point.value for point in question.points}
    if not isinstance(raw, int) or isinstance(raw, bool) or raw not in values:
        raise _wrong(
            question,
            "must be one of " + ", ".join(f"{point.value} ({point.label})" for point in question.points),
        )
    return raw


def _choice(question: ChoiceQuestion, raw: object) -> Answer | None:
    """Read an option, or several of them; with own words, as a `Choice`."""
    if not isinstance(raw, dict):
        return _options(question, raw)
    open_ids = {option.id for option in question.options if option.own_words}
    if not open_ids:
        raise _wrong(question, "must be options only, without own words")
    choice = _as(Choice, question, raw, "must have chosen, a list of option ids, and own, a text")
    if not choice.chosen and is_blank(choice.own):
        return None
    one = choice.chosen[0] if len(choice.chosen) == 1 else None
    chosen = _options(question, choice.chosen if question.several else one)
    own = _lines(question, (choice.own,), 1)
    if not own:
        return chosen
    ids, _ = options_of(chosen)
    if not open_ids & set(ids):
        raise _wrong(question, f"can have own words only with {' or '.join(sorted(open_ids))}")
    return Choice(ids, own[0])


def _options(question: ChoiceQuestion, raw: object) -> str | tuple[str, ...] | None:
    known = [option.id for option in question.options]
    names = ", ".join(known)
    if not question.several:
        if raw not in known:
            raise _wrong(question, f"must be one of {names}")
        return str(raw)
    chosen = _as(tuple[str, ...], question, raw, f"must be a list of some of {names}")
    if not set(chosen) <= set(known):
        raise _wrong(question, f"must be a list of some of {names}")
    alone = [option.id for option in question.options if option.alone and option.id in chosen]
    if alone and len(set(chosen)) > 1:
        raise _wrong(question, f"cannot combine '{alone[0]}' with other options")
    return tuple(option for option in known if option in chosen) or None


def _cards(pack: Pack, question: CardsQuestion, raw: object) -> Cards | None:
    cards = _as(Cards, question, raw, "must have picked, a list of card ids, and own, a list of texts")
    deck = pack.decks[question.deck]
    shown = question.groups or tuple(deck.groups)
    known = {card.id for card in deck.cards if card.group in shown}
    strange = next((place for place, card in enumerate(cards.picked, 1) if card not in known), None)
    if strange is not None:
        # By its place: what stands there may be somebody's own words.
        raise _wrong(
            question, f"must be ids of cards in the deck '{question.deck}': number {strange} is not one"
        )
    if cards.own and not question.own_words:
        raise _wrong(question, "must be cards only, without own words")
    own = _lines(question, cards.own, LINES_LIMIT)
    return Cards(tuple(dict.fromkeys(cards.picked)), own) if cards.picked or own else None
