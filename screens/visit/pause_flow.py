"""Stopping half-way: what becomes of the answers, as the customer chose, and the code of a pause."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Lock

from msgspec.structs import replace

from kiosk.counts.visits import VisitTold
from kiosk.entry.handle import Handle, HandleKeys
from kiosk.errors import SaveError, SealError, VaultError
from kiosk.pack.model import TextQuestion
from kiosk.visit.drafts import WISH, Draft
from kiosk.visit.saving import Saved
from screens.customer_words import for_customer
from screens.i18n import _, joined
from screens.visit.comment_screen import CommentScreen
from screens.visit.print_flow import PrintFlow
from screens.visit.stage import VisitStage
from screens.widgets.question_screen import QuestionScreen

SAVED_STAYS = _("What you saved before stays. The code that you had before still opens it.")
OTHER_CODE = _("The code that you had before opens what you saved, without these changes.")
CODE_ENDED = _("The code that you got to come back does not work now.")
"""Once the answers are saved."""


class PauseFlow:
    """Keeps the visit that runs: for a crash always, and behind a code where the customer wants that."""

    def __init__(self, stage: VisitStage) -> None:
        self._stage = stage
        self._printing = PrintFlow(stage)
        self._code: tuple[Handle, HandleKeys] | None = None
        self.wants_to_keep = False
        """Whether the answers are kept behind the code when the customer leaves in a hurry."""
        self.has_told_code = False
        """Whether the customer has a code of a pause, or is about to have it."""
        self._over = False
        self._runs = False
        """Whether there is something to lose in a crash."""
        self._unseen: Saved | None = None
        """A new entry whose code nobody has seen yet."""
        self._saving: tuple[str, str] | None = None
        """The code, and what it leads to, of the entry that is being saved."""
        self._writes = Lock()
        """Held by whoever changes what is kept for a crash: saving does it in a thread."""
        self._left: Draft | None = None
        """What is kept for a crash once the visit is over, until its customer has the code."""
        self._kept: Draft | None = None
        """What is kept for a crash now."""
        self._began = 0.0
        """When there was something to lose first."""
        self.told: VisitTold | None = None
        """How the visit went, once it is over."""
        self._crashed = stage.session.crashed.draft if stage.session.crashed else None
        """What a crash left, until somebody says what is to become of it."""

    @property
    def keeps(self) -> bool:
        """Whether the answers are kept when the customer leaves in a hurry, or nobody is there."""
        return self.wants_to_keep and self._code is not None and not self._over

    async def choose(self, *, keeps: bool) -> bool:
        """Do with the answers of who has to leave as they choose. False where no code could be made."""
        self.wants_to_keep = keeps
        if keeps:
            return await self._tell_code()
        self._drop_kept()
        return True

    async def _tell_code(self) -> bool:
        """Show the code of a pause before there is anything to keep. False where that could not be."""
        try:
            code, keys = await self._stage.meanwhile(_("Making your code."), self._draw)
        except SealError as error:
            await self._stage.tell(_("There is no code yet"), for_customer(error))
            return False
        if self._runs:
            self.keep_running()  # who has seen the code is to find the answers behind it
        words = _("Use this code to come back later.")
        changes = self._stage.visit.amends is not None
        await self.show_code(self._as_saved(code, keys.id), words, changes=changes)
        return True

    async def show_code(self, saved: Saved, words: str, *, changes: bool) -> None:
        """Show the code of a pause until it is kept; `changes` says that its customer has another code."""
        self.has_told_code = True
        other = (OTHER_CODE,) if changes else ()
        on_paper = _("Use this code to come back. You continue where you stopped.")
        await self._printing.show_code(saved, joined(words, *other), (on_paper, *other), named=False)

    def adopt(self, code: Handle, keys: HandleKeys) -> None:
        """Go on with a draft that has a code already: what stops it half-way goes under the same one."""
        self._code = (code, keys)
        self.wants_to_keep = self.has_told_code = True

    def save(self, save: Callable[[tuple[Handle, HandleKeys]], Saved]) -> Saved:
        """Save a new entry. Its code is noted first, so that a crash saves no second one.

        It is called in a thread. Raises SaveError.
        """
        code = self._stage.saver.new_code()
        self._saving = (code[0].symbols, code[1].id)
        self.keep_running()
        self._unseen = save(code)
        return self._unseen

    def forget_unseen(self) -> None:
        """Erase what was saved or kept while the person hid the screen, behind a code that nobody has seen.

        A change that was saved meanwhile stays: its customer has the code, and finds what they wrote.
        """
        if self._unseen is not None:
            try:
                self._stage.session.vault.erase(self._unseen.id)
            except VaultError as error:
                self._stage.tools.report(error)  # it goes when its time is over
            self._unseen = None
        if self._code is not None and not self.has_told_code:
            with suppress(OSError):  # nobody can open it, and it goes when its time is over
                self._stage.session.drafts().drop(self._code[1].id)

    async def forget_crash(self) -> None:
        """Drop what a crash left, where nobody wants to go on with it; its own code opens it still."""
        await asyncio.to_thread(self._put_away, self._crashed)
        self._crashed = None
        self._drop_running()  # last: if the program dies before, it is put away once more

    def go_on(self, draft: Draft) -> None:
        """Go on with what a crash left, as its customer had chosen."""
        self._crashed = None
        if draft.keys is not None:
            self.adopt(Handle(draft.code), draft.keys)

    def stay(self, draft: Draft) -> None:
        """Keep the code of a saved entry that a crash left for another one, and what was said of it all."""
        self._left = draft
        self._stage.visit.comments.update(draft.comments)
        self._stage.visit.rating = draft.rating

    def code_is_kept(self) -> None:
        """Note that the customer has the code: of the saved entry, or of the pause."""
        self._drop_running()

    def take_in(self) -> None:
        """Take in what is answered on the page that shows, or lies below the one that does."""
        visit = self._stage.visit
        for page in self._stage.app.screen_stack:
            match page:
                case CommentScreen(ready=True):
                    visit.note_comment(visit.question.id, page.words)
                case QuestionScreen(ready=True, commented=False, question=TextQuestion()):
                    visit.note_comment("", str(page.given or ""))
                case QuestionScreen(ready=True, commented=False):
                    visit.rating = page.given if isinstance(page.given, int) else None
                case QuestionScreen(ready=True, question=question) if visit.at_question:
                    if question is visit.question and not (visit.unsure and page.given == visit.answer):
                        visit.keep(page.given)
                    visit.left_at[question.id] = page.at

    def hold(self) -> None:
        """Take in what is answered on the page that shows, and keep it for a crash."""
        self.take_in()
        self.keep_running()

    def hold_what_runs(self) -> None:
        """Do so where there is something to lose already."""
        if self._left is not None or (self._runs and not self._over):
            self.hold()

    def is_not_saved(self) -> None:
        """Note that it could not be saved: the next try has another code."""
        self._saving = None
        self.keep_running()

    def keep_running(self) -> None:
        """Keep how far the visit has come, for a crash of the program."""
        with self._writes:
            if self._left is not None:
                visit = self._stage.visit
                self._keep_running(replace(self._left, comments=dict(visit.comments), rating=visit.rating))
            elif not self._over:
                if not self._runs:
                    self._runs, self._began = True, self._stage.tools.clock()
                code, id_ = self._saving or ("", "")
                self._keep_running(replace(self._draft(), saved=code, saved_id=id_))

    async def pause(self) -> Saved | None:
        """Keep the draft behind its code. None where that failed, and the customer went back instead."""
        behind = await self._keep_behind()
        if behind is None:
            return None
        self._end(replace(behind, paused=True))
        return self.saved_behind(behind)

    async def step_back(self) -> bool:
        """Stand as before the visit, which is kept behind its code where it has one, and else given up.

        False where that failed, and the customer went back instead.
        """
        if self.keeps and await self._keep_behind() is None:
            return False
        self._drop_running()
        self._code, self._runs = None, False
        self.wants_to_keep = self.has_told_code = False
        self._stage.visit.clear()
        return True

    async def _keep_behind(self) -> Draft | None:
        """Keep the draft behind its code, and offer to try again as often as it fails. None to go back."""
        while True:
            # Before the thread begins: nothing may change under it.
            draft = replace(self._stage.visit.draft(self._stage.tools.now()), counted=True)
            try:
                behind = await self._stage.meanwhile(_("Saving your answers."), partial(self._keep, draft))
            except (SaveError, SealError) as error:
                if not await self._stage.tries_again(_("Your answers are not kept yet"), error):
                    return None
            else:
                self.tell(is_saved=True)
                return behind

    def tell(self, *, is_saved: bool) -> None:
        """Note how the visit went, the first time that it is over. It still stands where it ends.

        One that goes on after a pause was over then: it counts once. A wish to talk alone does not.
        """
        visit = self._stage.visit
        if self._runs and not (self._over or self.told or visit.counted or visit.at_wish):
            visit.counted = True
            self.told = visit.told(self._stage.tools.clock() - self._began, is_saved=is_saved)

    def leave(self) -> None:
        """End the visit at once: keep the answers behind the code where that was chosen, else nothing."""
        self.tell(is_saved=self.keeps)
        draft = self._draft() if self.keeps else self._crashed
        self._over = True
        self._put_away(draft)
        self._end()  # last: if the program dies before, what is not put away yet is still there

    def finish(self, saved: Saved | None = None) -> None:
        """End the visit where its answers are saved, or not wanted: an earlier pause is dropped too.

        `saved` is a new entry: its code is kept for a crash before its customer has it, with whether they
        asked to talk.
        """
        self.tell(is_saved=True)
        self._unseen = None  # its code is about to be shown
        visit = self._stage.visit
        talk, at = visit.talk, WISH if visit.at_wish else ""
        visit.clear()
        left = replace(visit.draft(self._stage.tools.now()), talk=talk, at=at)
        self._end(replace(left, saved=saved.handle.symbols, saved_id=saved.id) if saved else None)
        self._drop_kept()

    def _drop_kept(self) -> None:
        """Drop what an earlier pause left behind the code."""
        if self._code is not None:
            try:
                self._stage.session.drafts().drop(self._code[1].id)
            except OSError as error:
                self._stage.tools.report(error)  # it goes when its time is over

    def _end(self, left: Draft | None = None) -> None:
        """End the visit. What is left for a crash takes the place of what was kept so far, at once."""
        with self._writes:
            self._over, self._left = True, left if left is not None and left.saved else None
            if left is None:
                self._drop_running()
            else:
                self._keep_running(left)
        self._stage.visit.clear()

    def _keep_running(self, draft: Draft) -> None:
        running = self._stage.session.running
        # What has not changed is not written again, for the disk's sake.
        if running is not None and (self._kept is None or draft != replace(self._kept, made=draft.made)):
            try:
                running.keep(draft)
            except OSError as error:
                self._stage.tools.report(error)  # the visit goes on; a crash would cost more
            else:
                self._kept = draft

    def _put_away(self, draft: Draft | None) -> None:
        if draft is not None and draft.keys is not None:
            try:
                self._stage.session.drafts().keep(draft.keys, draft.behind_its_code())
            except SaveError as error:
                self._stage.tools.report(error)  # nobody is there any more to be told

    def _drop_running(self) -> None:
        self._kept = self._left = None
        if self._stage.session.running is not None:
            self._stage.session.running.drop()

    def _keep(self, draft: Draft) -> Draft:
        code, keys = self._draw()
        behind = _behind(draft, code, keys)
        self._stage.session.drafts().keep(keys, behind)
        return behind

    def _draw(self) -> tuple[Handle, HandleKeys]:
        """Return the code of this pause, drawn once."""
        if self._code is None:
            code = self._stage.saver.draw()
            self._code = (code, self._stage.saver.derive(code))
        return self._code

    def _draft(self) -> Draft:
        draft = self._stage.visit.draft(self._stage.tools.now())
        # Whoever has a code and then chose to clear is not to find the answers kept after a crash.
        return _behind(draft, *self._code) if self._code and self.wants_to_keep else draft

    def saved_behind(self, draft: Draft) -> Saved:
        """Return what the code of a draft leads to, to be shown: that of its entry, or else its own."""
        if draft.saved:
            return self._as_saved(Handle(draft.saved), draft.saved_id)
        return self._as_saved(Handle(draft.code), draft.id)

    def _as_saved(self, code: Handle, id_: str) -> Saved:
        return Saved(code, self._stage.session.names.name_of(id_), id_)


def _behind(draft: Draft, code: Handle, keys: HandleKeys) -> Draft:
    return replace(draft, code=code.symbols, id=keys.id, identity=keys.identity)
