"""What a customer has said in a visit, and how far that brings each part. In memory only."""

from typing import Literal

import msgspec

from kiosk.entry.answers import Answer
from kiosk.entry.pages import Answered, AnsweredSection
from kiosk.pack.model import AnyQuestion, Pack, Section

Standing = Literal["new", "begun", "done"]
"""How far a section has come."""


class Said:
    """The answers to a pack's questions, and which of these were met or left open."""

    def __init__(self, pack: Pack, *, whole: bool) -> None:
        """Begin with nothing. With `whole` what goes deeper is asked of everybody."""
        self._whole = whole
        self._begin(pack)

    def _begin(self, pack: Pack) -> None:
        self.pack = pack
        self.answers: dict[str, Answer] = {}
        self.earlier: tuple[AnsweredSection, ...] = ()
        """What an entry that is being changed says to questions that mean something else now, or are gone."""
        self._seen: set[str] = set()
        """The ids of the questions that somebody went on from, answered or not."""
        self._unsure: set[str] = set()
        """The ids of the questions that were left open as such."""

    @property
    def _met(self) -> set[str]:
        return self._seen | self._unsure | self.answers.keys()

    def listed(self, section: Section) -> tuple[AnyQuestion, ...]:
        """Return the questions of a section, without those that go deeper and that nobody has met."""
        return tuple(
            one
            for one in section.questions
            if self._whole or not one.depth or one.id in self._met or self.said_before(one.id)
        )

    def standing(self, section: Section) -> Standing:
        """Return how far a section has come, which nobody would call done who has just passed through it.

        For that, each question that is asked of everybody is answered, or was left open on purpose.
        """
        if not any(one.id in self._met or self.is_answered(one.id) for one in section.questions):
            return "new"
        closed = (
            one.depth or one.id in self._unsure or self.is_answered(one.id) for one in section.questions
        )
        return "done" if all(closed) else "begun"

    def is_behind(self, section: Section) -> bool:
        """Whether somebody has been at each of its questions that are asked of everybody, answered or not."""
        return all(one.depth or one.id in self._met for one in section.questions)

    def tally(self, section: Section) -> tuple[int, int]:
        """Return how many of the questions of a section are answered, and how many are listed."""
        listed = self.listed(section)
        return sum(self.is_answered(one.id) for one in listed), len(listed)

    def left_open(self, section: Section) -> int:
        """Return how many of the questions of a section have no answer, of those that everybody is asked."""
        return sum(not (one.depth or self.is_answered(one.id)) for one in section.questions)

    def is_answered(self, question_id: str) -> bool:
        """Whether a question has an answer, if only one to what it meant before."""
        return question_id in self.answers or self.said_before(question_id) is not None

    def said_before(self, question_id: str) -> Answered | None:
        """Return what was said to a question when it meant something else, where nothing is answered now."""
        if question_id in self.answers:
            return None
        said = (answered for section in self.earlier for answered in section.answers)
        return next((answered for answered in said if answered.id == question_id), None)

    @property
    def changed(self) -> tuple[str, ...]:
        """The ids of the questions that were answered when they meant something else, and not seen since."""
        asked = (question.id for _, question in self.pack.questions())
        return tuple(one for one in asked if one not in self._seen and self.said_before(one))

    @property
    def gone(self) -> tuple[Answered, ...]:
        """What was said to questions that are no longer asked."""
        asked = {question.id for _, question in self.pack.questions()}
        return tuple(one for section in self.earlier for one in section.answers if one.id not in asked)

    def take_out(self, question_id: str) -> None:
        """Forget what was said to a question when it meant something else, or was still asked."""
        left = (
            msgspec.structs.replace(
                section, answers=tuple(one for one in section.answers if one.id != question_id)
            )
            for section in self.earlier
        )
        self.earlier = tuple(section for section in left if section.answers)
