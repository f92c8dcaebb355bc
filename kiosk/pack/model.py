"""What a pack is made of: frozen values, as a screen or a check reads them.

A question's `kind` names its class: `scale`, `choice`, `cards`, `text`, `lines` or `goal`.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The root of a pack's values: frozen, and strict about keys it does not know."""


class Point(Value, frozen=True, kw_only=True):
    """One point of a scale."""

    value: int
    """The number that is stored."""
    label: str
    """The word or words that are shown. A customer never meets a bare number."""


class Option(Value, frozen=True, kw_only=True):
    """One answer of a choice."""

    id: str
    label: str
    alone: bool = False
    """Where several can be chosen: whether this one means that none of the others is."""
    own_words: bool = False
    """Whether it stands for what is not in the list, and who chooses it may write what that is."""


class Card(Value, frozen=True, kw_only=True):
    """One card of a deck."""

    id: str
    label: str
    """A few words that a person can say of themselves."""
    group: str
    """The part of the spread it belongs to: one of the deck's groups."""


class Deck(Value, frozen=True, kw_only=True):
    """A set of cards to pick from. Lives in a file of its own, `data/packs/decks/<id>.toml`."""

    id: str
    title: str
    made: str
    """How and by whom it was made."""
    groups: dict[str, str]
    """Group id → the heading a customer sees."""
    cards: tuple[Card, ...]

    def in_group(self, group: str) -> tuple[Card, ...]:
        """Return the cards of one group, in the deck's order."""
        return tuple(card for card in self.cards if card.group == group)


class Question(Value, tag_field="kind", frozen=True, kw_only=True):
    """What every question has. One question fills one screen."""

    id: str
    ask: str
    """The question itself."""
    why: str = ""
    """Why it is asked, where that is not plain."""
    source: str = ""
    """Whose wording it is, with its licence, where it is not the project's own."""
    summary: str
    """The question in two to five words, for the check page and the desk."""
    depth: bool = False
    """Whether it goes deeper than the question before it, and is asked only of who wants to say more."""
    since: int = 0
    """The version of the pack in which it began to mean what it means now; 0 where nobody says.

    Then an answer of an earlier version counts where question and answer have the same words, and no other.
    """


class ScaleQuestion(Question, tag="scale", frozen=True, kw_only=True):
    """One of two to eleven points, shown as a row or a list and picked with a digit."""

    points: tuple[Point, ...]


class ChoiceQuestion(Question, tag="choice", frozen=True, kw_only=True):
    """One or several of two to nine options, picked with digits."""

    options: tuple[Option, ...]
    several: bool = False


class CardsQuestion(Question, tag="cards", frozen=True, kw_only=True):
    """Cards of a deck, a handful at a time, with room for own words."""

    deck: str
    groups: tuple[str, ...] = ()
    """The deck's groups this question shows, in order; all of them where none is named."""
    own_words: bool = True


class TextQuestion(Question, tag="text", frozen=True, kw_only=True):
    """A few lines in the customer's own words."""


class LinesQuestion(Question, tag="lines", frozen=True, kw_only=True):
    """Up to `most` short lines: people, places, things."""

    most: int = 5


class GoalQuestion(Question, tag="goal", frozen=True, kw_only=True):
    """One thing to work towards, in four parts: what, a first step, who can help, when."""

    want: str
    first_step: str
    who: str
    when: str
    """Each part's own short question."""


AnyQuestion = ScaleQuestion | ChoiceQuestion | CardsQuestion | TextQuestion | LinesQuestion | GoalQuestion


class Section(Value, frozen=True, kw_only=True):
    """A part of the reflection with a title of its own."""

    id: str
    title: str
    intro: str
    """One or two sentences shown above its first question."""
    questions: tuple[AnyQuestion, ...]


class Welcome(Value, frozen=True, kw_only=True):
    """The first screen."""

    title: str
    lines: tuple[str, ...]


class Privacy(Value, frozen=True, kw_only=True):
    """What we keep: up to three lines, and more behind one key.

    The texts may name `{organisation}`, `{venue}`, `{days}`, `{basis}`, `{contact}`, `{complain}`
    and `{help}`, which the settings fill in, and `{idle}`, how long until the idle warning: `3 minutes`.
    """

    title: str
    short: tuple[str, ...]
    more: tuple[str, ...]


class Closing(Value, frozen=True, kw_only=True):
    """What is said around the code, and after it."""

    saved: str
    """Above the code: it is saved."""
    keep: tuple[str, ...]
    """What the code is for, what happens next and when, who to ask, how to get a copy."""
    feedback: ScaleQuestion
    """How this was: one worded scale."""
    feedback_line: str
    """… and one free line."""
    cleared: tuple[str, ...]
    """The last words, when the screen has been cleared."""


Shown = Annotated[tuple[str, ...], msgspec.Meta(max_length=1000)]
"""Ids of questions: a pack has no more."""


class MyPage(Value, frozen=True, kw_only=True):
    """Which answers My page shows, by question id, in this order.

    A part that names none shows by kind: cards are strengths, scales are ratings, goals are steps.
    """

    strengths: Shown = ()
    ratings: Shown = ()
    """Scales: the parts of life, each as a bar and as its word."""
    hopes: Shown = ()
    steps: Shown = ()
    """Goals: what to work towards, and its first step."""


FILLED = ("decks", "hash", "state", "help_note", "languages", "own")
"""What of a pack is no key of its file."""
Answerable = Literal["pilot", "live"]
"""The states in which customers answer a version of a pack: it is tried out, or it is in use."""


class Pack(Value, frozen=True, kw_only=True):
    """A reflection: everything a visit asks and says."""

    id: str
    version: int
    title: str
    language: str
    """An IETF language tag: `en`."""
    minutes: tuple[int, int]
    """About how long it takes: at least, at most."""
    made: str
    """How and by whom it was made, and how it is reviewed."""
    welcome: Welcome
    privacy: Privacy
    writing_note: str
    """Shown wherever people write: who reads it and when, and `{help}`, where to get help now."""
    sections: tuple[Section, ...]
    closing: Closing
    my_page: MyPage = MyPage()
    decks: dict[str, Deck] = {}
    """Deck id → deck. Filled by the loader from the decks the questions name; not a key of the file."""
    hash: str = ""
    """Of all its files (`kiosk.pack.pack_files.hash_of`). Filled by the library, and so is the state."""
    state: Answerable = "live"
    help_note: str = ""
    """What of the writing note says where to get help now. Filled in with it (`kiosk.pack.fill`)."""
    languages: tuple[str, ...] = ()
    """The other languages that there is a translation in (`kiosk.pack.translation`). Filled by the loader."""
    own: "Pack | None" = None
    """Of a translation: the same pack in its own language, which entries, staff and statistics go by."""

    @property
    def as_written(self) -> "Pack":
        """The pack in its own language."""
        return self.own or self

    def questions(self) -> Iterator[tuple[Section, AnyQuestion]]:
        """Yield each question with its section, in the order they are asked."""
        for section in self.sections:
            for question in section.questions:
                yield section, question
