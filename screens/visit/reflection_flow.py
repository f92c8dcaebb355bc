"""The reflection itself, as one short walk: what we keep, the questions, My page, the check page, saved."""

from collections.abc import Callable, Mapping
from functools import partial

from kiosk.entry.answers import Answer
from kiosk.entry.handle import Handle
from kiosk.entry.my_page import MyPageOf, my_page_of, strengths_of
from kiosk.entry.pages import TOP_MOST, Reflection, page_of
from kiosk.errors import GoneError, NoEntryError, SaveError
from kiosk.language import duration
from kiosk.pack.model import Section
from kiosk.text import painted
from kiosk.visit.saving import Saved, Submission
from screens.customer_words import for_customer
from screens.i18n import _
from screens.visit.before_screen import BeforeScreen
from screens.visit.my_page_screen import MyPageResult, MyPageScreen
from screens.visit.parts_screen import PartsResult, PartsScreen
from screens.visit.pause_flow import PauseFlow
from screens.visit.stage import VisitStage
from screens.visit.talk_wish import talk_or_speak
from screens.widgets.check_screen import (
    ChangeAnswer,
    CheckOutcome,
    CheckResult,
    CheckScreen,
    OpenPart,
    TakeOut,
    row_after,
)
from screens.widgets.choose_screen import ChooseScreen, MenuOption
from screens.widgets.keys import BACK, TALKS, VISITING, Key
from screens.widgets.page import PageResult
from screens.widgets.question_screen import QuestionExit, QuestionScreen
from screens.widgets.sharing_screen import SharingScreen


