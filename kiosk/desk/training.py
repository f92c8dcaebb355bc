"""What practice opens with, as data that the group writes: made-up entries, and cards to practise with.

`data/training.toml`, or a venue's own `training.toml` beside its settings, is checked as a pack is: every
mistake by its line, in plain words.
"""

from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast, get_args

import msgspec

from kiosk.content import content
from kiosk.desk.audit.audit_log import Did
from kiosk.entry.answers import Answer
from kiosk.entry.paper_form import Form, answers_of
from kiosk.errors import EntryError, PackError
from kiosk.home import Home
from kiosk.pack.change_log import Asked
from kiosk.pack.library import Library
from kiosk.pack.load import Source, by_line
from kiosk.pack.model import Pack
from kiosk.pack.schema import Mistake
from kiosk.pack.source_lines import ValuePath
from kiosk.vault.states import STATES, State

NAME = "training.toml"
TITLE, TEXT, AFTER = 60, 420, 160
"""Characters of a card's title, its text, and what to talk about then: all of them fit on a page."""
CARDS_MOST, ENTRIES_MOST = 9, 20
HANDOUT_MOST = 8
"""Lines of the handout besides the cards, which all fit on its two pages."""
DAYS_MOST = 85
"""Older ones would be gone at once."""
THEIRS = "{name}"


class _Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something that a training file holds."""


class Again(_Value, frozen=True, kw_only=True):
    """A further time that somebody reflected."""

    answers: dict[str, Any]
    """Question id → plain value, as in an answers file."""
    days_ago: int


class MadeUpStep(_Value, frozen=True, kw_only=True):
    """A step of a made-up plan."""

    text: str
    who: str = ""
    done: bool = False


class MadeUpGoal(_Value, frozen=True, kw_only=True):
    """A goal of a made-up plan."""

    want: str
    steps: tuple[MadeUpStep, ...] = ()


class MadeUp(_Value, frozen=True, kw_only=True):
    """An entry of somebody who is not real."""

    id: str
    """By which cards name it."""
    days_ago: int
    answers: dict[str, Any]
    private: tuple[str, ...] = ()
    """The ids of the sections that are kept back."""
    talk: bool = False
    again: tuple[Again, ...] = ()
    note: str = ""
    goals: tuple[MadeUpGoal, ...] = ()
    status: str = "waiting"


class Sign(_Value, frozen=True, kw_only=True):
    """Something that stands in the audit once a card is done."""

    did: str
    detail: str = ""
    """Where it has to be just this; empty for anything."""


class Card(_Value, frozen=True, kw_only=True):
    """What a customer wants, and how one sees that it is done."""

    entry: str
    title: str
    tells: str
    afterwards: str
    """What to talk about then."""
    done: tuple[Sign, ...]
    slip: bool = True
    """Whether the customer still has it."""


class Changed(_Value, frozen=True, kw_only=True):
    """What was changed in a version, and why."""

    version: int
    what: str
    why: str
    asked: str
    """Who asked for it: customers, staff, both."""
    count: int
    """How many of them."""
    meeting: str


class Training(_Value, frozen=True, kw_only=True):
    """What practice opens with."""

    version: int
    title: str
    pack: str
    """`ID`, `ID@VERSION` or `ID@draft`: what Welcome starts, and what the entries are answers to."""
    handout: tuple[str, ...]
    entries: tuple[MadeUp, ...]
    cards: tuple[Card, ...]
    changes: tuple[Changed, ...] = ()


def answered(pack: Pack, entry: MadeUp, answers: dict[str, Any]) -> dict[str, Answer]:
    """Return answers as a visit gives them. Raises EntryError."""
    return answers_of(pack, Form(pack.id, answers, private=entry.private))


def file_for(home: Home) -> Path:
    """Return a venue's own training file, or the shipped one where it has none."""
    return home.training if home.training.is_file() else content() / NAME


def library_for(home: Home, file: Path) -> Library:
    """Return the packs that a training file may name: a venue's, or for the shipped file what is shipped."""
    return Library(home.packs if file != content() / NAME else content() / "none")


def load_training(file: Path, named: Callable[[str], Pack]) -> Training:
    """Read a training file; `named` finds its pack. Raises PackError for the first mistake."""
    training, mistakes = _load(file, named)
    if training is None or mistakes:
        raise mistakes[0]
    return training


def check_training(file: Path, named: Callable[[str], Pack]) -> list[PackError]:
    """Return as many mistakes as one look can find; none means that it loads."""
    return _load(file, named)[1]


def _load(file: Path, named: Callable[[str], Pack]) -> tuple[Training | None, list[PackError]]:
    try:
        source = Source(file)
    except PackError as unreadable:
        return None, [unreadable]
    training = source.as_a(Training)
    if training is not None:
        for mistake in _mistakes(training, named):
            source.blame(mistake)
    return training, sorted(source.mistakes, key=by_line)


