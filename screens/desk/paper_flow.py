"""A paper form: typed in question by question, checked, saved, and its code handed over."""

from contextlib import suppress
from dataclasses import replace
from functools import partial

import msgspec

from kiosk.dates import day_of
from kiosk.desk import paper_form
from kiosk.desk.unfinished_notes import FORM, UnfinishedText
from kiosk.entry.handle import Handle, HandleKeys
from kiosk.entry.slip import code_slip
from kiosk.errors import EntryError, VaultError
from kiosk.language import language, language_or_english, own_name, speaking
from kiosk.language import named as language_named
from kiosk.pack.fill import fill
from kiosk.pack.model import Pack
from kiosk.settings.settings import library_of
from kiosk.upkeep import retention
from kiosk.vault.vault import saving
from kiosk.visit.drafts import Draft
from kiosk.visit.saving import Saved
from kiosk.visit.visit import Visit
from screens.desk.new_code_flow import NewCodeFlow
from screens.desk.paper_screens import PaperCheckScreen, PaperQuestionScreen, PaperSharingScreen
from screens.i18n import _, name_of
from screens.widgets.check_screen import ChangeAnswer, CheckOutcome, CheckResult, row_after
from screens.widgets.choose_screen import MenuOption
from screens.widgets.page import PageResult
from screens.widgets.question_screen import QuestionExit, QuestionScreen

TITLE = _("Type in a paper form")


