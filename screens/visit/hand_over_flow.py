"""Handing a code over: shown, printed, tried once; then what happens next and how this was."""

import asyncio
from functools import partial

from kiosk.errors import SaveError
from kiosk.pack.model import AnyQuestion, TextQuestion
from kiosk.visit.comments import TEXT_MOST, keep_comment
from kiosk.visit.saving import Saved
from screens.customer_words import of_a_comment
from screens.i18n import _, joined
from screens.visit.pause_flow import CODE_ENDED, PauseFlow
from screens.visit.print_flow import Mine, PrintFlow
from screens.visit.stage import VisitStage
from screens.visit.talk_wish import what_happens
from screens.widgets.enter_code_screen import SEE_AGAIN, CodeTrial, try_code
from screens.widgets.keys import CONTINUE
from screens.widgets.question_screen import QuestionExit, QuestionScreen


class HandOverFlow:
    """Walks a customer from a code to the end of the visit."""

    def __init__(self, stage: VisitStage, pausing: PauseFlow) -> None:
        self._stage = stage
        self._pausing = pausing
        self._printing = PrintFlow(stage)

    async def run(self, saved: Saved, mine: Mine | None, *, talk: bool, instead: bool = False) -> None:
        """Show the code with what happens next, and ask how this was, there and back as often as one wants.

        `talk` says that the customer asked to talk to somebody, and `instead` that they have another code, of
        a pause, which opens nothing any more.
        """
        words, keep = self._stage.text(lambda pack: pack.closing.saved), self._keep
        if instead:
            words = joined(words, _("This code replaces your first one."))
        tried = False
        while True:
            after = (*keep[:1], *(what_happens(self._stage) if talk else ()), *keep[1:])
            # The wish to talk comes second, and stands on the page too.
            await self._printing.show_code(saved, words, keep, mine, after=after, shown=1 + talk)
            tried = tried or await self._try_code(saved, instead=instead)
            if tried and await self._feedback():
                return

    @property
    def _keep(self) -> tuple[str, ...]:
        return self._stage.texts(lambda pack: pack.closing.keep)

    async def show_code_again(self, saved: Saved, mine: Mine) -> None:
        """Show the code of an entry to whoever came to change it with another one, which has ended."""
        words = _("This is the code of your answers. It stays the same.")
        await self._printing.show_code(saved, words, self._keep, mine)

    async def _try_code(self, saved: Saved, *, instead: bool) -> bool:
        """Invite to try the code once. False where the person wants to see it again."""
        replaced = (joined(_("This is a new code."), CODE_ENDED),) if instead else ()
        lines = (
            *replaced,
            _("Type your code here, or scan it. Then you know that it is right."),
            _("You can also continue without it. Leave this empty."),
        )
        trial = await try_code(self._stage.show, saved.handle, _("Try your code once"), lines)
        match trial:
            case CodeTrial.RIGHT:
                await self._stage.tell(_("Your code is right"), _("You can open your answers with it."))
            case CodeTrial.WRONG:
                return await self._stage.asks(
                    _("Your code is not checked"),
                    _("What you typed is not the same as your code."),
                    _("Your answers are saved. The code on the page before this one opens them."),
                    _("See it again, and compare it with your photo, your copy or your paper."),
                    on=CONTINUE.label,
                    back=SEE_AGAIN.label,
                )
        return trial is not CodeTrial.SEE_AGAIN

    async def _feedback(self) -> bool:
        """Ask how this was: one scale and one line, kept apart from the entry. False where one goes back."""
        visit, at = self._stage.visit, 0
        while at < 2:
            turn = await self._stage.show(partial(self._about, at))
            said = None if turn.go is QuestionExit.SKIP else turn.answer
            if at == 0:
                visit.rating = said if isinstance(said, int) else None
            else:
                visit.note_comment("", str(said or ""))
            self._pausing.keep_running()
            if turn.go is not QuestionExit.BACK:
                at += 1
            elif at == 0:
                return False
            else:
                at -= 1
        text = visit.comments.get("", "")
        if visit.rating is not None or text:
            await keep_opinion(self._stage, text=text, rating=visit.rating)
        return True

    def _about(self, at: int) -> QuestionScreen:
        """Return one of the two pages that ask how this was."""
        closing, visit = self._stage.pack.closing, self._stage.visit
        line = TextQuestion(id="feedback_line", ask=closing.feedback_line, summary=closing.feedback.summary)
        questions: tuple[AnyQuestion, ...] = (closing.feedback, line)
        apart = _("This is kept apart from your answers and your code.")
        return QuestionScreen(
            questions[at],
            visit.rating if at == 0 else visit.comments.get(""),
            title=_("How was this?"),
            place=_("{number} of 2").format(number=at + 1),
            progress=(at + 1, 2),
            decks={},
            writing_note=joined(apart, self._stage.pack.writing_note),
            commented=False,
            limit=TEXT_MOST,
        )


async def keep_opinion(
    stage: VisitStage, *, question: str = "", text: str = "", rating: int | None = None
) -> bool:
    """Keep what is said of a question, or of the whole, apart from answers and code. Tell whether it is."""
    session = stage.session
    try:
        await asyncio.to_thread(
            keep_comment,
            session.home,
            session.settings.venue.key,
            stage.visit.pack,
            now=stage.tools.now(),
            question=question,
            text=text,
            rating=rating,
        )
    except SaveError as error:
        await stage.tell(_("Your comment is not kept"), of_a_comment(error))
        return False
    return True