class ReflectionFlow:
    """Walks a customer through the pack, as often back and forth as they want."""

    def __init__(self, stage: VisitStage, pausing: PauseFlow) -> None:
        self._stage = stage
        self._pausing = pausing
        self.began = False
        """Whether there may be answers, and so something to lose."""
        self._past_my_page = False
        """Whether the person went on from My page to the check page."""
        self._leads_back = False
        """Whether Esc leads from the first page to what the person's code opens."""
        self._begins_at_check = False
        """Whether that page is the check page, for answers that are being changed."""
        self._to_write_on: set[str] = set()
        """The ids of the questions on which a comment was being written when the visit stopped."""
        self._has_written = False
        """Whether the note that stands where people write was told in full, and is short from now on."""

    async def run(self, *, going_on: bool, leads_back: bool = False) -> Saved | None:
        """Walk from what we keep to a saved entry. None where the person went back to Welcome.

        With `going_on` the visit stands where it is to go on, and what comes before was told already. Where
        it `leads_back`, they went back to what their code opens, and nothing runs any more.
        """
        visit = self._stage.visit
        self.began = self.began or going_on or visit.amends is not None
        self._to_write_on = set(visit.comments) if going_on else set()
        self._leads_back = leads_back
        self._begins_at_check = leads_back and going_on and visit.amends is not None and visit.at_check
        while True:
            self._past_my_page = self._begins_at_check
            saved = await self._walk(going_on=going_on)
            if saved is not None or not leads_back or await self._steps_back():
                return saved
            going_on = True

    async def _walk(self, *, going_on: bool) -> Saved | None:
        """Walk as often back and forth as one wants. None where the person went back from the first page."""
        knows = going_on and self._leads_back
        while going_on or await self._before_the_first_question():
            going_on = False
            self.began = True
            while await self._questions():
                saved = await self._save()
                if saved is not None:
                    return saved
            if knows:
                break
        return None

    async def _steps_back(self) -> bool:
        """Stand as before the questions: what has no code is given up, once that is sure. False to stay."""
        if not self._pausing.keeps and self._stage.visit.is_changed:
            sure = await self._stage.asks(
                _("Go back without saving?"),
                _("Your changes are not saved. What you saved before stays."),
                on=_("Clear my changes"),
                back=_("Back to my answers"),
                final=True,
            )
            if not sure:
                return False
        self.began = not await self._pausing.step_back()
        return not self.began

    def hold_mine(self) -> Callable[[], MyPageOf]:
        """Return what gives My page of what is answered now, also when that is cleared, in any language."""
        visit, page = self._stage.visit, self._page(self._stage.visit.answers)
        answers, earlier, top = dict(visit.answers), visit.earlier, visit.top

        def mine() -> MyPageOf:
            said = page_of(visit.pack, answers, name="", made=page.made, earlier=earlier, top=top)
            return my_page_of(said.as_seen)

        return mine

    def grown(self, before: Reflection | None) -> int:
        """Return how many strengths there are now that were not there before, as far as that is known."""
        if before is None:
            return 0
        had = strengths_of(before)
        return sum(one not in had for one in strengths_of(self._page(self._stage.visit.answers)))

    def mine(self) -> MyPageOf:
        """Return My page of what is answered now."""
        return my_page_of(self._page(self._stage.visit.answers).as_seen)

    def _page(self, answers: Mapping[str, Answer]) -> Reflection:
        visit, now = self._stage.visit, self._stage.tools.now()
        return page_of(visit.pack, answers, name="", made=now, earlier=visit.earlier, top=visit.top)

    async def _before_the_first_question(self) -> bool:
        """Tell what is kept and how to be safe here, and ask what becomes of the answers of who has to leave.

        Then come the parts. False where the person went back.
        """
        # Once there are answers, the way out is F8: nobody else must find them behind Welcome.
        back = BACK if self._leads_back or not self.began else None
        while True:
            pages: list[BeforeScreen] = []

            def make(pages: list[BeforeScreen] = pages) -> BeforeScreen:
                pages.append(self._before(back))
                return pages[-1]

            if await self._stage.show(make) is not PageResult.ON:
                return False
            if await self._pausing.choose(keeps=pages[-1].keeps):
                self._stage.visit.to_parts()
                return True

    def _before(self, back: Key | None) -> BeforeScreen:
        privacy = self._stage.pack.privacy
        more = (*self._safety(), *privacy.more)
        return BeforeScreen(privacy, more, keeps=self._pausing.wants_to_keep, back=back)

    def _safety(self) -> tuple[str, ...]:
        idle = self._stage.session.settings.idle
        return (
            _("You do not have to answer any question. Press F2 when you are not sure."),
            _("F9 hides everything at once. So does Esc, pressed three times quickly."),
            _("F7 lets you take a break. You get a code to come back."),
            _("F8 clears this screen and ends your visit. We ask you first."),
            _("We ask if you are still here after {time} without a key.").format(time=duration(idle.warn)),
            _("Where you write, we ask after {time}.").format(time=duration(idle.writing_warn)),
        )

    async def _questions(self) -> bool:
        """Walk the parts and their questions until the person saves. False where they went back."""
        visit = self._stage.visit
        while True:
            self._pausing.keep_running()
            if visit.at_check:
                done = await self._check()
                if done is not None:
                    return done
            elif not visit.at_parts:
                await self._ask()
            elif not await self._part():
                return False

    async def _part(self) -> bool:
        """Let the person choose a part, or finish. False where they went back."""
        visit = self._stage.visit
        chosen = await self._stage.show(lambda: PartsScreen(visit))
        if isinstance(chosen, Section):
            visit.open(chosen.id)
        elif chosen is PartsResult.FINISH:
            visit.finish()
        elif chosen is PartsResult.TALK:
            await talk_or_speak(self._stage)
        return chosen is not PartsResult.BACK

    async def _check(self) -> bool | None:
        """Show My page, then all answers. True to save; None where the visit stands at a question again.

        Whoever changes an answer comes back to the check page, and not to My page. Whoever began there to
        change answers goes back from it (False), and comes to My page from a row of it.
        """
        visit = self._stage.visit
        part, stand_at = "", None
        while True:
            self._pausing.keep_running()
            self._past_my_page = self._past_my_page or await self._my_page()
            if not self._past_my_page:
                visit.back()
                return None
            page = partial(CheckScreen, visit, stand_at, part, my_page=self._begins_at_check)
            outcome: CheckOutcome = await self._stage.show(page)
            stand_at = outcome
            match outcome:
                case PageResult.ON if visit.answers or visit.earlier or await self._saves_nothing():
                    return True
                case PageResult.BACK if part:
                    part, stand_at = "", OpenPart(part)
                case PageResult.BACK if self._begins_at_check:
                    return False
                case PageResult.BACK:
                    self._past_my_page, stand_at = False, None
                case CheckResult.MY_PAGE:
                    await self._my_page()
                    stand_at = None  # likewise
                case OpenPart():
                    part = outcome.section
                case CheckResult.SHARING:
                    await self._stage.show(lambda: SharingScreen(visit))
                    stand_at = None  # who only presses Enter comes on to saving
                case TakeOut():
                    after = row_after(visit, part, outcome)
                    if await self._takes_out(outcome.question):
                        visit.take_out(outcome.question)
                    part, stand_at = after
                case ChangeAnswer():
                    part, stand_at = await self._change(part, outcome)

    async def _change(self, part: str, row: ChangeAnswer) -> tuple[str, CheckOutcome | None]:
        """Let the person change an answer. Return the part that the check page is to show then, and its row.

        Enter leads to the next one, and so through the part and out of it.
        """
        visit, go, last = self._stage.visit, QuestionExit.ON, row
        visit.change(row.question)
        while not visit.at_check:
            last = ChangeAnswer(visit.question.id)
            go = await self._ask()
        if not part or go is QuestionExit.BACK:
            return part, row
        return ("", None) if go is QuestionExit.FINISH else row_after(visit, part, last)

    async def _takes_out(self, question_id: str) -> bool:
        said = next(one for one in self._stage.visit.gone if one.id == question_id)
        return await self._stage.asks(
            _("Take this answer out?"),
            painted(said.as_seen.ask, lines=False),
            _("We do not ask this now, so you cannot answer it again."),
            on=_("Take it out"),
            back=_("Keep it"),
            final=True,
        )

    async def _my_page(self) -> bool:
        """Show My page. False where the person went back to the questions."""
        visit = self._stage.visit
        while True:
            after = await self._stage.show(lambda: MyPageScreen(self.mine(), talk=visit.talk))
            if after is MyPageResult.TOP:
                await self._choose_top()
            elif after is MyPageResult.TALK:
                await talk_or_speak(self._stage)
            else:
                return after is MyPageResult.ON
            self._pausing.keep_running()

    async def _choose_top(self) -> None:
        """Let the person choose the strengths on top of My page; with none of them the first ones are."""
        every = strengths_of(self._page(self._stage.visit.answers))
        top = self._stage.visit.top or every[:TOP_MOST]
        chosen = await self._stage.show(
            lambda: ChooseScreen(
                _("My top three"),
                (
                    _("Choose up to three strengths for the top of My page."),
                    _("Type their numbers, or press ↑ or ↓ and then Space."),
                ),
                tuple(MenuOption(str(place), strength) for place, strength in enumerate(self._strengths())),
                chosen=(str(every.index(strength)) for strength in top if strength in every),
                several=True,
                most=TOP_MOST,
                own=True,
                everywhere=(TALKS, *VISITING),
            )
        )
        if chosen is not None:
            self._stage.visit.top = tuple(every[place] for place in sorted(map(int, chosen)))

    def _strengths(self) -> tuple[str, ...]:
        """Return the strengths as the customer reads them."""
        return strengths_of(self._page(self._stage.visit.answers).as_seen)

    async def _saves_nothing(self) -> bool:
        return await self._stage.asks(
            _("You have not answered any question"),
            _("You can save now. You get a code, and can add answers later."),
            on=_("Save without answers"),
            back=_("Back to my answers"),
        )

    async def _ask(self) -> QuestionExit:
        """Ask the question the visit stands at. Return where the person went from it."""
        visit = self._stage.visit
        turn = await self._stage.show(self._question)
        self._has_written = self._has_written or turn.written
        visit.left_at[visit.question.id] = turn.at
        if turn.go is QuestionExit.SKIP or (
            turn.go is QuestionExit.BACK and visit.unsure and turn.answer == visit.answer
        ):
            # What was chosen is taken back; what was written is not lost.
            visit.leave_open(turn.answer if turn.written else None)
        else:
            visit.keep(turn.answer)
        match turn.go:
            case QuestionExit.BACK:
                visit.back()
            case QuestionExit.FINISH:
                visit.finish()
            case QuestionExit.DEEPER:
                visit.go_deeper(finished=turn.is_last)
            case QuestionExit.PARTS:
                visit.to_parts()
            case _:
                visit.forward()
        return turn.go

    def _question(self) -> QuestionScreen:
        """Return the page of the question the visit stands at."""
        visit = self._stage.visit
        number, total = visit.number_in_section
        others = {id_: answer for id_, answer in visit.answers.items() if id_ != visit.question.id}
        may_stop = visit.opens_section or my_page_of(self._page(others)).is_enough
        page = QuestionScreen(
            visit.question,
            visit.answer,
            unsure=visit.unsure,
            before=visit.said_before(visit.question.id),
            title=visit.section.title,
            intro=visit.section.intro if visit.opens_section else "",
            place=_("Question {number} of {total}").format(number=number, total=total),
            progress=(number, total),
            deeper=visit.deeper,
            decks=visit.pack.decks,
            writing_note=self._stage.pack.help_note if self._has_written else self._stage.pack.writing_note,
            grows=visit.question.id in (strengths := visit.pack.my_page.strengths) or not strengths,
            at=visit.left_at.get(visit.question.id, 0),
            may_finish=bool(others),
            tells_finish=bool(others) and may_stop and not visit.changing,
        )
        if visit.question.id in self._to_write_on:
            self._to_write_on.discard(visit.question.id)
            page.call_after_refresh(self._stage.app.run_action, "comment")
        return page

    async def _save(self) -> Saved | None:
        """Save, and offer to try again as often as it fails. None where the person goes back instead."""
        visit = self._stage.visit
        while True:
            save = partial(self._saved, visit.reflection(), visit.amends)
            try:
                return await self._stage.meanwhile(_("Saving your answers."), save)
            except NoEntryError as gone:
                if not await self._saves_as_new(gone):
                    return None
                visit.amends = None
            except SaveError as error:
                self._pausing.is_not_saved()
                if not await self._stage.tries_again(_("Your answers are not saved yet"), error):
                    return None

    async def _saves_as_new(self, gone: NoEntryError) -> bool:
        return await self._stage.asks(
            _("The answers you are changing are no longer here"),
            for_customer(gone)
            if isinstance(gone, GoneError)
            else _("They were deleted, by you or by staff."),
            _("You can save your answers as new ones, with a new code."),
            on=_("Save as new answers"),
            back=_("Back to my answers"),
        )

    def _saved(self, reflection: Submission, amends: Handle | None) -> Saved:
        saver = self._stage.saver
        if amends is not None:
            return saver.amend(reflection, amends)
        return self._pausing.save(lambda code: saver.save(reflection, code=code))