def _mistakes(training: Training, named: Callable[[str], Pack]) -> list[Mistake]:
    """Return what has the right shape, and is wrong all the same."""
    found = _of_the_whole(training)
    try:
        pack = named(training.pack)
    except (EntryError, PackError) as error:
        found.append(Mistake(("pack",), f"expected a pack that is here. {error}"))
    else:
        for at, entry in enumerate(training.entries):
            found += _of_entry(pack, entry, ("entries", at))
    for at, card in enumerate(training.cards):
        found += _of_card(training, card, ("cards", at))
    for at, change in enumerate(training.changes):
        found += _of_change(training, change, ("changes", at))
    return found


def _of_the_whole(training: Training) -> list[Mistake]:
    found = []
    if training.version < 1:
        found.append(Mistake(("version",), "expected a whole number from 1 on"))
    if training.version > 1 and all(one.version != training.version for one in training.changes):
        said = f"expected [[changes]] for version {training.version}: what changed, why, and who asked"
        found.append(Mistake(("version",), said))
    if not 1 <= len(training.cards) <= CARDS_MOST:
        found.append(Mistake(("cards",), f"expected one to {CARDS_MOST} cards, not {len(training.cards)}"))
    if len(training.entries) > ENTRIES_MOST:
        found.append(Mistake(("entries",), f"expected at most {ENTRIES_MOST} entries"))
    if len(training.handout) > HANDOUT_MOST:
        found.append(Mistake(("handout",), f"expected at most {HANDOUT_MOST} lines, so that it is two pages"))
    found += [
        line for at, text in enumerate(training.handout) for line in _of_text(text, 160, ("handout", at))
    ]
    ids = [entry.id for entry in training.entries]
    for at, id_ in enumerate(ids):
        if id_ in ids[:at]:
            found.append(Mistake(("entries", at, "id"), f"expected another id; {id_} is there already"))
    return found


def _of_change(training: Training, change: Changed, place: ValuePath) -> list[Mistake]:
    found = []
    if not 1 < change.version <= training.version:
        found.append(Mistake((*place, "version"), f"expected a version from 2 to {training.version}"))
    if change.asked not in get_args(Asked):
        found.append(_one_of(change.asked, get_args(Asked), (*place, "asked")))
    if change.count < 1:
        found.append(Mistake((*place, "count"), "expected how many asked, from 1 on"))
    for name, text in (("what", change.what), ("why", change.why), ("meeting", change.meeting)):
        found += _of_text(text, AFTER, (*place, name))
    return found


def _of_entry(pack: Pack, entry: MadeUp, place: ValuePath) -> list[Mistake]:
    found = []
    times = [entry.days_ago, *(one.days_ago for one in entry.again)]
    if any(not 0 <= days <= DAYS_MOST for days in times):
        found.append(Mistake((*place, "days_ago"), f"expected days from 0 to {DAYS_MOST}"))
    if times != sorted(times, reverse=True):
        found.append(Mistake((*place, "again"), "expected the oldest first, after the entry itself"))
    if entry.status not in STATES:
        found.append(_one_of(entry.status, STATES, (*place, "status")))
    every = [((*place, "answers"), entry.answers)]
    every += [((*place, "again", at, "answers"), one.answers) for at, one in enumerate(entry.again)]
    for where, answers in every:
        try:
            answered(pack, entry, answers)
        except EntryError as error:
            found.append(Mistake(where, f"expected answers of the pack {pack.id}. {error}"))
    return found


def _of_card(training: Training, card: Card, place: ValuePath) -> list[Mistake]:
    found = []
    ids = tuple(entry.id for entry in training.entries)
    if card.entry not in ids:
        found.append(_one_of(card.entry, ids, (*place, "entry")))
    found += _of_text(card.title, TITLE, (*place, "title"))
    found += _of_text(card.tells, TEXT, (*place, "tells"))
    found += _of_text(card.afterwards, AFTER, (*place, "afterwards"))
    if not card.done:
        found.append(Mistake((*place, "done"), "expected one thing that is done, or several"))
    for at, sign in enumerate(card.done):
        if sign.did not in get_args(Did):
            found.append(_one_of(sign.did, get_args(Did), (*place, "done", at, "did")))
    return found


def _of_text(text: str, most: int, place: ValuePath) -> list[Mistake]:
    if not text.strip() or len(text) > most:
        return [Mistake(place, f"expected a text of at most {most} characters, not of {len(text)}")]
    if set(text.replace(THEIRS, "")) & {"{", "}"}:
        return [Mistake(place, f"expected {THEIRS} alone in braces")]
    return []


def _one_of(given: str, known: tuple[str, ...], place: ValuePath) -> Mistake:
    near = get_close_matches(given, known, 1)
    guess = f"did you mean `{near[0]}`?" if near else f"one of {', '.join(known)}"
    return Mistake(place, f"expected {'another word; ' if near else ''}{guess}")


def state_of(entry: MadeUp) -> State:
    """Return an entry's status, which was checked."""
    return cast("State", entry.status)
