"""A visit as one short walk: which page comes after which. What to do on each is the pages' own matter."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from textual.app import App

from kiosk.entry import Answer
from kiosk.errors import SaveError
from kiosk.pack.model import AnyQuestion, TextQuestion
from kiosk.save import Saved, Saver, keep_comment
from kiosk.session import Session
from kiosk.visit import Visit
from screens.visit.asking import AskScreen, CommentScreen
from screens.visit.check import Change, CheckScreen
from screens.visit.code import CodeScreen
from screens.visit.question import Go, QuestionScreen
from screens.visit.reading import OpeningScreen, ReadingScreen
from screens.visit.welcome import ClearedScreen, Start, WelcomeScreen
from screens.widgets.busy import busy
from screens.widgets.keys import BACK, Key
from screens.widgets.page import Move
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
        self._unseen: Saved | None = None
        """An entry whose code nobody has seen yet."""
        self._opinions: list[Answer | None] = [None, None]
        """How this was: the scale, the line."""

    async def run(self) -> Start:
        """Walk from Welcome to a cleared screen. Gives DESK back where staff asked for it at Welcome."""
        saved = None
        while saved is None:
            if await self._welcome() is Start.DESK:
                return Start.DESK
            saved = await self._reflect()
        self._saved = True
        self._visit.clear()
        await self._hand_over(saved)
        await self._show(ClearedScreen(self._session.pack.closing.cleared))
        return Start.VISIT

    def comment_screen(self) -> CommentScreen:
        """Return the page that takes a comment on the question the visit stands at."""
        return CommentScreen(self._visit.question.ask, self._session.pack.writing_note)

    async def keep_comment(self, text: str) -> None:
        """Keep a comment on that question, apart from answers and handle."""
        await self._keep_comment(question=self._visit.question.id, text=text)

    def leave_screen(self) -> AskScreen | None:
        """Return the page that asks whether to clear everything; None where nothing would be lost."""
        if self._saved or not self._began:
            return None
        return AskScreen(
            _("Clear your answers and leave?"),
            (_("Your answers are not saved. They will be gone from this machine."),),
            on=_("Clear and leave"),
            back=_("Go back to my answers"),
        )

    async def _welcome(self) -> Start:
        session = self._session
        return await self._show(
            WelcomeScreen(session.pack, session.settings.venue.name, has_desk=session.home.has_desk())
        )

    async def _reflect(self) -> Saved | None:
        """Walk from what we keep to a saved entry. None where the person went back to Welcome."""
        begun = False
        while await self._before_the_first_question(from_behind=begun):
            begun = self._began = True
            while await self._questions():
                saved = await self._save()
                if saved is not None:
                    return saved
        return None

    async def _before_the_first_question(self, *, from_behind: bool) -> bool:
        """Tell what is kept, then how to be safe here. False where the person went back to Welcome."""
        privacy = self._session.pack.privacy
        idle = self._session.settings.idle
        safety = (
            _("F9 hides everything and clears your answers. So does Esc, pressed three times."),
            _("F8 clears your answers and ends your visit. We ask you first."),
            _("We ask if you are here after {warn} seconds without a key.").format(warn=idle.warn),
            _("Where you write, we ask after {writing} seconds.").format(writing=idle.writing_warn),
            _("You do not have to answer any question. Press F2 when you are not sure."),
        )
        while True:
            if not from_behind:
                # Once there are answers, the way out is F8: nobody else must find them behind Welcome.
                back = None if self._began else BACK
                page = ReadingScreen(privacy.title, privacy.short, more=privacy.more, back=back)
                if await self._show(page) is Move.BACK:
                    return False
            if await self._show(ReadingScreen(_("Before you start"), safety)) is Move.ON:
                return True
            from_behind = False

    async def _questions(self) -> bool:
        """Walk the sections until the person saves. False where they went back from the first one."""
        visit = self._visit
        opening = not visit.at_check and visit.opens_section
        changed: str | None = None
        while True:
            if visit.at_check:
                outcome = await self._show(CheckScreen(visit, changed))
                if outcome is Move.ON:
                    return True
                if isinstance(outcome, Change):
                    changed = outcome.question
                    visit.change(outcome.question)
                else:
                    visit.back()
            elif opening:
                if await self._open_section() is Move.BACK and not visit.back():
                    return False
                opening = False
            else:
                opening = await self._ask()

    async def _open_section(self) -> Move:
        """Show a section's own page."""
        visit, pack = self._visit, self._session.pack
        section = visit.section
        return await self._show(
            OpeningScreen(
                _("Part {number} of {total}").format(number=visit.section_number, total=len(pack.sections)),
                (section.title, section.intro),
                progress=(visit.number - 1, visit.total),
            )
        )

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
            writing_note=pack.writing_note,
        )
        turn = await self._show(page)
        if turn.go is Go.SKIP:
            visit.leave_open(turn.answer)
        else:
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
            try:
                async with busy(self._app, _("Saving your answers.")):
                    return await asyncio.to_thread(self._save_unseen, dict(self._visit.answers))
            except SaveError as error:
                problem = str(error)
            asked = AskScreen(
                _("Your answers are not saved yet"),
                (
                    problem,
                    _("Your answers are still here. You can try again as often as you like."),
                ),
                on=_("Try again"),
                back=_("Back to my answers"),
            )
            if await self._show(asked) is Move.BACK:
                return None

    def _save_unseen(self, answers: dict[str, Answer]) -> Saved:
        self._unseen = self._saver.save(self._session.pack, answers)
        return self._unseen

    def forget_unseen(self) -> None:
        """Erase an entry that was saved while the person hid the screen: they were told nothing is saved."""
        if self._unseen is not None:
            self._session.vault.erase(self._unseen.id)
            self._unseen = None

    async def _hand_over(self, saved: Saved) -> None:
        """Show the code, what happens next and how this was, there and back as often as the person wants."""
        closing = self._session.pack.closing
        self._unseen = None
        while True:
            await self._show(CodeScreen(saved, closing.saved))
            on = Move.ON
            while on is Move.ON:
                after = ReadingScreen(
                    _("What happens next"),
                    closing.keep,
                    back=Key(BACK.key, BACK.shown, _("See my code again")),
                )
                on = await self._show(after)
                if on is Move.ON and await self._feedback():
                    return

    async def _feedback(self) -> bool:
        """Ask how this was: one scale and one line, kept apart from the entry. False where one goes back."""
        closing = self._session.pack.closing
        line = TextQuestion(id="feedback_line", ask=closing.feedback_line, summary=closing.feedback.summary)
        questions: tuple[AnyQuestion, ...] = (closing.feedback, line)
        apart = _("This is kept apart from your answers and your code.")
        note = f"{apart} {self._session.pack.writing_note}"
        at = 0
        while at < len(questions):
            page = QuestionScreen(
                questions[at],
                self._opinions[at],
                title=_("How was this?"),
                place=_("{number} of 2").format(number=at + 1),
                progress=(at + 1, 2),
                decks={},
                writing_note=note,
                commented=False,
            )
            turn = await self._show(page)
            self._opinions[at] = None if turn.go is Go.SKIP else turn.answer
            if turn.go is not Go.BACK:
                at += 1
            elif at == 0:
                return False
            else:
                at -= 1
        rating, text = self._opinions
        if rating is not None or text:
            await self._keep_comment(text=str(text or ""), rating=rating if isinstance(rating, int) else None)
        return True

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
