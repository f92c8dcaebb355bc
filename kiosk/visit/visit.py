"""The state of one visit: where it stands and what is answered. In memory only."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import takewhile

from kiosk.counts.visits import VisitTold, band_of
from kiosk.dates import to_second
from kiosk.entry.answers import Answer
from kiosk.entry.handle import Handle
from kiosk.entry.meaning import form_in
from kiosk.pack.model import AnyQuestion, Pack, Section
from kiosk.visit.drafts import PARTS, WISH, Draft
from kiosk.visit.returning import Carried
from kiosk.visit.said import Said
from kiosk.visit.saving import Submission


class Visit(Said):
    """One customer's walk through a pack.

    It stands at a question, at the parts to choose from, or after the last question at the check page.
    Whoever changes an answer from the check page comes back to it.
    """

    def __init__(self, pack: Pack, *, whole: bool = False) -> None:
        """Stand at the first question. With `whole` what goes deeper is asked of everybody, in its order."""
        super().__init__(pack, whole=whole)

    def _begin(self, pack: Pack) -> None:
        super()._begin(pack)
        self.private: set[str] = set()
        """The ids of the sections that the customer's code alone is to open."""
        self.left_at: dict[str, int] = {}
        """Which page of its answer is shown, or was last, from 0, by question id; to come back there."""
        self.top: tuple[str, ...] = ()
        """The strengths that the customer puts on top of My page; none where they did not choose."""
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
        self.at_parts = False
        """Whether it stands at the parts, to choose one."""
        self.at_wish = False
        """Whether it is a wish to talk alone, and nothing is asked."""
        self.went_back: set[str] = set()
        """The ids of the questions from which somebody went back."""
        self.counted = False
        """Whether it was told already how the visit went: before a pause, for the whole of it."""
        self.amends: Handle | None = None
        """The code of the entry that is being changed; None for a new one."""
        self._reflections = 0
        """How many reflections that entry held when the change of it began."""
        self._set_aside: dict[str, Answer] = {}
        self._middle = ""
        """The id of the question that was left in the middle of its answer, to go deeper; else empty."""
        self._steps: tuple[tuple[Section, AnyQuestion], ...] = tuple(pack.questions())
        self._place = 0
        self.changing = False
        """Whether one answer is being changed from the check page."""
        self._began_as = self.reflection()

    @property
    def total(self) -> int:
        """How many questions there are."""
        return len(self._steps)

    @property
    def number(self) -> int:
        """The number of the question it stands at, from 1."""
        return self._place + 1

    @property
    def at_question(self) -> bool:
        """Whether it stands at a question."""
        return self._place < self.total

    @property
    def at_check(self) -> bool:
        """Whether every question is behind, and the check page is next."""
        return not (self.at_question or self.at_parts)

    @property
    def question(self) -> AnyQuestion:
        """The question it stands at."""
        return self._steps[self._place][1]

    @property
    def section(self) -> Section:
        """The section of that question."""
        return self._steps[self._place][0]

    @property
    def number_in_section(self) -> tuple[int, int]:
        """The number of the question it stands at among those of its section that come, and how many come."""
        walked = [place for place in self._walked() if self._steps[place][0] is self.section]
        return walked.index(self._place) + 1, len(walked)

    @property
    def deeper(self) -> int:
        """How many questions go deeper than the one it stands at, and are asked only where one wants to."""
        return sum(1 for place in self._deeper() if place not in self._walked())

    @property
    def opens_section(self) -> bool:
        """Whether what the section is about stands above this question."""
        return not self.changing and self.question is self.section.questions[0]

    @property
    def answer(self) -> Answer | None:
        """What is answered at this question, or was before it was left open."""
        question = self.question.id
        return self.answers.get(question, self._set_aside.get(question))

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

    def note_comment(self, question_id: str, text: str) -> None:
        """Hold what is written about a question until it is sent; an empty text forgets it."""
        self.comments.pop(question_id, None)
        if text:
            self.comments[question_id] = text

    def forward(self) -> None:
        """Go to the next question, past parts that are done, or to the check page.

        Where parts are left that nobody has seen, it comes to the parts before the check page.
        """
        if not self.at_question:
            return
        self._seen.add(self.question.id)
        if self._comes_back():
            return
        if self.changing:
            self._to_check()
            return
        here, self._place = self.question.id, next(self._ahead(), self.total)
        self._middle = "" if here == self._middle else self._middle
        left = any(self.standing(section) == "new" for section in self.pack.sections)
        self.at_parts = not self.at_question and left and not self._whole

    def go_deeper(self, *, finished: bool = True) -> None:
        """Go to the first of the questions that go deeper than this one.

        Whoever had not `finished` its answer comes back to it after the last of them.
        """
        self._middle = "" if finished else self.question.id
        self._seen.add(self.question.id)
        self._place = self._deeper()[0]

    def _comes_back(self) -> bool:
        """Stand again at the question that was left in the middle, where all that goes deeper is behind."""
        if not self._middle or self.question.id == self._middle or self._deeper():
            return False
        self._place = self._place_of(self._middle)
        return True

    def back(self) -> bool:
        """Go to the question before, from the first one of a section to the parts.

        From a change it goes to the check page, or to an answer left in its middle. False at the parts.
        """
        if self.changing:
            if self._middle not in ("", self.question.id):
                self._place = self._place_of(self._middle)
            else:
                self._to_check()
            return True
        if self.at_parts:
            return False
        if self.at_question:
            self.went_back.add(self.question.id)
        before = [place for place in self._walked() if place < self._place]
        if self._whole or (before and self.at_question and self._steps[before[-1]][0] is self.section):
            self._place = before[-1] if before else 0
            return bool(before)
        self.to_parts()
        return True

    def to_parts(self) -> None:
        """Stand at the parts, to choose one."""
        self.at_parts, self._middle = True, ""
        self._place = self.total

    def open(self, section_id: str) -> None:
        """Stand at the first question of a section, and at the first page of each answer."""
        self.at_parts, self._middle = False, ""
        self.left_at.clear()
        self._place = next(
            place for place, (section, _) in enumerate(self._steps) if section.id == section_id
        )

    def finish(self) -> None:
        """Stand at the check page, whatever is answered."""
        if self.at_question:
            self._seen.add(self.question.id)
        self._to_check()

    def _ahead(self) -> Iterator[int]:
        """Yield the questions that come next: in this section, and then in those that are not done."""
        here = self.section
        # Whoever was there from the middle of this answer is not led there once more.
        told = self._deeper() if self.question.id == self._middle else ()
        for place in self._walked():
            section, question = self._steps[place]
            if place <= self._place or (place in told and question.id in self._seen):
                continue
            if section is here or self._whole or not self.is_behind(section):
                yield place

    def _walked(self) -> tuple[int, ...]:
        """Return the places of the questions that Enter leads to: all but those that go deeper unasked."""
        met = self._met
        on = self._deeper() if self.at_question and self.question.depth else ()
        return tuple(
            place
            for place, (_, question) in enumerate(self._steps)
            if self._whole or not question.depth or question.id in met or place in (self._place, *on)
        )

    def _deeper(self) -> tuple[int, ...]:
        """Return the places of the questions that go deeper than this one, which stand right behind it."""
        rest = range(self._place + 1, self.total)
        return tuple(takewhile(lambda place: self._steps[place][1].depth, rest))

    def told(self, seconds: float, *, is_saved: bool) -> VisitTold:
        """Return what it tells of itself after so many seconds; it stands where it ends."""
        pack = self.pack.as_written
        forms = {question.id: form_in(pack, question) for _, question in pack.questions()}
        is_lost = self.at_question and not is_saved
        return VisitTold(
            pack=self.pack.id,
            state=self.pack.state,
            went_back=tuple((id_, forms[id_]) for id_ in sorted(self.went_back)),
            stopped=((self.question.id, forms[self.question.id]),) if is_lost else (),
            band=band_of(seconds),
        )

    def change(self, question_id: str) -> None:
        """Stand at one question, to come back to the check page after it. Raises KeyError for none."""
        self.left_at.clear()
        self._place = self._place_of(question_id)
        self.at_parts = False
        self.changing = True

    def _place_of(self, question_id: str) -> int:
        return {question.id: place for place, (_, question) in enumerate(self._steps)}[question_id]

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
        return Submission(
            self.pack, dict(self.answers), frozenset(self.private), talk, self.earlier, self.top
        )

    @property
    def is_changed(self) -> bool:
        """Whether something else would be saved now than when it began, or is saved where it was paused."""
        return self.reflection() != self._began_as

    @property
    def wish_is_unseen(self) -> bool:
        """Whether the customer asked to talk to somebody, and staff do not see it before it is saved."""
        return self.talk and not self.asked

    def wish(self) -> None:
        """Want to talk to somebody, and no more."""
        self.talk = self.at_wish = True

    def draft(self, now: datetime) -> Draft:
        """Return how far it has come, to go on from there later."""
        return Draft(
            made=to_second(now),
            pack=self.pack.as_written,
            language=self.pack.language,
            answers=dict(self.answers),
            set_aside=dict(self._set_aside),
            unsure=tuple(question.id for _, question in self._steps if question.id in self._unsure),
            # Who was changing one answer has been at the end already.
            at=self._at,
            comments=dict(self.comments),
            rating=self.rating,
            private=tuple(sorted(self.private)),
            earlier=self.earlier,
            seen=tuple(one.id for _, one in self._steps if one.id in self._seen),
            left_at=dict(self.left_at),
            top=self.top,
            talk=self.talk,
            asked=self.asked,
            counted=self.counted,
            amends=self.amends.symbols if self.amends else "",
            reflections=self._reflections,
        )

    @property
    def _at(self) -> str:
        if self.at_wish or self.at_parts:
            return WISH if self.at_wish else PARTS
        return "" if self.changing or not self.at_question else self.question.id

    def go_on(self, draft: Draft) -> None:
        """Stand where a draft stopped."""
        self._begin(draft.pack)
        self.answers.update(draft.answers)
        self._set_aside.update(draft.set_aside)
        self._unsure.update(draft.unsure)
        self.private.update(draft.private)
        self.earlier = draft.earlier
        self._seen.update(draft.seen)
        self.left_at.update(draft.left_at)
        self.comments.update(draft.comments)
        self.rating, self.top = draft.rating, draft.top
        self.talk, self.asked = draft.talk, draft.asked
        self.counted = draft.counted
        self.amends = Handle(draft.amends) if draft.amends else None
        self._reflections = draft.reflections
        ids = [question.id for _, question in self._steps]
        self.at_parts, self.at_wish = draft.at == PARTS, draft.at == WISH
        self._place = ids.index(draft.at) if draft.at in ids else self.total

    def amend(self, handle: Handle, carried: Carried, *, asked: bool = False) -> None:
        """Stand at the check page with what an entry says, to change it; `asked` is its wish to talk."""
        self._begin(self.pack)
        self.talk = self.asked = asked
        self.amends, self._reflections = handle, carried.reflections
        self.answers.update(carried.answers)
        self.private.update(carried.private)
        self.earlier, self.top = carried.earlier, carried.top
        self._place = self.total
        self._began_as = self.reflection()

    def begin_in(self, handle: Handle, *, asked: bool) -> None:
        """Stand at the parts with nothing answered, in an entry that holds a wish to talk alone.

        `asked` says whether the wish stands.
        """
        self._begin(self.pack)
        self.talk = self.asked = asked
        self.amends = handle
        self.to_parts()
        self._began_as = self.reflection()

    def choose(self, pack: Pack) -> None:
        """Stand at the beginning of a pack, with nothing answered."""
        self._begin(pack)

    def speak(self, pack: Pack) -> None:
        """Go on, as it stands, with the same pack in another language."""
        self.pack, self._steps = pack, tuple(pack.questions())
        self._began_as = replace(self._began_as, pack=pack)

    def clear(self) -> None:
        """Forget everything and stand at the beginning."""
        self._begin(self.pack)

    def _to_check(self) -> None:
        self._place = self.total
        self.changing = self.at_parts = False
        self._middle = ""
