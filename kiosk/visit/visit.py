"""The state of one visit: where it stands and what is answered. In memory only."""

from datetime import datetime

import msgspec

from kiosk.counts.visits import VisitTold, band_of
from kiosk.dates import to_second
from kiosk.entry.answers import Answer
from kiosk.entry.handle import Handle
from kiosk.entry.meaning import form_in
from kiosk.entry.pages import Answered, AnsweredSection
from kiosk.pack.model import AnyQuestion, Pack, Section
from kiosk.visit.drafts import Draft
from kiosk.visit.returning import Carried
from kiosk.visit.saving import Submission


class Visit:
    """One customer's walk through a pack.

    It stands at a question, or after the last one at the check page. Whoever changes an answer from the
    check page comes back to it.
    """

    def __init__(self, pack: Pack) -> None:
        self._begin(pack)

    def _begin(self, pack: Pack) -> None:
        self.pack = pack
        self.answers: dict[str, Answer] = {}
        self.private: set[str] = set()
        """The ids of the sections that the customer's code alone is to open."""
        self.talk = False
        """Whether the customer wants to talk to somebody."""
        self.asked = False
        """Whether that was so already when they began to change their entry."""
        self.comments: dict[str, str] = {}
        """What is written to the people who write the questions, and not sent yet, by question id.

        The empty id is of the whole reflection.
        """
        self.rating: int | None = None
        """What is chosen of how this was, and not sent yet."""
        self.earlier: tuple[AnsweredSection, ...] = ()
        """What an entry that is being changed says to questions that mean something else now, or are gone."""
        self._seen: set[str] = set()
        """The ids of the questions that somebody went on from, answered or not."""
        self.went_back: set[str] = set()
        """The ids of the questions from which somebody went back."""
        self.counted = False
        """Whether it was told already how the visit went: before a pause, for the whole of it."""
        self.amends: Handle | None = None
        """The code of the entry that is being changed; None for a new one."""
        self._set_aside: dict[str, Answer] = {}
        self._unsure: set[str] = set()
        """The ids of the questions that were left open as such."""
        self._steps: tuple[tuple[Section, AnyQuestion], ...] = tuple(pack.questions())
        self._place = 0
        self.changing = False
        """Whether one answer is being changed from the check page."""

    @property
    def total(self) -> int:
        """How many questions there are."""
        return len(self._steps)

    @property
    def number(self) -> int:
        """The number of the question it stands at, from 1."""
        return self._place + 1

    @property
    def at_check(self) -> bool:
        """Whether every question is behind, and the check page is next."""
        return self._place == self.total

    @property
    def question(self) -> AnyQuestion:
        """The question it stands at."""
        return self._steps[self._place][1]

    @property
    def section(self) -> Section:
        """The section of that question."""
        return self._steps[self._place][0]

    @property
    def opens_section(self) -> bool:
        """Whether what the section is about stands above this question."""
        return not self.changing and self.question is self.section.questions[0]

    @property
    def answer(self) -> Answer | None:
        """What is answered at this question, or was before it was left open."""
        question = self.question.id
        return self.answers.get(question, self._set_aside.get(question))

    def said_before(self, question_id: str) -> Answered | None:
        """Return what was said to a question when it meant something else, where nothing is answered now."""
        if question_id in self.answers:
            return None
        said = (answered for section in self.earlier for answered in section.answers)
        return next((answered for answered in said if answered.id == question_id), None)

    @property
    def changed(self) -> tuple[str, ...]:
        """The ids of the questions that were answered when they meant something else, and not seen since."""
        asked = (question.id for _, question in self._steps)
        return tuple(one for one in asked if one not in self._seen and self.said_before(one))

    @property
    def gone(self) -> tuple[Answered, ...]:
        """What was said to questions that are no longer asked."""
        asked = {question.id for _, question in self._steps}
        return tuple(one for section in self.earlier for one in section.answers if one.id not in asked)

    @property
    def unsure(self) -> bool:
        """Whether this question was left open as such, and nothing is answered since."""
        return self.question.id in self._unsure

    def keep(self, answer: Answer | None) -> None:
        """Keep the answer to this question; None leaves it unanswered."""
        if answer is None:
            self.answers.pop(self.question.id, None)
        else:
            self.answers[self.question.id] = answer
            self._unsure.discard(self.question.id)
        self._set_aside.pop(self.question.id, None)

    def leave_open(self, answer: Answer | None) -> None:
        """Say that one is not sure of it. `answer` is set aside, and there again on the way back."""
        self.answers.pop(self.question.id, None)
        self.take_out(self.question.id)
        self._unsure.add(self.question.id)
        if answer is None:
            self._set_aside.pop(self.question.id, None)
        else:
            self._set_aside[self.question.id] = answer

    def take_out(self, question_id: str) -> None:
        """Forget what was said to a question when it meant something else, or was still asked."""
        left = (
            msgspec.structs.replace(
                section, answers=tuple(one for one in section.answers if one.id != question_id)
            )
            for section in self.earlier
        )
        self.earlier = tuple(section for section in left if section.answers)

    def note_comment(self, question_id: str, text: str) -> None:
        """Hold what is written about a question until it is sent; an empty text forgets it."""
        self.comments.pop(question_id, None)
        if text:
            self.comments[question_id] = text

    def forward(self) -> None:
        """Go to the next question, or to the check page."""
        if not self.at_check:
            self._seen.add(self.question.id)
        if self.changing:
            self._to_check()
        else:
            self._place = min(self._place + 1, self.total)

    def back(self) -> bool:
        """Go to the question before; from a change, to the check page. False at the first question."""
        if self.changing:
            self._to_check()
            return True
        if not self.at_check:
            self.went_back.add(self.question.id)
        if self._place == 0:
            return False
        self._place -= 1
        return True

    def told(self, seconds: float, *, is_saved: bool) -> VisitTold:
        """Return what it tells of itself after so many seconds; it stands where it ends."""
        forms = {question.id: form_in(self.pack, question) for _, question in self._steps}
        is_lost = not (is_saved or self.at_check)
        return VisitTold(
            pack=self.pack.id,
            state=self.pack.state,
            went_back=tuple((id_, forms[id_]) for id_ in sorted(self.went_back)),
            stopped=((self.question.id, forms[self.question.id]),) if is_lost else (),
            band=band_of(seconds),
        )

    def change(self, question_id: str) -> None:
        """Stand at one question, to come back to the check page after it. Raises KeyError for none."""
        places = {question.id: place for place, (_, question) in enumerate(self._steps)}
        self._place = places[question_id]
        self.changing = True

    def share(self, section_id: str, *, private: bool) -> None:
        """Let staff read a section, or the customer's code alone open it."""
        if private:
            self.private.add(section_id)
        else:
            self.private.discard(section_id)

    def reflection(self) -> Submission:
        """Return what would be saved now."""
        unchanged = self.amends is not None and self.talk == self.asked
        talk = None if unchanged else self.talk
        return Submission(self.pack, dict(self.answers), frozenset(self.private), talk, self.earlier)

    def draft(self, now: datetime) -> Draft:
        """Return how far it has come, to go on from there later."""
        return Draft(
            made=to_second(now),
            pack=self.pack,
            answers=dict(self.answers),
            set_aside=dict(self._set_aside),
            unsure=tuple(question.id for _, question in self._steps if question.id in self._unsure),
            # Who was changing one answer has been at the end already.
            at="" if self.at_check or self.changing else self.question.id,
            comments=dict(self.comments),
            rating=self.rating,
            private=tuple(sorted(self.private)),
            earlier=self.earlier,
            # Only of these it matters.
            seen=tuple(one.id for _, one in self._steps if one.id in self._seen and self.said_before(one.id)),
            talk=self.talk,
            asked=self.asked,
            counted=self.counted,
            amends=self.amends.symbols if self.amends else "",
        )

    def go_on(self, draft: Draft) -> None:
        """Stand where a draft stopped."""
        self._begin(draft.pack)
        self.answers.update(draft.answers)
        self._set_aside.update(draft.set_aside)
        self._unsure.update(draft.unsure)
        self.private.update(draft.private)
        self.earlier = draft.earlier
        self._seen.update(draft.seen)
        self.comments.update(draft.comments)
        self.rating = draft.rating
        self.talk, self.asked = draft.talk, draft.asked
        self.counted = draft.counted
        self.amends = Handle(draft.amends) if draft.amends else None
        ids = [question.id for _, question in self._steps]
        self._place = ids.index(draft.at) if draft.at else self.total

    def amend(self, handle: Handle, carried: Carried, *, asked: bool = False) -> None:
        """Stand at the check page with what an entry says, to change it; `asked` is its wish to talk."""
        self._begin(self.pack)
        self.talk = self.asked = asked
        self.amends = handle
        self.answers.update(carried.answers)
        self.private.update(carried.private)
        self.earlier = carried.earlier
        self._place = self.total

    def choose(self, pack: Pack) -> None:
        """Stand at the beginning of a pack, with nothing answered."""
        self._begin(pack)

    def clear(self) -> None:
        """Forget everything and stand at the beginning."""
        self._begin(self.pack)

    def _to_check(self) -> None:
        self._place = self.total
        self.changing = False
