"""My page: of all that was answered, what to be proud of and what to work towards.

It is made from a page as it is kept, so customer, slip and staff see the same, and staff see nothing of what
was kept back. Which answers it shows, the page itself tells; where it does not, the kinds of answers do.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal, get_args

import msgspec

from kiosk.entry.answers import Goal
from kiosk.entry.pages import TOP_MOST, Answered, Reflection
from kiosk.entry.slip import Bar
from kiosk.text import is_blank

LONGEST = 160
"""Characters of one line. The whole of an answer stands among the answers."""
MOST_LINES = 4
"""Lines of one answer."""


GoalPart = Literal["want", "first_step", "who", "when"]


class OwnWords(msgspec.Struct, frozen=True):
    """An answer in the customer's words, or a part of a goal."""

    label: str
    """What the answer is called."""
    words: tuple[str, ...]
    """Line by line."""
    listed: bool = False
    """Whether each line is a thing of its own."""
    part: GoalPart = "want"
    """Of a goal: which part it is. All else is what somebody wants."""


class Rating(msgspec.Struct, frozen=True):
    """A part of life that was rated."""

    label: str
    word: str
    place: int
    """Which of the scale's points it is, from 1."""
    of: int
    """How many points the scale has."""

    @property
    def bar(self) -> Bar:
        """The rating as it is drawn."""
        return Bar(self.label, self.place, self.of, self.word)


class MyPageOf(msgspec.Struct, frozen=True, kw_only=True):
    """What My page shows of one entry. Any part may be empty."""

    title: str
    """What the reflection is called."""
    made: datetime
    """When it was answered, UTC."""
    strengths: tuple[str, ...]
    """All of them: a leaf of the tree each."""
    top: tuple[str, ...]
    """Those that stand on top: the customer's choice, else the first ones."""
    ratings: tuple[Rating, ...]
    hopes: tuple[OwnWords, ...]
    steps: tuple[OwnWords, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.strengths or self.ratings or self.hopes or self.steps)

    @property
    def is_enough(self) -> bool:
        """Whether strengths and something to go for are there: nobody needs to say more."""
        return bool(self.strengths and (self.hopes or self.steps))


def my_page_of(page: Reflection) -> MyPageOf:
    """Return what My page shows of a page's answers."""
    shown = page.my_page
    strengths = tuple(map(_short, strengths_of(page)))
    top = (
        word
        for answer in _picked(page, shown.strengths, "cards")
        for word in answer.top
        if word in answer.words and not is_blank(word)
    )
    return MyPageOf(
        title=page.pack_title,
        made=page.made,
        strengths=strengths,
        top=tuple(map(_short, top))[:TOP_MOST] or strengths[:TOP_MOST],
        ratings=tuple(
            Rating(answer.summary, " ".join(answer.words), *answer.scale)
            for answer in _picked(page, shown.ratings, "scale")
            if answer.scale and answer.scale[0] <= answer.scale[1]
        ),
        hopes=tuple(_said(answer) for answer in _picked(page, shown.hopes, "")),
        steps=tuple(own for answer in _picked(page, shown.steps, "goal") for own in _aims(answer)),
    )


def strengths_of(page: Reflection) -> tuple[str, ...]:
    """Return a page's strengths, word for word, in the order in which My page counts them."""
    found = _picked(page, page.my_page.strengths, "cards")
    return tuple(word for answer in found for word in answer.words if not is_blank(word))


def _picked(page: Reflection, ids: tuple[str, ...], kind: str) -> Iterator[Answered]:
    """Yield what was answered of the questions named, or of those of a kind where none is named."""
    answers = {answer.id: answer for answer in page.answers() if answer.words}
    chosen = ids or tuple(id_ for id_, answer in answers.items() if answer.kind == kind)
    yield from (answers[id_] for id_ in chosen if id_ in answers)


def _said(answer: Answered) -> OwnWords:
    return OwnWords(answer.summary, _cut(_words(answer.words)), listed=answer.kind != "text")


def _aims(answer: Answered) -> Iterator[OwnWords]:
    """Yield each part of a goal that was answered; of another kind of answer, all of it."""
    if not isinstance(answer.value, Goal):
        yield _said(answer)
        return
    for part in get_args(GoalPart):
        if words := _words(getattr(answer.value, part).split("\n")):
            yield OwnWords(answer.summary, _cut(words), part=part)


def _words(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(_short(line) for line in lines if not is_blank(line))


def _cut(words: tuple[str, ...]) -> tuple[str, ...]:
    return words if len(words) <= MOST_LINES else (*words[: MOST_LINES - 1], "…")


def _short(text: str) -> str:
    """Return a text cut at a word, with an ellipsis, where it is longer than My page has room for."""
    text = text.strip()
    if len(text) <= LONGEST:
        return text
    return text[: LONGEST - 1].rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"
