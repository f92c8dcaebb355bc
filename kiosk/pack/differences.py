"""What differs between two versions of a pack, question by question."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

import msgspec

from kiosk.pack.model import AnyQuestion, CardsQuestion, ChoiceQuestion, GoalQuestion, Pack, ScaleQuestion

What = Literal["wording", "answers", "order", "new", "gone"]
"""How a question may differ: what is asked, what can be chosen, where it stands; it is new, or gone."""


class Difference(NamedTuple):
    """How one question differs from that of the version before."""

    question: str
    """Its id."""
    what: tuple[What, ...]
    before: tuple[str, ...]
    """Its words then, one text a line with its key, of those that differ alone."""
    now: tuple[str, ...]
    """The same as they are now."""
    since: int = 0
    """Where words differ once more, what is said as before: since then answers mean the same. Else 0."""


def differences(before: Pack, now: Pack) -> tuple[Difference, ...]:
    """Return how the questions differ, the one on the closing page among them, in the order of now."""
    old, new = _questions(before), _questions(now)
    moved = _moved(before, now)
    found = []
    for question_id in (*new, *(id_ for id_ in old if id_ not in new)):
        was, is_ = old.get(question_id), new.get(question_id)
        if was is None or is_ is None:
            one: What = "new" if was is None else "gone"
            texts = [
                (*_asked(side), *_offered(pack, side)) if side else ()
                for pack, side in ((before, was), (now, is_))
            ]
            found.append(Difference(question_id, (one,), texts[0], texts[1]))
            continue
        pairs: dict[What, tuple[Sequence[str], Sequence[str]]] = {
            "wording": (_asked(was), _asked(is_)),
            "answers": (_offered(before, was), _offered(now, is_)),
        }
        other = {what: pair for what, pair in pairs.items() if pair[0] != pair[1]}
        what = (*other, *(("order",) if question_id in moved else ()))
        if what:
            left, right = ([line for pair in other.values() for line in pair[side]] for side in (0, 1))
            found.append(
                Difference(
                    question_id,
                    what,
                    tuple(line for line in left if line not in right),
                    tuple(line for line in right if line not in left),
                    is_.since if other and is_.since == was.since else 0,
                )
            )
    return tuple(found)


def other_texts(before: Pack, now: Pack) -> tuple[str, ...]:
    """Return where the texts around the questions differ, such as `welcome` or `sections home`."""
    places = [
        name
        for name in ("title", "language", "minutes", "made", "welcome", "privacy", "writing_note", "my_page")
        if getattr(before, name) != getattr(now, name)
    ]
    closing = (msgspec.structs.replace(one.closing, feedback=now.closing.feedback) for one in (before, now))
    places += ["closing"] if len({*closing}) > 1 else []
    old, new = ({one.id: (one.title, one.intro) for one in pack.sections} for pack in (before, now))
    places += [f"sections {id_}" for id_ in dict.fromkeys((*new, *old)) if old.get(id_) != new.get(id_)]
    return tuple(places)


def _questions(pack: Pack) -> dict[str, AnyQuestion]:
    asked = (question for _, question in pack.questions())
    return {question.id: question for question in (*asked, pack.closing.feedback)}


def _moved(before: Pack, now: Pack) -> frozenset[str]:
    """Return the ids of the questions that stand elsewhere: as few as explain the new order."""
    old, new = ({question.id: section.id for section, question in pack.questions()} for pack in (before, now))
    both = [[id_ for id_ in side if id_ in old and id_ in new] for side in (old, new)]
    stayed = SequenceMatcher(None, both[0], both[1], autojunk=False).get_matching_blocks()
    kept = {id_ for block in stayed for id_ in both[0][block.a : block.a + block.size]}
    return frozenset(id_ for id_ in both[1] if id_ not in kept or old[id_] != new[id_])


def _asked(question: AnyQuestion) -> tuple[str, ...]:
    """Return the words of a question, and since when they mean what they mean."""
    names = ["ask", "why", "summary", "source"]
    if isinstance(question, GoalQuestion):
        names += ["want", "first_step", "who", "when"]
    said = [(name, getattr(question, name)) for name in names]
    since = [f"since = {question.since}"] if question.since else []
    deeper = ["depth = true"] if question.depth else []
    return (*(f"{name}: {text}" for name, text in said if text), *deeper, *since)


def _offered(pack: Pack, question: AnyQuestion) -> tuple[str, ...]:
    """Return what can be answered: the kind, each choice with what stands for it, and how many."""
    return (f"kind = {question.__struct_config__.tag}", *_choices(pack, question))


def _choices(pack: Pack, question: AnyQuestion) -> Iterator[str]:
    match question:
        case ScaleQuestion():
            yield from (f"point {point.value}: {point.label}" for point in question.points)
        case ChoiceQuestion():
            for option in question.options:
                marks = [mark for mark in ("alone", "own_words") if getattr(option, mark)]
                yield f"option {option.id}: {option.label}" + "".join(f", {mark}" for mark in marks)
            if question.several:
                yield "several = true"
        case CardsQuestion():
            deck = pack.decks[question.deck]
            for group in question.groups or tuple(deck.groups):
                yield f"group {group}: {deck.groups[group]}"
                yield from (f"card {card.id}: {card.label}" for card in deck.in_group(group))
            if question.own_words:
                yield "own_words = true"
        case _:
            if most := getattr(question, "most", 0):
                yield f"most = {most}"