class PaperFlow(NewCodeFlow):
    """Walks a member of staff through typing a form in; its code is handed over as any new one is."""

    _code: tuple[Handle, HandleKeys] | None = None
    """What the form is being saved under, or was."""

    async def type_in(self) -> None:
        """Do all of it, or as much as one wants. Raises KioskError."""
        left = self._left(FORM, "form")
        begun = left.form if left else None
        saved = paper_form.not_handed_over(self._desk, begun) if begun else None
        if begun is not None and saved is not None:  # the desk stopped before its code was handed over
            with self._holding():
                await self._hand_out(self._read(begun.pack, begun.language), saved)
            self._forget(FORM, "form")
            return
        visit = await self._begin(begun)
        if visit is None:
            return
        form, self._code = visit, None
        # The code is kept with what is typed, until it is handed over: it is nowhere else.
        with self._holding(), self._drafting(FORM, "form", lambda: self._typed(form)):
            saved = await self._until_saved(form)
            if saved is not None:
                form = Visit(form.pack)  # what was typed is sealed to its readers now
                self._stage.keep_writing()
                await self._hand_out(form.pack, saved)

    async def _begin(self, begun: Draft | None) -> Visit | None:
        """Go on with a form that was begun, or begin one. None where one went back."""
        if begun is not None and begun.answers:
            title = _("You began to type a form in")
            if await self._asks(title, on=_("Go on with it"), back=_("Begin another one")):
                visit = Visit(begun.pack, whole=True)
                visit.go_on(begun)
                visit.speak(self._read(begun.pack, begun.language))
                return visit
        pack = await self._which()
        if pack is None:
            return None
        told = (
            self._clock_doubt(),
            _("Type what is on the paper. Leave open what is left open there."),
            _("At the end you get a code for the customer, on the screen or on a slip."),
        )
        going = await self._asks(
            name_of(pack),
            *filter(None, told),
            on=_("Start"),
            back=_("Back"),
        )
        return Visit(pack, whole=True) if going else None

    async def _which(self) -> Pack | None:
        """Ask which form it is, and before that in which language where there may be several."""
        tags = self._stage.session.languages().tags
        if len(tags) == 1:
            return await self._form(self._forms())
        options = tuple(MenuOption(tag, _called(tag)) for tag in tags)
        while (tag := await self._choose(_("Which language is the form in?"), options)) is not None:
            form = await self._form(self._forms() if tag == tags[0] else self._forms_in(tag))
            if form is not None:
                return form
        return None

    def _forms(self) -> tuple[Pack, ...]:
        session = self._stage.session
        packs = paper_form.forms(library_of(session.home, session.settings), session.packs)
        return tuple(fill(pack, session.settings.words()) for pack in packs)

    def _forms_in(self, tag: str) -> tuple[Pack, ...]:
        """Return the forms that can be in a language, as they are in that."""
        session = self._stage.session
        packs = paper_form.forms(library_of(session.home, session.settings), session.packs)
        return tuple(self._read(one, tag) for one in packs if tag in (one.language, *one.languages))

    def _read(self, pack: Pack, tag: str) -> Pack:
        """Return a pack as customers read it in a language."""
        with speaking(language(tag)):
            return self._stage.session.told(pack)

    async def _form(self, packs: tuple[Pack, ...]) -> Pack | None:
        options = (MenuOption(str(place), name_of(pack)) for place, pack in enumerate(packs))
        foot = _("The title and the version are at the foot of each page.")
        chosen = await self._choose(_("Which form is it?"), options, lines=(foot,))
        return packs[int(chosen)] if chosen else None

    async def _until_saved(self, visit: Visit) -> Saved | None:
        """Take the answers, and save them; None where one stops."""
        while await self._answers(visit):
            visit.talk = await self._asks(
                _("Does the customer ask to talk to someone?"),
                _("There is a box for it at the end of the form."),
                on=_("Yes, it is ticked"),
                back=_("No"),
            )
            saver = replace(self._stage.session.saver(self._desk.tags.desk), derive=self._desk.derive)
            try:
                self._code = code = await self._at_once(saver.new_code)
                if self._desk.unfinished is not None:
                    with saving():
                        self._desk.unfinished.keep(FORM, "form", self._typed(visit))
                return await self._at_once(
                    partial(paper_form.keep, self._desk, saver, visit.reflection(), code)
                )
            except (VaultError, EntryError) as error:
                self._stage.tools.report(error)
                await self._tell(_("The form is not saved yet"), str(error))
        return None

    async def _answers(self, visit: Visit) -> bool:
        """Walk the questions and the check. True to save, False to stop."""
        stand_at: CheckOutcome | None = None
        while True:
            if not visit.at_check:
                row = ChangeAnswer(visit.question.id) if visit.changing else None
                go = await self._asked(visit)
                if go is QuestionExit.STOP and await self._stops(visit):
                    return False
                if row is not None and go in (QuestionExit.ON, QuestionExit.SKIP):
                    stand_at = row_after(visit, "", row)[1]
                continue
            outcome = await self._show(PaperCheckScreen(visit, stand_at))
            if outcome is PageResult.BACK:
                visit.back()
            elif outcome is CheckResult.SHARING:
                await self._show(PaperSharingScreen(visit))
                stand_at = outcome
            elif isinstance(outcome, ChangeAnswer):
                visit.change(outcome.question)
                stand_at = outcome
            elif visit.answers:
                return True
            else:
                await self._tell(_("Nothing is typed in yet"), _("Type an answer, or stop with F8."))

    async def _asked(self, visit: Visit) -> QuestionExit:
        """Take the answer to one question; who goes back from the first one wants to stop."""
        page = PaperQuestionScreen(
            visit.question,
            visit.answer,
            title=_("Paper: {section}").format(section=visit.section.title),
            place=_("{number} of {total}").format(number=visit.number, total=visit.total),
            progress=(visit.number, visit.total),
            decks=visit.pack.decks,
            writing_note=_("Type it as it is written."),
            commented=False,
        )
        turn = await self._show(page)
        if turn.go is QuestionExit.SKIP:
            visit.leave_open(None)
        else:
            visit.keep(turn.answer)
        if turn.go is QuestionExit.BACK:
            return turn.go if visit.back() else QuestionExit.STOP
        if turn.go is not QuestionExit.STOP:
            visit.forward()
        return turn.go

    async def _stops(self, visit: Visit) -> bool:
        on, back = _("Stop, without saving"), _("Back to the form")
        return not visit.answers or await self._leaves(_("Stop typing this form in?"), on=on, back=back)

    def _typed(self, visit: Visit) -> UnfinishedText:
        """Return what is typed so far, on the page that is shown too."""
        draft, page = visit.draft(self._stage.now()), self._on_screen(QuestionScreen)
        if page is not None and page.given is not None and not visit.at_check:
            answers = {**draft.answers, page.question.id: page.given}
            draft = msgspec.structs.replace(draft, answers=answers)
        if self._code is not None:
            code, keys = self._code
            draft = msgspec.structs.replace(draft, saved=code.symbols, saved_id=keys.id)
        return UnfinishedText(form=draft) if draft.answers or draft.saved else UnfinishedText()

    async def _hand_out(self, pack: Pack, saved: Saved) -> None:
        """Show the code until it is kept, and print it as often as one wants."""
        session, last_day = self._stage.session, None
        with suppress(VaultError):  # the code is told, whatever the list says
            row = self._desk.vault.row(saved.id)
            last_day = day_of(retention.goes(row, session.settings.privacy.days))
        venue, lines = session.settings.venue.name, pack.closing.keep
        with speaking(language_or_english(pack.language)):  # a slip is its customer's
            slip = code_slip(saved.name, saved.handle, venue=venue, lines=lines, keep_until=last_day)
        await self._keep(saved, _("For the customer of this form."), slip)


def _called(tag: str) -> str:
    """Return what a language is called here, and by itself where that is something else."""
    here, own = str(language_named(tag)), str(own_name(tag))
    return here if here == own else f"{here} ({own})"
