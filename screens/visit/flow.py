"""A visit as one short walk: which page comes after which. What to do on each is the pages' own matter."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from textual.app import App

from kiosk.entry import LINE_LIMIT
from kiosk.errors import SaveError
from kiosk.pack.model import AnyQuestion, TextQuestion
from kiosk.save import Saved, Saver, keep_comment
from kiosk.session import Session
from kiosk.visit import Visit
from screens.visit.asking import AskScreen, CommentScreen
from screens.visit.check import Change, CheckScreen
from screens.visit.code import CodeScreen
from screens.visit.question import Go, QuestionScreen
from screens.visit.reading import Move, OpeningScreen, ReadingScreen
from screens.visit.welcome import ClearedScreen, Start, WelcomeScreen
from screens.widgets.busy import BusyScreen
from screens.widgets.keys import BACK, Key
from screens.words import _


class Visiting:
    """Walks one customer through a visit, over an App's screen stack."""

    def __init__(
        self, app: App[int], session: Session, visit: Visit, saver: Saver, now: Callable[[], datetime]
    ) -> None:
        self._show = app.push_screen_wait
        self._app = app
        self._session = session
        self._visit = visit
        self._saver = saver
        self._now = now
        self._began = False
        self._saved = False

    async def run(self) -> Start:
        """Walk from Welcome to a cleared screen. Gives DESK back where staff asked for it at Welcome."""
        while True:
            if await self._welcome() is Start.DESK:
                return Start.DESK
            if await self._before_the_first_question():
                break
        self._began = True
        saved = None
        while saved is None:
            await self._questions()
            saved = await self._save()
        self._saved = True
        self._visit.clear()
        await self._hand_over(saved)
        await self._feedback()
        await self._show(ClearedScreen(self._session.pack.closing.cleared))
        return Start.VISIT

    async def comment(self) -> None:
        """Take a comment on the question on the screen, and keep it apart from answers and handle."""
        question = self._visit.question
        text = await self._show(CommentScreen(question.ask))
        if text:
            await self._keep_comment(question=question.id, text=text)

    async def may_leave(self) -> bool:
        """Ask whether to clear everything, where anything would be lost."""
        if self._saved or not self._began:
            return True
        asked = AskScreen(
            _("Clear your answers and leave?"),
            (_("Your answers are not saved. They will be gone from this machine."),),
            on=_("Clear and leave"),
            back=_("Go back to my answers"),
        )
        return await self._show(asked) is Move.ON

    async def _welcome(self) -> Start:
        session = self._session
        return await self._show(
            WelcomeScreen(session.pack, session.settings.venue.name, has_desk=session.home.has_desk())
        )

    async def _before_the_first_question(self) -> bool:
        """Tell what is kept and how to be safe here. False where the person went back."""
        pack, words = self._session.pack, self._session.settings.words()
        privacy = ReadingScreen(
            pack.privacy.title,
            tuple(line.format_map(words) for line in pack.privacy.short),
            more=tuple(line.format_map(words) for line in pack.privacy.more),
        )
        idle = self._session.settings.idle
        safety = (
            _("F9 clears the screen at once. So does Esc, pressed three times. Nothing is saved then."),
            _("F8 clears your answers and leaves. We ask you first."),
            _(
                "After {warn} seconds without a key we ask if you are here. Where you write it is {writing}."
            ).format(warn=idle.warn, writing=idle.writing_warn),
            _("You do not have to answer any question. Press F2 when you are not sure."),
        )
        while True:
            if await self._show(privacy) is Move.BACK:
                return False
            if await self._show(ReadingScreen(_("Before you start"), safety)) is Move.ON:
                return True

    async def _questions(self) -> None:
        """Walk the sections until the person saves from the check page."""
        visit = self._visit
        opening = visit.opens_section if not visit.at_check else False
        changed: str | None = None
        while True:
            if visit.at_check:
                outcome = await self._show(CheckScreen(visit, changed))
                if isinstance(outcome, Change):
                    changed = outcome.question
                    visit.change(outcome.question)
                elif outcome is Move.BACK:
                    visit.back()
                else:
                    return
                opening = False
            elif opening:
                opening = await self._open_section()
            else:
                opening = await self._ask()

    async def _open_section(self) -> bool:
        """Show a section's own page; tell whether the page that follows is one too."""
        visit, pack = self._visit, self._session.pack
        section = visit.section
        page = OpeningScreen(
            _("Part {number} of {total}").format(number=visit.section_number, total=len(pack.sections)),
            (section.title, section.intro),
            progress=(visit.number - 1, visit.total),
        )
        if await self._show(page) is Move.BACK:
            # Before the first question there is nothing to go back to: what we keep has been read.
            return not visit.back()
        return False

    async def _ask(self) -> bool:
        """Ask the question the visit stands at; tell whether a section's own page comes next."""
        visit, pack = self._visit, self._session.pack
        page = QuestionScreen(
            visit.question,
            visit.answer,
            title=visit.section.title,
            place=_("Question {number} of {total}").format(number=visit.number, total=visit.total),
            progress=(visit.number, visit.total),
            decks=pack.decks,
            writing_note=pack.writing_note.format_map(self._session.settings.words()),
        )
        turn = await self._show(page)
        visit.keep(turn.answer)
        if turn.go is not Go.BACK:
            visit.forward()
            return not visit.at_check and visit.opens_section
        if visit.opens_section:
            return True
        visit.back()
        return False

    async def _save(self) -> Saved | None:
        """Save, and offer to try again as often as it fails. None where the person goes back instead."""
        while True:
            await self._app.push_screen(BusyScreen(_("Saving your answers.")))
            try:
                return await asyncio.to_thread(
                    self._saver.save, self._session.pack, dict(self._visit.answers)
                )
            except SaveError as error:
                problem = str(error)
            finally:
                await self._app.pop_screen()
            asked = AskScreen(
                _("Your answers are not saved yet"),
                (problem, _("They are still here. Tell a member of staff, then try again.")),
                on=_("Try again"),
                back=_("Back to my answers"),
            )
            if await self._show(asked) is Move.BACK:
                return None

    async def _hand_over(self, saved: Saved) -> None:
        """Show the code, and what happens next, as often as the person wants."""
        closing, words = self._session.pack.closing, self._session.settings.words()
        while True:
            await self._show(CodeScreen(saved, closing.saved))
            after = ReadingScreen(
                _("What happens next"),
                tuple(line.format_map(words) for line in closing.keep),
                back=Key(BACK.key, BACK.shown, _("See my code again")),
            )
            if await self._show(after) is Move.ON:
                return

    async def _feedback(self) -> None:
        """Ask how this was: one scale and one line, kept apart from the entry."""
        closing = self._session.pack.closing
        line = TextQuestion(id="feedback_line", ask=closing.feedback_line, summary=closing.feedback.summary)
        answers: list[object] = []
        questions: tuple[AnyQuestion, ...] = (closing.feedback, line)
        for number, question in enumerate(questions, 1):
            page = QuestionScreen(
                question,
                None,
                title=_("How was this?"),
                place=_("{number} of 2").format(number=number),
                progress=(number, 2),
                decks={},
                writing_note=_("This is kept apart from your answers and your code."),
                commented=False,
            )
            answers.append((await self._show(page)).answer)
        rating, text = answers
        if rating is not None or text:
            await self._keep_comment(
                text=str(text or "")[:LINE_LIMIT], rating=rating if isinstance(rating, int) else None
            )

    async def _keep_comment(self, *, question: str = "", text: str = "", rating: int | None = None) -> None:
        session = self._session
        try:
            await asyncio.to_thread(
                keep_comment,
                session.home,
                session.settings.venue.key,
                session.pack,
                now=self._now(),
                question=question,
                text=text,
                rating=rating,
            )
        except SaveError as error:
            await self._show(ReadingScreen(_("Your comment is not kept"), (str(error),), back=None))
